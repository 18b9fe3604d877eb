"""The reports on time, expenses and what is uninvoiced (api.md §19, rates.md §1-§3)."""

import time
from collections import defaultdict
from collections.abc import Callable
from contextlib import closing
from decimal import ROUND_HALF_UP, Decimal
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from tests.sandbox import house
from tests.sandbox.conftest import Builder
from tests.sandbox.house import MONDAY, Api, House

from gleaner_sandbox.clock import Clock
from gleaner_sandbox.seed import TimeEntrySeed
from gleaner_sandbox.server import Running, serve_in_thread
from gleaner_sandbox.state import State
from gleaner_sandbox.tables import INVOICES
from gleaner_sandbox.wire.limits import Limiter

SPAN = "from=20260101&to=20260331"
RATED = ["manager", "billable_rates_manager"]


def results(api: Api, report: str, more: str = "") -> list[Any]:
    rows: list[Any] = api.get(f"/reports/{report}?{SPAN}{more}")["results"]
    return rows


def picked(rows: list[Any], *keys: str) -> list[tuple[Any, ...]]:
    return [tuple(row[key] for key in keys) for row in rows]


WORK: list[Any] = [
    {"user": "member", "hours": 2},  # portal, design: 95 an hour
    {"user": "member", "hours": 1, "task": "coding"},  # not billable
    {"user": "other", "hours": 4},  # billable, without a rate
    {"user": "member", "project": "shop", "hours": 3, "spent_date": "2026-02-10"},
]


def test_each_report_on_time_has_a_row_for_each_subject_and_currency(new: Builder) -> None:
    firm = new(entries=WORK)
    api = firm.api()
    api.patch(f"/projects/{firm.ids['shop']}", bill_by="Project", hourly_rate=10)
    figures = ("total_hours", "billable_hours", "currency", "billable_amount")
    portal, shop = (7.0, 6.0, "EUR", 190.0), (3.0, 3.0, "USD", 30.0)
    clients = results(api, "time/clients")
    assert picked(clients, "client_id", "client_name") == [
        (firm.ids["acme"], "Acme"),
        (firm.ids["globex"], "Globex"),
    ]
    assert picked(clients, *figures) == [portal, shop]
    projects = results(api, "time/projects")
    assert picked(projects, "project_id", "project_name", "client_id", "client_name") == [
        (firm.ids["portal"], "[POR] Portal", firm.ids["acme"], "Acme"),
        (firm.ids["shop"], "Shop", firm.ids["globex"], "Globex"),
    ]
    assert picked(projects, *figures) == [portal, shop]
    tasks = results(api, "time/tasks")
    assert picked(tasks, "task_id", "task_name", *figures) == [
        (firm.ids["coding"], "Coding", 1.0, 0.0, "EUR", 0.0),
        (firm.ids["design"], "Design", 6.0, 6.0, "EUR", 190.0),
        (firm.ids["design"], "Design", 3.0, 3.0, "USD", 30.0),
    ]
    team = results(api, "time/team")
    assert picked(team, "user_name", *figures) == [
        ("Member Person", 3.0, 2.0, "EUR", 190.0),
        ("Member Person", 3.0, 3.0, "USD", 30.0),
        ("Other Person", 4.0, 4.0, "EUR", 0.0),
    ]
    assert picked(team, "user_id", "is_contractor", "weekly_capacity")[0] == (
        firm.ids["member"],
        False,
        126000,
    )
    assert team[0]["avatar_url"].startswith("https://")


def test_a_fixed_fee_has_billable_hours_and_an_amount_only_when_it_is_included(new: Builder) -> None:
    firm = new(entries=[{"hours": 2}])
    api = firm.api()
    api.patch(f"/projects/{firm.ids['portal']}", is_fixed_fee=True, fee=1000)
    for more, amount in (("", 0.0), ("&include_fixed_fee=false", 0.0), ("&include_fixed_fee=true", 190.0)):
        (row,) = results(api, "time/projects", more)
        assert (row["billable_hours"], row["billable_amount"]) == (2.0, amount)


def test_hours_are_rounded_entry_by_entry_and_rated_by_their_day(new: Builder) -> None:
    entries = [{"hours": 0.1}, {"hours": 0.1}, {"hours": 1.3, "spent_date": "2025-12-30"}]
    firm = new(entries=entries, company={"rounding": {"mode": "up", "minutes": 15}})
    (row,) = firm.api().get("/reports/time/team?from=2025-12-01&to=2026-03-31")["results"]
    assert (row["total_hours"], row["billable_amount"]) == (2.0, 0.5 * 95 + 1.5 * 80)


