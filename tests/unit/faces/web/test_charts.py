"""Charts stay inside their box, and the numbers beside them are those they draw."""

from __future__ import annotations

from datetime import date, timedelta
from decimal import Decimal

from hypothesis import given
from hypothesis import strategies as st

from gleaner.budgets.burn import Budget, Burn, Use
from gleaner.budgets.forecast import Forecast
from gleaner.core.catalog import ProjectId
from gleaner.faces.web.charts import HEIGHT, WIDTH, bar, burn_up, columns, steps

TODAY = date(2026, 3, 10)
days = st.integers(0, 700).map(lambda back: TODAY - timedelta(days=back))
amounts = st.decimals("0.01", "99", places=2)
uses = st.lists(st.builds(Use, days, amounts), min_size=1, max_size=30)


def burned(those: list[Use], whole: Decimal | None, *, monthly: bool = False) -> Burn:
    ordered = tuple(sorted(those, key=lambda one: one.on))
    budget = Budget(ProjectId(1), "project", whole, is_monthly=monthly)
    period = budget.period(TODAY)
    return Burn(
        budget, sum((one.amount for one in ordered if budget.period(one.on) == period), Decimal(0)), ordered
    )


def points(text: str) -> list[tuple[float, float]]:
    pairs = (one.split(",") for one in text.split())
    return [(float(x), float(y)) for x, y in pairs]


@given(uses, st.none() | st.decimals("0", "5000", places=2), st.booleans(), st.integers(1, 500))
def test_a_burn_up_stays_in_its_box_and_ends_at_what_was_used(
    those: list[Use], whole: Decimal | None, monthly: bool, ahead: int
) -> None:
    burn = burned(those, whole, monthly=monthly)
    gone = Forecast(100, TODAY + timedelta(days=ahead), TODAY + timedelta(days=ahead // 2 + 1), None)
    chart = burn_up(burn, gone, TODAY + timedelta(days=30), TODAY)
    if chart is None:
        assert not burn.exact, "nothing was used in the period"
        return
    drawn = [*points(chart.line), *points(chart.band), *points(chart.likely)]
    assert all(0 <= x <= WIDTH and 0 <= y <= HEIGHT for x, y in drawn)
    sums = [value for _, value in chart.rows]
    assert sums == sorted(sums)
    assert sums[-1] == burn.exact
    assert len(points(chart.line)) == len(chart.rows)


def test_nothing_used_draws_nothing() -> None:
    assert burn_up(burned([], Decimal(10)), None, None, TODAY) is None


@given(st.none() | st.decimals("0", "100000", places=2))
def test_a_bar_is_never_longer_than_there_is_room(percent: Decimal | None) -> None:
    one = bar(percent, (75, 90, 100))
    assert 0 <= one.inside <= 200
    assert 0 <= one.beyond <= 50
    assert (one.beyond > 0) <= (one.inside == 200)


@given(st.lists(st.none() | st.floats(0, 1), min_size=1, max_size=53))
def test_columns_are_as_high_as_their_share(shares: list[float | None]) -> None:
    made = columns(shares)
    assert all(
        one.top + one.height == made[0].top + made[0].height or abs(one.top + one.height - 120) < 0.2
        for one in made
    )
    assert all(one.height >= 0 and one.x >= 0 for one in made)


@given(st.floats(0.01, 1_000_000))
def test_numbers_beside_a_chart_are_round_few_and_not_above_it(top: float) -> None:
    said = steps(top)
    assert said[0] == 0
    assert 1 < len(said) <= 6
    assert said[-1] <= Decimal(str(top))
