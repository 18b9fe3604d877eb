"""``gleaner leaks`` over HTTP: each kind of leak once, gone when it was put right, and only for who may see money."""

from __future__ import annotations

from collections.abc import Mapping

import pytest
from tests.journeys.conftest import Builder
from tests.journeys.leaky import leaky
from tests.journeys.world import BO, CY, TUESDAY, World

from gleaner_sandbox.seed import AccountSeed

ON = ("--on", TUESDAY)


@pytest.fixture
def losing(new_world: Builder) -> World:
    return new_world(shaped=leaky)


def found(world: World, *words: str) -> dict[tuple[str, str], tuple[float | None, str]]:
    said = world.gleaner("leaks", *ON, *words, "--json")
    assert said.code in (0, 1), said
    return {(one["kind"], one["about"]): (one["amount"], one["currency"]) for one in said.json["findings"]}


def test_every_kind_of_leak_is_found_once_with_its_money(losing: World) -> None:
    apollo, portal = "Acme Industries › Apollo", "Acme Industries › Customer Portal"
    website, empty = "Beta Labs › Website", "Beta Labs › Empty Shell"
    assert found(losing) == {
        ("uninvoiced", apollo): (220, "EUR"),
        ("own rate", apollo): (100, "EUR"),
        ("low rate", portal): (37.5, "EUR"),
        ("no receipt", apollo): (12.5, "EUR"),
        ("uninvoiced", website): (255, "USD"),
        ("over fee", "Beta Labs › Old Site"): (210, "USD"),
        ("free task", website): (170, "USD"),
        ("expenses", website): (100, "USD"),
        ("low rate", website): (45, "USD"),
        ("no rate", apollo): (None, "EUR"),
        ("no rate", portal): (None, "EUR"),
        ("zero rate", empty): (None, "USD"),
        ("old rate", "Dee Person"): (None, ""),
    }


def test_work_from_before_the_days_of_the_copy_is_found_too(losing: World) -> None:
    apollo = ("uninvoiced", "Acme Industries › Apollo")
    assert found(losing)[apollo] == (220, "EUR")
    losing.by_hand(4, "apollo", "programming", "Long ago", day="2023-05-08")
    losing.fine("sync")
    assert found(losing)[apollo] == (220 + 4 * 90, "EUR")


def test_old_work_is_read_at_the_first_look(losing: World) -> None:
    losing.by_hand(4, "apollo", "programming", "Long ago", day="2023-05-08")
    assert found(losing)["uninvoiced", "Acme Industries › Apollo"] == (220 + 4 * 90, "EUR")


def test_both_databases_say_the_same(new_world: Builder, migrated_pg_url: str) -> None:
    world = new_world(shaped=leaky)
    days = ("--from", "2026-01-01", "--to", TUESDAY)
    before = found(world), world.fine("profit", *days, "--json").json
    world.use(migrated_pg_url.replace("postgresql+psycopg", "postgresql"))
    assert (found(world), world.fine("profit", *days, "--json").json) == before


def test_people_read_a_sentence_and_one_thing_to_do(losing: World) -> None:
    said = losing.gleaner("leaks", *ON)
    assert said.code == 1
    site = f"https://studio{losing.account_id}.harvestapp.com"
    assert (
        "      220.00 EUR  Acme Industries › Apollo: 2.00 h in 1 entry since 12 Jan 2026 are on no invoice."
        in said.out
    )
    assert f"→ Invoice it: {site}/projects/{losing.ids['apollo']}" in said.out
    assert (
        "Bo Person is billed at 75.00 here, below their default rate of 100.00: 4.00 h on no invoice."
        in said.out
    )
    assert "7.00 h are worth 710.00 at their rates, the fee is 500.00." in said.out
    assert "2 expenses since 12 Jan 2026 on no invoice, 1 without a receipt." in said.out
    assert f"{'?':>16}  Acme Industries › Apollo: 3.00 h are billable, but Cy Person has no rate." in said.out
    assert "      370.00 EUR  in all" in said.out
    assert "      780.00 USD  in all" in said.out
    assert said.out.endswith("          2.00 h   40%  Beta Labs › Website\n")


