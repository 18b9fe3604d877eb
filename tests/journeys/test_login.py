"""Logging in to Harvest as a person does: the terminal, Harvest's own pages over HTTP, and back."""

from __future__ import annotations

import json
import os
import re
import socket
import subprocess
import sys
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from html.parser import HTMLParser
from pathlib import Path
from typing import Any

import httpx2
import pytest

from gleaner_sandbox import seeds
from gleaner_sandbox.clock import Clock
from gleaner_sandbox.server import Running, serve_in_thread
from gleaner_sandbox.state import State

ACCOUNT, OTHER = 1_000_001, 1_000_002
SECRET = "sandbox-secret"


class Form(HTMLParser):
    """The one form of a page: where it goes, what is hidden in it, and what there is to choose."""

    def __init__(self, page: str) -> None:
        super().__init__()
        self.action = ""
        self.fields: dict[str, str] = {}
        self.choices: list[dict[str, str]] = []
        self.buttons: list[str] = []
        self.feed(page)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        said = {name: value or "" for name, value in attrs}
        if tag == "form":
            self.action = said["action"]
        elif tag == "input" and said.get("type") == "hidden":
            self.fields[said["name"]] = said["value"]
        elif tag == "input" and said.get("type") == "radio":
            self.choices.append(said)
        elif tag == "button":
            self.buttons.append(said.get("value", ""))


class Desk:
    """A folder with a configuration, and a terminal without any token in its environment."""

    def __init__(self, running: Running, folder: Path) -> None:
        self.running = running
        self.folder = folder
        origin = running.base_url.removesuffix("/v2")
        (folder / "gleaner.toml").write_text(
            f'[harvest]\naccount_id = {ACCOUNT}\nbase_url = "{origin}/v2"\nidentity_url = "{origin}"\n'
            'client_id = "sandbox-app"\n'
        )

    def start(self, *words: str) -> subprocess.Popen[str]:
        clean = {name: value for name, value in os.environ.items() if not name.startswith("GLEANER_")}
        return subprocess.Popen(
            [sys.executable, "-m", "gleaner", *words], cwd=self.folder, env={**clean, "COLUMNS": "200"}, text=True,
            stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.PIPE,
        )  # fmt: skip

    def gleaner(self, *words: str, said: str = "") -> tuple[int, str, str]:
        process = self.start(*words)
        out, err = process.communicate(said, timeout=60)
        return process.returncode, out, err

    def login(self, decision: str = "allow", who: str = "ada@duration.example") -> tuple[int, str, str]:
        """``gleaner login``, with *who* deciding in the browser."""
        process = self.start("login", "--no-browser", "--port", str(free_port()), "--json")
        assert process.stdin is not None
        assert process.stderr is not None
        process.stdin.write(f"{SECRET}\n")
        process.stdin.flush()
        heard = ""
        while not (found := re.search(r"http://\S+/oauth2/authorize\S+", heard)):
            line = process.stderr.readline()
            assert line, heard
            heard += line
        self.back = decide(found[0], decision, who)
        out, err = process.communicate(timeout=60)
        return process.returncode, out, heard + err

    def keeps(self) -> bytes:
        """Everything in the folder that a thief would find, save the key."""
        files = [path for path in self.folder.iterdir() if path.is_file() and path.name != "gleaner.key"]
        return b"".join(path.read_bytes() for path in files)


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
    return port


def decide(url: str, decision: str, who: str) -> str:
    """Open Harvest's page, choose *who*, press the button, and follow it back; the last page's text."""
    with httpx2.Client(follow_redirects=False) as browser:
        page = browser.get(url)
        assert page.status_code == 200, page.text
        form = Form(page.text)
        assert decision in form.buttons
        mine = [
            choice for choice in form.choices if who in choice["value"] and str(ACCOUNT) in choice["value"]
        ]
        chosen = {mine[0]["name"]: mine[0]["value"]}
        origin = str(httpx2.URL(url).copy_with(raw_path=form.action.encode()))
        sent = browser.post(origin, data={**form.fields, **chosen, "decision": decision})
        assert sent.status_code in (302, 303), sent.text
        return browser.get(sent.headers["location"]).text


@pytest.fixture
def desk(tmp_path: Path) -> Iterator[Desk]:
    state = State(clock=Clock(datetime.now(UTC)))
    state.load(seeds.empty())
    with serve_in_thread(state, limits=False) as running:
        yield Desk(running, tmp_path)
    state.close()


def tokens(desk: Desk, kind: str) -> list[dict[str, Any]]:
    listed: list[dict[str, Any]] = httpx2.get(f"{desk.running.control_url}/tokens").json()["tokens"]
    return [token for token in listed if token["kind"] == kind]


def test_a_login_through_harvests_pages_opens_the_account_until_it_is_forgotten(desk: Desk) -> None:
    code, out, err = desk.login()
    assert code == 0, (out, err)
    said = json.loads(out)
    assert (said["who"], said["account_id"], said["is_overruled"]) == ("Ada Admin", ACCOUNT, False)
    assert "Gleaner" in desk.back
    (granted,) = tokens(desk, "access")
    for secret in (granted["token"], SECRET, tokens(desk, "refresh")[0]["token"]):
        assert secret not in out + err + desk.back
        assert secret.encode() not in desk.keeps()
    code, out, err = desk.gleaner("sync")
    assert code == 0, (out, err)
    code, out, err = desk.gleaner("doctor")
    assert "Ada Admin" in out + err
    assert desk.gleaner("logout")[0] == 0
    code, out, err = desk.gleaner("sync")
    assert code == 2
    assert "gleaner login" in err


def test_a_token_that_ran_out_is_renewed_without_a_word(desk: Desk) -> None:
    desk.login()
    (before,) = tokens(desk, "access")
    # Harvest's clock goes on, the access token is over; ours knows nothing of it.
    desk.running.control.advance(timedelta(days=15))
    code, out, err = desk.gleaner("sync")
    assert code == 0, (out, err)
    live = [token for token in tokens(desk, "access") if not token["is_expired"]]
    assert len(live) == 1
    assert live[0]["token"] != before["token"]
    assert desk.gleaner("sync")[0] == 0
    assert [t["token"] for t in tokens(desk, "access") if not t["is_expired"]] == [live[0]["token"]]


def test_a_no_on_harvests_page_keeps_nothing(desk: Desk) -> None:
    code, out, err = desk.login(decision="deny")
    assert (code, out) == (1, "")
    assert "Harvest gave Gleaner no access" in err
    assert tokens(desk, "access") == []
    assert desk.gleaner("sync")[0] == 2


def test_a_revoked_login_says_to_log_in_again(desk: Desk) -> None:
    desk.login()
    for token in [*tokens(desk, "access"), *tokens(desk, "refresh")]:
        httpx2.delete(f"{desk.running.control_url}/tokens/{token['token']}").raise_for_status()
    code, out, err = desk.gleaner("sync")
    assert code == 2, (out, err)
    assert "gleaner login" in err
    assert "Traceback" not in err


def test_a_personal_access_token_is_kept_encrypted_too(desk: Desk) -> None:
    code, out, err = desk.gleaner("login", "--token", said="duration-admin\n")
    assert code == 0, (out, err)
    assert "Ada Admin" in out
    assert b"duration-admin" not in desk.keeps()
    assert desk.gleaner("sync")[0] == 0


def test_a_token_for_another_account_is_not_kept(desk: Desk) -> None:
    code, out, err = desk.gleaner("login", "--token", said="timestamp-admin\n")
    assert code == 2
    assert f"Timestamp Works ({OTHER})" in err
    assert "timestamp-admin" not in out + err
