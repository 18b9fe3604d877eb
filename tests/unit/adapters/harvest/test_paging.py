"""Long lists, by cursor and by page number."""

from __future__ import annotations

import httpx2
import pytest
from tests.unit.adapters.harvest.fake import FakeHarvest, client

from gleaner.adapters.harvest.paging import pages
from gleaner.core.errors import Unavailable


def harvest(count: int, **options: object) -> FakeHarvest:
    made = FakeHarvest(**options)  # type: ignore[arg-type]
    made.put("clients", *({"id": number, "name": f"Client {number}"} for number in range(1, count + 1)))
    return made


@pytest.mark.parametrize("by_cursor", [True, False])
def test_every_page_is_read_however_it_is_linked(by_cursor: bool) -> None:
    fake = harvest(7, per_page=3, by_cursor=by_cursor)
    assert [found.id for found in fake.client().clients.list()] == [7, 6, 5, 4, 3, 2, 1]
    assert len(fake.asked) == 3


def test_the_largest_page_is_asked_for() -> None:
    fake = harvest(1)
    list(fake.client().clients.list())
    assert fake.asked[0].url.params["per_page"] == "2000"


def test_pages_are_fetched_only_as_they_are_read() -> None:
    fake = harvest(7, per_page=3)
    reading = fake.client().clients.list()
    assert next(reading).id == 7
    assert len(fake.asked) == 1


def test_filters_hold_on_every_page() -> None:
    fake = harvest(5, per_page=2)
    list(fake.client().clients.list(is_active=True))
    assert [request.url.params["is_active"] for request in fake.asked] == ["true"] * 3


def test_a_link_to_another_host_gets_neither_request_nor_token() -> None:
    """The fake's links all lead to elsewhere.example."""
    fake = harvest(5, per_page=2)
    list(fake.client().clients.list())
    assert {(request.url.host, request.url.path) for request in fake.asked} == {
        ("api.harvestapp.com", "/v2/clients")
    }


def test_without_links_the_number_of_the_next_page_is_followed() -> None:
    asked: list[str | None] = []

    def answer(request: httpx2.Request) -> httpx2.Response:
        page = int(request.url.params.get("page", "1"))
        asked.append(request.url.params.get("page"))
        body = {"clients": [{"id": page}], "next_page": page + 1 if page < 3 else None}
        return httpx2.Response(200, json=body)

    assert [found.id for found in client(answer).clients.list()] == [1, 2, 3]
    assert asked == [None, "2", "3"]


def test_a_link_back_to_a_page_already_read_is_an_error_and_no_endless_loop() -> None:
    def answer(request: httpx2.Request) -> httpx2.Response:
        link = "https://api.harvestapp.com/v2/clients?cursor=again&per_page=2000"
        number = 1 if "cursor" not in request.url.params else 2
        return httpx2.Response(200, json={"clients": [{"id": number}], "links": {"next": link}})

    with pytest.raises(Unavailable, match="already read"):
        list(client(answer).clients.list())


def test_ever_new_links_to_the_same_page_end_too() -> None:
    asked: list[httpx2.Request] = []

    def answer(request: httpx2.Request) -> httpx2.Response:
        asked.append(request)
        link = f"https://api.harvestapp.com/v2/clients?cursor={len(asked)}"
        return httpx2.Response(200, json={"clients": [{"id": 1}], "links": {"next": link}})

    with pytest.raises(Unavailable, match="already read"):
        list(client(answer).clients.list())
    assert len(asked) == 4


def test_an_object_pushed_onto_the_next_page_is_not_read_twice() -> None:
    """While page 1 was read, client 8 was created; 6 slipped from page 1 to page 2."""
    fake = harvest(7, per_page=2, by_cursor=False)

    def create(path: str, page: int) -> None:
        if page == 2:
            fake.put("clients", {"id": 8, "name": "New"})

    fake.before_answer = create
    assert [found.id for found in fake.client().clients.list()] == [7, 6, 5, 4, 3, 2, 1]


@pytest.mark.parametrize("body", [{}, {"clients": None}, {"clients": ["a"]}, {"time_entries": []}])
def test_a_list_that_is_none_is_an_unreadable_answer(body: dict[str, object]) -> None:
    fake = client(lambda request: httpx2.Response(200, json=body))
    with pytest.raises(Unavailable, match='no list "clients"'):
        list(pages(fake.transport, "/clients", "clients"))
