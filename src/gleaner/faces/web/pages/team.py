"""The team's week: what was there at the cut-off, who lacks what, one day's arithmetic, reminding now, other forms.

Hours only: no page here shows what anybody's meetings or commits were called.
"""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from typing import Any
from urllib.parse import urlencode

from starlette.responses import Response

from gleaner.app.compliance import Compliance, Row
from gleaner.app.reports import words as report_words
from gleaner.app.team import Asked, neighbours, person_day, remind_team, team_report, teams_of
from gleaner.core.catalog import Catalog, Person, UserId
from gleaner.core.errors import ConfigError, Refused
from gleaner.core.silent import SILENT
from gleaner.core.time import ZERO
from gleaner.faces.web import files, team_words
from gleaner.faces.web.charts import HEIGHT, WIDTH, columns
from gleaner.faces.web.registry import Pages
from gleaner.faces.web.visit import NotFound, Said, Visit
from gleaner.timesheets.compliance import PersonDay

EACH = 50
"""People on one page of the heat map."""
_TREND = 140
_FORMS = ("csv", "xlsx", "pdf", "html")


def add(pages: Pages) -> None:
    pages.get("/team", team, who="lead", nav="Team", rank=40, named_for=_reads_others)
    pages.get("/team/remind", ask_to_remind, who="lead")
    pages.post("/team/remind", remind, who="lead")
    for form in _FORMS:
        pages.get(f"/team/report.{form}", _export(form), who="lead")
    pages.get("/team/{user}/{day}", day, who="lead")


def _reads_others(person: Person, _catalog: Catalog) -> bool:
    """Whoever manages only a project reads nobody's days for that."""
    return bool({"administrator", "manager"} & person.access_roles)


# --- the week ----------------------------------------------------------------------------------------------------


def team(visit: Visit) -> Response:
    """The week's report."""
    asked, words = _asked(visit), visit.words
    one = team_report(visit.account, asked, SILENT)
    before, after = neighbours(visit.account, one)
    is_open = visit.query.get("show") == "open"
    rows = [row for row in one.rows if not is_open or row.week.lacks or row.week.lacked]
    number = _page(visit, len(rows))
    return visit.show(
        "team.html", title=words.text("Team"), one=one, asked=asked, teams=teams_of(visit.account),
        before=before, after=after, rows=rows[EACH * number : EACH * (number + 1)], all_rows=len(rows), each=EACH,
        number=number, is_open=is_open, headline=team_words.headline(words, one), target=team_words.target(words, one),
        standing=team_words.standing(words, one), right=team_words.right(words, one),
        days=report_words.days_of(one), shown_days=lambda row: report_words.shown_days(row, one),
        columns=columns([point.figures.share for point in one.trend], WIDTH, _TREND), trend_height=_TREND, width=WIDTH,
        height=HEIGHT, at_target=round(10 + (_TREND - 30) * (1 - one.target), 1),
        excused=[row for row in one.rows if row.week.excused > ZERO], definitions=report_words.definitions(one),
        link=lambda **other: _link(asked, **other), month=team_words.month(words, one.money.month_first), forms=_FORMS,
        **_helpers(visit),
    )  # fmt: skip


def day(visit: Visit) -> Response:
    """One person's day: what was due and why, what is in Harvest, what is missing."""
    try:
        user_id = UserId(int(visit.part("user")))
        row, each, one = person_day(visit.account, user_id, visit.day(visit.part("day")), SILENT)
    except (ValueError, ConfigError, Refused):
        raise NotFound from None
    title = visit.words.text("{name}, {day}", name=row.person.name, day=visit.words.day(each.day))
    return visit.show("team_day.html", title=title, row=row, each=each, one=one, **_helpers(visit))


def _page(visit: Visit, count: int) -> int:
    """Which page of the heat map, from 0. Raises NotFound for one that is not there."""
    text = visit.query.get("page", "0")
    if not (text.isascii() and text.isdigit() and len(text) < 6) or (int(text) and int(text) * EACH >= count):
        raise NotFound
    return int(text)


def _asked(visit: Visit, said: Callable[[str], str] | None = None) -> Asked:
    read = said or (lambda name: visit.query.get(name, "").strip())
    return Asked(read("week")[:20], read("team")[:200])


