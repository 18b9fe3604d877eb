"""Assistants that come from outside: over stdio as a real process, and over HTTP with a token."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
from collections.abc import Awaitable, Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any, TypeVar

import httpx2
import pytest
from mcp import Client, StdioServerParameters
from mcp.client.stdio import stdio_client
from mcp.client.streamable_http import streamable_http_client
from starlette.types import ASGIApp, Receive, Scope, Send
from tests.journeys.assistant import Heard, heard, run_apart
from tests.journeys.world import ANA, BO, TUESDAY, World, meeting

from gleaner import config
from gleaner.adapters.store.engine import make_engine
from gleaner.app.daemon.accounts import served
from gleaner.app.health import Health
from gleaner.app.meters import Meters
from gleaner.app.programs.seat import Doorman
from gleaner.faces.mcp.http import mcp_app
from gleaner.faces.web.listening import listening
from gleaner.faces.web.operations import operations

T = TypeVar("T")


@pytest.fixture
def ready(world: World) -> World:
    world.calendar(ANA, meeting("10:00-11:00", "APL detail review"), meeting("14:00-15:00", "Catch up"))
    world.say("[mcp]", 'mode = "propose"')
    world.fine("run", "--on", TUESDAY)
    return world


# --- stdio -------------------------------------------------------------------------------------------------------


def test_a_process_answers_on_stdout_alone_and_logs_beside_it(ready: World, tmp_path: Path) -> None:
    program = StdioServerParameters(
        command=sys.executable,
        args=["-m", "gleaner", "mcp", "-c", str(ready.config)],
        env=dict(os.environ),
        cwd="/",
    )
    log = tmp_path / "stderr"

    async def go() -> tuple[set[str], Heard, Heard]:
        with log.open("w") as errors:
            async with Client(stdio_client(program, errlog=errors)) as client:
                tools = {one.name for one in (await client.list_tools()).tools}
                day = heard(await client.call_tool("my_day", {"on": TUESDAY}))
                wrong = heard(await client.call_tool("my_day", {"person": "nobody@studio.example"}))
                return tools, day, wrong

    tools, day, wrong = run_apart(go)
    assert {"my_day", "propose_time"} <= tools
    assert "decide" not in tools
    assert (day["logged"], [one["title"] for one in day["proposals"]]) == (1, ["Catch up"])
    assert (wrong.is_error, "nobody in Harvest has the address" in wrong.text) == (True, True)
    assert "Traceback" not in log.read_text()


def test_without_a_configuration_it_says_so_and_writes_nothing_on_stdout(world: World) -> None:
    world.config.unlink()
    said = world.gleaner("mcp")
    assert (said.code, said.out, "there is no" in said.err) == (2, "", True)


# --- HTTP --------------------------------------------------------------------------------------------------------


def signed(app: ASGIApp, said: str) -> ASGIApp:
    """*app*, asked with that token by programs that have no place for one."""

    async def with_token(scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] == "http":
            scope["headers"] = [*scope["headers"], (b"authorization", f"Bearer {said}".encode())]
        await app(scope, receive, send)

    return with_token


@contextmanager
def door_of(ready: World, said: str = "") -> Iterator[str]:
    """The daemon's web server with the assistants' door in it; with *said* everybody has that token."""
    engine = make_engine(config.load(ready.config).database)
    with served([ready.config], engine, token="t") as accounts:
        door = mcp_app(Doorman(accounts.open, engine, accounts.clock.now))
        site = operations(lambda: Health(()), Meters(), also=door.routes, beside=[door.running])
        with listening(signed(site, said) if said else site, "127.0.0.1", 0) as port:
            yield f"http://127.0.0.1:{port}"
    engine.dispose()


@pytest.fixture
def url(ready: World) -> Iterator[str]:
    """Where assistants ask, each with their own token."""
    with door_of(ready) as found:
        yield found


def token(world: World, *scopes: str, name: str = "editor") -> str:
    words = [word for scope in scopes for word in ("--scope", scope)]
    made: str = world.fine("tokens", "add", name, *words, "--json").json["token"]
    return made


def over_http(url: str, said: str, work: Callable[[Client], Awaitable[T]]) -> T:
    async def go() -> T:
        headers = {"Authorization": f"Bearer {said}"}
        async with (
            httpx2.AsyncClient(headers=headers) as http,
            Client(streamable_http_client(f"{url}/mcp", http_client=http)) as client,
        ):
            return await work(client)

    return run_apart(go)


def asks(url: str, said: str, tool: str, **arguments: Any) -> Heard:
    async def ask(client: Client) -> Heard:
        return heard(await client.call_tool(tool, arguments))

    return over_http(url, said, ask)


def knock(url: str, **headers: str) -> httpx2.Response:
    body = {"jsonrpc": "2.0", "id": 1, "method": "tools/list", "params": {}}
    more = {"Accept": "application/json, text/event-stream", **headers}
    return httpx2.post(f"{url}/mcp", json=body, headers=more)


def test_a_token_lets_in_as_its_person_and_as_far_as_it_goes(ready: World, url: str) -> None:
    anas = token(ready, "read", "propose")
    ready.act_as(BO)
    bos = token(ready, "read")
    ready.act_as(ANA)
    assert asks(url, anas, "my_day", on=TUESDAY)["person"] == "Ana Person"
    assert asks(url, bos, "my_day", on=TUESDAY)["person"] == "Bo Person"
    assert "somebody else's" in asks(url, bos, "my_day", person=ANA).text
    time = {"on": TUESDAY, "hours": 1, "project": "APL", "task": "Design", "notes": "Wireframes"}
    assert 'does not have the scope "propose"' in asks(url, bos, "propose_time", **time).text
    short = asks(url, anas, "propose_time", **time)["id"]
    assert ready.states()["Wireframes"] == "proposed"
    assert [one["id"] for one in ready.review() if one["title"] == "Wireframes"] == [short]


def test_whoever_has_no_token_learns_where_to_ask(url: str) -> None:
    for headers in ({}, {"Authorization": "Basic YTpi"}, {"Authorization": "Bearer glnr_wrong"}):
        answer = knock(url, **headers)
        assert answer.status_code == 401
        where = answer.headers["www-authenticate"].partition('resource_metadata="')[2].rstrip('"')
        assert where == f"{url}/.well-known/oauth-protected-resource/mcp"
    said = httpx2.get(where).json()
    assert said["resource"] == f"{url}/mcp"
    assert said["bearer_methods_supported"] == ["header"]
    assert set(said["scopes_supported"]) == {"read", "propose", "decide", "money"}


def test_a_revoked_token_lets_nobody_in_from_then_on(ready: World, url: str) -> None:
    said = token(ready, "read")
    assert asks(url, said, "week")["person"] == "Ana Person"
    ready.fine("tokens", "revoke", "editor")
    assert knock(url, Authorization=f"Bearer {said}").status_code == 401


def test_a_token_that_may_not_look_is_told_what_it_lacks(ready: World, url: str) -> None:
    answer = knock(url, Authorization=f"Bearer {token(ready, 'propose')}")
    assert (answer.status_code, 'scope="read"' in answer.headers["www-authenticate"]) == (403, True)


def test_a_page_on_the_web_cannot_ask_by_a_name_of_its_own(ready: World, url: str) -> None:
    said = token(ready, "read")
    assert knock(url, Authorization=f"Bearer {said}", Host="rebound.example").status_code == 421


def test_there_is_nothing_to_listen_to(ready: World, url: str) -> None:
    headers = {"Authorization": f"Bearer {token(ready, 'read')}", "Accept": "text/event-stream"}
    answer = httpx2.get(f"{url}/mcp", headers=headers, timeout=5)
    assert (answer.status_code, answer.headers["allow"]) == (405, "POST")


def test_too_long_a_question_is_cut_off(ready: World, url: str) -> None:
    said = token(ready, "read")
    answer = httpx2.post(f"{url}/mcp", content=b"x" * 16_000_000, headers={"Authorization": f"Bearer {said}"})
    assert answer.status_code in (400, 406, 413, 415)


def test_the_inspector_finds_every_tool(ready: World) -> None:
    """With somebody else's client; skipped where it is not installed."""
    inspector = shutil.which("mcp-inspector")
    if inspector is None:
        pytest.skip("there is no mcp-inspector (an npm package, which needs Node)")
    words = ["--cli", "-e", f"GLEANER_HARVEST__TOKEN={ready.token()}", sys.executable, "-m", "gleaner", "mcp"]
    done = subprocess.run(
        [inspector, *words, "-c", str(ready.config), "--method", "tools/list"],
        capture_output=True, text=True, timeout=90, check=True,
    )  # fmt: skip
    assert {"my_day", "propose_time"} <= {one["name"] for one in json.loads(done.stdout)["tools"]}


