"""The two kinds of documents, and where they differ."""

from collections.abc import Sequence
from dataclasses import dataclass

from gleaner_sandbox.rules import document_states, fields
from gleaner_sandbox.rules.fields import Field
from gleaner_sandbox.tables import ESTIMATES, INVOICES, Row, Table

_LINE = [
    # Any word goes, also one that is no item category's name (uncertain).
    fields.text("kind", required=True),
    fields.number("unit_price", required=True),
    fields.text("description"),
    fields.number("quantity", 1.0),
    fields.flag("taxed"),
    fields.flag("taxed2"),
]
INVOICE_MESSAGES = Table("invoice_messages", {"invoice_id": "INTEGER"}, ["invoice_id"], 27_800_001)
ESTIMATE_MESSAGES = Table("estimate_messages", {"estimate_id": "INTEGER"}, ["estimate_id"], 2_660_001)


@dataclass(frozen=True)
class Kind:
    """One kind of document."""

    word: document_states.Kind
    table: Table
    messages: Table
    line_fields: Sequence[Field]
    """What a line may say."""
    fresh: Row
    """What a new document holds beside what was said."""

    @property
    def feature(self) -> str:
        """The company's switch."""
        return f"{self.word}_feature"

    @property
    def owner(self) -> str:
        """The column of a message that names its document."""
        return f"{self.word}_id"


INVOICE = Kind(
    "invoice",
    INVOICES,
    INVOICE_MESSAGES,
    [fields.whole("project_id"), *_LINE],
    {
        "state": "draft",
        "sent_at": None,
        "paid_at": None,
        "paid_date": None,
        "closed_at": None,
        "period_start": None,
        "period_end": None,
        "recurring_invoice_id": None,
        "locks": [],
    },
)
ESTIMATE = Kind(
    "estimate",
    ESTIMATES,
    ESTIMATE_MESSAGES,
    _LINE,
    {"state": "draft", "sent_at": None, "accepted_at": None, "declined_at": None},
)
