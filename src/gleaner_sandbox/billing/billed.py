"""What belongs to an invoice: time and expenses that are billed, and the spans in which their projects are locked.

Source: rates.md §5 *Effects*.
"""

from collections import defaultdict
from collections.abc import Iterable

from gleaner_sandbox import shapes
from gleaner_sandbox.state import Books
from gleaner_sandbox.tables import EXPENSES, INVOICES, PROJECTS, TIME_ENTRIES, Row, Table

SPANS = ((TIME_ENTRIES, "locked_spans"), (EXPENSES, "expense_locked_spans"))
"""Where a project keeps the spans that its invoices lock: for time and for expenses apart."""


def bill(books: Books, invoice: Row, worked: Iterable[Row], spent: Iterable[Row]) -> Row:
    """The stored *invoice*, after time and expenses belong to it and their projects are locked."""
    mark(books, invoice, worked, spent)
    return books.update(INVOICES, invoice, {"locks": lock(books, invoice["id"])})


def mark(
    books: Books, invoice: Row, worked: Iterable[Row], spent: Iterable[Row], *, unseen: bool = False
) -> None:
    """Say of time and expenses that they belong to *invoice*."""
    named = shapes.picked(invoice, ("id", "number"))
    for table, rows in ((TIME_ENTRIES, worked), (EXPENSES, spent)):
        for row in rows:
            assert not row["is_billed"], "nothing is billed twice"
            books.update(table, row, {"is_billed": True, "invoice": named}, unseen=unseen)


def lock(books: Books, invoice_id: int) -> list[Row]:
    """Which spans of which projects are locked from now on: from the first to the last date of what is billed."""
    locks = []
    for table, key in SPANS:
        days: dict[int, list[str]] = defaultdict(list)
        for row in billed(books, table, invoice_id):
            days[row["project_id"]].append(row["spent_date"])
        for project_id, known in days.items():
            span = [min(known), max(known)]
            project = books.row(PROJECTS, project_id)
            books.update(PROJECTS, project, {key: [*project.get(key, []), span]}, unseen=True)
            locks.append({"project_id": project_id, "key": key, "span": span})
    return locks


def free(books: Books, invoice: Row) -> None:
    """Nothing belongs to *invoice* any more, and it locks no project."""
    for table, _ in SPANS:
        for row in billed(books, table, invoice["id"]):
            books.update(table, row, {"is_billed": False, "invoice": None})
    for one in invoice["locks"]:
        project = books.get(PROJECTS, one["project_id"])
        if project is not None:
            left = list(project[one["key"]])
            left.remove(one["span"])
            books.update(PROJECTS, project, {one["key"]: left}, unseen=True)


def renumber(books: Books, invoice: Row) -> None:
    """Tell what belongs to *invoice* about its new number."""
    for table, _ in SPANS:
        for row in billed(books, table, invoice["id"]):
            books.update(table, row, {"invoice": shapes.picked(invoice, ("id", "number"))})


def billed(books: Books, table: Table, invoice_id: int) -> list[Row]:
    """What belongs to an invoice."""
    return books.select(table, "is_billed = 1 AND json_extract(doc, '$.invoice.id') = ?", [invoice_id])
