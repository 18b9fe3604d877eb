"""Expenses and their receipts: what is sent, what is read, and where a token goes."""

from __future__ import annotations

from datetime import UTC, date, datetime
from decimal import Decimal
from pathlib import Path

import httpx2
import pytest
from hypothesis import given
from hypothesis import strategies as st
from tests.unit.adapters.harvest.clerk import Clerk
from tests.unit.adapters.harvest.fake import TOKEN

from gleaner.adapters.harvest import wire
from gleaner.adapters.harvest.receipts import checked_address, receipt_file
from gleaner.core.errors import Refused, Unavailable
from gleaner.expenses.content import MOST_BYTES

# The sample of harvest/api §22.
MILEAGE: dict[str, object] = {
    "id": 6001, "notes": None, "total_cost": 57.5, "units": 100.0, "is_closed": False, "is_locked": False,
    "is_billed": False, "locked_reason": None, "spent_date": "2026-03-03", "created_at": "2026-03-03T10:00:00Z",
    "updated_at": "2026-03-03T10:00:00Z", "billable": True, "receipt": None, "user": {"id": 501, "name": "Ada Byron"},
    "user_assignment": {"id": 9001, "is_project_manager": False},
    "project": {"id": 201, "name": "Portal", "code": "AP"},
    "expense_category": {"id": 401, "name": "Mileage", "unit_price": 0.575, "unit_name": "mile"},
    "client": {"id": 301, "name": "Acme", "currency": "EUR"}, "invoice": None, "some_new_field": 1,
}  # fmt: skip
PNG = b"\x89PNG\r\n\x1a\n" + b"picture" * 10
SPENT = date(2026, 3, 3)


@pytest.fixture
def clerk() -> Clerk:
    clerk = Clerk()
    clerk.tell("POST", "/expenses", MILEAGE)
    clerk.tell("PATCH", "/expenses/6001", MILEAGE)
    return clerk


def with_receipt(url: str) -> wire.Expense:
    return wire.read(wire.Expense, {"id": 6001, "receipt": {"url": url, "file_name": "taxi.png"}})


def test_an_expense_is_read_whole(clerk: Clerk) -> None:
    clerk.tell("GET", "/expenses/6001", MILEAGE)
    expense = clerk.client.expenses.get(6001)
    assert (expense.units, expense.total_cost, expense.spent_date) == (Decimal(100), Decimal("57.5"), SPENT)
    assert expense.expense_category is not None
    assert expense.expense_category.unit_price == Decimal("0.575")
    assert (expense.notes, expense.receipt, expense.locked_reason) == ("", None, "")
    assert expense.raw["some_new_field"] == 1


def test_the_least_an_expense_can_be() -> None:
    expense = wire.read(wire.Expense, {"id": "7"})
    assert (expense.id, expense.total_cost, expense.user) == (7, Decimal(0), None)


def test_expenses_come_page_by_page_with_every_filter(clerk: Clerk) -> None:
    clerk.tell_list("/expenses", "expenses", [MILEAGE], [{**MILEAGE, "id": 6000}])
    found = clerk.client.expenses.list(
        first=date(2026, 3, 1), last=date(2026, 3, 31), user_id=501, client_id=301, project_id=201,
        is_billed=False, updated_since=datetime(2026, 3, 1, 8, tzinfo=UTC),
    )  # fmt: skip
    assert next(found).id == 6001
    assert len(clerk.asked) == 1
    assert clerk.query == {
        "from": "2026-03-01", "to": "2026-03-31", "user_id": "501", "client_id": "301", "project_id": "201",
        "is_billed": "false", "updated_since": "2026-03-01T08:00:00Z",
    }  # fmt: skip
    assert [expense.id for expense in found] == [6000]


def test_an_expense_has_a_total_or_units(clerk: Clerk) -> None:
    expenses = clerk.client.expenses
    expenses.create_with_total(Decimal("57.50"), project_id=201, expense_category_id=402, spent_date=SPENT)
    assert clerk.body == {
        "project_id": 201, "expense_category_id": 402, "spent_date": "2026-03-03", "total_cost": 57.5,
    }  # fmt: skip
    expenses.create_with_units(Decimal(100), project_id=201, expense_category_id=401, spent_date=SPENT)
    assert clerk.body == {
        "project_id": 201, "expense_category_id": 401, "spent_date": "2026-03-03", "units": 100.0,
    }  # fmt: skip


