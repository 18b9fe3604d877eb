"""Days that go on after they were logged: what was seen, what a person or policy let pass, and what is seen later."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field, replace
from datetime import UTC, date, datetime, timedelta

from tests.fakes import FakeHarvest
from tests.studio import ANA, APOLLO, CATALOG, COMPANY, DAY, MEETINGS, PROGRAMMING, TIMESTAMP_COMPANY

from gleaner.core.actions import CreateTimeEntry, DeleteTimeEntry, UpdateTimeEntry
from gleaner.core.activities import Activity
from gleaner.core.catalog import EntryId
from gleaner.core.entries import ExternalReference, TimeEntry
from gleaner.core.proposals import Proposal, State
from gleaner.core.time import day_span
from gleaner.matching.memory import remember
from gleaner.matching.rules import Rule
from gleaner.review.inbox import Decision, Item
from gleaner.timesheets.job import DayDraft, draft_days
from gleaner.timesheets.logged import logged

LATER = datetime(2026, 6, 1, tzinfo=UTC)
FOR_APOLLO = (
    Rule(APOLLO, MEETINGS, calendar="*"),
    Rule(APOLLO, PROGRAMMING, repository="*"),
)
"""Whatever it is, it is surely Apollo."""


@dataclass
class Sheet:
    """Ana's timesheet and Gleaner's memory of it."""

    has_times: bool = False
    rules: Sequence[Rule] = FOR_APOLLO
    entries: list[TimeEntry] = field(default_factory=list)
    items: list[Item] = field(default_factory=list)

    @property
    def harvest(self) -> FakeHarvest:
        company = TIMESTAMP_COMPANY if self.has_times else COMPANY
        return FakeHarvest(CATALOG, company, list(self.entries))

    def drafts(
        self,
        *seen: Activity,
        days: Sequence[date] = (DAY,),
        gone: dict[str, str] | None = None,
        now: datetime = LATER,
    ) -> list[DayDraft]:
        """What is drafted when *seen* is all there is; what was logged and is not seen is gone."""
        known = logged(self.items)
        there = {one.key for one in seen}
        missing = {
            one.activity_key: "is no longer in the calendar" for one in known if one.activity_key not in there
        }
        return list(
            draft_days(
                self.harvest, seen, remember([], [], today=DAY), self.rules, days=days, users=[ANA], now=now,
                logged=known, gone=missing if gone is None else gone,
            )
        )  # fmt: skip

    def proposals(
        self, *seen: Activity, days: Sequence[date] = (DAY,), now: datetime = LATER
    ) -> list[Proposal]:
        decided = {item.proposal.key for item in self.items}
        drafts = self.drafts(*seen, days=days, now=now)
        return [one for draft in drafts for one in draft.draft.proposals if one.key not in decided]

    def accept(self, proposals: Iterable[Proposal], *, by: Decision = "accept") -> None:
        for proposal in proposals:
            entry_id = self._apply(proposal)
            self.items.append(
                Item(
                    proposal, proposal, State.APPLIED, f"{len(self.items):08x}", entry_id, decision=by,
                    decided_by="ana", decided_at=LATER + timedelta(minutes=len(self.items)),
                )
            )  # fmt: skip

    def log(self, *seen: Activity, by: Decision = "accept") -> Sheet:
        """Accept all that is proposed for what was *seen* on the day."""
        self.accept(self.proposals(*seen), by=by)
        return self

    def by_hand(self, **changes: object) -> None:
        """Somebody changes the only entry in Harvest itself."""
        (entry,) = self.entries
        self.entries = [replace(entry, **changes)]  # type: ignore[arg-type]

    def _apply(self, proposal: Proposal) -> EntryId | None:
        action = proposal.action
        match action:
            case CreateTimeEntry(project_id=project_id, task_id=task_id) if project_id and task_id:
                entry = TimeEntry(
                    EntryId(1 + len(self.items)), action.user_id, project_id, task_id, action.spent_date,
                    action.hours, action.notes, action.started_time, action.ended_time,
                    external_reference=ExternalReference(action.reference),
                )  # fmt: skip
                self.entries.append(entry)
                return entry.id
            case UpdateTimeEntry():
                self.entries = [
                    _changed(one, action) if one.id == action.entry_id else one for one in self.entries
                ]
                return action.entry_id
            case DeleteTimeEntry():
                self.entries = [one for one in self.entries if one.id != action.entry_id]
                return None
            case _:
                raise AssertionError(f"nobody accepts {action}")


def _changed(entry: TimeEntry, action: UpdateTimeEntry) -> TimeEntry:
    said = {
        name: value
        for name in ("spent_date", "hours", "project_id", "task_id", "notes", "started_time", "ended_time")
        if (value := getattr(action, name)) is not None
    }
    return replace(entry, **said)


def moved(activity: Activity, span: object = None, **more: object) -> Activity:
    """The same event at another time, or with other words."""
    return replace(activity, **({"span": span} if span is not None else {}), **more)  # type: ignore[arg-type]


def noon(day: date = DAY) -> datetime:
    """The middle of *day*."""
    return day_span(day, CATALOG.people[ANA].zone).start + timedelta(hours=12)
