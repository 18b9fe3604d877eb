"""What people ask of the schedule: what runs when and how it went, run it now, leave it alone for a while."""

from __future__ import annotations

from contextlib import closing
from dataclasses import dataclass
from datetime import datetime
from difflib import get_close_matches

from gleaner.adapters.store.jobs import JobRow, StoredJobs
from gleaner.adapters.store.standing import DEAD_AFTER
from gleaner.adapters.store.workers import StoredWorkers, WorkerRow
from gleaner.app.account import Account
from gleaner.app.daemon.clock import trust_clock
from gleaner.app.daemon.job import jobs_of
from gleaner.app.daemon.roster import APPLY, NOBODY, enrol
from gleaner.core.catalog import Person
from gleaner.core.errors import ConfigError
from gleaner.durable.engine import Submitter

_WRITES = "Hands what is approved to the engine, which logs it."


@dataclass(frozen=True)
class Listed:
    """One job of the account, or of one of its people."""

    name: str
    says: str
    person: Person | None
    row: JobRow


def listed(account: Account) -> list[Listed]:
    """Every job of the account, those for the account first. People have theirs once the daemon ran."""
    jobs = StoredJobs(account.engine)
    if not jobs.all([account.id]):
        enrol(jobs, account.id, account.settings, account.clock.now())
    known = jobs_of(account.settings)
    says = {name: job.says for name, job in known.items()} | {APPLY: _WRITES}
    people = account.catalog.people if account.mirror.freshness() else {}
    found = []
    for row in jobs.all([account.id]):
        person = people.get(row.key.user_id)
        if row.key.name in says and (person is not None or row.key.user_id == NOBODY):
            found.append(Listed(row.key.name, says[row.key.name], person, row))
    return found


def alive(account: Account) -> list[WorkerRow]:
    """The processes that carry out work now."""
    return [one for one in StoredWorkers(account.engine).all() if one.silent_for < DEAD_AFTER]


def call(account: Account, name: str, person: Person | None) -> list[Listed]:
    """Let the job run now, for *person* or for everybody it is for. Raises ConfigError where it is paused."""
    chosen = named(account, name, person)
    if name == APPLY:
        raise ConfigError("what is approved is handed over every minute; nothing has to be called for it")
    paused = [one for one in chosen if one.row.is_paused]
    if paused:
        raise ConfigError(f"{name} is paused; let it go on first: gleaner jobs resume {name}")
    jobs = StoredJobs(account.engine)
    for one in chosen:
        jobs.call(one.row.key, account.clock.now())
    if alive(account):
        with closing(Submitter(account.engine)) as submitter:
            submitter.tick()
    return chosen


def pause(account: Account, name: str, person: Person | None, *, is_paused: bool) -> list[Listed]:
    """Leave the job alone from now on, or let it go on; what is under way is finished."""
    chosen = named(account, name, person)
    jobs = StoredJobs(account.engine)
    for one in chosen:
        jobs.pause(one.row.key, is_paused=is_paused)
    return chosen


def go_by_the_clock(account: Account) -> datetime:
    """Take the present time for right after the clock went back; the time."""
    now = account.clock.now()
    trust_clock(StoredJobs(account.engine), now)
    return now


def named(account: Account, name: str, person: Person | None) -> list[Listed]:
    """The job of that name, for *person* or for everybody it is for. Raises ConfigError when there is none."""
    known = [APPLY, *jobs_of(account.settings)]
    if name not in known:
        close = get_close_matches(name, known, n=1)
        hint = f" Did you mean {close[0]}?" if close else ""
        raise ConfigError(f'there is no job "{name}".{hint} There are: {", ".join(sorted(known))}.')
    found = [one for one in listed(account) if one.name == name and (person is None or one.person == person)]
    if person is not None and not found:
        raise ConfigError(f"{name} is for the whole account; leave --person out")
    if not found:
        raise ConfigError(f"{name} is for people, and nobody has one yet; start first: gleaner up")
    return found
