"""What a rule would have made, day by day."""

from __future__ import annotations

from datetime import date
from decimal import Decimal

from tests.unit.invoicing.work import catalog, rule, seen, worked

from gleaner.invoicing.simulate import simulate
from gleaner.invoicing.triggers.retainer_low import RetainerLow


def test_a_retainer_is_used_up_by_the_work_of_each_day() -> None:
    low = rule(trigger=RetainerLow(7, Decimal(500), Decimal(100)))
    work = [worked(1, 10, "5.01"), worked(2, 20, "7")]
    found = simulate(low, seen("2026-03-31T09:00"), catalog(), work, (), date(2026, 3, 1))
    assert [one.on for one in found] == [date(2026, 3, 1), date(2026, 3, 10), date(2026, 3, 20)]
