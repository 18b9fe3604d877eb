"""Time entries as people and programs read them on the command line."""

from __future__ import annotations

from typing import Any

from gleaner.core.catalog import Catalog
from gleaner.core.entries import TimeEntry


def target(entry: TimeEntry, catalog: Catalog) -> str:
    """Client, project and task in names; a question mark for what the copy does not know."""
    project = catalog.projects.get(entry.project_id)
    client = catalog.clients.get(project.client_id) if project else None
    task = catalog.tasks.get(entry.task_id)
    return " › ".join(one.name if one else "?" for one in (client, project, task))


def marks(entry: TimeEntry) -> str:
    """What is special about the entry, in the glossary's words."""
    said = (
        (entry.is_running, "running"),
        (entry.is_billed, "billed"),
        (entry.is_closed, "approved"),
        (entry.is_locked and not (entry.is_billed or entry.is_closed), "locked"),
        (not entry.billable, "non-billable"),
        (entry.is_ours, "Gleaner"),
    )
    return ", ".join(word for holds, word in said if holds)


def times(entry: TimeEntry) -> str:
    """``09:00–10:30`` where the entry has times."""
    if entry.started_time is None:
        return ""
    return f"{entry.started_time:%H:%M}–" + (f"{entry.ended_time:%H:%M}" if entry.ended_time else "")


def as_json(entry: TimeEntry, catalog: Catalog) -> dict[str, Any]:
    """The entry for programs; no rates."""
    from dataclasses import asdict

    person, project = catalog.people.get(entry.user_id), catalog.projects.get(entry.project_id)
    client = catalog.clients.get(project.client_id) if project else None
    task = catalog.tasks.get(entry.task_id)
    plain = {key: value for key, value in asdict(entry).items() if key != "billable_rate"}
    return plain | {
        "person": person.email if person else "",
        "client": client.name if client else "",
        "project": project.name if project else "",
        "task": task.name if task else "",
        "is_ours": entry.is_ours,
    }
