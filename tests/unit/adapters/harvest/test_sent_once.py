"""For every write of the client: what is sent again when the answer is lost, and what never is."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from decimal import Decimal

import httpx2
import pytest
from tests.unit.adapters.harvest.fake import client

from gleaner.adapters.harvest.client import Client
from gleaner.adapters.harvest.invoices import Import, ImportTime
from gleaner.adapters.harvest.messages import Recipient
from gleaner.adapters.harvest.receipts import receipt_file
from gleaner.adapters.harvest.transport import guarded
from gleaner.core.errors import Refused, Unavailable

ONE, DAY = Decimal(1), date(2026, 3, 2)
TO = [Recipient("cleo@acme.example")]
PNG = receipt_file("a.png", b"\x89PNG\r\n\x1a\n")

ONCE: list[Callable[[Client], object]] = [
    lambda c: c.users.create(first_name="Cy", last_name="Oh", email="cy@studio.example"),
    lambda c: c.clients.create(name="Acme"),
    lambda c: c.contacts.create(client_id=1, first_name="Cleo"),
    lambda c: c.projects.create(client_id=1, name="Portal"),
    lambda c: c.tasks.create(name="Design"),
    lambda c: c.task_assignments.create(1, task_id=2),
    lambda c: c.user_assignments.create(1, user_id=2),
    lambda c: c.billable_rates.create(1, ONE),
    lambda c: c.cost_rates.create(1, ONE, DAY),
    lambda c: c.roles.create("Designer"),
    lambda c: c.time_entries.create_with_hours(ONE, project_id=1, task_id=2, spent_date=DAY),
    lambda c: c.time_entries.create_with_times("8:00am", "9:00am", project_id=1),
    lambda c: c.time_entries.start_timer(project_id=1),
    # Between two sends somebody else may have changed the entry, and would be overwritten unseen.
    lambda c: c.time_entries.update(1, notes="Review"),
    lambda c: c.time_entries.stop(1),
    lambda c: c.time_entries.restart(1),
    lambda c: c.expenses.create_with_total(ONE, project_id=1),
    lambda c: c.expenses.create_with_units(ONE, PNG, project_id=1),
    lambda c: c.expense_categories.create(name="Meals"),
    lambda c: c.invoices.create(1),
    lambda c: c.invoices.create_from_tracked_time(1, Import([2], ImportTime("task"))),
    lambda c: c.invoices.append_lines(1, [{"kind": "Service", "unit_price": ONE}]),
    lambda c: c.invoices.remove_lines(1, [2]),
    lambda c: c.invoice_messages.send_by_mail(1, TO, body="Dear Cleo"),
    lambda c: c.invoice_messages.mark_as_sent(1),
    lambda c: c.invoice_messages.close(1),
    lambda c: c.invoice_messages.reopen(1),
    lambda c: c.invoice_messages.back_to_draft(1),
    lambda c: c.invoice_payments.create(1, ONE, DAY, send_thank_you=True),
    lambda c: c.invoice_item_categories.create("Service"),
    lambda c: c.estimates.create(1),
    lambda c: c.estimates.append_lines(1, [{"kind": "Service", "unit_price": ONE}]),
    lambda c: c.estimate_messages.send_by_mail(1, TO),
    lambda c: c.estimate_messages.mark_as_sent(1),
    lambda c: c.estimate_messages.mark_as_accepted(1),
    lambda c: c.estimate_messages.mark_as_declined(1),
    lambda c: c.estimate_messages.reopen(1),
    lambda c: c.estimate_item_categories.create("Service"),
]

AGAIN: list[Callable[[Client], object]] = [
    lambda c: c.company.update(weekly_capacity=72000),
    lambda c: c.users.update(1, is_active=False),
    lambda c: c.users.delete(1),
    lambda c: c.teammates.replace(1, [2]),
    lambda c: c.roles.update(1, "Designer", [2]),
    lambda c: c.roles.delete(1),
    lambda c: c.expenses.update(1, PNG),
    lambda c: c.expenses.delete_receipt(1),
    lambda c: c.expenses.delete(1),
    lambda c: c.expense_categories.update(1, name="Meals"),
    lambda c: c.expense_categories.delete(1),
    lambda c: c.invoices.update(1, subject="March"),
    lambda c: c.invoices.update_line(1, 2, quantity=ONE),
    lambda c: c.invoices.delete(1),
    lambda c: c.invoice_messages.delete(1, 2),
    lambda c: c.invoice_payments.delete(1, 2),
    lambda c: c.invoice_item_categories.update(1, "Service"),
    lambda c: c.invoice_item_categories.delete(1),
    lambda c: c.estimates.update(1, subject="March"),
    lambda c: c.estimates.delete(1),
    lambda c: c.estimate_messages.delete(1, 2),
    lambda c: c.estimate_item_categories.update(1, "Service"),
]

LOST: list[Callable[[], httpx2.Response | Exception]] = [
    lambda: httpx2.ReadTimeout("slow"),
    lambda: httpx2.RemoteProtocolError("gone"),
    lambda: httpx2.Response(504),
]


def attempts(write: Callable[[Client], object], lost: Callable[[], httpx2.Response | Exception]) -> list[str]:
    """The methods of what was sent when every answer is lost."""
    sent: list[str] = []

    def answer(request: httpx2.Request) -> httpx2.Response:
        sent.append(request.method)
        trouble = lost()
        if isinstance(trouble, Exception):
            raise trouble
        return trouble

    with pytest.raises(Unavailable) as error:
        write(client(answer))
    assert error.value.answer_lost
    return sent


@pytest.mark.parametrize("lost", LOST)
@pytest.mark.parametrize("write", ONCE)
def test_what_would_count_twice_is_sent_once(
    write: Callable[[Client], object], lost: Callable[[], httpx2.Response | Exception]
) -> None:
    assert len(attempts(write, lost)) == 1


@pytest.mark.parametrize("write", AGAIN)
def test_what_changes_nothing_the_second_time_is_sent_again(write: Callable[[Client], object]) -> None:
    sent = attempts(write, LOST[0])
    assert len(sent) == 5
    assert set(sent) <= {"PATCH", "DELETE"}


def test_a_check_that_says_no_keeps_a_write_from_being_sent() -> None:
    sent: list[str] = []

    class Gone(Exception):
        pass

    def check() -> None:
        if sent:
            raise Gone

    def answer(request: httpx2.Request) -> httpx2.Response:
        sent.append(request.method)
        return httpx2.Response(429, headers={"Retry-After": "0"}, text="<html>Slow down</html>")

    with client(answer) as harvest, guarded(check), pytest.raises(Gone):
        # Refused for coming too fast, it would be sent again: by then somebody else has taken it over.
        harvest.time_entries.create_with_hours(ONE, project_id=1, task_id=2, spent_date=DAY)
    assert sent == ["POST"]


@pytest.mark.parametrize("write", ONCE + AGAIN)
def test_where_nothing_may_be_written_nothing_is_sent_and_reading_goes_on(
    write: Callable[[Client], object],
) -> None:
    sent: list[str] = []

    def stop() -> None:
        raise Refused("only reading")

    def answer(request: httpx2.Request) -> httpx2.Response:
        sent.append(request.method)
        return httpx2.Response(200, json={"id": 1, "expenses": []})

    with client(answer, before_write=stop) as harvest:
        with pytest.raises(Refused, match="only reading"):
            write(harvest)
        harvest.transport.get("/expenses")
    assert sent == ["GET"]
