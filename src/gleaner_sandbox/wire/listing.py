"""Lists: conditions from the query, the order, the page or cursor, the envelope."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from typing import Any

from gleaner_sandbox.rules import coerce, pages
from gleaner_sandbox.tables import Row, Table
from gleaner_sandbox.wire.answers import Answer, encode, invalid
from gleaner_sandbox.wire.call import Call, ok

MANY = 5000
_POSITION = {"page", "per_page", "cursor", "ref"}
_CREDENTIALS = {"access_token", "account_id"}


@dataclass(frozen=True)
class Order:
    """How a list is sorted: by *columns*, all in one direction.  The last column makes it total."""

    columns: tuple[str, ...] = ("created_at", "id")
    descending: bool = True

    @property
    def sql(self) -> str:
        return ", ".join(f"{column} {'DESC' if self.descending else 'ASC'}" for column in self.columns)

    @property
    def behind(self) -> str:
        """The condition of the rows behind a cursor."""
        marks = ", ".join("?" * len(self.columns))
        return f"({', '.join(self.columns)}) {'<' if self.descending else '>'} ({marks})"


NEWEST_FIRST = Order()


@dataclass
class Conditions:
    """A WHERE clause in the making."""

    parts: list[str] = field(default_factory=list)
    args: list[Any] = field(default_factory=list)

    def add(self, part: str, *args: Any) -> None:
        self.parts.append(part)
        self.args.extend(args)

    @property
    def where(self) -> str:
        return " AND ".join(f"({part})" for part in self.parts) or "1"


def conditions(call: Call, *names: str, since: bool = True, **readers: Callable[[Any], Any]) -> Conditions:
    """What the query asks for: ids and flags by *names*, other columns by *readers*, ``updated_since`` if
    *since*.

    ``updated_since`` is strictly greater, at second precision (api.md §4).
    """
    read = {name: coerce.flag if name.startswith("is_") else coerce.whole for name in names} | readers
    found = Conditions()
    for name, reader in read.items():
        value = asked(call, name, reader)
        if value is not None:
            found.add(f"{name} = ?", value)
    moment = asked(call, "updated_since", coerce.moment) if since else None
    if moment is not None:
        found.add("updated_at > ?", moment)
    return found


def of_client(call: Call, found: Conditions) -> None:
    """Narrow a list of things that have a project to one client's, when the query names a ``client_id``."""
    client_id = asked(call, "client_id", coerce.whole)
    if client_id is not None:
        found.add("project_id IN (SELECT id FROM projects WHERE client_id = ?)", client_id)


def between(call: Call, found: Conditions, column: str) -> None:
    """Narrow a list to the days ``from`` and ``to`` of the query, both included; either may be absent."""
    for name, sign in (("from", ">="), ("to", "<=")):
        day = asked(call, name, coerce.any_day)
        if day is not None:
            found.add(f"{column} {sign} ?", day)


def asked(call: Call, name: str, reader: Callable[[Any], Any]) -> Any:
    """The query's value for *name*, None when it says nothing, or a 422 when it makes no sense (uncertain)."""
    try:
        return reader(call.params.get(name))
    except ValueError as error:
        raise invalid(f"Invalid {name}: {error}") from error


def window(call: Call, *, by_cursor: bool) -> tuple[pages.Window, dict[str, Any] | None]:
    """Which part of the list the query asks for, and what its cursor stands after."""
    per_page = asked(call, "per_page", coerce.whole)
    if per_page is None:
        per_page = pages.DEFAULT_PER_PAGE
    if not 1 <= per_page <= pages.MAX_PER_PAGE:
        # That it is refused is documented; the words are ours.
        raise invalid(f"per_page must be between 1 and {pages.MAX_PER_PAGE}")
    after = None
    if by_cursor and call.params.get("cursor"):
        after = pages.decode_cursor(str(call.params["cursor"]))
        if after is None:
            raise invalid("Invalid cursor")  # uncertain
    page = None if after else max(1, asked(call, "page", coerce.whole) or 1)
    filters = {
        name: str(value)
        for name, value in call.params.items()
        if name not in _POSITION | _CREDENTIALS and isinstance(value, str)
    }
    # A caller who counts pages goes on counting; one who does not gets cursors (api.md §4).
    cursors = by_cursor and (after is not None or "page" not in call.params)
    return pages.Window(call.url, filters, per_page, page, cursors), after


def listed(
    call: Call,
    key: str,
    table: Table,
    render: Callable[[Row], Row],
    asked_for: Conditions,
    *,
    order: Order = NEWEST_FIRST,
    by_cursor: bool = True,
    index: str | None = None,
    index_of_many: str | None = None,
    write: Callable[[Row], str] | None = None,
) -> Answer:
    """One page of the rows of *table* under *key*.

    *by_cursor* is for the lists that have cursors.  *index* finds the rows, *index_of_many* when they are so many
    that sorting them costs more than walking past others.  *write* gives a row as JSON text right away, for long
    lists that know a faster way than *render*.
    """
    part, after = window(call, by_cursor=by_cursor)
    total = call.books.count(table, asked_for.where, asked_for.args, index=index)
    reached = Conditions(list(asked_for.parts), list(asked_for.args))
    if after is not None:
        if set(after) != set(order.columns):
            raise invalid("Invalid cursor")
        reached.add(order.behind, *(after[column] for column in order.columns))
    rows = call.books.select(
        table,
        reached.where,
        reached.args,
        order=order.sql,
        limit=part.per_page + 1,
        offset=min(((part.page or 1) - 1) * part.per_page, total),
        index=index_of_many if index_of_many and total > MANY else index,
    )
    shown, has_next = rows[: part.per_page], len(rows) > part.per_page
    last = {column: shown[-1][column] for column in order.columns} if shown else None
    envelope = part.envelope(total, last, has_next)
    if write is not None:
        return ok(f'{{"{key}":[{",".join(map(write, shown))}],{encode(envelope)[1:]}')
    return ok({key: [render(row) for row in shown], **envelope})


def listed_here(call: Call, key: str, rows: Sequence[Row], *, by_cursor: bool = True) -> Answer:
    """One page of finished *rows* that no table holds.  With cursors each needs an ``id``, which they go by."""
    part, after = window(call, by_cursor=by_cursor)
    start = ((part.page or 1) - 1) * part.per_page
    if after is not None:
        ids = [row["id"] for row in rows]
        start = ids.index(after["id"]) + 1 if after.get("id") in ids else len(rows)
    shown = rows[start : start + part.per_page]
    last = {"id": shown[-1]["id"]} if shown and by_cursor else None
    return ok({key: list(shown), **part.envelope(len(rows), last, start + part.per_page < len(rows))})
