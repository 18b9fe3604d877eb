"""Logging in, renewing, and listing accounts; and that nothing secret shows."""

from __future__ import annotations

import io
import logging
import time
import traceback
from base64 import urlsafe_b64encode
from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta
from hashlib import sha256
from urllib.parse import parse_qs, urlsplit

import httpx2
import pytest

from gleaner.adapters.harvest.encoding import to_json
from gleaner.adapters.harvest.identity import Identity
from gleaner.adapters.redirect import Attempt
from gleaner.core.errors import ConfigError, GleanerError, Refused, Unavailable
from gleaner.core.secrets import Secret

NOW = datetime(2026, 3, 2, 12, tzinfo=UTC)
CLIENT_SECRET = Secret("client-secret-nobody-may-see")
CODE = Secret("code-nobody-may-see")
REFRESH = Secret("refresh-nobody-may-see")
ACCESS = Secret("access-nobody-may-see")
PAIR = {
    "access_token": "access-2",
    "refresh_token": "refresh-2",
    "token_type": "bearer",
    "expires_in": 1209599,
}
HERE = "http://127.0.0.1:8735/callback"


class Host:
    """An identity host that gives one answer to everything."""

    def __init__(self, answer: httpx2.Response | Exception) -> None:
        self.answer = answer
        self.asked: list[httpx2.Request] = []
        self.identity = Identity(
            "app-1", CLIENT_SECRET, base_url="https://id.example/", now=lambda: NOW,
            http=httpx2.MockTransport(self._given),
        )  # fmt: skip

    @property
    def form(self) -> dict[str, str]:
        return {name: value for name, (value,) in parse_qs(self.asked[-1].content.decode()).items()}

    def _given(self, request: httpx2.Request) -> httpx2.Response:
        self.asked.append(request)
        if isinstance(self.answer, Exception):
            raise self.answer
        return self.answer


def test_the_page_to_log_in_carries_state_and_challenge() -> None:
    attempt = Attempt(HERE)
    url = urlsplit(Host(httpx2.Response(200)).identity.authorise_url(attempt))
    assert (url.scheme, url.netloc, url.path) == ("https", "id.example", "/oauth2/authorize")
    asked = {name: value for name, (value,) in parse_qs(url.query).items()}
    digest = sha256(attempt.verifier.encode()).digest()
    assert asked == {
        "client_id": "app-1", "response_type": "code", "redirect_uri": HERE, "state": str(attempt.state),
        "code_challenge": urlsafe_b64encode(digest).decode().rstrip("="), "code_challenge_method": "S256",
    }  # fmt: skip
    assert 43 <= len(attempt.verifier) <= 128


def test_no_two_attempts_are_alike() -> None:
    one, two = Attempt(HERE), Attempt(HERE)
    assert one.state != two.state
    assert one.verifier != two.verifier


def test_a_code_becomes_a_pair() -> None:
    host, attempt = Host(httpx2.Response(200, json=PAIR)), Attempt(HERE)
    pair = host.identity.exchange(CODE, attempt)
    assert host.asked[0].url == "https://id.example/api/v2/oauth2/token"
    assert host.form == {
        "grant_type": "authorization_code", "client_id": "app-1", "client_secret": str(CLIENT_SECRET),
        "code": str(CODE), "redirect_uri": HERE, "code_verifier": str(attempt.verifier),
    }  # fmt: skip
    assert (pair.access_token, pair.refresh_token) == ("access-2", "refresh-2")
    assert pair.expires_at == NOW + timedelta(seconds=1209599)


def test_a_pair_is_renewed_and_may_keep_its_refresh_token() -> None:
    host = Host(httpx2.Response(200, json={"access_token": "access-2"}))
    pair = host.identity.refresh(REFRESH)
    assert host.form == {
        "grant_type": "refresh_token", "client_id": "app-1", "client_secret": str(CLIENT_SECRET),
        "refresh_token": str(REFRESH),
    }  # fmt: skip
    assert (pair.access_token, pair.refresh_token) == ("access-2", REFRESH)
    # Nothing was said about its life, so it is taken to be short.
    assert pair.expires_at == NOW + timedelta(hours=17)


@pytest.mark.parametrize(
    ("said", "life"),
    [
        (1e12, timedelta(days=366)),
        (-5, timedelta(minutes=1)),
        (0, timedelta(minutes=1)),
        ("inf", timedelta(days=366)),
    ],
)
def test_no_life_harvest_tells_of_costs_us_the_pair(said: object, life: timedelta) -> None:
    host = Host(httpx2.Response(200, json={**PAIR, "expires_in": said}))
    assert host.identity.refresh(REFRESH).expires_at == NOW + life


