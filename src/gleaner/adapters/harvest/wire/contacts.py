"""People at clients (``harvest/api`` §9)."""

from __future__ import annotations

from gleaner.adapters.harvest.wire.objects import Ref, Stamped
from gleaner.core import catalog as core


class Contact(Stamped):
    client: Ref
    title: str = ""
    first_name: str = ""
    last_name: str = ""
    email: str = ""
    phone_office: str = ""
    phone_mobile: str = ""
    fax: str = ""

    def to_core(self) -> core.Contact:
        name = f"{self.first_name} {self.last_name}".strip()
        return core.Contact(core.ClientId(self.client.id), name, self.email.strip().lower())
