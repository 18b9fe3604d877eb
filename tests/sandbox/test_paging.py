"""Pages and cursors (api.md §4)."""

from collections.abc import Iterator
from contextlib import closing
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from tests.sandbox import house
from tests.sandbox.conftest import Builder
from tests.sandbox.house import House

from gleaner_sandbox.server import Running

CURSOR_LISTS = ["/clients", "/contacts", "/tasks", "/projects", "/roles", "/users", "/task_assignments"]
PAGE_LISTS = ["/time_entries", "/users/me/project_assignments"]


@pytest.fixture
def crowd(new: Builder) -> House:
    """Seven entries and six more clients."""
    firm = new(entries=[{"spent_date": f"2026-02-0{day}"} for day in (1, 2, 3, 3, 3, 4, 5)])
    api = firm.api()
    for n in range(6):
        api.post("/clients", name=f"Client {n}")
    return firm


def walk(api: house.Api, path: str, key: str, **params: Any) -> Iterator[dict[str, Any]]:
    """Every page, by following ``links.next``."""
    answer = api.get(path, **params)
    yield answer
    while answer["links"]["next"]:
        answer = api.get(answer["links"]["next"])
        yield answer


def test_an_empty_list_has_one_page_and_says_so(firm: House) -> None:
    base = f"{firm.running.base_url}/time_entries"
    answer = firm.api().get("/time_entries")
    only = f"{base}?page=1&per_page=2000"
    assert answer == {
        "time_entries": [],
        "per_page": 2000,
        "total_pages": 1,
        "total_entries": 0,
        "next_page": None,
        "previous_page": None,
        "page": 1,
        "links": {"first": f"{only}&ref=first", "next": None, "previous": None, "last": f"{only}&ref=last"},
    }


def test_pages_are_numbered_and_linked_with_the_filters_in_alphabetical_order(crowd: House) -> None:
    api = crowd.api()
    base = f"{crowd.running.base_url}/time_entries"
    said = {"to": "2026-02-04", "per_page": 2, "from": "20260202", "page": 2, "user_id": crowd.ids["member"]}
    answer = api.get("/time_entries", **said)
    assert (answer["page"], answer["next_page"], answer["previous_page"]) == (2, 3, 1)
    assert (answer["total_entries"], answer["total_pages"]) == (5, 3)
    tail = f"per_page=2&ref=next&to=2026-02-04&user_id={crowd.ids['member']}"
    assert answer["links"]["next"] == f"{base}?from=20260202&page=3&{tail}"
    assert answer["links"]["previous"].startswith(f"{base}?from=20260202&page=1&per_page=2&ref=previous")


def test_the_first_and_last_page_of_a_cursor_list_know_their_number_and_the_middle_does_not(
    crowd: House,
) -> None:
    first, middle, last = walk(crowd.api(), "/clients", "clients", per_page=3)
    assert [(page["page"], page["next_page"], page["previous_page"]) for page in (first, middle, last)] == [
        (1, 2, None),
        (None, None, None),
        (3, None, 2),
    ]
    assert "cursor=" in first["links"]["next"]
    assert first["links"]["next"].endswith("&per_page=3&ref=next_cursor")
    assert [len(page["clients"]) for page in (first, middle, last)] == [3, 3, 2]


def test_a_cursor_wins_over_a_page(crowd: House) -> None:
    api = crowd.api()
    first, second, *_ = walk(api, "/clients", "clients", per_page=2)
    assert api.get(first["links"]["next"] + "&page=1")["clients"] == second["clients"]


def test_a_cursor_keeps_its_place_when_its_row_is_deleted(crowd: House) -> None:
    api = crowd.api()
    first, second, *_ = walk(api, "/clients", "clients", per_page=2)
    api.delete(f"/clients/{first['clients'][-1]['id']}")
    assert api.get(first["links"]["next"])["clients"] == second["clients"]


def test_filters_hold_behind_a_cursor(crowd: House) -> None:
    api = crowd.api()
    api.patch(f"/clients/{crowd.ids['acme']}", is_active=False)
    pages = list(walk(api, "/clients", "clients", per_page=2, is_active="true"))
    assert sum(len(page["clients"]) for page in pages) == 7
    assert "is_active=true" in pages[0]["links"]["next"]


