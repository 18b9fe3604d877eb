"""Reading the copy of Harvest. On SQLite and PostgreSQL."""

from __future__ import annotations

import threading
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from zoneinfo import ZoneInfo

import pytest
import sqlalchemy as sa
from tests.unit.adapters.harvest.desk import MARCH, Desk
from tests.unit.adapters.harvest.fake import ACCOUNT, entry, user

from gleaner.adapters.harvest.mirror import Mirror
from gleaner.adapters.harvest.reading import PersonExtra
from gleaner.adapters.harvest.report import Counts
from gleaner.adapters.store.tables import mirror as mirror_table
from gleaner.core.catalog import ProjectId, TaskId, UserId
from gleaner.core.errors import Unavailable


def test_before_the_first_sync_nothing_is_known(desk: Desk) -> None:
    for read in (desk.reads.company, desk.reads.catalog, lambda: desk.reads.entries(*MARCH)):
        with pytest.raises(Unavailable, match="run a sync first"):
            read()


def test_a_cold_fill_copies_the_account(desk: Desk) -> None:
    report = desk.sync()
    assert report.way == "team"
    assert report.problems == ()
    assert report.requests == len(desk.harvest.asked) == 12
    assert report.counts["users"] == Counts(added=2)
    assert report.counts["time_entries"] == Counts(added=2)
    catalog = desk.reads.catalog()
    ana = catalog.person("ANA@apollo.example")
    assert ana is not None
    assert (ana.name, ana.zone) == ("Ana Doe", ZoneInfo("Europe/Berlin"))
    assert [str(slot) for slot in catalog.slots(ana.id)] == ["Acme › Portal › Programming"]
    slot = catalog.slot(ana.id, ProjectId(201), TaskId(101))
    assert slot is not None
    assert slot.assignment.hourly_rate == Decimal("120.5")
    assert catalog.contacts[0].email == "cleo@acme.example"
    assert desk.reads.company().name == "Apollo Studio"
    assert desk.reads.company().first_weekday == 6
    assert desk.hours() == {1: Decimal("1.0"), 2: Decimal("0.83")}


def test_entries_come_by_day_and_person_oldest_first(desk: Desk) -> None:
    desk.harvest.put("time_entries", entry(9, "2026-03-01"), entry(3, "2026-02-27"))
    desk.sync(window=(date(2026, 2, 1), MARCH[1]))
    assert [found.id for found in desk.reads.entries(*MARCH)] == [9, 1, 2]
    assert [found.id for found in desk.reads.entries(*MARCH, user_id=UserId(2))] == [2]
    assert [found.id for found in desk.mirror.entries_of(*MARCH, [UserId(2), UserId(7)])] == [2]
    assert desk.mirror.entries_of(*MARCH, []) == []
    assert [found.id for found in desk.reads.entries(date(2026, 3, 3), date(2026, 3, 3))] == [2]


def test_the_configuration_adds_what_harvest_does_not_know(engine: sa.Engine) -> None:
    extra = {"ana@apollo.example": PersonExtra(("Ana@Home.example",), (0, 1, 2), "America/New_York")}
    desk = Desk(engine, people_extra=extra)
    desk.sync()
    catalog = desk.reads.catalog()
    ana = catalog.person("ana@home.example")
    assert ana is not None
    assert (set(ana.workdays), ana.zone.key) == ({0, 1, 2}, "America/New_York")
    ben = catalog.person("ben@apollo.example")
    assert ben is not None
    assert (set(ben.workdays), ben.zone.key) == (set(range(5)), "Europe/Lisbon")


def test_an_unknown_zone_is_told_and_the_usual_one_used(engine: sa.Engine) -> None:
    desk = Desk(engine)
    desk.harvest.put(
        "users", user(3, "cy@apollo.example", "Atlantis"), user(4, "di@apollo.example", "Berlin")
    )
    report = desk.sync()
    assert [str(problem) for problem in report.problems] == [
        'Cy Doe: there is no time zone "Atlantis"; Europe/Berlin is used. Set the person\'s zone in gleaner.toml.'
    ]
    assert desk.mirror.problems() == report.problems
    assert desk.reads.catalog().people[UserId(3)].zone.key == "Europe/Berlin"


