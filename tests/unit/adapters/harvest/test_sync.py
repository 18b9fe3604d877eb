"""The copy of Harvest: filled cold, kept warm, listed anew. On SQLite and PostgreSQL."""

from __future__ import annotations

from datetime import date, timedelta
from decimal import Decimal

import pytest
from tests.unit.adapters.harvest.desk import MARCH, Desk
from tests.unit.adapters.harvest.fake import Quiet, entry

from gleaner.adapters.harvest.report import Counts
from gleaner.core.catalog import ClientId, TaskId, UserId
from gleaner.core.errors import Refused, Suspicious, Unavailable


def test_a_warm_poll_writes_only_what_changed(desk: Desk) -> None:
    desk.sync()
    desk.harvest.tick()
    desk.harvest.put("time_entries", entry(1, "2026-03-02", 2.5), entry(3, "2026-03-04"))
    report = desk.sync()
    # The last seconds before a poll are read again with the next one.
    assert report.counts["time_entries"] == Counts(added=1, changed=1, unchanged=1)
    assert report.total.changed == 1
    assert desk.hours() == {1: Decimal("2.5"), 2: Decimal("0.83"), 3: Decimal("1.0")}


def test_a_poll_asks_for_the_last_seconds_before_the_one_before_again(desk: Desk) -> None:
    """Harvest compares strictly, and shows a change a little after it stamped it: some would be missed otherwise."""
    desk.sync()
    desk.harvest.put("time_entries", entry(4, "2026-03-05"))  # in the very second of the first sync
    report = desk.sync()
    polls = [request for request in desk.harvest.asked if request.url.path.endswith("/time_entries")]
    (since,) = [request.url.params["updated_since"] for request in polls]
    # Harvest's clock said 12:00:00 when the first sync asked, a little less the time the answer took.
    assert "2026-03-02T11:59:50Z" < since <= "2026-03-02T11:59:57Z"
    assert report.counts["time_entries"].added == 1


def test_what_changed_long_before_is_not_read_again(desk: Desk) -> None:
    """A thousand entries made in one second are read once."""
    desk.harvest.put("time_entries", *(entry(n, "2026-03-10") for n in range(100, 120)))
    desk.harvest.tick(60)
    desk.sync()
    report = desk.sync()
    polls = [request for request in desk.harvest.asked if request.url.path.endswith("/time_entries")]
    assert [request.url.params["updated_since"] for request in polls] == ["2026-03-02T12:00:00Z"]
    assert report.counts["time_entries"] == Counts()


def test_a_quiet_poll_writes_nothing(desk: Desk) -> None:
    desk.sync()
    desk.harvest.tick()
    report = desk.sync()
    assert (report.total.added, report.total.changed, report.total.removed) == (0, 0, 0)
    assert len(desk.harvest.asked) == 9


def test_a_change_on_an_early_page_is_not_lost_to_a_newer_one_on_a_later_page(desk: Desk) -> None:
    """While page 2 is read, an entry of page 1 changes and then one of page 2: the second must not hide the first."""
    desk.harvest.per_page = 1

    def change(path: str, page: int) -> None:
        if path == "/time_entries" and page == 2:
            desk.harvest.tick(5)
            desk.harvest.put("time_entries", entry(2, "2026-03-03", 7, user_id=2))
            desk.harvest.tick(5)
            desk.harvest.put("time_entries", entry(1, "2026-03-02", 8))

    desk.harvest.before_answer = change
    desk.sync()
    assert desk.hours() == {1: Decimal(8), 2: Decimal("0.83")}
    desk.harvest.before_answer = lambda path, page: None
    desk.sync()
    assert desk.hours() == {1: Decimal(8), 2: Decimal(7)}


def test_an_entry_moved_out_of_the_window_leaves_it(desk: Desk) -> None:
    desk.sync()
    desk.harvest.tick()
    desk.harvest.put("time_entries", entry(1, "2026-04-15"))
    desk.sync()
    assert list(desk.hours()) == [2]


