"""What hours were for."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

from hypothesis import given
from hypothesis import strategies as st
from tests.studio import APOLLO, CATALOG, INTERNAL

from gleaner.core.catalog import Project
from gleaner.core.time import ZERO
from gleaner.timesheets.split import Spent, Split, lines, total, utilisation

BILLED, OWN = CATALOG.projects[APOLLO], CATALOG.projects[INTERNAL]


def spent(
    hours: float, project: Project | None = BILLED, *, billable: bool = True, team: str = "Design"
) -> Spent:
    return Spent(project, "Acme" if project is BILLED else "", team, billable, timedelta(hours=hours))


def hours(split: Split) -> tuple[float, float, float]:
    return tuple(one / timedelta(hours=1) for one in (split.billable, split.not_billable, split.internal))  # type: ignore[return-value]


def test_billable_is_what_harvest_says_and_the_rest_goes_by_the_project() -> None:
    found = total(
        [spent(5), spent(2, billable=False), spent(3, OWN, billable=False), spent(1, None, billable=False)]
    )
    assert hours(found) == (5, 2, 4)
    assert found.billable_share == 5 / 11


def test_lines_are_by_name_with_the_month_beside() -> None:
    fixed = replace(BILLED, is_fixed_fee=True)
    week = [spent(5), spent(1, OWN, billable=False), spent(2, fixed, team="")]
    month = [spent(7, team="sales")]
    assert [(one.name, hours(one.week)[0], hours(one.month)[0]) for one in lines(week, month, "team")] == [
        ("Design", 5, 0), ("none", 2, 0), ("sales", 0, 7),
    ]  # fmt: skip
    assert [one.name for one in lines(week, month, "kind")] == [
        "fixed fee",
        "not billed",
        "time and materials",
    ]
    assert [one.name for one in lines(week, month, "client")] == ["Acme", "none"]


def test_nothing_due_is_no_utilisation() -> None:
    assert utilisation(timedelta(hours=4), ZERO) is None
    assert utilisation(timedelta(hours=4), timedelta(hours=8)) == 0.5


@given(st.lists(st.tuples(st.integers(0, 40), st.booleans(), st.booleans(), st.sampled_from(["a", "b", ""]))))
def test_every_way_of_splitting_adds_up_to_the_same(each: list[tuple[int, bool, bool, str]]) -> None:
    found = [spent(n, BILLED if own else OWN, billable=billed, team=team) for n, own, billed, team in each]
    whole = total(found)
    for by in ("client", "kind", "team"):
        parts = [one.week for one in lines(found, [], by)]
        assert sum(parts, Split()) == whole
