"""In whose name a program asks, through which door, and what it was let do."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta
from typing import get_args

import sqlalchemy as sa

from gleaner.adapters.store.api_tokens import StoredApiTokens
from gleaner.adapters.store.sign_in_limits import StoredLimits
from gleaner.app.account import Account
from gleaner.app.finding import find_client, find_project
from gleaner.app.logs import logger
from gleaner.app.looking import freshen, sync
from gleaner.app.readers import readable
from gleaner.app.tokens import SCOPES, Scope, owner
from gleaner.config.doors import McpSettings
from gleaner.core.catalog import AccountId, Client, Person
from gleaner.core.errors import ConfigError, GleanerError, Refused, Unavailable
from gleaner.core.silent import SILENT
from gleaner.core.time import local_date
from gleaner.review.journal import Door, through

TRIES = 60
"""Wrong tokens that one network may show within :data:`TRIES_WITHIN`, at all doors together."""
TRIES_WITHIN = timedelta(minutes=10)
_MODES: dict[str, frozenset[Scope]] = {
    "read": frozenset({"read", "money"}),
    "propose": frozenset({"read", "money", "propose"}),
    "decide": frozenset(SCOPES),
}
assert _MODES.keys() == set(get_args(McpSettings.model_fields["mode"].annotation)), "each mode is explained"
_log = logger("programs")


@dataclass(frozen=True)
class Seat:
    """One account as one person sees it, for a program of theirs."""

    account: Account
    person: Person
    scopes: frozenset[str]
    door: Door

    @property
    def by(self) -> str:
        """Who the journal says it was."""
        return through(self.person.email, self.door)

    @property
    def today(self) -> date:
        """Today where the person is."""
        return local_date(self.account.clock.now(), self.person.zone)

    def may(self, *scopes: Scope) -> bool:
        return self.allowed >= set(scopes)

    @property
    def allowed(self) -> frozenset[str]:
        """What the token lets it do, as far as the door does."""
        if self.door == "api":
            return self.scopes
        return self.scopes & _MODES[self.account.settings.mcp.mode]

    def check(self, *scopes: Scope) -> None:
        """Raises Refused unless all of that is allowed, saying what keeps it from being so."""
        missing = sorted(set(scopes) - self.allowed)
        if not missing:
            return
        if missing[0] in self.scopes:
            mode = self.account.settings.mcp.mode
            raise Refused(
                f'assistants may not {missing[0]} here: an administrator has mode = "{mode}" in [mcp] of gleaner.toml'
            )
        raise Refused(
            f'this token does not have the scope "{missing[0]}"; its owner makes another with: gleaner tokens add'
        )

    def whom(self, address: str) -> tuple[Person, bool]:
        """Whose days are asked for, and whether all of them may be seen or hours only.

        Empty: the person's own. Raises Refused for everybody else's, whether there is such a person or not.
        """
        wanted = address.strip().lower()
        if not wanted or wanted in self.person.addresses:
            return self.person, True
        if self.account.is_administrator:
            return self.account.person(wanted), True
        for one in self._readable():
            if wanted in one.addresses:
                return one, False
        raise Refused(
            "that is somebody else's; only they, their manager and an administrator see their hours"
        )

    def mine(self, address: str) -> Person:
        """The same where hours are not enough. Raises Refused unless all may be seen."""
        person, is_whole = self.whom(address)
        if not is_whole:
            raise Refused("of others you see hours only: ask for their day, their week or their gaps")
        return person

    def project(self, text: str) -> str:
        """The project that *text* names, as its number. Of those a person is not on they do not learn the names.

        Raises ConfigError with the names it could have been. For administrators *text* is as good: they see all.
        """
        if self.account.is_administrator:
            return text
        catalog = self.account.catalog
        mine = {one.project_id for one in catalog.user_assignments if one.user_id == self.person.id}
        among = [one for one in catalog.projects.values() if one.id in mine]
        if not among:
            raise ConfigError("you are on no project")
        return str(find_project(text, catalog, among).id)

    def maybe_project(self, text: str | None) -> str | None:
        """The same, if anything is said."""
        return None if text is None else self.project(text)

    def client(self, text: str) -> Client:
        """The client that *text* names, of those whose projects one is on."""
        catalog = self.account.catalog
        if not self.account.is_administrator:
            mine = {one.project_id for one in catalog.user_assignments if one.user_id == self.person.id}
            whose = {catalog.projects[one].client_id for one in mine if one in catalog.projects}
            catalog = replace(
                catalog, clients={one: it for one, it in catalog.clients.items() if one in whose}
            )
        return find_client(text, catalog)

    def _readable(self) -> list[Person]:
        try:
            return readable(self.account)
        except Refused:
            return []


def own_seat(account: Account, door: Door = "agent") -> Seat:
    """The seat of whoever the account's own token belongs to. Raises ConfigError for nobody."""
    if account.me is None:
        raise ConfigError(
            "the token's owner is not an active person of this account, so there is nobody to act for"
        )
    return Seat(account, account.me, frozenset(SCOPES), door)


