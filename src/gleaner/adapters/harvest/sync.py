"""Bringing the copy up to date: a cold fill, warm polls, and a full re-list that finds what was deleted.

Polls ask with ``updated_since``. Harvest compares strictly and to the second, so they overlap by a second, and
deletions are invisible to them (``harvest/api`` §4, §20): those only a full re-list finds.
Each page is stored in its own short transaction; no transaction is open while we wait for Harvest.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Literal, TypeAlias

from gleaner.adapters.harvest.client import Client
from gleaner.adapters.harvest.copy import Copy, Row, State, row
from gleaner.adapters.harvest.listing import Listing
from gleaner.adapters.harvest.paging import Page
from gleaner.adapters.harvest.reading import guessed_company
from gleaner.adapters.harvest.transport import Params, Raw, from_json
from gleaner.core.activities import Problem
from gleaner.core.errors import Refused, Suspicious
from gleaner.core.ports import Clock, Progress, Step

Way: TypeAlias = Literal["team", "personal"]
"""``team``: an administrator's token, which sees everybody. ``personal``: anyone else's, which sees its owner."""
Window: TypeAlias = tuple[date, date]
"""First and last day, both included."""
Pages: TypeAlias = Callable[[Params], Iterator[Page]]

# A list that held this many and is suddenly empty is a fault, not news.
_MANY = 10
# How often a list is read that moves while it is read.
_READINGS = 3
# Names of notes about the copy.
_IDENTITY = "identity"
COVERED = "covered"
# How many of a member's latest entries tell how their company keeps time.
_RECENT = 50


@dataclass(frozen=True)
class Counts:
    """What a sync did to one resource."""

    added: int = 0
    changed: int = 0
    removed: int = 0
    unchanged: int = 0

    def __add__(self, other: Counts) -> Counts:
        return Counts(
            self.added + other.added,
            self.changed + other.changed,
            self.removed + other.removed,
            self.unchanged + other.unchanged,
        )


@dataclass(frozen=True)
class SyncReport:
    way: Way
    as_of: datetime
    """The copy is right as of this moment, by our clock."""
    counts: Mapping[str, Counts]
    """By resource."""
    problems: tuple[Problem, ...] = ()
    requests: int = 0
    """Requests the client sent meanwhile."""

    @property
    def total(self) -> Counts:
        return sum(self.counts.values(), Counts())


class Sync:
    """One run. *window* is the span of days of time entries wanted; *force* accepts what looks wrong.

    The entries of the days in *relist* are read again as a whole: deletions are invisible to polls.
    """

    def __init__(
        self,
        client: Client,
        copy: Copy,
        clock: Clock,
        progress: Progress,
        window: Window,
        *,
        relist: Window | None = None,
        full: bool = False,
        force: bool = False,
    ) -> None:
        self._client = client
        self._copy = copy
        self._progress = progress
        self._window = window
        self._relist = window if full else relist
        self._full = full
        self._force = force
        self._now = clock.now()
        self._counts: dict[str, Counts] = {}
        self._problems: list[Problem] = []
        self._entries: Pages = client.time_entries.pages

    def run(self) -> SyncReport:
        """Raises Refused, Unavailable, or Suspicious before anything of another company is stored."""
        before = self._client.requests_made
        company = _unless_forbidden(lambda: self._client.company.get().raw)
        way: Way = "team" if company is not None and self._team(company) else "personal"
        if way == "personal":
            self._personal(company)
        sent = self._client.requests_made - before
        return SyncReport(way, self._now, self._counts, tuple(self._problems), sent)

    def run_entries(self) -> SyncReport:
        """Only the time entries: one request when nothing changed. For whoever ran :meth:`run` a moment ago."""
        before = self._client.requests_made
        known = self._copy.note(_IDENTITY) or {}
        way: Way = "personal" if known.get("way") == "personal" else "team"
        self._time_entries({"user_id": int(str(known["user_id"]))} if way == "personal" else {})
        sent = self._client.requests_made - before
        return SyncReport(way, self._now, self._counts, tuple(self._problems), sent)

    def _team(self, company: Raw) -> bool:
        """Copy all that an administrator sees. False, with nothing stored, when people are hidden from us."""
        client = self._client
        who: Raw = {"way": "team", "name": company.get("name"), "base_uri": company.get("base_uri")}
        self._admit(who)
        if _unless_forbidden(lambda: self._people(who)) is None:
            return False
        self._copy.set_note(_IDENTITY, who)
        self._save("company", [company])
        self._list("clients", client.clients.pages)
        self._list("contacts", client.contacts.pages)
        self._list("projects", client.projects.pages)
        self._list("tasks", client.tasks.pages)
        self._list("task_assignments", client.task_assignments.pages)
        self._list("user_assignments", client.user_assignments.pages)
        self._time_entries({})
        return True

    def _people(self, who: Raw) -> Raw:
        known = self._copy.note(_IDENTITY)
        if known is not None and known.get("way") != who["way"]:
            # Look before we drop what one person saw: this token may still see no more.
            next(self._client.users.pages())
            self._copy.clear()
        self._list("users", self._client.users.pages)
        return who

    def _personal(self, company: Raw | None) -> None:
        """Copy what one person sees: themselves, their project picker, their entries."""
        me = self._client.users.me()
        who: Raw = {"way": "personal", "name": me.name, "user_id": me.id}
        self._admit(who)
        self._copy.set_note(_IDENTITY, who)
        self._save("users", [me.raw])
        with self._progress.step("project assignments") as step:
            self._whole("project_assignments", self._client.project_assignments.pages, {}, step)
        self._time_entries({"user_id": me.id})
        if company is None:
            company = guessed_company(self._client.account_id, me, self._recent())
            self._problems.append(_guessed(company))
        self._save("company", [company])

    def _admit(self, who: Raw) -> None:
        """Refuse to mix two companies, or two persons, in one copy. *force* drops what was there."""
        known = self._copy.note(_IDENTITY)
        if known is None:
            return
        objection = stranger(known, who)
        if objection and not self._force:
            raise Suspicious(
                f"{objection} Nothing was changed. Check the token and the account id;"
                " if they are right, sync again with force: the copy is then made anew."
            )
        if objection:
            self._copy.clear()

    def _list(self, resource: str, pages: Pages) -> None:
        """Bring one of the catalogue's lists up to date."""
        state = self._copy.state(resource)
        with self._progress.step(_label(resource)) as step:
            if state is None or self._full:
                listing = self._whole(resource, pages, {}, step)
            else:
                ask: Params = {"updated_since": state.updated_since}
                listing = self._read(resource, pages, ask, step, keep_newer=True)
        self._copy.set_state(resource, State(self._now, listing.since(state, self._now)))

    def _time_entries(self, whose: Params) -> None:
        """Bring the entries up to date: those changed anywhere, and all of the days not covered before."""
        state, covered = self._copy.state("time_entries"), self._covered()
        with self._progress.step(_label("time_entries")) as step:
            if state is None or covered is None:
                covered = self._window
                listing = self._whole_window(covered, whose, step)
            else:
                listing = self._poll(state, covered, whose, step)
                covered = self._widen(covered, whose, step)
                if self._relist is not None:
                    self._whole_window(self._relist, whose, step)
        # In this order: without the state, the next run starts anew whatever the note says.
        self._copy.set_note(COVERED, {"first": covered[0].isoformat(), "last": covered[1].isoformat()})
        self._copy.set_state("time_entries", State(self._now, listing.since(state, self._now)))

    def _poll(self, state: State, covered: Window, whose: Params, step: Step) -> Listing:
        if state.updated_since is None:
            # Nothing was seen so far, or not all of it for sure: there is no moment to ask from.
            return self._read("time_entries", self._entries, {**whose, **_days(covered)}, step)
        # Whatever their day: an entry that was moved out of the window has to leave it here too.
        ask = {**whose, "updated_since": state.updated_since}
        return self._read("time_entries", self._entries, ask, step, keep_newer=True)

    def _widen(self, covered: Window, whose: Params, step: Step) -> Window:
        """Read the days that *covered* lacks of our window; the days covered then."""
        pieces = missing(covered, self._window)
        readings = [
            self._read("time_entries", self._entries, {**whose, **_days(piece)}, step) for piece in pieces
        ]
        if not all(reading.is_steady for reading in readings):
            return covered
        return min(covered[0], self._window[0]), max(covered[1], self._window[1])

    def _whole_window(self, window: Window, whose: Params, step: Step) -> Listing:
        return self._whole("time_entries", self._entries, {**whose, **_days(window)}, step, within=window)

    def _whole(
        self, resource: str, pages: Pages, ask: Params, step: Step, *, within: Window | None = None
    ) -> Listing:
        """Read a complete list, and forget what is no longer in it."""
        # Taken before we read: what is noted meanwhile is new, not gone.
        held = self._copy.ids(resource, within)
        listing = self._read(resource, pages, ask, step)
        if not listing.seen and len(held) >= _MANY and not self._force:
            raise Suspicious(
                f"Harvest's list of {_label(resource)} is suddenly empty; the copy holds {len(held)}, and keeps them."
                " If they were really deleted, sync again with force."
            )
        if listing.is_steady:
            removed = self._copy.remove(resource, held - listing.seen)
            self._count(resource, Counts(removed=removed))
        return listing

    def _read(
        self, resource: str, pages: Pages, ask: Params, step: Step, *, keep_newer: bool = False
    ) -> Listing:
        """Store a list page by page; again from the start when it moved meanwhile, up to three times in all."""
        for _ in range(_READINGS):
            listing = Listing()
            for page in pages(ask):
                rows = self._save(resource, page.items, keep_newer=keep_newer)
                listing.take(page, rows)
                if listing.pages == 1 and page.total is not None:
                    step.total(page.total)
                step.advance(len(page.items))
            if listing.is_steady:
                return listing
        self._problem(resource, "the list kept changing while it was read; the next sync reads it again.")
        return listing

    def _save(self, resource: str, items: list[Raw], *, keep_newer: bool = False) -> list[Row]:
        rows = []
        for raw in items:
            try:
                rows.append(row(resource, raw))
            except ValueError as error:
                self._problem(resource, f"one object was left out, because it cannot be read: {error}")
        saved = self._copy.save(resource, rows, keep_newer=keep_newer)
        self._count(resource, Counts(saved.added, saved.changed, unchanged=saved.unchanged))
        return rows

    def _covered(self) -> Window | None:
        noted = self._copy.note(COVERED)
        if noted is None:
            return None
        return date.fromisoformat(str(noted["first"])), date.fromisoformat(str(noted["last"]))

    def _recent(self) -> list[Raw]:
        return [from_json(text) for text in self._copy.entries(*self._window)[-_RECENT:]]

    def _count(self, resource: str, counts: Counts) -> None:
        self._counts[resource] = self._counts.get(resource, Counts()) + counts

    def _problem(self, resource: str, text: str) -> None:
        self._problems.append(Problem(f"Harvest, {_label(resource)}", text))


