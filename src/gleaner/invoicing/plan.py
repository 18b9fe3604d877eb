"""What an invoice will say, before Harvest makes it: its lines, what they come to, and what stays out and why. Pure.

Source: ``harvest/rates`` §5, §6. Harvest bills whole days of whole projects. What is to stay out therefore shortens the
invoice: it ends before the first day that holds something which may not be billed.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date, timedelta
from decimal import Decimal
from typing import Literal

from gleaner.core.catalog import Catalog, ClientId, ProjectId
from gleaner.core.invoices import CreateInvoice, Days, InvoiceLine
from gleaner.core.phrases import phrase
from gleaner.invoicing.due import Due
from gleaner.invoicing.lines import PlannedLine, expense_lines, time_lines
from gleaner.invoicing.rules import BillingRule
from gleaner.invoicing.totals import Totals, totals
from gleaner.invoicing.work import NOTHING, Kind, Spent, Worked, cents

_MONTHS = "January February March April May June July August September October November December".split()
Reason = Literal[
    "not approved", "over the cap", "runs still", "no rate", "already invoiced", "earlier", "later", "fixed fee",
]  # fmt: skip
_REASONS: Mapping[Reason, str] = {
    "not approved": phrase("not approved"), "over the cap": phrase("over the cap"), "runs still": phrase("runs still"),
    "no rate": phrase("no rate"), "already invoiced": phrase("already invoiced"), "earlier": phrase("earlier"),
    "later": phrase("later"), "fixed fee": phrase("fixed fee"),
}  # fmt: skip


@dataclass(frozen=True)
class Item:
    """One time entry or expense of a plan."""

    kind: Kind
    id: int
    project_id: ProjectId
    on: date
    hours: Decimal
    """Nothing for an expense."""
    value: Decimal
    """What it is billed at, not rounded."""


@dataclass(frozen=True)
class LeftOut:
    """What stays out, and why; sums of each reason and project."""

    reason: Reason
    project_id: ProjectId
    count: int
    hours: Decimal
    amount: Decimal
    first: date
    last: date


@dataclass(frozen=True)
class Plan:
    """An invoice to be."""

    key: str
    """Of rule and period: there is one invoice for it at most."""
    rule: str
    period: str
    why: str
    action: CreateInvoice
    lines: tuple[PlannedLine, ...] = ()
    items: tuple[Item, ...] = ()
    left_out: tuple[LeftOut, ...] = ()
    totals: Totals = field(default_factory=lambda: Totals(NOTHING))
    days: Days | None = None
    """The days it was due for; those that are billed may end earlier."""
    held: str = ""
    """Why it is not made yet; empty: it may be."""

    @property
    def hours(self) -> Decimal:
        return sum((one.hours for one in self.items), NOTHING)

    @property
    def exact(self) -> Decimal:
        """All entries at their rates and all expenses and fees, before discount and tax, not rounded."""
        return sum((one.exact for one in self.lines), NOTHING)

    @property
    def rounding(self) -> Decimal:
        """What effective rates in cents add or lose."""
        return self.totals.subtotal - cents(self.exact)


def plan(
    rule: BillingRule, due: Due, catalog: Catalog, worked: Iterable[Worked], spent: Iterable[Spent], on: date
) -> Plan:
    """The invoice that *due* asks for; *on* is its day of issue.

    *worked* and *spent*: everything of the rule's projects, invoiced or not, whatever the day. Raises nothing: what
    stands in the way is said in ``held``.
    """
    return (
        _of_fees(rule, due, catalog, on)
        if due.days is None
        else _of_work(rule, due, catalog, worked, spent, on)
    )


def key_of(rule: str, period: str) -> str:
    """The key of a plan.

    >>> key_of("acme", "2026-03")
    'acme/2026-03'
    """
    return f"{rule}/{period}"


def _of_fees(rule: BillingRule, due: Due, catalog: Catalog, on: date) -> Plan:
    lines = tuple(
        PlannedLine(
            "fee", one.project_id, one.description, Decimal(1), one.amount, cents(one.amount), one.amount
        )
        for one in due.fees
    )
    action = _action(rule, due, catalog, on, None)
    action = replace(action, fees=due.fees, retainer_id=due.retainer_id)
    return _checked(rule, Plan(key_of(rule.name, due.period), rule.name, due.period, due.why, action, lines))


def _of_work(
    rule: BillingRule,
    due: Due,
    catalog: Catalog,
    worked: Iterable[Worked],
    spent: Iterable[Spent],
    on: date,
) -> Plan:
    assert due.days is not None
    projects = [catalog.projects[one] for one in rule.projects]
    hourly = {one.id for one in projects if one.is_billable and not one.is_fixed_fee}
    time, costs, out = _sorted_out(rule, due.days, hourly, worked, spent)
    last, shortened = _last_day(rule, due.days[1], time, costs)
    out += shortened
    time = [one for one in time if last is not None and one.on <= last]
    costs = [one for one in costs if last is not None and one.on <= last]
    days = (due.days[0], last) if last is not None else due.days
    lines = time_lines(rule.summary, catalog, time) + expense_lines(rule.expenses, catalog, costs)
    used = tuple(sorted({one.project_id for one in time} | {one.project_id for one in costs}))
    action = replace(
        _action(rule, due, catalog, on, days),
        projects=used,
        days=days,
        time=rule.summary if time else None,
        expenses=rule.expenses if costs else None,
        attach_receipts=rule.attach_receipts and bool(costs),
        entries=tuple(sorted(one.id for one in time)),
        spent=tuple(sorted(one.id for one in costs)),
    )
    plan = Plan(
        key_of(rule.name, due.period), rule.name, due.period, due.why, action, tuple(lines),
        (*map(_item, time), *map(_item, costs)), _summed(out), days=due.days,
    )  # fmt: skip
    return _checked(rule, plan)


def _checked(rule: BillingRule, plan: Plan) -> Plan:
    """*plan* with its totals, and with what holds it."""
    known = totals(
        [planned(rule, one) for one in plan.lines], discount=rule.discount, tax=rule.tax, tax2=rule.tax2
    )
    plan = replace(plan, totals=known)
    at_nothing = [one for one in plan.items if one.kind == "time" and one.hours and not one.value]
    if not plan.lines:
        held = phrase("nothing is left to bill")
        if plan.left_out:
            first = _REASONS[plan.left_out[0].reason]
            held = phrase("nothing is left to bill; first of all: {reason}", reason=first)
    elif at_nothing and not rule.allow_zero:
        hours = sum((one.hours for one in at_nothing), NOTHING)
        held = phrase(
            "{hours:.2f} h have no rate and would be billed at nothing; set one in Harvest, or allow_zero = true",
            hours=hours,
        )
    elif rule.minimum is not None and known.subtotal < rule.minimum:
        held = phrase(
            "{amount:,.2f} is less than the rule's minimum of {minimum:,f}",
            amount=known.subtotal, minimum=rule.minimum,
        )  # fmt: skip
    elif known.amount < 0:
        held = phrase("it would be for less than nothing")
    else:
        return plan
    return replace(plan, held=held)


def planned(rule: BillingRule, line: PlannedLine) -> InvoiceLine:
    """The line as an invoice has it: each is taxed where the rule has that tax."""
    return InvoiceLine(
        line.label,
        line.quantity,
        line.unit_price,
        line.amount,
        line.project_id,
        rule.tax is not None,
        rule.tax2 is not None,
    )


def _action(rule: BillingRule, due: Due, catalog: Catalog, on: date, days: Days | None) -> CreateInvoice:
    client = catalog.clients.get(rule.client_id)
    words = words_for(rule, client.name if client is not None else "", due.period, days)
    return CreateInvoice(
        ClientId(rule.client_id),
        client.currency if client is not None else "",
        subject=filled(rule.subject, words) or f"{words['client']} {words['span']}".strip(),
        notes=filled(rule.notes, words),
        purchase_order=rule.purchase_order,
        tax=rule.tax,
        tax2=rule.tax2,
        discount=rule.discount,
        payment_term=rule.payment_term,
        issue_date=on,
    )


def words_for(rule: BillingRule, client: str, period: str, days: Days | None) -> dict[str, str]:
    """What texts of *rule* may name in braces; mails about an invoice besides ``number``, ``amount`` and ``due``."""
    return {
        "client": client, "period": period, "rule": rule.name, "span": span(days) if days is not None else period,
        "first": str(days[0]) if days is not None else "", "last": str(days[1]) if days is not None else "",
    }  # fmt: skip


def span(days: Days) -> str:
    """Those days as a client reads them.

    >>> span((date(2026, 3, 1), date(2026, 3, 31))), span((date(2026, 3, 2), date(2026, 4, 3)))
    ('March 2026', '2 March to 3 April 2026')
    >>> span((date(2025, 12, 30), date(2026, 1, 5))), span((date(2026, 3, 2), date(2026, 3, 2)))
    ('30 December 2025 to 5 January 2026', '2 March 2026')
    """
    first, last = days
    if (
        first.day == 1
        and (first.year, first.month) == (last.year, last.month)
        and (last + timedelta(1)).day == 1
    ):
        return f"{_MONTHS[first.month - 1]} {first.year}"
    end = f"{last.day} {_MONTHS[last.month - 1]} {last.year}"
    if first == last:
        return end
    year = f" {first.year}" if first.year != last.year else ""
    return f"{first.day} {_MONTHS[first.month - 1]}{year} to {end}"


def filled(template: str, words: dict[str, str]) -> str:
    """*template* with ``{client}`` and so on replaced; what nobody knows stays as it is.

    >>> filled("{client}, {period} {x}", {"client": "Acme", "period": "2026-03"})
    'Acme, 2026-03 {x}'
    """
    for name, value in words.items():
        template = template.replace(f"{{{name}}}", value)
    return template


def _sorted_out(
    rule: BillingRule, days: Days, hourly: set[ProjectId], worked: Iterable[Worked], spent: Iterable[Spent]
) -> tuple[list[Worked], list[Spent], list[tuple[Reason, Item]]]:
    """What can be billed, and what cannot whatever the days are cut to."""
    time: list[Worked] = []
    costs: list[Spent] = []
    out: list[tuple[Reason, Item]] = []
    for one in worked:
        if not one.billable or (one.is_billed and not days[0] <= one.on <= days[1]):
            continue
        reason = "fixed fee" if one.project_id not in hourly else _why_not(one, days)
        if reason is None:
            time.append(one)
        else:
            out.append((reason, _item(one)))
    for cost in spent if rule.expenses is not None else ():
        if not cost.billable or (cost.is_billed and not days[0] <= cost.on <= days[1]):
            continue
        # On a fixed-fee project an import of expenses beside time would bill its whole fee once more.
        reason = "fixed fee" if cost.project_id not in hourly else _why_not(cost, days)
        if reason is None:
            costs.append(cost)
        else:
            out.append((reason, _item(cost)))
    return time, costs, out


def _why_not(one: Worked | Spent, days: Days) -> Reason | None:
    if one.is_billed:
        return "already invoiced"
    if one.on < days[0]:
        return "earlier"
    if one.on > days[1]:
        return "later"
    return "runs still" if isinstance(one, Worked) and one.is_running else None


def _last_day(
    rule: BillingRule, last: date, time: Sequence[Worked], costs: Sequence[Spent]
) -> tuple[date | None, list[tuple[Reason, Item]]]:
    """The last day that may be billed (None: none), and what lies after it."""
    by_day: dict[date, list[Worked | Spent]] = defaultdict(list)
    for one in _both(time, costs):
        by_day[one.on].append(one)
    sum_so_far = NOTHING
    end: date | None = last
    why: Reason = "later"
    for day in sorted(by_day):
        sum_so_far += sum((one.value for one in by_day[day]), NOTHING)
        if rule.only_approved and not all(one.is_approved for one in by_day[day]):
            why, end = "not approved", day - timedelta(days=1)
            break
        if rule.cap is not None and sum_so_far > rule.cap:
            why, end = "over the cap", day - timedelta(days=1)
            break
    assert end is not None
    out = [(why, _item(one)) for day, those in by_day.items() if day > end for one in those]
    return (end if any(day <= end for day in by_day) else None), out


def _item(one: Worked | Spent) -> Item:
    if isinstance(one, Worked):
        return Item("time", one.id, one.project_id, one.on, one.hours, one.value)
    return Item("expense", one.id, one.project_id, one.on, NOTHING, one.value)


def _summed(out: Iterable[tuple[Reason, Item]]) -> tuple[LeftOut, ...]:
    groups: dict[tuple[Reason, ProjectId], list[Item]] = defaultdict(list)
    for reason, one in out:
        groups[reason, one.project_id].append(one)
    return tuple(
        LeftOut(
            reason, project_id, len(those), sum((one.hours for one in those), NOTHING),
            sum((one.value for one in those), NOTHING), min(one.on for one in those), max(one.on for one in those),
        )
        for (reason, project_id), those in sorted(groups.items())
    )  # fmt: skip


def _both(time: Iterable[Worked], costs: Iterable[Spent]) -> Iterator[Worked | Spent]:
    yield from time
    yield from costs
