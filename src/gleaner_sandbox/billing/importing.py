"""``line_items_import``: uninvoiced time and expenses become lines, and are billed.  Source: api.md §17.1, rates.md §5.

``Import.of`` reads what is asked and finds what fits; nothing is changed.  What the invoice then does to what was found
is in ``billing.billed``.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from decimal import Decimal
from functools import partial
from typing import Any

from gleaner_sandbox import shapes
from gleaner_sandbox.billing.scope import about
from gleaner_sandbox.entries.settings import Setting, setting
from gleaner_sandbox.resources.item_categories import flagged
from gleaner_sandbox.rules import coerce, importing
from gleaner_sandbox.rules.clock_strings import format_time
from gleaner_sandbox.rules.importing import Item, Line, Span
from gleaner_sandbox.rules.rounding import rounded_hours
from gleaner_sandbox.rules.totals import exact, times
from gleaner_sandbox.schemas import DAY, FLAG, INT, Schema, many, one_of, reads
from gleaner_sandbox.switches import switch
from gleaner_sandbox.tables import (
    EXPENSE_CATEGORIES,
    EXPENSES,
    INVOICES,
    PROJECTS,
    TIME_ENTRIES,
    USERS,
    Row,
    Table,
)
from gleaner_sandbox.wire.answers import invalid
from gleaner_sandbox.wire.call import Call
from gleaner_sandbox.wire.listing import Conditions

_FEE_AGAIN = switch(
    "second_fixed_fee",
    ("full", "remaining"),
    "Importing a fixed-fee project again bills the whole fee once more, or what no invoice has yet (rates.md §5).",
)
_TEXT_DATES = switch(
    "import_dates",
    ("import", "line"),
    "The dates in a line's text are the first and last of the whole import, or of that line (rates.md §5).",
)
_PERIOD = switch(
    "import_period",
    ("imported", "asked"),
    "period_start and period_end are the first and last imported date, or `from` and `to` when given (rates.md §5).",
)


def given_import(value: Any) -> Any:
    """What a write says of the import, as it came: ``Import.of`` reads it."""
    return value


def _half(summaries: tuple[str, ...], **more: Schema) -> Schema:
    known = {"summary_type": one_of(*summaries), "from": DAY, "to": DAY, **more}
    return {"type": "object", "properties": known, "required": ["summary_type"]}


reads(
    given_import,
    {
        "type": "object",
        "properties": {
            "project_ids": many(INT),
            "time": _half(importing.TIME_SUMMARIES),
            # That receipts are attached is taken, and ignored.
            "expenses": _half(importing.EXPENSE_SUMMARIES, attach_receipt=FLAG),
        },
        "required": ["project_ids"],
    },
)


@dataclass(frozen=True)
class Wanted:
    """What one half of the import asks for."""

    summary: str
    span: Span | None
    """None: everything."""


@dataclass
class Import:
    """What an import found."""

    projects: list[Row] = field(default_factory=list)
    time: Wanted | None = None
    expenses: Wanted | None = None
    worked: list[Row] = field(default_factory=list)
    """The time entries it bills."""
    spent: list[Row] = field(default_factory=list)
    """The expenses it bills."""
    lines: list[Row] = field(default_factory=list)

    @classmethod
    def of(cls, call: Call, given: Any, client_id: int, *, taxed: bool, taxed2: bool) -> "Import":
        """The import that *given* asks for, with its lines.  Blank asks for none."""
        if coerce.is_blank(given):
            return cls()
        if not isinstance(given, dict):
            raise invalid("Line items import is invalid")
        one = cls(
            _projects(call, given, client_id),
            _wanted(given, "time", importing.TIME_SUMMARIES),
            _wanted(given, "expenses", importing.EXPENSE_SUMMARIES),
        )
        flags = {"taxed": taxed, "taxed2": taxed2}
        if one.time:
            worked, fees = _time(call, one, one.time)
            one._add(call, worked, one.time, flags, hourly=True)
            # Fixed fees have a line of their own, in place of their time.
            one.lines += [_row(line, flagged(call.books, "use_as_service"), flags) for line in fees]
        if one.expenses:
            one._add(call, _expenses(call, one, one.expenses), one.expenses, flags, hourly=False)
        return one

    @property
    def period(self) -> Span | None:
        """The span of the imported time."""
        return importing.span_of(row["spent_date"] for row in self.worked)

    @property
    def period_of_time(self) -> Row:
        """That span, as an invoice keeps it; nothing when there is none."""
        return _period(self.period)

    def changes(self, call: Call) -> Row:
        """What the import leaves in its invoice, beside the lines."""
        period = self.period
        if call.switch(_PERIOD) == "asked" and self.time and self.time.span:
            period = self.time.span
        return _period(period)

    def _add(self, call: Call, items: list[Item], wanted: Wanted, flags: Row, *, hourly: bool) -> None:
        span = importing.span_of(item.day for item in items) if call.switch(_TEXT_DATES) == "import" else None
        made = importing.lines(items, wanted.summary, call.company["date_format"], span, hourly=hourly)
        kind = flagged(call.books, "use_as_service" if hourly else "use_as_expense")
        self.lines += [_row(line, kind, flags) for line in made]


def _period(span: Span | None) -> Row:
    return {"period_start": span[0], "period_end": span[1]} if span else {}


def _projects(call: Call, given: Mapping[str, Any], client_id: int) -> list[Row]:
    """The projects asked for, which have to be the client's (422 otherwise: uncertain)."""
    try:
        ids = list(dict.fromkeys(coerce.whole_items(given.get("project_ids"))))
    except ValueError as error:
        raise invalid(f"Line items import project ids {error}") from error
    if not ids:
        raise invalid("Line items import project ids can't be blank")
    projects = [call.books.get(PROJECTS, project_id) for project_id in ids]
    known = [project for project in projects if project and project["client_id"] == client_id]
    if len(known) < len(ids):
        raise invalid("Line items import project ids is invalid")
    return known