def test_a_wider_window_is_filled_without_a_hole(desk: Desk) -> None:
    desk.harvest.put(
        "time_entries", entry(10, "2026-01-10"), entry(11, "2026-02-10"), entry(12, "2026-04-10")
    )
    desk.sync()
    assert len(desk.reads.entries(date(2026, 1, 1), date(2026, 4, 30))) == 2
    desk.harvest.tick()
    desk.harvest.put("time_entries", entry(1, "2026-03-02"))
    desk.sync()  # from here on, polls do not see the other days' entries
    desk.sync(window=(date(2026, 1, 1), date(2026, 1, 31)))
    desk.sync(window=(date(2026, 3, 10), date(2026, 4, 30)))
    everything = desk.reads.entries(date(2026, 1, 1), date(2026, 4, 30))
    assert [found.id for found in everything] == [10, 11, 1, 2, 12]


def test_an_account_without_entries_is_asked_for_them_again(desk: Desk) -> None:
    desk.harvest.drop("time_entries", 1, 2)
    desk.sync()
    assert desk.hours() == {}
    # Created before the sync by Harvest's clock, yet invisible to it.
    desk.harvest.put("time_entries", entry(5, "2026-03-05"))
    desk.harvest.lists["time_entries"][5]["updated_at"] = "2026-01-01T00:00:00Z"
    desk.sync()
    assert list(desk.hours()) == [5]


def test_only_a_full_sync_sees_what_was_deleted(desk: Desk) -> None:
    desk.sync()
    desk.harvest.drop("time_entries", 2)
    desk.harvest.drop("user_assignments", 9002)
    desk.sync()
    assert list(desk.hours()) == [1, 2]
    report = desk.sync(full=True)
    assert report.counts["time_entries"].removed == 1
    assert report.counts["user_assignments"].removed == 1
    assert list(desk.hours()) == [1]
    assert desk.reads.catalog().slots(UserId(2)) == ()


def test_a_full_sync_reads_every_day_it_ever_covered(desk: Desk) -> None:
    """Days that were asked for once stay in the copy; what was deleted there is found too."""
    desk.harvest.put("time_entries", entry(10, "2026-01-10"), entry(11, "2026-01-11"))
    desk.sync(window=(date(2026, 1, 1), MARCH[1]))
    desk.harvest.drop("time_entries", 11)
    report = desk.sync(full=True)
    assert report.counts["time_entries"].removed == 1
    assert len(desk.reads.entries(date(2026, 1, 1), MARCH[1])) == 3


def test_what_is_gone_before_its_day_is_covered_does_not_stay(desk: Desk) -> None:
    """A poll brings an entry of February, it is deleted, and then February is wanted."""
    desk.sync()
    desk.harvest.tick()
    desk.harvest.put("time_entries", entry(50, "2026-02-10"))
    desk.sync()
    desk.harvest.drop("time_entries", 50)
    desk.harvest.tick()
    february = (date(2026, 2, 1), MARCH[1])
    desk.sync(window=february)
    assert 50 not in {found.id for found in desk.reads.entries(*february)}


def test_a_full_sync_finds_changes_harvest_does_not_stamp(desk: Desk) -> None:
    """A rate changed in the past reprices entries without touching ``updated_at``."""
    desk.sync()
    desk.harvest.lists["time_entries"][1]["billable_rate"] = 95.5
    desk.harvest.tick(3600)
    desk.harvest.put("time_entries", entry(2, "2026-03-03"))
    desk.sync()  # now entry 1 is out of the polls' sight
    desk.sync()
    desk.sync(full=True)
    assert desk.reads.entries(*MARCH)[0].billable_rate == Decimal("95.5")


def test_a_list_that_shrinks_while_it_is_read_is_read_again(desk: Desk) -> None:
    """Deleting from page 1 pulls an entry from page 2 onto page 1, where nobody looks any more."""
    desk.harvest.put("time_entries", *(entry(number, "2026-03-10") for number in range(20, 26)))
    desk.sync()
    desk.harvest.per_page = 4
    deleted: list[int] = []

    def delete(path: str, page: int) -> None:
        if path == "/time_entries" and page == 2 and not deleted:
            deleted.append(25)
            desk.harvest.drop("time_entries", 25)

    desk.harvest.before_answer = delete
    report = desk.sync(full=True)
    assert report.counts["time_entries"].removed == 1
    assert sorted(desk.hours()) == [1, 2, 20, 21, 22, 23, 24]


def test_what_was_noted_while_a_list_was_read_is_not_removed(desk: Desk) -> None:
    desk.sync()
    new = {**entry(99, "2026-03-20"), "updated_at": "2026-03-02T13:00:00Z"}

    asked: list[str] = []

    def note(path: str, page: int) -> None:
        asked.append(path)
        if asked.count("/time_entries") == 1:
            desk.mirror.note(dict(new))

    desk.harvest.before_answer = note
    desk.sync(full=True)
    assert 99 in desk.hours()


