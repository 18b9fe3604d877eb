"""Two that would read the same in a list get what tells them apart, and nothing else does."""

from __future__ import annotations

from dataclasses import replace

from hypothesis import given
from hypothesis import strategies as st
from tests.studio import ACME, ANA, APOLLO, BETA, CATALOG, DESIGN, PORTAL, PROGRAMMING

from gleaner.core.apart import called, full_names, marks, project_names, slot_names
from gleaner.core.catalog import Catalog, Project, ProjectId, Task, TaskAssignment, TaskId, UserAssignment

TWIN, THIRD = ProjectId(50), ProjectId(51)


def project(number: ProjectId = TWIN, *, code: str = "", client: int = ACME) -> Project:
    return Project(number, CATALOG.projects[APOLLO].client_id if client == ACME else BETA, "Apollo", code)


def with_more(*more: Project) -> Catalog:
    """The studio with more projects, to which Ana may log design."""
    return replace(
        CATALOG,
        projects={**CATALOG.projects, **{one.id: one for one in more}},
        task_assignments=CATALOG.task_assignments + tuple(TaskAssignment(one.id, DESIGN) for one in more),
        user_assignments=CATALOG.user_assignments + tuple(UserAssignment(one.id, ANA) for one in more),
    )


def names(*projects: Project) -> list[str]:
    return list(project_names(projects, CATALOG).values())


def test_what_is_the_only_one_of_its_name_is_called_by_it() -> None:
    assert names(CATALOG.projects[APOLLO], CATALOG.projects[PORTAL]) == ["Apollo", "Customer Portal"]
    assert "Acme Industries › Apollo › Design" in slot_names(CATALOG.slots(ANA)).values()


def test_another_client_tells_first_then_the_code_then_the_id() -> None:
    apollo = CATALOG.projects[APOLLO]
    assert names(apollo, project(client=BETA)) == ["Apollo (Acme Industries)", "Apollo (Beta Labs)"]
    assert names(apollo, project(code="AP2")) == ["Apollo (APL)", "Apollo (AP2)"]
    assert names(apollo, project(code="APL")) == ["Apollo (id 1)", "Apollo (id 50)"]


def test_who_has_no_code_where_another_has_one_is_known_by_its_id() -> None:
    assert names(CATALOG.projects[APOLLO], project()) == ["Apollo (APL)", "Apollo (id 50)"]


def test_three_of_a_name_say_as_much_as_each_needs() -> None:
    found = names(CATALOG.projects[APOLLO], project(code="AP2"), project(THIRD, client=BETA))
    assert found == ["Apollo (Acme Industries, APL)", "Apollo (Acme Industries, AP2)", "Apollo (Beta Labs)"]


def test_names_that_differ_in_letters_nobody_sees_read_the_same() -> None:
    assert names(CATALOG.projects[APOLLO], replace(project(), name="APOLLO  "))[1] == "APOLLO   (id 50)"


def test_lines_of_a_picker_are_told_apart_by_their_projects_code() -> None:
    catalog = with_more(project(code="AP2"))
    called_so = slot_names(catalog.slots(ANA))
    assert called_so[APOLLO, DESIGN] == "Acme Industries › Apollo › Design (APL)"
    assert called_so[TWIN, DESIGN] == "Acme Industries › Apollo › Design (AP2)"
    assert called_so[APOLLO, PROGRAMMING] == "Acme Industries › Apollo › Programming"


def test_two_tasks_of_a_name_are_told_apart_by_their_ids() -> None:
    twin = Task(TaskId(60), "Design")
    catalog = replace(
        CATALOG,
        tasks={**CATALOG.tasks, twin.id: twin},
        task_assignments=(*CATALOG.task_assignments, TaskAssignment(APOLLO, twin.id)),
    )
    called_so = slot_names(catalog.slots(ANA))
    assert called_so[APOLLO, DESIGN] == f"Acme Industries › Apollo › Design (id {DESIGN})"
    assert called_so[APOLLO, twin.id] == "Acme Industries › Apollo › Design (id 60)"
    assert called([CATALOG.tasks[DESIGN], twin]) == [f"Design (id {DESIGN})", "Design (id 60)"]


def test_a_full_name_says_its_client_once() -> None:
    catalog = with_more(project(code="AP2"), project(THIRD, client=BETA))
    found = full_names(catalog.projects.values(), catalog)
    assert (found[APOLLO], found[TWIN]) == (
        "Acme Industries / Apollo (APL)",
        "Acme Industries / Apollo (AP2)",
    )
    assert found[THIRD] == "Beta Labs / Apollo"


@given(
    st.lists(st.tuples(st.sampled_from("ab"), st.sampled_from(["", "x", "y"]), st.sampled_from(["", "z"])))
)
def test_no_two_of_a_name_ever_have_the_same_mark(said: list[tuple[str, str, str]]) -> None:
    things = list(enumerate(said))
    found = marks(
        things, lambda it: it[1][0], lambda it: it[1][1], lambda it: it[1][2], lambda it: f"id {it[0]}"
    )
    read = [(name, mark) for (_, (name, _, _)), mark in zip(things, found, strict=True)]
    assert len(set(read)) == len(read)
    alone = [name for name, *_ in said if [one[0] for one in said].count(name) == 1]
    assert all(mark == "" for name, mark in read if name in alone)