def test_an_expense_is_changed_and_deleted(clerk: Clerk) -> None:
    clerk.tell("DELETE", "/expenses/6001", httpx2.ReadTimeout("slow"), httpx2.Response(200))
    clerk.client.expenses.update(6001, notes="Taxi")
    assert clerk.body == {"notes": "Taxi"}
    clerk.client.expenses.delete_receipt(6001)
    assert clerk.body == {"delete_receipt": True}
    clerk.client.expenses.delete(6001)
    assert clerk.sent[-2:] == [("DELETE", "/expenses/6001")] * 2


def test_an_expense_is_never_posted_twice(clerk: Clerk) -> None:
    clerk.tell("POST", "/expenses", httpx2.ReadTimeout("slow"))
    with pytest.raises(Unavailable) as error:
        clerk.client.expenses.create_with_total(Decimal(1), receipt_file("a.png", PNG), project_id=1)
    assert error.value.answer_lost
    assert len(clerk.asked) == 1


# --- receipts up -------------------------------------------------------------------------------------------------


def test_a_receipt_goes_up_in_a_form_with_its_name_and_type(clerk: Clerk) -> None:
    receipt = receipt_file("taxi.png", PNG)
    clerk.client.expenses.create_with_total(
        Decimal("12.30"), receipt, project_id=201, expense_category_id=402, spent_date=SPENT, billable=False
    )
    request = clerk.asked[-1]
    assert request.headers["content-type"].startswith("multipart/form-data; boundary=")
    sent = request.content
    assert b'name="receipt"; filename="taxi.png"\r\nContent-Type: image/png\r\n\r\n' + PNG + b"\r\n" in sent
    for name, value in {"total_cost": "12.30", "spent_date": "2026-03-03", "billable": "false"}.items():
        assert f'name="{name}"\r\n\r\n{value}\r\n'.encode() in sent


def test_a_receipt_is_put_in_the_place_of_another(clerk: Clerk) -> None:
    clerk.tell("PATCH", "/expenses/6001", httpx2.ReadTimeout("slow"), MILEAGE)
    clerk.client.expenses.update(6001, receipt_file("taxi.png", PNG))
    assert clerk.sent == [("PATCH", "/expenses/6001")] * 2
    assert PNG in clerk.asked[1].content


@pytest.mark.parametrize(
    ("name", "content", "kind"),
    [
        ("a.png", PNG, "image/png"),
        ("a.gif", b"GIF89a...", "image/gif"),
        ("a.jpg", b"\xff\xd8\xff\xe0", "image/jpeg"),
        ("A.JPEG", b"\xff\xd8\xff\xe0", "image/jpeg"),
        ("scan/march/a.pdf", b"%PDF-1.7", "application/pdf"),
        ("C:\\scan\\a.pdf", b"%PDF-1.7", "application/pdf"),
    ],
)
def test_pictures_and_pdfs_are_receipts(name: str, content: bytes, kind: str) -> None:
    receipt = receipt_file(name, content)
    assert receipt.content_type == kind
    assert receipt.name.lower().startswith("a.")


@pytest.mark.parametrize(
    ("name", "content", "why"),
    [
        ("a.txt", b"a taxi", "not a picture or PDF inside"),
        ("a.pdf", b"ID3 music", "not a picture or PDF inside"),
        ("a.pdf", b"", "is empty"),
        ("a.txt", PNG, r"is a png file inside, but its name does not end in \.png"),
        ("a.pdf", PNG, "rename it"),
        ("receipt-png", PNG, "does not end in"),
        ("", PNG, "no usable file name"),
        ("a\r\nX: y.png", PNG, "no usable file name"),
        ("a.png", PNG + bytes(MOST_BYTES), "10.0 MB; a receipt may have 10 MB"),
    ],
)
def test_other_files_are_refused_before_anything_is_sent(name: str, content: bytes, why: str) -> None:
    with pytest.raises(Refused, match=why):
        receipt_file(name, content)


@given(st.text(max_size=40), st.binary(max_size=40))
def test_a_receipt_is_always_what_it_says(name: str, content: bytes) -> None:
    try:
        receipt = receipt_file(name, content)
    except Refused:
        return
    assert receipt.name.isprintable()
    assert "/" not in receipt.name


