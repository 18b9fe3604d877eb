"""Invoices: fields, lines, totals, numbers, due dates, lists, permissions.  Source: api.md §17."""

from collections.abc import Mapping
from datetime import timedelta
from typing import Any

import pytest
from tests.sandbox.conftest import Builder
from tests.sandbox.house import MONDAY, Api, House

SERVICE = {"kind": "Service", "unit_price": 100}
INVOICE_KEYS = [
    *"id client_key number purchase_order amount due_amount tax tax_amount tax2 tax2_amount discount".split(),
    *"discount_amount subject notes state period_start period_end issue_date due_date payment_term".split(),
    *"payment_options sent_at paid_at paid_date closed_at recurring_invoice_id created_at updated_at".split(),
    *"currency client estimate retainer creator line_items".split(),
]


def invoice(firm: House, api: Api | None = None, **said: Any) -> Any:
    usual = {"client_id": firm.ids["acme"], "line_items": [SERVICE]}
    return (api or firm.api()).post("/invoices", **{**usual, **said})


def test_a_new_invoice_says_everything_and_costs_what_its_lines_say(firm: House) -> None:
    made = invoice(firm, line_items=[{**SERVICE, "quantity": 1.5, "project_id": firm.ids["portal"]}])
    assert list(made) == INVOICE_KEYS
    (line,) = made["line_items"]
    assert line == {
        "id": line["id"],
        "kind": "Service",
        "description": None,
        "quantity": 1.5,
        "unit_price": 100.0,
        "amount": 150.0,
        "taxed": False,
        "taxed2": False,
        "project": {"id": firm.ids["portal"], "name": "Portal", "code": "POR"},
    }
    assert (made["amount"], made["due_amount"], made["tax"], made["tax_amount"]) == (150.0, 150.0, None, 0.0)
    assert (made["state"], made["currency"], made["number"]) == ("draft", "EUR", "1")
    assert (made["issue_date"], made["due_date"], made["payment_term"]) == (MONDAY, MONDAY, "custom")
    assert made["client"] == {"id": firm.ids["acme"], "name": "Acme"}
    assert made["creator"] == {"id": firm.ids["admin"], "name": "Admin Person"}
    assert len(made["client_key"]) == 40
    assert firm.api().get(f"/invoices/{made['id']}") == made


def test_discount_and_taxes_are_as_in_the_docs_sample(firm: House) -> None:
    line = {"kind": "Service", "unit_price": 300, "taxed": True, "taxed2": True}
    made = invoice(firm, line_items=[line], discount=10, tax=5, tax2="2")
    figures = {key: made[key] for key in ("discount_amount", "tax_amount", "tax2_amount", "amount")}
    assert figures == {"discount_amount": 30.0, "tax_amount": 13.5, "tax2_amount": 5.4, "amount": 288.9}


def test_a_tax_that_is_withheld_is_less_than_nothing(firm: House) -> None:
    made = invoice(firm, line_items=[{**SERVICE, "taxed": True, "taxed2": True}], tax=20, tax2=-15)
    whole = made["line_items"][0]["amount"]
    assert (made["tax_amount"], made["tax2_amount"]) == (whole * 0.2, whole * -0.15)
    assert made["amount"] == pytest.approx(whole * 1.05)


def test_nothing_has_no_sign(firm: House) -> None:
    line = {"kind": "Service", "unit_price": -0.001, "quantity": "-0", "taxed": True}
    for lines in ([line], [{**line, "quantity": 1}], [{**line, "unit_price": 0}]):
        made = invoice(firm, line_items=lines, tax=-0.0, discount=-0.0)
        assert "-0.0," not in firm.api().call("GET", f"/invoices/{made['id']}").text.replace("-0.001", "")
    spent = firm.expense(firm.api(), total_cost=-0.001)
    assert str(spent["total_cost"]) == "0.0"


def test_a_discount_is_rounded_as_it_was_live(firm: House) -> None:
    made = invoice(firm, line_items=[{"kind": "Product", "unit_price": 80.1}], discount=4)
    assert (made["discount_amount"], made["amount"]) == (3.2, 76.9)


