"""Mailing estimates and moving them from state to state, ``/estimates/{id}/messages`` (``harvest/api`` §18)."""

from __future__ import annotations

from collections.abc import Sequence

from gleaner.adapters.harvest import wire
from gleaner.adapters.harvest.messages import Messages, Recipient
from gleaner.adapters.harvest.transport import Transport


class EstimateMessages(Messages[wire.Message]):
    """:meth:`send_by_mail` mails people; nothing else here does. Harvest refuses moves the state does not allow."""

    def __init__(self, transport: Transport) -> None:
        super().__init__(transport, "estimates", "estimate_messages", wire.Message)

    def send_by_mail(
        self,
        estimate_id: int,
        recipients: Sequence[Recipient],
        *,
        subject: str = "",
        body: str = "",
        send_me_a_copy: bool = False,
    ) -> wire.Message:
        """Mails the estimate; a draft becomes sent by it. Never repeated."""
        said = {name: text for name, text in (("subject", subject), ("body", body)) if text}
        return self._mail(estimate_id, recipients, {**said, "send_me_a_copy": send_me_a_copy})

    def mark_as_sent(self, estimate_id: int) -> wire.Message:
        return self._mark(estimate_id, "send")

    def mark_as_accepted(self, estimate_id: int) -> wire.Message:
        """A draft or a sent one."""
        return self._mark(estimate_id, "accept")

    def mark_as_declined(self, estimate_id: int) -> wire.Message:
        """A sent one."""
        return self._mark(estimate_id, "decline")

    def reopen(self, estimate_id: int) -> wire.Message:
        """An accepted or declined one can be sent again."""
        return self._mark(estimate_id, "re-open")