SCENARIOS = (
    "server-initialize", "ping", "tools-list", "resources-list", "prompts-list", "dns-rebinding-protection",
)  # fmt: skip
"""What the conformance suite of the protocol asks of any server; its others want sample tools of its own."""


@pytest.mark.parametrize("scenario", SCENARIOS)
def test_the_protocols_own_scenarios(ready: World, scenario: str, tmp_path: Path) -> None:
    """Skipped where they are not installed: @modelcontextprotocol/conformance, an npm package, which needs Node 22."""
    program = shutil.which("conformance")
    if program is None:
        pytest.skip("there are no conformance scenarios (an npm package, which needs Node 22)")
    with door_of(ready, token(ready, "read")) as found:
        done = subprocess.run(
            [program, "server", "--url", f"{found}/mcp", "--scenario", scenario, "-o", str(tmp_path)],
            capture_output=True, text=True, timeout=90, check=False,
        )  # fmt: skip
    assert done.returncode == 0, done.stdout + done.stderr


def test_a_question_may_bring_a_receipt(ready: World, url: str) -> None:
    """Of 2 MB, in base64: what is wrong with this one is that it is none."""
    asked = {"name": "propose_expense", "arguments": {"receipt": "A" * 2_700_000, "receipt_name": "a.png"}}
    answer = httpx2.post(
        f"{url}/mcp",
        json={"jsonrpc": "2.0", "id": 1, "method": "tools/call", "params": asked},
        headers={
            "Authorization": f"Bearer {token(ready, 'read', 'propose')}",
            "Accept": "application/json, text/event-stream",
        },
        timeout=60,
    )
    assert (answer.status_code, "is not a picture or PDF inside" in answer.text) == (200, True), answer.text[
        :400
    ]
