"""Logging in to Harvest, and forgetting it again."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path

from gleaner import config
from gleaner.adapters.google import ATTENDANCE, EVENTS
from gleaner.adapters.harvest.identity import Accounts
from gleaner.adapters.harvest.tokens import LOGIN_AGAIN, checked_token
from gleaner.adapters.redirect import PORT, Attempt, Redirect
from gleaner.adapters.secrets import KeyFile, SecretStore, new_key
from gleaner.adapters.store.engine import make_engine, migrate
from gleaner.app.access import Kept, identity_of, keep, keys_of, read, secrets_of
from gleaner.app.credentials import google_identity, google_login, mailbox_login
from gleaner.core.errors import ConfigError
from gleaner.core.secrets import Secret


@dataclass(frozen=True)
class Standing:
    """How it stands after a login."""

    who: str
    account: str
    """Its name."""
    account_id: int
    accounts: dict[int, str]
    """All that this person can reach, by id."""
    expires_at: datetime | None
    """When the access token expires and is renewed; None for a personal access token."""
    kept_in: str
    """The database, without its password."""
    key_in: str
    is_overruled: bool
    """A token in the environment comes before this login."""


@dataclass(frozen=True)
class _Place:
    """Where a login is kept."""

    settings: config.Settings
    secrets: SecretStore
    database: str
    key_in: str
    now: Callable[[], datetime] = field(default=lambda: datetime.now(UTC))


def login_with_token(path: Path | None, token: Secret, *, account: int | None = None) -> Standing:
    """Keep a personal access token, after asking Harvest whose it is. Raises when it does not open the account."""
    token = checked_token(token)
    with _place(path, account) as place:
        identity = identity_of(place.settings, "", Secret(), place.now)
        try:
            found = identity.accounts(token)
        finally:
            identity.close()
        return _kept(place, found, Kept(kind="token", token=str(token)))


def login_with_browser(
    path: Path | None,
    show: Callable[[str], None],
    ask_secret: Callable[[], Secret],
    *,
    port: int = PORT,
    seconds: float = 300,
    account: int | None = None,
) -> Standing:
    """Let a person log in on Harvest's page, and keep what comes of it.

    *show* gets that page's address. *ask_secret* gives the application's secret when neither the environment nor an
    earlier login has it.
    """
    with _place(path, account) as place:
        client_id = place.settings.harvest.client_id
        if not client_id:
            raise ConfigError(
                f'{config.FILE}, harvest: missing "client_id", the id of your OAuth2 application at'
                " id.getharvest.com/developers; without one use a personal access token: gleaner login --token"
            )
        client_secret = _client_secret(place, client_id, ask_secret)
        identity = identity_of(place.settings, client_id, client_secret, place.now)
        try:
            with Redirect(port) as redirect:
                attempt = Attempt(redirect.uri)
                redirect.expect(attempt.state)
                show(identity.authorise_url(attempt))
                code = redirect.code(seconds)
            pair = identity.exchange(code, attempt)
            found = identity.accounts(pair.access_token)
        finally:
            identity.close()
        kept = Kept(kind="login", client_id=client_id, client_secret=str(client_secret))
        return _kept(place, found, kept.with_pair(pair))


def login_at_google(
    path: Path | None,
    person: str,
    show: Callable[[str], None],
    ask_secret: Callable[[], Secret],
    *,
    port: int = PORT,
    seconds: float = 300,
    account: int | None = None,
) -> str:
    """Let *person* allow Gleaner to read their calendars, on Google's page; where the login is kept.

    Where a source of theirs wants attendance, it is asked for on the same page, where they can leave it out.
    *show* and *ask_secret* as in :func:`login_with_browser`.
    """
    person = person.strip().lower()
    if "@" not in person:
        raise ConfigError(f'"{person}" is no mail address; name the person whose calendars are to be read')
    with _place(path, account) as place:
        settings = place.settings.google
        if not settings.client_id:
            raise ConfigError(
                f'{config.FILE}, google: missing "client_id", the id of an OAuth client (desktop application) at'
                " console.cloud.google.com; a team's calendars are read with key_file, without any login"
            )
        name = google_login(person)
        before = read(place.secrets, name)
        secret = (
            Secret(before.client_secret) if before and before.client_id == settings.client_id else Secret()
        )
        if settings.client_secret is None and not secret:
            secret = Secret(ask_secret().strip())
        identity = google_identity(settings, secret, place.now)
        again = f"gleaner login --google {person}"
        with Redirect(port, whose="Google", again=again) as redirect:
            attempt = Attempt(redirect.uri)
            redirect.expect(attempt.state)
            wants = _wants_attendance(place.settings, person)
            show(identity.authorise_url(attempt, person, f"{EVENTS} {ATTENDANCE}" if wants else EVENTS))
            code = redirect.code(seconds)
        pair = identity.exchange(code, attempt)
        kept = Kept(
            kind="login", who=person, client_id=identity.client_id, client_secret=str(identity.client_secret)
        )
        keep(place.secrets, kept.with_pair(pair), name)
        return f"Kept encrypted in {place.database}; the key is in {place.key_in}."


def keep_mailbox_password(
    path: Path | None, user: str, ask_secret: Callable[[], Secret], *, account: int | None = None
) -> str:
    """Keep the password of *user*'s mailbox, which a source of receipts reads; where it is kept."""
    with _place(path, account) as place:
        users = [str(one.get("user", "")) for one in place.settings.receipts if one.get("kind") == "mail"]
        if user not in users:
            known = f" Known: {', '.join(users)}." if users else ""
            raise ConfigError(f'{config.FILE}: no [[receipts]] of kind "mail" have the user "{user}".{known}')
        password = Secret(ask_secret().rstrip("\r\n"))
        if not password:
            raise ConfigError("no password was given; nothing is kept")
        place.secrets.put(mailbox_login(user), password)
        return f"Kept encrypted in {place.database}; the key is in {place.key_in}."


