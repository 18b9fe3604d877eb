"""The file of an expense: how it comes, how it is kept.  Source: api.md §16."""

import base64
from dataclasses import dataclass
from typing import Any

from gleaner_sandbox.rules import receipts
from gleaner_sandbox.state import Books
from gleaner_sandbox.tables import EXPENSES, Row
from gleaner_sandbox.wire.request import Upload


@dataclass(frozen=True)
class Receipt:
    """A file that was accepted."""

    shown: Row
    """What the expense tells of it, beside its address."""
    data: bytes


def read(value: Any) -> Receipt | None:
    """The receipt of a write.  What is no file is ignored, so that a whole expense can be sent back."""
    if not isinstance(value, Upload) or not (value.filename or value.data):
        return None
    return accepted(value.filename, value.data)


def accepted(filename: str, data: bytes) -> Receipt:
    """The file as a receipt, or ``ValueError`` when it may not be one."""
    kind = receipts.content_type(filename, data)
    name = receipts.stored_name(filename)
    return Receipt({"file_name": name, "file_size": len(data), "content_type": kind}, data)


def from_seed(said: Row | None) -> Receipt | None:
    """The receipt a seed gives an expense."""
    return accepted(said["file_name"], base64.b64decode(said["data"])) if said else None


def attach(books: Books, row: Row, receipt: Receipt | None) -> Row:
    """*row* with *receipt* as its only one; None takes the old one away."""
    books.keep_receipt(row["id"], receipt.data if receipt else None)
    return books.update(EXPENSES, row, {"receipt": receipt.shown if receipt else None})
