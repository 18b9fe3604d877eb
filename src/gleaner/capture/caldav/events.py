"""The events in a calendar's objects, read as those of a calendar in a file."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace

from gleaner.capture.calendar.owner import Whose
from gleaner.capture.ical.feed import Feed, Found
from gleaner.capture.ical.text import Block, Scan, scan
from gleaner.core.activities import Problem
from gleaner.core.errors import ConfigError
from gleaner.core.time import Span

Definitions = tuple[tuple[str, tuple[str, ...]], ...]
"""Definitions of time zones: each object brings its own, and two may mean different rules by one name."""


@dataclass(frozen=True)
class Reading:
    """One calendar, ready to be asked."""

    texts: Mapping[str, str]
    feeds: Mapping[Definitions, Feed]
    problems: tuple[Problem, ...] = ()

    @property
    def count(self) -> int:
        """Events in the whole calendar, in or out of any window."""
        return sum(feed.count for feed in self.feeds.values())

    def between(self, window: Span) -> Found:
        """The events that overlap *window*, and what is wrong with some."""
        found = Found.joined(feed.between(window) for feed in self.feeds.values())
        problems = tuple(dict.fromkeys((*self.problems, *found.problems)))
        return replace(found, problems=problems, is_complete=found.is_complete and not self.problems)


def reading(texts: Mapping[str, str], whose: Whose, source: str, before: Reading | None) -> Reading:
    """The calendar whose objects have these *texts*; what did not change since *before* is not parsed again."""
    if before is not None and before.texts == texts:
        return before
    problems: list[Problem] = []
    blocks: dict[Definitions, dict[str, tuple[Block, ...]]] = {}
    for path, text in texts.items():
        try:
            scanned = scan(text)
            if scanned.is_cut_off:
                raise ConfigError("ends in the middle")
        except ConfigError as error:
            name = path.rpartition("/")[2][:60]
            problems.append(
                Problem(source, f'The object "{name}" {error}. It was left out; the others were read.')
            )
            continue
        zones = tuple(sorted(scanned.timezones.items()))
        series = blocks.setdefault(zones, {})
        for uid, some in scanned.series.items():
            series[uid] = (*series.get(uid, ()), *some)
    owner = whose.owner(source)
    feeds = {
        zones: Feed(Scan(series, dict(zones)), owner, before.feeds.get(zones) if before else None)
        for zones, series in blocks.items()
    }
    return Reading(texts, feeds, tuple(problems))
