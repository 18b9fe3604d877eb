"""A small world seen from outside: a Harvest over HTTP, calendars and repositories on disk, and the command line.

Nothing here knows how Gleaner works inside: it is told what to do in its own words, and Harvest says what came of it.
Everybody works in Berlin; the day is Tuesday 10 March 2026.
"""

from __future__ import annotations

import io
import itertools
import json
import sys
from collections.abc import Callable, Iterable, Mapping, Sequence
from contextlib import redirect_stderr, redirect_stdout
from dataclasses import dataclass, field
from datetime import date, datetime
from pathlib import Path
from typing import Any

import pytest
from tests.sandbox.house import Api
from tests.unit.capture.gitlog.repository import Repository

from gleaner.faces.cli.main import main
from gleaner_sandbox.seed import AccountSeed, CompanySeed, PeriodSeed, TimeEntrySeed
from gleaner_sandbox.server import Running

TUESDAY = "2026-03-10"
NOW = "2026-03-10T17:00:00Z"
ANA, BO, CY = "ana@studio.example", "bo@studio.example", "cy@studio.example"
"""Ana administers, Bo and Cy are members."""
_FIRST = {ANA: "Ana", BO: "Bo", CY: "Cy"}

_numbers = itertools.count(1)
_GROUPS = {
    "review": ("accept", "edit", "dismiss", "word"),
    "timer": ("start", "stop", "status"),
    "entries": ("list", "edit", "delete"),
    "expenses": ("list", "receipts", "add", "edit", "delete"),
    "jobs": ("run", "pause", "resume"),
    "people": ("list", "show", "export", "forget"),
    "timeoff": ("list", "add", "remove"),
    "tokens": ("list", "add", "revoke"),
    "channels": ("test",),
    "remind": ("snooze", "stop", "resume"),
    "budgets": ("mute", "alerts"),
    "invoices": (
        "draft",
        "show",
        "simulate",
        "approve",
        "send",
        "mark-sent",
        "cancel",
        "again",
        "phase",
        "rules",
        "add-rules",
        "remove-rule",
    ),
    "rates": ("show", "check"),
    "secrets": ("rotate",),
    "writes": ("show", "allow", "stop"),
    "rules": ("list", "explain", "off", "on", "simulate", "ladder", "choose"),
}
"""Commands that contain others."""


@dataclass(frozen=True)
class Said:
    """What one command said."""

    code: int
    out: str
    err: str

    @property
    def json(self) -> Any:
        return json.loads(self.out)

    def __str__(self) -> str:
        return f"exit {self.code}\n--- stdout\n{self.out}\n--- stderr\n{self.err}"


@dataclass(frozen=True)
class Meeting:
    """One event in somebody's calendar; see :func:`meeting`."""

    when: str
    title: str
    day: str = TUESDAY
    uid: str = ""
    answer: str = "ACCEPTED"
    status: str = "CONFIRMED"
    attendees: tuple[str, ...] = ()

    def text(self, owner: str) -> str:
        """The event as a calendar writes it."""
        first, _, last = self.when.partition("-")
        day = self.day.replace("-", "")
        who = [f"ATTENDEE;PARTSTAT={self.answer}:mailto:{owner}"]
        who += [f"ATTENDEE;PARTSTAT=ACCEPTED:mailto:{other}" for other in self.attendees]
        end = [f"DTEND;TZID=Europe/Berlin:{day}T{last.replace(':', '')}00"] if last else []
        lines = [
            "BEGIN:VEVENT", f"UID:{self.uid or self.title}", f"DTSTAMP:{day}T000000Z",
            f"DTSTART;TZID=Europe/Berlin:{day}T{first.replace(':', '')}00", *end,
            f"SUMMARY:{self.title}", f"STATUS:{self.status}", "ORGANIZER:mailto:boss@studio.example", *who,
            "END:VEVENT",
        ]  # fmt: skip
        return "\n".join(lines)


