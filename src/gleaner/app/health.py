"""How the daemon is: is the process alive, may it get traffic, and how is each account. For probes and the doctor.

Only the process and what it stands on decide whether it is ready. One account's trouble (a revoked token, a job that
fails) is told, but takes no process out of service: the other accounts are served.
"""

from __future__ import annotations

import math
import shutil
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from pathlib import Path

import sqlalchemy as sa

from gleaner.adapters.harvest.faults import NOT_ACCEPTED
from gleaner.adapters.harvest.tokens import LOGIN_AGAIN
from gleaner.adapters.store import standing as store
from gleaner.adapters.store.standing import Standing, Troubled
from gleaner.adapters.store.workers import database_now
from gleaner.app.redacting import told
from gleaner.core.catalog import AccountId
from gleaner.core.phrases import lasted, phrase

STALE_AFTER = 15.0
"""Seconds, three beats: from then on a heart counts as silent. The others take its work over after twice as long."""
APART = timedelta(seconds=10)
"""Two clocks that differ by more do not tell the same time."""
COPY_OLD = timedelta(minutes=30)
WAITING_LONG = timedelta(minutes=15)
LITTLE_SPACE = 200_000_000
"""Bytes beside a SQLite file; its log alone may grow to some tens of millions."""

_NEEDED = frozenset(("database", "schema", "clock", "heart", "engine"))
"""Without these the process does no good work."""


@dataclass(frozen=True)
class Check:
    """One thing that was looked at."""

    what: str
    is_fine: bool
    text: str
    """What is so; where it is not fine, also what to do next."""


@dataclass(frozen=True)
class AccountHealth:
    """One account in numbers, and what is wrong with them."""

    copy_age: timedelta | None = None
    """Of the time entries; None before the first sync."""
    waiting: int = 0
    """Proposals that were approved and are not in Harvest yet."""
    oldest_waiting: timedelta = timedelta(0)
    jobs: int = 0
    failing: int = 0
    paused: int = 0
    late: int = 0
    is_token_refused: bool = False

    @property
    def checks(self) -> tuple[Check, ...]:
        return (_copy_check(self), _jobs_check(self), _waiting_check(self), _login_check(self))

    @property
    def is_fine(self) -> bool:
        return all(check.is_fine for check in self.checks)


@dataclass(frozen=True)
class Health:
    """All that was looked at."""

    checks: tuple[Check, ...]
    accounts: Mapping[AccountId, AccountHealth] = field(default_factory=dict)
    is_stalled: bool = False
    """The heart is silent although the database answers: the process itself is broken."""

    @property
    def is_live(self) -> bool:
        """Whether the process works at all. One whose database is down does: another start would not help it."""
        return not self.is_stalled

    @property
    def is_ready(self) -> bool:
        """Whether it may get traffic."""
        return all(check.is_fine for check in self.checks if check.what in _NEEDED)

    @property
    def is_fine(self) -> bool:
        return all(check.is_fine for check in self.checks) and all(
            one.is_fine for one in self.accounts.values()
        )


UNANSWERED = Health(
    (
        Check(
            phrase("database"),
            False,
            phrase("no answer in time: it is overloaded, or another program holds it locked"),
        ),
    )
)
"""When looking takes too long."""


@dataclass(frozen=True)
class Examiner:
    """Looks at this process and its database each time it is called; for ``operations(health=…)``."""

    engine: sa.Engine
    heart: Callable[[], float]
    """Seconds since this process's heart beat last; infinitely many before the first beat."""
    is_launched: Callable[[], bool]
    """Whether the engine takes work."""
    now: Callable[[], datetime] = lambda: datetime.now(UTC)

    def __call__(self) -> Health:
        seen = look(self.engine, self.now)
        silent = self.heart()
        checks = (*seen.checks, heart_check(silent), engine_check(self.is_launched()))
        is_stalled = seen.is_readable and STALE_AFTER <= silent < math.inf
        return Health(checks, seen.accounts, is_stalled)


# --- what the database shows to whoever looks --------------------------------------------------------------------