class Doorman:
    """Lets programs in: *opened* gives an account by its number, and raises ConfigError for one that is not served."""

    def __init__(
        self, opened: Callable[[AccountId], Account], database: sa.Engine, now: Callable[[], datetime]
    ) -> None:
        self._opened, self.now = opened, now
        self._tokens, self._limits = StoredApiTokens(database), StoredLimits(database)

    def seat(self, said: str, door: Door) -> Seat | None:
        """The seat of the person whose token says that; None for nobody's, one that is over, or of somebody who left.

        Raises GleanerError when the account cannot be opened.
        """
        token = self._tokens.get(said, self.now())
        if token is None:
            return None
        try:
            account = self._opened(token.account_id)
        except ConfigError:
            return None
        ready(account)
        person = owner(account, token)
        if person is None:
            return None
        return Seat(account.seen_by(person), person, token.scopes, door)

    def wrong(self, client: str) -> datetime | None:
        """Count a wrong token that came from that network; until when there are no more tries, None while there are."""
        until = self._limits.take(f"token/{client}", most=TRIES, within=TRIES_WITHIN, now=self.now())
        if until is not None:
            _log.warning("too many wrong tokens", until=until)
        return until


def check_days(*days: date) -> None:
    """Raises ConfigError for a day so far away that nobody worked on it: nothing can be counted from it either."""
    for day in days:
        if not 2000 <= day.year <= 2100:
            raise ConfigError(f"{day} is too far away; give a day from 2000 to 2100")


def ready(account: Account, first: date | None = None, last: date | None = None) -> None:
    """Have a copy of Harvest that holds those days, read once where there is none yet."""
    today = account.clock.now().date()
    begin = first if first is not None else today
    end = last if last is not None else begin
    check_days(begin, end)
    try:
        account.mirror.as_of()
    except Unavailable:
        sync(account, SILENT, first=min(begin, today), last=max(end, today))
        return
    if first is not None and not account.mirror.covers(begin, end) and _may_fill(account):
        freshen(account, SILENT, first=begin, last=end)


def fresh(account: Account, first: date, last: date) -> str:
    """Read those days anew; empty, or how old the copy is where Harvest cannot be asked."""
    ready(account)
    if not _may_fill(account):
        return f"This is the copy of {account.mirror.as_of():%Y-%m-%d %H:%M} UTC that an administrator's Gleaner fills."
    try:
        freshen(account, SILENT, first=first, last=last)
    except GleanerError as error:
        if not account.mirror.covers(first, last) or not isinstance(error, Unavailable | Refused):
            raise
        return f"Harvest could not be asked; this is the copy of {account.mirror.as_of():%Y-%m-%d %H:%M} UTC."
    return ""


def _may_fill(account: Account) -> bool:
    """Whether the copy is filled with the token there is. A manager's own reads too little of a team: for them it stays
    as it is."""
    return account.is_borrowed or account.is_administrator or len(account.catalog.people) == 1


def between(first: date | None, last: date | None, *, usual: tuple[date, date]) -> tuple[date, date]:
    """The days asked for, at most a year. Raises ConfigError for others."""
    begin = first if first is not None else last if last is not None else usual[0]
    end = last if last is not None else max(usual[1], begin)
    check_days(begin, end)
    if end < begin:
        raise ConfigError(f"{end} is before {begin}")
    if (end - begin).days > 366:
        raise ConfigError("that is more than a year; take it in parts")
    return begin, end
