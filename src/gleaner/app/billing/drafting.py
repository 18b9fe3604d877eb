"""Making drafts: what a rule is due for is planned from live work, kept, made in Harvest once, and proven."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterable
from dataclasses import asdict, dataclass, replace
from datetime import timedelta
from decimal import Decimal
from typing import Literal

from gleaner.adapters.harvest.invoice_writer import InvoiceWriter
from gleaner.app.account import Account
from gleaner.app.billing.seeing import Books, billing_copy, bills_of
from gleaner.app.daemon.around import known_people
from gleaner.app.daemon.roster import common_zone
from gleaner.core.catalog import ProjectId
from gleaner.core.errors import ConfigError, Refused, Unavailable
from gleaner.core.invoices import DeleteDraftInvoice, Invoice, InvoiceAction
from gleaner.core.phrases import phrase
from gleaner.core.ports import Progress
from gleaner.invoicing.bills import Bill, Doing, Standing
from gleaner.invoicing.due import Due
from gleaner.invoicing.plan import Plan, plan
from gleaner.invoicing.proof import Proof, changed, prove
from gleaner.invoicing.rules import BillingRule
from gleaner.review.billing import Billed, BillingDoor, Lost, carry_out, made_already
from gleaner.review.journal import Happening, Line

AGAIN = timedelta(minutes=10)
"""After this long what Harvest could not be asked is tried again."""
IN_HARVEST = frozenset({Standing.DRAFT, Standing.DIFFERS, Standing.APPROVED})
"""States in which an invoice is a draft there."""


@dataclass(frozen=True)
class Made:
    """What came of one invoice, or of one rule."""

    name: str
    """The rule's."""
    result: Literal["drafted", "differs", "held", "failed", "waiting", "taken"]
    text: str
    bill: Bill | None = None


def draft_due(account: Account, rules: Iterable[BillingRule], progress: Progress, *, by: str) -> list[Made]:
    """Make a draft of everything that is due, and finish what was begun before. Harmless to repeat."""
    billing_copy(account).complete(progress)
    books, made = Books(account), []
    for rule in rules:
        left = books.open_bill(rule)
        try:
            found = (
                _new(account, books, rule, by=by) if left is None else _finished(account, rule, left, by=by)
            )
        except (ConfigError, Refused) as error:
            # What is wrong with one rule does not keep the others waiting.
            found = Made(rule.name, "failed", error.text, left)
        if found is not None:
            made.append(found)
    return made


def draft_again(account: Account, rule: BillingRule, bill: Bill, *, by: str) -> Made:
    """Make the draft of a cancelled invoice after all, of what is uninvoiced in its days now.

    Raises Refused when it is not cancelled, or there is nothing to bill.
    """
    if bill.state not in (Standing.CANCELLED, Standing.PLANNED):
        raise Refused(
            phrase(
                "the invoice of {bill} is {state}; only a cancelled one is made again",
                bill=bill.key,
                state=bill.state,
            )
        )
    planned = _planned_anew(account, rule, bill)
    if planned.held:
        raise Refused(phrase("{bill} waits: {held}", bill=bill.key, held=planned.held))
    now = account.clock.now()
    line = _line(account, bill, by, "approved", f"Asked for the invoice of {bill.key} again")
    if not bills_of(account).plan_anew(planned, bill.on, now, line):
        raise Refused(phrase("somebody else is at the invoice of {bill}", bill=bill.key))
    kept = bills_of(account).get(bill.key)
    assert kept is not None
    made = make(account, kept, by=by)
    news = changed(bill.plan, planned, account.catalog)
    return replace(made, text=f"{made.text} Since it was cancelled: {'; '.join(news)}.") if news else made


def _new(account: Account, books: Books, rule: BillingRule, *, by: str) -> Made | None:
    first = books.look(rule)
    if first.due is None:
        return Made(rule.name, "held", first.note) if first.note else None
    look = books.look_live(rule, first.due.days)
    if look.due is None or look.plan is None:
        return None
    if look.plan.held:
        return Made(rule.name, "held", look.plan.held)
    store, now = bills_of(account), account.clock.now()
    on = look.plan.action.issue_date or now.date()
    if not store.add(look.plan, on, now):
        return Made(rule.name, "taken", "somebody else makes it")
    bill = store.get(look.plan.key)
    assert bill is not None
    return make(account, bill, by=by)


def _planned_anew(account: Account, rule: BillingRule, bill: Bill) -> Plan:
    """The plan of the same period, as its work is now."""
    was = bill.plan
    due = Due(was.period, was.why, was.days, was.action.fees, was.action.retainer_id)
    books = Books(account)
    time, costs = ([], []) if due.days is None else books.live_work(rule, due.days)
    on = account.clock.now().astimezone(common_zone(known_people(account))).date()
    planned = plan(rule, due, account.catalog, time, costs, on)
    return replace(planned, held=planned.held or _over_the_fee(account, rule, planned))


