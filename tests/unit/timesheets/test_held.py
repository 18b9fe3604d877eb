"""An entry stands for the other parts of its repository's day with the hours that its own part lost."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

from hypothesis import given
from hypothesis import strategies as st
from tests.studio import ANA, APOLLO, BERLIN, CATALOG, PROGRAMMING, WEBSITE, coding, entry

from gleaner.core.activities import Activity
from gleaner.core.catalog import ProjectId
from gleaner.core.entries import TimeEntry
from gleaner.core.time import ZERO
from gleaner.matching.match import Match
from gleaner.timesheets.held import Held
from gleaner.timesheets.reconcile import Reconciled, reconcile
from gleaner.timesheets.timeline import lay

HOUR = timedelta(hours=1)
REST = coding("09:00-12:00", "hub", branch="main")


def part(when: str, mark: object, repository: str = "hub") -> Activity:
    one = coding(when, repository, branch=f"fix/{mark}")
    return replace(one, external_id=f"{one.external_id}//{mark}")


FIX = part("13:00-15:00", WEBSITE)


def reconciled(
    seen: dict[Activity, ProjectId], entries: list[TimeEntry], known: dict[TimeEntry, Held]
) -> Reconciled:
    lines = lay(
        Match(one, CATALOG.slot(ANA, project, PROGRAMMING), 0.97, "sure") for one, project in seen.items()
    )
    references = {line.activity.key: f"gleaner-{line.activity.key}" for line in lines}
    return reconcile(lines, entries, references, BERLIN, {one.id: said for one, said in known.items()})


def open_hours(found: Reconciled) -> dict[str, float]:
    return {line.activity.title: line.worked / HOUR for line in found.open}


def ours(hours: float, of: Activity, project: ProjectId = APOLLO) -> TimeEntry:
    return entry(hours, project, reference=f"gleaner-{of.key}")


BOTH = {REST: APOLLO, FIX: WEBSITE}


def test_a_day_that_was_logged_as_one_holds_its_parts() -> None:
    whole = ours(5, REST)
    found = reconciled(BOTH, [whole], {whole: Held(REST.key, 5 * HOUR)})
    assert open_hours(found) == {}
    assert [one.sentence for one in found.explained if one.line.activity is FIX] == [
        "the 5 h logged for more of that day's work there hold its 2 h"
    ]


def test_once_it_is_put_right_the_part_is_open() -> None:
    rest = ours(3, REST)
    assert open_hours(reconciled(BOTH, [rest], {rest: Held(REST.key, 3 * HOUR)})) == {"hub: fix/3": 2}


def test_what_a_person_added_holds_nothing_else() -> None:
    more = ours(5, REST)
    assert open_hours(reconciled(BOTH, [more], {more: Held(REST.key, 3 * HOUR)})) == {"hub: fix/3": 2}


def test_what_a_person_took_away_is_not_held() -> None:
    less = ours(4, REST)
    assert open_hours(reconciled(BOTH, [less], {less: Held(REST.key, 5 * HOUR)})) == {"hub: fix/3": 1}


def test_a_part_that_is_gone_stands_for_what_it_flowed_into() -> None:
    rest, gone = ours(1, REST), ours(2, FIX, WEBSITE)
    grown = {REST: APOLLO}
    known = {gone: Held(FIX.key, 2 * HOUR)}
    assert open_hours(reconciled(grown, [gone], known)) == {"hub: main": 1}
    assert open_hours(reconciled(grown, [rest, gone], known)) == {}


def test_another_repository_is_another_matter() -> None:
    whole, other = ours(5, REST), part("13:00-15:00", WEBSITE, "other")
    found = reconciled({REST: APOLLO, other: WEBSITE}, [whole], {whole: Held(REST.key, 5 * HOUR)})
    assert open_hours(found) == {"other: fix/3": 2}


@given(st.integers(0, 40), st.integers(0, 40), st.integers(0, 40))
def test_logged_and_proposed_never_come_to_more_than_was_seen(then: int, written: int, second: int) -> None:
    """In quarter hours: a day seen as *then* and logged as *written*, no more than was seen; now it has three parts."""
    third = part("16:00-17:00", 7)
    quarter = HOUR / 4
    whole, fix = ours(min(then, written) / 4, REST), ours(min(second, 8) / 4, FIX, WEBSITE)
    known = {whole: Held(REST.key, then * quarter), fix: Held(FIX.key, 2 * HOUR)}
    found = reconciled({**BOTH, third: WEBSITE}, [whole, fix], known)
    proposed = sum((line.worked for line in found.open), ZERO)
    logged = (whole.hours + fix.hours) * 4
    assert proposed + float(logged) * quarter <= max(6 * HOUR, float(logged) * quarter)
