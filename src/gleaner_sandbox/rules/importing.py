"""Uninvoiced time and expenses become invoice lines.  Source: rates.md §5.

What belongs on one line is decided by ``summary_type``; texts are in the company's date format.
"""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from itertools import groupby

from gleaner_sandbox.rules.totals import cents, times

TIME_SUMMARIES = ("project", "task", "people", "detailed")
EXPENSE_SUMMARIES = ("project", "category", "people", "detailed")

Span = tuple[str, str]
"""First and last day, both included."""


@dataclass(frozen=True)
class Item:
    """One time entry or expense, as far as a line needs it."""

    id: int
    project_id: int
    project: str
    """As texts name it, see ``labelled``."""
    person: str
    about: str
    """The task, or the expense category."""
    day: str
    notes: str | None
    quantity: Decimal
    """Rounded hours, or units."""
    price: Decimal
    """The billable rate, or the price of a unit."""
    times: str | None = None
    """``9:00am - 11:00am``, in accounts with start and end times."""

    @property
    def value(self) -> Decimal:
        """Not rounded."""
        return self.quantity * self.price


@dataclass(frozen=True)
class Line:
    """One imported line."""

    project_id: int
    description: str
    quantity: Decimal
    unit_price: Decimal


def labelled(name: str, code: str | None) -> str:
    """How texts name a project.

    >>> labelled("Portal", "AP"), labelled("Portal", None)
    ('[AP] Portal', 'Portal')
    """
    return f"[{code}] {name}" if code else name


def span_of(days: Iterable[str]) -> Span | None:
    """From the first to the last day; None when there is none.

    >>> span_of(["2026-03-06", "2026-03-02"]), span_of([])
    (('2026-03-02', '2026-03-06'), None)
    """
    known = sorted(days)
    return (known[0], known[-1]) if known else None


def shown(day: str, date_format: str) -> str:
    """*day* in the company's format.

    >>> shown("2026-03-02", "%m/%d/%Y")
    '03/02/2026'
    """
    return date.fromisoformat(day).strftime(date_format)


def lines(
    items: Sequence[Item], summary: str, date_format: str, span: Span | None, *, hourly: bool
) -> list[Line]:
    """The lines for *items*, in the order of their projects, then by name, then by day.

    *span* are the dates in the texts; None: each line's own first and last day.  *hourly* items add up their
    quantities at one effective rate; the others, expenses, are one piece that costs their sum.

    >>> design = Item(1, 7, "[AP] Portal", "Ada", "Design", "2026-03-02", "Sketch", Decimal(1), Decimal(80))
    >>> more = Item(2, 7, "[AP] Portal", "Bob", "Design", "2026-03-03", None, Decimal("0.5"), Decimal(95))
    >>> [one] = lines([design, more], "task", "%m/%d/%Y", None, hourly=True)
    >>> one.description, one.quantity, one.unit_price
    ('[AP] Portal: Design (03/02/2026 - 03/03/2026)', Decimal('1.5'), Decimal('85.00'))
    >>> [line.description for line in lines([design, more], "detailed", "%d.%m.%Y", None, hourly=True)]
    ['02.03.2026 - Design: Sketch', '03.03.2026 - Design']
    """
    projects = list(dict.fromkeys(item.project_id for item in items))

    def place(item: Item) -> tuple[int, str]:
        return projects.index(item.project_id), _GROUPS[summary](item)

    if summary == "detailed":
        in_order = sorted(items, key=lambda item: (projects.index(item.project_id), item.day, item.id))
        return [_detail(item, date_format) for item in in_order]
    made = []
    for (_, name), found in groupby(sorted(items, key=place), key=place):
        group = list(found)
        dates = span or span_of(item.day for item in group) or ("", "")
        words = f"{group[0].project}: {name}" if name else group[0].project
        text = f"{words} ({' - '.join(shown(day, date_format) for day in dates)})"
        made.append(Line(group[0].project_id, text, *(_rated(group) if hourly else _one_piece(group))))
    return made


_GROUPS: dict[str, Callable[[Item], str]] = {
    "project": lambda _item: "",
    "task": lambda item: item.about,
    "category": lambda item: item.about,
    "people": lambda item: item.person,
}
"""What a summary tells apart within a project."""


def _detail(item: Item, date_format: str) -> Line:
    said = " ".join(part for part in (item.times and f"[{item.times}]", item.notes) if part)
    text = f"{shown(item.day, date_format)} - {item.about}" + (f": {said}" if said else "")
    return Line(item.project_id, text, item.quantity, item.price)


def _rated(group: Sequence[Item]) -> tuple[Decimal, Decimal]:
    """Hours and rate: the rate they share, or the effective one (its precision is uncertain: cents)."""
    hours = sum((item.quantity for item in group), Decimal(0))
    rates = {item.price for item in group}
    if len(rates) == 1 or not hours:
        return hours, group[0].price
    return hours, cents(sum((item.value for item in group), Decimal(0)) / hours)


def _one_piece(group: Sequence[Item]) -> tuple[Decimal, Decimal]:
    return Decimal(1), sum((times(item.quantity, item.price) for item in group), Decimal(0))
