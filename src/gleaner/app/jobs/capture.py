"""Calendars and repositories, every quarter of an hour: what was seen becomes proposals."""

from __future__ import annotations

from datetime import timedelta

from gleaner.app.account import Account
from gleaner.app.daemon.around import everywhere_today, fallen
from gleaner.app.daemon.job import Job, Report, jobs
from gleaner.app.daemon.schedule import Due, Every
from gleaner.app.passes import run as full_pass
from gleaner.config import ScheduleSettings
from gleaner.core.catalog import UserId
from gleaner.core.silent import SILENT

BACK = timedelta(days=3)
"""Meetings are moved and commits arrive late; what is older waits for the night."""


def _run(account: Account, due: Due, _user_id: UserId | None) -> Report:
    first, last = everywhere_today(account, due.last)
    report = full_pass(account, first - BACK, last, SILENT, what="capture", apply=False)
    text = f"{report.activities} activities seen, {report.new} new proposals, {report.changed} changed"
    text += fallen(report.steps)
    wrong = [problem for problem in report.problems if not problem.is_hint]
    return Report(f"{text}; {wrong[0]}" if wrong else text, is_trouble=bool(wrong))


def job(settings: ScheduleSettings) -> Job:
    pause = timedelta(minutes=settings.capture_minutes)
    return Job("Looks at calendars and repositories, and proposes entries.", Every(pause), _run)


jobs.add("capture", job)