def stranger(known: Raw, who: Raw) -> str | None:
    """Why *who* the token stands for now is not whom the copy *known* was made for; None when they agree."""
    if known.get("way") == "personal":
        if who["way"] == "personal" and who["user_id"] != known.get("user_id"):
            return f"The token is {who['name']}'s, but the copy holds the data of {known.get('name')}."
        return None  # from one's own to everybody's: more rights, no contradiction
    if who["way"] == "personal":
        return f"The token is {who['name']}'s and sees one person only, but the copy holds a whole team."
    ours, theirs = known.get("base_uri"), who.get("base_uri")
    # The address is unique in Harvest; a company that changed its name alone is the same company.
    if (ours != theirs) if ours and theirs else (known.get("name") != who.get("name")):
        return (
            f'The token belongs to "{who.get("name")}" ({theirs or "no address"}),'
            f' but the copy holds "{known.get("name")}" ({ours or "no address"}).'
        )
    return None


def missing(covered: Window, wanted: Window) -> list[Window]:
    """The days to read so that *covered* grows to hold *wanted* too, without a hole.

    >>> missing((date(2026, 3, 2), date(2026, 3, 8)), (date(2026, 3, 5), date(2026, 3, 15)))
    [(datetime.date(2026, 3, 9), datetime.date(2026, 3, 15))]
    """
    day = timedelta(days=1)
    pieces = [(wanted[0], covered[0] - day), (covered[1] + day, wanted[1])]
    return [(first, last) for first, last in pieces if first <= last]


def _days(window: Window) -> dict[str, date]:
    return {"from": window[0], "to": window[1]}


def _guessed(company: Raw) -> Problem:
    keeps = "start and end times" if company["wants_timestamp_timers"] else "durations"
    return Problem(
        "Harvest, company",
        "this token may not read the company's settings. Going by the person's own entries, the account keeps"
        f" {keeps} in a {company['clock']} clock; an administrator's token would tell for sure.",
        is_hint=True,
    )


def _label(resource: str) -> str:
    return resource.replace("_", " ")


def _unless_forbidden(ask: Callable[[], Raw]) -> Raw | None:
    try:
        return ask()
    except Refused as refusal:
        if refusal.status == 403:
            return None
        raise
