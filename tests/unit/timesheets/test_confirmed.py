"""Which days teach a person's rhythm: decided ones, and days they logged by hand on the repository's project."""

from __future__ import annotations

import itertools
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal

import pytest

from gleaner.capture.rhythm import ConfirmedDay
from gleaner.core.activities import Activity, Coding, Meeting
from gleaner.core.catalog import EntryId, ProjectId, TaskId, UserId
from gleaner.core.entries import OUR_PREFIX, ExternalReference, TimeEntry
from gleaner.core.time import Span
from gleaner.timesheets.confirmed import Said, confirmed

ANA = UserId(1)
APOLLO, BOREALIS = ProjectId(10), ProjectId(11)
MONDAY, TUESDAY, WEDNESDAY = (date(2026, 7, 13) + timedelta(days=number) for number in range(3))
HOUR = timedelta(hours=1)
_ids = itertools.count(1)


def _span(day: date) -> Span:
    start = datetime(day.year, day.month, day.day, 9, tzinfo=UTC)
    return Span(start, start + HOUR)


def coded(day: date, seen: float = 2, repository: str = "apollo-api") -> Activity:
    detail = Coding(repository, (), 3, (), seen * HOUR, HOUR, 3 * HOUR, "", seen * HOUR)
    return Activity("git", f"{day}/{repository}", ANA, _span(day), repository, detail)


def met(day: date, title: str) -> Activity:
    return Activity("cal", f"{title}/{day}", ANA, _span(day), title, Meeting("cal", title))


def entry(
    day: date, hours: str, project: ProjectId = APOLLO, notes: str = "", *, is_ours: bool = False
) -> TimeEntry:
    key = ExternalReference(f"{OUR_PREFIX}x") if is_ours else None
    number = EntryId(next(_ids))
    return TimeEntry(number, ANA, project, TaskId(1), day, Decimal(hours), notes, external_reference=key)


def learned(
    *activities: Activity, entries: tuple[TimeEntry, ...] = (), said: dict[str, Said] | None = None
) -> list[ConfirmedDay]:
    seen: dict[tuple[UserId, date], list[Activity]] = {}
    for activity in activities:
        seen.setdefault((ANA, activity.span.start.date()), []).append(activity)
    return list(confirmed(seen, entries, said or {}).days.get(ANA, ()))


def hours(days: list[ConfirmedDay]) -> list[float]:
    return [day.confirmed / HOUR for day in days]


def test_a_day_logged_by_hand_teaches() -> None:
    found = learned(coded(MONDAY, 2), entries=(entry(MONDAY, "3.5"),))
    assert found == [ConfirmedDay(MONDAY, "apollo-api", 2 * HOUR, 3.5 * HOUR)]


def test_what_gleaner_logged_and_nobody_looked_at_teaches_nothing() -> None:
    assert learned(coded(MONDAY), entries=(entry(MONDAY, "3.5", is_ours=True),)) == []


def test_a_decision_teaches_what_it_weighs() -> None:
    monday, tuesday = coded(MONDAY), coded(TUESDAY)
    said = {monday.key: Said(APOLLO, 3 * HOUR, 1.0), tuesday.key: Said(APOLLO, 2 * HOUR, 0.3)}
    assert [(day.confirmed / HOUR, day.weight) for day in learned(monday, tuesday, said=said)] == [
        (3, 1.0),
        (2, 0.3),
    ]


def test_what_was_logged_by_hand_beside_a_decision_is_part_of_the_day() -> None:
    monday = coded(MONDAY)
    found = learned(monday, entries=(entry(MONDAY, "1"),), said={monday.key: Said(APOLLO, 2 * HOUR, 1.0)})
    assert hours(found) == [3]


def test_only_the_repositorys_own_project_counts() -> None:
    """Borealis had an hour on one of three days: the repository goes with Apollo."""
    entries = (entry(MONDAY, "3"), entry(TUESDAY, "3"), entry(TUESDAY, "1", BOREALIS))
    assert hours(learned(coded(MONDAY), coded(TUESDAY), coded(WEDNESDAY), entries=entries)) == [3, 3]


def test_a_repository_that_goes_with_no_project_teaches_nothing() -> None:
    three = tuple(entry(MONDAY, "2", ProjectId(number)) for number in (10, 11, 12))
    assert learned(coded(MONDAY), entries=three) == []


def test_two_repositories_of_one_project_share_its_hours() -> None:
    found = learned(coded(MONDAY, 3), coded(MONDAY, 1, "apollo-web"), entries=(entry(MONDAY, "6"),))
    assert [(day.repository, day.confirmed / HOUR, day.share) for day in found] == [
        ("apollo-api", 4.5, 0.75),
        ("apollo-web", 1.5, 0.25),
    ]


@pytest.mark.parametrize(("notes", "expected"), [("Design review", [3]), ("Login form", [4])])
def test_an_entry_that_a_meeting_stands_for_is_no_coding(notes: str, expected: list[float]) -> None:
    entries = (entry(MONDAY, "3"), entry(MONDAY, "1", notes=notes))
    assert hours(learned(coded(MONDAY), met(MONDAY, "Design review"), entries=entries)) == expected


def test_days_without_commits_teach_nothing() -> None:
    assert learned(met(MONDAY, "Design review"), entries=(entry(MONDAY, "8"),)) == []


# --- days that were divided ----------------------------------------------------------------------------------------


def divided(day: date) -> tuple[Activity, Activity]:
    """Three hours seen of which nothing is certain, and one for Borealis."""
    rest, fix = coded(day, 3), coded(day, 1)
    assert isinstance(rest.detail, Coding)
    assert isinstance(fix.detail, Coding)
    return (
        replace(rest, detail=replace(rest.detail, strand="")),
        replace(
            fix,
            external_id=f"{fix.external_id}//{BOREALIS}",
            detail=replace(fix.detail, strand=str(BOREALIS)),
        ),
    )


def test_the_parts_of_a_day_teach_as_one_by_their_sum() -> None:
    rest, fix = divided(MONDAY)
    said = {rest.key: Said(APOLLO, 4 * HOUR, 1.0), fix.key: Said(BOREALIS, 2 * HOUR, 0.3)}
    found = learned(rest, fix, coded(MONDAY, 4, "other"), said=said)
    assert found == [ConfirmedDay(MONDAY, "apollo-api", 4 * HOUR, 6 * HOUR, 0.5, 0.3)]


def test_a_day_of_which_one_part_is_confirmed_teaches_nothing_yet() -> None:
    rest, fix = divided(MONDAY)
    assert learned(rest, fix, said={rest.key: Said(APOLLO, 4 * HOUR, 1.0)}) == []


def test_by_hand_each_part_is_on_its_own_project() -> None:
    rest, fix = divided(MONDAY)
    entries = (entry(MONDAY, "4"), entry(MONDAY, "1.5", BOREALIS))
    assert hours(learned(rest, fix, entries=entries)) == [5.5]


def test_what_a_part_is_for_is_not_what_the_rest_usually_is_for() -> None:
    """Borealis has more hours than Apollo, but not in what nothing is certain of."""
    rest, fix = divided(MONDAY)
    seen = {(ANA, MONDAY): [rest, fix]}
    entries = (entry(MONDAY, "2"), entry(MONDAY, "5", BOREALIS))
    tuesday = {(ANA, TUESDAY): [coded(TUESDAY, 2)]}
    found = confirmed(seen | tuesday, (*entries, entry(TUESDAY, "3")), {})
    assert found.usual[ANA, "apollo-api"] == APOLLO
