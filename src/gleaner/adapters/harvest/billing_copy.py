"""What invoices are made of, read from our copy, and what of it lies before the copy's days, read into it.

Uninvoiced time may be old: what Harvest has of it before the days we hold is read once. Polls tell of changes whatever
the day. Whether an entry was invoiced since is asked of Harvest again before an invoice is made (:meth:`live`).
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Sequence
from datetime import date, datetime, timedelta
from decimal import Decimal
from typing import Any, NamedTuple, cast

import sqlalchemy as sa

from gleaner.adapters.harvest import wire
from gleaner.adapters.harvest.client import Client
from gleaner.adapters.harvest.copy import Copy, is_true, row
from gleaner.adapters.harvest.encoding import Params, Raw
from gleaner.adapters.harvest.reader import Pages, covered
from gleaner.core.catalog import AccountId, EntryId, ProjectId, TaskId, UserId
from gleaner.core.errors import Refused, Unavailable
from gleaner.core.invoices import Invoice
from gleaner.core.ports import Progress
from gleaner.invoicing.work import NOTHING, Spent, Worked

Days = tuple[date, date]
"""First and last, both included."""
_TIME = (
    "id", "user.id", "project.id", "task.id", "spent_date", "hours", "rounded_hours", "billable", "billable_rate",
    "cost_rate", "is_running", "is_billed", "is_closed", "approval_status", "invoice.id", "updated_at",
)  # fmt: skip
_EXPENSE = (
    "id", "user.id", "project.id", "expense_category.name", "spent_date", "total_cost", "billable", "units",
    "expense_category.unit_price", "is_billed", "is_closed", "approval_status", "receipt.url", "invoice.id",
    "updated_at",
)  # fmt: skip
_OLD = "uninvoiced"
"""Under this is noted that old uninvoiced work was read."""


class Archived(NamedTuple):
    """Something that was archived."""

    name: str
    at: datetime | None
    """When Harvest last changed it, which was then."""
    project_id: ProjectId | None
    """None: on every project."""


class BillingCopy:
    """The work of one account that is, or could be, on invoices."""

    def __init__(self, engine: sa.Engine, client: Client, account_id: AccountId) -> None:
        self._copy = Copy(engine, account_id)
        self._client = client

    def worked(self, days: Days | None = None, *, only_open: bool = False) -> Iterator[Worked]:
        """Time entries of those *days* (None: all we hold), in no order; *only_open*: what is on no invoice yet.

        Raises Unavailable before the first sync.
        """
        self._check()
        absent = {"is_billed": False} if only_open else {}
        return map(_worked, self._copy.picked("time_entries", _TIME, days, where=absent))

    def spent(self, days: Days | None = None, *, only_open: bool = False) -> Iterator[Spent]:
        """The same of expenses."""
        self._check()
        absent = {"is_billed": False} if only_open else {}
        return map(_spent, self._copy.picked("expenses", _EXPENSE, days, where=absent))

    def complete(self, progress: Progress) -> None:
        """Read, once, what is uninvoiced from before the days we hold. Raises Unavailable before the first sync."""
        self._check()
        for resource in ("time_entries", "expenses"):
            held = covered(self._copy, resource)
            if held is None or self._copy.note(f"{_OLD}/{resource}") is not None:
                continue
            with progress.step(f"older uninvoiced {resource.replace('_', ' ')}"):
                self._read(resource, {"is_billed": False, "to": held[0] - timedelta(days=1)})
            self._copy.set_note(f"{_OLD}/{resource}", {"before": held[0].isoformat()})

    def invoices(self) -> list[Invoice]:
        """All invoices we hold, by number in Harvest's order; those nobody can make sense of are left out."""
        found = []
        for raw in self._copy.rows("invoices"):
            one = wire.read(wire.Invoice, raw)
            if one.client is not None and one.state is not None:
                found.append(one.to_core())
        return found

    def archived(self) -> list[Archived]:
        """Projects, tasks, and tasks of single projects that are not used any more."""
        found = []
        for number, name, active, at in self._copy.picked(
            "projects", ("id", "name", "is_active", "updated_at")
        ):
            if not is_true(active):
                found.append(Archived(str(name), _moment(at), ProjectId(int(number))))
        for name, active, at in self._copy.picked("tasks", ("name", "is_active", "updated_at")):
            if not is_true(active):
                found.append(Archived(str(name), _moment(at), None))
        of_projects = ("project.id", "task.name", "is_active", "updated_at")
        for number, name, active, at in self._copy.picked("task_assignments", of_projects):
            if not is_true(active) and number is not None:
                found.append(Archived(str(name), _moment(at), ProjectId(int(number))))
        return found

    def live(self, projects: Collection[ProjectId], days: Days | None) -> tuple[list[Worked], list[Spent]]:
        """All time and expenses of *projects* on those *days* as Harvest has them now; our copy learns of it.

        One request for each project and kind, or more where there are many. What Harvest has no longer is forgotten.
        """
        found: list[Worked] = []
        costs: list[Spent] = []
        for project_id in sorted(projects):
            asked: Params = {"project_id": project_id}
            if days is not None:
                asked = {**asked, "from": days[0], "to": days[1]}
            found += [
                _worked(_values(raw, _TIME)) for raw in self._anew("time_entries", asked, project_id, days)
            ]
            costs += [
                _spent(_values(raw, _EXPENSE)) for raw in self._anew("expenses", asked, project_id, days)
            ]
        return found, costs

    def _anew(self, resource: str, asked: Params, project_id: ProjectId, days: Days | None) -> list[Raw]:
        raws = self._read(resource, asked)
        # Harvest ignores parameters it does not know: never take another project's for this one's.
        mine = [raw for raw in raws if cast("Raw", raw.get("project") or {}).get("id") == project_id]
        path = {"project.id": project_id}
        held = {int(one[0]) for one in self._copy.picked(resource, ("id",), days, where=path)}
        self._copy.remove(resource, held - {cast("int", raw["id"]) for raw in mine})
        return mine

    def _read(self, resource: str, asked: Params) -> list[Raw]:
        pages: Pages = getattr(self._client, resource).pages
        found: list[Raw] = []
        try:
            for page in pages(asked):
                self._copy.save(resource, [row(resource, raw) for raw in page.items], keep_newer=True)
                found += page.items
        except Refused as refusal:
            # An account without the expense module has none.
            if resource == "time_entries" or refusal.status not in (403, 404):
                raise
        return found

    def _check(self) -> None:
        if self._copy.state("time_entries") is None:
            raise Unavailable("Harvest was never read to the end; run a sync first.")


