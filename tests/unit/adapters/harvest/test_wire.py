"""Harvest's objects in all the shapes they have been seen in."""

from __future__ import annotations

from datetime import UTC, date, datetime, time, timedelta
from decimal import Decimal
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from gleaner.adapters.harvest import wire
from gleaner.adapters.harvest.encoding import from_json, to_json
from gleaner.adapters.harvest.times import format_time, parse_time
from gleaner.adapters.harvest.zones import harvest_zone
from gleaner.core.catalog import AccountId
from gleaner.core.entries import ExternalReference

# The sample of harvest/api §22.
SAMPLE = """
{"id":2400000101,"spent_date":"2026-03-02","hours":0.52,"hours_without_timer":0.25,"rounded_hours":0.75,
 "notes":"Review PR 12","is_locked":false,"locked_reason":null,"approval_status":"unsubmitted","is_closed":false,
 "is_billed":false,"is_explicitly_locked":false,"timer_started_at":"2026-03-02T09:30:00Z","started_time":"10:15am",
 "ended_time":null,"is_running":true,"billable":true,"budgeted":true,"billable_rate":120.0,"cost_rate":60.0,
 "created_at":"2026-03-02T09:15:00Z","updated_at":"2026-03-02T09:30:00Z",
 "user":{"id":501,"name":"Ada Byron"},"client":{"id":301,"name":"Acme","currency":"EUR"},
 "project":{"id":201,"name":"Portal","code":"AP"},"task":{"id":101,"name":"Programming"},
 "user_assignment":{"id":9001,"is_project_manager":false},"task_assignment":{"id":8001,"billable":true},
 "invoice":null,
 "external_reference":{"id":"12","group_id":"acme/portal","account_id":"77",
   "permalink":"https://github.com/acme/portal/pull/12","service":"github.com","service_icon_url":"https://x"}}
"""


def test_a_time_entry_keeps_all_that_matters() -> None:
    entry = wire.read(wire.TimeEntry, from_json(SAMPLE)).to_core()
    assert entry.id == 2400000101
    assert (entry.user_id, entry.project_id, entry.task_id) == (501, 201, 101)
    assert entry.spent_date == date(2026, 3, 2)
    assert entry.hours == Decimal("0.52")
    assert entry.billable_rate == Decimal("120.0")
    assert entry.started_time == time(10, 15)
    assert entry.ended_time is None
    assert entry.is_running
    assert entry.approval_status == "unsubmitted"
    assert entry.locked_reason == ""
    assert entry.updated_at == datetime(2026, 3, 2, 9, 30, tzinfo=UTC)
    assert entry.external_reference == ExternalReference(
        "12", "acme/portal", "https://github.com/acme/portal/pull/12", "77"
    )


def test_the_least_a_time_entry_can_be() -> None:
    raw = from_json('{"id":"7","spent_date":"2026-03-02","user":{"id":1},"project":{"id":2},"task":{"id":3}}')
    entry = wire.read(wire.TimeEntry, raw).to_core()
    assert (entry.id, entry.hours, entry.notes, entry.billable) == (7, Decimal(0), "", True)


@pytest.mark.parametrize("nothing", ['"notes":null', '"notes":""', '"is_extra":1'])
def test_null_empty_and_absent_are_the_same_nothing(nothing: str) -> None:
    raw = from_json(
        f'{{"id":7,{nothing},"spent_date":"2026-03-02","user":{{"id":1}},"project":{{"id":2}},"task":{{"id":3}},'
        '"started_time":"","billable_rate":"","external_reference":null,"is_locked":null}'
    )
    entry = wire.read(wire.TimeEntry, raw).to_core()
    assert (entry.notes, entry.started_time, entry.billable_rate, entry.is_locked) == ("", None, None, False)


