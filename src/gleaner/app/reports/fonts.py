"""Letters for the PDF: a font of this machine that has them, else one of those every reader of PDFs brings along.

Names are written as they are in Latin, Greek and Cyrillic letters, and in Chinese, Japanese and Korean ones.
Right-to-left scripts are shown in the order of their letters, unjoined; what no font has becomes ``?``.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field
from functools import lru_cache
from itertools import groupby
from pathlib import Path
from typing import Any
from xml.sax.saxutils import escape

_FOLDERS = (
    "/usr/share/fonts", "/usr/local/share/fonts", "/Library/Fonts", "/System/Library/Fonts", "C:/Windows/Fonts",
)  # fmt: skip
_WANTED = (
    "DejaVuSans.ttf", "NotoSans-Regular.ttf", "LiberationSans-Regular.ttf", "Arial Unicode.ttf", "arial.ttf",
)  # fmt: skip
_KANA, _HANGUL, _HAN = "HeiseiKakuGo-W5", "HYSMyeongJo-Medium", "STSong-Light"


@dataclass
class Fonts:
    """The fonts of one document."""

    plain: str
    """For most letters."""
    _letters: frozenset[int] = frozenset()
    """What it has."""
    _east: dict[str, str] = field(default_factory=dict)

    def marked(self, text: str) -> str:
        """*text* as markup that names another font where the plain one lacks the letters."""
        pieces = []
        for font, letters in groupby(text, key=lambda each: self._font(each, text)):
            part = "".join(letters)
            if font is None:
                pieces.append("?" * len(part))
            elif font == self.plain:
                pieces.append(escape(part))
            else:
                pieces.append(f'<font name="{font}">{escape(part)}</font>')
        return "".join(pieces)

    def _font(self, letter: str, text: str) -> str | None:
        if ord(letter) in self._letters:
            return self.plain
        name = _eastern(letter, text)
        return self._registered(name) if name else None

    def _registered(self, name: str) -> str:
        if name not in self._east:
            from reportlab.pdfbase import pdfmetrics
            from reportlab.pdfbase.cidfonts import UnicodeCIDFont

            pdfmetrics.registerFont(UnicodeCIDFont(name))
            self._east[name] = name
        return name


def _eastern(letter: str, text: str) -> str:
    """The font for a Chinese, Japanese or Korean *letter*; which of the three the rest of *text* tells."""
    if not _is_within(
        letter, ((0x1100, 0x11FF), (0x2E80, 0x9FFF), (0xAC00, 0xD7AF), (0xF900, 0xFAFF), (0xFF00, 0xFFEF))
    ):
        return ""
    if any(_is_within(each, ((0x1100, 0x11FF), (0xAC00, 0xD7AF))) for each in text):
        return _HANGUL
    return _KANA if any(_is_within(each, ((0x3040, 0x30FF),)) for each in text) else _HAN


def _is_within(letter: str, blocks: Iterable[tuple[int, int]]) -> bool:
    return any(first <= ord(letter) <= last for first, last in blocks)


def fonts() -> Fonts:
    """Those to be had here, registered with reportlab."""
    from reportlab.pdfbase import pdfmetrics
    from reportlab.pdfbase.ttfonts import TTFError, TTFont

    for path in _found():
        try:
            font: Any = TTFont("GleanerSans", str(path))
        except TTFError:
            continue
        pdfmetrics.registerFont(font)
        return Fonts("GleanerSans", frozenset(font.face.charToGlyph))
    # Comes with reportlab: Western European letters only.
    font = TTFont("GleanerSans", "Vera.ttf")
    pdfmetrics.registerFont(font)
    return Fonts("GleanerSans", frozenset(font.face.charToGlyph))


@lru_cache(maxsize=1)
def _found() -> tuple[Path, ...]:
    """The wanted fonts that are on this machine, the best first."""
    folders = [Path(folder) for folder in _FOLDERS if Path(folder).is_dir()]
    by_name: dict[str, Path] = {}
    for folder in folders:
        for pattern in ("*.ttf", "*.TTF"):
            for path in folder.rglob(pattern):
                by_name.setdefault(path.name.lower(), path)
    return tuple(by_name[name.lower()] for name in _WANTED if name.lower() in by_name)
