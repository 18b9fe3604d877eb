"""A day as its person reviews it: what was seen beside what is proposed, and the decisions that a page offers."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date
from decimal import Decimal

from gleaner.app.account import Account
from gleaner.app.answering import Answer, Change, answer, as_seen, is_as_seen, seen_of
from gleaner.app.asking import log
from gleaner.app.days import Sum, day_sum
from gleaner.app.deciding import accept, corrected, decide, item_named, length
from gleaner.app.laddering import stored
from gleaner.app.obeying import make
from gleaner.app.ruling import rule_from
from gleaner.app.sheets import WAITING
from gleaner.core.actions import CreateTimeEntry
from gleaner.core.activities import Activity
from gleaner.core.catalog import EntryId, Person, Slot
from gleaner.core.entries import TimeEntry
from gleaner.core.errors import ConfigError, Refused
from gleaner.core.messages import Deed, Language, Verb
from gleaner.core.phrases import phrase
from gleaner.core.proposals import State
from gleaner.core.silent import SILENT
from gleaner.core.time import decimal_hours
from gleaner.matching.made import Effect, What
from gleaner.review.door import Outcome
from gleaner.review.inbox import EXPENSE, Item
from gleaner.review.journal import Line as JournalLine
from gleaner.review.ladder import LEAST, Footing, Standing, footing
from gleaner.review.policy import Ladder, may_accept_together

_ORDER = {"unsure": 0, "likely": 1, "sure": 2}
_OPEN = (State.PROPOSED, State.FAILED)
_PAGE = "web"
"""The road by which a page's decisions come, for the journal."""


@dataclass(frozen=True)
class Line:
    """A proposal as the page of its day shows it."""

    item: Item
    seen: str
    """What is shown, in short: a decision counts for that and nothing else."""
    activity: Activity | None
    """What it was made of; None where nothing was observed, or it is not kept any more."""
    record: tuple[int, int]
    """How many of the last decisions on the same ground kept what was proposed, and how many there were."""
    is_together: bool
    """May be accepted with others, unread."""
    slot: Slot | None
    """Where it would go; None where a person has to choose, or may not log any more."""

    @property
    def hours(self) -> Decimal | None:
        """None for what makes no new entry."""
        action = self.item.proposal.action
        return action.hours if isinstance(action, CreateTimeEntry) else None

    @property
    def range(self) -> tuple[Decimal, Decimal] | None:
        """Between which hours it was, where that is an estimate."""
        low, high = self.item.proposal.low, self.item.proposal.high
        return None if low is None or high is None else (decimal_hours(low), decimal_hours(high))

    @property
    def is_new(self) -> bool:
        """Too few decisions to tell how good such proposals are."""
        return self.record[1] < LEAST


@dataclass(frozen=True)
class Day:
    """One person's day for review."""

    person: Person
    on: date
    total: Sum
    lines: tuple[Line, ...]
    """Unsure first, then likely, then sure; in each by the time of day."""
    under_way: tuple[Item, ...]
    """Approved and not in Harvest yet."""
    entries: tuple[TimeEntry, ...]
    """In Harvest, as last copied."""
    written: Mapping[EntryId, Item]
    """Which proposals wrote them: what can be taken back here."""
    unproposed: tuple[Activity, ...]
    """Seen, and nothing is proposed for it: it was logged by hand, dismissed, or left out."""
    seen: tuple[Activity, ...]
    """All that was seen, by the time of day."""
    is_covered: bool
    """Whether the copy of Harvest holds that day."""
    elsewhere: Mapping[date, int]
    """On which other days something waits for the person, and how much."""

    def of(self, level: str) -> tuple[Line, ...]:
        return tuple(line for line in self.lines if line.item.proposal.level == level)

    @property
    def together(self) -> tuple[Line, ...]:
        """What one button may accept."""
        return tuple(line for line in self.lines if line.is_together)


def day_of(account: Account, person: Person, on: date) -> Day:
    """The day of *person*. Whether they may be looked at is the caller's to check."""
    held = account.inbox.items(states=(*WAITING, State.APPLIED), user_id=person.id, first=on, last=on)
    total, entries, items = day_sum(account, person, on, held)
    seen = account.activities.between(person.id, on, on)
    by_key = {one.key: one for one in seen}
    ladder, standings = account.ladder, stored(account).standings()
    lines = [_line(account, item, by_key, ladder, standings) for item in items if item.state in _OPEN]
    done = [item for item in held if item.state is State.APPLIED]
    settled = {item.proposal.activity_key for item in (*done, *items)}
    return Day(
        person,
        on,
        total,
        tuple(sorted(lines, key=_place)),
        tuple(item for item in items if item.state not in _OPEN),
        tuple(entries),
        {item.entry_id: item for item in done if item.entry_id is not None and item.proposal.rule != EXPENSE},
        tuple(one for one in seen if one.key not in settled),
        tuple(seen),
        account.mirror.covers(on, on),
        {day: count for day, count in account.inbox.days_waiting(person.id).items() if day != on},
    )


def _line(
    account: Account,
    item: Item,
    by_key: Mapping[str, Activity],
    ladder: Ladder,
    standings: Mapping[Footing, Standing],
) -> Line:
    proposal, action = item.proposal, item.proposal.action
    step = footing(proposal)
    standing = standings.get(step, Standing()) if step is not None else Standing()
    slot = None
    if isinstance(action, CreateTimeEntry) and action.project_id is not None and action.task_id is not None:
        slot = account.catalog.slot(action.user_id, action.project_id, action.task_id)
    return Line(
        item,
        seen_of(item),
        by_key.get(proposal.activity_key),
        (standing.kept, len(standing.record)),
        may_accept_together(proposal, ladder),
        slot,
    )


