"""Once for each threshold, and only the highest."""

from __future__ import annotations

from datetime import date
from decimal import Decimal

from hypothesis import given
from hypothesis import strategies as st

from gleaner.budgets.alerts import THRESHOLDS, Told, due
from gleaner.budgets.burn import Budget, Burn
from gleaner.core.catalog import ProjectId

TODAY = date(2026, 3, 10)


def used(spent: str, whole: str = "100") -> Burn:
    return Burn(Budget(ProjectId(1), "project", Decimal(whole)), Decimal(spent))


def test_exactly_all_is_reached_and_not_over() -> None:
    assert used("100").has_reached(100)
    assert not used("100").is_over
    assert used("100.01").is_over


def test_a_budget_below_zero_tells_nothing() -> None:
    assert due(used("5", "-1"), None, None, [], TODAY) is None


@given(st.lists(st.integers(0, 150), max_size=40))
def test_whatever_the_order_no_threshold_is_told_twice_and_none_after_a_higher(shares: list[int]) -> None:
    told: list[Told] = []
    for share in shares:
        found = due(used(str(share)), None, None, told, TODAY)
        if found is not None:
            assert share >= found.threshold
            assert all(found.threshold > before.threshold for before in told)
            told.append(Told(found.kind, found.threshold))
    highest = max((one for one in THRESHOLDS if any(share >= one for share in shares)), default=None)
    assert (told[-1].threshold if told else None) == highest
