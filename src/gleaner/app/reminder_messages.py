"""What a reminder to one person says: its gap, the proposals that may fill it, and where else to go."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta

from gleaner.adapters.store.reminders import StoredReminders
from gleaner.app.account import Account
from gleaner.app.answering import seen_of
from gleaner.app.channels import MadeChannel, entry_of, language_of
from gleaner.app.linking import page_address
from gleaner.app.sheets import WAITING, sheets
from gleaner.config import WEEKDAYS, hours_of
from gleaner.core.actions import CreateTimeEntry
from gleaner.core.catalog import Person, UserId
from gleaner.core.language import words
from gleaner.core.messages import Message
from gleaner.core.time import week_of
from gleaner.review.inbox import Item
from gleaner.review.words import where
from gleaner.timesheets.cut_off import cut_off
from gleaner.timesheets.gaps import Sheet
from gleaner.timesheets.reminder_text import Around, Offer, message
from gleaner.timesheets.reminders import (
    DAILY,
    Due,
    Limits,
    Sent,
    Situation,
    Week,
    Wish,
    WorkTime,
    is_weekly_only,
    working_day,
)

WAITS = timedelta(days=2)
"""From the cut-off to the managers' mail: whoever is named in it was told on an earlier day, and that may be the day
after the cut-off, where there was a message on the day itself."""


@dataclass(frozen=True)
class Look:
    """What is known before anybody's hours are."""

    account: Account
    now: datetime
    limits: Limits
    stored: StoredReminders
    sent: Mapping[UserId, Sequence[Sent]]
    wishes: Mapping[UserId, Wish]
    made: Sequence[MadeChannel]
    ends: Mapping[UserId, time]
    """When people mostly stop, where that is known."""
    first_weekday: int = 0
    """Of the company's weeks; read once, for there may be many people."""
    submits: Callable[[], bool] = lambda: False
    """Whether anybody submits time here: the account could, and many do not. Asked once, and only where it counts."""

    def work(self, person: Person) -> WorkTime:
        entry, common = entry_of(self.account, person), self.account.settings.reminders.working_hours
        begins, ends = hours_of((entry and entry.working_hours) or common)
        return WorkTime(begins, ends, self.ends.get(person.id))

    def weeks(self, person: Person) -> tuple[Week, ...]:
        """Last week's cut-off and this week's."""
        settings = self.account.settings.timesheets
        today = self.now.astimezone(person.zone).date()
        first, _ = week_of(today, self.first_weekday)
        weekday = WEEKDAYS.index(settings.cut_off_day)
        return tuple(
            Week(begin, cut_off(begin, weekday, settings.cut_off_at, person.zone).astimezone(person.zone))
            for begin in (first - timedelta(days=7), first)
        )


def situation(
    look: Look, person: Person, known: Mapping[date, Sheet], unsubmitted: frozenset[date] = frozenset()
) -> Situation:
    """All that counts for *person*, whose days are *known*."""
    return Situation(
        person.zone,
        look.work(person),
        known,
        look.weeks(person),
        look.wishes.get(person.id, Wish()),
        look.sent.get(person.id, ()),
        unsubmitted,
    )


def sheets_today(look: Look, person: Person) -> Mapping[date, Sheet]:
    """The sheet of the day that *person* is working on now; none outside working hours."""
    today = working_day(person.zone, look.work(person), look.now)
    return (
        {} if today is None else {sheet.day: sheet for sheet in sheets(look.account, [person], today, today)}
    )


def message_for(look: Look, person: Person, due: Due) -> Message:
    account = look.account
    days = [sheet.day for sheet in due.days]
    waiting = (
        account.inbox.items(states=WAITING, user_id=person.id, first=min(days), last=max(days))
        if days
        else []
    )
    offers = [
        offer
        for item in waiting
        if item.proposal.on in days and (offer := _offer(account, person, item)) is not None
    ]
    return message(due, offers, _around(look, person, due), words(language_of(account, person)))


def _offer(account: Account, person: Person, item: Item) -> Offer | None:
    proposal, action = item.proposal, item.proposal.action
    if not isinstance(action, CreateTimeEntry):
        return None
    is_sure = action.project_id is not None and proposal.level != "unsure"
    begins = None if proposal.seen is None else proposal.seen.span.start.astimezone(person.zone)
    return Offer(
        proposal.key,
        seen_of(item),
        proposal.title,
        where(account.catalog, action.project_id, action.task_id) if is_sure else "",
        action.hours,
        proposal.reason if proposal.low is not None else "",
        proposal.low,
        proposal.high,
        begins,
        proposal.confidence,
    )


def _around(look: Look, person: Person, due: Due) -> Around:
    work, account = look.work(person), look.account
    today = working_day(person.zone, work, look.now)
    assert today is not None, "nobody is due anything outside working hours"
    following = next(
        day
        for day in (today + timedelta(days=n) for n in range(1, 15))
        if person.capacity_on(day) or day.weekday() < 5
    )
    is_last = due.kind in DAILY and is_weekly_only(_with(look, person, due), look.limits)
    return Around(
        account.id,
        person.id,
        work.on(following, person.zone).start.astimezone(person.zone),
        (look.now + timedelta(minutes=30)).astimezone(person.zone),
        timesheet_address(account, person, due.day, is_week=due.kind not in DAILY),
        page_address(account, f"/{'day' if due.kind in DAILY else 'week'}/{due.day}"),
        pauses=is_last,
        listed_at=_listed_at(look, person, due, today),
    )


def _with(look: Look, person: Person, due: Due) -> Situation:
    """As it would be if this message were ignored, too."""
    sent = (*look.sent.get(person.id, ()), Sent(due.kind, due.day, look.now))
    return Situation(person.zone, look.work(person), {}, wish=look.wishes.get(person.id, Wish()), sent=sent)


def _listed_at(look: Look, person: Person, due: Due, today: date) -> datetime | None:
    """When managers will read the person's name if the week stays open; None where they will not."""
    told = told_after_cut_off(look.sent.get(person.id, ()))
    is_second = due.kind == "after cut-off" and due.day - timedelta(days=7) in told
    if due.week is None or not due.days or not is_second or not look.account.settings.reminders.managers:
        return None
    at = (due.week.cut_off + WAITS).astimezone(person.zone)
    return at if today < at.date() else None  # whoever hears of it only then is not named


def told_after_cut_off(sent: Sequence[Sent]) -> Mapping[date, datetime]:
    """When somebody was told that a week is open after its cut-off, by the week's first day; for certain only."""
    return {one.day: one.at for one in sent if one.kind == "after cut-off" and one.is_out}


def timesheet_address(account: Account, person: Person, day: date, *, is_week: bool = False) -> str:
    """Where Harvest shows that day or week; empty when the company's address is not known.

    The form of the address is Harvest's own site's, not of its documented API.
    """
    base = account.mirror.company().base_uri.rstrip("/")
    kind = "week" if is_week else "day"
    return f"{base}/time/{kind}/{day:%Y/%m/%d}/{person.id}" if base else ""
