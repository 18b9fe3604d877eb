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

from gleaner_sandbox.schemas import taken
from gleaner_sandbox.wire.endpoints import ENDPOINTS, discover

discover()


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
        has_lines = (method, path) in [("POST", "/invoices"), ("POST", "/estimates")]
        assert ("404" in operation["responses"]) is (bool(in_path) or has_lines)


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


def test_every_endpoint_says_what_it_answers() -> None:
    assert [(known.method, known.path) for known in ENDPOINTS if known.answers is None] == []


def test_every_write_says_what_it_reads() -> None:
    """But for the timers, which are told nothing."""
    writes = [known for known in ENDPOINTS if known.method in ("POST", "PATCH")]
    quiet = [(known.method, known.path) for known in writes if not known.accepts]
    assert quiet == [("PATCH", "/time_entries/{id}/restart"), ("PATCH", "/time_entries/{id}/stop")]
    vague = [(known.path, field.name) for known in writes for field in known.accepts if not taken(field)]
    assert vague == []


def test_the_filters_of_invoices_and_reports_have_types(firm: House) -> None:
    said = document(firm)

    def query(path: str) -> dict[str, Any]:
        return {p["name"]: p for p in said["paths"][path]["get"]["parameters"] if p.get("in") == "query"}

    assert query("/invoices")["state"]["schema"]["enum"] == ["draft", "open", "paid", "closed"]
    assert query("/estimates")["state"]["schema"]["enum"] == ["draft", "sent", "accepted", "declined"]
    report = query("/reports/time/team")
    assert report["include_fixed_fee"]["schema"] == {"type": "boolean"}
    assert [name for name, one in report.items() if one.get("required")] == ["from", "to"]
    assert "cursor" not in report
    assert "page" in report
    text = query("/invoices/{id}/messages/new")
    assert {name: one["schema"]["type"] for name, one in text.items()} == {
        "thank_you": "boolean",
        "reminder": "boolean",
    }


def test_a_receipt_comes_in_parts_only(firm: House) -> None:
    content = document(firm)["paths"]["/expenses"]["post"]["requestBody"]["content"]
    has = {kind: "receipt" in body["schema"]["properties"] for kind, body in content.items()}
    assert has == {
        "application/json": False,
        "application/x-www-form-urlencoded": False,
        "multipart/form-data": True,
    }
    assert content["multipart/form-data"]["schema"]["properties"]["receipt"]["format"] == "binary"


def test_lines_and_imports_are_described_to_the_last_key(firm: House) -> None:
    said = document(firm)["paths"]["/invoices"]["post"]["requestBody"]["content"]["application/json"][
        "schema"
    ]
    line = said["properties"]["line_items"]["items"]["properties"]
    assert {"id", "project_id", "kind", "unit_price", "quantity", "_destroy"} <= set(line)
    assert said["properties"]["line_items_import"]["properties"]["time"]["required"] == ["summary_type"]
    estimated = document(firm)["paths"]["/estimates"]["post"]["requestBody"]["content"]["application/json"]
    assert "project_id" not in estimated["schema"]["properties"]["line_items"]["items"]["properties"]


def test_a_list_does_what_its_parameters_say(firm: House) -> None:
    """Nonsense in a declared parameter is refused, so it is read; in others it is ignored.

    A reference that nobody has and a status that does not exist are not nonsense: they find nothing.
    """
    api = firm.api()
    made = {
        kind: api.post(f"/{kind}", client_id=firm.ids["acme"])["id"] for kind in ("invoices", "estimates")
    }
    owners = {"projects": firm.ids["portal"], "users": firm.ids["admin"], **made}
    unread = []
    for known in ENDPOINTS:
        if not known.asks:
            continue
        path = known.path.replace("{id}", str(owners.get(known.steps[0])))
        good = dict.fromkeys(known.needs, MONDAY)
        for asked in set(known.asks) - {"external_reference_id", "approval_status"}:
            answer = api.call("GET", path, params={**good, asked: "nonsense"})
            if answer.status_code != 422:
                unread.append((path, asked, answer.status_code))
        assert api.call("GET", path, params={**good, "per_pages": "nonsense"}).status_code == 200
        for needed in known.needs:
            assert api.call("GET", path, params={**good, needed: ""}).status_code == 422
    assert unread == []