def test_strings_and_numbers_are_the_same_scalars() -> None:
    raw = from_json(
        '{"id":"5","client":{"id":"9","name":1},"name":2026,"code":42,"is_active":"false","is_billable":"true",'
        '"hourly_rate":"95.5","bill_by":"Moon","starts_on":"2026-01-01"}'
    )
    project = wire.read(wire.Project, raw).to_core()
    assert (project.id, project.client_id, project.name, project.code) == (5, 9, "2026", "42")
    assert (project.is_active, project.is_billable) == (False, True)
    assert project.hourly_rate == Decimal("95.5")
    assert project.bill_by == "none"
    assert project.starts_on == date(2026, 1, 1)


def test_a_company_tells_how_time_is_written() -> None:
    raw = from_json(
        '{"name":"Apollo","base_uri":"https://apollo.harvestapp.com","wants_timestamp_timers":true,"clock":"12h",'
        '"week_start_day":"Sunday","weekly_capacity":144000}'
    )
    company = wire.read(wire.Company, raw).to_core(AccountId(7))
    assert (company.clock, company.wants_timestamp_timers, company.first_weekday) == ("12h", True, 6)
    assert company.weekly_capacity == timedelta(hours=40)


def test_a_person_of_2019_and_one_of_2026_are_both_understood() -> None:
    old = wire.read(
        wire.User, {"id": 1, "first_name": "Ana", "last_name": None, "email": "a@b.example", "is_admin": True}
    )
    new = wire.read(
        wire.User,
        {"id": 2, "first_name": "Ben", "last_name": "Li", "permissions_claims": [], "weekly_capacity": 72000},
    )
    assert old.to_core(ZoneInfo("UTC")).name == "Ana"
    assert old.to_core(ZoneInfo("UTC")).access_roles == {"member"}
    assert new.to_core(ZoneInfo("UTC")).weekly_capacity == timedelta(hours=20)


def test_what_is_no_time_entry_is_said_in_one_sentence_without_its_contents() -> None:
    raw = from_json('{"id":7,"notes":"secret notes","spent_date":"someday","user":{"id":1},"task":{"id":3}}')
    with pytest.raises(ValueError, match='TimeEntry 7: "') as error:
        wire.read(wire.TimeEntry, raw)
    assert "secret" not in str(error.value) + str(error.value.__cause__)


@given(st.decimals(min_value=0, max_value=10**10, places=2))
def test_money_and_hours_come_back_exactly_as_they_were(amount: Decimal) -> None:
    assert from_json(to_json({"amount": amount}))["amount"] == amount


@given(
    st.text(alphabet="0123456789", min_size=1, max_size=12),
    st.text(alphabet="0123456789", min_size=1, max_size=3),
)
def test_what_harvest_sent_is_stored_digit_by_digit(whole: str, cents: str) -> None:
    text = f"{int(whole)}.{cents}"
    held = from_json(to_json(from_json(f'{{"hours":{text}}}')))
    assert held["hours"] == Decimal(text)


@given(st.times(), st.sampled_from(["12h", "24h"]))
def test_a_time_written_in_either_clock_is_read_back_to_the_minute(moment: time, clock: str) -> None:
    written = format_time(moment, clock)  # type: ignore[arg-type]
    assert parse_time(written) == moment.replace(second=0, microsecond=0)


@pytest.mark.parametrize("text", ["", "8", "25:00", "13:00pm", "0:30am", "8:61am", "noon", "8:0am"])
def test_what_is_no_time_is_none(text: str) -> None:
    assert parse_time(text) is None


def test_every_zone_harvest_offers_is_a_zone() -> None:
    from gleaner.adapters.harvest.zones import _iana_names

    assert len(_iana_names()) == 150
    assert [name for name in _iana_names() if harvest_zone(name) is None] == []


@pytest.mark.parametrize("creator", [{"id": None, "name": "Somebody who left"}, {"name": "Nobody"}, {}, None])
def test_an_invoice_of_nobody_is_an_invoice(creator: object) -> None:
    assert wire.read(wire.Invoice, {"id": 7, "creator": creator}).creator is None
