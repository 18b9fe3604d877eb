"""The shell: read every source, then decide what was seen. No clock in here; the window is an argument."""

from __future__ import annotations

import logging
from collections import defaultdict
from collections.abc import Mapping, Sequence
from contextlib import nullcontext
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta

from gleaner.capture.coding import RhythmOf, coding, no_rhythm
from gleaner.capture.filters import Filters, meetings
from gleaner.capture.folding import folded
from gleaner.capture.observed import Observed, Quiet, TimeOff
from gleaner.capture.source import Cache, Source, Witness
from gleaner.capture.strands import Strands
from gleaner.core.activities import Activity, Meeting, Problem, Skipped
from gleaner.core.catalog import Catalog, Person, UserId
from gleaner.core.errors import GleanerError
from gleaner.core.phrases import phrase
from gleaner.core.ports import Progress
from gleaner.core.time import Span, day_span, days, local_date

log = logging.getLogger(__name__)

_MARGIN = timedelta(days=2)
"""Read around the window: its first and last days are wanted whole, and a day's first commit needs the one before."""


@dataclass(frozen=True)
class Captured:
    """Everything that was seen in a window."""

    activities: tuple[Activity, ...] = ()
    """Oldest first."""
    skipped: tuple[Skipped, ...] = ()
    time_off: tuple[TimeOff, ...] = ()
    quiet: tuple[Quiet, ...] = ()
    problems: tuple[Problem, ...] = ()
    is_complete: bool = True
    """Every source was read whole. Otherwise something that is missing may still exist."""
    private: tuple[str, ...] = ()
    """Keys of activities whose event is private now, around the window too."""
    complete: frozenset[str] = frozenset()
    """Names of the sources that were read whole."""


def capture(
    sources: Sequence[Source],
    window: Span,
    people: Catalog,
    filters: Filters,
    cache: Cache,
    progress: Progress | None = None,
    *,
    by_calendar: Mapping[str, Filters] | None = None,
    by_person: Mapping[UserId, Filters] | None = None,
    country: str = "",
    rhythm_of: RhythmOf = no_rhythm,
    strands: Strands | None = None,
    asked_at: datetime | None = None,
) -> Captured:
    """What *people* did on every day that *window* touches, each day whole and in the person's own zone.

    A day's result does not depend on which other days are asked for with it. A source that fails becomes a
    problem with its name; the others are read all the same. *by_calendar*, *by_person* and *country* are as
    :func:`~gleaner.capture.filters.meetings` takes them. Attendance is asked for in *window* only, of what was over by
    *asked_at*; with None only what was asked before counts.
    """
    problems: list[Problem] = []
    incomplete: set[str] = set()
    observed: list[Observed] = []
    wide = Span(window.start - _MARGIN, window.end + _MARGIN)
    with (
        progress.step("Reading calendars and repositories", len(sources))
        if progress
        else nullcontext() as step
    ):
        for source in sources:
            found = _observe(source, wide, cache, window, asked_at)
            if isinstance(found, Problem):
                problems.append(found)
                incomplete.add(source.name)
            else:
                observed.append(found)
                problems.extend(found.problems)
                if not found.is_complete:
                    incomplete.add(source.name)
            if step:
                step.advance()
    events = (event for part in observed for event in part.events)
    met = meetings(events, people, filters, by_calendar, by_person, country)
    commits = folded(commit for part in observed for commit in part.commits)
    touches = dict.fromkeys(touch for part in observed for touch in part.touches)
    worked = coding(
        commits, people, _busy(met.activities, met.away), rhythm_of, touches=touches, strands=strands
    )
    return _within(
        window,
        people,
        Captured(
            activities=(*met.activities, *worked.activities),
            skipped=(*met.skipped, *worked.skipped),
            time_off=met.time_off,
            quiet=met.quiet,
            problems=tuple(dict.fromkeys((*problems, *met.problems, *worked.problems))),
            is_complete=not incomplete,
            private=met.private,
            complete=frozenset(source.name for source in sources) - incomplete,
        ),
    )


def day_of(activity: Activity, person: Person) -> date:
    """The day in *person*'s zone that *activity* is about: of a meeting the one it begins on."""
    # Not the session's end, which may be midnight and so the next day.
    return local_date(activity.span.start, person.zone)


def _within(window: Span, people: Catalog, captured: Captured) -> Captured:
    """Of what was read around *window*, all that is on days it touches."""

    def touches(person: Person, day: date) -> bool:
        return day_span(day, person.zone).overlaps(window)

    activities = [
        activity
        for activity in captured.activities
        if touches(person := people.people[activity.user_id], day_of(activity, person))
    ]
    skipped = [
        each
        for each in captured.skipped
        if each.user_id is not None
        and touches(person := people.people[each.user_id], local_date(each.at, person.zone))
    ]
    time_off = [
        off
        for off in captured.time_off
        if any(touches(people.people[off.user_id], day) for day in days(off.first, off.last))
    ]
    return replace(
        captured,
        activities=tuple(sorted(activities, key=lambda each: (each.span, each.key))),
        skipped=tuple(sorted(skipped, key=lambda each: (each.at, each.what))),
        time_off=tuple(time_off),
        quiet=tuple(each for each in captured.quiet if each.span.overlaps(window)),
    )


def _observe(
    source: Source, wide: Span, cache: Cache, window: Span, asked_at: datetime | None
) -> Observed | Problem:
    try:
        found = source.observe(wide, cache)
        if not isinstance(source, Witness):
            return found
        events, problems = source.attended(found.events, window, cache, asked_at)
        return replace(found, events=tuple(events), problems=(*found.problems, *problems))
    except GleanerError as error:
        return Problem(source.name, error.text)
    except Exception as error:
        # A source may come from another distribution; what it does wrong must not stop the others.
        log.exception("source %s failed", source.name)
        kind = type(error).__name__
        return Problem(
            source.name,
            phrase(
                "failed in a way nobody foresaw ({kind}); nothing was read from it. See the log", kind=kind
            ),
        )


def _busy(activities: Sequence[Activity], away: Mapping[UserId, Sequence[Span]]) -> dict[UserId, list[Span]]:
    """When people were not coding: in meetings they said yes to or were seen in, and away."""
    found: dict[UserId, list[Span]] = defaultdict(list)
    for activity in activities:
        if isinstance(activity.detail, Meeting) and activity.detail.is_kept:
            found[activity.user_id].extend(activity.spans)
    for user_id, spans in away.items():
        found[user_id].extend(spans)
    return found
