"""The inbox in the database: what is proposed, and what became of it."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Collection, Iterable, Iterator, Sequence
from dataclasses import replace
from datetime import date, datetime
from functools import lru_cache
from typing import Any, cast

import sqlalchemy as sa
from pydantic import TypeAdapter

from gleaner.adapters.store.claims import StoredClaims
from gleaner.adapters.store.engine import batched, insert_once
from gleaner.adapters.store.people import forgotten_users
from gleaner.adapters.store.phrases import phrases_in, with_phrases
from gleaner.adapters.store.tables import proposal as table
from gleaner.core.catalog import AccountId, EntryId, UserId
from gleaner.core.expenses import ExpenseId
from gleaner.core.proposals import Proposal, State
from gleaner.review.inbox import APART, EXPENSE, Decision, Item, Offered

_REVISED = (State.PROPOSED, State.APPROVED, State.SUPERSEDED, State.FAILED)


class StoredInbox(StoredClaims):
    """:class:`gleaner.review.inbox.Inbox` of one account, on SQLite or PostgreSQL."""

    def offer(
        self,
        proposals: Sequence[Proposal],
        *,
        user_id: UserId,
        days: Collection[date],
        now: datetime,
        withdraw: bool = True,
        keep: Collection[str] = (),
        rule: str | None = None,
    ) -> Offered:
        offered = {proposal.key: proposal for proposal in proposals}
        new, changed, withdrawn = [], [], []
        with self._engine.begin() as connection:
            if user_id in forgotten_users(connection, self._account_id):
                return Offered()
            known = {row.key: row for row in connection.execute(self._of_days(user_id, days, offered))}
            for key, proposal in offered.items():
                row = known.get(key)
                if row is None:
                    if insert_once(connection, table, self._new_row(proposal, now)):
                        new.append(key)
                elif self._revise(connection, row, proposal, now):
                    changed.append(key)
            for key, row in known.items():
                if (
                    withdraw
                    and key not in offered
                    and key not in keep
                    and (row.rule == rule if rule is not None else row.rule not in APART)
                    and self._withdraw(connection, row, now)
                ):
                    withdrawn.append(key)
        return Offered(tuple(new), tuple(changed), tuple(withdrawn))

    def get(self, key: str) -> Item | None:
        found = self._select(table.c.key == key)
        return found[0] if found else None

    def by_short(self, prefix: str) -> list[Item]:
        if not prefix.isalnum():
            return []  # and PostgreSQL does not even look for some of it
        return self._select(table.c.short.startswith(prefix.lower(), autoescape=True))

    def items(
        self,
        *,
        states: Iterable[State] | None = None,
        user_id: UserId | None = None,
        first: date | None = None,
        last: date | None = None,
        run_id: str | None = None,
    ) -> list[Item]:
        where: list[sa.ColumnElement[bool]] = []
        if states is not None:
            where.append(table.c.state.in_([state.value for state in states]))
        if user_id is not None:
            where.append(table.c.user_id == user_id)
        if first is not None:
            where.append(table.c.on_date >= first)
        if last is not None:
            where.append(table.c.on_date <= last)
        if run_id is not None:
            where.append(table.c.run_id == run_id)
        return self._select(*where)

    def days_waiting(self, user_id: UserId) -> dict[date, int]:
        """On which days something waits for that person, and how much; expenses are not asked about by the day."""
        c = table.c
        asked = (
            sa.select(c.on_date, sa.func.count().label("waiting"))
            .where(
                c.account_id == self._account_id, c.user_id == user_id, c.rule != EXPENSE,
                c.state.in_((State.PROPOSED.value, State.FAILED.value)),
            )
            .group_by(c.on_date)
            .order_by(c.on_date)
        )  # fmt: skip
        with self._engine.connect() as connection:
            return {row.on_date: row.waiting for row in connection.execute(asked)}

    def decided_ends(self, first: date) -> Iterator[tuple[UserId, date, datetime]]:
        """Whose, on which day, and when what was seen ended: of proposals that a person said yes to, since *first*."""
        c = table.c
        asked = sa.select(c.user_id, c.on_date, c.content).where(
            c.account_id == self._account_id, c.on_date >= first, c.decision.in_(("accept", "edit", "bulk"))
        )
        with self._engine.connect() as connection:
            for row in connection.execution_options(yield_per=1000).execute(asked):
                # Only this of it: a year of a large team would take long to read whole.
                seen = json.loads(row.content).get("seen")
                if seen:
                    yield UserId(row.user_id), row.on_date, datetime.fromisoformat(seen["span"]["end"])

    def applied_about(
        self, *, activity_keys: Collection[str] = (), entry_ids: Collection[EntryId] = ()
    ) -> list[Item]:
        found: dict[str, Item] = {}
        is_applied = table.c.state == State.APPLIED.value
        for column, values in ((table.c.activity_key, activity_keys), (table.c.entry_id, entry_ids)):
            for some in batched(sorted(values)):
                found |= {item.proposal.key: item for item in self._select(is_applied, column.in_(some))}
        return list(found.values())

    def decide(
        self,
        key: str,
        decision: Decision,
        *,
        by: str,
        now: datetime,
        why: str = "",
        proposal: Proposal | None = None,
        judged: Proposal | None = None,
        run_id: str = "",
    ) -> bool:
        state = State.DISMISSED if decision == "dismiss" else State.APPROVED
        values: dict[str, Any] = {
            "state": state.value, "decision": decision, "decided_by": by, "decided_at": now, "why": why,
            "trouble": None,
        }  # fmt: skip
        if proposal is not None:
            values["content"] = dump(proposal)
        if run_id:
            values["run_id"] = run_id
        unchanged = []
        if judged is not None:
            # Read first: a row that an earlier version wrote may say the same in other words.
            held = self._content(key)
            if held is None or load(held) != judged:
                return False
            unchanged.append(table.c.content == held)
        return self._step(key, state, values, *unchanged, now=now)

    def mark_undone(self, key: str, *, now: datetime) -> bool:
        return self._step(key, State.UNDONE, {"state": State.UNDONE.value}, now=now)

    # --- one row -------------------------------------------------------------------------------------------

    def _revise(self, connection: sa.Connection, row: sa.Row[Any], proposal: Proposal, now: datetime) -> bool:
        """Replace an open proposal that changed. What a person decided is theirs and stays."""
        by_person = row.decision not in (None, "policy")
        if (
            row.state not in _REVISED
            or (by_person and row.state != State.SUPERSEDED)
            or (load(row.offered) == proposal and row.state != State.SUPERSEDED)
        ):
            return False
        statement = sa.update(table).where(
            table.c.account_id == self._account_id, table.c.key == row.key, table.c.state == row.state
        )
        values = self._columns(proposal) | {
            "state": State.PROPOSED.value, "decision": None, "decided_by": None, "trouble": None, "updated_at": now,
        }  # fmt: skip
        return connection.execute(statement.values(**values)).rowcount == 1

    def _content(self, key: str) -> str | None:
        asked = sa.select(table.c.content).where(table.c.account_id == self._account_id, table.c.key == key)
        with self._engine.connect() as connection:
            return connection.scalar(asked)

    def _withdraw(self, connection: sa.Connection, row: sa.Row[Any], now: datetime) -> bool:
        if row.state not in (State.PROPOSED, State.APPROVED, State.FAILED):
            return False
        statement = sa.update(table).where(
            table.c.account_id == self._account_id, table.c.key == row.key, table.c.state == row.state
        )
        done = connection.execute(statement.values(state=State.SUPERSEDED.value, updated_at=now))
        return done.rowcount == 1

    def _of_days(
        self, user_id: UserId, days: Collection[date], keys: Collection[str]
    ) -> sa.Select[tuple[str, str, str, str, str | None]]:
        return sa.select(table.c.key, table.c.state, table.c.rule, table.c.offered, table.c.decision).where(
            table.c.account_id == self._account_id,
            sa.or_(
                sa.and_(table.c.user_id == user_id, table.c.on_date.in_(sorted(days))),
                table.c.key.in_(sorted(keys)),
            ),
        )

    def _new_row(self, proposal: Proposal, now: datetime) -> dict[str, Any]:
        return self._columns(proposal) | {
            "account_id": self._account_id, "key": proposal.key, "state": State.PROPOSED.value,
            "short": short_name(self._account_id, proposal.key), "created_at": now, "updated_at": now,
        }  # fmt: skip

    @staticmethod
    def _columns(proposal: Proposal) -> dict[str, Any]:
        text = dump(proposal)
        return {
            "user_id": proposal.user_id, "on_date": proposal.on, "rule": proposal.rule, "level": proposal.level,
            "activity_key": proposal.activity_key, "fingerprint": proposal.fingerprint,
            "content": text, "offered": text,
        }  # fmt: skip

    def _select(self, *where: sa.ColumnElement[bool]) -> list[Item]:
        statement = (
            sa.select(table)
            .where(table.c.account_id == self._account_id, *where)
            .order_by(table.c.on_date, table.c.user_id, table.c.created_at, table.c.key)
        )
        with self._engine.connect() as connection:
            return [_item(row) for row in connection.execute(statement)]


def short_name(account_id: AccountId, key: str) -> str:
    """What a person types for the proposal *key*: eight hex digits, any unique beginning will do."""
    return hashlib.sha256(f"{account_id}\x1f{key}".encode()).hexdigest()[:8]


def dump(proposal: Proposal) -> str:
    """*proposal* as JSON text, with what its sentences were made of."""
    text = _adapter().dump_json(proposal).decode()
    return with_phrases(text, (proposal.reason, *(piece.sentence for piece in proposal.evidence)))


@lru_cache(maxsize=10_000)
def load(text: str) -> Proposal:
    """The proposal that :func:`dump` wrote. Remembered: what was decided is learnt from again in each pass."""
    found, phrases = _adapter().validate_json(text), phrases_in(text)
    if not phrases:
        return found
    evidence = tuple(replace(one, sentence=phrases.again(one.sentence)) for one in found.evidence)
    return replace(found, reason=phrases.again(found.reason), evidence=evidence)


@lru_cache(maxsize=1)
def _adapter() -> TypeAdapter[Proposal]:
    return TypeAdapter(Proposal)


def _item(row: sa.Row[Any]) -> Item:
    return Item(
        proposal=load(row.content),
        offered=load(row.offered),
        state=State(row.state),
        short=row.short,
        entry_id=None if row.entry_id is None else EntryId(row.entry_id),
        expense_id=None if row.expense_id is None else ExpenseId(row.expense_id),
        trouble=row.trouble or "",
        decision=cast("Decision | None", row.decision),
        decided_by=row.decided_by or "",
        decided_at=row.decided_at,
        why=row.why or "",
        run_id=row.run_id or "",
        attempts=row.attempts,
        retry_at=row.retry_at,
    )
