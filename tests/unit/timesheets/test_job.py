"""Drafting days: only what is over, each day beside its neighbours."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from decimal import Decimal

from tests.fakes import FakeHarvest
from tests.studio import ANA, APOLLO, DAY, MEETINGS, PORTAL, entry, meeting

from gleaner.core.actions import CreateTimeEntry
from gleaner.core.activities import Activity
from gleaner.matching.memory import remember
from gleaner.timesheets.job import Decided, draft_days, recall

LATER = datetime(2026, 6, 1, tzinfo=UTC)


def hours(*seen: Activity, on: list[date] | None = None, now: datetime = LATER) -> list[Decimal]:
    """The hours proposed for Ana, day by day."""
    drafts = draft_days(
        FakeHarvest(), seen, remember([], [], today=DAY), [], days=on or [DAY], users=[ANA], now=now
    )
    found = []
    for one in drafts:
        for proposal in one.draft.proposals:
            assert isinstance(proposal.action, CreateTimeEntry)
            found.append(proposal.action.hours)
    return found


def test_a_meeting_that_is_still_to_come_is_no_work_yet() -> None:
    planning = meeting("15:00-16:00", "[APL] planning")
    assert hours(planning, now=planning.span.start) == []
    assert hours(planning, now=planning.span.end - timedelta(minutes=1)) == []
    assert hours(planning, now=planning.span.end) == [Decimal("1.00")]


def test_what_went_past_midnight_is_not_counted_again_the_next_day() -> None:
    """
    Tue 23:00-01:00  [APL] release     two hours, on Tuesday
    Wed 00:00-01:00  [APL] war room    at the same time
    """
    next_day = DAY + timedelta(days=1)
    late = meeting("23:00-01:00", "[APL] release")
    early = meeting("00:00-01:00", "[APL] war room", day=next_day)
    assert hours(late, early, on=[DAY, next_day]) == [Decimal("2.00")]


def test_gleaners_own_entries_teach_nothing_and_decisions_do() -> None:
    weekly = meeting("10:00-11:00", "Weekly", series="w")
    harvest = FakeHarvest(logged=[entry(1, PORTAL, MEETINGS, "Weekly", reference="gleaner-x")])
    untaught = recall(harvest, [weekly], [], today=DAY)
    assert not untaught.series
    assert not untaught.lately
    taught = recall(harvest, [weekly], [Decided(weekly, APOLLO, MEETINGS)], today=DAY)
    assert dict(taught.series["w"]) == {APOLLO: 1.0}
