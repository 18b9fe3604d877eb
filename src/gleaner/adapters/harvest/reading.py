"""From copied objects to the catalogue. Pure: rows in, nouns and problems out."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date
from functools import lru_cache
from typing import NamedTuple, TypeAlias, TypeVar
from zoneinfo import ZoneInfo

from gleaner.adapters.harvest import wire
from gleaner.adapters.harvest.encoding import Raw, from_json
from gleaner.adapters.harvest.times import parse_time
from gleaner.adapters.harvest.zones import harvest_zone
from gleaner.core.activities import Problem
from gleaner.core.catalog import (
    Catalog,
    Client,
    Person,
    Project,
    Task,
    TaskAssignment,
    UserAssignment,
    UserId,
)
from gleaner.core.contract import Contract
from gleaner.core.entries import TimeEntry

M = TypeVar("M", bound=wire.Wire)


class PersonExtra(NamedTuple):
    """What the configuration knows about a person and Harvest does not."""

    aliases: Iterable[str] = ()
    """Their other addresses."""
    workdays: Iterable[int] | None = None
    """Weekdays worked, 0 = Monday. None: Monday to Friday."""
    zone: ZoneInfo | str | None = None
    """Instead of the zone in Harvest: an IANA name, or a zone. None: Harvest's."""
    contract: Contract | None = None
    employed_from: date | None = None
    employed_until: date | None = None
    is_contractor: bool | None = None
    """None: as in Harvest."""
    country: str = ""
    region: str = ""
    team: str = ""
    manager: str = ""


PeopleExtra: TypeAlias = Mapping[str, PersonExtra] | Callable[[str], PersonExtra | None]
"""By the person's e-mail address in Harvest; a callable gets it in lower case."""


@dataclass(frozen=True)
class Reading:
    catalog: Catalog
    problems: tuple[Problem, ...]


def catalog(rows: Mapping[str, Sequence[Raw]], extra: PeopleExtra | None = None) -> Reading:
    """The catalogue in *rows*, by resource; a member's project assignments stand in for the lists they may not see."""
    users = _read(wire.User, rows.get("users", ()))
    people, problems = _people(users, extra)
    own = _read(wire.ProjectAssignment, rows.get("project_assignments", ()))
    clients = {client.id: client.to_core() for client in _read(wire.Client, rows.get("clients", ()))}
    projects = {project.id: project.to_core() for project in _read(wire.Project, rows.get("projects", ()))}
    tasks = {task.id: task.to_core() for task in _read(wire.Task, rows.get("tasks", ()))}
    return Reading(
        Catalog(
            people={person.id: person for person in people},
            clients={c.id: c for c in [*_own_clients(own), *clients.values()]},
            contacts=tuple(c.to_core() for c in _read(wire.Contact, rows.get("contacts", ()))),
            projects={p.id: p for p in [*_own_projects(own), *projects.values()]},
            tasks={t.id: t for t in [*_own_tasks(own), *tasks.values()]},
            task_assignments=(
                *(a.to_core() for a in _read(wire.TaskAssignment, rows.get("task_assignments", ()))),
                *_own_task_assignments(own),
            ),
            user_assignments=(
                *(a.to_core() for a in _read(wire.UserAssignment, rows.get("user_assignments", ()))),
                *_own_user_assignments(own, users),
            ),
        ),
        problems,
    )


@lru_cache(maxsize=50_000)
def time_entry(text: str) -> TimeEntry:
    """The entry in *text*, as Harvest sent it. Remembered: a pass reads the same entries several times."""
    return wire.read(wire.TimeEntry, from_json(text)).to_core()


