"""One Harvest account, wired: settings become a client, a mirror, a store and sources."""

from __future__ import annotations

import copy
import uuid
from collections.abc import Callable, Hashable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from datetime import UTC, date, datetime
from difflib import get_close_matches
from functools import cached_property
from pathlib import Path
from typing import Any

import sqlalchemy as sa

from gleaner import config
from gleaner.adapters.harvest.client import Client
from gleaner.adapters.harvest.dated_rates import LiveRates
from gleaner.adapters.harvest.exchange import Exchange
from gleaner.adapters.harvest.expense_writer import ExpenseWriter
from gleaner.adapters.harvest.limits import Throttle
from gleaner.adapters.harvest.mirror import Mirror
from gleaner.adapters.harvest.reading import PersonExtra
from gleaner.adapters.harvest.writer import TimeEntryWriter
from gleaner.adapters.store.absences import StoredAbsences
from gleaner.adapters.store.chosen_rungs import StoredRungs
from gleaner.adapters.store.engine import make_engine, migrate
from gleaner.adapters.store.inbox import StoredInbox
from gleaner.adapters.store.journal import StoredActivities, StoredCache, StoredJournal, StoredRuns
from gleaner.adapters.store.ladder import StoredLadder
from gleaner.adapters.store.people import StoredPeople
from gleaner.adapters.store.quiet import StoredQuiet
from gleaner.adapters.store.receipts import StoredReceipts
from gleaner.adapters.store.time_off import StoredTimeOff
from gleaner.adapters.store.write_access import StoredWriteAccess
from gleaner.app.access import Access, opened_access, secrets_of, user_agent
from gleaner.app.credentials import StoredCredentials
from gleaner.app.errands import Errands
from gleaner.app.sourcing import FORGOTTEN, Made, made_sources
from gleaner.core.actions import CreateTimeEntry
from gleaner.core.activities import Problem
from gleaner.core.catalog import AccountId, Catalog, Person, UserId
from gleaner.core.errors import ConfigError, Refused
from gleaner.core.phrases import phrase
from gleaner.core.ports import Clock, LiveEntries, Rates
from gleaner.core.proposals import Proposal
from gleaner.matching.memory import Memory
from gleaner.review.door import Door, Recheck
from gleaner.review.policy import NOT_UNASKED, Ladder, may_post


class SystemClock:
    """The machine's clock."""

    def now(self) -> datetime:
        return datetime.now(UTC)


@dataclass(frozen=True)
class FixedClock:
    """Always the same moment: to see what would be then."""

    at: datetime

    def now(self) -> datetime:
        return self.at


@dataclass
class WorkedOut:
    """What takes long to work out and is the same whoever looks."""

    memory: tuple[date, Memory] | None = None
    """What matching knew in the last pass, and for which day."""
    begins: tuple[Catalog, Mapping[UserId, date]] | None = None
    """Who waits until when, as :mod:`gleaner.app.rollout` found it in that catalog."""
    made: tuple[Catalog, list[Made]] | None = None
    """The sources, as they were made for that catalog."""
    errands: Errands[Any] = field(default_factory=Errands)
    """Long work that somebody on a page asked for."""
    reports: dict[Hashable, object] = field(default_factory=dict)
    """Reports for managers that :mod:`gleaner.app.team` made a moment ago, by whom and when they are about."""


