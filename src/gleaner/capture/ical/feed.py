"""A whole calendar, asked window by window for the events that take place in it.

Series are parsed and expanded one by one, when a window first needs them, and kept; what is wrong with one
becomes a problem and leaves the others alone.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime, timedelta
from typing import TYPE_CHECKING, Any

from gleaner.capture.calendar.owner import Owner
from gleaner.capture.ical import event
from gleaner.capture.ical.rules import refusal
from gleaner.capture.ical.text import MARK, Block, Scan, calendar_text
from gleaner.capture.ical.zones import Zones
from gleaner.capture.observed import PRIVATE_TITLE, Event
from gleaner.core.activities import Problem
from gleaner.core.time import Span

if TYPE_CHECKING:
    from icalendar import Event as Component

_SLACK = timedelta(days=2)
"""Windows are asked for with this much around them: all-day and floating times have no zone yet."""
_WRONG = MARK + "WRONG"
_NO_END, _NO_LENGTH = "has no end", "lasts 0 minutes"
_LENGTHLESS = (_NO_END, _NO_LENGTH)
"""With nobody invited such an event is a reminder; with others it is a meeting that lacks its end."""
_MOST_IN_A_WINDOW = 2_000

UNREADABLE = (ValueError, LookupError, TypeError, AttributeError, ArithmeticError)
"""What icalendar, dateutil and recurring_ical_events raise on text that is not what it should be."""


@dataclass(frozen=True)
class Found:
    """What one window of a calendar holds."""

    events: tuple[Event, ...] = ()
    problems: tuple[Problem, ...] = ()
    is_complete: bool = True

    @staticmethod
    def joined(parts: Iterable[Found]) -> Found:
        every = list(parts)
        return Found(
            tuple(event for part in every for event in part.events),
            tuple(problem for part in every for problem in part.problems),
            all(part.is_complete for part in every),
        )


class Feed:
    """One calendar. Asking it again for the same or another window parses nothing twice.

    *before* is the same calendar as it was read last: a series whose text did not change is not parsed again.
    """

    def __init__(self, scan: Scan, owner: Owner, before: Feed | None = None) -> None:
        self._scan = scan
        self._owner = owner
        self._zones = Zones(scan.timezones, owner.zone.key)
        is_alike = before is not None and (before._scan.timezones, before._owner) == (scan.timezones, owner)
        self._parsed_before = before._series if before is not None and is_alike else {}
        self._series: dict[tuple[tuple[str, ...], ...], _Series] = {}
        """By the text of the events."""
        if before is not None and is_alike:
            self._zones.unknown |= before._zones.unknown

    @property
    def count(self) -> int:
        """Events in the whole calendar, in or out of any window."""
        return self._scan.count

    def between(self, window: Span) -> Found:
        """The events that overlap *window*, oldest first, and what is wrong with some."""
        first, last = (window.start - _SLACK).date(), (window.end + _SLACK).date()
        parts = [
            self._instances(_needed(blocks, first, last), window, is_one_of_many=len(series) > 1)
            for all_blocks in self._scan.series.values()
            if any(block.may_touch(first, last) for block in all_blocks)
            for series in (_as_series(all_blocks),)
            for blocks in series
            if any(block.may_touch(first, last) for block in blocks)
        ]
        found = Found.joined(parts)
        return replace(
            found,
            events=tuple(sorted(found.events, key=lambda event: (event.span, event.uid))),
            problems=found.problems + tuple(self._zone_problems()),
        )

    def _instances(self, blocks: list[Block], window: Span, *, is_one_of_many: bool) -> Found:
        title = _title(blocks[0])
        try:
            refused = _refusal(blocks, window.end.date())
            if refused:
                text = f'Event "{title}" {refused}; its instances were left out. Change how it repeats.'
                return Found(problems=(self._problem(text),), is_complete=False)
            key = tuple(block.lines for block in blocks)
            if key not in self._series:
                self._series[key] = self._parsed_before.get(key) or _Series(blocks, self._zones)
            return self._sorted_out(self._series[key], window, is_one_of_many=is_one_of_many)
        except UNREADABLE as error:
            text = (
                f'Event "{title}" cannot be read ({_first_line(error)}); it was left out, the others were read. '
                "Open it in the calendar and save it again."
            )
            return Found(problems=(self._problem(text),), is_complete=False)

    def _sorted_out(self, series: _Series, window: Span, *, is_one_of_many: bool) -> Found:
        events: list[Event] = []
        problems: list[Problem] = []
        instances = series.between(window.start - _SLACK, window.end + _SLACK)
        if len(instances) > _MOST_IN_A_WINDOW:
            text = (
                f'Event "{series.title}" takes place {len(instances)} times in a few days; it was left out.'
            )
            return Found(problems=(self._problem(text),), is_complete=False)
        for component in instances:
            start = event.moment(event.when(component, "DTSTART"), self._owner.zone)
            wrong = str(component.get(_WRONG, ""))
            is_reminder = wrong in _LENGTHLESS and "ATTENDEE" not in component
            if wrong and not is_reminder:
                if window.start <= start < window.end and not event.is_cancelled(component):
                    problems.append(self._wrong(component, wrong))
                continue
            found = event.read(
                component,
                series.original_start(component),
                series.is_recurring or is_one_of_many,
                self._owner,
            )
            if found.span.overlaps(window) or (is_reminder and window.start <= start < window.end):
                events.append(found)
        if not self._owner.is_zone_known and events and series.has_floating_time:
            problems.append(self._zone_unknown(series.title))
        return Found(tuple(events), tuple(problems))

    def _wrong(self, component: Component, wrong: str) -> Problem:
        start = event.moment(event.when(component, "DTSTART"), self._owner.zone).astimezone(self._owner.zone)
        title = event.title(component)
        return self._problem(
            f'Event "{title}" on {start:%a} {start.day} {start:%b %Y}, {start:%H:%M}, {wrong}; it was left out. '
            "Give it an end after its start."
        )

    def _zone_unknown(self, title: str) -> Problem:
        return self._problem(
            f'Event "{title}" has times without a zone and this calendar\'s zone is not set; they were read as UTC. '
            'Set the zone, for example zone = "Europe/Berlin".'
        )

    def _zone_problems(self) -> Iterable[Problem]:
        for tzid in sorted(self._zones.unknown):
            yield self._problem(
                f'The time zone "{tzid[:60]}" is not known; times in it were read as {self._owner.zone.key}. '
                "Give these events a zone such as Europe/Berlin."
            )

    def _problem(self, text: str) -> Problem:
        return Problem(self._owner.source, text)


class _Series:
    """The VEVENTs of one UID, parsed: a single event, or a series with its exceptions."""

    def __init__(self, blocks: list[Block], zones: Zones) -> None:
        from icalendar import Calendar
        from recurring_ical_events import CalendarQuery  # type: ignore[import-untyped]

        self.title = _title(blocks[0])
        self.is_recurring = any(block.repeats or block.is_override for block in blocks)
        rewritten = [zones.rewrite(block.lines) for block in blocks]
        definitions = dict.fromkeys(lines for _, needed in rewritten for lines in needed)
        calendar = Calendar.from_ical(calendar_text((lines for lines, _ in rewritten), definitions))
        assert isinstance(calendar, Calendar)
        components = calendar.events
        for component in components:
            _mark_if_wrong(component)
        self.has_floating_time = any(_is_floating(component) for component in components)
        self._moves = dict(_moves(components))
        # Not ``recurring_ical_events.of``: that moves UTC times into X-WR-TIMEZONE, against RFC 5545.
        self._query: Any = CalendarQuery(calendar)

    def between(self, start: datetime, end: datetime) -> list[Component]:
        found: list[Component] = self._query.between(start, end)
        return found

    def original_start(self, instance: Component) -> datetime | date:
        """The instance's start before anyone moved it, as the calendar wrote it."""
        recurrence_id = instance.get("RECURRENCE-ID")
        if recurrence_id.params.get("RANGE", "").upper() == "THISANDFUTURE":
            # All later instances carry the first one's RECURRENCE-ID; each is told by its own start.
            return event.when(instance, "DTSTART") - self._moves.get(_stamp(recurrence_id.dt), timedelta(0))
        return event.when(instance, "RECURRENCE-ID")