def _over_the_fee(account: Account, rule: BillingRule, planned: Plan) -> str:
    """Why a part of a fee is not made after all: others were invoiced since. Empty when it fits."""
    if not rule.trigger.needs_fee:
        return ""
    invoiced: dict[ProjectId | None, Decimal] = defaultdict(Decimal)
    for invoice in InvoiceWriter(account.client).all_of(rule.client_id):
        for line in invoice.lines:
            invoiced[line.project_id] += line.amount
    for fee in planned.action.fees:
        project = account.catalog.projects.get(fee.project_id) if fee.project_id is not None else None
        whole = (project.fee if project is not None else None) or Decimal(0)
        left = whole - invoiced[fee.project_id]
        if fee.amount > left:
            return phrase(
                '"{part}" would be {amount:,.2f}, and {left:,.2f} of the fee ({fee:,.2f}) is left',
                part=fee.description, amount=fee.amount, left=left, fee=whole,
            )  # fmt: skip
    return ""


def _finished(account: Account, rule: BillingRule, bill: Bill, *, by: str) -> Made | None:
    """Make what was planned and is not in Harvest yet; of what is uninvoiced now, unless it may be there already."""
    if bill.doing == "":
        planned = _planned_anew(account, rule, bill)
        if planned.held:
            text = f"{planned.held}; gleaner invoices cancel {bill.short} gives the invoice of {bill.key} up"
            bills_of(account).move(
                bill.key, [Standing.PLANNED], Standing.PLANNED, account.clock.now(), trouble=text
            )
            return Made(rule.name, "held", text, bill)
        bills_of(account).plan_anew(planned, bill.on, account.clock.now())
    elif bill.retry_at is not None and bill.retry_at > account.clock.now():
        return Made(rule.name, "waiting", bill.trouble, bill)
    return make(account, bill, by=by)


def make(account: Account, bill: Bill, *, by: str) -> Made:
    """Make the draft in Harvest, at most once, and prove it."""
    name = bill.plan.rule
    claimed = claim(account, bill.key, "create", [Standing.PLANNED])
    if claimed is None:
        return Made(name, "taken", f"somebody else is at the invoice of {bill.key}")
    action = claimed.plan.action
    try:
        billed = carry_out(door_for(account, claimed), action)
    except Lost:
        return Made(name, "taken", f"somebody else makes the invoice of {bill.key}")
    except Refused as refusal:
        settle(account, claimed, Standing.PLANNED, "failed", refusal.text, by=by, trouble=refusal.text)
        return Made(name, "failed", refusal.text, claimed)
    except Unavailable as fault:
        put_off(account, claimed, fault.text, by=by)
        return Made(name, "waiting", fault.text, claimed)
    invoice = billed.invoice
    assert invoice is not None
    verb = "Found" if billed.was_there else "Made"
    text = f"{verb} draft {invoice.number} for {bill.key}: {invoice.amount:,.2f} {invoice.currency}"
    event: Happening = "found" if billed.was_there else "applied"
    values = {"harvest_id": invoice.id, "number": invoice.number, "due_date": invoice.due_date, "trouble": ""}
    if not settle(account, claimed, Standing.DRAFT, event, text, by=by, action=action, **values):
        return Made(name, "taken", f"somebody else made the invoice of {bill.key}")
    return _proven(account, bill.key, name, text)


def _proven(account: Account, key: str, name: str, text: str) -> Made:
    bill = bills_of(account).get(key)
    assert bill is not None
    try:
        proof = check(account, bill)[0]
    except Unavailable as fault:
        return Made(name, "drafted", f"{text}. It is not proven yet: {fault}", bill)
    kept = bills_of(account).get(key)
    if proof.differences:
        return Made(name, "differs", f"{text}, but {'; '.join(proof.differences)}", kept)
    return Made(name, "drafted", f"{text}. {proof.sentence()}", kept)


def check(account: Account, bill: Bill) -> tuple[Proof, Invoice]:
    """Prove a draft against Harvest as it is now; a difference stops it until it is gone.

    Raises Refused when Harvest has no such invoice any more.
    """
    assert bill.invoice_id is not None, "only what is in Harvest can be proven"
    invoice = InvoiceWriter(account.client).get(bill.invoice_id)
    if invoice is None:
        raise Refused(phrase("invoice {bill} is gone in Harvest", bill=bill.number))
    action = bill.plan.action
    time, costs = (
        billing_copy(account).live(action.projects, action.days) if action.days is not None else ([], [])
    )
    proof = prove(bill.plan, invoice, time, costs, account.catalog)
    trouble = "; ".join(proof.differences)
    if bill.state in IN_HARVEST and (trouble or bill.state is Standing.DIFFERS):
        state = Standing.DIFFERS if trouble else Standing.DRAFT
        now = account.clock.now()
        bills_of(account).move(
            bill.key, IN_HARVEST, state, now, trouble=trouble, approved_as="", approver_id=None
        )
    return proof, invoice


