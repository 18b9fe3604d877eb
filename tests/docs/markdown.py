"""What the tests ask of a Markdown page: its fenced examples, its links, its headings."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from textwrap import dedent

ROOT = Path(__file__).parents[2]
PAGES = sorted(
    [*ROOT.glob("*.md"), *(ROOT / "docs").rglob("*.md"), ROOT / "src" / "gleaner_sandbox" / "README.md"]
)

_FENCE = re.compile(r"^( *)```(\S*)(?: +(\S+))?\n(.*?)^\1```$", re.MULTILINE | re.DOTALL)
_LINK = re.compile(r"(?<!!)\[[^\]\n]+\]\(([^)\s]+)\)")
_HEADING = re.compile(r"^#+ (.+)$", re.MULTILINE)
_CODE = re.compile(r"`[^`\n]*`")


@dataclass(frozen=True)
class Example:
    """A fenced block. ``mark`` says what a test does with it: *test* runs it, *server* starts it and leaves it."""

    language: str
    mark: str
    text: str


def examples(page: str) -> Iterator[Example]:
    """The fenced blocks of *page* in order."""
    for indent, language, mark, text in _FENCE.findall(page):
        yield Example(language, mark, dedent(text) if indent else text)


def links(page: str) -> list[str]:
    """Where the links of *page* lead, except those in code."""
    return _LINK.findall(_CODE.sub("", _FENCE.sub("", page)))


def anchors(page: str) -> set[str]:
    """The names of the headings of *page*, as links write them."""
    found = (
        _CODE.sub(lambda code: code.group()[1:-1], text) for text in _HEADING.findall(_FENCE.sub("", page))
    )
    return {re.sub(r"[^\w\- ]", "", heading.lower()).replace(" ", "-") for heading in found}
