"""What people read about invoices, inside and at the client. Pure."""

from __future__ import annotations

from collections.abc import Mapping

from gleaner.invoicing.bills import Bill
from gleaner.invoicing.plan import LeftOut, Plan

WHY_ASKED = "You get this because you may let this invoice go."
_REASONS = {
    "not approved": "waits for approval, or lies after a day that does",
    "over the cap": "is over the rule's cap",
    "runs still": "is on a timer that runs",
    "already invoiced": "is invoiced already",
    "earlier": "is older than the days of this invoice",
    "later": "is after the days of this invoice",
    "fixed fee": "is on a fixed fee",
}


def left_out(one: LeftOut, project: str) -> str:
    """``4.00 h on Apollo (320.00) is older than the days of this invoice``."""
    amount = f"{one.hours:.2f} h" if one.hours else f"{one.count} expense{'' if one.count == 1 else 's'}"
    return f"{amount} on {project} ({one.amount:,.2f}) {_REASONS[one.reason]}"


def ask_subject(bill: Bill) -> str:
    action = bill.plan.action
    return f"Invoice {bill.number} waits for you: {bill.plan.totals.amount:,.2f} {action.currency}, {action.subject}"


def ask(bill: Bill) -> list[str]:
    """What the approver is told: why now, what it comes to, what to do."""
    plan = bill.plan
    hours = f"{plan.hours:.2f} h, " if plan.hours else ""
    return [
        f"Draft {bill.number}, {plan.action.subject}: {hours}{plan.totals.amount:,.2f} {plan.action.currency}",
        plan.why,
        f"It adds up to the cent. Nothing is sent before you say so: gleaner invoices send {bill.short}",
        f"All of it: gleaner invoices show {bill.short}",
    ]


def reminder(words: Mapping[str, str], number: int, left: str = "") -> tuple[str, str]:
    """Subject and body of the client's reminder; *number* tells the first from later ones; *left* is still to be paid
    where a part was."""
    again = "" if number == 1 else "once more "
    subject = f"Reminder{'' if number == 1 else f' {number}'}: invoice {words['number']}"
    seen = f"{left} of it is still open" if left else "we have not seen a payment yet"
    body = (
        f"Invoice {words['number']} for {words['amount']} was due on {words['due']}. We write {again}because "
        f"{seen}; if it is on its way, there is nothing to do. The invoice is attached."
    )
    return subject, body


def headline(plan: Plan) -> str:
    """``41.50 h · 3,320.00 EUR``."""
    hours = f"{plan.hours:.2f} h · " if plan.hours else ""
    return f"{hours}{plan.totals.amount:,.2f} {plan.action.currency}"