def test_a_running_timer_counts_as_far_as_it_has_run(firm: House) -> None:
    api = firm.api()
    firm.entry(api)
    api.client.put(f"{firm.running.control_url}/clock", json={"advance_seconds": 5400})
    assert picked(results(api, "time/team"), "total_hours") == [(1.5,)]


@pytest.mark.parametrize(
    ("query", "message"),
    [
        ("", "From can't be blank, To can't be blank"),
        ("from=20260301", "To can't be blank"),
        ("from=soon&to=2026-03-02", "From is not a valid date"),
        ("from=20250101&to=20260102", "The timeframe cannot be longer than 365 days"),
    ],
)
@pytest.mark.parametrize("report", ["time/team", "expenses/clients", "uninvoiced"])
def test_a_report_wants_a_span_of_at_most_365_days(
    firm: House, report: str, query: str, message: str
) -> None:
    assert firm.api().refused("GET", f"/reports/{report}?{query}", 422) == message


@pytest.mark.parametrize(
    ("query", "hours"),
    [
        ("from=2026-02-02&to=20260203", 3.0),
        ("from=20260203&to=2026-02-03", 2.0),
        ("from=20250301&to=20260301", 7.0),
        ("from=20260203&to=20260101", None),
    ],
)
def test_both_ends_of_the_span_belong_to_it_in_either_style(
    new: Builder, query: str, hours: float | None
) -> None:
    days = {"2026-02-02": 1, "2026-02-03": 2, "2026-02-04": 4}
    firm = new(entries=[{"spent_date": day, "hours": hours} for day, hours in days.items()])
    rows = firm.api().get(f"/reports/time/team?{query}")["results"]
    assert picked(rows, "total_hours") == ([] if hours is None else [(hours,)])


def test_a_report_comes_in_pages_whose_links_repeat_the_query(new: Builder) -> None:
    firm = new(entries=[{"user": who} for who in ("member", "other", "admin")])
    api = firm.api()
    first = api.get(f"/reports/time/team?{SPAN}&per_page=2")
    assert (first["total_entries"], first["total_pages"], first["page"], first["next_page"]) == (3, 2, 1, 2)
    here = f"{firm.running.base_url}/reports/time/team"
    assert first["links"]["next"] == f"{here}?from=20260101&page=2&per_page=2&ref=next&to=20260331"
    second = api.get(first["links"]["next"])
    assert picked([*first["results"], *second["results"]], "user_name") == [
        ("Admin Person",),
        ("Member Person",),
        ("Other Person",),
    ]
    api.refused("GET", f"/reports/time/team?{SPAN}&per_page=2001", 422)


def test_people_see_the_reports_of_their_own_and_managed_time_and_money_only_with_permission(
    new: Builder,
) -> None:
    work = [*WORK, {"user": "stranger", "project": "shop"}]
    firm = new(entries=work, expenses=[{}, {"user": "stranger", "project": "shop"}])
    rated = new(entries=work, expenses=[{}], roles={"manager": RATED})
    money = {"currency", "billable_amount"}
    for who, hours in (("member", [3.0, 3.0]), ("manager", [3.0, 3.0, 4.0]), ("stranger", [1.0])):
        rows = results(firm.api(who), "time/team")
        assert [row["total_hours"] for row in rows] == hours
        assert not money & {key for row in rows for key in row}
        spent = results(firm.api(who), "expenses/clients")
        assert picked(spent, "total_amount") == [(10.0,)]
        assert not money & set(spent[0])
    assert picked(results(rated.api("manager"), "time/team"), "billable_amount")[0] == (190.0,)
    assert picked(results(rated.api("manager"), "expenses/team"), "currency") == [("EUR",)]


COSTS: list[Any] = [
    {"total_cost": 10.1},
    {"total_cost": 5, "billable": False},
    {"user": "other", "category": "mileage", "units": 100},
    {"user": "stranger", "project": "shop", "total_cost": 7, "spent_date": "2026-02-01"},
    {"total_cost": 1000, "spent_date": "2025-12-31"},
]


@pytest.mark.parametrize(
    ("report", "name", "rows"),
    [
        ("clients", "client_name", [("Acme", 72.6, 67.6, "EUR"), ("Globex", 7.0, 7.0, "USD")]),
        ("projects", "project_name", [("[POR] Portal", 72.6, 67.6, "EUR"), ("Shop", 7.0, 7.0, "USD")]),
        (
            "categories",
            "expense_category_name",
            [("Meals", 15.1, 10.1, "EUR"), ("Meals", 7.0, 7.0, "USD"), ("Mileage", 57.5, 57.5, "EUR")],
        ),
        (
            "team",
            "user_name",
            [
                ("Member Person", 15.1, 10.1, "EUR"),
                ("Other Person", 57.5, 57.5, "EUR"),
                ("Stranger Person", 7.0, 7.0, "USD"),
            ],
        ),
    ],
)
def test_each_report_on_expenses_adds_up_what_was_spent(
    new: Builder, report: str, name: str, rows: list[Any]
) -> None:
    found = results(new(expenses=COSTS).api(), f"expenses/{report}")
    assert picked(found, name, "total_amount", "billable_amount", "currency") == rows
    own = {"clients": "client_id", "projects": "client_name", "categories": "expense_category_id"}
    assert own.get(report, "is_contractor") in found[0]


