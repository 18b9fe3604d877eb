"""Reading all sources together: what fails, what is cut where, what depends on what."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import date, timedelta

import pytest
from tests.unit.capture.build import ANA, BOB, PEOPLE, TUESDAY, all_day, at, commits, event, span

from gleaner.capture.filters import Filters
from gleaner.capture.job import Captured, capture
from gleaner.capture.observed import Observed, Presence
from gleaner.capture.source import Cache, MemoryCache
from gleaner.core.activities import Coding, Problem
from gleaner.core.errors import ConfigError, Suspicious, Unavailable
from gleaner.core.time import Span

DAY = Span(at("2026-07-14 00:00"), at("2026-07-15 00:00"))


@dataclass
class Sees:
    """A source that sees what it is told to, or fails."""

    name: str
    observed: Observed | Exception

    def observe(self, window: Span, cache: Cache) -> Observed:
        if isinstance(self.observed, Exception):
            raise self.observed
        return replace(
            self.observed,
            events=tuple(each for each in self.observed.events if each.span.overlaps(window)),
            commits=tuple(
                each for each in self.observed.commits if window.start <= each.authored_at < window.end
            ),
        )


def run(*seen: Sees, window: Span = DAY) -> Captured:
    return capture(seen, window, PEOPLE, Filters(), MemoryCache())


GIT = Sees("git", Observed(commits=tuple(commits("10:00 apollo 14 a\n11:40 apollo 14 b"))))


@pytest.mark.parametrize(
    "error", [ConfigError("the file is gone"), Unavailable("no answer"), Suspicious("suddenly empty")]
)
def test_a_source_that_fails_does_not_stop_the_others(error: Exception) -> None:
    found = run(Sees("cal", error), GIT)
    assert found.problems == (Problem("cal", str(error)),)
    assert [activity.external_id for activity in found.activities] == ["2026-07-14/apollo"]
    assert (found.is_complete, found.complete) == (False, frozenset({"git"}))


def test_a_mistake_in_a_source_is_its_own(caplog: pytest.LogCaptureFixture) -> None:
    found = run(Sees("theirs", KeyError("boom")), GIT)
    assert "nobody foresaw (KeyError)" in found.problems[0].text
    assert len(found.activities) == 1
    assert "theirs" in caplog.text


def test_a_source_that_was_read_in_part_is_not_complete() -> None:
    assert run(GIT).is_complete
    assert not run(Sees("cal", Observed(is_complete=False)), GIT).is_complete
    namesake = run(Sees("git", Unavailable("no answer")), GIT)
    assert (namesake.is_complete, namesake.complete) == (False, frozenset())


def test_coding_gives_way_to_meetings_people_said_yes_to() -> None:
    """10:30-11:10 accepted; 11:10-11:20 maybe, which does not count; 11:20-11:30 private, where nobody codes."""
    day = Sees("cal", Observed(events=(
        event("10:30-11:10"), event("11:10-11:20", "Maybe", participation="tentative"),
        event("11:20-11:30", "Clinic", is_private=True),
    )))  # fmt: skip
    (coding,) = (each for each in run(day, GIT).activities if isinstance(each.detail, Coding))
    assert not any(
        each.overlaps(span("10:30-11:10")) or each.overlaps(span("11:20-11:30")) for each in coding.spans
    )
    assert any(each.overlaps(span("11:10-11:20")) for each in coding.spans)


def test_coding_may_be_placed_in_the_pause_of_a_call_and_where_nobody_joined() -> None:
    stays = Presence((span("10:20-10:30"), span("11:00-11:20")))
    day = Sees("cal", Observed(events=(
        event("10:20-11:20", presence=stays), event("11:20-11:40", "Missed", presence=Presence()),
    )))  # fmt: skip
    (coding,) = (each for each in run(day, GIT).activities if isinstance(each.detail, Coding))
    assert not any(
        each.overlaps(span("10:20-10:30")) or each.overlaps(span("11:00-11:20")) for each in coding.spans
    )
    assert any(each.overlaps(span("11:20-11:40")) for each in coding.spans)
    assert any(each.overlaps(span("10:30-11:00")) for each in coding.spans)


def test_a_days_result_does_not_depend_on_the_days_asked_for_with_it() -> None:
    """The last commit of Monday is 40 minutes before Tuesday's first: whoever asks for Tuesday must know it."""
    late = commits("23:40 apollo 9 a", on=date(2026, 7, 13)) + commits("00:20 apollo 9 b\n09:00 apollo 9 c")
    source = Sees("git", Observed(commits=tuple(late)))
    alone = run(source)
    week = run(source, window=Span(at("2026-07-06 00:00"), at("2026-07-20 00:00")))
    assert len(week.activities) == 2
    assert alone.activities == week.activities[1:]


def test_a_day_is_the_persons_own() -> None:
    """20:00 in New York is Wednesday in Berlin: Bob's Tuesday, and only asked for with it."""
    late = event(owner=BOB.email, span=Span(at("20:00", BOB.zone), at("21:00", BOB.zone)))
    source = Sees("cal", Observed(events=(late,)))
    bobs_day = Span(at("2026-07-14 00:00", BOB.zone), at("2026-07-15 00:00", BOB.zone))
    assert len(run(source, window=bobs_day).activities) == 1
    wednesday_noon = Span(at("2026-07-15 12:00", BOB.zone), at("2026-07-15 13:00", BOB.zone))
    assert run(source, window=wednesday_noon).activities == ()


def test_time_off_and_what_was_left_out_are_given_for_the_window() -> None:
    week_before = TUESDAY - timedelta(days=7)
    source = Sees("cal", Observed(events=(
        all_day("Urlaub", first=TUESDAY - timedelta(days=2), days=3),
        all_day("Urlaub", first=week_before, uid="before"),
        event(participation="declined"), event("12:00-13:00", "Lunch"),
    )))  # fmt: skip
    found = run(source)
    assert [(off.first, off.last) for off in found.time_off] == [(date(2026, 7, 12), TUESDAY)]
    assert [each.what for each in found.skipped] == ["Apollo review", "Lunch"]


def test_the_order_of_sources_does_not_matter() -> None:
    cal = Sees("cal", Observed(events=(event("10:30-11:10"),)))
    assert run(cal, GIT) == run(GIT, cal)
    assert {each.user_id for each in run(cal, GIT).activities} == {ANA.id}