def test_a_list_suddenly_empty_is_a_fault_until_somebody_insists(desk: Desk) -> None:
    desk.harvest.put("time_entries", *(entry(number, "2026-03-10") for number in range(20, 40)))
    desk.sync()
    desk.harvest.lists["time_entries"].clear()
    with pytest.raises(Suspicious, match="suddenly empty"):
        desk.sync(full=True)
    assert len(desk.hours()) == 22
    desk.sync(full=True, force=True)
    assert desk.hours() == {}


def test_a_sync_broken_off_is_simply_done_again(desk: Desk) -> None:
    desk.harvest.per_page = 1

    def fail(path: str, page: int) -> None:
        if path == "/time_entries" and page == 2:
            raise ConnectionError("the process dies here")

    desk.harvest.before_answer = fail
    with pytest.raises(ConnectionError):
        desk.sync()
    with pytest.raises(Unavailable, match="run a sync first"):
        desk.reads.entries(*MARCH)
    desk.harvest.before_answer = lambda path, page: None
    desk.sync()
    assert sorted(desk.hours()) == [1, 2]


def test_an_object_that_cannot_be_read_is_left_out_and_told(desk: Desk) -> None:
    desk.harvest.put("time_entries", {"id": 66, "spent_date": "2026-03-02", "hours": "many", **_refs()})
    report = desk.sync()
    assert [problem.where for problem in report.problems] == ["Harvest, time entries"]
    assert "TimeEntry 66" in report.problems[0].text
    assert sorted(desk.hours()) == [1, 2]


def test_progress_tells_how_much_there_is(desk: Desk) -> None:
    progress = Quiet()
    desk.mirror.sync(progress, window=MARCH)
    assert progress.steps[0] == "users"
    assert {"time entries", "expenses", "invoices", "tasks"} <= set(progress.steps)
    assert dict(zip(progress.steps, progress.totals, strict=True))["time entries"] == 2
    assert progress.advanced == 11


def _refs() -> dict[str, object]:
    return {"user": {"id": 1}, "project": {"id": 201}, "task": {"id": 101}}


@pytest.mark.parametrize("full", [False, True])
def test_an_entry_is_not_lost_when_another_moves_past_it_between_pages(desk: Desk, full: bool) -> None:
    """
    page 1:  10 on 9 March, 11 on 8 March    then 11 is moved to 1 March
    page 2:  11 again; 12 on 7 March has slipped onto page 1, where nobody looks any more
    """
    desk.harvest.drop("time_entries", 1, 2)
    desk.harvest.put(
        "time_entries", *(entry(number, f"2026-03-0{day}") for number, day in ((10, 9), (11, 8), (12, 7)))
    )
    desk.harvest.per_page, desk.harvest.by_cursor = 2, False
    if full:
        desk.sync()
    desk.harvest.tick()

    def move(path: str, page: int) -> None:
        if path == "/time_entries" and page == 2:
            desk.harvest.put("time_entries", entry(11, "2026-03-01"))

    desk.harvest.before_answer = move
    desk.sync(full=full)
    assert sorted(desk.hours()) == [10, 11, 12]


def test_entries_logged_while_a_list_is_read_are_no_reason_to_read_it_again(desk: Desk) -> None:
    desk.harvest.put("time_entries", *(entry(number, "2026-03-10") for number in range(10, 16)))
    desk.harvest.tick()  # what was logged in the second of the sync itself could be either
    desk.harvest.per_page, desk.harvest.by_cursor = 3, False

    def log(path: str, page: int) -> None:
        if path == "/time_entries" and page > 1:
            desk.harvest.put("time_entries", entry(100 + page, "2026-03-20"))

    desk.harvest.before_answer = log
    report = desk.sync()
    assert report.problems == ()
    assert sorted(desk.hours()) == [1, 2, *range(10, 16)]
    assert desk.harvest.paths().count("/time_entries") == 4  # eleven entries in the end
    desk.harvest.before_answer = lambda path, page: None
    desk.sync()
    assert {102, 103, 104} <= set(desk.hours())


