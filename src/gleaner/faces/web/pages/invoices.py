"""Invoices: what is due and why, one from top to bottom, and letting it go. For administrators."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from starlette.responses import Response

from gleaner.app.billing.confirming import (
    approve_as_seen,
    ask_as_seen,
    cancel_as_seen,
    mark_sent_as_seen,
    send_as_seen,
    stamp,
)
from gleaner.app.billing.drafting import IN_HARVEST, draft_again, draft_due
from gleaner.app.billing.following import late_for, refresh
from gleaner.app.billing.glances import news
from gleaner.app.billing.listing import (
    Listed,
    bill_called,
    check_may_bill,
    listed,
    rule_of,
    would_have_been,
)
from gleaner.app.billing.ruling import rules_called, rules_of
from gleaner.app.billing.seeing import Books, Look, bills_of
from gleaner.app.billing.sending import SENDABLE, Shown, approvers_of, shown
from gleaner.app.looking import sync
from gleaner.core.errors import ConfigError, GleanerError, Refused, Unavailable
from gleaner.core.expenses import ExpenseId
from gleaner.core.silent import SILENT
from gleaner.faces.web import files
from gleaner.faces.web.invoice_words import left_out, proof_strip, state_word
from gleaner.faces.web.registry import Pages
from gleaner.faces.web.visit import NotFound, Said, Visit
from gleaner.invoicing.approval import why_not
from gleaner.invoicing.bills import Bill, Standing
from gleaner.invoicing.rules import BillingRule

_MOST_MONTHS = 24


def add(pages: Pages) -> None:
    pages.get("/invoices", invoices, who="administrator", nav="Invoices", rank=60)
    pages.post("/invoices/look", look_now, who="administrator")
    pages.get("/invoices/due", due, who="administrator")
    pages.post("/invoices/draft", draft, who="administrator")
    pages.get("/invoices/simulate", simulate, who="administrator")
    pages.get("/invoices/{bill}", invoice, who="administrator")
    pages.get("/invoices/{bill}/send", ask_to_send, who="administrator")
    pages.get("/invoices/{bill}/cancel", ask_to_cancel, who="administrator")
    for verb, does in _DOES.items():
        pages.post(f"/invoices/{{bill}}/{verb}", _pressed(does), who="administrator")
    pages.get("/invoices/{bill}/receipts/{expense}", receipt, who="administrator")
    pages.get("/invoices/{bill}/receipts/{expense}/small", receipt_small, who="administrator")


# --- looking -----------------------------------------------------------------------------------------------------


def invoices(visit: Visit) -> Response:
    """What is due, what waits, and every invoice that a rule made."""
    account = visit.account
    check_may_bill(account)
    wrong = ""
    try:
        found, looks = listed(account, SILENT)
    except (ConfigError, Unavailable) as error:
        # What is wrong with one rule does not hide the invoices that are there.
        found, looks, wrong = (
            [Listed(one, None) for one in reversed(bills_of(account).all())],
            [],
            visit.words.again(error.text),
        )
    return visit.show(
        "invoices.html", title=visit.words.text("Invoices"), found=found, looks=looks, wrong=wrong,
        state=lambda bill: state_word(visit.words, bill), due=[one for one in looks if _is_due(one)],
        others=[one for one in looks if not _is_due(one)], as_of=account.mirror.as_of(), **_helpers(visit),
    )  # fmt: skip


def _is_due(look: Look) -> bool:
    return look.plan is not None and not look.plan.held


def look_now(visit: Visit) -> Response:
    """Read Harvest now, and take over where each invoice stands."""
    check_may_bill(visit.account)
    today = visit.today
    sync(visit.account, SILENT, first=today, last=today)
    changed = refresh(visit.account, bills_of(visit.account).all())
    text = visit.words.text("Harvest was read; nothing changed about the invoices.")
    return visit.go("/invoices", Said(" ".join(f"{one}." for one in changed) or text))


def due(visit: Visit) -> Response:
    """What a rule would make now."""
    check_may_bill(visit.account)
    rule = _rule(visit, visit.query.get("rule", ""))
    look = Books(visit.account).look(rule)
    changed = news(visit.account, f"due/{rule.name}", look.plan, "due") if look.plan is not None else []
    return visit.show(
        "invoice_due.html", title=visit.words.text("Due by the rule {name}", name=rule.name), rule=rule,
        why=look.why, plan=look.plan, changed=changed, **_helpers(visit),
    )  # fmt: skip


def invoice(visit: Visit) -> Response:
    """One invoice from top to bottom."""
    account, bill = visit.account, _bill(visit)
    rule, no_rule = _rule_or_why(visit, bill)
    seen, trouble = _seen(visit, rule, bill)
    bill = bills_of(account).get(bill.key) or bill
    late = late_for(Books(account), [bill]).get(bill.key)
    changed = news(account, bill.key, bill.plan, state_word(visit.words, bill), late)
    person = account.catalog.people.get(bill.approver_id) if bill.approver_id is not None else None
    return visit.show(
        "invoice.html", title=_title(visit, bill), bill=bill, plan=bill.plan, seen=seen, trouble=trouble, late=late,
        changed=changed, receipts=_receipts(bill), stamp=stamp(bill), no_rule=no_rule, approver=person,
        why_not=why_not(rule, account.me) if rule is not None else no_rule, is_draft=bill.state in SENDABLE,
        may=approvers_of(account, rule) if rule is not None else [],
        may_cancel=bill.state in (*IN_HARVEST, Standing.PLANNED), may_again=bill.state is Standing.CANCELLED,
        state=state_word(visit.words, bill), strip=proof_strip(visit.words, seen.proof) if seen is not None else "",
        **_helpers(visit),
    )  # fmt: skip


def _seen(visit: Visit, rule: BillingRule | None, bill: Bill) -> tuple[Shown | None, str]:
    """The draft as Harvest has it now with its proof; or why that cannot be told."""
    if rule is None or bill.state not in IN_HARVEST or bill.doing:
        return None, ""
    try:
        return shown(visit.account, rule, bill), ""
    except (Refused, Unavailable) as error:
        return None, visit.words.again(error.text)


def ask_to_send(visit: Visit) -> Response:
    """Exactly what will be mailed and to whom, before it is."""
    bill = _bill(visit)
    rule = rule_of(visit.account, bill)
    reason = why_not(rule, visit.account.me)
    if reason:
        raise Refused(visit.words.text("This invoice is not yours to send: {why}.", why=reason))
    seen = shown(visit.account, rule, bill)
    bill = bills_of(visit.account).get(bill.key) or bill
    return visit.show(
        "invoice_send.html", title=visit.words.text("Send invoice {number}?", number=bill.number), bill=bill,
        seen=seen, strip=proof_strip(visit.words, seen.proof), **_helpers(visit),
    )  # fmt: skip


def ask_to_cancel(visit: Visit) -> Response:
    """What taking it back does, before it is done."""
    bill = _bill(visit)
    if bill.state not in (*IN_HARVEST, Standing.PLANNED):
        state = state_word(visit.words, bill)
        raise Refused(visit.words.text("This invoice is {state}; only a draft is taken back.", state=state))
    title = visit.words.text("Take {name} back?", name=_title(visit, bill))
    return visit.show(
        "invoice_cancel.html", title=title, bill=bill, stamp=stamp(bill), plan=bill.plan, **_helpers(visit)
    )


def simulate(visit: Visit) -> Response:
    """What rules would have made in the last months."""
    account = visit.account
    check_may_bill(account)
    months = _months(visit)
    rules = rules_of(account)
    try:
        found, wrong = would_have_been(account, rules, months, visit.today, SILENT), ""
    except Refused as error:
        found, wrong = {}, visit.words.again(error.text)
    return visit.show(
        "invoices_simulate.html", title=visit.words.text("What rules would have made"), rules=rules, found=found,
        months=months, wrong=wrong, most=_MOST_MONTHS,
    )  # fmt: skip


# --- doing -------------------------------------------------------------------------------------------------------


def draft(visit: Visit) -> Response:
    """Make the draft in Harvest that a rule is due for."""
    check_may_bill(visit.account)
    rule = _rule(visit, visit.said("rule", 200))
    made = draft_due(visit.account, [rule], SILENT, by=visit.me)
    if not made:
        text = visit.words.text("{name} is not due any more, so nothing was made.", name=rule.name)
        return visit.go("/invoices", Said(text, is_good=False))
    (one,) = made
    is_made = one.result == "drafted"
    where = f"/invoices/{one.bill.short}" if one.bill is not None else "/invoices"
    return visit.go(where, Said(visit.words.again(one.text), is_good=is_made))


def _approve(visit: Visit, bill: Bill) -> str:
    approve_as_seen(visit.account, bill, visit.said("seen", 100))
    return visit.words.text(
        "Invoice {number} may go: the next look at invoices mails it.", number=bill.number
    )


def _send(visit: Visit, bill: Bill) -> str:
    return send_as_seen(visit.account, bill, visit.said("seen", 100), by=visit.me)


def _mark_sent(visit: Visit, bill: Bill) -> str:
    return mark_sent_as_seen(visit.account, bill, visit.said("seen", 100), by=visit.me)


def _cancel(visit: Visit, bill: Bill) -> str:
    return cancel_as_seen(visit.account, bill, visit.said("seen", 100), by=visit.me)


def _ask(visit: Visit, bill: Bill) -> str:
    people = ask_as_seen(visit.account, bill, visit.said("seen", 100))
    names = ", ".join(one.name for one in people)
    return visit.words.text("Told that it waits: {names}.", names=names)


def _again(visit: Visit, bill: Bill) -> str:
    made = draft_again(visit.account, rule_of(visit.account, bill), bill, by=visit.me)
    if made.result != "drafted":
        raise Refused(made.text)
    return made.text


_DOES: dict[str, Callable[[Visit, Bill], str]] = {
    "approve": _approve, "send": _send, "mark-sent": _mark_sent, "cancel": _cancel, "again": _again,
    "ask": _ask,
}  # fmt: skip


def _pressed(does: Callable[[Visit, Bill], str]) -> Callable[[Visit], Response]:
    """A button of an invoice: whatever comes of it is said on the invoice's page."""

    def answer(visit: Visit) -> Response:
        bill = _bill(visit)
        try:
            said = Said(does(visit, bill))
        except GleanerError as error:
            said = Said(visit.words.again(error.text), is_good=False)
        return visit.go(f"/invoices/{bill.short}", said)

    return answer


