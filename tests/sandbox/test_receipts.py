"""The files of expenses (api.md §16)."""

import base64
from pathlib import Path
from typing import Any

import httpx2
import pytest
from tests.sandbox.conftest import Builder
from tests.sandbox.house import MONDAY, Api, House

from gleaner_sandbox import seeds
from gleaner_sandbox.clock import Clock
from gleaner_sandbox.rules.receipts import LARGEST
from gleaner_sandbox.state import State

PNG = b"\x89PNG\r\n\x1a\n" + bytes(range(256))
JPG = b"\xff\xd8\xff\xe0" + b"\x00" * 20
GIF = b"GIF89a" + b"\x01" * 20
PDF = b"%PDF-1.7\n%%EOF\n"


def sent(api: Api, method: str, path: str, name: str, data: bytes, **said: Any) -> httpx2.Response:
    fields = {key: str(value) for key, value in said.items()}
    return api.call(method, path, data=fields, files={"receipt": (name, data, "application/octet-stream")})


def filed(firm: House, api: Api, name: str, data: bytes) -> Any:
    ids = {"project_id": firm.ids["portal"], "expense_category_id": firm.ids["meals"]}
    answer = sent(api, "POST", "/expenses", name, data, **ids, spent_date=MONDAY, total_cost="9.90")
    assert answer.status_code == 201, answer.text
    return answer.json()


@pytest.mark.parametrize(
    ("name", "data", "stored", "kind"),
    [
        ("taxi.png", PNG, "taxi.png", "image/png"),
        ("taxi-to-the-airport.JPG", JPG, "taxi_to_the_airport.JPG", "image/jpeg"),
        ("taxi.jpeg", JPG, "taxi.jpeg", "image/jpeg"),
        ("taxi.gif", GIF, "taxi.gif", "image/gif"),
        ("../taxi.pdf", PDF, "taxi.pdf", "application/pdf"),
    ],
)
def test_a_receipt_comes_with_the_expense_and_is_served_at_its_url(
    firm: House, name: str, data: bytes, stored: str, kind: str
) -> None:
    api = firm.api("member")
    expense = filed(firm, api, name, data)
    receipt = expense["receipt"]
    origin = firm.running.base_url.removesuffix("/v2")
    assert receipt == {
        "url": f"{origin}/expenses/{expense['id']}/receipt",
        "file_name": stored,
        "file_size": len(data),
        "content_type": kind,
    }
    assert expense["total_cost"] == 9.9
    answer = api.call("GET", receipt["url"])
    assert (answer.status_code, answer.content) == (200, data)
    assert answer.headers["content-type"] == kind


@pytest.mark.parametrize(
    ("name", "data"),
    [
        ("taxi.txt", PNG),
        ("song.mp3", b"ID3" + b"\x00" * 10),
        ("song.png", b"ID3" + b"\x00" * 10),
        ("taxi.png", PDF),
        ("taxi", PNG),
        ("taxi.png", b""),
        ("taxi.pdf", PDF + b" " * LARGEST),
    ],
)
def test_what_is_no_receipt_by_name_or_content_is_refused(firm: House, name: str, data: bytes) -> None:
    api = firm.api("member")
    ids = {"project_id": firm.ids["portal"], "expense_category_id": firm.ids["meals"]}
    answer = sent(api, "POST", "/expenses", name, data, **ids, spent_date=MONDAY, total_cost=1)
    assert answer.status_code == 422
    assert answer.json()["message"].startswith("Receipt ")
    assert api.get("/expenses")["expenses"] == []


def test_a_receipt_is_added_replaced_and_deleted(firm: House) -> None:
    api = firm.api("member")
    expense = firm.expense(api)
    place = f"/expenses/{expense['id']}"
    assert sent(api, "PATCH", place, "one.png", PNG).json()["receipt"]["file_name"] == "one.png"
    second = sent(api, "PATCH", place, "two.pdf", PDF, notes="better").json()
    assert (second["receipt"]["file_name"], second["notes"]) == ("two.pdf", "better")
    url = second["receipt"]["url"]
    assert api.call("GET", url).content == PDF
    assert api.patch(place, **second)["receipt"] == second["receipt"], "a sent-back receipt changes nothing"
    assert api.patch(place, delete_receipt="true")["receipt"] is None
    assert api.call("GET", url).status_code == 404


def test_a_word_where_a_file_belongs_is_ignored_and_a_file_where_a_word_belongs_refused(firm: House) -> None:
    api = firm.api()
    expense = firm.expense(api)
    place = f"/expenses/{expense['id']}"
    assert api.patch(place, receipt="taxi.png")["receipt"] is None
    for field in ("notes", "units", "project_id", "spent_date", "billable", "delete_receipt"):
        answer = api.call("PATCH", place, files={field: ("x.png", PNG)})
        assert answer.status_code in (200, 422), answer.text
    assert "Upload" not in str(api.get(place))


def test_a_receipt_is_for_those_who_may_see_the_expense(firm: House) -> None:
    url = filed(firm, firm.api("other"), "taxi.png", PNG)["receipt"]["url"]
    assert firm.api("member").call("GET", url).status_code == 404
    assert firm.api("manager").call("GET", url).status_code == 200
    assert httpx2.get(url, headers={"User-Agent": "x"}).status_code == 401
    assert firm.api("other").call("POST", url).status_code == 404
    inside = firm.api("other").call("GET", url.replace("/expenses/", "/v2/expenses/"))
    assert inside.headers["content-type"].startswith("text/html"), "it is no part of the API"


def test_a_seed_may_have_receipts_and_they_go_with_their_expense(new: Builder) -> None:
    said = {"file_name": "lunch.png", "data": base64.b64encode(PNG).decode()}
    firm = new(expenses=[{"receipt": said}])
    api = firm.api()
    (expense,) = api.get("/expenses")["expenses"]
    assert api.call("GET", expense["receipt"]["url"]).content == PNG
    api.delete(f"/projects/{firm.ids['portal']}")
    with firm.running.state.reading(firm.account_id) as books:
        assert books.receipt(expense["id"]) is None


def test_receipts_survive_a_restart(tmp_path: Path) -> None:
    seed = seeds.empty()
    account = seed["accounts"][0]
    user = account["users"][0]["id"]
    account["clients"] = [{"id": 1, "name": "Acme"}]
    account["projects"] = [{"id": 1, "client_id": 1, "name": "Portal"}]
    account["expenses"] = [
        {
            "id": 7,
            "user_id": user,
            "project_id": 1,
            "spent_date": MONDAY,
            "expense_category": "Mileage",
            "units": 10,
            "receipt": {"file_name": "fuel.pdf", "data": base64.b64encode(PDF).decode()},
        }
    ]
    first = State(tmp_path / "state.db", clock=Clock())
    first.load(seed)
    first.close()
    second = State(tmp_path / "state.db", clock=Clock())
    with second.reading(account["id"]) as books:
        assert books.receipt(7) == PDF
    second.close()
