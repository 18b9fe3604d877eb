"""What tells apart what would read the same: two projects of one name, two tasks that only their ids tell."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterable, Mapping, Sequence
from typing import Protocol, TypeVar

from gleaner.core.catalog import Catalog, ClientId, Project, ProjectId, Slot, TaskId

T = TypeVar("T")
Says = Callable[[T], str]


class Named(Protocol):
    """What Harvest gives a name and a number."""

    @property
    def id(self) -> int: ...

    @property
    def name(self) -> str: ...


def marks(things: Sequence[T], reads: Says[T], *tells: Says[T]) -> list[str]:
    """For each of *things* what to put after it, so that no two read the same; empty where nothing has to be.

    *tells* are asked in this order, and no further than needed; the last has to say something else of each.

    >>> marks(["Apollo/A", "Apollo/B", "Zeus/A"], lambda it: it[:-2], lambda it: it[-1])
    ['A', 'B', '']
    """
    alike: dict[str, list[T]] = defaultdict(list)
    keys = [" ".join(reads(one).split()).casefold() for one in things]
    for key, one in zip(keys, things, strict=True):
        alike[key].append(one)
    return [", ".join(_mark(one, alike[key], tells)) for key, one in zip(keys, things, strict=True)]


def _mark(one: T, alike: Sequence[T], tells: Sequence[Says[T]]) -> list[str]:
    found: list[str] = []
    if len(alike) == 1:
        return found
    for says in tells:
        said = says(one)
        others = [other for other in alike if says(other) == said]
        # One that says nothing where another says something is alone, and still has nothing to be known by.
        if said and (len(others) < len(alike) or len(alike) == 1):
            found.append(said)
        alike = others
        if found and len(alike) == 1:
            break
    return found


def marked(text: str, mark: str) -> str:
    """*text* with what tells it apart, if there is anything."""
    return f"{text} ({mark})" if mark else text


def slot_names(slots: Sequence[Slot]) -> Mapping[tuple[ProjectId, TaskId], str]:
    """What each line of a person's picker is called there."""
    return {one.key: marked(str(one), mark) for one, mark in zip(slots, slot_marks(slots), strict=True)}


def slot_marks(slots: Sequence[Slot]) -> list[str]:
    """What tells each from others of the same client, project and task."""
    return marks(
        slots, str, lambda one: one.project.code, lambda one: _id(one.project), lambda one: _id(one.task)
    )


def project_names(projects: Iterable[Project], catalog: Catalog) -> Mapping[ProjectId, str]:
    """What each of *projects* is called where one is chosen: its name, and as little more as tells it apart."""
    listed = list(projects)
    found = marks(
        listed, lambda one: one.name, lambda one: _client(one.client_id, catalog), lambda one: one.code, _id
    )
    return {one.id: marked(one.name, mark) for one, mark in zip(listed, found, strict=True)}


def full_names(projects: Iterable[Project], catalog: Catalog) -> Mapping[ProjectId, str]:
    """``Client / Project`` of each of *projects*, and as little more as tells it apart."""

    def full(one: Project) -> str:
        client = _client(one.client_id, catalog)
        return f"{client} / {one.name}" if client else one.name

    listed = list(projects)
    found = marks(listed, full, lambda one: one.code, _id)
    return {one.id: marked(full(one), mark) for one, mark in zip(listed, found, strict=True)}


def called(things: Sequence[Named]) -> list[str]:
    """What each of *things* is called, with its id where another is called the same."""
    found = marks(things, lambda one: one.name, _id)
    return [marked(one.name, mark) for one, mark in zip(things, found, strict=True)]


def _client(client_id: ClientId, catalog: Catalog) -> str:
    client = catalog.clients.get(client_id)
    return client.name if client is not None else ""


def _id(one: Named) -> str:
    return f"id {one.id}"
