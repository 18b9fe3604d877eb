"""The weekly mail to managers: the week's figures, and who had one week open after another and knows it."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, timedelta

from gleaner.app.account import Account
from gleaner.app.compliance import Compliance, Row, report
from gleaner.app.reminder_messages import WAITS, Look, sheets_today, situation, told_after_cut_off
from gleaner.app.reports.words import change, headline, hours, people, percent, split_line
from gleaner.core.catalog import Person
from gleaner.core.errors import ConfigError
from gleaner.core.messages import Message, Paragraph
from gleaner.core.phrases import phrase
from gleaner.core.time import ZERO
from gleaner.timesheets.reminders import Due, Week, over_cap, quiet

_LASTS = timedelta(days=4)


def digests_due(look: Look) -> Iterator[tuple[Person, Due, Message]]:
    """The weekly mail for each manager who is at work now and has not had it."""
    account = look.account
    managers = [account.catalog.person(address) for address in account.settings.reminders.managers]
    for manager in managers:
        if manager is None or not manager.is_active:
            continue
        week = _week(look, manager)
        if week is None or any(
            one.kind == "digest" and one.day == week.first for one in look.sent.get(manager.id, ())
        ):
            continue
        one = situation(look, manager, sheets_today(look, manager))
        if not quiet(one, look.now) and not over_cap(one, look.now, look.limits):
            yield manager, Due("digest", week.first, (), week), _message(look, manager, week.first)


def unknown_managers(account: Account) -> Iterator[str]:
    """A sentence for each manager in the settings who is nobody."""
    for address in account.settings.reminders.managers:
        if not account.people.is_address_gone(address):
            try:
                account.person(address)
            except ConfigError as error:
                yield phrase("managers: {error}", error=error.text)


def _week(look: Look, manager: Person) -> Week | None:
    """The week whose mail is due to *manager* now."""
    at = [
        week
        for week in look.weeks(manager)
        if week.cut_off + WAITS <= look.now < week.cut_off + WAITS + _LASTS
    ]
    return at[-1] if at else None


def _message(look: Look, manager: Person, first: date) -> Message:
    account = look.account
    everybody = [person for person in account.catalog.people.values() if person.is_active]
    found = report(account, everybody, first, weeks=2)
    return Message(
        f"digest/{manager.id}/{first}", _subject(found), tuple(_paragraphs(look, found)),
        "You get this once a week because your address is in managers, in [reminders]. Who is named was told"
        " before; what anybody did is in no list.",
    )  # fmt: skip


def _subject(found: Compliance) -> str:
    if found.figures.share is None:
        return f"Timesheets, week {found.name}: nothing was due"
    before = found.before
    last = (
        f" (the week before {percent(before.share)})"
        if before is not None and before.share is not None
        else ""
    )
    return f"Timesheets, week {found.name}: {percent(found.figures.share)} on time{last}"


def _paragraphs(look: Look, found: Compliance) -> Iterator[Paragraph]:
    yield Paragraph(headline(found), is_strong=True)
    open_ = [row for row in found.rows if row.week.lacks > ZERO]
    named = [row for row in open_ if _is_told_of_second(look, row, found.first)]
    if named:
        lines = ", ".join(f"{row.person.name} {hours(row.week.lacks)} h" for row in named)
        yield Paragraph(f"Open for the second week in a row: {lines}.")
    if others := len(open_) - len(named):
        missing = sum((row.week.lacks for row in open_ if row not in named), ZERO)
        yield Paragraph(
            f"{people(others)} more: {hours(missing)} h open. They were reminded, and are not named."
        )
    if not open_:
        yield Paragraph("Nothing is open.")
    split, month = found.money.week, found.money.month
    moved = change(split.billable_share, month.billable_share)
    against = f" · {moved} points against last month" if moved else ""
    said = split_line(split)
    yield Paragraph(f"{said[:1].upper()}{said[1:]}{against}.")
    yield Paragraph(f"All of it: gleaner compliance --week {found.name}")


def _is_told_of_second(look: Look, row: Row, first: date) -> bool:
    """Whether this person was told after both cut-offs, the second time on an earlier day than today."""
    zone = row.person.zone
    told = told_after_cut_off(look.sent.get(row.person.id, ()))
    second, before = told.get(first), told.get(first - timedelta(days=7))
    if second is None or before is None:
        return False
    return second.astimezone(zone).date() < look.now.astimezone(zone).date()