def _wanted(given: Mapping[str, Any], part: str, summaries: tuple[str, ...]) -> Wanted | None:
    said = given.get(part)
    if coerce.is_blank(said):
        return None
    label = f"Line items import {part}"
    if not isinstance(said, dict):
        raise invalid(f"{label} is invalid")

    def read(name: str, reader: Callable[[Any], str | None]) -> str | None:
        try:
            return reader(said.get(name))
        except ValueError as error:
            raise invalid(f"{label} {name.replace('_', ' ')} {error}") from error

    summary = read("summary_type", partial(coerce.one_of, choices=summaries))
    first, last = read("from", coerce.any_day), read("to", coerce.any_day)
    if summary is None:
        raise invalid(f"{label} summary type can't be blank")
    if first is None and last is None:
        return Wanted(summary, None)
    if first is None or last is None:
        raise invalid(f"{label} needs both from and to, or neither")
    return Wanted(summary, (first, last))


def _candidates(call: Call, one: Import, wanted: Wanted, table: Table, *more: str) -> list[Row]:
    """What is not billed yet on the billable projects in the span, oldest first; non-billable projects have nothing."""
    ids = [project["id"] for project in one.projects if project["is_billable"]]
    asked_for = Conditions()
    asked_for.add(f"project_id IN ({', '.join('?' * len(ids))})", *ids)
    for part in ("is_billed IS NOT 1", *more):
        asked_for.add(part)
    if wanted.span:
        asked_for.add("spent_date BETWEEN ? AND ?", *wanted.span)
    order = {project_id: place for place, project_id in enumerate(ids)}
    rows = call.books.select(table, asked_for.where, asked_for.args, order="spent_date, id")
    return sorted(rows, key=lambda row: order[row["project_id"]])


def _time(call: Call, one: Import, wanted: Wanted) -> tuple[list[Item], list[Line]]:
    """The billable time, and the lines of fixed-fee projects.  Running timers stay out (uncertain)."""
    known: dict[tuple[int, int, int], Setting] = {}
    items, billable = [], []
    for row in _candidates(call, one, wanted, TIME_ENTRIES, "is_running IS NOT 1"):
        key = (row["user_id"], row["project_id"], row["task_id"])
        where = known[key] = known.get(key) or setting(call, *key)
        if where.billable:
            billable.append(row)
            if not where.project["is_fixed_fee"]:
                items.append(_worked(call, row, where))
    one.worked = billable
    fees = [
        _fee(call, project) for project in one.projects if project["is_billable"] and project["is_fixed_fee"]
    ]
    return items, [line for line in fees if line is not None]


def _worked(call: Call, row: Row, where: Setting) -> Item:
    rounding = call.company["rounding"]
    start, end = row["started_minute"], row["ended_minute"]
    spoken = None
    if call.company["wants_timestamp_timers"] and start is not None and end is not None:
        spoken = " - ".join(format_time(minute, call.company["clock"]) for minute in (start, end))
    return Item(
        id=row["id"],
        project_id=row["project_id"],
        project=importing.labelled(where.project["name"], where.project["code"]),
        person=where.shapes["user"]["name"],
        about=where.shapes["task"]["name"],
        day=row["spent_date"],
        notes=row["notes"],
        quantity=exact(rounded_hours(row["hours"], rounding["mode"], rounding["minutes"])),
        # Without a rate an hour costs nothing (uncertain).
        price=exact(where.billable_rate(row["spent_date"])),
        times=spoken,
    )


def _fee(call: Call, project: Row) -> Line | None:
    """The line of a fixed-fee project; None when nothing of the fee is left (see the switch)."""
    fee = exact(project["fee"])
    if call.switch(_FEE_AGAIN) == "remaining":
        earlier = Conditions()
        about(earlier, [project["id"]])
        for invoice in call.books.select(INVOICES, earlier.where, earlier.args):
            amounts = (
                line["amount"] for line in invoice["line_items"] if line["project_id"] == project["id"]
            )
            fee -= sum(map(exact, amounts), Decimal(0))
        if fee <= 0:
            return None
    return Line(project["id"], importing.labelled(project["name"], project["code"]), Decimal(1), fee)


def _expenses(call: Call, one: Import, wanted: Wanted) -> list[Item]:
    rows = [row for row in _candidates(call, one, wanted, EXPENSES) if row["billable"]]
    one.spent = rows
    return [_spent(call, row) for row in rows]


def _spent(call: Call, row: Row) -> Item:
    """One expense: so many units at a price when that is what it costs, else one piece."""
    project = call.books.row(PROJECTS, row["project_id"])
    category = call.books.get(EXPENSE_CATEGORIES, row["expense_category_id"])
    cost, units = exact(row["total_cost"]), exact(row["units"])
    price = exact(category["unit_price"] if category else None)
    in_units = bool(units and price) and times(units, price) == cost
    return Item(
        id=row["id"],
        project_id=row["project_id"],
        project=importing.labelled(project["name"], project["code"]),
        person=shapes.full_name(call.books.row(USERS, row["user_id"])),
        about=category["name"] if category else "Other",
        day=row["spent_date"],
        notes=row.get("notes"),
        quantity=units if in_units else Decimal(1),
        price=price if in_units else cost,
    )


def _row(line: Line, kind: str, flags: Row) -> Row:
    return {
        "project_id": line.project_id,
        "kind": kind,
        "unit_price": float(line.unit_price),
        "description": line.description,
        "quantity": float(line.quantity),
        **flags,
    }
