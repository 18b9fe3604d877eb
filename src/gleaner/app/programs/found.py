"""Projects, entries, proposals and the journal, for programs: what is looked up, a page at a time."""

from __future__ import annotations

from datetime import date, timedelta

from gleaner.adapters.store.inbox import short_name
from gleaner.app.finding import find_client, find_project
from gleaner.app.listing import Listed, Wanted, total
from gleaner.app.listing import entries as entries_of
from gleaner.app.listing import projects as projects_of
from gleaner.app.programs.days import in_order
from gleaner.app.programs.paging import paged
from gleaner.app.programs.seat import Seat, between, fresh, ready
from gleaner.app.programs.telling import entry, waiting
from gleaner.app.programs.values import (
    Entries,
    Journal,
    Line,
    Project,
    Projects,
    Proposals,
    number,
    short,
)
from gleaner.core.catalog import Project as ProjectModel
from gleaner.core.catalog import Task
from gleaner.core.proposals import State

PAGE = 25
_OPEN = (State.PROPOSED, State.FAILED)
_LINES = 2000
"""So far back the journal is read."""


def find_projects(seat: Seat, text: str = "", limit: int = PAGE) -> Projects:
    """What may be logged to, with its tasks; *text* is a part of its name, its code, or its client's name."""
    seat.check("read")
    ready(seat.account)
    found = projects_of(seat.account, text)
    some = found[: max(1, min(limit, 100))]
    return Projects(
        projects=[
            Project(
                id=one.project.id,
                name=short(one.project.name),
                client=short(one.client.name) if one.client else "",
                code=one.project.code,
                billable=one.project.is_billable,
                tasks=[_task(one, task, is_billable=billable) for task, billable in one.tasks],
            )
            for one in some
        ],
        more=len(found) - len(some),
    )


def _task(one: Listed, task: Task, *, is_billable: bool) -> str:
    mark = "" if is_billable or not one.project.is_billable else ", non-billable"
    return f"{short(task.name)} ({task.id}{mark})"


def proposals(
    seat: Seat,
    first: date | None = None,
    last: date | None = None,
    person: str = "",
    *,
    decided: bool = False,
    page: int = 1,
) -> Proposals:
    """What waits for review, unsure first; *decided* ones too if asked for."""
    seat.check("read")
    ready(seat.account)
    who = seat.mine(person)
    states = None if decided else _OPEN
    found = in_order(seat.account.inbox.items(states=states, user_id=who.id, first=first, last=last))
    some, more = paged(found, page, PAGE)
    catalog = seat.account.catalog
    return Proposals(
        proposals=[waiting(one, catalog, seat.person) for one in some],
        more=max(0, len(found) - page * PAGE),
        next=more,
    )


def entries(
    seat: Seat,
    first: date | None = None,
    last: date | None = None,
    *,
    project: str = "",
    client: str = "",
    text: str = "",
    unbilled: bool = False,
    person: str = "",
    page: int = 1,
) -> Entries:
    """Entries in Harvest, today's if not told; *text* is a part of their notes. Added up over all pages."""
    seat.check("read")
    ready(seat.account)
    who = seat.mine(person)
    begin, end = between(first, last, usual=(seat.today, seat.today))
    note = fresh(seat.account, begin, end)
    catalog = seat.account.catalog
    known = _known(seat, begin, end) if client or project else []
    clients = {one.client_id for one in known}
    wanted = Wanted(
        begin,
        end,
        who.id,
        find_client(client, catalog, (one for one in catalog.clients.values() if one.id in clients)).id
        if client
        else None,
        find_project(project, catalog, known).id if project else None,
        unbilled=unbilled,
    )
    part = text.strip().casefold()
    found = [one for one in entries_of(seat.account, wanted) if part in one.notes.casefold()]
    some, more = paged(found, page, PAGE)
    sums = total(found)
    return Entries(
        entries=[entry(one, catalog, seat.person) for one in some],
        count=sums.entries,
        hours=number(sums.hours),
        billable_hours=number(sums.billable_hours),
        next=more,
        note=note,
    )


def _known(seat: Seat, first: date, last: date) -> list[ProjectModel]:
    """The projects that the person knows of: an administrator all, others those they are or were on, or logged to."""
    account, mine = seat.account, seat.person.id
    projects = account.catalog.projects
    if account.is_administrator:
        return list(projects.values())
    known = {one.project_id for one in account.catalog.user_assignments if one.user_id == mine}
    known |= {one.project_id for one in account.mirror.entries(first, last, mine)}
    return [one for one in projects.values() if one.id in known]


def journal(seat: Seat, days: int = 14, page: int = 1) -> Journal:
    """What was done about the person's own time, the newest first: who decided it, and the id that undo takes."""
    seat.check("read")
    ready(seat.account)
    since = seat.account.clock.now() - timedelta(days=max(1, min(days, 366)))
    lines = seat.account.journal.lines(limit=_LINES, user_id=seat.person.id, with_invoices=False)
    found = [one for one in lines if one.at >= since]
    some, more = paged(found, page, PAGE)
    return Journal(
        lines=[
            Line(
                at=f"{one.at:%Y-%m-%d %H:%M}Z",
                by=one.actor,
                event=one.event,
                text=short(one.text),
                id=short_name(seat.account.id, one.proposal_key) if one.proposal_key else "",
            )
            for one in some
        ],
        next=more,
    )
