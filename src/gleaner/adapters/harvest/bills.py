"""What invoices and estimates have in common (``harvest/api`` §17.1, §18), first of all their lines.

Lines are added, changed and removed by three names; Harvest has one field for all three. A line without id is added,
one with an id is changed in the keys it carries, and ``_destroy`` removes it; lines that are not mentioned stay.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date, datetime
from decimal import Decimal
from typing import Required, TypedDict, TypeVar, Unpack

from gleaner.adapters.harvest import wire
from gleaner.adapters.harvest.resource import Resource

B = TypeVar("B", bound=wire.Bill)


class BillFields(TypedDict, total=False):
    """What may be sent. Taxes and discount are percentages."""

    number: str
    purchase_order: str
    tax: Decimal | None
    tax2: Decimal | None
    discount: Decimal | None
    subject: str
    notes: str
    currency: str
    issue_date: date


class BillFilter(TypedDict, total=False):
    """Which to list; *first* and *last* are days of issue, both included."""

    client_id: int
    updated_since: datetime
    first: date
    last: date


class LineFields(TypedDict, total=False):
    """What may be changed in a line; the project is for invoices only."""

    kind: str
    unit_price: Decimal
    project_id: int
    description: str
    quantity: Decimal
    taxed: bool
    taxed2: bool


class NewLine(TypedDict, total=False):
    """A line to add. Without a price Harvest would drop it without a word."""

    kind: Required[str]
    unit_price: Required[Decimal]
    project_id: int
    description: str
    quantity: Decimal
    taxed: bool
    taxed2: bool


class Bills(Resource[B]):
    """Invoices or estimates. What changes one gives the whole as it is then, totals included."""

    def get(self, bill_id: int) -> B:
        return self._get(bill_id)

    def append_lines(self, bill_id: int, lines: Sequence[NewLine]) -> B:
        """Never repeated: a second time would add them twice."""
        body = {"line_items": [dict(line) for line in lines]}
        return self._call("PATCH", f"{self._path}/{bill_id}", body, is_harmless=False)

    def update_line(self, bill_id: int, line_id: int, **changes: Unpack[LineFields]) -> B:
        return self._update(bill_id, {"line_items": [{"id": line_id, **changes}]})

    def remove_lines(self, bill_id: int, line_ids: Sequence[int]) -> B:
        """Never repeated: a second time would be refused, for lines that are gone."""
        body = {"line_items": [{"id": one, "_destroy": True} for one in line_ids]}
        return self._call("PATCH", f"{self._path}/{bill_id}", body, is_harmless=False)

    def _draft(self, client_id: int, lines: Sequence[NewLine], fields: Mapping[str, object]) -> B:
        return self._create({"client_id": client_id, **fields, "line_items": [dict(line) for line in lines]})
