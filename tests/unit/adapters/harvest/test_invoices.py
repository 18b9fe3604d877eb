"""Invoices: free-form and from what was tracked, their lines, and what is read of them."""

from __future__ import annotations

from datetime import UTC, date, datetime
from decimal import Decimal

import httpx2
import pytest
from tests.unit.adapters.harvest.clerk import Clerk

from gleaner.adapters.harvest import wire
from gleaner.adapters.harvest.invoices import Import, ImportExpenses, ImportTime
from gleaner.core.errors import Refused, Unavailable

# The sample of harvest/api §22.
INVOICE: dict[str, object] = {
    "id": 7001, "client_key": "9f", "number": "1004", "purchase_order": "", "amount": 432.0, "due_amount": 432.0,
    "tax": None, "tax_amount": 0.0, "tax2": None, "tax2_amount": 0.0, "discount": 10.0, "discount_amount": 48.0,
    "subject": "", "notes": "", "state": "draft", "period_start": "2026-03-02", "period_end": "2026-03-06",
    "issue_date": "2026-03-07", "due_date": "2026-04-06", "payment_term": "net 30", "payment_options": [],
    "sent_at": None, "paid_at": None, "paid_date": None, "closed_at": None, "recurring_invoice_id": None,
    "created_at": "2026-03-07T08:00:00Z", "updated_at": "2026-03-07T08:00:00Z", "currency": "EUR",
    "client": {"id": 301, "name": "Acme"}, "estimate": None, "retainer": None,
    "creator": {"id": 500, "name": "Owner One"},
    "line_items": [
        {"id": 1, "kind": "Service", "description": "[AP] Portal: Programming (03/02/2026 - 03/06/2026)",
         "quantity": 4.0, "unit_price": 120.0, "amount": 480.0, "taxed": False, "taxed2": False,
         "project": {"id": 201, "name": "Portal", "code": "AP"}},
    ],
}  # fmt: skip
FIRST, LAST = date(2026, 3, 1), date(2026, 3, 31)


@pytest.fixture
def clerk() -> Clerk:
    clerk = Clerk()
    clerk.tell("POST", "/invoices", INVOICE)
    clerk.tell("PATCH", "/invoices/7001", INVOICE)
    return clerk


def test_an_invoice_is_read_whole(clerk: Clerk) -> None:
    clerk.tell("GET", "/invoices/7001", INVOICE)
    invoice = clerk.client.invoices.get(7001)
    assert (invoice.number, invoice.state, invoice.amount) == ("1004", "draft", Decimal("432.0"))
    assert (invoice.discount, invoice.tax, invoice.discount_amount) == (Decimal(10), None, Decimal(48))
    assert (invoice.period_start, invoice.due_date) == (date(2026, 3, 2), date(2026, 4, 6))
    (line,) = invoice.line_items
    assert (line.quantity * line.unit_price, line.kind) == (line.amount, "Service")
    assert line.project is not None
    assert line.project.code == "AP"
    assert (invoice.estimate, invoice.subject, invoice.payment_options) == (None, "", ())


@pytest.mark.parametrize("nothing", [None, ""])
def test_null_empty_and_absent_are_the_same_nothing(nothing: object) -> None:
    names = set(INVOICE) - {"id"}
    said = wire.read(wire.Invoice, {"id": 7001, **dict.fromkeys(names, nothing)})
    absent = wire.read(wire.Invoice, {"id": 7001})
    assert said.model_dump() == absent.model_dump()
    assert (absent.amount, absent.line_items, absent.state) == (Decimal(0), (), None)


def test_a_state_harvest_may_add_is_no_state_of_ours() -> None:
    assert wire.read(wire.Invoice, {"id": 1, "state": "pondered", "mood": "good"}).state is None


def test_invoices_come_page_by_page_with_every_filter(clerk: Clerk) -> None:
    clerk.tell_list("/invoices", "invoices", [INVOICE], [{**INVOICE, "id": 7000}])
    found = clerk.client.invoices.list(
        first=FIRST, last=LAST, client_id=301, project_id=201, state="open",
        updated_since=datetime(2026, 3, 1, 8, tzinfo=UTC),
    )  # fmt: skip
    assert next(found).id == 7001
    assert clerk.query == {
        "from": "2026-03-01", "to": "2026-03-31", "client_id": "301", "project_id": "201", "state": "open",
        "updated_since": "2026-03-01T08:00:00Z",
    }  # fmt: skip
    assert len(clerk.asked) == 1
    assert [invoice.id for invoice in found] == [7000]


