"""Which task of a project."""

from __future__ import annotations

from dataclasses import replace

from hypothesis import given
from hypothesis import strategies as st
from tests.studio import ANA, APOLLO, BO, CATALOG, CY, DAY, DESIGN, MEETINGS, PORTAL, meeting

from gleaner.core.activities import Activity
from gleaner.core.catalog import TaskId
from gleaner.matching.index import Index
from gleaner.matching.memory import Fact, Memory, remember
from gleaner.matching.tasks import Choice, choose_task

INDEX = Index(CATALOG)


def chosen(activity: Activity, *facts: Fact, index: Index = INDEX) -> Choice:
    found = choose_task(activity, APOLLO, index, remember(facts, [], today=DAY))
    assert found is not None
    return found


def picked(task: TaskId, times: int, title: str = "Talk", **more: object) -> list[Fact]:
    return [Fact(meeting("09:00-10:00", title, **more), APOLLO, task) for _ in range(times)]  # type: ignore[arg-type]  # keywords of the fixture


def test_with_nothing_known_the_name_that_says_meeting_decides() -> None:
    found = chosen(meeting("10:00-11:00", "Planning"))
    assert (found.slot.task.id, found.is_known) == (MEETINGS, True)


def test_a_title_that_names_another_task_leaves_it_open_even_on_the_first_day() -> None:
    colleague = Fact(meeting("09:00-10:00", "Talk", who=BO), PORTAL, MEETINGS)
    assert not chosen(meeting("10:00-11:00", "Design review")).is_known
    assert not chosen(meeting("10:00-11:00", "Design review"), colleague).is_known


def test_a_project_called_like_one_of_its_tasks_leaves_it_open() -> None:
    projects = {**CATALOG.projects, APOLLO: replace(CATALOG.projects[APOLLO], name="Design")}
    found = chosen(meeting("10:00-11:00", "Planning"), index=Index(replace(CATALOG, projects=projects)))
    assert (found.slot.task.id, found.is_known) == (DESIGN, False)


def test_what_nobody_pays_for_has_a_task_of_its_own() -> None:
    tasks = {
        **CATALOG.tasks,
        DESIGN: replace(CATALOG.tasks[DESIGN], name="Pitches", billable_by_default=False),
    }
    own = {**CATALOG.projects, APOLLO: replace(CATALOG.projects[APOLLO], is_billable=False)}
    talk = meeting("10:00-11:00", "Talk")
    found = chosen(talk, index=Index(replace(CATALOG, tasks=tasks, projects=own)))
    assert (found.slot.task.id, found.is_known) == (DESIGN, False)
    assert 0.9 < found.confidence < 0.99
    assert chosen(talk, index=Index(replace(CATALOG, tasks=tasks))).slot.task.id == MEETINGS, "somebody pays"
    assert chosen(talk, index=Index(replace(CATALOG, projects=own))).slot.task.id == MEETINGS, (
        "all are for clients"
    )


def test_a_known_task_says_nearly_certain_and_a_guess_says_less() -> None:
    known, guess = (chosen(meeting("10:00-11:00", title)) for title in ("Planning", "Design review"))
    assert known.confidence >= 0.99
    assert 0.5 < guess.confidence < 0.9


@given(picks=st.lists(st.sampled_from([MEETINGS, DESIGN]), max_size=30))
def test_the_more_picks_agree_the_more_certain_a_task_never_beyond_one(picks: list[TaskId]) -> None:
    found = chosen(meeting("10:00-11:00", "Talk"), *(one for task in picks for one in picked(task, 1)))
    more = chosen(
        meeting("10:00-11:00", "Talk"),
        *(one for task in [*picks, *[found.slot.task.id] * 3] for one in picked(task, 1)),
    )
    assert found.confidence - 1e-9 <= more.confidence <= 1


def test_somebody_who_manages_the_project_may_log_otherwise() -> None:
    leads = tuple(
        replace(one, is_project_manager=one.project_id == APOLLO) if one.user_id == ANA else one
        for one in CATALOG.user_assignments
    )
    index = Index(replace(CATALOG, user_assignments=leads))
    assert not chosen(meeting("10:00-11:00", "Planning"), index=index).is_known


def test_who_manages_a_project_is_offered_the_task_for_managing_it() -> None:
    leads = tuple(replace(one, is_project_manager=True) for one in CATALOG.user_assignments)
    tasks = {**CATALOG.tasks, DESIGN: replace(CATALOG.tasks[DESIGN], name="Project management")}
    index = Index(replace(CATALOG, user_assignments=leads, tasks=tasks))
    found = chosen(meeting("10:00-11:00", "Planning"), index=index)
    assert (found.slot.task.id, found.is_known) == (DESIGN, False)


def test_one_pick_that_says_otherwise_makes_the_name_a_guess() -> None:
    assert not chosen(meeting("10:00-11:00", "Planning"), *picked(DESIGN, 1)).is_known


def test_what_the_person_picks_on_this_project_wins_over_what_others_do() -> None:
    others = picked(MEETINGS, 9, who=BO)
    found = chosen(meeting("10:00-11:00", "Planning"), *others, *picked(DESIGN, 9))
    assert (found.slot.task.id, found.is_known) == (DESIGN, True)
    assert found.sentence == "9 of 9 of your meetings on this project went to Design"


def test_what_the_person_does_elsewhere_tells_a_new_project() -> None:
    elsewhere = [Fact(meeting("09:00-10:00", "Talk"), PORTAL, MEETINGS) for _ in range(8)]
    found = chosen(meeting("10:00-11:00", "Planning"), *elsewhere)
    assert (found.slot.task.id, found.is_known) == (MEETINGS, True)


def test_a_word_of_the_title_can_decide() -> None:
    before = [*picked(MEETINGS, 8, "Planning"), *picked(DESIGN, 6, "Moodboard review")]
    assert chosen(meeting("10:00-11:00", "Moodboard"), *before).slot.task.id == DESIGN
    assert chosen(meeting("10:00-11:00", "Planning"), *before).slot.task.id == MEETINGS


def test_a_series_is_nearest_of_all() -> None:
    before = [*picked(MEETINGS, 12), *picked(DESIGN, 4, "Weekly", series="w")]
    assert chosen(meeting("10:00-11:00", "Weekly", series="w"), *before).slot.task.id == DESIGN


def test_divided_picks_are_a_guess() -> None:
    assert not chosen(meeting("10:00-11:00", "Planning"), *picked(DESIGN, 5), *picked(MEETINGS, 5)).is_known


def test_somebody_without_the_project_has_no_task_on_it() -> None:
    assert choose_task(meeting("10:00-11:00", "Planning", who=CY), APOLLO, INDEX, Memory()) is None
