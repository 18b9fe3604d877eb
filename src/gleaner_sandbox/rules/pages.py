"""Pages and cursors: the arithmetic, the links and the envelope of a list.  Source: api.md §4."""

import base64
import binascii
import json
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlencode

MAX_PER_PAGE = 2000
DEFAULT_PER_PAGE = 2000


def encode_cursor(after: Mapping[str, Any]) -> str:
    """The opaque text of a cursor.

    >>> decode_cursor(encode_cursor({"id": 300}))
    {'id': 300}
    """
    return base64.urlsafe_b64encode(
        json.dumps({"after": dict(after)}, separators=(",", ":")).encode()
    ).decode()


def decode_cursor(text: str) -> dict[str, Any] | None:
    """What the cursor stands after; None when *text* is no cursor of ours.

    >>> decode_cursor("rubbish") is None
    True
    """
    try:
        after = json.loads(base64.urlsafe_b64decode(text + "=" * (-len(text) % 4)))["after"]
    except (binascii.Error, ValueError, TypeError, KeyError):
        return None
    if not isinstance(after, dict):
        return None
    return after if all(_is_key(value) for value in after.values()) else None


def _is_key(value: Any) -> bool:
    """Whether *value* can be what a list is sorted by: a text or an id."""
    return isinstance(value, str) or (type(value) is int and abs(value) < 2**63)


def link(base: str, filters: Mapping[str, str], **extra: Any) -> str:
    """*base* with the caller's *filters* and the *extra* parameters, keys in alphabetical order.

    >>> link("http://h/v2/tasks", {"is_active": "true"}, page=2, per_page=50, ref="next")
    'http://h/v2/tasks?is_active=true&page=2&per_page=50&ref=next'
    """
    return f"{base}?{urlencode(sorted({**filters, **extra}.items()))}"


def total_pages(total: int, per_page: int) -> int:
    """How many pages *total* rows make; an empty list has one.

    >>> total_pages(0, 50), total_pages(50, 50), total_pages(51, 50)
    (1, 1, 2)
    """
    return max(1, -(-total // per_page))


@dataclass(frozen=True)
class Window:
    """Which part of a list was asked for, and how the answer says where the caller is."""

    url: str
    """The list's address without a query."""
    filters: Mapping[str, str]
    """The caller's other parameters; the links repeat them."""
    per_page: int
    page: int | None
    """The page that was asked for; None when a cursor was."""
    by_cursor: bool
    """Whether ``links.next`` is a cursor."""

    def envelope(self, total: int, next_after: Mapping[str, Any] | None, has_next: bool) -> dict[str, Any]:
        """Everything in the answer beside the rows.

        In cursor mode the first and last pages tell their number; the middle ones do not (docs).  The middle
        ones have no ``links.previous`` either, since nobody knows their number (uncertain).
        """
        last = total_pages(total, self.per_page)
        page = self.page if self.page is not None else (None if has_next else last)
        previous = page - 1 if page is not None and page > 1 else None
        following = page + 1 if page is not None and has_next else None
        return {
            "per_page": self.per_page,
            "total_pages": last,
            "total_entries": total,
            "next_page": following,
            "previous_page": previous,
            "page": page,
            "links": {
                "first": self._page_link(1, "first"),
                "next": self._next_link(following, next_after) if has_next else None,
                "previous": self._page_link(previous, "previous") if previous else None,
                "last": self._page_link(last, "last"),
            },
        }

    def _page_link(self, page: int, ref: str) -> str:
        return link(self.url, self.filters, page=page, per_page=self.per_page, ref=ref)

    def _next_link(self, page: int | None, after: Mapping[str, Any] | None) -> str:
        if self.by_cursor and after is not None:
            cursor = encode_cursor(after)
            return link(self.url, self.filters, cursor=cursor, per_page=self.per_page, ref="next_cursor")
        assert page is not None, "without cursors every page has a number"
        return self._page_link(page, "next")