@dataclass
class Account:
    """Everything one Harvest account needs, opened by :func:`open_account`."""

    settings: config.Settings
    engine: sa.Engine
    client: Client
    mirror: Mirror
    clock: Clock
    base: Path
    """Folder of the configuration file; relative paths count from it."""
    access: Access
    """How we get in."""
    credentials: StoredCredentials
    """How sources get in where they have to."""
    token: str = field(default_factory=lambda: uuid.uuid4().hex)
    """Names this process in claims."""
    worked_out: WorkedOut = field(default_factory=WorkedOut, init=False, repr=False)
    is_borrowed: bool = field(default=False, init=False)
    """Whether somebody else looks than the token's owner: what Harvest answers to the token is not theirs to see."""

    def seen_by(self, person: Person) -> Account:
        """The same account for *person*, who signed in: ``me`` is they, and every check is about them.

        What is asked of Harvest is asked with the token there is, and so is what is written.
        """
        seat = copy.copy(self)
        seat.__dict__["me"] = person
        seat.is_borrowed = True
        return seat

    @property
    def id(self) -> AccountId:
        return AccountId(self.settings.harvest.account_id)

    @cached_property
    def said_of(self) -> Mapping[str, config.PersonSettings]:
        """What the file says of people, by address; the first where an address stands twice."""
        return {one.email: one for one in reversed(self.settings.people)}

    @cached_property
    def inbox(self) -> StoredInbox:
        return StoredInbox(self.engine, self.id)

    @cached_property
    def journal(self) -> StoredJournal:
        return StoredJournal(self.engine, self.id)

    @cached_property
    def runs(self) -> StoredRuns:
        return StoredRuns(self.engine, self.id)

    @cached_property
    def activities(self) -> StoredActivities:
        return StoredActivities(self.engine, self.id)

    @cached_property
    def people(self) -> StoredPeople:
        return StoredPeople(self.engine, self.id)

    @cached_property
    def time_off(self) -> StoredTimeOff:
        return StoredTimeOff(self.engine, self.id)

    @cached_property
    def quiet(self) -> StoredQuiet:
        """When calendars say that people are not to be disturbed."""
        return StoredQuiet(self.engine, self.id)

    @cached_property
    def absences(self) -> StoredAbsences:
        """What administrators said in so many words; ``[[absences]]`` in the file says the same."""
        return StoredAbsences(self.engine, self.id)

    @property
    def cache(self) -> StoredCache:
        return StoredCache(self.engine, self.id, self.clock.now())

    @property
    def catalog(self) -> Catalog:
        return self.mirror.catalog()

    @property
    def ladder(self) -> Ladder:
        """How far Gleaner may go alone, as of now: decisions move it, and so does what people choose."""
        chosen = {int(user_id): one.rung for user_id, one in self.rungs.chosen().items()}
        now = replace(self._ceiling, chosen=chosen, may_write=self.write_access.is_given())
        if not self.settings.policy.ladder:
            return now
        standings = StoredLadder(self.engine, self.id).standings()
        return replace(now, earned={on: one.rung for on, one in standings.items()})

    @cached_property
    def rungs(self) -> StoredRungs:
        """What people chose; ``gleaner.toml`` stays above it."""
        return StoredRungs(self.engine, self.id)

    @property
    def write_access(self) -> StoredWriteAccess:
        """Whether anything may be written at all; the client asks it before each write."""
        return _write_access(self.engine, self.settings)

    def _held_back(self, proposal: Proposal) -> str:
        """Why what policy approved may not leave any more; nothing for what a person approved."""
        item = self.inbox.get(proposal.key)
        if item is None or item.decision != "policy" or not isinstance(proposal.action, CreateTimeEntry):
            return ""
        return "" if may_post(proposal, self.ladder) else NOT_UNASKED

    @cached_property
    def _ceiling(self) -> Ladder:
        asked = [one.email for one in self.settings.people if one.only_suggest]
        people = [self.catalog.person(one) for one in asked if not self.people.is_address_gone(one)]
        if None in people and len(self.catalog.people) > 1:
            # Somebody asked not to be posted for, and we cannot tell who: then nobody is.
            return Ladder("suggest")
        return Ladder(self.settings.policy.meetings, frozenset(one.id for one in people if one is not None))

    def door(self, run_id: str, recheck: Recheck = lambda _proposal: "") -> Door:
        """The one door out, for one run."""
        return Door(
            self.inbox,
            self.journal,
            self.mirror,
            self._writer,
            self.clock,
            run_id,
            self.token,
            recheck=recheck,
            held_back=self._held_back,
            expenses=self.expenses,
            receipts=self.receipts,
        )

    @property
    def live(self) -> LiveEntries:
        """Time entries as they are in Harvest right now; what is read is noted in the mirror."""
        return self._writer

    @property
    def expenses(self) -> ExpenseWriter:
        """Expenses as they are in Harvest right now."""
        return ExpenseWriter(self.client)

    @cached_property
    def receipts(self) -> StoredReceipts:
        return StoredReceipts(self.engine, self.id)

    @property
    def rates(self) -> Rates:
        """People's rates, asked of Harvest at each look; they are never copied."""
        return LiveRates(self.client)

    @property
    def _writer(self) -> TimeEntryWriter:
        return TimeEntryWriter(
            self.client, self.mirror.company, noted=self.mirror.note, forgotten=self.mirror.forget
        )

    def sources(self) -> list[Made]:
        """The configured sources, those that cannot be made with the reason.

        The same objects as long as the catalog is: they remember what they parsed.
        """
        if self.worked_out.made is None or self.worked_out.made[0] is not self.catalog:
            made = made_sources(
                self.settings.sources, self.base, self.catalog, self.credentials, self.people.is_address_gone
            )
            self.worked_out.made = self.catalog, made
        return self.worked_out.made[1]

    @cached_property
    def me(self) -> Person | None:
        """Who looks: the token's owner, or whoever signed in."""
        return self.owner

    @cached_property
    def owner(self) -> Person | None:
        """The person the token belongs to, if the mirror knows them. One request, once for each token or login."""
        kept = self.cache.get(f"me/{self.access.owner}")
        if kept is None:
            kept = str(self.client.users.me().id).encode()
            self.cache.put(f"me/{self.access.owner}", kept)
        return self.catalog.people.get(UserId(int(kept)))

    @property
    def is_administrator(self) -> bool:
        """Whether the token's owner is one."""
        return self.me is not None and "administrator" in self.me.access_roles

    def may_see(self, user_id: UserId) -> bool:
        """Whether the token's owner may see and decide that person's proposals: their own, or as administrator."""
        return self.is_administrator or (self.me is not None and self.me.id == user_id)

    def check_may_see(self, user_id: UserId) -> None:
        """Raises Refused unless :meth:`may_see`."""
        if not self.may_see(user_id):
            raise Refused("that is somebody else's; only they and an administrator may see and decide it")

    def check_may_see_everybody(self, option: str) -> None:
        """Raises Refused, naming the *option* to leave out, unless the token's owner is an administrator."""
        if not self.is_administrator:
            raise Refused(
                phrase("only an administrator sees what is everybody's; leave out {option}", option=option)
            )

    def people_problems(self) -> list[Problem]:
        """A sentence for each ``[[people]]`` entry that is nobody's: what it asks for would be ignored."""
        if len(self.catalog.people) == 1:
            return []  # a member's token sees its owner only; the others may well be in Harvest
        found: list[Problem] = []
        for number, entry in enumerate(self.settings.people, 1):
            if self.people.is_address_gone(entry.email):
                found.append(Problem(f"{config.FILE}, people[{number}]", FORGOTTEN, is_hint=True))
                continue
            try:
                self.person(entry.email)
            except ConfigError as error:
                text = error.text
                if entry.only_suggest:
                    text = phrase("{error} Until then nothing is logged unasked.", error=text)
                found.append(Problem(f"{config.FILE}, people[{number}]", text))
        for alias in self.catalog.shared_aliases:
            text = phrase(
                "the address {alias} is given to two people; it counts for nobody until one of them has it alone",
                alias=alias,
            )
            found.append(Problem(f"{config.FILE}, people", text))
        return found

    def person(self, address: str) -> Person:
        """The person with that address. Raises ConfigError with a near one."""
        person = self.catalog.person(address)
        if person is not None:
            return person
        known = sorted(one.email for one in self.catalog.people.values() if one.is_active)
        close = get_close_matches(address.lower(), known, n=1)
        hint = f" Did you mean {close[0]}?" if close else ""
        raise ConfigError(f"nobody in Harvest has the address {address}.{hint}")


