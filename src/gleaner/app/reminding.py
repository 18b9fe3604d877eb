"""Reminders: who is due one now, the message, and sending it, at most once whatever crashes.

Read is once for everybody, and only what the clock leaves possible. Right before anything is sent Harvest is asked
again: what was logged meanwhile, by whatever road, is no gap any more.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, timedelta
from functools import cache
from typing import Literal

from gleaner.adapters.store.reminders import Kept, StoredReminders
from gleaner.app.account import Account
from gleaner.app.channels import channel_for, channel_problems, channels_of, recipient
from gleaner.app.digest import digests_due, unknown_managers
from gleaner.app.looking import freshen
from gleaner.app.reminder_messages import Look, message_for, situation
from gleaner.app.rollout import is_on
from gleaner.app.settling import settle
from gleaner.app.sheets import sheets
from gleaner.app.usual_ends import usual_ends
from gleaner.config import FILE
from gleaner.core.activities import Problem
from gleaner.core.catalog import Person, UserId
from gleaner.core.errors import ConfigError, GleanerError, Refused, Unavailable
from gleaner.core.messages import Message
from gleaner.core.phrases import phrase
from gleaner.core.silent import SILENT
from gleaner.timesheets.gaps import Sheet
from gleaner.timesheets.reminders import (
    DAILY,
    Due,
    Kind,
    Limits,
    Verdict,
    candidates,
    judged,
    weeks_of,
    working_day,
)

MEMORY = timedelta(days=35)
"""How far back what was sent counts."""
_AHEAD = timedelta(days=7)
"""A week may be submitted before it is over."""
_BACK = 10
"""Days before today in which the last workday is looked for."""
_AT_ONCE = 25
"""Messages between two looks at Harvest."""
_KINDS: Mapping[Kind, str] = {
    "end of day": phrase("end of day"), "morning": phrase("morning"), "before cut-off": phrase("before cut-off"),
    "after cut-off": phrase("after cut-off"), "digest": phrase("digest"),
}  # fmt: skip
Result = Literal["due", "sent", "refused", "in doubt", "later", "closed", "elsewhere"]


@dataclass(frozen=True)
class Told:
    """One reminder, and what became of it."""

    person: Person
    due: Due
    message: Message
    channel: str
    result: Result
    """``due``: a dry run sends nothing. ``later``: the channel did not take it now. ``closed``: the gap closed right
    before. ``elsewhere``: another process had it."""
    why: str = ""


@dataclass(frozen=True)
class Reminded:
    """What one look came to."""

    told: tuple[Told, ...]
    quiet: Mapping[str, int]
    """How many people were left alone, by reason."""
    problems: tuple[Problem, ...] = ()

    @property
    def count(self) -> int:
        return sum(one.result in ("sent", "due") for one in self.told)


def remind(account: Account, *, people: Collection[Person] | None = None, dry_run: bool = False) -> Reminded:
    """Send what is due now, to everybody or to *people*; with *dry_run* only say what.

    Raises Unavailable when Harvest cannot be asked right before sending: then nothing is sent.
    """
    look = _look(account)
    if not dry_run:
        settle(account, look.stored, look.made)
    due, quiet = _due(look, people)
    told: list[Told] = []
    for start in range(0, len(due), _AT_ONCE):
        some = due[start : start + _AT_ONCE]
        if dry_run:
            told += [_prepared(look, *one) for one in some]
        else:
            told += _sent(look, some)
    if people is None:
        told += [_prepared(look, *one) if dry_run else _send(look, *one) for one in digests_due(look)]
    return Reminded(tuple(told), quiet, tuple(_problems(look)))


def due_now(account: Account) -> tuple[list[tuple[Person, Due]], Mapping[str, int]]:
    """Who of everybody would be reminded now, and of what; and how many would not, by reason. Nothing is sent."""
    return _due(_look(account), None)


def _look(account: Account) -> Look:
    now = account.clock.now()
    stored = StoredReminders(account.engine, account.id)
    settings, company = account.settings.reminders, account.mirror.company()
    limits = Limits(settings.a_day, settings.a_week, timedelta(minutes=settings.least_minutes))
    return Look(
        account, now, limits, stored, stored.by_person(now - MEMORY), stored.wishes(), channels_of(account),
        usual_ends(account), company.first_weekday,
        cache(lambda: company.has_approval and account.mirror.is_submitted(now.date() - MEMORY, now.date() + _AHEAD)),
    )  # fmt: skip


def problems(account: Account) -> list[Problem]:
    """What keeps reminders from going out, or leaves in doubt whether one did; nothing where they are off."""
    return list(_problems(_look(account))) if account.settings.schedule.remind_minutes else []


def _problems(look: Look) -> Iterator[Problem]:
    if not look.made:
        yield Problem(
            phrase("reminders"), phrase("no [[channels]] are configured, so nobody can be told anything")
        )
    yield from (one.problem for one in look.made if one.problem is not None)
    yield from channel_problems(look.account, look.made)
    yield from (Problem(f"{FILE}, reminders", text) for text in unknown_managers(look.account))
    for kept in look.stored.in_doubt(look.now):
        yield Problem(phrase("reminders"), _doubtful(look, kept), is_hint=True)


def _doubtful(look: Look, kept: Kept) -> str:
    person = look.account.catalog.people.get(kept.user_id)
    template = (
        "whether {name} got the {kind} message about {day} is not known ({trouble}); it is not sent again"
        if kept.trouble
        else "whether {name} got the {kind} message about {day} is not known; it is not sent again"
    )
    return phrase(
        template, name=person.name if person else f"user {kept.user_id}", kind=_KINDS[kept.kind],
        day=str(kept.day), trouble=kept.trouble,
    )  # fmt: skip


# --- who is due what ---------------------------------------------------------------------------------------------


def _due(look: Look, people: Collection[Person] | None) -> tuple[list[tuple[Person, Due]], Counter[str]]:
    """Who is reminded of what, and how many are not, by reason."""
    quiet = Counter[str]()
    wanted: dict[tuple[date, date], list[Person]] = defaultdict(list)
    for person in account_people(look.account) if people is None else people:
        today = look.now.astimezone(person.zone).date()
        if not is_on(look.account, person.id, today):
            quiet[phrase("their group has not begun")] += 1
            continue
        kinds = candidates(person.zone, look.work(person), look.weeks(person), look.now, look.limits)
        if not kinds:
            quiet[phrase("not their time")] += 1
            continue
        wanted[_days_for(look, person, kinds)].append(person)
    due: list[tuple[Person, Due]] = []
    for (first, last), some in wanted.items():
        for person, verdict in _judged(look, some, first, last):
            if verdict.due is None:
                quiet[verdict.why_not] += 1
            elif _is_meeting(look, person):
                quiet[phrase("in a meeting")] += 1
            elif look.account.quiet.holds(person.id, look.now):
                quiet[phrase("not to be disturbed")] += 1
            else:
                due.append((person, verdict.due))
    return sorted(due, key=lambda one: one[0].name), quiet


def account_people(account: Account) -> list[Person]:
    """Everybody who is active."""
    return [person for person in account.catalog.people.values() if person.is_active]


def _days_for(look: Look, person: Person, kinds: Collection[Kind]) -> tuple[date, date]:
    """The days that have to be read to tell what is due."""
    today = working_day(person.zone, look.work(person), look.now)
    assert today is not None, "nobody is a candidate outside working hours"
    if set(kinds) == {"end of day"}:
        return today, today
    first = today - timedelta(days=_BACK)
    if set(kinds) - set(DAILY):
        weeks = look.weeks(person)
        return min(first, weeks[0].first), max(today, weeks[-1].first + timedelta(days=6))
    return first, today


def _judged(
    look: Look, people: Sequence[Person], first: date, last: date
) -> Iterator[tuple[Person, Verdict]]:
    by_person: dict[UserId, dict[date, Sheet]] = defaultdict(dict)
    for sheet in sheets(look.account, people, first, last):
        by_person[sheet.user_id][sheet.day] = sheet
    left = _unsubmitted(look, people, first, last)
    for person in people:
        one = situation(look, person, by_person[person.id], left.get(person.id, frozenset()))
        yield person, judged(one, look.now, look.limits)


def _unsubmitted(
    look: Look, people: Sequence[Person], first: date, last: date
) -> Mapping[UserId, frozenset[date]]:
    """Weeks with time that is not submitted; read only when a week may be asked about."""
    if last - first < timedelta(days=6) or not look.submits():
        return {}
    one = people[0].id if len(people) == 1 else None
    return weeks_of(look.account.mirror.unsubmitted(first, last, one), look.first_weekday)


def _is_meeting(look: Look, person: Person) -> bool:
    today = look.now.astimezone(person.zone).date()
    seen = look.account.activities.between(person.id, today, today)
    return any(one.kind == "meeting" and one.span.start <= look.now < one.span.end for one in seen)


# --- sending -----------------------------------------------------------------------------------------------------


def _prepared(look: Look, person: Person, due: Due, made: Message | None = None) -> Told:
    made = made or message_for(look, person, due)
    try:
        return Told(person, due, made, channel_for(look.account, person, look.made).name, "due")
    except ConfigError as error:
        return Told(person, due, made, "", "refused", error.text)


def _sent(before: Look, due: Sequence[tuple[Person, Due]]) -> Iterator[Told]:
    """Ask Harvest and our own tables once more, and send what is still open and still wanted."""
    asked = [_asked(one) for _, one in due]
    freshen(
        before.account, SILENT, first=min(first for first, _ in asked), last=max(last for _, last in asked)
    )
    for (person, one), (first, last) in zip(due, asked, strict=True):
        look = _once_more(before, person)
        first, last = (min(first, _first_day(look, person)), max(last, _last_day(look, person)))
        ((_, verdict),) = _judged(look, [person], first, last)
        if verdict.due is None or (verdict.due.kind, verdict.due.day) != (one.kind, one.day):
            yield Told(person, one, message_for(look, person, one), "", "closed", verdict.why_not)
        else:
            yield _send(look, person, verdict.due, message_for(look, person, verdict.due))


def _once_more(look: Look, person: Person) -> Look:
    """What counts for *person* at this very moment: others' messages took their time."""
    wish, sent = look.stored.of_person(person.id, look.now - MEMORY)
    return replace(look, now=look.account.clock.now(), wishes={person.id: wish}, sent={person.id: sent})


