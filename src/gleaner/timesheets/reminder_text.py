"""What reminders say: the gap, its own fix, and why it came. Pure; every text goes through the language's catalog."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from decimal import Decimal

from gleaner.core.catalog import AccountId, UserId
from gleaner.core.language import Words
from gleaner.core.messages import Button, Deed, Message, Paragraph, Verb
from gleaner.core.time import ZERO
from gleaner.timesheets.reminders import DAILY, Due

MOST_OFFERS = 3
"""So many proposals stand in one message; the rest is counted."""


@dataclass(frozen=True)
class Offer:
    """A proposal that may fill the gap."""

    key: str
    seen: str
    """For :attr:`gleaner.core.messages.Deed.seen`."""
    title: str
    """Untrusted text."""
    where: str
    """``Acme › Website › Development``; empty when somebody has to choose."""
    hours: Decimal
    reason: str = ""
    low: timedelta | None = None
    high: timedelta | None = None
    begins: datetime | None = None
    """By the person's own clock."""
    confidence: float = 0.0


@dataclass(frozen=True)
class Around:
    """What a message needs beside what is due."""

    account_id: AccountId
    user_id: UserId
    tomorrow: datetime
    """When the person's next working day begins."""
    soon: datetime
    """Half an hour from now."""
    timesheet: str = ""
    """The address of the day or week in Harvest; empty when it is not known."""
    page: str = ""
    """The address of the day or week on our pages; empty where nobody reaches them."""
    pauses: bool = False
    """This is the last daily message before only weekly ones come."""
    listed_at: datetime | None = None
    """When whoever manages the person is told that the week is open; None: they are not."""


def message(due: Due, offers: Sequence[Offer], around: Around, words: Words) -> Message:
    """The message for what is *due*."""
    said = _daily(due, offers, around, words) if due.kind in DAILY else _weekly(due, offers, around, words)
    subject, paragraphs, why = said
    stop = _deed(around, "stop")
    key = f"{due.kind.replace(' ', '-')}/{around.user_id}/{due.day}"
    return Message(key, subject, tuple(paragraphs), why, stop, words.language)


def _daily(
    due: Due, offers: Sequence[Offer], around: Around, words: Words
) -> tuple[str, list[Paragraph], str]:
    (sheet,) = due.days
    day = words.day(due.day)
    sums = words.text(
        "{expected} h expected, {logged} h in Harvest.",
        expected=words.hours(sheet.expected.hours), logged=words.hours(sheet.logged + sheet.running),
    )  # fmt: skip
    unsure = max(1, sum(not offer.where for offer in offers))
    if sheet.missing > ZERO:
        subject = words.text("{day}: {gap} not yet logged", day=day, gap=words.spoken(sheet.missing))
        why = words.text(
            "You get this because Harvest lacks {gap} of that day. Only you see it.",
            gap=words.spoken(sheet.missing),
        )
    else:
        subject = words.count(
            "{day}: one thing needs a project", "{day}: {n} things need a project", unsure, day=day
        )
        why = words.text("You get this because nobody but you knows what that time was for. Only you see it.")
    paragraphs = [Paragraph(sums, is_strong=True)]
    paragraphs += _offered(offers, around, words)
    if not offers:
        paragraphs.append(
            Paragraph(words.text("Nothing was seen that could fill it: no meeting and no commit."))
        )
    paragraphs.append(_later(around, words))
    if around.pauses:
        paragraphs.append(_pause(around, words))
    return subject, paragraphs, why


def _weekly(
    due: Due, offers: Sequence[Offer], around: Around, words: Words
) -> tuple[str, list[Paragraph], str]:
    assert due.week is not None, "weekly reminders are about a week"
    if not due.days:
        return _to_submit(due, around, words)
    cut_off = due.week.cut_off
    lacking = sum((sheet.missing for sheet in due.days), ZERO)
    subject = words.text(
        "Week of {day}: {gap} not yet in Harvest", day=words.day(due.day), gap=words.spoken(lacking)
    )
    days = ", ".join(f"{words.weekday(sheet.day)} {words.hours(sheet.missing)} h" for sheet in due.days)
    at = f"{words.weekday(cut_off.date())} {words.clock(cut_off.time())}"
    is_before = due.kind == "before cut-off"
    when = (
        words.text("The week is counted on {at}.", at=at)
        if is_before
        else words.text(
            "The week was counted on {at}; hours that come now are late, and still count for invoices.", at=at
        )
    )
    paragraphs = [
        Paragraph(words.text("Open: {days}.", days=days), is_strong=True),
        Paragraph(when),
        *_offered(offers, around, words),
    ]
    if due.is_unsubmitted:
        paragraphs.append(Paragraph(words.text("Once it is complete, submit the week in Harvest.")))
    if around.listed_at is not None:
        told = f"{words.day(around.listed_at.date())}, {words.clock(around.listed_at.time())}"
        paragraphs.append(
            Paragraph(
                words.text(
                    "It is the second week in a row. If it is still open on {at}, your name and the hours are in the"
                    " list that your managers get then; what you did is not.",
                    at=told,
                )
            )
        )
    paragraphs.append(_later(around, words))
    return (
        subject,
        paragraphs,
        words.text("You get this because Harvest lacks hours of that week. Only you see it."),
    )


