"""At night: what we say is used of budgets, beside what Harvest says."""

from __future__ import annotations

from gleaner.app.account import Account
from gleaner.app.budget_check import check
from gleaner.app.daemon.job import Job, Report, jobs
from gleaner.app.daemon.schedule import Daily, Due
from gleaner.app.looking import sync
from gleaner.config import ScheduleSettings
from gleaner.core.catalog import UserId
from gleaner.core.silent import SILENT


def _run(account: Account, due: Due, _user_id: UserId | None) -> Report:
    sync(account, SILENT, first=due.first, last=due.last)
    found = check(account, SILENT)
    text = f"{found.compared} budgets compared with Harvest's, {found.healed} put right"
    if found.differences:
        return Report(f"{text}; {found.differences[0]}", is_trouble=True)
    return Report(text)


def job(settings: ScheduleSettings) -> Job:
    return Job("Compares budgets with Harvest's own report.", Daily(settings.nightly), _run)


jobs.add("check-budgets", job)
