"""Projects and tasks by what people call them."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from difflib import get_close_matches
from typing import TypeVar

from gleaner.core.apart import called, full_names
from gleaner.core.catalog import Catalog, Client, Project, ProjectId, Slot, Task, TaskId, UserId
from gleaner.core.errors import ConfigError
from gleaner.core.expenses import ExpenseCategory
from gleaner.core.phrases import phrase

T = TypeVar("T", Client, Project, Task, ExpenseCategory)
V = TypeVar("V")


def find_project(text: str, catalog: Catalog, among: Iterable[Project] | None = None) -> Project:
    """The project called *text*: its id, code, name, or ``Client / Project``; any unambiguous beginning will do.

    Raises ConfigError with the names it could have been.
    """
    projects = list(catalog.projects.values()) if among is None else list(among)
    found = _called(text, projects, catalog)
    return _only("project", text, found, list(full_names(found or projects, catalog).values()))


def find_task(text: str, project: Project, catalog: Catalog, among: Iterable[Task] | None = None) -> Task:
    """The task of *project* called *text*. Raises ConfigError with the ones it has."""
    tasks = _tasks(project, catalog) if among is None else list(among)
    if not tasks:
        raise ConfigError(
            phrase('the project "{project}" has no tasks; add one in Harvest', project=project.name)
        )
    wanted = text.strip().casefold()
    exact = [task for task in tasks if wanted in (str(task.id), task.name.casefold())]
    found = exact or [task for task in tasks if task.name.casefold().startswith(wanted)]
    return _only(f'task of "{project.name}"', text, found, called(found or tasks))


def find_slot(project: str, task: str, user_id: UserId, catalog: Catalog) -> Slot:
    """The line of the person's picker that *project* and *task* name; *task* may be empty when there is one only.

    Raises ConfigError with the names it could have been, or with what keeps the person from logging there.
    """
    slots = catalog.slots(user_id)
    mine = {slot.project.id: slot.project for slot in slots}
    if not _called(project, mine.values(), catalog):
        _explain(project, user_id, catalog)
    found = find_project(project, catalog, mine.values())
    usable = {slot.task.id: slot for slot in slots if slot.project.id == found.id}
    if not task:
        if len(usable) == 1:
            return next(iter(usable.values()))
        names = ", ".join(called([slot.task for slot in usable.values()]))
        raise ConfigError(
            phrase(
                '"{found}" has several tasks; choose one with --task: {names}', found=found.name, names=names
            )
        )
    return usable[find_task(task, found, catalog, [slot.task for slot in usable.values()]).id]


def other_slot(
    project: str | None,
    task: str | None,
    user_id: UserId,
    project_id: ProjectId | None,
    task_id: TaskId | None,
    catalog: Catalog,
) -> Slot:
    """The slot that *project* and *task* name for time that is on *project_id* and *task_id* now.

    Without *project* another task of the same project; without *task* the same task there, if it has it.
    """
    if project is None:
        if project_id is None:
            raise ConfigError(phrase("give a project too, with --project"))
        project = str(project_id)
    if task is None and task_id is not None and project_id is not None:
        try:
            return find_slot(project, str(task_id), user_id, catalog)
        except ConfigError:
            task = ""
    return find_slot(project, task or "", user_id, catalog)


def find_client(text: str, catalog: Catalog, among: Iterable[Client] | None = None) -> Client:
    """The client called *text*: id, name, or any unambiguous beginning of it."""
    return _named("client", text, list(catalog.clients.values() if among is None else among))


def find_category(text: str, categories: Sequence[ExpenseCategory]) -> ExpenseCategory:
    """The expense category called *text*: id, name, or any unambiguous beginning of it."""
    return _named("expense category", text, categories)


def projects_of(user_id: UserId, catalog: Catalog) -> list[Project]:
    """What the person may file expenses for now: active projects they are on, by name."""
    mine = {one.project_id for one in catalog.user_assignments if one.user_id == user_id and one.is_active}
    found = (catalog.projects.get(project_id) for project_id in mine)
    active = [
        one
        for one in found
        if one is not None
        and one.is_active
        and (client := catalog.clients.get(one.client_id)) is not None
        and client.is_active
    ]
    return sorted(active, key=lambda one: (one.name.casefold(), one.id))


def find_project_of(text: str, user_id: UserId, catalog: Catalog) -> Project:
    """The project called *text* for which the person may file expenses. Raises ConfigError, saying why not."""
    mine = projects_of(user_id, catalog)
    if not _called(text, mine, catalog):
        _explain(text, user_id, catalog)
    return find_project(text, catalog, mine)


def find_any_task(text: str, catalog: Catalog) -> Task:
    """The task called *text*, whatever project it is used on."""
    return _named("task", text, list(catalog.tasks.values()))


def _named(what: str, text: str, things: Sequence[T]) -> T:
    wanted = text.strip().casefold()
    exact = [one for one in things if wanted in (str(one.id), one.name.casefold())]
    found = exact or [one for one in things if wanted and one.name.casefold().startswith(wanted)]
    return _only(what, text, found, called(found or things))


def containing(what: str, text: str, names: Iterable[tuple[V, str]]) -> list[V]:
    """What has *text* somewhere in its name, in any case. Raises ConfigError with near names when nothing has."""
    known = list(names)
    wanted = text.strip().casefold()
    found = [one for one, name in known if wanted in name.casefold()]
    if found or not known:
        return found
    near = _near(text, [part for _, name in known for part in name.split("\n") if part])
    raise ConfigError(
        phrase(
            'there is no {what} with "{text}" in its name. Near: {listed}',
            what=what,
            text=text,
            listed=", ".join(near),
        )
    )


def _explain(text: str, user_id: UserId, catalog: Catalog) -> None:
    """Raises ConfigError when *text* names a project that this person may not log to.

    Only by its whole name or its code: whoever knows neither, and goes through numbers and letters, learns no names.
    """
    wanted = text.strip().casefold()
    found = [
        one
        for one in _called(text, catalog.projects.values(), catalog)
        if wanted in (one.name.casefold(), one.code.casefold())
        or _tight(wanted) == _tight(_full(one, catalog).casefold())
    ]
    if len(found) != 1:
        return
    (project,) = found
    client = catalog.clients.get(project.client_id)
    if not project.is_active or client is None or not client.is_active:
        raise ConfigError(phrase('the project "{project}" is archived; choose another', project=project.name))
    if not _tasks(project, catalog):
        raise ConfigError(
            phrase('the project "{project}" has no tasks; add one in Harvest', project=project.name)
        )
    person = catalog.people.get(user_id)
    name = person.name if person else f"user {user_id}"
    raise ConfigError(
        phrase(
            '{name} is not assigned to "{project}"; choose another or ask for the assignment',
            name=name,
            project=project.name,
        )
    )


def _tasks(project: Project, catalog: Catalog) -> list[Task]:
    """The tasks that may be used on *project* now."""
    assigned = (
        one.task_id for one in catalog.task_assignments if one.project_id == project.id and one.is_active
    )
    tasks = (catalog.tasks.get(task_id) for task_id in assigned)
    return [task for task in tasks if task is not None and task.is_active]


def _called(text: str, projects: Iterable[Project], catalog: Catalog) -> list[Project]:
    """The projects that *text* names, by the most exact way in which it names any."""
    projects = list(projects)
    wanted = text.strip().casefold()
    if not wanted:
        return []
    exact = [one for one in projects if wanted in (str(one.id), one.code.casefold(), one.name.casefold())]
    exact = exact or [one for one in projects if _tight(wanted) == _tight(_full(one, catalog).casefold())]
    return exact or [one for one in projects if one.name.casefold().startswith(wanted)]


def _tight(name: str) -> str:
    return "/".join(part.strip() for part in name.split("/"))


def _full(project: Project, catalog: Catalog) -> str:
    client = catalog.clients.get(project.client_id)
    return f"{client.name} / {project.name}" if client else project.name


def _only(what: str, text: str, found: Sequence[T], names: Sequence[str]) -> T:
    if len(found) == 1:
        return found[0]
    if found:
        raise ConfigError(
            phrase(
                '"{text}" could be more than one {what}: {listed}',
                text=text,
                what=what,
                listed=", ".join(sorted(names)[:8]),
            )
        )
    raise ConfigError(
        phrase(
            'there is no {what} "{text}". Near: {listed}',
            what=what,
            text=text,
            listed=", ".join(_near(text, names)),
        )
    )


def _near(text: str, names: Sequence[str]) -> list[str]:
    return get_close_matches(text, sorted(set(names)), n=3, cutoff=0.4) or sorted(set(names))[:8]
