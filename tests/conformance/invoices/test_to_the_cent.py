"""Plan, proof and the invoice Harvest makes agree to the cent, whatever is billed by whom at which rate.

Harvest is the sandbox over HTTP. It shares no code with what plans: both were written from the same rules. The number
of examples is ``GLEANER_INVOICE_EXAMPLES``, 150 unless given.
"""

from __future__ import annotations

import itertools
import os
from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from typing import Any, cast

import pytest
import sqlalchemy as sa
from hypothesis import HealthCheck, event, given, settings
from hypothesis import strategies as st

from gleaner.adapters.harvest.billing_copy import BillingCopy
from gleaner.adapters.harvest.client import Client
from gleaner.adapters.harvest.copy import Copy, State
from gleaner.adapters.harvest.invoice_writer import InvoiceWriter
from gleaner.adapters.harvest.limits import Unlimited
from gleaner.adapters.store.tables import metadata
from gleaner.core.catalog import (
    AccountId,
    Catalog,
    ClientId,
    Person,
    Project,
    ProjectId,
    Task,
    TaskId,
    UserId,
)
from gleaner.core.catalog import Client as CoreClient
from gleaner.core.time import zone
from gleaner.invoicing.due import Due
from gleaner.invoicing.plan import plan
from gleaner.invoicing.proof import prove
from gleaner.invoicing.rules import BillingRule
from gleaner.invoicing.triggers.month_end import MonthEnd
from gleaner_sandbox.seed import AccountSeed
from gleaner_sandbox.server import Running, serve_in_thread
from gleaner_sandbox.state import State as Sandbox

_AT = datetime(2026, 4, 1, tzinfo=UTC)
EXAMPLES = int(os.environ.get("GLEANER_INVOICE_EXAMPLES", "150"))
FIRST, LAST = date(2026, 3, 1), date(2026, 3, 31)
_numbers = itertools.count(80_000)
_rates = st.one_of(st.none(), st.integers(0, 30_000).map(lambda cents: cents / 100))
_hours = st.integers(0, 1300).map(lambda hundredths: hundredths / 100)
_percent = st.one_of(st.none(), st.integers(1, 4000).map(lambda hundredths: Decimal(hundredths) / 100))
_starts: st.SearchStrategy[list[str | None]] = st.sampled_from([[], [None], [None, "2026-03-11"]])
_days = st.integers(0, 40).map(lambda number: (date(2026, 2, 25) + timedelta(days=number)).isoformat())


@pytest.fixture(scope="module")
def server() -> Iterator[Running]:
    state = Sandbox()
    with serve_in_thread(state, limits=False) as running:
        yield running
    state.close()