def _link(asked: Asked, **other: object) -> str:
    """What the address of the same week and team ends in, with *other* said otherwise."""
    values = {"week": asked.week, "team": asked.team, **{name: str(value) for name, value in other.items()}}
    said = urlencode({name: value for name, value in values.items() if value})
    return f"?{said}" if said else ""


def _helpers(visit: Visit) -> dict[str, Any]:
    words = visit.words
    return {
        "percent": team_words.percent, "h": lambda value: team_words.hours(words, value),
        "cell": lambda value: team_words.cell(words, value), "marks": team_words.marks(words),
        "why": lambda row: _why(visit, row), "still": lambda value: _still(visit, value),
    }  # fmt: skip


def _why(visit: Visit, row: Row) -> str:
    return team_words.not_counted(visit.words, row.week.why_not_counted)


def _still(visit: Visit, each: PersonDay) -> list[tuple[str, str]]:
    """The arithmetic of a day, line by line; what a calendar calls an absence is never in it."""
    words, expected = visit.words, each.expected

    def h(value: timedelta) -> str:
        return f"{words.hours(value)} h"

    lines = [(words.text("by contract"), h(expected.contract))]
    taken = expected.contract - expected.hours
    if taken > ZERO and not expected.why_nothing:
        lines.append((words.text("less holidays and time off"), f"−{h(taken)}"))
    lines.append((words.text("due"), h(each.due)))
    if each.is_over and not expected.why_nothing:
        lines.append((words.text("in Harvest at the cut-off"), h(each.held.on_time)))
        lines.append((words.text("in Harvest now"), h(each.held.logged)))
        if each.made_up:
            lines.append((words.text("made up for on other days of the week"), h(each.made_up)))
        lines.append((words.text("missing at the cut-off"), h(each.lacked)))
        lines.append((words.text("missing now"), h(each.lacks)))
    return lines


# --- reminding ---------------------------------------------------------------------------------------------------


def ask_to_remind(visit: Visit) -> Response:
    """Who would get a message now, and why others would not; nothing is sent."""
    asked = _asked(visit)
    done = remind_team(visit.account, Asked(team=asked.team), dry_run=True)
    return visit.show(
        "team_remind.html", title=visit.words.text("Remind now?"), done=done, asked=asked,
        would=[one for one in done.told if one.result == "due"], link=_link(asked),
        cannot=[one for one in done.told if one.result != "due"],
        kind=lambda which: team_words.kind(visit.words, which),
    )  # fmt: skip


def remind(visit: Visit) -> Response:
    """Send what is due now; who logged meanwhile is left alone."""
    asked, words = _asked(visit, lambda name: visit.said(name, 200)), visit.words
    done = remind_team(visit.account, Asked(team=asked.team), dry_run=False)
    sent = [one for one in done.told if one.result == "sent"]
    others = [one for one in done.told if one.result != "sent"]
    text = words.count("{n} person was reminded.", "{n} people were reminded.", len(sent))
    if others:
        why = "; ".join(f"{one.person.name}: {words.again(one.why or one.result)}" for one in others[:10])
        text += " " + words.text("Not sent: {why}.", why=why)
    return visit.go(f"/team{_link(asked)}", Said(text, is_good=bool(sent) or not others))


# --- other forms -------------------------------------------------------------------------------------------------


def _export(form: str) -> Callable[[Visit], Response]:
    def answer(visit: Visit) -> Response:
        one = team_report(visit.account, _asked(visit), SILENT)
        content, kind = _written(one, form)
        return files.download(content, f"timesheets-{one.name}.{form}", kind)

    return answer


def _written(one: Compliance, form: str) -> tuple[bytes, str]:
    """The report in that form, and its media type. What makes a form is loaded when it is asked for."""
    if form == "csv":
        from gleaner.app.reports.tables import as_csv

        return as_csv(one).encode(), "text/csv"
    if form == "xlsx":
        from gleaner.app.reports.tables import as_workbook

        return as_workbook(one), "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
    if form == "pdf":
        from gleaner.app.reports.pdf import as_pdf

        return as_pdf(one), "application/pdf"
    from gleaner.app.reports.html import as_html

    return as_html(one).encode(), "text/html"
