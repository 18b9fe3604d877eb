"""The port ``review.writers.TimeEntries``, in an account of durations and in one of start and end times."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, date, datetime, time, timedelta
from decimal import Decimal

import pytest
from tests.conformance.harvest.conftest import DURATION, TIMESTAMP, Harvest

from gleaner.adapters.harvest.writer import TimeEntryWriter
from gleaner.core.actions import CreateTimeEntry, StartTimer, UpdateTimeEntry
from gleaner.core.catalog import AccountId, EntryId, ProjectId, TaskId, UserId
from gleaner.core.errors import Refused, Unavailable
from gleaner.review.writers import TimeEntries


class Desk:
    """A writer in one account, and a meeting to log there."""

    def __init__(self, harvest: Harvest, account_id: AccountId, who: str = "admin") -> None:
        client = harvest.client(account_id, who)
        company = harvest.client(account_id).company.get().to_core(account_id)
        self.harvest = harvest
        self.base = account_id * 1000
        self.keeps_times = company.wants_timestamp_timers
        self.writer: TimeEntries = TimeEntryWriter(client, lambda: company)
        self.meeting = CreateTimeEntry(
            user_id=UserId(self.base + 2),
            spent_date=date(2026, 3, 3),
            hours=Decimal("1.5"),
            project_id=ProjectId(self.base + 20),
            task_id=TaskId(self.base + 31),
            notes="Detail review",
            reference="gleaner-3f2a",
            started_time=time(9, 30),
            ended_time=time(11, 0),
            permalink="https://calendar.example/e/1",
        )


@pytest.fixture(params=[DURATION, TIMESTAMP], ids=["durations", "times"])
def desk(harvest: Harvest, request: pytest.FixtureRequest) -> Desk:
    return Desk(harvest, request.param)


def test_what_is_written_is_found_by_its_reference(desk: Desk) -> None:
    written = desk.writer.create(desk.meeting)
    assert desk.writer.find("gleaner-3f2a", desk.meeting.user_id) == [written]
    assert desk.writer.get(written.id) == written
    assert (written.user_id, written.hours, written.notes) == (desk.base + 2, Decimal("1.5"), "Detail review")
    assert not written.is_running
    assert written.external_reference is not None
    assert written.external_reference.group_id == "gleaner"
    assert written.external_reference.permalink == "https://calendar.example/e/1"


def test_times_are_kept_where_the_account_keeps_them(desk: Desk) -> None:
    written = desk.writer.create(desk.meeting)
    expected = (time(9, 30), time(11)) if desk.keeps_times else (None, None)
    assert (written.started_time, written.ended_time) == expected


def test_past_midnight(desk: Desk) -> None:
    late = replace(desk.meeting, started_time=time(23, 30), ended_time=time(1, 0))
    assert desk.writer.create(late).hours == Decimal("1.5")


def test_a_reference_is_one_persons(desk: Desk) -> None:
    desk.writer.create(desk.meeting)
    assert desk.writer.find("gleaner-3f2a", UserId(desk.base + 1)) == []
    assert desk.writer.find("gleaner-else", desk.meeting.user_id) == []


def test_without_start_and_end_the_hours_count(desk: Desk) -> None:
    written = desk.writer.create(replace(desk.meeting, started_time=None, ended_time=None))
    assert (written.hours, written.is_running) == (Decimal("1.5"), False)


@pytest.mark.parametrize("at", [None, time(9)])
def test_zero_hours_start_no_timer(desk: Desk, at: time | None) -> None:
    written = desk.writer.create(replace(desk.meeting, hours=Decimal(0), started_time=at, ended_time=at))
    assert (written.hours, written.is_running) == (Decimal(0), False)


def test_an_update_changes_what_it_names(desk: Desk) -> None:
    written = desk.writer.create(desk.meeting)
    changed = desk.writer.update(
        UpdateTimeEntry(
            written.user_id,
            written.id,
            spent_date=date(2026, 3, 4),
            hours=Decimal(1),
            task_id=TaskId(desk.base + 30),
            started_time=time(10),
            ended_time=time(11),
        )
    )
    assert (changed.spent_date, changed.hours, changed.task_id) == (
        date(2026, 3, 4),
        Decimal(1),
        desk.base + 30,
    )
    assert changed.notes == "Detail review"
    assert desk.writer.get(written.id) == changed


def test_an_update_of_nothing_changes_nothing(desk: Desk) -> None:
    written = desk.writer.create(desk.meeting)
    assert desk.writer.update(UpdateTimeEntry(written.user_id, written.id)) == written


def test_deleting_twice_is_no_error(desk: Desk) -> None:
    written = desk.writer.create(desk.meeting)
    desk.writer.delete(written.id)
    assert desk.writer.get(written.id) is None
    desk.writer.delete(written.id)
    desk.writer.delete(EntryId(987654321))


def test_a_locked_day_is_refused_with_the_reason(desk: Desk) -> None:
    with pytest.raises(Refused) as refusal:
        desk.writer.create(replace(desk.meeting, spent_date=date(2026, 1, 15)))
    assert refusal.value.status == 422


def test_a_project_the_person_is_not_on_is_refused(desk: Desk) -> None:
    with pytest.raises(Refused):
        desk.writer.create(
            replace(desk.meeting, project_id=ProjectId(desk.base + 21), task_id=TaskId(desk.base + 30))
        )


def test_a_member_cannot_write_for_somebody_else(harvest: Harvest) -> None:
    desk = Desk(harvest, DURATION, "member")
    with pytest.raises(Refused):
        desk.writer.create(replace(desk.meeting, user_id=UserId(desk.base + 1)))
    assert desk.writer.create(desk.meeting).user_id == desk.base + 2


def test_an_answer_lost_after_the_work_is_found_by_the_reference(desk: Desk) -> None:
    """The one case that makes duplicates, if the caller repeats without looking."""
    desk.harvest.fail("lost, times=1, match=POST /v2/time_entries")
    with pytest.raises(Unavailable) as error:
        desk.writer.create(desk.meeting)
    assert error.value.answer_lost
    assert len(desk.writer.find(desk.meeting.reference, desk.meeting.user_id)) == 1
    assert len(desk.harvest.requests("POST")) == 1


def test_every_method_is_at_most_two_requests(desk: Desk) -> None:
    written = desk.writer.create(desk.meeting)
    before = len(desk.harvest.requests())
    desk.writer.find("gleaner-3f2a", desk.meeting.user_id)
    desk.writer.get(written.id)
    desk.writer.update(UpdateTimeEntry(written.user_id, written.id, notes="x"))
    desk.writer.delete(written.id)
    assert len(desk.harvest.requests()) - before == 4


def timer(desk: Desk) -> StartTimer:
    meeting = desk.meeting
    assert meeting.project_id is not None
    assert meeting.task_id is not None
    return StartTimer(
        meeting.user_id,
        meeting.project_id,
        meeting.task_id,
        meeting.spent_date,
        "Sketches",
        "gleaner-77",
        datetime(2026, 3, 2, 12, tzinfo=UTC),
    )


def test_a_timer_counts_by_harvests_clock(desk: Desk) -> None:
    started = desk.writer.start(timer(desk))
    assert started.timer_started_at == datetime(2026, 3, 2, 12, tzinfo=UTC)
    desk.harvest.running.control.advance(timedelta(minutes=90))
    running = desk.writer.running(desk.meeting.user_id)
    assert running is not None
    assert (running.id, running.hours) == (started.id, Decimal("1.5"))
    stopped = desk.writer.stop(started.id)
    assert (stopped.hours, stopped.is_running, stopped.timer_started_at) == (Decimal("1.5"), False, None)


def test_a_restarted_entry_goes_on_or_a_new_one_does(desk: Desk) -> None:
    started = desk.writer.start(timer(desk))
    desk.writer.stop(started.id)
    again = desk.writer.restart(started.id)
    assert again.is_running
    assert (again.id == started.id) != desk.keeps_times


def test_a_timer_whose_answer_is_lost_is_found_by_the_reference(desk: Desk) -> None:
    desk.harvest.fail("lost, times=1, match=POST /v2/time_entries")
    with pytest.raises(Unavailable) as error:
        desk.writer.start(timer(desk))
    assert error.value.answer_lost
    assert [one.is_running for one in desk.writer.find("gleaner-77", desk.meeting.user_id)] == [True]
    assert len(desk.harvest.requests("POST")) == 1
