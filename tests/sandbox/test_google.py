"""The sandbox's Google as somebody who knows nothing of Gleaner meets it."""

from __future__ import annotations

import json
import signal
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import httpx2
import pytest

from gleaner_sandbox.google.calendars import Calendar, Calendars
from gleaner_sandbox.google.endpoints import Google
from gleaner_sandbox.google.identity import READ, WRITE, Identity, Ticket
from gleaner_sandbox.google.partial import parsed
from gleaner_sandbox.google.server import Running, serve_in_thread

ANA = "ana@lark.example"


def at(day: int, start: str = "09:00", end: str = "10:00") -> dict[str, Any]:
    return {
        "start": {"dateTime": f"2026-03-{day:02}T{start}:00+01:00", "timeZone": "Europe/Berlin"},
        "end": {"dateTime": f"2026-03-{day:02}T{end}:00+01:00", "timeZone": "Europe/Berlin"},
    }


@pytest.fixture
def running() -> Iterator[Running]:
    calendars = Calendars()
    calendars.add(Calendar(ANA, ANA), [{"summary": "Once", **at(10)}])
    identity = Identity({"app": "secret"}, access={"w": Ticket(ANA, WRITE), "r": Ticket(ANA, READ)})
    with serve_in_thread(Google(calendars, identity)) as found:
        yield found


def ask(
    running: Running, method: str = "GET", path: str = "", token: str = "w", **more: Any
) -> httpx2.Response:
    url = f"{running.base_url}/calendars/primary/events{path}"
    return httpx2.request(method, url, headers={"Authorization": f"Bearer {token}"}, **more)


def titles(answer: httpx2.Response) -> list[str]:
    return [event.get("summary", event["status"]) for event in answer.json()["items"]]


def test_what_is_written_is_read_changed_and_deleted(running: Running) -> None:
    made = ask(running, "POST", json={"summary": "New", **at(11)}).json()
    assert ask(running, path=f"/{made['id']}").json()["summary"] == "New"
    assert ask(running, "PATCH", f"/{made['id']}", json={"summary": "Newer"}).json()["summary"] == "Newer"
    assert titles(ask(running, params={"singleEvents": "true"})) == ["Once", "Newer"]
    assert ask(running, "DELETE", f"/{made['id']}").status_code == 204
    assert titles(ask(running)) == ["Once"]
    assert ask(running, "DELETE", "/nothing").status_code == 404


def test_pages_and_then_a_token_that_asks_for_changes(running: Running) -> None:
    for day in (11, 12, 13):
        ask(running, "POST", json={"summary": f"On {day}", **at(day)})
    first = ask(running, params={"singleEvents": "true", "maxResults": "3"}).json()
    assert "nextSyncToken" not in first
    second = ask(
        running, params={"singleEvents": "true", "maxResults": "3", "pageToken": first["nextPageToken"]}
    ).json()
    assert [len(first["items"]), len(second["items"])] == [3, 1]
    token = second["nextSyncToken"]
    assert titles(ask(running, params={"syncToken": token})) == []
    ask(running, "DELETE", f"/{first['items'][1]['id']}")
    gone = {"id": first["items"][1]["id"], "status": "cancelled"}
    assert ask(running, params={"syncToken": token}).json()["items"] == [gone]
    assert ask(running, params={"syncToken": token, "timeMin": "2026-01-01T00:00:00Z"}).status_code == 400
    assert ask(running, params={"syncToken": "nonsense"}).status_code == 410


def test_a_series_keeps_its_wall_clock_and_knows_its_exceptions(running: Running) -> None:
    rule = {"recurrence": ["RRULE:FREQ=WEEKLY;COUNT=3"], "summary": "Weekly", **at(23)}
    made = ask(running, "POST", json=rule).json()
    found = ask(running, params={"singleEvents": "true", "timeMin": "2026-03-20T00:00:00Z"}).json()["items"]
    assert [event["start"]["dateTime"][:16] for event in found] == [
        "2026-03-23T09:00", "2026-03-30T09:00", "2026-04-06T09:00",
    ]  # fmt: skip
    assert found[1]["start"]["dateTime"].endswith("+02:00")
    ask(running, "DELETE", f"/{found[1]['id']}")
    after = ask(running, params={"singleEvents": "true", "timeMin": "2026-03-20T00:00:00Z"}).json()["items"]
    assert [event["id"] for event in after] == [found[0]["id"], found[2]["id"]]
    assert len(ask(running).json()["items"]) == 2, "without singleEvents a series is one"
    assert ask(running, path=f"/{made['id']}").json()["recurrence"]


def test_who_may_read_may_not_write_and_strangers_see_nothing(running: Running) -> None:
    assert ask(running, "POST", token="r", json={"summary": "x", **at(11)}).status_code == 403
    assert ask(running, token="nobody").status_code == 401
    other = f"{running.base_url}/calendars/bo@lark.example/events"
    assert httpx2.get(other, headers={"Authorization": "Bearer r"}).status_code == 404


def test_only_the_fields_that_were_asked_for(running: Running) -> None:
    found = ask(running, params={"fields": "items(id,start/dateTime)"}).json()
    assert [set(event) for event in found["items"]] == [{"id", "start"}]
    assert ask(running, params={"fields": "items(id"}).status_code == 400
    assert parsed("a(b/c),d") == {"a": {"b": {"c": {}}}, "d": {}}


def test_bad_requests_are_said_so(running: Running) -> None:
    assert ask(running, "POST", content=b"{").status_code == 400
    assert ask(running, "POST", json={"summary": "no times"}).status_code == 400
    assert httpx2.get(f"{running.address}/calendar/v3/colors").status_code == 404
    assert httpx2.get(running.login_url, params={"client_id": "nobody"}).status_code == 400
    refused = httpx2.post(running.token_url, data={"grant_type": "refresh_token", "client_id": "app"})
    assert (refused.status_code, refused.json()["error"]) == (401, "invalid_client")
    assert httpx2.post(running.token_url, data={}).json()["error"] == "unsupported_grant_type"


def test_the_command_prints_where_it_listens(tmp_path: Path) -> None:
    seed = {
        "apps": {"app": "s"},
        "calendars": [{"id": ANA, "owner": ANA, "events": [{"summary": "x", **at(10)}]}],
    }
    (tmp_path / "seed.json").write_text(json.dumps(seed))
    command = [sys.executable, "-m", "gleaner_sandbox", "google", str(tmp_path / "seed.json")]
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True) as process:
        assert process.stdout is not None
        said = json.loads(process.stdout.readline())
        assert said["calendars"] == [ANA]
        assert httpx2.get(f"{said['base_url']}/calendars/primary/events").status_code == 401
        process.send_signal(signal.SIGTERM)
        assert process.wait(20) == 0
    wrong = subprocess.run(
        [*command[:-1], str(tmp_path / "none.json")], capture_output=True, text=True, check=False
    )
    assert (wrong.returncode, "No such file" in wrong.stderr) == (2, True)
