"""What all tables share: where they are known, and how moments are kept."""

from __future__ import annotations

from datetime import UTC, datetime

import sqlalchemy as sa

from gleaner.adapters.store.phrases import phrase_of, phrase_text


# ARG002 below: the signatures are SQLAlchemy's.
class UtcDateTime(sa.TypeDecorator[datetime]):
    """An aware moment, kept in UTC. SQLite forgets zones, so they are taken off and put on here."""

    impl = sa.DateTime
    cache_ok = True

    def process_bind_param(self, value: datetime | None, dialect: sa.Dialect) -> datetime | None:  # noqa: ARG002
        if value is None:
            return None
        assert value.tzinfo is not None, f"a naive moment ({value}) cannot be stored"
        return value.astimezone(UTC).replace(tzinfo=None)

    def process_result_value(self, value: datetime | None, dialect: sa.Dialect) -> datetime | None:  # noqa: ARG002
        return None if value is None else value.replace(tzinfo=UTC)


class Sentence(sa.TypeDecorator[str]):
    """A sentence in English; of a phrase, behind it, what it was made of: read again, it is one."""

    impl = sa.Text
    cache_ok = True

    def process_bind_param(self, value: str | None, dialect: sa.Dialect) -> str | None:  # noqa: ARG002
        if value is None:
            return None
        made_of = phrase_text(value)
        # What others wrote may not pass for what we put behind it.
        said = value.replace(_BEHIND, " ")
        return said if made_of is None or said != value else f"{said}{_BEHIND}{made_of}"

    def process_result_value(self, value: str | None, dialect: sa.Dialect) -> str | None:  # noqa: ARG002
        if value is None:
            return None
        said, _, made_of = value.partition(_BEHIND)
        return phrase_of(said, made_of)


_BEHIND = "\x1e"
"""A control character that no sentence holds."""
metadata = sa.MetaData(
    naming_convention={
        "ix": "ix_%(table_name)s_%(column_0_N_name)s",
        "uq": "uq_%(table_name)s_%(column_0_N_name)s",
        "pk": "pk_%(table_name)s",
        "fk": "fk_%(table_name)s_%(column_0_N_name)s_%(referred_table_name)s",
    }
)