def test_a_list_that_never_stands_still_is_told_and_read_again_next_time(desk: Desk) -> None:
    desk.harvest.put("time_entries", *(entry(number, "2026-03-10") for number in range(10, 16)))
    desk.harvest.per_page, desk.harvest.by_cursor = 4, False

    def move(path: str, page: int) -> None:
        if path == "/time_entries" and page == 2:
            held = desk.harvest.lists["time_entries"].values()
            first = max(held, key=lambda item: (str(item["spent_date"]), int(str(item["id"]))))
            desk.harvest.put("time_entries", {**first, "spent_date": "2026-03-01"})

    desk.harvest.before_answer = move
    report = desk.sync()
    assert [problem.where for problem in report.problems] == ["Harvest, time entries"]
    desk.harvest.before_answer = lambda path, page: None
    assert desk.sync().problems == ()
    assert len(desk.hours()) == 8


def test_a_warm_poll_is_nine_requests_and_seldom_lists_take_turns(desk: Desk) -> None:
    """Clients, contacts, tasks and expense categories: one of them with each poll."""
    assert desk.sync().requests == 12
    seldom = {"/clients", "/contacts", "/tasks", "/expense_categories"}
    turns = []
    for _ in range(4):
        desk.clock.moment += timedelta(minutes=5)
        assert desk.sync().requests == 9
        turns += [path for path in desk.harvest.paths() if path in seldom]
    assert sorted(turns) == sorted(seldom)


def test_seldom_lists_are_all_read_when_nobody_looked_for_an_hour(desk: Desk) -> None:
    desk.sync()
    desk.clock.moment += timedelta(minutes=59)
    assert desk.sync().requests == 9
    desk.clock.moment += timedelta(minutes=61)
    assert desk.sync().requests == 12


def test_what_is_mentioned_and_unknown_is_read_at_once(desk: Desk) -> None:
    """A task assignment names a task made meanwhile: the tasks do not wait for their turn."""
    desk.sync()
    desk.harvest.tick(60)
    desk.clock.moment += timedelta(minutes=5)
    desk.sync()  # the first of the seldom lists had its turn
    desk.harvest.put("tasks", {"id": 102, "name": "Testing", "is_active": True})
    desk.harvest.put(
        "task_assignments",
        {
            "id": 8002,
            "project": {"id": 201, "name": "Portal"},
            "task": {"id": 102, "name": "Testing"},
            "is_active": True,
        },
    )
    desk.harvest.put("clients", {"id": 302, "name": "Zeus", "currency": "EUR", "is_active": True})
    desk.harvest.put(
        "projects", {"id": 202, "name": "App", "client": {"id": 302, "name": "Zeus"}, "is_active": True}
    )
    desk.clock.moment += timedelta(minutes=5)
    desk.sync()
    assert desk.reads.catalog().tasks[TaskId(102)].name == "Testing"
    assert desk.reads.catalog().clients[ClientId(302)].name == "Zeus"


def test_every_list_tells_until_when_it_is_right(desk: Desk) -> None:
    desk.sync()
    start = desk.clock.moment
    desk.clock.moment += timedelta(minutes=5)
    fresh = desk.sync().freshness
    assert fresh["time_entries"] == fresh["projects"] == start + timedelta(minutes=5)
    assert sorted(fresh.values()).count(start) == 3  # whose turn it was not
    assert desk.mirror.freshness() == fresh


def invoice(number: int, *projects: int) -> dict[str, object]:
    lines = [{"id": 10 * number + n, "project": {"id": project}} for n, project in enumerate(projects)]
    return {"id": number, "number": str(number), "line_items": lines}


def expense(number: int, day: str) -> dict[str, object]:
    refs = {"user": {"id": 1, "name": "Ana Doe"}, "project": {"id": 201}}
    return {"id": number, "spent_date": day, "expense_category": {"id": 5, "name": "Meals"}, **refs}


def billed(desk: Desk) -> set[int]:
    return {found.id for found in desk.reads.entries(*MARCH) if found.is_billed}


