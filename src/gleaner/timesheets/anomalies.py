"""What looks odd in a week, as questions: there may be a good answer to each. Pure."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta

from gleaner.core.catalog import UserId
from gleaner.core.phrases import phrase
from gleaner.core.time import ZERO
from gleaner.timesheets.compliance import PersonDay, PersonWeek
from gleaner.timesheets.expected import figure
from gleaner.timesheets.split import Spent

LONG = timedelta(hours=12)
"""More than this on one day is asked about."""
_OVER = 1.25
"""So many times what a week asks for is asked about."""
_SHARE = timedelta(hours=4)
"""Less than this of a project's hours is not worth a question."""


@dataclass(frozen=True)
class Question:
    """Something to look at; whose and which day, where it is one person's."""

    text: str
    user_id: UserId | None = None
    day: date | None = None


def questions(
    weeks: Sequence[PersonWeek],
    spent: Iterable[Spent],
    timers: Iterable[tuple[UserId, date]],
    names: Mapping[UserId, str],
) -> list[Question]:
    """What to ask about those weeks; *timers* still run, since which day."""
    found = list[Question]()
    for week in weeks:
        name = names[week.user_id]
        for day in week.days:
            found.extend(_day(day, name))
        if week.is_final and week.due > ZERO and week.logged >= week.due * _OVER:
            text = phrase(
                "{name}: {logged} h logged, {due} expected. Is that much right, or too much work?",
                name=name, logged=figure(week.logged), due=figure(week.due),
            )  # fmt: skip
            found.append(Question(text, week.user_id))
    for user_id, since in sorted(timers, key=lambda one: (names[one[0]].casefold(), one[1])):
        text = phrase(
            "{name}, {day}: a timer of that day still runs. Was it forgotten?", name=names[user_id], day=since
        )
        found.append(Question(text, user_id, since))
    return [*found, *_projects(spent)]


def _day(day: PersonDay, name: str) -> Iterable[Question]:
    logged = day.held.logged
    if logged > LONG:
        text = phrase(
            "{name}, {day}: {hours} h on one day. Does some of it belong to another?",
            name=name, day=day.day, hours=figure(logged),
        )  # fmt: skip
        yield Question(text, day.user_id, day.day)
    elif day.is_over and day.mark == "excused" and logged > ZERO:
        # What a calendar calls it is nobody else's business.
        seen = any(part.origin in ("calendar", "harvest") for part in day.expected.off)
        why = phrase("a day off") if seen else ", ".join(part.what for part in day.expected.off)
        text = phrase(
            "{name}, {day}: {hours} h logged on a day with nothing due ({why}). Was it a working day after all?",
            name=name, day=day.day, hours=figure(logged), why=why,
        )  # fmt: skip
        yield Question(text, day.user_id, day.day)


def _projects(spent: Iterable[Spent]) -> Iterable[Question]:
    hours: dict[str, timedelta] = {}
    for one in spent:
        if one.project is not None and one.split.not_billable > ZERO:
            name = f"{one.client} / {one.project.name}" if one.client else one.project.name
            hours[name] = hours.get(name, ZERO) + one.hours
    for name in sorted(hours, key=str.casefold):
        if hours[name] >= _SHARE:
            text = phrase(
                "{project}: {hours} h are not billable, on a project that is. Is that meant?",
                project=name, hours=figure(hours[name]),
            )  # fmt: skip
            yield Question(text)
