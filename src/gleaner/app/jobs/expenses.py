"""Receipts, every quarter of an hour: what the sources bring becomes proposals. Nothing is filed."""

from __future__ import annotations

from datetime import timedelta

from gleaner.app.account import Account
from gleaner.app.collecting import collect
from gleaner.app.daemon.job import Job, Report, jobs
from gleaner.app.daemon.schedule import Due, Every
from gleaner.config import ScheduleSettings
from gleaner.core.catalog import UserId


def _run(account: Account, _due: Due, _user_id: UserId | None) -> Report:
    done = collect(account)
    refused = len(done.refused)
    text = f"{len(done.taken) - refused} new receipts proposed, {refused} refused, {len(done.waiting)} not whole yet"
    wrong = [problem for problem in done.problems if not problem.is_hint]
    return Report(f"{text}; {wrong[0]}" if wrong else text, is_trouble=bool(wrong))


def job(settings: ScheduleSettings) -> Job:
    pause = timedelta(minutes=settings.receipt_minutes)
    return Job("Looks for receipts, and proposes expenses.", Every(pause), _run, needs="receipts")


jobs.add("expenses", job)
