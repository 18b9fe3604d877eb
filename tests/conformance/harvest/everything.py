"""An account with everything Harvest knows in it, made and changed by every call the client has."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from pathlib import Path
from typing import Any

from gleaner.adapters.harvest.client import Client
from gleaner.adapters.harvest.invoices import Import, ImportExpenses, ImportTime
from gleaner.adapters.harvest.messages import Recipient
from gleaner.adapters.harvest.receipts import receipt_file

PDF = b"%PDF-1.4\n1 0 obj<</Type/Catalog>>endobj\ntrailer<</Root 1 0 R>>\n%%EOF\n"
DAY = date(2026, 3, 2)
NOON = datetime(2026, 3, 2, 12, tzinfo=UTC)
CLEO = Recipient("cleo@acme.example", "Cleo Client")


def calls_of(client: Client) -> set[str]:
    """Every call the client has, such as ``invoices.create``."""
    found = set()
    for name, part in vars(client).items():
        if name in ("transport", "account_id") or name.startswith("_"):
            continue
        methods = {word for word in dir(part) if not word.startswith("_") and callable(getattr(part, word))}
        found |= {f"{name}.{word}" for word in methods - {"pages"}}  # what every list is made of
    return found


@dataclass
class Watched:
    """A client that remembers which of its calls came to their end."""

    client: Client
    done: set[str] = field(default_factory=set)

    def __getattr__(self, part: str) -> Any:
        return _Part(part, getattr(self.client, part), self.done)


@dataclass
class _Part:
    name: str
    part: object
    done: set[str]

    def __getattr__(self, word: str) -> Callable[..., Any]:
        call = getattr(self.part, word)

        def watched(*args: Any, **options: Any) -> Any:
            answer = call(*args, **options)
            if isinstance(answer, Iterator):
                answer = list(answer)
            self.done.add(f"{self.name}.{word}")
            return answer

        return watched


@dataclass
class Made:
    """Ids of what is there in the end."""

    client: int = 0
    project: int = 0
    task: int = 0
    member: int = 0
    manager: int = 0
    entry: int = 0
    expense: int = 0
    invoice: int = 0
    free_form: int = 0
    estimate: int = 0


def build(h: Any, advance: Callable[[timedelta], None], folder: Path) -> Made:
    """Fill the account through *h*, a watched client of its administrator; *advance* moves Harvest's clock."""
    made = Made()
    _catalogue(h, made)
    _people(h, made)
    _time(h, made, advance)
    _expenses(h, made, folder)
    _invoices(h, made)
    _estimates(h, made)
    _reports(h)
    return made


