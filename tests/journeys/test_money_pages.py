"""Profit and leakage in a browser: the figures of the command line, for administrators alone."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from tests.journeys.conftest import Builder
from tests.journeys.leaky import leaky
from tests.journeys.pages import Pages, pages
from tests.journeys.test_german_pages import GERMAN, left
from tests.journeys.world import ANA, BO, CY, TUESDAY

DAYS = f"from=2026-01-01&to={TUESDAY}"


@pytest.fixture
def site(new_world: Builder) -> Iterator[Pages]:
    world = new_world(shaped=leaky)
    world.fine("sync")
    with pages(world) as found:
        yield found


def test_profit_is_what_one_can_do_by_hand_and_says_what_is_not_in_it(site: Pages) -> None:
    seen = site.browser(ANA).get(f"/money?{DAYS}").words
    assert "Acme Industries › Apollo 15.00" in seen
    assert "1,140.00 EUR 437.50 702.50 62 %" in seen
    assert "3.00 h of Cy Person have no cost rate" in seen
    assert "Costs are in EUR: there is no margin in USD." in seen
    assert "2026-01" in site.browser(ANA).get(f"/money?{DAYS}&by=month").words


def test_leakage_names_each_with_its_money_and_what_to_do(site: Pages) -> None:
    seen = site.browser(ANA).get("/money/leaks").words
    assert "220.00 EUR" in seen
    assert "in all" in seen
    assert "Acme Industries › Apollo" in seen
    assert "on tasks that are not billable" in seen


def test_nothing_of_ours_is_left_in_english(site: Pages) -> None:
    ana = site.browser(ANA)
    lost, profit = ana.get("/money/leaks", **GERMAN), ana.get(f"/money?{DAYS}", **GERMAN)

    assert "sind abrechenbar, aber der Stundensatz von" in lost.words
    assert "Rechnen Sie es ab: Harvest" in lost.words
    assert "gleaner expenses" not in lost.words
    assert [left(lost), left(profit)] == [[], []]


def test_what_does_not_fit_is_refused(site: Pages) -> None:
    ana = site.browser(ANA)
    refused = {
        "/money?by=person": 404, "/money?from=x": 404, "/money?from=2026-03-02&to=2026-03-01": 400,
        "/money?from=2020-01-01&to=2026-03-01": 400, "/money/leaks?older=-1": 404, "/money/leaks?older=x": 404,
    }  # fmt: skip
    assert {path: ana.get(path).status for path in refused} == refused


def test_nobody_but_administrators_sees_costs(site: Pages) -> None:
    for who in (BO, CY):
        browser = site.browser(who)
        assert browser.get("/money").status == 404
        assert browser.get("/money/leaks").status == 404
        assert "/money" not in browser.get("/keys").text
