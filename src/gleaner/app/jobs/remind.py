"""Reminders of days and weeks that lack hours, to whoever is working just now."""

from __future__ import annotations

from collections import Counter
from datetime import timedelta

from gleaner.app.account import Account
from gleaner.app.daemon.job import Job, Report, jobs
from gleaner.app.daemon.schedule import Due, Every
from gleaner.app.reminding import remind
from gleaner.config import ScheduleSettings
from gleaner.core.catalog import UserId


def _run(account: Account, _due: Due, _user_id: UserId | None) -> Report:
    done = remind(account)
    wrong = [problem for problem in done.problems if not problem.is_hint]
    results = Counter(one.result for one in done.told)
    told = ", ".join(f"{count} {result}" for result, count in sorted(results.items())) or "nobody is due one"
    return Report(f"{told}; {wrong[0]}" if wrong else told, is_trouble=bool(wrong or results["refused"]))


def job(settings: ScheduleSettings) -> Job | None:
    if not settings.remind_minutes:
        return None
    pause = timedelta(minutes=settings.remind_minutes)
    return Job("Reminds people of days and weeks that lack hours.", Every(pause), _run)


jobs.add("remind", job)
