"""What came of reminders: which were answered or are closed by another road, and the stamp that says so."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, datetime, timedelta

from gleaner.adapters.store.reminders import Kept, StoredReminders
from gleaner.app.account import Account
from gleaner.app.channels import MadeChannel, language_of, recipient
from gleaner.app.sheets import sheets
from gleaner.core.catalog import Person
from gleaner.core.errors import GleanerError
from gleaner.core.language import words
from gleaner.core.messages import Message
from gleaner.core.time import ZERO
from gleaner.timesheets.reminder_text import closed
from gleaner.timesheets.reminders import DAILY, is_submitted

LATELY = timedelta(days=10)
"""For so long a message is looked after."""


def settle(account: Account, stored: StoredReminders, made: Sequence[MadeChannel]) -> None:
    """Note which messages of the last days something came of, and stamp those whose gap is closed.

    One thing decided is an answer; the buttons of the others stay until nothing is open any more.
    """
    now = account.clock.now()
    for one in stored.since(now - LATELY):
        person = account.catalog.people.get(one.user_id)
        if (
            one.state != "sent"
            or one.kind == "digest"
            or one.is_closed
            or person is None
            or not person.is_active
        ):
            continue
        if _is_closed(account, person, one, now):
            stored.close(one.user_id, one.kind, one.day, now=now)
            _put(account, person, one, _stamp(account, person, one), made)
        elif one.answered_at is None and _is_decided(account, person, one):
            stored.answer(one.user_id, one.kind, one.day, now=now)


def _stamp(account: Account, person: Person, one: Kept) -> str:
    is_week = one.kind not in DAILY
    entries = account.mirror.entries(*_days(one), person.id) if is_week else []
    said = words(language_of(account, person))
    return closed(one.day, said, is_week=is_week, is_submitted=is_submitted(entries))


def _days(one: Kept) -> tuple[date, date]:
    return one.day, one.day if one.kind in DAILY else one.day + timedelta(days=6)


def _is_closed(account: Account, person: Person, one: Kept, now: datetime) -> bool:
    today = now.astimezone(person.zone).date()
    found = [sheet for sheet in sheets(account, [person], *_days(one)) if sheet.day <= today]
    is_day = one.kind in DAILY
    if any(sheet.missing > ZERO or (is_day and sheet.unsure > ZERO) for sheet in found):
        return False
    entries = [] if is_day else account.mirror.entries(*_days(one), person.id)
    # Where some is submitted, the rest of the week has to be, too.
    return not is_submitted(entries) or all(entry.approval_status != "unsubmitted" for entry in entries)


def _is_decided(account: Account, person: Person, one: Kept) -> bool:
    first, last = _days(one)
    return any(
        item.decided_at is not None and item.decided_at > one.at and item.decision != "policy"
        for item in account.inbox.items(user_id=person.id, first=first, last=last)
    )


def _put(account: Account, person: Person, one: Kept, stamp: str, made: Sequence[MadeChannel]) -> None:
    """On the sent message; one that cannot be changed any more stays as it is."""
    channel = next((it.channel for it in made if it.name == one.channel), None)
    if channel is None or not one.handle:
        return
    shown = Message(
        f"{one.kind}/{one.user_id}/{one.day}", one.subject, (), language=language_of(account, person)
    )
    try:
        channel.stamp(one.handle, shown, recipient(person), stamp)
    except GleanerError:
        return
