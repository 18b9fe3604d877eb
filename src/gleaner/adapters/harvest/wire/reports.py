"""Rows of the reports (``harvest/api`` §19). One row per subject and currency; money is in *currency*."""

from __future__ import annotations

from decimal import Decimal

from gleaner.adapters.harvest.wire.objects import Wire


class TimeRow(Wire):
    """Currency and amount are nothing where the token may not see rates."""

    total_hours: Decimal = Decimal(0)
    """Rounded as the account rounds."""
    billable_hours: Decimal = Decimal(0)
    currency: str = ""
    billable_amount: Decimal | None = None


class ExpenseRow(Wire):
    total_amount: Decimal = Decimal(0)
    billable_amount: Decimal = Decimal(0)
    currency: str = ""


class OfClient(Wire):
    client_id: int | None = None
    client_name: str = ""


class OfProject(OfClient):
    project_id: int | None = None
    project_name: str = ""
    """``[CODE] Name`` in time and expense reports, the plain name elsewhere."""


class OfPerson(Wire):
    user_id: int | None = None
    user_name: str = ""
    is_contractor: bool = False


class TimeByClient(TimeRow, OfClient):
    pass


class TimeByProject(TimeRow, OfProject):
    pass


class TimeByTask(TimeRow):
    task_id: int | None = None
    task_name: str = ""


class TimeByPerson(TimeRow, OfPerson):
    weekly_capacity: int = 126000
    """Seconds."""
    avatar_url: str = ""


class ExpensesByClient(ExpenseRow, OfClient):
    pass


class ExpensesByProject(ExpenseRow, OfProject):
    pass


class ExpensesByCategory(ExpenseRow):
    expense_category_id: int | None = None
    expense_category_name: str = ""


class ExpensesByPerson(ExpenseRow, OfPerson):
    pass


class Uninvoiced(OfProject):
    """What a billable project could be invoiced for."""

    currency: str = ""
    total_hours: Decimal = Decimal(0)
    """Not billable ones too."""
    uninvoiced_hours: Decimal = Decimal(0)
    uninvoiced_expenses: Decimal = Decimal(0)
    uninvoiced_amount: Decimal = Decimal(0)
    """May be below zero: a fixed fee that was invoiced twice."""


class ProjectBudget(OfProject):
    """Hours or money, as *budget_by* says; figures are nothing where the token may not see them."""

    is_active: bool = True
    budget_is_monthly: bool = False
    """Then it is about the current month only."""
    budget_by: str = "none"
    budget: Decimal | None = None
    budget_spent: Decimal | None = None
    budget_remaining: Decimal | None = None
