"""Projects and tasks by what people call them."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from difflib import get_close_matches
from typing import TypeVar

from gleaner.core.catalog import Catalog, Project, Slot, Task, UserId
from gleaner.core.errors import ConfigError

T = TypeVar("T", Project, Task)


def find_project(text: str, catalog: Catalog, among: Iterable[Project] | None = None) -> Project:
    """The project called *text*: its id, code, name, or ``Client / Project``; any unambiguous beginning will do.

    Raises ConfigError with the names it could have been.
    """
    projects = list(catalog.projects.values()) if among is None else list(among)
    wanted = text.strip().casefold()
    exact = [p for p in projects if wanted in (str(p.id), p.code.casefold() or None, p.name.casefold())]
    exact = exact or [p for p in projects if wanted == _full(p, catalog).casefold().replace(" / ", "/")]
    exact = exact or [
        p for p in projects if wanted.replace(" / ", "/") == _full(p, catalog).casefold().replace(" / ", "/")
    ]
    return _only("project", text, exact or [p for p in projects if p.name.casefold().startswith(wanted)],
                 [_full(p, catalog) for p in exact or projects])  # fmt: skip


def find_task(text: str, project: Project, catalog: Catalog) -> Task:
    """The task of *project* called *text*. Raises ConfigError with the ones it has."""
    tasks = [
        catalog.tasks[one.task_id]
        for one in catalog.task_assignments
        if one.project_id == project.id and one.is_active and one.task_id in catalog.tasks
    ]
    if not tasks:
        raise ConfigError(f'the project "{project.name}" has no tasks; add one in Harvest')
    wanted = text.strip().casefold()
    exact = [task for task in tasks if wanted in (str(task.id), task.name.casefold())]
    begun = exact or [task for task in tasks if task.name.casefold().startswith(wanted)]
    return _only(f'task of "{project.name}"', text, begun, [task.name for task in tasks])


def find_slot(project: str, task: str, user_id: UserId, catalog: Catalog) -> Slot:
    """The line of the person's picker that *project* and *task* name; *task* may be empty when there is one only."""
    slots = catalog.slots(user_id)
    mine = {slot.project.id: slot.project for slot in slots}
    found = find_project(project, catalog, mine.values())
    usable = [slot for slot in slots if slot.project.id == found.id]
    if not task:
        if len(usable) == 1:
            return usable[0]
        names = ", ".join(slot.task.name for slot in usable)
        raise ConfigError(f'"{found.name}" has several tasks; choose one with --task: {names}')
    wanted = find_task(task, found, catalog)
    return next(slot for slot in usable if slot.task.id == wanted.id)


def _full(project: Project, catalog: Catalog) -> str:
    client = catalog.clients.get(project.client_id)
    return f"{client.name} / {project.name}" if client else project.name


def _only(what: str, text: str, found: Sequence[T], names: Sequence[str]) -> T:
    if len(found) == 1:
        return found[0]
    if found:
        raise ConfigError(f'"{text}" could be more than one {what}: {", ".join(sorted(names)[:8])}')
    close = get_close_matches(text, names, n=3, cutoff=0.4)
    known = close or sorted(names)[:8]
    raise ConfigError(f'there is no {what} "{text}". Near: {", ".join(known)}')
