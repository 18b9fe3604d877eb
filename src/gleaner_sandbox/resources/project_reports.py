"""``/reports/uninvoiced`` and ``/reports/project_budget``: a row for each project, by client and name.

Source: api.md §19.3, §19.4, §7; rates.md §2, §4.
"""

from collections import defaultdict
from collections.abc import Callable, Sequence
from decimal import Decimal

from gleaner_sandbox import clock
from gleaner_sandbox.clock import unstamp
from gleaner_sandbox.permissions import Reach
from gleaner_sandbox.reports import budgets, figures
from gleaner_sandbox.reports.sums import grouped, spent, worked
from gleaner_sandbox.resources.projects import BUDGET_BY
from gleaner_sandbox.resources.reports import CLIENT, PROJECT, SPAN, client_shape, during, timeframe
from gleaner_sandbox.rules import coerce, zones
from gleaner_sandbox.schemas import FLAG, NUMBER, STRING, declare, maybe, one_of, paged
from gleaner_sandbox.switches import switch
from gleaner_sandbox.tables import CLIENTS, INVOICES, PROJECTS, TASK_ASSIGNMENTS, USER_ASSIGNMENTS, Row
from gleaner_sandbox.wire.answers import Answer
from gleaner_sandbox.wire.call import Call
from gleaner_sandbox.wire.endpoints import endpoint
from gleaner_sandbox.wire.listing import Conditions, asked, listed_here

_HIDDEN_BUDGETS = switch(
    "hidden_budgets",
    ("null", "missing"),
    "Budgets in money, for those who may not see them: null, or their keys are missing (rates.md §4).",
)
_BY_DAY = "spent_date, id"
_FIGURES = {"budget": maybe(NUMBER), "budget_spent": maybe(NUMBER), "budget_remaining": maybe(NUMBER)}
_UNINVOICED = declare(
    "UninvoicedRow",
    {
        **CLIENT,
        **PROJECT,
        "currency": STRING,
        "total_hours": NUMBER,
        "uninvoiced_hours": NUMBER,
        "uninvoiced_expenses": NUMBER,
        "uninvoiced_amount": NUMBER,
    },
)
_BUDGET = declare(
    "ProjectBudgetRow",
    {
        **CLIENT,
        **PROJECT,
        "budget_is_monthly": FLAG,
        "budget_by": one_of(*(way for way in BUDGET_BY if way != "none")),
        "is_active": FLAG,
        **_FIGURES,
    },
    sometimes=_FIGURES,
)


@endpoint(
    "GET",
    "/reports/uninvoiced",
    "reports.uninvoiced",
    "invoice_feature",
    asks=(*SPAN, "include_fixed_fee"),
    needs=SPAN,
    answers=paged("results", _UNINVOICED, by_cursor=False),
)
def uninvoiced(call: Call) -> Answer:
    """Every billable project the caller may invoice, archived or not (uncertain), also without activity."""
    first, last = timeframe(call)
    which = during(first, last)
    wants_fees = asked(call, "include_fixed_fee", coerce.flag) is not False
    projects = [
        project
        for project in call.books.recall(PROJECTS, "1")
        if project["is_billable"]
        and (wants_fees or not project["is_fixed_fee"])
        and (call.reach is Reach.ALL or project["id"] in call.person.managed_projects)
    ]
    time = grouped(worked(call, which, index=_BY_DAY), lambda part: part.project_id)
    costs = grouped(spent(call, which), lambda part: part.project_id)
    invoiced = _invoiced(call)

    def row(project: Row) -> Row:
        own = project["id"]
        return {
            "currency": call.books.row(CLIENTS, project["client_id"])["currency"],
            **figures.uninvoiced(
                project,
                time.get(own, ()),
                costs.get(own, ()),
                invoiced[own],
                begun=last >= _start(call, project),
            ),
        }

    return _listed(call, projects, row)


