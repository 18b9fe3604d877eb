"""What changes Harvest through the API is told first, and done when it is confirmed: just that, once, by its person."""

from __future__ import annotations

from typing import Any

import httpx2
import pytest
from tests.journeys.test_api import Api, api
from tests.journeys.test_api import site as site
from tests.journeys.world import ANA, BO, TUESDAY, World


@pytest.fixture
def bo(world: World, site: httpx2.Client) -> Api:
    return api(world, site, BO)


def by_title(bo: Api) -> dict[str, str]:
    return {one["title"]: one["id"] for one in bo.fine("GET", "/proposals")["proposals"]}


def entry(world: World) -> int:
    """An entry of Bo's, logged by hand."""
    number = world.by_hand(2, "apollo", "design", "Sketches", who=BO)
    world.fine("sync")
    return number


def stands(world: World, bo: Api) -> object:
    return world.timesheet(), [one["is_running"] for one in world.entries()], sorted(by_title(bo))


def changes(world: World, bo: Api) -> list[tuple[str, str, object]]:
    """Each request that changes something, which would be done."""
    waiting = by_title(bo)
    done = bo.twice("POST", "/proposals/accept", {"ids": [waiting["APL detail review"]]})["done"]
    assert done[0]["result"] == "applied", done
    number = entry(world)
    return [
        ("POST", "/proposals/dismiss", {"ids": [waiting["Catch up"]], "why": "cancelled"}),
        ("POST", f"/proposals/{waiting['Catch up']}/edit", {"project": "APL", "task": "Meetings"}),
        ("PATCH", f"/entries/{number}", {"hours": 3}),
        ("DELETE", f"/entries/{number}", None),
        ("POST", "/timer/start", {"project": "APL", "task": "Design"}),
        ("POST", "/undo", {"ids": [done[0]["id"]]}),
    ]


def test_without_a_confirmation_nothing_is_changed_and_it_is_told_what_would_be(
    world: World, bo: Api
) -> None:
    waiting = by_title(bo)
    first = bo.fine("POST", "/proposals/accept", {"ids": [waiting["APL detail review"]]})
    assert (first.get("done"), len(first["would"]), bool(first["confirm"])) == (None, 1, True)
    assert world.entries() == []
    asked = changes(world, bo)
    before = stands(world, bo)
    for method, path, body in asked:
        for query, has_word in (({}, True), ({"dry_run": True}, False)):
            said = bo.fine(method, path, body, **query)
            assert (bool(said["would"]), bool(said.get("confirm")), "done" in said) == (
                True,
                has_word,
                False,
            ), path
    assert stands(world, bo) == before


def test_a_confirmation_is_for_just_that(world: World, bo: Api) -> None:
    number = entry(world)
    word = bo.fine("PATCH", f"/entries/{number}", {"hours": 3})["confirm"]
    for method, path, body in (
        ("PATCH", f"/entries/{number}", {"hours": 4}),
        ("PATCH", f"/entries/{number}", {"hours": 3, "notes": "and more"}),
        ("DELETE", f"/entries/{number}", None),
        ("POST", "/timer/start", {"project": "APL", "task": "Design"}),
        ("POST", "/proposals/accept", {"ids": [by_title(bo)["APL detail review"]]}),
    ):
        status, text = bo.wrong(method, path, body, confirm=word)
        assert (status, "for something else" in text) == (403, True), path
    assert world.timesheet() == ["Bo 2026-03-10 2.0 Apollo / Design: Sketches"]
    assert bo.fine("PATCH", f"/entries/{number}", {"hours": 3}, confirm=word)["done"]
    assert world.timesheet() == ["Bo 2026-03-10 3.0 Apollo / Design: Sketches"]


def test_it_counts_once_and_a_made_up_one_never(world: World, bo: Api) -> None:
    number = entry(world)
    for word in ("yes", "true", "x" * 499):
        status, text = bo.wrong("DELETE", f"/entries/{number}", confirm=word)
        assert (status, "this confirmation is none" in text) == (403, True)
    assert bo.wrong("DELETE", f"/entries/{number}", confirm="x" * 501)[0] == 422
    word = bo.fine("DELETE", f"/entries/{number}")["confirm"]
    assert bo.fine("DELETE", f"/entries/{number}", confirm=word)["done"]
    again = entry(world)
    status, text = bo.wrong("DELETE", f"/entries/{again}", confirm=word)
    assert (status, "it was used" in text) == (403, True)
    assert [one["id"] for one in world.entries()] == [again]


def test_it_is_for_its_person(world: World, site: httpx2.Client, bo: Api) -> None:
    number, ana = entry(world), api(world, site, ANA)
    word = bo.fine("DELETE", f"/entries/{number}")["confirm"]
    status, text = ana.wrong("DELETE", f"/entries/{number}", confirm=word)
    assert (status, "this confirmation is none" in text) == (403, True)
    assert bo.fine("DELETE", f"/entries/{number}", confirm=word)["done"]


def test_what_somebody_changed_meanwhile_is_left_as_it_is(world: World, bo: Api) -> None:
    number = entry(world)
    word = bo.fine("DELETE", f"/entries/{number}")["confirm"]
    world.api(BO).patch(f"/time_entries/{number}", notes="Sketches for the client")
    status, text = bo.wrong("DELETE", f"/entries/{number}", confirm=word)
    assert (status, "changed since" in text) == (403, True)
    assert world.timesheet() == ["Bo 2026-03-10 2.0 Apollo / Design: Sketches for the client"]


def test_a_token_without_the_scope_learns_neither_what_would_be_nor_a_word(
    world: World, site: httpx2.Client, bo: Api
) -> None:
    number, reads = entry(world), api(world, site, BO, "read", "propose")
    word = bo.fine("DELETE", f"/entries/{number}")["confirm"]
    for query in ({}, {"confirm": word}, {"dry_run": True}):
        status, text = reads.wrong("DELETE", f"/entries/{number}", **query)
        assert (status, "does not have the scope" in text) == (403, True)
    assert world.timesheet() == ["Bo 2026-03-10 2.0 Apollo / Design: Sketches"]


def test_the_description_names_it_where_something_is_changed_and_nowhere_else(site: httpx2.Client) -> None:
    found = {
        (method.upper(), path)
        for path, methods in site.get("/openapi.json").json()["paths"].items()
        for method, said in methods.items()
        if any(one["name"] == "confirm" for one in said.get("parameters", []))
    }
    assert found == {
        ("POST", "/proposals/accept"), ("POST", "/proposals/dismiss"), ("POST", "/proposals/{proposal}/edit"),
        ("PATCH", "/entries/{entry}"), ("DELETE", "/entries/{entry}"), ("POST", "/timer/start"),
        ("POST", "/timer/stop"), ("POST", "/undo"),
    }  # fmt: skip


def test_who_proposes_is_asked_nothing(world: World, bo: Api) -> None:
    time: dict[str, Any] = {
        "on": TUESDAY, "hours": 1, "project": "APL", "task": "Design", "notes": "Wireframes",
    }  # fmt: skip
    assert bo.fine("POST", "/proposals", time)["id"]
    status, text = bo.wrong("POST", "/proposals", time, confirm="x")
    assert (status, 'there is no "confirm" here' in text) == (422, True)
