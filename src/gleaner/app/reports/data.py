"""The report as plain values, for programs: JSON, and what a web page draws."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from gleaner.app.compliance import Compliance, Point, Row
from gleaner.app.reports import words
from gleaner.core.time import decimal_hours
from gleaner.timesheets.compliance import Figures, PersonDay
from gleaner.timesheets.split import Line, Split
from gleaner.timesheets.uplift import Uplift


def plain(one: Compliance) -> dict[str, Any]:
    """Everything the report says; hours are decimal, shares between 0 and 1."""
    return {
        "account": one.account,
        "week": one.name,
        "first": one.first,
        "last": one.last,
        "whom": one.whom,
        "made_at": one.made_at,
        "as_of": one.as_of,
        "cut_off": one.cut_off_said,
        "target": one.target,
        "headline": words.headline(one),
        "figures": _figures(one.figures),
        "right_first_time": {
            "share": one.right.share,
            "kept": one.right.kept,
            "entries": one.right.entries,
            "put_right": [{"user_id": user_id, "day": day} for user_id, day in one.right.others],
        },
        "people": [_row(row) for row in one.rows],
        "not_counted": [
            {"person": row.person.name, "email": row.person.email, "why": row.week.why_not_counted}
            for row in one.not_counted
        ],
        "teams": [{"team": name, **_figures(figures)} for name, figures in one.teams],
        "trend": [_point(point) for point in one.trend],
        "rollout": [_uplift(uplift) for uplift in one.uplifts],
        "causes": [
            {"text": cause.text, "days": [{"user_id": day.user_id, "day": day.day} for day in cause.days]}
            for cause in one.causes
        ],
        "questions": [
            {"text": asked.text, "user_id": asked.user_id, "day": asked.day} for asked in one.questions
        ],
        "hours": {
            "week": _split(one.money.week),
            "month": _split(one.money.month),
            "month_from": one.money.month_first,
            "utilisation": one.money.utilisation,
            "utilisation_month": one.money.utilisation_month,
            "by": {name: _lines(lines) for name, lines in one.money.by.items()},
        },
        "definitions": words.definitions(one),
    }


def _figures(one: Figures) -> dict[str, Any]:
    return {
        "share": one.share,
        "share_now": one.share_now,
        "expected": decimal_hours(one.due),
        "on_time": decimal_hours(one.on_time),
        "there_now": decimal_hours(one.there),
        "excused": decimal_hours(one.excused),
        "people": one.people,
        "complete": one.complete,
        "complete_now": one.complete_now,
        "is_final": one.is_final,
    }


def _row(row: Row) -> dict[str, Any]:
    week = row.week
    return {
        "user_id": week.user_id,
        "person": row.person.name,
        "email": row.person.email,
        "team": row.person.team_name,
        "note": row.note,
        "cut_off": week.cut_off,
        "is_final": week.is_final,
        "expected": decimal_hours(week.due),
        "missing_at_cut_off": decimal_hours(week.lacked),
        "missing_now": decimal_hours(week.lacks),
        "excused": decimal_hours(week.excused),
        "days": [day_of(day) for day in week.days],
    }


def day_of(day: PersonDay) -> dict[str, Any]:
    """One person-day; the sum never says what a calendar calls an absence."""
    return {
        "day": day.day,
        "mark": day.mark,
        "contract": decimal_hours(day.expected.contract),
        "expected": decimal_hours(day.due),
        "in_harvest_at_cut_off": decimal_hours(day.held.on_time),
        "in_harvest_now": decimal_hours(day.held.logged),
        "missing_at_cut_off": decimal_hours(day.lacked),
        "missing_now": decimal_hours(day.lacks),
        "sum": day.sentence(),
    }


def _point(point: Point) -> dict[str, Any]:
    waiting = None if point.waiting is None else _figures(point.waiting)
    return {"first": point.first, **_figures(point.figures), "waiting": waiting, "begun": list(point.begun)}


def _uplift(one: Uplift) -> dict[str, Any]:
    known = not one.why_not
    return {
        "group": one.group,
        "begins": one.begins,
        "against": one.against,
        "people": one.people,
        "waiting_people": one.waiting,
        "weeks_before": one.before,
        "weeks_after": one.after,
        "uplift": one.uplift if known else None,
        "low": one.low if known else None,
        "high": one.high if known else None,
        "text": one.sentence(),
    }


def _split(one: Split) -> dict[str, Any]:
    return {
        "billable": decimal_hours(one.billable),
        "not_billable": decimal_hours(one.not_billable),
        "internal": decimal_hours(one.internal),
        "billable_share": one.billable_share,
    }


def _lines(lines: Sequence[Line]) -> list[dict[str, Any]]:
    return [{"name": one.name, "week": _split(one.week), "month": _split(one.month)} for one in lines]
