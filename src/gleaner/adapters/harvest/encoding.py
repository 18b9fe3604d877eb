"""How values look on their way to Harvest and back: queries, JSON, forms (``harvest/api`` §1). Pure."""

from __future__ import annotations

import json
from collections.abc import Mapping
from datetime import UTC, date, datetime
from decimal import Decimal
from typing import TypeAlias

Raw: TypeAlias = dict[str, object]
"""One JSON object as Harvest sent it; numbers with a point are ``Decimal``."""
Params: TypeAlias = Mapping[str, str | int | bool | date | datetime | None]


def query(params: Params) -> dict[str, str]:
    """*params* as Harvest reads them; None is left out.

    >>> query({"is_active": True, "from": date(2026, 3, 2), "user_id": 7, "page": None})
    {'is_active': 'true', 'from': '2026-03-02', 'user_id': '7'}
    """
    return {name: _written(value) for name, value in params.items() if value is not None}


def from_json(text: str | bytes) -> Raw:
    """The object *text* holds. Raises ValueError when it holds anything else.

    >>> from_json('{"hours": 0.83}')
    {'hours': Decimal('0.83')}
    """
    found = json.loads(text, parse_float=Decimal)
    if not isinstance(found, dict):
        raise ValueError(f"expected an object, not {type(found).__name__}")
    return found


def to_json(value: Mapping[str, object]) -> str:
    """*value* as JSON, the same text for the same value.

    >>> to_json({"hours": Decimal("0.83"), "spent_date": date(2026, 3, 2)})
    '{"hours":0.83,"spent_date":"2026-03-02"}'
    """
    return json.dumps(value, default=_encoded, sort_keys=True, separators=(",", ":"), ensure_ascii=False)


def form_field(value: object) -> str:
    """*value* as a field of a form."""
    match value:
        case str():
            return value
        case bool() | int() | date():
            return _written(value)
        case Decimal():
            return f"{value:f}"
        case _:
            raise TypeError(f"{value!r} cannot be sent to Harvest in a form")


def _written(value: str | int | bool | date | datetime) -> str:
    match value:
        case bool():
            return "true" if value else "false"
        case datetime():
            return f"{value.astimezone(UTC):%Y-%m-%dT%H:%M:%SZ}"
        case _:
            return str(value)


def _encoded(value: object) -> object:
    match value:
        case Decimal():
            # Written by repr, a float gives back every decimal of up to 15 digits unchanged: hours and money are.
            return float(value)
        case datetime():
            return _written(value)
        case date():
            return value.isoformat()
        case _:
            raise TypeError(f"{value!r} cannot be sent to Harvest")
