"""The next morning: what came after the day had ended, such as commits of the evening."""

from __future__ import annotations

from datetime import timedelta

from gleaner.app.account import Account
from gleaner.app.daemon.around import gone_through
from gleaner.app.daemon.job import Job, Report, jobs
from gleaner.app.daemon.schedule import Daily, Due
from gleaner.config import ScheduleSettings
from gleaner.core.catalog import UserId

_DAY = timedelta(days=1)


def _run(account: Account, due: Due, user_id: UserId | None) -> Report:
    assert user_id is not None, "a day is somebody's"
    return Report(gone_through(account, user_id, due.first - _DAY, due.last - _DAY))


def job(settings: ScheduleSettings) -> Job:
    says = "Goes through a person's days before today for what came late."
    return Job(says, Daily(settings.catch_up), _run, is_personal=True)


jobs.add("catch-up", job)
