"""The draft of a person's day."""

from __future__ import annotations

from datetime import date, time, timedelta
from decimal import Decimal

from hypothesis import given
from tests.studio import (
    ACCOUNT,
    ANA,
    APOLLO,
    COMPANY,
    DAY,
    MEETINGS,
    PEOPLE,
    TIMESTAMP_COMPANY,
    WEBSITE,
    attended,
    coding,
    entry,
    meeting,
    span,
)
from tests.unit.timesheets.test_reconcile import entries, matched
from tests.unit.timesheets.test_timeline import day_of_activities

from gleaner.core.actions import CreateTimeEntry
from gleaner.core.activities import Activity
from gleaner.core.catalog import Company
from gleaner.core.entries import TimeEntry
from gleaner.core.proposals import Evidence, Proposal
from gleaner.core.time import ZERO
from gleaner.matching.match import Match
from gleaner.timesheets.draft import Day, Draft, draft
from gleaner.timesheets.reconcile import logged_time
from gleaner.timesheets.text import plain
from gleaner.timesheets.timeline import lay


def drafted(
    *seen: Activity, logged: tuple[TimeEntry, ...] = (), company: Company = COMPANY, on: date = DAY
) -> Draft:
    return draft(Day(ACCOUNT, company, PEOPLE[ANA], on, logged), [matched(activity) for activity in seen])


def action(proposal: Proposal) -> CreateTimeEntry:
    assert isinstance(proposal.action, CreateTimeEntry)
    return proposal.action


def test_a_meeting_becomes_an_entry_with_its_title() -> None:
    (proposal,) = drafted(meeting("10:00-10:50", "Apollo design")).proposals
    assert action(proposal).hours == Decimal("0.83")
    assert (action(proposal).project_id, action(proposal).task_id) == (APOLLO, MEETINGS)
    assert action(proposal).notes == "Apollo design"
    assert not proposal.must_ask


def test_drafting_twice_gives_the_same_proposals() -> None:
    seen = (meeting("10:00-11:00", "Design"), coding("09:00-12:00"))
    assert drafted(*seen) == drafted(*reversed(seen))


def test_accounts_with_times_get_the_times_on_the_wall() -> None:
    design = meeting("10:00-10:50", "Design")
    (proposal,) = drafted(design, company=TIMESTAMP_COMPANY).proposals
    assert (action(proposal).started_time, action(proposal).ended_time) == (time(10), time(10, 50))


def test_times_on_the_wall_follow_the_clock_change() -> None:
    """On 29 March 2026 Berlin's clocks jump from 02:00 to 03:00; a deployment from 01:30 takes one real hour."""
    night = date(2026, 3, 29)
    release = meeting("01:30-03:30", "Release", day=night)
    (proposal,) = drafted(release, company=TIMESTAMP_COMPANY, on=night).proposals
    assert action(proposal).hours == Decimal("1.00")
    assert (action(proposal).started_time, action(proposal).ended_time) == (time(1, 30), time(3, 30))


def test_an_unsure_match_has_no_preselected_project() -> None:
    vague = Match(meeting("10:00-11:00", "Sync"), matched(meeting("10:00-11:00", "Sync")).slot, 0.4, "unsure")
    (proposal,) = draft(Day(ACCOUNT, COMPANY, PEOPLE[ANA], DAY, ()), [vague]).proposals
    assert (action(proposal).project_id, action(proposal).task_id) == (None, None)


def test_coding_never_exceeds_the_free_day() -> None:
    """Eight hours are expected, five are logged, a meeting takes one: two are left."""
    seen = (coding("09:00-18:00", "portal"), meeting("10:00-11:00", "Design"))
    draft_ = drafted(*seen, logged=(entry(5, APOLLO, MEETINGS, "kickoff in Hamburg"),))
    assert {proposal.rule: action(proposal).hours for proposal in draft_.proposals} == {
        "meeting": Decimal("1.00"),
        "coding": Decimal("2.00"),
    }


def test_a_meeting_on_a_full_day_is_asked() -> None:
    (proposal,) = drafted(
        meeting("10:00-11:00", "Sync"), logged=(entry(8, WEBSITE, notes="launch"),)
    ).proposals
    assert proposal.must_ask
    assert "with it the day would come to 9 h" in proposal.reason


def test_a_day_of_meetings_alone_is_not_too_full() -> None:
    (proposal,) = drafted(meeting("08:00-18:00", "Offsite")).proposals
    assert not proposal.must_ask


