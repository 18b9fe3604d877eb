"""The report as a PDF: A4 pages with a drawn trend, and tables that go on with their heads on the next page."""

from __future__ import annotations

import io
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from gleaner.app.compliance import Compliance
from gleaner.app.reports import words
from gleaner.app.reports.missing import NO_PDF
from gleaner.core.errors import ConfigError
from gleaner.core.text import shown
from gleaner.core.time import spoken_day
from gleaner.timesheets.compliance import Mark
from gleaner.timesheets.split import Line

if TYPE_CHECKING:
    from gleaner.app.reports.fonts import Fonts

_COLOURS: dict[Mark, str] = {
    "on time": "#e3f2e9",
    "late": "#fdf0cf",
    "open": "#f9d9d4",
    "excused": "#e8ebf4",
    "free": "#ffffff",
    "not counted": "#ffffff",
    "to come": "#f4f5f7",
}
_INK, _LINE, _GREEN, _WAITING = "#1c2430", "#c5ccd6", "#2f6f4f", "#8a5a00"
_WIDTH = 515.0
"""Points between the margins of A4."""


def as_pdf(one: Compliance) -> bytes:
    """The whole document. Raises ConfigError when reportlab is not there."""
    try:
        from reportlab.lib.pagesizes import A4
        from reportlab.platypus import SimpleDocTemplate
    except ImportError:
        raise ConfigError(NO_PDF) from None
    from gleaner.app.reports.fonts import fonts

    letters = fonts()
    out = io.BytesIO()
    document = SimpleDocTemplate(
        out, pagesize=A4, leftMargin=40, rightMargin=40, topMargin=40, bottomMargin=46,
        title=words.title(one), author=one.account, lang="en",
    )  # fmt: skip

    def foot(canvas: Any, page: Any) -> None:
        canvas.setFont(letters.plain, 8)
        canvas.setFillColor("#4a5565")
        canvas.drawString(40, 26, shown(words.title(one)))
        canvas.drawRightString(40 + _WIDTH, 26, f"page {page.page}")

    document.build(_Page(letters).story(one), onFirstPage=foot, onLaterPages=foot)
    return out.getvalue()


