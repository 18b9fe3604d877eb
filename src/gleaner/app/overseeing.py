"""How Gleaner stands, for people: each source, the copy of Harvest, and what runs by itself."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from gleaner.adapters.harvest.copy import CATALOGUE
from gleaner.adapters.store.jobs import JobRow
from gleaner.adapters.store.phrases import phrase_of
from gleaner.app.account import Account
from gleaner.app.checking import examined
from gleaner.app.daemon.operating import Listed, alive, listed
from gleaner.app.errands import Errand
from gleaner.app.health import Check
from gleaner.app.looking import READ_UNTIL
from gleaner.app.redacting import without_secrets
from gleaner.app.sourcing import Made
from gleaner.core.catalog import Person
from gleaner.core.phrases import phrase

DOCTOR = "doctor"
"""The errand that examines everything."""
LONGEST = timedelta(minutes=2)
"""So long is examined; what was not tried by then is left out."""


@dataclass(frozen=True)
class SourceState:
    """One configured source."""

    name: str
    kind: str
    person: Person | None
    is_shared: bool
    """It may show anybody's work."""
    until: date | None
    """The last day that was read of it whole; None: none yet."""
    read_at: datetime | None
    problems: Sequence[str]
    """What was wrong with it, last time it was looked at."""


def sources(account: Account) -> list[SourceState]:
    """Every source for an administrator; for anybody else their own, and what is shared."""
    me, everything = account.me, account.is_administrator
    told = _told(account)
    found = []
    for number, (made, entry) in enumerate(zip(account.sources(), account.settings.sources, strict=True), 1):
        is_mine = me is not None and made.user_id == me.id
        if everything or is_mine or not made.is_personal:
            name = (
                made.source.name
                if made.source is not None
                else str(entry.get("name") or f"sources[{number}]")
            )
            kept = account.cache.get(READ_UNTIL + name)
            found.append(
                SourceState(
                    name,
                    str(entry.get("kind", "")),
                    account.catalog.people.get(made.user_id) if made.user_id is not None else None,
                    not made.is_personal,
                    date.fromisoformat(kept.decode()) if kept else None,
                    account.cache.written_at(READ_UNTIL + name),
                    # What is shared names others, too.
                    [without_secrets(one) for one in _problems(made, name, told)]
                    if everything or is_mine
                    else [],
                )
            )
    return found


def _problems(made: Made, name: str, told: Sequence[tuple[str, str]]) -> Iterable[str]:
    if made.problem is not None:
        yield made.problem.text
    yield from (text for where, text in told if where == name or where.startswith(f"{name}:"))


def _told(account: Account) -> list[tuple[str, str]]:
    """Where and what the newest pass that ended found wrong."""
    for row in account.runs.newest():
        problems = row.summary.get("problems")
        if row.ended_at is not None and isinstance(problems, list):
            return [
                (str(one.get("where", "")), phrase_of(str(one.get("text", "")), one.get("phrase")))
                for one in problems
                if isinstance(one, Mapping)
            ]
    return []


def copy_state(account: Account) -> Mapping[str, datetime | None]:
    """Until when the copy of Harvest is right, part by part; None for what was never read.

    Invoices are an administrator's.
    """
    fresh = account.mirror.freshness()
    catalogue = [at for name, at in fresh.items() if name in CATALOGUE]
    parts: dict[str, datetime | None] = {
        "catalogue": min(catalogue) if catalogue else None,
        "time_entries": fresh.get("time_entries"),
        "expenses": fresh.get("expenses"),
    }
    return parts | {"invoices": fresh.get("invoices")} if account.is_administrator else parts


@dataclass(frozen=True)
class JobState:
    """One job, for whomever it is."""

    name: str
    says: str
    people: int
    """How many have one of their own; 0: it is the account's."""
    next_at: datetime | None
    """Of those that are not paused the next."""
    last_at: datetime | None
    paused: int
    troubles: Sequence[str]
    """How the last run went where it did not go well."""


def jobs(account: Account) -> list[JobState]:
    """What runs by itself: all of it for an administrator, otherwise what runs for the person who looks."""
    by_name: dict[str, list[Listed]] = {}
    for one in listed(account):
        if account.is_administrator or (one.person is not None and one.person == account.me):
            by_name.setdefault(one.name, []).append(one)
    return [_job(name, some) for name, some in by_name.items()]


def _job(name: str, some: Sequence[Listed]) -> JobState:
    rows = [one.row for one in some]
    upcoming = [row.next_at for row in rows if row.next_at is not None and not row.is_paused]
    ended = [row.ended_at for row in rows if row.ended_at is not None]
    return JobState(
        name,
        some[0].says,
        sum(one.person is not None for one in some),
        min(upcoming) if upcoming else None,
        max(ended) if ended else None,
        sum(row.is_paused for row in rows),
        list(dict.fromkeys(without_secrets(row.text) for row in rows if _went_wrong(row) and row.text)),
    )


def _went_wrong(row: JobRow) -> bool:
    return row.failures > 0 or row.result in ("trouble", "failed", "waiting")


def is_at_work(account: Account) -> bool:
    """Whether a process is there that runs jobs."""
    return bool(alive(account))


def begin_examining(account: Account) -> Errand[list[Check]]:
    """Let the doctor look at everything, unless it is at it already. Check by check lands in the errand's result."""

    def work(errand: Errand[list[Check]]) -> list[Check]:
        found: list[Check] = []
        errand.result = found
        until = account.clock.now() + LONGEST
        for check in examined(account, errand.progress):
            # What a service answered may repeat an address that is a password.
            found.append(Check(check.what, check.is_fine, without_secrets(check.text)))
            if account.clock.now() > until:
                text = phrase("it took too long, and the rest was not tried; gleaner doctor takes its time")
                found.append(Check(phrase("Time"), False, text))
                break
        return found

    return account.worked_out.errands.begin(DOCTOR, work, account.clock)


def examination(account: Account) -> Errand[list[Check]] | None:
    """The examination that is under way, or the last."""
    return account.worked_out.errands.get(DOCTOR)
