"""The picture of a day: when meetings were, when somebody coded, and what is logged with times. Pure."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta

from gleaner.core.activities import Activity
from gleaner.core.catalog import Person
from gleaner.core.entries import TimeEntry
from gleaner.core.time import Span, day_span

_FIRST, _LAST = 8, 18
"""The hours that are always drawn; earlier and later ones where something was."""
WIDTH = 960


@dataclass(frozen=True)
class Block:
    """A stretch in the picture, in its own units."""

    x: float
    width: float
    row: int
    kind: str
    """``meeting``, ``coding`` or ``logged``."""
    label: str
    """The stretch in words, for its tooltip."""


@dataclass(frozen=True)
class Strip:
    """A day between its first and its last drawn hour."""

    hours: tuple[tuple[float, int], ...]
    """Where each hour's line is, and which it is."""
    blocks: tuple[Block, ...]

    @property
    def has_logged(self) -> bool:
        return any(block.kind == "logged" for block in self.blocks)


def strip(person: Person, on: date, seen: Sequence[Activity], entries: Iterable[TimeEntry]) -> Strip:
    """The picture; meetings in the first row, coding in the second, what is logged with times in the third."""
    whole = day_span(on, person.zone)
    spans: list[tuple[int, str, Span]] = [
        (0 if one.kind == "meeting" else 1, one.kind, span) for one in seen for span in one.spans
    ]
    spans += [
        (2, "logged", Span(_at(on, one.started_time, person), _at(on, one.ended_time, person)))
        for one in entries
        if one.started_time is not None and one.ended_time is not None and one.started_time < one.ended_time
    ]
    inside = [
        (row, kind, Span(max(span.start, whole.start), min(span.end, whole.end)))
        for row, kind, span in spans
        if span.start < whole.end and span.end > whole.start
    ]
    begin = min([_FIRST, *(_hour(span.start, whole) for _, _, span in inside)])
    end = max([_LAST, *(_hour(span.end - timedelta(microseconds=1), whole) + 1 for _, _, span in inside)])
    unit = WIDTH / (end - begin)
    zero = whole.start + timedelta(hours=begin)

    def x(at: datetime) -> float:
        return round((at.astimezone(UTC) - zero.astimezone(UTC)) / timedelta(hours=1) * unit, 1)

    blocks = tuple(
        Block(x(span.start), max(2.0, round(x(span.end) - x(span.start), 1)), row, kind, _said(span, person))
        for row, kind, span in inside
    )
    return Strip(tuple((round((hour - begin) * unit, 1), hour) for hour in range(begin, end + 1)), blocks)


def _hour(at: datetime, whole: Span) -> int:
    return int((at.astimezone(UTC) - whole.start.astimezone(UTC)) / timedelta(hours=1))


def _at(on: date, wall: time, person: Person) -> datetime:
    return datetime.combine(on, wall, person.zone)


def _said(span: Span, person: Person) -> str:
    begin, end = (at.astimezone(person.zone) for at in (span.start, span.end))
    return f"{begin:%H:%M}–{end:%H:%M}"
