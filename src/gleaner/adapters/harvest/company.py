"""The account's settings, ``/company`` (``harvest/api`` §8)."""

from __future__ import annotations

from typing import TypedDict, Unpack

from gleaner.adapters.harvest import wire
from gleaner.adapters.harvest.resource import Resource
from gleaner.adapters.harvest.transport import Transport


class CompanyChanges(TypedDict, total=False):
    """All that can be changed."""

    wants_timestamp_timers: bool
    weekly_capacity: int


class CompanySettings(Resource[wire.Company]):
    """For administrators; everyone else is refused with 403."""

    def __init__(self, transport: Transport) -> None:
        super().__init__(transport, "/company", "company", wire.Company)

    def get(self) -> wire.Company:
        return self._call("GET", "/company")

    def update(self, **changes: Unpack[CompanyChanges]) -> wire.Company:
        return self._call("PATCH", "/company", dict(changes), is_harmless=True)
