"""Long lists, page by page (``harvest/api`` §4).

Most lists are read by cursor, some by page number; both put the next page into ``links.next``. Only the query
of that link is used: host and path stay ours, so a strange link cannot carry the token elsewhere.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime
from urllib.parse import parse_qsl, urlsplit

from gleaner.adapters.harvest.encoding import Params, Raw, query
from gleaner.adapters.harvest.faults import garbled
from gleaner.adapters.harvest.transport import Transport
from gleaner.core.errors import Unavailable
from gleaner.core.phrases import phrase

PER_PAGE = 2000
"""The most Harvest gives; more is refused."""

# New objects at the top push known ones onto the next page, so one page without news is no loop yet.
_STALE_PAGES = 3


@dataclass(frozen=True)
class Page:
    items: list[Raw]
    """Objects not seen on an earlier page."""
    total: int | None
    """How many there are on all pages, as Harvest counted for this one."""
    asked_at: datetime | None
    """See :class:`.transport.Answer`."""
    repeats: int = 0
    """How many objects of earlier pages came again: the list moved while it was read."""


def pages(
    transport: Transport, path: str, key: str, params: Params | None = None, *, per_page: int = PER_PAGE
) -> Iterator[Page]:
    """Every page of a list, each fetched when it is asked for; *key* names the array.

    Raises Unavailable when the pages lead in a circle.
    """
    ask = query({**(params or {}), "per_page": per_page})
    asked = {_fingerprint(ask)}
    known: set[object] = set()
    stale = 0
    while True:
        answer = transport.get(path, ask)
        items = _objects(path, key, answer.body)
        fresh = [item for item in items if item.get("id") is None or item["id"] not in known]
        known.update(item["id"] for item in fresh if item.get("id") is not None)
        stale = stale + 1 if items and not fresh else 0
        total = _whole(answer.body.get("total_entries"))
        yield Page(fresh, total, answer.asked_at, repeats=len(items) - len(fresh))
        following = _following(answer.body, ask)
        if following is None:
            return
        if _fingerprint(following) in asked or stale >= _STALE_PAGES:
            raise Unavailable(
                phrase("Harvest's list {path} leads back to pages already read; try again later.", path=path)
            )
        asked.add(_fingerprint(following))
        ask = following


def items(transport: Transport, path: str, key: str, params: Params | None = None) -> Iterator[Raw]:
    """Every object of a list."""
    for page in pages(transport, path, key, params):
        yield from page.items


def _objects(path: str, key: str, body: Raw) -> list[Raw]:
    found = body.get(key)
    if not isinstance(found, list) or not all(isinstance(item, dict) for item in found):
        raise garbled("GET", path, f'it has no list "{key}"')
    return found


def _following(body: Raw, ask: Mapping[str, str]) -> dict[str, str] | None:
    links = body.get("links")
    if isinstance(links, dict) and links.get("next"):
        # Our filters stay even if the link forgets them: a list without its filter is another list.
        link = dict(parse_qsl(urlsplit(str(links["next"])).query, keep_blank_values=True))
        return {name: value for name, value in ask.items() if name not in ("page", "cursor")} | link
    if body.get("next_page") is not None:
        return {**ask, "page": str(body["next_page"])}
    return None


def _fingerprint(ask: Mapping[str, str]) -> tuple[tuple[str, str], ...]:
    return tuple(sorted(ask.items()))


def _whole(value: object) -> int | None:
    return value if isinstance(value, int) else None
