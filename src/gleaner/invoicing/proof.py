"""Whether the invoice Harvest made says what was planned, to the cent; every difference is a sentence. Pure.

The plan is worked out from time entries and rates before Harvest makes anything. Afterwards three things are held
beside it: which entries Harvest put onto the invoice, its lines, and its figures below them.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from itertools import chain

from gleaner.core.catalog import Catalog, ProjectId
from gleaner.core.invoices import Invoice, InvoiceLine
from gleaner.core.time import spoken_day
from gleaner.invoicing.lines import PlannedLine
from gleaner.invoicing.plan import Item, Plan
from gleaner.invoicing.totals import totals
from gleaner.invoicing.work import NOTHING, Kind, Spent, Worked, cents


@dataclass(frozen=True)
class Proof:
    """What comparing came to."""

    entries: int
    expenses: int
    hours: Decimal
    exact: Decimal
    """Entries × rates, expenses and fees; to the cent."""
    rounding: Decimal
    """What effective rates in cents add to that, or lose."""
    subtotal: Decimal
    total: Decimal
    """Of Harvest's invoice."""
    currency: str
    differences: tuple[str, ...] = ()

    @property
    def adds_up(self) -> bool:
        return not self.differences

    def sentence(self) -> str:
        """``84 entries · 126.50 h · Σ entries × rate = 15,812.50 USD = invoice ✓``; with differences, how many."""
        parts = (
            [f"{self.entries} {'entry' if self.entries == 1 else 'entries'} · {self.hours:.2f} h"]
            if self.entries
            else []
        )
        if self.expenses:
            parts.append(f"{self.expenses} expense{'' if self.expenses == 1 else 's'}")
        small = f", {self.rounding:+.2f} by effective rates" if self.rounding else ""
        after = f" → {self.total:,.2f} with discount and tax" if self.total != self.subtotal else ""
        parts.append(f"Σ = {self.exact:,.2f} {self.currency}{small}{after}")
        if self.adds_up:
            return " · ".join(parts) + " = invoice ✓"
        count = len(self.differences)
        return " · ".join(parts) + f" ≠ invoice: {count} difference{'' if count == 1 else 's'}"


def prove(
    plan: Plan, invoice: Invoice, worked: Iterable[Worked], spent: Iterable[Spent], catalog: Catalog
) -> Proof:
    """*plan* beside *invoice*; *worked* and *spent* are as Harvest has them after the invoice was made."""
    time: dict[int, Worked | Spent] = {one.id: one for one in worked}
    costs: dict[int, Worked | Spent] = {one.id: one for one in spent}
    found = [
        *_items("time", plan, invoice, time, catalog),
        *_items("expense", plan, invoice, costs, catalog),
        *_lines(plan.lines, invoice.lines, catalog),
        *_figures(plan, invoice),
    ]
    return Proof(
        sum(one.kind == "time" for one in plan.items), sum(one.kind == "expense" for one in plan.items), plan.hours,
        cents(plan.exact), _subtotal(invoice) - cents(plan.exact), _subtotal(invoice), invoice.amount, invoice.currency,
        tuple(found),
    )  # fmt: skip


def _items(
    kind: Kind,
    plan: Plan,
    invoice: Invoice,
    now: Mapping[int, Worked | Spent],
    catalog: Catalog,
) -> Iterable[str]:
    wanted = {one.id: one for one in plan.items if one.kind == kind}
    what = "time entry" if kind == "time" else "expense"
    for number, item in wanted.items():
        one = now.get(number)
        name = f"{what} {number} ({_told(item, catalog)})"
        if one is None:
            yield f"{name} is gone since"
        elif one.invoice != invoice.id:
            other = f"on invoice {one.invoice}" if one.invoice is not None else "on no invoice"
            yield f"{name} is {other}"
        elif _hours(one) != item.hours:
            yield f"{name} has {_hours(one):.2f} h now"
        elif one.value != item.value:
            yield f"{name} is worth {one.value:,.2f} now, {item.value:,.2f} was planned"
    for number, one in now.items():
        if one.invoice == invoice.id and number not in wanted:
            item = Item(kind, number, one.project_id, one.on, _hours(one), one.value)
            yield f"{what} {number} ({_told(item, catalog)}) was billed too: it came after the plan"


def _hours(one: Worked | Spent) -> Decimal:
    return one.hours if isinstance(one, Worked) else NOTHING


def _told(item: Item, catalog: Catalog) -> str:
    project = catalog.projects.get(item.project_id)
    amount = f"{item.hours:.2f} h" if item.kind == "time" else f"{item.value:,.2f}"
    return f"{amount} {project.name if project is not None else '?'} on {spoken_day(item.on)}"


