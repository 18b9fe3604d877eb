"""What invoices must not do when things happen beside Gleaner: in Harvest, in the file, between two attempts."""

from __future__ import annotations

from tests.journeys import billing
from tests.journeys.billing import (
    CONTACT,
    billable,
    invoices,
    mails,
    month_end,
    only,
    rule,
    worked,
)
from tests.journeys.world import World

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
    billing.round_of(world)
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
