"""Letters for the PDF: a font of this machine that has them, else one that most readers of PDFs bring along.

Names are written as they are in Latin, Greek and Cyrillic letters, and in Chinese, Japanese and Korean ones; these are
in the file where this machine has a TrueType font with them, otherwise the reader has to have one.
Right-to-left scripts are shown in the order of their letters, unjoined; what no font has becomes ``?``.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
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
_EAST = (
    "DroidSansFallbackFull.ttf", "wqy-zenhei.ttc", "wqy-microhei.ttc", "Arial Unicode.ttf", "msgothic.ttc",
    "malgun.ttf", "simsun.ttc",
)  # fmt: skip
_KANA, _HANGUL, _HAN = "HeiseiKakuGo-W5", "HYSMyeongJo-Medium", "STSong-Light"


@dataclass
class Fonts:
    """The fonts of one document."""

    plain: str
    """For most letters."""
    _letters: frozenset[int] = frozenset()
    """What it has."""
    _more: Mapping[str, frozenset[int]] | None = None
    """Others of this machine, and what they have; None: not looked for yet, which takes a moment."""
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
        if self._more is None:
            self._more = _eastern_fonts()
        for name, letters in self._more.items():
            if ord(letter) in letters:
                return name
        eastern = _eastern(letter, text)
        return self._registered(eastern) if eastern else None

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
    for path in _found(_WANTED):
        letters = _registered("GleanerSans", str(path))
        if letters:
            return Fonts("GleanerSans", letters)
    # Comes with reportlab: Western European letters only.
    return Fonts("GleanerSans", _registered("GleanerSans", "Vera.ttf"))


def _eastern_fonts() -> dict[str, frozenset[int]]:
    found = {}
    for number, path in enumerate(_found(_EAST)):
        letters = _registered(f"GleanerEast{number}", str(path))
        if letters:
            found[f"GleanerEast{number}"] = letters
    return found


def _registered(name: str, path: str) -> frozenset[int]:
    """What letters the font has, once reportlab knows it by *name*; none if it cannot be used."""
    from reportlab.pdfbase import pdfmetrics
    from reportlab.pdfbase.ttfonts import TTFError, TTFont

    try:
        font: Any = TTFont(name, path)
    except TTFError:
        return frozenset()
    pdfmetrics.registerFont(font)
    return frozenset(font.face.charToGlyph)


def _found(names: Sequence[str]) -> list[Path]:
    """Those fonts that are on this machine, in the same order."""
    here = _here()
    return [here[name.lower()] for name in names if name.lower() in here]


@lru_cache(maxsize=1)
def _here() -> dict[str, Path]:
    """The TrueType fonts of this machine, by name in lower case."""
    by_name: dict[str, Path] = {}
    for folder in map(Path, _FOLDERS):
        if folder.is_dir():
            for path in sorted(folder.rglob("*.tt[fc]")):
                by_name.setdefault(path.name.lower(), path)
    return by_name
