"""Which task of a project."""

from __future__ import annotations

from dataclasses import replace

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


def test_a_title_that_names_another_task_leaves_it_open_once_anything_is_known() -> None:
    assert chosen(meeting("10:00-11:00", "Design review")).is_known
    colleague = Fact(meeting("09:00-10:00", "Talk", who=BO), PORTAL, MEETINGS)
    assert not chosen(meeting("10:00-11:00", "Design review"), colleague).is_known


def test_somebody_who_manages_the_project_may_log_otherwise() -> None:
    leads = tuple(
        replace(one, is_project_manager=one.project_id == APOLLO) if one.user_id == ANA else one
        for one in CATALOG.user_assignments
    )
    index = Index(replace(CATALOG, user_assignments=leads))
    assert not chosen(meeting("10:00-11:00", "Planning"), index=index).is_known


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