@dataclass(frozen=True)
class Seen:
    """The database at one moment."""

    at: datetime
    checks: tuple[Check, ...]
    standing: Standing = field(default_factory=Standing)
    troubled: tuple[Troubled, ...] = ()
    is_readable: bool = False

    @property
    def accounts(self) -> dict[AccountId, AccountHealth]:
        """Each account that is in the database."""
        refused = {one.account_id for one in self.troubled if one.is_amiss and _is_refused(one.text)}
        return {
            account: account_health(self.standing, account, self.at, is_token_refused=account in refused)
            for account in self.standing.accounts
        }


def look(engine: sa.Engine, now: Callable[[], datetime], account_id: AccountId | None = None) -> Seen:
    """The database, its clock and space, and how everything stands. Never raises for a database that is down.

    With *account_id* only that account's jobs are looked at one by one.
    """
    at = now()
    space = disk_check(engine.url)
    spaces = (space,) if space is not None else ()
    try:
        with engine.connect() as connection:
            schema = schema_check(store.revision(connection), store.head())
            database = Check(phrase("database"), True, phrase("{kind} answers", kind=_kind(engine)))
            if not schema.is_fine:
                return Seen(at, (database, schema, *spaces), is_readable=True)
            before = now()
            theirs = connection.scalar(sa.select(database_now(engine)))
            assert theirs is not None, "every database tells the time"
            here = before + (now() - before) / 2
            times = clock_check(here, datetime.fromtimestamp(theirs, UTC), store.newest_start(connection))
            return Seen(
                at,
                (database, schema, times, *spaces),
                store.standing(connection, at),
                tuple(store.troubled(connection, at, account_id=account_id)),
                is_readable=True,
            )
    except sa.exc.SQLAlchemyError as error:
        text = phrase(
            "{kind} cannot be read ({error}); see that it runs, and what gleaner.toml says of it",
            kind=_kind(engine), error=told(error),
        )  # fmt: skip
        return Seen(at, (Check(phrase("database"), False, text), *spaces))


def _kind(engine: sa.Engine) -> str:
    return "SQLite" if engine.dialect.name == "sqlite" else "PostgreSQL"


def _is_refused(text: str) -> bool:
    return NOT_ACCEPTED in text or LOGIN_AGAIN in text


def account_health(
    found: Standing, account_id: AccountId, now: datetime, *, is_token_refused: bool = False
) -> AccountHealth:
    """One account of all that stands."""
    jobs = [jobs for (account, _), jobs in found.jobs.items() if account == account_id]
    waiting, copied = found.waiting.get(account_id), found.copied.get(account_id)
    return AccountHealth(
        copy_age=max(now - copied, timedelta(0)) if copied is not None else None,
        waiting=waiting.count if waiting is not None else 0,
        oldest_waiting=max(now - waiting.since, timedelta(0)) if waiting is not None else timedelta(0),
        jobs=sum(one.count for one in jobs),
        failing=sum(one.failing for one in jobs),
        paused=sum(one.paused for one in jobs),
        late=sum(one.late for one in jobs),
        is_token_refused=is_token_refused,
    )


# --- the checks, each from plain values --------------------------------------------------------------------------


def schema_check(found: str | None, wanted: str | None) -> Check:
    """Whether the database is as this version of Gleaner needs it.

    >>> schema_check("0002", "0003").text
    'the schema is at 0002, this version of Gleaner needs 0003; restart it, so that it brings the schema up to date'
    """
    if found == wanted:
        return Check(phrase("schema"), True, phrase("at {found}", found=str(found)))
    if found is not None and wanted is not None and found > wanted:
        template = (
            "the schema is at {found}, later than the {wanted} of this version; update Gleaner here too"
        )
    else:
        template = (
            "the schema is at {found}, this version of Gleaner needs {wanted};"
            " restart it, so that it brings the schema up to date"
        )
    text = phrase(template, found=found or phrase("nothing"), wanted=str(wanted))
    return Check(phrase("schema"), False, text)


def clock_check(here: datetime, database: datetime, newest: datetime | None) -> Check:
    """Whether this machine tells the time as the database does, and did not go back since something last began."""
    apart = abs(here - database)
    if apart > APART:
        template = (
            "this machine's is {apart} ahead of the database's; set both by NTP, then restart Gleaner"
            if here > database
            else "this machine's is {apart} behind the database's; set both by NTP, then restart Gleaner"
        )
        return Check(phrase("clock"), False, phrase(template, apart=lasted(apart)))
    if newest is not None and newest - here > APART:
        text = phrase(
            "something began on {weekday:%a} {day} {month:%b %Y} {at} UTC, {ahead} ahead:"
            " the clock went back. Set it right, or if it is: gleaner jobs resume --clock",
            weekday=newest.date(), day=newest.day, month=newest.date(), at=f"{newest:%H:%M:%S}",
            ahead=lasted(newest - here),
        )  # fmt: skip
        return Check(phrase("clock"), False, text)
    return Check(phrase("clock"), True, phrase("within {n} s of the database's", n=APART.seconds))


