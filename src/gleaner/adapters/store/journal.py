"""The journal, the runs, the observed activities and the sources' cache in the database."""

from __future__ import annotations

import json
import uuid
from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass, replace
from datetime import date, datetime
from functools import lru_cache
from typing import Any

import sqlalchemy as sa
from pydantic import TypeAdapter

from gleaner.adapters.store import tables
from gleaner.adapters.store.engine import batched, upsert
from gleaner.adapters.store.people import forgotten_users
from gleaner.adapters.store.phrases import phrase_of, phrase_text, phrases_in, with_phrases
from gleaner.core.activities import Activity, Coding, Meeting
from gleaner.core.catalog import AccountId, EntryId, UserId
from gleaner.core.time import Span
from gleaner.review.journal import Happening, Line, as_json


class StoredJournal:
    """:class:`gleaner.review.journal.Journal` of one account."""

    def __init__(self, engine: sa.Engine, account_id: AccountId) -> None:
        self._engine = engine
        self._account_id = account_id

    def write(self, line: Line) -> None:
        with self._engine.begin() as connection:
            connection.execute(sa.insert(tables.journal).values(journal_row(self._account_id, line)))

    def lines(
        self,
        *,
        limit: int = 100,
        run_id: str | None = None,
        user_id: UserId | None = None,
        with_invoices: bool = True,
    ) -> list[Line]:
        """The newest first; *with_invoices* False leaves out what says how much clients are billed."""
        statement = self._chosen(run_id=run_id, user_id=user_id, with_invoices=with_invoices)
        with self._engine.connect() as connection:
            return [_line(row) for row in connection.execute(statement.limit(limit))]

    def numbered(
        self,
        *,
        limit: int,
        before: int | None = None,
        run_id: str | None = None,
        user_id: UserId | None = None,
        event: Happening | None = None,
        within: Span | None = None,
        with_invoices: bool = True,
    ) -> list[tuple[int, Line]]:
        """The newest first, each with its number; *before* that number, so that pages stay while lines are added."""
        journal = tables.journal
        statement = self._chosen(run_id=run_id, user_id=user_id, with_invoices=with_invoices)
        if before is not None:
            statement = statement.where(journal.c.id < before)
        if event is not None:
            statement = statement.where(journal.c.event == event)
        if within is not None:
            statement = statement.where(journal.c.at >= within.start, journal.c.at < within.end)
        with self._engine.connect() as connection:
            return [(row.id, _line(row)) for row in connection.execute(statement.limit(limit))]

    def _chosen(
        self, *, run_id: str | None, user_id: UserId | None, with_invoices: bool
    ) -> sa.Select[tuple[Any, ...]]:
        journal = tables.journal
        statement = sa.select(journal).where(journal.c.account_id == self._account_id)
        if run_id is not None:
            statement = statement.where(journal.c.run_id == run_id)
        if user_id is not None:
            statement = statement.where(journal.c.user_id == user_id)
        if not with_invoices:
            key = journal.c.proposal_key
            statement = statement.where(sa.or_(key.is_(None), ~key.startswith("invoice:")))
        return statement.order_by(journal.c.id.desc())


def journal_row(account_id: AccountId, line: Line) -> dict[str, Any]:
    """*line* as a row of the journal's table."""
    return {
        "account_id": account_id, "at": line.at, "run_id": line.run_id or None,
        "proposal_key": line.proposal_key or None, "user_id": line.user_id, "actor": line.actor,
        "event": line.event, "text": str(line.text), "phrase": phrase_text(line.text), "entry_id": line.entry_id,
        "request": as_json(line.request), "answer": as_json(line.answer),
    }  # fmt: skip


@dataclass(frozen=True)
class RunRow:
    """One pass of the agent."""

    id: str
    what: str
    started_at: datetime
    ended_at: datetime | None
    first_day: date | None
    last_day: date | None
    summary: Mapping[str, object]