# --- receipts ----------------------------------------------------------------------------------------------------


def receipt(visit: Visit) -> Response:
    """The receipt of an expense on this invoice."""
    return files.receipt(visit.request, *_receipt(visit))


def receipt_small(visit: Visit) -> Response:
    """A small picture of it."""
    return files.thumbnail(visit.request, *_receipt(visit))


def _receipt(visit: Visit) -> tuple[bytes | None, str]:
    bill, wanted = _bill(visit), visit.part("expense")
    if wanted not in {str(one) for one in _receipts(bill)}:
        raise NotFound
    try:
        return visit.account.expenses.receipt(ExpenseId(int(wanted))), f"expense-{wanted}"
    except Refused:
        return None, ""


def _receipts(bill: Bill) -> list[int]:
    """Expenses on it, each of which may have one."""
    return [one.id for one in bill.plan.items if one.kind == "expense"]


# --- finding, and words ------------------------------------------------------------------------------------------


def _bill(visit: Visit) -> Bill:
    """The invoice of this address, named in full: what sends one is no place for a beginning. Raises NotFound."""
    check_may_bill(visit.account)
    try:
        found = bill_called(visit.account, visit.part("bill"))
    except ConfigError:
        raise NotFound from None
    if found.short != visit.part("bill"):
        raise NotFound
    return found