def _catalogue(h: Any, made: Made) -> None:
    h.company.get()
    h.company.update(weekly_capacity=135000)
    client = h.clients.create(name="Zeus GmbH", currency="EUR", address="Main Street 1\n10117 Berlin")
    made.client = client.id
    assert h.clients.update(client.id, is_active=True).name == "Zeus GmbH"
    assert client.id in {one.id for one in h.clients.list(is_active=True)}
    h.clients.get(client.id)
    h.clients.delete(h.clients.create(name="Mistake").id)
    contact = h.contacts.create(
        client_id=client.id, first_name="Cleo", last_name="Client", title="CFO", email="cleo@acme.example",
        phone_office="1", phone_mobile="2", fax="3",
    )  # fmt: skip
    assert h.contacts.update(contact.id, title="CEO").title == "CEO"
    assert [one.id for one in h.contacts.list(client_id=client.id)] == [contact.id]
    h.contacts.get(contact.id)
    h.contacts.delete(h.contacts.create(client_id=client.id, first_name="Nobody").id)
    task = h.tasks.create(name="Engineering", default_hourly_rate=Decimal("95.5"))
    made.task = task.id
    h.tasks.get(task.id)
    h.tasks.update(task.id, billable_by_default=True)
    assert task.id in {one.id for one in h.tasks.list(is_active=True)}
    h.tasks.delete(h.tasks.create(name="Mistake").id)
    project = h.projects.create(
        client_id=client.id, name="Olympus", code="OLY", is_billable=True, bill_by="Tasks", budget_by="task_fees",
        notes="On the hill", starts_on=DAY, ends_on=DAY + timedelta(days=90), notify_when_over_budget=True,
        over_budget_notification_percentage=Decimal(75), hourly_rate=Decimal(80), cost_budget=Decimal(20000),
        budget=Decimal(250),
    )  # fmt: skip
    made.project = project.id
    h.projects.get(project.id)
    h.projects.update(project.id, show_budget_to_all=True)
    assert project.id in {one.id for one in h.projects.list(client_id=client.id, is_active=True)}
    h.projects.create(
        client_id=client.id,
        name="Temple",
        is_fixed_fee=True,
        fee=Decimal(9000),
        bill_by="none",
        is_billable=True,
    )
    h.projects.delete(h.projects.create(client_id=client.id, name="Mistake").id)
    used = h.task_assignments.create(
        project.id, task_id=task.id, billable=True, hourly_rate=Decimal("120.25"), budget=Decimal(15000)
    )
    h.task_assignments.get(project.id, used.id)
    h.task_assignments.update(project.id, used.id, budget=Decimal(16000))
    assert used.id in {one.id for one in h.task_assignments.list()}
    assert used.id in {one.id for one in h.task_assignments.list(project_id=project.id)}
    other = h.tasks.create(name="Not for long")
    h.task_assignments.delete(project.id, h.task_assignments.create(project.id, task_id=other.id).id)


def _people(h: Any, made: Made) -> None:
    me = h.users.me()
    for who, role in (("member", "member"), ("manager", "manager")):
        user = h.users.create(
            first_name=who.title(), last_name="Person", email=f"{who}@zeus.example", access_roles=[role],
            timezone="Berlin", weekly_capacity=126000, default_hourly_rate=Decimal(90), cost_rate=Decimal("45.5"),
        )  # fmt: skip
        setattr(made, who, user.id)
        assignment = h.user_assignments.create(made.project, user_id=user.id)
        h.user_assignments.get(made.project, assignment.id)
        assert assignment.id in {one.id for one in h.user_assignments.list(user_id=user.id)}
        assert assignment.id in {one.id for one in h.user_assignments.list(project_id=made.project)}
    h.user_assignments.update(
        made.project, assignment.id, use_default_rates=False, hourly_rate=Decimal(88), budget=Decimal(40)
    )
    h.user_assignments.create(made.project, user_id=me.id)
    h.users.get(made.member)
    h.users.update(made.member, timezone="Lisbon")
    assert made.member in {one.id for one in h.users.list(is_active=True)}
    gone = h.users.create(first_name="Not", last_name="Here", email="not@zeus.example")
    h.user_assignments.delete(made.project, h.user_assignments.create(made.project, user_id=gone.id).id)
    h.users.delete(gone.id)
    role = h.roles.create("Architect", [made.member])
    assert list(h.roles.get(role.id).user_ids) == [made.member]
    h.roles.update(role.id, "Builder", [made.member, made.manager])
    assert role.id in {one.id for one in h.roles.list()}
    h.roles.delete(h.roles.create("Mistake").id)
    assert [one.id for one in h.teammates.replace(made.manager, [made.member])] == [made.member]
    assert [one.id for one in h.teammates.of(made.manager)] == [made.member]
    for rates in (h.billable_rates, h.cost_rates):
        rate = rates.create(made.member, Decimal("99.75"), date(2026, 2, 1))
        assert rates.get(made.member, rate.id).amount == Decimal("99.75")
        assert len(rates.of(made.member)) == 2
    assert made.project in {one.project.id for one in h.project_assignments.of(made.member)}
    h.project_assignments.mine()


