"""What a receipt's file is, by its content: Harvest takes png, gif, jpg and pdf."""

from __future__ import annotations

from typing import Literal

from gleaner.core.errors import Refused
from gleaner.core.phrases import phrase

MOST_BYTES = 10_000_000
"""Our own cap: Harvest's is not documented. A photograph has less."""

Kind = Literal["png", "gif", "jpg", "pdf"]

_STARTS: tuple[tuple[Kind, bytes], ...] = (
    ("png", b"\x89PNG\r\n\x1a\n"),
    ("gif", b"GIF87a"),
    ("gif", b"GIF89a"),
    ("jpg", b"\xff\xd8\xff"),
    ("pdf", b"%PDF-"),
)
_ENDINGS = {"png": "png", "gif": "gif", "jpg": "jpg", "jpeg": "jpg", "pdf": "pdf"}


def checked_size(name: str, size: int) -> None:
    """Raises Refused for a file that is empty or too big; *size* in bytes, known before anything is read."""
    if size == 0:
        raise Refused(phrase("{name} is empty; save the receipt again.", name=name))
    if size > MOST_BYTES:
        raise Refused(
            phrase(
                "{name} has {what:.1f} MB; a receipt may have {what_2} MB. Make it smaller and try again.",
                name=name,
                what=size / 1000000,
                what_2=MOST_BYTES // 1000000,
            )
        )


def kind_of(start: bytes) -> Kind | None:
    """What a file is by its first bytes; None when Harvest would not take it."""
    return next((kind for kind, mark in _STARTS if start.startswith(mark)), None)


_ENDS: dict[Kind, bytes] = {"png": b"IEND", "gif": b";", "jpg": b"\xff\xd9", "pdf": b"%%EOF"}


def is_whole(content: bytes) -> bool:
    """Whether the file seems to have its end; what is no receipt has none to have.

    >>> is_whole(b"%PDF-1.7 ... %%EOF"), is_whole(b"%PDF-1.7 ..."), is_whole(b"notes")
    (True, False, True)
    """
    kind = kind_of(content[:16])
    return kind is None or _ENDS[kind] in content[-2048:]


def checked_kind(name: str, start: bytes) -> Kind:
    """What the file is by its first bytes, which its name has to agree with. Raises Refused.

    >>> checked_kind("taxi.PDF", b"%PDF-1.7 ...")
    'pdf'
    """
    kind = kind_of(start)
    if kind is None:
        raise Refused(
            phrase("{name} is not a picture or PDF inside; Harvest takes png, gif, jpg and pdf.", name=name)
        )
    if _ENDINGS.get(name.rpartition(".")[2].lower()) != kind:
        raise Refused(
            phrase(
                "{name} is a {kind} file inside, but its name does not end in .{kind}; rename it.",
                name=name,
                kind=kind,
            )
        )
    return kind
