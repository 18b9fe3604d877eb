"""What the resources have in common: a path, a list's key, a model."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Generic, TypeVar

from gleaner.adapters.harvest import paging, wire
from gleaner.adapters.harvest.encoding import Params, Raw
from gleaner.adapters.harvest.faults import garbled
from gleaner.adapters.harvest.transport import Method, Transport

M = TypeVar("M", bound=wire.Wire)


class Resource(Generic[M]):
    """One kind of object at one path. Lists are fetched page by page, as they are read.

    Every method raises Refused (``status`` 401, 403, 404, 422 …) or Unavailable.
    """

    def __init__(self, transport: Transport, path: str, key: str, model: type[M]) -> None:
        self._transport = transport
        self._path = path
        self._key = key
        self._model = model

    def pages(self, params: Params | None = None) -> Iterator[paging.Page]:
        """The list's pages with the objects as Harvest sent them."""
        return paging.pages(self._transport, self._path, self._key, params)

    def _list(self, params: Params | None = None) -> Iterator[M]:
        for raw in paging.items(self._transport, self._path, self._key, params):
            yield self._read("GET", self._path, raw)

    def _get(self, name: int | str) -> M:
        return self._call("GET", f"{self._path}/{name}")

    def _create(self, body: Mapping[str, object]) -> M:
        return self._call("POST", self._path, body)

    def _update(self, name: int, body: Mapping[str, object]) -> M:
        # The same values a second time change nothing.
        return self._call("PATCH", f"{self._path}/{name}", body, is_harmless=True)

    def _delete(self, name: int | str) -> None:
        self._transport.request("DELETE", f"{self._path}/{name}")

    def _call(
        self,
        method: Method,
        path: str,
        body: Mapping[str, object] | None = None,
        *,
        is_harmless: bool | None = None,
    ) -> M:
        answer = self._transport.request(method, path, body=body, is_harmless=is_harmless)
        return self._read(method, path, answer.body)

    def _read(self, method: Method, path: str, raw: Raw) -> M:
        try:
            return wire.read(self._model, raw)
        except ValueError as error:
            raise garbled(method, path, str(error)) from error


def filters(which: Mapping[str, object]) -> Params:
    """A list's filter in Harvest's words: its days are ``from`` and ``to``, which Python keeps for itself."""
    words = {"first": "from", "last": "to"}
    return {words.get(name, name): value for name, value in which.items()}  # type: ignore[misc]  # values are Params'