def guessed_company(account_id: int, me: wire.User, recent: Sequence[Raw]) -> Raw:
    """The settings of a company that does not show them, as the person's *recent* entries suggest.

    Entries with a start and an end mean an account that keeps times; the way they are written tells the clock.
    """
    finished = [entry for entry in _read(wire.TimeEntry, recent) if not entry.is_running and entry.hours > 0]
    timed = [entry for entry in finished if parse_time(entry.started_time) and parse_time(entry.ended_time)]
    is_12h = any(entry.started_time.lower().endswith("m") for entry in finished)
    return {
        "name": f"Harvest account {account_id}",
        "wants_timestamp_timers": bool(timed) and 2 * len(timed) >= len(finished),
        "clock": "12h" if is_12h else "24h",
        "weekly_capacity": me.weekly_capacity,
    }


def _people(users: list[wire.User], extra: PeopleExtra | None) -> tuple[list[Person], tuple[Problem, ...]]:
    zones = {user.id: harvest_zone(user.timezone) if user.timezone else None for user in users}
    # The API does not tell the company's zone; the one most people are in is the best guess at it.
    known = Counter(zone.key for zone in zones.values() if zone is not None)
    usual = ZoneInfo(known.most_common(1)[0][0] if known else "UTC")
    people, problems = [], []
    know = _knowing(extra)
    for user in users:
        more = know(user.email.strip().lower()) or PersonExtra()
        zone, problem = _zone(user, more, zones[user.id], usual)
        if problem and user.is_active:
            problems.append(problem)
        aliases = frozenset(alias.strip().lower() for alias in more.aliases)
        workdays = None if more.workdays is None else frozenset(more.workdays)
        people.append(
            replace(
                user.to_core(zone, aliases=aliases, workdays=workdays),
                contract=more.contract,
                employed_from=more.employed_from,
                employed_until=more.employed_until,
                is_contractor=user.is_contractor if more.is_contractor is None else more.is_contractor,
                country=more.country,
                region=more.region,
                team=more.team,
                manager=more.manager,
            )
        )
    return people, tuple(problems)


def _zone(
    user: wire.User, more: PersonExtra, own: ZoneInfo | None, usual: ZoneInfo
) -> tuple[ZoneInfo, Problem | None]:
    if isinstance(more.zone, ZoneInfo):
        return more.zone, None
    wanted = harvest_zone(more.zone) if more.zone else own
    if wanted is not None:
        return wanted, None
    name = more.zone or user.timezone
    said = f'there is no time zone "{name}"' if name else "Harvest tells no time zone"
    return usual, Problem(user.name, f"{said}; {usual.key} is used. Set the person's zone in gleaner.toml.")


def _knowing(extra: PeopleExtra | None) -> Callable[[str], PersonExtra | None]:
    if callable(extra):
        return extra
    by_address = {address.strip().lower(): more for address, more in (extra or {}).items()}
    return by_address.get


def _read(model: type[M], rows: Iterable[Raw]) -> list[M]:
    # Rows were checked before they were stored; one that no longer fits would be a fault of ours, so it may raise.
    return [wire.read(model, raw) for raw in rows]


def _own_clients(own: list[wire.ProjectAssignment]) -> list[Client]:
    return [
        wire.Client(id=a.client.id, name=a.client.name, currency=a.client.currency).to_core() for a in own
    ]


def _own_projects(own: list[wire.ProjectAssignment]) -> list[Project]:
    return [
        wire.Project(
            id=a.project.id,
            client=a.client,
            name=a.project.name,
            code=a.project.code,
            is_billable=a.project.is_billable,
        ).to_core()
        for a in own
    ]


def _own_tasks(own: list[wire.ProjectAssignment]) -> list[Task]:
    return [wire.Task(id=t.task.id, name=t.task.name).to_core() for a in own for t in a.task_assignments]


def _own_task_assignments(own: list[wire.ProjectAssignment]) -> list[TaskAssignment]:
    return [t.to_core(a.project.id) for a in own for t in a.task_assignments]


def _own_user_assignments(own: list[wire.ProjectAssignment], users: list[wire.User]) -> list[UserAssignment]:
    """Project assignments are read for one person only, who is then the only user."""
    return [a.to_core(UserId(users[0].id)) for a in own] if users else []
