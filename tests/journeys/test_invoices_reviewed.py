"""What invoices must not do when things happen beside Gleaner: in Harvest, in the file, between two attempts."""

from __future__ import annotations

from datetime import timedelta

import pytest
from tests.journeys import billing
from tests.journeys.billing import (
    CONTACT,
    billable,
    fixed,
    in_month,
    invoices,
    last_month,
    mails,
    month_end,
    only,
    rule,
    today,
    worked,
)
from tests.journeys.world import ANA, BO, World

AUTO = 'send = "auto"'
BUSY = "status=503, match=POST /v2/invoices/*/messages"


def drafted(world: World, *more: str) -> str:
    """A draft of 240.00; its short name."""
    billable(world)
    rule(world, *month_end(*more))
    worked(world, 3.0)
    world.fine("invoices", "draft")
    return str(only(world)["id"])


def test_what_went_out_from_harvest_is_not_mailed_again(world: World) -> None:
    short = drafted(world)
    (made,) = invoices(world)
    world.api().post(
        f"/invoices/{made['id']}/messages", recipients=[{"email": CONTACT}], subject="By hand", body="It"
    )
    refused = world.gleaner("invoices", "send", short)
    assert refused.code == 1
    assert "is open in Harvest already" in refused.err
    assert len(mails(world)) == 1
    assert only(world)["state"] == "sent"


def test_an_approved_draft_that_changed_before_the_second_attempt_does_not_go(world: World) -> None:
    short = drafted(world)
    world.fine("invoices", "approve", short)
    world.running.control.set_faults(BUSY)
    assert world.gleaner("invoices", "send", short).code != 0
    world.running.control.set_faults("")
    (made,) = invoices(world)
    (line,) = made["line_items"]
    world.api().patch(f"/invoices/{made['id']}", line_items=[{"id": line["id"], "quantity": 400}])
    refused = world.gleaner("invoices", "send", short)
    assert refused.code == 1
    assert "does not add up" in refused.err
    assert mails(world) == []
    billing.round_of(world)
    billing.round_of(world)
    assert mails(world) == []
    assert only(world)["state"] == "differs"


def test_a_draft_deleted_before_the_second_attempt_is_cancelled(world: World) -> None:
    short = drafted(world)
    world.fine("invoices", "approve", short)
    world.running.control.set_faults(BUSY)
    assert world.gleaner("invoices", "send", short).code != 0
    world.running.control.set_faults("")
    world.api().delete(f"/invoices/{invoices(world)[0]['id']}")
    billing.round_of(world, days=1)
    assert only(world)["state"] == "cancelled"


def test_another_subject_before_the_second_attempt_makes_no_second_mail(world: World) -> None:
    short = drafted(world)
    world.fine("invoices", "approve", short)
    world.running.control.set_faults(
        "lost, match=POST /v2/invoices/*/messages, times=1; status=503, match=GET /v2/invoices/*/messages"
    )
    assert world.gleaner("invoices", "send", short).code != 0
    world.running.control.set_faults("")
    assert len(mails(world)) == 1
    text = world.config.read_text()
    world.config.write_text(text.replace('name = "acme"', 'name = "acme"\nmail_subject = "Other"', 1))
    world.fine("invoices", "send", short)
    assert len(mails(world)) == 1
    assert only(world)["state"] == "sent"


def test_what_was_put_back_to_a_draft_is_not_sent_again_unasked(world: World) -> None:
    drafted(world, AUTO)
    assert billing.round_of(world).sent == 1
    (made,) = invoices(world)
    world.api().post(f"/invoices/{made['id']}/messages", event_type="draft")
    assert [billing.round_of(world).sent for _ in range(2)] == [0, 0]
    assert len(mails(world)) == 1
    assert "was put back to a draft in Harvest" in only(world)["trouble"]


