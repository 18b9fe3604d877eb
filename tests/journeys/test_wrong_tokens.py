"""How many wrong tokens a network may show at the doors of programs, over HTTP; a right one always gets in."""

from __future__ import annotations

from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from datetime import UTC, datetime

import httpx2
import pytest
from tests.fakes import FakeClock
from tests.journeys.world import BO, World
from tests.unit.app.log import kept

from gleaner import config
from gleaner.adapters.store.engine import make_engine
from gleaner.app.daemon.accounts import served
from gleaner.app.health import Health
from gleaner.app.meters import Meters
from gleaner.app.programs.seat import TRIES, TRIES_WITHIN
from gleaner.faces.web.doors import doors
from gleaner.faces.web.listening import listening
from gleaner.faces.web.operations import operations

STRANGER, OFFICE = "192.0.2.1", "192.0.2.2"
ASKED = {"jsonrpc": "2.0", "id": 1, "method": "tools/list"}


@dataclass(frozen=True)
class Doors:
    """Both doors, as a proxy on this machine passes requests on."""

    base: str
    clock: FakeClock

    def api(self, said: str | None, network: str = STRANGER) -> httpx2.Response:
        return httpx2.get(f"{self.base}/api/v1/me", headers=_headers(said, network))

    def mcp(self, said: str | None, network: str = STRANGER) -> httpx2.Response:
        headers = {**_headers(said, network), "Accept": "application/json, text/event-stream"}
        return httpx2.post(f"{self.base}/mcp", json=ASKED, headers=headers)


def _headers(said: str | None, network: str) -> dict[str, str]:
    shown = {"Authorization": f"Bearer {said}"} if said is not None else {}
    return {"X-Forwarded-For": network, **shown}


@pytest.fixture
def at(world: World) -> Iterator[Doors]:
    world.say("[api]", "http = true", "", "[mcp]", "http = true")
    world.fine("sync")
    settings, clock = config.load(world.config), FakeClock(datetime.now(UTC))
    engine = make_engine(settings.database)
    with served([world.config], engine, token="t", clock=clock) as accounts:
        routes, beside = doors(accounts, engine, settings)
        app = operations(lambda: Health(()), Meters(), also=routes, beside=beside)
        with listening(app, "127.0.0.1", 0) as port:
            yield Doors(f"http://127.0.0.1:{port}", clock)
    engine.dispose()


def right(world: World) -> str:
    world.act_as(BO)
    said: str = world.fine("tokens", "add", "a program", "--json").json["token"]
    return said


@pytest.mark.parametrize("door", ["api", "mcp"])
def test_a_network_has_so_many_wrong_tokens_however_fast_they_come(at: Doors, door: str) -> None:
    asked = getattr(at, door)
    with kept() as log, ThreadPoolExecutor(8) as threads:
        found = list(threads.map(lambda n: asked(f"glnr_{n}"), range(TRIES + 6)))
    assert sorted(one.status_code for one in found) == [401] * TRIES + [429] * 6
    late = next(one for one in found if one.status_code == 429)
    assert 0 < int(late.headers["retry-after"]) <= TRIES_WITHIN.total_seconds()
    assert late.json() == {
        "error": "too many wrong tokens came from your network: wait as long as Retry-After says, or show one that is"
        " right"
    }
    assert "too many wrong tokens" in log.getvalue()
    assert "glnr_" not in log.getvalue()
    assert asked("glnr_0", OFFICE).status_code == 401
    at.clock.advance(TRIES_WITHIN)
    assert asked("glnr_0").status_code == 401


def test_a_right_token_gets_in_from_where_many_wrong_ones_came(world: World, at: Doors) -> None:
    said = right(world)
    for n in range(TRIES):
        assert (at.api if n % 2 else at.mcp)("x" * n or "x").status_code == 401
    assert [at.api("glnr_x").status_code, at.mcp("glnr_x").status_code] == [429, 429], "they count together"
    assert [at.api(said).status_code, at.mcp(said).status_code] == [200, 200]
    assert [at.api("glnr_x").status_code, at.mcp("glnr_x").status_code] == [429, 429]


def test_who_shows_no_token_is_told_where_they_come_from_and_counts_for_nobody(at: Doors) -> None:
    for _ in range(TRIES // 2 + 1):
        assert (at.api(None).status_code, at.mcp(None).status_code) == (401, 401)
    assert "resource_metadata=" in at.mcp("glnr_x").headers["www-authenticate"]
    assert at.api("glnr_x").headers["www-authenticate"] == "Bearer"