def _time(h: Any, made: Made, advance: Callable[[timedelta], None]) -> None:
    slot: dict[str, Any] = {"project_id": made.project, "task_id": made.task, "spent_date": DAY}
    reference = {
        "id": "77",
        "group_id": "acme/portal",
        "account_id": "5",
        "permalink": "https://trello.example/c/77",
    }
    entry = h.time_entries.create_with_hours(
        Decimal("1.75"), **slot, user_id=made.member, notes="Columns", external_reference=reference
    )
    made.entry = entry.id
    h.time_entries.get(entry.id)
    h.time_entries.update(entry.id, hours=Decimal("2.25"))
    second = h.time_entries.create_with_hours(Decimal(1), **slot, external_reference=reference)
    h.time_entries.delete_external_reference(second.id)
    assert {entry.id, second.id} <= {one.id for one in h.time_entries.list(first=DAY, last=DAY)}
    running = h.time_entries.start_timer(**slot)
    advance(timedelta(minutes=30))
    assert h.time_entries.stop(running.id).hours == Decimal("0.5")
    again = h.time_entries.restart(running.id)
    assert again.is_running
    h.time_entries.delete(again.id)
    h.time_entries.start_timer(**{**slot, "spent_date": DAY}, user_id=made.manager)
    with_times = h.time_entries.create_with_times("9:00am", "10:00am", **slot)
    h.time_entries.delete(with_times.id)


def _expenses(h: Any, made: Made, folder: Path) -> None:
    meals = h.expense_categories.create(name="Ambrosia")
    miles = h.expense_categories.create(name="Chariot", unit_name="mile", unit_price=Decimal("0.6"))
    h.expense_categories.get(meals.id)
    h.expense_categories.update(meals.id, name="Nectar")
    assert {meals.id, miles.id} <= {one.id for one in h.expense_categories.list(is_active=True)}
    h.expense_categories.delete(h.expense_categories.create(name="Mistake").id)
    base: dict[str, Any] = {"project_id": made.project, "spent_date": DAY}
    receipt = receipt_file("taxi-ride.pdf", PDF)
    lunch = h.expenses.create_with_total(
        Decimal("31.40"), receipt, **base, expense_category_id=meals.id, notes="Lunch", user_id=made.member
    )
    made.expense = lunch.id
    assert lunch.receipt is not None
    assert lunch.receipt.file_name == "taxi_ride.pdf"
    assert h.expenses.receipt(lunch) == PDF
    h.expenses.save_receipt(lunch, folder / "lunch.pdf")
    assert (folder / "lunch.pdf").read_bytes() == PDF
    ride = h.expenses.create_with_units(Decimal(25), **base, expense_category_id=miles.id)
    assert ride.total_cost == Decimal(15)
    h.expenses.get(ride.id)
    with_receipt = h.expenses.update(ride.id, receipt, notes="To the temple")
    assert with_receipt.receipt is not None
    assert h.expenses.delete_receipt(ride.id).receipt is None
    assert {lunch.id, ride.id} <= {
        one.id for one in h.expenses.list(first=DAY, last=DAY, project_id=made.project)
    }
    h.expenses.delete(h.expenses.create_with_total(Decimal(1), **base, expense_category_id=meals.id).id)


