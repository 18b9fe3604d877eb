"""Budgets and what is left of them.  Source: rates.md §4, api.md §19.4."""

from collections.abc import Sequence
from decimal import Decimal

from gleaner_sandbox.reports.sums import Spent, Worked, total
from gleaner_sandbox.rules.rounding import half_up
from gleaner_sandbox.tables import Row

MONEY = ("project_cost", "task_fees")
"""The values of ``budget_by`` whose budget is money; the others are hours."""


def budget(project: Row, tasks: Sequence[Row], team: Sequence[Row]) -> Decimal | None:
    """The project's budget, given its active assignments; None when nobody set one.

    >>> parts = [{"budget": 10.0}, {"budget": None}, {"budget": 2.5}]
    >>> budget({"budget_by": "task"}, parts, []), budget({"budget_by": "person"}, [], [{"budget": None}])
    (Decimal('12.5'), Decimal('0'))
    """
    match project["budget_by"]:
        case "person":
            return total(_decimal(part["budget"]) for part in team)
        case "task" | "task_fees":
            return total(_decimal(part["budget"]) for part in tasks)
        case "project_cost":
            own = project["cost_budget"]
        case _:
            own = project["budget"]
    return None if own is None else _decimal(own)


def used(project: Row, worked: Sequence[Worked], spent: Sequence[Spent]) -> Decimal:
    """How much of it is used up: hours or money.

    Only time that counts: of people or tasks with a budget, where those are budgeted.  Expenses, billable or
    not, count in cost budgets that include them.
    """
    counted = [part for part in worked if part.budgeted]
    match project["budget_by"]:
        case "task_fees":
            return total(part.value for part in counted)
        case "project_cost":
            expenses = spent if project["cost_budget_include_expenses"] else ()
            return total(part.value for part in counted) + total(part.cost for part in expenses)
    return total(part.hours for part in counted)


def figures(whole: Decimal | None, gone: Decimal) -> Row:
    """The three numbers of a row; without a budget there is no remainder either (uncertain).

    >>> figures(Decimal(10), Decimal("12.5"))
    {'budget': 10.0, 'budget_spent': 12.5, 'budget_remaining': -2.5}
    """
    return {
        "budget": None if whole is None else half_up(whole),
        "budget_spent": half_up(gone),
        "budget_remaining": None if whole is None else half_up(whole - gone),
    }


def _decimal(value: float | None) -> Decimal:
    return Decimal(str(value or 0))
