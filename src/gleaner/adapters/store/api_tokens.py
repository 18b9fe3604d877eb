"""What programs show to get in for one person. What a token says is never kept, only its digest."""

from __future__ import annotations

import secrets
from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime, timedelta

import sqlalchemy as sa

from gleaner.adapters.store.access_tables import api_token as table
from gleaner.adapters.store.people import forgotten_users
from gleaner.adapters.store.sessions import digest
from gleaner.core.catalog import AccountId, UserId

BEGIN = "glnr_"
"""Every token begins so: whoever finds one somewhere knows what it is."""
SHORT = 8
"""Letters of the digest by which people name a token."""
_STAMP_EVERY = timedelta(minutes=5)
"""A use is noted no more often: a question should not cost a write."""
_MOST = 200
"""Letters; whatever is longer is not ours."""


@dataclass(frozen=True)
class ApiToken:
    """A token of one person, without what it says."""

    digest: str
    account_id: AccountId
    user_id: UserId
    name: str
    """What its owner calls it."""
    scopes: frozenset[str]
    made_at: datetime
    used_at: datetime | None
    """To five minutes; None for one that was never used."""
    expires_at: datetime | None
    """None: it does not expire."""

    @property
    def short(self) -> str:
        """What a person types to name it."""
        return self.digest[:SHORT]

    def is_expired(self, now: datetime) -> bool:
        return self.expires_at is not None and self.expires_at <= now


class StoredApiTokens:
    """The tokens of all accounts of an installation: a token tells the account."""

    def __init__(self, engine: sa.Engine) -> None:
        self._engine = engine

    def make(
        self,
        account_id: AccountId,
        user_id: UserId,
        name: str,
        scopes: Collection[str],
        *,
        now: datetime,
        expires_at: datetime | None = None,
    ) -> str:
        """A new token, which can be read this once. Empty for a person who was forgotten."""
        said = BEGIN + secrets.token_urlsafe(32)
        row = {
            "digest": digest(said), "account_id": account_id, "user_id": user_id, "name": name[:80],
            "scopes": " ".join(sorted(scopes)), "made_at": now, "used_at": None, "expires_at": expires_at,
        }  # fmt: skip
        with self._engine.begin() as connection:
            if user_id in forgotten_users(connection, account_id):
                return ""
            connection.execute(sa.insert(table), row)
        return said

    def get(self, said: str, now: datetime) -> ApiToken | None:
        """Whose token says that; None for nobody's, or one that is over. The use is noted."""
        if not said.startswith(BEGIN) or len(said) > _MOST:
            return None
        asked = sa.select(table).where(table.c.digest == digest(said))
        with self._engine.connect() as connection:
            row = connection.execute(asked).first()
        if row is None or (found := _token(row)).is_expired(now):
            return None
        if found.used_at is None or now - found.used_at >= _STAMP_EVERY:
            with self._engine.begin() as connection:
                connection.execute(sa.update(table).where(table.c.digest == found.digest).values(used_at=now))
        return found

    def of(self, account_id: AccountId, user_id: UserId | None = None) -> list[ApiToken]:
        """That person's tokens, or everybody's of the account; expired ones too, the newest first."""
        mine = [table.c.account_id == account_id]
        if user_id is not None:
            mine.append(table.c.user_id == user_id)
        asked = sa.select(table).where(*mine).order_by(table.c.made_at.desc(), table.c.digest)
        with self._engine.connect() as connection:
            return [_token(row) for row in connection.execute(asked)]

    def revoke(self, account_id: AccountId, digest: str) -> bool:
        """Whether there was such a token: it lets nobody in any more."""
        gone = sa.delete(table).where(table.c.account_id == account_id, table.c.digest == digest)
        with self._engine.begin() as connection:
            return connection.execute(gone).rowcount == 1

    def forget_expired(self, before: datetime) -> int:
        """Delete those that were over before then; how many there were."""
        with self._engine.begin() as connection:
            return connection.execute(sa.delete(table).where(table.c.expires_at < before)).rowcount


def _token(row: sa.Row[tuple[object, ...]]) -> ApiToken:
    return ApiToken(
        row.digest,
        AccountId(row.account_id),
        UserId(row.user_id),
        row.name,
        frozenset(row.scopes.split()),
        row.made_at,
        row.used_at,
        row.expires_at,
    )
