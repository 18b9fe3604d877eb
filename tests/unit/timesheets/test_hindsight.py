"""Replaying without hindsight: a day is matched with what was known before it."""

from __future__ import annotations

import itertools
from dataclasses import replace
from datetime import date, timedelta

from hypothesis import given
from hypothesis import strategies as st
from tests.studio import ANA, APOLLO, BO, CATALOG, DAY, MEETINGS, PORTAL, entry, meeting

from gleaner.core.activities import Activity
from gleaner.core.entries import TimeEntry
from gleaner.matching.calibrate import UNTRIED, Scale
from gleaner.matching.index import Index
from gleaner.timesheets.hindsight import Hindsight
from gleaner.timesheets.job import HISTORY, Decided

NEXT = DAY + timedelta(days=1)


def weekly(day: date) -> Activity:
    return meeting("10:00-11:00", "Weekly", day=day, series="weekly")


def logged(day: date) -> TimeEntry:
    return entry(1, APOLLO, MEETINGS, "Weekly", day=day)


def test_a_day_is_known_from_the_next_on() -> None:
    past = Hindsight([(DAY, weekly(DAY))], [logged(DAY)])
    assert dict(past.before(DAY).series) == {}
    assert past.before(DAY).lately[ANA] == {}
    assert past.before(NEXT).series["weekly"] == {APOLLO: 1.0}
    assert past.before(NEXT).lately[ANA] == {APOLLO: 1.0}


def test_a_decision_is_known_from_the_day_after_it_was_made() -> None:
    said = Decided(weekly(DAY), PORTAL, MEETINGS)
    past = Hindsight([(DAY, weekly(DAY))], [logged(DAY)], [(DAY + timedelta(days=5), said)])
    assert past.before(DAY + timedelta(days=5)).series["weekly"] == {APOLLO: 1.0}
    assert past.before(DAY + timedelta(days=6)).series["weekly"] == {PORTAL: 1.0}


def test_what_is_too_old_teaches_nothing() -> None:
    past = Hindsight([(DAY, weekly(DAY))], [logged(DAY)])
    assert "weekly" in past.before(NEXT + HISTORY).series
    assert "weekly" not in past.before(NEXT + HISTORY + timedelta(days=1)).series


def test_gleaners_own_entries_teach_nothing() -> None:
    own = entry(1, APOLLO, MEETINGS, "Weekly", reference="gleaner-abc")
    past = Hindsight([(DAY, weekly(DAY))], [own])
    assert "weekly" not in past.before(NEXT).series


@given(st.lists(st.integers(-40, 40), min_size=1, max_size=8, unique=True), st.integers(-40, 40))
def test_nothing_of_the_day_or_after_it_is_known(offsets: list[int], at: int) -> None:
    """Taking away all that is of the day or later changes nothing about what is known on its morning."""
    day = DAY + timedelta(days=at)
    on = [DAY + timedelta(days=offset) for offset in offsets]
    seen, entries = [(one, weekly(one)) for one in on], [logged(one) for one in on]
    decided = [(one, Decided(replace(weekly(one), title="Said"), PORTAL, MEETINGS)) for one in on]
    whole = Hindsight(seen, entries, decided)
    before = Hindsight(
        [pair for pair in seen if pair[0] < day],
        [one for one in entries if one.spent_date < day],
        [pair for pair in decided if pair[0] < day],
    )
    assert whole.before(day) == before.before(day)


def test_confidences_are_worth_what_they_were_worth_on_monday() -> None:
    on = [DAY + timedelta(days=number) for number in range(120)]
    seen, entries = list[tuple[date, Activity]](), list[TimeEntry]()
    for number, day in enumerate(on):
        for who, title in itertools.product((ANA, BO), ("Weekly", "Standup")):
            project = PORTAL if number % 9 == 8 else APOLLO
            seen.append((day, meeting("10:00-11:00", title, day=day, series=title, who=who)))
            entries.append(entry(1, project, MEETINGS, title, day=day, who=who))
    past = Hindsight(seen, entries, index=Index(CATALOG))
    sunday = max(day for day in on if day.weekday() == 6)
    assert past.before(DAY).scale == UNTRIED, "nothing is known before the first day"
    assert past.before(sunday).scale == past.before(sunday - timedelta(days=6)).scale != Scale()
    assert past.before(sunday + timedelta(days=1)).scale != past.before(sunday).scale
