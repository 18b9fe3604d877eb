"""Traffic for the sandbox, drawn from its own OpenAPI document: mostly what makes sense, some of it nonsense."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import quote

from hypothesis import strategies as st

Schema = Mapping[str, Any]

ODD: st.SearchStrategy[Any] = st.sampled_from(
    [
        0,
        -1,
        1.5,
        1e300,
        10**30,
        -(2**63),
        True,
        None,
        "",
        "é🦄",
        "\x00",
        "x" * 300,
        "2026-02-30",
        [],
        [[]],
        {},
    ]
) | st.sampled_from([{"id": {"id": 1}}, [{"kind": []}], [None], "9999-12-31", "0001-01-01T00:00:00Z"])
DAYS = st.sampled_from(["2026-02-27", "2026-03-01", "2026-03-02", "2026-03-31", "2026-04-01"])
WORDS = st.sampled_from(
    ["x", "Design", "Ada", "9:00am", "14:30", "a@b.example", "EUR", "send", "close", "draft"]
)
NUMBERS = st.sampled_from([0, 0.25, 1, 2, 7.5, 100, 12.345])
ROLES = (*["admin"] * 12, "manager", "manager", "member", "member", "other", "stranger")


@dataclass(frozen=True)
class Operation:
    """One method on one path of the document."""

    method: str
    path: str
    query: Mapping[str, Schema]
    kinds: Mapping[str, Schema]
    """Content type → what the body may say."""
    statuses: frozenset[int]
    """What it may answer."""

    def __str__(self) -> str:
        return f"{self.method} {self.path}"


@dataclass(frozen=True)
class Request:
    """What is sent for an operation."""

    operation: Operation
    who: str
    path: str
    query: Mapping[str, Any] = field(default_factory=dict)
    body: Mapping[str, Any] | None = None
    style: str = "json"
    """``json``, ``form`` or ``query``: where the body travels."""


def operations(document: Schema) -> list[Operation]:
    """Everything the document names."""
    found = []
    for path, methods in document["paths"].items():
        for method, said in methods.items():
            query = {p["name"]: p["schema"] for p in said["parameters"] if p.get("in") == "query"}
            kinds = {
                kind: one["schema"] for kind, one in said.get("requestBody", {}).get("content", {}).items()
            }
            statuses = frozenset(map(int, said["responses"]))
            found.append(Operation(method.upper(), path, query, kinds, statuses))
    return found


def requests(known: Sequence[Operation], ids: Mapping[str, Sequence[int]]) -> st.SearchStrategy[Request]:
    """One request; *ids* are those of the account, by the kind of thing, and under ``""`` those of others."""
    # The same share for reading and each way of writing, or lists would be most of the traffic.
    by_method = {
        method: st.sampled_from([one for one in known if one.method == method])
        for method in ("GET", "POST", "PATCH", "DELETE")
    }
    methods = st.sampled_from(["GET", "POST", "POST", "PATCH", "PATCH", "DELETE"])
    return methods.flatmap(by_method.__getitem__).flatmap(lambda one: _request(one, ids))


@st.composite
def _request(draw: st.DrawFn, one: Operation, ids: Mapping[str, Sequence[int]]) -> Request:
    steps = []
    for n, step in enumerate(one.path.split("/")):
        if not step.startswith("{"):
            steps.append(step)
            continue
        value = draw(_id(ids, one.path.split("/")[n - 1]))
        steps.append(quote(str(value), safe=""))
    query = draw(_object(one.query, ids, full=one.path.startswith("/reports")))
    schema = one.kinds.get("application/json")
    body = draw(_object(schema["properties"], ids, schema.get("required", ()))) if schema else None
    style = draw(st.sampled_from(["json", "json", "form", "query"]))
    return Request(one, draw(st.sampled_from(ROLES)), "/".join(steps), query, body, style)


@st.composite
def _id(draw: st.DrawFn, ids: Mapping[str, Sequence[int]], kind: str) -> Any:
    """Mostly one that is there, sometimes one of other kinds, other accounts, or none at all."""
    everything = sorted({one for known in ids.values() for one in known})
    luck = draw(st.integers(0, 19))
    if luck == 19:
        return draw(st.sampled_from([0, -1, 10**18, 10**30, "me", "x", "1.5", "é"]))
    return draw(st.sampled_from(everything if luck == 18 else sorted(ids.get(kind) or everything)))


@st.composite
def _object(
    draw: st.DrawFn,
    fields: Mapping[str, Schema],
    ids: Mapping[str, Sequence[int]],
    required: Sequence[str] = (),
    *,
    full: bool = False,
) -> dict[str, Any]:
    rest = sorted(set(fields) - set(required))
    some = draw(st.lists(st.sampled_from(rest), max_size=4, unique=True)) if rest else []
    names = [*(fields if full else ()), *required, *some]
    said = {name: draw(_value(name, fields[name], ids)) for name in dict.fromkeys(names)}
    if draw(st.integers(0, 9)) == 9 and fields:
        said[draw(st.sampled_from(sorted(fields)))] = draw(ODD)
    return said


def _value(name: str, schema: Schema, ids: Mapping[str, Sequence[int]]) -> st.SearchStrategy[Any]:
    """What fits *schema*: ids by the parameter's name, everything else by its type."""
    kind = f"{name.removesuffix('_id').removesuffix('_ids').removesuffix('y')}"
    plural = kind + ("ies" if name.removesuffix("_id").endswith("y") else "s")
    plural = {"teammates": "users"}.get(plural, plural)
    if name.endswith("_id") and plural in ids:
        return _id(ids, plural)
    if name.endswith("_ids") and plural in ids:
        return st.lists(_id(ids, plural), max_size=3)
    if "enum" in schema:
        return st.sampled_from(list(schema["enum"]))
    types = schema.get("type", [])
    match types if isinstance(types, str) else next((one for one in types if one != "null"), None):
        case "integer":
            return st.integers(-1, 40)
        case "number":
            return NUMBERS
        case "boolean":
            return st.booleans()
        case "array":
            return st.lists(_value(name.removesuffix("s"), schema["items"], ids), max_size=3)
        case "object":
            needed = schema.get("required", ())
            return _object(schema["properties"], ids, needed)
    return DAYS if schema.get("format", "").startswith("date") else WORDS
