"""``gleaner profit`` over HTTP: sums one can do by hand, the same whatever they are by, for administrators alone."""

from __future__ import annotations

from typing import Any

import pytest
from tests.journeys.conftest import Builder
from tests.journeys.leaky import leaky
from tests.journeys.world import BO, CY, TUESDAY, World

DAYS = ("--from", "2026-01-01", "--to", TUESDAY)


@pytest.fixture
def studio(new_world: Builder) -> World:
    return new_world(shaped=leaky)


def shown(world: World, *words: str) -> dict[tuple[str, str], dict[str, Any]]:
    said = world.fine("profit", *(words or DAYS), "--json").json
    return {(one["name"], one["currency"]): one for one in said["lines"]}


def test_the_figures_are_those_one_can_do_by_hand(studio: World) -> None:
    found = shown(studio)
    apollo = found["Acme Industries › Apollo", "EUR"]
    assert (apollo["time"], apollo["work_cost"], apollo["expenses"]) == (
        7 * 110 + 4 * 75 + 70,
        7 * 40 + 4 * 35,
        17.5,
    )
    assert (apollo["margin"], apollo["hours_without_cost"], apollo["hours_without_rate"]) == (702.5, 4, 3)
    website = found["Beta Labs › Website", "USD"]
    assert (website["billable_hours"], website["not_billable_hours"]) == (3, 2)
    assert (website["billed"], website["billed_expenses"], website["margin"]) == (355, 100, None)
    assert found["Beta Labs › Old Site", "USD"]["fees"] == 500 - 3 * 90, "the rest was earned before"


def test_the_sums_are_the_same_by_whatever(studio: World) -> None:
    totals = [
        studio.fine("profit", *DAYS, "--by", by, "--json").json
        for by in ("project", "client", "month", "team")
    ]
    assert [one["totals"] for one in totals] == [totals[0]["totals"]] * 4
    assert [one["name"] for one in totals[2]["lines"]] == ["2026-01", "2026-01", "2026-03", "2026-03"]


def test_people_read_what_is_not_in_it(studio: World) -> None:
    said = studio.fine("profit", *DAYS).out
    assert "3.00 h of Cy Person have no cost rate, so they are not in the cost." in said
    assert "5.00 billable h have no rate: gleaner rates check" in said
    assert "Costs are in EUR: there is no margin in USD." in said
    line = next(line for line in said.splitlines() if "Apollo" in line)
    assert line.split()[4:] == ["15.00", "1,140.00", "437.50", "702.50", "62", "EUR"]


def test_without_days_it_is_this_month_and_the_two_before(studio: World) -> None:
    first = studio.fine("profit", "--json").json["from"]
    assert first.endswith("-01")
    assert studio.fine("profit", "--from", "2024-01-01", "--to", "2024-01-31").out == (
        "Nobody logged anything on those days.\n"
    )


def test_what_it_cannot_sum_up_by_is_said(world: World) -> None:
    said = world.gleaner("profit", "--by", "mood")
    assert said.code == 2
    assert '"mood" is nothing to sum up by; write project, client, month or team' in said.err


@pytest.mark.parametrize("who", [BO, CY])
def test_nobody_but_administrators_sees_what_people_cost(studio: World, who: str) -> None:
    """Bo is a manager who may see billable rates."""
    studio.fine("profit", *DAYS)
    studio.act_as(who)
    said = studio.gleaner("profit", *DAYS)
    assert (said.code, said.out) == (1, "")
    assert "only an administrator's token sees what people cost" in said.err
