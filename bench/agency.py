"""An agency seen through its calendars and repositories by the real agent, beside what really happened.

Shared by measurements of matching: every meeting with its truth, and what was logged by hand.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from pathlib import Path
from tempfile import TemporaryDirectory

from pydantic import SecretStr

from gleaner import config
from gleaner.adapters.harvest.limits import Unlimited
from gleaner.app.account import Account, open_account
from gleaner.app.looking import look, sync
from gleaner.capture.filters import series
from gleaner.capture.job import day_of
from gleaner.core.activities import Activity
from gleaner.core.catalog import Catalog, EntryId, ProjectId, TaskId, UserId
from gleaner.core.entries import TimeEntry
from gleaner.core.silent import SilentProgress
from gleaner_sandbox import agency
from gleaner_sandbox.agency.files import write_world
from gleaner_sandbox.agency.period import DEMO_DAY, END_DAY
from gleaner_sandbox.agency.truth import Block
from gleaner_sandbox.agency.world import World
from gleaner_sandbox.clock import Clock
from gleaner_sandbox.server import serve_in_thread
from gleaner_sandbox.state import State

_MORNING = datetime.combine(DEMO_DAY, time(tzinfo=UTC))
_AFTERWARDS = datetime.combine(END_DAY, time(tzinfo=UTC))


@dataclass(frozen=True)
class Seen:
    """One activity, the day it counts for, and what it really was."""

    activity: Activity
    on: date
    truth: Block | None
    """Of a meeting; None when it was no work, or the person was not there."""


@dataclass(frozen=True)
class Lived:
    """One agency's weeks."""

    catalog: Catalog
    seen: tuple[Seen, ...]
    """By day."""
    entries: tuple[tuple[datetime, TimeEntry], ...]
    """What people logged by hand, and when, in that order."""


def lived(seed: int, *, earlier: int = 0) -> Lived:
    """The agency of *seed*: calendars as they were in the end, read by the real sources.

    *earlier* weeks come before its usual twelve.
    """
    world = agency.build(seed, earlier=earlier)
    with TemporaryDirectory(prefix="gleaner-bench-") as folder, opened(world, Path(folder)) as account:
        last = END_DAY - timedelta(days=1)
        sync(account, SilentProgress(), first=DEMO_DAY, last=last)
        found = look(account, world.first_day, last, SilentProgress()).captured.activities
        people = account.catalog.people
        seen = [Seen(one, day_of(one, people[one.user_id]), _truth(world, account, one)) for one in found]
        return Lived(
            account.catalog,
            tuple(sorted(seen, key=lambda one: (one.on, one.activity.key))),
            entries_by_hand(world),
        )


def entries_by_hand(world: World) -> tuple[tuple[datetime, TimeEntry], ...]:
    return tuple(
        (
            habit.logged_at,
            TimeEntry(
                EntryId(number), UserId(habit.user_id), ProjectId(habit.project_id), TaskId(habit.task_id),
                habit.spent_date, habit.hours, habit.notes or "",
            ),
        )
        for number, habit in enumerate(sorted(world.habits, key=lambda one: one.logged_at), 1)
    )  # fmt: skip


def _truth(world: World, account: Account, activity: Activity) -> Block | None:
    """What the event really was; see ``gleaner.capture.filters.external_id`` for how it is named."""
    uid, slash, start = activity.external_id.rpartition("/")
    if not slash:
        uid, start = activity.external_id, ""
    moment = datetime.fromisoformat(start).astimezone(UTC) if "T" in start else None
    email = account.catalog.people[activity.user_id].email
    # After "this and following" the truth has the second half under a UID of its own.
    halves = sorted({one.uid for one in world.invitations if one.person == email and series(one.uid) == uid})
    found = (world.meeting_truth(half, moment, email) for half in halves or [uid])
    return next((block for block in found if block is not None), None)


class _Morning:
    """A clock that stands at the beginning of the four weeks."""

    def now(self) -> datetime:
        return _MORNING


@contextmanager
def opened(world: World, folder: Path) -> Iterator[Account]:
    """Gleaner's account of the agency: Harvest as of the first morning, calendars as they were in the end."""
    write_world(world, folder, _AFTERWARDS)
    state = State(clock=Clock(_MORNING))
    state.load(agency.harvest_seed(world))
    with serve_in_thread(state, limits=False) as running:
        (account,) = state.accounts()
        path = folder / config.FILE
        path.write_text(_toml(world, folder, account["id"], running.base_url), encoding="utf-8")
        settings = config.load(path)
        owner = next(person.token for person in world.people if "administrator" in person.access_roles)
        harvest = settings.harvest.model_copy(update={"token": SecretStr(owner)})
        settings = settings.model_copy(update={"harvest": harvest})
        with open_account(path, settings=settings, clock=_Morning(), limits=Unlimited()) as opened:
            yield opened
    state.close()


def _toml(world: World, folder: Path, account_id: int, base_url: str) -> str:
    lines = ["[harvest]", f"account_id = {account_id}", f'base_url = "{base_url}"', ""]
    for person in world.staff:
        aliases = sorted({address for _, address in person.git_identities} - {person.email})
        workdays = [config.WEEKDAYS[number] for number in person.work_days]
        lines += [
            "[[people]]",
            f'email = "{person.email}"',
            f"aliases = {aliases}",
            f"workdays = {workdays}",
            "",
        ]
    for person in world.people:
        lines += ["[[sources]]", 'kind = "ics"', f'person = "{person.email}"']
        lines += [f'path = "calendars/{person.email}.ics"', ""]
    repositories = sorted(f"repos/{path.name}" for path in (folder / "repos").iterdir())
    return "\n".join([*lines, "[[sources]]", 'kind = "git"', f"repositories = {repositories}", ""])
