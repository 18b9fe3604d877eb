"""Who is reminded of what, and who is left alone."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from gleaner.core.catalog import UserId
from gleaner.core.time import ZERO
from gleaner.timesheets.expected import Expected, Part
from gleaner.timesheets.gaps import Sheet
from gleaner.timesheets.reminders import (
    DAILY,
    Kind,
    Limits,
    Sent,
    Situation,
    Week,
    Wish,
    WorkTime,
    candidates,
    is_weekly_only,
    judged,
    weeks_of,
)

BERLIN, HOUR, MINUTE = ZoneInfo("Europe/Berlin"), timedelta(hours=1), timedelta(minutes=1)
MONDAY = date(2026, 3, 9)
TUESDAY = date(2026, 3, 10)


DEFAULT = Limits()


def at(day: date, clock: str, zone: ZoneInfo = BERLIN) -> datetime:
    return datetime.combine(day, time.fromisoformat(clock), tzinfo=zone)


def sheet(day: date, logged: float = 8, due: float = 8, off: float = 0, unsure: float = 0) -> Sheet:
    parts = (Part("leave", "calendar", off * HOUR),) if off else ()
    return Sheet(UserId(1), Expected(day, due * HOUR, parts), logged=logged * HOUR, unsure=unsure * HOUR)


def person(*sheets: Sheet, **more: object) -> Situation:
    days = {day: sheet(day) for day in (MONDAY - timedelta(days=3), MONDAY, TUESDAY)}
    known: Mapping[date, Sheet] = days | {one.day: one for one in sheets}
    return replace(Situation(BERLIN, WorkTime(), known), **more)  # type: ignore[arg-type]


def said(one: Situation, now: datetime, limits: Limits = DEFAULT) -> str:
    """What comes of it, in short."""
    verdict = judged(one, now, limits)
    return verdict.why_not if verdict.due is None else f"{verdict.due.kind} {verdict.due.day}"


OPEN = sheet(TUESDAY, logged=6)
EVENING = at(TUESDAY, "17:10")


@pytest.mark.parametrize(
    ("clock", "outcome"),
    [
        ("08:59", "outside working hours"),
        ("12:00", "nothing is due now"),
        ("17:09", "nothing is due now"),
        ("17:10", "end of day 2026-03-10"),
        ("17:29", "end of day 2026-03-10"),
        ("17:30", "outside working hours"),
    ],
)
def test_the_evening_message_comes_in_the_last_minutes_of_the_working_day(clock: str, outcome: str) -> None:
    assert said(person(OPEN), at(TUESDAY, clock)) == outcome


@pytest.mark.parametrize(
    ("day", "outcome"),
    [
        (sheet(TUESDAY), "nothing is due now"),
        (sheet(TUESDAY, logged=7.6), "nothing is due now"),
        (sheet(TUESDAY, logged=7.5), "end of day 2026-03-10"),
        (sheet(TUESDAY, logged=7.6, unsure=0.25), "end of day 2026-03-10"),
        (sheet(TUESDAY, logged=0, off=8), "a day off"),
        (sheet(TUESDAY, logged=0, off=4), "off for half the day or more"),
        (sheet(TUESDAY, logged=4, off=1.5), "end of day 2026-03-10"),
        (sheet(TUESDAY, logged=0, due=0), "a day off"),
        (
            replace(sheet(TUESDAY), expected=Expected(TUESDAY, ZERO, why_nothing="a contractor")),
            "no hours are expected",
        ),
    ],
)
def test_only_a_working_day_that_lacks_half_an_hour_or_a_project_is_worth_a_message(
    day: Sheet, outcome: str
) -> None:
    assert said(person(day), EVENING) == outcome


def test_the_morning_message_replaces_the_evening_one() -> None:
    open_monday = person(sheet(MONDAY, logged=5))
    assert said(open_monday, at(TUESDAY, "09:29")) == "nothing is due now"
    assert said(open_monday, at(TUESDAY, "09:30")) == "morning 2026-03-09"
    told = replace(open_monday, sent=(Sent("end of day", MONDAY, at(MONDAY, "17:10")),))
    assert said(told, at(TUESDAY, "09:30")) == "nothing is due now"


def test_the_morning_is_about_the_last_workday_and_not_about_the_weekend() -> None:
    friday = sheet(MONDAY - timedelta(days=3), logged=2)
    weekend = [sheet(MONDAY - timedelta(days=n), logged=0, due=0) for n in (1, 2)]
    assert said(person(friday, *weekend), at(MONDAY, "10:00")) == "morning 2026-03-06"


def test_a_day_has_one_message_and_a_week_four() -> None:
    morning = Sent("morning", MONDAY, at(TUESDAY, "09:30"), is_answered=True)
    assert said(person(OPEN, sent=(morning,)), EVENING) == "had a message today"
    twice = Limits(a_day=2)
    assert said(person(OPEN, sent=(morning,)), EVENING, twice) == "end of day 2026-03-10"
    friday = MONDAY + timedelta(days=4)
    four = tuple(
        Sent(
            "end of day",
            MONDAY + timedelta(days=n),
            at(MONDAY + timedelta(days=n), "17:10"),
            is_answered=True,
        )
        for n in range(4)
    )
    assert said(person(sheet(friday, logged=1), sent=four), at(friday, "17:15")) == "had 4 messages this week"


def test_nobody_gets_three_a_day_whatever_the_cap_says() -> None:
    sent = tuple(Sent(kind, MONDAY, at(TUESDAY, "09:30"), is_answered=True) for kind in DAILY)
    assert said(person(OPEN, sent=sent), EVENING, Limits(a_day=9)) == "had a message today"


def test_three_ignored_in_a_row_leave_the_weekly_one_until_the_person_wants_them_back() -> None:
    days = [MONDAY - timedelta(days=n) for n in (7, 6, 5)]
    ignored = tuple(Sent("end of day", day, at(day, "17:10")) for day in days)
    assert said(person(OPEN, sent=ignored), EVENING) == "nothing is due now"
    assert said(person(OPEN, sent=ignored[:2]), EVENING) == "end of day 2026-03-10"
    answered = (*ignored[:2], replace(ignored[2], is_answered=True))
    assert said(person(OPEN, sent=answered), EVENING) == "end of day 2026-03-10"
    wanted = person(OPEN, sent=ignored, wish=Wish(resumed_at=at(MONDAY, "10:00")))
    assert said(wanted, EVENING) == "end of day 2026-03-10"
    week = Week(MONDAY - timedelta(days=7), at(TUESDAY, "17:20"))
    lacking = sheet(MONDAY - timedelta(days=5), logged=3)
    assert said(person(OPEN, lacking, sent=ignored, weeks=(week,)), EVENING) == "before cut-off 2026-03-02"


def test_a_stop_is_for_good_and_a_snooze_until_its_moment() -> None:
    assert said(person(OPEN, wish=Wish(is_stopped=True)), EVENING) == "asked for no reminders"
    until = Wish(until=EVENING + 5 * MINUTE)
    assert said(person(OPEN, wish=until), EVENING) == "asked for none until Tue 10 Mar 17:15"
    assert said(person(OPEN, wish=until), EVENING + 5 * MINUTE) == "end of day 2026-03-10"


def test_a_week_is_asked_about_once_before_its_cut_off_and_once_after() -> None:
    week = Week(MONDAY - timedelta(days=7), at(MONDAY, "10:00"))
    one = person(sheet(MONDAY - timedelta(days=4), logged=5), weeks=(week,))
    assert said(one, at(MONDAY, "08:30")) == "outside working hours"
    assert said(one, at(MONDAY, "09:00")) == "before cut-off 2026-03-02"
    told = replace(one, sent=(Sent("before cut-off", week.first, at(MONDAY, "09:00")),))
    assert said(told, at(MONDAY, "09:30")) == "nothing is due now"
    assert said(told, at(MONDAY, "10:00")) == "had a message today"
    assert said(told, at(TUESDAY, "09:00")) == "after cut-off 2026-03-02"
    done = replace(told, sent=(*told.sent, Sent("after cut-off", week.first, at(TUESDAY, "09:00"))))
    assert said(done, at(TUESDAY, "12:00")) == "nothing is due now"
    complete = replace(one, sheets={day: sheet(day) for day in one.sheets})
    assert said(complete, at(MONDAY, "09:00")) == "nothing is due now"


@pytest.mark.parametrize(
    ("usual", "clock"),
    [(time(16), "15:40"), (None, "17:10"), (time(19), "17:10"), (time(8), "17:10")],
)
def test_the_evening_is_when_the_person_mostly_stops_within_working_hours(
    usual: time | None, clock: str
) -> None:
    one = person(OPEN, work=WorkTime(usual_end=usual))
    assert said(one, at(TUESDAY, clock)) == "end of day 2026-03-10"
    assert said(one, at(TUESDAY, clock) - MINUTE) == "nothing is due now"


def test_work_may_pass_midnight() -> None:
    night = person(OPEN, work=WorkTime(time(20), time(4)))
    wednesday = TUESDAY + timedelta(days=1)
    assert said(night, at(wednesday, "03:39")) != "end of day 2026-03-10"
    assert said(night, at(wednesday, "03:45")) == "end of day 2026-03-10"
    assert said(night, at(wednesday, "04:00")) == "outside working hours"


@given(
    st.sampled_from(["Europe/Berlin", "America/New_York", "Asia/Kolkata", "Australia/Lord_Howe"]),
    st.integers(0, 365 * 24 * 60).map(lambda minutes: datetime(2026, 1, 1, tzinfo=UTC) + minutes * MINUTE),
    st.floats(0, 8), st.floats(0, 8), st.floats(0, 4),
    st.lists(
        st.tuples(
            st.sampled_from(("end of day", "morning", "before cut-off", "after cut-off")),
            st.integers(0, 200),
            st.booleans(),
        ),
        max_size=12,
    ),
    st.integers(1, 2), st.integers(1, 6),
)  # fmt: skip
def test_whoever_is_reminded_is_at_work_within_the_caps_and_lacks_hours(
    zone: str, moment: datetime, logged: float, off: float, unsure: float,
    history: list[tuple[Kind, int, bool]], a_day: int, a_week: int,
) -> None:  # fmt: skip
    now, where = moment, ZoneInfo(zone)
    today = now.astimezone(where).date()
    sheets = {
        today - timedelta(days=n): sheet(today - timedelta(days=n), logged, 8, off, unsure) for n in range(15)
    }
    weeks = tuple(
        Week(today - timedelta(days=today.weekday() + n), now + timedelta(hours=1 - n)) for n in (7, 0)
    )
    sent = tuple(
        Sent(kind, today - timedelta(days=hours // 24), now - timedelta(hours=hours), is_answered)
        for kind, hours, is_answered in sorted(history, key=lambda one: -one[1])
    )
    limits = Limits(a_day, a_week)
    one = Situation(where, WorkTime(), sheets, weeks, sent=sent)
    due = judged(one, now, limits).due
    if due is None:
        return
    local = now.astimezone(where)
    assert time(9) <= local.time() < time(17, 30)
    assert off < 4 + 1e-9
    same_day = [each for each in sent if each.at.astimezone(where).date() == today]
    assert len(same_day) < a_day
    assert (due.kind, due.day) not in [(each.kind, each.day) for each in sent]
    assert any(each.missing > ZERO or each.unsure > ZERO for each in due.days)
    assert not (due.kind in DAILY and is_weekly_only(one, limits))
    assert due.kind in candidates(where, WorkTime(), weeks, now, limits), (
        "what is due was possible by the clock"
    )


@pytest.mark.parametrize("day", [date(2026, 3, 29), date(2026, 10, 25)])
def test_a_clock_change_moves_nobodys_evening(day: date) -> None:
    """Sunday workers in Berlin, on the days on which the clocks change."""
    one = person(sheet(day, logged=2))
    assert said(one, at(day, "17:10")) == f"end of day {day}"
    assert said(one, at(day, "17:30")) == "outside working hours"


def test_a_complete_week_is_asked_about_where_it_is_not_submitted() -> None:
    week = Week(MONDAY - timedelta(days=7), at(MONDAY, "10:00"))
    one = person(weeks=(week,), unsubmitted=frozenset({week.first}))
    assert said(one, at(MONDAY, "09:00")) == "before cut-off 2026-03-02"
    due = judged(one, at(MONDAY, "09:00")).due
    assert due is not None
    assert (due.days, due.is_unsubmitted) == ((), True)
    assert said(person(weeks=(week,)), at(MONDAY, "09:00")) == "nothing is due now"


def test_a_day_lies_in_the_week_that_the_company_counts() -> None:
    ana, bo = UserId(1), UserId(2)
    days = [(ana, TUESDAY), (ana, MONDAY), (bo, MONDAY)]
    assert weeks_of(days, 0) == {1: {MONDAY}, 2: {MONDAY}}
    assert weeks_of([(ana, MONDAY), (ana, MONDAY - timedelta(days=1))], 0) == {
        1: {MONDAY, MONDAY - timedelta(days=7)}
    }
    assert weeks_of(days, 6) == {1: {MONDAY - timedelta(days=1)}, 2: {MONDAY - timedelta(days=1)}}


@pytest.mark.parametrize(
    ("begins", "off", "clock"),
    [
        (time(9), (), "Mon 09:00"),
        (time(10, 30), (), "Fri 15:30"),
        (time(9), (MONDAY,), "Fri 15:30"),
        (time(9), (MONDAY, MONDAY - timedelta(days=3)), "Thu 15:30"),
    ],
)
def test_a_week_is_asked_about_before_its_cut_off_even_where_nobody_works_then(
    begins: time, off: tuple[date, ...], clock: str
) -> None:
    """The cut-off is Monday at ten: some begin later, some are off."""
    week = Week(MONDAY - timedelta(days=7), at(MONDAY, "10:00"))
    days = {day: sheet(day) for day in (MONDAY - timedelta(days=n) for n in range(12)) if day.weekday() < 5}
    days |= {day: sheet(day, logged=0, off=8) for day in off}
    days[week.first] = sheet(week.first, logged=2)
    one = Situation(BERLIN, WorkTime(begins, time(17, 30)), days, (week,))
    now, found = at(MONDAY - timedelta(days=7), "18:00"), ""
    while not found and now < week.cut_off:
        due = judged(one, now, DEFAULT).due
        if due is not None and due.kind == "before cut-off":
            found = f"{now:%a %H:%M}"
            assert "before cut-off" in candidates(BERLIN, one.work, (week,), now, DEFAULT)
        now += timedelta(minutes=30)
    assert found == clock
