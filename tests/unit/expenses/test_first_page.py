"""The first page of a PDF, drawn small; of what is broken or hostile there is no picture, and nobody is hurt."""

from __future__ import annotations

import sys
from collections.abc import Callable
from io import BytesIO
from threading import BoundedSemaphore

import pytest
from PIL import Image
from pypdf import PdfWriter
from pypdf.generic import DictionaryObject, NameObject, TextStringObject
from reportlab.pdfgen.canvas import Canvas
from tests.unit.expenses.test_text import bomb, pdf

from gleaner.expenses import first_page as drawing
from gleaner.expenses.first_page import HEIGHT, WIDTH, NotNow, first_page

Drawn = Callable[[Canvas], None]


def sheet(draw: Drawn, size: tuple[float, float] = (595, 842)) -> bytes:
    """A PDF with one page like that."""
    out = BytesIO()
    canvas = Canvas(out, pagesize=size)
    draw(canvas)
    canvas.save()
    return out.getvalue()


def red(canvas: Canvas) -> None:
    """All of it red."""
    canvas.setFillColorRGB(1, 0, 0)
    canvas.rect(-1e5, -1e5, 2e5, 2e5, stroke=0, fill=1)


def picture(content: bytes) -> Image.Image:
    found = first_page(content)
    assert found is not None
    image = Image.open(BytesIO(found))
    image.load()
    return image


def test_the_first_page_is_drawn_in_its_colours() -> None:
    def red_then_blue(canvas: Canvas) -> None:
        red(canvas)
        canvas.showPage()
        canvas.setFillColorRGB(0, 0, 1)
        canvas.rect(0, 0, 9999, 9999, fill=1)

    image = picture(sheet(red_then_blue))
    assert image.size == (181, HEIGHT)
    assert image.convert("RGB").getcolors() == [(181 * HEIGHT, (255, 0, 0))]


def test_what_is_written_can_be_seen_on_white_paper() -> None:
    image = picture(pdf("Total 12.50 EUR")).convert("L")
    assert image.getpixel((0, 0)) == 255
    assert min(image.tobytes()) < 128


@pytest.mark.parametrize("size", [(1e6, 1e6), (1, 1e6), (1e6, 1), (3, 4), (0.01, 0.01), (0, 0)])
def test_a_page_of_any_size_is_no_larger_than_asked(size: tuple[float, float]) -> None:
    image = picture(sheet(red, size))
    assert image.width <= WIDTH + 1
    assert image.height <= HEIGHT + 1


def test_ten_thousand_pages_are_one_to_look_at() -> None:
    content = bomb(pages=10_000, megabytes=0)
    assert content.count(b"/Type /Page ") == 10_000
    assert picture(content).height == WIDTH


def locked() -> bytes:
    writer = PdfWriter(BytesIO(pdf("Total 12.00 EUR")))
    writer.encrypt("secret", algorithm="RC4-128")
    out = BytesIO()
    writer.write(out)
    return out.getvalue()


@pytest.mark.parametrize(
    "content",
    [
        b"%PDF-1.7 and then nothing",
        b"",
        b"\x89PNG\r\n\x1a\n not a PDF",
        b"%PDF-1.7\n" + bytes(range(256)) * 4000,
        pdf("cut off")[:300],
        locked(),
    ],
    ids=["nothing", "empty", "picture", "noise", "cut off", "encrypted"],
)
def test_what_cannot_be_drawn_has_no_picture(content: bytes) -> None:
    assert first_page(content) is None


def test_what_is_never_done_is_given_up() -> None:
    """Six forms, each of which draws the one before a hundred times."""

    def without_end(canvas: Canvas) -> None:
        canvas.beginForm("0")
        canvas.circle(300, 400, 200, fill=1)
        canvas.endForm()
        for n in range(1, 7):
            canvas.beginForm(str(n))
            for _ in range(100):
                canvas.doForm(str(n - 1))
            canvas.endForm()
        canvas.doForm("6")

    assert first_page(sheet(without_end), seconds=1) is None


def test_what_unpacks_to_very_much_is_given_up() -> None:
    assert first_page(bomb(pages=1, megabytes=200), seconds=1) is None


def test_a_script_in_a_pdf_is_not_run() -> None:
    """It would never end."""
    writer = PdfWriter(BytesIO(pdf("Total 12.00 EUR")))
    script = DictionaryObject(
        {NameObject("/S"): NameObject("/JavaScript"), NameObject("/JS"): TextStringObject("while (true) {}")}
    )
    writer.root_object[NameObject("/OpenAction")] = script
    out = BytesIO()
    writer.write(out)
    assert b"/OpenAction" in out.getvalue()
    assert picture(out.getvalue()).height == HEIGHT


def test_one_that_cannot_have_its_turn_is_told_from_one_that_cannot_be_drawn(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(drawing, "_TURNS", BoundedSemaphore(1))
    monkeypatch.setattr(drawing, "_LONGEST_WAIT", 0.01)
    with drawing._TURNS, pytest.raises(NotNow):
        first_page(pdf("Total"))
    assert first_page(pdf("Total"))


def test_the_program_finds_its_library_by_itself() -> None:
    assert sys.modules.get("pypdfium2") is None, "what strangers made is never opened in this process"
