"""Letting an invoice go: who may, the approval that dies with a change, the mail, once."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, replace

from gleaner.adapters.harvest.invoice_writer import InvoiceWriter
from gleaner.app.account import Account
from gleaner.app.billing.drafting import begin, check, claim, settle
from gleaner.app.billing.seeing import bills_of
from gleaner.core.catalog import Contact, Person
from gleaner.core.errors import Refused
from gleaner.core.invoices import Invoice, MarkInvoiceSent, SendInvoice
from gleaner.core.money import Money
from gleaner.core.phrases import phrase
from gleaner.invoicing.approval import why_not
from gleaner.invoicing.bills import Bill, Standing, digest
from gleaner.invoicing.plan import filled, words_for
from gleaner.invoicing.proof import Proof
from gleaner.invoicing.rules import BillingRule
from gleaner.review.journal import Line

SENDABLE = (Standing.DRAFT, Standing.APPROVED)


def recipients_of(account: Account, rule: BillingRule) -> tuple[str, ...]:
    """Whom its invoices go to: the rule's recipients, or the client's contacts, by our copy."""
    return rule.recipients or _of_client(account.catalog.contacts, rule)


def live_recipients(account: Account, rule: BillingRule) -> tuple[str, ...]:
    """The same by Harvest itself, asked now: whoever is no contact any more is not written to."""
    if rule.recipients:
        return rule.recipients
    found = account.client.contacts.list(client_id=rule.client_id)
    return _of_client((one.to_core() for one in found), rule)


def _of_client(contacts: Iterable[Contact], rule: BillingRule) -> tuple[str, ...]:
    mine = (one.email for one in contacts if one.client_id == rule.client_id and one.email)
    return tuple(sorted(set(mine)))


def approvers_of(account: Account, rule: BillingRule) -> list[Person]:
    """Who may let its invoices go, and can be written to."""
    everybody = (one for one in account.catalog.people.values() if one.is_active and one.email)
    return [one for one in everybody if not why_not(rule, one)]


@dataclass(frozen=True)
class Shown:
    """A draft as somebody sees it before they let it go."""

    mail: SendInvoice
    proof: Proof
    seen: str
    """Names exactly this: the invoice in Harvest, its entries, the mail and who gets it."""


def shown(account: Account, rule: BillingRule, bill: Bill) -> Shown:
    """What would be sent, to whom, and whether it adds up. Raises Refused for what is no draft."""
    if bill.state not in (*SENDABLE, Standing.DIFFERS):
        raise Refused(
            phrase("the invoice of {bill} is {state}; only a draft is sent", bill=bill.key, state=bill.state)
        )
    proof, invoice = check(account, bill)
    mail = _mail(account, rule, bill, invoice)
    return Shown(mail, proof, digest(invoice, bill.plan, mail.recipients, (mail.subject, mail.body)))


def approve(account: Account, rule: BillingRule, bill: Bill, seen: str = "", *, by: str = "") -> Proof:
    """Let a draft go, as whoever the token belongs to; it is sent by :func:`send`, or by the next look at invoices.

    With *seen* only if it is still what :func:`shown` named so. The journal names them, or *by* where they let
    somebody else say so. Raises Refused when they may not, or it does not add up, or is no draft.
    """
    me = account.me
    reason = why_not(rule, me)
    if reason:
        raise Refused(
            phrase("the invoice of {bill} was not approved: {reason}", bill=bill.key, reason=reason)
        )
    assert me is not None
    proof, invoice = _proven(account, bill)
    said = _digest(account, rule, bill, invoice)
    if seen and said != seen:
        raise Refused(
            phrase(
                "invoice {bill} or who gets it changed since it was shown; look at it again", bill=bill.number
            )
        )
    now = account.clock.now()
    text = phrase(
        "Approved invoice {number} of {bill}: {amount:,.2f} {currency}",
        number=bill.number, bill=bill.key, amount=invoice.amount, currency=invoice.currency,
    )  # fmt: skip
    line = Line(now, by or me.email, "approved", text, proposal_key=f"invoice:{bill.key}")
    values = {"approver_id": me.id, "approved_at": now, "approved_as": said, "trouble": ""}
    if not bills_of(account).move(bill.key, SENDABLE, Standing.APPROVED, now, line=line, **values):
        raise Refused(
            phrase("the invoice of {bill} was not approved: {now}", bill=bill.key, now=_now(account, bill))
        )
    return proof


def send(account: Account, rule: BillingRule, bill: Bill, *, by: str) -> str:
    """Mail it to the client, with its PDF; what came of it.

    Only what was approved and did not change since, or what a rule sends by itself. Raises Refused when it may not go
    or Harvest says no, Unavailable when Harvest cannot be asked: it is tried again then, and looked at first.
    """
    if bill.doing != "send":
        found: Invoice | None = _proven(account, bill)[1]
        assert found is not None
        _check_approval(account, rule, bill, found)
    else:
        # Somebody began: whether the mail went out is looked up first, and whether it still may go after that.
        assert bill.invoice_id is not None
        found = InvoiceWriter(account.client).get(bill.invoice_id)
    claimed = claim(account, bill.key, "send", SENDABLE)
    if claimed is None:
        raise Refused(
            phrase("the invoice of {bill} was not sent: {now}", bill=bill.key, now=_now(account, bill))
        )
    if found is None:
        gone = f"invoice {bill.number} is gone in Harvest"
        settle(account, claimed, claimed.state, "failed", gone, by=by, trouble=gone)
        raise Refused(gone)
    action = _mail(account, rule, bill, found)

    def look_again(_invoice: Invoice) -> None:
        _check_approval(account, rule, claimed, _proven(account, claimed)[1])

    billed = begin(account, claimed, action, by=by, look_again=look_again)
    verb = "Had sent" if billed.was_there else "Sent"
    text = f"{verb} invoice {bill.number} of {bill.key} to {', '.join(action.recipients)}"
    now = account.clock.now()
    settle(account, claimed, Standing.SENT, "applied", text, by=by, action=action, sent_at=now, trouble="",
           due_date=billed.invoice.due_date if billed.invoice is not None else bill.due_date)  # fmt: skip
    return f"{text}."


def mail_for(account: Account, rule: BillingRule, bill: Bill) -> tuple[SendInvoice, Proof]:
    """The mail it would be sent with, and whether it adds up. Raises Refused for what is no draft."""
    found = shown(account, rule, bill)
    return found.mail, found.proof


def _mail(account: Account, rule: BillingRule, bill: Bill, invoice: Invoice) -> SendInvoice:
    words = words_of(account, rule, bill, invoice)
    to = live_recipients(account, rule)
    return SendInvoice(invoice.id, to, filled(rule.mail_subject, words), filled(rule.mail_body, words))


def mark_sent(account: Account, rule: BillingRule, bill: Bill, *, by: str) -> str:
    """Say that it went out some other way; nobody is mailed. The same people may who may send it."""
    if bill.state is Standing.DRAFT:
        approve(account, rule, bill)
    elif bill.state is Standing.APPROVED and bill.doing == "":
        _check_approval(account, rule, bill, _proven(account, bill)[1])
    claimed = claim(account, bill.key, "mark", SENDABLE)
    if claimed is None or claimed.invoice_id is None:
        raise Refused(
            phrase(
                "the invoice of {bill} was not marked as sent: {now}", bill=bill.key, now=_now(account, bill)
            )
        )
    action = MarkInvoiceSent(claimed.invoice_id)
    begin(account, claimed, action, by=by)
    text = f"Marked invoice {bill.number} of {bill.key} as sent; nobody was mailed"
    now = account.clock.now()
    settle(account, claimed, Standing.SENT, "applied", text, by=by, action=action, sent_at=now, trouble="")
    return f"{text}."


def words_of(account: Account, rule: BillingRule, bill: Bill, invoice: Invoice) -> dict[str, str]:
    """What texts of the rule may name."""
    client = account.catalog.clients.get(rule.client_id)
    words = words_for(
        rule, client.name if client is not None else "", bill.plan.period, bill.plan.action.days
    )
    amount = str(Money(invoice.amount, invoice.currency))
    return words | {"number": invoice.number, "amount": amount, "due": str(invoice.due_date or "")}


def _proven(account: Account, bill: Bill) -> tuple[Proof, Invoice]:
    if bill.state not in (*SENDABLE, Standing.DIFFERS):
        raise Refused(
            phrase(
                "the invoice of {bill} is {state}; only a draft is approved and sent",
                bill=bill.key,
                state=bill.state,
            )
        )
    proof, invoice = check(account, bill)
    if invoice.state != "draft":
        raise Refused(
            phrase(
                "invoice {bill} is {state} in Harvest already; nothing is sent again",
                bill=bill.number,
                state=invoice.state,
            )
        )
    if proof.differences:
        raise Refused(
            phrase(
                "invoice {bill} does not add up: {listed}",
                bill=bill.number,
                listed="; ".join(proof.differences),
            )
        )
    return proof, invoice


def _check_approval(account: Account, rule: BillingRule, bill: Bill, invoice: Invoice) -> None:
    """It was approved as it is now, or needs no approval. An approval of something else dies."""
    if bill.state is not Standing.APPROVED:
        # What was sent once and is a draft again was put back by somebody: it goes when somebody says so.
        if rule.send == "auto" and bill.sent_at is None:
            return
        raise Refused(
            phrase(
                "invoice {bill} waits for its approval: gleaner invoices approve {short}",
                bill=bill.number,
                short=bill.short,
            )
        )
    approver = account.catalog.people.get(bill.approver_id) if bill.approver_id is not None else None
    may = approver is None or not why_not(rule, approver)
    if may and _digest(account, rule, bill, invoice) == bill.approved_as:
        return
    text = phrase(
        "invoice {number} or who gets it changed since it was approved; look at it and approve it again"
        if may
        else "who approved invoice {number} may not let it go any more; somebody else has to approve it",
        number=bill.number,
    )
    now = account.clock.now()
    line = Line(now, "gleaner", "withdrawn", text, proposal_key=f"invoice:{bill.key}")
    # Those who may approve it are asked once more.
    lapsed = {
        "approved_as": "", "approver_id": None, "approved_at": None, "asked_at": None, "trouble": text,
    }  # fmt: skip
    bills_of(account).move(bill.key, [Standing.APPROVED], Standing.DRAFT, now, line=line, **lapsed)
    raise Refused(text)


def _digest(account: Account, rule: BillingRule, bill: Bill, invoice: Invoice) -> str:
    mail = _mail(account, rule, bill, invoice)
    return digest(invoice, bill.plan, mail.recipients, (mail.subject, mail.body))


def _now(account: Account, bill: Bill) -> str:
    found = bills_of(account).get(bill.key) or replace(bill)
    busy = f", and somebody began to {found.doing} it" if found.doing else ""
    return f"it is {found.state}{busy}"
