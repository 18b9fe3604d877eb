"""The report for a terminal: plain lines, readable without colour, aligned also where names are written wide."""

from __future__ import annotations

import unicodedata
from collections.abc import Iterator, Sequence

from gleaner.app.compliance import Compliance
from gleaner.app.reports import words
from gleaner.core.text import shown
from gleaner.core.time import spoken_day
from gleaner.timesheets.split import Line

_BAR = 20


def as_text(one: Compliance) -> str:
    """All of the report but the sums of plain days."""
    return "\n".join(shown(line) for line in _lines(one)) + "\n"


def _lines(one: Compliance) -> Iterator[str]:
    yield from (words.title(one), f"{one.account} · {one.whom}", "")
    yield from (words.headline(one), words.against_target(one), words.standing(one), words.right_counts(one))
    yield from _section("Trend", list(_trend(one)))
    yield from _section("What roll-out changed", [f"  {uplift.sentence()}" for uplift in one.uplifts])
    yield from _section("Days", [*_heat(one), "", f"  {words.LEGEND}"] if one.rows else [])
    yield from _section("Sums", list(_sums(one)))
    yield from _section("What missing hours have in common", [f"  {cause.text}." for cause in one.causes])
    yield from _section("Questions", [f"  {asked.text}" for asked in one.questions])
    yield from _section("Teams", list(_teams(one)))
    yield from _section(f"Hours, beside {words.month_name(one)}", list(_money(one)))
    yield from _section(
        "Not counted", [f"  {row.person.name}: {words.why_not_counted(row)}" for row in one.not_counted]
    )
    yield from _section("What the figures mean", [f"  {line}" for line in words.definitions(one)])


def _section(title: str, lines: Sequence[str]) -> Iterator[str]:
    if lines:
        yield from ("", title, *lines)


def _trend(one: Compliance) -> Iterator[str]:
    has_waiting = any(point.waiting is not None for point in one.trend)
    for point in one.trend:
        figures = point.figures
        filled = round(_BAR * (figures.share or 0))
        bar = "█" * filled + "░" * (_BAR - filled)
        line = f"  {_wide(words.week_of(point), 16)} {words.percent(figures.share):>6} {bar}"
        line += f" {words.hours(figures.on_time):>7} of {words.hours(figures.due)} h"
        if has_waiting and point.waiting is not None:
            line += f" · waiting {words.percent(point.waiting.share)}"
        yield line + (f" · began: {', '.join(point.begun)}" if point.begun else "")


def _heat(one: Compliance) -> Iterator[str]:
    width = max(_width(row.person.name) for row in one.rows)
    days = "".join(f"{day:%a} {day.day}".rjust(9) for day in words.days_of(one))
    yield f"  {' ' * width}{days}"
    for row in one.rows:
        cells = "".join(words.cell(day).rjust(9) for day in words.shown_days(row, one))
        yield f"  {_wide(row.person.name, width)}{cells}"


def _sums(one: Compliance) -> Iterator[str]:
    for row in one.rows:
        note = [f"  {row.person.name}: {row.note}"] if row.note else []
        opened = words.worth_opening(row)
        yield from note
        yield from (f"  {row.person.name}, {spoken_day(day.day)}: {day.sentence()}" for day in opened)


def _teams(one: Compliance) -> Iterator[str]:
    for name, figures in one.teams:
        yield f"  {name}: {words.percent(figures.share)} ({words.counts(figures)})"


def _money(one: Compliance) -> Iterator[str]:
    money = one.money
    moved = words.change(money.week.billable_share, money.month.billable_share)
    yield f"  All: {words.split_line(money.week)}{f' · {moved} points' if moved else ''}"
    then = f"{words.month_name(one)} {words.percent(money.utilisation_month)}"
    yield f"  Utilisation: {words.percent(money.utilisation)} ({then})"
    for by, lines in money.by.items():
        yield f"  By {by}:"
        yield from (f"    {line.name}: {_line(line)}" for line in lines)


def _line(line: Line) -> str:
    return f"{words.split_line(line.week)} · then {words.percent(line.month.billable_share)}"


def _wide(text: str, width: int) -> str:
    return text + " " * (width - _width(text))


def _width(text: str) -> int:
    """Columns of a terminal that *text* takes.

    >>> _width("Ana"), _width("山田")
    (3, 4)
    """
    return sum(
        0 if unicodedata.combining(each) else 2 if unicodedata.east_asian_width(each) in "WF" else 1
        for each in text
    )