def _as_series(blocks: tuple[Block, ...]) -> list[list[Block]]:
    """*blocks* of one UID as the series they are.

    Two masters of one UID are an old and a new version if their SEQUENCE differs (the newest counts); feeds
    that write every instance of a series as an event of its own repeat the UID with the same SEQUENCE.
    """
    masters = [block for block in blocks if not block.is_override]
    overrides = [block for block in blocks if block.is_override]
    if len(masters) < 2:
        return [list(blocks)]
    newest = max(block.sequence for block in masters)
    current = list({block.lines: block for block in masters if block.sequence == newest}.values())
    current.sort(key=lambda block: not block.repeats)
    return [[current[0], *overrides], *([block] for block in current[1:])]


def _needed(blocks: list[Block], first: date, last: date) -> list[Block]:
    """*blocks* without the exceptions that neither put an instance into those days nor take one out of them."""
    near = {block.replaces for block in blocks if block.is_override and block.may_touch(first, last)}
    return [block for block in blocks if not block.is_override or block.replaces in near]


def _title(block: Block) -> str:
    hidden = {"CLASS:PRIVATE", "CLASS:CONFIDENTIAL"}
    if any(line.upper().replace(" ", "") in hidden for line in block.lines):
        return PRIVATE_TITLE
    return event.unescaped(block.title)[:80] or "(no title)"


