"""What people read in the mails about an invoice: the template texts.  The words are ours; only their use is known.

Source: api.md §17.4 ``/messages/new``.
"""

from typing import Literal

from gleaner_sandbox.billing import papers
from gleaner_sandbox.state import Books
from gleaner_sandbox.tables import CLIENTS, Row

Occasion = Literal["new", "reminder", "thank_you"]

_OPENINGS: dict[Occasion, str] = {
    "new": "Here is our invoice {number}.",
    "reminder": "Invoice {number} is still open. Please let us know if anything keeps you from paying it.",
    "thank_you": "We received your payment for invoice {number}. Thank you.",
}


def subject(books: Books, row: Row, occasion: Occasion) -> str:
    """The first line of a mail."""
    name = f"{row['number']} from {books.company['name']}"
    return {
        "new": f"Invoice {name}",
        "reminder": f"Reminder: invoice {name}",
        "thank_you": f"Payment received for invoice {name}",
    }[occasion]


def body(books: Books, row: Row, occasion: Occasion) -> str:
    """The text of a mail."""
    client = books.row(CLIENTS, row["client_id"])["name"]
    facts = [f"Client: {client}", f"Amount: {papers.money(row, 'amount')}"]
    if occasion != "thank_you":
        facts += [f"Left to pay: {papers.money(row, 'due_amount')}", f"Due: {papers.due(books, row)}"]
    return "\n".join([_OPENINGS[occasion].format(number=row["number"]), "", *facts, ""])
