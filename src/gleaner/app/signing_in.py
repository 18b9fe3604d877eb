"""Signing in to the pages: by a link in a mail, or by an address printed on this machine; and what all ways share.

A person is whom Harvest calls one: active, in the copy of an account that is served here. Whoever fails learns no more
than that; the log says why.
"""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Literal, Protocol

from gleaner import config
from gleaner.adapters.store.sessions import StoredSessions, Way, digest
from gleaner.adapters.store.sign_in_limits import StoredLimits
from gleaner.app.access import read
from gleaner.app.account import Account
from gleaner.app.channels import channels_of, language_of, recipient
from gleaner.app.logs import logger
from gleaner.core.catalog import AccountId, Person, UserId
from gleaner.core.errors import ConfigError, GleanerError, Refused
from gleaner.core.hosts import is_here
from gleaner.core.language import words
from gleaner.core.messages import Button, Language, Message, Paragraph
from gleaner.core.ports import Clock
from gleaner.core.secrets import Secret
from gleaner.notify.channels.email import Email

LINK_LIFE = timedelta(minutes=15)
HERE_LIFE = timedelta(minutes=5)
PATH = "/sign-in"
MAILS = 5
"""Links that may be asked for within :data:`MAILS_WITHIN`, for one address from one network: a stranger who types
somebody's address uses up the stranger's own."""
MAILS_IN_ALL = 20
"""Links that one person is mailed within :data:`MAILS_WITHIN`, whoever asks from wherever: their mailbox is theirs."""
MAILS_WITHIN = timedelta(minutes=15)
TRIES = 60
"""Tries that one client has within :data:`TRIES_WITHIN`; an office may be one client."""
TRIES_WITHIN = timedelta(minutes=10)
_LONGEST_ADDRESS = 254
Why = Literal["gone", "stranger", "no", "elsewhere", "later", "often", "off"]
"""``gone``: used, too old, or none of ours. ``stranger``: nobody who is active here. ``no``: not let in there.
``elsewhere``: another browser began it. ``often``: too many tries. ``off``: there is no such way here."""
_log = logger("sign-in")


class NotSignedIn(Exception):
    """Why somebody is not signed in, as far as they may know."""

    def __init__(self, why: Why, until: datetime | None = None) -> None:
        super().__init__(why)
        self.why = why
        self.until = until
        """When they may try again."""


class Serves(Protocol):
    """The accounts that are served here."""

    @property
    def clock(self) -> Clock: ...

    @property
    def ids(self) -> list[AccountId]: ...

    def open(self, account_id: AccountId) -> Account: ...


@dataclass(frozen=True)
class Door:
    """An account that people can sign in to, and how."""

    account_id: AccountId
    name: str
    ways: tuple[Way, ...]
    provider: str
    """What the identity provider is called."""


@dataclass(frozen=True)
class Waiting:
    """Who would be signed in where, by a link that was not used yet."""

    name: str
    account: str
    language: Language


@dataclass(frozen=True)
class SignedIn:
    """What the cookie has to say, and where to go."""

    said: str
    wanted: str
    """An address of ours, as it was asked for; whoever goes there has to look whether it is one."""