@contextmanager
def open_account(
    path: Path | None = None,
    *,
    settings: config.Settings | None = None,
    clock: Clock | None = None,
    account: int | None = None,
    on_request: Callable[[str, str], None] | None = None,
    on_exchange: Callable[[Exchange], None] | None = None,
    limits: Throttle | None = None,
    engine: sa.Engine | None = None,
) -> Iterator[Account]:
    """The configured account, its database brought up to date; closed afterwards.

    *account*, if given, must be the configured one: a guard against the wrong file. *engine*, if given, is shared,
    up to date already, and stays open.
    """
    path = config.locate(path)
    settings = settings or config.load(path)
    config.check_account(path, settings, account)
    base = path.resolve().parent
    clock = clock or SystemClock()
    is_ours = engine is None
    engine = engine or make_engine(settings.database)
    try:
        if is_ours:
            migrate(engine)
        secrets = secrets_of(settings, base, engine, clock.now)
        with opened_access(settings, secrets, clock.now) as access:
            client = Client(
                AccountId(settings.harvest.account_id),
                access.tokens,
                base_url=settings.harvest.base_url,
                on_request=on_request,
                on_exchange=on_exchange,
                limits=limits,
                user_agent=user_agent(settings),
                before_write=_write_access(engine, settings).check,
            )
            with client:
                account_id = AccountId(settings.harvest.account_id)
                mirror = Mirror(engine, client, clock, account_id, people_extra=_extras(settings))
                credentials = StoredCredentials(settings.google, secrets, base, clock.now)
                yield Account(settings, engine, client, mirror, clock, base, access, credentials)
    finally:
        if is_ours:
            engine.dispose()


def _write_access(engine: sa.Engine, settings: config.Settings) -> StoredWriteAccess:
    own = AccountId(settings.harvest.account_id)
    return StoredWriteAccess(engine, own, at_first=not settings.policy.read_only_first)


def _extras(settings: config.Settings) -> Mapping[str, PersonExtra]:
    return {
        one.email: PersonExtra(
            aliases=frozenset(one.aliases),
            workdays=_workdays(one),
            zone=one.zone,
            contract=one.contract,
            employed_from=one.employed_from,
            employed_until=one.employed_until,
            is_contractor=one.contractor,
            country=one.country or "",
            region=one.region or "",
            team=one.team,
            manager=one.manager,
        )
        for one in settings.people
    }


def _workdays(one: config.PersonSettings) -> frozenset[int]:
    if one.contract is not None:
        return frozenset(day for hours in one.contract.weeks for day in range(7) if hours[day])
    return frozenset(config.WEEKDAYS.index(day) for day in one.workdays)
