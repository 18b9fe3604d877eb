"""A steady pace ends on the day one would count to; an unsteady one within a range."""

from __future__ import annotations

from datetime import date, timedelta
from decimal import Decimal

from gleaner.budgets.burn import Budget, Burn, Use
from gleaner.budgets.forecast import Calendar, forecast
from gleaner.core.catalog import ProjectId

MONDAY = date(2026, 3, 23)
DAYS = [
    MONDAY - timedelta(days=back) for back in range(1, 22) if (MONDAY - timedelta(days=back)).weekday() < 5
]


def test_a_steady_pace_ends_on_the_day_one_would_count_to_but_for_holidays() -> None:
    uses = tuple(Use(day, Decimal(4)) for day in DAYS)
    burn = Burn(Budget(ProjectId(1), "project", Decimal(80)), Decimal(60), uses)
    found = forecast(burn, 100, MONDAY, Calendar())
    assert found is not None
    assert found.earliest == found.on == found.latest == date(2026, 3, 27)
    off = forecast(burn, 100, MONDAY, Calendar(holidays=frozenset({date(2026, 3, 25)})))
    assert off is not None
    assert off.on == date(2026, 3, 30)


def test_a_few_days_are_too_little_to_say_anything() -> None:
    burn = Burn(
        Budget(ProjectId(1), "project", Decimal(80)),
        Decimal(8),
        (Use(MONDAY - timedelta(days=3), Decimal(8)),),
    )
    assert forecast(burn, 100, MONDAY, Calendar()) is None
