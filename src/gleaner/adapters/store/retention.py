"""Taking the words out of what is old. Every batch is a short transaction of its own, and doing it again does no harm.

What is to be written is worked out before the transaction begins, and written only where the row still is as it was
read: whoever changed it meanwhile wins, and the next time it is looked at anew.
"""

from __future__ import annotations

import json
from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

import sqlalchemy as sa

from gleaner.adapters.store.inbox import dump, load
from gleaner.adapters.store.tables import activity, cache, job, journal, proposal, run
from gleaner.core.catalog import AccountId
from gleaner.core.proposals import State
from gleaner.review.fading import WORDLESS, bare_values, faded, faded_text
from gleaner.review.inbox import EXPENSE

BATCH = 500
"""Rows in one transaction: a few hundredths of a second on SQLite, where others wait for it."""
_UNDECIDED = (State.PROPOSED.value, State.FAILED.value)
_OPEN = (*_UNDECIDED, State.APPROVED.value, State.APPLYING.value)
_CLOSED = (State.APPLIED.value, State.DISMISSED.value, State.SUPERSEDED.value, State.UNDONE.value)
_DELETIONS = ("delete_time_entry", "delete_expense")
_KEPT = ("read-until/%", "me/%", "%/count")
"""What sources keep and nobody's words are in."""


@dataclass(frozen=True)
class Line:
    """A line for the journal about a proposal that was withdrawn."""

    text: str
    at: datetime


@dataclass(frozen=True)
class _Worded:
    """A proposal and what its titles say."""

    key: str
    titles: frozenset[str]