def _refusal(blocks: Collection[Block], last: date) -> str | None:
    for block in blocks:
        for line in block.lines:
            name, _, rule = line.partition(":")
            if name.upper().split(";")[0] == "RRULE":
                first = datetime.strptime(block.first, "%Y%m%d").replace(tzinfo=UTC).date()
                refused = refusal(rule, first, last + _SLACK)
                if refused:
                    return refused
    return None


def _mark_if_wrong(component: Component) -> None:
    """Turn an event without a usable length into one of zero length that says what is wrong with it.

    Left alone, recurring_ical_events would swap a wrong start and end and go on.
    """
    start = event.when(component, "DTSTART")
    is_day = not isinstance(start, datetime)
    length: timedelta | None
    if "DTEND" in component:
        length = _difference(event.when(component, "DTEND"), start)
    elif "DURATION" in component:
        length = component.get("DURATION").dt
    else:
        length = None
    if is_day:
        if length is None or length <= timedelta(0):
            # RFC 5545 says that a day's end is the day after; who writes the same day means that day.
            wrong = "" if not length else "ends before it starts"
            _without_length(component, wrong)
    elif length is None:
        _without_length(component, _NO_END)
    elif length == timedelta(0):
        _without_length(component, _NO_LENGTH)
    elif length < timedelta(0):
        _without_length(component, "ends before it starts")


def _without_length(component: Component, wrong: str) -> None:
    component.pop("DTEND", None)
    component.pop("DURATION", None)
    if wrong:
        component[_WRONG] = wrong


def _moves(components: Iterable[Component]) -> Iterable[tuple[str, timedelta]]:
    """For each "this and all following" exception, how far it moved its instances."""
    for component in components:
        recurrence_id = component.get("RECURRENCE-ID")
        if recurrence_id is not None and recurrence_id.params.get("RANGE", "").upper() == "THISANDFUTURE":
            original = event.when(component, "RECURRENCE-ID")
            yield _stamp(original), _difference(event.when(component, "DTSTART"), original)


def _is_floating(component: Component) -> bool:
    start = event.when(component, "DTSTART")
    return isinstance(start, datetime) and start.tzinfo is None


def _difference(later: datetime | date, earlier: datetime | date) -> timedelta:
    """How long it is from one to the other; as the clock on the wall shows it if their kinds differ."""
    if isinstance(later, datetime) and isinstance(earlier, datetime):
        if (later.tzinfo is None) == (earlier.tzinfo is None):
            return later - earlier
    elif not isinstance(later, datetime) and not isinstance(earlier, datetime):
        return later - earlier
    return _plain(later) - _plain(earlier)


def _plain(value: datetime | date) -> datetime:
    if isinstance(value, datetime):
        return value.replace(tzinfo=None)
    return datetime(value.year, value.month, value.day)  # noqa: DTZ001 - only to subtract two of them


def _stamp(value: datetime | date) -> str:
    return value.isoformat()


def _first_line(error: BaseException) -> str:
    return (str(error).splitlines() or [""])[0][:120] or type(error).__name__
