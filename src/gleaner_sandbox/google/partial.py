"""Partial responses: ``fields=items(id,organizer(email)),nextPageToken`` shows no more than that.

Source: Google APIs, *Performance tips*, partial responses.
"""

import re
from typing import Any

Wanted = dict[str, "Wanted"]
"""Names, each with what is wanted inside; empty: all of it."""
_TOKEN = re.compile(r"[A-Za-z0-9_*]+|[(),/]")


def parsed(text: str) -> Wanted:
    """Raises ValueError for what cannot be read.

    >>> parsed("a(b,c/d),e")
    {'a': {'b': {}, 'c': {'d': {}}}, 'e': {}}
    """
    tokens = _TOKEN.findall(text)
    if "".join(tokens) != text.replace(" ", ""):
        raise ValueError("Invalid field selection")
    wanted, rest = _names(tokens)
    if rest:
        raise ValueError("Invalid field selection")
    return wanted


def _names(tokens: list[str]) -> tuple[Wanted, list[str]]:
    wanted: Wanted = {}
    while tokens and tokens[0] not in "(),/":
        name, inside, tokens = tokens[0], Wanted(), tokens[1:]
        if tokens[:1] == ["("]:
            inside, tokens = _names(tokens[1:])
            if tokens[:1] != [")"]:
                raise ValueError("Invalid field selection")
            tokens = tokens[1:]
        elif tokens[:1] == ["/"]:
            one, _, tokens = tokens[1], None, tokens[2:]
            inside = {one: {}}
        wanted[name] = inside
        if tokens[:1] != [","]:
            break
        tokens = tokens[1:]
    return wanted, tokens


def cut(value: Any, wanted: Wanted) -> Any:
    """*value* with what is *wanted* only."""
    if not wanted:
        return value
    if isinstance(value, list):
        return [cut(one, wanted) for one in value]
    if isinstance(value, dict):
        return {name: cut(value[name], inside) for name, inside in wanted.items() if name in value}
    return value