@pytest.mark.parametrize("field", ["notes", "purchase_order", "due_date"])
def test_an_approval_dies_with_what_the_client_reads(world: World, field: str) -> None:
    short = drafted(world)
    world.fine("invoices", "approve", short)
    (made,) = invoices(world)
    value = "2039-01-31" if field == "due_date" else "Never agreed upon"
    more = {"payment_term": "custom"} if field == "due_date" else {}
    world.api().patch(f"/invoices/{made['id']}", **{field: value}, **more)
    refused = world.gleaner("invoices", "send", short)
    assert refused.code == 1
    assert "changed since it was approved" in refused.err
    assert mails(world) == []


def test_an_approval_dies_with_another_mail_or_another_author(world: World) -> None:
    short = drafted(world)
    for old, new, said in (
        ('name = "acme"', 'name = "acme"\nmail_body = "Other"', "changed since it was approved"),
        (f'author = "{BO}"', f'author = "{ANA}"', "may not let it go any more"),
    ):
        world.fine("invoices", "approve", short)
        world.config.write_text(world.config.read_text().replace(old, new, 1))
        (problem,) = billing.round_of(world).problems
        assert said in problem
    assert mails(world) == []


def test_sent_by_hand_and_written_off_between_two_looks_it_is_closed(world: World) -> None:
    drafted(world)
    (made,) = invoices(world)
    for event in ("send", "close"):
        world.api().post(f"/invoices/{made['id']}/messages", event_type=event)
    assert only(world)["state"] == "closed"
    for event in ("re-open", "draft"):
        world.api().post(f"/invoices/{made['id']}/messages", event_type=event)
    assert only(world)["state"] == "draft"


def test_nobody_is_reminded_before_the_day_harvest_has_now(world: World) -> None:
    drafted(world, AUTO, 'payment_term = "upon receipt"', "remind_after = [1]")
    billing.round_of(world)
    (made,) = invoices(world)
    later = str(today() + timedelta(days=10))
    world.api().patch(f"/invoices/{made['id']}", payment_term="custom", due_date=later)
    assert billing.round_of(world, days=2).reminded == 0
    assert len(mails(world)) == 1
    assert billing.round_of(world, days=12).reminded == 1


def test_a_reminder_says_what_is_still_open(world: World) -> None:
    drafted(world, AUTO, 'payment_term = "upon receipt"', "remind_after = [1]")
    billing.round_of(world)
    (made,) = invoices(world)
    world.api().post(f"/invoices/{made['id']}/payments", amount=200, send_thank_you=False)
    assert billing.round_of(world, days=2).reminded == 1
    assert "because 40.00 EUR of it is still open" in mails(world)[-1]["body"]


def test_whoever_is_no_contact_any_more_is_not_written_to(world: World) -> None:
    short = drafted(world)
    (contact,) = [one for one in world.api().get("/contacts")["contacts"] if one["email"] == CONTACT]
    world.api().patch(f"/contacts/{contact['id']}", email="new@acme.example")
    world.fine("invoices", "send", short)
    (mail,) = mails(world)
    assert [to["email"] for to in mail["recipients"]] == ["new@acme.example"]


def test_a_part_is_not_made_again_over_the_fee(world: World) -> None:
    fixed(world, fee=1000.0)
    part = f'{{name = "All", percent = 100, on = {in_month(1)}}}'
    rule(world, f'trigger = {{kind = "fixed-fee-schedule", parts = [{part}]}}')
    world.fine("invoices", "draft")
    short = only(world)["id"]
    world.fine("invoices", "cancel", short)
    line = {"kind": "Service", "unit_price": 300, "project_id": world.ids["apollo"]}
    world.api().post("/invoices", client_id=world.ids["acme"], line_items=[line])
    refused = world.gleaner("invoices", "again", short)
    assert refused.code == 1
    assert "700.00 of the fee (1,000.00) is left" in refused.err
    assert len(invoices(world)) == 1


def test_no_name_is_no_invoice(world: World) -> None:
    drafted(world)
    refused = world.gleaner("invoices", "cancel", "")
    assert refused.code != 0
    assert "name an invoice" in refused.err
    assert len(invoices(world)) == 1


