"""The door out for invoices: each action at most once, whatever dies on the way.

Harvest gives an invoice no field that is ours alone and that no client sees. What was made is therefore found again by
what it did: an invoice of tracked work by the entries it billed, which can be on one invoice only; one of fees by its
client, subject and lines, made since we began; a mail by its recipients and subject, sent since we began, or by any
mail since then once the invoice is no draft. What cannot be told apart is refused, and somebody has to look.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Collection
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import assert_never

from gleaner.core.errors import Refused, Unavailable
from gleaner.core.invoices import (
    CreateInvoice,
    DeleteDraftInvoice,
    Invoice,
    InvoiceAction,
    InvoiceId,
    MarkInvoiceSent,
    SendInvoice,
)
from gleaner.core.phrases import phrase
from gleaner.review.writers import Invoices

_CLOCKS = timedelta(minutes=5)
"""How far our clock and Harvest's may be apart."""


class Lost(Exception):
    """Another process took it over."""


@dataclass(frozen=True)
class BillingDoor:
    """What carrying out one action needs."""

    invoices: Invoices
    renew: Callable[[], bool]
    """Whether it is still ours to do; asked right before each write."""
    began_at: datetime
    """When somebody first began it."""
    is_repeated: bool
    """Somebody may have done it already."""
    known: Collection[InvoiceId] = field(default_factory=frozenset)
    """Invoices that are somebody else's work, or another rule's: never taken for what was made now."""
    look_again: Callable[[Invoice], None] = lambda _invoice: None
    """Asked before a mail that an earlier attempt did not send; raises Refused when it may not go any more."""


@dataclass(frozen=True)
class Billed:
    """What came of it."""

    invoice: Invoice | None
    """As it is afterwards; None when it is gone."""
    was_there: bool = False
    """Nothing had to be written."""


def carry_out(door: BillingDoor, action: InvoiceAction) -> Billed:
    """Do what *action* says, unless it is so already.

    Raises Refused or Unavailable for what Harvest or a guard says (after Unavailable with ``answer_lost`` it may be
    done: do it again as ``is_repeated``), Lost when somebody else does it by now.
    """
    match action:
        case CreateInvoice():
            return _create(door, action)
        case SendInvoice():
            return _send(door, action)
        case MarkInvoiceSent():
            return _mark(door, action)
        case DeleteDraftInvoice():
            return _delete(door, action)
        case _:
            assert_never(action)


def made_already(door: BillingDoor, action: CreateInvoice) -> Invoice | None:
    """The invoice that somebody who began *action* made, if they did. Raises as :func:`carry_out`."""
    return _made(door, action, is_repeated=True)


def _create(door: BillingDoor, action: CreateInvoice) -> Billed:
    # Tracked work is looked at in any case: what somebody invoiced a moment ago must not make an empty draft.
    if door.is_repeated or not action.fees:
        found = _made(door, action, is_repeated=door.is_repeated)
        if found is not None:
            return Billed(found, was_there=True)
    try:
        with door.invoices.guarded(lambda: _ours(door)):
            made = door.invoices.create(action)
    except Unavailable as fault:
        found = _made(door, action, is_repeated=True) if fault.answer_lost else None
        if found is None:
            raise
        return Billed(found)
    return Billed(made)


def _made(door: BillingDoor, action: CreateInvoice, *, is_repeated: bool) -> Invoice | None:
    """The invoice that an earlier attempt made."""
    if action.fees:
        return _with_fees(door, action)
    if action.entries:
        number, what = door.invoices.with_entry(action.entries[0]), f"time entry {action.entries[0]}"
    elif action.spent:
        number, what = door.invoices.with_expense(action.spent[0]), f"expense {action.spent[0]}"
    else:
        raise Refused(phrase("there is nothing to invoice"))
    if number is None:
        return None
    found = door.invoices.get(number)
    if found is None:
        return None
    if number in door.known or not (is_repeated and _is_like(door, action, found)):
        raise Refused(
            phrase(
                "{what} is on invoice {found} already, which was made some other way",
                what=what,
                found=found.number,
            )
        )
    return found