def test_only_flagged_lines_are_taxed(firm: House) -> None:
    made = invoice(firm, line_items=[SERVICE, {**SERVICE, "taxed": True}], tax=10)
    assert (made["tax_amount"], made["amount"]) == (10.0, 210.0)


def test_lines_are_appended_changed_and_removed_and_the_others_stay(firm: House) -> None:
    api = firm.api()
    made = invoice(
        firm, line_items=[SERVICE, {**SERVICE, "description": "Two"}, {**SERVICE, "unit_price": 7}]
    )
    one, two, three = (line["id"] for line in made["line_items"])
    said = [
        {"id": two, "quantity": 2},
        {"id": three, "_destroy": True},
        {"kind": "Product", "unit_price": 1.25},
    ]
    changed = api.patch(f"/invoices/{made['id']}", line_items=said)
    kept = [(line["id"], line["description"], line["amount"]) for line in changed["line_items"]]
    assert kept[:2] == [(one, None, 100.0), (two, "Two", 200.0)]
    assert [line["kind"] for line in changed["line_items"]] == ["Service", "Service", "Product"]
    assert changed["line_items"][2]["id"] not in (one, two, three)
    assert changed["amount"] == changed["due_amount"] == 301.25


def test_lines_arrive_in_rails_brackets_too(firm: House) -> None:
    form = {
        "client_id": str(firm.ids["acme"]),
        "line_items[0][kind]": "Service",
        "line_items[0][unit_price]": "12.5",
        "line_items[1]kind": "Product",
        "line_items[1]unit_price": "1",
    }
    made = firm.api().call("POST", "/invoices", data=form).json()
    assert made["amount"] == 13.5


def test_a_line_that_names_only_its_kind_is_dropped(firm: House) -> None:
    assert invoice(firm, line_items=[{"kind": "Service"}, SERVICE])["amount"] == 100.0


@pytest.mark.parametrize(
    ("line", "message"),
    [
        ({"unit_price": 1}, "Line items kind can't be blank"),
        ({"kind": "Service", "description": "x"}, "Line items unit price can't be blank"),
        ({"kind": "Service", "unit_price": "much"}, "Line items unit price is not a number"),
        ({"kind": "Service", "unit_price": 1, "project_id": 1}, "Line items project can't be blank"),
        ("Service", "Line items is invalid"),
        ({"id": "x"}, "Line items is not a number"),
    ],
)
def test_a_line_that_makes_no_sense_is_refused(firm: House, line: Any, message: str) -> None:
    said = firm.api().refused("POST", "/invoices", 422, client_id=firm.ids["acme"], line_items=[line])
    assert said == message


def test_a_line_of_another_invoice_is_not_found(firm: House) -> None:
    other, made = invoice(firm), invoice(firm)
    said = [{"id": other["line_items"][0]["id"], "_destroy": True}]
    firm.api().refused("PATCH", f"/invoices/{made['id']}", 404, line_items=said)


@pytest.mark.parametrize("said", [{"payment_term": "net 15"}, {"due_date": "2026-05-01", "tax": 5}])
def test_an_invoice_sent_back_whole_stays_as_it_is(firm: House, said: dict[str, Any]) -> None:
    made = invoice(firm, line_items=[{**SERVICE, "project_id": firm.ids["portal"]}], **said)
    firm.running.control.advance(timedelta(minutes=5))
    assert firm.api().patch(f"/invoices/{made['id']}", **made) == made


def test_a_retainer_is_named_by_its_id(firm: House) -> None:
    assert invoice(firm)["retainer"] is None
    assert invoice(firm, retainer_id=12)["retainer"] == {"id": 12}


def test_numbers_count_on_from_the_largest_and_keep_their_pattern(firm: House) -> None:
    api = firm.api()
    assert invoice(firm, number="2026-009")["number"] == "2026-009"
    assert invoice(firm)["number"] == "2026-010"
    third = invoice(firm)
    assert third["number"] == "2026-011"
    api.delete(f"/invoices/{third['id']}")
    assert invoice(firm)["number"] == "2026-011"


