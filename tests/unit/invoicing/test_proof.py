"""Every way in which an invoice can differ from its plan is said, and names what differs."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from decimal import Decimal

import pytest
from tests.unit.invoicing.work import ACME, APOLLO, MARCH, catalog, rule, worked

from gleaner.core.invoices import Invoice, InvoiceId, InvoiceLine
from gleaner.invoicing.due import Due
from gleaner.invoicing.plan import plan
from gleaner.invoicing.proof import Proof, changed, prove
from gleaner.invoicing.work import Worked

DUE = Due("2026-03", "The month ended.", MARCH)
TAXED = rule(tax=Decimal(10))
WORK = (worked(1, 10, "2"), worked(2, 11, "1.5"))
PLAN = plan(TAXED, DUE, catalog(), WORK, (), date(2026, 4, 2))
LINE = InvoiceLine(
    "[APL] Apollo: Design (03/10/2026 - 03/11/2026)", Decimal("3.5"), Decimal(80), Decimal(280), APOLLO, True
)
INVOICE = Invoice(
    InvoiceId(50), ACME, "12", "draft", "EUR", Decimal(308), Decimal(308), (LINE,), tax=Decimal(10),
    tax_amount=Decimal(28),
)  # fmt: skip


def on_it(*work: Worked) -> list[Worked]:
    return [one._replace(is_billed=True, invoice=50) for one in work]


def proof(invoice: Invoice = INVOICE, work: list[Worked] | None = None) -> Proof:
    return prove(PLAN, invoice, on_it(*WORK) if work is None else work, (), catalog())


def test_what_agrees_is_proven_in_one_line() -> None:
    found = proof()
    assert found.differences == ()
    assert (
        found.sentence() == "2 entries · 3.50 h · Σ = 280.00 EUR → 308.00 with discount and tax = invoice ✓"
    )


@pytest.mark.parametrize(
    ("work", "sentence"),
    [
        (on_it(WORK[0]), "time entry 2 (1.50 h Apollo on Wed 11 Mar) is gone since"),
        ([*on_it(WORK[0]), WORK[1]], "time entry 2 (1.50 h Apollo on Wed 11 Mar) is on no invoice"),
        ([*on_it(WORK[0]), WORK[1]._replace(invoice=51)], "is on invoice 51"),
        (on_it(WORK[0], WORK[1]._replace(hours=Decimal(1))), "(1.50 h Apollo on Wed 11 Mar) has 1.00 h now"),
        (on_it(WORK[0], WORK[1]._replace(rate=Decimal(90))), "is worth 135.00 now, 120.00 was planned"),
        (on_it(*WORK, worked(3, 12)), "time entry 3 (1.00 h Apollo on Thu 12 Mar) was billed too"),
    ],
)  # fmt: skip
def test_an_entry_that_differs_is_named(work: list[Worked], sentence: str) -> None:
    (said,) = proof(work=work).differences
    assert sentence in said


def lines(*made: InvoiceLine) -> Invoice:
    whole = sum((one.amount for one in made), Decimal(0))
    return replace(INVOICE, lines=made, tax_amount=whole / 10, amount=whole * 11 / 10)


@pytest.mark.parametrize(
    ("invoice", "sentence"),
    [
        (lines(replace(LINE, quantity=Decimal(4), amount=Decimal(320))), "280.00 planned, 4 × = 320.00 in the draft"),
        (lines(LINE, replace(LINE, description="Gift")), '"Gift": 3.5 × = 280.00 in the draft, nothing planned'),
        (lines(), "Apollo / Design: 3.5 × = 280.00 planned, and no such line"),
        (replace(INVOICE, currency="USD"), "it is in USD, the client's is EUR"),
        (replace(INVOICE, amount=Decimal("308.01")), "its total is 308.01, its lines come to 308.00"),
        (replace(INVOICE, tax_amount=Decimal(27), amount=Decimal(307)), "its tax is 27.00, its lines come to 28.00"),
        (replace(INVOICE, client_id=type(ACME)(9)), "it is for another client"),
    ],
)  # fmt: skip
def test_a_line_or_figure_that_differs_is_named(invoice: Invoice, sentence: str) -> None:
    assert any(sentence in one for one in proof(invoice).differences)


def test_another_tax_is_said() -> None:
    other = replace(INVOICE, tax=Decimal(5), tax_amount=Decimal(14), amount=Decimal(294))
    assert proof(other).differences == ("its tax is 5 %, 10 % was asked for",)


def test_a_line_that_is_not_its_product_is_said() -> None:
    wrong = replace(LINE, unit_price=Decimal(79))
    assert any("is not 280.00" in one for one in proof(replace(INVOICE, lines=(wrong,))).differences)


def test_an_effective_rate_that_harvest_takes_further_than_cents_is_right_too() -> None:
    work = (worked(1, hours="3", rate="100"), worked(2, hours="4", rate="33.33"))
    planned = plan(rule(), DUE, catalog(), work, (), date(2026, 4, 2))
    assert (planned.totals.subtotal, planned.exact) == (Decimal("433.30"), Decimal("433.32"))
    line = InvoiceLine("[APL] Apollo: Design", Decimal(7), Decimal("61.902857"), Decimal("433.32"), APOLLO)
    made = replace(INVOICE, lines=(line,), tax=None, tax_amount=Decimal(0), amount=Decimal("433.32"))
    assert prove(planned, made, on_it(*work), (), catalog()).differences == ()


def test_what_changed_between_two_looks_is_told() -> None:
    later = plan(
        TAXED, DUE, catalog(), [WORK[0]._replace(hours=Decimal(3)), worked(3, 12)], (), date(2026, 4, 2)
    )
    assert changed(PLAN, later, catalog()) == [
        "1.00 h Apollo on Thu 12 Mar came in",
        "1.50 h Apollo on Wed 11 Mar is out",
        "2.00 h Apollo on Tue 10 Mar is 3.00 h Apollo on Tue 10 Mar now",
        "the total is 352.00 instead of 308.00",
    ]
    assert changed(PLAN, PLAN, catalog()) == []


def test_the_exact_amount_beside_a_price_in_cents_is_no_difference() -> None:
    work = (worked(1, 10, "2", "80"), worked(2, 11, "1", "85"))
    planned = plan(rule(), DUE, catalog(), work, (), date(2026, 4, 2))
    line = InvoiceLine("Design", Decimal(3), Decimal("81.67"), Decimal(245), APOLLO)
    made = Invoice(InvoiceId(50), ACME, "12", "draft", "EUR", Decimal(245), Decimal(245), (line,))
    assert prove(planned, made, on_it(*work), (), catalog()).differences == ()
    other = replace(line, amount=Decimal(246))
    made = replace(made, lines=(other,), amount=Decimal(246), due_amount=Decimal(246))
    assert prove(planned, made, on_it(*work), (), catalog()).differences != ()
