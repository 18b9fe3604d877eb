"""Receipts people brought, each once: by its content, whatever it was called and wherever it came from."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime
from typing import Literal, cast

import sqlalchemy as sa

from gleaner.adapters.store.engine import insert_once
from gleaner.adapters.store.people import forgotten_users
from gleaner.adapters.store.tables import proposal, receipt
from gleaner.core.catalog import AccountId, UserId
from gleaner.core.proposals import State

ReceiptState = Literal["proposed", "refused", "kept"]
_OVER = (State.APPLIED.value, State.UNDONE.value, State.DISMISSED.value)


@dataclass(frozen=True)
class Kept:
    """A receipt, without its content."""

    user_id: UserId
    digest: str
    name: str
    media_type: str
    size: int
    """Bytes."""
    source: str
    """Where it came from, as a person would say it."""
    state: ReceiptState
    trouble: str
    """Why it was refused, or why it could not be read; a sentence."""
    proposal_key: str | None
    found_at: datetime


_COLUMNS = [column for column in receipt.c if column.name not in ("account_id", "content")]


class StoredReceipts:
    """The receipts of one account; :class:`gleaner.review.writers.Receipts` among others."""

    def __init__(self, engine: sa.Engine, account_id: AccountId) -> None:
        self._engine = engine
        self._account = account_id

    def keep(self, one: Kept, content: bytes | None) -> bool:
        """Whether it is new; of one that is known already a *content* that was dropped is put back.

        Nothing is kept of somebody who was forgotten.
        """
        row = {
            "account_id": self._account, "user_id": one.user_id, "digest": one.digest, "name": one.name[:200],
            "media_type": one.media_type, "size": one.size, "source": one.source[:200], "state": one.state,
            "trouble": one.trouble, "proposal_key": one.proposal_key, "content": content, "found_at": one.found_at,
        }  # fmt: skip
        with self._engine.begin() as connection:
            if one.user_id in forgotten_users(connection, self._account):
                return False
            if insert_once(connection, receipt, row):
                return True
            if content is not None:
                again = sa.update(receipt).where(
                    self._one(one.user_id, one.digest), receipt.c.content.is_(None)
                )
                connection.execute(again.values(content=content))
            return False

    def settle(
        self,
        user_id: UserId,
        digest: str,
        state: ReceiptState,
        *,
        trouble: str = "",
        proposal_key: str | None = None,
    ) -> None:
        """Say what became of it."""
        values = {"state": state, "trouble": trouble, "proposal_key": proposal_key}
        with self._engine.begin() as connection:
            connection.execute(sa.update(receipt).where(self._one(user_id, digest)).values(values))

    def get(self, user_id: UserId, digest: str) -> Kept | None:
        with self._engine.connect() as connection:
            row = connection.execute(sa.select(*_COLUMNS).where(self._one(user_id, digest))).first()
        return None if row is None else _kept(row)

    def listed(self, user_id: UserId | None = None, *, states: Collection[ReceiptState] = ()) -> list[Kept]:
        """Those of that person, or of all, newest first."""
        asked = sa.select(*_COLUMNS).where(receipt.c.account_id == self._account)
        if user_id is not None:
            asked = asked.where(receipt.c.user_id == user_id)
        if states:
            asked = asked.where(receipt.c.state.in_(sorted(states)))
        with self._engine.connect() as connection:
            return [
                _kept(row)
                for row in connection.execute(asked.order_by(receipt.c.found_at.desc(), receipt.c.name))
            ]

    def content(self, digest: str) -> bytes | None:
        asked = sa.select(receipt.c.content).where(
            receipt.c.account_id == self._account, receipt.c.digest == digest, receipt.c.content.is_not(None)
        )
        with self._engine.connect() as connection:
            found: bytes | None = connection.scalar(asked)
            return found

    def drop(self, before: datetime, *, dry_run: bool = False) -> int:
        """Delete the content of receipts that came before then and are not needed: decided, or only kept for undo.

        How many there were. What was refused goes whole.
        """
        c = receipt.c
        decided = sa.exists().where(
            proposal.c.account_id == c.account_id,
            proposal.c.key == c.proposal_key,
            proposal.c.state.in_(_OVER),
            proposal.c.updated_at < before,
        )
        old = sa.and_(c.account_id == self._account, c.found_at < before)
        worded = sa.and_(old, c.content.is_not(None), sa.or_(c.state == "kept", decided))
        refused = sa.and_(old, c.state == "refused")
        with self._engine.begin() as connection:
            if dry_run:
                asked = sa.select(sa.func.count()).select_from(receipt).where(sa.or_(worded, refused))
                return int(connection.scalar(asked) or 0)
            gone = connection.execute(sa.update(receipt).where(worded).values(content=None, name="")).rowcount
            return gone + connection.execute(sa.delete(receipt).where(refused)).rowcount

    def _one(self, user_id: UserId, digest: str) -> sa.ColumnElement[bool]:
        c = receipt.c
        return sa.and_(c.account_id == self._account, c.user_id == user_id, c.digest == digest)


def _kept(row: sa.Row[tuple[object, ...]]) -> Kept:
    return Kept(
        UserId(row.user_id), row.digest, row.name, row.media_type, row.size, row.source,
        cast("ReceiptState", row.state), row.trouble, row.proposal_key, row.found_at,
    )  # fmt: skip
