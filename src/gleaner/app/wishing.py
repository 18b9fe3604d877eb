"""What people say about reminders: not now, none, or again."""

from __future__ import annotations

from datetime import datetime

from gleaner.adapters.store.reminders import StoredReminders
from gleaner.app.account import Account
from gleaner.app.channels import language_of
from gleaner.core.catalog import Person
from gleaner.core.errors import ConfigError
from gleaner.core.language import words
from gleaner.core.messages import Deed
from gleaner.core.phrases import phrase
from gleaner.timesheets.reminders import Wish


def wish(account: Account, deed: Deed) -> str:
    """Do what a click on *snooze*, *stop* or *resume* asks for; what came of it, for the person.

    Raises ConfigError for a moment that is none.
    """
    person = account.catalog.people.get(deed.user_id)
    assert person is not None, "whoever answers is known"
    stored, now = StoredReminders(account.engine, account.id), account.clock.now()
    known = stored.wishes().get(person.id, Wish())
    until = moment(deed.about, person, now) if deed.verb == "snooze" else None
    stored.answer_lately(person.id, now=now)
    said = words(language_of(account, person))
    if deed.verb == "stop":
        stored.wish(person.id, Wish(True, None, known.resumed_at), now=now)
        return said.text("No more reminders. They come again with: gleaner remind resume")
    if deed.verb == "resume":
        stored.wish(person.id, Wish(False, None, now), now=now)
        return said.text("Reminders come again.")
    assert until is not None, "what is neither stop nor resume is snooze"
    stored.wish(person.id, Wish(known.is_stopped, until, known.resumed_at), now=now)
    local = until.astimezone(person.zone)
    return said.text(
        "No reminders until {day}, {at}.", day=said.day(local.date()), at=said.clock(local.time())
    )


def moment(text: str, person: Person, now: datetime) -> datetime:
    """An ISO moment to come, or the beginning of such a day by the person's clock. Raises ConfigError for others."""
    try:
        at = datetime.fromisoformat(text)
    except ValueError:
        raise ConfigError(
            phrase('"{text}" is no day or moment; write 2026-05-14 or 2026-05-14T15:00', text=text)
        ) from None
    found = at if at.tzinfo is not None else at.replace(tzinfo=person.zone)
    if found <= now:
        raise ConfigError(phrase("{text} is over already; name a day or moment to come", text=text))
    return found
