"""Proposals as people and programs read them on the command line."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import asdict
from typing import TYPE_CHECKING, Any

from gleaner.core.actions import (
    CreateExpense,
    CreateTimeEntry,
    DeleteExpense,
    DeleteTimeEntry,
    UpdateExpense,
    UpdateTimeEntry,
    refiled,
    updated,
)
from gleaner.core.catalog import Catalog, UserId
from gleaner.core.proposals import Proposal, State
from gleaner.core.time import decimal_hours, spoken_day
from gleaner.faces.cli.session import say, tell
from gleaner.review.inbox import EXPENSE
from gleaner.review.words import cost, length, place, planned

if TYPE_CHECKING:
    from gleaner.app.account import Account
    from gleaner.app.passes import PassReport
    from gleaner.review.door import Outcome
    from gleaner.review.inbox import Item
    from gleaner.review.ladder import Step


def name_of(user_id: UserId, catalog: Catalog) -> str:
    """The person's name; their number when the catalog does not have them (any more)."""
    person = catalog.people.get(user_id)
    return person.name if person is not None else f"user {user_id}"


def email_of(user_id: UserId, catalog: Catalog) -> str:
    """The person's address, or nothing when the catalog does not have them (any more)."""
    person = catalog.people.get(user_id)
    return person.email if person is not None else ""


def target(proposal: Proposal, catalog: Catalog) -> str:
    """Where the time would go, in names; a question mark where a person has to choose. Else what would be done."""
    action = proposal.action
    if not isinstance(action, CreateTimeEntry):
        return planned(catalog, action)
    if action.project_id is None:
        return "? choose a project"
    return place(catalog, action.project_id, action.task_id)


def hours(proposal: Proposal) -> str:
    """Its hours, as :func:`gleaner.review.words.length` says them; a dash for no hours."""
    return length(proposal) or "-"


def as_json(proposal: Proposal, catalog: Catalog) -> dict[str, Any]:
    """The proposal for programs: what it would do, why, and what else it could be."""
    return {
        "key": proposal.key,
        "person": email_of(proposal.user_id, catalog),
        "on": proposal.on,
        "title": proposal.title,
        "rule": proposal.rule,
        "level": proposal.level,
        "confidence": proposal.confidence,
        "target": target(proposal, catalog),
        "action": asdict(proposal.action),
        **_before_and_after(proposal),
        "low_hours": decimal_hours(proposal.low) if proposal.low is not None else None,
        "high_hours": decimal_hours(proposal.high) if proposal.high is not None else None,
        "reason": proposal.reason,
        "must_ask": proposal.must_ask,
        "evidence": [asdict(piece) for piece in proposal.evidence],
        "alternatives": [asdict(other) for other in proposal.alternatives],
    }


def _before_and_after(proposal: Proposal) -> dict[str, Any]:
    """Of a change, the entry as it was and as it would become; nothing for a new entry."""
    action = proposal.action
    if isinstance(action, UpdateExpense | DeleteExpense):
        then = asdict(refiled(action)) if isinstance(action, UpdateExpense) else None
        return {"was": asdict(action.was), "becomes": then}
    if not isinstance(action, UpdateTimeEntry | DeleteTimeEntry) or action.was is None:
        return {}
    becomes = asdict(updated(action.was, action)) if isinstance(action, UpdateTimeEntry) else None
    return {"was": asdict(action.was), "becomes": becomes}


def item_as_json(item: Item, catalog: Catalog) -> dict[str, Any]:
    """An inbox item for programs."""
    return as_json(item.proposal, catalog) | {
        "id": item.short,
        "state": item.state.value,
        "entry_id": item.entry_id,
        "expense_id": item.expense_id,
        "trouble": item.trouble,
        "decision": item.decision,
        "decided_by": item.decided_by,
    }


def show_items(
    items: Sequence[Item], catalog: Catalog, *, why: bool, worded: Mapping[str, str] | None = None
) -> None:
    """The inbox, a block per person and day: unsure first, because that is where attention pays. Expenses come last."""
    spent = [item for item in items if item.proposal.rule == EXPENSE]
    _show_entries(
        [item for item in items if item.proposal.rule != EXPENSE], catalog, why=why, worded=worded or {}
    )
    if spent:
        say("", "Expenses")
    for item in sorted(spent, key=lambda one: (one.proposal.user_id, one.proposal.on, one.proposal.title)):
        _show_expense(item, catalog, why=why)


def _show_expense(item: Item, catalog: Catalog, *, why: bool) -> None:
    proposal, action = item.proposal, item.proposal.action
    decided = "" if item.state == "proposed" else f"  [{item.state}]"
    if isinstance(action, CreateExpense):
        receipt = f"  {action.receipt.name}" if action.receipt is not None else "  no receipt"
        what = f"{cost(catalog, action)}{receipt}"
    else:
        what = planned(catalog, action)
    say(f"  {item.short}  {name_of(proposal.user_id, catalog)}: {what}  {proposal.level}{decided}")
    say(f"            {_quoted(proposal.title)} {proposal.reason}")
    if item.trouble:
        say(f"            Trouble: {item.trouble}")
    if why or proposal.level == "unsure":
        say(*(f"              {piece.weight:+.1f}  {piece.sentence}" for piece in proposal.evidence))


