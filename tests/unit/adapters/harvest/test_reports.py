"""Reports: typed rows, money to the cent, under the reports' own limit."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import date
from decimal import Decimal

import httpx2
import pytest
from tests.unit.adapters.harvest.clerk import Clerk
from tests.unit.adapters.harvest.fake import ACCOUNT, TOKEN

from gleaner.adapters.harvest import wire
from gleaner.adapters.harvest.client import Client
from gleaner.adapters.harvest.reports import Reports
from gleaner.core.errors import Refused

FIRST, LAST = date(2026, 3, 1), date(2026, 3, 31)
TIME = {"total_hours": 10.25, "billable_hours": 8.5, "currency": "EUR", "billable_amount": 850.55}
COST = {"total_amount": 133.35, "billable_amount": 100.1, "currency": "EUR"}
PROJECT = {"client_id": 301, "client_name": "Acme", "project_id": 201, "project_name": "[AP] Portal"}
PERSON = {"user_id": 501, "user_name": "Ada Byron", "is_contractor": True}

DATED: list[tuple[str, Callable[[Reports], Iterator[wire.Wire]], dict[str, object]]] = [
    ("time/clients", lambda r: r.time_by_client(FIRST, LAST), {"client_id": 301, "client_name": "Acme", **TIME}),
    ("time/projects", lambda r: r.time_by_project(FIRST, LAST), {**PROJECT, **TIME}),
    ("time/tasks", lambda r: r.time_by_task(FIRST, LAST), {"task_id": 1, "task_name": "Design", **TIME}),
    ("time/team", lambda r: r.time_by_person(FIRST, LAST),
     {**PERSON, "weekly_capacity": 72000, "avatar_url": "https://x", **TIME}),
    ("expenses/clients", lambda r: r.expenses_by_client(FIRST, LAST),
     {"client_id": 301, "client_name": "Acme", **COST}),
    ("expenses/projects", lambda r: r.expenses_by_project(FIRST, LAST), {**PROJECT, **COST}),
    ("expenses/categories", lambda r: r.expenses_by_category(FIRST, LAST),
     {"expense_category_id": 401, "expense_category_name": "Meals", **COST}),
    ("expenses/team", lambda r: r.expenses_by_person(FIRST, LAST), {**PERSON, **COST}),
    ("uninvoiced", lambda r: r.uninvoiced(FIRST, LAST),
     {**PROJECT, "currency": "EUR", "total_hours": 4, "uninvoiced_hours": 3.5, "uninvoiced_expenses": 7.0,
      "uninvoiced_amount": -20.05}),
]  # fmt: skip


@pytest.mark.parametrize(("name", "ask", "row"), DATED, ids=[name for name, _, _ in DATED])
def test_a_report_gives_every_field_exactly(
    name: str, ask: Callable[[Reports], Iterator[wire.Wire]], row: dict[str, object]
) -> None:
    clerk = Clerk()
    clerk.tell_list(f"/reports/{name}", "results", [row], [row])
    rows = ask(clerk.client.reports)
    found = next(rows)
    assert clerk.query == {"from": "2026-03-01", "to": "2026-03-31"}
    fields = set(type(found).model_fields)
    assert set(row) == fields
    for field, value in row.items():
        held = getattr(found, field)
        assert held == (Decimal(str(value)) if isinstance(held, Decimal) else value)
        assert not isinstance(held, float)
    # The same row again is another row: it has no id.
    assert len(list(rows)) == 1
    assert all(request.url.path.startswith("/v2/reports/") for request in clerk.asked)


def test_budgets_have_no_days_and_may_hide_their_figures() -> None:
    clerk = Clerk()
    row = {**PROJECT, "budget_by": "project", "budget_is_monthly": True, "is_active": True, "budget": 50.0}
    clerk.tell_list("/reports/project_budget", "results", [row, {**row, "budget": None}])
    shown, hidden = clerk.client.reports.project_budget(is_active=True)
    assert clerk.query == {"is_active": "true"}
    assert (shown.budget, shown.budget_is_monthly) == (Decimal(50), True)
    assert (hidden.budget, hidden.budget_spent) == (None, None)


def test_fixed_fees_are_counted_when_asked_for() -> None:
    clerk = Clerk()
    clerk.tell_list("/reports/time/projects", "results", [{**PROJECT, "total_hours": 1}])
    (row,) = clerk.client.reports.time_by_project(FIRST, LAST, include_fixed_fee=True)
    assert clerk.query["include_fixed_fee"] == "true"
    assert (row.billable_amount, row.currency) == (None, "")


def test_who_may_not_see_a_report_is_told_about_reports() -> None:
    clerk = Clerk()
    clerk.tell("GET", "/reports/time/clients", httpx2.Response(403))
    with pytest.raises(Refused, match="that of a manager of these projects"):
        next(clerk.client.reports.time_by_client(FIRST, LAST))


def test_reports_wait_for_their_own_limit() -> None:
    class Heard:
        paths: list[str] = []  # noqa: RUF012  (one test's)

        def wait(self, path: str) -> float:
            self.paths.append(path)
            return 0.0

    answer = httpx2.MockTransport(lambda _: httpx2.Response(200, json={"results": []}))
    with Client(ACCOUNT, TOKEN, limits=Heard(), http=answer) as client:
        list(client.reports.uninvoiced(FIRST, LAST))
    assert Heard.paths == ["/reports/uninvoiced"]