# --- receipts down -----------------------------------------------------------------------------------------------


def test_a_receipt_at_harvests_own_address_is_fetched_with_the_token(clerk: Clerk, tmp_path: Path) -> None:
    clerk.tell("GET", "/expenses/6001/receipt", httpx2.Response(503), httpx2.Response(200, content=PNG))
    expense = with_receipt("https://api.harvestapp.com/v2/expenses/6001/receipt")
    assert clerk.client.expenses.receipt(expense) == PNG
    assert clerk.asked[-1].headers["authorization"] == f"Bearer {TOKEN}"
    clerk.client.expenses.save_receipt(expense, tmp_path / "taxi.png")
    assert {path.name: path.read_bytes() for path in tmp_path.iterdir()} == {"taxi.png": PNG}


def test_a_receipt_on_a_sibling_host_is_fetched_without_anything_that_names_us(clerk: Clerk) -> None:
    cookie = {"Set-Cookie": "session=1; Domain=harvestapp.com; Path=/"}
    clerk.tell("GET", "/expenses/6001", httpx2.Response(200, json=MILEAGE, headers=cookie))
    clerk.client.expenses.get(6001)
    clerk.client.expenses.get(6001)
    assert clerk.asked.pop().headers["cookie"] == "session=1"
    clerk.asked.clear()
    clerk.tell("GET", "/expenses/6001/receipt", httpx2.Response(200, content=PNG))
    expense = with_receipt("https://studio.harvestapp.com/expenses/6001/receipt")
    assert clerk.client.expenses.receipt(expense) == PNG
    (request,) = clerk.asked
    assert "authorization" not in request.headers
    assert "harvest-account-id" not in request.headers
    assert "cookie" not in request.headers


@pytest.mark.parametrize(
    "url",
    [
        "https://evil.example/expenses/6001/receipt",
        "https://harvestapp.com.evil.example/x",
        "https://evilharvestapp.com/x",
        "http://studio.harvestapp.com/x",
        "http://api.harvestapp.com/v2/x",
        "https://api.harvestapp.com@evil.example/x",
        "https://u:p@studio.harvestapp.com/x",
        "https://studio.harvestapp.com:8443/x",
        "https://a.b.harvestapp.com/x",
        "file:///etc/passwd",
        "http://169.254.169.254/latest",
        "/expenses/6001/receipt",
        "https://[bad",
    ],
)
def test_a_receipt_anywhere_else_is_left_there(clerk: Clerk, url: str) -> None:
    with pytest.raises(Refused, match=r"not Harvest's|that is none"):
        clerk.client.expenses.receipt(with_receipt(url))
    assert clerk.asked == []


@pytest.mark.parametrize(
    ("answer", "why"),
    [
        (httpx2.Response(200, text="<html>Sign in</html>"), "open it in a browser"),
        (httpx2.Response(302, headers={"Location": "https://id.getharvest.com/"}), "id.getharvest.com"),
        (httpx2.Response(404), "knows no /expenses/6001/receipt"),
        (httpx2.Response(200, content=PNG + bytes(MOST_BYTES)), "more than 10 MB"),
    ],
)
def test_what_is_no_receipt_is_not_kept(
    clerk: Clerk, tmp_path: Path, answer: httpx2.Response, why: str
) -> None:
    clerk.tell("GET", "/expenses/6001/receipt", answer)
    expense = with_receipt("https://studio.harvestapp.com/expenses/6001/receipt")
    with pytest.raises(Refused, match=why):
        clerk.client.expenses.save_receipt(expense, tmp_path / "taxi.png")
    assert list(tmp_path.iterdir()) == []


def test_an_expense_without_receipt_says_so(clerk: Clerk) -> None:
    with pytest.raises(Refused, match="Expense 6001 has no receipt"):
        clerk.client.expenses.receipt(wire.read(wire.Expense, MILEAGE))


def test_beside_another_host_than_harvests_nothing_is_known() -> None:
    for base_url in ("https://harvest.co.uk/v2", "https://api.studio.example/v2"):
        for url in (
            "https://evil.co.uk/x",
            "https://www.studio.example/x",
            "https://studio.harvestapp.com/x",
        ):
            with pytest.raises(Refused, match="not Harvest's"):
                checked_address(url, base_url)
