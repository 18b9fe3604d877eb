"""The autonomy ladder in the database: where each step stands, and how it came there."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import datetime
from typing import Any, cast

import sqlalchemy as sa

from gleaner.adapters.store.engine import insert_once
from gleaner.adapters.store.people import forgotten_users
from gleaner.adapters.store.tables import correction, ladder, ladder_step
from gleaner.core.activities import Kind
from gleaner.core.catalog import AccountId, UserId
from gleaner.core.errors import Unavailable
from gleaner.review.ladder import Footing, Rung, Standing, Step, Taken, judged, unadopted

_TRIES = 20


class StoredLadder:
    """The ladder of one account. Each change is a compare-and-set: two deciders at once both count."""

    def __init__(self, engine: sa.Engine, account_id: AccountId) -> None:
        self._engine = engine
        self._account = account_id

    def standings(self) -> dict[Footing, Standing]:
        """Where every step stands that has a record."""
        asked = sa.select(ladder).where(ladder.c.account_id == self._account)
        with self._engine.connect() as connection:
            return {_footing(row): _standing(row) for row in connection.execute(asked)}

    def steps(self, *, since: datetime | None = None) -> list[Step]:
        """All steps up or down, or those from *since* on; oldest first."""
        asked = sa.select(ladder_step).where(ladder_step.c.account_id == self._account)
        if since is not None:
            asked = asked.where(ladder_step.c.at >= since)
        with self._engine.connect() as connection:
            return [_step(row) for row in connection.execute(asked.order_by(ladder_step.c.id))]

    def corrected(self) -> set[str]:
        """Keys of all proposals whose entries turned out wrong."""
        asked = sa.select(correction.c.proposal_key).where(correction.c.account_id == self._account)
        with self._engine.connect() as connection:
            return set(connection.execute(asked).scalars())

    def judge(self, step: Footing, *, is_kept: bool, now: datetime, why: str, once: str = "") -> Step | None:
        """Count one decision; the step up or down it leads to. With *once* only the first time for that proposal."""

        def after(standing: Standing | None) -> Standing | None:
            return judged(standing or Standing(), step.kind, is_kept=is_kept)

        made = self._change(step, after, now, why, once=once)
        return made.step if made is not None else None

    def adopt(
        self, step: Footing, standing: Standing, *, now: datetime, why: str, run_id: str
    ) -> tuple[bool, Step | None]:
        """Take *standing* for a step that has no record yet; what people decided already is worth more.

        Whether it was taken, and the step up it leads to.
        """
        made = self._change(step, lambda there: standing if there is None else None, now, why, run_id=run_id)
        return made is not None, made.step if made is not None else None

    def adopted_in(self, run_id: str) -> dict[Footing, Standing]:
        """Where the steps stand now that a run adopted and nobody took back."""
        asked = sa.select(ladder).where(ladder.c.account_id == self._account, ladder.c.run_id == run_id)
        with self._engine.connect() as connection:
            return {_footing(row): _standing(row) for row in connection.execute(asked)}

    def unadopt(
        self, step: Footing, run_id: str, *, now: datetime, why: str
    ) -> tuple[Taken, Step | None] | None:
        """Take back what that run adopted for *step*, with the step down it leads to; None when that was done."""
        for _ in range(_TRIES):
            with self._engine.begin() as connection:
                before = self._read(connection, step, ladder.c.run_id == run_id)
                if before is None:
                    return None
                then = unadopted(before, step.kind)
                if not self._take_back(connection, step, before, then):
                    connection.rollback()
                    continue
                made = self._step(connection, step, before, then or Standing(), now, why, shown=before)
                return Taken(step, before, then), made
        raise _busy()

    def _change(
        self,
        step: Footing,
        after: Callable[[Standing | None], Standing | None],
        now: datetime,
        why: str,
        *,
        once: str = "",
        run_id: str | None = None,
    ) -> _Changed | None:
        for _ in range(_TRIES):
            with self._engine.begin() as connection:
                if step.user_id in forgotten_users(connection, self._account):
                    return None
                before = self._read(connection, step)
                then = after(before)
                if then is None or (once and not self._first(connection, once, step.user_id, now)):
                    return None
                if not self._write(connection, step, before, then, run_id):
                    connection.rollback()
                    continue
                was = before or Standing()
                # Of a fall, the record it ended.
                shown = then if then.record else was
                return _Changed(self._step(connection, step, was, then, now, why, shown=shown))
        raise _busy()

    def _step(
        self,
        connection: sa.Connection,
        step: Footing,
        was: Standing,
        then: Standing,
        now: datetime,
        why: str,
        *,
        shown: Standing,
    ) -> Step | None:
        """Keep the step up or down that led there, if it is one; *shown* is the record it was taken on."""
        if was.rung == then.rung:
            return None
        made = Step(step, now, was.rung, then.rung, why, shown.kept, len(shown.record))
        connection.execute(sa.insert(ladder_step), [self._row(made)])
        return made

    def _first(self, connection: sa.Connection, key: str, user_id: UserId, now: datetime) -> bool:
        row = {"account_id": self._account, "proposal_key": key, "user_id": user_id, "at": now}
        return insert_once(connection, correction, row)

    def _read(
        self, connection: sa.Connection, step: Footing, *conditions: sa.ColumnElement[bool]
    ) -> Standing | None:
        row = connection.execute(sa.select(ladder).where(*self._of(step), *conditions)).first()
        return None if row is None else _standing(row)

    def _write(
        self,
        connection: sa.Connection,
        step: Footing,
        before: Standing | None,
        then: Standing,
        run_id: str | None,
    ) -> bool:
        if before is None:
            keys = {
                "account_id": self._account, "user_id": step.user_id, "kind": step.kind, "ground": step.ground,
                "run_id": run_id,
            }  # fmt: skip
            return insert_once(connection, ladder, keys | _values(then))
        done = sa.update(ladder).where(*self._of(step), *_is(before)).values(_values(then))
        return connection.execute(done).rowcount == 1

    def _take_back(
        self, connection: sa.Connection, step: Footing, before: Standing, then: Standing | None
    ) -> bool:
        where = (*self._of(step), *_is(before))
        if then is None:
            return connection.execute(sa.delete(ladder).where(*where)).rowcount == 1
        done = sa.update(ladder).where(*where).values(_values(then) | {"run_id": None})
        return connection.execute(done).rowcount == 1

    def _of(self, step: Footing) -> tuple[sa.ColumnElement[bool], ...]:
        c = ladder.c
        return (
            c.account_id == self._account, c.user_id == step.user_id, c.kind == step.kind, c.ground == step.ground,
        )  # fmt: skip

    def _row(self, step: Step) -> dict[str, Any]:
        on = step.footing
        return {
            "account_id": self._account, "user_id": on.user_id, "kind": on.kind, "ground": on.ground,
            "at": step.at, "before": step.before, "after": step.after, "why": step.why, "kept": step.kept,
            "decided": step.decided,
        }  # fmt: skip


@dataclass(frozen=True)
class _Changed:
    """A standing was written."""

    step: Step | None
    """None: its rung stayed."""


def _busy() -> Unavailable:
    return Unavailable("others decide at the same time, again and again; try once more")


def _values(standing: Standing) -> dict[str, Any]:
    return {"rung": standing.rung, "record": _text(standing), "adopted": standing.adopted}


def _is(standing: Standing) -> Iterator[sa.ColumnElement[bool]]:
    for column, value in _values(standing).items():
        yield ladder.c[column] == value


def _text(standing: Standing) -> str:
    return "".join("1" if kept else "0" for kept in standing.record)


def _standing(row: sa.Row[Any]) -> Standing:
    return Standing(cast("Rung", row.rung), tuple(mark == "1" for mark in row.record), row.adopted)


def _footing(row: sa.Row[Any]) -> Footing:
    return Footing(UserId(row.user_id), cast("Kind", row.kind), row.ground)


def _step(row: sa.Row[Any]) -> Step:
    before, after = cast("Rung", row.before), cast("Rung", row.after)
    return Step(_footing(row), row.at, before, after, row.why, row.kept, row.decided)
