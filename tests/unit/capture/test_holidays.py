"""A calendar that is nobody's: its all-day events are days off for everybody, or for a country's people."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from tests.unit.capture.build import ANA, BOB, PEOPLE, TUESDAY, all_day, at, event, read, vcalendar, vevent

from gleaner.capture.filters import meetings
from gleaner.capture.observed import Event, TimeOff
from gleaner.capture.source import MemoryCache
from gleaner.capture.sources.ics import Ics
from gleaner.core.catalog import Catalog
from gleaner.core.errors import ConfigError, Suspicious
from gleaner.core.time import Span

GERMAN = replace(ANA, country="DE")
TWO = Catalog(people={person.id: person for person in (GERMAN, BOB)})


def holiday(whose: str, title: str = "Tag der Einheit") -> Event:
    return all_day(title, owner="", source="holidays", holidays=whose)


def test_everybody_is_off() -> None:
    found = meetings([holiday("everybody")], TWO)
    assert found.time_off == tuple(
        TimeOff(one.id, TUESDAY, TUESDAY, source="holidays") for one in (GERMAN, BOB)
    )
    assert (found.activities, found.skipped, found.problems) == ((), (), ())


def test_a_countrys_people_are_off() -> None:
    assert [off.user_id for off in meetings([holiday("DE")], TWO).time_off] == [GERMAN.id]
    assert meetings([holiday("FR")], TWO).time_off == ()


def test_people_of_whom_nobody_said_it_live_where_the_organisation_is() -> None:
    assert [off.user_id for off in meetings([holiday("DE")], PEOPLE, country="de").time_off] == [
        ANA.id,
        BOB.id,
    ]
    assert [off.user_id for off in meetings([holiday("GB")], TWO, country="GB").time_off] == [BOB.id]


def test_half_a_holiday_is_half_a_day() -> None:
    (off,) = meetings([holiday("DE", "Heiligabend (halber Tag)")], TWO).time_off
    assert off.is_half_day


def test_one_half_holiday_in_two_calendars_is_half_a_day_and_leave_makes_it_whole() -> None:
    here, there = (holiday(whose, f"Heiligabend (halber Tag), {whose}") for whose in ("DE", "everybody"))
    both = [here, replace(there, source="abroad")]
    assert meetings(both, Catalog(people={GERMAN.id: GERMAN})).time_off[0].is_half_day
    own = all_day("Urlaub (halber Tag)")
    (off,) = meetings([*both, own], Catalog(people={GERMAN.id: GERMAN})).time_off
    assert not off.is_half_day


def test_a_timed_event_among_holidays_is_nobodys() -> None:
    found = meetings([event(owner="", holidays="everybody")], PEOPLE)
    assert (found.time_off, found.activities, found.problems) == ((), (), ())


def test_a_file_of_holidays_needs_no_person(tmp_path: Path) -> None:
    path = tmp_path / "days.ics"
    day = "DTSTART;VALUE=DATE:20260714\nDTEND;VALUE=DATE:20260715\nSUMMARY:Feiertag"
    path.write_text(vcalendar(vevent(day)))
    source = Ics(path=str(path), holidays="DE")
    seen = source.observe(Span(at("2026-07-01 00:00"), at("2026-08-01 00:00")), MemoryCache())
    assert [off.first for off in meetings(seen.events, TWO).time_off] == [TUESDAY]


@pytest.mark.parametrize(
    "options", [{}, {"person": "ana@lark.example", "holidays": "DE"}, {"holidays": "Germany"}]
)
def test_a_calendar_is_a_persons_or_of_holidays(options: dict[str, Any]) -> None:
    with pytest.raises(ConfigError, match="holidays"):
        Ics(path="a.ics", **options)


def test_a_calendar_that_lost_more_than_half_is_refused(tmp_path: Path) -> None:
    def full(count: int) -> str:
        talk = "DTSTART:20260714T080000Z\nDTEND:20260714T090000Z\nSUMMARY:Talk"
        return vcalendar(*(vevent(talk, f"{number}@cal.example") for number in range(count)))

    cache = MemoryCache()
    read(tmp_path, full(20), cache=cache)
    with pytest.raises(Suspicious, match="had 20 events and now has only 9"):
        read(tmp_path, full(9), cache=cache)
    assert len(read(tmp_path, full(10), cache=cache).events) == 10