def test_the_catalogue_is_read_again_only_when_it_changed(desk: Desk) -> None:
    desk.sync()
    before = desk.reads.catalog()
    desk.harvest.tick()
    desk.harvest.put("time_entries", entry(3, "2026-03-04"))
    desk.sync()
    assert desk.reads.catalog() is before
    desk.harvest.put("clients", {"id": 301, "name": "Acme & Co"})
    desk.sync()
    assert [found.name for found in desk.reads.catalog().clients.values()] == ["Acme & Co"]


def test_another_process_sees_a_changed_catalogue(desk: Desk) -> None:
    desk.sync()
    other = Mirror(desk.engine, desk.harvest.client(), desk.clock, ACCOUNT, as_good_as_now=0)
    assert len(other.catalog().people) == 2
    desk.harvest.put("users", user(3, "cy@apollo.example"))
    desk.sync()
    assert len(other.catalog().people) == 3


def test_our_own_writes_need_not_be_read_again(desk: Desk) -> None:
    desk.sync()
    desk.mirror.note({**entry(7, "2026-03-06", 3), "updated_at": "2026-03-02T12:00:30Z"})
    assert desk.hours()[7] == 3
    desk.mirror.note({**entry(7, "2026-03-06", 4), "updated_at": "2026-03-02T12:00:40Z"})
    assert desk.hours()[7] == 4
    desk.mirror.forget(desk.reads.entries(*MARCH)[-1].id)
    assert 7 not in desk.hours()


def test_a_poll_does_not_undo_what_was_noted_after_it_read(desk: Desk) -> None:
    desk.sync()
    desk.harvest.tick()
    desk.harvest.put("time_entries", entry(1, "2026-03-02", 2))
    desk.mirror.note({**entry(1, "2026-03-02", 3), "updated_at": "2026-03-02T12:05:00Z"})
    desk.sync()
    assert desk.hours()[1] == 3


def test_as_of_is_the_moment_of_the_sync(desk: Desk) -> None:
    report = desk.sync()
    assert desk.mirror.as_of() == report.as_of == datetime(2026, 3, 2, 12, tzinfo=UTC)
    desk.clock.moment += timedelta(minutes=5)
    desk.sync()
    assert desk.mirror.as_of() == datetime(2026, 3, 2, 12, 5, tzinfo=UTC)


def test_a_thousand_entries_take_one_request_and_few_statements(desk: Desk) -> None:
    day = date(2026, 3, 1)
    desk.harvest.put("time_entries", *(entry(n, day + timedelta(n % 30)) for n in range(1000, 2500)))
    statements: list[str] = []
    sa.event.listen(desk.engine, "before_cursor_execute", lambda *call: statements.append(call[2]))
    report = desk.sync()
    assert report.counts["time_entries"].added == 1502
    assert len(desk.harvest.asked) == 12
    assert len(statements) < 200
    assert len(desk.hours()) == 1502


def test_threads_read_while_another_syncs(desk: Desk) -> None:
    desk.sync()
    failures: list[BaseException] = []
    done = threading.Event()

    def read() -> None:
        try:
            while not done.is_set():
                assert len(desk.reads.catalog().people) >= 2
                assert len(desk.reads.entries(*MARCH)) >= 2
        except BaseException as error:  # noqa: BLE001  (told below)
            failures.append(error)

    threads = [threading.Thread(target=read) for _ in range(4)]
    for thread in threads:
        thread.start()
    for number in range(10, 20):
        desk.harvest.tick()
        desk.harvest.put("users", user(number, f"p{number}@apollo.example"))
        desk.harvest.put("time_entries", entry(number, "2026-03-09"))
        desk.sync()
    done.set()
    for thread in threads:
        thread.join()
    assert failures == []
    assert len(desk.reads.catalog().people) == 12


def test_the_copy_keeps_harvests_own_json(desk: Desk) -> None:
    desk.harvest.put("clients", {"id": 301, "name": "Acme", "unheard_of": [1.25, None]})
    desk.sync()
    asked = sa.select(mirror_table.c.payload).where(mirror_table.c.resource == "clients")
    with desk.engine.connect() as connection:
        assert '"unheard_of":[1.25,null]' in str(connection.scalar(asked))
