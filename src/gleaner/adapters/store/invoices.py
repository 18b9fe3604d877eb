"""Invoices of billing rules in the database. Every change is one UPDATE with the old state in its WHERE."""

from __future__ import annotations

import hashlib
from collections.abc import Collection, Mapping
from dataclasses import replace
from datetime import date, datetime, timedelta
from functools import lru_cache
from typing import Any, cast

import sqlalchemy as sa
from pydantic import TypeAdapter

from gleaner.adapters.store import tables
from gleaner.adapters.store.engine import insert_once, upsert
from gleaner.adapters.store.journal import journal_row
from gleaner.adapters.store.money_tables import invoice as table
from gleaner.adapters.store.money_tables import phase
from gleaner.adapters.store.phrases import phrases_in, with_phrases
from gleaner.core.catalog import AccountId, ProjectId, UserId
from gleaner.core.invoices import InvoiceId
from gleaner.invoicing.bills import STEPS, Bill, Doing, Standing
from gleaner.invoicing.plan import Plan
from gleaner.review.journal import Line

LEASE = timedelta(seconds=90)
"""After this long without news whoever began something is taken for dead."""


class StoredInvoices:
    """The bills of one account."""

    def __init__(self, engine: sa.Engine, account_id: AccountId) -> None:
        self._engine = engine
        self._account = account_id

    def add(self, plan: Plan, on: date, now: datetime) -> bool:
        """Keep *plan* as planned; whether it is new: there is one for each key, whatever became of it."""
        short = hashlib.sha256(f"{self._account}\x1f{plan.key}".encode()).hexdigest()[:6]
        row = {
            "account_id": self._account, "key": plan.key, "short": short, "rule": plan.rule, "period": plan.period,
            "state": Standing.PLANNED.value, "on_date": on, "plan": dump(plan), "created_at": now, "updated_at": now,
        }  # fmt: skip
        with self._engine.begin() as connection:
            return insert_once(connection, table, row)

    def get(self, key: str) -> Bill | None:
        found = self._select(table.c.key == key)
        return found[0] if found else None

    def harvest_ids(self, but: str) -> frozenset[InvoiceId]:
        """The invoices in Harvest that are ours, but for that of the key *but*."""
        asked = sa.select(table.c.harvest_id).where(
            table.c.account_id == self._account, table.c.key != but, table.c.harvest_id.is_not(None)
        )
        with self._engine.connect() as connection:
            return frozenset(InvoiceId(one) for one in connection.scalars(asked) if one is not None)

    def by_short(self, prefix: str) -> list[Bill]:
        """All whose short name begins with *prefix*, or whose number in Harvest that is."""
        begins = table.c.short.startswith(prefix.lower(), autoescape=True)
        return self._select(sa.or_(begins, table.c.number == prefix))

    def all(self, states: Collection[Standing] | None = None, rule: str | None = None) -> list[Bill]:
        """Those in *states* (None: any) of that *rule* (None: any), oldest first."""
        where: list[sa.ColumnElement[bool]] = []
        if states is not None:
            where.append(table.c.state.in_(sorted(one.value for one in states)))
        if rule is not None:
            where.append(table.c.rule == rule)
        return self._select(*where)

    def claim(
        self,
        key: str,
        doing: Doing,
        states: Collection[Standing],
        token: str,
        now: datetime,
    ) -> Bill | None:
        """Begin *doing* with it, if it is in one of *states* and nobody else is at it; the bill as it then is.

        What a dead process began has to be finished first: while *doing* is another one, None.
        """
        c = table.c
        free = sa.or_(c.claim.is_(None), c.claimed_at <= now - LEASE, c.claimed_at > now + LEASE)
        which = [
            c.account_id == self._account, c.key == key, free, c.doing.in_(("", doing)),
            c.state.in_(sorted(one.value for one in states)),
        ]  # fmt: skip
        values = {
            "claim": token, "claimed_at": now, "doing": doing, "attempts": c.attempts + 1, "updated_at": now,
            "began_at": sa.func.coalesce(c.began_at, sa.literal(now, tables.UtcDateTime)),
        }  # fmt: skip
        with self._engine.begin() as connection:
            if connection.execute(sa.update(table).where(*which).values(values)).rowcount != 1:
                return None
        return self.get(key)

    def renew(self, key: str, token: str, now: datetime) -> bool:
        """Whether the holder of *token* still has it; the lease begins anew."""
        mine = (table.c.account_id == self._account, table.c.key == key, table.c.claim == token)
        with self._engine.begin() as connection:
            return connection.execute(sa.update(table).where(*mine).values(claimed_at=now)).rowcount == 1

    def settle(
        self, key: str, token: str, state: Standing, now: datetime, *, line: Line | None = None, **values: Any
    ) -> bool:
        """End what the holder of *token* began; whether it was still theirs. *line* is written with it.

        With ``retry_at`` it is not ended: the same is to be tried again then.
        """
        ended = {"claim": None, "claimed_at": None, **values}
        if values.get("retry_at") is None:
            ended |= {"doing": "", "began_at": None, "attempts": 0, "retry_at": None}
        return self._step(key, state, ended, now, line, table.c.claim == token)

    def move(
        self,
        key: str,
        states: Collection[Standing],
        state: Standing,
        now: datetime,
        *,
        line: Line | None = None,
        **values: Any,
    ) -> bool:
        """From one of *states* to *state*, while nobody is at it."""
        here = table.c.state.in_(sorted(one.value for one in states))
        return self._step(key, state, values, now, line, table.c.doing == "", here)

    def plan_anew(self, plan: Plan, on: date, now: datetime, line: Line | None = None) -> bool:
        """Replace the plan of what is planned, or was cancelled and is to be made after all."""
        values = {
            "plan": dump(plan), "harvest_id": None, "number": "", "trouble": "",
            "asked_at": None, "on_date": on, "approver_id": None,
            "approved_at": None, "approved_as": "", "sent_at": None, "due_date": None, "reminded": 0,
        }  # fmt: skip
        here = table.c.state.in_((Standing.PLANNED.value, Standing.CANCELLED.value))
        with self._engine.begin() as connection:
            which = (table.c.account_id == self._account, table.c.key == plan.key, table.c.doing == "", here)
            state = {"state": Standing.PLANNED.value, "updated_at": now}
            done = connection.execute(sa.update(table).where(*which).values(**values, **state)).rowcount == 1
            if done and line is not None:
                connection.execute(sa.insert(tables.journal).values(journal_row(self._account, line)))
            return done

    # --- phases ----------------------------------------------------------------------------------------------

    def mark_phase(self, project_id: ProjectId, name: str, done_on: date | None, now: datetime) -> None:
        """Say that a phase was done on that day; None takes it back."""
        keys = {"account_id": self._account, "project_id": project_id, "name": name.strip().casefold()}
        with self._engine.begin() as connection:
            if done_on is None:
                which = [phase.c[column] == value for column, value in keys.items()]
                connection.execute(sa.delete(phase).where(*which))
                return
            values = {"done_on": done_on, "said_at": now}
            connection.execute(upsert(connection, phase, list(values)), [{**keys, **values}])

    def phases(self) -> Mapping[ProjectId, dict[str, date]]:
        """By project, the phases that somebody said are done."""
        asked = sa.select(phase).where(phase.c.account_id == self._account)
        found: dict[ProjectId, dict[str, date]] = {}
        with self._engine.connect() as connection:
            for row in connection.execute(asked):
                found.setdefault(ProjectId(row.project_id), {})[row.name] = row.done_on
        return found

    # --- one row ---------------------------------------------------------------------------------------------

    def _step(
        self,
        key: str,
        to: Standing,
        values: dict[str, Any],
        now: datetime,
        line: Line | None,
        *conditions: sa.ColumnElement[bool],
    ) -> bool:
        """The compare-and-set: whether it was in a state that may become *to*, or was *to* already."""
        froms = [state.value for state, targets in STEPS.items() if to in targets or state is to]
        which = (
            table.c.account_id == self._account,
            table.c.key == key,
            table.c.state.in_(froms),
            *conditions,
        )
        with self._engine.begin() as connection:
            changed = sa.update(table).where(*which).values(**values, state=to.value, updated_at=now)
            done = connection.execute(changed).rowcount == 1
            if done and line is not None:
                connection.execute(sa.insert(tables.journal).values(journal_row(self._account, line)))
            return done

    def _select(self, *where: sa.ColumnElement[bool]) -> list[Bill]:
        asked = sa.select(table).where(table.c.account_id == self._account, *where)
        with self._engine.connect() as connection:
            rows = connection.execute(asked.order_by(table.c.on_date, table.c.key)).all()
        return [_bill(row) for row in rows]


def _bill(row: sa.Row[Any]) -> Bill:
    return Bill(
        load(row.plan), row.short, Standing(row.state), row.on_date,
        None if row.harvest_id is None else InvoiceId(row.harvest_id), row.number, cast("Doing", row.doing),
        row.began_at, row.attempts, row.retry_at, row.trouble, row.asked_at,
        None if row.approver_id is None else UserId(row.approver_id), row.approved_at, row.approved_as, row.sent_at,
        row.due_date, row.reminded,
    )  # fmt: skip


@lru_cache(maxsize=1)
def _plans() -> TypeAdapter[Plan]:
    return TypeAdapter(Plan)


def dump(plan: Plan) -> str:
    """*plan* as text."""
    return with_phrases(_plans().dump_json(plan).decode(), [plan.why])


def load(text: str) -> Plan:
    """The plan that :func:`dump` wrote."""
    plan = _plans().validate_json(text)
    return replace(plan, why=phrases_in(text).again(plan.why))
