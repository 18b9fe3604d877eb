"""Fakes of our ports, each proved equal to the real thing by ``tests/conformance``."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal

from tests.studio import CATALOG, COMPANY

from gleaner.core.actions import (
    CreateExpense,
    CreateTimeEntry,
    StartTimer,
    UpdateExpense,
    UpdateTimeEntry,
    refiled,
)
from gleaner.core.catalog import Catalog, Company, EntryId, UserId
from gleaner.core.entries import ExternalReference, TimeEntry
from gleaner.core.errors import Refused, Unavailable
from gleaner.core.expenses import Expense, ExpenseId, marked


@dataclass
class FakeClock:
    """Time that passes when told to."""

    at: datetime = datetime(2026, 3, 10, 18, tzinfo=UTC)

    def now(self) -> datetime:
        return self.at

    def advance(self, by: timedelta) -> None:
        self.at += by


@dataclass
class FakeHarvest:
    """What is known of Harvest: the studio."""

    known: Catalog = CATALOG
    settings: Company = COMPANY
    logged: list[TimeEntry] = field(default_factory=list)

    def company(self) -> Company:
        return self.settings

    def catalog(self) -> Catalog:
        return self.known

    def entries(self, first: date, last: date, user_id: UserId | None = None) -> list[TimeEntry]:
        found = [
            entry
            for entry in self.logged
            if first <= entry.spent_date <= last and user_id in (None, entry.user_id)
        ]
        return sorted(found, key=lambda entry: (entry.spent_date, entry.id))


Mishap = Callable[[str], None]
"""Raises what should go wrong before (``before create``) or after (``after create``) a call."""


@dataclass
class FakeEntries:
    """Harvest's time entries in memory. ``mishap`` hears of every call and may raise."""

    kept: dict[EntryId, TimeEntry] = field(default_factory=dict)
    posts: int = 0
    mishap: Mishap = lambda _when: None
    check: Callable[[], None] = lambda: None

    @contextmanager
    def guarded(self, check: Callable[[], None]) -> Iterator[None]:
        former, self.check = self.check, check
        try:
            yield
        finally:
            self.check = former

    def find(self, reference: str, user_id: UserId) -> list[TimeEntry]:
        self.mishap("before find")
        return [
            entry
            for entry in self.kept.values()
            if entry.user_id == user_id
            and entry.external_reference is not None
            and entry.external_reference.id == reference
        ]

    def get(self, entry_id: EntryId) -> TimeEntry | None:
        self.mishap("before get")
        return self.kept.get(entry_id)

    def create(self, action: CreateTimeEntry) -> TimeEntry:
        self.mishap("before create")
        self.check()
        self.mishap("sending create")
        if action.project_id is None or action.task_id is None:
            raise Refused("no project")
        self.posts += 1
        entry = TimeEntry(
            EntryId(5000 + self.posts), action.user_id, action.project_id, action.task_id, action.spent_date,
            action.hours, action.notes,
            external_reference=ExternalReference(
                action.reference, action.reference_group, action.permalink, action.reference_account
            ),
        )  # fmt: skip
        self.kept[entry.id] = entry
        self.mishap("after create")
        return entry

    def running(self, user_id: UserId) -> TimeEntry | None:
        self.mishap("before running")
        mine = (entry for entry in self.kept.values() if entry.user_id == user_id and entry.is_running)
        return next(mine, None)

    def start(self, action: StartTimer) -> TimeEntry:
        self.mishap("before start")
        self.check()
        self._stop_others(action.user_id)
        self.posts += 1
        entry = TimeEntry(
            EntryId(5000 + self.posts), action.user_id, action.project_id, action.task_id, action.spent_date,
            Decimal(0), action.notes, is_running=True,
            external_reference=ExternalReference(action.reference, "gleaner"),
        )  # fmt: skip
        self.kept[entry.id] = entry
        self.mishap("after start")
        return entry

    def stop(self, entry_id: EntryId) -> TimeEntry:
        self.mishap("before stop")
        self.check()
        entry = self.kept.get(entry_id)
        if entry is None:
            raise Refused("not found", status=404)
        if not entry.is_running:
            raise Refused("not running", status=422)
        self.kept[entry_id] = replace(entry, is_running=False)
        self.mishap("after stop")
        return self.kept[entry_id]

    def restart(self, entry_id: EntryId) -> TimeEntry:
        """The same entry goes on, as in an account of durations."""
        self.mishap("before restart")
        self.check()
        entry = self.kept.get(entry_id)
        if entry is None:
            raise Refused("not found", status=404)
        if entry.is_running:
            raise Refused("running", status=422)
        self._stop_others(entry.user_id)
        self.kept[entry_id] = replace(entry, is_running=True)
        self.mishap("after restart")
        return self.kept[entry_id]

    def _stop_others(self, user_id: UserId) -> None:
        for entry in self.kept.values():
            if entry.user_id == user_id and entry.is_running:
                self.kept = {**self.kept, entry.id: replace(entry, is_running=False)}

    def update(self, action: UpdateTimeEntry) -> TimeEntry:
        self.mishap("before update")
        self.check()
        entry = self.kept.get(action.entry_id)
        if entry is None:
            raise Refused("not found", status=404)
        entry = replace(
            entry,
            spent_date=action.spent_date or entry.spent_date,
            project_id=action.project_id or entry.project_id,
            task_id=action.task_id or entry.task_id,
            hours=entry.hours if action.hours is None else action.hours,
            notes=entry.notes if action.notes is None else action.notes,
        )
        self.kept[entry.id] = entry
        self.mishap("after update")
        return entry

    def delete(self, entry_id: EntryId) -> None:
        self.mishap("before delete")
        self.check()
        self.kept.pop(entry_id, None)
        self.mishap("after delete")


