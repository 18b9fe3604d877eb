"""The JSON API, over HTTP with tokens: the same use cases, the same limits."""

from __future__ import annotations

import time
from collections.abc import Iterator
from typing import Any

import httpx2
import pytest
from starlette.testclient import TestClient
from tests.journeys.test_assistants import TIME
from tests.journeys.world import ANA, BO, CY, TUESDAY, World, meeting

from gleaner import config
from gleaner.adapters.store.engine import make_engine
from gleaner.app.daemon.accounts import served
from gleaner.app.health import Health
from gleaner.app.meters import Meters
from gleaner.faces.web.doors import doors
from gleaner.faces.web.operations import operations


class Api:
    """One program's way in."""

    def __init__(self, client: httpx2.Client, said: str) -> None:
        self._client, self._headers = client, {"Authorization": f"Bearer {said}"} if said else {}

    def __call__(self, method: str, path: str, body: object = None, **query: Any) -> httpx2.Response:
        return self._client.request(method, path, json=body, params=query, headers=self._headers)

    def fine(self, method: str, path: str, body: object = None, **query: Any) -> dict[str, Any]:
        answer = self(method, path, body, **query)
        assert answer.status_code == 200, answer.text
        found: dict[str, Any] = answer.json()
        return found

    def twice(self, method: str, path: str, body: object = None) -> dict[str, Any]:
        """Asked once, and confirmed."""
        first = self.fine(method, path, body)
        assert (bool(first["would"]), first.get("done")) == (True, None), first
        return self.fine(method, path, body, confirm=first["confirm"])

    def wrong(self, method: str, path: str, body: object = None, **query: Any) -> tuple[int, str]:
        answer = self(method, path, body, **query)
        assert set(answer.json()) == {"error"}, answer.text
        return answer.status_code, str(answer.json()["error"])


@pytest.fixture
def site(world: World) -> Iterator[httpx2.Client]:
    """Ana administers; Bo had a meeting that is sure, and one that is not."""
    world.calendar(BO, meeting("10:00-11:00", "APL detail review"), meeting("14:00-15:00", "Catch up"))
    world.say("[[people]]", f'email = "{BO}"', "only_suggest = true")
    world.say("[api]", "http = true", "", "[mcp]", "http = true")
    world.fine("run", "--on", TUESDAY)
    engine = make_engine(config.load(world.config).database)
    with served([world.config], engine, token="t") as accounts:
        routes, beside = doors(accounts, engine, config.load(world.config))
        app = operations(lambda: Health(()), Meters(), also=routes, beside=beside)
        with TestClient(app, "http://127.0.0.1/api/v1", raise_server_exceptions=False) as client:
            yield client
    engine.dispose()


def api(world: World, site: httpx2.Client, who: str, *scopes: str) -> Api:
    world.act_as(who)
    words = [
        word for scope in scopes or ("read", "propose", "decide", "money") for word in ("--scope", scope)
    ]
    said = world.fine("tokens", "add", f"program {len(scopes)}", *words, "--json").json["token"]
    world.act_as(ANA)
    return Api(site, said)