@dataclass(frozen=True)
class SigningIn:
    """What is behind the pages of signing in. Everything here may block."""

    accounts: Serves
    sessions: StoredSessions
    limits: StoredLimits

    @property
    def now(self) -> datetime:
        return self.accounts.clock.now()

    def doors(self) -> list[Door]:
        """The accounts one can sign in to, those that cannot be opened left out."""
        return [door for account in self.opened() if (door := self._door(account)) is not None]

    def opened(self) -> Iterator[Account]:
        """Every account that can be opened."""
        for account_id in self.accounts.ids:
            try:
                yield self.accounts.open(account_id)
            except GleanerError as error:
                _log.warning("an account cannot be opened", account=account_id, error=error)

    def _door(self, account: Account) -> Door | None:
        try:
            name = account.mirror.company().name
        except GleanerError:
            return None  # never read: it has no people yet
        ways = tuple(way for way in account.settings.web.ways if is_set_up(account, way))
        return Door(account.id, name, ways, provider_name(account))

    def check_client(self, client: str) -> None:
        """Count a try of that network address. Raises NotSignedIn for one too many."""
        until = self.limits.take(f"client/{client}", most=TRIES, within=TRIES_WITHIN, now=self.now)
        if until is not None:
            _log.warning("too many tries to sign in", until=until)
            raise NotSignedIn("often", until)

    def check_address(self, address: str, client: str) -> None:
        """Count a wish from that network for a link to that address, whoever's it is. Raises NotSignedIn for one too
        many."""
        asked = f"address/{client}/{_folded(address)}"
        until = self.limits.take(asked, most=MAILS, within=MAILS_WITHIN, now=self.now)
        if until is not None:
            raise NotSignedIn("often", until)

    # --- by mail ---------------------------------------------------------------------------------------------

    def mail(self, address: str, wanted: str, base: str) -> None:
        """Mail a link to whoever has that address, at every account; nothing where it is nobody's.

        It takes longer for somebody than for nobody, so whoever asked must not be waiting for it. *base* is where the
        site is. What goes wrong is logged.
        """
        asked = _folded(address)
        if not asked or len(asked) > _LONGEST_ADDRESS:
            return
        for account in self.opened():
            try:
                self._mail(account, asked, wanted, base)
            except GleanerError as error:
                _log.warning("a link to sign in could not be sent", account=account.id, error=error)

    def _mail(self, account: Account, address: str, wanted: str, base: str) -> None:
        person = account.catalog.person(address)
        channel = mailer(account)
        if person is None or channel is None or "link" not in account.settings.web.ways:
            return
        until = self.limits.take(
            f"mail/{account.id}/{person.id}", most=MAILS_IN_ALL, within=MAILS_WITHIN, now=self.now
        )
        if until is not None:
            # Whoever asked is told the same as ever: that there is such a person is nobody's business.
            _log.warning("too many links for one person", account=account.id, user=person.id, until=until)
            return
        said = self.sessions.attempt(
            account.id, person.id, "link", detail=_detail(wanted), now=self.now, life=LINK_LIFE
        )
        channel.send(_message(account, person, said, base), recipient(person))
        _log.info("a link to sign in was sent", account=account.id, user=person.id)

    # --- links, mailed or printed ----------------------------------------------------------------------------

    def look(self, said: str, way: Way) -> Waiting:
        """Who a link would sign in. Raises NotSignedIn. It is as good afterwards as before."""
        attempt = self.sessions.look(said, way, self.now)
        if attempt is None:
            raise NotSignedIn("gone")
        account, person = self.person(attempt.account_id, attempt.user_id, way)
        return Waiting(person.name, account.mirror.company().name, language_of(account, person))

    def redeem(self, said: str, way: Way, *, agent: str, before: str) -> SignedIn:
        """Use a link up and sign in whom it is for; *before* is what the browser's cookie said until now."""
        attempt = self.sessions.redeem(said, way, self.now)
        if attempt is None:
            raise NotSignedIn("gone")
        account, person = self.person(attempt.account_id, attempt.user_id, way)
        return self.begin(account, person, way, wanted_of(attempt.detail), agent=agent, before=before)

    # --- for every way ---------------------------------------------------------------------------------------

    def person(self, account_id: AccountId, user_id: UserId | None, way: Way) -> tuple[Account, Person]:
        """The account and the person, as they are now. Raises NotSignedIn where there is no such pair any more."""
        try:
            account = self.accounts.open(account_id)
            person = account.catalog.people.get(user_id) if user_id is not None else None
        except ConfigError as error:
            _log.warning("nobody can sign in", account=account_id, error=error)
            raise NotSignedIn("gone") from None
        except GleanerError as error:
            _log.warning("nobody can sign in", account=account_id, error=error)
            raise NotSignedIn("later") from None
        if way not in account.settings.web.ways:
            raise NotSignedIn("gone")
        if person is None or not person.is_active:
            _log.warning(
                "not signed in", account=account_id, way=way, reason="nobody who is active in Harvest"
            )
            raise NotSignedIn("stranger")
        return account, person

    def begin(
        self, account: Account, person: Person, way: Way, wanted: str, *, agent: str, before: str
    ) -> SignedIn:
        """A session of its own, whatever the browser had: what was known before opens nothing afterwards."""
        said = self.sessions.begin(account.id, person.id, way, agent=agent, now=self.now)
        if not said:
            raise NotSignedIn("stranger")
        if before:
            old = self.sessions.get(before, self.now)
            if old is not None:
                self.sessions.end(old.account_id, old.user_id, old.digest)
        _log.info("signed in", account=account.id, user=person.id, way=way)
        return SignedIn(said, wanted)


