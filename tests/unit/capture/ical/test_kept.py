"""A calendar that says the same as before is not read again; one that does not, is."""

from __future__ import annotations

from datetime import timedelta
from pathlib import Path

from hypothesis import given
from hypothesis import strategies as st
from tests.unit.capture.build import ANA, all_day, at, event, vcalendar, vevent

from gleaner.capture.ical.feed import Found
from gleaner.capture.ical.kept import found_between
from gleaner.capture.observed import Event, Observed
from gleaner.capture.source import MemoryCache
from gleaner.capture.sources.ics import Ics
from gleaner.core.activities import Problem
from gleaner.core.time import Span

JULY = Span(at("2026-07-01 00:00"), at("2026-08-01 00:00"))
EVENTS = (
    event(), event(is_private=True, title="Private event"), all_day("Urlaub", days=3), event(is_recurring=True),
    event("09:00-09:00", original_start=at("00:00")), event(participation="tentative", busy_kind="out-of-office"),
)  # fmt: skip


class Counted:
    """A calendar that says how often it was asked."""

    def __init__(self, *events: Event) -> None:
        self.found = Found(events, (Problem("mine", "something", is_hint=True),), is_complete=False)
        self.count, self.asked = len(events), 0

    def between(self, window: Span) -> Found:
        self.asked += 1
        return self.found


@given(st.lists(st.sampled_from(EVENTS), max_size=4))
def test_what_is_kept_is_what_was_read(events: list[Event]) -> None:
    cache, calendar = MemoryCache(), Counted(*events)
    for _ in range(3):
        assert found_between(JULY, cache, "key", "same", lambda: calendar) == (calendar.found, len(events))
    assert calendar.asked == 1


def test_another_content_another_window_or_a_broken_copy_is_read() -> None:
    cache, calendar = MemoryCache(), Counted(*EVENTS)
    for of, window in (
        ("one", JULY),
        ("two", JULY),
        ("one", JULY),
        ("one", Span(JULY.start, JULY.end - timedelta(1))),
    ):
        found_between(window, cache, "key", of, lambda: calendar)
    assert calendar.asked == 4
    cache.put("key", b"{}")
    found_between(JULY, cache, "key", "one", lambda: calendar)
    assert calendar.asked == 5


def test_what_became_private_is_gone_from_what_is_kept(tmp_path: Path) -> None:
    cache, path = MemoryCache(), tmp_path / "ana.ics"
    text = "DTSTART:20260714T080000Z\nDTEND:20260714T090000Z\nSUMMARY:Clinic"

    def look(*lines: str) -> Observed:
        path.write_text(vcalendar(vevent("\n".join((text, *lines)))))
        return Ics(ANA.email, path=str(path), zone="Europe/Berlin").observe(JULY, cache)

    assert [one.title for one in look().events] == ["Clinic"]
    assert [one.title for one in look("CLASS:PRIVATE").events] == ["Private event"]
    assert b"Clinic" not in b"".join(cache.kept.values())


def test_whose_calendar_it_is_counts_as_well(tmp_path: Path) -> None:
    cache, path = MemoryCache(), tmp_path / "ana.ics"
    path.write_text(vcalendar(vevent("DTSTART;VALUE=DATE:20260714\nSUMMARY:Day")))
    starts = [
        Ics(ANA.email, path=str(path), zone=zone).observe(JULY, cache).events[0].span.start
        for zone in ("Europe/Berlin", "America/New_York", "Europe/Berlin")
    ]
    assert starts[0] == starts[2] != starts[1]
