"""One timeline per person and day: no minute is claimed twice.

Meetings the person accepted come first, then coding, then meetings they only might have joined. Of two accepted
meetings at the same time the one that began first keeps the time and both become a question: nobody but the person
knows which one they sat in. Spans are half-open.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import timedelta

from gleaner.core.activities import Activity, Coding, Meeting
from gleaner.core.phrases import phrase
from gleaner.core.time import ZERO, Span, merged, total, whole_minutes
from gleaner.matching.match import Match

CLASH = timedelta(minutes=10)
"""Overlaps up to this are people leaving one meeting for the next, not a double booking."""


@dataclass(frozen=True)
class Line:
    """One activity with the time that is left for it."""

    match: Match
    spans: tuple[Span, ...]
    """Where on the timeline; disjoint from every other line's."""
    worked: timedelta
    """What may be claimed: never more than was observed, nor than ``spans`` hold."""
    doubt: str = ""
    """Why a person has to look at it, as a sentence; empty when there is no such reason."""
    rivals: tuple[Match, ...] = ()
    """Other activities at the same time that lost their time to this one."""

    @property
    def activity(self) -> Activity:
        return self.match.activity


def lay(matches: Iterable[Match], taken_before: Iterable[Span] = ()) -> list[Line]:
    """The lines of one person's day. Independent of the order of *matches*.

    *taken_before* is time that belongs to the day before: a meeting that went past midnight.
    An activity with no time left gets no line; the one that took its time lists it under ``rivals``.
    """
    lines: list[Line] = []
    before = list(taken_before)
    for match in sorted(matches, key=_rank):
        taken = before + [span for line in lines for span in line.spans]
        spans = [part for span in match.activity.spans for part in span.minus(taken)]
        worked = whole_minutes(min(match.activity.observed, total(spans)))
        clashes = [line for line in lines if _clash(line, match)]
        for line in clashes:
            lines[lines.index(line)] = _doubted(line, match, is_lost=worked < timedelta(minutes=1))
        if worked >= timedelta(minutes=1):
            doubt = _doubt(match, clashes)
            lines.append(Line(match, tuple(merged(spans)), worked, doubt))
    return sorted(lines, key=lambda line: (line.spans[0].start, line.activity.key))


def _rank(match: Match) -> tuple[int, Span, str]:
    match match.activity.detail:
        case Meeting(is_kept=is_kept):
            order = 0 if is_kept else 2
        case Coding():
            order = 1
    span = match.activity.span
    return order, span, match.activity.key


def _clash(line: Line, match: Match) -> bool:
    """Whether both are meetings and share more time than a hand-over takes."""
    if line.activity.kind != "meeting" or match.activity.kind != "meeting":
        return False
    shared = (mine.overlap(other) for mine in line.activity.spans for other in match.activity.spans)
    return sum(shared, ZERO) > CLASH


def _doubted(line: Line, other: Match, *, is_lost: bool) -> Line:
    doubt = line.doubt or phrase('"{title}" was at the same time', title=other.activity.title)
    return replace(line, doubt=doubt, rivals=(*line.rivals, other) if is_lost else line.rivals)


def _doubt(match: Match, clashes: Sequence[Line]) -> str:
    if clashes:
        return phrase('"{title}" was at the same time', title=clashes[0].activity.title)
    detail = match.activity.detail
    if isinstance(detail, Meeting) and detail.is_tentative:
        return detail.doubt or phrase("you did not accept the invitation")
    return ""
