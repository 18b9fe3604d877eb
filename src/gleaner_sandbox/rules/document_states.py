"""The life of invoices and estimates: which event leads where.  Source: api.md §17.3, §18."""

from typing import Literal

Kind = Literal["invoice", "estimate"]
EVENTS: dict[Kind, tuple[str, ...]] = {
    "invoice": ("close", "draft", "re-open", "send"),
    "estimate": ("accept", "decline", "re-open", "send"),
}
"""What a message may say in ``event_type``.  Others (``view``, ``invoice``) are Harvest's own to say."""

STATES: dict[Kind, tuple[str, ...]] = {
    "invoice": ("draft", "open", "paid", "closed"),
    "estimate": ("draft", "sent", "accepted", "declined"),
}

_LEADS: dict[Kind, dict[tuple[str, str], str]] = {
    "invoice": {
        ("draft", "send"): "open",
        ("open", "close"): "closed",
        ("closed", "re-open"): "open",
        ("open", "draft"): "draft",
    },
    "estimate": {
        ("draft", "send"): "sent",
        # `send` works after a re-open (3AP tests), which yields "sent".
        ("sent", "send"): "sent",
        ("draft", "accept"): "accepted",
        ("sent", "accept"): "accepted",
        ("sent", "decline"): "declined",
        ("accepted", "re-open"): "sent",
        # That what was declined can be opened again is uncertain.
        ("declined", "re-open"): "sent",
    },
}


def after(kind: Kind, state: str, event: str) -> str | None:
    """The state that *event* leads to; None when it is refused in *state*.

    >>> after("invoice", "draft", "send"), after("invoice", "open", "close"), after("invoice", "draft", "close")
    ('open', 'closed', None)
    >>> after("estimate", "accepted", "re-open"), after("estimate", "accepted", "decline")
    ('sent', None)
    """
    return _LEADS[kind].get((state, event))


def mailed(kind: Kind, state: str) -> str:
    """The state after a real mail: a draft is sent, everything else stays as it is.

    >>> mailed("invoice", "draft"), mailed("estimate", "draft"), mailed("invoice", "paid")
    ('open', 'sent', 'paid')
    """
    return _LEADS[kind][state, "send"] if state == "draft" else state


def settled(state: str, *, due: float, has_payments: bool) -> str:
    """An invoice's state after its payments or its amount changed: only open and paid turn into each other.

    >>> settled("open", due=0.0, has_payments=True), settled("paid", due=5.0, has_payments=True)
    ('paid', 'open')
    >>> settled("draft", due=0.0, has_payments=True), settled("open", due=0.0, has_payments=False)
    ('draft', 'open')

    That a paid invoice opens again is uncertain.  A draft keeps its state whatever was paid (seen live).
    """
    if state == "open" and has_payments and due <= 0:
        return "paid"
    if state == "paid" and (due > 0 or not has_payments):
        return "open"
    return state
