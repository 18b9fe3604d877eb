"""``gleaner rates check`` against a Harvest over HTTP: each way of billing, what has no rate, and who may ask."""

from __future__ import annotations

import json
from datetime import date
from decimal import Decimal
from typing import Any

import pytest
from tests.journeys.world import ANA, BO, CY, TUESDAY, World

from gleaner.adapters.harvest.copy import Copy, row
from gleaner.app.account import open_account
from gleaner.app.pricing import checked_rates
from gleaner.core.silent import SILENT

DAYS = ("--from", "2026-03-01", "--to", "2026-03-31")
BILLED: list[dict[str, Any]] = [
    {"bill_by": "Project", "hourly_rate": 83.33},
    {"bill_by": "Tasks"},
    {"bill_by": "People"},
]


def priced(world: World, **project: Any) -> None:
    """Apollo billed so; Ana has dated rates, Bo one of his own there; each task has a rate."""
    api, place = world.api(), f"/projects/{world.ids['apollo']}"
    api.patch(place, **project)
    api.post(f"/users/{world.ids['ana']}/billable_rates", amount=70)
    api.post(f"/users/{world.ids['ana']}/billable_rates", amount=90, start_date="2026-03-05")
    for one in api.get(f"{place}/task_assignments")["task_assignments"]:
        api.patch(f"{place}/task_assignments/{one['id']}", hourly_rate=70.5)
    for one in api.get(f"{place}/user_assignments")["user_assignments"]:
        if one["user"]["id"] == world.ids["bo"]:
            api.patch(f"{place}/user_assignments/{one['id']}", use_default_rates=False, hourly_rate=61)
    for who in (ANA, BO):
        for day in ("2026-03-04", "2026-03-05"):
            world.by_hand(2, "apollo", "programming", "Login", who=who, day=day)


@pytest.mark.parametrize("billed", BILLED, ids=lambda one: str(one["bill_by"]))
def test_a_harvest_that_follows_its_settings_has_nothing_to_look_at(
    world: World, billed: dict[str, Any]
) -> None:
    priced(world, **billed)
    assert world.fine("rates", "check", *DAYS).out == "4 billable entries compared; all rates agree.\n"
    found = world.fine("rates", "check", *DAYS, "--json").json
    assert (found["entries"], found["findings"]) == (4, [])


def test_billable_time_without_a_rate_is_one_line_for_each_cause(world: World) -> None:
    priced(world, bill_by="People")
    for day in ("2026-03-03", "2026-03-04"):
        world.by_hand(1.5, "apollo", "programming", "Login", who=CY, day=day)
        world.by_hand(1.5, "website", "meetings", "Planning", who=BO, day=day)
    world.api().patch(f"/projects/{world.ids['website']}", bill_by="Project", hourly_rate=0)
    said = world.gleaner("rates", "check", *DAYS)
    assert said.code == 1
    assert "Acme Industries › Apollo › Cy Person: 2 entries, 3.00 h, Tue 3 Mar – Wed 4 Mar" in said.out
    assert "  Billable, but without a rate.\n" in said.out
    assert "  They have none.\n" in said.out
    assert "Beta Labs › Website: 2 entries, 3.00 h" in said.out
    assert "  Billable, at a rate of 0.\n" in said.out
    assert said.out.endswith("8 billable entries compared; 2 things to look at.\n")
    only = world.gleaner("rates", "check", *DAYS, "--project", "Website", "--json").json
    assert [(one["kind"], one["project"]) for one in only["findings"]] == [("zero", "Website")]


def test_a_rate_harvest_does_not_explain_is_named_with_the_reason(world: World) -> None:
    """An entry says 50 where the settings say 90; the sandbox never would, so it is put into the copy."""
    priced(world, bill_by="People")
    world.fine("rates", "check", *DAYS)
    with open_account(world.config) as account:
        copy = Copy(account.engine, account.id)
        (text,) = copy.held("time_entries", [world.entries()[1]["id"]]).values()
        copy.save("time_entries", [row("time_entries", {**json.loads(text), "billable_rate": 50})])
        checked = checked_rates(account, SILENT, (date(2026, 3, 1), date(2026, 3, 31)))
    (one,) = checked.findings
    assert (one.kind, one.theirs, one.ours) == ("differs", Decimal(50), Decimal(90))
    assert one.difference == 80
    assert one.why[-1] == "On 2026-03-05 the rate since 2026-03-05 counts."


def test_a_new_rate_is_seen_although_the_entries_did_not_change(world: World) -> None:
    priced(world, bill_by="Project", hourly_rate=50)
    world.fine("rates", "check", *DAYS)
    world.api().patch(f"/projects/{world.ids['apollo']}", hourly_rate=80)
    world.fine("rates", "check", *DAYS)


def test_it_is_an_administrators(world: World) -> None:
    world.act_as(BO)
    said = world.gleaner("rates", "check", "--from", TUESDAY)
    assert (said.code, said.out) == (1, "")
    assert "only an administrator's token sees how projects are billed" in said.err


def test_a_project_called_like_a_command_can_still_be_shown(world: World) -> None:
    world.api().patch(f"/projects/{world.ids['apollo']}", name="check")
    assert world.fine("rates", "show", "check", "--on", TUESDAY).out.startswith("check · Ana Person")
