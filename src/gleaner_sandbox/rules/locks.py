"""Why a time entry or an expense can no longer be changed."""


def locked_reason(*, billed: bool, approved: bool, archived: bool, period_locked: bool) -> str | None:
    """The sentence in ``locked_reason``; None when nothing locks the item.

    >>> locked_reason(billed=True, approved=True, archived=False, period_locked=True)
    'Item Invoiced and Approved and Locked for this Time Period'
    >>> locked_reason(billed=False, approved=False, archived=True, period_locked=False)
    'Item Archived'
    >>> locked_reason(billed=False, approved=False, archived=False, period_locked=False) is None
    True

    Source: api.md §15.5; the single strings were seen, the grammar that joins them is inferred.
    """
    causes = {
        "Invoiced": billed,
        "Approved": approved,
        "Archived": archived,
        "Locked for this Time Period": period_locked,
    }
    said = [words for words, holds in causes.items() if holds]
    return "Item " + " and ".join(said) if said else None


def within(day: str, first: str, last: str) -> bool:
    """Whether *day* lies in the span; both ends belong to it.  ISO dates compare as text.

    >>> within("2026-03-08", "2026-03-02", "2026-03-08"), within("2026-03-09", "2026-03-02", "2026-03-08")
    (True, False)
    """
    return first <= day <= last
