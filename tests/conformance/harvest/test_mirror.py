"""The port ``core.ports.Harvest`` on a mirror of the sandbox."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from datetime import date, datetime, time, timedelta
from decimal import Decimal

import sqlalchemy as sa
from tests.conformance.harvest.conftest import DURATION, TIMESTAMP, Harvest

from gleaner.adapters.harvest.mirror import Mirror
from gleaner.adapters.harvest.report import SyncReport
from gleaner.adapters.harvest.writer import TimeEntryWriter
from gleaner.core.actions import CreateTimeEntry
from gleaner.core.catalog import AccountId, ProjectId, TaskId, UserId
from gleaner.core.ports import Step

SPRING = (date(2026, 2, 1), date(2026, 4, 30))
BASE = DURATION * 1000
MO = UserId(BASE + 2)


class Quiet:
    @contextmanager
    def step(self, text: str, total: int | None = None) -> Iterator[Step]:
        yield self

    def advance(self, amount: int = 1) -> None: ...

    def total(self, amount: int) -> None: ...


class SandboxClock:
    def __init__(self, harvest: Harvest) -> None:
        self._clock = harvest.running.state.clock

    def now(self) -> datetime:
        return self._clock.now()


def mirror_of(
    harvest: Harvest, engine: sa.Engine, account_id: AccountId = DURATION, who: str = "admin"
) -> Mirror:
    return Mirror(engine, harvest.client(account_id, who), SandboxClock(harvest), account_id)


def sync(mirror: Mirror, *, full: bool = False) -> SyncReport:
    return mirror.sync(Quiet(), window=SPRING, full=full)


def test_a_team_is_copied_in_one_request_a_list(harvest: Harvest, engine: sa.Engine) -> None:
    mirror = mirror_of(harvest, engine)
    report = sync(mirror)
    assert (report.way, report.requests, report.problems) == ("team", 12, ())
    catalog = mirror.catalog()
    mo = catalog.person("mo@studio11.example")
    assert mo is not None
    assert (mo.zone.key, mo.weekly_capacity) == ("Europe/Lisbon", timedelta(hours=20))
    assert [str(slot) for slot in catalog.slots(mo.id)] == [
        "Acme › Portal › Programming",
        "Acme › Portal › Meetings",
    ]
    assert [slot.is_billable for slot in catalog.slots(mo.id)] == [True, False]
    assert [entry.id for entry in mirror.entries(*SPRING, user_id=MO)] == [BASE + 901, BASE + 902]
    assert mirror.company().clock == "12h"


def test_a_poll_brings_what_people_did_meanwhile(harvest: Harvest, engine: sa.Engine) -> None:
    mirror = mirror_of(harvest, engine)
    sync(mirror)
    harvest.running.control.advance(timedelta(minutes=5))
    entries = harvest.client(who="member").time_entries
    made = entries.create_with_hours(
        Decimal(2), project_id=BASE + 20, task_id=BASE + 30, spent_date=date(2026, 3, 3)
    )
    entries.update(BASE + 902, hours=Decimal("4.25"))
    harvest.client().tasks.update(BASE + 31, name="Talk")
    report = sync(mirror)
    assert (report.counts["time_entries"].added, report.counts["time_entries"].changed) == (1, 1)
    hours = {entry.id: entry.hours for entry in mirror.entries(*SPRING, user_id=MO)}
    assert hours == {BASE + 901: Decimal("1.5"), BASE + 902: Decimal("4.25"), made.id: Decimal(2)}
    assert report.requests == 9
    harvest.running.control.advance(timedelta(minutes=5))
    for _ in range(3):  # lists that change seldom take turns
        sync(mirror)
    assert mirror.catalog().tasks[TaskId(BASE + 31)].name == "Talk"
    quiet = sync(mirror)
    assert (quiet.total.added, quiet.total.changed, quiet.total.removed) == (0, 0, 0)
    assert quiet.requests == 9


def test_re_pricing_is_found_by_the_nightly_list(harvest: Harvest, engine: sa.Engine) -> None:
    """A new rate counts for past entries too, and does not touch them."""
    mirror = mirror_of(harvest, engine)
    sync(mirror)
    harvest.running.control.advance(timedelta(minutes=5))
    sync(mirror)
    harvest.client().task_assignments.update(BASE + 20, BASE + 40, hourly_rate=Decimal("130.25"))
    sync(mirror)
    assert {entry.billable_rate for entry in mirror.entries(*SPRING, user_id=MO)} == {Decimal("120.5")}
    report = sync(mirror, full=True)
    assert report.counts["time_entries"].changed == 3
    assert {entry.billable_rate for entry in mirror.entries(*SPRING, user_id=MO)} == {Decimal("130.25")}
    assert "billable_rate 120.5 → 130.25" in report.changes[-1].text


def test_the_nightly_list_finds_what_was_deleted(harvest: Harvest, engine: sa.Engine) -> None:
    mirror = mirror_of(harvest, engine)
    sync(mirror)
    harvest.client().time_entries.delete(BASE + 902)
    assert sync(mirror).total.removed == 0
    assert sync(mirror, full=True).counts["time_entries"].removed == 1
    assert BASE + 902 not in {entry.id for entry in mirror.entries(*SPRING)}


def test_a_member_reads_and_writes_their_own(harvest: Harvest, engine: sa.Engine) -> None:
    mirror = mirror_of(harvest, engine, TIMESTAMP, "member")
    report = sync(mirror)
    base = TIMESTAMP * 1000
    assert report.way == "personal"
    catalog = mirror.catalog()
    assert list(catalog.people) == [base + 2]
    assert [str(slot) for slot in catalog.slots(UserId(base + 2))] == [
        "Acme › Portal › Programming",
        "Acme › Portal › Meetings",
    ]
    assert mirror.company().wants_timestamp_timers
    assert {entry.user_id for entry in mirror.entries(*SPRING)} == {base + 2}


def test_a_manager_works_for_themselves(harvest: Harvest, engine: sa.Engine) -> None:
    mirror = mirror_of(harvest, engine, who="manager")
    assert sync(mirror).way == "personal"
    assert list(mirror.catalog().people) == [BASE + 3]
    assert mirror.entries(*SPRING) == []


def test_our_own_writes_are_in_the_mirror_at_once(harvest: Harvest, engine: sa.Engine) -> None:
    mirror = mirror_of(harvest, engine)
    sync(mirror)
    writer = TimeEntryWriter(harvest.client(), mirror.company, noted=mirror.note, forgotten=mirror.forget)
    meeting = CreateTimeEntry(
        MO, date(2026, 3, 4), Decimal("0.75"), ProjectId(BASE + 20), TaskId(BASE + 31), "Stand-up", "gleaner-9",
        started_time=time(9), ended_time=time(9, 45),
    )  # fmt: skip
    written = writer.create(meeting)
    assert written in mirror.entries(*SPRING, user_id=MO)
    unchanged = sync(mirror).counts["time_entries"]
    assert (unchanged.added, unchanged.changed) == (0, 0)
    writer.delete(written.id)
    assert written not in mirror.entries(*SPRING, user_id=MO)


def test_trouble_on_the_way_costs_nothing_but_time(harvest: Harvest, engine: sa.Engine) -> None:
    harvest.fail("status=429, retry_after=1, every=3; reset, every=5; truncate, every=7")
    mirror = mirror_of(harvest, engine)
    report = sync(mirror)
    assert report.requests > 12
    harvest.fail("")
    again = mirror_of(harvest, engine)
    assert replace(sync(again, full=True).total, unchanged=0) == replace(report.total, added=0, unchanged=0)
