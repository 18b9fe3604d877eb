"""Doing to an invoice just what somebody was shown and confirmed; where it changed since, nothing is done."""

from __future__ import annotations

import hashlib

from gleaner.app.account import Account
from gleaner.app.billing.drafting import cancel
from gleaner.app.billing.following import ask
from gleaner.app.billing.listing import check_may_bill, rule_of
from gleaner.app.billing.seeing import bills_of
from gleaner.app.billing.sending import approve, approvers_of, mark_sent, send
from gleaner.core.catalog import Person
from gleaner.core.errors import Refused
from gleaner.core.phrases import phrase
from gleaner.invoicing.bills import Bill, Standing
from gleaner.invoicing.proof import Proof


def stamp(bill: Bill) -> str:
    """Names where *bill* stands: a page that shows it carries this, and what is pressed there counts for it only."""
    said = (
        bill.key,
        bill.state.value,
        bill.doing,
        bill.invoice_id,
        bill.number,
        bill.plan.totals.amount,
        bill.plan.items,
    )
    return hashlib.sha256(repr(said).encode()).hexdigest()[:32]


def approve_as_seen(account: Account, bill: Bill, seen: str) -> Proof:
    """Let it go if it is what :func:`gleaner.app.billing.sending.shown` named *seen*. Raises Refused otherwise."""
    check_may_bill(account)
    return approve(account, rule_of(account, bill), bill, _named(seen))


def send_as_seen(account: Account, bill: Bill, seen: str, *, by: str) -> str:
    """Approve it as it was *seen*, where nobody did yet, and mail it; what came of it. Raises Refused otherwise."""
    check_may_bill(account)
    rule, seen = rule_of(account, bill), _named(seen)
    if bill.state is not Standing.APPROVED or bill.approved_as != seen:
        approve(account, rule, bill, seen)
        bill = bills_of(account).get(bill.key) or bill
    return send(account, rule, bill, by=by)


def mark_sent_as_seen(account: Account, bill: Bill, seen: str, *, by: str) -> str:
    """The same for what went out some other way; nobody is mailed."""
    check_may_bill(account)
    rule, seen = rule_of(account, bill), _named(seen)
    if bill.state is not Standing.APPROVED or bill.approved_as != seen:
        approve(account, rule, bill, seen)
        bill = bills_of(account).get(bill.key) or bill
    return mark_sent(account, rule, bill, by=by)


def ask_as_seen(account: Account, bill: Bill, seen: str) -> list[Person]:
    """Tell those who may let a draft go that it waits, as the daemon does for ``send = "ask"``; who they are.

    Each draft is asked for once. Raises Refused when it was asked for already or stands elsewhere by now, and when
    nobody can be told.
    """
    check_may_bill(account)
    rule = rule_of(account, bill)
    if stamp(bill) != seen or bill.state is not Standing.DRAFT:
        raise Refused(
            phrase("the invoice of {bill} is {state} now; look at it again", bill=bill.key, state=bill.state)
        )
    if bill.asked_at is not None:
        raise Refused(phrase("those who may let invoice {bill} go were asked already", bill=bill.number))
    people = approvers_of(account, rule)
    if not ask(account, rule, bill):
        raise Refused(phrase("nobody could be told: no [[channels]] are configured, or nobody may let it go"))
    return people


def cancel_as_seen(account: Account, bill: Bill, seen: str, *, by: str) -> str:
    """Take it back if it stands where it was shown, as :func:`stamp` said. Raises Refused otherwise."""
    check_may_bill(account)
    if stamp(bill) != seen:
        raise Refused(
            phrase(
                "the invoice of {bill} is {state} now; look at it again before it is taken back",
                bill=bill.key,
                state=bill.state,
            )
        )
    return cancel(account, bill, by=by)


def _named(seen: str) -> str:
    """What was seen; nobody confirms what they were not shown."""
    if not seen:
        raise Refused(phrase("this page did not say what was shown on it; look at the invoice again"))
    return seen
