"""Events: how a document goes from state to state, and what stamps that leaves.  Source: api.md §17.3, §18."""

from gleaner_sandbox.billing.kinds import Kind
from gleaner_sandbox.rules import document_states
from gleaner_sandbox.switches import switch
from gleaner_sandbox.tables import Row
from gleaner_sandbox.wire.answers import invalid
from gleaner_sandbox.wire.call import Call

_REOPENED = switch(
    "reopened_estimate",
    ("sent", "draft"),
    "Re-opening an estimate makes it sent, if it ever was, or always a draft (§18).",
)
_SENT_AGAIN = switch(
    "send_open_invoice",
    ("refused", "accepted"),
    "The event `send` of an invoice that is open already is a 422, or does nothing (§17.3).",
)


def happened(call: Call, kind: Kind, row: Row, event: str) -> Row:
    """What *event* changes in *row*, or a 422 when it cannot happen in its state (the words are ours)."""
    state = row["state"]
    if (state, event) == ("open", "send") and call.switch(_SENT_AGAIN) == "accepted":
        return {}
    new = document_states.after(kind.word, state, event)
    if new is None:
        raise invalid(f"Event type {event} is not possible while the {kind.word} is {state}")
    if (kind.word, event) == ("estimate", "re-open"):
        new = "sent" if row["sent_at"] and call.switch(_REOPENED) == "sent" else "draft"
    return {"state": new, **_stamps(event, row, call.books.now)}


def mailed(call: Call, kind: Kind, row: Row) -> Row:
    """What a real mail changes: a draft is sent by it."""
    new = document_states.mailed(kind.word, row["state"])
    return {} if new == row["state"] else {"state": new, **_stamps("send", row, call.books.now)}


def _stamps(event: str, row: Row, now: str) -> Row:
    match event:
        case "send":
            return {"sent_at": now}
        case "close":
            return {"closed_at": now}
        case "accept":
            return {"accepted_at": now}
        case "decline":
            return {"declined_at": now}
        case "draft":
            return {"sent_at": None}  # uncertain
    return {key: None for key in ("closed_at", "accepted_at", "declined_at") if key in row}