def cancel(account: Account, bill: Bill, *, by: str) -> str:
    """Take a draft back; what came of it. Raises Refused when it was sent, Unavailable when Harvest cannot be asked."""
    now = account.clock.now()
    if bill.state is Standing.PLANNED and bill.doing == "":
        line = _line(account, bill, by, "dismissed", f"Cancelled {bill.key} before it was made")
        if bills_of(account).move(bill.key, [Standing.PLANNED], Standing.CANCELLED, now, line=line):
            return f"{bill.key} was not in Harvest yet; it is not made."
    if bill.state is Standing.PLANNED and bill.doing == "create":
        bill = _looked_for(account, bill, by=by)
        if bill.state is Standing.CANCELLED:
            return f"{bill.key} is not in Harvest; it is not made."
    claimed = claim(account, bill.key, "cancel", IN_HARVEST)
    if claimed is None or claimed.invoice_id is None:
        raise Refused(
            phrase(
                "the invoice of {bill} is {state}{busy}; only a draft is taken back",
                bill=bill.key,
                state=bill.state,
                busy=_busy(bill),
            )
        )
    begin(account, claimed, DeleteDraftInvoice(claimed.invoice_id), by=by)
    text = f"Took draft {bill.number} of {bill.key} back"
    settle(
        account,
        claimed,
        Standing.CANCELLED,
        "undone",
        text,
        by=by,
        trouble="",
        approved_as="",
        approver_id=None,
    )
    action = bill.plan.action
    if action.days is None:
        return f"{text}."
    try:
        billing_copy(account).live(action.projects, action.days)
    except Unavailable:
        return f"{text}. Its time can be invoiced again; the next sync will show that."
    return f"{text}. {bill.plan.hours:.2f} h can be invoiced again."


def _looked_for(account: Account, bill: Bill, *, by: str) -> Bill:
    """What somebody began to make and did not finish: a draft if it is in Harvest, else cancelled."""
    claimed = claim(account, bill.key, "create", [Standing.PLANNED])
    if claimed is None:
        raise Refused(phrase("somebody else makes the invoice of {bill}", bill=bill.key))
    try:
        found = made_already(door_for(account, claimed), claimed.plan.action)
    except Refused:
        found = None  # its time is on another invoice, so ours was never made
    except Unavailable as fault:
        put_off(account, claimed, fault.text, by=by)
        raise
    if found is None:
        text = f"Cancelled {bill.key}: it is not in Harvest"
        settle(account, claimed, Standing.CANCELLED, "dismissed", text, by=by, trouble="")
    else:
        text = f"Found draft {found.number} of {bill.key}"
        settle(account, claimed, Standing.DRAFT, "found", text, by=by, trouble="",
               harvest_id=found.id, number=found.number, due_date=found.due_date)  # fmt: skip
    kept = bills_of(account).get(bill.key)
    assert kept is not None
    return kept


def begin(
    account: Account,
    claimed: Bill,
    action: InvoiceAction,
    *,
    by: str,
    look_again: Callable[[Invoice], None] = lambda _invoice: None,
) -> Billed:
    """Carry out what was claimed. Raises Refused and Unavailable, having said so in the bill."""
    try:
        return carry_out(replace(door_for(account, claimed), look_again=look_again), action)
    except Lost:
        raise Refused(phrase("somebody else is at the invoice of {claimed}", claimed=claimed.key)) from None
    except Refused as refusal:
        settle(account, claimed, claimed.state, "failed", refusal.text, by=by, trouble=refusal.text)
        raise
    except Unavailable as fault:
        put_off(account, claimed, fault.text, by=by)
        raise


def claim(account: Account, key: str, doing: Doing, states: Iterable[Standing]) -> Bill | None:
    return bills_of(account).claim(key, doing, list(states), account.token, account.clock.now())


def door_for(account: Account, claimed: Bill) -> BillingDoor:
    """The door for what this process holds."""
    store = bills_of(account)
    return BillingDoor(
        InvoiceWriter(account.client),
        lambda: store.renew(claimed.key, account.token, account.clock.now()),
        claimed.began_at or account.clock.now(),
        claimed.attempts > 1,
        store.harvest_ids(but=claimed.key),
    )


def put_off(account: Account, claimed: Bill, why: str, *, by: str) -> None:
    """Nothing is known of it yet: the same is tried again later, looking first."""
    again = account.clock.now() + AGAIN
    settle(account, claimed, claimed.state, "waiting", why, by=by, trouble=why, retry_at=again)


def settle(
    account: Account,
    claimed: Bill,
    state: Standing,
    event: Happening,
    text: str,
    *,
    by: str,
    action: InvoiceAction | None = None,
    **values: object,
) -> bool:
    """End what was claimed, with its line in the journal."""
    # What is tried each hour and refused each hour for one reason is one line.
    is_news = event not in ("failed", "waiting") or text != claimed.trouble
    line = _line(account, claimed, by, event, text, action) if is_news else None
    return bills_of(account).settle(
        claimed.key, account.token, state, account.clock.now(), line=line, **values
    )


def _line(
    account: Account, bill: Bill, by: str, event: Happening, text: str, action: InvoiceAction | None = None
) -> Line:
    request = asdict(action) if action is not None else None
    return Line(account.clock.now(), by, event, text, proposal_key=f"invoice:{bill.key}", request=request)


def _busy(bill: Bill) -> str:
    return f", and somebody began to {bill.doing} it" if bill.doing else ""
