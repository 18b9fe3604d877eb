"""What a click does, in the name of the person it was sent to: by a link of a mail, or in Slack."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import datetime
from decimal import Decimal, InvalidOperation

from gleaner.app.account import Account
from gleaner.app.answer_words import day_said, hours_said, said
from gleaner.app.deciding import accept, corrected, decide, dismiss, undo, with_hours
from gleaner.core.actions import CreateTimeEntry
from gleaner.core.catalog import Catalog, Person, Slot
from gleaner.core.errors import ConfigError, Refused
from gleaner.core.language import words
from gleaner.core.messages import Deed, Language
from gleaner.core.proposals import Proposal, State
from gleaner.core.silent import SILENT
from gleaner.review.door import Outcome
from gleaner.review.inbox import Item
from gleaner.review.words import planned, where

Wish = Callable[[Account, Deed], str]
"""Carries out ``snooze``, ``stop`` and ``resume``; what came of it, for the person."""
_NEARLY = Decimal("0.1")
"""Estimates move by a minute when others write entries; a click means what it showed."""
_OPEN = (State.PROPOSED, State.FAILED)


@dataclass(frozen=True)
class Answer:
    """What came of a click."""

    text: str
    """One sentence without its full stop."""
    is_done: bool
    undo: Deed | None = None
    """What takes it back, where something can."""


@dataclass(frozen=True)
class Change:
    """How a proposal is to be logged instead. None leaves what is proposed."""

    slot: Slot | None = None
    hours: Decimal | None = None
    notes: str | None = None


def seen_of(item: Item) -> str:
    """A digest of what a message shows of *item*, for :attr:`Deed.seen`; hours are in it as they are."""
    proposal = item.proposal
    action = proposal.action
    if not isinstance(action, CreateTimeEntry):
        return _digest([repr(action)])
    shown = [
        action.user_id, action.spent_date.isoformat(), action.project_id, action.task_id, action.notes,
        proposal.level == "unsure", proposal.must_ask,
    ]  # fmt: skip
    return f"{_digest(shown)}~{action.hours:.2f}"


def answer(
    account: Account,
    deed: Deed,
    *,
    by: str,
    language: Language = "en",
    wish: Wish | None = None,
    change: Change | None = None,
    why: str = "",
    actor: str = "",
) -> Answer:
    """Do *deed*, or say why not; *by* is the road it came by, such as ``link`` or ``Slack``.

    *change* belongs to the verb ``change``, *why* to ``dismiss``. *actor* is who decides where it is somebody else
    than the person whose time it is; that they may is checked before. Raises Unavailable when nothing could be done
    now and a later click may succeed; whatever else is in the way is an answer.
    """
    person = _person(account, deed)
    if person is None:
        return Answer(said(language, "nobody"), is_done=False)
    if deed.verb in ("snooze", "stop", "resume"):
        if wish is None:
            return Answer("reminders cannot be changed here", is_done=False)
        try:
            return Answer(wish(account, deed), is_done=True)
        except (ConfigError, Refused) as error:
            return Answer(words(language).again(error.text), is_done=False)
    item = account.inbox.get(deed.about)
    if item is None:
        return Answer(said(language, "gone"), is_done=False)
    if item.proposal.user_id != person.id:
        return Answer(said(language, "not_yours"), is_done=False)
    try:
        return _decided(account, deed, item, f"{actor or person.email} by {by}", language, change, why)
    except (ConfigError, Refused) as error:
        return Answer(
            said(language, "failed", title=item.proposal.title, why=words(language).again(error.text)),
            is_done=False,
        )


def question(account: Account, deed: Deed, language: Language) -> str:
    """What the click would do, asked; the sentence of :func:`standing` where nothing can be done any more."""
    if deed.verb in ("stop", "resume"):
        return said(language, deed.verb)
    if deed.verb == "snooze":
        until = _moment(deed.about, language)
        return said(language, "snooze_until", until=until) if until else said(language, "snooze")
    if (settled := standing(account, deed, language)) or deed.verb == "change":
        return settled or said(language, "change_here")
    item = account.inbox.get(deed.about)
    assert item is not None, "what is gone is settled"
    title, action = item.proposal.title, item.proposal.action
    if deed.verb == "dismiss":
        return said(language, "dismiss", title=title)
    if not isinstance(action, CreateTimeEntry):
        if deed.verb == "undo":
            return said(language, "undo_only", title=title)
        return said(language, "do", what=planned(account.catalog, action), title=title)
    told = _told(account.catalog, action, language)
    return said(language, "undo" if deed.verb == "undo" else "log", title=title, **told)


def standing(account: Account, deed: Deed, language: Language) -> str:
    """Why there is nothing to do any more; empty when there is. Only about proposals."""
    if deed.verb in ("stop", "resume", "snooze"):
        return ""
    if _person(account, deed) is None:
        return said(language, "nobody")
    item = account.inbox.get(deed.about)
    if item is None:
        return said(language, "gone")
    if item.proposal.user_id != deed.user_id:
        return said(language, "not_yours")
    if deed.verb == "undo":
        return "" if item.state is State.APPLIED else _stands(item, language, undoing=True)
    if item.state not in _OPEN:
        return _stands(item, language)
    return "" if deed.verb == "dismiss" or is_as_seen(item, deed.seen) else _changed(account, item, language)


def _decided(
    account: Account,
    deed: Deed,
    item: Item,
    by: str,
    language: Language,
    change: Change | None,
    why: str,
) -> Answer:
    title = item.proposal.title
    if settled := standing(account, deed, language):
        return Answer(settled, is_done=False)
    back = replace(deed, verb="undo", seen="")
    match deed.verb:
        case "dismiss":
            if dismiss(account, [item], by=by, why=why) == 1:
                return Answer(said(language, "dismissed", title=title), is_done=True)
            return Answer(said(language, "taken", title=title, why="it changed meanwhile"), is_done=False)
        case "undo":
            (outcome,) = undo(account, [item], by=by)
            if outcome.result in ("applied", "found"):
                return Answer(said(language, "undone", title=title), is_done=True)
            return Answer(said(language, "taken", title=title, why=outcome.text), is_done=False)
        case "change":
            if change is None:
                return Answer(said(language, "change_here"), is_done=False)
            changed = corrected(account, item, slot=change.slot, hours=change.hours, notes=change.notes)
            (outcome,) = decide(account, [(item, changed)], SILENT, by=by)
        case _:
            (outcome,) = accept(account, [as_seen(item, deed.seen)], SILENT, by=by)
    return _logged(account, item, outcome, back, language)


def _logged(account: Account, item: Item, outcome: Outcome, back: Deed, language: Language) -> Answer:
    title = item.proposal.title
    match outcome.result:
        case "applied" | "found":
            now = account.inbox.get(item.proposal.key)
            action = now.proposal.action if now is not None else item.proposal.action
            can = back if outcome.result == "applied" and outcome.can_undo else None
            if isinstance(action, CreateTimeEntry):
                return Answer(said(language, "logged", **_told(account.catalog, action, language)), True, can)
            return Answer(outcome.text, True, can)
        case "waiting":
            return Answer(said(language, "waiting", title=title), is_done=True)
        case "failed":
            return Answer(said(language, "failed", title=title, why=outcome.text), is_done=False)
        case _:
            return Answer(said(language, "taken", title=title, why=outcome.text), is_done=False)


def _person(account: Account, deed: Deed) -> Person | None:
    if deed.account_id != account.id:
        return None
    person = account.catalog.people.get(deed.user_id)
    return person if person is not None and person.is_active else None


def _stands(item: Item, language: Language, *, undoing: bool = False) -> str:
    title = item.proposal.title
    match item.state:
        case State.APPLIED:
            return said(language, "is_logged", title=title)
        case State.UNDONE:
            return said(language, "is_undone", title=title)
        case _ if undoing:
            return said(language, "not_logged", title=title)
        case State.DISMISSED:
            return said(language, "is_dismissed", title=title)
        case State.SUPERSEDED:
            return said(language, "is_superseded", title=title)
        case _:
            return said(language, "is_busy", title=title)


def _changed(account: Account, item: Item, language: Language) -> str:
    action = item.proposal.action
    if isinstance(action, CreateTimeEntry):
        told = _told(account.catalog, action, language)
        now = f"{told['hours']} h {told['where']}, {told['day']}"
    else:
        now = planned(account.catalog, action)
    return said(language, "changed", title=item.proposal.title, now=now)


def _told(catalog: Catalog, action: CreateTimeEntry, language: Language) -> dict[str, str]:
    return {
        "hours": hours_said(action.hours, language),
        "where": where(catalog, action.project_id, action.task_id),
        "day": day_said(action.spent_date, language),
    }


def is_as_seen(item: Item, seen: str) -> bool:
    """Whether *item* still is what :func:`seen_of` was made of, but for minutes that others' entries took."""
    if not seen:
        return True  # nothing was shown that could have changed
    now, then = seen_of(item), seen
    (now_rest, _, now_hours), (then_rest, _, then_hours) = now.partition("~"), then.partition("~")
    if now_rest != then_rest or bool(now_hours) != bool(then_hours):
        return False
    try:
        return not now_hours or abs(Decimal(now_hours) - Decimal(then_hours)) <= _NEARLY
    except InvalidOperation:
        return False


def as_seen(item: Item, seen: str) -> Item:
    """*item* with the hours that the person saw, which is what they approved."""
    action, hours = item.proposal.action, seen.partition("~")[2]
    if not isinstance(action, CreateTimeEntry) or not hours or Decimal(hours) == action.hours:
        return item
    approved: Proposal = replace(item.proposal, action=with_hours(action, Decimal(hours)))
    return replace(item, proposal=approved)


def _moment(text: str, language: Language) -> str:
    """An ISO date or moment as people read it; empty for what is neither."""
    try:
        at = datetime.fromisoformat(text)
    except ValueError:
        return ""
    day = day_said(at.date(), language)
    return f"{day}, {at:%H:%M}" if "T" in text else day


def _digest(shown: list[object]) -> str:
    return hashlib.sha256(json.dumps(shown, ensure_ascii=False).encode()).hexdigest()[:16]
