"""How much waits, for triggers that go by that. After an invoice that was cancelled only what came later counts."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from decimal import Decimal

from gleaner.invoicing.due import Seen
from gleaner.invoicing.work import NOTHING, Spent, Worked


def grown(
    seen: Seen, of_time: Callable[[Worked], Decimal], of_expense: Callable[[Spent], Decimal]
) -> Decimal:
    """What waits up to today, without running timers.

    What a cancelled invoice freed would else be due again at once, against the word of whoever cancelled it.
    """
    last = seen.fired[-1] if seen.fired else None
    after = last.on if last is not None and last.is_cancelled else date.min
    days = (after, seen.today)
    time = sum(
        (of_time(one) for one in seen.worked if not one.is_running and days[0] < one.on <= days[1]), NOTHING
    )
    return time + sum((of_expense(one) for one in seen.spent if days[0] < one.on <= days[1]), NOTHING)