@dataclass
class _Page:
    """Makes the parts, with one set of letters."""

    fonts: Fonts

    def story(self, one: Compliance) -> list[Any]:
        parts = [
            self._paragraph(words.title(one), 15, space=2),
            self._paragraph(f"{one.account} · {one.whom}", 9),
            self._paragraph(words.headline(one), 11.5, space=8),
            self._paragraph(
                f"{words.against_target(one)} {words.standing(one)} {words.right_counts(one)}", 9
            ),
            *self._section(f"{len(one.trend)} weeks", [self._trend(one)]),
            *self._listed("What roll-out changed", [uplift.sentence() for uplift in one.uplifts]),
            *self._listed("What missing hours have in common", [f"{cause.text}." for cause in one.causes]),
            *self._listed("Questions", [asked.text for asked in one.questions]),
        ]
        if one.rows:
            parts += self._section("Days", [self._paragraph(words.LEGEND, 8), self._heat(one)])
        if one.teams:
            parts += self._section("Teams", [self._teams(one)])
        parts += self._section("Hours", [self._money(one)])
        parts += self._listed("Sums", _sums(one))
        left = [f"{row.person.name}: {words.why_not_counted(row)}" for row in one.not_counted]
        parts += self._listed("Not counted", left)
        return [*parts, *self._listed("What the figures mean", words.definitions(one))]

    def _paragraph(self, text: str, size: float, *, space: float = 4, indent: float = 0) -> Any:
        from reportlab.lib.styles import ParagraphStyle
        from reportlab.platypus import Paragraph

        style = ParagraphStyle(
            "text", fontName=self.fonts.plain, fontSize=size, leading=size * 1.35, textColor=_INK, spaceAfter=space,
            leftIndent=indent,
        )  # fmt: skip
        return Paragraph(self.fonts.marked(shown(text)), style)

    def _section(self, title: str, parts: Sequence[Any]) -> list[Any]:
        from reportlab.platypus import CondPageBreak, Spacer

        # A head is never left alone at the foot of a page.
        return [CondPageBreak(90), Spacer(1, 8), self._paragraph(title, 11.5), *parts]

    def _listed(self, title: str, lines: Sequence[str]) -> list[Any]:
        return (
            self._section(title, [self._paragraph(f"· {line}", 9, space=2) for line in lines])
            if lines
            else []
        )

    def _trend(self, one: Compliance) -> Any:
        """Bars of the share on time, the target as a line, those who wait as dashes, marks where groups began."""
        from reportlab.graphics.shapes import Drawing, Line, Rect, String

        height, foot, left = 120.0, 30.0, 26.0
        drawing = Drawing(_WIDTH, height + foot + 16)
        wide = (_WIDTH - left) / max(1, len(one.trend))

        def text(x: float, y: float, said: str, *, anchor: str = "middle", colour: str = _INK) -> None:
            mark = String(
                x, y, said, fontName=self.fonts.plain, fontSize=6.5, textAnchor=anchor, fillColor=colour
            )
            drawing.add(mark)

        for share in (0.0, 0.5, 1.0):
            y = foot + height * share
            drawing.add(Line(left, y, _WIDTH, y, strokeColor=_LINE, strokeWidth=0.5))
            text(left - 3, y - 2, f"{100 * share:.0f} %", anchor="end")
        for number, point in enumerate(one.trend):
            x, share = left + number * wide, point.figures.share or 0.0
            fill = _GREEN if point.figures.is_final else "#a9c6b7"
            drawing.add(
                Rect(x + 0.18 * wide, foot, 0.64 * wide, height * share, fillColor=fill, strokeColor=None)
            )
            # At the foot of the bar, where no stroke of those who wait crosses it.
            is_tall = share > 0.12
            text(
                x + wide / 2,
                foot + 4,
                words.percent(point.figures.share),
                colour="#ffffff" if is_tall else _INK,
            )
            text(x + wide / 2, foot - 9, f"{point.first.day} {point.first:%b}")
            waiting = point.waiting.share if point.waiting is not None else None
            if waiting is not None:
                y = foot + height * waiting
                dash = Line(x + 0.1 * wide, y, x + 0.9 * wide, y, strokeColor=_WAITING, strokeWidth=2)
                drawing.add(dash)
            if point.begun:
                text(x + wide / 2, foot - 18, f"▲ {point.begun[0]}"[:14], colour=_WAITING)
        y = foot + height * one.target
        drawing.add(Line(left, y, _WIDTH, y, strokeColor=_INK, strokeWidth=0.8, strokeDashArray=(3, 2)))
        said = "bars: share on time · dashed line: target"
        if any(point.waiting is not None for point in one.trend):
            said += " · brown strokes: those who still wait · ▲ a group began"
        text(left, foot - 28, said, anchor="start")
        return drawing

    def _heat(self, one: Compliance) -> Any:
        heads = ["Person", *(f"{day:%a} {day.day}" for day in words.days_of(one))]
        rows = [
            [row.person.name, *(words.cell(day) for day in words.shown_days(row, one))] for row in one.rows
        ]
        colours = [
            ("BACKGROUND", (column, number), (column, number), _COLOURS[day.mark])
            for number, row in enumerate(one.rows, 1)
            for column, day in enumerate(words.shown_days(row, one), 1)
            if day.mark not in ("free", "not counted")
        ]
        return self._table(
            heads, rows, [155.0, *[(_WIDTH - 155) / (len(heads) - 1)] * (len(heads) - 1)], colours
        )

    def _teams(self, one: Compliance) -> Any:
        rows = [
            [name, words.percent(figures.share), f"{words.hours(figures.on_time)} of {words.hours(figures.due)}",
             f"{figures.complete} of {figures.people}"]
            for name, figures in one.teams
        ]  # fmt: skip
        return self._table(["Team", "On time", "Hours", "Complete"], rows, [215.0, 100.0, 100.0, 100.0])

    def _money(self, one: Compliance) -> Any:
        money, month = one.money, words.month_name(one)
        heads = ["Hours by", "Billable", "Not billable", "Internal", "Share", month]
        rows = [_split(Line("All", money.week, money.month))]
        for by, lines in money.by.items():
            rows += [[f"By {by}", *[""] * 5], *(_split(line) for line in lines)]
        then = words.percent(money.utilisation_month)
        rows.append(["Utilisation", "", "", "", words.percent(money.utilisation), then])
        return self._table(heads, rows, [195.0, *[64.0] * 5])

    def _table(
        self,
        heads: Sequence[str],
        rows: Iterable[Sequence[str]],
        widths: Sequence[float],
        more: Sequence[Any] = (),
    ) -> Any:
        from reportlab.platypus import LongTable, TableStyle

        style = [
            ("FONT", (0, 0), (-1, -1), self.fonts.plain, 8),
            ("TEXTCOLOR", (0, 0), (-1, -1), _INK),
            ("ALIGN", (1, 0), (-1, -1), "RIGHT"),
            ("VALIGN", (0, 0), (-1, -1), "MIDDLE"),
            ("LINEBELOW", (0, 0), (-1, 0), 0.8, _INK),
            ("LINEBELOW", (0, 1), (-1, -1), 0.25, _LINE),
            ("TOPPADDING", (0, 0), (-1, -1), 2.5),
            ("BOTTOMPADDING", (0, 0), (-1, -1), 2.5),
            *more,
        ]
        cells = [list(heads), *([self._name(row[0]), *row[1:]] for row in rows)]
        return LongTable(cells, colWidths=list(widths), repeatRows=1, style=TableStyle(style))

    def _name(self, text: str) -> Any:
        """A name as it is where the plain font has it, which is faster; else as a paragraph in several."""
        clean = shown(text)
        is_plain = len(clean) <= 28 and self.fonts.marked(clean) == clean
        return clean if is_plain else self._paragraph(clean, 8, space=0)


def _split(line: Line) -> list[str]:
    week = line.week
    return [
        line.name, words.hours(week.billable), words.hours(week.not_billable), words.hours(week.internal),
        words.percent(week.billable_share), words.percent(line.month.billable_share),
    ]  # fmt: skip


def _sums(one: Compliance) -> list[str]:
    found = []
    for row in one.rows:
        if row.note:
            found.append(f"{row.person.name}: {row.note}")
        opened = words.worth_opening(row)
        found += [f"{row.person.name}, {spoken_day(day.day)}: {day.sentence()}" for day in opened]
    return found