def test_a_number_is_given_once(firm: House) -> None:
    api = firm.api()
    first, second = invoice(firm, number="A1"), invoice(firm, number="A2")
    assert "taken" in api.refused("POST", "/invoices", 422, client_id=firm.ids["acme"], number="A1")
    assert "taken" in api.refused("PATCH", f"/invoices/{second['id']}", 422, number="A1")
    assert api.patch(f"/invoices/{first['id']}", number="A1")["number"] == "A1"


@pytest.mark.parametrize(
    ("said", "due", "term"),
    [
        ({}, "2026-03-07", "custom"),
        ({"due_date": "2026-05-01"}, "2026-05-01", "custom"),
        ({"payment_term": "net 30"}, "2026-04-06", "net 30"),
        ({"payment_term": "upon receipt"}, "2026-03-07", "upon receipt"),
        ({"payment_term": "net 45", "due_date": "2026-05-01"}, "2026-04-21", "net 45"),
        ({"payment_term": "custom", "due_date": "2026-05-01"}, "2026-05-01", "custom"),
    ],
)
def test_the_payment_term_decides_when_it_is_due(
    firm: House, said: dict[str, Any], due: str, term: str
) -> None:
    made = invoice(firm, issue_date="2026-03-07", **said)
    assert (made["due_date"], made["payment_term"]) == (due, term)


def test_a_later_issue_date_moves_the_due_date_unless_it_is_custom(firm: House) -> None:
    api = firm.api()
    net, custom = invoice(firm, payment_term="net 15"), invoice(firm, due_date="2026-05-01")
    assert api.patch(f"/invoices/{net['id']}", issue_date="2026-03-10")["due_date"] == "2026-03-25"
    assert api.patch(f"/invoices/{custom['id']}", issue_date="2026-03-10")["due_date"] == "2026-05-01"


@pytest.mark.parametrize(
    ("said", "message"),
    [
        ({"client_id": None, "currency": "EUR"}, "Client can't be blank"),
        ({"client_id": 1, "currency": "EUR", "tax": "x"}, "Client can't be blank, Tax is not a number"),
        ({"client_id": "Acme"}, "Client is not a number"),
        ({"payment_term": "net 12"}, "Payment term is not included in the list"),
        ({"payment_options": ["cash"]}, "Payment options is not included in the list"),
        ({"issue_date": "2026-02-30"}, "Issue date is not a valid date"),
        ({"estimate_id": 1}, "Estimate can't be blank"),
        ({"estimate_id": 0}, "Estimate can't be blank"),
        ({"tax": "x", "discount": "y"}, "Tax is not a number, Discount is not a number"),
        ({"discount": -1}, "Discount must be between 0 and 100"),
        ({"discount": "100.5"}, "Discount must be between 0 and 100"),
    ],
)
def test_what_makes_no_sense_is_refused_in_words(firm: House, said: dict[str, Any], message: str) -> None:
    body = {"client_id": firm.ids["acme"], **said}
    assert firm.api().refused("POST", "/invoices", 422, **body) == message


@pytest.mark.parametrize("said", [{}, {"client_id": None}, {"client_id": 1}])
def test_without_a_client_there_is_no_currency_either(firm: House, said: dict[str, Any]) -> None:
    assert firm.api().refused("POST", "/invoices", 422, **said) == (
        "Currency can't be blank, Currency is not included in the list, "
        "Client can't be blank, Currency code can't be blank"
    )