def _values(raw: Raw, paths: Sequence[str]) -> tuple[Any, ...]:
    return tuple(_inside(raw, path.split(".")) for path in paths)


def _inside(raw: Any, path: Iterable[str]) -> Any:
    for name in path:
        raw = raw.get(name) if isinstance(raw, dict) else None
    return raw


def _worked(one: Sequence[Any]) -> Worked:
    (number, user, project, task, day, hours, rounded, billable, rate, cost, running, billed, closed, approval,
     invoice, updated) = one  # fmt: skip
    return Worked(
        EntryId(int(number)), UserId(int(user)), ProjectId(int(project)), TaskId(int(task)), _day(day),
        _decimal(hours if rounded is None else rounded) or NOTHING, is_true(billable), _decimal(rate), _decimal(cost),
        is_true(running), is_true(billed), is_true(closed) or approval == "approved", _number(invoice),
        _moment(updated),
    )  # fmt: skip


def _spent(one: Sequence[Any]) -> Spent:
    (number, user, project, category, day, total, billable, units, price, billed, closed, approval, receipt, invoice,
     updated) = one  # fmt: skip
    return Spent(
        int(number), UserId(int(user or 0)), ProjectId(int(project or 0)), category or "", _day(day),
        _decimal(total) or NOTHING, is_true(billable), _decimal(units), _decimal(price), is_true(billed),
        is_true(closed) or approval == "approved", bool(receipt), _number(invoice), _moment(updated),
    )  # fmt: skip


def _decimal(value: object) -> Decimal | None:
    return None if value is None else Decimal(str(value))


def _number(value: Any) -> int | None:
    return None if value is None else int(value)


def _day(value: Any) -> date:
    return date.fromisoformat(value) if value else date.min


def _moment(value: Any) -> datetime | None:
    return datetime.fromisoformat(value) if value else None
