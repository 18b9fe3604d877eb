"""What is kept of an event's text: one line or a few, cleaned of control characters, of a bounded length."""

from __future__ import annotations

import re

_LONGEST_TITLE, _LONGEST_DESCRIPTION, _LONGEST_ADDRESS = 300, 4_000, 1_000
_CONTROL = re.compile(r"[\x00-\x08\x0b-\x1f\x7f]")


def title(text: str) -> str:
    """What an event is called.

    >>> title("  Apollo\\n review "), title("")
    ('Apollo review', '(no title)')
    """
    return one_line(text)[:_LONGEST_TITLE] or "(no title)"


def place(text: str) -> str:
    """Where it is."""
    return one_line(text)[:_LONGEST_TITLE]


def description(text: str) -> str:
    """What it says of itself."""
    return _CONTROL.sub("", text)[:_LONGEST_DESCRIPTION].strip()


def web_page(text: str) -> str:
    """The event's own page; only web addresses, because people will click on it."""
    url = text.strip()
    return url[:_LONGEST_ADDRESS] if url.lower().startswith(("https://", "http://")) else ""


def one_line(text: str) -> str:
    """*text* with its line breaks and control characters as single spaces."""
    return " ".join(_CONTROL.sub(" ", text).split())
