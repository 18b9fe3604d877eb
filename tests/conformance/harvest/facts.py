"""Harvest's API as a table: ``facts.txt`` read into values."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import date, datetime
from decimal import Decimal
from pathlib import Path

TABLE = Path(__file__).with_name("facts.txt")
_TIME = re.compile(r"^(\d{1,2}:\d{2}[ap]m|\d{2}:\d{2})$")
_MOMENT = re.compile(r"^\d{4}-\d{2}-\d{2}T\d{2}:\d{2}:\d{2}Z$")


@dataclass(frozen=True)
class Fact:
    """One field of an object."""

    name: str
    type: str
    """``int string bool number date datetime time``, ``{a,b}`` or ``[...]``."""
    nullable: bool
    seen_with: str = ""
    """``rates`` or ``costs``: whose permission it takes to see it."""

    def wrong(self, value: object) -> str:
        """Why *value* cannot be this field; empty when it can.

        >>> Fact("hours", "number", False).wrong("1.5")
        "hours: '1.5' is no number"
        >>> Fact("client", "{id,name}", False).wrong({"id": 1})
        'client: it lacks name'
        """
        if value is None:
            return "" if self.nullable else f"{self.name}: null"
        if self.type.startswith("["):
            return self._wrong_list(value)
        if self.type.startswith("{"):
            return _wrong_object(self.name, self.type, value)
        return "" if _is(self.type, value) else f"{self.name}: {value!r} is no {self.type}"

    def _wrong_list(self, value: object) -> str:
        if not isinstance(value, list):
            return f"{self.name}: {value!r} is no list"
        inner = Fact(f"{self.name}[]", self.type[1:-1], nullable=False)
        return next((wrong for item in value if (wrong := inner.wrong(item))), "")


@dataclass(frozen=True)
class Endpoint:
    """One method on one path."""

    method: str
    path: str
    names: tuple[str, ...] = ()
    """Parameters of the query or the body, without those of paging."""
    required: frozenset[str] = frozenset()
    paging: str = ""
    """``page`` or ``cursor`` for lists."""

    def __str__(self) -> str:
        return f"{self.method} {self.path}"


@dataclass
class Resource:
    name: str
    model: str
    """A class of ``gleaner.adapters.harvest.wire``."""
    fields: list[Fact] = field(default_factory=list)
    endpoints: list[Endpoint] = field(default_factory=list)


def resources() -> list[Resource]:
    """Everything in the table."""
    found: list[Resource] = []
    for line in TABLE.read_text(encoding="utf-8").splitlines():
        words = line.split()
        if not words or line.startswith("#"):
            continue
        if words[0] == "==":
            found.append(Resource(words[1], words[2]))
        elif words[0] in ("GET", "POST", "PATCH", "DELETE"):
            found[-1].endpoints.append(_endpoint(words))
        else:
            name, kind, *rest = words
            found[-1].fields.append(Fact(name, kind.rstrip("?"), kind.endswith("?"), *rest))
    return found


def endpoints() -> Iterator[Endpoint]:
    """Every endpoint of every resource."""
    for resource in resources():
        yield from resource.endpoints


def _endpoint(words: list[str]) -> Endpoint:
    method, path, *rest = words
    said = [word for word in rest if word not in ("?", ":")]
    paging = next((word for word in said if word in ("page", "cursor")), "")
    names = [word for word in said if word != paging]
    required = frozenset(name.rstrip("!") for name in names if name.endswith("!"))
    return Endpoint(method, path, tuple(name.rstrip("!") for name in names), required, paging)


def _wrong_object(name: str, kind: str, value: object) -> str:
    if not isinstance(value, dict):
        return f"{name}: {value!r} is no object"
    lacking = [key for key in kind[1:-1].split(",") if key not in value]
    return f"{name}: it lacks {', '.join(lacking)}" if lacking else ""


def _is(kind: str, value: object) -> bool:
    match kind:
        case "bool":
            return isinstance(value, bool)
        case "int":
            return isinstance(value, int) and not isinstance(value, bool)
        case "number":
            return isinstance(value, int | float | Decimal) and not isinstance(value, bool)
        case "string":
            return isinstance(value, str)
        case "date":
            return isinstance(value, str) and _parses(date.fromisoformat, value) and len(value) == 10
        case "datetime":
            return (
                isinstance(value, str)
                and bool(_MOMENT.match(value))
                and _parses(datetime.fromisoformat, value)
            )
        case "time":
            return isinstance(value, str) and bool(_TIME.match(value))
    raise ValueError(f"the table says {kind!r}")


def _parses(read: object, text: str) -> bool:
    try:
        read(text)  # type: ignore[operator]
    except ValueError:
        return False
    return True
