"""The command line: one line when ready, files that survive, a graceful end."""

import json
import signal
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import httpx2
import pytest

from gleaner_sandbox.server import listen

COMMAND = [sys.executable, "-m", "gleaner_sandbox", "serve"]


@contextmanager
def sandbox(*options: str) -> Iterator[tuple[dict[str, Any], subprocess.Popen[str]]]:
    process = subprocess.Popen(
        [*COMMAND, *options], stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True, encoding="utf-8"
    )
    assert process.stdout is not None
    assert process.stderr is not None
    try:
        line = process.stdout.readline()
        assert line, process.stderr.read()
        yield json.loads(line), process
    finally:
        process.kill()
        process.communicate()


def headers(account: dict[str, Any]) -> dict[str, str]:
    token = account["people"][0]["token"]
    return {
        "Authorization": f"Bearer {token}",
        "Harvest-Account-Id": str(account["id"]),
        "User-Agent": "tests",
    }


def test_it_says_one_line_when_it_is_ready_and_logs_elsewhere() -> None:
    with sandbox("--seed", "empty", "--clock", "2026-03-02T09:00:00Z") as (said, process):
        assert said["base_url"].endswith("/v2")
        assert said["control_url"].endswith("/sandbox")
        duration, timestamp = said["accounts"]
        companies = [
            httpx2.get(f"{said['base_url']}/company", headers=headers(a)).json()
            for a in (duration, timestamp)
        ]
        assert [(c["clock"], c["wants_timestamp_timers"]) for c in companies] == [
            ("12h", False),
            ("24h", True),
        ]
        tasks = httpx2.get(f"{said['base_url']}/tasks", headers=headers(duration)).json()["tasks"]
        assert {task["created_at"] for task in tasks} == {"2026-03-02T09:00:00Z"}
        assert all(task["is_default"] for task in tasks)
        process.send_signal(signal.SIGTERM)
        out, err = process.communicate(timeout=10)
        assert (process.returncode, out) == (0, "")
        assert "Application shutdown complete" in err


@pytest.mark.parametrize("end", [signal.SIGINT, signal.SIGKILL])
def test_what_was_answered_survives_the_end_of_the_process(tmp_path: Path, end: signal.Signals) -> None:
    file = str(tmp_path / "state.db")
    with sandbox("--state", file) as (said, process):
        me = headers(said["accounts"][0])
        made = httpx2.post(f"{said['base_url']}/clients", headers=me, json={"name": "Initech"}).json()
        process.send_signal(end)
        process.wait(10)
    with sandbox("--state", file, "--seed", "empty") as (again, _):
        assert again["accounts"] == said["accounts"]
        found = httpx2.get(f"{again['base_url']}/clients/{made['id']}", headers=me).json()
        assert found == made
        next_one = httpx2.post(f"{again['base_url']}/clients", headers=me, json={"name": "Hooli"}).json()
        assert next_one["id"] > made["id"]


@pytest.mark.parametrize(
    "options",
    [["--host", "0.0.0.0"], ["--faults", "explode"], ["--clock", "soon"], ["--clock", "2026-03-02T09:00:00"]],
)
def test_options_that_make_no_sense_end_with_2_and_a_reason(options: list[str]) -> None:
    done = subprocess.run([*COMMAND, *options], capture_output=True, text=True, timeout=20, check=False)
    assert done.returncode == 2
    assert done.stdout == ""
    assert "gleaner-sandbox: " in done.stderr


def test_only_loopback_addresses_are_listened_on() -> None:
    with pytest.raises(ValueError, match="loopback"):
        listen("192.0.2.1")
    listen("127.0.0.1").close()


def test_it_starts_without_the_limits_when_asked() -> None:
    with sandbox("--no-limits") as (said, _), httpx2.Client(headers=headers(said["accounts"][0])) as client:
        assert {client.get(f"{said['base_url']}/users/me").status_code for _ in range(120)} == {200}