def crawl(firm: House, api: Api) -> Iterator[tuple[str, str]]:
    """Every GET that works for this person, as its endpoint's method and path.  ``Api.call`` checks each answer."""
    ids = {
        "projects": firm.ids["portal"],
        "users": firm.ids["member"],
        "clients": firm.ids["acme"],
        "tasks": firm.ids["design"],
    }
    for kind in ("invoices", "estimates"):
        rows = api.call("GET", f"/{kind}")
        if rows.status_code == 200 and rows.json()[kind]:
            ids[kind] = rows.json()[kind][0]["id"]
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
        span = dict.fromkeys(known.needs, MONDAY)
        if api.call("GET", path, params=span).status_code == 200:
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
        expenses=[{}, {"user": "manager", "category": "mileage", "units": 3, "is_closed": True}],
        roles={"manager": ["manager", "client_and_task_manager"]},
    )
    billed(firm)
    firm.entry(firm.api("member"))
    firm.api().post("/contacts", client_id=firm.ids["acme"], first_name="Bo")
    reached = set(crawl(firm, firm.api(who)))
    if who == "admin":
        assert {(known.method, known.path) for known in ENDPOINTS if known.method == "GET"} <= reached
    assert len(reached) >= {"admin": 55, "manager": 30, "member": 15}[who]


def billed(firm: House) -> tuple[dict[str, Any], dict[str, Any]]:
    """An invoice of the firm's time with mail and a payment, and an estimate with mail; the API checks each answer."""
    api = firm.api()
    client, portal = firm.ids["acme"], firm.ids["portal"]
    estimate = api.post("/estimates", client_id=client, line_items=[{"kind": "Service", "unit_price": 10}])
    mail = {"recipients": [{"email": "bo@acme.example"}], "body": "Here it is."}
    api.post(f"/estimates/{estimate['id']}/messages", **mail)
    wanted = {"project_ids": [portal], **{part: {"summary_type": "people"} for part in ("time", "expenses")}}
    invoice = api.post("/invoices", client_id=client, estimate_id=estimate["id"], line_items_import=wanted)
    api.post(f"/invoices/{invoice['id']}/messages", **mail, send_me_a_copy=True)
    api.post(f"/invoices/{invoice['id']}/payments", amount=1, notes="x")
    return invoice, estimate


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


def test_what_is_written_about_money_fits_its_schema(new: Builder) -> None:
    firm = new(entries=[{}], expenses=[{}])
    api = firm.api()
    category = api.post("/expense_categories", name="Trains", unit_name="km", unit_price=0.3)
    api.patch(f"/expense_categories/{category['id']}", name="Rail")
    expense = firm.expense(api, expense_category_id=category["id"], units=10)
    api.patch(f"/expenses/{expense['id']}", notes="x")
    invoice, estimate = billed(firm)
    places = [f"/expenses/{expense['id']}"]
    for word, document in (("invoice", invoice), ("estimate", estimate)):
        place = f"/{word}s/{document['id']}"
        api.patch(place, discount=10, tax=5)
        kinds = f"/{word}_item_categories"
        kind = api.post(kinds, name="Extras")
        api.patch(f"{kinds}/{kind['id']}", name="More")
        message = api.get(f"{place}/messages")[f"{word}_messages"][0]
        places += [f"{kinds}/{kind['id']}", f"{place}/messages/{message['id']}"]
        if word == "invoice":
            payment = api.get(f"{place}/payments")["invoice_payments"][0]
            places.append(f"{place}/payments/{payment['id']}")
        places.append(place)
    for gone in [*places, f"/expense_categories/{category['id']}"]:
        api.delete(gone)


def test_a_wrong_answer_would_be_noticed(firm: House) -> None:
    """The check itself: an answer held against the schema of another endpoint does not fit."""
    api = firm.api()
    tasks = api.call("GET", "/tasks")
    tasks.request = api.call("GET", "/clients").request
    assert problems(tasks) == ["$: missing: clients", "$: not declared: tasks"]
