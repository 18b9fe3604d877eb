"""Every kind of calendar shows the same happenings alike, and the same changes."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime

import pytest
from tests.conformance.calendars.conftest import GoogleCalendar, IcsFile, Kept
from tests.conformance.calendars.week import ANA, HAPPENINGS, WEEKS, Happening, changed, without
from tests.unit.capture.build import PEOPLE

from gleaner.capture.filters import Meetings, meetings
from gleaner.capture.observed import PRIVATE_TITLE, Event, Observed
from gleaner.capture.source import Cache, MemoryCache


def seen(kept: Kept, cache: Cache | None = None) -> Observed:
    return kept.source.observe(WEEKS, cache if cache is not None else MemoryCache())


def plain(event: Event) -> Event:
    """*event* without what only one kind of calendar has: a page of its own."""
    return replace(event, url="", location="")


def met(kept: Kept, cache: Cache | None = None) -> Meetings:
    return meetings(seen(kept, cache).events, PEOPLE)


def titles(found: Meetings) -> list[str]:
    return [f"{one.span.start:%d.%m. %H:%M} {one.title}" for one in found.activities]


def test_each_kind_shows_the_same_events(ics: IcsFile, google: GoogleCalendar) -> None:
    one, other = seen(ics), seen(google)
    assert one.problems == other.problems == ()
    assert [plain(event) for event in one.events] == [plain(event) for event in other.events]


def test_the_same_meetings_time_off_and_reasons(ics: IcsFile, google: GoogleCalendar) -> None:
    one, other = met(ics), met(google)
    assert titles(one) == titles(other)
    assert one.time_off == other.time_off
    assert {(each.what, each.reason) for each in one.skipped} == {
        (each.what, each.reason) for each in other.skipped
    }


def test_what_the_two_weeks_come_to(kept: Kept) -> None:
    found = met(kept)
    assert [title for title in titles(found) if "Weekly" in title or "Overseas" in title] == [
        "23.03. 08:00 Weekly sync",
        "25.03. 14:30 Overseas",
        "27.03. 13:00 Weekly sync",
        "30.03. 07:00 Weekly sync",
        "01.04. 14:30 Overseas",
    ]
    assert {(off.first.day, off.last.day, off.is_half_day) for off in found.time_off} == {
        (30, 31, False), (1, 1, True), (3, 3, False),
    }  # fmt: skip
    assert not any("Declined" in title or "Reading" in title for title in titles(found))


def test_private_text_is_nowhere(kept: Kept) -> None:
    cache = MemoryCache()
    found = seen(kept, cache)
    (private,) = [event for event in found.events if event.is_private]
    assert (private.title, private.description, private.attendees, private.organizer) == (
        PRIVATE_TITLE,
        "",
        (),
        "",
    )
    everything = b"".join(cache.kept.values()) + repr(found).encode()
    assert b"Salary" not in everything
    assert b"raise" not in everything


def test_rooms_are_nobody_and_the_organizer_takes_part(kept: Kept) -> None:
    (review,) = [event for event in seen(kept).events if event.title == "Detail review"]
    assert review.attendees == ("ada@acme.example", "boss@lark.example")
    assert (review.owner, review.participation) == (ANA, "accepted")


@pytest.mark.parametrize(
    ("happenings", "was", "now"),
    [
        (without("Detail review"), "24.03. 09:00 Detail review", ""),
        (
            changed("Detail review", start="2026-03-24T11:00"),
            "24.03. 09:00 Detail review", "24.03. 10:00 Detail review",
        ),
        (changed("Detail review", title="Kick-off"), "24.03. 09:00 Detail review", "24.03. 09:00 Kick-off"),
        (changed("Detail review", answer="declined"), "24.03. 09:00 Detail review", ""),
        (changed("Overseas", rule="FREQ=WEEKLY;COUNT=1"), "01.04. 14:30 Overseas", ""),
        (without("Overseas"), "25.03. 14:30 Overseas|01.04. 14:30 Overseas", ""),
        (
            changed("Weekly sync", cancelled=("2026-04-02T09:00", "2026-03-23T09:00")),
            "23.03. 08:00 Weekly sync", "",
        ),
        (changed("Weekly sync", cancelled=()), "", "02.04. 07:00 Weekly sync"),
        (changed("Declined lunch", answer="accepted"), "", "24.03. 11:00 Declined lunch"),
    ],
)  # fmt: skip
def test_the_next_look_shows_what_changed_and_nothing_else(
    kept: Kept, happenings: tuple[Happening, ...], was: str, now: str
) -> None:
    cache = MemoryCache()
    before = titles(met(kept, cache))
    kept.write(happenings)
    after = titles(met(kept, cache))
    assert set(before) - set(after) == set(was.split("|")) - {""}
    assert set(after) - set(before) == {now} - {""}


def test_a_calendar_that_lost_everything_is_refused_and_nothing_is_lost(kept: Kept) -> None:
    from gleaner.core.errors import Suspicious

    cache = MemoryCache()
    before = titles(met(kept, cache))
    kept.write(())
    with pytest.raises(Suspicious, match="allow_empty"):
        seen(kept, cache)
    kept.write(HAPPENINGS)
    assert titles(met(kept, cache)) == before


def test_moments_are_in_utc(kept: Kept) -> None:
    for event in seen(kept).events:
        assert (
            event.span.start.utcoffset() == datetime.min.replace(tzinfo=event.span.start.tzinfo).utcoffset()
        )
