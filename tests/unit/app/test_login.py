"""Logging in through a real loopback redirect, against a small identity server."""

from __future__ import annotations

import logging
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from urllib.error import HTTPError
from urllib.parse import parse_qs, urlencode, urlsplit
from urllib.request import Request, urlopen

import pytest
import sqlalchemy as sa
from tests import identity
from tests.identity import Harvest, configured, served

from gleaner import config
from gleaner.adapters.harvest.limits import Unlimited
from gleaner.app.account import open_account
from gleaner.app.login import login_with_browser, login_with_token, logout, renew_key
from gleaner.core.errors import ConfigError, GleanerError, Refused
from gleaner.core.secrets import Secret

PAT, SECRET = Secret(identity.PAT), Secret(identity.SECRET)


@pytest.fixture
def harvest() -> Iterator[Harvest]:
    with served() as running:
        yield running


@pytest.fixture
def toml(harvest: Harvest, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    return configured(tmp_path, harvest, monkeypatch)


def secret() -> Secret:
    return SECRET


def nobody_is_asked() -> Secret:
    raise AssertionError("there is no need to ask")


@dataclass(frozen=True)
class Page:
    status_code: int
    text: str


def visit(url: str, host: str | None = None, body: bytes | None = None) -> Page:
    """As a browser would: unlike our HTTP client it logs no address, which here may hold a code."""
    request = Request(url, body, {} if host is None else {"Host": host})
    try:
        with urlopen(request, timeout=5) as answer:
            return Page(answer.status, answer.read().decode())
    except HTTPError as error:
        with error:
            return Page(error.code, error.read().decode())


class Browser:
    """Goes where it is told, logs in, and comes back; keeps what it saw."""

    def __init__(self, *answers: Callable[[dict[str, str]], dict[str, str]]) -> None:
        self.answers = answers or (lambda asked: {"code": "code-nobody-may-see", "state": asked["state"]},)
        self.asked: dict[str, str] = {}
        self.pages: list[Page] = []

    def __call__(self, url: str) -> None:
        self.asked = {name: value for name, (value,) in parse_qs(urlsplit(url).query).items()}
        for answer in self.answers:
            back = f"{self.asked['redirect_uri']}?{urlencode(answer(self.asked))}"
            self.pages.append(visit(back))


def log_in(toml: Path, browser: Browser, seconds: float = 5) -> object:
    return login_with_browser(toml, browser, secret, port=0, seconds=seconds)


def database(toml: Path) -> bytes:
    return (toml.parent / "gleaner.db").read_bytes()


# --- in the browser ----------------------------------------------------------------------------------------------


def test_a_person_logs_in_and_gleaner_works(
    harvest: Harvest, toml: Path, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.DEBUG)
    browser = Browser()
    standing = login_with_browser(toml, browser, secret, port=0, seconds=5)
    assert (standing.who, standing.account, standing.account_id) == ("Ana Doe", "Studio", 77)
    assert standing.accounts == {77: "Studio", 79: "Other studio"}
    assert standing.expires_at is not None
    (page,) = browser.pages
    assert page.status_code == 200
    assert "go back to the terminal" in page.text
    (form,) = harvest.forms
    assert (form["code"], form["client_secret"]) == ("code-nobody-may-see", str(SECRET))
    assert form["redirect_uri"] == browser.asked["redirect_uri"]
    with open_account(toml, limits=Unlimited()) as account:
        assert account.client.users.me().id == 5
        assert account.access.sentence().startswith(
            "logged in as Ana Doe; the access token is renewed by itself"
        )
        told = f"{standing!r} {account!r} {account.access!r} {caplog.text}"
    assert "nobody-may-see" not in told
    assert b"nobody-may-see" not in database(toml)


def test_a_token_refused_later_is_renewed_and_the_new_one_kept(harvest: Harvest, toml: Path) -> None:
    log_in(toml, Browser())
    harvest.good = set()
    with open_account(toml, limits=Unlimited()) as account:
        owner = account.access.owner
        assert account.client.users.me().id == 5
    assert [form["grant_type"] for form in harvest.forms] == ["authorization_code", "refresh_token"]
    with open_account(toml, limits=Unlimited()) as account:
        assert account.client.users.me().id == 5
        # The same login, whatever its token is today: whose it is need not be asked again.
        assert account.access.owner == owner
    assert len(harvest.forms) == 2


def test_a_login_that_is_over_says_how_to_log_in_again(harvest: Harvest, toml: Path) -> None:
    log_in(toml, Browser())
    harvest.good, harvest.login_is_over = set(), True
    with (
        open_account(toml, limits=Unlimited()) as account,
        pytest.raises(ConfigError, match="log in again: gleaner login"),
    ):
        account.client.users.me()


def test_an_answer_with_another_state_is_told_so_and_waited_past(toml: Path, harvest: Harvest) -> None:
    browser = Browser(
        lambda asked: {"code": "evil", "state": "guessed"},
        lambda asked: {"code": "evil"},
        lambda asked: {"error": "access_denied"},
        lambda asked: {"code": "code-nobody-may-see", "state": asked["state"]},
        lambda asked: {"code": "evil", "state": asked["state"]},
    )
    log_in(toml, browser)
    assert [page.status_code for page in browser.pages] == [400, 400, 400, 200, 400]
    assert [form["code"] for form in harvest.forms] == ["code-nobody-may-see"]


def test_who_says_no_is_not_logged_in(toml: Path, harvest: Harvest) -> None:
    browser = Browser(lambda asked: {"error": "access_denied", "state": asked["state"]})
    with pytest.raises(Refused, match="gave Gleaner no access: access_denied"):
        log_in(toml, browser)
    assert "not let in" in browser.pages[0].text
    assert harvest.forms == []
    with pytest.raises(ConfigError, match="or log in: gleaner login"), open_account(toml):
        pass


def test_nobody_is_waited_for_for_ever(toml: Path) -> None:
    with pytest.raises(ConfigError, match=r"nobody logged in within 0\.05 s; try again: gleaner login"):
        login_with_browser(toml, lambda url: None, secret, port=0, seconds=0.05)


def test_other_addresses_and_other_host_names_find_nothing(toml: Path) -> None:
    seen: list[int] = []

    def look(url: str) -> None:
        back = parse_qs(urlsplit(url).query)["redirect_uri"][0]
        seen.append(visit(back.replace("/callback", "/")).status_code)
        seen.append(visit(back, host="evil.example").status_code)
        seen.append(visit(back, body=b"x").status_code)

    with pytest.raises(ConfigError):
        login_with_browser(toml, look, secret, port=0, seconds=0.05)
    assert seen == [404, 404, 501]


def test_a_port_in_use_says_what_to_do(toml: Path, harvest: Harvest) -> None:
    port = urlsplit(harvest.url).port
    assert port is not None
    with pytest.raises(ConfigError, match=f"port {port} cannot be listened to.*--port"):
        login_with_browser(toml, Browser(), secret, port=port)


def test_a_wrong_application_secret_keeps_nothing(toml: Path) -> None:
    with pytest.raises(Refused, match="refused the login: invalid_grant"):
        login_with_browser(toml, Browser(), lambda: Secret("wrong"), port=0, seconds=5)
    with pytest.raises(ConfigError, match="no Harvest token"), open_account(toml):
        pass


def test_the_applications_secret_is_asked_for_once(toml: Path, harvest: Harvest) -> None:
    log_in(toml, Browser())
    login_with_browser(toml, Browser(), nobody_is_asked, port=0, seconds=5)
    assert [form["client_secret"] for form in harvest.forms] == [SECRET, SECRET]


def test_the_environments_secret_comes_first(toml: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("GLEANER_HARVEST__CLIENT_SECRET", SECRET)
    login_with_browser(toml, Browser(), nobody_is_asked, port=0, seconds=5)


def test_without_an_application_the_other_way_is_named(toml: Path) -> None:
    toml.write_text(toml.read_text().replace('client_id = "app-1"\n', ""))
    with pytest.raises(ConfigError, match=r'missing "client_id".*gleaner login --token'):
        log_in(toml, Browser())


# --- a personal access token -------------------------------------------------------------------------------------


def test_a_personal_access_token_is_kept_and_used(toml: Path, caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level(logging.DEBUG)
    standing = login_with_token(toml, Secret(f"{PAT}\n"))
    assert (standing.who, standing.expires_at, standing.is_overruled) == ("Ana Doe", None, False)
    with open_account(toml, limits=Unlimited()) as account:
        assert account.client.users.me().id == 5
        assert account.access.sentence() == "the stored personal access token of Ana Doe"
    assert "nobody-may-see" not in caplog.text + repr(standing)
    assert b"nobody-may-see" not in database(toml)


@pytest.mark.parametrize("text", ["", "\n", "with space"])
def test_what_is_no_token_is_not_even_asked_about(toml: Path, text: str) -> None:
    with pytest.raises(ConfigError, match="empty or holds spaces"):
        login_with_token(toml, Secret(text))


def test_a_token_harvest_does_not_know_is_not_kept(toml: Path) -> None:
    with pytest.raises(Refused, match="refused the access token"):
        login_with_token(toml, Secret("wrong-nobody-may-see"))
    with pytest.raises(ConfigError, match="no Harvest token"), open_account(toml):
        pass


def test_somebody_elses_login_is_not_kept(toml: Path, harvest: Harvest) -> None:
    harvest.accounts = harvest.accounts[1:]
    with pytest.raises(ConfigError, match=r"opens Other studio \(79\), but gleaner.toml is for account 77"):
        login_with_token(toml, PAT)
    with pytest.raises(ConfigError, match="no Harvest token"), open_account(toml):
        pass


def test_the_environments_token_comes_first_and_needs_no_key(
    toml: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    login_with_token(toml, PAT)
    (toml.parent / "gleaner.key").unlink()
    with pytest.raises(ConfigError, match="there is no key in"), open_account(toml):
        pass
    monkeypatch.setenv("GLEANER_HARVEST__TOKEN", PAT)
    with open_account(toml, limits=Unlimited()) as account:
        assert account.access.sentence() == "the token in GLEANER_HARVEST__TOKEN"


# --- forgetting --------------------------------------------------------------------------------------------------


def test_a_login_is_forgotten_even_without_its_key(toml: Path) -> None:
    login_with_token(toml, PAT)
    (toml.parent / "gleaner.key").unlink()
    assert logout(toml)
    assert not logout(toml)
    with pytest.raises(ConfigError, match="no Harvest token"), open_account(toml):
        pass
    login_with_token(toml, PAT)


def test_a_login_forgotten_meanwhile_is_not_brought_back_by_a_renewal(harvest: Harvest, toml: Path) -> None:
    log_in(toml, Browser())
    harvest.good = set()
    with open_account(toml, limits=Unlimited()) as account:
        account.client.transport._tokens.current()
        logout(toml)
        with pytest.raises(ConfigError, match="gleaner login"):
            account.client.users.me()
    assert not logout(toml)


def test_a_new_key_is_put_before_the_old_one(toml: Path) -> None:
    login_with_token(toml, PAT)
    key = toml.parent / "gleaner.key"
    (_, old) = key.read_text().splitlines()
    assert renew_key(toml) == 1
    assert key.read_text().splitlines()[2:] == [old]
    key.write_text("\n".join(key.read_text().splitlines()[:2]))
    with open_account(toml, limits=Unlimited()) as account:
        assert account.client.users.me().id == 5


def test_the_key_may_come_from_the_environment(toml: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    from gleaner.adapters.secrets import new_key

    old, new = new_key(), new_key()
    monkeypatch.setenv("GLEANER_SECRETS__KEY", old)
    assert login_with_token(toml, PAT).key_in == "GLEANER_SECRETS__KEY"
    assert not (toml.parent / "gleaner.key").exists()
    monkeypatch.setenv("GLEANER_SECRETS__KEY", f"{new},{old}")
    assert renew_key(toml) == 1
    monkeypatch.setenv("GLEANER_SECRETS__KEY", new)
    with open_account(toml, limits=Unlimited()):
        pass


def test_a_login_of_another_version_is_said_to_be_so(toml: Path) -> None:
    login_with_token(toml, PAT)
    from gleaner.app.access import LOGIN, secrets_of
    from gleaner.app.account import SystemClock

    settings = config.load(toml)
    engine = sa.create_engine(settings.database)
    secrets_of(settings, toml.parent, engine, SystemClock().now).put(
        LOGIN, Secret('{"kind": "smoke signals"}')
    )
    engine.dispose()
    with pytest.raises(GleanerError, match="another version of Gleaner; log in again"), open_account(toml):
        pass
