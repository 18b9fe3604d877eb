"""The page with the numbers: tables of text, and where each goes in ``docs/benchmarks.md``."""

from __future__ import annotations

import os
import platform
from collections.abc import Sequence
from pathlib import Path

PAGE = Path(__file__).parent.parent / "docs" / "benchmarks.md"


def table(columns: Sequence[str], rows: Sequence[Sequence[str]]) -> str:
    """A Markdown table, its first column left and the others right.

    >>> print(table(("seed", "hours"), [("1", "7.50")]))
    | seed | hours |
    |---|---:|
    | 1 | 7.50 |
    """
    rule = "|".join(["---", *["---:"] * (len(columns) - 1)])
    lines = [f"| {' | '.join(cells)} |" for cells in (columns, *rows)]
    return "\n".join([lines[0], f"|{rule}|", *lines[1:]])


def machine() -> str:
    """What the numbers were measured on; no name of it."""
    return (
        f"Python {platform.python_version()}, {platform.system()} {platform.machine()}, "
        f"{os.cpu_count()} cores shared with other work"
    )


def replaced(page: str, name: str, content: str) -> str:
    """*page* with *content* between the marks of the measurement *name*.

    >>> replaced("<!-- bench:x -->\\nold\\n<!-- /bench:x -->", "x", "new")
    '<!-- bench:x -->\\nnew\\n<!-- /bench:x -->'
    """
    begin, end = f"<!-- bench:{name} -->", f"<!-- /bench:{name} -->"
    if begin not in page or end not in page:
        raise ValueError(f'the page has no place marked "bench:{name}"')
    before, _, rest = page.partition(begin)
    _, _, after = rest.partition(end)
    return f"{before}{begin}\n{content.strip()}\n{end}{after}"


def write(name: str, content: str) -> None:
    """Put *content* into ``docs/benchmarks.md``."""
    PAGE.write_text(replaced(PAGE.read_text(encoding="utf-8"), name, content), encoding="utf-8")


def seeds(text: str) -> list[int]:
    """``1-3,7`` as numbers.

    >>> seeds("1-3,7")
    [1, 2, 3, 7]
    """
    found: list[int] = []
    for part in text.split(","):
        first, _, last = part.partition("-")
        found.extend(range(int(first), int(last or first) + 1))
    return found
