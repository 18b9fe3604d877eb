"""An invoice's life: messages, events, payments.  Source: api.md §17.3, §17.4, §17.5."""

from itertools import pairwise
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from tests.sandbox import house
from tests.sandbox.house import MONDAY, NOW, Api, House

from gleaner_sandbox.server import Running

ADA = {"name": "Ada", "email": "ada@acme.example"}
MESSAGE_KEYS = [
    *"id sent_by sent_by_email sent_from sent_from_email include_link_to_client_invoice send_me_a_copy".split(),
    *"thank_you reminder send_reminder_on created_at updated_at attach_pdf event_type recipients".split(),
    *"subject body".split(),
]


class Invoice:
    """One invoice of 100.00, and what is done to it."""

    def __init__(self, firm: House, **said: Any) -> None:
        self.api: Api = firm.api()
        usual = {"client_id": firm.ids["acme"], "line_items": [{"kind": "Service", "unit_price": 100}]}
        self.place = f"/invoices/{self.api.post('/invoices', **{**usual, **said})['id']}"

    def now(self) -> Any:
        return self.api.get(self.place)

    def message(self, **said: Any) -> Any:
        return self.api.post(f"{self.place}/messages", **said)

    def event(self, word: str) -> Any:
        """The invoice after an event."""
        self.message(event_type=word)
        return self.now()

    def pay(self, amount: float, **said: Any) -> Any:
        return self.api.post(f"{self.place}/payments", amount=amount, **said)


def in_state(firm: House, state: str) -> Invoice:
    one = Invoice(firm)
    if state != "draft":
        one.event("send")
    if state == "closed":
        one.event("close")
    if state == "paid":
        one.pay(100)
    assert one.now()["state"] == state
    return one


@pytest.mark.parametrize(
    ("state", "event", "after"),
    [
        ("draft", "send", "open"),
        ("draft", "close", None),
        ("draft", "draft", None),
        ("draft", "re-open", None),
        ("draft", "view", None),
        ("open", "close", "closed"),
        ("open", "draft", "draft"),
        ("open", "re-open", None),
        ("open", "send", None),
        ("closed", "re-open", "open"),
        ("closed", "send", None),
        ("closed", "draft", None),
        ("paid", "close", None),
        ("paid", "draft", None),
    ],
)
def test_events_lead_from_state_to_state(firm: House, state: str, event: str, after: str | None) -> None:
    one = in_state(firm, state)
    if after is None:
        one.api.refused("POST", f"{one.place}/messages", 422, event_type=event)
        assert one.now()["state"] == state
    else:
        assert one.event(event)["state"] == after


def test_states_leave_their_stamps(firm: House) -> None:
    one = Invoice(firm)
    assert one.event("send")["sent_at"] == NOW
    assert one.event("close")["closed_at"] == NOW
    assert one.event("re-open")["closed_at"] is None
    assert one.event("draft")["sent_at"] is None


def test_sending_an_open_invoice_again_may_do_nothing_instead(firm: House) -> None:
    firm.running.state.switches.turn({"send_open_invoice": "accepted"})
    assert in_state(firm, "open").event("send")["state"] == "open"


def test_a_mail_opens_a_draft_and_is_kept(firm: House) -> None:
    one = Invoice(firm, payment_options=["ach"])
    made = one.message(recipients=[ADA], subject="Hello", body="Please pay", attach_pdf=True)
    assert list(made) == MESSAGE_KEYS
    assert (made["recipients"], made["subject"], made["body"]) == ([ADA], "Hello", "Please pay")
    assert (made["event_type"], made["attach_pdf"], made["include_link_to_client_invoice"]) == (
        None,
        True,
        True,
    )
    assert made["sent_by"] == made["sent_from"] == "Admin Person"
    assert made["sent_by_email"] == made["sent_from_email"] == f"admin@firm{firm.account_id}.example"
    assert (one.now()["state"], one.now()["sent_at"]) == ("open", NOW)
    assert one.api.get(f"{one.place}/messages")["invoice_messages"] == [made]