def test_what_blocks_a_rule_is_said_in_each_round(world: World) -> None:
    billable(world)
    rule(world, *month_end())
    worked(world, 3.0)
    world.running.control.set_faults("status=422, match=POST /v2/invoices")
    assert len(billing.round_of(world).problems) == 1
    world.running.control.set_faults("")
    imported = {"project_ids": [world.ids["apollo"]], "time": {"summary_type": "project"}}
    world.api().post("/invoices", client_id=world.ids["acme"], subject="By hand", line_items_import=imported)
    for _ in range(2):
        (problem,) = billing.round_of(world).problems
        assert "already invoiced; gleaner invoices cancel" in problem


def test_what_is_held_is_said(world: World) -> None:
    billable(world, rate=0)
    rule(world, *month_end())
    worked(world, 3.0)
    (waits,) = billing.round_of(world).waiting
    assert "have no rate" in waits


def test_an_approved_invoice_whose_rule_is_gone_is_said(world: World) -> None:
    short = drafted(world)
    world.fine("invoices", "approve", short)
    world.config.write_text(world.config.read_text().replace('name = "acme"', 'name = "other"', 1))
    (problem,) = billing.round_of(world).problems
    assert "its rule is not there any more" in problem


def test_one_wrong_rule_does_not_keep_the_others_waiting(world: World) -> None:
    billable(world)
    api = world.api()
    api.patch(f"/projects/{world.ids['portal']}", is_billable=True, bill_by="Project", hourly_rate=100)
    trigger = 'trigger = {kind = "phase-complete", phase = "Design", repository = "nobody/reads"}'
    rule(world, trigger, name="wrong", projects="Customer Portal")
    rule(world, *month_end())
    worked(world, 3.0)
    (problem,) = billing.round_of(world).problems
    assert "no source of kind github reads" in problem
    assert [one["amount"] for one in invoices(world)] == [240.0]


def test_members_read_no_amounts_in_the_journal(world: World) -> None:
    drafted(world)
    assert "240.00" in world.fine("journal").out
    world.act_as(BO)
    assert "240" not in world.gleaner("journal", "--json").out


def test_a_simulation_ends_on_its_day(world: World) -> None:
    billable(world)
    rule(world, *month_end())
    world.say("[capture]", "entries_days = 200")
    worked(world, 4.0)
    said = world.fine("invoices", "simulate", "--months", "1", "--on", str(last_month()), "--json").json
    assert said == {"acme": []}


def test_an_approved_draft_that_changed_is_not_marked_as_sent(world: World) -> None:
    short = drafted(world)
    world.fine("invoices", "approve", short)
    (made,) = invoices(world)
    world.api().patch(f"/invoices/{made['id']}", notes="Never agreed upon")
    refused = world.gleaner("invoices", "mark-sent", short)
    assert refused.code == 1
    assert "changed since it was approved" in refused.err
    assert [one["state"] for one in invoices(world)] == ["draft"]


def test_the_doctor_says_that_one_fee_of_several_is_billed(world: World) -> None:
    fixed(world)
    portal = world.ids["portal"]
    world.api().patch(f"/projects/{portal}", is_billable=True, is_fixed_fee=True, fee=500)
    part = f'{{name = "All", percent = 100, on = {in_month(1)}}}'
    world.say(
        "[[invoices]]", 'name = "acme"', 'client = "Acme Industries"', f'author = "{BO}"',
        f'trigger = {{kind = "fixed-fee-schedule", parts = [{part}]}}',
    )  # fmt: skip
    assert "it bills the fee of one of its projects only" in " ".join(world.gleaner("doctor").out.split())


def test_the_doctor_says_that_no_approver_sees_invoices(world: World) -> None:
    billable(world)
    rule(world, *month_end(f'approvers = ["{BO}"]'))
    said = " ".join(world.gleaner("doctor").out.split())
    assert "none of its approvers is an administrator in Harvest" in said
