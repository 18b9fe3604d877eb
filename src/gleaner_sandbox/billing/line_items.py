"""The lines of a document: created, appended, changed, removed.  Source: api.md §17.1 *line_items*."""

from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from gleaner_sandbox import shapes
from gleaner_sandbox.rules import coerce, fields
from gleaner_sandbox.rules.fields import Field
from gleaner_sandbox.rules.totals import times
from gleaner_sandbox.schemas import FLAG, INT, NUMBER, STRING, Schema, maybe, shape, taken
from gleaner_sandbox.state import Books
from gleaner_sandbox.tables import PROJECTS, Row, Table
from gleaner_sandbox.wire.answers import invalid, missing
from gleaner_sandbox.wire.call import Call

_IDS = Table("line_item_ids", first_id=53_300_001)
"""Always empty: lines live in their document, and only take their ids from here, so that none comes back."""
_OWN = {
    "id": INT,
    "kind": STRING,
    "description": maybe(STRING),
    "quantity": NUMBER,
    "unit_price": NUMBER,
    "amount": NUMBER,
    "taxed": FLAG,
    "taxed2": FLAG,
}


def line_shape(declared: Sequence[Field]) -> Schema:
    """A line as it is shown, of the documents whose lines may say what is *declared*."""
    has_project = any(field.name == "project_id" for field in declared)
    return shape({**_OWN, "project": maybe(shapes.PROJECT)} if has_project else _OWN)


def line_given(declared: Sequence[Field]) -> Schema:
    """A line of a write: a new one, or with an ``id`` one that is there."""
    known = {"id": INT, **{field.name: taken(field) for field in declared}, "_destroy": FLAG}
    return {"type": "object", "properties": known}


def render(books: Books, line: Row) -> Row:
    """One line.  The project is null when the line has none, and when it was deleted (uncertain)."""
    shown = shapes.picked(line, _OWN)
    if "project_id" not in line:
        return shown
    project = books.get(PROJECTS, line["project_id"])
    return {**shown, "project": project and shapes.project(project)}


def fresh_ids(books: Books, how_many: int) -> list[int]:
    """Ids nobody had before."""
    taken = [row["id"] for row in books.insert_all(_IDS, [{}] * how_many)]
    books.delete_where(_IDS, "1")
    return taken


def numbered(books: Books, lines: Iterable[Row]) -> list[Row]:
    """New *lines*, with ids and amounts."""
    known = list(lines)
    return [
        {"id": fresh, **priced(line)} for fresh, line in zip(fresh_ids(books, len(known)), known, strict=True)
    ]


def priced(line: Row) -> Row:
    """*line* with its amount."""
    return {**line, "amount": float(times(line["quantity"], line["unit_price"]))}


def merged(call: Call, declared: Sequence[Field], known: Sequence[Row], given: Sequence[Any]) -> list[Row]:
    """The *known* lines after a write said *given* about them; those it does not mention stay.

    With an id: that line changes in the keys that are given, or goes with ``_destroy``.  Without: it is appended,
    unless it names nothing but its kind (dropped without a word, 3AP tests).  An id that is not there is a 404, as
    in Rails (uncertain).
    """
    lines = {line["id"]: line for line in known}
    fresh = []
    for element in given:
        if not isinstance(element, dict):
            raise invalid("Line items is invalid")
        line_id, gone = _address(element)
        if line_id is not None and line_id not in lines:
            raise missing()
        if line_id is None:
            if not gone and _says_something(declared, element):
                fresh.append(_read(call, declared, element))
        elif gone:
            del lines[line_id]
        else:
            changed = {**lines[line_id], **_read(call, declared, element, partly=True)}
            lines[line_id] = priced(changed)
    return [*lines.values(), *numbered(call.books, fresh)]


def _address(element: Mapping[str, Any]) -> tuple[int | None, bool]:
    """The line an element is about, and whether it shall go."""
    try:
        return coerce.whole(element.get("id")), bool(coerce.flag(element.get("_destroy")))
    except ValueError as error:
        raise invalid(f"Line items {error}") from error


def _says_something(declared: Sequence[Field], element: Mapping[str, Any]) -> bool:
    return any(field.name != "kind" and not coerce.is_blank(element.get(field.name)) for field in declared)


def _read(
    call: Call, declared: Sequence[Field], element: Mapping[str, Any], *, partly: bool = False
) -> dict[str, Any]:
    values, problems = fields.read(declared, element, partly=partly)
    project_id = values.get("project_id")
    if project_id is not None and call.books.get(PROJECTS, project_id) is None:
        # Of another client is fine, of nobody is not (both uncertain).
        problems.append("Project can't be blank")
    if problems:
        raise invalid(*(f"Line items {problem[0].lower()}{problem[1:]}" for problem in problems))
    return values