@pytest.mark.parametrize("path", CURSOR_LISTS)
def test_these_lists_have_cursors(crowd: House, path: str) -> None:
    answer = crowd.api().get(path, per_page=1)
    if answer["total_entries"] > 1:
        assert "cursor=" in answer["links"]["next"]


@pytest.mark.parametrize("path", PAGE_LISTS)
def test_these_lists_have_pages_only(crowd: House, path: str) -> None:
    answer = crowd.api().get(path, per_page=1)
    if answer["total_entries"] > 1:
        assert "page=2" in answer["links"]["next"]


def test_lists_under_a_project_have_pages_only(crowd: House) -> None:
    for kind in ("task_assignments", "user_assignments"):
        answer = crowd.api().get(f"/projects/{crowd.ids['portal']}/{kind}", per_page=1)
        assert "page=2" in answer["links"]["next"]


def test_a_caller_who_counts_pages_goes_on_counting(crowd: House) -> None:
    api = crowd.api()
    second = api.get("/clients", page=2, per_page=3)
    assert (second["page"], second["next_page"]) == (2, 3)
    assert "page=3" in second["links"]["next"]
    beyond = api.get("/clients", page=9, per_page=3)
    assert (beyond["clients"], beyond["next_page"]) == ([], None)


@pytest.mark.parametrize("per_page", ["2001", "0", "-1", "many"])
def test_a_page_has_between_1_and_2000_rows(firm: House, per_page: str) -> None:
    firm.api().refused("GET", f"/clients?per_page={per_page}", 422)


@pytest.mark.parametrize("cursor", ["rubbish", "eyJhZnRlciI6eyJ4IjoxfX0=", "W10="])
def test_a_made_up_cursor_is_refused(firm: House, cursor: str) -> None:
    firm.api().refused("GET", f"/clients?cursor={cursor}", 422)


def test_dated_rates_come_oldest_first(firm: House) -> None:
    pages = list(
        walk(firm.api(), f"/users/{firm.ids['member']}/billable_rates", "billable_rates", per_page=1)
    )
    assert [page["billable_rates"][0]["start_date"] for page in pages] == [None, "2026-01-01"]


@settings(max_examples=25, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    stamps=st.lists(st.integers(0, 5), max_size=14),
    per_page=st.integers(1, 6),
    counting=st.booleans(),
)
def test_walking_a_list_shows_every_row_once_and_in_order(
    running: Running, stamps: list[int], per_page: int, counting: bool
) -> None:
    """Clients created at a few moments, many of them at the same one; by cursor, or by counting pages."""
    with closing(house.build(running)) as firm:
        with running.state.writing(firm.account_id) as books:
            from gleaner_sandbox.resources.clients import load

            load(
                books,
                [
                    {"name": f"C{n}", "created_at": f"2025-01-0{s + 1}T00:00:00Z"}
                    for n, s in enumerate(stamps)
                ],
            )
        params = {"per_page": per_page, **({"page": 1} if counting else {})}
        pages = list(walk(firm.api(), "/clients", "clients", **params))
        rows = [row for page in pages for row in page["clients"]]
        keys = [(row["created_at"], row["id"]) for row in rows]
        assert keys == sorted(set(keys), reverse=True)
        assert len(rows) == len(stamps) + 2 == pages[0]["total_entries"]
        assert len(pages) == pages[0]["total_pages"]


@settings(max_examples=20, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(days=st.lists(st.integers(1, 9), max_size=12), per_page=st.integers(1, 5))
def test_walking_time_entries_shows_every_one_once_and_in_order(
    running: Running, days: list[int], per_page: int
) -> None:
    entries: Any = [{"spent_date": f"2026-02-0{day}"} for day in days]
    with closing(house.build(running, entries=entries)) as firm:
        rows = [
            row
            for page in walk(firm.api("member"), "/time_entries", "time_entries", per_page=per_page)
            for row in page["time_entries"]
        ]
        keys = [(row["spent_date"], row["id"]) for row in rows]
        assert keys == sorted(set(keys), reverse=True)
        assert len(keys) == len(days)