class StoredWords:
    """The words in the rows of one account. *dry_run*: rows are counted, nothing is written."""

    def __init__(
        self, engine: sa.Engine, account_id: AccountId, *, dry_run: bool = False, batch: int = BATCH
    ) -> None:
        self._engine = engine
        self._account = account_id
        self._dry_run = dry_run
        self._batch = batch

    def withdraw(self, before: date, at: datetime, line: Line) -> int:
        """Supersede what was proposed for days before *before* and untouched since *at*; how many there were.

        Not expenses: their receipts would be lost in silence.
        """
        c = proposal.c
        old = (c.on_date < before, c.updated_at < at, c.state.in_(_UNDECIDED), c.rule != EXPENSE)
        count = 0
        for rows in self._each(proposal, c.key, *old):
            if self._dry_run:
                count += len(rows)
                continue
            # Not updated_at: its words go at once.
            keys = [row.key for row in rows]
            statement = sa.update(proposal).where(self._ours(proposal), c.key.in_(keys), *old)
            done = statement.values(state=State.SUPERSEDED.value).returning(c.key, c.user_id)
            with self._engine.begin() as connection:
                gone = connection.execute(done).all()
                if gone:
                    connection.execute(sa.insert(journal), [self._line(row, line) for row in gone])
            count += len(gone)
        return count

    def fade_proposals(self, before: date, at: datetime) -> int:
        """Take the words out of what was decided or superseded; how many there were."""
        c = proposal.c
        return self._fade_proposals("", c.on_date < before, c.updated_at < at, c.state.in_(_CLOSED))

    def forget_activities(self, before: date) -> int:
        """Delete what was seen, but for what an open proposal is about; how many there were."""
        needed = sa.exists().where(
            proposal.c.account_id == activity.c.account_id,
            proposal.c.activity_key == activity.c.key,
            proposal.c.state.in_(_OPEN),
        )
        return self._delete(activity, activity.c.key, activity.c.on_date < before, ~needed)

    def fade_journal(self, at: datetime) -> int:
        """Take the words out of lines older than *at*; how many there were."""
        return self._fade_lines(journal.c.at < at)

    def fade_runs(self, at: datetime) -> int:
        """Take the words out of what runs older than *at* came to; how many there were."""
        return self._fade_runs(run.c.started_at < at)

    def forget_results(self, at: datetime) -> None:
        """Delete what jobs said of themselves that last ran before *at*: it may quote anybody."""
        said = (self._ours(job), job.c.ended_at < at, job.c.text.is_not(None))
        if not self._dry_run:
            with self._engine.begin() as connection:
                connection.execute(sa.update(job).where(*said).values(text=None))

    def forget_cached(self, at: datetime) -> int:
        """Delete what sources kept, such as feeds, and have not renewed since *at*; how many there were."""
        worded = sa.and_(*(cache.c.key.not_like(pattern) for pattern in _KEPT))
        return self._delete(cache, cache.c.key, cache.c.at < at, worded)

    def hide(self, keys: Collection[str], title: str, *, seen: Collection[str]) -> int:
        """Take the words out of all that is about the activities with those *keys*, now; how many proposals.

        Those not in *seen* are not work any more: what is open of them is superseded.
        """
        count = 0
        for some in _batches(sorted(keys), self._batch):
            about = (proposal.c.activity_key.in_(some), proposal.c.state != State.APPLYING.value)
            gone = [key for key in some if key not in seen]
            found = self._titled(about, title)
            if gone and not self._dry_run:
                self._supersede(gone)
            if found:
                names = [one.key for one in found]
                count += self._fade_proposals(title, proposal.c.key.in_(names))
                self._fade_lines(journal.c.proposal_key.in_(names))
                for words in {words for one in found for words in one.titles - {title, ""}}:
                    inside = json.dumps(words)[1:-1]
                    self._fade_runs(run.c.summary.contains(inside, autoescape=True))
        return count

    # --- one kind of row -----------------------------------------------------------------------------------

    def _titled(self, about: tuple[sa.ColumnElement[bool], ...], title: str) -> Sequence[_Worded]:
        """Proposals that say something else than *title*."""
        asked = sa.select(proposal.c.key, proposal.c.content, proposal.c.offered).where(
            self._ours(proposal), *about
        )
        with self._engine.connect() as connection:
            rows = connection.execute(asked).all()
        read = [
            _Worded(row.key, frozenset((load(row.content).title, load(row.offered).title))) for row in rows
        ]
        return [one for one in read if one.titles - {title, ""}]

    def _supersede(self, activity_keys: Sequence[str]) -> None:
        states = (*_UNDECIDED, State.APPROVED.value)
        old = sa.update(proposal).where(
            self._ours(proposal), proposal.c.activity_key.in_(activity_keys), proposal.c.state.in_(states)
        )
        seen = sa.delete(activity).where(self._ours(activity), activity.c.key.in_(activity_keys))
        with self._engine.begin() as connection:
            connection.execute(old.values(state=State.SUPERSEDED.value))
            connection.execute(seen)

    def _fade_proposals(self, title: str, *where: sa.ColumnElement[bool]) -> int:
        c = proposal.c
        worded = c.content.not_like('%"is_faded":true%')
        count = 0
        for rows in self._each(proposal, c.key, worded, *where):
            count += len(rows)
            changed = [
                {
                    "b_key": row.key,
                    "b_content": row.content,
                    "b_state": row.state,
                    "content": dump(faded(load(row.content), title)),
                    "offered": dump(faded(load(row.offered), title)),
                    # Of a deletion it says that there was nothing to delete, in our own words; undo reads it.
                    "trouble": row.trouble if load(row.content).action.kind in _DELETIONS else None,
                    "why": None,
                }
                for row in rows
            ]
            as_read = (
                c.key == sa.bindparam("b_key"),
                c.content == sa.bindparam("b_content"),
                c.state == sa.bindparam("b_state"),
            )
            self._write(sa.update(proposal).where(self._ours(proposal), *as_read), changed)
        return count

    def _fade_lines(self, *where: sa.ColumnElement[bool]) -> int:
        count = 0
        for rows in self._each(journal, journal.c.id, journal.c.is_faded.is_(False), *where):
            count += len(rows)
            changed = [
                {
                    "b_id": row.id,
                    "text": faded_text(row.event, row.text),
                    "phrase": row.phrase if row.event in WORDLESS else None,
                    "request": _bare(row.request),
                    "answer": _bare(row.answer),
                    "is_faded": True,
                }
                for row in rows
            ]
            self._write(
                sa.update(journal).where(self._ours(journal), journal.c.id == sa.bindparam("b_id")), changed
            )
        return count

    def _fade_runs(self, *where: sa.ColumnElement[bool]) -> int:
        count = 0
        for rows in self._each(run, run.c.id, run.c.is_faded.is_(False), run.c.summary.is_not(None), *where):
            count += len(rows)
            changed = [{"b_id": row.id, "summary": _bare(row.summary), "is_faded": True} for row in rows]
            self._write(sa.update(run).where(self._ours(run), run.c.id == sa.bindparam("b_id")), changed)
        return count

    def _delete(self, table: sa.Table, key: sa.Column[Any], *where: sa.ColumnElement[bool]) -> int:
        count = 0
        for rows in self._each(table, key, *where):
            if self._dry_run:
                count += len(rows)
                continue
            # Asked once more: what came back to life meanwhile stays.
            gone = sa.delete(table).where(self._ours(table), key.in_([row[0] for row in rows]), *where)
            with self._engine.begin() as connection:
                count += connection.execute(gone).rowcount
        return count

    # --- batches -------------------------------------------------------------------------------------------

    def _each(
        self, table: sa.Table, key: sa.Column[Any], *where: sa.ColumnElement[bool]
    ) -> Iterator[Sequence[sa.Row[Any]]]:
        """The rows in batches, in order of *key*; what was gone through is not looked at again."""
        whole: sa.Select[Any] = sa.select(key) if table in (activity, cache) else sa.select(table)
        reached: Any = None
        while True:
            asked = whole.where(self._ours(table), *where).order_by(key).limit(self._batch)
            if reached is not None:
                asked = asked.where(key > reached)
            with self._engine.connect() as connection:
                rows = connection.execute(asked).all()
            if not rows:
                return
            yield rows
            reached = rows[-1]._mapping[key]

    def _write(self, statement: sa.Update, changed: Sequence[Mapping[str, Any]]) -> None:
        if self._dry_run or not changed:
            return
        columns: dict[str, Any] = {
            name: sa.bindparam(name) for name in changed[0] if not name.startswith("b_")
        }
        with self._engine.begin() as connection:
            connection.execute(statement.values(columns), list(changed))

    def _ours(self, table: sa.Table) -> sa.ColumnElement[bool]:
        ours: sa.ColumnElement[bool] = table.c.account_id == self._account
        return ours

    def _line(self, row: sa.Row[Any], line: Line) -> dict[str, Any]:
        return {
            "account_id": self._account, "at": line.at, "proposal_key": row.key, "user_id": row.user_id,
            "actor": "gleaner", "event": "withdrawn", "text": line.text,
        }  # fmt: skip


def _bare(text: str | None) -> str | None:
    return None if text is None else json.dumps(bare_values(json.loads(text)), ensure_ascii=False)


def _batches(values: Sequence[str], size: int) -> Iterator[Sequence[str]]:
    for start in range(0, len(values), size):
        yield values[start : start + size]