def meeting(when: str, title: str, **more: Any) -> Meeting:
    """``meeting("10:00-11:00", "APL detail review")``; without an end it is a reminder."""
    return Meeting(when, title, **more)


def calendar_text(owner: str, events: Iterable[Meeting | str]) -> str:
    body = [event if isinstance(event, str) else event.text(owner) for event in events]
    return "\n".join(["BEGIN:VCALENDAR", "VERSION:2.0", "PRODID:-//tests//EN", *body, "END:VCALENDAR", ""])


@dataclass
class World:
    """One Harvest account, one folder, and Gleaner at work between them."""

    running: Running
    folder: Path
    patch: pytest.MonkeyPatch
    account_id: int
    ids: Mapping[str, int]
    has_times: bool
    database: str = "sqlite:///gleaner.db"
    lines: list[str] = field(default_factory=list)
    """What ``gleaner.toml`` says after the connection."""
    opened: list[Api] = field(default_factory=list)

    # --- Harvest ---------------------------------------------------------------------------------------------

    def token(self, who: str = ANA) -> str:
        return f"secret-{self.account_id}-{_FIRST[who].lower()}"

    def api(self, who: str = ANA) -> Api:
        """Harvest as *who* sees it, without Gleaner."""
        headers = {
            "Authorization": f"Bearer {self.token(who)}",
            "Harvest-Account-Id": str(self.account_id),
        }
        self.opened.append(Api(self.running.base_url, headers))
        return self.opened[-1]

    def entries(self) -> list[dict[str, Any]]:
        """Everybody's entries in Harvest, oldest first."""
        found: list[dict[str, Any]] = self._admin.get("/time_entries", per_page=2000)["time_entries"]
        return sorted(found, key=lambda entry: int(entry["id"]))

    def timesheet(self) -> list[str]:
        """The same as people would read it: ``Ana 2026-03-10 1.0 Apollo / Meetings: APL detail review``."""
        return sorted(
            f"{entry['user']['name'].split()[0]} {entry['spent_date']} {entry['hours']} "
            f"{entry['project']['name']} / {entry['task']['name']}: {entry['notes'] or ''}"
            for entry in self.entries()
        )

    def by_hand(
        self, hours: float, project: str, task: str, notes: str, *, who: str = ANA, day: str = TUESDAY
    ) -> int:
        """Somebody logs time in Harvest itself; the entry's id."""
        api = self.api(who)
        said: dict[str, Any] = {
            "project_id": self.ids[project],
            "task_id": self.ids[task],
            "spent_date": day,
            "notes": notes,
            "hours": hours,
        }
        return int(api.post("/time_entries", **said)["id"])

    @property
    def _admin(self) -> Api:
        return self.opened[0] if self.opened else self.api()

    def user(self, who: str) -> int:
        """Their number in Harvest."""
        people = self._admin.get("/users")["users"]
        return int(next(one["id"] for one in people if one["email"] == who))

    # --- what Gleaner sees -----------------------------------------------------------------------------------

    def calendar(self, who: str, *events: Meeting | str) -> Path:
        """*who*'s calendar holds exactly these events from now on."""
        file = self.folder / f"{_FIRST.get(who, who.partition('@')[0]).lower()}.ics"
        file.write_text(calendar_text(who, events))
        if not any(f'path = "{file.name}"' in line for line in self.lines):
            self.say("[[sources]]", 'kind = "ics"', f'person = "{who}"', f'path = "{file.name}"')
        return file

    def repository(self, name: str, *commits: str, who: str = ANA, day: str = TUESDAY) -> Repository:
        """*who* commits at these wall times, on a branch named after the first."""
        made = Repository(self.folder / name)
        made.commit("2026-01-05T09:00:00+01:00", "Start", by="nobody@else.example")
        made.branch("feat/login")
        for number, time in enumerate(commits, 1):
            made.commit(f"{day}T{time}:00+01:00", f"Login step {number}", lines=40, by=who)
        self.say("[[sources]]", 'kind = "git"', f'repositories = ["{name}"]')
        return made

    def say(self, *lines: str) -> None:
        """Add to ``gleaner.toml``."""
        self.lines += ["", *lines]
        self._write()

    def use(self, database: str) -> None:
        """Keep Gleaner's data there."""
        self.database = database
        self._write()

    def _write(self) -> None:
        head = [
            f'database = "{self.database}"', "", "[harvest]", f"account_id = {self.account_id}",
            f'base_url = "{self.running.base_url}"',
        ]  # fmt: skip
        (self.folder / "gleaner.toml").write_text("\n".join([*head, *self.lines, ""]))

    @property
    def config(self) -> Path:
        return self.folder / "gleaner.toml"

    # --- Gleaner ---------------------------------------------------------------------------------------------

    def act_as(self, who: str) -> None:
        """From now on Gleaner has *who*'s token."""
        self.patch.setenv("GLEANER_HARVEST__TOKEN", self.token(who))

    def gleaner(self, *words: str, typed: str | None = None) -> Said:
        """Run the command line; whatever it says, it never shows a traceback nor the token."""
        return gleaner(*words, config=self.config, typed=typed)

    def fine(self, *words: str, typed: str | None = None) -> Said:
        """The same, for a command that must work."""
        said = self.gleaner(*words, typed=typed)
        assert said.code == 0, said
        return said

    def review(self, *words: str) -> list[dict[str, Any]]:
        """What waits for review, of everybody unless *words* say whose."""
        found: list[dict[str, Any]] = self.fine("review", "--json", *(words or ("--all", "--everybody"))).json
        return found

    def waiting(self) -> dict[str, dict[str, Any]]:
        """Open proposals by title."""
        return {item["title"]: item for item in self.review() if item["state"] in ("proposed", "failed")}

    def states(self) -> dict[str, str]:
        """Where each proposal stands, by title."""
        return {item["title"]: item["state"] for item in self.review()}

    def close(self) -> None:
        for api in self.opened:
            api.client.close()


