"""What is left of a proposal, of a line in the journal and of a run's summary when their words are gone. Pure.

Ids, hours, dates, states, and who decided what stay: they say what Gleaner did. What a calendar, a repository or a
person wrote goes.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from typing import assert_never

from gleaner.core.actions import (
    Action,
    CreateExpense,
    CreateTimeEntry,
    DeleteExpense,
    DeleteTimeEntry,
    StartTimer,
    StopTimer,
    UpdateExpense,
    UpdateTimeEntry,
)
from gleaner.core.entries import Snapshot
from gleaner.core.expenses import Attachment
from gleaner.core.proposals import Proposal

WORDLESS = ("applied", "found", "fault", "withdrawn", "forgotten", "rung")
"""Lines whose text is Gleaner's own: hours, days, projects and numbers of entries."""
_PLAIN = frozenset(
    "kind spent_date started_time ended_time hours reference reference_group reference_account id asked_at updated_at"
    " timer_started_at created_at currency digest billable_rate approval_status run first last".split()
)
"""Keys whose text is nobody's words."""


def faded(proposal: Proposal, title: str = "") -> Proposal:
    """*proposal* without its words; *title* stands for what was seen."""
    return replace(
        proposal,
        action=_without_words(proposal.action),
        title=title,
        reason="",
        evidence=(),
        alternatives=(),
        seen=None,
        is_faded=True,
    )


def _without_words(action: Action) -> Action:
    match action:
        case CreateTimeEntry():
            return replace(action, notes="", permalink="")
        case StartTimer():
            return replace(action, notes="")
        case UpdateTimeEntry():
            return replace(action, notes=None if action.notes is None else "", was=_snapshot(action.was))
        case DeleteTimeEntry() | StopTimer():
            return replace(action, was=_snapshot(action.was))
        case CreateExpense():
            return replace(action, notes="", receipt=_nameless(action.receipt))
        case UpdateExpense():
            notes = None if action.notes is None else ""
            receipt, former = _nameless(action.receipt), _nameless(action.former)
            was = replace(action.was, notes="", receipt_name="")
            return replace(action, notes=notes, was=was, receipt=receipt, former=former)
        case DeleteExpense():
            was = replace(action.was, notes="", receipt_name="")
            return replace(action, was=was, receipt=_nameless(action.receipt))
        case _:
            assert_never(action)


def _nameless(receipt: Attachment | None) -> Attachment | None:
    return None if receipt is None else replace(receipt, name="")


def _snapshot(was: Snapshot | None) -> Snapshot | None:
    if was is None:
        return None
    reference = replace(was.reference, permalink="") if was.reference is not None else None
    return replace(was, notes="", reference=reference)


def faded_text(event: str, text: str) -> str:
    """What a line of the journal says when its words are gone.

    >>> faded_text("dismissed", "Dismissed: Interview with Bo (not mine)")
    'Dismissed.'
    """
    return text if event in WORDLESS else f"{event.capitalize()}."


def bare_values(value: object, key: str = "") -> object:
    """*value*, as it was sent or answered, without anybody's words.

    >>> bare_values({"hours": "1.5", "notes": "Interview", "was": {"id": 7, "notes": "x"}, "troubles": [{"text": "y"}]})
    {'hours': '1.5', 'was': {'id': 7}, 'troubles': []}
    """
    match value:
        case Mapping():
            kept = {str(name): bare_values(inner, str(name)) for name, inner in value.items()}
            return {name: inner for name, inner in kept.items() if inner is not None}
        case list() | tuple():
            return [inner for one in value if (inner := bare_values(one)) not in (None, {}, [])]
        case str():
            return value if key in _PLAIN else None
        case _:
            return value
