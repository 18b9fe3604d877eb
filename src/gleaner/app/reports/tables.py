"""The report for spreadsheets: person-days as CSV, and all of it as a workbook. Text in cells stays text."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterable, Iterator, Sequence
from datetime import date, timedelta
from typing import Any

from gleaner.app.compliance import Compliance
from gleaner.app.reports import words
from gleaner.app.reports.missing import NO_SHEETS
from gleaner.core.errors import ConfigError
from gleaner.core.text import shown
from gleaner.core.time import decimal_hours

Cell = str | float | date | None
_DAYS = (
    "Week", "Person", "Address", "Team", "Day", "What", "Contract", "Expected", "In Harvest at the cut-off",
    "In Harvest now", "Missing at the cut-off", "Missing now", "Sum",
)  # fmt: skip
_FORMULA = ("=", "+", "-", "@", "\t", "\r")


def guarded(text: str) -> str:
    """*text* that no spreadsheet takes for a formula.

    >>> guarded('=HYPERLINK("http://evil.example")'), guarded("Ana")
    ('\\'=HYPERLINK("http://evil.example")', 'Ana')
    """
    clean = shown(text)
    # What a spreadsheet would skip before a formula does not hide it.
    is_formula = text.startswith(_FORMULA) or clean.lstrip("�'\u00a0 ").startswith(_FORMULA)
    return f"'{clean}" if is_formula else clean


def as_csv(one: Compliance) -> str:
    """Person-days, one a line; then the headline and what the figures mean."""
    out = io.StringIO()
    writer = csv.writer(out, lineterminator="\r\n")
    writer.writerow(_DAYS)
    writer.writerows([_text(cell) for cell in row] for row in person_days(one))
    writer.writerow([])
    writer.writerows([guarded(line)] for line in _foot(one))
    return out.getvalue()


def _text(cell: Cell) -> str:
    match cell:
        case None:
            return ""
        case str():
            return guarded(cell)
        case float():
            return f"{cell:.2f}"
        case date():
            return cell.isoformat()


def person_days(one: Compliance) -> Iterator[list[Cell]]:
    """A row for each person-day of the week, by name; those who are not counted too."""
    for row in (*one.rows, *one.not_counted):
        for day in row.week.days:
            yield [
                one.name, row.person.name, row.person.email, row.person.team_name, day.day, words.MARKS[day.mark],
                _hours(day.expected.contract), _hours(day.due), _hours(day.held.on_time), _hours(day.held.logged),
                _hours(day.lacked), _hours(day.lacks), day.sentence(),
            ]  # fmt: skip


def _foot(one: Compliance) -> list[str]:
    return [
        words.title(one), words.headline(one), words.against_target(one), words.standing(one),
        "What the figures mean:", *words.definitions(one),
    ]  # fmt: skip


def as_workbook(one: Compliance) -> bytes:
    """A workbook with a sheet for each part. Raises ConfigError when openpyxl is not there."""
    try:
        from openpyxl import Workbook
    except ImportError:
        raise ConfigError(NO_SHEETS) from None
    book = Workbook(write_only=True)
    for name, widths, rows in _sheets(one):
        sheet: Any = book.create_sheet(name)
        for number, width in enumerate(widths):
            sheet.column_dimensions["ABCDEFGHIJKLMNOP"[number]].width = width
        sheet.freeze_panes = "A2"
        for row in rows:
            sheet.append([guarded(cell) if isinstance(cell, str) else cell for cell in row])
    out = io.BytesIO()
    book.save(out)
    return out.getvalue()


_Sheet = tuple[str, Sequence[int], Iterable[Sequence[Cell]]]


def _sheets(one: Compliance) -> Iterator[_Sheet]:
    yield "Summary", (110,), [[line] for line in _summary(one)]
    yield "Person-days", (10, 24, 28, 18, 12, 30, 10, 10, 12, 12, 12, 12, 90), [_DAYS, *person_days(one)]
    yield "Trend", (12, 10, 10, 10, 10, 10, 12, 12, 30), _trend(one)
    yield "Teams", (30, 10, 10, 10, 10, 10), _teams(one)
    yield "Hours", (12, 34, 10, 12, 10, 14, 16, 14), _money(one)


def _summary(one: Compliance) -> list[str]:
    causes = [cause.text for cause in one.causes] or ["None that stands out."]
    asked = [question.text for question in one.questions] or ["None."]
    rollout = (
        ["What roll-out changed:", *(uplift.sentence() for uplift in one.uplifts)] if one.uplifts else []
    )
    return [
        *_foot(one)[:4], words.right_counts(one), "", "What missing hours have in common:", *causes, "",
        "Questions:", *asked, "", *rollout, *_foot(one)[4:],
    ]  # fmt: skip


def _trend(one: Compliance) -> Iterator[list[Cell]]:
    yield [
        "Week from",
        "On time",
        "Now",
        "Expected",
        "There at the cut-off",
        "People",
        "Complete",
        "Still waiting",
        "Began",
    ]
    for point in one.trend:
        figures = point.figures
        waiting = point.waiting.share if point.waiting is not None else None
        yield [
            point.first, figures.share, figures.share_now, _hours(figures.due), _hours(figures.on_time),
            float(figures.people), float(figures.complete), waiting, ", ".join(point.begun),
        ]  # fmt: skip


def _teams(one: Compliance) -> Iterator[list[Cell]]:
    yield ["Team", "On time", "Expected", "There at the cut-off", "People", "Complete"]
    for name, figures in one.teams:
        due, there = _hours(figures.due), _hours(figures.on_time)
        yield [name, figures.share, due, there, float(figures.people), float(figures.complete)]


def _money(one: Compliance) -> Iterator[list[Cell]]:
    month = words.month_name(one)
    yield [
        "By", "Name", "Billable", "Not billable", "Internal", "Billable share", f"Billable, {month}",
        f"Share, {month}",
    ]  # fmt: skip
    for by, lines in one.money.by.items():
        for line in lines:
            week, then = line.week, line.month
            yield [
                by, line.name, _hours(week.billable), _hours(week.not_billable), _hours(week.internal),
                week.billable_share, _hours(then.billable), then.billable_share,
            ]  # fmt: skip


def _hours(duration: timedelta) -> float:
    return float(decimal_hours(duration))
