"""The mirror: Harvest as we last saw it, ready to be read without a request. The port ``core.ports.Harvest``."""

from __future__ import annotations

import logging
import time
from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime
from threading import Lock

import sqlalchemy as sa
from sqlalchemy.exc import SQLAlchemyError

from gleaner.adapters.harvest import reading, wire
from gleaner.adapters.harvest.client import Client
from gleaner.adapters.harvest.copy import CATALOGUE, Copy, row
from gleaner.adapters.harvest.encoding import Raw
from gleaner.adapters.harvest.reader import Window, covered
from gleaner.adapters.harvest.reading import PeopleExtra
from gleaner.adapters.harvest.report import SyncReport
from gleaner.adapters.harvest.sync import Sync
from gleaner.core.activities import Problem
from gleaner.core.catalog import AccountId, Catalog, Company, EntryId, UserId
from gleaner.core.entries import Posted, TimeEntry
from gleaner.core.errors import Unavailable
from gleaner.core.ports import Clock, Progress

_log = logging.getLogger(__name__)

_AS_GOOD_AS_NOW = 0.5
"""Seconds for which the catalogue is not compared with the database again: applying one entry asks for it ten times,
and another process that syncs changes nothing that a live look right before the write would not see."""


@dataclass(frozen=True)
class _Known:
    """What was read from one version of the copy."""

    version: str
    company: Company
    reading: reading.Reading