def _to_submit(due: Due, around: Around, words: Words) -> tuple[str, list[Paragraph], str]:
    """Of a week that is complete: submitting it is a click in Harvest, which only the person can make."""
    subject = words.text("Week of {day}: complete, and not submitted yet", day=words.day(due.day))
    why = words.text("You get this because Harvest shows that week as not submitted. Only you see it.")
    return subject, [_later(around, words)], why


def _offered(offers: Sequence[Offer], around: Around, words: Words) -> Iterable[Paragraph]:
    best = sorted(offers, key=lambda offer: (not offer.where, -offer.confidence, offer.key))
    for number, offer in enumerate(best[:MOST_OFFERS]):
        yield _offer(offer, around, words, is_first=number == 0)
    if (left := len(best) - MOST_OFFERS) > 0:
        yield Paragraph(words.count("One more waits: gleaner review", "{n} more wait: gleaner review", left))


def _offer(offer: Offer, around: Around, words: Words, *, is_first: bool) -> Paragraph:
    hours = words.hours(timedelta(hours=float(offer.hours)))
    not_work = Button(words.text("Not work"), _deed(around, "dismiss", offer))
    change = Button(words.text("Change"), _deed(around, "change", offer))
    at = f", {words.clock(offer.begins.time())}" if offer.begins is not None else ""
    if not offer.where:
        text = words.text(
            "“{title}”{at}, {hours} h: for which project?", title=offer.title, at=at, hours=hours
        )
        return Paragraph(text, (change, not_work))
    spread = ""
    if offer.low is not None and offer.high is not None:
        spread = f" ({words.hours(offer.low)}–{words.hours(offer.high)})"
    text = words.text(
        "Looks like {where}{at}: “{title}”, {hours} h{spread}.",
        where=offer.where, at=at, title=offer.title, hours=hours, spread=spread,
    )  # fmt: skip
    log = Button(words.text("Log {hours} h", hours=hours), _deed(around, "accept", offer), is_main=is_first)
    return Paragraph(f"{text} {offer.reason}".strip(), (log, change, not_work))


def _later(around: Around, words: Words) -> Paragraph:
    later = [
        Button(words.text("In 30 minutes"), _deed(around, "snooze", about=around.soon.isoformat())),
        Button(words.text("Next working day"), _deed(around, "snooze", about=around.tomorrow.isoformat())),
    ]
    if around.timesheet:
        later.insert(0, Button(words.text("Open the timesheet"), url=around.timesheet))
    if around.page:
        later.insert(0, Button(words.text("Review it in the browser"), url=around.page))
    return Paragraph(words.text("Not now?"), tuple(later))


def _pause(around: Around, words: Words) -> Paragraph:
    return Paragraph(
        words.text("The last messages got no answer, so from now on only those about whole weeks come."),
        (Button(words.text("Keep them coming"), _deed(around, "resume")),),
    )


def _deed(around: Around, verb: Verb, offer: Offer | None = None, about: str = "") -> Deed:
    if offer is not None:
        return Deed(verb, around.account_id, around.user_id, offer.key, offer.seen)
    return Deed(verb, around.account_id, around.user_id, about)


def closed(day: date, words: Words, *, is_week: bool = False, is_submitted: bool = False) -> str:
    """The stamp on a message whose gap is closed, by whatever road."""
    if is_submitted:
        return words.text("✓ The week of {day} is submitted.", day=words.day(day))
    if is_week:
        return words.text("✓ The week of {day} is complete.", day=words.day(day))
    return words.text("✓ Nothing of {day} is open any more.", day=words.day(day))