@pytest.mark.parametrize(
    ("said", "message"),
    [
        ({"body": "x"}, "Recipients can't be blank"),
        ({"recipients": [ADA]}, "Body can't be blank"),
        ({}, "Recipients can't be blank, Body can't be blank"),
        ({"recipients": [{"name": "Ada"}], "body": "x"}, "Recipients email can't be blank"),
        ({"recipients": [{"email": "ada"}], "body": "x"}, "Recipients email is not valid"),
        ({"recipients": ["ada@acme.example"], "body": "x"}, "Recipients is invalid"),
        ({"event_type": "burn"}, "Event type is not included in the list"),
    ],
)
def test_a_message_nobody_could_get_is_refused(firm: House, said: dict[str, Any], message: str) -> None:
    one = Invoice(firm)
    answer = one.api.call("POST", f"{one.place}/messages", json=said)
    assert (answer.status_code, answer.json()["message"]) == (422, message)
    assert one.now()["state"] == "draft"


def test_a_copy_for_me_makes_me_a_recipient(firm: House) -> None:
    one = Invoice(firm)
    me = {"name": "Admin Person", "email": f"admin@firm{firm.account_id}.example"}
    assert one.message(recipients=[ADA], body="x", send_me_a_copy=True)["recipients"] == [ADA, me]
    assert one.message(body="x", send_me_a_copy=True)["recipients"] == [me]


def test_sent_by_hand_keeps_what_was_said(firm: House) -> None:
    one = Invoice(firm)
    made = one.message(event_type="send", recipients=[ADA], subject="Hello", body="Please pay")
    assert (made["event_type"], made["recipients"], made["subject"]) == ("send", [ADA], "Hello")
    assert one.now()["state"] == "open"


def test_without_the_link_the_invoice_has_no_payment_options(firm: House) -> None:
    one = Invoice(firm, payment_options=["paypal", "ach"])
    one.message(recipients=[ADA], body="x", include_link_to_client_invoice=True)
    assert one.now()["payment_options"] == ["paypal", "ach"]
    assert (
        one.message(recipients=[ADA], body="x", include_link_to_client_invoice=False)[
            "include_link_to_client_invoice"
        ]
        is False
    )
    assert one.now()["payment_options"] == []


def test_a_deleted_message_leaves_the_state_as_it_is(firm: House) -> None:
    one = Invoice(firm)
    made = one.message(event_type="send")
    assert one.api.delete(f"{one.place}/messages/{made['id']}")["id"] == made["id"]
    assert one.now()["state"] == "open"
    assert one.api.get(f"{one.place}/messages")["invoice_messages"] == []
    other = Invoice(firm).message(event_type="send")
    one.api.refused("DELETE", f"{one.place}/messages/{other['id']}", 404)


@pytest.mark.parametrize("asked", [{}, {"thank_you": "true"}, {"reminder": "true"}])
def test_a_template_text_is_offered_and_nothing_stored(firm: House, asked: dict[str, str]) -> None:
    one = Invoice(firm, number="77")
    text = one.api.get(f"{one.place}/messages/new", **asked)
    assert list(text) == ["invoice_id", "subject", "body", "reminder", "thank_you"]
    assert (text["thank_you"], text["reminder"]) == ("thank_you" in asked, "reminder" in asked)
    assert "77" in text["subject"]
    assert "100.00 EUR" in text["body"]
    assert one.api.get(f"{one.place}/messages")["total_entries"] == 0