class Mirror:
    """Reads come from the database; :meth:`sync` alone talks to Harvest. Threads may share it.

    *people_extra* adds what the configuration knows about people.
    """

    def __init__(
        self,
        engine: sa.Engine,
        client: Client,
        clock: Clock,
        account_id: AccountId,
        people_extra: PeopleExtra | None = None,
        *,
        as_good_as_now: float = _AS_GOOD_AS_NOW,
    ) -> None:
        self._copy = Copy(engine, account_id)
        self._client = client
        self._clock = clock
        self._account = account_id
        self._extra = people_extra
        self._known: _Known | None = None
        self._is_admitted = False
        self._as_good_as_now = as_good_as_now
        self._compared_at = 0.0
        self._lock = Lock()

    def company(self) -> Company:
        """The account's settings. Raises Unavailable before the first sync."""
        return self._current().company

    def catalog(self) -> Catalog:
        """Everything that can be logged to, and by whom. Raises Unavailable before the first sync."""
        return self._current().reading.catalog

    def problems(self) -> tuple[Problem, ...]:
        """What is odd about the catalogue, such as a time zone nobody knows."""
        return self._current().reading.problems

    def entries(self, first: date, last: date, user_id: UserId | None = None) -> list[TimeEntry]:
        """Time entries with a ``spent_date`` from *first* to *last*, both included; oldest first.

        Days outside the windows synced so far may be missing some. Raises Unavailable before the first sync:
        no copy is not the same as no entries.
        """
        if self._known is None:
            self.as_of()
        return [reading.time_entry(text) for text in self._copy.entries(first, last, user_id)]

    def entries_of(self, first: date, last: date, user_ids: Collection[UserId]) -> list[TimeEntry]:
        """The same of several people: to read an entry takes longer than to find it."""
        if self._known is None:
            self.as_of()
        return [reading.time_entry(text) for text in self._copy.entries_of(first, last, user_ids)]

    def posted(self, first: date, last: date, users: Collection[UserId] | None = None) -> Iterator[Posted]:
        """What figures about many people, or about *users* only, need of the entries of those days, in no order."""
        if self._known is None:
            self.as_of()
        return self._copy.posted(first, last, users)

    def is_submitted(self, first: date, last: date) -> bool:
        """Whether any time of those days is submitted or approved."""
        if self._known is None:
            self.as_of()
        return self._copy.is_submitted(first, last)

    def unsubmitted(self, first: date, last: date, user_id: UserId | None = None) -> set[tuple[UserId, date]]:
        """The person-days of those that hold time which could be submitted and is not."""
        if self._known is None:
            self.as_of()
        return self._copy.unsubmitted(first, last, user_id)

    def as_of(self) -> datetime:
        """Until when the entries are right, by our clock. Raises Unavailable before the first sync."""
        state = self._copy.state("time_entries")
        if state is None:
            raise Unavailable(f"Harvest account {self._account} was never read to the end; run a sync first.")
        return state.as_of

    def covers(self, first: date, last: date) -> bool:
        """Whether every entry of those days was read."""
        days = covered(self._copy, "time_entries")
        return days is not None and days[0] <= first and last <= days[1]

    def freshness(self) -> dict[str, datetime]:
        """Until when the copy of each list is right, by our clock; nothing before the first sync."""
        return {name: state.as_of for name, state in self._copy.states().items()}

    def sync(
        self,
        progress: Progress,
        *,
        window: Window,
        relist: Window | None = None,
        full: bool = False,
        force: bool = False,
    ) -> SyncReport:
        """Bring the copy up to date, with time entries from the first to the last day of *window*.

        The first time, and for days not covered before, everything is read; afterwards only what changed.
        *full* reads every list again, which alone finds what was deleted; *relist* does so for the entries of
        some days. Harmless to repeat, and to break off.
        Raises Suspicious when the token has come to stand for another company or person, or a long list is
        suddenly empty; *force* accepts either.
        """
        run = Sync(
            self._client, self._copy, self._clock, progress, window, relist=relist, full=full, force=force
        )
        report = run.run()
        self._is_admitted = True
        self._compared_at = 0.0
        return replace(report, problems=(*report.problems, *self.problems()))

    def sync_entries(self, progress: Progress, *, window: Window, relist: Window | None = None) -> SyncReport:
        """Bring only the time entries up to date, with one request, or two with *relist*.

        Everything is synced when this object never did: the token may have come to stand for somebody else.
        """
        if not self._is_admitted:
            return self.sync(progress, window=window, relist=relist)
        run = Sync(self._client, self._copy, self._clock, progress, window, relist=relist)
        return run.run_entries()

    def note(self, entry: Raw) -> None:
        """Take in a time entry just written, as Harvest answered it, so that it need not be read again."""
        try:
            self._copy.save("time_entries", [row("time_entries", entry)])
        except SQLAlchemyError:
            # The write itself is done; the next sync brings the entry anyway.
            _log.warning("time entry %s was written but not noted", entry.get("id"), exc_info=True)

    def forget(self, entry_id: EntryId) -> None:
        """Drop a time entry just deleted."""
        try:
            self._copy.remove("time_entries", [entry_id])
        except SQLAlchemyError:
            _log.warning("time entry %s was deleted but not forgotten", entry_id, exc_info=True)

    def of_person(self, user_id: UserId) -> dict[str, list[Raw]]:
        """What the copy has of one person, by list, as Harvest sent it."""
        return self._copy.of_person(user_id)

    def forget_person(self, connection: sa.Connection, user_id: UserId) -> int:
        """Within the caller's transaction: delete what the copy has of a person, but for their name."""
        return self._copy.forget_person(connection, user_id)

    def _current(self) -> _Known:
        """The catalogue and company, read again only when another version was stored."""
        known = self._known
        if known is not None and time.monotonic() - self._compared_at < self._as_good_as_now:
            return known
        # Read first: if rows change before they are read, they are read once more next time.
        at, version = time.monotonic(), self._copy.version()
        with self._lock:
            if self._known is None:
                self.as_of()
            self._compared_at = at
            if self._known is None or self._known.version != version:
                self._known = self._load(version)
            return self._known

    def _load(self, version: str) -> _Known:
        rows: dict[str, Sequence[Raw]] = {
            name: self._copy.rows(name) for name in CATALOGUE if name != "company"
        }
        companies = self._copy.rows("company")
        if not companies:
            raise Unavailable(f"Harvest account {self._account} was never read to the end; run a sync first.")
        company = wire.read(wire.Company, companies[0]).to_core(self._account)
        return _Known(version, company, reading.catalog(rows, self._extra))
