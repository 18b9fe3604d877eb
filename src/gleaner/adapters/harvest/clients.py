"""Clients, ``/clients`` (``harvest/api`` §9)."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime
from typing import TypedDict, Unpack

from gleaner.adapters.harvest import wire
from gleaner.adapters.harvest.resource import Resource
from gleaner.adapters.harvest.transport import Transport


class ClientFields(TypedDict, total=False):
    """What may be sent; creating needs the name."""

    name: str
    is_active: bool
    address: str | None
    currency: str


class Clients(Resource[wire.Client]):
    def __init__(self, transport: Transport) -> None:
        super().__init__(transport, "/clients", "clients", wire.Client)

    def list(
        self, *, is_active: bool | None = None, updated_since: datetime | None = None
    ) -> Iterator[wire.Client]:
        return self._list({"is_active": is_active, "updated_since": updated_since})

    def get(self, client_id: int) -> wire.Client:
        return self._get(client_id)

    def create(self, **fields: Unpack[ClientFields]) -> wire.Client:
        return self._create(dict(fields))

    def update(self, client_id: int, **fields: Unpack[ClientFields]) -> wire.Client:
        return self._update(client_id, dict(fields))

    def delete(self, client_id: int) -> None:
        """Refused while it has projects, invoices or estimates."""
        self._delete(client_id)
