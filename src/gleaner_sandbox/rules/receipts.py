"""Which files may be the receipt of an expense.

Source: api.md §16; the sentences are ours, and what is not said there is tagged.
"""

import re
from pathlib import PurePosixPath

LARGEST = 10 * 1024 * 1024
"""Bytes.  Harvest's limit is not documented (uncertain)."""

_KINDS = {
    ".png": "image/png",
    ".gif": "image/gif",
    ".jpg": "image/jpeg",
    ".jpeg": "image/jpeg",
    ".pdf": "application/pdf",
}
_BEGINNINGS = {
    "image/png": (b"\x89PNG\r\n\x1a\n",),
    "image/gif": (b"GIF87a", b"GIF89a"),
    "image/jpeg": (b"\xff\xd8\xff",),
    "application/pdf": (b"%PDF-",),
}
_ODD = re.compile(r"[^\w.]", re.ASCII)


def content_type(filename: str, data: bytes) -> str:
    """What the file is, or ``ValueError`` with the end of the sentence that begins with *Receipt*.

    Name and content are both checked; that they have to agree with each other is uncertain.

    >>> content_type("taxi.PDF", b"%PDF-1.7 ...")
    'application/pdf'
    >>> content_type("song.png", b"ID3...")
    Traceback (most recent call last):
    ValueError: must be a png, gif, jpg or pdf file
    """
    kind = _KINDS.get(PurePosixPath(filename.lower()).suffix)
    if kind is None or not data.startswith(_BEGINNINGS[kind]):
        raise ValueError("must be a png, gif, jpg or pdf file")
    if len(data) > LARGEST:
        raise ValueError(f"is too big (maximum is {LARGEST // 1024 // 1024} MB)")
    return kind


def stored_name(filename: str) -> str:
    """The name a receipt gets: ``-`` is seen to become ``_``; that other marks and folders do is uncertain.

    >>> stored_name("taxi-12.pdf"), stored_name("C:\\\\scans\\\\Lisbon é.pdf")
    ('taxi_12.pdf', 'Lisbon__.pdf')
    """
    return _ODD.sub("_", re.split(r"[/\\]", filename)[-1])[-255:]