def gleaner(*words: str, config: Path | None = None, typed: str | None = None) -> Said:
    """The program as a shell would call it, in this process: arguments in, exit code and both streams out.

    *typed* is what is piped to it; None: it has the standard input of the tests.
    """
    before, keyboard = sys.argv, sys.stdin
    given = ["-c", str(config)] if config is not None and words[:1] not in (("init",), ("--help",)) else []
    sys.argv = ["gleaner", *_with(words, given)]
    if typed is not None:
        sys.stdin = io.StringIO(typed)
    out, err = io.StringIO(), io.StringIO()
    code = 0
    try:
        with redirect_stdout(out), redirect_stderr(err):
            main()
    except SystemExit as end:
        code = end.code if isinstance(end.code, int) else int(end.code is not None)
    finally:
        sys.argv, sys.stdin = before, keyboard
    said = Said(code, out.getvalue(), err.getvalue())
    assert "Traceback" not in said.err, said
    assert "secret-" not in said.out + said.err, f"the token was shown: {said}"
    return said


def _with(words: Sequence[str], given: Sequence[str]) -> list[str]:
    """*words* with *given* after the command's name, where options belong."""
    commands = 2 if words[1:2] and words[1] in _GROUPS.get(words[0], ()) else 1
    return [*words[:commands], *given, *words[commands:]]


