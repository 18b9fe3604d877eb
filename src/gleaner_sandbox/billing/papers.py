"""A document as people read it: one plain text, that the PDF, the public page and the mails share."""

import html
import re

from gleaner_sandbox.billing.kinds import Kind
from gleaner_sandbox.outbox import Attachment
from gleaner_sandbox.rules.importing import shown
from gleaner_sandbox.rules.pdf import pdf
from gleaner_sandbox.state import Books
from gleaner_sandbox.tables import CLIENTS, Row

PDF = "application/pdf"
_PAGE = """<!DOCTYPE html>
<html lang="en">
<head><meta charset="utf-8"><meta name="viewport" content="width=device-width"><title>{title}</title></head>
<body>
<main>
<h1>{title}</h1>
<pre style="white-space: pre-wrap">{text}</pre>
<p><a href="{pdf}">Download as PDF</a></p>
</main>
</body>
</html>
"""


def title(kind: Kind, row: Row) -> str:
    """What a document is called."""
    return f"{kind.word.capitalize()} {row['number']}"


def text(books: Books, kind: Kind, row: Row) -> str:
    """The document, line by line."""
    client = books.row(CLIENTS, row["client_id"])
    issued = shown(row["issue_date"], books.company["date_format"])
    head = [
        title(kind, row),
        "",
        f"From:        {books.company['name']}",
        f"For:         {client['name']}",
        *(f"             {line}" for line in (client["address"] or "").splitlines()),
        f"Issue date:  {issued}",
        *([f"Due:         {due(books, row)}"] if "due_date" in row else []),
        *([f"P.O. number: {row['purchase_order']}"] if row["purchase_order"] else []),
        *([f"Subject:     {row['subject']}"] if row["subject"] else []),
        "",
    ]
    notes = ["", *row["notes"].splitlines()] if row["notes"] else []
    return "\n".join([*head, *_lines(row), "", *_sums(row), *notes]) + "\n"


def due(books: Books, row: Row) -> str:
    """When an invoice is due, with its payment term unless that is ``custom``."""
    day = shown(row["due_date"], books.company["date_format"])
    return day if row["payment_term"] == "custom" else f"{day} ({row['payment_term']})"


def money(row: Row, key: str) -> str:
    """One amount of *row* with its currency."""
    return f"{row[key]:,.2f} {row['currency']}"


def _lines(row: Row) -> list[str]:
    said = []
    for line in row["line_items"]:
        said += [f"{line['kind']}: {line['description']}" if line["description"] else str(line["kind"])]
        said += [f"    {line['quantity']:,.2f} x {line['unit_price']:,.2f} = {line['amount']:,.2f}"]
    return said


def _sums(row: Row) -> list[str]:
    parts = [("Discount", "discount"), ("Tax", "tax"), ("Second tax", "tax2")]
    said = [
        f"{label} ({row[key]:g}%): {'-' if key == 'discount' else ''}{money(row, f'{key}_amount')}"
        for label, key in parts
        if row[key]
    ]
    said.append(f"Amount: {money(row, 'amount')}")
    if row.get("due_amount", row["amount"]) != row["amount"]:
        said.append(f"Left to pay: {money(row, 'due_amount')}")
    return said


def as_pdf(books: Books, kind: Kind, row: Row) -> bytes:
    """The document as a PDF."""
    return pdf(title(kind, row), text(books, kind, row))


def as_page(books: Books, kind: Kind, row: Row) -> str:
    """The document as a web page."""
    heading = title(kind, row)
    body = text(books, kind, row).removeprefix(heading).lstrip("\n")
    plain = {"title": heading, "text": body, "pdf": f"{row['client_key']}.pdf"}
    return _PAGE.format(**{key: html.escape(value) for key, value in plain.items()})


def attached(books: Books, kind: Kind, row: Row) -> Attachment:
    """The PDF as it goes with a mail."""
    name = re.sub(r"[^A-Za-z0-9.-]+", "-", f"{kind.word}-{row['number']}").strip("-.")
    return Attachment(f"{name}.pdf", PDF, as_pdf(books, kind, row))
