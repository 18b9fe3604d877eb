"""Small things to bill, for tests."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import UTC, date, datetime
from decimal import Decimal
from typing import Any

from gleaner.core.catalog import (
    Catalog,
    Client,
    ClientId,
    EntryId,
    Person,
    Project,
    ProjectId,
    Task,
    TaskId,
    UserId,
)
from gleaner.core.time import zone
from gleaner.invoicing.due import Fired, Seen
from gleaner.invoicing.rules import BillingRule
from gleaner.invoicing.triggers.month_end import MonthEnd
from gleaner.invoicing.work import Spent, Worked

BERLIN = zone("Europe/Berlin")
ACME, APOLLO, PORTAL, DESIGN, ANA = ClientId(1), ProjectId(7), ProjectId(8), TaskId(3), UserId(5)
HOURLY = Project(APOLLO, ACME, "Apollo", code="APL")
FIXED = Project(APOLLO, ACME, "Apollo", is_fixed_fee=True, fee=Decimal(1000))
MARCH = (date(2026, 3, 1), date(2026, 3, 31))


def catalog(*projects: Project) -> Catalog:
    return Catalog(
        people={ANA: Person(ANA, "Ana", "ana@studio.example", BERLIN)},
        clients={ACME: Client(ACME, "Acme", "EUR")},
        projects={one.id: one for one in projects or (HOURLY,)},
        tasks={DESIGN: Task(DESIGN, "Design")},
    )


def worked(
    number: int, day: int = 10, hours: str = "1", rate: str | None = "80", month: int = 3, **more: Any
) -> Worked:
    price = None if rate is None else Decimal(rate)
    known: dict[str, Any] = {"project_id": APOLLO, **more}
    return Worked(
        EntryId(number), ANA, task_id=DESIGN, on=date(2026, month, day), hours=Decimal(hours), billable=True,
        rate=price, cost=None, **known,
    )  # fmt: skip


def spent(number: int, total: str, day: int = 10, **more: Any) -> Spent:
    return Spent(number, ANA, APOLLO, "Travel", date(2026, 3, day), Decimal(total), billable=True, **more)


def seen(
    now: str = "2026-04-03T09:00",
    *work: Worked,
    costs: Sequence[Spent] = (),
    fired: Sequence[Fired] = (),
    project: Project = HOURLY,
    **more: Any,
) -> Seen:
    moment = datetime.fromisoformat(now).replace(tzinfo=BERLIN).astimezone(UTC)
    return Seen(moment, BERLIN, [project], work, costs, fired, **more)


def rule(**more: Any) -> BillingRule:
    known: dict[str, Any] = {
        "name": "acme",
        "client_id": ACME,
        "projects": (APOLLO,),
        "trigger": MonthEnd(),
        **more,
    }
    return BillingRule(**known)