def test_payments_lower_what_is_due_until_it_is_paid(firm: House) -> None:
    one = in_state(firm, "open")
    first = one.pay(40.25, paid_date="2026-02-27", notes="Part")
    assert first == {
        "id": first["id"],
        "amount": 40.25,
        "paid_at": "2026-02-27T00:00:00Z",
        "recorded_by": "Admin Person",
        "recorded_by_email": f"admin@firm{firm.account_id}.example",
        "notes": "Part",
        "transaction_id": None,
        "created_at": NOW,
        "updated_at": NOW,
        "payment_gateway": {"id": None, "name": None},
        "paid_date": "2026-02-27",
    }
    assert (one.now()["due_amount"], one.now()["state"], one.now()["paid_at"]) == (59.75, "open", None)
    second = one.pay(59.75, paid_at="2026-03-01T10:00:00+01:00")
    assert (second["paid_at"], second["paid_date"]) == ("2026-03-01T09:00:00Z", "2026-03-01")
    paid = one.now()
    assert (paid["state"], paid["due_amount"]) == ("paid", 0.0)
    assert (paid["paid_at"], paid["paid_date"]) == ("2026-03-01T09:00:00Z", "2026-03-01")
    assert one.api.get(f"{one.place}/payments")["total_entries"] == 2
    one.api.delete(f"{one.place}/payments/{second['id']}")
    again = one.now()
    assert (again["state"], again["due_amount"], again["paid_at"]) == ("open", 59.75, None)


def test_a_payment_without_a_date_is_of_now(firm: House) -> None:
    made = in_state(firm, "open").pay(1)
    assert (made["paid_at"], made["paid_date"]) == (NOW, MONDAY)


def test_a_draft_stays_a_draft_whatever_is_paid(firm: House) -> None:
    one = Invoice(firm)
    one.pay(100)
    assert (one.now()["state"], one.now()["due_amount"]) == ("draft", 0.0)
    assert one.event("send")["state"] == "paid"


def test_a_paid_invoice_that_grows_is_open_again(firm: House) -> None:
    one = in_state(firm, "paid")
    grown = one.api.patch(one.place, line_items=[{"kind": "Product", "unit_price": 1}])
    assert (grown["state"], grown["due_amount"], grown["paid_date"]) == ("open", 1.0, None)


@pytest.mark.parametrize(
    "said",
    [
        {},
        {"amount": 0},
        {"amount": "x"},
        {"amount": 1, "paid_at": NOW, "paid_date": MONDAY},
        {"amount": 1, "paid_date": "x"},
    ],
)
def test_a_payment_that_makes_no_sense_is_refused(firm: House, said: dict[str, Any]) -> None:
    one = in_state(firm, "open")
    assert one.api.call("POST", f"{one.place}/payments", json=said).status_code == 422
    assert one.now()["due_amount"] == 100.0


def test_there_is_no_single_payment_to_get_or_change(firm: House) -> None:
    one = in_state(firm, "open")
    made = one.pay(1)
    for method in ("GET", "PATCH"):
        assert one.api.call(method, f"{one.place}/payments/{made['id']}").status_code == 404


STEPS = st.lists(
    st.sampled_from(["send", "close", "draft", "re-open", "mail", "pay", "refund", "grow"]), max_size=12
)
ALLOWED = {
    ("draft", "open"), ("draft", "paid"), ("open", "closed"), ("open", "draft"), ("open", "paid"), ("closed", "open"),
    ("closed", "paid"), ("paid", "open"),
}  # fmt: skip


@settings(max_examples=30, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(steps=STEPS)
def test_whatever_happens_an_invoice_is_paid_exactly_when_nothing_is_due(
    running: Running, steps: list[str]
) -> None:
    firm = house.build(running)
    one, seen, paid = Invoice(firm), ["draft"], []
    for step in steps:
        if step == "mail":
            one.message(recipients=[ADA], body="x")
        elif step == "pay":
            paid.append(one.pay(60, send_thank_you=False)["id"])
        elif step == "refund" and paid:
            one.api.delete(f"{one.place}/payments/{paid.pop()}")
        elif step == "grow":
            one.api.patch(one.place, line_items=[{"kind": "Product", "unit_price": 10}])
        elif step != "refund":
            one.api.call("POST", f"{one.place}/messages", json={"event_type": step})
        now = one.now()
        assert now["due_amount"] == now["amount"] - 60 * len(paid)
        if now["state"] in ("open", "paid"):
            assert (now["state"] == "paid") == (now["due_amount"] <= 0)
        assert (now["paid_at"] is not None) == (now["state"] == "paid")
        seen.append(now["state"])
    assert {pair for pair in pairwise(seen) if pair[0] != pair[1]} <= ALLOWED
    firm.close()
