"""Files that are wrong, broken or hostile are refused with a sentence."""

from __future__ import annotations

import shutil
import sys
import zlib
from decimal import Decimal
from io import BytesIO
from pathlib import Path

import pytest
from PIL import Image, ImageDraw, ImageFont
from pypdf import PdfWriter
from reportlab.pdfgen.canvas import Canvas

from gleaner.core.errors import ConfigError, Refused
from gleaner.expenses import confined
from gleaner.expenses.content import MOST_BYTES
from gleaner.expenses.receipt import read
from gleaner.expenses.text import ReceiptFile, receipt_file, words

PNG = b"\x89PNG\r\n\x1a\n" + b"\0" * 20


def pdf(text: str, **options: object) -> bytes:
    out = BytesIO()
    canvas = Canvas(out, **options)
    canvas.drawString(50, 500, text)
    canvas.save()
    return out.getvalue()


FONT = b"/Resources << /Font << /F1 << /Type /Font /Subtype /Type1 /BaseFont /Helvetica >> >> >>"


def bomb(pages: int, megabytes: int) -> bytes:
    """A small PDF whose one stream unpacks to much."""
    stream = zlib.compress(b"BT /F1 9 Tf (x) Tj ET\n" * (megabytes * 1_000_000 // 22), 9)
    kids = b" ".join(b"%d 0 R" % (4 + number) for number in range(pages))
    objects = [
        b"<< /Type /Catalog /Pages 2 0 R >>",
        b"<< /Type /Pages /Count %d /Kids [%s] >>" % (pages, kids),
        b"<< /Length %d /Filter /FlateDecode >>\nstream\n%s\nendstream" % (len(stream), stream),
        *[b"<< /Type /Page /Parent 2 0 R /MediaBox [0 0 9 9] %s /Contents 3 0 R >>" % FONT] * pages,
    ]
    out = b"%PDF-1.4\n"
    places = []
    for number, one in enumerate(objects, 1):
        places.append(len(out))
        out += b"%d 0 obj\n%s\nendobj\n" % (number, one)
    start = len(out)
    out += b"xref\n0 %d\n0000000000 65535 f \n" % (len(objects) + 1)
    out += b"".join(b"%010d 00000 n \n" % place for place in places)
    return out + b"trailer << /Size %d /Root 1 0 R >>\nstartxref\n%d\n%%%%EOF" % (len(objects) + 1, start)


def put(folder: Path, name: str, content: bytes) -> Path:
    path = folder / name
    path.write_bytes(content)
    return path


def test_a_file_of_200_mb_is_refused_before_it_is_read(tmp_path: Path) -> None:
    path = tmp_path / "huge.pdf"
    with path.open("wb") as opened:
        opened.truncate(200_000_000)
    with pytest.raises(Refused, match=r"huge.pdf has 200.0 MB; a receipt may have 10 MB"):
        receipt_file(path)


def test_a_picture_that_is_called_pdf_is_refused(tmp_path: Path) -> None:
    with pytest.raises(Refused, match=r"is a png file inside, but its name does not end in .png"):
        receipt_file(put(tmp_path, "taxi.pdf", PNG))


@pytest.mark.parametrize("content", [b"ID3\x03\x00mp3", b"<html>", b"PK\x03\x04"])
def test_what_is_no_receipt_by_its_content_is_refused_whatever_its_name(
    tmp_path: Path, content: bytes
) -> None:
    with pytest.raises(Refused, match="not a picture or PDF inside"):
        receipt_file(put(tmp_path, "taxi.pdf", content))


def test_an_empty_file_and_one_that_is_not_there_are_told_apart(tmp_path: Path) -> None:
    with pytest.raises(Refused, match="is empty"):
        receipt_file(put(tmp_path, "taxi.pdf", b""))
    with pytest.raises(ConfigError, match="is no file"):
        receipt_file(tmp_path / "gone.pdf")


def test_the_same_content_has_the_same_digest_whatever_its_name(tmp_path: Path) -> None:
    one, two = (receipt_file(put(tmp_path, name, PNG)) for name in ("a.png", "b.PNG"))
    assert one.digest == two.digest
    assert len(one.content) <= MOST_BYTES


def test_an_encrypted_pdf_is_refused() -> None:
    writer = PdfWriter(BytesIO(pdf("Total 12.00 EUR")))
    writer.encrypt("secret", algorithm="RC4-128")
    out = BytesIO()
    writer.write(out)
    with pytest.raises(Refused, match=r"taxi.pdf is encrypted; save it without a password"):
        words(ReceiptFile("taxi.pdf", out.getvalue(), "pdf"))


def test_a_broken_pdf_is_refused() -> None:
    with pytest.raises(Refused, match="cannot be read as a PDF"):
        words(ReceiptFile("taxi.pdf", b"%PDF-1.7 and then nothing", "pdf"))


def test_a_pdf_that_unpacks_to_very_much_is_refused_and_hurts_nobody() -> None:
    content = bomb(pages=5, megabytes=70)
    assert len(content) < 1_000_000
    with pytest.raises(Refused, match=r"more time or memory|cannot be read"):
        words(ReceiptFile("bomb.pdf", content, "pdf"), seconds=2)


def test_a_pdf_without_text_says_so() -> None:
    assert "only pictures" in words(ReceiptFile("scan.pdf", pdf(""), "pdf")).trouble


def test_a_program_that_never_ends_is_stopped() -> None:
    with pytest.raises(confined.Failed) as failure:
        confined.run([sys.executable, "-c", "while True: pass"], b"", seconds=1)
    assert failure.value.code is None


def test_a_program_that_never_stops_writing_fills_nothing() -> None:
    endless = "import sys\nwhile True: sys.stdout.write('x' * 100000)"
    with pytest.raises(confined.Failed):
        confined.run([sys.executable, "-c", endless], b"", seconds=5)


def test_a_program_sees_none_of_our_secrets(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("GLEANER_HARVEST__TOKEN", "pat.secret")
    said = confined.run([sys.executable, "-c", "import os; print(sorted(os.environ))"], b"")
    assert "PATH" in said
    assert "GLEANER" not in said


def test_without_tesseract_a_picture_is_kept_with_the_reason(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.setenv("PATH", str(tmp_path))
    assert "tesseract, which is not installed" in words(ReceiptFile("a.png", PNG, "png")).trouble


READS_PICTURES = pytest.mark.skipif(
    shutil.which("tesseract") is None, reason="the program tesseract is not installed"
)


def picture(size: tuple[int, int], text: str = "") -> bytes:
    out = BytesIO()
    image = Image.new("L", size, 255)
    if text:
        ImageDraw.Draw(image).text((60, 60), text, fill=0, font=ImageFont.load_default(60))
    image.save(out, "PNG")
    return out.getvalue()


@READS_PICTURES
def test_the_words_of_a_picture_are_read() -> None:
    found = words(ReceiptFile("a.png", picture((1200, 300), "Total 12.50 EUR"), "png"))
    total = read(found.text).total
    assert total is not None, found
    assert total.value == Decimal("12.50")


@READS_PICTURES
def test_a_small_file_that_is_a_huge_picture_hurts_nobody() -> None:
    content = picture((12_000, 12_000))
    assert len(content) < MOST_BYTES
    assert words(ReceiptFile("a.png", content, "png"), seconds=3).trouble


@READS_PICTURES
def test_a_picture_that_cannot_be_read_says_so() -> None:
    assert words(ReceiptFile("a.png", PNG, "png")).trouble
