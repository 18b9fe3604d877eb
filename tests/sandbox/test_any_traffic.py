"""Whatever is sent, in whatever order: the sandbox answers as its own document says, and its books stay in order.

``GLEANER_TRAFFIC=3000 pytest -n 0 --timeout 0 tests/sandbox/test_any_traffic.py`` makes that many sequences, each time
others; without the variable, the same few in every run.
"""

import json
import os
from collections import Counter
from contextlib import closing
from decimal import Decimal
from typing import Any
from urllib.parse import urlencode

import httpx2
import pytest
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st
from tests.sandbox import house
from tests.sandbox.browser import control
from tests.sandbox.house import Api, House
from tests.sandbox.test_openapi import billed
from tests.sandbox.traffic import Operation, Request, operations, requests

from gleaner_sandbox.schemas import Schema
from gleaner_sandbox.server import Running

MANY = int(os.environ.get("GLEANER_TRAFFIC", "0"))
LISTS = (
    "clients contacts tasks projects task_assignments user_assignments users roles time_entries expenses "
    "expense_categories invoices invoice_item_categories estimates estimate_item_categories"
).split()


def busy(running: Running) -> House:
    """An account that has a bit of everything."""
    worked: Any = [{}, {"user": "other", "hours": 2.5}, {"user": "stranger", "project": "shop"}]
    spent: Any = [{}, {"user": "other", "category": "mileage", "units": 12}]
    firm = house.build(running, entries=worked, expenses=spent)
    billed(firm)
    firm.entry(firm.api("member"))
    firm.entry(firm.api(), hours=1)
    firm.expense(firm.api("other"))
    firm.api().post("/contacts", client_id=firm.ids["acme"], first_name="Bo", email="bo@acme.example")
    return firm


def ids_of(firm: House, api: Api, others: list[int]) -> dict[str, list[int]]:
    """What there is in the account, by the last word before an id in a path."""
    found = {kind: [row["id"] for row in api.get(f"/{kind}")[kind]] for kind in LISTS}
    for kind in ("invoices", "estimates"):
        for one in found[kind]:
            found.setdefault("messages", []).extend(
                row["id"] for row in api.get(f"/{kind}/{one}/messages")[f"{kind[:-1]}_messages"]
            )
    for one in found["invoices"]:
        found["payments"] = [row["id"] for row in api.get(f"/invoices/{one}/payments")["invoice_payments"]]
    for kind in ("billable_rates", "cost_rates"):
        found[kind] = [row["id"] for row in api.get(f"/users/{firm.ids['member']}/{kind}")[kind]]
    return {**found, "": others}


def _flat(name: str, value: Any) -> list[tuple[str, str]]:
    """*value* in Rails' brackets."""
    if isinstance(value, dict):
        return [pair for key, inner in value.items() for pair in _flat(f"{name}[{key}]", inner)]
    if isinstance(value, list):
        return [pair for inner in value for pair in _flat(f"{name}[]", inner)]
    return [(name, "" if value is None else str(value))]


def _form(said: Any) -> str:
    return urlencode([pair for name, value in said.items() for pair in _flat(name, value)])


def send(api: Api, asked: Request) -> httpx2.Response:
    """Send it.  ``Api.call`` holds a good answer against its schema."""
    query = _form(asked.query)
    more: dict[str, Any] = {}
    if asked.body is not None and asked.style == "query":
        query = "&".join(part for part in (query, _form(asked.body)) if part)
    elif asked.body is not None and asked.style == "form":
        kind = "application/x-www-form-urlencoded"
        more = {"content": _form(asked.body).encode(), "headers": {"Content-Type": kind}}
    elif asked.body is not None:
        kind = "application/json"
        more = {"content": json.dumps(asked.body).encode(), "headers": {"Content-Type": kind}}
    return api.call(asked.operation.method, f"{asked.path}?{query}" if query else asked.path, **more)


