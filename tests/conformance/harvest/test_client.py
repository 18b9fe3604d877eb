"""The client against the sandbox: every resource, read and written."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from decimal import Decimal

import pytest
from tests.conformance.harvest.conftest import DURATION, TIMESTAMP, Harvest

from gleaner.adapters.harvest.client import Client
from gleaner.adapters.harvest.limits import Unlimited
from gleaner.adapters.harvest.paging import pages
from gleaner.core.catalog import AccountId
from gleaner.core.errors import ConfigError, Refused, Unavailable

BASE = DURATION * 1000


def test_the_company_tells_how_time_is_written(harvest: Harvest) -> None:
    durations = harvest.client(DURATION).company.get().to_core(DURATION)
    times = harvest.client(TIMESTAMP).company.get().to_core(TIMESTAMP)
    assert (durations.clock, durations.wants_timestamp_timers) == ("12h", False)
    assert (times.clock, times.wants_timestamp_timers) == ("24h", True)
    assert durations.base_uri == "https://studio11.harvestapp.com"


def test_the_companys_settings_can_be_changed(harvest: Harvest) -> None:
    changed = harvest.client().company.update(weekly_capacity=144000)
    assert changed.weekly_capacity == 144000


def test_people(harvest: Harvest) -> None:
    users = harvest.client().users
    assert {user.id for user in users.list()} == {BASE + 1, BASE + 2, BASE + 3}
    assert users.me().id == BASE + 1
    assert users.get(BASE + 2).name == "Mo Member"
    created = users.create(first_name="Nu", last_name="Newcomer", email="nu@studio11.example")
    assert users.update(created.id, weekly_capacity=36000, is_active=False).weekly_capacity == 36000
    assert created.id not in {user.id for user in users.list(is_active=True)}
    users.delete(created.id)
    with pytest.raises(Refused) as refusal:
        users.get(created.id)
    assert refusal.value.status == 404


def test_clients_and_contacts(harvest: Harvest) -> None:
    client = harvest.client()
    created = client.clients.create(name="Zeus & Söhne", currency="CHF", address="Main Street 1")
    assert client.clients.get(created.id).to_core().currency == "CHF"
    assert client.clients.update(created.id, name="Zeus", address=None).name == "Zeus"
    contact = client.contacts.create(client_id=created.id, first_name="Hera", email="Hera@Zeus.example")
    assert contact.to_core().email == "hera@zeus.example"
    assert [found.id for found in client.contacts.list(client_id=created.id)] == [contact.id]
    assert client.contacts.update(contact.id, last_name="O.").last_name == "O."
    client.contacts.delete(contact.id)
    client.clients.delete(created.id)
    assert [found.name for found in client.clients.list()] == ["Acme"]


def test_a_client_with_projects_cannot_be_deleted_and_says_so(harvest: Harvest) -> None:
    with pytest.raises(Refused, match="not removable") as refusal:
        harvest.client().clients.delete(BASE + 10)
    assert refusal.value.status == 422


def test_projects_with_their_tasks_and_people(harvest: Harvest) -> None:
    client = harvest.client()
    project = client.projects.create(
        client_id=BASE + 10,
        name="App",
        is_billable=True,
        bill_by="Project",
        hourly_rate=Decimal("87.25"),
        budget_by="none",
        starts_on=date(2026, 3, 1),
    )
    core = client.projects.get(project.id).to_core()
    assert (core.bill_by, core.hourly_rate, core.starts_on) == ("Project", Decimal("87.25"), date(2026, 3, 1))
    assert client.projects.update(project.id, code="APP", notes=None).code == "APP"
    assert project.id in {found.id for found in client.projects.list(client_id=BASE + 10)}

    task = client.tasks.create(name="Testing", billable_by_default=False)
    client.task_assignments.create(project.id, task_id=BASE + 30)  # the one a project must keep
    used = client.task_assignments.create(project.id, task_id=task.id, billable=True, hourly_rate=Decimal(60))
    assert client.task_assignments.get(project.id, used.id).to_core().task_id == task.id
    assert client.task_assignments.update(project.id, used.id, billable=False).billable is False
    assert used.id in {found.id for found in client.task_assignments.list(project_id=project.id)}
    assert used.id in {found.id for found in client.task_assignments.list()}

    member = client.user_assignments.create(project.id, user_id=BASE + 2)
    assert client.user_assignments.get(project.id, member.id).to_core().user_id == BASE + 2
    lead = client.user_assignments.update(project.id, member.id, is_project_manager=True)
    assert lead.is_project_manager
    assert [found.id for found in client.user_assignments.list(project_id=project.id, user_id=BASE + 2)] == [
        lead.id
    ]

    client.user_assignments.delete(project.id, member.id)
    client.task_assignments.delete(project.id, used.id)
    client.tasks.delete(task.id)
    client.projects.delete(project.id)
    assert {found.name for found in client.projects.list()} == {"Portal", "Secret"}


def test_what_one_person_may_log_to(harvest: Harvest) -> None:
    (mine,) = harvest.client(who="member").project_assignments.mine()
    assert (mine.project.name, mine.client.currency) == ("Portal", "EUR")
    assert [used.task.name for used in mine.task_assignments] == ["Programming", "Meetings"]
    theirs = list(harvest.client().project_assignments.of(BASE + 2))
    assert [found.id for found in theirs] == [mine.id]


def test_rates_by_date(harvest: Harvest) -> None:
    rates = harvest.client().billable_rates
    rates.create(BASE + 1, Decimal("120.75"), start_date=date(2026, 2, 1))
    assert [(rate.amount, rate.end_date) for rate in rates.of(BASE + 1)] == [
        (Decimal("99.5"), date(2026, 1, 31)),
        (Decimal("120.75"), None),
    ]


def test_entries_by_every_filter(harvest: Harvest) -> None:
    entries = harvest.client().time_entries
    assert [found.id for found in entries.list()] == [BASE + 902, BASE + 901, BASE + 900]
    assert [found.id for found in entries.list(first=date(2026, 3, 1), last=date(2026, 3, 31))] == [
        BASE + 902
    ]
    assert [found.id for found in entries.list(first="2026-02-27", last="2026-02-27")] == [
        BASE + 901,
        BASE + 900,
    ]
    assert [found.id for found in entries.list(user_id=BASE + 1)] == [BASE + 900]
    assert len(list(entries.list(client_id=BASE + 10, project_id=BASE + 20, task_id=BASE + 30))) == 3
    assert list(entries.list(is_billed=True)) == []
    assert list(entries.list(is_running=True)) == []
    assert list(entries.list(external_reference_id="none")) == []
    now = datetime(2026, 3, 2, 12, tzinfo=UTC)
    assert list(entries.list(updated_since=now)) == []
    assert len(list(entries.list(updated_since=now - timedelta(seconds=1)))) == 3


def test_an_entry_from_beginning_to_end(harvest: Harvest) -> None:
    entries = harvest.client().time_entries
    made = entries.create_with_hours(
        Decimal("0.83"),
        project_id=BASE + 20,
        task_id=BASE + 30,
        spent_date=date(2026, 3, 3),
        user_id=BASE + 2,
        notes="Ünïcode ✓",
        external_reference={"id": "gleaner-1", "group_id": "gleaner", "permalink": "https://x.example/1"},
    )
    assert (made.hours, made.user.id, made.is_running) == (Decimal("0.83"), BASE + 2, False)
    held = entries.get(made.id)
    assert held.notes == "Ünïcode ✓"
    assert held.external_reference is not None
    assert held.external_reference.service == "x.example"
    assert entries.update(made.id, hours=Decimal("1.25"), notes="").hours == Decimal("1.25")
    entries.delete_external_reference(made.id)
    assert entries.get(made.id).external_reference is None
    entries.delete(made.id)
    with pytest.raises(Refused) as refusal:
        entries.get(made.id)
    assert refusal.value.status == 404


def test_times_in_the_accounts_clock(harvest: Harvest) -> None:
    base = TIMESTAMP * 1000
    entries = harvest.client(TIMESTAMP).time_entries
    made = entries.create_with_times(
        "09:00", "10:15", project_id=base + 20, task_id=base + 30, spent_date=date(2026, 3, 3)
    )
    assert made.to_core().hours == Decimal("1.25")
    changed = entries.update(made.id, started_time="08:45")
    assert str(changed.to_core().started_time) == "08:45:00"


def test_a_timer_runs_stops_and_runs_again(harvest: Harvest) -> None:
    entries = harvest.client().time_entries
    running = entries.start_timer(project_id=BASE + 20, task_id=BASE + 30, spent_date=date(2026, 3, 2))
    assert running.is_running
    harvest.running.control.advance(timedelta(minutes=30))
    stopped = entries.stop(running.id)
    assert (stopped.is_running, stopped.hours) == (False, Decimal("0.5"))
    with pytest.raises(Refused):
        entries.stop(running.id)
    assert entries.restart(running.id).is_running


def test_many_entries_come_page_by_page(harvest: Harvest) -> None:
    client = harvest.client()
    read = list(pages(client.transport, "/time_entries", "time_entries", per_page=2))
    assert [len(page.items) for page in read] == [2, 1]
    assert read[0].total == 3
    assert read[0].asked_at is not None
    by_cursor = list(pages(client.transport, "/users", "users", per_page=1))
    assert sorted(int(str(page.items[0]["id"])) for page in by_cursor) == [BASE + 1, BASE + 2, BASE + 3]


def test_a_wrong_token_is_refused_with_what_to_do(harvest: Harvest) -> None:
    stranger = Client(DURATION, "no-such-token", base_url=harvest.running.base_url, limits=Unlimited())
    with stranger, pytest.raises(Refused, match=r"id\.getharvest\.com/developers") as refusal:
        stranger.users.me()
    assert refusal.value.status == 401
    assert "no-such-token" not in str(refusal.value)


def test_a_member_is_told_what_lacks(harvest: Harvest) -> None:
    with pytest.raises(Refused, match="an administrator's token") as refusal:
        harvest.client(who="member").company.get()
    assert refusal.value.status == 403


def test_a_refused_entry_says_why_in_harvests_words(harvest: Harvest) -> None:
    entries = harvest.client().time_entries
    with pytest.raises(Refused, match="Task can't be blank") as refusal:
        entries.create_with_hours(Decimal(1), project_id=BASE + 20, spent_date=date(2026, 3, 2))
    assert refusal.value.status == 422


@pytest.mark.parametrize(
    "fault", ["status=429, times=2", "status=429-json, times=2", "status=503, times=3", "reset, times=2",
              "truncate, times=1", "lost, times=1", "status=502-html, times=1"],
)  # fmt: skip
def test_a_question_survives_trouble(harvest: Harvest, fault: str) -> None:
    harvest.fail(fault)
    assert harvest.client().users.me().id == BASE + 1


@pytest.mark.parametrize("fault", ["lost", "truncate", "reset", "status=500", "status=502-html"])
def test_a_post_in_trouble_is_sent_once_and_told_as_perhaps_done(harvest: Harvest, fault: str) -> None:
    entries = harvest.client().time_entries
    harvest.fail(f"{fault}, match=POST /v2/*")
    with pytest.raises(Unavailable) as error:
        entries.create_with_hours(
            Decimal(1), project_id=BASE + 20, task_id=BASE + 30, spent_date=date(2026, 3, 4)
        )
    assert error.value.answer_lost
    assert len(harvest.requests("POST")) == 1
    harvest.fail("")
    done = fault in ("lost", "truncate")
    assert len(list(entries.list(first="2026-03-04", last="2026-03-04"))) == done


def test_a_throttled_post_is_sent_again(harvest: Harvest) -> None:
    entries = harvest.client().time_entries
    harvest.fail("status=429, retry_after=3, times=1, match=POST /v2/*")
    entries.create_with_hours(
        Decimal(1), project_id=BASE + 20, task_id=BASE + 30, spent_date=date(2026, 3, 4)
    )
    assert len(harvest.requests("POST")) == 2
    assert len(list(entries.list(first="2026-03-04", last="2026-03-04"))) == 1


def test_a_slow_answer_is_not_waited_for_for_ever(harvest: Harvest) -> None:
    harvest.fail("latency=0.5, match=POST /v2/*")
    entries = harvest.client(timeout=0.1).time_entries
    with pytest.raises(Unavailable, match="in time") as error:
        entries.create_with_hours(
            Decimal(1), project_id=BASE + 20, task_id=BASE + 30, spent_date=date(2026, 3, 4)
        )
    assert error.value.answer_lost


def test_nobody_there_is_said_as_such() -> None:
    nowhere = Client(AccountId(1), "token", base_url="http://127.0.0.1:9/v2", limits=Unlimited())
    with nowhere, pytest.raises(Unavailable, match="cannot be reached") as error:
        nowhere.time_entries.start_timer()
    assert not error.value.answer_lost


def test_an_address_that_is_none_is_for_the_person_to_fix() -> None:
    with (
        Client(AccountId(1), "token", base_url="harvest", limits=Unlimited()) as wrong,
        pytest.raises(ConfigError),
    ):
        wrong.users.me()