def _rule(visit: Visit, name: str) -> BillingRule:
    try:
        return next(one for one in rules_called(visit.account, name) if one.name == name)
    except (ConfigError, StopIteration):
        raise NotFound from None


def _rule_or_why(visit: Visit, bill: Bill) -> tuple[BillingRule | None, str]:
    try:
        return rule_of(visit.account, bill), ""
    except ConfigError as error:
        return None, visit.words.again(error.text)


def _months(visit: Visit) -> int:
    text = visit.query.get("months", "3")
    if not text.isascii() or not text.isdigit() or not 1 <= int(text[:4]) <= _MOST_MONTHS:
        raise NotFound
    return int(text)


def _title(visit: Visit, bill: Bill) -> str:
    if bill.number:
        return visit.words.text("Invoice {number}", number=bill.number)
    return visit.words.text("{name}, not in Harvest yet", name=bill.key)


def _helpers(visit: Visit) -> dict[str, Any]:
    catalog = visit.account.catalog

    def project(project_id: int | None) -> str:
        found = catalog.projects.get(project_id) if project_id is not None else None  # type: ignore[call-overload]
        return found.name if found is not None else ""

    def client(client_id: int) -> str:
        found = catalog.clients.get(client_id)  # type: ignore[call-overload]
        return found.name if found is not None else ""

    return {
        "project": project, "client": client,
        "left_out": lambda one: left_out(visit.words, one, project(one.project_id)),
    }  # fmt: skip
