"""A text as a small PDF: A4 pages in Courier.  Source: ISO 32000-1, the least that is valid."""

from collections.abc import Sequence

LINES_PER_PAGE = 52
WIDTH = 84
"""Characters per line; longer lines are folded."""

_START = "BT /F1 10 Tf 14 TL 50 790 Td"


def pdf(title: str, text: str) -> bytes:
    """*text*, line by line; what Western Europe's letters cannot write becomes a question mark.

    >>> made = pdf("Invoice 1", "Hello (world)")
    >>> made[:8], b"(Hello \\\\(world\\\\)) Tj" in made, made[-6:]
    (b'%PDF-1.4', True, b'%%EOF\\n')
    """
    pages = _pages(text.splitlines())
    kids = " ".join(f"{4 + 2 * n} 0 R" for n in range(len(pages)))
    objects = [
        b"<< /Type /Catalog /Pages 2 0 R >>",
        f"<< /Type /Pages /Kids [{kids}] /Count {len(pages)} >>".encode(),
        b"<< /Type /Font /Subtype /Type1 /BaseFont /Courier /Encoding /WinAnsiEncoding >>",
    ]
    for number, page in enumerate(pages):
        drawn = "\n".join([_START, *(f"({_escaped(line)}) Tj T*" for line in page), "ET"])
        stream = drawn.encode("cp1252", "replace")
        box = "/MediaBox [0 0 595 842] /Resources << /Font << /F1 3 0 R >> >>"
        objects.append(f"<< /Type /Page /Parent 2 0 R {box} /Contents {5 + 2 * number} 0 R >>".encode())
        objects.append(b"<< /Length %d >>\nstream\n%s\nendstream" % (len(stream), stream))
    objects.append(b"<< /Title (%s) >>" % _escaped(title).encode("cp1252", "replace"))
    return _file(objects)


def _pages(lines: Sequence[str]) -> list[list[str]]:
    folded = [line[at : at + WIDTH] for line in lines for at in range(0, max(len(line), 1), WIDTH)]
    return [folded[at : at + LINES_PER_PAGE] for at in range(0, max(len(folded), 1), LINES_PER_PAGE)]


def _escaped(line: str) -> str:
    plain = "".join(letter if letter.isprintable() else " " for letter in line)
    return plain.replace("\\", "\\\\").replace("(", "\\(").replace(")", "\\)")


def _file(objects: Sequence[bytes]) -> bytes:
    """The objects, numbered from 1, with the table of where each begins; the last one is the information."""
    made = b"%PDF-1.4\n"
    begins = []
    for number, body in enumerate(objects, 1):
        begins.append(len(made))
        made += b"%d 0 obj\n%s\nendobj\n" % (number, body)
    table = len(made)
    size = len(objects) + 1
    made += b"xref\n0 %d\n0000000000 65535 f \n" % size
    made += b"".join(b"%010d 00000 n \n" % begin for begin in begins)
    made += b"trailer\n<< /Size %d /Root 1 0 R /Info %d 0 R >>\n" % (size, len(objects))
    return made + b"startxref\n%d\n%%%%EOF\n" % table
