"""Lines of invoices and estimates: added, changed and removed by three names (``harvest/api`` §17.1, §18).

Harvest has one field for all three. A line without id is added, one with an id is changed in the keys it carries, and
``_destroy`` removes it; lines that are not mentioned stay.
"""

from __future__ import annotations

from collections.abc import Sequence
from decimal import Decimal
from typing import Required, TypedDict, TypeVar, Unpack

from gleaner.adapters.harvest import wire
from gleaner.adapters.harvest.resource import Resource

B = TypeVar("B", bound=wire.Bill)


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


class WithLines(Resource[B]):
    """Invoices or estimates. Each method gives the whole one as it is then, totals included."""

    def append_lines(self, bill_id: int, lines: Sequence[NewLine]) -> B:
        """Never repeated: a second time would add them twice."""
        body = {"line_items": [dict(line) for line in lines]}
        return self._call("PATCH", f"{self._path}/{bill_id}", body, is_harmless=False)

    def update_line(self, bill_id: int, line_id: int, **changes: Unpack[LineFields]) -> B:
        return self._update(bill_id, {"line_items": [{"id": line_id, **changes}]})

    def remove_lines(self, bill_id: int, line_ids: Sequence[int]) -> B:
        return self._update(bill_id, {"line_items": [{"id": one, "_destroy": True} for one in line_ids]})
