"""Which rows the schedule has: one for each job of each account, and of each person for personal ones."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, datetime, timedelta
from zoneinfo import ZoneInfo

from gleaner.adapters.store.jobs import JobKey, StoredJobs
from gleaner.app.account import Account
from gleaner.app.daemon.around import known_people
from gleaner.app.daemon.job import Job, jobs_of
from gleaner.app.daemon.schedule import Every, Schedule, next_time
from gleaner.config import Settings
from gleaner.core.catalog import AccountId, Person, UserId

APPLY = "apply"
"""Handing approved proposals to the engine. The tick does it itself; the row is there to be paused."""
NOBODY = UserId(0)


def enrol(jobs: StoredJobs, account_id: AccountId, settings: Settings, now: datetime) -> None:
    """Rows for the account's own jobs, which need nobody to be known; the first runs are due at once."""
    utc = ZoneInfo("UTC")
    own = {name: job for name, job in jobs_of(settings).items() if not job.is_personal}
    jobs.add(_row(JobKey(account_id, name, NOBODY), utc, job.schedule, now) for name, job in own.items())
    jobs.add([(JobKey(account_id, APPLY, NOBODY), "UTC", None, None)])


def refresh(jobs: StoredJobs, account: Account, now: datetime) -> None:
    """Rows for the people there are now, by the clocks they live by now; rows of people who left go."""
    known = jobs_of(account.settings)
    have = {row.key: row for row in jobs.all([account.id])}
    wanted = dict(_wanted(account, known))
    jobs.remove(
        key for key, row in have.items() if key not in wanted and key.name != APPLY and row.state == "idle"
    )
    jobs.add(_row(key, zone, schedule, now) for key, (zone, schedule) in wanted.items() if key not in have)
    for key, (zone, schedule) in wanted.items():
        row = have.get(key)
        if row is None or row.state != "idle" or row.failures:
            continue
        is_due = row.next_at is not None and row.next_at <= now
        # Another clock, or another time of day in gleaner.toml.
        at = (
            row.next_at
            if is_due or isinstance(schedule, Every)
            else next_time(schedule, now, zone, row.done_through)
        )
        if (zone.key, at) != (row.zone, row.next_at):
            jobs.move(row, zone.key, at)


def _wanted(account: Account, known: dict[str, Job]) -> Iterator[tuple[JobKey, tuple[ZoneInfo, Schedule]]]:
    people = known_people(account)
    common = common_zone(people)
    for name, job in known.items():
        if not job.is_personal:
            yield JobKey(account.id, name, NOBODY), (common, job.schedule)
            continue
        for person in people:
            yield JobKey(account.id, name, person.id), (person.zone, job.schedule_for(person))


def common_zone(people: list[Person]) -> ZoneInfo:
    """The zone most of them live in: the company's clock. UTC before anybody is known."""
    keys = [person.zone.key for person in people]
    return ZoneInfo(max(sorted(set(keys)), key=keys.count)) if keys else ZoneInfo("UTC")


def _row(
    key: JobKey, zone: ZoneInfo, schedule: Schedule, now: datetime
) -> tuple[JobKey, str, datetime | None, date | None]:
    """A row that begins today, for a person, or tonight: what lies before was before Gleaner."""
    if isinstance(schedule, Every):
        return key, zone.key, now, None
    today = now.astimezone(zone).date()
    done = today if key.user_id == NOBODY else today - timedelta(days=1)
    return key, zone.key, next_time(schedule, now, zone, done), done
