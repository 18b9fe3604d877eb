"""A Harvest that answers what it was told to, and remembers what it was asked."""

from __future__ import annotations

import json
from collections.abc import Iterable
from typing import TypeAlias

import httpx2
from tests.unit.adapters.harvest.fake import client

from gleaner.adapters.harvest.client import Client

Told: TypeAlias = dict[str, object] | httpx2.Response | Exception


class Clerk:
    """Answers by method and path; several for one are given in turn, the last one for ever."""

    def __init__(self, **options: object) -> None:
        self.asked: list[httpx2.Request] = []
        self._told: dict[tuple[str, str], list[Told]] = {}
        self.client: Client = client(self._answer, **options)

    def tell(self, method: str, path: str, *answers: Told) -> None:
        self._told[method, path] = list(answers)

    def tell_list(self, path: str, key: str, *pages: Iterable[dict[str, object]]) -> None:
        """A list in *pages*, which are linked by number."""
        answers: list[Told] = []
        for number, page in enumerate(pages, 1):
            last = number == len(pages)
            link = None if last else f"https://elsewhere.example{path}?page={number + 1}"
            answers.append(
                {key: list(page), "next_page": None if last else number + 1, "links": {"next": link}}
            )
        self.tell("GET", path, *answers)

    @property
    def sent(self) -> list[tuple[str, str]]:
        return [(request.method, request.url.path.removeprefix("/v2")) for request in self.asked]

    @property
    def body(self) -> object:
        """The JSON of the last request."""
        return json.loads(self.asked[-1].content)

    @property
    def query(self) -> dict[str, str]:
        """The query of the last request, without the page size."""
        found = dict(self.asked[-1].url.params)
        found.pop("per_page", None)
        return found

    def _answer(self, request: httpx2.Request) -> httpx2.Response:
        self.asked.append(request)
        told = self._told[request.method, request.url.path.removeprefix("/v2")]
        answer = told.pop(0) if len(told) > 1 else told[0]
        if isinstance(answer, Exception):
            raise answer
        return answer if isinstance(answer, httpx2.Response) else httpx2.Response(200, json=answer)