def test_a_tentative_meeting_is_asked() -> None:
    (proposal,) = drafted(meeting("10:00-11:00", "Town hall", tentative=True)).proposals
    assert proposal.must_ask


def test_a_rival_at_the_same_time_is_offered_as_an_alternative() -> None:
    (proposal,) = drafted(meeting("10:00-12:00", "Workshop"), meeting("10:30-11:00", "Call")).proposals
    assert proposal.alternatives[-1].label == 'Acme Industries › Apollo › Meetings ("Call")'


def test_a_weekend_has_no_expected_hours_but_coding_is_seen() -> None:
    saturday = date(2026, 3, 14)
    (proposal,) = drafted(coding("09:00-12:00", day=saturday), on=saturday).proposals
    assert action(proposal).hours == 3


def test_titles_lose_addresses_links_and_direction_tricks() -> None:
    assert (
        plain("Call \u202eoreh\u202c https://meet.example/x with rita@acme.example\nnow")
        == "Call oreh with now"
    )
    assert len(plain("x" * 5000)) == 200


@given(day_of_activities, entries)
def test_a_day_never_claims_more_than_was_seen(seen: list[Activity], logged: list[TimeEntry]) -> None:
    result = drafted(*seen, logged=tuple(logged))
    hours = sum((action(proposal).hours for proposal in result.proposals), Decimal(0))
    rounding = Decimal("0.005") * len(result.proposals)
    lines = lay([matched(activity) for activity in seen])
    seen_hours = Decimal(str(sum((line.worked for line in lines), ZERO) / timedelta(hours=1)))
    assert hours <= seen_hours + rounding
    assert all(action(proposal).hours > 0 for proposal in result.proposals)
    keys = [proposal.key for proposal in result.proposals]
    assert len(keys) == len(set(keys))


@given(day_of_activities, entries)
def test_coding_never_fills_a_day_beyond_what_it_holds(seen: list[Activity], logged: list[TimeEntry]) -> None:
    result = drafted(*seen, logged=tuple(logged))
    meetings = sum((action(p).hours for p in result.proposals if p.rule == "meeting"), Decimal(0))
    coding_hours = sum((action(p).hours for p in result.proposals if p.rule == "coding"), Decimal(0))
    used = Decimal(str(logged_time(logged) / timedelta(hours=1)))
    assert coding_hours <= max(Decimal(0), 8 - used - meetings) + Decimal("0.02") * len(result.proposals)


@given(day_of_activities)
def test_what_was_applied_is_not_proposed_again(seen: list[Activity]) -> None:
    """Whatever a day proposes, once those entries are in Harvest the day proposes nothing for the same work."""
    first = drafted(*seen)
    applied = tuple(
        entry(action(p).hours, APOLLO, MEETINGS, action(p).notes, reference=action(p).reference)  # type: ignore[arg-type]
        for p in first.proposals
    )
    again = drafted(*seen, logged=applied)
    assert {p.key for p in again.proposals} & {p.key for p in first.proposals} == set()


def test_observed_time_is_what_the_calendar_shows() -> None:
    assert meeting("10:00-11:00", "x").observed == span("10:00-11:00").duration
    assert ZERO < coding("09:00-10:00", hours=0.5).observed < span("09:00-10:00").duration


# --- attendance --------------------------------------------------------------------------------------------------


def test_the_time_in_the_call_is_what_is_drafted_and_said() -> None:
    (proposal,) = drafted(attended(meeting("10:00-11:00", "Apollo design"), "10:04-10:52")).proposals
    assert action(proposal).hours == Decimal("0.80")
    assert proposal.reason.startswith("You were in the call 10:04-10:52. ")
    assert proposal.evidence[-1] == Evidence("you were in the call 10:04-10:52", 0.0)


def test_a_pause_has_no_start_and_end_on_the_wall() -> None:
    seen = attended(meeting("10:00-11:00", "Apollo design"), "10:00-10:20", "10:40-11:10")
    (proposal,) = drafted(seen, company=TIMESTAMP_COMPANY).proposals
    assert action(proposal).hours == Decimal("0.83")
    assert (action(proposal).started_time, action(proposal).ended_time) == (None, None)


def test_a_doubt_about_the_call_is_asked_and_said_once() -> None:
    doubt = "you were in the call 10:00-11:00"
    (proposal,) = drafted(
        attended(meeting("10:00-11:00", "Apollo design"), "10:00-11:00", doubt=doubt)
    ).proposals
    assert proposal.must_ask
    assert proposal.reason.count(doubt) == 1
