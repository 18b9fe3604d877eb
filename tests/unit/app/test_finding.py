"""Projects and tasks by what people call them."""

from __future__ import annotations

from dataclasses import replace

import pytest
from tests.studio import (
    ACME,
    ANA,
    APOLLO,
    BETA,
    CATALOG,
    CY,
    DESIGN,
    INTERNAL,
    MEETINGS,
    PORTAL,
    PROGRAMMING,
    WEBSITE,
)

from gleaner.app.finding import (
    containing,
    find_any_task,
    find_client,
    find_project,
    find_slot,
    find_task,
    other_slot,
)
from gleaner.core.catalog import Catalog, Project, ProjectId, Task, TaskAssignment, TaskId, UserAssignment
from gleaner.core.errors import ConfigError

TWIN, OLD, BARE = ProjectId(50), ProjectId(51), ProjectId(52)
RETIRED = TaskId(50)


def catalog(*more: Project, tasks: tuple[TaskAssignment, ...] = ()) -> Catalog:
    """The studio with more projects; Ana is assigned to all of them."""
    return replace(
        CATALOG,
        projects={**CATALOG.projects, **{one.id: one for one in more}},
        tasks={**CATALOG.tasks, RETIRED: Task(RETIRED, "Retired", is_active=False)},
        task_assignments=CATALOG.task_assignments + tasks,
        user_assignments=CATALOG.user_assignments + tuple(UserAssignment(one.id, ANA) for one in more),
    )


@pytest.mark.parametrize(
    ("text", "project"),
    [
        ("APL", APOLLO),
        ("apl", APOLLO),
        (" Apollo ", APOLLO),
        ("apo", APOLLO),
        (str(APOLLO), APOLLO),
        ("Customer Portal", PORTAL),
        ("cust", PORTAL),
        ("Acme Industries / Apollo", APOLLO),
        ("acme industries/apollo", APOLLO),
        ("acme industries /apollo", APOLLO),
        ("Beta Labs / Website", WEBSITE),
        ("Internal", INTERNAL),
    ],
)
def test_a_project_is_found_by_what_people_call_it(text: str, project: ProjectId) -> None:
    assert find_project(text, CATALOG).id == project


@pytest.mark.parametrize("text", ["Gemini", "ortal", "Beta Labs / Apollo", "Acme Industries", "", "  ", "0"])
def test_what_names_no_project_is_answered_with_near_ones(text: str) -> None:
    with pytest.raises(ConfigError, match=r"there is no project .*Near: "):
        find_project(text, CATALOG)


def test_a_near_name_is_suggested() -> None:
    with pytest.raises(ConfigError) as caught:
        find_project("Beta Labs / Webside", CATALOG)
    assert str(caught.value).split("Near: ")[1].split(", ")[0] == "Beta Labs / Website"


def test_one_name_at_two_clients_needs_the_client() -> None:
    twins = catalog(Project(TWIN, BETA, "Apollo"))
    with pytest.raises(ConfigError) as caught:
        find_project("Apollo", twins)
    expected = '"Apollo" could be more than one project: Acme Industries / Apollo, Beta Labs / Apollo'
    assert str(caught.value) == expected
    assert find_project("Beta Labs / Apollo", twins).id == TWIN
    assert find_project("APL", twins).id == APOLLO


def test_a_beginning_that_fits_two_names_only_those_two() -> None:
    with pytest.raises(ConfigError) as caught:
        find_project("Ap", catalog(Project(TWIN, BETA, "Apex")))
    assert (
        str(caught.value) == '"Ap" could be more than one project: Acme Industries / Apollo, Beta Labs / Apex'
    )


def test_two_of_one_name_are_told_with_what_tells_them_apart() -> None:
    with pytest.raises(ConfigError) as caught:
        find_project("Apollo", catalog(Project(TWIN, ACME, "Apollo", "AP2")))
    assert str(caught.value) == (
        '"Apollo" could be more than one project: Acme Industries / Apollo (AP2), Acme Industries / Apollo (APL)'
    )
    twin = Task(RETIRED, "Design")
    two = replace(CATALOG, tasks={**CATALOG.tasks, RETIRED: twin})
    two = replace(two, task_assignments=(*two.task_assignments, TaskAssignment(APOLLO, RETIRED)))
    with pytest.raises(ConfigError, match=r"Design \(id 3\), Design \(id 50\)"):
        find_slot("APL", "Design", ANA, two)


def test_a_whole_name_wins_over_a_beginning() -> None:
    assert find_project("Apollo", catalog(Project(TWIN, BETA, "Apollo 2"))).id == APOLLO


