"""The sandbox's Google Meet as somebody who knows nothing of Gleaner meets it."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from typing import Any

import httpx2
import pytest

from gleaner_sandbox.google.calendars import Calendars
from gleaner_sandbox.google.endpoints import Google
from gleaner_sandbox.google.identity import MEET, OPENID, READ, Identity, Ticket
from gleaner_sandbox.google.meet import Conference, read_conference
from gleaner_sandbox.google.server import Running, serve_in_thread

ANA, BO, CY = "ana@lark.example", "bo@lark.example", "cy@lark.example"
TEN = datetime(2026, 3, 10, 10, tzinfo=UTC)


def minutes(*times: int) -> list[datetime]:
    return [TEN + timedelta(minutes=one) for one in times]


@pytest.fixture
def running() -> Iterator[Running]:
    tickets = {who.partition("@")[0]: Ticket(who, f"{READ} {MEET} {OPENID}") for who in (ANA, BO, CY)} | {
        "calendar-only": Ticket(ANA, READ)
    }
    google = Google(Calendars(), Identity(access=tickets))
    early, late, end = minutes(0, 40, 52)
    google.meet.add(
        Conference(
            "abc-defg-hij", early, end, BO, {ANA: [(early, late), (late, end)], "somebody": [(early, end)]}
        )
    )
    google.meet.add(
        Conference(
            "abc-defg-hij", TEN + timedelta(days=1), None, BO, {ANA: [(TEN + timedelta(days=1), None)]}
        )
    )
    with serve_in_thread(google) as found:
        yield found


def ask(running: Running, path: str, token: str = "ana", **params: str) -> httpx2.Response:
    return httpx2.get(running.meet_url + path, params=params, headers={"Authorization": f"Bearer {token}"})


def records(running: Running, filter_: str, token: str = "ana") -> list[str]:
    said = ask(running, "/conferenceRecords", token, filter=filter_).json()
    return [one["name"] for one in said.get("conferenceRecords", [])]


def test_calls_are_found_by_code_and_time_the_newest_first(running: Running) -> None:
    first, second = "conferenceRecords/rec-0001", "conferenceRecords/rec-0002"
    assert records(running, 'space.meeting_code="abc-defg-hij"') == [second, first]
    assert records(running, 'space.meeting_code = "abc-defg-hij" AND start_time<="2026-03-10T23:00:00Z"') == [
        first
    ]
    assert records(running, "end_time IS NULL") == [second]
    assert records(running, 'space.meeting_code="xyz-defg-hij"') == []


@pytest.mark.parametrize(
    "wrong",
    [
        "code=1", 'space.meeting_code>"abc"', 'start_time>="yesterday"', "start_time IS NULL",
        'start_time="2026-03-10T10:00:00"',
        'space.meeting_code="a" OR end_time IS NULL', 'space.meeting_code="a" AND',
    ],
)  # fmt: skip
def test_a_filter_that_is_none_is_refused(running: Running, wrong: str) -> None:
    said = ask(running, "/conferenceRecords", filter=wrong)
    assert (said.status_code, said.json()["error"]["status"]) == (400, "INVALID_ARGUMENT")


def test_who_was_there_and_when(running: Running) -> None:
    said = ask(running, "/conferenceRecords/rec-0001/participants").json()["participants"]
    ana = next(one for one in said if "signedinUser" in one)
    account = httpx2.get(running.userinfo_url, headers={"Authorization": "Bearer ana"}).json()["sub"]
    assert ana["signedinUser"] == {"user": f"users/{account}", "displayName": "Ana"}
    assert (ana["earliestStartTime"], ana["latestEndTime"]) == (
        "2026-03-10T10:00:00.000000Z",
        "2026-03-10T10:52:00.000000Z",
    )
    sessions = ask(running, f"/{ana['name']}/participantSessions").json()["participantSessions"]
    assert [one["startTime"][11:16] for one in sessions] == ["10:40", "10:00"]
    assert any("anonymousUser" in one for one in said)


def test_who_is_still_there_has_no_end(running: Running) -> None:
    (found,) = ask(running, "/conferenceRecords/rec-0002/participants").json()["participants"]
    assert "latestEndTime" not in found
    assert "endTime" not in ask(running, "/conferenceRecords/rec-0002").json()


def test_pages_end_without_a_token(running: Running) -> None:
    page = ask(running, "/conferenceRecords", pageSize="1").json()
    assert len(page["conferenceRecords"]) == 1
    last = ask(running, "/conferenceRecords", pageSize="1", pageToken=page["nextPageToken"]).json()
    assert [one["name"] for one in last["conferenceRecords"]] == ["conferenceRecords/rec-0001"]
    assert "nextPageToken" not in last
    assert ask(running, "/conferenceRecords", pageToken="?").status_code == 400


def test_fields_show_no_more_than_asked(running: Running) -> None:
    said = ask(
        running, "/conferenceRecords/rec-0001/participants", fields="participants(signedinUser/user)"
    ).json()
    assert "displayName" not in str(said)
    assert "users/" in str(said)


def test_only_the_owner_and_those_who_were_there_see_a_call(running: Running) -> None:
    assert len(records(running, "", "bo")) == 2
    assert records(running, "", "cy") == []
    assert ask(running, "/conferenceRecords/rec-0001", "cy").status_code == 403
    assert ask(running, "/conferenceRecords/rec-9").status_code == 404
    assert ask(running, "/conferenceRecords/rec-0001/participants/p9/participantSessions").status_code == 404


def test_without_the_scope_there_is_nothing(running: Running) -> None:
    said = ask(running, "/conferenceRecords", "calendar-only")
    error: dict[str, Any] = said.json()["error"]
    assert (said.status_code, error["status"]) == (403, "PERMISSION_DENIED")
    assert error["details"][0]["reason"] == "ACCESS_TOKEN_SCOPE_INSUFFICIENT"
    assert ask(running, "/conferenceRecords", "nobody").status_code == 401
    userinfo = httpx2.get(running.userinfo_url, headers={"Authorization": "Bearer calendar-only"})
    assert userinfo.status_code == 403


def test_a_call_is_read_from_a_seed() -> None:
    said = {
        "code": "abc-defg-hij", "start": "2026-03-10T10:00:00Z",
        "participants": {ANA: [["2026-03-10T10:04:00Z", "2026-03-10T10:52:00Z"], ["2026-03-10T11:00:00Z", None]]},
    }  # fmt: skip
    found = read_conference(said)
    assert (found.end, len(found.participants[ANA])) == (None, 2)
