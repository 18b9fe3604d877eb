"""What can be looked at."""

from __future__ import annotations

from typing import Annotated

from fastapi import APIRouter, Query

from gleaner.app.programs import days, found, money, values
from gleaner.faces.api.asked import First, Last, Name, On, Page, Person
from gleaner.faces.api.who import Who

router = APIRouter()


@router.get("/me")
def me(who: Who) -> values.Me:
    """Whose token this is, and what it may do."""
    return values.Me(
        person=who.person.name, email=who.person.email, scopes=sorted(who.allowed), today=who.today
    )


@router.get("/day")
def day(who: Who, on: On = None, person: Person = "") -> values.Day:
    """One day, added up: expected = logged + ready + unsure + open."""
    return days.my_day(who, on, person)


@router.get("/week")
def week(who: Who, on: On = None, person: Person = "") -> values.Week:
    """The week around a day, day by day."""
    return days.week(who, on, person)


@router.get("/gaps")
def gaps(
    who: Who, first: First = None, last: Last = None, person: Person = "", team: bool = False, page: Page = 1
) -> values.Gaps:
    """Days on which hours are missing, the last seven if not told; *team* is for managers."""
    return days.gaps(who, first, last, person, team=team, page=page)


@router.get("/projects")
def projects(who: Who, text: Name = "", limit: Annotated[int, Query(ge=1, le=100)] = 25) -> values.Projects:
    """What the person may log to, with its tasks."""
    return found.find_projects(who, text, limit)


@router.get("/proposals")
def proposals(
    who: Who,
    first: First = None,
    last: Last = None,
    decided: bool = False,
    person: Person = "",
    page: Page = 1,
) -> values.Proposals:
    """What waits for the review, unsure first."""
    return found.proposals(who, first, last, person, decided=decided, page=page)


@router.get("/entries")
def entries(
    who: Who,
    first: First = None,
    last: Last = None,
    project: Name = "",
    client: Name = "",
    text: Name = "",
    unbilled: bool = False,
    person: Person = "",
    page: Page = 1,
) -> values.Entries:
    """Time entries in Harvest, today's if not told, and their sum over all pages."""
    return found.entries(
        who,
        first,
        last,
        project=project,
        client=client,
        text=text,
        unbilled=unbilled,
        person=person,
        page=page,
    )


@router.get("/journal")
def journal(who: Who, days: Annotated[int, Query(ge=1, le=366)] = 14, page: Page = 1) -> values.Journal:
    """What was done about the person's own time, the newest first."""
    return found.journal(who, days, page)


@router.get("/compliance")
def compliance(who: Who, week: Annotated[str, Query(max_length=20)] = "") -> values.Compliance:
    """How much of the expected hours was there at the weekly cut-off; for managers and administrators."""
    return money.compliance(who, week)


@router.get("/budgets")
def budgets(who: Who, project: Name = "") -> values.Budgets:
    """How much of each budget is used, and about when the rest is gone."""
    return money.budgets(who, project)


@router.get("/invoices")
def invoices(who: Who) -> values.Invoices:
    """Invoices that billing rules made, and what is due; for administrators."""
    return money.invoices(who)


@router.get("/invoices/{invoice}")
def invoice(who: Who, invoice: str) -> values.Invoices:
    """One invoice with its lines, its proof, and what was left out."""
    return money.invoices(who, invoice)
