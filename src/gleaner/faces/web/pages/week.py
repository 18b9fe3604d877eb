"""One week: hours by project and day, what is missing where, time logged by hand, and the timer."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal

from starlette.responses import Response

from gleaner.app.asking import Asked, log, start_timer, stop_timer
from gleaner.app.days import Sum, week_sums
from gleaner.app.looking import freshen
from gleaner.app.sheets import read
from gleaner.core.apart import slot_names
from gleaner.core.catalog import Catalog, Person, ProjectId, TaskId
from gleaner.core.entries import TimeEntry
from gleaner.core.errors import ConfigError, GleanerError
from gleaner.core.silent import SILENT
from gleaner.core.time import days, week_of
from gleaner.faces.web.fields import hours_said, slot_said, told
from gleaner.faces.web.registry import Pages
from gleaner.faces.web.visit import NotFound, Said, Visit
from gleaner.review.words import place

Key = tuple[ProjectId, TaskId]


def add(pages: Pages) -> None:
    pages.get("/week/{day}", week, nav="Week", rank=20)
    pages.post("/week/{day}/read", read_again)
    pages.post("/log", log_time)
    pages.post("/timer/{what}", timer)


@dataclass(frozen=True)
class Row:
    """One project and task, across the week."""

    name: str
    cells: Mapping[date, Decimal]
    fixed: frozenset[date]
    """Days on which some of it cannot be changed any more."""

    @property
    def total(self) -> Decimal:
        return sum(self.cells.values(), Decimal(0))


def rows(catalog: Catalog, slots: Mapping[Key, str], entries: Sequence[TimeEntry]) -> list[Row]:
    """*entries* by project and task, by name; what is in *slots* is called as there."""
    found = defaultdict[Key, list[TimeEntry]](list)
    for entry in entries:
        found[entry.project_id, entry.task_id].append(entry)
    made = [_row(slots.get(key) or place(catalog, *key), some) for key, some in found.items()]
    return sorted(made, key=lambda row: row.name)


def _row(name: str, entries: Sequence[TimeEntry]) -> Row:
    cells = defaultdict[date, Decimal](Decimal)
    for entry in entries:
        cells[entry.spent_date] += entry.hours
    fixed = frozenset(one.spent_date for one in entries if one.is_locked or one.is_closed or one.is_billed)
    return Row(name, cells, fixed)


def week(visit: Visit) -> Response:
    """The week around a day."""
    on = visit.day(visit.part("day"))
    person = visit.whose(visit.query.get("who"))
    account = visit.account
    first, last = week_of(on, account.mirror.company().first_weekday)
    sums, whole = week_sums(account, person, on)
    entries = account.mirror.entries(first, last, person.id)
    running = next(
        (one for one in account.mirror.entries(visit.today, visit.today, person.id) if one.is_running), None
    )
    company = account.mirror.company()
    slots = slot_names(account.catalog.slots(person.id))
    waiting = _waiting(visit, person, first, last)
    return visit.show(
        "week.html", title=visit.words.text("Week of {day}", day=visit.words.day(first)), person=person,
        is_mine=person.id == visit.person.id, first=first, days=list(days(first, last)), days_sums=sums, whole=whole,
        rows=rows(account.catalog, slots, entries), waiting=waiting, slots=slots,
        here=_address(visit, person, on), before=_address(visit, person, first - timedelta(days=1)),
        after=_address(visit, person, last + timedelta(days=1)), running=running,
        running_where=_named(account.catalog, running), is_covered=account.mirror.covers(first, last),
        has_approval=company.has_approval,
        unsubmitted={day for _, day in account.mirror.unsubmitted(first, last, person.id)},
        harvest=company.base_uri, state=state,
    )  # fmt: skip


def state(one: Sum, today: date) -> str:
    """How a day stands, as a word for its picture: ``complete``, ``open``, ``review``, ``free`` or ``ahead``."""
    if one.ready or one.unsure:
        return "review"
    if not one.expected:
        return "free"
    if one.open <= Decimal("0.25"):
        return "complete"
    return "ahead" if one.on > today else "open"


def _waiting(visit: Visit, person: Person, first: date, last: date) -> Mapping[date, int]:
    items = read(visit.account, [person], first, last).items
    return {day: len(some) for (_, day), some in items.items()}


def _named(catalog: Catalog, entry: TimeEntry | None) -> str:
    return place(catalog, entry.project_id, entry.task_id) if entry is not None else ""


def read_again(visit: Visit) -> Response:
    """Reads the week's entries from Harvest now."""
    on = visit.day(visit.part("day"))
    if on > visit.today + timedelta(days=366):
        raise NotFound
    first, last = week_of(on, visit.account.mirror.company().first_weekday)
    freshen(visit.account, SILENT, first=first, last=last)
    return visit.back(Said(visit.words.text("Read from Harvest just now.")))


def log_time(visit: Visit) -> Response:
    """Time that nothing observed."""

    def ask() -> Asked:
        person = visit.whose(visit.said("who"))
        slot, hours = slot_said(visit, visit.said("slot"), person.id), hours_said(visit, "hours")
        if slot is None or hours is None:
            raise ConfigError(visit.words.text("Say the hours, the project and the task."))
        return log(
            visit.account, person, on=visit.day(visit.said("on") or "today"), hours=hours,
            project=str(slot.project.id), task=str(slot.task.id), notes=visit.said("notes"), by=f"{visit.me} by web",
            once=visit.said("once", 100),
        )  # fmt: skip

    return _asked(visit, ask)


def timer(visit: Visit) -> Response:
    """Starts or stops the person's own timer."""
    by = f"{visit.me} by web"

    def start() -> Asked:
        slot = slot_said(visit, visit.said("slot"), visit.person.id)
        if slot is None:
            raise ConfigError(visit.words.text("Say the hours, the project and the task."))
        return start_timer(
            visit.account, visit.person, on=visit.today, project=str(slot.project.id), task=str(slot.task.id),
            notes=visit.said("notes"), by=by,
        )  # fmt: skip

    def stop() -> Asked:
        asked = stop_timer(visit.account, visit.person, by=by)
        if asked is None:
            raise ConfigError(visit.words.text("No timer runs."))
        return asked

    match visit.part("what"):
        case "start":
            return _asked(visit, start)
        case "stop":
            return _asked(visit, stop)
        case _:
            raise NotFound


def _asked(visit: Visit, ask: Callable[[], Asked]) -> Response:
    try:
        asked = ask()
    except GleanerError as error:
        return visit.back(Said(visit.words.again(error.text), is_good=False))
    return visit.back(told(visit, asked.outcomes))


def _address(visit: Visit, person: Person, on: date) -> str:
    return f"/week/{on}" + (f"?who={person.id}" if person.id != visit.person.id else "")