@dataclass
class FakeReceipts:
    """Receipts in memory."""

    kept: dict[str, bytes] = field(default_factory=dict)

    def content(self, digest: str) -> bytes | None:
        return self.kept.get(digest)


@dataclass
class FakeExpenses:
    """Harvest's expenses in memory. ``mishap`` hears of every call and may raise."""

    clock: FakeClock = field(default_factory=FakeClock)
    kept: dict[ExpenseId, Expense] = field(default_factory=dict)
    posts: int = 0
    mishap: Mishap = lambda _when: None
    check: Callable[[], None] = lambda: None

    @contextmanager
    def guarded(self, check: Callable[[], None]) -> Iterator[None]:
        former, self.check = self.check, check
        try:
            yield
        finally:
            self.check = former

    def find(self, user_id: UserId, *, on: date, since: datetime | None = None) -> list[Expense]:
        self.mishap("before find")
        return [
            one
            for _, one in sorted(self.kept.items())
            if one.user_id == user_id
            and (
                one.spent_date == on
                or (since is not None and one.created_at is not None and one.created_at > since)
            )
        ]

    def get(self, expense_id: ExpenseId) -> Expense | None:
        self.mishap("before get")
        return self.kept.get(expense_id)

    def create(self, action: CreateExpense, receipt: bytes | None) -> Expense:
        self.mishap("before create")
        self.check()
        self.mishap("sending create")
        if action.project_id is None or action.category is None:
            raise Refused("no project or category")
        total = action.total_cost if action.units is None else action.category.total(action.units)
        if total is None:
            raise Refused("no amount")
        self.posts += 1
        made = Expense(
            ExpenseId(7000 + self.posts), action.user_id, action.project_id, action.category, action.spent_date,
            total, action.units, "EUR", action.notes, action.billable,
            marked(action.receipt.name, action.reference) if action.receipt is not None else "",
            len(receipt) if receipt is not None else None, created_at=self.clock.now(),
        )  # fmt: skip
        self.kept[made.id] = made
        self.mishap("after create")
        return made

    def update(self, action: UpdateExpense, receipt: bytes | None) -> Expense:
        self.mishap("before update")
        self.check()
        there = self.kept.get(action.expense_id)
        if there is None:
            raise Refused("not found", status=404)
        changed = refiled(replace(action, was=there))
        if action.receipt is not None:
            name = marked(action.receipt.name, action.reference)
            changed = replace(changed, receipt_name=name, receipt_size=len(receipt or b""))
        self.kept[there.id] = changed
        self.mishap("after update")
        return changed

    def drop_receipt(self, expense_id: ExpenseId) -> Expense:
        self.mishap("before drop_receipt")
        self.check()
        self.kept[expense_id] = replace(self.kept[expense_id], receipt_name="", receipt_size=None)
        return self.kept[expense_id]

    def delete(self, expense_id: ExpenseId) -> None:
        self.mishap("before delete")
        self.check()
        self.kept.pop(expense_id, None)
        self.mishap("after delete")


def lost_answer(when: str, times: int = 1) -> Mishap:
    """The answer to the call *when* is lost, *times* times; the call itself was carried out if it is ``after …``."""
    left = [times]

    def mishap(now: str) -> None:
        if now == when and left[0]:
            left[0] -= 1
            raise Unavailable("the connection broke", answer_lost=when.startswith("after"))

    return mishap
