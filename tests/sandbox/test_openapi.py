"""``/sandbox/openapi.json``: the document, and whether the sandbox does what it says."""

import json
import re
from collections.abc import Iterator
from typing import Any

import pytest
from tests.sandbox.browser import control
from tests.sandbox.conftest import Builder
from tests.sandbox.fits import problems
from tests.sandbox.house import MONDAY, Api, House

from gleaner_sandbox.wire.endpoints import ENDPOINTS, discover

discover()
DESCRIBED = (
    "clients contacts company projects tasks task_assignments user_assignments users roles time_entries"
).split()
"""The resources whose endpoints all say what they answer."""


def document(firm: House) -> dict[str, Any]:
    found = control(firm, "GET", "/openapi.json")
    assert found.status_code == 200
    return dict(found.json())


def operations(said: dict[str, Any]) -> Iterator[tuple[str, str, dict[str, Any]]]:
    for path, methods in said["paths"].items():
        for method, operation in methods.items():
            yield method.upper(), path, operation


def test_every_endpoint_is_in_the_document_once(firm: House) -> None:
    said = document(firm)
    assert said["openapi"].startswith("3.1")
    assert said["servers"] == [{"url": firm.running.base_url}]
    shown = [(method, re.sub(r"\{\w+\}", "{id}", path)) for method, path, _ in operations(said)]
    assert sorted(shown) == sorted((known.method, known.path) for known in ENDPOINTS)
    names = [operation["operationId"] for _, _, operation in operations(said)]
    assert len(set(names)) == len(names)


def test_the_document_is_whole(firm: House) -> None:
    """Every reference leads somewhere, every id of a path is a parameter, every operation answers something."""
    said = document(firm)
    for reference in set(re.findall(r'"\$ref": "([^"]+)"', json.dumps(said))):
        here: Any = said
        for step in reference.removeprefix("#/").split("/"):
            here = here[step]
    for method, path, operation in operations(said):
        in_path = [p["name"] for p in operation["parameters"] if p.get("in") == "path"]
        assert in_path == re.findall(r"\{(\w+)\}", path), (method, path)
        wanted = "201" if method == "POST" else "200"
        assert {wanted, "400", "401", "403", "429"} <= set(operation["responses"])
        assert ("404" in operation["responses"]) is bool(in_path)


def test_an_operation_says_what_it_takes(firm: House) -> None:
    said = document(firm)
    listed = said["paths"]["/time_entries"]["get"]
    query = {p["name"]: p["schema"] for p in listed["parameters"] if p.get("in") == "query"}
    assert set(query) == set(
        (
            "user_id client_id project_id task_id external_reference_id is_billed is_running approval_status "
            "updated_since from to page per_page"
        ).split()
    )
    assert query["from"] == {"type": "string", "format": "date"}
    assert query["is_running"] == {"type": "boolean"}
    clients = said["paths"]["/clients"]["get"]["parameters"]
    assert "cursor" in [p.get("name") for p in clients]
    body = said["paths"]["/projects"]["post"]["requestBody"]["content"]["application/json"]["schema"]
    assert body["required"] == ["client_id", "name"]
    assert body["properties"]["client_id"] == {"type": "integer"}
    assert body["properties"]["bill_by"]["enum"] == ["Project", "Tasks", "People", "none", None]
    assert body["properties"]["is_active"] == {"type": ["boolean", "null"], "default": True}
    changed = said["paths"]["/projects/{id}"]["patch"]["requestBody"]
    assert changed["required"] is False
    assert "required" not in changed["content"]["application/json"]["schema"]
    assert "requestBody" not in said["paths"]["/time_entries/{id}/stop"]["patch"]
    nested = said["paths"]["/projects/{project_id}/task_assignments/{id}"]
    assert set(nested) == {"get", "patch", "delete"}


def test_the_endpoints_say_what_they_read_and_answer() -> None:
    """Writes without a body of their own: the timers."""
    quiet = [
        (known.method, known.path)
        for known in ENDPOINTS
        if known.steps[0] in DESCRIBED
        and (known.answers is None or (known.method in ("POST", "PATCH") and not known.accepts))
    ]
    assert quiet == [("PATCH", "/time_entries/{id}/restart"), ("PATCH", "/time_entries/{id}/stop")]


def test_a_list_does_what_its_parameters_say(firm: House) -> None:
    """Nonsense in a declared parameter is refused, so it is read; in others it is ignored.

    A reference that nobody has and a status that does not exist are not nonsense: they find nothing.
    """
    api = firm.api()
    unread = []
    for known in ENDPOINTS:
        if known.steps[0] not in DESCRIBED or not known.asks:
            continue
        path = known.path.replace(
            "{id}", str(firm.ids["portal" if known.steps[0] == "projects" else "admin"])
        )
        for asked in set(known.asks) - {"external_reference_id", "approval_status"}:
            answer = api.call("GET", path, params={asked: "nonsense"})
            if answer.status_code != 422:
                unread.append((path, asked, answer.status_code))
        assert api.call("GET", path, params={"per_pages": "nonsense"}).status_code == 200
    assert unread == []


