"""Clients (``harvest/api`` §9)."""

from __future__ import annotations

from gleaner.adapters.harvest.wire.objects import Stamped
from gleaner.core import catalog as core


class Client(Stamped):
    name: str = ""
    is_active: bool = True
    address: str = ""
    statement_key: str = ""
    currency: str = ""

    def to_core(self) -> core.Client:
        return core.Client(core.ClientId(self.id), self.name, self.currency, self.is_active)
