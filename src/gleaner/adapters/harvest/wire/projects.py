"""Projects (``harvest/api`` §11)."""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from typing import Annotated

from gleaner.adapters.harvest.wire.objects import ClientRef, Stamped, or_nothing
from gleaner.core import catalog as core


class Project(Stamped):
    client: ClientRef
    name: str = ""
    code: str = ""
    is_active: bool = True
    is_billable: bool = True
    is_fixed_fee: bool = False
    bill_by: Annotated[core.BillBy | None, or_nothing(core.BillBy)] = None
    hourly_rate: Decimal | None = None
    budget: Decimal | None = None
    budget_by: str = "none"
    budget_is_monthly: bool = False
    notify_when_over_budget: bool = False
    over_budget_notification_percentage: Decimal = Decimal(80)
    over_budget_notification_date: date | None = None
    """When people were last told."""
    show_budget_to_all: bool = False
    cost_budget: Decimal | None = None
    cost_budget_include_expenses: bool = False
    fee: Decimal | None = None
    notes: str = ""
    starts_on: date | None = None
    ends_on: date | None = None

    def to_core(self) -> core.Project:
        return core.Project(
            id=core.ProjectId(self.id),
            client_id=core.ClientId(self.client.id),
            name=self.name,
            code=self.code,
            is_active=self.is_active,
            is_billable=self.is_billable,
            is_fixed_fee=self.is_fixed_fee,
            bill_by=self.bill_by or "none",
            hourly_rate=self.hourly_rate,
            fee=self.fee,
            notes=self.notes,
            starts_on=self.starts_on,
            ends_on=self.ends_on,
        )
