"""``GET /sandbox/openapi.json``: what the sandbox serves under ``/v2``, made from the endpoints themselves."""

from importlib.metadata import version
from typing import Any

from gleaner_sandbox import schemas
from gleaner_sandbox.schemas import DAY, FLAG, INT, MOMENT, STRING, Schema, shape
from gleaner_sandbox.wire.endpoints import ENDPOINTS, Endpoint, discover

_ABOUT = (
    "What gleaner-sandbox serves: the Harvest API v2 as far as it imitates it, not Harvest's own description. "
    "Writes are read from JSON, forms, multipart bodies and the query alike, also with Rails brackets; "
    "scalars may be strings, and unknown parameters are ignored. Fields that are not required in an answer "
    "are missing for people who may not see them."
)
_JSON = "application/json"
_FORM = "application/x-www-form-urlencoded"
_PARTS = "multipart/form-data"
_QUERY: dict[str, Schema] = {
    "from": DAY,
    "to": DAY,
    "updated_since": MOMENT,
    "external_reference_id": STRING,
    "approval_status": {"type": "string", "enum": ["unsubmitted", "submitted", "approved"]},
    "include_fixed_fee": FLAG,
    "thank_you": FLAG,
    "reminder": FLAG,
}
"""What filters take that are no fields of what is listed, and no ids."""
_ERRORS: dict[int, tuple[str, Schema]] = {
    400: ("No User-Agent, or malformed JSON", shape({"status": INT, "error": STRING, "message": STRING})),
    401: ("The token or the account is wrong", shape({"error": STRING, "error_description": STRING})),
    403: ("No permission", shape({"message": STRING})),
    404: ("Not there, or not visible", shape({"status": INT, "error": STRING})),
    422: ("A parameter or the state of things does not fit", shape({"message": STRING})),
}


def document(root: str) -> Schema:
    """The OpenAPI 3.1 document of the server at *root*."""
    discover()
    paths: dict[str, Schema] = {}
    for known in sorted(ENDPOINTS, key=lambda e: (e.path, e.method)):
        paths.setdefault(_path(known), {})[known.method.lower()] = _operation(known)
    errors = {
        str(status): {"description": about, "content": {_JSON: {"schema": body}}}
        for status, (about, body) in _ERRORS.items()
    }
    throttled = {
        "description": "Too many requests",
        "headers": {"Retry-After": {"schema": INT}},
        "content": {"text/html": {"schema": STRING}},
    }
    account = {"name": "Harvest-Account-Id", "in": "header", "required": True, "schema": INT}
    agent = {"name": "User-Agent", "in": "header", "required": True, "schema": STRING}
    return {
        "openapi": "3.1.0",
        "info": {"title": "gleaner-sandbox", "version": version("gleaner"), "description": _ABOUT},
        "servers": [{"url": f"{root}/v2"}],
        "security": [{"bearer": []}],
        "paths": paths,
        "components": {
            "schemas": dict(sorted(schemas.ALL.items())),
            "responses": {**errors, "429": throttled},
            "parameters": {"account": account, "agent": agent},
            "securitySchemes": {"bearer": {"type": "http", "scheme": "bearer"}},
        },
    }


def _path(known: Endpoint) -> str:
    """The path with a name of its own for each id.

    >>> from gleaner_sandbox.wire.endpoints import Endpoint
    >>> _path(Endpoint("GET", "/projects/{id}/task_assignments/{id}", "", None, lambda call: None))
    '/projects/{project_id}/task_assignments/{id}'
    """
    steps = known.steps
    last = max((n for n, step in enumerate(steps) if step == "{id}"), default=0)
    owner = known.path.count("{id}") > 1
    named = [
        f"{{{steps[n - 1].removesuffix('s')}_id}}" if step == "{id}" and owner and n != last else step
        for n, step in enumerate(steps)
    ]
    return "/" + "/".join(named)


def _operation(known: Endpoint) -> Schema:
    path = _path(known)
    words = [step.strip("{}") for step in path.strip("/").split("/")]
    names = [step[1:-1] for step in path.split("/") if step.startswith("{")]
    shared = [{"$ref": f"#/components/parameters/{name}"} for name in ("account", "agent")]
    in_path = [{"name": name, "in": "path", "required": True, "schema": INT} for name in names]
    body = _body(known)
    return {
        "operationId": "_".join([known.method.lower(), *words]),
        "tags": [known.steps[0]],
        "parameters": [*shared, *in_path, *_query(known)],
        **({"requestBody": body} if body else {}),
        "responses": _responses(known),
    }


def _query(known: Endpoint) -> list[Schema]:
    """The filters of a list, and where in it the caller is."""
    paging = (known.answers or {}).get(schemas.PAGING)
    listed = _listed(known)
    asked = {name: _QUERY.get(name, listed.get(name, INT)) for name in known.asks}
    if paging:
        most = {"minimum": 1, "maximum": 2000, "default": 2000}
        asked |= {"page": {**INT, "minimum": 1}, "per_page": {**INT, **most}}
    if paging == "cursor":
        asked["cursor"] = STRING
    return [
        {"name": name, "in": "query", "schema": schema, **({"required": True} if name in known.needs else {})}
        for name, schema in asked.items()
    ]


def _listed(known: Endpoint) -> dict[str, Schema]:
    """The fields of what a list has: filters by one of them take what it holds, such as a ``state``."""
    for schema in (known.answers or {}).get("properties", {}).values():
        if schema.get("type") == "array":
            name = schema["items"]["$ref"].rpartition("/")[2]
            return dict(schemas.ALL[name]["properties"])
    return {}


def _body(known: Endpoint) -> Schema | None:
    """What a write takes, in each of the two documented forms; with a file it comes in parts."""
    if not known.accepts:
        return None
    required = [field.name for field in known.accepts if field.required and known.method == "POST"]
    files = {field.name: schemas.FILE for field in known.accepts if schemas.taken(field) == schemas.FILE}
    values = {field.name: schemas.taken(field) for field in known.accepts if field.name not in files}
    schema: dict[str, Any] = {"type": "object", "properties": values}
    if required:
        schema["required"] = required
    content = {_JSON: {"schema": schema}, _FORM: {"schema": schema}}
    if files:
        content[_PARTS] = {"schema": {**schema, "properties": {**values, **files}}}
    return {"required": bool(required), "content": content}


def _responses(known: Endpoint) -> Schema:
    status = "201" if known.method == "POST" else "200"
    content = {_JSON: {"schema": known.answers if known.answers is not None else {}}}
    fine: Schema = {"description": "Created" if status == "201" else "Done", "content": content}
    if status == "201":
        fine["headers"] = {"Location": {"schema": STRING}}
    # A line with an id that is not there is like a path with one.
    names_others = "{id}" in known.path or any(field.name == "line_items" for field in known.accepts)
    usual = [400, 401, 403, 422, *([404] if names_others else [])]
    wrong = {str(number): {"$ref": f"#/components/responses/{number}"} for number in sorted([*usual, 429])}
    return {status: fine, **wrong}
