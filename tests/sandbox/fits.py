"""Whether answers are what ``/sandbox/openapi.json`` says: a small part of JSON Schema, read strictly."""

import re
from collections.abc import Iterator
from datetime import date, datetime
from typing import Any

import httpx2

from gleaner_sandbox import schemas
from gleaner_sandbox.schemas import Schema
from gleaner_sandbox.wire.endpoints import Router

_TYPES: dict[str, tuple[type, ...]] = {
    "object": (dict,),
    "array": (list,),
    "string": (str,),
    "integer": (int,),
    "number": (int, float),
    "boolean": (bool,),
    "null": (type(None),),
}
_FORMATS = {"date": date.fromisoformat, "date-time": datetime.fromisoformat}


def misfits(schema: Schema, value: Any, at: str = "$") -> Iterator[str]:
    """Where *value* is not what *schema* says.  Stricter than JSON Schema: a key that nobody declared is a misfit.

    >>> list(misfits(schemas.shape({"id": schemas.INT}), {"id": "1", "name": "x"}))
    ["$.id: '1' is no integer", '$: not declared: name']
    >>> list(misfits(schemas.maybe(schemas.DAY), "2026-02-30"))
    ["$: '2026-02-30' is no date"]
    >>> list(misfits(schemas.NUMBER, -0.0))
    ['$: -0.0 has a sign']
    """
    if "$ref" in schema:
        yield from misfits(schemas.ALL[schema["$ref"].rpartition("/")[2]], value, at)
    elif "anyOf" in schema:
        tried = [list(misfits(one, value, at)) for one in schema["anyOf"]]
        if all(tried):
            yield from tried[0]
    elif not _has_type(value, schema.get("type")):
        yield f"{at}: {value!r} is no {schema['type']}"
    elif isinstance(value, dict):
        yield from _object(schema, value, at)
    elif isinstance(value, list):
        for n, item in enumerate(value):
            yield from misfits(schema.get("items", {}), item, f"{at}[{n}]")
    elif isinstance(value, str):
        yield from _text(schema, value, at)
    elif value == 0 and str(value).startswith("-"):
        yield f"{at}: {value!r} has a sign"


def _object(schema: Schema, value: dict[str, Any], at: str) -> Iterator[str]:
    known = schema["properties"]
    for name in schema.get("required", ()):
        if name not in value:
            yield f"{at}: missing: {name}"
    for name, inner in value.items():
        if name in known:
            yield from misfits(known[name], inner, f"{at}.{name}")
        else:
            yield f"{at}: not declared: {name}"


def _text(schema: Schema, value: str, at: str) -> Iterator[str]:
    if value not in schema.get("enum", [value]):
        yield f"{at}: {value!r} is none of {schema['enum']}"
    if not re.search(schema.get("pattern", ""), value):
        yield f"{at}: {value!r} does not match {schema['pattern']}"
    if "format" in schema:
        try:
            _FORMATS[schema["format"]](value)
        except ValueError:
            yield f"{at}: {value!r} is no {schema['format']}"


def _has_type(value: Any, said: str | list[str] | None) -> bool:
    if said is None:
        return True
    names = [said] if isinstance(said, str) else said
    fitting = [name for name in names if isinstance(value, _TYPES[name])]
    # To Python, True is an integer.
    return "boolean" in names if isinstance(value, bool) else bool(fitting)


_ROUTER = Router()


def problems(answer: httpx2.Response) -> list[str]:
    """What does not fit in an answer of the API that is no refusal; nothing is said of other answers."""
    place = answer.request.url.path.removeprefix("/api").rstrip("/")
    if not answer.is_success or not place.startswith("/v2/"):
        return []
    found = _ROUTER.find(answer.request.method, place.removeprefix("/v2"))
    if found is None or found[0].answers is None:
        return []
    try:
        body = answer.json()
    except ValueError:  # garbled on purpose
        return []
    return list(misfits(found[0].answers, body))[:5]