def _place(line: Line) -> tuple[int, float, str]:
    at = line.activity.span.start.timestamp() if line.activity is not None else float("inf")
    return _ORDER[line.item.proposal.level], at, line.item.short


# --- decisions -----------------------------------------------------------------------------------------------


def decided(
    account: Account,
    short: str,
    seen: str,
    verb: Verb,
    *,
    language: Language,
    change: Change | None = None,
    why: str = "",
) -> Answer:
    """What somebody at the page decides about what it showed them. Raises Refused for what is not theirs to decide."""
    item = item_named(account, short)
    proposal = item.proposal
    if verb == "change" and not is_as_seen(item, seen):
        verb, change = "accept", None  # its answer says what changed
    deed = Deed(verb, account.id, proposal.user_id, proposal.key, seen)
    return answer(account, deed, by=_PAGE, language=language, change=change, why=why, actor=_me(account))


def accept_together(account: Account, shown: Sequence[tuple[str, str]]) -> list[Outcome]:
    """Accept those of *shown* (short names, with what was seen of each) that may be accepted unread.

    What changed since it was shown, or somebody decided meanwhile, is left alone; so is what is somebody else's, which
    no page showed.
    """
    ladder = account.ladder
    items = []
    for short, seen in shown:
        try:
            item = item_named(account, short)
        except (ConfigError, Refused):
            continue
        is_open = item.state in _OPEN and is_as_seen(item, seen)
        if is_open and may_accept_together(item.proposal, ladder):
            items.append(as_seen(item, seen))
    return accept(account, items, SILENT, by=f"{_me(account)} by {_PAGE}", bulk=True)


def keep_rule(account: Account, short: str, effect: Effect, change: Change | None = None) -> str:
    """From now on so for the whole series, or the repository; the rule's id. Raises ConfigError where none can be."""
    item = item_named(account, short)
    changed = item.proposal
    if change is not None and change.slot is not None and isinstance(changed.action, CreateTimeEntry):
        slot = change.slot
        changed = replace(
            changed, action=replace(changed.action, project_id=slot.project.id, task_id=slot.task.id)
        )
    activity = account.activities.named({changed.activity_key}).get(changed.activity_key)
    if activity is None:
        raise ConfigError(phrase("what this was made of is not kept any more, so no rule can be made of it"))
    what: What = "repository" if activity.kind == "coding" else "series"
    rule = rule_from(account, item, effect, what, f"{_me(account)} by {_PAGE}", changed)
    make(account, rule)
    return rule.id


def split(
    account: Account, short: str, seen: str, first: Change, rest: Decimal, to: Slot, notes: str
) -> list[Outcome]:
    """Log *first* of a proposal as it says, and *rest* hours of it to *to*; the second not without the first."""
    item = _shown(account, short, seen)
    proposal = item.proposal
    if not isinstance(proposal.action, CreateTimeEntry):
        raise Refused(phrase("only new entries can be split"))
    rest = length(rest)  # before the first is logged: half of a split is none
    by = f"{_me(account)} by {_PAGE}"
    changed = corrected(account, item, slot=first.slot, hours=first.hours, notes=first.notes)
    (done,) = decide(account, [(item, changed)], SILENT, by=by)
    if done.result not in ("applied", "found"):
        return [done]
    asked = log(
        account, account.catalog.people[proposal.user_id], on=proposal.on, hours=rest, project=str(to.project.id),
        task=str(to.task.id), notes=notes, by=by,
    )  # fmt: skip
    return [done, *asked.outcomes]


def merge(account: Account, shown: Sequence[tuple[str, str]], change: Change) -> list[Outcome]:
    """Log several proposals of one day as one entry: the first as *change* says, the others are part of it.

    Without hours in *change* it has theirs together; without notes, theirs one after the other.
    """
    items = [_shown(account, short, seen) for short, seen in shown]
    if len({(item.proposal.user_id, item.proposal.on) for item in items}) != 1 or len(items) < 2:
        raise ConfigError(phrase("select two proposals or more of one day to merge them"))
    actions = [item.proposal.action for item in items]
    entries = [action for action in actions if isinstance(action, CreateTimeEntry)]
    if len(entries) != len(items):
        raise Refused(phrase("only new entries can be merged"))
    hours = change.hours or sum((one.hours for one in entries), Decimal(0))
    notes = change.notes or ", ".join(dict.fromkeys(one.notes for one in entries if one.notes))
    first, others = items[0], items[1:]
    by = f"{_me(account)} by {_PAGE}"
    changed = corrected(account, first, slot=change.slot, hours=hours, notes=notes[:2000])
    outcomes = decide(account, [(first, changed)], SILENT, by=by)
    if outcomes[0].result in ("applied", "found"):
        for item in others:
            _merged(account, item, into=first, by=by)
    return outcomes


def _merged(account: Account, item: Item, *, into: Item, by: str) -> None:
    """Nothing is said against the project of what went into another entry: the ladder does not hear of it."""
    now, why = account.clock.now(), f"merged with {into.short}"
    if account.inbox.decide(item.proposal.key, "dismiss", by=by, now=now, why=why):
        text = phrase("Merged into another entry: {title}", title=item.proposal.title)
        account.journal.write(
            JournalLine(now, by, "dismissed", text, "", item.proposal.key, item.proposal.user_id)
        )


def _shown(account: Account, short: str, seen: str) -> Item:
    item = item_named(account, short)
    if item.state not in _OPEN or not is_as_seen(item, seen):
        raise Refused(phrase("it changed meanwhile, or somebody decided it; look at it again"))
    return as_seen(item, seen)


def _me(account: Account) -> str:
    if account.me is None:
        raise Refused(phrase("nobody knows who you are in Harvest"))
    return account.me.email
