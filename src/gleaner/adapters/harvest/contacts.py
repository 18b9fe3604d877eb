"""People at clients, ``/contacts`` (``harvest/api`` §9)."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime
from typing import TypedDict, Unpack

from gleaner.adapters.harvest import wire
from gleaner.adapters.harvest.resource import Resource
from gleaner.adapters.harvest.transport import Transport


class ContactFields(TypedDict, total=False):
    """What may be sent; creating needs the client and the first name."""

    client_id: int
    first_name: str
    last_name: str | None
    title: str | None
    email: str
    phone_office: str
    phone_mobile: str
    fax: str


class Contacts(Resource[wire.Contact]):
    def __init__(self, transport: Transport) -> None:
        super().__init__(transport, "/contacts", "contacts", wire.Contact)

    def list(
        self, *, client_id: int | None = None, updated_since: datetime | None = None
    ) -> Iterator[wire.Contact]:
        return self._list({"client_id": client_id, "updated_since": updated_since})

    def get(self, contact_id: int) -> wire.Contact:
        return self._get(contact_id)

    def create(self, **fields: Unpack[ContactFields]) -> wire.Contact:
        return self._create(dict(fields))

    def update(self, contact_id: int, **fields: Unpack[ContactFields]) -> wire.Contact:
        return self._update(contact_id, dict(fields))

    def delete(self, contact_id: int) -> None:
        self._delete(contact_id)