def build(
    running: Running,
    folder: Path,
    patch: pytest.MonkeyPatch,
    *,
    has_times: bool = False,
    entries: Sequence[TimeEntrySeed] = (),
    approved: Sequence[PeriodSeed] = (),
    locked: Sequence[PeriodSeed] = (),
    shaped: Callable[[AccountSeed, Mapping[str, int]], None] = lambda account, ids: None,
) -> World:
    """A new account, an empty folder, and Ana's token; *shaped* may change the account's seed before it is loaded."""
    account_id = 70_000 + next(_numbers)
    base = account_id * 1000
    names = (
        "ana bo cy acme beta apollo portal website old empty programming meetings design retired dee".split()
    )
    ids = {name: base + n for n, name in enumerate(names, 1)}
    account = _seed(account_id, ids, has_times, entries, approved, locked)
    shaped(account, ids)
    # The clock first: what is loaded is changed then, and not later than what tests change.
    running.control.set_now(datetime.fromisoformat(NOW))
    running.state.load({"accounts": [account]})
    world = World(running, folder, patch, account_id, ids, has_times)
    patch.delenv("GLEANER_CONFIG", raising=False)
    patch.chdir(folder)
    world.act_as(ANA)
    world.say("[policy]", 'meetings = "post"')
    return world


def _seed(
    account_id: int,
    ids: Mapping[str, int],
    has_times: bool,
    entries: Sequence[TimeEntrySeed],
    approved: Sequence[PeriodSeed],
    locked: Sequence[PeriodSeed],
) -> AccountSeed:
    company: CompanySeed = {
        "clock": "24h" if has_times else "12h", "wants_timestamp_timers": has_times, "timezone": "Berlin",
        "weekly_capacity": 144000, "full_domain": f"studio{account_id}.harvestapp.com",
    }  # fmt: skip
    teams = {
        "apollo": ("ana", "bo", "cy"), "portal": ("ana", "bo"), "website": ("ana", "bo"), "old": ("ana",),
        "empty": ("ana",),
    }  # fmt: skip
    tasks = {
        "apollo": ("programming", "meetings", "design", "retired"), "portal": ("programming", "meetings"),
        "website": ("programming", "meetings"), "old": ("programming",),
    }  # fmt: skip
    base = account_id * 1000
    numbers = itertools.count(base + 100)
    return {
        "id": account_id,
        "name": f"Studio {account_id}",
        "company": company,
        "users": [
            {
                "id": ids[key],
                "first_name": key.capitalize(),
                "last_name": "Person",
                "email": f"{key}@studio.example",
                "timezone": "Berlin",
                "access_roles": ["administrator"] if key == "ana" else ["member"],
                "created_at": "2026-01-01T08:00:00Z",
            }
            for key in ("ana", "bo", "cy")
        ],
        "tokens": [
            {"token": f"secret-{account_id}-{key}", "user_id": ids[key]} for key in ("ana", "bo", "cy")
        ],
        "clients": [
            {"id": ids["acme"], "name": "Acme Industries", "currency": "EUR"},
            {"id": ids["beta"], "name": "Beta Labs", "currency": "USD"},
        ],
        "tasks": [
            {"id": ids["programming"], "name": "Programming"},
            {"id": ids["meetings"], "name": "Meetings"},
            {"id": ids["design"], "name": "Design"},
            {"id": ids["retired"], "name": "Retired", "is_active": False},
        ],
        "projects": [
            {"id": ids["apollo"], "client_id": ids["acme"], "name": "Apollo", "code": "APL"},
            {"id": ids["portal"], "client_id": ids["acme"], "name": "Customer Portal", "code": "CPO"},
            {"id": ids["website"], "client_id": ids["beta"], "name": "Website", "code": "WEB"},
            {"id": ids["old"], "client_id": ids["beta"], "name": "Old Site", "code": "OLD", "is_active": False},
            {"id": ids["empty"], "client_id": ids["beta"], "name": "Empty Shell", "code": "EMP"},
        ],
        "task_assignments": [
            {"id": next(numbers), "project_id": ids[project], "task_id": ids[task]}
            for project, used in tasks.items()
            for task in used
        ],
        "user_assignments": [
            {"id": next(numbers), "project_id": ids[project], "user_id": ids[who]}
            for project, team in teams.items()
            for who in team
        ],
        "time_entries": list(entries),
        "approved_periods": list(approved),
        "locked_periods": list(locked),
    }  # fmt: skip


def day_of(text: str = TUESDAY) -> date:
    return date.fromisoformat(text)
