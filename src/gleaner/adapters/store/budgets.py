"""What was told about budgets. A message is claimed before it is sent, so that no crash and no twin sends it twice."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime, timedelta

import sqlalchemy as sa

from gleaner.adapters.store.engine import insert_once, upsert
from gleaner.adapters.store.money_tables import budget_alert, budget_mute, budget_version
from gleaner.budgets.alerts import Alert, Kind, Mute, Told
from gleaner.core.catalog import AccountId, ProjectId, UserId

STALE = timedelta(minutes=15)
"""After so long whoever claimed a message is taken for dead."""
CHANNEL = UserId(0)
"""Stands for a channel that is told beside people."""


@dataclass(frozen=True)
class Slip:
    """One message to one person."""

    project_id: ProjectId
    period: str
    version: int
    alert: Alert
    user_id: UserId


@dataclass(frozen=True)
class Unsure:
    """A message of which nobody knows whether it arrived, or that could not be sent."""

    slip: Slip
    error: str


class StoredBudgets:
    """One account's."""

    def __init__(self, engine: sa.Engine, account_id: AccountId) -> None:
        self._engine = engine
        self._account = account_id

    def version(self, project_id: ProjectId, stamp: str, now: datetime) -> int:
        """How often the project's budget changed, *stamp* being the present one; noted."""
        v = budget_version.c
        which = (v.account_id == self._account, v.project_id == project_id)
        with self._engine.begin() as connection:
            row = {"account_id": self._account, "project_id": project_id, "version": 1, "stamp": stamp,
                   "seen_at": now}  # fmt: skip
            if insert_once(connection, budget_version, row):
                return 1
            changed = (
                sa.update(budget_version)
                .where(*which, v.stamp != stamp)
                .values(version=v.version + 1, stamp=stamp, seen_at=now)
            )
            connection.execute(changed)
            return int(connection.scalar(sa.select(v.version).where(*which)) or 1)

    def versions(self) -> dict[ProjectId, tuple[str, int]]:
        """The stamp and number of every project's budget, as last noted."""
        v = budget_version.c
        asked = sa.select(v.project_id, v.stamp, v.version).where(v.account_id == self._account)
        with self._engine.connect() as connection:
            return {ProjectId(r.project_id): (r.stamp, r.version) for r in connection.execute(asked)}

    def told(self) -> dict[tuple[ProjectId, str, int], list[Told]]:
        """What was told, or is about to be: by project, period and version."""
        a = budget_alert.c
        asked = (
            sa.select(a.project_id, a.period, a.version, a.kind, a.threshold)
            .where(a.account_id == self._account)
            .distinct()
        )
        found: dict[tuple[ProjectId, str, int], list[Told]] = {}
        with self._engine.connect() as connection:
            for one in connection.execute(asked):
                key = ProjectId(one.project_id), one.period, one.version
                found.setdefault(key, []).append(Told(one.kind, one.threshold))
        return found

    def claim(self, slips: Collection[Slip], token: str, now: datetime) -> list[Slip]:
        """Those of *slips* nobody has claimed: they are ours to send. All are noted together, or none."""
        with self._engine.begin() as connection:
            return [
                slip
                for slip in slips
                if insert_once(
                    connection,
                    budget_alert,
                    {**self._key(slip), "state": "claimed", "token": token, "at": now},
                )
            ]

    def left(self, token: str, now: datetime) -> list[Slip]:
        """Messages that a dead process claimed and had not begun to send, or that are to be tried again: now ours."""
        a = budget_alert.c
        ours = a.account_id == self._account
        free = sa.or_(a.state == "waiting", sa.and_(a.state == "claimed", a.at < now - STALE))
        with self._engine.begin() as connection:
            rows = connection.execute(sa.select(budget_alert).where(ours, free)).all()
            return [
                slip
                for slip in map(_slip, rows)
                if self._move(
                    connection, slip, ("waiting", "claimed"), "claimed", token=token, at=now, free=free
                )
            ]

    def begin(self, slip: Slip, token: str, now: datetime) -> bool:
        """Right before the message leaves; False when it is no longer ours to send."""
        with self._engine.begin() as connection:
            ours = budget_alert.c.token == token
            return self._move(connection, slip, ("claimed",), "sending", at=now, free=ours)

    def end(self, slip: Slip, state: str, now: datetime, error: str = "") -> None:
        """What came of it: ``sent``, ``failed``, or ``waiting`` for another try."""
        with self._engine.begin() as connection:
            self._move(connection, slip, ("sending",), state, at=now, error=error[:300])

    def unsure(self, now: datetime) -> list[Unsure]:
        """Messages that failed, and those in whose sending a process died: they are not sent again."""
        a = budget_alert.c
        lost = sa.and_(a.state == "sending", a.at < now - STALE)
        asked = sa.select(budget_alert).where(
            a.account_id == self._account, sa.or_(a.state == "failed", lost), a.at > now - timedelta(days=7)
        )
        with self._engine.connect() as connection:
            rows = connection.execute(asked).all()
        text = "Gleaner was stopped while it was sent; whether it arrived is not known"
        return [Unsure(_slip(one), one.error or text) for one in rows]

    def mute(self, project_id: ProjectId, mute: Mute | None, version: int, period: str) -> None:
        """Silence about a project; None ends it."""
        keys = {"account_id": self._account, "project_id": project_id}
        with self._engine.begin() as connection:
            if mute is None:
                m = budget_mute.c
                gone = (m.account_id == self._account, m.project_id == project_id)
                connection.execute(sa.delete(budget_mute).where(*gone))
                return
            values = {"until_day": mute.until, "until_percent": mute.until_percent, "version": version,
                      "period": period}  # fmt: skip
            connection.execute(upsert(connection, budget_mute, list(values)), [{**keys, **values}])

    def mutes(self) -> dict[ProjectId, tuple[Mute, int, str]]:
        """The silence about each project, with the budget's version and the period it was asked for."""
        asked = sa.select(budget_mute).where(budget_mute.c.account_id == self._account)
        with self._engine.connect() as connection:
            return {
                ProjectId(one.project_id): (Mute(one.until_day, one.until_percent), one.version, one.period)
                for one in connection.execute(asked)
            }

    def _move(
        self,
        connection: sa.Connection,
        slip: Slip,
        before: Collection[str],
        state: str,
        *,
        free: sa.ColumnElement[bool] | None = None,
        **values: object,
    ) -> bool:
        """Compare and set."""
        a = budget_alert.c
        which = [a[name] == value for name, value in self._key(slip).items()]
        which += [a.state.in_(sorted(before)), *([] if free is None else [free])]
        return (
            connection.execute(sa.update(budget_alert).where(*which).values(state=state, **values)).rowcount
            == 1
        )

    def _key(self, slip: Slip) -> dict[str, object]:
        return {
            "account_id": self._account, "project_id": slip.project_id, "period": slip.period,
            "version": slip.version, "kind": slip.alert.kind, "threshold": slip.alert.threshold,
            "user_id": slip.user_id,
        }  # fmt: skip


def _slip(one: sa.Row[tuple[object, ...]]) -> Slip:
    kind: Kind = one.kind
    return Slip(
        ProjectId(one.project_id), one.period, one.version, Alert(kind, one.threshold), UserId(one.user_id)
    )