def invitation(account: Account, sessions: StoredSessions, person: Person) -> str:
    """The secret of a one-time address that signs *person* in on this machine.

    Raises Refused where the token's owner is neither that person nor an administrator, ConfigError where it is off.
    """
    account.check_may_see(person.id)
    if not person.is_active:
        raise Refused(f"{person.name} is archived in Harvest, and cannot sign in")
    if not account.settings.web.enabled or "here" not in account.settings.web.ways:
        raise ConfigError('signing in on this machine is switched off: add "here" to ways in [web]')
    now = account.clock.now()
    return sessions.attempt(account.id, person.id, "here", now=now, life=HERE_LIFE)


def address_here(settings: config.DaemonSettings, said: str) -> str:
    """The address on this machine with that secret. Raises ConfigError where nobody knows the port beforehand."""
    if not settings.port:
        raise ConfigError(
            "the daemon takes any port that is free, so its address is not known; set port in [daemon]"
        )
    host = settings.host if is_here(settings.host) else "127.0.0.1"
    shown = f"[{host}]" if ":" in host else host
    return f"http://{shown}:{settings.port}{PATH}/here/{said}"


def is_set_up(account: Account, way: Way) -> bool:
    """Whether people could come in that way."""
    match way:
        case "link":
            return mailer(account) is not None
        case "harvest":
            return harvest_app(account) is not None
        case "oidc":
            return bool(account.settings.oidc.issuer)
        case "here":
            return True


def mailer(account: Account) -> Email | None:
    """The account's first channel for mail."""
    return next((one.channel for one in channels_of(account) if isinstance(one.channel, Email)), None)


def harvest_app(account: Account) -> tuple[str, Secret] | None:
    """The OAuth2 application and its secret, from the environment or from what ``gleaner login`` kept."""
    client_id, given = account.settings.harvest.client_id, account.settings.harvest.client_secret
    if not client_id:
        return None
    if given is not None:
        return client_id, Secret(given.get_secret_value())
    try:
        kept = read(account.credentials.secrets)
    except GleanerError:
        return None
    is_it = kept is not None and kept.client_id == client_id and bool(kept.client_secret)
    return (client_id, Secret(kept.client_secret)) if kept is not None and is_it else None


def provider_name(account: Account) -> str:
    """What people call the identity provider."""
    settings = account.settings.oidc
    return settings.name or settings.issuer.partition("://")[2].partition("/")[0]


def wanted_of(detail: str) -> str:
    """Where somebody wanted to go, as an attempt kept it."""
    found = json.loads(detail).get("wanted", "") if detail else ""
    return found if isinstance(found, str) else ""


def _detail(wanted: str) -> str:
    return json.dumps({"wanted": wanted[:500]})


def _folded(address: str) -> str:
    return address.strip().lower()


def _message(account: Account, person: Person, said: str, base: str) -> Message:
    language = language_of(account, person)
    text = words(language).text
    minutes = round(LINK_LIFE / timedelta(minutes=1))
    name = account.mirror.company().name
    button = Button(text("Sign in"), url=f"{base}{PATH}/link/{said}", is_main=True)
    return Message(
        f"sign-in:{digest(said)}",
        text("Your link to Gleaner of {account}", account=name),
        (
            Paragraph(
                text(
                    "Somebody, you we hope, wants to sign in to Gleaner of {account} as {person}. The link is good"
                    " once, for {n} minutes.", account=name, person=person.name, n=minutes,
                ),
                (button,),
            ),
        ),
        text("If it was not you, leave it: without this mail nobody gets in."),
        language=language,
    )  # fmt: skip