def test_lists_go_by_issue_date_and_narrow_by_client_project_state_and_days(firm: House) -> None:
    api, acme, globex = firm.api(), firm.ids["acme"], firm.ids["globex"]
    portal = {**SERVICE, "project_id": firm.ids["portal"]}
    one = invoice(firm, issue_date="2026-01-10", line_items=[portal])["id"]
    two = invoice(firm, issue_date="2026-03-01", client_id=globex)["id"]
    three = invoice(firm, issue_date="2026-02-01")["id"]
    api.post(f"/invoices/{three}/messages", event_type="send")

    def found(**query: Any) -> list[int]:
        return [row["id"] for row in api.get("/invoices", **query)["invoices"]]

    assert found() == [two, three, one]
    assert found(client_id=acme) == [three, one]
    assert found(project_id=firm.ids["portal"]) == [one]
    assert found(state="open") == [three]
    assert found(**{"from": "20260115", "to": "2026-02-15"}) == [three]
    assert found(updated_since="2026-03-02T09:30:00Z") == []
    assert found(per_page=1, page=2) == [three]
    assert "page=3" in api.get("/invoices", per_page=1, page=2)["links"]["next"]
    api.refused("GET", "/invoices?state=late", 422)


def test_a_deleted_invoice_is_gone_with_its_messages_and_payments(firm: House) -> None:
    api, made = firm.api(), invoice(firm)
    api.post(f"/invoices/{made['id']}/messages", event_type="send")
    api.post(f"/invoices/{made['id']}/payments", amount=5)
    last = api.get(f"/invoices/{made['id']}")
    assert api.delete(f"/invoices/{made['id']}") == {**last, "line_items": []}
    for place in ("", "/messages", "/payments"):
        api.refused("GET", f"/invoices/{made['id']}{place}", 404)


def test_a_client_with_invoices_or_estimates_is_not_removable(firm: House) -> None:
    api = firm.api()
    for place in ("invoices", "estimates"):
        client = api.post("/clients", name=f"Client of {place}")["id"]
        made = api.post(f"/{place}", client_id=client)
        said = api.refused("DELETE", f"/clients/{client}", 422)
        assert said == "This client is not removable. It still has projects and/or invoices."
        api.delete(f"/{place}/{made['id']}")
        api.delete(f"/clients/{client}")


def test_an_invoice_outlives_its_project(firm: House) -> None:
    api = firm.api()
    made = invoice(firm, line_items=[{**SERVICE, "project_id": firm.ids["portal"]}])
    api.delete(f"/projects/{firm.ids['portal']}")
    left = api.get(f"/invoices/{made['id']}")
    assert (left["amount"], left["line_items"][0]["project"]) == (100.0, None)


def test_the_module_can_be_off(new: Builder) -> None:
    firm = new(company={"invoice_feature": False, "estimate_feature": False})
    for place in ("invoices", "invoice_item_categories", "estimates", "estimate_item_categories"):
        firm.api().refused("GET", f"/{place}", 403)


def test_every_account_has_the_flagged_categories_and_keeps_them(firm: House) -> None:
    api = firm.api()
    product, service = api.get("/invoice_item_categories")["invoice_item_categories"]
    assert (service["name"], service["use_as_service"], service["use_as_expense"]) == ("Service", True, False)
    assert (product["name"], product["use_as_service"], product["use_as_expense"]) == ("Product", False, True)
    api.refused("DELETE", f"/invoice_item_categories/{service['id']}", 422)
    own = api.post("/invoice_item_categories", name="Travel", use_as_service=True)
    assert own["use_as_service"] is False
    assert api.patch(f"/invoice_item_categories/{own['id']}", name="Trips")["name"] == "Trips"
    api.delete(f"/invoice_item_categories/{own['id']}")
    api.refused("GET", f"/invoice_item_categories/{own['id']}", 404)


DRAFTER = {"manager": ["manager", "managed_projects_invoice_drafter"]}
MANAGER = {"manager": ["manager", "managed_projects_invoice_manager"]}


def test_members_and_plain_managers_see_no_invoices(firm: House) -> None:
    made = invoice(firm)
    for who in ("member", "manager"):
        firm.api(who).refused("GET", "/invoices", 403)
        firm.api(who).refused("GET", f"/invoices/{made['id']}", 403)
        firm.api(who).refused("GET", "/invoice_item_categories", 403)


