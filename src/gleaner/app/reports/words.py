"""What the report says, once for all its forms: the headline, the cells of the heat map, and the definitions."""

from __future__ import annotations

from collections import Counter
from datetime import date, timedelta

from gleaner.app.compliance import Compliance, Point, Row
from gleaner.core.phrases import phrase
from gleaner.core.time import spoken_day
from gleaner.timesheets import expected
from gleaner.timesheets.compliance import Figures, Mark, PersonDay
from gleaner.timesheets.split import Split

LEGEND = (
    "✓ there at the cut-off · ≈ made up for on other days of that week · (2.0) came after the cut-off · −2.0 still"
    " missing · off: nothing due because of a holiday or time off · blank: no workday · … not over yet"
)
_SHORT = {"no capacity set in Harvest": "no capacity set", "a contractor, who owes no hours": "contractor"}


def percent(share: float | None, digits: int = 0) -> str:
    """A share for people: never 100 % while something is missing, nor 0 % while something is there.

    >>> percent(671 / 714), percent(0.999), percent(1.0), percent(0.001), percent(None)
    ('94 %', '99 %', '100 %', '1 %', '–')
    """
    if share is None:
        return "–"
    step = 10**-digits
    shown = round(100 * share, digits)
    if share < 1:
        shown = min(shown, 100 - step)
    if share > 0:
        shown = max(shown, step)
    return f"{shown:.{digits}f} %"


def hours(duration: timedelta) -> str:
    """Hours as figures show them, to a tenth, without one where it is nothing.

    >>> hours(timedelta(hours=714)), hours(timedelta(hours=7.25)), hours(timedelta(hours=5910))
    ('714', '7.3', '5,910')
    """
    tenths = (duration + timedelta(minutes=3)) // timedelta(minutes=6)
    return f"{tenths // 10:,}" if tenths % 10 == 0 else f"{tenths / 10:,.1f}"


def people(count: int) -> str:
    return f"{count} person" if count == 1 else f"{count} people"


def counts(figures: Figures) -> str:
    """``671 of 714 expected hours; 17 of 20 people complete``."""
    due = f"{hours(figures.on_time)} of {hours(figures.due)} expected hours"
    return f"{due}; {figures.complete} of {people(figures.people)} complete"


def headline(one: Compliance) -> str:
    """The whole week in a sentence."""
    figures = one.figures
    parts = (
        ["Nothing was due"]
        if figures.share is None
        else [f"On time: {percent(figures.share)} ({counts(figures)})"]
    )
    if one.right.share is not None:
        parts.append(f"right first time {percent(one.right.share)}")
    if figures.excused:
        parts.append(f"excused {hours(figures.excused)} h, already taken off")
    if one.not_counted:
        parts.append(f"not counted: {people(len(one.not_counted))} ({_why(one)})")
    return f"{'' if figures.is_final else 'So far. '}{' · '.join(parts)}."


def _why(one: Compliance) -> str:
    reasons = Counter(why_not_counted(row) for row in one.not_counted)
    if len(reasons) == 1:
        return next(iter(reasons))
    return ", ".join(f"{count} {reason}" for reason, count in sorted(reasons.items()))


def why_not_counted(row: Row) -> str:
    why = row.week.why_not_counted
    return _SHORT.get(why, why)


def against_target(one: Compliance) -> str:
    """The target, and last week."""
    share, before = one.figures.share, one.before
    parts = [f"Target {percent(one.target)}"]
    if share is not None and one.figures.is_final:
        parts = [f"Target {percent(one.target)}: {'reached' if share >= one.target else 'not reached'}"]
    if before is not None and before.share is not None:
        parts.append(f"the week before {percent(before.share)}")
    return " · ".join(parts) + "."


def standing(one: Compliance) -> str:
    """How things stand now, and as of when that is known."""
    figures = one.figures
    now = f"As of {moment(one)}"
    if not figures.is_final:
        now += f"; the cut-off, {one.cut_off_said}, is still to come for some, and only days that are over are counted"
    if figures.lacks:
        still = (
            f"{hours(figures.lacks)} h are still missing, {figures.complete_now} of {people(figures.people)}"
        )
        now += f": {still} complete"
    elif figures.people:
        now += ": nothing is missing any more"
    return f"{now}."


def moment(one: Compliance) -> str:
    return f"{one.as_of:%a %d %b %Y %H:%M} UTC"


def title(one: Compliance) -> str:
    return f"Timesheets, week {one.name}: {spoken_day(one.first)} to {spoken_day(one.last)} {one.last.year}"


