"""Reminders that were sent, each at most once whatever crashes, and what people said about them."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any, Literal

import sqlalchemy as sa

from gleaner.adapters.store.engine import insert_once, upsert
from gleaner.adapters.store.people import forgotten_users
from gleaner.adapters.store.tables import UtcDateTime, reminder, reminder_wish
from gleaner.core.catalog import AccountId, UserId
from gleaner.timesheets.reminders import DAILY, IGNORED, Kind, Sent, Wish

State = Literal["sending", "sent", "refused"]
DOUBTFUL_AFTER = timedelta(minutes=10)
"""No channel takes as long: whoever was sending then is gone, and nobody knows whether the message is out."""


@dataclass(frozen=True)
class Kept:
    """A reminder as it is kept."""

    user_id: UserId
    kind: Kind
    day: date
    state: State
    at: datetime
    channel: str
    handle: str
    subject: str
    trouble: str
    answered_at: datetime | None
    is_closed: bool
    """Its gap is closed, and it says so."""


class StoredReminders:
    """The reminders of one account."""

    def __init__(self, engine: sa.Engine, account_id: AccountId) -> None:
        self._engine = engine
        self._account_id = account_id

    def claim(
        self, user_id: UserId, kind: Kind, day: date, *, channel: str, subject: str, now: datetime
    ) -> bool:
        """Whether this call, and no other ever, may send that reminder."""
        row = {
            "account_id": self._account_id, "user_id": user_id, "kind": kind, "day": day, "state": "sending",
            "at": now, "channel": channel, "handle": "", "subject": subject[:200], "trouble": "",
        }  # fmt: skip
        with self._engine.begin() as connection:
            if user_id in forgotten_users(connection, self._account_id):
                return False
            return insert_once(connection, reminder, row)

    def sent(self, user_id: UserId, kind: Kind, day: date, handle: str) -> None:
        """The channel took it."""
        self._set(user_id, kind, day, state="sent", handle=handle[:300])

    def refused(self, user_id: UserId, kind: Kind, day: date, why: str) -> None:
        """The channel does not reach this person; it is not tried again."""
        self._set(user_id, kind, day, state="refused", trouble=why[:300])

    def doubt(self, user_id: UserId, kind: Kind, day: date, why: str) -> None:
        """It may have gone out; it stays as it is."""
        self._set(user_id, kind, day, trouble=why[:300])

    def give_back(self, user_id: UserId, kind: Kind, day: date) -> None:
        """It certainly did not go out: a later run may send it."""
        with self._engine.begin() as connection:
            connection.execute(sa.delete(reminder).where(*self._row(user_id, kind, day)))

    def answer(self, user_id: UserId, kind: Kind, day: date, *, now: datetime) -> None:
        """Something came of it."""
        self._set(user_id, kind, day, answered_at=now)

    def close(self, user_id: UserId, kind: Kind, day: date, *, now: datetime) -> None:
        """Its gap is closed; that is an answer, too."""
        answered = sa.func.coalesce(reminder.c.answered_at, sa.literal(now, UtcDateTime()))
        self._set(user_id, kind, day, answered_at=answered, closed_at=now)

    def since(self, at: datetime, user_id: UserId | None = None) -> list[Kept]:
        """All of them since *at*, oldest first."""
        c = reminder.c
        asked = sa.select(reminder).where(c.account_id == self._account_id, c.at >= at)
        if user_id is not None:
            asked = asked.where(c.user_id == user_id)
        with self._engine.connect() as connection:
            rows = connection.execute(asked.order_by(c.at, c.user_id, c.kind)).all()
        return [
            Kept(
                UserId(row.user_id), row.kind, row.day, row.state, row.at, row.channel, row.handle, row.subject,
                row.trouble, row.answered_at, row.closed_at is not None,
            )
            for row in rows
        ]  # fmt: skip

    def by_person(self, at: datetime) -> Mapping[UserId, list[Sent]]:
        """What was sent since *at*, also in vain, and everybody's last daily ones, by person, oldest first."""
        return self._sent(at)

    def of_person(self, user_id: UserId, at: datetime) -> tuple[Wish, list[Sent]]:
        """One person's wish, and what they were sent, as they are now."""
        return self.wishes(user_id).get(user_id, Wish()), self._sent(at, user_id).get(user_id, [])

    def _sent(self, at: datetime, user_id: UserId | None = None) -> dict[UserId, list[Sent]]:
        c, latest = reminder.c, self._latest_daily(user_id)
        asked = sa.select(c.user_id, c.kind, c.day, c.at, c.answered_at, c.state).where(
            c.account_id == self._account_id,
            (c.at >= at) | sa.tuple_(c.user_id, c.kind, c.day).in_(latest),
        )
        if user_id is not None:
            asked = asked.where(c.user_id == user_id)
        found = defaultdict[UserId, list[Sent]](list)
        with self._engine.connect() as connection:
            for row in connection.execute(asked.order_by(c.at, c.kind)):
                sent = Sent(row.kind, row.day, row.at, row.answered_at is not None, row.state == "sent")
                found[UserId(row.user_id)].append(sent)
        return found

    def _latest_daily(self, user_id: UserId | None = None) -> sa.Select[tuple[int, str, date]]:
        """Keys of each person's last daily reminders: what was ignored counts, however long ago."""
        c = reminder.c
        number = sa.func.row_number().over(partition_by=c.user_id, order_by=c.at.desc()).label("number")
        theirs = [] if user_id is None else [c.user_id == user_id]
        daily = (
            sa.select(c.user_id, c.kind, c.day, number)
            .where(c.account_id == self._account_id, c.kind.in_(DAILY), *theirs)
            .subquery()
        )
        return sa.select(daily.c.user_id, daily.c.kind, daily.c.day).where(daily.c.number <= IGNORED)

    def in_doubt(self, now: datetime) -> list[Kept]:
        """Those that somebody began to send and nobody knows the end of."""
        old = self.since(now - timedelta(days=14))
        return [
            one for one in old if one.state == "sending" and (one.trouble or one.at < now - DOUBTFUL_AFTER)
        ]

    def answer_lately(self, user_id: UserId, *, now: datetime) -> None:
        """A word about reminders is an answer to those of the last days."""
        c = reminder.c
        theirs = (c.account_id == self._account_id, c.user_id == user_id, c.answered_at.is_(None))
        with self._engine.begin() as connection:
            recent = sa.update(reminder).where(*theirs, c.at >= now - timedelta(days=4))
            connection.execute(recent.values(answered_at=now))

    def wishes(self, user_id: UserId | None = None) -> Mapping[UserId, Wish]:
        """What everybody said, or that person, who did."""
        asked = sa.select(reminder_wish).where(reminder_wish.c.account_id == self._account_id)
        if user_id is not None:
            asked = asked.where(reminder_wish.c.user_id == user_id)
        with self._engine.connect() as connection:
            rows = connection.execute(asked).all()
        return {UserId(row.user_id): Wish(row.is_stopped, row.until, row.resumed_at) for row in rows}

    def wish(self, user_id: UserId, wish: Wish, *, now: datetime) -> None:
        """From now on it is as *wish* says."""
        row = {
            "account_id": self._account_id, "user_id": user_id, "is_stopped": wish.is_stopped, "until": wish.until,
            "resumed_at": wish.resumed_at, "said_at": now,
        }  # fmt: skip
        with self._engine.begin() as connection:
            if user_id not in forgotten_users(connection, self._account_id):
                columns = ["is_stopped", "until", "resumed_at", "said_at"]
                connection.execute(upsert(connection, reminder_wish, columns), row)

    def forget_before(self, at: datetime) -> int:
        """Delete what was sent before *at*, but for everybody's last daily ones; how many there were."""
        c = reminder.c
        kept = sa.tuple_(c.user_id, c.kind, c.day).in_(self._latest_daily())
        gone = sa.delete(reminder).where(c.account_id == self._account_id, c.at < at, sa.not_(kept))
        with self._engine.begin() as connection:
            return connection.execute(gone).rowcount

    def _set(self, user_id: UserId, kind: Kind, day: date, **values: Any) -> None:
        with self._engine.begin() as connection:
            connection.execute(sa.update(reminder).where(*self._row(user_id, kind, day)).values(**values))

    def _row(self, user_id: UserId, kind: Kind, day: date) -> tuple[sa.ColumnElement[bool], ...]:
        c = reminder.c
        return c.account_id == self._account_id, c.user_id == user_id, c.kind == kind, c.day == day
