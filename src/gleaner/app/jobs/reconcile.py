"""At night: the last three weeks are read again, in calendars and in Harvest, for what changed or was doubled."""

from __future__ import annotations

from datetime import timedelta

from gleaner.app.account import Account
from gleaner.app.daemon.around import everywhere_today, fallen
from gleaner.app.daemon.job import Job, Report, jobs
from gleaner.app.daemon.schedule import Daily, Due
from gleaner.app.passes import run as full_pass
from gleaner.app.reconciling import reconcile
from gleaner.config import ScheduleSettings
from gleaner.core.catalog import UserId
from gleaner.core.silent import SILENT

BACK = timedelta(days=21)


def _run(account: Account, due: Due, _user_id: UserId | None) -> Report:
    first, last = everywhere_today(account, due.last)
    found = reconcile(account, SILENT, first - BACK, last)
    looked = full_pass(account, first - BACK, last, SILENT, what="reconcile", apply=False)
    text = f"{found.entries} entries read again, {found.new} duplicates, {looked.new} new proposals"
    text += fallen(looked.steps)
    wrong = [one for one in (*found.problems, *looked.problems) if not one.is_hint]
    return Report(f"{text}; {wrong[0]}" if wrong else text, is_trouble=bool(wrong))


def job(settings: ScheduleSettings) -> Job:
    says = "Compares the last three weeks with Harvest and the calendars: what changed, what was doubled."
    return Job(says, Daily(settings.nightly), _run)


jobs.add("reconcile", job)
