"""What the page of a team says, in the reader's language; the figures are those of every other form of the report."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from datetime import date, timedelta

from gleaner.app.compliance import Compliance
from gleaner.app.reports import words as report_words
from gleaner.core.language import Words
from gleaner.timesheets.compliance import Mark, PersonDay
from gleaner.timesheets.reminders import Kind

percent = report_words.percent


def hours(said: Words, duration: timedelta) -> str:
    """Hours to a tenth: ``5,910.5``, ``5.910,5``."""
    text = report_words.hours(duration)
    return text.translate(str.maketrans(",.", ".,")) if said.language == "de" else text


def headline(said: Words, one: Compliance) -> str:
    """The whole week in a sentence."""
    figures = one.figures
    if figures.share is None:
        parts = [said.text("Nothing was due")]
    else:
        counts = said.count(
            "{on_time} of {due} expected hours; {complete} of {n} person complete",
            "{on_time} of {due} expected hours; {complete} of {n} people complete",
            figures.people, complete=figures.complete,
            on_time=hours(said, figures.on_time), due=hours(said, figures.due),
        )  # fmt: skip
        parts = [said.text("On time: {share} ({counts})", share=percent(figures.share), counts=counts)]
    if one.right.share is not None:
        parts.append(said.text("right first time {share}", share=percent(one.right.share)))
    if figures.excused:
        parts.append(said.text("excused {hours} h, already taken off", hours=hours(said, figures.excused)))
    if one.not_counted:
        parts.append(said.count("not counted: {n} person ({why})", "not counted: {n} people ({why})",
                                len(one.not_counted), why=_reasons(said, one)))  # fmt: skip
    begin = "" if figures.is_final else said.text("So far. ")
    return f"{begin}{' · '.join(parts)}."


def _reasons(said: Words, one: Compliance) -> str:
    found = Counter(not_counted(said, row.week.why_not_counted) for row in one.not_counted)
    if len(found) == 1:
        return next(iter(found))
    return ", ".join(f"{count} {reason}" for reason, count in sorted(found.items()))


def not_counted(said: Words, why: str) -> str:
    """Why somebody is in no figure."""
    known = {
        "no capacity set in Harvest": said.text("no capacity set"),
        "a contractor, who owes no hours": said.text("contractor"),
    }
    return known.get(why) or said.again(why)


def target(said: Words, one: Compliance) -> str:
    """``Target 90 %: reached · the week before 91 %.``"""
    share, before = one.figures.share, one.before
    parts = [said.text("Target {share}", share=percent(one.target))]
    if share is not None and one.figures.is_final:
        is_reached = share >= one.target
        parts = [
            said.text("Target {share}: reached", share=percent(one.target)) if is_reached
            else said.text("Target {share}: not reached", share=percent(one.target))
        ]  # fmt: skip
    if before is not None and before.share is not None:
        parts.append(said.text("the week before {share}", share=percent(before.share)))
    return " · ".join(parts) + "."


def standing(said: Words, one: Compliance) -> str:
    """How things stand now."""
    figures = one.figures
    first = "" if figures.is_final else said.text(
        "The cut-off, {cut_off}, is still to come for some, and only days that are over are counted. ",
        cut_off=said.again(one.cut_off_said),
    )  # fmt: skip
    if figures.lacks:
        return first + said.count(
            "{hours} h are still missing, {complete} of {n} person complete.",
            "{hours} h are still missing, {complete} of {n} people complete.",
            figures.people, hours=hours(said, figures.lacks), complete=figures.complete_now,
        )  # fmt: skip
    return first + (said.text("Nothing is missing any more.") if figures.people else "")


def right(said: Words, one: Compliance) -> str:
    """The counts behind *right first time*, or why there is none."""
    if one.right.share is None:
        return said.text("Right first time: not known, Gleaner wrote no entry of this week.")
    return said.text("Right first time: {kept} of {entries} entries that Gleaner wrote.",
                     kept=one.right.kept, entries=one.right.entries)  # fmt: skip


def month(said: Words, first: date) -> str:
    """``Feb 2026``, ``Feb. 2026``."""
    return f"{said.day(first).split(' ')[2]} {first.year}"


def cell(said: Words, day: PersonDay) -> str:
    """A person-day in the heat map; says it without colour."""
    text = report_words.cell(day)
    if text == "off":
        return said.text("off")
    return text.replace(".", ",") if said.language == "de" else text


def marks(said: Words) -> Mapping[Mark, str]:
    """What each kind of person-day is."""
    return {
        "on time": said.text("there at the cut-off"), "late": said.text("came after the cut-off"),
        "open": said.text("still missing"), "excused": said.text("nothing due: holiday or time off"),
        "free": said.text("no workday"), "not counted": said.text("not counted"), "to come": said.text("not over yet"),
    }  # fmt: skip


def kind(said: Words, which: Kind | str) -> str:
    """What a reminder is about."""
    return {
        "end of day": said.text("today lacks hours"), "morning": said.text("yesterday is still open"),
        "before cut-off": said.text("the week, before its cut-off"),
        "after cut-off": said.text("the week, after its cut-off"),
    }.get(which, which)  # fmt: skip
