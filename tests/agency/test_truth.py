"""What really happened is a day somebody could have had."""

from collections import defaultdict
from datetime import date, timedelta
from itertools import pairwise
from statistics import fmean

import pytest

from gleaner_sandbox import agency
from gleaner_sandbox.agency.period import DEMO_DAY, END_DAY, FIRST_DAY, PUBLIC_HOLIDAYS, days, week_of
from gleaner_sandbox.agency.truth import Block, CalendarSource, GitSource
from gleaner_sandbox.agency.world import World


def test_the_same_seed_gives_the_same_world() -> None:
    assert agency.build(3) == agency.build(3)


def test_another_seed_gives_other_people_clients_and_days() -> None:
    one, other = agency.build(3), agency.build(4)
    assert [p.name for p in one.people] != [p.name for p in other.people]
    assert [c.name for c in one.catalog.clients] != [c.name for c in other.catalog.clients]
    assert one.truth != other.truth
    assert [p.key for p in one.catalog.projects] == [p.key for p in other.catalog.projects]


def test_the_demo_begins_in_the_ninth_of_twelve_weeks() -> None:
    assert (FIRST_DAY.weekday(), DEMO_DAY - FIRST_DAY) == (0, timedelta(weeks=8))
    assert FIRST_DAY + timedelta(weeks=12) == END_DAY
    assert len(list(days())) == 84


def test_a_longer_past_comes_before_and_moves_nothing_that_has_its_week() -> None:
    usual, longer = agency.build(3), agency.build(3, earlier=4)
    assert (usual.first_day, longer.first_day) == (FIRST_DAY, FIRST_DAY - timedelta(weeks=4))
    weeks = {week_of(block.date) for block in longer.truth}
    assert weeks == set(range(-4, 12))
    assert min(habit.spent_date for habit in longer.habits) < FIRST_DAY - timedelta(weeks=3)
    assert longer.absences == usual.absences
    assert longer.catalog == usual.catalog


def test_nobody_works_on_a_holiday_of_the_longer_past() -> None:
    longer = agency.build(3, earlier=4)
    worked = {(longer.person(block.person).country, block.date) for block in longer.truth}
    holidays = {(country, day) for country, days in PUBLIC_HOLIDAYS.items() for day in days}
    assert ("DE", date(2025, 12, 26)) in holidays
    assert not worked & holidays


def test_nobody_does_two_things_at_once(world: World) -> None:
    for before, after in pairwise(world.truth):
        if before.person == after.person:
            assert before.start < before.end <= after.start, (before, after)


def test_blocks_begin_and_end_on_the_same_local_day(world: World) -> None:
    assert all(block.start.date() == block.end.date() == block.date for block in world.truth)


def test_days_are_about_as_long_as_expected(world: World) -> None:
    """On average exactly; single days vary, and long meetings can make a short day long."""
    worked: dict[tuple[str, date], float] = defaultdict(float)
    for block in world.truth:
        if block.is_work:
            worked[block.person, block.date] += block.hours
    ratios = []
    for (person, day), hours in worked.items():
        expected = world.expected_hours(person, day)
        assert expected > 0, (person, day)
        ratios.append(hours / expected)
        assert hours <= 12, (person, day, hours)
    assert fmean(ratios) == pytest.approx(1.0, abs=0.04)
    assert sum(0.75 <= ratio <= 1.35 for ratio in ratios) > 0.97 * len(ratios)


def test_everybody_works_on_every_expected_day_and_on_no_other(world: World) -> None:
    for person in world.staff:
        for day in days():
            assert bool(world.true_hours(person.email, day)) == (world.expected_hours(person.email, day) > 0)


def test_a_public_holiday_is_free_in_one_country_only(world: World) -> None:
    good_friday = date(2026, 4, 3)
    assert good_friday in PUBLIC_HOLIDAYS["DE"]
    assert good_friday not in PUBLIC_HOLIDAYS["US"]
    at_work = {p.country for p in world.staff if world.true_hours(p.email, good_friday)}
    assert at_work == {"US"}


def test_a_part_timer_has_days_off_and_somebody_goes_home_sick_at_noon(world: World) -> None:
    assert min(len(p.work_days) for p in world.staff) in {3, 4}
    halves = [
        (p, day)
        for p in world.staff
        for day in days()
        if world.expected_hours(p.email, day) == p.daily_hours / 2 and p.daily_hours
    ]
    assert len(halves) == 3
    for person, day in halves:
        assert all(block.end.hour < 15 for block in world.day(person.email, day))


def test_vacations_lie_in_the_history_and_in_the_demo_weeks(world: World) -> None:
    firsts = [a.first_day for some in world.absences.by_email.values() for a in some if a.kind == "vacation"]
    assert sum(day < DEMO_DAY for day in firsts) == 3
    assert sum(day >= DEMO_DAY for day in firsts) == 3


def test_time_is_spent_only_on_what_the_person_may_log(world: World) -> None:
    people = {person.email: person for person in world.staff}
    projects = {project.id: project for project in world.catalog.projects}
    for block in world.truth:
        if block.project_id is None:
            assert (block.kind, block.task_id, block.billable) == ("break", None, False)
            continue
        project = projects[block.project_id]
        assert project.is_active
        assert people[block.person].slot in project.team
        row = next(row for row in project.tasks if row.task.id == block.task_id)
        assert block.billable == (project.is_billable and row.is_billable)


def test_kinds_of_work_have_plausible_shares(world: World) -> None:
    hours: dict[str, float] = defaultdict(float)
    for block in world.truth:
        hours[block.kind] += block.hours
    total = sum(hours[kind] for kind in hours if kind != "break")
    assert 0.14 < hours["meeting"] / total < 0.3
    assert 0.25 < hours["coding"] / total < 0.5
    assert all(hours[kind] > 0 for kind in ("review", "design", "admin", "break"))


def test_every_client_project_that_is_active_gets_worked_on(world: World) -> None:
    worked = {block.project_id for block in world.truth}
    idle = {p.key for p in world.catalog.projects if p.id not in worked}
    assert idle == {"intranet", "research"}


def test_every_meeting_says_where_it_stands(world: World) -> None:
    for block in world.truth:
        if block.kind == "meeting":
            assert isinstance(block.source, CalendarSource)
        elif block.is_work:
            assert block.source is None or (isinstance(block.source, GitSource) and block.kind == "coding")


def test_titles_do_not_give_the_projects_away_too_easily(world: World) -> None:
    """About 40 % by name, 25 % by a contact, 20 % by history, 15 % not at all."""
    meetings = [b.source for b in world.truth if isinstance(b.source, CalendarSource) and b.is_work]
    share = {
        s: sum(m.signal == s for m in meetings) / len(meetings)
        for s in ("name", "contact", "history", "vague")
    }
    wanted = {"name": 0.40, "contact": 0.25, "history": 0.20, "vague": 0.15}
    assert share == {signal: pytest.approx(target, abs=0.06) for signal, target in wanted.items()}


def test_few_meetings_in_the_calendar_did_not_happen(world: World) -> None:
    gone = sum(invitation.outcome == "no show" for invitation in world.invitations)
    assert 0.003 < gone / len(world.invitations) < 0.03


def test_the_truth_of_a_meeting_can_be_looked_up(first_world: World) -> None:
    for invitation in first_world.invitations:
        block = first_world.meeting_truth(invitation.uid, invitation.recurrence_start, invitation.person)
        attended = invitation.outcome == "attended" and invitation.project_id is not None
        assert isinstance(block, Block) == attended
        if block is not None:
            assert block.project_id == invitation.project_id
