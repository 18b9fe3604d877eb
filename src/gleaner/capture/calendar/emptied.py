"""Whether a calendar lost so many events that it looks like a fault of whoever gave it to us."""

from __future__ import annotations

from gleaner.core.errors import Suspicious

_FEW, _SOME = 5, 20
"""With so many events a calendar does not lose all, or more than half, of them between two looks."""


def check_not_emptied(where: str, before: int, now: int) -> None:
    """Raises Suspicious when of *before* events so few are left *now* that nothing should follow from it.

    >>> check_not_emptied("ana.ics", 4, 0), check_not_emptied("ana.ics", 30, 15)
    (None, None)
    """
    lost_all = before >= _FEW and now == 0
    lost_half = before >= _SOME and now * 2 < before
    if lost_all or lost_half:
        left = "none" if now == 0 else f"only {now}"
        raise Suspicious(
            f"{where} had {before} events and now has {left}, which looks like a fault; nothing was read. "
            "If it is right, set allow_empty = true for one run"
        )
