"""Whose time is taken by what is already in the calendars; used to find free slots for new meetings."""

from collections.abc import Iterable

Span = tuple[int, int]


def overlap(one: Span, other: Span) -> int:
    """Minutes the two spans share.

    >>> overlap((0, 30), (20, 60)), overlap((0, 30), (30, 60))
    (10, 0)
    """
    return max(0, min(one[1], other[1]) - max(one[0], other[0]))


class Agenda:
    """Taken spans, by e-mail address and day (in UTC, which is as good as any)."""

    def __init__(self) -> None:
        self._taken: dict[tuple[str, int], list[Span]] = {}

    def take(self, people: Iterable[str], span: Span) -> None:
        for email in people:
            for day in _days(span):
                self._taken.setdefault((email, day), []).append(span)

    def is_free(self, people: Iterable[str], span: Span) -> bool:
        """Whether nothing of these people overlaps *span*."""
        return not any(
            overlap(taken, span)
            for email in people
            for day in _days(span)
            for taken in self._taken.get((email, day), ())
        )


def _days(span: Span) -> range:
    return range(span[0] // 1440, span[1] // 1440 + 1)
