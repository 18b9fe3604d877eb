"""The text of a PDF on standard input, on standard output. Only ever run by :mod:`.confined`.

Exit codes: 10 encrypted, 11 not readable as a PDF, 12 pypdf is not installed.
"""

from __future__ import annotations

import sys
from io import BytesIO

ENCRYPTED, BROKEN, NOT_INSTALLED = 10, 11, 12
PAGES = 5
"""More are not read: a receipt says its total on the first ones."""


def text_of(content: bytes) -> str:
    """The first pages' text. Raises SystemExit with the code of what is wrong."""
    try:
        from pypdf import PdfReader
    except ImportError:
        raise SystemExit(NOT_INSTALLED) from None
    try:
        reader = PdfReader(BytesIO(content))
        # Many are encrypted with an empty password, only against printing; those may be read.
        if reader.is_encrypted and not reader.decrypt(""):
            raise SystemExit(ENCRYPTED)
        pages = (reader.pages[number] for number in range(min(len(reader.pages), PAGES)))
        return "\n".join(page.extract_text() for page in pages)
    except MemoryError:
        raise
    except Exception as error:  # noqa: BLE001  (a broken PDF may raise anything in a parser)
        needs_crypto = type(error).__name__ in ("DependencyError", "FileNotDecryptedError")
        raise SystemExit(ENCRYPTED if needs_crypto else BROKEN) from None


if __name__ == "__main__":
    sys.stdout.buffer.write(text_of(sys.stdin.buffer.read()).encode("utf-8", "replace"))
