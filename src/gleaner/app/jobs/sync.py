"""What changed in Harvest, every few minutes."""

from __future__ import annotations

from datetime import timedelta

from gleaner.app.account import Account
from gleaner.app.daemon.job import Job, Report, jobs
from gleaner.app.daemon.schedule import Due, Every
from gleaner.app.looking import sync
from gleaner.config import ScheduleSettings
from gleaner.core.catalog import UserId
from gleaner.core.silent import SILENT


def _run(account: Account, due: Due, _user_id: UserId | None) -> Report:
    before = account.client.requests_made
    report = sync(account, SILENT, first=due.first, last=due.last)
    asked = account.client.requests_made - before
    if report.problems:
        return Report(str(report.problems[0]), is_trouble=True)
    return Report(f"up to date after {asked} requests")


def job(settings: ScheduleSettings) -> Job:
    pause = timedelta(minutes=settings.sync_minutes)
    return Job("Reads what changed in Harvest.", Every(pause), _run)


jobs.add("sync", job)