def heart_check(silent: float) -> Check:
    """Whether this process's heart beats; *silent* seconds ago, infinitely many before the first beat."""
    if math.isinf(silent):
        text = phrase("it has not begun to beat: the process is starting")
        return Check(phrase("heart"), False, text)
    since = lasted(timedelta(seconds=silent))
    if silent >= STALE_AFTER:
        text = phrase(
            "silent for {since}; soon other workers take its work over. Restart this process if it lasts",
            since=since,
        )
        return Check(phrase("heart"), False, text)
    return Check(phrase("heart"), True, phrase("beat {since} ago", since=since))


def engine_check(is_launched: bool) -> Check:
    """Whether the engine takes work."""
    if is_launched:
        return Check(phrase("engine"), True, phrase("takes work"))
    return Check(phrase("engine"), False, phrase("takes no work: the process is starting or stopping"))


def disk_check(url: sa.URL) -> Check | None:
    """Whether there is room beside a SQLite file; None where there is no file, or no folder to look at."""
    if url.get_backend_name() != "sqlite" or url.database in (None, "", ":memory:"):
        return None
    try:
        free = shutil.disk_usage(Path(str(url.database)).parent).free
    except OSError:
        return None
    return space_check(free)


def space_check(free: int) -> Check:
    """Whether *free* bytes are enough.

    >>> space_check(12_000_000).text
    'only 12 MB are free beside the database; make room, or soon nothing can be recorded'
    """
    if free < LITTLE_SPACE:
        text = phrase(
            "only {n} MB are free beside the database; make room, or soon nothing can be recorded",
            n=free // 1_000_000,
        )
        return Check(phrase("disk"), False, text)
    return Check(phrase("disk"), True, phrase("{n:.1f} GB free beside the database", n=free / 1_000_000_000))


def _copy_check(one: AccountHealth) -> Check:
    # Nobody syncs by himself for an account without jobs.
    what = phrase("copy")
    if one.copy_age is None:
        return Check(what, True, phrase("never made"))
    age = lasted(one.copy_age)
    if not one.jobs:
        return Check(what, True, phrase("{age} old", age=age))
    if one.copy_age <= COPY_OLD:
        return Check(what, True, phrase("the copy of Harvest is {age} old", age=age))
    text = phrase(
        "the copy of Harvest is {age} old; the job that keeps it up to date does not come through", age=age
    )
    return Check(what, False, text)


def _jobs_check(one: AccountHealth) -> Check:
    what = phrase("jobs")
    if one.failing or one.late:
        text = phrase(
            "of {n} jobs {failing} fail and {late} are late; gleaner doctor says why",
            n=one.jobs, failing=one.failing, late=one.late,
        )  # fmt: skip
        return Check(what, False, text)
    template = "{n} jobs, {paused} paused" if one.paused else "{n} jobs"
    return Check(what, True, phrase(template, n=one.jobs, paused=one.paused))


def _waiting_check(one: AccountHealth) -> Check:
    what = phrase("proposals")
    if not one.waiting:
        return Check(what, True, phrase("none waits to be logged"))
    template = (
        "1 approved proposal waits to be logged, the oldest for {age}"
        if one.waiting == 1
        else "{n} approved proposals wait to be logged, the oldest for {age}"
    )
    text = phrase(template, n=one.waiting, age=lasted(one.oldest_waiting))
    if one.oldest_waiting <= WAITING_LONG:
        return Check(what, True, text)
    text = phrase("{waiting}; gleaner run tries them now and says what is in the way", waiting=text)
    return Check(what, False, text)


def _login_check(one: AccountHealth) -> Check:
    what = phrase("login")
    if one.is_token_refused:
        text = phrase(
            "Harvest does not accept the access token; make a new one, or log in again: gleaner login"
        )
        return Check(what, False, text)
    return Check(what, True, phrase("no job was refused"))
