"""Rails' way of writing nested parameters as flat ones: ``external_reference[id]=12``, ``roles[]=Designer``.

Source: api.md §1 (official Postman collection: ``line_items[0]kind`` is its short form of
``line_items[0][kind]``).
"""

import re
from collections.abc import Iterable
from typing import Any

DEEPEST = 32
"""How deep parameters may nest; Rails has such a limit too, of 100."""

_BRACKET = re.compile(r"\[([^\[\]]*)\]|([^\[\]]+)")


def nest(pairs: Iterable[tuple[str, Any]]) -> dict[str, Any]:
    """Flat *pairs* as the object they describe.  A later plain value wins over an earlier one.

    >>> nest([("hours", "1.5"), ("external_reference[id]", "12"), ("external_reference[group_id]", "9")])
    {'hours': '1.5', 'external_reference': {'id': '12', 'group_id': '9'}}
    >>> nest([("teammate_ids[]", "1"), ("teammate_ids[]", "2")])
    {'teammate_ids': ['1', '2']}
    >>> nest([("line_items[1][kind]", "b"), ("line_items[0]kind", "a"), ("line_items[0][quantity]", "2")])
    {'line_items': [{'kind': 'a', 'quantity': '2'}, {'kind': 'b'}]}
    >>> nest([("x[][a]", "1"), ("x[][b]", "2"), ("x[][a]", "3")])
    {'x': [{'a': '1', 'b': '2'}, {'a': '3'}]}
    """
    root: dict[str, Any] = {}
    for name, value in pairs:
        _put(root, keys(name), value)
    return {key: _listed(value) for key, value in root.items()}


def keys(name: str) -> list[str]:
    """The steps of one parameter name; an empty step is ``[]``.

    >>> keys("a[0][kind]"), keys("a[0]kind"), keys("ids[]"), keys("plain"), keys("odd[")
    (['a', '0', 'kind'], ['a', '0', 'kind'], ['ids', ''], ['plain'], ['odd['])
    """
    head, bracket, rest = name.partition("[")
    if not head or not bracket or "]" not in rest:
        return [name]
    steps = [head, *(a or b for a, b in _BRACKET.findall(bracket + rest))]
    return steps if len(steps) <= DEEPEST else [name]


def _put(into: dict[str, Any], path: list[str], value: Any) -> None:
    key, *rest = path
    if not rest:
        into[key] = value
    elif rest == [""]:
        _list_at(into, key).append(value)
    elif rest[0] == "":
        _put(_open_element(_list_at(into, key), rest[1]), rest[1:], value)
    else:
        if not isinstance(into.get(key), dict):
            into[key] = {}
        _put(into[key], rest, value)


def _list_at(into: dict[str, Any], key: str) -> list[Any]:
    if not isinstance(into.get(key), list):
        into[key] = []
    items: list[Any] = into[key]
    return items


def _open_element(items: list[Any], key: str) -> dict[str, Any]:
    """The element that ``x[][key]`` belongs to: the last one, until *key* comes round again."""
    if not items or not isinstance(items[-1], dict) or key in items[-1]:
        items.append({})
    last: dict[str, Any] = items[-1]
    return last


def _listed(value: Any) -> Any:
    """*value* with every object whose keys are all numbers turned into the list it stands for."""
    if isinstance(value, list):
        return [_listed(item) for item in value]
    if not isinstance(value, dict):
        return value
    inner = {key: _listed(item) for key, item in value.items()}
    if inner and all(key.isascii() and key.isdigit() for key in inner):
        return [inner[key] for key in sorted(inner, key=int)]
    return inner