def crawl(firm: House, api: Api) -> Iterator[tuple[str, str]]:
    """Every GET that works for this person, as its endpoint's method and path.  ``Api.call`` checks each answer."""
    ids = {
        "projects": firm.ids["portal"],
        "users": firm.ids["member"],
        "clients": firm.ids["acme"],
        "tasks": firm.ids["design"],
    }
    for known in sorted((e for e in ENDPOINTS if e.method == "GET"), key=lambda e: e.path.count("{id}")):
        path = known.path
        if "{id}" in path:
            path = path.replace("{id}", str(ids.get(known.steps[0], 0)), 1)
        if path.endswith("/{id}"):
            rows = api.call("GET", path.removesuffix("/{id}"))
            found = rows.json().get(known.steps[-2]) if rows.status_code == 200 else None
            path = path.replace("{id}", str(found[0]["id"]) if found else "0")
        elif path.endswith("/0"):
            rows = api.call("GET", path.removesuffix("/0"))
            found = rows.json().get(known.steps[-2]) if rows.status_code == 200 else None
            path = path.replace("/0", f"/{found[0]['id']}" if found else "/0")
        if api.call("GET", path).status_code == 200:
            yield known.method, known.path


@pytest.mark.parametrize("who", ["admin", "manager", "member"])
@pytest.mark.parametrize("timestamps", [False, True])
def test_what_is_read_fits_its_schema_for_everybody(new: Builder, who: str, timestamps: bool) -> None:
    firm = new(
        company={"wants_timestamp_timers": timestamps, "clock": "24h" if timestamps else "12h"},
        entries=[
            {"external_reference": {"id": "1", "permalink": "https://x.example/1"}, "notes": "x"},
            {"hours": None, "started_time": "9:00am", "ended_time": "10:00am", "is_closed": True},
        ],
        roles={"manager": ["manager", "client_and_task_manager"]},
    )
    firm.entry(firm.api("member"))
    firm.api().post("/contacts", client_id=firm.ids["acme"], first_name="Bo")
    reached = set(crawl(firm, firm.api(who)))
    described = {
        (known.method, known.path)
        for known in ENDPOINTS
        if known.method == "GET" and known.steps[0] in DESCRIBED
    }
    if who == "admin":
        assert described <= reached
    assert len(reached & described) >= {"admin": 27, "manager": 18, "member": 5}[who]


def test_what_is_written_fits_its_schema(firm: House) -> None:
    """A life of each thing; ``Api`` checks what comes back."""
    api = firm.api()
    client = api.post("/clients", name="Initech", address="1 Road")
    api.patch(f"/clients/{client['id']}", currency="EUR")
    contact = api.post("/contacts", client_id=client["id"], first_name="Bo", title="Ms")
    api.patch(f"/contacts/{contact['id']}", last_name="Li")
    task = api.post("/tasks", name="Research", default_hourly_rate=50)
    api.patch(f"/tasks/{task['id']}", is_active=True)
    project = api.post("/projects", client_id=client["id"], name="Site", bill_by="Tasks", budget_by="person")
    place = f"/projects/{project['id']}"
    api.patch(place, notes="x", starts_on=MONDAY)
    in_task = api.post(f"{place}/task_assignments", task_id=task["id"])
    api.patch(f"{place}/task_assignments/{in_task['id']}", budget=10)
    user = api.post("/users", first_name="Cy", last_name="Li", email="cy@firm.example", cost_rate=10)
    api.patch(f"/users/{user['id']}", access_roles=["manager", "project_creator"], roles=["Writer"])
    in_team = api.post(f"{place}/user_assignments", user_id=user["id"])
    api.patch(f"{place}/user_assignments/{in_team['id']}", use_default_rates=False, hourly_rate=9)
    api.post(f"/users/{user['id']}/billable_rates", amount=80)
    api.post(f"/users/{user['id']}/cost_rates", amount=8, start_date=MONDAY)
    api.patch(f"/users/{user['id']}/teammates", teammate_ids=[firm.ids["member"]])
    role = api.post("/roles", name="Editor", user_ids=[user["id"]])
    api.patch(f"/roles/{role['id']}", name="Chief")
    entry = firm.entry(api, external_reference={"id": 1})
    api.patch(f"/time_entries/{entry['id']}/stop")
    api.patch(f"/time_entries/{entry['id']}/restart")
    api.patch(f"/time_entries/{entry['id']}", notes="x")
    api.delete(f"/time_entries/{entry['id']}/external_reference")
    api.patch("/company", weekly_capacity=72000)
    for gone in (
        f"/time_entries/{entry['id']}",
        f"/roles/{role['id']}",
        f"{place}/user_assignments/{in_team['id']}",
        f"{place}/task_assignments/{in_task['id']}",
        f"/users/{user['id']}",
        place,
        f"/tasks/{task['id']}",
        f"/contacts/{contact['id']}",
        f"/clients/{client['id']}",
    ):
        api.delete(gone)


def test_a_wrong_answer_would_be_noticed(firm: House) -> None:
    """The check itself: an answer held against the schema of another endpoint does not fit."""
    api = firm.api()
    tasks = api.call("GET", "/tasks")
    tasks.request = api.call("GET", "/clients").request
    assert problems(tasks) == ["$: missing: clients", "$: not declared: tasks"]
