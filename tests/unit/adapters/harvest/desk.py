"""A mirror of a fake Harvest, ready to be synced."""

from __future__ import annotations

from datetime import date
from decimal import Decimal

import sqlalchemy as sa
from tests.unit.adapters.harvest.fake import ACCOUNT, FakeHarvest, FixedClock, Quiet, agency, entry, user

from gleaner.adapters.harvest.mirror import Mirror
from gleaner.adapters.harvest.report import SyncReport
from gleaner.core.ports import Harvest

MARCH = (date(2026, 3, 1), date(2026, 3, 31))


class Desk:
    """A mirror of a fake Harvest."""

    def __init__(self, engine: sa.Engine, harvest: FakeHarvest | None = None, **options: object) -> None:
        self.engine = engine
        self.harvest = harvest or agency()
        self.clock = FixedClock()
        self.mirror = Mirror(engine, self.harvest.client(), self.clock, ACCOUNT, **options)  # type: ignore[arg-type]
        self.reads: Harvest = self.mirror

    def sync(
        self, *, window: tuple[date, date] = MARCH, full: bool = False, force: bool = False
    ) -> SyncReport:
        self.harvest.asked.clear()
        return self.mirror.sync(Quiet(), window=window, full=full, force=force)

    def hours(self) -> dict[int, Decimal]:
        """What the mirror holds of March, by id."""
        return {found.id: found.hours for found in self.reads.entries(*MARCH)}


def member_desk(engine: sa.Engine) -> tuple[SyncReport, Desk]:
    """Ana's own token, in an account that keeps times on a 12-hour clock; synced once."""
    desk = Desk(engine)
    desk.harvest.me = user(1, "ana@apollo.example", weekly_capacity=72000)
    desk.harvest.forbidden = {"/company", "/users", "/clients", "/contacts", "/projects", "/tasks"}
    desk.harvest.put(
        "project_assignments",
        {
            "id": 9001,
            "is_active": True,
            "project": {"id": 201, "name": "Portal", "code": "AP", "is_billable": True},
            "client": {"id": 301, "name": "Acme", "currency": "EUR"},
            "task_assignments": [
                {"id": 8001, "billable": True, "is_active": True, "task": {"id": 101, "name": "Programming"}}
            ],
        },
    )
    desk.harvest.put("time_entries", entry(1, "2026-03-02", started_time="9:00am", ended_time="10:00am"))
    return desk.sync(), desk
