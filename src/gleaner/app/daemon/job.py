"""What a job is, and where jobs are found."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace

from gleaner.app.account import Account
from gleaner.app.daemon.schedule import Daily, Due, Schedule
from gleaner.config import ScheduleSettings, Settings
from gleaner.core.catalog import Person, UserId
from gleaner.core.registry import Registry


@dataclass(frozen=True)
class Report:
    """What a run did, in a sentence for the list of jobs."""

    text: str
    is_trouble: bool = False
    """Somebody should put something right."""


@dataclass(frozen=True)
class Job:
    """Something done by itself. Doing it twice must do no harm: a run that a crash cuts off begins again."""

    says: str
    """What it does, as a sentence."""
    schedule: Schedule
    run: Callable[[Account, Due, UserId | None], Report]
    """Raises GleanerError for what went wrong."""
    is_personal: bool = False
    """One for each person, on their workdays and by their clock; otherwise one for the account, by the company's."""
    needs: str = ""
    """A list of ``gleaner.toml``, such as ``receipts``: while it is empty there is no such job."""

    def schedule_for(self, person: Person | None) -> Schedule:
        """When it is due for that person (None: the account)."""
        if person is None or not isinstance(self.schedule, Daily):
            return self.schedule
        return replace(self.schedule, weekdays=self.schedule.weekdays & person.workdays)


jobs: Registry[Job | None] = Registry("job", "gleaner.app.jobs", "gleaner.jobs")
"""Factories by name; each takes the ``[schedule]`` settings, and gives None where those want no such job."""


def all_jobs(settings: ScheduleSettings) -> dict[str, Job]:
    """Every job there can be, with its times."""
    made = {name: jobs.get(name)(settings) for name in jobs}
    return {name: job for name, job in made.items() if job is not None}


def jobs_of(settings: Settings) -> dict[str, Job]:
    """The jobs there are with these settings."""
    known = all_jobs(settings.schedule)
    return {name: job for name, job in known.items() if not job.needs or getattr(settings, job.needs)}
