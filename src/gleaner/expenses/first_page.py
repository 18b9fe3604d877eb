"""A small picture of a PDF's first page: :func:`first_page` starts the program in this module, confined, to draw it.

PDFium is used as its wheel brings it, without JavaScript and XFA, and a file's forms are never opened: nothing is run.
"""

from __future__ import annotations

import struct
import sys
import zlib
from threading import BoundedSemaphore

from gleaner.expenses import confined

WIDTH, HEIGHT = 192, 256
"""Pixels: twice what a page of ours shows, for screens of high density. A larger sheet is drawn no larger."""
SECONDS = 5
_MEMORY = 600_000_000
_SIGNATURE = b"\x89PNG\r\n\x1a\n"
_NOT_INSTALLED = 12
_TURNS = BoundedSemaphore(2)
_LONGEST_WAIT = 10.0
"""Seconds that one waits for others to be drawn: a list of receipts asks for many at once."""


class NotNow(Exception):
    """It was not tried: others are drawn for too long, or pypdfium2 is not installed. Later it may be drawn."""


def first_page(content: bytes, *, seconds: int = SECONDS) -> bytes | None:
    """A PNG that is :data:`WIDTH` pixels wide or :data:`HEIGHT` high; None for a PDF that cannot be drawn in that time.

    Blocks until it is drawn. Raises NotNow.
    """
    if not _TURNS.acquire(timeout=_LONGEST_WAIT):
        raise NotNow
    try:
        argv = [sys.executable, "-I", "-m", "gleaner.expenses.first_page"]
        picture = confined.answer(argv, content, seconds=seconds, memory=_MEMORY)
    except confined.Failed as failure:
        if failure.code == _NOT_INSTALLED:
            raise NotNow from None
        return None
    finally:
        _TURNS.release()
    return picture if picture.startswith(_SIGNATURE) else None


# --- the program -------------------------------------------------------------------------------------------------


def drawn(content: bytes) -> bytes:
    """The first page of a PDF as a PNG. Raises SystemExit without pypdfium2, and anything for what is no PDF."""
    try:
        import pypdfium2
    except ImportError:
        raise SystemExit(_NOT_INSTALLED) from None
    page = pypdfium2.PdfDocument(content)[0]
    width, height = page.get_size()
    # The scale makes one side ours whatever the page says of its size, and the other smaller.
    picture = page.render(scale=min(WIDTH / width, HEIGHT / height), rev_byteorder=True)
    lines = range(0, picture.height * picture.stride, picture.stride)
    pixels = bytes(picture.buffer)
    return png(picture.width, picture.height, [pixels[at : at + 3 * picture.width] for at in lines])


def png(width: int, height: int, lines: list[bytes]) -> bytes:
    """*lines* of three bytes a pixel, red, green and blue, as a PNG. Source: PNG (Third Edition), W3C, 2025."""
    header = struct.pack(">IIBBBBB", width, height, 8, 2, 0, 0, 0)
    chunks = (
        (b"IHDR", header),
        (b"IDAT", zlib.compress(b"".join(b"\0" + line for line in lines))),
        (b"IEND", b""),
    )
    return _SIGNATURE + b"".join(
        struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))
        for kind, data in chunks
    )


if __name__ == "__main__":
    sys.stdout.buffer.write(drawn(sys.stdin.buffer.read()))