def right_counts(one: Compliance) -> str:
    """The counts behind *right first time*, or why there is none."""
    if one.right.share is None:
        return "Right first time: not known, Gleaner wrote no entry of this week."
    kept, entries = one.right.kept, one.right.entries
    return f"Right first time: {percent(one.right.share)} ({kept} of {entries} entries that Gleaner wrote)."


def cell(day: PersonDay) -> str:
    """A person-day in the heat map; says it without colour.

    >>> from gleaner.timesheets.compliance import NOTHING
    >>> from gleaner.timesheets.expected import Expected
    >>> due = Expected(date(2026, 3, 4), timedelta(hours=8))
    >>> cell(PersonDay(1, due, NOTHING, timedelta(hours=8), timedelta(hours=2.5)))
    '−2.5'
    """
    match day.mark:
        case "on time":
            return "≈" if day.made_up else "✓"
        case "late":
            return f"({expected.said(day.lacked)})"
        case "open":
            return f"−{expected.said(day.lacks)}"
        case "excused":
            return "off"
        case "to come":
            return "…"
        case _:
            return ""


MARKS: dict[Mark, str] = {
    "on time": "there at the cut-off",
    "late": "came after the cut-off",
    "open": "still missing",
    "excused": "nothing due: holiday or time off",
    "free": "no workday",
    "not counted": "not counted",
    "to come": "not over yet",
}


def worth_opening(row: Row) -> list[PersonDay]:
    """The days of a person's week that are no plain workday: each opens to its sum."""
    return [
        day
        for day in row.week.days
        if day.mark in ("late", "open", "excused") or day.expected.off or day.made_up
    ]


def week_of(point: Point) -> str:
    """A week of the trend as people read it, with the groups that began in it."""
    text = f"{point.first.day} {point.first:%b}"
    return text if point.figures.is_final else f"{text} (so far)"


def split_line(split: Split) -> str:
    """``billable 71 % (120 h) · not billable 14 h · internal 35 h``."""
    share = f"billable {percent(split.billable_share)} ({hours(split.billable)} h)"
    return f"{share} · not billable {hours(split.not_billable)} h · internal {hours(split.internal)} h"


def change(now: float | None, before: float | None) -> str:
    """How many points a share moved, such as ``−2``; empty where one is not known."""
    if now is None or before is None:
        return ""
    points = round(100 * now) - round(100 * before)
    return f"{points:+d}".replace("-", "−") if points else "±0"


def definitions(one: Compliance) -> list[str]:
    """What every figure means; the same under each form of the report."""
    return [
        phrase(
            "Expected: contract hours less public holidays and time off, for days that are over. Who has no "
            "capacity in Harvest, is a contractor or was not employed is not counted; nobody is counted "
            "before Harvest knew them."
        ),
        phrase(
            "On time: the expected hours whose entries were in Harvest at the cut-off, {cut_off} by each "
            "person's own clock. Harvest says when an entry was made, not what its hours were before an edit:"
            " an entry that was there counts with the hours it has now.",
            cut_off=one.cut_off_said,
        ),
        phrase(
            "Hours beyond what a day asks for make up for other days of the same person and week, never for "
            "another week or another person. A day that lacks less than 15 minutes lacks nothing."
        ),
        phrase(
            "Complete: nothing was missing at the cut-off. Excused: hours that holidays and time off take "
            "off."
        ),
        phrase(
            "Right first time: of the entries that Gleaner wrote for the week, those that still have the "
            "project, task, day and hours it wrote, and that nobody undid, amended or found wrong. Of entries"
            " that people wrote themselves Harvest does not say what was changed, so they are not in it."
        ),
        phrase(
            "Billable: as Harvest says of the entry. Not billable: other work on a project that is billed. "
            "Internal: work on a project that is not. Time off is in none. Utilisation: billable by expected "
            "hours of the same people."
        ),
    ]


def month_name(one: Compliance) -> str:
    return f"{one.money.month_first:%B %Y}"


def columns(one: Compliance) -> list[int]:
    """Which days of the week the heat map shows: weekends only where somebody was due something, or away."""
    return [
        number
        for number in range(7)
        if any(row.week.days[number].mark not in ("free", "not counted") for row in one.rows)
    ]


def days_of(one: Compliance) -> list[date]:
    """The days of the heat map."""
    return [one.first + timedelta(days=number) for number in columns(one)]


def shown_days(row: Row, one: Compliance) -> list[PersonDay]:
    """A person's days in the heat map."""
    return [row.week.days[number] for number in columns(one)]
