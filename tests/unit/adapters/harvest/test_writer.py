"""What is sent when a time entry is written."""

from __future__ import annotations

import json
from datetime import UTC, date, datetime, time
from decimal import Decimal

import httpx2
import pytest
from tests.unit.adapters.harvest.fake import ACCOUNT, client, entry

from gleaner.adapters.harvest.encoding import Raw
from gleaner.adapters.harvest.writer import TimeEntryWriter
from gleaner.core.actions import CreateTimeEntry, StartTimer, UpdateTimeEntry
from gleaner.core.catalog import Company, EntryId, ProjectId, TaskId, UserId
from gleaner.core.errors import Refused, Unavailable
from gleaner.review.writers import TimeEntries

ANA = UserId(1)
MEETING = CreateTimeEntry(
    user_id=ANA,
    spent_date=date(2026, 3, 2),
    hours=Decimal("0.83"),
    project_id=ProjectId(201),
    task_id=TaskId(101),
    notes="Design review",
    reference="gleaner-abc",
    started_time=time(9, 0),
    ended_time=time(9, 50),
    permalink="https://calendar.example/1",
)


class Desk:
    """A writer whose requests are kept, in an account of some kind."""

    def __init__(
        self, *, timestamps: bool = False, clock: str = "24h", answer: httpx2.Response | None = None
    ) -> None:
        self.sent: list[httpx2.Request] = []
        self.noted: list[Raw] = []
        self.forgotten: list[EntryId] = []
        self.answer = answer or httpx2.Response(200, json=entry(7, "2026-03-02", 0.83))
        company = Company(ACCOUNT, "Apollo", wants_timestamp_timers=timestamps, clock=clock)  # type: ignore[arg-type]
        self.writer: TimeEntries = TimeEntryWriter(
            client(self._answer), lambda: company, noted=self.noted.append, forgotten=self.forgotten.append
        )

    def _answer(self, request: httpx2.Request) -> httpx2.Response:
        self.sent.append(request)
        return self.answer

    @property
    def body(self) -> dict[str, object]:
        """What the one request carried."""
        (request,) = self.sent
        found = json.loads(request.content)
        assert isinstance(found, dict)
        return found


def test_an_account_of_durations_gets_hours() -> None:
    desk = Desk()
    written = desk.writer.create(MEETING)
    assert (written.id, written.hours) == (7, Decimal("0.83"))
    assert desk.body == {
        "user_id": 1,
        "project_id": 201,
        "task_id": 101,
        "spent_date": "2026-03-02",
        "hours": 0.83,
        "notes": "Design review",
        "external_reference": {
            "id": "gleaner-abc",
            "group_id": "gleaner",
            "account_id": "77",
            "permalink": "https://calendar.example/1",
        },
    }


@pytest.mark.parametrize(("clock", "times"), [("12h", ("9:00am", "9:50am")), ("24h", ("09:00", "09:50"))])
def test_an_account_of_start_and_end_times_gets_those_in_its_clock(
    clock: str, times: tuple[str, str]
) -> None:
    desk = Desk(timestamps=True, clock=clock)
    desk.writer.create(MEETING)
    assert (desk.body["started_time"], desk.body["ended_time"]) == times
    assert "hours" not in desk.body


@pytest.mark.parametrize("timestamps", [True, False])
@pytest.mark.parametrize("started", [None, time(9)])
def test_zero_hours_never_start_a_timer(timestamps: bool, started: time | None) -> None:
    """Absent hours, or a start without an end, would run until somebody notices."""
    desk = Desk(timestamps=timestamps)
    nothing = CreateTimeEntry(
        ANA, date(2026, 3, 2), Decimal(0), ProjectId(201), TaskId(101), "", "gleaner-0",
        started_time=started, ended_time=started,
    )  # fmt: skip
    desk.writer.create(nothing)
    assert desk.body["hours"] == 0
    assert "started_time" not in desk.body


def test_without_a_permalink_none_is_sent() -> None:
    desk = Desk()
    desk.writer.create(
        CreateTimeEntry(ANA, date(2026, 3, 2), Decimal(1), ProjectId(2), TaskId(3), "", "gleaner-1")
    )
    assert "permalink" not in json.dumps(desk.body)


@pytest.mark.parametrize(("project", "task"), [(None, TaskId(101)), (ProjectId(201), None)])
def test_what_has_no_project_or_task_is_refused_unasked(
    project: ProjectId | None, task: TaskId | None
) -> None:
    desk = Desk()
    with pytest.raises(Refused, match="choose one"):
        desk.writer.create(CreateTimeEntry(ANA, date(2026, 3, 2), Decimal(1), project, task, "", "gleaner-1"))
    assert desk.sent == []


def test_an_update_sends_only_what_changes() -> None:
    desk = Desk()
    desk.writer.update(UpdateTimeEntry(ANA, EntryId(7), hours=Decimal("1.5"), notes=""))
    assert desk.body == {"hours": 1.5, "notes": ""}
    assert desk.sent[0].method == "PATCH"