def test_a_token_tells_whose_it_is_and_what_it_opens() -> None:
    host = Host(
        httpx2.Response(
            200,
            json={
                "user": {"id": 5, "first_name": "Ana", "last_name": "Doe", "email": "ana@studio.example"},
                "accounts": [
                    {"id": 77, "name": "Studio", "product": "harvest", "google_sign_in_required": False},
                    {"id": 78, "name": "Studio plans", "product": "forecast"},
                ],
            },
        )
    )
    found = host.identity.accounts(ACCESS)
    assert host.asked[0].headers["authorization"] == f"Bearer {ACCESS}"
    assert host.asked[0].url == "https://id.example/api/v2/accounts"
    assert found.user is not None
    assert found.user.name == "Ana Doe"
    assert [(account.id, account.name) for account in found.harvest] == [(77, "Studio")]


@pytest.mark.parametrize(
    ("answer", "kind", "why"),
    [
        (httpx2.Response(400, json={"error": "invalid_grant"}), Refused, "refused the login: invalid_grant"),
        (httpx2.Response(401, json={"error_description": "No such app."}), Refused, "No such app"),
        (httpx2.Response(404, text="<html>"), Refused, "status 404"),
        (httpx2.Response(302, headers={"Location": "https://evil.example"}), Refused, "status 302"),
        (httpx2.Response(429, headers={"Retry-After": "9"}), Unavailable, "9 s"),
        (httpx2.Response(503), Unavailable, "503"),
        (httpx2.Response(200, text="<html>"), Unavailable, "cannot be read"),
        (httpx2.Response(200, json={"access_token": 7}), Unavailable, "no tokens"),
        (httpx2.ReadTimeout("slow"), Unavailable, "did not answer"),
        (httpx2.ConnectError("refused"), Unavailable, "cannot be reached"),
        (httpx2.UnsupportedProtocol("ftp"), ConfigError, "check identity_url"),
    ],
)
def test_what_goes_wrong_is_said_by_who_can_put_it_right(
    answer: httpx2.Response | Exception, kind: type[GleanerError], why: str
) -> None:
    with pytest.raises(kind, match=why) as error:
        Host(answer).identity.refresh(REFRESH)
    assert not getattr(error.value, "answer_lost", False)


ECHO = to_json({"error": f"{CODE} {REFRESH} {ACCESS} {CLIENT_SECRET}"})


@pytest.mark.parametrize(
    "answer",
    [
        httpx2.Response(400, text=ECHO),
        httpx2.Response(500, text=ECHO),
        httpx2.Response(200, text=f"garbage {ECHO}"),
        httpx2.Response(200, json={"access_token": f"{ACCESS} with spaces", "refresh_token": str(REFRESH)}),
        httpx2.ReadTimeout("slow"),
    ],
)
@pytest.mark.parametrize(
    "ask",
    [
        lambda identity: identity.exchange(CODE, Attempt(HERE)),
        lambda identity: identity.refresh(REFRESH),
        lambda identity: identity.accounts(ACCESS).user,
    ],
)
def test_nothing_secret_shows_anywhere(
    answer: httpx2.Response | Exception, ask: Callable[[Identity], object], caplog: pytest.LogCaptureFixture
) -> None:
    """Not in the error, its causes, their locals, a repr, or a log at any level; what was not sent may be echoed."""
    caplog.set_level(logging.DEBUG)
    host = Host(answer)
    told = io.StringIO()
    try:
        told.write(f"{ask(host.identity)!r}")
    except GleanerError as error:
        link: BaseException | None = error
        while link is not None:
            told.write(f"{link!r} {vars(link)}\n")
            lines = traceback.TracebackException.from_exception(link, capture_locals=True).stack
            told.writelines(f"{frame.locals}\n" for frame in lines if "/tests/" not in frame.filename)
            link = link.__cause__
    told.write(f"{host.identity!r} {caplog.text}")
    told.writelines(f"{record.__dict__}\n" for record in caplog.records)
    if not host.asked[0].content:  # the list of accounts: only the token went out
        assert str(ACCESS) not in told.getvalue()
        return
    went_out = {str(CLIENT_SECRET), *(value for name, value in host.form.items() if name in _SECRET)}
    assert [secret for secret in went_out if secret in told.getvalue()] == []


_SECRET = {"code", "refresh_token", "code_verifier"}


def test_an_answer_that_drips_is_given_up() -> None:
    def drip() -> Iterator[bytes]:
        while True:
            time.sleep(0.01)
            yield b" "

    def answer(_: httpx2.Request) -> httpx2.Response:
        return httpx2.Response(200, content=drip())

    identity = Identity("app-1", CLIENT_SECRET, deadline=0.1, http=httpx2.MockTransport(answer))
    with pytest.raises(Unavailable, match="in time"):
        identity.refresh(REFRESH)
