"""Whatever a client sends, it is answered: never with a bug."""

import json
from contextlib import closing
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from tests.sandbox import house
from tests.sandbox.conftest import Builder
from tests.sandbox.house import House

from gleaner_sandbox.rules.pages import encode_cursor
from gleaner_sandbox.server import Running

TEXTS = st.text("ab1-:T[]é🦄\x00\ud800 ", max_size=8)
ODD: st.SearchStrategy[Any] = st.sampled_from(
    [0, -1, 1.5, 1e300, 10**30, True, False, None, "", "1e9", "2026-02-30", "99999-01-01", [], {}]
)
VALUES = st.recursive(
    ODD | TEXTS,
    lambda inner: st.lists(inner, max_size=2) | st.dictionaries(TEXTS, inner, max_size=2),
    max_leaves=4,
)
KEYS = (
    "name client_id project_id task_id user_id spent_date hours started_time ended_time notes external_reference "
    "is_active email first_name last_name roles access_roles amount start_date user_ids teammate_ids fee budget "
    "bill_by weekly_capacity timezone currency expense_category_id units total_cost unit_price unit_name billable "
    "receipt delete_receipt"
).split()
BODIES = st.dictionaries(st.sampled_from(KEYS), VALUES, max_size=6)
PLACES = [
    "clients",
    "contacts",
    "tasks",
    "projects",
    "users",
    "roles",
    "time_entries",
    "expenses",
    "expense_categories",
]


def as_json(body: dict[str, Any]) -> dict[str, Any]:
    """*body* with everything but ASCII escaped, so that half a surrogate pair can travel."""
    return {"content": json.dumps(body).encode(), "headers": {"Content-Type": "application/json"}}


@settings(max_examples=150, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(place=st.sampled_from(PLACES), body=BODIES, proper=st.booleans())
def test_no_body_breaks_a_create(running: Running, place: str, body: dict[str, Any], proper: bool) -> None:
    """*proper* starts from a body that would work, so that the nonsense gets further."""
    with closing(house.build(running)) as firm:
        good = {
            "name": "X",
            "client_id": firm.ids["acme"],
            "first_name": "X",
            "last_name": "X",
            "email": "x@firm.example",
            "project_id": firm.ids["portal"],
            "task_id": firm.ids["design"],
            "spent_date": "2026-03-02",
            "expense_category_id": firm.ids["mileage"],
            "units": 3,
        }
        api = firm.api()
        answer = api.call("POST", f"/{place}", **as_json({**(good if proper else {}), **body}))
        assert answer.status_code in (201, 422), answer.text
        if answer.status_code == 201:
            changed = api.call("PATCH", f"/{place}/{answer.json()['id']}", **as_json(body))
            assert changed.status_code in (200, 422), changed.text


@pytest.mark.parametrize(
    "query",
    [
        "page=999999999999999999",
        "page=99999999999999999999999",
        "page=-5",
        "user_id=99999999999999999999999",
        "user_id[]=1",
        "external_reference_id[a]=1",
        "from=99999999",
        "updated_since=9999-12-31T23:59:59-23:00",
        "updated_since=0001-01-01T00:00:00%2B23:00",
        "per_page=1e400",
        "is_running=%00",
        "external_reference_id=%ff%00",
        "a" + "[b]" * 5000 + "=1",
    ],
)
def test_no_query_breaks_a_list(firm: House, query: str) -> None:
    answer = firm.api().call("GET", f"/time_entries?{query}")
    assert answer.status_code in (200, 422), answer.text


@pytest.mark.parametrize("place", ["time_entries", "expenses", "invoices", "estimates"])
def test_a_list_may_be_asked_from_the_first_day_to_the_last(firm: House, place: str) -> None:
    firm.api().get(f"/{place}?from=0001-01-01&to=9999-12-31")


def test_nothing_is_dated_where_no_calendar_goes(firm: House) -> None:
    api = firm.api()
    worked = {"project_id": firm.ids["portal"], "task_id": firm.ids["design"], "hours": 1}
    message = api.refused("POST", "/time_entries", 422, **worked, spent_date="9999-12-31")
    assert message == "Spent date must be between 1900-01-01 and 2199-12-31"
    asked = {"client_id": firm.ids["acme"], "payment_term": "net 30", "issue_date": "9999-12-31"}
    api.refused("POST", "/invoices", 422, **asked)


@pytest.mark.parametrize("query", ["user_id=1e99", "client_id[]=1", "from=x", "is_billed=maybe", "page=-1"])
def test_no_query_breaks_the_list_of_expenses(firm: House, query: str) -> None:
    assert firm.api().call("GET", f"/expenses?{query}").status_code in (200, 422)


@pytest.mark.parametrize("report", ["time/team", "expenses/categories", "uninvoiced", "project_budget"])
@pytest.mark.parametrize(
    "query",
    [
        "from=99999999&to=1",
        "from[]=2026-01-01&to[a]=2026-01-02",
        "from=0001-01-01&to=0001-01-02",
        "from=2026-01-01&to=2026-02-01&include_fixed_fee=perhaps&is_active=perhaps",
        "from=2026-01-01&to=2026-02-01&page=1e30&per_page=0",
        "from=2026-01-01&to=2026-02-01&cursor=x",
    ],
)
def test_no_query_breaks_a_report(firm: House, report: str, query: str) -> None:
    assert firm.api().call("GET", f"/reports/{report}?{query}").status_code in (200, 422)


def test_absurd_amounts_can_still_be_added_up(new: Builder) -> None:
    firm = new(entries=[{"hours": 9999}] * 3, expenses=[{"total_cost": 9e9}] * 3)
    api = firm.api()
    portal = {"bill_by": "Project", "hourly_rate": 9e17, "budget_by": "project_cost", "cost_budget": -9e17}
    api.patch(f"/projects/{firm.ids['portal']}", **portal, cost_budget_include_expenses=True)
    for report in ("time/projects", "expenses/projects", "uninvoiced", "project_budget"):
        api.get(f"/reports/{report}?from=2026-01-01&to=2026-12-31")


@pytest.mark.parametrize(
    "after", [{"created_at": [1], "id": {}}, {"created_at": "x", "id": 10**30}, {"id": True}]
)
def test_no_cursor_breaks_a_list(firm: House, after: dict[str, Any]) -> None:
    assert firm.api().call("GET", f"/clients?cursor={encode_cursor(after)}").status_code == 422