def test_where_times_are_kept_hours_follow_from_them() -> None:
    desk = Desk(timestamps=True)
    change = UpdateTimeEntry(ANA, EntryId(7), hours=Decimal(2), started_time=time(9), ended_time=time(11))
    desk.writer.update(change)
    assert desk.body == {"started_time": "09:00", "ended_time": "11:00"}


def test_an_update_of_nothing_only_looks() -> None:
    desk = Desk()
    assert desk.writer.update(UpdateTimeEntry(ANA, EntryId(7))).id == 7
    assert [request.method for request in desk.sent] == ["GET"]


def test_a_strangers_entry_is_never_taken_for_ours() -> None:
    """Harvest ignores parameters it does not know, and then answers with everything."""
    ours = {"id": "gleaner-abc", "group_id": "gleaner"}
    listed = {
        "time_entries": [
            entry(1, "2026-03-02", external_reference=ours),
            entry(2, "2026-03-02"),
            entry(3, "2026-03-02", external_reference={"id": "gleaner-other"}),
            entry(4, "2026-03-02", user_id=2, external_reference=ours),
        ]
    }
    desk = Desk(answer=httpx2.Response(200, json=listed))
    assert [found.id for found in desk.writer.find("gleaner-abc", ANA)] == [1]
    asked = desk.sent[0].url.params
    assert (asked["external_reference_id"], asked["user_id"]) == ("gleaner-abc", "1")


def test_gone_is_gone() -> None:
    desk = Desk(answer=httpx2.Response(404, json={"status": 404, "error": "Not Found"}))
    desk.writer.delete(EntryId(7))
    assert desk.forgotten == [7]
    assert desk.writer.get(EntryId(8)) is None
    assert desk.forgotten == [7, 8]


def test_what_may_not_be_deleted_stays_and_says_why() -> None:
    locked = httpx2.Response(422, json={"message": "This time entry is locked."})
    desk = Desk(answer=locked)
    with pytest.raises(Refused, match="locked"):
        desk.writer.delete(EntryId(7))
    assert desk.forgotten == []


@pytest.mark.parametrize("timestamps", [True, False])
def test_a_timer_is_an_entry_without_hours_and_times(timestamps: bool) -> None:
    desk = Desk(timestamps=timestamps)
    asked_at = datetime(2026, 3, 2, 9, tzinfo=UTC)
    desk.writer.start(
        StartTimer(ANA, ProjectId(201), TaskId(101), date(2026, 3, 2), "Sketches", "gleaner-t", asked_at)
    )
    assert desk.sent[0].method == "POST"
    assert desk.body == {
        "user_id": 1,
        "project_id": 201,
        "task_id": 101,
        "spent_date": "2026-03-02",
        "notes": "Sketches",
        "external_reference": {"id": "gleaner-t", "group_id": "gleaner", "account_id": "77"},
    }


def test_no_other_entry_is_taken_for_a_running_one() -> None:
    """Harvest ignores parameters it does not know, and then answers with everything."""
    listed = {
        "time_entries": [
            entry(1, "2026-03-02"),
            entry(2, "2026-03-02", user_id=2, is_running=True),
            entry(3, "2026-03-02", is_running=True),
        ]
    }
    desk = Desk(answer=httpx2.Response(200, json=listed))
    running = desk.writer.running(ANA)
    assert running is not None
    assert running.id == 3
    assert (desk.sent[0].url.params["is_running"], desk.sent[0].url.params["user_id"]) == ("true", "1")
    assert desk.writer.running(UserId(9)) is None


def test_the_mirror_hears_of_what_is_looked_at_started_and_stopped() -> None:
    desk = Desk()
    desk.writer.get(EntryId(7))
    desk.writer.stop(EntryId(7))
    desk.writer.restart(EntryId(7))
    assert [noted["id"] for noted in desk.noted] == [7, 7, 7]
    assert [request.url.path.rsplit("/", 1)[1] for request in desk.sent] == ["7", "stop", "restart"]


def test_the_mirror_hears_of_every_write() -> None:
    desk = Desk()
    desk.writer.create(MEETING)
    desk.writer.update(UpdateTimeEntry(ANA, EntryId(7), notes="x"))
    assert [noted["id"] for noted in desk.noted] == [7, 7]
    # As Harvest sent it: nulls and all.
    assert desk.noted[0]["notes"] is None
    assert desk.noted[0]["hours"] == Decimal("0.83")


def test_a_lost_answer_is_told_as_such() -> None:
    desk = Desk(answer=httpx2.Response(504))
    with pytest.raises(Unavailable) as error:
        desk.writer.create(MEETING)
    assert error.value.answer_lost
    assert len(desk.sent) == 1
    assert desk.noted == []
