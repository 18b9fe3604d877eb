"""Mailing an invoice and marking it are two things with two names; neither is ever done twice."""

from __future__ import annotations

from collections.abc import Callable

import httpx2
import pytest
from tests.unit.adapters.harvest.clerk import Clerk

from gleaner.adapters.harvest import wire
from gleaner.adapters.harvest.client import Client
from gleaner.adapters.harvest.messages import Recipient
from gleaner.core.errors import Refused, Unavailable

PATH = "/invoices/7001/messages"
MESSAGE: dict[str, object] = {
    "id": 27835324, "sent_by": "Owner One", "sent_by_email": "o@studio.example", "sent_from": "Owner One",
    "sent_from_email": "o@studio.example", "recipients": [{"name": "Cleo", "email": "cleo@acme.example"}],
    "subject": "Invoice 1004", "body": "Dear Cleo", "include_link_to_client_invoice": False, "attach_pdf": True,
    "send_me_a_copy": False, "thank_you": False, "event_type": None, "reminder": False, "send_reminder_on": None,
    "created_at": "2026-03-07T08:00:00Z", "updated_at": "2026-03-07T08:00:00Z",
}  # fmt: skip
CLEO = Recipient("cleo@acme.example", "Cleo")


@pytest.fixture
def clerk() -> Clerk:
    clerk = Clerk()
    clerk.tell("POST", PATH, MESSAGE)
    return clerk


def test_a_mail_names_its_readers_and_no_event(clerk: Clerk) -> None:
    sent = clerk.client.invoice_messages.send_by_mail(
        7001, [CLEO, Recipient("acc@acme.example")], body="Dear Cleo", subject="Invoice 1004", attach_pdf=True
    )
    assert clerk.body == {
        "recipients": [{"email": "cleo@acme.example", "name": "Cleo"}, {"email": "acc@acme.example"}],
        "subject": "Invoice 1004", "body": "Dear Cleo", "attach_pdf": True, "send_me_a_copy": False,
        "thank_you": False,
    }  # fmt: skip
    assert (sent.attach_pdf, sent.event_type, sent.recipients[0].email) == (True, "", "cleo@acme.example")


@pytest.mark.parametrize("to", [[], [Recipient("")], [CLEO, Recipient("Cleo")]])
def test_a_mail_to_nobody_is_refused(clerk: Clerk, to: list[Recipient]) -> None:
    with pytest.raises(Refused, match="Nothing was mailed"):
        clerk.client.invoice_messages.send_by_mail(7001, to, body="Dear", send_me_a_copy=True)
    assert clerk.asked == []


@pytest.mark.parametrize(
    ("move", "event"),
    [
        (lambda client: client.invoice_messages.mark_as_sent(7001), "send"),
        (lambda client: client.invoice_messages.close(7001), "close"),
        (lambda client: client.invoice_messages.reopen(7001), "re-open"),
        (lambda client: client.invoice_messages.back_to_draft(7001), "draft"),
    ],
)
def test_a_move_carries_the_event_and_nobody_to_mail(
    clerk: Clerk, move: Callable[[Client], wire.InvoiceMessage], event: str
) -> None:
    move(clerk.client)
    assert clerk.body == {"event_type": event}


@pytest.mark.parametrize(
    "trouble", [httpx2.ReadTimeout("slow"), httpx2.Response(500), httpx2.Response(201, text="{")]
)
def test_people_are_never_mailed_twice(clerk: Clerk, trouble: httpx2.Response | Exception) -> None:
    clerk.tell("POST", PATH, trouble, MESSAGE)
    with pytest.raises(Unavailable) as error:
        clerk.client.invoice_messages.send_by_mail(7001, [CLEO], body="Dear Cleo")
    assert error.value.answer_lost
    assert len(clerk.asked) == 1


def test_a_mail_that_was_throttled_was_not_sent_and_may_be(clerk: Clerk) -> None:
    clerk.tell("POST", PATH, httpx2.Response(429, headers={"Retry-After": "1"}), MESSAGE)
    clerk.client.invoice_messages.send_by_mail(7001, [CLEO], body="Dear Cleo")
    assert len(clerk.asked) == 2


def test_messages_are_listed_and_deleted(clerk: Clerk) -> None:
    clerk.tell_list(PATH, "invoice_messages", [MESSAGE], [{**MESSAGE, "id": 1, "event_type": "send"}])
    clerk.tell("DELETE", f"{PATH}/1", httpx2.Response(200))
    assert [one.event_type for one in clerk.client.invoice_messages.list(7001)] == ["", "send"]
    clerk.client.invoice_messages.delete(7001, 1)
    assert clerk.sent[-1] == ("DELETE", f"{PATH}/1")


def test_a_template_can_be_looked_at(clerk: Clerk) -> None:
    clerk.tell(
        "GET", f"{PATH}/new", {"invoice_id": 7001, "subject": "Reminder", "body": "…", "reminder": True}
    )
    draft = clerk.client.invoice_messages.preview(7001, "reminder")
    assert clerk.query == {"reminder": "true"}
    assert (draft.subject, draft.reminder, draft.thank_you) == ("Reminder", True, False)
    clerk.client.invoice_messages.preview(7001, "thank_you")
    assert clerk.query == {"thank_you": "true"}
