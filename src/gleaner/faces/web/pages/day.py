"""One day: what was seen beside what is proposed for Harvest, and every decision about it."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, timedelta

from starlette.responses import Response

from gleaner.app.account import Account
from gleaner.app.answering import Change
from gleaner.app.asking import delete_entries, edit_entry, entry_numbered
from gleaner.app.deciding import item_named
from gleaner.app.looking import freshen
from gleaner.app.reviewing import Day, accept_together, day_of, decided, keep_rule, merge, split
from gleaner.app.wording import may_word, word, worded
from gleaner.core.apart import slot_names
from gleaner.core.catalog import Catalog, Person, ProjectId, Slot, TaskId
from gleaner.core.entries import TimeEntry
from gleaner.core.errors import ConfigError, GleanerError, Refused
from gleaner.core.language import Words
from gleaner.core.messages import Verb
from gleaner.core.proposals import Alternative
from gleaner.core.silent import SILENT
from gleaner.faces.web.day_strip import Strip, strip
from gleaner.faces.web.fields import hours_said, slot_said, told
from gleaner.faces.web.life_words import ground
from gleaner.faces.web.registry import Pages
from gleaner.faces.web.visit import NotFound, Said, Visit
from gleaner.review.inbox import Item
from gleaner.review.words import place, planned

WHYS = ("not work", "somebody else's", "logged already")
"""Why something is dismissed, in the words of the journal; pages say them in their language."""

_LONGEST_NOTES = 20_000


def add(pages: Pages) -> None:
    pages.get("/day/{day}", day, nav="Day", rank=10)
    pages.post("/day/{day}/accept-sure", accept_sure)
    pages.post("/day/{day}/merge", merge_selected)
    pages.post("/day/{day}/read", read_again)
    pages.post("/proposals/{short}/{verb:str}", decide_one)
    pages.post("/entries/{number}/change", change_entry)
    pages.post("/entries/{number}/delete", delete_entry)


@dataclass(frozen=True)
class Shown:
    """What the template gets."""

    day: Day
    strip: Strip
    slots: Mapping[tuple[ProjectId, TaskId], str]
    """What the person may log to, by what it is called in their picker."""
    catalog: Catalog
    is_mine: bool
    account: Account

    def planned(self, item: Item) -> str:
        """What a change or a deletion would do, in a sentence."""
        return planned(self.catalog, item.proposal.action)

    @property
    def may_write(self) -> bool:
        """Whether what is accepted is logged at all."""
        return self.account.write_access.is_given()

    def ground(self, item: Item, words: Words) -> str:
        """What its match rests on most."""
        return ground(item.proposal.ground, words)

    def may_word(self, item: Item) -> bool:
        """Whether other words for its note can be asked for."""
        return may_word(self.account, item.proposal)

    def worded(self, item: Item) -> str:
        """The note in a language model's words, where somebody asked for them; empty otherwise."""
        return worded(self.account, item)

    def where(self, entry: TimeEntry) -> str:
        """``Acme › Website › Meetings``."""
        key = entry.project_id, entry.task_id
        return self.slots.get(key) or place(self.catalog, *key)

    def called(self, slot: Slot) -> str:
        """The slot as the picker calls it."""
        return self.slots.get(slot.key, str(slot))

    def other(self, guess: Alternative) -> str:
        """Another guess, with what tells it from another of its name."""
        plain = place(self.catalog, guess.project_id, guess.task_id)
        return guess.label.replace(plain, self.slots.get((guess.project_id, guess.task_id), plain), 1)

    def stamp(self, entry: TimeEntry) -> str:
        """Names the entry as it is shown: what is pressed beside it counts for that."""
        return _stamp(entry)

    def why_fixed(self, entry: TimeEntry) -> str:
        """Why the entry cannot be changed any more; empty when it can."""
        if entry.is_billed:
            return "invoiced"
        if entry.is_closed:
            return "approved"
        return entry.locked_reason or ("locked" if entry.is_locked else "")


def day(visit: Visit) -> Response:
    """The day of the person, or of somebody they may see."""
    on = visit.day(visit.part("day"))
    person = visit.whose(visit.query.get("who"))
    account = visit.account
    found = day_of(account, person, on)
    shown = Shown(
        found,
        strip(person, on, found.seen, found.entries),
        slot_names(account.catalog.slots(person.id)),
        account.catalog,
        person.id == visit.person.id,
        account,
    )
    return visit.show(
        "day.html", title=visit.words.day(on), shown=shown, here=_address(visit, person, on),
        before=_address(visit, person, on - timedelta(days=1)), after=_address(visit, person, on + timedelta(days=1)),
        whys=WHYS,
    )  # fmt: skip


def decide_one(visit: Visit) -> Response:
    """A button of one proposal: accept, pick another guess, edit, dismiss, never, split, undo."""
    verb, short, seen = visit.part("verb"), visit.part("short"), visit.said("seen")
    whys = {"dismiss": visit.said("why", 200)}
    try:
        match verb:
            case "accept" | "dismiss" | "undo":
                return _answered(visit, short, seen, verb, why=whys.get(verb, ""))
            case "pick" | "edit":
                change = _change(visit, short)
                return _answered(visit, short, seen, "change", change)
            case "never":
                rule = keep_rule(visit.account, short, "never")
                text = visit.words.text(
                    "From now on nothing of this series is proposed (rule {rule}).", rule=rule
                )
                return visit.back(Said(text))
            case "word":
                text = visit.words.text(
                    "A language model would write: “{note}”. It is under Edit, to be taken or left.",
                    note=word(visit.account, item_named(visit.account, short)),
                )
                return visit.back(Said(text))
            case "split":
                return _split(visit, short, seen)
            case _:
                raise NotFound
    except GleanerError as error:
        return visit.back(Said(visit.words.again(error.text), is_good=False))