def test_a_program_looks_proposes_decides_and_takes_back(world: World, site: httpx2.Client) -> None:
    bo = api(world, site, BO)
    assert bo.fine("GET", "/me")["email"] == BO
    day = bo.fine("GET", "/day", on=TUESDAY)
    assert (day["expected"], day["ready"], day["unsure"]) == (8.0, 1.0, 1.0)
    assert bo.fine("GET", "/week", on=TUESDAY)["total"]["expected"] == 40.0
    assert bo.fine("GET", "/gaps", first=TUESDAY, last=TUESDAY)["total"] == 6.0
    assert bo.fine("GET", "/projects", text="apo")["projects"][0]["code"] == "APL"

    dry = bo.fine("POST", "/proposals", TIME, dry_run=True)
    assert "Nothing was changed" in dry["note"]
    short = bo.fine("POST", "/proposals", TIME)["id"]
    waiting = {one["title"]: one for one in bo.fine("GET", "/proposals")["proposals"]}
    assert waiting["Wireframes"]["from_agent"] is True
    (done,) = bo.twice("POST", "/proposals/accept", {"ids": [short]})["done"]
    assert world.timesheet() == ["Bo 2026-03-10 1.5 Apollo / Design: Wireframes"]
    assert bo.fine("GET", "/entries", first=TUESDAY, last=TUESDAY)["hours"] == 1.5
    assert bo.fine("GET", "/journal")["lines"][0]["by"] == f"{BO} by api"
    bo.twice("PATCH", f"/entries/{done['entry_id']}", {"hours": 2})
    assert world.timesheet() == ["Bo 2026-03-10 2.0 Apollo / Design: Wireframes"]
    bo.twice("DELETE", f"/entries/{done['entry_id']}")
    assert world.entries() == []

    edit = {"project": "APL", "task": "Meetings"}
    bo.twice("POST", f"/proposals/{waiting['Catch up']['id']}/edit", edit)
    bo.twice("POST", "/proposals/dismiss", {"ids": [waiting["APL detail review"]["id"]], "why": "cancelled"})
    assert world.timesheet() == ["Bo 2026-03-10 1.0 Apollo / Meetings: Catch up"]
    bo.twice("POST", "/undo", {"ids": [waiting["Catch up"]["id"]]})
    bo.twice("POST", "/timer/start", {"project": "APL", "task": "Design"})
    bo.twice("POST", "/timer/stop")
    assert [one["is_running"] for one in world.entries()] == [False]


def test_each_scope_opens_its_own_doors_and_no_others(world: World, site: httpx2.Client) -> None:
    reads = api(world, site, ANA, "read")
    for method, path, body in (
        ("POST", "/proposals", TIME),
        ("POST", "/proposals/accept", {"ids": ["abcdef"]}),
        ("DELETE", "/entries/1", None),
        ("POST", "/timer/stop", None),
        ("GET", "/budgets", None),
        ("GET", "/invoices", None),
    ):
        status, text = reads.wrong(method, path, body)
        assert (status, "does not have the scope" in text) == (403, True), path
    money = api(world, site, ANA, "read", "money")
    assert money.fine("GET", "/budgets")["budgets"] == []
    assert money.fine("GET", "/invoices")["invoices"] == []


def test_others_are_not_to_be_seen(world: World, site: httpx2.Client) -> None:
    cy, bo = api(world, site, CY), api(world, site, BO)
    short = bo.fine("GET", "/proposals")["proposals"][0]["id"]
    for path in ("/day", "/week", "/gaps", "/proposals", "/entries"):
        status, text = cy.wrong("GET", path, person=BO)
        assert (status, "somebody else's" in text) == (403, True), path
    status, text = cy.wrong("POST", "/proposals/dismiss", {"ids": [short]})
    assert (status, "somebody else's" in text) == (403, True)
    assert cy.wrong("GET", "/invoices")[0] == 403
    assert cy.wrong("GET", "/compliance")[0] == 403
    assert api(world, site, ANA).fine("GET", "/day", on=TUESDAY, person=BO)["ready"] == 1.0


def test_without_a_token_there_is_only_the_description(world: World, site: httpx2.Client) -> None:
    for said in ("", "glnr_wrong"):
        nobody = Api(site, said)
        assert nobody.wrong("GET", "/day")[0] == 401
        assert nobody.wrong("POST", "/proposals", TIME)[0] == 401
    assert site.get("/day").headers["www-authenticate"] == "Bearer"
    described = site.get("/openapi.json").json()
    assert {"/day", "/proposals/accept", "/invoices"} <= set(described["paths"])
    assert site.get("/docs").status_code == 404
    assert site.get("/day", headers={"Host": "rebound.example"}).status_code == 421
    assert site.post("http://127.0.0.1/mcp", json={}).status_code == 401
    assert str(world.account_id) not in str(described)