def billed(firm: House, project: str, *amounts: float) -> None:
    lines = [{"project_id": firm.ids[project], "amount": amount} for amount in amounts]
    with firm.running.state.writing(firm.account_id) as books:
        books.insert(
            INVOICES,
            {"client_id": firm.ids["acme"], "line_items": [*lines, {"project_id": None, "amount": 5}]},
        )


def test_uninvoiced_time_and_materials_are_unbilled_billable_time_and_expenses(new: Builder) -> None:
    work = [*WORK, {"hours": 8, "is_billed": True}]
    firm = new(entries=work, expenses=[*COSTS, {"total_cost": 99, "is_billed": True}])
    api = firm.api()
    api.patch(f"/projects/{firm.ids['shop']}", is_billable=False)
    quiet = api.post("/projects", client_id=firm.ids["acme"], name="Quiet")
    rows = results(api, "uninvoiced")
    figures = ("total_hours", "uninvoiced_hours", "uninvoiced_expenses", "uninvoiced_amount")
    assert picked(rows, "client_name", "project_id", "project_name", "currency", *figures) == [
        ("Acme", firm.ids["portal"], "Portal", "EUR", 15.0, 6.0, 67.6, 257.6),
        ("Acme", quiet["id"], "Quiet", "EUR", 0.0, 0.0, 0.0, 0.0),
    ]


def test_what_is_uninvoiced_of_a_fixed_fee_is_the_fee_without_what_was_invoiced(new: Builder) -> None:
    firm = new(entries=[{"hours": 2}], expenses=[{"total_cost": 10}])
    api = firm.api()
    place = f"/projects/{firm.ids['portal']}"
    api.patch(place, is_fixed_fee=True, fee=1000, starts_on="2026-01-15")

    def portal(query: str = SPAN) -> Any:
        rows = api.get(f"/reports/uninvoiced?{query}")["results"]
        return next(row for row in rows if row["project_id"] == firm.ids["portal"])

    assert (portal()["uninvoiced_amount"], portal()["uninvoiced_expenses"]) == (1000.0, 10.0)
    billed(firm, "portal", 300.0, 100.5)
    assert portal()["uninvoiced_amount"] == 599.5
    billed(firm, "portal", 699.5)
    assert portal()["uninvoiced_amount"] == -100.0
    assert portal("from=20260101&to=20260115")["uninvoiced_amount"] == -100.0
    assert portal("from=20260101&to=20260114")["uninvoiced_amount"] == 0.0
    api.patch(place, starts_on=None)
    assert portal("from=20260101&to=20260301")["uninvoiced_amount"] == 0.0, "created on 2 March"
    assert portal("from=20260101&to=20260302")["uninvoiced_amount"] == -100.0
    names = picked(results(api, "uninvoiced", "&include_fixed_fee=false"), "project_name")
    assert names == [("Shop",)]


def test_what_is_uninvoiced_is_for_those_who_invoice(new: Builder) -> None:
    firm = new(entries=WORK, roles={"manager": ["manager", "managed_projects_invoice_drafter"]})
    assert picked(results(firm.api("manager"), "uninvoiced"), "project_name", "total_hours") == [
        ("Portal", 7.0)
    ]
    for who in ("member", "stranger"):
        firm.api(who).refused("GET", f"/reports/uninvoiced?{SPAN}", 403)


ENTRIES = st.lists(
    st.fixed_dictionaries(
        {
            "user": st.sampled_from(["member", "other", "admin", "stranger"]),
            "project": st.sampled_from(["portal", "shop"]),
            "task": st.sampled_from(["design", "coding"]),
            "spent_date": st.sampled_from(["2025-12-31", "2026-01-01", "2026-02-10", MONDAY]),
            "hours": st.integers(0, 2400).map(lambda hundredths: hundredths / 100),
            "is_billed": st.booleans(),
        }
    ),
    max_size=12,
)
ROUNDING = st.sampled_from([("off", 15), ("up", 6), ("up", 15), ("nearest", 15), ("nearest", 30)])
WHOLE = "from=2025-12-01&to=2026-03-31"


