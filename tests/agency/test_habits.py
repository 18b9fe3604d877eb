"""What people log by hand is as incomplete and as imprecise as in real teams."""

from collections import Counter
from datetime import timedelta
from decimal import Decimal

from gleaner_sandbox.agency.habits import Habit
from gleaner_sandbox.agency.world import World


def logged(world: World, email: str | None = None) -> float:
    return float(sum(habit.hours for habit in world.habits if email in {None, habit.person}))


def true(world: World, email: str | None = None) -> float:
    return sum(block.hours for block in world.truth if block.is_work and email in {None, block.person})


def test_about_three_fifths_of_the_hours_are_logged(world: World) -> None:
    assert 0.5 < logged(world) / true(world) < 0.7


def test_one_logs_nearly_all_and_one_hardly_anything(world: World) -> None:
    shares = sorted(logged(world, p.email) / true(world, p.email) for p in world.staff)
    assert shares[0] < 0.35
    assert shares[-1] > 0.88


def test_the_typical_faults_occur_and_stay_rare(world: World) -> None:
    faults = Counter(habit.fault for habit in world.habits)
    assert 0.01 < faults["wrong project"] / len(world.habits) < 0.045
    assert 2 <= faults["double"] < 0.02 * len(world.habits)


def test_a_wrong_project_is_one_the_person_may_log_to(world: World) -> None:
    people = {person.email: person for person in world.staff}
    projects = {project.id: project for project in world.catalog.projects}
    for habit in world.habits:
        project = projects[habit.project_id]
        assert project.is_active
        assert people[habit.person].slot in project.team
        assert habit.task_id in {row.task.id for row in project.tasks}


def test_hours_are_round_and_notes_often_missing_or_like_the_title(world: World) -> None:
    assert all(habit.hours > 0 and habit.hours % Decimal("0.25") == 0 for habit in world.habits)
    empty = sum(habit.notes is None for habit in world.habits)
    assert 0.2 < empty / len(world.habits) < 0.8
    titles = {revision.title for event in world.events for revision in event.revisions}
    assert sum(habit.notes in titles for habit in world.habits) > 50


def test_entries_are_made_the_same_evening_or_days_later_but_never_before(world: World) -> None:
    delays = [habit.logged_at.date() - habit.spent_date for habit in world.habits]
    assert min(delays) >= timedelta(0)
    assert sum(delay == timedelta(0) for delay in delays) > 0.5 * len(delays)
    assert sum(delay >= timedelta(days=2) for delay in delays) > 20


def test_entries_come_in_the_order_in_which_they_are_made(world: World) -> None:
    moments = [habit.logged_at for habit in world.habits]
    assert moments == sorted(moments)


def test_an_entry_covers_blocks_of_its_person_and_day(world: World) -> None:
    covered: Counter[int] = Counter()
    for habit in world.habits:
        for number in habit.covers:
            block = world.truth[number]
            assert (block.person, block.date) == (habit.person, habit.spent_date)
        if habit.fault != "double":
            covered.update(habit.covers)
    assert set(covered.values()) == {1}


def test_an_entry_without_fault_has_the_project_of_what_it_covers(world: World) -> None:
    for habit in world.habits:
        if habit.fault is None:
            assert {world.truth[number].project_id for number in habit.covers} == {habit.project_id}


def test_whole_days_and_short_meetings_are_forgotten(first_world: World) -> None:
    """Many working days have no entry at all, and meetings up to half an hour are logged less often than others."""
    worked = {(b.person, b.date) for b in first_world.truth if b.is_work}
    logged_days = {(h.person, h.spent_date) for h in first_world.habits}
    assert len(worked - logged_days) > 40
    kept = kept_meetings(first_world.habits)
    short: list[bool] = []
    long: list[bool] = []
    for number, block in enumerate(first_world.truth):
        if block.kind == "meeting":
            (short if block.hours < 0.5 else long).append(number in kept)
    assert sum(short) / len(short) < sum(long) / len(long)


def kept_meetings(habits: tuple[Habit, ...]) -> set[int]:
    return {number for habit in habits for number in habit.covers}