def pages(api: Api, kind: str) -> list[Any]:
    """A whole list, two rows at a time, by the links."""
    found: list[Any] = []
    at = f"/{kind}?per_page=2"
    while at:
        body = api.get(at)
        found += body[kind]
        at = body["links"]["next"]
        assert len(found) <= body["total_entries"]
    assert len(found) == body["total_entries"]
    assert len({row["id"] for row in found}) == len(found)
    return found


def check_books(api: Api) -> None:
    """What has to hold after anything."""
    rows = {kind: pages(api, kind) for kind in LISTS}
    running = Counter(row["user"]["id"] for row in rows["time_entries"] if row["is_running"])
    assert max(running.values(), default=0) <= 1, "two timers of one person run"
    invoices = {row["id"]: row for row in rows["invoices"]}
    for row in [*rows["time_entries"], *rows["expenses"]]:
        assert row["is_billed"] is (row["invoice"] is not None)
        if row["invoice"]:
            assert row["invoice"]["number"] == invoices[row["invoice"]["id"]]["number"]
    for row in [*rows["invoices"], *rows["estimates"]]:
        check_sums(api, row)
    api.get("/reports/uninvoiced?from=2026-01-01&to=2026-12-31")
    api.get("/reports/project_budget")


def check_sums(api: Api, row: dict[str, Any]) -> None:
    lines = sum((Decimal(str(line["amount"])) for line in row["line_items"]), Decimal(0))
    parts = {
        key: Decimal(str(row[key])) for key in ("discount_amount", "tax_amount", "tax2_amount", "amount")
    }
    if max(abs(lines), *map(abs, parts.values())) > 10**12:
        return  # beyond the cents of a float
    whole = lines - parts["discount_amount"] + parts["tax_amount"] + parts["tax2_amount"]
    assert abs(whole - parts["amount"]) <= Decimal("0.01")
    if "due_amount" in row:
        paid = [Decimal(str(one["amount"])) for one in pages_of_payments(api, row["id"])]
        if max(paid, default=Decimal(0)) <= 10**12:
            assert abs(parts["amount"] - sum(paid) - Decimal(str(row["due_amount"]))) <= Decimal("0.01")


def pages_of_payments(api: Api, invoice_id: int) -> list[Any]:
    return list(api.get(f"/invoices/{invoice_id}/payments")["invoice_payments"])


@pytest.fixture(scope="session")
def known(server: Running) -> list[Operation]:
    with closing(house.build(server)) as firm:
        document: Schema = control(firm, "GET", "/openapi.json").json()
    return operations(document)


@settings(
    max_examples=MANY or 120,
    derandomize=not MANY,
    deadline=None,
    database=None,
    phases=(Phase.explicit, Phase.generate, Phase.shrink),
    suppress_health_check=list(HealthCheck),
)
@given(data=st.data())
def test_any_traffic_is_answered_as_the_document_says(
    running: Running, known: list[Operation], data: st.DataObject
) -> None:
    with closing(house.build(running)) as other, closing(busy(running)) as firm:
        people = {who: firm.api(who) for who in house.PEOPLE}
        others = sorted(other.ids.values())
        ids = ids_of(firm, people["admin"], others)
        owner = firm.ids["admin"]
        for _ in range(data.draw(st.integers(1, 8), label="how many")):
            asked = data.draw(requests(known, ids), label="request")
            mine = asked.path.removeprefix("/users/").split("/")[0] in (str(owner), "me")
            if asked.operation.method in ("PATCH", "DELETE") and asked.path.startswith("/users/") and mine:
                continue  # the owner stays, to look at the books
            if asked.path == "/company" and asked.operation.method == "PATCH":
                asked = Request(asked.operation, "member", asked.path, asked.query, asked.body, asked.style)
            answer = send(people[asked.who], asked)
            assert answer.status_code < 500, (asked, answer.text)
            assert answer.status_code in asked.operation.statuses, (asked, answer.status_code, answer.text)
        check_books(people["admin"])
