"""What messages about invoices and estimates have in common (``harvest/api`` §17.4, §18).

Harvest has one address for two things: with an ``event_type`` a message changes the state and mails nobody, without
one it is mailed. Here each has its own name, so that a forgotten argument cannot mail a client.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from datetime import datetime
from typing import Generic, NamedTuple, TypeVar

from gleaner.adapters.harvest import wire
from gleaner.adapters.harvest.resource import Resource
from gleaner.adapters.harvest.transport import Transport
from gleaner.core.errors import Refused

M = TypeVar("M", bound=wire.Message)


class Recipient(NamedTuple):
    """Who gets a mail."""

    email: str
    name: str = ""


class Messages(Generic[M]):
    """Newest first. No message is ever posted twice: what becomes of a lost answer is for the caller to find out."""

    def __init__(self, transport: Transport, of: str, key: str, model: type[M]) -> None:
        self._transport = transport
        self._owner = of
        self._key = key
        self._model = model

    def list(self, owner_id: int, *, updated_since: datetime | None = None) -> Iterator[M]:
        return self._of(owner_id)._list({"updated_since": updated_since})

    def delete(self, owner_id: int, message_id: int) -> None:
        """Mails stay sent, and the state stays what it is."""
        self._of(owner_id)._delete(message_id)

    def _mail(self, owner_id: int, recipients: Sequence[Recipient], said: Mapping[str, object]) -> M:
        if not recipients or not all("@" in to.email for to in recipients):
            raise Refused("Nothing was mailed: name at least one recipient, each with an e-mail address.")
        to = [{"email": one.email, **({"name": one.name} if one.name else {})} for one in recipients]
        return self._of(owner_id)._create({"recipients": to, **said})

    def _mark(self, owner_id: int, event_type: str) -> M:
        return self._of(owner_id)._create({"event_type": event_type})

    def _of(self, owner_id: int) -> Resource[M]:
        return Resource(self._transport, f"/{self._owner}/{owner_id}/messages", self._key, self._model)