def _wants_attendance(settings: config.Settings, person: str) -> bool:
    return any(
        one.get("kind") == "google-calendar"
        and str(one.get("person", "")).strip().lower() == person
        and one.get("attendance") is True
        for one in settings.sources
    )


def logout(path: Path | None, *, account: int | None = None) -> bool:
    """Forget what is kept, whether or not it can be read; False if there was nothing."""
    with _place(path, account) as place:
        return place.secrets.forget()


def renew_key(path: Path | None, *, account: int | None = None) -> int:
    """Encrypt what is kept with a new key; how many secrets there are.

    A key file gets the new key before the old ones, which stay for what other accounts keep. Keys in the environment
    are yours: the first of them is used.
    """
    with _place(path, account) as place:
        keys = keys_of(place.settings, config.locate(path).resolve().parent)
        if isinstance(keys, KeyFile) and keys.known():
            with keys.changing():
                keys.put_first(new_key())
                return place.secrets.rotate()
        return place.secrets.rotate()


@contextmanager
def _place(path: Path | None, account: int | None) -> Iterator[_Place]:
    path = config.locate(path)
    settings = config.load(path)
    config.check_account(path, settings, account)
    base = path.resolve().parent
    engine = make_engine(settings.database)
    try:
        migrate(engine)
        yield _Place(
            settings,
            secrets_of(settings, base, engine, lambda: datetime.now(UTC)),
            engine.url.render_as_string(hide_password=True),
            keys_of(settings, base).where,
        )
    finally:
        engine.dispose()


def _client_secret(place: _Place, client_id: str, ask: Callable[[], Secret]) -> Secret:
    given = place.settings.harvest.client_secret
    if given is not None:
        return Secret(given.get_secret_value())
    before = read(place.secrets)
    if before is not None and before.client_id == client_id and before.client_secret:
        return Secret(before.client_secret)
    return Secret(ask().strip())


def _kept(place: _Place, found: Accounts, kept: Kept) -> Standing:
    wanted = place.settings.harvest.account_id
    accounts = {account.id: account.name for account in found.harvest}
    if wanted not in accounts:
        reached = ", ".join(f"{name} ({number})" for number, name in accounts.items()) or "no Harvest account"
        raise ConfigError(
            f"this login opens {reached}, but {config.FILE} is for account {wanted}, so it was not kept."
            f" Set account_id, or {LOGIN_AGAIN} as somebody else"
        )
    who = found.user.name if found.user is not None else ""
    keep(place.secrets, kept.model_copy(update={"who": who}))
    return Standing(
        who,
        accounts[wanted],
        wanted,
        accounts,
        kept.expires_at,
        place.database,
        place.key_in,
        place.settings.harvest.token is not None,
    )