def test_an_invoice_brings_what_its_projects_have_again(desk: Desk) -> None:
    """Whether billing touches time and expenses is not known; a new invoice is reason enough to look."""
    desk.harvest.put("expenses", expense(9, "2026-03-05"))
    desk.harvest.put("expense_categories", {"id": 5, "name": "Meals"})
    desk.harvest.tick(60)
    desk.sync()
    desk.harvest.lists["time_entries"][1]["is_billed"] = True  # and no new updated_at
    desk.harvest.lists["expenses"][9]["is_billed"] = True
    desk.harvest.put("invoices", invoice(7001, 201))
    report = desk.sync()
    assert (report.counts["time_entries"].changed, report.counts["expenses"].changed) == (1, 1)
    assert report.requests == 9 + 2
    assert billed(desk) == {1}
    desk.harvest.tick(60)
    desk.sync()
    assert desk.sync().requests == 9


def test_a_crash_does_not_forget_what_was_invoiced(desk: Desk) -> None:
    desk.harvest.tick(60)
    desk.sync()
    desk.harvest.lists["time_entries"][1]["is_billed"] = True
    desk.harvest.put("invoices", invoice(7001, 201))
    desk.harvest.forbidden = {"/time_entries"}
    with pytest.raises(Refused):
        desk.sync()
    desk.harvest.forbidden = set()
    desk.harvest.tick(60)
    desk.sync()
    assert billed(desk) == {1}


def test_a_full_sync_sees_what_an_invoice_billed_and_what_a_deleted_one_freed(desk: Desk) -> None:
    april = (date(2026, 4, 1), date(2026, 4, 30))
    desk.harvest.put("invoices", invoice(7001, 201))
    desk.harvest.put("time_entries", entry(2, "2026-03-03", is_billed=True))
    desk.harvest.tick(60)
    desk.sync()
    desk.harvest.lists["time_entries"][1]["is_billed"] = True
    desk.harvest.lists["time_entries"][2]["is_billed"] = False
    desk.harvest.drop("invoices", 7001)
    desk.harvest.put("invoices", invoice(7002, 201))
    desk.sync(full=True, window=april)
    assert billed(desk) == {1}


def test_expenses_are_kept_by_day_and_their_deletion_found(desk: Desk) -> None:
    ref = {"id": 1, "name": "Ana Doe"}
    for number, day in ((1, "2026-03-02"), (2, "2026-03-20")):
        item = {"id": number, "spent_date": day, "user": ref, "expense_category": {"id": 5, "name": "Meals"}}
        desk.harvest.put("expenses", item)
    assert desk.sync().counts["expenses"] == Counts(added=2)
    desk.harvest.drop("expenses", 2)
    assert desk.sync().counts["expenses"].removed == 0
    assert desk.sync(full=True).counts["expenses"].removed == 1


def test_what_harvest_does_not_show_is_left_out_and_said(desk: Desk) -> None:
    """An account without the modules for expenses and invoices, or one that hides them from the token."""
    desk.harvest.forbidden = {"/expenses", "/invoices"}
    report = desk.sync()
    assert [problem.where for problem in report.problems] == ["Harvest, invoices", "Harvest, expenses"]
    assert all(problem.is_hint for problem in report.problems)
    assert report.counts["time_entries"].added == 2
    desk.clock.moment += timedelta(minutes=30)
    desk.sync()
    assert not {"/expenses", "/invoices"} & set(desk.harvest.paths())  # asked for again after an hour
    desk.clock.moment += timedelta(minutes=31)
    assert len(desk.sync().problems) == 2
    desk.harvest.company = {**desk.harvest.company, "expense_feature": False, "invoice_feature": False}
    assert desk.sync().problems == ()
    assert not {"/expenses", "/expense_categories", "/invoices"} & set(desk.harvest.paths())


def test_a_sync_tells_what_changed(desk: Desk) -> None:
    assert desk.sync().changes == ()
    desk.harvest.tick(60)
    desk.harvest.put("time_entries", entry(1, "2026-03-02", 2.5), entry(3, "2026-03-04"))
    desk.harvest.drop("time_entries", 2)
    desk.harvest.put("projects", {"id": 201, "name": "Gateway"})
    said = [(change.resource, change.kind, change.text) for change in desk.sync(full=True).changes]
    assert said == [
        ("projects", "changed", "Portal: name Portal → Gateway"),
        ("time_entries", "changed", "2026-03-02 Ana Doe Acme Portal Programming 1.0 h: hours 1.0 → 2.5"),
        ("time_entries", "added", "2026-03-04 Ana Doe Acme Portal Programming 1.0 h"),
        ("time_entries", "removed", "2026-03-03 Ana Doe Acme Portal Programming 0.83 h"),
    ]
