"""Writes a world into a folder, for programs that read files."""

import json
from collections.abc import Iterable, Mapping
from datetime import UTC, datetime
from pathlib import Path

from . import harvest_seed, render_ics, write_repositories
from .people import Person
from .period import DEMO_DAY, END_DAY, days
from .world import World

END_OF_WORLD = datetime(END_DAY.year, END_DAY.month, END_DAY.day, tzinfo=UTC)


def write_truth(world: World, path: Path) -> None:
    """One block a line, by person and start."""
    _write_lines(path, (block.as_json() for block in world.truth))


def write_world(world: World, folder: Path, as_of: datetime | None = None) -> None:
    """Calendars, repositories, Harvest seed, truth and people; calendars and repositories as of *as_of*.

    ``truth.jsonl``, ``habits.jsonl`` and ``invitations.jsonl`` always tell all twelve weeks.
    """
    calendars = folder / "calendars"
    calendars.mkdir(parents=True, exist_ok=True)
    for person in world.people:
        text = render_ics(world, person.email, as_of or END_OF_WORLD)
        (calendars / f"{person.email}.ics").write_bytes(text.encode())
    write_repositories(world, folder / "repos", as_of)
    _write_json(folder / "harvest-seed.json", harvest_seed(world))
    _write_json(folder / "people.json", people(world))
    write_truth(world, folder / "truth.jsonl")
    _write_lines(folder / "invitations.jsonl", _invitations(world))
    _write_lines(folder / "habits.jsonl", _habits(world))


def people(world: World) -> dict[str, object]:
    """Who is who: what a team that introduces an agent would tell it about its people."""
    return {
        "first_day": world.first_day.isoformat(),
        "demo_day": DEMO_DAY.isoformat(),
        "end_day": END_DAY.isoformat(),
        "people": [
            {
                "user_id": person.user_id,
                "name": person.name,
                "email": person.email,
                "zone": person.zone,
                "country": person.country,
                "profession": person.profession,
                "work_days": list(person.work_days),
                "daily_hours": person.daily_hours,
                "git": [{"name": name, "email": email} for name, email in person.git_identities],
                "token": person.token,
                "calendar": f"calendars/{person.email}.ics",
                "expected_hours": _expected(world, person),
            }
            for person in world.people
        ],
    }


def _expected(world: World, person: Person) -> dict[str, float]:
    """Hours by day for people with a Harvest account; holidays and leave are taken off."""
    if person.user_id is None:
        return {}
    return {day.isoformat(): world.expected_hours(person.email, day) for day in days(world.earlier)}


def _habits(world: World) -> Iterable[Mapping[str, object]]:
    for habit in world.habits:
        yield {
            "person": habit.person,
            "user_id": habit.user_id,
            "spent_date": habit.spent_date.isoformat(),
            "project_id": habit.project_id,
            "task_id": habit.task_id,
            "hours": float(habit.hours),
            "notes": habit.notes,
            "logged_at": habit.logged_at.isoformat(),
            "covers": list(habit.covers),
            "fault": habit.fault,
        }


def _invitations(world: World) -> Iterable[Mapping[str, object]]:
    for invitation in world.invitations:
        start = invitation.recurrence_start
        yield {
            "person": invitation.person,
            "uid": invitation.uid,
            "recurrence_id": f"{start:%Y-%m-%dT%H:%M:%SZ}" if start else None,
            "outcome": invitation.outcome,
            "project_id": invitation.project_id,
            "planned_start": f"{invitation.planned_start:%Y-%m-%dT%H:%M:%SZ}",
            "planned_end": f"{invitation.planned_end:%Y-%m-%dT%H:%M:%SZ}",
        }


def _write_json(path: Path, value: object) -> None:
    path.write_text(json.dumps(value, ensure_ascii=False, indent=1) + "\n", encoding="utf-8")


def _write_lines(path: Path, values: Iterable[object]) -> None:
    text = "".join(json.dumps(value, ensure_ascii=False) + "\n" for value in values)
    path.write_text(text, encoding="utf-8")
