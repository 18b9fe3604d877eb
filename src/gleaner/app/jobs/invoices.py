"""Invoices, about every hour: what is due is drafted, what may go is sent, what was paid is noted."""

from __future__ import annotations

from datetime import timedelta

from gleaner.app.account import Account
from gleaner.app.billing.following import look_after
from gleaner.app.billing.ruling import rules_of
from gleaner.app.daemon.job import Job, Report, jobs
from gleaner.app.daemon.schedule import Due, Every
from gleaner.app.looking import sync
from gleaner.config import ScheduleSettings
from gleaner.core.catalog import UserId
from gleaner.core.silent import SILENT


def _run(account: Account, due: Due, _user_id: UserId | None) -> Report:
    rules = rules_of(account)
    if not rules:
        return Report("no [[invoices]]")
    sync(account, SILENT, first=due.first, last=due.last)
    found = look_after(account, rules, SILENT)
    text = f"{found.drafted} drafted, {found.sent} sent, {found.asked} asked, {found.reminded} reminded"
    if found.waiting:
        text = f"{text}; waits: {'; '.join(found.waiting)}"
    if found.problems:
        return Report(f"{text}; {found.problems[0]}", is_trouble=True)
    return Report(text)


def job(settings: ScheduleSettings) -> Job | None:
    if not settings.invoice_minutes:
        return None
    pause = timedelta(minutes=settings.invoice_minutes)
    return Job("Makes drafts of invoices that are due, sends those that may go, reminds.", Every(pause), _run)


jobs.add("invoices", job)
