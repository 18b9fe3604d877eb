"""Entries and proposals as programs get them."""

from __future__ import annotations

from gleaner.app.programs.values import Entry, Waiting, number, short
from gleaner.core.actions import CreateTimeEntry
from gleaner.core.catalog import Catalog, Person, UserId
from gleaner.core.entries import TimeEntry
from gleaner.core.proposals import Proposal
from gleaner.review.inbox import AGENT, Item
from gleaner.review.words import length, place, planned

_OTHERS = 3


def entry(one: TimeEntry, catalog: Catalog, me: Person) -> Entry:
    """One entry; the person only where it is somebody else's."""
    times = f"{one.started_time:%H:%M}–" if one.started_time is not None else ""
    if times and one.ended_time is not None:
        times += f"{one.ended_time:%H:%M}"
    said = (
        (one.is_running, "running"),
        (one.is_billed, "billed"),
        (one.is_closed, "approved"),
        (one.is_locked and not (one.is_billed or one.is_closed), "locked"),
        (not one.billable, "non-billable"),
        (one.is_ours, "by Gleaner"),
    )
    return Entry(
        id=one.id,
        on=one.spent_date,
        hours=number(one.hours),
        target=target_of(one, catalog),
        notes=short(one.notes),
        times=times,
        marks=", ".join(word for holds, word in said if holds),
        person="" if one.user_id == me.id else name_of(one.user_id, catalog),
    )


def target_of(one: TimeEntry, catalog: Catalog) -> str:
    """Client, project and task in names; a question mark for what the copy does not know."""
    return short(place(catalog, one.project_id, one.task_id))


def name_of(user_id: UserId, catalog: Catalog) -> str:
    person = catalog.people.get(user_id)
    return person.name if person is not None else f"user {user_id}"


def waiting(item: Item, catalog: Catalog, me: Person) -> Waiting:
    """One proposal with its reason; evidence is for the review."""
    proposal = item.proposal
    return Waiting(
        id=item.short,
        on=proposal.on,
        state=item.state.value,
        what=short(aim(proposal, catalog)),
        hours=length(proposal),
        level=proposal.level,
        title=short(proposal.title),
        why=short(proposal.reason),
        others=[short(one.label) for one in proposal.alternatives[:_OTHERS]]
        if proposal.level == "unsure"
        else [],
        trouble=short(item.trouble),
        from_agent=is_from_agent(proposal),
        person="" if proposal.user_id == me.id else name_of(proposal.user_id, catalog),
    )


def is_from_agent(proposal: Proposal) -> bool:
    """Whether an assistant or a program proposed it."""
    return proposal.rule == AGENT or proposal.key.startswith("expense:agent:")


def aim(proposal: Proposal, catalog: Catalog) -> str:
    """Where the time would go, in names; else what would be done."""
    action = proposal.action
    if not isinstance(action, CreateTimeEntry):
        return planned(catalog, action)
    if action.project_id is None:
        return "? somebody has to choose a project"
    return place(catalog, action.project_id, action.task_id)
