"""Budgets in a browser: bars, burn-up, what drives them, silence; and from the wrong side."""

from __future__ import annotations

import pytest
from tests.journeys.pages import pages
from tests.journeys.test_budgets import budgeted, manages
from tests.journeys.world import ANA, BO, CY, World


def used(world: World) -> None:
    """Half of it in one task and two people, over three weeks."""
    for day in ("2026-02-18", "2026-02-25", "2026-03-04"):
        world.by_hand(1.0, "apollo", "programming", "A secret branch", day=day)
    world.by_hand(2.0, "apollo", "design", "Sketches", who=BO, day="2026-03-05")


@pytest.fixture
def busy(world: World) -> World:
    budgeted(world, budget_by="project", budget=10)
    used(world)
    world.fine("sync")
    return world


def test_a_budget_is_shown_with_its_bar_its_forecast_and_who_used_it(busy: World) -> None:
    with pages(busy) as site:
        ana = site.browser(ANA)
        seen = ana.get("/budgets")
        assert "5.00 of 10.00 h" in seen.words
        assert "50 %" in seen.words
        assert "50 % used; told at 75, 90, 100 %" in seen.text
        one = ana.get(f"/budgets/{busy.ids['apollo']}")
        assert "5.00 h are left." in one.words
        assert "At the pace of the last three weeks: 75 % about" in one.words
        assert "Programming 3.00 h 3.00 h" in one.words
        assert "Bo Person 2.00 h 2.00 h" in one.words
        assert 'role="img"' in one.text
        assert "A secret branch" not in one.text
        assert "Sketches" not in one.text


def test_what_is_beyond_all_of_it_is_said(busy: World) -> None:
    busy.by_hand(7.0, "apollo", "design", "More", who=BO, day="2026-03-06")
    busy.fine("sync")
    with pages(busy) as site:
        seen = site.browser(ANA).get(f"/budgets/{busy.ids['apollo']}")
        assert "12.00 of 10.00 h · 120 % over" in seen.words
        assert "2.00 h more than there is." in seen.words
        assert 'class="beyond"' in seen.text


def test_silence_and_its_end(busy: World) -> None:
    with pages(busy) as site:
        ana, address = site.browser(ANA), f"/budgets/{busy.ids['apollo']}"
        said = ana.post(f"{address}/mute", {"until": "2026-04-01", "percent": "90"}).words
        assert "Apollo: quiet until Wed 1 Apr and until 90 % are used." in said
        assert "quiet until Wed 1 Apr" in ana.get("/budgets").words
        assert "its alerts come again" in ana.post(f"{address}/mute", {"off": "1"}).words
        assert "quiet" not in ana.get("/budgets").words
        for wrong in ({}, {"until": "soon"}, {"percent": "0"}, {"percent": "x"}, {"until": "2026-03-10"}):
            assert ana.post(f"{address}/mute", wrong).status == 400


def test_managers_of_a_project_see_its_budget_and_no_other(busy: World) -> None:
    busy.api().patch(f"/projects/{busy.ids['portal']}", budget_by="project", budget=20)
    manages(busy, "bo")
    busy.fine("sync")
    with pages(busy) as site:
        bo, cy = site.browser(BO), site.browser(CY)
        seen = bo.get("/budgets").words
        assert "Apollo" in seen
        assert "Customer Portal" not in seen
        assert bo.get(f"/budgets/{busy.ids['apollo']}").status == 200
        for key in ("portal", "website"):
            assert bo.get(f"/budgets/{busy.ids[key]}").status == 404
            assert bo.post(f"/budgets/{busy.ids[key]}/mute", {"percent": "90"}).status == 404
        assert 'href="/team"' not in bo.get("/keys").text
        assert 'href="/budgets"' in bo.get("/keys").text
        assert bo.get("/team").status == 403, "who manages a project reads nobody's hours for that"
        assert bo.get(f"/team/{busy.user(CY)}/2026-03-05").status == 404
        assert cy.get("/budgets").status == 404
        assert cy.get(f"/budgets/{busy.ids['apollo']}").status == 404
        assert cy.post(f"/budgets/{busy.ids['apollo']}/mute", {"off": "1"}).status == 404
        assert "/budgets" not in cy.get("/keys").text


def test_money_is_for_those_who_see_it_in_harvest(busy: World) -> None:
    budgeted(busy, budget_by="project_cost", cost_budget=500, bill_by="Project", hourly_rate=83.33)
    manages(busy, "bo")
    busy.fine("sync")
    with pages(busy) as site:
        assert "EUR" in site.browser(ANA).get("/budgets").words
        bo = site.browser(BO)
        assert "There are no budgets to see" in bo.get("/budgets").words
        assert bo.get(f"/budgets/{busy.ids['apollo']}").status == 404
        assert bo.post(f"/budgets/{busy.ids['apollo']}/mute", {"percent": "90"}).status == 404
    roles = ["manager", "billable_rates_manager"]
    busy.api().patch(f"/users/{busy.user(BO)}", access_roles=roles)
    busy.fine("sync")
    with pages(busy) as site:
        assert "EUR" in site.browser(BO).get("/budgets").words


def test_what_is_no_project_is_not_there(busy: World) -> None:
    with pages(busy) as site:
        ana = site.browser(ANA)
        names = ("x", "-1", "0", "9" * 40, "%00", "1.5", "٣")
        assert {name: ana.get(f"/budgets/{name}").status for name in names} == dict.fromkeys(names, 404)
