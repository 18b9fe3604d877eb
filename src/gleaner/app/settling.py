"""What came of reminders: which were answered or are closed by another road, and the stamp that says so."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Mapping, Sequence
from datetime import date, datetime, timedelta

from gleaner.adapters.store.reminders import Kept, StoredReminders
from gleaner.app.account import Account
from gleaner.app.channels import MadeChannel, language_of, recipient
from gleaner.app.sheets import sheets
from gleaner.core.catalog import Person, UserId
from gleaner.core.errors import GleanerError
from gleaner.core.language import words
from gleaner.core.messages import Message
from gleaner.core.time import ZERO
from gleaner.review.inbox import EXPENSE
from gleaner.timesheets.gaps import Sheet
from gleaner.timesheets.reminder_text import closed
from gleaner.timesheets.reminders import DAILY

LATELY = timedelta(days=10)
"""For so long a message is looked after."""


def settle(account: Account, stored: StoredReminders, made: Sequence[MadeChannel]) -> None:
    """Note which messages of the last days something came of, and stamp those whose gap is closed.

    One thing decided is an answer; the buttons of the others stay until nothing is open any more. Read is once for all
    messages about the same days.
    """
    now = account.clock.now()
    groups: dict[tuple[date, date], list[tuple[Kept, Person]]] = defaultdict(list)
    for one in stored.since(now - LATELY):
        person = account.catalog.people.get(one.user_id)
        is_open = one.state == "sent" and one.kind != "digest" and not one.is_closed
        if is_open and person is not None and person.is_active:
            groups[_days(one)].append((one, person))
    for days, some in groups.items():
        _settle(account, stored, made, days, some, now)


def _settle(
    account: Account,
    stored: StoredReminders,
    made: Sequence[MadeChannel],
    days: tuple[date, date],
    some: Sequence[tuple[Kept, Person]],
    now: datetime,
) -> None:
    """Those of the same days."""
    people = list({person.id: person for _, person in some}.values())
    by_person: dict[UserId, list[Sheet]] = defaultdict(list)
    for sheet in sheets(account, people, *days):
        by_person[sheet.user_id].append(sheet)
    is_week = days[0] != days[1]
    status: dict[UserId, set[str]] = defaultdict(set)
    for entry in account.mirror.entries_of(*days, [person.id for person in people]) if is_week else ():
        status[entry.user_id].add(entry.approval_status or "")
    decided = _decided(account, people, days)
    for one, person in some:
        today = now.astimezone(person.zone).date()
        known = [sheet for sheet in by_person[person.id] if sheet.day <= today]
        if _is_closed(known, status[person.id], is_week=is_week):
            stored.close(one.user_id, one.kind, one.day, now=now)
            said = words(language_of(account, person))
            is_submitted = bool(status[person.id] & {"submitted", "approved"})
            _put(
                account, person, one, closed(one.day, said, is_week=is_week, is_submitted=is_submitted), made
            )
        elif one.answered_at is None and any(at > one.at for at in decided[person.id]):
            stored.answer(one.user_id, one.kind, one.day, now=now)


def _days(one: Kept) -> tuple[date, date]:
    return one.day, one.day if one.kind in DAILY else one.day + timedelta(days=6)


def _is_closed(known: Sequence[Sheet], status: Collection[str], *, is_week: bool) -> bool:
    if any(sheet.missing > ZERO or (not is_week and sheet.unsure > ZERO) for sheet in known):
        return False
    # Where some of a week is submitted, the rest has to be, too.
    return "unsubmitted" not in status or not {"submitted", "approved"} & set(status)


def _decided(
    account: Account, people: Sequence[Person], days: tuple[date, date]
) -> Mapping[UserId, Sequence[datetime]]:
    """When somebody decided about proposals of those days, by whose they are."""
    one = people[0].id if len(people) == 1 else None
    found: dict[UserId, list[datetime]] = defaultdict(list)
    for item in account.inbox.items(user_id=one, first=days[0], last=days[1]):
        # What was said of a receipt answers no question about time.
        if item.proposal.rule == EXPENSE:
            continue
        if item.decided_at is not None and item.decision != "policy":
            found[item.proposal.user_id].append(item.decided_at)
    return found


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
