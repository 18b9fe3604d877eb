"""A world in which something can be billed: rates, a contact, rules; and what Harvest and its outbox say afterwards.

Invoices go by the clock of the machine, so work is logged by it too: last month, in the zone everybody lives in.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

import httpx2
from tests.journeys.world import ANA, BO, World

from gleaner.app.account import open_account
from gleaner.app.billing.following import Round, look_after
from gleaner.app.billing.ruling import rules_of
from gleaner.app.looking import sync
from gleaner.core.silent import SILENT

BERLIN = ZoneInfo("Europe/Berlin")
CONTACT = "ap@acme.example"
HOURLY = ('trigger = {kind = "hours-reached", hours = 10}',)


def today() -> date:
    return datetime.now(BERLIN).date()


def last_month() -> date:
    """Its last day."""
    return today().replace(day=1) - timedelta(days=1)


def in_month(day: int) -> str:
    """That day of the last month."""
    return last_month().replace(day=day).isoformat()


def month_end(*more: str) -> tuple[str, ...]:
    return ('trigger = {kind = "month-end", grace_days = 0, at = 00:00:00}', *more)


def billable(world: World, *, rate: float = 80.0, contact: str = CONTACT) -> World:
    """Apollo is billed by the hour at *rate*; Acme has a contact."""
    world.running.control.set_now(datetime.now(UTC))
    api = world.api()
    api.patch(f"/projects/{world.ids['apollo']}", is_billable=True, bill_by="Project", hourly_rate=rate)
    for row in api.get(f"/projects/{world.ids['apollo']}/task_assignments")["task_assignments"]:
        api.patch(f"/projects/{world.ids['apollo']}/task_assignments/{row['id']}", billable=True)
    if contact:
        api.post("/contacts", client_id=world.ids["acme"], first_name="Ina", email=contact)
    return world


def rule(world: World, *lines: str, name: str = "acme", author: str = BO, projects: str = "Apollo") -> None:
    """One of ``[[invoices]]``; Bo answers for it, so Ana may let it go."""
    world.say(
        "[[invoices]]", f'name = "{name}"', f'projects = ["{projects}"]', f'author = "{author}"', *lines
    )


def fixed(world: World, fee: float = 10_000.0) -> World:
    """Apollo for a fixed fee."""
    billable(world)
    world.api().patch(f"/projects/{world.ids['apollo']}", is_fixed_fee=True, fee=fee)
    return world


def invoices(world: World) -> list[dict[str, Any]]:
    """In Harvest, oldest first."""
    return sorted(world.api().get("/invoices")["invoices"], key=lambda one: int(one["id"]))


def ours(world: World) -> list[dict[str, Any]]:
    """As Gleaner lists them, oldest first."""
    said = world.gleaner("invoices", "--json")
    assert said.code in (0, 1), said
    return list(reversed(said.json["invoices"]))


def only(world: World) -> dict[str, Any]:
    (one,) = ours(world)
    return one


def mails(world: World) -> list[dict[str, Any]]:
    """What Harvest mailed for this account, oldest first."""
    answer = httpx2.get(f"{world.running.control_url}/outbox", verify=False)
    found = [one for one in answer.json()["outbox"] if one["account_id"] == world.account_id]
    return sorted(found, key=lambda one: int(one["n"]))


def billed(world: World) -> int:
    return sum(entry["is_billed"] for entry in world.entries())


def worked(world: World, *hours: float, who: str = ANA, task: str = "programming") -> list[int]:
    """So many hours each, on the first days of last month."""
    return [
        world.by_hand(each, "apollo", task, f"Part {number}", who=who, day=in_month(number))
        for number, each in enumerate(hours, 1)
    ]


@dataclass(frozen=True)
class _Later:
    days: int

    def now(self) -> datetime:
        return datetime.now(UTC) + timedelta(days=self.days)


def round_of(world: World, days: int = 0) -> Round:
    """One look at all invoices as the daemon has it, so many days from now."""
    with open_account(world.config, clock=_Later(days)) as account:
        day = today()
        sync(account, SILENT, first=day, last=day)
        return look_after(account, rules_of(account), SILENT)
