"""The walk: people log as they always did, Gleaner makes its passes and writes to people, and they answer or not."""

from __future__ import annotations

import io
import time as stopwatch
from collections.abc import Callable, Sequence
from contextlib import redirect_stdout
from dataclasses import replace
from datetime import UTC, date, datetime, time, timedelta
from pathlib import Path

from gleaner import config
from gleaner.adapters.harvest.client import Client
from gleaner.adapters.harvest.limits import Unlimited
from gleaner.app.account import open_account
from gleaner.app.looking import sync
from gleaner.app.passes import run
from gleaner.app.reminding import remind
from gleaner.core.catalog import AccountId, Person, UserId
from gleaner.core.silent import SilentProgress
from gleaner.faces.demo.agenda import LAST, Stop, stops
from gleaner.faces.demo.billing import bill_the_month
from gleaner.faces.demo.counting import counted
from gleaner.faces.demo.doing import answer_waiting, catch_up, log_by_habit, take
from gleaner.faces.demo.manners import Draws, Manners
from gleaner.faces.demo.report import Report
from gleaner.faces.demo.sandbox import Sandbox
from gleaner.faces.demo.state import DayClock, Message, Walk
from gleaner.faces.demo.truth import Truth

LOOK_BACK = timedelta(days=3)
"""Each evening's pass takes in the days before too: late changes in calendars, late pushes, late entries."""
MESSAGES = "messages.txt"
"""In the demo's folder: what people were sent, to be read."""


def walk(
    folder: Path,
    sandbox: Sandbox,
    truth: Truth,
    advance: Callable[[], object],
    *,
    seed: int,
    manners: Manners,
    is_reminded: bool,
) -> Report:
    """Walk through the four weeks and count. Everything stays in *folder*; *advance* is called at each stop."""
    started = stopwatch.monotonic()
    path = write_config(folder, sandbox, truth)
    clock = DayClock(datetime.combine(truth.first, time(6, tzinfo=UTC)))
    settings = with_token(config.load(path), sandbox.token)
    with (
        open_account(path, settings=settings, clock=clock, limits=Unlimited()) as account,
        Client(
            AccountId(sandbox.account_id), sandbox.token, base_url=sandbox.base_url, limits=Unlimited()
        ) as own,
    ):
        state = Walk(account, truth, own, clock, sandbox, Draws(manners, seed), folder)
        sync(account, SilentProgress(), first=truth.first, last=truth.last)
        for stop in agenda(truth):
            if stop.is_evening:
                _evening(state, stop, is_reminded=is_reminded)
            elif is_reminded:
                _morning(state, stop)
            advance()
        _go(state, datetime.combine(truth.last, LAST))
        _pass(state, truth.last, None)
        report = counted(state, seed=seed, seconds=stopwatch.monotonic() - started)
        # It is the month of a firm that takes all of Gleaner; the other is only there to compare.
        return replace(report, month=bill_the_month(state, seed)) if is_reminded else report


def agenda(truth: Truth) -> list[Stop]:
    """Where the walk stops, in the zones of the agency's people."""
    zones = {person["zone"] for person in truth.people if person["user_id"] is not None}
    return stops(truth.first, truth.last, zones)


def with_token(settings: config.Settings, token: str) -> config.Settings:
    """*settings* with the token, which never stands in the file."""
    from pydantic import SecretStr

    harvest = settings.harvest.model_copy(update={"token": SecretStr(token)})
    return settings.model_copy(update={"harvest": harvest})


def write_config(folder: Path, sandbox: Sandbox, truth: Truth) -> Path:
    """A ``gleaner.toml`` for the agency, as its owner would write it."""
    lines = [
        'database = "sqlite:///gleaner.db"', "",
        "[[channels]]", 'kind = "console"', 'to = "stdout"', "",
        "[harvest]", f"account_id = {sandbox.account_id}", f'base_url = "{sandbox.base_url}"', "",
    ]  # fmt: skip
    names = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")
    for person in truth.people:
        aliases = sorted({one["email"] for one in person["git"]} - {person["email"]})
        workdays = [names[number] for number in person["work_days"]]
        if person["user_id"] is not None:
            lines += ["[[people]]", f'email = "{person["email"]}"', f"aliases = {_strings(aliases)}"]
            lines += [f"workdays = {_strings(workdays)}", f'country = "{person["country"]}"', ""]
    for person in truth.people:
        lines += ["[[sources]]", 'kind = "ics"', f'person = "{person["email"]}"']
        lines += [f'url = "{sandbox.calendar_url(person["email"])}"', ""]
    repositories = sorted(str(path.relative_to(folder)) for path in (folder / "world" / "repos").iterdir())
    lines += ["[[sources]]", 'kind = "git"', f"repositories = {_strings(repositories)}", ""]
    path = folder / config.FILE
    path.write_text("\n".join(lines), encoding="utf-8")
    return path


def _strings(values: Sequence[str]) -> str:
    return "[" + ", ".join(f'"{value}"' for value in values) + "]"


def _evening(state: Walk, stop: Stop, *, is_reminded: bool) -> None:
    """A zone's evening: habit first, then Gleaner, then whoever looks by themselves, and whoever is written to."""
    _go(state, stop.at)
    users = {person.id for person in _people(state, stop)}
    _pass(state, stop.day, users)
    works = {user for user in users if state.truth.expected.get((user, stop.day))}
    answer_waiting(state, {user for user in works if state.draws.looks(user, stop.day)}, stop.day)
    if is_reminded:
        _remind(state, stop)


def _morning(state: Walk, stop: Stop) -> None:
    _go(state, stop.at)
    catch_up(state, stop.zone, stop.day)
    _remind(state, stop)


def _people(state: Walk, stop: Stop) -> list[Person]:
    people = state.account.catalog.people.values()
    return [person for person in people if person.is_active and person.zone.key == stop.zone]


def _go(state: Walk, at: datetime) -> None:
    """On to that moment; what people log by habit until then is there."""
    since, state.clock.at = state.clock.at, at
    state.sandbox.set_clock(at)
    log_by_habit(state, since)


def _pass(state: Walk, day: date, users: set[UserId] | None) -> None:
    first = max(state.truth.first, day - LOOK_BACK)
    report = run(state.account, first, day, SilentProgress(), users=users)
    state.passes.append(report)
    state.troubles += [f"{day}: {problem}" for problem in report.problems if not _is_known(str(problem))]


def _is_known(text: str) -> bool:
    """Oddities the agency has on purpose: a freelancer without Harvest, an event without an end."""
    return any(known in text for known in _ODDITIES)


_ODDITIES = ("nobody active in Harvest has the address", "has no end; it was left out", "after it was logged")


def _remind(state: Walk, stop: Stop) -> None:
    """Gleaner writes to whom it would write now; some answer at once, some the next morning, some never.

    Only to people of that zone: what they did today was looked for a moment ago, and not that of the others.
    """
    printed = io.StringIO()
    with redirect_stdout(printed):
        done = remind(state.account, people=_people(state, stop))
    if printed.getvalue():
        with (state.folder / MESSAGES).open("a", encoding="utf-8") as file:
            file.write(f"--- {state.clock.at:%a %d %b %H:%M} UTC\n\n{printed.getvalue()}\n")
    state.troubles += [str(problem) for problem in done.problems]
    for told in done.told:
        if told.result in ("sent", "in doubt"):
            on = state.clock.at.astimezone(told.person.zone).date()
            message = Message(told.person.id, on, told.due)
            state.messages.append(message)
            takes = state.draws.takes(message.user_id, on)
            if takes == "at once":
                take(state, message, on)
            elif takes == "next morning":
                state.later.append(message)
