"""How everything stands, over all accounts, in a few grouped questions: for whoever watches, not for whoever works.

Numbers and ids only, except :func:`troubled`, whose texts are for the account's own people.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from functools import cache

import sqlalchemy as sa

from gleaner.adapters.store import tables
from gleaner.adapters.store.engine import alembic_config
from gleaner.adapters.store.workers import StoredWorkers, WorkerRow
from gleaner.core.catalog import AccountId, UserId
from gleaner.core.proposals import State

DEAD_AFTER = timedelta(seconds=30)
"""A worker whose heart was silent for that long is taken for dead."""
LATE_AFTER = timedelta(minutes=10)
"""A job that should have begun that long ago is late."""
STUCK_AFTER = timedelta(hours=1)
"""A run that was handed out that long ago and has not ended is late too."""

INSTALLATION = AccountId(0)
"""Where a job is not of one account but of all this."""
TICK = "tick"
"""The installation's row that is stamped each minute."""

_job = tables.job
_proposal = tables.proposal
_UNDER_WAY = (State.APPROVED.value, State.APPLYING.value)


@dataclass(frozen=True)
class Jobs:
    """How many jobs of one name an account has (one for each of its people, or one for all), and in what state."""

    count: int
    failing: int
    """Whose last run failed."""
    paused: int
    late: int


@dataclass(frozen=True)
class Waiting:
    """Proposals that were approved and are not in Harvest yet."""

    count: int
    since: datetime
    """When the oldest was approved."""


@dataclass(frozen=True)
class Standing:
    """Everything at one moment."""

    proposals: Mapping[tuple[AccountId, str], int] = field(default_factory=dict)
    """By account and state."""
    waiting: Mapping[AccountId, Waiting] = field(default_factory=dict)
    jobs: Mapping[tuple[AccountId, str], Jobs] = field(default_factory=dict)
    """By account and name."""
    workers: tuple[WorkerRow, ...] = ()
    """The one heard of last first."""
    copied: Mapping[AccountId, datetime] = field(default_factory=dict)
    """Until when the copy of an account's time entries is right."""

    @property
    def accounts(self) -> list[AccountId]:
        known = {account for account, _ in (*self.proposals, *self.jobs)}
        return sorted((known | set(self.waiting) | set(self.copied)) - {INSTALLATION})

    @property
    def alive(self) -> list[WorkerRow]:
        """The processes whose heart beats."""
        return [one for one in self.workers if one.silent_for < DEAD_AFTER]


@dataclass(frozen=True)
class Troubled:
    """One job that fails, met trouble, is late or is paused."""

    account_id: AccountId
    name: str
    user_id: UserId
    """0: it is the whole account's."""
    is_paused: bool
    failures: int
    """Runs that failed, one after the other."""
    result: str
    """Of its last run; ``trouble``: somebody can put something right."""
    ended_at: datetime | None
    next_at: datetime | None
    text: str
    """What its last run had to say."""

    @property
    def is_amiss(self) -> bool:
        """Whether its last run did not do all it should."""
        return self.failures > 0 or self.result == "trouble"


def standing(connection: sa.Connection, now: datetime) -> Standing:
    """How everything stands at *now*: five questions, each answered from an index or a small table."""
    proposals = _proposals(connection)
    return Standing(
        proposals=proposals,
        waiting=_waiting(connection, {account for account, state in proposals if state in _UNDER_WAY}),
        jobs=_jobs(connection, now),
        workers=tuple(StoredWorkers(connection.engine).all()),
        copied=_copied(connection),
    )


def _proposals(connection: sa.Connection) -> dict[tuple[AccountId, str], int]:
    columns = (_proposal.c.account_id, _proposal.c.state)
    rows = connection.execute(sa.select(*columns, sa.func.count()).group_by(*columns))
    return {(AccountId(account), state): count for account, state, count in rows}


