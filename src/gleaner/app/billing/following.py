"""What becomes of invoices: paid, written off, deleted, overdue; and time that came too late for one."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from decimal import Decimal

from gleaner.adapters.harvest.invoice_writer import InvoiceWriter
from gleaner.app.account import Account
from gleaner.app.billing.drafting import begin, check, claim, draft_due, settle
from gleaner.app.billing.seeing import Books, bills_of
from gleaner.app.billing.sending import approvers_of, live_recipients, send, words_of
from gleaner.app.channels import channel_for, channels_of, language_of, recipient
from gleaner.app.daemon.around import known_people
from gleaner.app.daemon.roster import common_zone
from gleaner.app.linking import page_address
from gleaner.core.errors import GleanerError, Refused
from gleaner.core.invoices import Invoice, InvoiceId, SendInvoice
from gleaner.core.messages import Button, Message, Paragraph
from gleaner.core.money import Money
from gleaner.core.phrases import phrase
from gleaner.core.ports import Progress
from gleaner.invoicing import text as texts
from gleaner.invoicing.bills import Bill, Standing
from gleaner.invoicing.rules import BillingRule
from gleaner.invoicing.work import NOTHING
from gleaner.review.journal import Line

_STATES = {"draft": Standing.DRAFT, "open": Standing.SENT, "paid": Standing.PAID, "closed": Standing.CLOSED}
_UNDER_WAY = (Standing.PLANNED, Standing.APPROVED)
_ALIVE = frozenset(Standing) - {Standing.PLANNED, Standing.CANCELLED}


@dataclass(frozen=True)
class Late:
    """Billable time inside the days of an invoice, and not on it."""

    count: int
    hours: Decimal
    amount: Decimal


@dataclass(frozen=True)
class Round:
    """What one look at all invoices came to."""

    drafted: int = 0
    sent: int = 0
    asked: int = 0
    reminded: int = 0
    problems: tuple[str, ...] = ()
    waiting: tuple[str, ...] = ()
    """What is due and held back, and why."""


def refresh(account: Account, bills: Iterable[Bill]) -> list[str]:
    """Take over from Harvest where each invoice stands, one request for each client; what changed, in sentences."""
    by_client: dict[int, list[Bill]] = defaultdict(list)
    for one in bills:
        if one.state in _ALIVE and one.invoice_id is not None and one.doing == "":
            by_client[one.plan.action.client_id].append(one)
    said = []
    writer = InvoiceWriter(account.client)
    for those in by_client.values():
        live: Mapping[InvoiceId, Invoice] = {
            one.id: one for one in writer.all_of(those[0].plan.action.client_id)
        }
        for bill in those:
            assert bill.invoice_id is not None
            found = live.get(bill.invoice_id) or writer.get(bill.invoice_id)
            change = _taken_over(account, bill, found)
            if change:
                said.append(change)
    return said


def _taken_over(account: Account, bill: Bill, found: Invoice | None) -> str:
    if found is None:
        state, text = (
            Standing.CANCELLED,
            f"invoice {bill.number} of {bill.key} was deleted in Harvest; its time is free",
        )
    else:
        state = _STATES[found.state]
        if state is Standing.DRAFT and bill.state in (Standing.DRAFT, Standing.DIFFERS, Standing.APPROVED):
            return ""
        text = f"invoice {bill.number} of {bill.key} is {'paid' if state is Standing.PAID else state}"
    if state is bill.state:
        return ""
    now = account.clock.now()
    line = Line(
        now, "Harvest", "withdrawn" if found is None else "found", text, proposal_key=f"invoice:{bill.key}"
    )
    values: dict[str, object] = {"trouble": ""}
    if found is not None:
        values |= {"number": found.number, "due_date": found.due_date}
        values |= {"sent_at": bill.sent_at or found.sent_at or now} if state is Standing.SENT else {}
    if state is Standing.DRAFT:
        values |= {"approved_as": "", "approver_id": None, "approved_at": None, "asked_at": None}
        values["trouble"] = (
            "it was put back to a draft in Harvest; it goes out again when somebody approves it"
        )
    done = bills_of(account).move(bill.key, [bill.state], state, now, line=line, **values)
    return text if done else ""


def late_for(books: Books, bills: Iterable[Bill]) -> dict[str, Late]:
    """By key, billable time that came after an invoice of those days: it is shown, and never added silently."""
    found = {}
    for bill in bills:
        days = bill.plan.action.days
        if bill.state not in _ALIVE or days is None:
            continue
        those = [
            one for project_id in bill.plan.action.projects for one in books.open_time.get(project_id, ())
            if days[0] <= one.on <= days[1] and not one.is_running
        ]  # fmt: skip
        if those:
            hours = sum((one.hours for one in those), NOTHING)
            found[bill.key] = Late(len(those), hours, sum((one.value for one in those), NOTHING))
    return found


def look_after(
    account: Account, rules: Sequence[BillingRule], progress: Progress, *, by: str = "policy"
) -> Round:
    """One round over all invoices: take over states, draft what is due, ask, send what may go, remind. Repeatable."""
    store = bills_of(account)
    problems = []
    refresh(account, store.all())
    made = draft_due(account, rules, progress, by=by)
    problems += [f"{one.name}: {one.text}" for one in made if one.result in ("differs", "failed", "waiting")]
    # A plan that cannot be made keeps its rule from being due again: somebody has to give it up.
    problems += [f"{one.name}: {one.text}" for one in made if one.result == "held" and one.bill is not None]
    waiting = [f"{one.name}: {one.text}" for one in made if one.result == "held" and one.bill is None]
    problems += _without_rule(store.all(_UNDER_WAY), rules)
    sent = asked = reminded = 0
    for rule in rules:
        for bill in store.all(rule=rule.name):
            try:
                if _may_go(rule, bill, account.clock.now()):
                    send(account, rule, bill, by=by)
                    sent += 1
                elif rule.send == "ask" and bill.state is Standing.DRAFT and bill.asked_at is None:
                    asked += ask(account, rule, bill)
                elif bill.state is Standing.DIFFERS and not bill.doing:
                    # Somebody may have put it right; the next round goes on with it then.
                    check(account, bill)
                elif bill.state is Standing.SENT:
                    reminded += remind(account, rule, bill, by=by)
            except GleanerError as error:
                problems.append(f"{bill.key}: {error}")
    drafted = sum(one.result in ("drafted", "differs") for one in made)
    return Round(drafted, sent, asked, reminded, tuple(problems), tuple(waiting))


def _without_rule(bills: Iterable[Bill], rules: Iterable[BillingRule]) -> list[str]:
    known = {one.name for one in rules}
    return [
        f"{one.key}: it is {one.state}, and its rule is not there any more; put the rule back, or go on in "
        "Harvest"
        for one in bills
        if one.plan.rule not in known
    ]


def _may_go(rule: BillingRule, bill: Bill, now: datetime) -> bool:
    by_itself = rule.send == "auto" and bill.state is Standing.DRAFT and bill.sent_at is None
    is_ready = bill.state is Standing.APPROVED or by_itself
    is_early = bill.retry_at is not None and bill.retry_at > now
    return is_ready and bill.doing in ("", "send") and not is_early


def ask(account: Account, rule: BillingRule, bill: Bill) -> int:
    """Tell those who may approve a draft that it waits; how many were told. Each draft is asked for once.

    Raises Refused when somebody could not be told, after the others were.
    """
    now, made = account.clock.now(), channels_of(account)
    people = approvers_of(account, rule)
    if not made or not people:
        return 0
    # Noted first: a message twice would be worse than one that a crash swallowed, for the draft stays in the list.
    if not bills_of(account).move(bill.key, [Standing.DRAFT], Standing.DRAFT, now, asked_at=now):
        return 0
    told, missed = 0, []
    for person in people:
        lines = texts.ask(bill)
        page = page_address(account, f"/invoices/{bill.short}")
        buttons = (Button("Look at it, and send it", url=page, is_main=True),) if page else ()
        paragraphs = (
            Paragraph(lines[0], is_strong=True), *map(Paragraph, lines[1:-1]), Paragraph(lines[-1], buttons)
        )  # fmt: skip
        message = Message(
            f"invoice:{bill.key}:{bill.invoice_id}:{person.id}", texts.ask_subject(bill), paragraphs, texts.WHY_ASKED,
            language=language_of(account, person),
        )  # fmt: skip
        try:
            channel_for(account, person, made).works.send(message, recipient(person))
            told += 1
        except GleanerError as error:
            missed.append(f"{person.email}: {error}")
    if missed:
        raise Refused(phrase("not everybody was told that it waits: {listed}", listed="; ".join(missed)))
    return told


def remind(account: Account, rule: BillingRule, bill: Bill, *, by: str) -> int:
    """Remind the client of an overdue invoice when the rule says so, each time once; 1 if that was done."""
    if bill.due_date is None or bill.invoice_id is None:
        return 0
    if bill.reminded >= len(rule.remind_after):
        # Somebody died at it, and took it out of the rule since.
        if (
            bill.doing == "remind"
            and (mine := claim(account, bill.key, "remind", [Standing.SENT])) is not None
        ):
            text = f"no reminder of invoice {bill.number} is wanted any more"
            settle(account, mine, Standing.SENT, "found", text, by=by)
        return 0
    today = account.clock.now().astimezone(common_zone(known_people(account))).date()
    if today < bill.due_date + timedelta(days=rule.remind_after[bill.reminded]):
        return 0
    claimed = claim(account, bill.key, "remind", [Standing.SENT])
    if claimed is None:
        return 0
    invoice = InvoiceWriter(account.client).get(bill.invoice_id)
    if invoice is None or invoice.state != "open":
        settle(
            account, claimed, Standing.SENT, "waiting", f"invoice {bill.number} is not open any more", by=by
        )
        return 0
    # What was missed is not made up for: one reminder, and the later ones from there.
    due = invoice.due_date or bill.due_date
    passed = sum(today >= due + timedelta(days=one) for one in rule.remind_after)
    if passed <= bill.reminded and claimed.attempts == 1:
        text = f"invoice {bill.number} is due on {due} by now"
        settle(account, claimed, Standing.SENT, "found", text, by=by, due_date=due)
        return 0
    words = words_of(account, rule, bill, invoice)
    left = invoice.due_amount
    subject, body = texts.reminder(
        words, passed, str(Money(left, invoice.currency)) if left != invoice.amount else ""
    )
    action = SendInvoice(bill.invoice_id, live_recipients(account, rule), subject, body)
    begin(account, claimed, action, by=by)
    text = f"Reminded {', '.join(action.recipients)} of invoice {bill.number}, due on {due}"
    settle(
        account, claimed, Standing.SENT, "applied", text, by=by, action=action, reminded=passed, due_date=due
    )
    return 1