def _invoiced(call: Call) -> dict[int, Decimal]:
    """Project id → what its line items on all invoices come to, drafts too (uncertain)."""
    found: dict[int, Decimal] = defaultdict(Decimal)
    for invoice in call.books.select(INVOICES):
        for line in invoice["line_items"]:
            if line["project_id"] is not None:
                found[line["project_id"]] += Decimal(str(line["amount"]))
    return found


def _start(call: Call, project: Row) -> str:
    """The day the project starts, or was created on the company's calendar."""
    zone = zones.zone(call.company["timezone"])
    return project["starts_on"] or clock.today(unstamp(project["created_at"]), zone).isoformat()


@endpoint(
    "GET",
    "/reports/project_budget",
    "reports.project_budget",
    asks=("is_active",),
    answers=paged("results", _BUDGET, by_cursor=False),
)
def project_budget(call: Call) -> Answer:
    """Every project with a budget; a monthly budget shows the current month of the company's calendar."""
    is_active = asked(call, "is_active", coerce.flag)
    projects = [
        project
        for project in _visible(call)
        if project["budget_by"] != "none" and is_active in (None, project["is_active"])
    ]
    time = grouped(worked(call, _counted(call, projects)), lambda part: part.project_id)
    with_costs = [project for project in projects if project["cost_budget_include_expenses"]]
    costs = grouped(spent(call, _counted(call, with_costs)), lambda part: part.project_id)

    def row(project: Row) -> Row:
        own = project["id"]
        assigned = (
            call.books.recall(table, "project_id = ? AND is_active", own)
            for table in (TASK_ASSIGNMENTS, USER_ASSIGNMENTS)
        )
        numbers = budgets.figures(
            budgets.budget(project, *assigned),
            budgets.used(project, time.get(own, ()), costs.get(own, ())),
        )
        return {
            "budget_is_monthly": project["budget_is_monthly"],
            "budget_by": project["budget_by"],
            "is_active": project["is_active"],
            **_allowed(call, project, numbers),
        }

    return _listed(call, projects, row)


def _visible(call: Call) -> list[Row]:
    """All projects; for others than administrators those they manage, and those of theirs that show their budget."""
    projects = call.books.recall(PROJECTS, "1")
    if call.reach is Reach.ALL:
        return projects
    managed = call.person.managed_projects if call.reach is Reach.MANAGED else []
    mine = call.books.values(USER_ASSIGNMENTS, "project_id", "user_id = ? AND is_active", call.person.id)
    return [p for p in projects if p["id"] in managed or (p["id"] in mine and p["show_budget_to_all"])]


def _counted(call: Call, projects: Sequence[Row]) -> Conditions:
    """Which time (or expenses) may count: all of it, or this month's where the budget is monthly.

    The month is the calendar's also where tasks or people have the budgets (uncertain).
    """
    month = call.books.today[:7]
    ids = grouped(projects, lambda project: bool(project["budget_is_monthly"]))
    always, monthly = ([project["id"] for project in ids.get(kind, [])] for kind in (False, True))
    marks = (", ".join("?" * len(some)) for some in (always, monthly))
    found = Conditions()
    found.add(
        "project_id IN ({}) OR (project_id IN ({}) AND spent_date BETWEEN ? AND ?)".format(*marks),
        *always,
        *monthly,
        f"{month}-01",
        f"{month}-31",
    )
    return found


def _allowed(call: Call, project: Row, numbers: Row) -> Row:
    """The *numbers*; money only for those with the permission for rates."""
    if call.sees_rates or project["budget_by"] not in budgets.MONEY:
        return numbers
    return {} if call.switch(_HIDDEN_BUDGETS) == "missing" else dict.fromkeys(numbers)


def _listed(call: Call, projects: Sequence[Row], rest: Callable[[Row], Row]) -> Answer:
    """A row for each project, with its plain name; by client, then project."""
    rows = [
        {
            **client_shape(call, project["client_id"]),
            "project_id": project["id"],
            "project_name": project["name"],
            **rest(project),
        }
        for project in projects
    ]
    rows.sort(
        key=lambda row: (row["client_name"].casefold(), row["project_name"].casefold(), row["project_id"])
    )
    return listed_here(call, "results", rows, by_cursor=False)
