"""Receipts: what may go up, and where they may be fetched from (``harvest/api`` §16). Pure.

A receipt's address is in Harvest's answer, and by the docs on the company's own host, not the API's. Three cases:

- At the base URL's own address it is fetched with the token.
- At a company's page (``studio.harvestapp.com``, beside ``api.harvestapp.com``), over HTTPS, it is fetched *without*
  the token: a token is for one host, and whether that page takes one at all is nowhere said.
- Anywhere else it is refused. An answer that could name any address would make Gleaner ask computers nobody configured.

What comes back must be a picture or a PDF: a page that asks to log in is not taken for a receipt.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field

import httpx2

from gleaner.adapters.harvest.transport import Upload
from gleaner.core.errors import Refused
from gleaner.expenses.content import Kind, checked_kind, checked_size

_API = "api.harvestapp.com"
_COMPANY = r"[a-z0-9-]+\.harvestapp\.com"

TYPES: dict[Kind, str] = {
    "png": "image/png", "gif": "image/gif", "jpg": "image/jpeg", "pdf": "application/pdf",
}  # fmt: skip
"""The media type of each kind of receipt."""


@dataclass(frozen=True)
class ReceiptFile:
    """A receipt that Harvest will take, made by :func:`receipt_file`."""

    name: str
    content: bytes = field(repr=False)
    content_type: str

    def upload(self) -> Upload:
        return Upload("receipt", self.name, self.content, self.content_type)


def receipt_file(name: str, content: bytes) -> ReceiptFile:
    """The file, checked as Harvest would: by name and by content. Raises Refused, before anything is sent.

    >>> receipt_file("taxi.PDF", b"%PDF-1.7 ...").content_type
    'application/pdf'
    """
    shown = re.split(r"[/\\]", name)[-1].strip()
    if not shown or not shown.isprintable():
        raise Refused("The receipt has no usable file name; give it one such as taxi.pdf.")
    checked_size(shown, len(content))
    return ReceiptFile(shown, content, TYPES[checked_kind(shown, content[:16])])


def checked_address(url: str, base_url: str) -> str:
    """*url*, where a receipt may be fetched from. Raises Refused for other places; see the module."""
    try:
        ours, theirs = httpx2.URL(base_url), httpx2.URL(url)
    except httpx2.InvalidURL:
        raise Refused("Harvest gives an address of this receipt that is none.") from None
    if (ours.scheme, ours.host, ours.port) == (theirs.scheme, theirs.host, theirs.port):
        return url
    # Only of Harvest's own domain is it known that everything beside the API's host is Harvest's too.
    is_sibling = ours.host == _API and re.fullmatch(_COMPANY, theirs.host) is not None
    if is_sibling and theirs.scheme == "https" and theirs.port in (None, 443) and not theirs.userinfo:
        return url
    raise Refused(
        f"The receipt is said to be at {theirs.host or 'no host'}, which is not Harvest's; it is left there."
    )
