"""The shapes of answers, as JSON Schema: each resource declares its own once, beside the code that shows it.

A table of fields is a dict from name to schema, in the order of the answer::

    SHAPE = {"id": INT, "name": STRING, "notes": maybe(STRING), "created_at": MOMENT, "updated_at": MOMENT}
    WIDGET = declare("Widget", SHAPE)

    @endpoint("GET", "/widgets", "widgets.read", asks=("updated_since",), answers=paged("widgets", WIDGET))
    @endpoint("GET", "/widgets/{id}", "widgets.read", answers=WIDGET)

``/sandbox/openapi.json`` is made of them, and the tests hold answers against them.  Such a field table may also say
which keys of a row are shown: ``shapes.picked(row, SHAPE)``.  A reader of ``Field``s that is a module's own is
described with ``reads``.
"""

from collections.abc import Callable, Collection, Mapping
from functools import partial
from typing import Any

from gleaner_sandbox.rules import coerce
from gleaner_sandbox.rules.fields import Field

Schema = dict[str, Any]

INT: Schema = {"type": "integer"}
STRING: Schema = {"type": "string"}
FLAG: Schema = {"type": "boolean"}
NUMBER: Schema = {"type": "number"}
DAY: Schema = {"type": "string", "format": "date"}
MOMENT: Schema = {"type": "string", "format": "date-time"}
TIME: Schema = {"type": "string", "pattern": r"^(\d{1,2}:\d\d[ap]m|\d\d:\d\d)$"}
"""A time of day in the company's ``clock`` style."""
FILE: Schema = {"type": "string", "format": "binary"}
"""Bytes: a part of a multipart body."""

ALL: dict[str, Schema] = {}
"""The declared schemas, by name."""

PAGING = "x-paging"
"""Marks the schema of a list: ``cursor`` when it has cursors, ``page`` when it has pages only (api.md §4)."""


def maybe(schema: Schema) -> Schema:
    """*schema* or null.

    >>> maybe(INT)
    {'type': ['integer', 'null']}
    """
    if isinstance(schema.get("type"), str):
        return {**schema, "type": [schema["type"], "null"]}
    return {"anyOf": [schema, {"type": "null"}]}


def many(schema: Schema) -> Schema:
    """A list of them."""
    return {"type": "array", "items": schema}


def one_of(*words: str) -> Schema:
    """One of the *words*."""
    return {"type": "string", "enum": list(words)}


def shape(fields: Mapping[str, Schema], *, sometimes: Collection[str] = ()) -> Schema:
    """An object with these fields.  Those named in *sometimes* are missing for callers who may not see them.

    >>> shape({"id": INT})
    {'type': 'object', 'properties': {'id': {'type': 'integer'}}, 'required': ['id']}
    """
    always = [name for name in fields if name not in sometimes]
    return {"type": "object", "properties": dict(fields), "required": always}


def declare(name: str, fields: Mapping[str, Schema], *, sometimes: Collection[str] = ()) -> Schema:
    """Give an object a *name* of its own; the reference to it is what other schemas use."""
    assert name not in ALL, f"two schemas are called {name}"
    ALL[name] = shape(fields, sometimes=sometimes)
    return {"$ref": f"#/components/schemas/{name}"}


LINKS = declare("Links", {"first": STRING, "next": maybe(STRING), "previous": maybe(STRING), "last": STRING})


def paged(key: str, item: Schema, *, by_cursor: bool = True) -> Schema:
    """A page of a list: *item*s under *key*, and where the caller is."""
    envelope = {
        "per_page": INT,
        "total_pages": INT,
        "total_entries": INT,
        "next_page": maybe(INT),
        "previous_page": maybe(INT),
        "page": maybe(INT),
        "links": LINKS,
    }
    return {**shape({key: many(item), **envelope}), PAGING: "cursor" if by_cursor else "page"}


_READERS: dict[Callable[[Any], Any], Schema] = {
    coerce.text: STRING,
    coerce.flag: FLAG,
    coerce.number: NUMBER,
    coerce.part: NUMBER,
    coerce.hours: NUMBER,
    coerce.whole: INT,
    coerce.day: DAY,
    coerce.any_day: DAY,
    coerce.moment: MOMENT,
    coerce.texts: many(STRING),
    coerce.whole_items: many(INT),
}


def reads(reader: Callable[[Any], Any], schema: Schema) -> None:
    """Say what a module's own *reader* of parameters takes."""
    _READERS[reader] = schema


def taken(field: Field) -> Schema:
    """What *field* takes in a body; anything when nobody said.

    >>> taken(Field("name", coerce.text, required=True, longest=255))
    {'type': 'string', 'maxLength': 255}
    >>> taken(Field("rate", coerce.number, 0.0))
    {'type': ['number', 'null'], 'default': 0.0}
    """
    choices = field.read.keywords.get("choices") if isinstance(field.read, partial) else None
    known = one_of(*choices) if choices else _READERS.get(field.read, {})
    schema = dict(known) if field.required or not known or known is FILE else maybe(known)
    if choices and not field.required:
        schema["enum"] = [*choices, None]
    if field.longest:
        schema["maxLength"] = field.longest
    if field.default is not None:
        schema["default"] = field.default
    return schema