def test_who_left_the_company_gets_in_no_more(world: World, site: httpx2.Client) -> None:
    bo = api(world, site, BO, "read")
    assert bo.fine("GET", "/me")["email"] == BO
    world.api().patch(f"/users/{world.user(BO)}", is_active=False)
    world.fine("sync")
    until = time.monotonic() + 10  # another process looks at the copy's version every few seconds
    while bo("GET", "/me").status_code == 200 and time.monotonic() < until:
        time.sleep(0.2)
    assert bo.wrong("GET", "/me")[0] == 401


def test_a_door_that_is_not_opened_is_not_there(world: World) -> None:
    world.fine("sync")
    settings = config.load(world.config)
    assert (settings.mcp.http, settings.api.http) == (False, False)
    engine = make_engine(settings.database)
    with served([world.config], engine, token="t") as accounts:
        assert doors(accounts, engine, settings) == ([], [])
    engine.dispose()


def test_what_has_no_right_shape_is_one_plain_sentence(world: World, site: httpx2.Client) -> None:
    bo = api(world, site, BO)
    for method, path, body, query in (
        ("GET", "/day", None, {"on": "yesterday"}),
        ("GET", "/day", None, {"day": TUESDAY}),
        ("GET", "/entries", None, {"page": 0}),
        ("POST", "/proposals", {}, {}),
        ("POST", "/proposals", [], {}),
        ("POST", "/proposals", {**TIME, "hours": 30}, {}),
        ("POST", "/proposals", {**TIME, "hour": 1}, {}),
        ("POST", "/proposals", {**TIME, "hours": "NaN"}, {}),
        ("POST", "/proposals/accept", {"ids": []}, {}),
        ("POST", "/proposals/accept", {"ids": ["%"]}, {}),
        ("PATCH", "/entries/abc", {"hours": 1}, {}),
        ("PATCH", "/entries/1", {}, {}),
        ("POST", "/undo", {}, {}),
        ("POST", "/expenses", {"receipt": "?", "receipt_name": "a.pdf"}, {}),
    ):
        status, text = bo.wrong(method, path, body, **query)
        assert status == 422, (path, body, status, text)
        assert len(text) < 400
        assert "Traceback" not in text
    assert bo.wrong("GET", "/nothing")[0] == 404
    assert bo.wrong("PUT", "/day")[0] == 405


@pytest.mark.parametrize("asked", ["zzz", "b", "Beta", "Website"])
def test_names_of_projects_and_clients_of_others_are_not_told(
    world: World, site: httpx2.Client, asked: str
) -> None:
    """Cy is on Apollo only; that there is a Beta Labs, and what it has done, is not for them to find out."""
    cy = api(world, site, CY)
    numbers = [str(one["id"]) for one in world.api().get("/projects")["projects"] if "Web" in one["name"]]
    time = {**TIME, "task": "Meetings"}
    said = [cy.wrong("GET", "/entries", project=asked), cy.wrong("GET", "/entries", client=asked)]
    said += [cy.wrong("GET", "/budgets", project=asked)]
    said += [cy.wrong("POST", "/proposals", {**time, "project": one}) for one in (*numbers, "webs")]
    for status, text in said:
        rest = text.replace(f'"{asked}"', "")
        assert (status in (403, 422), "Labs" in rest, "Website" in rest) == (True, False, False), text
    assert cy.fine("GET", "/entries", project="apo", client="Acme")["count"] == 0


@pytest.mark.parametrize("day", ["0001-01-01", "1999-12-31", "9999-12-31"])
def test_a_day_on_which_nobody_works_is_told_so(world: World, site: httpx2.Client, day: str) -> None:
    ana = api(world, site, ANA)
    cost = {"project": "APL", "category": "Meals", "amount": 1, "notes": "Lunch"}
    said = [
        ana.wrong("GET", "/day", on=day),
        ana.wrong("GET", "/week", on=day),
        ana.wrong("GET", "/gaps", first=day, last=day),
        ana.wrong("GET", "/entries", last=day),
        ana.wrong("GET", "/compliance", week=day),
        ana.wrong("POST", "/proposals", {**TIME, "on": day}),
        ana.wrong("POST", "/expenses", {**cost, "on": day}),
    ]
    assert [(status, "far" in text or "no week" in text or "a year" in text) for status, text in said] == [
        (422, True)
    ] * 7, said
