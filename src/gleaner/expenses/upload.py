"""A receipt that comes as bytes: from a web page, or as an attachment."""

from __future__ import annotations

import re

from gleaner.core.errors import Refused
from gleaner.core.phrases import phrase
from gleaner.expenses.content import checked_kind, checked_size
from gleaner.expenses.text import ReceiptFile

_LONGEST = 120


def uploaded(name: str, content: bytes) -> ReceiptFile:
    """The receipt, checked by size, by content and by name; of a path only its end counts. Raises Refused.

    >>> uploaded("C:\\\\scans\\\\taxi.pdf", b"%PDF-1.7 ...").name
    'taxi.pdf'
    """
    shown = plain(name)
    checked_size(shown, len(content))
    return ReceiptFile(shown, content, checked_kind(shown, content[:16]))


def plain(name: str) -> str:
    """The file's own name, as it may be shown and kept. Raises Refused when nothing of it can be."""
    shown = re.split(r"[/\\]", name)[-1].strip()
    if not shown.strip(".") or not shown.isprintable():
        raise Refused(phrase("The receipt has no usable file name; give it one such as taxi.pdf."))
    stem, dot, ending = shown.rpartition(".")
    return (
        f"{stem[: _LONGEST - len(ending) - 1]}{dot}{ending}"
        if len(shown) > _LONGEST and len(ending) < 10
        else shown[:_LONGEST]
    )