def _answered(
    visit: Visit, short: str, seen: str, verb: Verb, change: Change | None = None, why: str = ""
) -> Response:
    came = decided(visit.account, short, seen, verb, language=visit.words.language, change=change, why=why)
    text = f"{came.text.rstrip('.')}."
    if came.is_done and visit.said("always") and verb in ("accept", "change"):
        text += f" {_always(visit, short, change)}"
    undo = f"/proposals/{short}/undo" if came.undo is not None else ""
    return visit.back(Said(text, came.is_done, undo))


def _always(visit: Visit, short: str, change: Change | None) -> str:
    """What came of the rule. That there is none does not hide what was logged."""
    try:
        rule = keep_rule(visit.account, short, "always", change)
    except GleanerError as error:
        return f"{visit.words.text('No rule was made')}: {visit.words.again(error.text).rstrip('.')}."
    return visit.words.text("From now on always there (rule {rule}).", rule=rule)


def _change(visit: Visit, short: str) -> Change:
    """What a form says a proposal is to be logged as."""
    user_id = item_named(visit.account, short).proposal.user_id
    notes = visit.form.get("notes")
    return Change(
        slot=slot_said(visit, visit.said("slot"), user_id),
        hours=hours_said(visit, "hours"),
        notes=visit.said("notes") if isinstance(notes, str) else None,
    )


def _split(visit: Visit, short: str, seen: str) -> Response:
    change = _change(visit, short)
    rest, user_id = hours_said(visit, "rest"), item_named(visit.account, short).proposal.user_id
    to = slot_said(visit, visit.said("to"), user_id)
    if change.hours is None or rest is None or to is None:
        raise ConfigError(
            visit.words.text("Say how many hours go where: both hours, and the second project.")
        )
    outcomes = split(visit.account, short, seen, change, rest, to, visit.said("rest_notes"))
    return visit.back(told(visit, outcomes))


def accept_sure(visit: Visit) -> Response:
    """All that the page showed as sure, and is so still."""
    shown = [_pair(one) for one in visit.all_said("shown")]
    return visit.back(told(visit, accept_together(visit.account, shown)))


def merge_selected(visit: Visit) -> Response:
    """The ticked ones, as one entry."""
    shown = [_pair(one) for one in visit.all_said("selected")]
    owner = visit.whose(visit.said("who"))
    change = Change(
        slot_said(visit, visit.said("slot"), owner.id),
        hours_said(visit, "hours"),
        visit.said("notes") or None,
    )
    try:
        outcomes = merge(visit.account, shown, change)
    except GleanerError as error:
        return visit.back(Said(visit.words.again(error.text), is_good=False))
    return visit.back(told(visit, outcomes))


def read_again(visit: Visit) -> Response:
    """Reads the day's entries from Harvest, for whoever does not want to wait for the next look."""
    on = visit.day(visit.part("day"))
    if on > visit.today + timedelta(days=366):
        raise NotFound
    freshen(visit.account, SILENT, first=on, last=on)
    return visit.back(Said(visit.words.text("Read from Harvest just now.")))


def change_entry(visit: Visit) -> Response:
    """Other hours, notes or another project for an entry that is in Harvest."""
    account, entry = visit.account, _entry(visit)
    if (stale := _stale(visit, entry)) is not None:
        return stale
    slot = slot_said(visit, visit.said("slot"), entry.user_id)
    notes = visit.said("notes", _LONGEST_NOTES)
    is_other = "notes" in visit.form and notes != entry.notes.replace("\r\n", "\n").strip()
    asked = edit_entry(
        account, entry, by=f"{visit.me} by web",
        project=str(slot.project.id) if slot is not None else None,
        task=str(slot.task.id) if slot is not None else None,
        hours=hours_said(visit, "hours"), notes=notes if is_other else None,
    )  # fmt: skip
    return visit.back(told(visit, asked.outcomes))


def delete_entry(visit: Visit) -> Response:
    """An entry goes; undo puts it back."""
    account, entry = visit.account, _entry(visit)
    if (stale := _stale(visit, entry)) is not None:
        return stale
    return visit.back(told(visit, delete_entries(account, [entry], by=f"{visit.me} by web").outcomes))


def _address(visit: Visit, person: Person, on: date) -> str:
    return f"/day/{on}" + (f"?who={person.id}" if person.id != visit.person.id else "")


def _entry(visit: Visit) -> TimeEntry:
    """The entry as it is in Harvest now. Somebody else's is as little there as one that does not exist."""
    number = visit.part("number")
    if not (number.isascii() and number.isdecimal() and len(number) <= 18):
        raise NotFound
    try:
        return entry_numbered(visit.account, int(number))
    except (ConfigError, Refused):
        raise NotFound from None


def _stamp(entry: TimeEntry) -> str:
    said = (entry.project_id, entry.task_id, entry.spent_date, f"{entry.hours:.2f}", entry.notes)
    return hashlib.sha256(repr(said).encode()).hexdigest()[:16]


def _stale(visit: Visit, entry: TimeEntry) -> Response | None:
    """Back to the page, where the entry is not as it was shown: fields nobody touched would undo what changed."""
    seen = visit.said("seen", 100)
    if not seen or seen == _stamp(entry):
        return None
    text = visit.words.text("The entry changed in Harvest since it was shown; look at it again.")
    return visit.back(Said(text, is_good=False))


def _pair(text: str) -> tuple[str, str]:
    """``short seen``, as a field of the page says it."""
    short, _, seen = text.partition(" ")
    return short, seen
