"""What failures mean to us, and that none of them shows the token."""

from __future__ import annotations

import io
import logging
import traceback
from collections.abc import Callable

import httpx2
import pytest
from hypothesis import given
from hypothesis import strategies as st
from tests.unit.adapters.harvest.fake import ACCOUNT, TOKEN, client

from gleaner.adapters.harvest import faults
from gleaner.adapters.harvest.client import Client
from gleaner.adapters.harvest.transport import Transport
from gleaner.core.errors import ConfigError, GleanerError, Refused, Unavailable
from gleaner.core.language import words

Failure = httpx2.Response | Exception

HTML = "<!DOCTYPE html><html><body><h1>Too many requests</h1></body></html>"


def failing(*failures: Failure) -> Callable[[httpx2.Request], httpx2.Response]:
    """Answers with each failure in turn, the last one for ever."""
    left = list(failures)

    def answer(request: httpx2.Request) -> httpx2.Response:
        failure = left.pop(0) if len(left) > 1 else left[0]
        if isinstance(failure, Exception):
            raise failure
        return failure

    return answer


def caught(method: str, *failures: Failure) -> GleanerError:
    """The error a request ends in."""
    harvest = client(failing(*failures))
    with pytest.raises(GleanerError) as error:
        harvest.transport.request(method, "/time_entries/5")  # type: ignore[arg-type]
    return error.value


def test_a_wrong_token_says_where_to_get_a_new_one() -> None:
    body = {"error": "invalid_token", "error_description": "The access token provided is expired, revoked …"}
    error = caught("GET", httpx2.Response(401, json=body))
    assert isinstance(error, Refused)
    assert error.status == 401
    assert "https://id.getharvest.com/developers" in str(error)


@pytest.mark.parametrize(
    ("path", "needed"),
    [
        ("/company", "an administrator's token"),
        ("/clients", "client_and_task_manager"),
        ("/projects/7/user_assignments", "a manager of these projects"),
        ("/time_entries/9", "time_and_expenses_manager"),
    ],
)
def test_a_403_names_the_permission_that_lacks(path: str, needed: str) -> None:
    error = faults.from_status("GET", path, 403, {}, b'{"message":"Not authorized!"}')
    assert isinstance(error, Refused)
    assert needed in str(error)


def test_a_refusal_is_told_in_harvests_own_words() -> None:
    error = caught(
        "POST", httpx2.Response(422, json={"message": "Project can't be blank, Task can't be blank"})
    )
    assert isinstance(error, Refused)
    assert error.status == 422
    assert "Project can't be blank" in str(error)


@pytest.mark.parametrize("status", [400, 402, 404, 409, 418])
def test_other_refusals_are_final(status: int) -> None:
    error = caught("GET", httpx2.Response(status, text=HTML))
    assert isinstance(error, Refused)
    assert error.status == status


@pytest.mark.parametrize(
    ("answer", "wait"),
    [
        (httpx2.Response(429, text=HTML, headers={"Retry-After": "12", "Content-Type": "text/html"}), 12.0),
        (httpx2.Response(429, json={"message": "throttled", "retry_after": 7}), 7.0),
        (
            httpx2.Response(
                429,
                headers={
                    "Retry-After": "Mon, 02 Mar 2026 12:00:20 GMT",
                    "Date": "Mon, 02 Mar 2026 12:00:00 GMT",
                },
            ),
            20.0,
        ),
        (httpx2.Response(429, text=HTML, headers={"Retry-After": "soon"}), 15.0),
        (httpx2.Response(429), 15.0),
    ],
)
def test_a_429_tells_how_long_to_wait_in_whatever_shape(answer: httpx2.Response, wait: float) -> None:
    error = caught("POST", answer)
    assert isinstance(error, Unavailable)
    assert error.retry_after == wait
    assert not error.answer_lost


@pytest.mark.parametrize(
    ("failure", "lost"),
    [
        (httpx2.Response(500, text=HTML), True),
        (httpx2.Response(502), True),
        (httpx2.Response(503, headers={"Retry-After": "3"}), True),
        (httpx2.ReadTimeout("slow"), True),
        (httpx2.ReadError("[Errno 104] Connection reset by peer"), True),
        (httpx2.RemoteProtocolError("peer closed connection without sending complete message body"), True),
        (httpx2.DecodingError("bad gzip"), True),
        (httpx2.Response(201, text='{"id": 5, "hou'), True),
        (httpx2.Response(201, text=HTML), True),
        (httpx2.Response(201, text="[]"), True),
        (httpx2.ConnectError("[Errno 111] Connection refused"), False),
        (httpx2.ConnectTimeout("no route"), False),
        (httpx2.PoolTimeout("busy"), False),
    ],
)
def test_a_write_may_have_happened_unless_it_was_certainly_never_sent(failure: Failure, lost: bool) -> None:
    error = caught("POST", failure)
    assert isinstance(error, Unavailable)
    assert error.answer_lost is lost


