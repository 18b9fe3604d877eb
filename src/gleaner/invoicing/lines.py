"""The lines Harvest makes of time and expenses: what belongs together, how many, at what price. Pure.

Source: ``harvest/rates`` §5.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Literal

from gleaner.core.catalog import Catalog, ProjectId
from gleaner.core.invoices import ExpenseSummary, TimeSummary
from gleaner.invoicing.work import NOTHING, Spent, Worked, cents


@dataclass(frozen=True)
class PlannedLine:
    """A line as Harvest will make it."""

    kind: Literal["time", "expense", "fee"]
    project_id: ProjectId | None
    label: str
    """What it is about: the task, the person, the category; empty where the project says it all."""
    quantity: Decimal
    unit_price: Decimal
    amount: Decimal
    exact: Decimal
    """Its entries at their rates, not rounded: an effective rate in cents may lose or add a little."""
    items: tuple[int, ...] = ()


def time_lines(summary: TimeSummary, catalog: Catalog, time: Sequence[Worked]) -> list[PlannedLine]:
    """The lines of that time, by project; of *detailed* ones by day too."""
    if summary == "detailed":
        return [_hourly(one.project_id, _task(catalog, one), [one]) for one in sorted(time, key=_in_order)]
    keys: dict[str, Callable[[Worked], tuple[int, str]]] = {
        "project": lambda _one: (0, ""),
        "task": lambda one: (one.task_id, _task(catalog, one)),
        "people": lambda one: (one.user_id, _person(catalog, one)),
    }
    groups: dict[tuple[ProjectId, int, str], list[Worked]] = defaultdict(list)
    for one in time:
        groups[one.project_id, *keys[summary](one)].append(one)
    return [_hourly(group[0], group[2], those) for group, those in sorted(groups.items(), key=lambda g: g[0])]


def _hourly(project_id: ProjectId, label: str, those: Sequence[Worked]) -> PlannedLine:
    hours = sum((one.hours for one in those), NOTHING)
    exact = sum((one.value for one in those), NOTHING)
    rates = {one.rate or NOTHING for one in those}
    # One rate for all, or what an hour came to on average: in cents (how exact Harvest is there is uncertain).
    price = (those[0].rate or NOTHING) if len(rates) == 1 or not hours else cents(exact / hours)
    ids = tuple(one.id for one in those)
    return PlannedLine("time", project_id, label, hours, price, cents(hours * price), exact, ids)


def expense_lines(
    summary: ExpenseSummary | None, catalog: Catalog, costs: Sequence[Spent]
) -> list[PlannedLine]:
    """The lines of those expenses, by project; None is ``project``."""
    if summary == "detailed":
        return [_piece(one) for one in sorted(costs, key=_in_order)]
    keys: dict[str, Callable[[Spent], str]] = {
        "project": lambda _one: "",
        "category": lambda one: one.category,
        "people": lambda one: catalog.people[one.user_id].name if one.user_id in catalog.people else "",
    }
    groups: dict[tuple[ProjectId, str], list[Spent]] = defaultdict(list)
    for one in costs:
        groups[one.project_id, keys[summary or "project"](one)].append(one)
    made = []
    for (project_id, label), those in sorted(groups.items()):
        whole = sum((one.total for one in those), NOTHING)
        ids = tuple(one.id for one in those)
        made.append(PlannedLine("expense", project_id, label, Decimal(1), whole, cents(whole), whole, ids))
    return made


def _piece(one: Spent) -> PlannedLine:
    """An expense on a line of its own: so many units at a price where that is what it costs."""
    in_units = one.units and one.unit_price and cents(one.units * one.unit_price) == one.total
    quantity, price = (one.units, one.unit_price) if in_units else (Decimal(1), one.total)
    assert quantity is not None
    assert price is not None
    return PlannedLine(
        "expense",
        one.project_id,
        one.category,
        quantity,
        price,
        cents(quantity * price),
        one.total,
        (one.id,),
    )


def _in_order(one: Worked | Spent) -> tuple[ProjectId, date, int]:
    return one.project_id, one.on, one.id


def _task(catalog: Catalog, one: Worked) -> str:
    found = catalog.tasks.get(one.task_id)
    return found.name if found is not None else ""


def _person(catalog: Catalog, one: Worked) -> str:
    found = catalog.people.get(one.user_id)
    return found.name if found is not None else ""