@st.composite
def accounts(draw: st.DrawFn) -> AccountSeed:
    """One client, some projects of every way to bill, people with dated and with own rates, time and expenses."""
    number = next(_numbers)
    base = number * 1000
    people = [base + one for one in (1, 2, 3)]
    tasks = [base + one for one in (11, 12, 13)]
    projects = [base + 21 + one for one in range(draw(st.integers(1, 3)))]
    numbers = itertools.count(base + 100)
    rounding = draw(
        st.one_of(st.none(), st.tuples(st.sampled_from(["nearest", "up"]), st.sampled_from([6, 15, 30])))
    )
    company: dict[str, Any] = {"timezone": "Berlin"}
    if rounding is not None:
        company["rounding"] = {"mode": rounding[0], "minutes": rounding[1]}
    slots = [(project, task) for project in projects for task in tasks]
    members = [(project, person) for project in projects for person in people]
    work = st.tuples(st.sampled_from(slots), st.sampled_from(people), _days, _hours)
    costs = st.tuples(
        st.sampled_from(projects), st.sampled_from(people), _days, st.integers(0, 90_000), st.booleans(), st.booleans()
    )  # fmt: skip
    return cast("AccountSeed", {
        "id": number,
        "name": f"Studio {number}",
        "company": company,
        "users": [
            {"id": one, "first_name": name, "last_name": "Person", "email": f"{name.lower()}{one}@studio.example",
             "access_roles": ["administrator"]}
            for one, name in zip(people, ("Ana", "Bo", "Cy"), strict=True)
        ],
        "tokens": [{"token": f"secret-{number}", "user_id": people[0]}],
        "clients": [{"id": base + 9, "name": "Acme", "currency": draw(st.sampled_from(["EUR", "USD", "JPY", "CHF"]))}],
        "tasks": [{"id": one, "name": name} for one, name in zip(tasks, ("Design", "Code", "Talk"), strict=True)],
        "projects": [
            {"id": one, "client_id": base + 9, "name": f"Project {one}", "code": draw(st.sampled_from(["", "PX"])),
             "is_billable": draw(st.sampled_from([True, True, True, False])),
             "bill_by": draw(st.sampled_from(["Project", "Tasks", "People", "none"])), "hourly_rate": draw(_rates)}
            for one in projects
        ],
        "task_assignments": [
            {"id": next(numbers), "project_id": project, "task_id": task, "billable": draw(st.booleans()),
             "hourly_rate": draw(_rates)}
            for project, task in slots
        ],
        "user_assignments": [
            {"id": next(numbers), "project_id": project, "user_id": person, "use_default_rates": draw(st.booleans()),
             "hourly_rate": draw(_rates)}
            for project, person in members
        ],
        "billable_rates": [
            {"user_id": person, "amount": draw(st.integers(0, 30_000)) / 100, "start_date": start}
            for person in people for start in draw(_starts)
        ],
        "time_entries": [
            {"id": next(numbers), "user_id": person, "project_id": project, "task_id": task, "spent_date": day,
             "hours": hours}
            for (project, task), person, day, hours in draw(st.lists(work, max_size=25))
        ],
        "expense_categories": [
            {"id": base + 31, "name": "Meals"},
            {"id": base + 32, "name": "Mileage", "unit_price": 0.37, "unit_name": "km"},
        ],
        "expenses": [
            {"id": next(numbers), "user_id": person, "project_id": project, "spent_date": day, "billable": billable,
             **({"expense_category_id": base + 32, "units": cost // 100} if in_units
                else {"expense_category_id": base + 31, "total_cost": cost / 100})}
            for project, person, day, cost, billable, in_units in draw(st.lists(costs, max_size=6))
        ],
    })  # fmt: skip


def rules(seed: AccountSeed) -> st.SearchStrategy[BillingRule]:
    return st.builds(
        BillingRule,
        name=st.just("rule"),
        client_id=st.just(ClientId(seed["clients"][0]["id"])),
        projects=st.just(tuple(ProjectId(one["id"]) for one in seed["projects"])),
        trigger=st.just(MonthEnd()),
        summary=st.sampled_from(["project", "task", "people", "detailed"]),
        expenses=st.sampled_from([None, "project", "category", "people", "detailed"]),
        attach_receipts=st.just(False),
        only_approved=st.just(False),
        allow_zero=st.just(True),
        minimum=st.none(),
        cap=st.one_of(st.none(), st.integers(100, 5000).map(Decimal)),
        tax=_percent,
        tax2=_percent,
        discount=_percent,
        payment_term=st.just("net 30"),
        purchase_order=st.just(""),
        subject=st.just(""),
        notes=st.just(""),
        recipients=st.just(()),
        mail_subject=st.just(""),
        mail_body=st.just(""),
        send=st.just("draft"),
        author=st.just(""),
        approvers=st.just(()),
        remind_after=st.just(()),
    )


def catalog_of(seed: AccountSeed) -> Catalog:
    client = seed["clients"][0]
    return Catalog(
        people={
            UserId(one["id"]): Person(UserId(one["id"]), f"{one['first_name']} Person", one["email"], zone("UTC"))
            for one in seed["users"]
        },
        clients={ClientId(client["id"]): CoreClient(ClientId(client["id"]), client["name"], client["currency"])},
        projects={
            ProjectId(one["id"]): Project(
                ProjectId(one["id"]), ClientId(client["id"]), one["name"], is_billable=one["is_billable"]
            )
            for one in seed["projects"]
        },
        tasks={TaskId(one["id"]): Task(TaskId(one["id"]), one["name"]) for one in seed["tasks"]},
    )  # fmt: skip


@settings(max_examples=EXAMPLES, suppress_health_check=list(HealthCheck))
@given(data=st.data())
@pytest.mark.timeout(3600)
def test_plan_proof_and_invoice_agree(server: Running, data: st.DataObject) -> None:
    seed = data.draw(accounts())
    rule = data.draw(rules(seed))
    server.state.load({"accounts": [seed]})
    catalog = catalog_of(seed)
    engine = sa.create_engine("sqlite://", poolclass=sa.StaticPool)
    metadata.create_all(engine)
    account = AccountId(seed["id"])
    Copy(engine, account).set_state("time_entries", State(_AT, _AT))
    with Client(account, f"secret-{seed['id']}", base_url=server.base_url, limits=Unlimited()) as client:
        copy, writer = BillingCopy(engine, client, account), InvoiceWriter(client)
        due = Due("2026-03", "", (FIRST, LAST))
        made = plan(rule, due, catalog, *copy.live(rule.projects, None), LAST)
        if made.held:
            event("nothing to bill")
            assert not made.action.entries or made.totals.amount < 0
            engine.dispose()
            return
        event(f"{rule.summary}, rounding {bool(made.rounding)}")
        invoice = writer.create(made.action)
        time, costs = copy.live(rule.projects, None)
        proof = prove(made, invoice, time, costs, catalog)
        assert proof.differences == ()
        assert invoice.amount == made.totals.amount
        assert len(invoice.lines) == len(made.lines)
        assert abs(proof.rounding) <= sum(
            (line.quantity for line in made.lines if line.kind == "time"), Decimal(0)
        ) * Decimal("0.005") + Decimal("0.005") * len(made.lines)
        # What it billed is billed once: the same plan again has nothing.
        again = plan(replace(rule, cap=None), due, catalog, time, costs, LAST)
        assert not set(again.action.entries) & set(made.action.entries)
        writer.delete(invoice.id)
        freed, _ = copy.live(rule.projects, None)
        assert not any(one.is_billed for one in freed)
    engine.dispose()