def _asked(due: Due) -> tuple[date, date]:
    """The days that the message is about."""
    return (due.day, due.day) if due.kind in DAILY else (due.day, due.day + timedelta(days=6))


def _first_day(look: Look, person: Person) -> date:
    return look.now.astimezone(person.zone).date() - timedelta(days=_BACK)


def _last_day(look: Look, person: Person) -> date:
    return look.now.astimezone(person.zone).date()


def _send(look: Look, person: Person, due: Due, made: Message) -> Told:
    to = recipient(person)
    try:
        channel = channel_for(look.account, person, look.made)
        works = channel.works
        if works.is_quiet(to):
            return Told(
                person, due, made, channel.name, "later", phrase("asked the channel not to be disturbed")
            )
    except GleanerError as error:
        return Told(person, due, made, "", "later", error.text)
    stored, at = look.stored, (person.id, due.kind, due.day)
    if not stored.claim(*at, channel=channel.name, subject=made.subject, now=look.now):
        return Told(person, due, made, channel.name, "elsewhere")
    try:
        stored.sent(*at, works.send(made, to))
    except Refused as error:
        stored.refused(*at, str(error))
        return Told(person, due, made, channel.name, "refused", error.text)
    except Unavailable as error:
        if error.answer_lost:
            stored.doubt(*at, str(error))
            return Told(person, due, made, channel.name, "in doubt", error.text)
        stored.give_back(*at)
        return Told(person, due, made, channel.name, "later", error.text)
    except ConfigError as error:
        stored.give_back(*at)
        return Told(person, due, made, channel.name, "later", error.text)
    except Exception as error:  # noqa: BLE001  (a channel may be anybody's, and the others wait for their messages)
        stored.doubt(*at, type(error).__name__)
        return Told(person, due, made, channel.name, "in doubt", type(error).__name__)
    return Told(person, due, made, channel.name, "sent")