def _with_fees(door: BillingDoor, action: CreateInvoice) -> Invoice | None:
    wanted = Counter((one.project_id, one.description, one.amount) for one in action.fees)
    alike = [
        one
        for one in door.invoices.of_client(action.client_id, door.began_at - _CLOCKS)
        if one.id not in door.known
        and _is_like(door, action, one)
        and Counter((line.project_id, line.description, line.amount) for line in one.lines) == wanted
    ]
    if len(alike) > 1:
        numbers = ", ".join(one.number for one in alike)
        raise Refused(
            phrase(
                "invoices {numbers} are alike and were all made just now; delete those that are not wanted",
                numbers=numbers,
            )
        )
    return alike[0] if alike else None


def _is_like(door: BillingDoor, action: CreateInvoice, found: Invoice) -> bool:
    is_since = found.created_at is not None and found.created_at >= door.began_at - _CLOCKS
    return (
        is_since and found.client_id == action.client_id and found.subject.strip() == action.subject.strip()
    )


def _send(door: BillingDoor, action: SendInvoice) -> Billed:
    invoice = _held(door, action.invoice_id)
    if door.is_repeated and _was_mailed(door, action, invoice):
        return Billed(_held(door, action.invoice_id), was_there=True)
    if door.is_repeated:
        door.look_again(invoice)
    if invoice.state not in ("draft", "open"):
        raise Refused(
            phrase(
                "invoice {invoice} is {state}; it is not sent any more",
                invoice=invoice.number,
                state=invoice.state,
            )
        )
    if not action.recipients:
        raise Refused(
            phrase(
                "nobody is named to send invoice {invoice} to: add a contact with an e-mail address "
                "to the client in Harvest, or recipients to the rule",
                invoice=invoice.number,
            )
        )
    try:
        with door.invoices.guarded(lambda: _ours(door)):
            door.invoices.send(action)
    except Unavailable as fault:
        if not (fault.answer_lost and _was_mailed(door, action, _held(door, action.invoice_id))):
            raise
    return Billed(door.invoices.get(action.invoice_id))


def _was_mailed(door: BillingDoor, action: SendInvoice, invoice: Invoice) -> bool:
    """Whether a mail went out since we began. One that is no draft any more may have gone with another subject, or to
    others: the rule may have changed meanwhile, and twice would be worse. A mail to the client ends a draft."""
    since = door.began_at - _CLOCKS
    to = frozenset(address.lower() for address in action.recipients)
    return any(
        (invoice.state != "draft" or (to <= one.recipients and one.subject == action.subject))
        and (one.created_at or since) >= since
        for one in door.invoices.mails(action.invoice_id, since)
    )


def _mark(door: BillingDoor, action: MarkInvoiceSent) -> Billed:
    invoice = _held(door, action.invoice_id)
    if invoice.state != "draft":
        return Billed(invoice, was_there=True)
    try:
        with door.invoices.guarded(lambda: _ours(door)):
            door.invoices.mark_sent(action.invoice_id)
    except Unavailable as fault:
        if not fault.answer_lost or _held(door, action.invoice_id).state == "draft":
            raise
    return Billed(door.invoices.get(action.invoice_id))


def _delete(door: BillingDoor, action: DeleteDraftInvoice) -> Billed:
    invoice = door.invoices.get(action.invoice_id)
    if invoice is None:
        return Billed(None, was_there=not door.is_repeated)
    if invoice.state != "draft":
        raise Refused(
            phrase(
                "invoice {invoice} is {state}: only a draft is taken back; what the client has is put right in Harvest",
                invoice=invoice.number,
                state=invoice.state,
            )
        )
    if invoice.due_amount != invoice.amount:
        raise Refused(
            phrase(
                "a payment is recorded on invoice {invoice}; take that off in Harvest first",
                invoice=invoice.number,
            )
        )
    try:
        with door.invoices.guarded(lambda: _ours(door)):
            door.invoices.delete(action.invoice_id)
    except Unavailable as fault:
        if not fault.answer_lost or door.invoices.get(action.invoice_id) is not None:
            raise
    return Billed(None)


def _held(door: BillingDoor, invoice_id: InvoiceId) -> Invoice:
    found = door.invoices.get(invoice_id)
    if found is None:
        raise Refused(phrase("invoice {invoice_id} is gone in Harvest", invoice_id=invoice_id))
    return found


def _ours(door: BillingDoor) -> None:
    if not door.renew():
        raise Lost