def cents(amount: Decimal) -> float:
    return float(amount.quantize(Decimal("0.01"), ROUND_HALF_UP))


def naive(entries: list[Any], subject: Callable[[Any], int]) -> dict[Any, Any]:
    """Hours, billable hours and value by subject and currency, from the entries as the API lists them."""
    found: dict[Any, list[Decimal]] = defaultdict(lambda: [Decimal(0)] * 3)
    for entry in entries:
        hours = Decimal(str(entry["rounded_hours"]))
        billable = hours if entry["billable"] else Decimal(0)
        value = billable * Decimal(str(entry["billable_rate"] or 0))
        key = (subject(entry), entry["client"]["currency"])
        found[key] = [a + b for a, b in zip(found[key], (hours, billable, value), strict=True)]
    return {key: (float(h), float(b), cents(v)) for key, (h, b, v) in found.items()}


@settings(max_examples=40, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(entries=ENTRIES, rounding=ROUNDING, cost=st.integers(1, 9999))
def test_every_report_adds_up_the_same_entries(
    running: Running, entries: list[Any], rounding: tuple[Any, Any], cost: int
) -> None:
    """The sums over clients, projects, tasks and people are those of a calculation entry by entry."""
    mode, minutes = rounding
    built = house.build(running, entries=entries, company={"rounding": {"mode": mode, "minutes": minutes}})
    with closing(built) as firm:
        api = firm.api()
        api.patch(f"/projects/{firm.ids['shop']}", bill_by="Project", hourly_rate=cost / 100)
        listed = api.get("/time_entries")["time_entries"]
        reports = {
            "clients": ("client_id", lambda entry: entry["client"]["id"]),
            "projects": ("project_id", lambda entry: entry["project"]["id"]),
            "tasks": ("task_id", lambda entry: entry["task"]["id"]),
            "team": ("user_id", lambda entry: entry["user"]["id"]),
        }
        totals = set()
        for report, (key, subject) in reports.items():
            rows = api.get(f"/reports/time/{report}?{WHOLE}")["results"]
            figures = ("total_hours", "billable_hours", "billable_amount")
            shown = {(row[key], row["currency"]): tuple(row[name] for name in figures) for row in rows}
            assert shown == naive(listed, subject)
            totals.add(sum(Decimal(str(row["total_hours"])) for row in rows))
        assert totals == {sum(Decimal(str(entry["rounded_hours"])) for entry in listed)}
        open_value = naive([e for e in listed if not e["is_billed"]], lambda entry: entry["project"]["id"])
        for row in api.get(f"/reports/uninvoiced?{WHOLE}")["results"]:
            assert (
                row["uninvoiced_amount"] == open_value.get((row["project_id"], row["currency"]), (0, 0, 0))[2]
            )


def test_reports_have_a_limit_of_their_own() -> None:
    """100 reports in 15 minutes, beside 100 other requests in 15 seconds."""
    seconds = 0.0
    state = State(clock=Clock())
    with serve_in_thread(state, limits=Limiter(monotonic=lambda: seconds)) as running:
        firm = house.build(running)
        api = firm.api()
        place = f"/reports/time/clients?{SPAN}"
        assert {api.call("GET", place).status_code for _ in range(100)} == {200}
        throttled = api.call("GET", place)
        assert (throttled.status_code, throttled.headers["Retry-After"]) == (429, "900")
        assert {api.call("GET", "/users/me").status_code for _ in range(100)} == {200}
        assert api.call("GET", "/users/me").status_code == 429
        seconds = 16.0
        assert api.call("GET", "/users/me").status_code == 200
        assert api.call("GET", "/reports/project_budget").headers["Retry-After"] == "884"
        seconds = 901.0
        assert api.call("GET", place).status_code == 200
        firm.close()
    state.close()


def test_fifty_thousand_entries_are_summed_within_a_second_or_so(new: Builder) -> None:
    tasks, people = ("design", "coding"), ("member", "other", "admin", "stranger")
    entries: list[TimeEntrySeed] = [
        {  # type: ignore[typeddict-unknown-key, typeddict-item]
            "user": people[n % 4],
            "project": ("portal", "shop")[n % 3 == 0],
            "task": tasks[n % 7 == 0],
            "spent_date": f"2026-{n % 3 + 1:02}-{n % 28 + 1:02}",
            "hours": (n % 800) / 100,
        }
        for n in range(50_000)
    ]
    firm = new(entries=entries, company={"rounding": {"mode": "up", "minutes": 15}})
    api = firm.api()
    begun = time.process_time()
    rows = results(api, "time/projects")
    assert time.process_time() - begun < 2
    assert sum(row["total_hours"] for row in rows) > 190_000