def _lines(planned: Sequence[PlannedLine], made: Sequence[InvoiceLine], catalog: Catalog) -> Iterable[str]:
    """Each planned line has one of its own: by project and quantity, with the amount it was planned with.

    Where Harvest takes an effective rate to more than cents the amount is the exact one.
    """
    left: dict[ProjectId | None, list[InvoiceLine]] = defaultdict(list)
    for one in made:
        left[one.project_id].append(one)
    open_ = []
    for line in planned:
        same = [one for one in left[line.project_id] if _fits(line, one)]
        best = next((one for one in same if line.label in one.description), None) or next(iter(same), None)
        if best is None:
            open_.append(line)
        else:
            left[line.project_id].remove(best)
    for line in open_:
        near = next(iter(left[line.project_id]), None)
        name = _name(line, catalog)
        if near is None:
            yield f"{name}: {_sum(line.quantity, line.amount)} planned, and no such line"
        else:
            left[line.project_id].remove(near)
            yield f"{name}: {_sum(line.quantity, line.amount)} planned, {_sum(near.quantity, near.amount)} in the draft"
    for one in chain.from_iterable(left.values()):
        yield f'"{one.description}": {_sum(one.quantity, one.amount)} in the draft, nothing planned'


def _fits(line: PlannedLine, made: InvoiceLine) -> bool:
    return made.quantity == line.quantity and made.amount in (line.amount, cents(line.exact))


def _name(line: PlannedLine, catalog: Catalog) -> str:
    project = catalog.projects.get(line.project_id or ProjectId(0))
    return (
        " / ".join(part for part in (project.name if project is not None else "", line.label) if part)
        or "a line"
    )


def _sum(quantity: Decimal, amount: Decimal) -> str:
    return f"{quantity.normalize():f} × = {amount:,.2f}"


def _figures(plan: Plan, invoice: Invoice) -> Iterable[str]:
    """What stands below the lines follows from them, and the percentages are those asked for."""
    asked = plan.action
    if invoice.currency != asked.currency:
        yield f"it is in {invoice.currency or 'no currency'}, the client's is {asked.currency or 'not known'}"
    if invoice.client_id != asked.client_id:
        yield "it is for another client"
    for name, wanted, there in (
        ("discount", asked.discount, invoice.discount), ("tax", asked.tax, invoice.tax),
        ("second tax", asked.tax2, invoice.tax2),
    ):  # fmt: skip
        if (wanted or NOTHING) != (there or NOTHING):
            yield f"its {name} is {there or 0} %, {wanted or 0} % was asked for"
    due = totals(invoice.lines, discount=invoice.discount, tax=invoice.tax, tax2=invoice.tax2)
    for name, computed, there in (
        ("discount", due.discount, invoice.discount_amount), ("tax", due.tax, invoice.tax_amount),
        ("second tax", due.tax2, invoice.tax2_amount), ("total", due.amount, invoice.amount),
    ):  # fmt: skip
        if computed != there:
            yield f"its {name} is {there:,.2f}, its lines come to {computed:,.2f}"
    exact = {(one.project_id, one.quantity, one.unit_price, cents(one.exact)) for one in plan.lines}
    for line in invoice.lines:
        # With the exact amount, a price that Harvest shows in cents is not what it computed with.
        is_exact = (line.project_id, line.quantity, line.unit_price, line.amount) in exact
        if line.amount != cents(line.quantity * line.unit_price) and not is_exact:
            yield f'"{line.description}": {line.quantity} × {line.unit_price} is not {line.amount:,.2f}'


def _subtotal(invoice: Invoice) -> Decimal:
    return sum((line.amount for line in invoice.lines), NOTHING)


def changed(before: Plan, after: Plan, catalog: Catalog) -> list[str]:
    """What is different about *after*, in sentences: entries that came, went or changed, figures last."""
    was = {(one.kind, one.id): one for one in before.items}
    now = {(one.kind, one.id): one for one in after.items}
    said = [f"{_told(one, catalog)} came in" for key, one in now.items() if key not in was]
    said += [f"{_told(one, catalog)} is out" for key, one in was.items() if key not in now]
    said += [_moved(was[key], one, catalog) for key, one in now.items() if key in was and was[key] != one]
    fees = Counter(before.action.fees), Counter(after.action.fees)
    said += [f"{one.description}: {one.amount:,.2f} came in" for one in (fees[1] - fees[0]).elements()]
    said += [f"{one.description}: {one.amount:,.2f} is out" for one in (fees[0] - fees[1]).elements()]
    if before.totals.amount != after.totals.amount:
        said.append(f"the total is {after.totals.amount:,.2f} instead of {before.totals.amount:,.2f}")
    return said


def _moved(was: Item, now: Item, catalog: Catalog) -> str:
    if (was.hours, was.on) != (now.hours, now.on):
        return f"{_told(was, catalog)} is {_told(now, catalog)} now"
    return f"{_told(now, catalog)} is worth {now.value:,.2f} instead of {was.value:,.2f}"
