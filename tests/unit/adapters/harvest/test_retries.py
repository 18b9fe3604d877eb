"""What is sent again, how often, and when."""

from __future__ import annotations

import time
from collections.abc import Callable

import httpx2
import pytest
import stamina
from tests.unit.adapters.harvest.fake import client

from gleaner.adapters.harvest import faults
from gleaner.adapters.harvest.exchange import Exchange
from gleaner.adapters.harvest.transport import Retries
from gleaner.core.errors import Refused, Unavailable

ENTRY = {
    "id": 5, "spent_date": "2026-03-02", "hours": 1, "user": {"id": 1}, "project": {"id": 2}, "task": {"id": 3},
}  # fmt: skip


class Script:
    """Answers in turn; the last one for ever."""

    def __init__(self, *answers: httpx2.Response | Exception) -> None:
        self.answers = list(answers)
        self.asked: list[str] = []

    def __call__(self, request: httpx2.Request) -> httpx2.Response:
        self.asked.append(request.method)
        answer = self.answers.pop(0) if len(self.answers) > 1 else self.answers[0]
        if isinstance(answer, Exception):
            raise answer
        return answer


def throttled(seconds: str = "12") -> httpx2.Response:
    return httpx2.Response(429, text="<html>", headers={"Retry-After": seconds})


TROUBLE: list[Callable[[], httpx2.Response | Exception]] = [
    throttled,
    lambda: httpx2.Response(503),
    lambda: httpx2.ReadTimeout("slow"),
    lambda: httpx2.ConnectError("refused"),
    lambda: httpx2.Response(200, text='{"trunc'),
]


@pytest.mark.parametrize("trouble", TROUBLE)
def test_a_question_is_asked_again(trouble: Callable[[], httpx2.Response | Exception]) -> None:
    script = Script(trouble(), trouble(), httpx2.Response(200, json=ENTRY))
    assert client(script).time_entries.get(5).id == 5
    assert script.asked == ["GET"] * 3


def test_a_question_is_not_asked_for_ever() -> None:
    script = Script(httpx2.Response(503))
    with pytest.raises(Unavailable):
        client(script).time_entries.get(5)
    assert script.asked == ["GET"] * 5


def test_a_refusal_is_not_argued_with() -> None:
    script = Script(httpx2.Response(404))
    with pytest.raises(Refused):
        client(script).time_entries.get(5)
    assert script.asked == ["GET"]


@pytest.mark.parametrize(
    "trouble",
    [
        httpx2.Response(500),
        httpx2.Response(503, headers={"Retry-After": "1"}),
        httpx2.ReadTimeout("slow"),
        httpx2.WriteTimeout("slow"),
        httpx2.ReadError("reset"),
        httpx2.RemoteProtocolError("server disconnected"),
        httpx2.Response(201, text='{"id"'),
    ],
)
def test_a_post_that_may_have_worked_is_never_repeated(trouble: httpx2.Response | Exception) -> None:
    script = Script(trouble)
    with pytest.raises(Unavailable) as error:
        client(script).time_entries.start_timer(project_id=2, task_id=3)
    assert error.value.answer_lost
    assert script.asked == ["POST"]


@pytest.mark.parametrize(
    "trouble", [throttled(), httpx2.ConnectError("refused"), httpx2.ConnectTimeout("slow")]
)
def test_a_post_that_certainly_did_nothing_is_repeated(trouble: httpx2.Response | Exception) -> None:
    script = Script(trouble, httpx2.Response(201, json=ENTRY))
    assert client(script).time_entries.start_timer(project_id=2, task_id=3).id == 5
    assert script.asked == ["POST", "POST"]


def test_a_project_may_be_changed_twice() -> None:
    script = Script(httpx2.ReadTimeout("slow"), httpx2.Response(200, json={"id": 5, "client": {"id": 3}}))
    client(script).projects.update(5, notes="Review")
    assert script.asked == ["PATCH", "PATCH"]


@pytest.mark.parametrize("lost", [httpx2.ReadTimeout("slow"), httpx2.Response(502)])
def test_what_a_second_delete_does_not_find_was_deleted_by_the_first(
    lost: httpx2.Response | Exception,
) -> None:
    script = Script(lost, httpx2.Response(404))
    client(script).invoice_payments.delete(1, 2)
    assert script.asked == ["DELETE", "DELETE"]


@pytest.mark.parametrize("before", [[], [throttled()], [httpx2.ConnectError("refused")]])
def test_what_was_never_deleted_is_refused_when_it_is_not_there(
    before: list[httpx2.Response | Exception],
) -> None:
    with pytest.raises(Refused):
        client(Script(*before, httpx2.Response(404))).invoice_payments.delete(1, 2)


def test_harvests_own_wish_is_waited_for_if_there_is_time() -> None:
    wish = Unavailable("throttled", retry_after=12.0)
    assert faults.repeat_in(wish, is_harmless=False, seconds_left=60) == 12.0
    assert faults.repeat_in(wish, is_harmless=False, seconds_left=11) is False
    assert faults.repeat_in(Unavailable("down"), is_harmless=True, seconds_left=1) is True
    assert (
        faults.repeat_in(Unavailable("down", answer_lost=True), is_harmless=False, seconds_left=60) is False
    )
    assert faults.repeat_in(Refused("no"), is_harmless=True, seconds_left=60) is False


def test_a_wait_of_an_hour_is_left_to_the_caller() -> None:
    script = Script(throttled("3600"))
    with pytest.raises(Unavailable) as error:
        client(script, retries=Retries(seconds=60)).time_entries.get(5)
    assert error.value.retry_after == 3600
    assert script.asked == ["GET"]


def test_outside_of_tests_it_really_waits() -> None:
    script = Script(throttled("0.2"), httpx2.Response(200, json=ENTRY))
    started = time.monotonic()
    with stamina.set_testing(False):
        client(script).time_entries.get(5)
    assert 0.2 <= time.monotonic() - started < 5


def test_every_request_is_counted_and_heard() -> None:
    heard: list[tuple[str, str]] = []
    script = Script(throttled(), httpx2.Response(200, json=ENTRY))
    with client(script, on_request=lambda method, path: heard.append((method, path))) as harvest:
        harvest.time_entries.get(5)
        assert harvest.requests_made == 2
    assert heard == [("GET", "/time_entries/5")] * 2


def test_what_became_of_every_request_is_heard_too() -> None:
    heard: list[Exchange] = []
    script = Script(throttled(), httpx2.ReadTimeout("slow"), httpx2.Response(200, json=ENTRY))
    with client(script, on_exchange=heard.append) as harvest:
        harvest.time_entries.get(5)
    assert [(one.method, one.path, one.status) for one in heard] == [
        ("GET", "/time_entries/5", 429),
        ("GET", "/time_entries/5", None),
        ("GET", "/time_entries/5", 200),
    ]
    assert all(0 <= one.seconds < 5 for one in heard)


def test_a_request_that_is_sent_again_is_one_line_of_the_log_and_nothing_on_the_screen(
    caplog: pytest.LogCaptureFixture, capsys: pytest.CaptureFixture[str]
) -> None:
    script = Script(throttled("12"), httpx2.Response(200, json=ENTRY))
    client(script).time_entries.get(5)
    (line,) = caplog.messages
    assert line.startswith(
        "asking Harvest again in 0.0 s, for the 1. time: Harvest is throttling this account"
    )
    assert capsys.readouterr() == ("", "")