@pytest.mark.parametrize(
    ("text", "task"), [("Design", DESIGN), ("prog", PROGRAMMING), ("2", MEETINGS), (" MEETINGS", MEETINGS)]
)
def test_a_task_is_found_by_its_name_or_a_beginning(text: str, task: TaskId) -> None:
    assert find_task(text, CATALOG.projects[APOLLO], CATALOG).id == task


def test_a_task_that_is_not_there_is_answered_with_near_ones() -> None:
    with pytest.raises(ConfigError, match=r'there is no task of "Apollo" "Dessin". Near: Design'):
        find_task("Dessin", CATALOG.projects[APOLLO], CATALOG)


def test_a_project_without_tasks_says_so() -> None:
    bare = Project(BARE, ACME, "Bare")
    for ask in (
        lambda: find_task("Design", bare, catalog(bare)),
        lambda: find_slot("Bare", "Design", ANA, catalog(bare)),
        lambda: find_slot("Bare", "", ANA, catalog(bare)),
    ):
        with pytest.raises(ConfigError, match='the project "Bare" has no tasks; add one in Harvest'):
            ask()


def test_the_only_task_need_not_be_named() -> None:
    alone = catalog(Project(BARE, ACME, "Bare"), tasks=(TaskAssignment(BARE, DESIGN),))
    assert find_slot("Bare", "", ANA, alone).task.id == DESIGN


def test_several_tasks_are_listed() -> None:
    with pytest.raises(
        ConfigError, match='"Apollo" has several tasks; choose one with --task: Programming, Meetings, Design'
    ):
        find_slot("APL", "", ANA, CATALOG)


@pytest.mark.parametrize(
    "gone",
    [TaskAssignment(APOLLO, RETIRED), TaskAssignment(APOLLO, RETIRED, is_active=False)],
    ids=["archived task", "archived assignment"],
)
def test_an_archived_task_is_not_there(gone: TaskAssignment) -> None:
    with pytest.raises(ConfigError, match='there is no task of "Apollo" "Retired"'):
        find_slot("APL", "Retired", ANA, catalog(tasks=(gone,)))


def test_an_archived_project_says_so() -> None:
    old = Project(OLD, BETA, "Old Site", is_active=False)
    with pytest.raises(ConfigError, match='the project "Old Site" is archived; choose another'):
        find_slot("Old Site", "Design", ANA, catalog(old))


def test_an_archived_project_is_no_rival_to_a_living_one_of_its_name() -> None:
    old = Project(OLD, BETA, "Apollo", is_active=False)
    assert find_slot("Apollo", "Design", ANA, catalog(old)).project.id == APOLLO


def test_a_project_one_is_not_assigned_to_says_so() -> None:
    with pytest.raises(
        ConfigError, match='Cy is not assigned to "Website"; choose another or ask for the assignment'
    ):
        find_slot("Website", "Design", CY, CATALOG)


@pytest.mark.parametrize("text", ["Acme Industries", "acme", "1", " ACME "])
def test_a_client_is_found_by_name_number_or_beginning(text: str) -> None:
    assert find_client(text, CATALOG).id == ACME


@pytest.mark.parametrize("text", ["Acne", "", "9"])
def test_a_client_nobody_has_is_told_with_near_names(text: str) -> None:
    with pytest.raises(ConfigError, match=f'there is no client "{text}". Near: .*Acme Industries'):
        find_client(text, CATALOG)


def test_a_task_is_found_whatever_project_it_is_used_on() -> None:
    assert find_any_task("meet", CATALOG).id == MEETINGS
    with pytest.raises(ConfigError, match=r'there is no task "Dessin"\. Near: Design'):
        find_any_task("Dessin", CATALOG)


def test_a_word_filters_by_any_part_of_a_name() -> None:
    names = [(1, "Apollo\nAPL"), (2, "Portal\nCPO")]
    assert containing("project", "PO", names) == [1, 2]
    assert containing("project", "apl", names) == [1]
    assert containing("project", "x", []) == []
    with pytest.raises(ConfigError, match=r'there is no project with "Appollo" in its name\. Near: Apollo'):
        containing("project", "Appollo", names)


def test_another_project_keeps_the_task_if_it_has_it() -> None:
    moved = other_slot("WEB", None, ANA, APOLLO, DESIGN, CATALOG)
    assert (moved.project.id, moved.task.id) == (WEBSITE, DESIGN)
    same = other_slot(None, "Meetings", ANA, APOLLO, DESIGN, CATALOG)
    assert (same.project.id, same.task.id) == (APOLLO, MEETINGS)
    with pytest.raises(ConfigError, match="give a project too"):
        other_slot(None, "Meetings", ANA, None, None, CATALOG)
