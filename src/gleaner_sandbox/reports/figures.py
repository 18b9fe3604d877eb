"""The numbers of the time, expense and uninvoiced reports.

Amounts are added up unrounded and rounded once per row, half up to cents (rates.md §2, C).
Source: api.md §19.1–§19.3.
"""

from collections.abc import Collection, Sequence
from decimal import Decimal

from gleaner_sandbox.reports.sums import NOTHING, Spent, Worked, total
from gleaner_sandbox.rules.rounding import half_up
from gleaner_sandbox.tables import Row


def of_time(worked: Sequence[Worked], worthless: Collection[int]) -> Row:
    """Hours and their value.

    *worthless* are the projects whose time is worth nothing here: fixed fees, unless they are included.
    """
    return {
        "total_hours": float(total(part.hours for part in worked)),
        "billable_hours": float(total(part.hours for part in worked if part.billable)),
        "billable_amount": half_up(total(part.value for part in worked if part.project_id not in worthless)),
    }


def of_expenses(spent: Sequence[Spent]) -> Row:
    """What was spent, and how much of it the client pays."""
    return {
        "total_amount": half_up(total(part.cost for part in spent)),
        "billable_amount": half_up(total(part.cost for part in spent if part.billable)),
    }


def uninvoiced(
    project: Row, worked: Sequence[Worked], spent: Sequence[Spent], invoiced: Decimal, *, begun: bool
) -> Row:
    """What one billable project could still be invoiced.

    Time & materials: unbilled billable time and expenses.  A fixed fee: what is left of it after the
    *invoiced* line items, less than nothing when more was invoiced, and nothing before the project has
    *begun*; its expenses are not added.
    """
    open_time = [part for part in worked if part.billable and not part.billed]
    costs = total(part.cost for part in spent if part.billable and not part.billed)
    if project["is_fixed_fee"]:
        amount = Decimal(str(project["fee"] or 0)) - invoiced if begun else NOTHING
    else:
        amount = total(part.value for part in open_time) + costs
    return {
        "total_hours": float(total(part.hours for part in worked)),
        "uninvoiced_hours": float(total(part.hours for part in open_time)),
        "uninvoiced_expenses": half_up(costs),
        "uninvoiced_amount": half_up(amount),
    }
