"""Every address of the API, asked for by nobody, by a browser, and by a member's program about other people."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any

import httpx2
import pytest
from fastapi import FastAPI
from starlette.testclient import TestClient
from tests.journeys.permissions import Things
from tests.journeys.test_permissions import MARKS, House, furnished
from tests.journeys.world import ANA, BO, CY, World

from gleaner.app.programs.seat import Doorman
from gleaner.faces.api.app import api_app


@dataclass(frozen=True)
class Call:
    """One address, about somebody's things."""

    path: Callable[[str, Things], str] | None = None
    """With the person's address and their things; None: the address itself."""
    body: Callable[[Things], Mapping[str, Any]] | None = None
    query: Callable[[str], Mapping[str, str]] = field(default=lambda _who: {})
    statuses: tuple[int, ...] = (403,)
    """What a member's program is answered who asks for somebody else's."""


_WHO: Callable[[str], Mapping[str, str]] = lambda who: {"person": who}  # noqa: E731

CALLS: Mapping[tuple[str, str], Call] = {
    # about whoever asks, and nobody else
    ("GET", "/me"): Call(statuses=(200,)),
    ("GET", "/projects"): Call(statuses=(200,)),
    ("GET", "/journal"): Call(statuses=(200,)),
    ("POST", "/proposals"): Call(body=lambda _: {"hours": "0.5", "project": "Portal"}, statuses=(403, 422)),
    ("POST", "/expenses"): Call(body=lambda _: {"amount": "5"}, statuses=(403, 422)),
    ("POST", "/timer/start"): Call(
        body=lambda _: {"project": "Portal", "task": "Meetings"}, statuses=(403, 422)
    ),
    ("POST", "/timer/stop"): Call(statuses=(200, 403, 422)),
    # about somebody
    ("GET", "/day"): Call(query=_WHO),
    ("GET", "/week"): Call(query=_WHO),
    ("GET", "/gaps"): Call(query=_WHO),
    ("GET", "/proposals"): Call(query=_WHO),
    ("GET", "/entries"): Call(query=_WHO),
    ("POST", "/proposals/accept"): Call(body=lambda my: {"ids": [my.sure.split()[0]]}),
    ("POST", "/proposals/dismiss"): Call(body=lambda my: {"ids": [my.short], "why": "not work"}),
    ("POST", "/proposals/{proposal}/edit"): Call(
        lambda _, my: f"/proposals/{my.short}/edit", lambda _: {"hours": "0.25"}
    ),
    ("PATCH", "/entries/{entry}"): Call(lambda _, my: f"/entries/{my.entry}", lambda _: {"hours": "0.25"}),
    ("DELETE", "/entries/{entry}"): Call(lambda _, my: f"/entries/{my.entry}"),
    ("POST", "/undo"): Call(body=lambda my: {"ids": [my.done]}),
    # for those who lead
    ("GET", "/compliance"): Call(),
    ("GET", "/budgets"): Call(),
    ("GET", "/invoices"): Call(),
    ("GET", "/invoices/{invoice}"): Call(lambda _, my: f"/invoices/{my.bill}"),
}


@dataclass
class Programs:
    """The API, and what programs show to get in."""

    house: House
    client: TestClient
    tokens: Mapping[str, str]

    def ask(
        self, where: tuple[str, str], about: str, things: Things, token: str, **more: str
    ) -> httpx2.Response:
        method, path = where
        call = CALLS[where]
        at = call.path(about, things) if call.path is not None else path
        body = call.body(things) if call.body is not None else None
        headers = {"Authorization": f"Bearer {token}", **more} if token else more
        return self.client.request(method, at, json=body, params=dict(call.query(about)), headers=headers)

    def others(self) -> object:
        """Where everything stands that is not Cy's, here and in Harvest."""
        account = self.house.site.account
        states = {
            who: [(one.short, one.state) for one in account.inbox.items(user_id=account.person(who).id)]
            for who in (ANA, BO)
        }
        return states, self.house.world.timesheet()


@pytest.fixture
def programs(world: World) -> Iterator[Programs]:
    with furnished(world) as house:
        account, clock = house.site.account, house.site.clock
        app = api_app(Doorman(lambda _id: account, account.engine, clock.now))
        tokens = {}
        for who in (BO, CY):
            world.act_as(who)
            words = [word for scope in ("read", "propose", "decide", "money") for word in ("--scope", scope)]
            tokens[who] = world.fine("tokens", "add", "a program", *words, "--json").json["token"]
        world.act_as(ANA)
        with TestClient(app, raise_server_exceptions=False) as client:
            yield Programs(house, client, tokens)


def test_every_address_is_kept_from_who_has_no_business_there(programs: Programs) -> None:
    house = programs.house
    assert isinstance(programs.client.app, FastAPI)
    described = programs.client.app.openapi()["paths"]
    routes = {(method.upper(), path) for path, methods in described.items() for method in methods}
    assert routes == set(CALLS), "write a line in CALLS"
    before = programs.others()
    cookie = house.site.browser(ANA).cookie
    for where in CALLS:
        for token, more in (("", {}), ("x" * 43, {}), ("", {"cookie": f"gleaner={cookie}"}), (cookie, {})):
            answer = programs.ask(where, ANA, house.things[ANA], token, **more)
            assert (answer.status_code, set(answer.json())) == (401, {"error"}), where
    for where, call in CALLS.items():
        for other in (ANA, BO):
            answer = programs.ask(where, other, house.things[other], programs.tokens[CY])
            assert answer.status_code in call.statuses, f"{where}: {answer.status_code} {answer.text[:300]}"
            _says_nothing_of(answer, where, "Zebra", "Yak", "Ana Person", "Bo Person")
            if call.statuses == (403,) or 200 not in call.statuses:
                assert set(answer.json()) == {"error"}, where
        for things in house.garbage:
            answer = programs.ask(where, things.person, things, programs.tokens[CY])
            assert answer.status_code < 500, f"{where} {things.person[:20]}: {answer.text[:300]}"
    assert programs.others() == before


def test_a_managers_program_reads_hours_and_no_titles(programs: Programs) -> None:
    for where in CALLS:
        if where[0] == "GET":
            answer = programs.ask(where, CY, programs.house.things[CY], programs.tokens[BO])
            _says_nothing_of(answer, where, MARKS[ANA], MARKS[CY])


def _says_nothing_of(answer: httpx2.Response, where: tuple[str, str], *words: str) -> None:
    for word in words:
        assert word not in answer.text, f"{where} says {word}: {answer.text[:500]}"
