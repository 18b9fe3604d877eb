"""The journal as people read it: an administrator all of it, everybody else what is about themselves; page by page."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date

from gleaner.app.account import Account
from gleaner.app.deciding import Done, done_by, item_named
from gleaner.core.catalog import Person, UserId
from gleaner.core.entries import TimeEntry
from gleaner.core.errors import ConfigError, Refused
from gleaner.core.phrases import phrase
from gleaner.core.proposals import State
from gleaner.core.time import day_span
from gleaner.review.inbox import Item
from gleaner.review.journal import Happening, Line
from gleaner.review.undo import obstacle

SIZE = 50
"""Lines on a page."""
_WROTE: frozenset[Happening] = frozenset({"applied", "found"})
"""What can be taken back stands in such a line."""


@dataclass(frozen=True)
class Wanted:
    """Which lines somebody asks for; what is None is not asked."""

    person: Person | None = None
    run_id: str | None = None
    event: Happening | None = None
    day: date | None = None
    """On the clock of whoever asks."""
    before: int | None = None
    """Only lines with a lower number."""


@dataclass(frozen=True)
class Told:
    """One line, and whether what it says can be taken back."""

    number: int
    line: Line
    item: Item | None = None
    """What it wrote to Harvest; None for lines that wrote nothing, and what is not this person's to decide."""
    obstacle: str = ""
    """Why that cannot be taken back."""


@dataclass(frozen=True)
class Leaf:
    """One page of the journal."""

    lines: Sequence[Told]
    older: int | None
    """Ask for lines before this one to see the next page; None: there is none."""


def whose(account: Account, person: Person | None) -> tuple[UserId | None, bool]:
    """Of whom lines may be read when *person* is asked for (None: everybody), and whether those about invoices.

    Whoever is no administrator reads lines about themselves. Raises Refused when they ask for somebody else's.
    """
    if person is not None:
        account.check_may_see(person.id)
    if account.is_administrator:
        return (person.id if person is not None else None), True
    if account.me is None:
        raise Refused(phrase("nobody knows who asks, so nobody's lines are shown"))
    return account.me.id, False


def leaf(account: Account, wanted: Wanted, size: int = SIZE) -> Leaf:
    """The newest lines that *wanted* asks for and the person who looks may read.

    Whoever is no administrator reads lines about themselves, and none about invoices. Raises Refused when they ask
    for somebody else's.
    """
    user_id, with_invoices = whose(account, wanted.person)
    assert account.me is not None, "nobody reads unless it is known who they are"
    zone = account.me.zone
    found = account.journal.numbered(
        limit=size + 1,
        before=wanted.before,
        run_id=wanted.run_id,
        user_id=user_id,
        event=wanted.event,
        within=day_span(wanted.day, zone) if wanted.day is not None else None,
        with_invoices=with_invoices,
    )
    shown = found[:size]
    items = _written(account, (line for _, line in shown))
    entries = _entries(account, items.values())
    now = account.clock.now()
    told = [
        Told(number, line, item, obstacle(item, entries.get(item.proposal.key), now) if item else "")
        for number, line in shown
        for item in [items.get(line.proposal_key) if line.event in _WROTE else None]
    ]
    return Leaf(told, shown[-1][0] if len(found) > size else None)


def _written(account: Account, lines: Iterable[Line]) -> dict[str, Item]:
    """What those lines wrote to Harvest, by key."""
    keys = {line.proposal_key for line in lines if line.event in _WROTE and line.proposal_key}
    items = (account.inbox.get(key) for key in sorted(keys))
    return {
        item.proposal.key: item
        for item in items
        if item is not None and account.may_see(item.proposal.user_id)
    }


def _entries(account: Account, items: Iterable[Item]) -> Mapping[str, TimeEntry]:
    """The entries that *items* wrote, as last copied, by the key of what wrote them."""
    some = [item for item in items if item.entry_id is not None]
    days: dict[tuple[UserId, date], list[TimeEntry]] = {}
    for item in some:
        at = (item.proposal.user_id, item.proposal.on)
        if at not in days:
            days[at] = account.mirror.entries(at[1], at[1], at[0])
    found: dict[str, TimeEntry] = {}
    for item in some:
        for entry in days[item.proposal.user_id, item.proposal.on]:
            if entry.id == item.entry_id:
                found[item.proposal.key] = entry
    return found


@dataclass(frozen=True)
class Retraction:
    """What taking something back would come to."""

    done: Done
    items: Sequence[tuple[Item, str]]
    """Each with why it cannot be taken back; empty: nothing is known that speaks against it."""

    @property
    def possible(self) -> Sequence[Item]:
        return [item for item, why in self.items if not why]


def of_one(account: Account, short: str) -> Retraction:
    """Of the proposal with that short name. Raises ConfigError where there is none, Refused for somebody else's."""
    return _retraction(account, Done("", (item_named(account, short),)))


def of_run(account: Account, run_id: str) -> Retraction:
    """Of what a run did and is still so. Raises ConfigError when there is no such run."""
    if run_id == "last":
        raise ConfigError(phrase("name the run"))
    return _retraction(account, done_by(account, run_id))


def _retraction(account: Account, done: Done) -> Retraction:
    entries, now = _entries(account, done.items), account.clock.now()
    items = [(item, obstacle(item, entries.get(item.proposal.key), now)) for item in done.items]
    return Retraction(done, items)


def can_undo_some(account: Account, run_id: str) -> bool:
    """Whether a run did something that is still so, as far as this person may see."""
    try:
        done = done_by(account, run_id)
    except ConfigError:
        return False
    return bool(done.adopted) or any(item.state is State.APPLIED for item in done.items)