def test_managers_see_the_invoices_that_are_all_about_their_projects(new: Builder) -> None:
    firm = new(roles=MANAGER)
    portal, shop = ({**SERVICE, "project_id": firm.ids[name]} for name in ("portal", "shop"))
    mine = invoice(firm, line_items=[portal, SERVICE])["id"]
    mixed = invoice(firm, line_items=[portal, shop])["id"]
    invoice(firm, line_items=[shop])
    invoice(firm)
    manager = firm.api("manager")
    own = invoice(firm, manager)["id"]

    def seen() -> set[int]:
        return {row["id"] for row in manager.get("/invoices")["invoices"]}

    assert seen() == {mine, own}
    manager.refused("GET", f"/invoices/{mixed}", 404)
    firm.running.state.switches.turn({"managers_invoices": "any_line"})
    assert seen() == {mine, own, mixed}
    assert manager.get(f"/invoices/{mixed}")["id"] == mixed


def test_managers_invoice_their_own_projects_only(new: Builder) -> None:
    firm = new(roles=MANAGER)
    manager, shop = firm.api("manager"), [{**SERVICE, "project_id": firm.ids["shop"]}]
    manager.refused("POST", "/invoices", 403, client_id=firm.ids["acme"], line_items=shop)
    manager.refused("POST", "/invoices", 403, client_id=firm.ids["globex"])
    made = invoice(firm, manager)
    manager.refused("PATCH", f"/invoices/{made['id']}", 403, line_items=shop)
    manager.post(f"/invoices/{made['id']}/messages", event_type="send")
    manager.post(f"/invoices/{made['id']}/payments", amount=5)
    manager.delete(f"/invoices/{made['id']}")


def test_who_drafts_changes_drafts_and_nothing_else(new: Builder) -> None:
    firm = new(roles=DRAFTER)
    drafter = firm.api("manager")
    made = invoice(firm, drafter)
    place = f"/invoices/{made['id']}"
    assert drafter.patch(place, subject="Work")["subject"] == "Work"
    drafter.refused("POST", f"{place}/messages", 403, event_type="send")
    drafter.refused("POST", f"{place}/payments", 403, amount=5)
    drafter.refused("DELETE", place, 403)
    firm.api().post(f"{place}/messages", event_type="send")
    assert drafter.get(place)["state"] == "open"
    drafter.refused("PATCH", place, 403, subject="More work")


def test_a_seed_may_hold_invoices_that_are_paid_and_that_hold_time(new: Builder) -> None:
    def more(ids: Mapping[str, int]) -> dict[str, Any]:
        paid = {
            "id": ids["portal"],
            "client_id": ids["acme"],
            "number": "77",
            "state": "open",
            "issue_date": "2026-01-15",
            "created_at": "2026-01-15T09:00:00Z",
            "payment_term": "net 15",
            "line_items": [{"kind": "Service", "unit_price": 50, "quantity": 2, "project_id": ids["portal"]}],
            "payments": [{"amount": 100.0, "paid_date": "2026-01-20"}],
        }
        entry = {
            "user_id": ids["member"],
            "project_id": ids["portal"],
            "task_id": ids["design"],
            "spent_date": "2026-01-10",
            "hours": 2.0,
            "is_billed": True,
            "invoice": {"id": ids["portal"], "number": "77"},
        }
        return {"invoices": [paid], "time_entries": [entry]}

    firm = new(more=more)
    api = firm.api()
    made = api.get(f"/invoices/{firm.ids['portal']}")
    assert (made["state"], made["amount"], made["due_amount"]) == ("paid", 100.0, 0.0)
    assert (made["due_date"], made["paid_date"]) == ("2026-01-30", "2026-01-20")
    assert made["updated_at"] == "2026-01-15T09:00:00Z"
    assert invoice(firm)["number"] == "78"
    api.delete(f"/invoices/{made['id']}")
    (freed,) = api.get("/time_entries")["time_entries"]
    assert (freed["is_billed"], freed["invoice"], freed["is_locked"]) == (False, None, False)
