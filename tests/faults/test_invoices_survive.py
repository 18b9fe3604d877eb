"""Whatever dies while an invoice is made and sent: there is one, its time is billed once, its mail goes out once."""

from __future__ import annotations

import signal
import subprocess
import sys
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from tests.faults.billing_driver import Killed, killed, one_round
from tests.journeys.billing import (
    billable,
    billed,
    fixed,
    in_month,
    invoices,
    mails,
    month_end,
    only,
    rule,
    worked,
)
from tests.journeys.world import World

DRIVER = Path(__file__).with_name("billing_driver.py")
LATER = 3600
"""Seconds: whoever began is taken for dead, and what was put off is tried again."""
AUTO = 'send = "auto"'


def monthly(world: World) -> World:
    billable(world)
    rule(world, *month_end(AUTO))
    worked(world, 2.0, 3.0)
    return world


def fee(world: World) -> World:
    fixed(world, fee=500.0)
    part = f'{{name = "All", percent = 100, on = {in_month(1)}}}'
    rule(world, f'trigger = {{kind = "fixed-fee-schedule", parts = [{part}]}}', AUTO)
    return world


def assert_once(world: World, amount: float) -> None:
    assert [(one["amount"], one["state"]) for one in invoices(world)] == [(amount, "open")]
    assert len([one for one in mails(world) if one["kind"] == "invoice"]) == 1
    assert only(world)["state"] == "sent"


@pytest.mark.parametrize("number", range(14, 30))
def test_a_month_is_invoiced_once_whatever_answer_was_the_last(world: World, number: int) -> None:
    monthly(world)
    try:
        _, count = one_round(world.config, f"answered:{number}", 0, killed)
    except Killed:
        one_round(world.config, "", LATER, killed)
    else:
        assert count < number
    assert_once(world, 400.0)
    assert billed(world) == 2


@pytest.mark.parametrize("number", range(14, 26))
def test_a_fee_is_invoiced_once_whatever_answer_was_the_last(world: World, number: int) -> None:
    fee(world)
    try:
        _, count = one_round(world.config, f"answered:{number}", 0, killed)
    except Killed:
        one_round(world.config, "", LATER, killed)
    else:
        assert count < number
    assert_once(world, 500.0)


@pytest.mark.parametrize("place", ["POST /invoices", "POST /invoices/N/messages"])
def test_a_killed_process_is_followed_by_one_that_looks_first(world: World, place: str) -> None:
    monthly(world)
    died = subprocess.run([sys.executable, str(DRIVER), str(world.config), f"answered:{place}"], check=False)
    assert died.returncode == -signal.SIGKILL
    subprocess.run([sys.executable, str(DRIVER), str(world.config), "--later", str(LATER)], check=True)
    assert_once(world, 400.0)
    assert billed(world) == 2


@pytest.mark.parametrize("build", [monthly, fee])
@pytest.mark.parametrize("match", ["POST /v2/invoices", "POST /v2/invoices/*/messages"])
def test_a_lost_answer_is_looked_up(world: World, build: object, match: str) -> None:
    assert callable(build)
    build(world)
    world.running.control.set_faults(f"lost, match={match}, times=1")
    one_round(world.config, "", 0, killed)
    one_round(world.config, "", LATER, killed)
    assert_once(world, 400.0 if build is monthly else 500.0)


def test_what_somebody_invoiced_by_hand_meanwhile_is_not_taken_for_ours(world: World) -> None:
    monthly(world)
    with pytest.raises(Killed):
        one_round(world.config, "request:POST /invoices", 0, killed)
    world.api().post(
        "/invoices", client_id=world.ids["acme"], subject="By hand",
        line_items_import={"project_ids": [world.ids["apollo"]], "time": {"summary_type": "project"}},
    )  # fmt: skip
    said, _ = one_round(world.config, "", LATER, killed)
    assert "already, which was made some other way" in said.problems[0]
    assert [one["subject"] for one in invoices(world)] == ["By hand"]
    assert mails(world) == []


def test_two_processes_make_and_mail_it_once(world: World, migrated_url: str) -> None:
    monthly(world)
    world.use(migrated_url)
    world.fine("sync")
    started = [subprocess.Popen([sys.executable, str(DRIVER), str(world.config)]) for _ in range(3)]
    assert [process.wait(timeout=120) for process in started] == [0, 0, 0]
    subprocess.run([sys.executable, str(DRIVER), str(world.config), "--later", str(LATER)], check=True)
    assert_once(world, 400.0)
    assert billed(world) == 2


def test_one_of_two_dies_and_the_other_waits_for_its_lease(world: World, migrated_url: str) -> None:
    monthly(world)
    world.use(migrated_url)
    died = subprocess.run(
        [sys.executable, str(DRIVER), str(world.config), "answered:POST /invoices"], check=False
    )
    assert died.returncode == -signal.SIGKILL
    one_round(world.config, "", 0, killed)
    assert [one["state"] for one in invoices(world)] == ["draft"]
    assert mails(world) == []
    one_round(world.config, "", LATER, killed)
    assert_once(world, 400.0)


@pytest.mark.parametrize("place", ["request:POST /invoices", "answered:POST /invoices"])
def test_what_a_dead_process_began_can_be_cancelled(world: World, place: str) -> None:
    monthly(world)
    world.running.control.set_now(datetime.now(UTC) - timedelta(minutes=2))
    with pytest.raises(Killed):
        one_round(world.config, place, -120, killed)
    assert len(invoices(world)) == (1 if place.startswith("answered") else 0)
    said = world.fine("invoices", "cancel", only(world)["id"]).out
    assert "not made" in said or "can be invoiced again" in said
    assert (len(invoices(world)), billed(world), only(world)["state"]) == (0, 0, "cancelled")


def test_a_reminder_nobody_wants_any_more_holds_nothing_up(world: World) -> None:
    billable(world)
    lines = "remind_after = [1]"
    rule(world, *month_end(AUTO, 'payment_term = "upon receipt"', lines))
    worked(world, 2.0)
    one_round(world.config, "", 0, killed)
    days = 3 * 24 * 3600
    with pytest.raises(Killed):
        one_round(world.config, "request:POST /invoices/N/messages", days, killed)
    world.lines = [line for line in world.lines if line != lines]
    world.say("")
    (made,) = invoices(world)
    world.api().post(f"/invoices/{made['id']}/payments", amount=made["amount"], send_thank_you=False)
    one_round(world.config, "", days + LATER, killed)
    one_round(world.config, "", days + 2 * LATER, killed)
    assert only(world)["state"] == "paid"