def _show_entries(items: Sequence[Item], catalog: Catalog, *, why: bool, worded: Mapping[str, str]) -> None:
    order = {"unsure": 0, "likely": 1, "sure": 2}
    heading = ""
    for item in sorted(
        items, key=lambda i: (i.proposal.on, i.proposal.user_id, order[i.proposal.level], i.proposal.title)
    ):
        proposal = item.proposal
        of = f"{spoken_day(proposal.on)} · {name_of(proposal.user_id, catalog)}"
        if of != heading:
            heading = of
            say("", of)
        decided = "" if item.state == "proposed" else f"  [{item.state}]"
        say(
            f"  {item.short}  {hours(proposal):>15} h  {proposal.level:<6}  {target(proposal, catalog)}{decided}"
        )
        say(f"            {_quoted(proposal.title)} {proposal.reason}")
        if item.trouble:
            say(f"            Trouble: {item.trouble}")
        if worded.get(proposal.key):
            say(f'            A language model words the note so: "{worded[proposal.key]}"')
        if why:
            for piece in proposal.evidence:
                say(f"              {piece.weight:+.1f}  {piece.sentence}")
        if why or proposal.level == "unsure":
            for number, other in enumerate(proposal.alternatives, 1):
                say(f"              {number}. {other.label} ({other.confidence:.0%})")


def _quoted(title: str) -> str:
    from gleaner.timesheets.text import plain

    return f'"{plain(title)}".'


def show_outcomes(outcomes: Sequence[Outcome], items: dict[str, str]) -> None:
    """One line per outcome; failures on stderr with what to do."""
    for outcome in outcomes:
        name = items.get(outcome.key, "")
        if outcome.result in ("applied", "found"):
            undo = f"  Undo: gleaner undo {name}" if name and outcome.can_undo else ""
            say(f"{outcome.text}.{undo}")
        else:
            tell(f"{name}: {outcome.text}" if name else outcome.text)
            if outcome.result == "waiting" and outcome.is_kept:
                tell(
                    "It is kept, and the next gleaner run does it: do not ask for it again."
                    f" Take it back: gleaner review dismiss {name or 'ID'}"
                )


def show_pass(report: PassReport, account: Account) -> None:
    """What a pass did, in a few lines."""
    catalog = account.catalog
    if report.is_dry_run:
        for proposal in report.proposals:
            person = name_of(proposal.user_id, catalog)
            where = target(proposal, catalog)
            say(f"{spoken_day(proposal.on)}  {person}: {hours(proposal)} h {where} [{proposal.level}]")
            say(f"    {_quoted(proposal.title)} {proposal.reason}")
        say(f"{len(report.proposals)} proposals; nothing was changed.")
        tell(*_ruled_out(report))
        tell(*(str(problem) for problem in report.problems))
        return
    results = report.results
    entries = [o for o in report.outcomes if o.result == "applied"]
    for outcome in entries:
        item = account.inbox.get(outcome.key)
        if item is not None:
            say(
                f"{name_of(item.proposal.user_id, catalog)}: {outcome.text}.  Undo: gleaner undo {item.short}"
            )
    proposed = account.inbox.items(states=(State.PROPOSED,), first=report.first, last=report.last)
    waiting = [item for item in proposed if item.proposal.rule != EXPENSE]
    explained = sum(len(one.draft.explained) for one in report.drafts)
    say(
        f"{report.activities} activities seen, {explained} in Harvest already, {results['applied']} logged now, "
        f"{len(waiting)} wait for review (gleaner review)."
    )
    if report.amendments:
        count = len(report.amendments)
        say(f"{count} of what is logged already changed since and should be looked at (gleaner review).")
        show_items(report.amendments, catalog, why=False)
    if report.withdrawn:
        say(f"{report.withdrawn} proposals were taken back: the event is gone or somebody logged it.")
    tell(*_ruled_out(report), *(step_sentence(step, catalog) for step in report.steps))
    for outcome in report.outcomes:
        if outcome.result in ("failed", "waiting", "reopened"):
            item = account.inbox.get(outcome.key)
            tell(f"{item.short if item else outcome.key}: {outcome.text}")
    tell(*(str(problem) for problem in report.problems))
    undo = f" Undo all of it: gleaner undo --run {report.run_id}" if results["applied"] else ""
    tell(f"{report.requests} requests to Harvest.{undo}")


def step_sentence(step: Step, catalog: Catalog) -> str:
    """``Ana Person, meetings by series: from post back to preselect, because it was corrected …``"""
    way = "back to" if step.is_fall else "up to"
    on = step.footing
    return (
        f"{name_of(on.user_id, catalog)}, {on.name}: from {step.before} {way} {step.after}, because {step.why}"
        f" ({step.kept} of {step.decided} kept)"
    )


def _ruled_out(report: PassReport) -> list[str]:
    """What a rule left out is said: it is seen, and somebody decided about it."""
    from gleaner.timesheets.text import plain

    return [f'Left out: "{plain(one.what)}" ({one.reason}; see: gleaner rules)' for one in report.ruled_out]
