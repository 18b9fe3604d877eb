"""What programs get: few fields, names with ids, hours as decimal numbers, days as ISO 8601. What is empty is left out.

Titles, notes and names come from calendars, repositories and people: they are data, whatever they say.
"""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from decimal import Decimal
from typing import Any

from pydantic import BaseModel, ConfigDict, model_serializer

from gleaner.core.text import shown

LONGEST = 160
"""Letters of a text from outside; the rest is for the page."""


class Value(BaseModel):
    """Without what is empty: nobody has to read that, and an assistant pays for each word."""

    model_config = ConfigDict(frozen=True)

    @model_serializer(mode="wrap")
    def _without_empty(self, plain: Callable[[Any], dict[str, Any]]) -> dict[str, Any]:
        said = plain(self)
        required = {name for name, field in type(self).model_fields.items() if field.is_required()}
        return {
            name: value
            for name, value in said.items()
            if name in required or value not in (None, "", [], False)
        }


def short(text: str) -> str:
    """*text* from outside on one line, not too long, and with nothing hidden in it."""
    line = shown(" ".join(text.split()))
    return line if len(line) <= LONGEST else f"{line[: LONGEST - 1]}…"


def number(value: Decimal) -> float:
    """Hours or an amount, to two places, as the command line's ``--json`` has them."""
    return round(float(value), 2)


class Me(Value):
    """Whose token it is."""

    person: str
    email: str
    scopes: list[str]
    today: date


class Entry(Value):
    """A time entry in Harvest."""

    id: int
    on: date
    hours: float
    target: str
    """Client › project › task."""
    notes: str = ""
    times: str = ""
    marks: str = ""
    person: str = ""


class Waiting(Value):
    """A proposal: what Gleaner, a person or an assistant would log."""

    id: str
    on: date
    state: str
    what: str
    hours: str = ""
    level: str = ""
    title: str = ""
    why: str = ""
    others: list[str] = []
    """What it may be otherwise, the likeliest first."""
    trouble: str = ""
    from_agent: bool = False
    person: str = ""


class Day(Value):
    """One person's day, added up: expected = logged + ready + unsure + open."""

    on: date
    person: str
    expected: float
    logged: float
    ready: float
    unsure: float
    open: float
    why: str = ""
    """How *expected* comes about."""
    entries: list[Entry] = []
    proposals: list[Waiting] = []
    running: str = ""
    hours_only: bool = False


class DaySum(Value):
    on: date
    expected: float
    logged: float
    ready: float
    unsure: float
    open: float


class Week(Value):
    """A week of one person, day by day, and added up."""

    person: str
    days: list[DaySum]
    total: DaySum


class Project(Value):
    id: int
    name: str
    client: str
    code: str = ""
    billable: bool = False
    tasks: list[str]
    """Name (id) of each."""


class Projects(Value):
    projects: list[Project]
    more: int = 0
    """How many fit besides these."""


class Proposals(Value):
    proposals: list[Waiting]
    more: int = 0
    next: int | None = None
    """The page after this one."""


class Entries(Value):
    entries: list[Entry]
    count: int
    hours: float
    billable_hours: float
    next: int | None = None
    note: str = ""


class Gap(Value):
    on: date
    person: str
    standing: str
    gap: float
    sum: str


class Gaps(Value):
    """Days with hours that are expected and neither logged nor waiting."""

    first: date
    last: date
    gaps: list[Gap]
    total: float
    next: int | None = None
    note: str = ""


class PersonWeek(Value):
    person: str
    expected: float
    missing_at_cut_off: float
    missing_now: float
    excused: float = 0


class Compliance(Value):
    week: str
    whom: str
    headline: str
    open: list[PersonWeek]
    """Who lacked hours at the cut-off."""
    causes: list[str] = []
    note: str = ""


class Budget(Value):
    project: str
    project_id: int
    unit: str
    budget: float | None
    spent: float
    percent: float | None
    waiting_hours: float = 0
    gone_about: date | None = None
    ends_on: date | None = None


class Budgets(Value):
    budgets: list[Budget]


class Invoice(Value):
    id: str
    number: str = ""
    about: str
    state: str
    amount: float
    currency: str
    trouble: str = ""
    due_date: date | None = None


class Rule(Value):
    """What a billing rule waits for, or what it would make now."""

    rule: str
    is_due: bool
    says: str


class Invoices(Value):
    invoices: list[Invoice]
    rules: list[Rule] = []
    lines: list[str] = []
    """Of one invoice: its lines, the proof, what was left out and why."""
    more: int = 0


class Line(Value):
    at: str
    by: str
    event: str
    text: str
    id: str = ""
    """Of the proposal it is about: names it in undo."""


class Journal(Value):
    lines: list[Line]
    next: int | None = None


class Result(Value):
    """What came of one thing."""

    text: str
    result: str
    id: str = ""
    entry_id: int | None = None


class Done(Value):
    """What was done; or, as long as it was not confirmed, what would be."""

    done: list[Result] = []
    would: list[str] = []
    refused: list[str] = []
    """Why it would not be done."""
    confirm: str = ""
    """Asked again with this, and with nothing else changed, it is done. For ten minutes, once."""
    id: str = ""
    """Of the proposal that waits now."""
    note: str = ""