class StoredRuns:
    """Passes of the agent, so that a whole one can be undone."""

    def __init__(self, engine: sa.Engine, account_id: AccountId) -> None:
        self._engine = engine
        self._account_id = account_id

    def begin(self, what: str, *, now: datetime, first: date | None = None, last: date | None = None) -> str:
        """The id of a new run: sortable by time, unique."""
        run_id = f"{now:%Y%m%d-%H%M%S}-{uuid.uuid4().hex[:6]}"
        values = {
            "account_id": self._account_id, "id": run_id, "what": what, "started_at": now,
            "first_day": first, "last_day": last,
        }  # fmt: skip
        with self._engine.begin() as connection:
            connection.execute(sa.insert(tables.run).values(values))
        return run_id

    def end(self, run_id: str, *, now: datetime, summary: Mapping[str, object]) -> None:
        run = tables.run
        statement = sa.update(run).where(run.c.account_id == self._account_id, run.c.id == run_id)
        with self._engine.begin() as connection:
            connection.execute(statement.values(ended_at=now, summary=json.dumps(summary, default=str)))

    def newest(self, limit: int = 20) -> list[RunRow]:
        run = tables.run
        statement = sa.select(run).where(run.c.account_id == self._account_id)
        with self._engine.connect() as connection:
            rows = connection.execute(
                statement.order_by(run.c.started_at.desc(), run.c.id.desc()).limit(limit)
            )
            return [
                RunRow(
                    row.id, row.what, row.started_at, row.ended_at, row.first_day, row.last_day,
                    json.loads(row.summary or "{}"),
                )
                for row in rows
            ]  # fmt: skip

    def has_other_than(self, what: Collection[str]) -> bool:
        """Whether anything ran that is called otherwise."""
        run = tables.run
        others = sa.select(run.c.id).where(
            run.c.account_id == self._account_id, run.c.what.not_in(sorted(what))
        )
        with self._engine.connect() as connection:
            return connection.execute(others.limit(1)).first() is not None


class StoredActivities:
    """What was observed in one account, for the people it is about."""

    def __init__(self, engine: sa.Engine, account_id: AccountId) -> None:
        self._engine = engine
        self._account_id = account_id

    def keep(
        self,
        activities: Iterable[Activity],
        days: Mapping[str, date],
        *,
        now: datetime,
        whole: Collection[UserId] = (),
        first: date = date.max,
        last: date = date.min,
    ) -> None:
        """Remember *activities* as last seen; *days* says the local day of each key.

        What *whole* people were seen doing between *first* and *last* before, and are not now, is forgotten.
        """
        activity = tables.activity
        rows = [
            {
                "account_id": self._account_id, "key": seen.key, "user_id": seen.user_id,
                "on_date": days[seen.key], "fingerprint": seen.fingerprint,
                "content": _dump(seen), "seen_at": now,
            }
            for seen in activities
        ]  # fmt: skip
        ours = activity.c.account_id == self._account_id
        with self._engine.begin() as connection:
            # Somebody who looked before a person was forgotten must not bring them back.
            forgotten = forgotten_users(connection, self._account_id)
            rows = [row for row in rows if row["user_id"] not in forgotten]
            if whole:
                gone = (activity.c.user_id.in_(sorted(whole)), activity.c.on_date.between(first, last))
                connection.execute(sa.delete(activity).where(ours, *gone))
            if rows:
                columns = ["user_id", "on_date", "fingerprint", "content", "seen_at"]
                connection.execute(upsert(connection, activity, columns), rows)

    def between(self, user_id: UserId, first: date, last: date) -> list[Activity]:
        activity = tables.activity
        statement = sa.select(activity.c.content).where(
            activity.c.account_id == self._account_id,
            activity.c.user_id == user_id,
            activity.c.on_date.between(first, last),
        )
        with self._engine.connect() as connection:
            found = [_read(text) for text in connection.execute(statement).scalars()]
        return sorted(found, key=lambda seen: (seen.span, seen.key))

    def named(self, keys: Collection[str]) -> dict[str, Activity]:
        """Those of *keys* that are kept."""
        activity, found = tables.activity, dict[str, Activity]()
        for some in batched(sorted(keys)):
            statement = sa.select(activity.c.key, activity.c.content).where(
                activity.c.account_id == self._account_id, activity.c.key.in_(some)
            )
            with self._engine.connect() as connection:
                found |= {row.key: _read(row.content) for row in connection.execute(statement)}
        return found

    def all_between(self, first: date, last: date) -> list[Activity]:
        """Everybody's, for learning."""
        activity = tables.activity
        statement = sa.select(activity.c.content).where(
            activity.c.account_id == self._account_id, activity.c.on_date.between(first, last)
        )
        with self._engine.connect() as connection:
            found = [_read(text) for text in connection.execute(statement).scalars()]
        return sorted(found, key=lambda seen: (seen.span, seen.key))

    def of_coders(self, first: date, last: date) -> list[Activity]:
        """All that was seen of those who were seen coding in those days."""
        activity = tables.activity
        there = (activity.c.account_id == self._account_id, activity.c.on_date.between(first, last))
        coders = sa.select(activity.c.user_id).where(*there, activity.c.key.startswith("coding:")).distinct()
        statement = sa.select(activity.c.content).where(*there, activity.c.user_id.in_(coders))
        with self._engine.connect() as connection:
            found = [_read(text) for text in connection.execute(statement).scalars()]
        return sorted(found, key=lambda seen: (seen.span, seen.key))