def test_a_free_invoice_carries_its_lines(clerk: Clerk) -> None:
    clerk.client.invoices.create(
        301, [{"kind": "Service", "unit_price": Decimal("120.00"), "quantity": Decimal("1.5"), "taxed": True}],
        subject="March", discount=Decimal(10), payment_term="net 30",
    )  # fmt: skip
    assert clerk.body == {
        "client_id": 301, "subject": "March", "discount": 10.0, "payment_term": "net 30",
        "line_items": [{"kind": "Service", "unit_price": 120.0, "quantity": 1.5, "taxed": True}],
    }  # fmt: skip


def test_tracked_time_and_expenses_are_imported(clerk: Clerk) -> None:
    both = Import([201], ImportTime("task", FIRST, LAST), ImportExpenses("category", attach_receipt=True))
    clerk.client.invoices.create_from_tracked_time(301, both, subject="March")
    assert clerk.body == {
        "client_id": 301, "subject": "March",
        "line_items_import": {
            "project_ids": [201],
            "time": {"summary_type": "task", "from": "2026-03-01", "to": "2026-03-31"},
            "expenses": {"summary_type": "category", "attach_receipt": True},
        },
    }  # fmt: skip
    clerk.client.invoices.create_from_tracked_time(301, Import([201], ImportTime("people")))
    assert clerk.body == {
        "client_id": 301,
        "line_items_import": {"project_ids": [201], "time": {"summary_type": "people"}},
    }


@pytest.mark.parametrize(
    ("imported", "why"),
    [
        (Import([], ImportTime("task")), "at least one project"),
        (Import([201]), "time or expenses"),
        (Import([201], ImportTime("task", first=FIRST)), "give both"),
        (Import([201], expenses=ImportExpenses("project", last=LAST)), "give both"),
    ],
)
def test_an_import_of_nothing_or_of_half_a_span_is_not_sent(clerk: Clerk, imported: Import, why: str) -> None:
    with pytest.raises(Refused, match=why):
        clerk.client.invoices.create_from_tracked_time(301, imported)
    assert clerk.asked == []


def test_lines_are_added_changed_and_removed_by_name(clerk: Clerk) -> None:
    invoices = clerk.client.invoices
    invoices.append_lines(7001, [{"kind": "Product", "unit_price": Decimal("9.99"), "project_id": 201}])
    assert clerk.body == {"line_items": [{"kind": "Product", "unit_price": 9.99, "project_id": 201}]}
    invoices.update_line(7001, 1, description="Design", quantity=Decimal(2))
    assert clerk.body == {"line_items": [{"id": 1, "description": "Design", "quantity": 2.0}]}
    invoices.remove_lines(7001, [1, 2])
    assert clerk.body == {"line_items": [{"id": 1, "_destroy": True}, {"id": 2, "_destroy": True}]}
    assert {method for method, _ in clerk.sent} == {"PATCH"}


def test_a_line_is_never_added_twice_but_may_be_changed_twice(clerk: Clerk) -> None:
    clerk.tell("PATCH", "/invoices/7001", httpx2.ReadTimeout("slow"), INVOICE)
    with pytest.raises(Unavailable) as error:
        clerk.client.invoices.append_lines(7001, [{"kind": "Product", "unit_price": Decimal(1)}])
    assert error.value.answer_lost
    assert len(clerk.asked) == 1
    clerk.tell("PATCH", "/invoices/7001", httpx2.ReadTimeout("slow"), INVOICE)
    clerk.client.invoices.update_line(7001, 1, quantity=Decimal(2))
    assert len(clerk.asked) == 3


def test_an_invoice_is_never_posted_twice(clerk: Clerk) -> None:
    clerk.tell("POST", "/invoices", httpx2.Response(502))
    with pytest.raises(Unavailable) as error:
        clerk.client.invoices.create(301)
    assert error.value.answer_lost
    assert len(clerk.asked) == 1


def test_an_invoice_is_changed_and_deleted(clerk: Clerk) -> None:
    clerk.tell("DELETE", "/invoices/7001", httpx2.Response(200))
    clerk.client.invoices.update(7001, due_date=LAST, payment_term="custom")
    assert clerk.body == {"due_date": "2026-03-31", "payment_term": "custom"}
    clerk.client.invoices.delete(7001)
    assert clerk.sent[-1] == ("DELETE", "/invoices/7001")


def test_who_may_not_invoice_is_told_what_it_takes(clerk: Clerk) -> None:
    clerk.tell("GET", "/invoices", httpx2.Response(403, json={"message": "Not authorized!"}))
    with pytest.raises(Refused, match="managed_projects_invoice_manager"):
        next(clerk.client.invoices.list())
