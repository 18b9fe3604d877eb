"""The tables about who signed in, and with what programs get in. Of every secret only a digest is kept."""

from __future__ import annotations

import sqlalchemy as sa

from gleaner.adapters.store.schema import UtcDateTime, metadata

session = sa.Table(
    "session",
    metadata,
    sa.Column("digest", sa.String(64), primary_key=True),
    sa.Column("account_id", sa.BigInteger, nullable=False),
    sa.Column("user_id", sa.BigInteger, nullable=False),
    sa.Column("way", sa.String(10), nullable=False),
    sa.Column("agent", sa.String(200), nullable=False),
    sa.Column("begun_at", UtcDateTime, nullable=False),
    sa.Column("seen_at", UtcDateTime, nullable=False),
    sa.Column("expires_at", UtcDateTime, nullable=False),
    sa.Index("ix_session_account_id_user_id", "account_id", "user_id"),
)
"""A browser in which somebody is signed in. ``digest`` is SHA-256 of what its cookie says."""

sign_in = sa.Table(
    "sign_in",
    metadata,
    sa.Column("digest", sa.String(64), primary_key=True),
    sa.Column("account_id", sa.BigInteger, nullable=False),
    sa.Column("user_id", sa.BigInteger),
    sa.Column("way", sa.String(10), nullable=False),
    sa.Column("detail", sa.Text, nullable=False),
    sa.Column("made_at", UtcDateTime, nullable=False),
    sa.Column("expires_at", UtcDateTime, nullable=False),
)
"""An attempt to sign in that waits for its other half: a link that was mailed, a state that Harvest sends back. Deleted
when it is used. ``user_id`` is NULL where it is not known yet who it is. With ``way`` = ``confirm`` nobody signs in: an
assistant was shown what it would do, and may do just that; ``detail`` is a digest of it."""

api_token = sa.Table(
    "api_token",
    metadata,
    sa.Column("digest", sa.String(64), primary_key=True),
    sa.Column("account_id", sa.BigInteger, nullable=False),
    sa.Column("user_id", sa.BigInteger, nullable=False),
    sa.Column("name", sa.String(80), nullable=False),
    sa.Column("scopes", sa.String(200), nullable=False),
    sa.Column("made_at", UtcDateTime, nullable=False),
    sa.Column("used_at", UtcDateTime),
    sa.Column("expires_at", UtcDateTime),
    sa.Index("ix_api_token_account_id_user_id", "account_id", "user_id"),
)
"""What a program shows to get in for one person: the API's and the agents' door. ``scopes`` are words with spaces."""