class StoredCache:
    """:class:`gleaner.capture.source.Cache` of one account: bytes a source keeps between runs."""

    def __init__(self, engine: sa.Engine, account_id: AccountId, now: datetime) -> None:
        self._engine = engine
        self._account_id = account_id
        self._now = now

    def get(self, key: str) -> bytes | None:
        cache = tables.cache
        statement = sa.select(cache.c.value).where(cache.c.account_id == self._account_id, cache.c.key == key)
        with self._engine.connect() as connection:
            return connection.execute(statement).scalar_one_or_none()

    def written_at(self, key: str) -> datetime | None:
        """When that was last put there; None where nothing is."""
        cache = tables.cache
        statement = sa.select(cache.c.at).where(cache.c.account_id == self._account_id, cache.c.key == key)
        with self._engine.connect() as connection:
            return connection.execute(statement).scalar_one_or_none()

    def put(self, key: str, value: bytes) -> None:
        cache = tables.cache
        row: dict[str, Any] = {"account_id": self._account_id, "key": key, "value": value, "at": self._now}
        with self._engine.begin() as connection:
            connection.execute(upsert(connection, cache, ["value", "at"]), [row])

    def drop(self, keys: Collection[str]) -> None:
        """Delete what is there under those keys."""
        cache = tables.cache
        with self._engine.begin() as connection:
            for some in batched(sorted(keys)):
                ours = sa.delete(cache).where(cache.c.account_id == self._account_id, cache.c.key.in_(some))
                connection.execute(ours)


@lru_cache(maxsize=50_000)
def _read(text: str) -> Activity:
    """The activity in *text*. Remembered: matching reads the same weeks again and again."""
    found, phrases = _activity().validate_json(text), phrases_in(text)
    if not phrases:
        return found
    match found.detail:
        case Coding() as coding:
            told = phrases.again(coding.explanation)
            return replace(found, detail=replace(coding, explanation=told))
        case Meeting() as meeting:
            known, doubt = phrases.again(meeting.attendance), phrases.again(meeting.doubt)
            return replace(found, detail=replace(meeting, attendance=known, doubt=doubt))


def _dump(seen: Activity) -> str:
    detail = seen.detail
    said = (detail.explanation,) if isinstance(detail, Coding) else (detail.attendance, detail.doubt)
    return with_phrases(_activity().dump_json(seen).decode(), said)


@lru_cache(maxsize=1)
def _activity() -> TypeAdapter[Activity]:
    return TypeAdapter(Activity)


def _line(row: sa.Row[Any]) -> Line:
    return Line(
        at=row.at,
        actor=row.actor,
        event=row.event,
        text=phrase_of(row.text, row.phrase),
        run_id=row.run_id or "",
        proposal_key=row.proposal_key or "",
        user_id=None if row.user_id is None else UserId(row.user_id),
        entry_id=None if row.entry_id is None else EntryId(row.entry_id),
        request=None if row.request is None else json.loads(row.request),
        answer=None if row.answer is None else json.loads(row.answer),
    )
