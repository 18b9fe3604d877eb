"""Budgets, as often as Harvest is looked at: what was reached is told once."""

from __future__ import annotations

from datetime import timedelta

from gleaner.app.account import Account
from gleaner.app.budget_alerts import send_alerts
from gleaner.app.daemon.job import Job, Report, jobs
from gleaner.app.daemon.schedule import Due, Every
from gleaner.app.looking import catch_changes
from gleaner.config import ScheduleSettings
from gleaner.core.catalog import UserId
from gleaner.core.silent import SILENT


def _run(account: Account, due: Due, _user_id: UserId | None) -> Report:
    if not account.settings.channels:
        return Report("nobody is told: there are no [[channels]]")
    catch_changes(account, SILENT, first=due.first, last=due.last)
    found = send_alerts(account, SILENT)
    text = f"{found.sent} message{'' if found.sent == 1 else 's'} sent"
    if found.problems:
        return Report(f"{text}; {found.problems[0]}", is_trouble=True)
    return Report(text)


def job(settings: ScheduleSettings) -> Job:
    pause = timedelta(minutes=settings.sync_minutes)
    return Job("Tells managers which budgets reached a threshold, or will not last.", Every(pause), _run)


jobs.add("budgets", job)
