"""Projects, ``/projects`` (``harvest/api`` §11)."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, datetime
from decimal import Decimal
from typing import TypedDict, Unpack

from gleaner.adapters.harvest import wire
from gleaner.adapters.harvest.resource import Resource
from gleaner.adapters.harvest.transport import Transport
from gleaner.core.catalog import BillBy


class ProjectFields(TypedDict, total=False):
    """What may be sent; creating needs client and name, and by the docs the three that say how it is billed."""

    client_id: int
    name: str
    code: str | None
    is_active: bool
    is_billable: bool
    is_fixed_fee: bool
    bill_by: BillBy
    hourly_rate: Decimal | None
    budget: Decimal | None
    budget_by: str
    budget_is_monthly: bool
    notify_when_over_budget: bool
    over_budget_notification_percentage: Decimal
    show_budget_to_all: bool
    cost_budget: Decimal | None
    cost_budget_include_expenses: bool
    fee: Decimal | None
    notes: str | None
    starts_on: date | None
    ends_on: date | None


class Projects(Resource[wire.Project]):
    def __init__(self, transport: Transport) -> None:
        super().__init__(transport, "/projects", "projects", wire.Project)

    def list(
        self,
        *,
        is_active: bool | None = None,
        client_id: int | None = None,
        updated_since: datetime | None = None,
    ) -> Iterator[wire.Project]:
        return self._list({"is_active": is_active, "client_id": client_id, "updated_since": updated_since})

    def get(self, project_id: int) -> wire.Project:
        return self._get(project_id)

    def create(self, **fields: Unpack[ProjectFields]) -> wire.Project:
        return self._create(dict(fields))

    def update(self, project_id: int, **fields: Unpack[ProjectFields]) -> wire.Project:
        return self._update(project_id, dict(fields))

    def delete(self, project_id: int) -> None:
        """Deletes its time entries and expenses too."""
        self._delete(project_id)