def _invoices(h: Any, made: Made) -> None:
    categories = h.invoice_item_categories
    kept = categories.create("Licence")
    assert categories.get(kept.id).name == "Licence"
    categories.update(kept.id, "Licences")
    categories.delete(categories.create("Mistake").id)
    assert "Licences" in {one.name for one in categories.list()}
    imported = Import([made.project], ImportTime("task"), ImportExpenses("category"))
    invoice = h.invoices.create_from_tracked_time(
        made.client, imported, subject="March", tax=Decimal(19), discount=Decimal(5), payment_term="net 30"
    )
    made.invoice = invoice.id
    assert invoice.amount > 0
    assert h.time_entries.get(made.entry).is_billed
    lines = [{"kind": "Licences", "unit_price": Decimal("250.5"), "quantity": Decimal(2), "taxed": True}]
    free = h.invoices.create(made.client, lines, tax2=Decimal(7), purchase_order="PO-1", notes="Thank you")
    made.free_form = free.id
    assert free.amount == Decimal(501)
    longer = h.invoices.append_lines(free.id, [{"kind": "Licences", "unit_price": Decimal(10)}])
    assert longer.amount == Decimal(511)
    assert h.invoices.update_line(free.id, longer.line_items[-1].id, quantity=Decimal(3)).amount == Decimal(
        531
    )
    assert h.invoices.remove_lines(free.id, [longer.line_items[-1].id]).amount == Decimal(501)
    assert h.invoices.update(free.id, subject="Licences").subject == "Licences"
    h.invoices.get(free.id)
    messages, payments = h.invoice_messages, h.invoice_payments
    messages.mark_as_sent(free.id)
    messages.back_to_draft(free.id)
    messages.mark_as_sent(free.id)
    messages.close(free.id)
    messages.reopen(free.id)
    sent = messages.send_by_mail(
        invoice.id, [CLEO], subject="Your invoice", body="Please pay.", attach_pdf=True, send_me_a_copy=True
    )
    assert {one.email for one in sent.recipients} >= {CLEO.email}
    messages.close(invoice.id)
    messages.reopen(invoice.id)
    assert messages.preview(invoice.id, "reminder").body
    assert len(messages.list(free.id)) == 5
    messages.delete(free.id, messages.list(free.id)[0].id)
    paid = payments.create(free.id, Decimal(501), DAY, send_thank_you=False, notes="By bank")
    assert h.invoices.get(free.id).state == "paid"
    payments.delete(free.id, paid.id)
    payments.create(free.id, Decimal(501), NOON, send_thank_you=False, notes="Again")
    assert len(payments.list(free.id)) == 1
    assert {one.id for one in h.invoices.list(client_id=made.client, state="paid")} == {free.id}
    h.invoices.delete(h.invoices.create(made.client).id)


def _estimates(h: Any, made: Made) -> None:
    categories = h.estimate_item_categories
    kept = categories.create("Workshop")
    categories.get(kept.id)
    categories.update(kept.id, "Workshops")
    categories.delete(categories.create("Mistake").id)
    assert "Workshops" in {one.name for one in categories.list()}
    line = {
        "kind": "Workshops",
        "unit_price": Decimal(1000),
        "quantity": Decimal(10),
        "taxed": True,
        "taxed2": True,
    }
    estimate = h.estimates.create(
        made.client,
        [line],
        discount=Decimal(10),
        tax=Decimal(5),
        tax2=Decimal(2),
        subject="Spring",
        purchase_order="PO-2",
    )
    made.estimate = estimate.id
    assert estimate.amount == Decimal(9630)
    assert h.estimates.update(estimate.id, notes="Valid until May").notes == "Valid until May"
    longer = h.estimates.append_lines(estimate.id, [{"kind": "Workshops", "unit_price": Decimal(1)}])
    h.estimates.update_line(estimate.id, longer.line_items[-1].id, unit_price=Decimal(2))
    h.estimates.remove_lines(estimate.id, [longer.line_items[-1].id])
    messages = h.estimate_messages
    messages.send_by_mail(estimate.id, [CLEO], subject="Our estimate", body="As discussed.")
    messages.mark_as_accepted(estimate.id)
    messages.reopen(estimate.id)
    messages.mark_as_declined(estimate.id)
    assert h.estimates.get(estimate.id).state == "declined"
    draft = h.estimates.create(made.client, [line])
    messages.mark_as_sent(draft.id)
    messages.delete(draft.id, messages.list(draft.id)[0].id)
    assert {estimate.id, draft.id} == {one.id for one in h.estimates.list(client_id=made.client)}
    h.estimates.delete(draft.id)


def _reports(h: Any) -> None:
    span = (date(2026, 1, 1), date(2026, 3, 31))
    for by in ("client", "project", "task", "person"):
        assert getattr(h.reports, f"time_by_{by}")(*span), by
    for by in ("client", "project", "category", "person"):
        assert getattr(h.reports, f"expenses_by_{by}")(*span), by
    assert h.reports.uninvoiced(*span, include_fixed_fee=False)
    assert h.reports.project_budget(is_active=True)
