"""Untrusted text made safe to show on one line."""

from __future__ import annotations

LINE_LIMIT = 2000


def shown(text: str) -> str:
    """*text* with what a terminal would obey, or what turns reading direction around, made visible.

    >>> shown("Design\\x1b[2J review")
    'Design�[2J review'
    """
    if text.isprintable() and len(text) <= LINE_LIMIT:
        return text
    # Printable excludes control and format characters, the bidirectional ones among them.
    line = "".join(letter if letter.isprintable() else "�" for letter in text)
    return line if len(line) <= LINE_LIMIT else f"{line[: LINE_LIMIT - 1]}…"