def test_the_longest_lists_end_after_thirty_unless_all_are_asked_for(new_world: Builder) -> None:
    def many(account: AccountSeed, ids: Mapping[str, int]) -> None:
        leaky(account, ids)
        first, numbers = account["projects"][2], range(ids["dee"] + 600, ids["dee"] + 640)
        account["projects"] += [{**first, "id": n, "name": f"Part {n}", "code": f"P{n}"} for n in numbers]
        account["time_entries"] += [{**account["time_entries"][8], "project_id": n} for n in numbers]
        # The tasks are those of Website.
        row = next(
            one for one in account["task_assignments"]
            if (one["project_id"], one["task_id"]) == (ids["website"], ids["programming"])
        )  # fmt: skip
        account["task_assignments"] += [{**row, "id": n + 1000, "project_id": n} for n in numbers]

    world = new_world(shaped=many)
    short, whole = world.gleaner("leaks", *ON).out, world.gleaner("leaks", *ON, "--all").out
    assert (short.count(" USD  Beta"), whole.count(" USD  Beta")) == (30, 85)
    assert "55 more: gleaner leaks --all" in short
    assert "more:" not in whole


def test_what_was_put_right_in_harvest_is_gone_at_the_next_look(losing: World) -> None:
    """No change of the entries tells of a new rate."""
    before, api = found(losing), losing.api()
    api.post(f"/users/{losing.ids['cy']}/billable_rates", amount=50)
    api.patch(f"/projects/{losing.ids['website']}", hourly_rate=120)
    place = f"/projects/{losing.ids['portal']}/task_assignments"
    for one in api.get(place)["task_assignments"]:
        if one["task"]["id"] == losing.ids["meetings"]:
            api.patch(f"{place}/{one['id']}", hourly_rate=120)
    after = found(losing)
    gone = {key[0] for key in before.keys() - after.keys()}
    assert gone == {"no rate", "low rate"}
    assert ("low rate", "Beta Labs › Website") not in after
    assert not any(kind == "no rate" for kind, _ in after)
    assert after["uninvoiced", "Beta Labs › Website"] == (360, "USD")


def test_what_is_invoiced_is_no_leak_any_more(losing: World) -> None:
    assert ("uninvoiced", "Acme Industries › Apollo") in found(losing)
    losing.api().post(
        "/invoices", client_id=losing.ids["acme"],
        line_items_import={"project_ids": [losing.ids["apollo"]], "time": {"summary_type": "task"}},
    )  # fmt: skip
    kinds = {kind for kind, place in found(losing) if place == "Acme Industries › Apollo"}
    assert kinds == {"no receipt"}


def test_older_than_says_when_work_is_late(losing: World) -> None:
    assert ("uninvoiced", "Acme Industries › Apollo") not in found(losing, "--older-than", "90")
    now = found(losing, "--older-than", "0")
    assert now["uninvoiced", "Acme Industries › Apollo"] == (220 + 550 + 300 + 70, "EUR")


def test_an_account_in_order_has_nothing_to_look_at(world: World) -> None:
    said = world.fine("leaks", *ON)
    assert said.out == "Nothing seems to be lost.\n"


@pytest.mark.parametrize("who", [CY, BO])
def test_a_member_does_not_see_it(world: World, who: str) -> None:
    world.fine("leaks", *ON)
    world.act_as(who)
    said = world.gleaner("leaks", *ON)
    assert (said.code, said.out) == (1, "")
    assert "only administrators, and managers who may see billable rates" in said.err


def test_a_manager_sees_the_projects_they_manage_and_nothing_of_peoples_rates(losing: World) -> None:
    """Bo manages Apollo; the copy was filled by an administrator on the same machine."""
    everything = found(losing)
    losing.act_as(BO)
    mine = found(losing)
    assert {place for _, place in mine} == {"Acme Industries › Apollo"}
    assert {kind for kind, _ in mine} == {"uninvoiced", "no receipt", "no rate"}
    assert mine.items() <= everything.items()


def test_a_managers_own_database_holds_too_little_to_say(losing: World) -> None:
    losing.act_as(BO)
    said = losing.gleaner("leaks", *ON)
    assert (said.code, said.out) == (1, "")
    assert "this database holds your own data only" in said.err
