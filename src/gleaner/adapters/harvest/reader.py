"""Reading lists into the copy, page by page: whole, since the last poll, or some days of them.

Polls ask with ``updated_since``, to which deletions are invisible (``harvest/api`` §4, §20): those only reading the
whole list again finds. Each page is stored in its own short transaction; none is open while we wait for Harvest.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from datetime import date, datetime, timedelta
from typing import TypeAlias

from gleaner.adapters.harvest.copy import Copy, Row, State, row
from gleaner.adapters.harvest.encoding import Params, Raw, from_json
from gleaner.adapters.harvest.listing import Listing
from gleaner.adapters.harvest.paging import Page
from gleaner.adapters.harvest.report import Change, Counts, change
from gleaner.core.activities import Problem
from gleaner.core.errors import Suspicious
from gleaner.core.ports import Progress, Step

Window: TypeAlias = tuple[date, date]
"""First and last day, both included."""
Pages: TypeAlias = Callable[[Params], Iterator[Page]]

# A list that held this many and is suddenly empty is a fault, not news.
_MANY = 10
# How often a list is read that moves while it is read.
_READINGS = 3
# So many changes of one list are told; the others are counted.
_TOLD = 50
_COVERED = "covered"


class Reader:
    """One run's reading. Nothing it stores needs the run to come to its end: whatever was read is right."""

    def __init__(self, copy: Copy, progress: Progress, now: datetime, *, full: bool, force: bool) -> None:
        self._copy = copy
        self._progress = progress
        self._now = now
        self._full = full
        self._force = force
        self.counts: dict[str, Counts] = {}
        self.problems: list[Problem] = []
        self.changes: list[Change] = []
        self.news: dict[str, list[Raw]] = {}
        """What was new or different in each list, and was not read for the first time."""

    def refresh(self, resource: str, pages: Pages) -> None:
        """Bring a list up to date: what changed since the last poll, or all of it."""
        state = self._copy.state(resource)
        with self._progress.step(label(resource)) as step:
            if state is None or self._full:
                listing = self._whole(resource, pages, {}, step, is_first=state is None)
            else:
                ask: Params = {"updated_since": state.updated_since}
                listing = self._read(resource, pages, ask, step, keep_newer=True)
        self._read_to_its_end(resource, listing, state)

    def one(self, resource: str, raw: Raw) -> None:
        """Take in the only object of its kind, just read."""
        is_first = self._copy.state(resource) is None
        self.save(resource, [raw], is_first=is_first)
        self._copy.set_state(resource, State(self._now, None))

    def snapshot(self, resource: str, pages: Pages) -> None:
        """Read a list that cannot be polled."""
        state = self._copy.state(resource)
        with self._progress.step(label(resource)) as step:
            listing = self._whole(resource, pages, {}, step, is_first=state is None)
        self._read_to_its_end(resource, listing, state)

    def days(
        self, resource: str, pages: Pages, whose: Params, window: Window, again: Window | None = None
    ) -> None:
        """Bring a list of dated things up to date: what changed on any day, and all of the days not covered before.

        The days in *again* are read again as a whole, and in a full run all that are covered.
        """
        state, covered = self._copy.state(resource), self.covered(resource)
        with self._progress.step(label(resource)) as step:
            if state is None or covered is None:
                covered = window
                listing = self._whole_window(resource, pages, covered, whose, step, is_first=True)
            elif self._full:
                covered = min(covered[0], window[0]), max(covered[1], window[1])
                listing = self._whole_window(resource, pages, covered, whose, step)
            else:
                listing = self._poll(resource, pages, state, covered, whose, step)
                covered = self._widen(resource, pages, covered, window, whose, step)
                if again is not None:
                    self._whole_window(resource, pages, again, whose, step)
        # In this order: without the state, the next run starts anew whatever the note says.
        days_covered: Raw = {"first": covered[0].isoformat(), "last": covered[1].isoformat()}
        self._copy.set_note(noted_as(resource), days_covered)
        self._read_to_its_end(resource, listing, state)

    def look_again(self, resource: str, pages: Pages, ask: Params) -> None:
        """Read those of the covered days that *ask* names, which may have changed in a way that polls do not see."""
        held = self.covered(resource)
        if held is not None:
            with self._progress.step(label(resource)) as step:
                self._read(resource, pages, {**ask, **_from_to(held)}, step, keep_newer=True)

    def covered(self, resource: str) -> Window | None:
        """The days of which every object was read."""
        return covered(self._copy, resource)

    def save(
        self, resource: str, items: Iterable[Raw], *, keep_newer: bool = False, is_first: bool = False
    ) -> list[Row]:
        """Store objects as Harvest sent them; one that cannot be read is left out and told."""
        rows = []
        for raw in items:
            try:
                rows.append(row(resource, raw))
            except ValueError as error:
                self._problem(resource, f"one object was left out, because it cannot be read: {error}")
        saved = self._copy.save(resource, rows, keep_newer=keep_newer)
        added = sum(before is None for _, before in saved.new)
        self._count(resource, Counts(added, len(saved.new) - added, unchanged=saved.unchanged))
        if not is_first:
            self._tell(resource, saved.new)
        return rows

    def _poll(
        self, resource: str, pages: Pages, state: State, covered: Window, whose: Params, step: Step
    ) -> Listing:
        if state.updated_since is None:
            # Nothing was seen so far, or not all of it for sure: there is no moment to ask from.
            return self._read(resource, pages, {**whose, **_from_to(covered)}, step)
        # Whatever their day: an entry that was moved out of the window has to leave it here too.
        ask = {**whose, "updated_since": state.updated_since}
        return self._read(resource, pages, ask, step, keep_newer=True)

    def _widen(
        self, resource: str, pages: Pages, covered: Window, window: Window, whose: Params, step: Step
    ) -> Window:
        """Read the days that *covered* lacks of *window*; the days covered then.

        As a whole: a poll may have stored something of those days that is gone since.
        """
        readings = [
            self._whole_window(resource, pages, piece, whose, step, is_first=True)
            for piece in missing(covered, window)
        ]
        if not all(reading.is_steady for reading in readings):
            return covered
        return min(covered[0], window[0]), max(covered[1], window[1])

    def _whole_window(
        self,
        resource: str,
        pages: Pages,
        window: Window,
        whose: Params,
        step: Step,
        *,
        is_first: bool = False,
    ) -> Listing:
        ask = {**whose, **_from_to(window)}
        return self._whole(resource, pages, ask, step, within=window, is_first=is_first)

    def _whole(
        self,
        resource: str,
        pages: Pages,
        ask: Params,
        step: Step,
        *,
        within: Window | None = None,
        is_first: bool = False,
    ) -> Listing:
        """Read a complete list, and forget what is no longer in it."""
        # Taken before we read: what is noted meanwhile is new, not gone.
        held = self._copy.ids(resource, within)
        listing = self._read(resource, pages, ask, step, is_first=is_first)
        if not listing.seen and len(held) >= _MANY and not self._force:
            raise Suspicious(
                f"Harvest's list of {label(resource)} is suddenly empty; the copy holds {len(held)}, and keeps them."
                " If they were really deleted, sync again with force."
            )
        if listing.is_steady:
            self._remove(resource, held - listing.seen)
        return listing

    def _read(
        self,
        resource: str,
        pages: Pages,
        ask: Params,
        step: Step,
        *,
        keep_newer: bool = False,
        is_first: bool = False,
    ) -> Listing:
        """Store a list page by page; again from the start when it moved meanwhile, up to three times in all."""
        for _ in range(_READINGS):
            listing = Listing()
            for page in pages(ask):
                rows = self.save(resource, page.items, keep_newer=keep_newer, is_first=is_first)
                listing.take(page, rows)
                if listing.pages == 1 and page.total is not None:
                    step.total(page.total)
                step.advance(len(page.items))
            listing.end()
            if listing.is_steady:
                return listing
        self._problem(resource, "the list kept changing while it was read; the next sync reads it again.")
        return listing

    def _read_to_its_end(self, resource: str, listing: Listing, state: State | None) -> None:
        self._copy.set_state(resource, State(self._now, listing.since(state, self._now)))

    def _remove(self, resource: str, ids: set[int]) -> None:
        told = self._copy.held(resource, sorted(ids)[: self._room(resource)])
        self.changes += [change(resource, number, from_json(text), None) for number, text in told.items()]
        self._count(resource, Counts(removed=self._copy.remove(resource, ids)))

    def _tell(self, resource: str, new: Iterable[tuple[Row, str | None]]) -> None:
        news = self.news.setdefault(resource, [])
        room = self._room(resource)
        for number, (stored, held) in enumerate(new):
            after = from_json(stored.payload)
            before = from_json(held) if held is not None else None
            news.append(after)
            if number < room:
                self.changes.append(change(resource, stored.id, before, after))

    def _room(self, resource: str) -> int:
        return max(0, _TOLD - sum(told.resource == resource for told in self.changes))

    def _count(self, resource: str, counts: Counts) -> None:
        self.counts[resource] = self.counts.get(resource, Counts()) + counts

    def _problem(self, resource: str, text: str) -> None:
        self.problems.append(Problem(f"Harvest, {label(resource)}", text))


def covered(copy: Copy, resource: str) -> Window | None:
    """The days of which *copy* holds every object; None when it was never read to its end."""
    noted = copy.note(noted_as(resource))
    if noted is None:
        return None
    return date.fromisoformat(str(noted["first"])), date.fromisoformat(str(noted["last"]))


def noted_as(resource: str) -> str:
    """The name of the note about the days covered."""
    return _COVERED if resource == "time_entries" else f"{_COVERED}/{resource}"


def missing(covered: Window, wanted: Window) -> list[Window]:
    """The days to read so that *covered* grows to hold *wanted* too, without a hole.

    >>> missing((date(2026, 3, 2), date(2026, 3, 8)), (date(2026, 3, 5), date(2026, 3, 15)))
    [(datetime.date(2026, 3, 9), datetime.date(2026, 3, 15))]
    """
    day = timedelta(days=1)
    pieces = [(wanted[0], covered[0] - day), (covered[1] + day, wanted[1])]
    return [(first, last) for first, last in pieces if first <= last]


def label(resource: str) -> str:
    """The list's name as people say it."""
    return resource.replace("_", " ")


def _from_to(window: Window) -> dict[str, date]:
    return {"from": window[0], "to": window[1]}
