"""The report as one HTML page that can be mailed: no script, no image, nothing loaded from anywhere.

Tables, because that is what mail programs show; colours only repeat what the cells say. Days open to their sums.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from html import escape

from gleaner.app.compliance import Compliance, Point, Row
from gleaner.app.reports import words
from gleaner.core.text import shown
from gleaner.core.time import spoken_day
from gleaner.timesheets.compliance import Figures, Mark, PersonDay
from gleaner.timesheets.split import Line, Split

_STYLE = """
body{margin:0;background:#fff;color:#1c2430;font:16px/1.5 system-ui,"Segoe UI",Roboto,"Noto Sans",Arial,sans-serif}
main{max-width:60rem;margin:0 auto;padding:1rem}
h1{font-size:1.35rem;line-height:1.3;margin:0 0 .25rem}
h2{font-size:1.1rem;margin:2rem 0 .5rem}
p{margin:.5rem 0}
.lead{font-size:1.1rem;font-weight:600}
.wide{overflow-x:auto}
table{border-collapse:collapse;width:100%;font-variant-numeric:tabular-nums}
caption{text-align:left;padding:0 0 .25rem;color:#4a5565}
th,td{padding:.3rem .4rem;border-bottom:1px solid #d5dae2;text-align:left;vertical-align:top}
thead th{border-bottom:2px solid #8a94a3}
.n{text-align:right;white-space:nowrap}
tbody th[scope=row]{overflow-wrap:anywhere}
.heat th,.heat td{padding:.3rem .2rem;text-align:center}
.heat tbody th{text-align:left;font-weight:400;min-width:4.5rem;max-width:12rem;overflow-wrap:anywhere}
.heat td{font-size:.85rem;white-space:nowrap;border-left:1px solid #eef0f3}
.bar{background:#e6e9ee;height:.8rem;min-width:3rem}
.bar div{background:#2f6f4f;height:.8rem}
.bar .far{background:repeating-linear-gradient(45deg,#2f6f4f 0 4px,#a9c6b7 4px 8px)}
details{margin:.35rem 0}
summary{cursor:pointer}
ul{margin:.25rem 0 .25rem 1.2rem;padding:0}
footer{margin-top:2rem;border-top:1px solid #d5dae2;color:#4a5565;font-size:.9rem}
@media (max-width:30rem){main{padding:.6rem}table{font-size:.82rem}.heat td,.heat th{font-size:.72rem}
.heat tbody th{min-width:3.4rem}.opt{display:none}}
"""
_COLOURS: dict[Mark, str] = {
    "on time": "#e3f2e9",
    "late": "#fdf0cf",
    "open": "#f9d9d4",
    "excused": "#e8ebf4",
    "free": "#ffffff",
    "not counted": "#ffffff",
    "to come": "#f4f5f7",
}


def as_html(one: Compliance) -> str:
    """The whole page."""
    body = "\n".join(_body(one))
    return (
        '<!DOCTYPE html>\n<html lang="en">\n<head>\n<meta charset="utf-8">\n'
        '<meta name="viewport" content="width=device-width, initial-scale=1">\n'
        '<meta name="color-scheme" content="light">\n'
        f"<title>{_text(words.title(one))}</title>\n<style>{_STYLE}</style>\n</head>\n"
        f"<body>\n<main>\n{body}\n</main>\n</body>\n</html>\n"
    )


def _body(one: Compliance) -> Iterator[str]:
    yield f"<h1>{_text(words.title(one))}</h1>"
    yield f"<p>{_text(one.account)} · {_text(one.whom)}</p>"
    yield f'<p class="lead">{_text(words.headline(one))}</p>'
    yield f"<p>{_text(words.against_target(one))} {_text(words.standing(one))}</p>"
    yield f"<p>{_text(words.right_counts(one))}</p>"
    yield from _trend(one)
    yield from _listed("What roll-out changed", [uplift.sentence() for uplift in one.uplifts])
    yield from _heat(one)
    yield from _sums(one)
    yield from _listed("What missing hours have in common", [f"{cause.text}." for cause in one.causes])
    yield from _listed("Questions", [asked.text for asked in one.questions])
    yield from _teams(one)
    yield from _money(one)
    not_counted = [f"{row.person.name}: {words.why_not_counted(row)}" for row in one.not_counted]
    yield from _listed("Not counted", not_counted)
    yield "<footer>"
    yield "<h2>What the figures mean</h2>"
    yield _list(words.definitions(one))
    yield "</footer>"


def _listed(title: str, lines: Sequence[str]) -> Iterator[str]:
    if lines:
        yield f"<h2>{_text(title)}</h2>"
        yield _list(lines)


def _list(lines: Iterable[str]) -> str:
    return "<ul>" + "".join(f"<li>{_text(line)}</li>" for line in lines) + "</ul>"


def _trend(one: Compliance) -> Iterator[str]:
    has_waiting = any(point.waiting is not None for point in one.trend)
    heads = ["Week from", "On time", "", "Hours", *(["Still waiting", "Began"] if has_waiting else [])]
    yield f"<h2>{len(one.trend)} weeks</h2>"
    yield '<div class="wide" tabindex="0" role="region" aria-label="Trend"><table>'
    yield "<caption>Share of expected hours that was there at the cut-off</caption>"
    cells = "".join(
        f'<th scope="col"{_numeric(head, has_waiting=has_waiting)}>{head}</th>'
        if head
        else '<td class="opt"></td>'
        for head in heads
    )
    yield f"<thead><tr>{cells}</tr></thead><tbody>"
    for point in one.trend:
        yield f"<tr>{_point(point, has_waiting=has_waiting)}</tr>"
    yield "</tbody></table></div>"


def _numeric(head: str, *, has_waiting: bool) -> str:
    if head == "Hours" and has_waiting:
        return ' class="n opt"'
    return ' class="n"' if head in ("On time", "Hours", "Still waiting") else ""


def _point(point: Point, *, has_waiting: bool) -> str:
    figures = point.figures
    width = 100 * (figures.share or 0)
    # A narrow screen has no room for both the hours and those who wait; the share says the first.
    hours = " opt" if has_waiting else ""
    so_far = "" if figures.is_final else ' class="far"'
    cells = [
        f'<th scope="row">{_text(words.week_of(point))}</th>',
        f'<td class="n">{words.percent(figures.share)}</td>',
        f'<td class="opt" style="width:40%"><div class="bar"><div{so_far} style="width:{width:.1f}%"></div></div></td>',
        f'<td class="n{hours}">{words.hours(figures.on_time)} of {words.hours(figures.due)}</td>',
    ]
    if has_waiting:
        waiting = point.waiting.share if point.waiting is not None else None
        cells.append(f'<td class="n">{words.percent(waiting)}</td><td>{_text(", ".join(point.begun))}</td>')
    return "".join(cells)


def _heat(one: Compliance) -> Iterator[str]:
    if not one.rows:
        return
    yield "<h2>Days</h2>"
    yield f"<p>{_text(words.LEGEND)}</p>"
    yield '<div class="wide" tabindex="0" role="region" aria-label="Days"><table class="heat">'
    yield "<caption>Each person’s days, by name</caption>"
    heads = "".join(f'<th scope="col">{day:%a}<br>{day.day}</th>' for day in words.days_of(one))
    yield f'<thead><tr><th scope="col">Person</th>{heads}</tr></thead><tbody>'
    yield from (_person(row, words.shown_days(row, one)) for row in one.rows)
    yield "</tbody></table></div>"


def _person(row: Row, days: Iterable[PersonDay]) -> str:
    cells = "".join(
        f'<td style="background:{_COLOURS[day.mark]}">{_text(words.cell(day))}</td>' for day in days
    )
    return f'<tr><th scope="row">{_text(row.person.name)}</th>{cells}</tr>'


def _sums(one: Compliance) -> Iterator[str]:
    opened = [(row, words.worth_opening(row)) for row in one.rows]
    opened = [(row, days) for row, days in opened if days or row.note]
    if not opened:
        return
    yield "<h2>Sums</h2>"
    for row, days in opened:
        lines = [f"{spoken_day(day.day)}: {day.sentence()}" for day in days]
        missing = row.week.lacks
        still = f"{words.hours(missing)} h still missing" if missing else "nothing is missing now"
        notes = [row.note] if row.note else []
        yield f"<details><summary>{_text(row.person.name)}: {still}</summary>{_list([*notes, *lines])}</details>"


def _teams(one: Compliance) -> Iterator[str]:
    if not one.teams:
        return
    yield "<h2>Teams</h2>"
    yield '<div class="wide" tabindex="0" role="region" aria-label="Teams"><table>'
    yield '<thead><tr><th scope="col">Team</th><th scope="col" class="n">On time</th>'
    yield '<th scope="col" class="n">Hours</th><th scope="col" class="n">Complete</th></tr></thead><tbody>'
    yield from (_team(name, figures) for name, figures in one.teams)
    yield "</tbody></table></div>"


def _team(name: str, figures: Figures) -> str:
    return (
        f'<tr><th scope="row">{_text(name)}</th><td class="n">{words.percent(figures.share)}</td>'
        f'<td class="n">{words.hours(figures.on_time)} of {words.hours(figures.due)}</td>'
        f'<td class="n">{figures.complete} of {figures.people}</td></tr>'
    )


def _money(one: Compliance) -> Iterator[str]:
    money, month = one.money, words.month_name(one)
    then = words.percent(money.utilisation_month)
    yield "<h2>Hours</h2>"
    yield f"<p>Utilisation {words.percent(money.utilisation)} ({_text(month)} {then}).</p>"
    yield '<div class="wide" tabindex="0" role="region" aria-label="Hours"><table>'
    heads = ("Billable", "Not billable", "Internal", "Share", month)
    cells = "".join(f'<th scope="col" class="n{_optional(head)}">{_text(head)}</th>' for head in heads)
    yield f'<thead><tr><th scope="col">Hours by</th>{cells}</tr></thead>'
    yield f"<tbody>{_line(Line('All', money.week, money.month))}</tbody>"
    for by, lines in money.by.items():
        yield f'<tbody><tr><th scope="rowgroup" colspan="6">By {_text(by)}</th></tr>'
        yield from (_line(line) for line in lines)
        yield "</tbody>"
    yield "</table></div>"


def _optional(head: str) -> str:
    """What a narrow screen leaves out: the shares are there without it."""
    return " opt" if head in ("Not billable", "Internal") else ""


def _line(line: Line) -> str:
    week: Split = line.week
    return (
        f'<tr><th scope="row" style="font-weight:400">{_text(line.name)}</th>'
        f'<td class="n">{words.hours(week.billable)}</td><td class="n opt">{words.hours(week.not_billable)}</td>'
        f'<td class="n opt">{words.hours(week.internal)}</td>'
        f'<td class="n">{words.percent(week.billable_share)}</td>'
        f'<td class="n">{words.percent(line.month.billable_share)}</td></tr>'
    )


def _text(text: str) -> str:
    """Whatever people wrote stays text; a number keeps its sign beside it."""
    return escape(shown(text)).replace(" %", "&nbsp;%")