def test_a_lost_answer_to_a_question_loses_nothing() -> None:
    error = caught("GET", httpx2.ReadTimeout("slow"))
    assert isinstance(error, Unavailable)
    assert not error.answer_lost


def test_a_wrong_base_url_is_for_the_person_to_fix() -> None:
    with (
        Client(ACCOUNT, TOKEN, base_url="ftp://harvest.example") as harvest,
        pytest.raises(ConfigError, match="base_url"),
    ):
        harvest.transport.get("/company")


@pytest.mark.parametrize("status", [301, 302, 307, 308])
def test_a_redirect_is_not_followed(status: int) -> None:
    asked: list[httpx2.Request] = []

    def answer(request: httpx2.Request) -> httpx2.Response:
        asked.append(request)
        return httpx2.Response(status, headers={"Location": "https://evil.example/v2/company"})

    with pytest.raises(Refused, match=r"redirect to evil\.example"):
        client(answer).transport.get("/company")
    assert [request.url.host for request in asked] == ["api.harvestapp.com"]


@pytest.mark.parametrize("token", ["", "  ", "two words", "line\nbreak", "tökén"])
def test_a_token_that_cannot_be_one_is_refused_without_showing_it(token: str) -> None:
    with pytest.raises(ConfigError) as error:
        Transport(ACCOUNT, token)
    assert not token.strip() or token not in str(error.value)


def test_the_line_break_of_a_token_file_is_no_part_of_it() -> None:
    asked: list[httpx2.Request] = []

    def answer(request: httpx2.Request) -> httpx2.Response:
        asked.append(request)
        return httpx2.Response(200, json={})

    with Client(ACCOUNT, f"{TOKEN}\n", http=httpx2.MockTransport(answer)) as harvest:
        harvest.transport.get("/company")
    assert asked[0].headers["authorization"] == f"Bearer {TOKEN}"
    assert asked[0].headers["harvest-account-id"] == str(ACCOUNT)
    assert "gleaner" in asked[0].headers["user-agent"].lower()


@pytest.mark.parametrize(
    "failure",
    [
        httpx2.Response(401, json={"message": f"no such token: {TOKEN}"}),
        httpx2.Response(422, json={"message": f"Bearer {TOKEN} is not valid"}),
        httpx2.Response(429, text=HTML),
        httpx2.Response(500, text=TOKEN),
        httpx2.Response(301, headers={"Location": f"https://evil.example/?access_token={TOKEN}"}),
        httpx2.Response(200, text=f"garbage {TOKEN}"),
        httpx2.ReadTimeout("slow"),
        httpx2.ConnectError("refused"),
    ],
)
def test_the_token_shows_nowhere(failure: Failure, caplog: pytest.LogCaptureFixture) -> None:
    """Not in the error, its causes, their locals, a repr, or a log at any level."""
    caplog.set_level(logging.DEBUG)
    harvest = client(failing(failure))
    with pytest.raises(GleanerError) as error:
        harvest.transport.request("POST", "/time_entries", body={"hours": 1})
    told = io.StringIO()
    link: BaseException | None = error.value
    while link is not None:
        told.write(f"{link} {link!r} {vars(link)}\n")
        # As a crash report would print it; frames of this test, which knows the token, are left out.
        lines = traceback.TracebackException.from_exception(link, capture_locals=True).stack
        told.writelines(f"{frame.locals}\n" for frame in lines if "/tests/" not in frame.filename)
        link = link.__cause__
    told.write(f"{harvest!r} {harvest.transport!r} {vars(harvest.transport)}\n{caplog.text}")
    told.writelines(f"{record.__dict__}\n" for record in caplog.records)
    shown = [line for line in told.getvalue().splitlines() if TOKEN in line]
    # A body that echoes the token is Harvest's doing, yet it stays out of what people read.
    assert TOKEN not in str(error.value)
    assert TOKEN not in repr(harvest.transport) + caplog.text
    assert shown == []


@given(
    st.sampled_from(["GET", "POST"]), st.sampled_from(["/users", "/time_entries/7", "/reports/time/clients", "/x"]),
    st.integers(300, 599), st.sampled_from([b"", b"<html>", b'{"message": "{title} is of no use"}']),
)  # fmt: skip
def test_each_answer_is_said_in_german_and_harvests_own_words_stay(
    method: str, path: str, status: int, body: bytes
) -> None:
    error = faults.from_status(method, path, status, {}, body)
    german = words("de")
    assert german.knows(error.text)
    told = "{title} is of no use"
    assert (told in german.again(error.text)) == (told in str(error))


@pytest.mark.parametrize("failure", [httpx2.ConnectError("no"), httpx2.ReadTimeout("no"), httpx2.ReadError("no"),
                                     httpx2.InvalidURL("no")])  # fmt: skip
def test_each_broken_exchange_is_said_in_german(failure: httpx2.HTTPError | httpx2.InvalidURL) -> None:
    assert words("de").knows(faults.from_network("POST", "/users", failure).text)
