"""Several calendars of one source, as one."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import TypeVar

from gleaner.capture.observed import Observed
from gleaner.core.activities import Problem
from gleaner.core.errors import GleanerError

T = TypeVar("T")


def observed(source: str, calendars: Sequence[T], read: Callable[[T], Observed]) -> Observed:
    """What all *calendars* show. One that cannot be read is a problem, unless it is the only one: then it raises."""
    parts: list[Observed] = []
    for calendar in calendars:
        try:
            parts.append(read(calendar))
        except GleanerError as error:
            if len(calendars) == 1:
                raise
            parts.append(Observed(problems=(Problem(source, error.text),), is_complete=False))
    is_complete = all(part.is_complete for part in parts)
    return Observed(
        events=tuple(
            sorted(
                (event for part in parts for event in part.events), key=lambda event: (event.span, event.uid)
            )
        ),
        problems=tuple(problem for part in parts for problem in part.problems),
        is_unchanged=is_complete and all(part.is_unchanged for part in parts),
        is_complete=is_complete,
    )