def _waiting(connection: sa.Connection, accounts: set[AccountId]) -> dict[AccountId, Waiting]:
    if not accounts:
        return {}
    since = sa.func.min(sa.func.coalesce(_proposal.c.decided_at, _proposal.c.updated_at))
    asked = (
        sa.select(_proposal.c.account_id, sa.func.count(), since)
        # With the account, the index finds the few rows in question.
        .where(_proposal.c.account_id.in_(sorted(accounts)), _proposal.c.state.in_(_UNDER_WAY))
        .group_by(_proposal.c.account_id)
    )
    return {AccountId(account): Waiting(count, first) for account, count, first in connection.execute(asked)}


def _jobs(connection: sa.Connection, now: datetime) -> dict[tuple[AccountId, str], Jobs]:
    columns = (_job.c.account_id, _job.c.name)
    failing = sa.and_(sa.not_(_job.c.is_paused), _job.c.failures > 0)
    asked = sa.select(
        *columns, sa.func.count(), _how_many(failing), _how_many(_job.c.is_paused), _how_many(_late(now))
    )
    rows = connection.execute(asked.group_by(*columns))
    return {(AccountId(account), name): Jobs(*map(int, counts)) for account, name, *counts in rows}


def _how_many(condition: sa.ColumnElement[bool]) -> sa.ColumnElement[int]:
    return sa.func.sum(sa.case((condition, 1), else_=0))


def _late(now: datetime) -> sa.ColumnElement[bool]:
    is_idle = _job.c.state == "idle"
    return sa.and_(
        sa.not_(_job.c.is_paused),
        sa.or_(
            sa.and_(is_idle, _job.c.next_at <= now - LATE_AFTER),
            sa.and_(
                sa.not_(is_idle),
                sa.func.coalesce(_job.c.queued_at, _job.c.started_at, _job.c.next_at) <= now - STUCK_AFTER,
            ),
        ),
    )


def _copied(connection: sa.Connection) -> dict[AccountId, datetime]:
    states = tables.mirror_state
    rows = connection.execute(
        sa.select(states.c.account_id, states.c.as_of).where(states.c.resource == "time_entries")
    )
    return {AccountId(account): as_of for account, as_of in rows}


def troubled(
    connection: sa.Connection, now: datetime, *, account_id: AccountId | None = None, limit: int = 200
) -> list[Troubled]:
    """The jobs that need somebody's eyes; those of a whole account first. Of one account, with the installation's."""
    columns = (
        _job.c.account_id, _job.c.name, _job.c.user_id, _job.c.is_paused, _job.c.failures,
        sa.func.coalesce(_job.c.result, ""), _job.c.ended_at, _job.c.next_at, sa.func.coalesce(_job.c.text, ""),
    )  # fmt: skip
    asked = sa.select(*columns).where(
        sa.or_(_job.c.failures > 0, _job.c.result == "trouble", _job.c.is_paused, _late(now))
    )
    if account_id is not None:
        asked = asked.where(_job.c.account_id.in_((account_id, INSTALLATION)))
    asked = asked.order_by(_job.c.user_id, _job.c.account_id, _job.c.name).limit(limit)
    return [Troubled(*row) for row in connection.execute(asked)]


# --- the database itself -----------------------------------------------------------------------------------------


def newest_start(connection: sa.Connection) -> datetime | None:
    """When something last began, by the clock of whoever began it.

    Once there is a daemon, its last tick: it goes by the clock, or stops and says so (``app/daemon/clock.py``).
    """
    own = (_job.c.account_id == INSTALLATION, _job.c.name == TICK)
    ticked: datetime | None = connection.scalar(sa.select(_job.c.started_at).where(*own))
    if ticked is not None:
        return ticked
    newest = [connection.scalar(sa.select(sa.func.max(table.c.started_at))) for table in (_job, tables.run)]
    return max((moment for moment in newest if moment is not None), default=None)


def revision(connection: sa.Connection) -> str | None:
    """The schema's revision; None when there is no schema of ours."""
    from alembic.runtime.migration import MigrationContext

    return MigrationContext.configure(connection).get_current_revision()


@cache
def head() -> str | None:
    """The revision this version of Gleaner works with."""
    from alembic.script import ScriptDirectory

    return ScriptDirectory.from_config(alembic_config(None)).get_current_head()
