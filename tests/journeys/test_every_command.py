"""What holds for every command: JSON that parses, dry runs that change nothing, help that starts fast."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
from bench.receipts import receipts
from tests.journeys.world import ANA, BO, TUESDAY, World, gleaner, meeting

from gleaner.faces.cli import commands


@pytest.fixture
def busy(world: World) -> World:
    """One sure meeting posted, one vague one open, one more sure one not yet seen."""
    world.calendar(ANA, meeting("10:00-11:00", "APL detail review"), meeting("14:00-15:00", "Catch up"))
    world.fine("run", "--on", TUESDAY)
    world.calendar(
        ANA,
        meeting("10:00-11:00", "APL detail review"),
        meeting("14:00-15:00", "Catch up"),
        meeting("16:00-17:00", "WEB planning"),
    )
    return world


def inbox(world: World) -> list[Any]:
    return world.review()


def test_every_command_speaks_json(busy: World) -> None:
    vague = busy.waiting()["Catch up"]["id"]
    edit = ("--project", "APL", "--task", "Meetings")
    busy.say("[[channels]]", 'kind = "console"', 'to = "stderr"')
    receipt = busy.folder / "taxi.pdf"
    receipt.write_bytes(next(receipts(1, 1)).content)
    calls: list[tuple[str, ...]] = [
        ("doctor",),
        ("open",),
        ("channels",),
        ("channels", "test", "console", "--dry-run"),
        ("remind", "--dry-run", "--at", f"{TUESDAY}T16:15:00+00:00"),
        ("remind", "snooze", "2026-12-31"),
        ("remind", "stop"),
        ("remind", "resume"),
        ("sync",),
        ("capture", "--on", TUESDAY),
        ("run", "--on", TUESDAY, "--dry-run"),
        ("run", "--on", TUESDAY),
        ("backtest", "--days", "7", "--to", TUESDAY),
        ("review",),
        ("review", "--all", "--everybody", "--why"),
        ("today", "--on", TUESDAY),
        ("week", "--on", TUESDAY),
        ("compliance", "--week", TUESDAY),
        ("timeoff", "list", "--on", TUESDAY),
        ("timeoff", "list", "--history", "--on", TUESDAY),
        ("timeoff", "add", BO, "--on", TUESDAY, "--reason", "trade fair", "--dry-run"),
        ("timeoff", "add", BO, "--on", TUESDAY, "--reason", "trade fair"),
        ("timeoff", "remove", "1", "--dry-run"),
        ("timeoff", "remove", "1"),
        ("people", "show", BO),
        ("tokens",),
        ("tokens", "add", "editor", "--dry-run"),
        ("tokens", "add", "editor"),
        ("tokens", "revoke", "editor", "--dry-run"),
        ("tokens", "revoke", "editor"),
        ("log", "0.5", "WEB", "--task", "Meetings", "--on", TUESDAY, "--dry-run"),
        ("log", "0.5", "WEB", "--task", "Meetings", "--on", TUESDAY),
        ("timer", "status"),
        ("timer", "start", "APL", "--task", "Design", "--on", TUESDAY, "--dry-run"),
        ("timer", "start", "APL", "--task", "Design", "--on", TUESDAY),
        ("timer", "start", "APL", "--task", "Design", "--on", TUESDAY),
        ("timer", "status"),
        ("timer", "stop", "--dry-run"),
        ("timer", "stop"),
        ("timer", "stop"),
        ("entries", "list", "--on", TUESDAY),
        ("expenses", "list", "--on", TUESDAY),
        ("expenses", "receipts", str(receipt)),
        ("projects",),
        ("projects", "--archived", "old"),
        ("people",),
        ("people", "export", ANA),
        ("people", "export", ANA, "--to", str(busy.folder / "ana.json")),
        ("people", "forget", BO, "--dry-run"),
        ("backup", str(busy.folder / "safe.db"), "--dry-run"),
        ("backup", str(busy.folder / "safe.db")),
        ("restore", str(busy.folder / "safe.db"), "--dry-run"),
        ("restore", str(busy.folder / "safe.db")),
        ("retention", "--dry-run"),
        ("rates", "APL", "--task", "Design", "--on", TUESDAY),
        ("leaks", "--on", "2025-01-06"),
        ("profit", "--from", TUESDAY, "--to", TUESDAY),
        ("rates", "check", "--from", "2025-01-06", "--to", "2025-01-07"),
        ("review", "edit", vague, *edit, "--dry-run"),
        ("review", "edit", vague, *edit, "--always", "title"),
        ("rules",),
        ("rules", "list"),
        ("rules", "ladder"),
        ("rules", "choose", "post", "--dry-run"),
        ("writes",),
        ("writes", "stop"),
        ("writes", "allow"),
        ("backtest", "--days", "7", "--to", TUESDAY, "--adopt", "--dry-run"),
        ("backtest", "--days", "7", "--to", TUESDAY, "--adopt"),
        ("undo", vague, "--dry-run"),
        ("undo", vague),
        ("undo", "--run", "last"),
        ("journal",),
        ("people", "forget", BO, "--yes"),
        ("retention",),
    ]
    busy.say("[timesheets]", "target = 0.01")
    for words in calls:
        said = busy.fine(*words, "--json")
        assert said.json is not None, words
        assert said.err == "", (words, said)


def test_asking_a_model_speaks_json(busy: World) -> None:
    busy.say(
        "[llm]", 'provider = "openai"', 'model = "m"', 'base_url = "http://127.0.0.1:9/v1"', 'uses = ["ask"]'
    )
    assert busy.fine("ask", "why is Tuesday short?", "--show-prompt", "--json").json["to"] == "127.0.0.1"


def test_accepting_and_dismissing_speak_json(busy: World) -> None:
    busy.say("[[people]]", f'email = "{ANA}"', "only_suggest = true")
    busy.fine("run", "--on", TUESDAY)
    items = busy.waiting()
    (accepted,) = busy.fine("review", "accept", items["WEB planning"]["id"], "--json").json
    assert (accepted["result"], accepted["id"]) == ("applied", items["WEB planning"]["id"])
    assert accepted["entry_id"] == busy.entries()[-1]["id"]
    assert busy.fine("review", "dismiss", items["Catch up"]["id"], "--json").json == {"dismissed": 1}


def test_correcting_and_deleting_entries_speaks_json(busy: World) -> None:
    number = str(busy.entries()[0]["id"])
    for words in (("edit", number, "--hours", "2"), ("delete", number)):
        dry = busy.fine("entries", *words, "--dry-run", "--json")
        assert (dry.json["outcomes"], dry.err) == ([], "")
        said = busy.fine("entries", *words, "--json")
        assert [outcome["result"] for outcome in said.json["outcomes"]] == ["applied"]
        assert said.err == ""


def test_filing_changing_and_deleting_expenses_speaks_json(busy: World) -> None:
    cost = ("--amount", "12.50", "--project", "APL", "--category", "Meals", "--on", TUESDAY)
    dry = busy.fine("expenses", "add", *cost, "--dry-run", "--json")
    assert (dry.json["outcomes"], dry.json["troubles"], dry.err) == ([], [], "")
    (made,) = busy.fine("expenses", "add", *cost, "--json").json["outcomes"]
    number = str(made["expense_id"])
    for words in (("edit", number, "--notes", "Lunch"), ("delete", number)):
        assert busy.fine("expenses", *words, "--dry-run", "--json").json["outcomes"] == []
        said = busy.fine("expenses", *words, "--json")
        assert ([one["result"] for one in said.json["outcomes"]], said.err) == (["applied"], "")
    back = busy.fine("undo", said.json["outcomes"][0]["id"], "--json").json
    assert [one["result"] for one in back] == ["applied"]


def test_a_failure_is_json_too(busy: World) -> None:
    said = busy.gleaner("review", "accept", busy.waiting()["Catch up"]["id"], "--json")
    assert (said.code, said.out) == (2, "")


@pytest.mark.parametrize(
    "words",
    [
        ("run", "--on", TUESDAY),
        ("log", "0.5", "WEB", "--task", "Meetings", "--on", TUESDAY),
        ("review", "edit", "Catch up", "--project", "APL", "--task", "Meetings"),
        ("timer", "start", "APL", "--task", "Design", "--on", TUESDAY),
        ("entries", "edit", "1.00 h", "--hours", "2"),
        ("entries", "delete", "1.00 h"),
        ("review", "dismiss", "Catch up"),
        ("undo", "APL detail review"),
        ("undo", "--run", "last"),
        ("retention",),
        ("people", "forget", BO),
    ],
    ids=" ".join,
)
def test_a_dry_run_changes_nothing(busy: World, words: tuple[str, ...]) -> None:
    """Titles stand for the short names, which are digests; hours for the number of the entry."""
    shorts = {item["title"]: item["id"] for item in inbox(busy)}
    shorts |= {f"{entry['hours']:.2f} h": str(entry["id"]) for entry in busy.entries()}
    entries, items, journal = busy.entries(), inbox(busy), busy.fine("journal", "--json").json
    said = busy.fine(*(shorts.get(word, word) for word in words), "--dry-run")
    assert said.out
    assert (busy.entries(), inbox(busy), busy.fine("journal", "--json").json) == (entries, items, journal)


def test_a_dry_run_of_an_expense_changes_nothing(busy: World) -> None:
    receipt = busy.folder / "taxi.pdf"
    receipt.write_bytes(next(receipts(1, 1)).content)
    cost = ("--project", "APL", "--category", "Meals", "--on", TUESDAY)
    number = str(
        busy.fine("expenses", "add", "--amount", "5", *cost, "--json").json["outcomes"][0]["expense_id"]
    )
    before = busy.api().get("/expenses"), inbox(busy), busy.fine("journal", "--json").json
    for words in (
        ("add", "--amount", "7", *cost),
        ("add", str(receipt), "--amount", "7", *cost),
        ("edit", number, "--notes", "x"),
        ("edit", number, "--receipt", str(receipt)),
        ("delete", number),
    ):
        assert busy.fine("expenses", *words, "--dry-run").out
    assert (busy.api().get("/expenses"), inbox(busy), busy.fine("journal", "--json").json) == before
    assert busy.fine("people", "export", ANA).json["sections"]["receipts"]["rows"] == []


def test_a_dry_acceptance_changes_nothing(world: World) -> None:
    world.say("[[people]]", f'email = "{ANA}"', "only_suggest = true")
    world.calendar(ANA, meeting("10:00-11:00", "APL detail review"))
    world.fine("run", "--on", TUESDAY)
    before = inbox(world)
    for words in (("--sure",), (before[0]["id"],)):
        said = world.fine("review", "accept", *words, "--dry-run")
        assert "APL detail review" in said.out
        assert "Nothing was changed." in said.err
    assert (world.entries(), inbox(world)) == ([], before)


def test_a_dry_first_run_says_what_it_would_propose(world: World) -> None:
    world.calendar(ANA, meeting("10:00-11:00", "APL detail review"))
    said = world.fine("run", "--on", TUESDAY, "--dry-run")
    assert "Tue 10 Mar  Ana Person: 1.00 h Acme Industries › Apollo › Meetings [sure]" in said.out
    assert "1 proposals; nothing was changed." in said.out
    assert (world.entries(), world.review(), world.fine("journal", "--json").json) == ([], [], [])


def test_init_writes_a_file_that_works(world: World) -> None:
    world.calendar(ANA, meeting("10:00-11:00", "APL detail review"))
    given = [
        "init", "--account", str(world.account_id), "--base-url", world.running.base_url,
        "--calendar", f"{ANA}=ana.ics", "--file", "fresh.toml",
    ]  # fmt: skip
    fresh = world.folder / "fresh.toml"
    assert 'path = "ana.ics"' in world.fine(*given, "--dry-run").out
    assert not fresh.exists()
    world.fine(*given)
    again = world.gleaner(*given)
    assert (again.code, "is there already; give --force to replace it" in again.err) == (2, True)
    assert "secret" not in fresh.read_text().lower().replace("secrets do not belong here", "").replace(
        "secret ics", ""
    )
    ran = gleaner("run", "--on", TUESDAY, config=fresh)
    assert (ran.code, len(world.entries())) == (0, 1)


def test_init_keeps_file_names_with_quotes_and_backslashes(world: World) -> None:
    odd = world.folder / 'my "own" \\ calendar.ics'
    world.calendar(ANA, meeting("10:00-11:00", "APL detail review")).rename(odd)
    world.fine(
        "init", "--account", str(world.account_id), "--base-url", world.running.base_url,
        "--calendar", f"{ANA}={odd.name}", "--file", "fresh.toml",
    )  # fmt: skip
    assert gleaner("run", "--on", TUESDAY, config=world.folder / "fresh.toml").code == 0
    assert len(world.entries()) == 1


COMMANDS = sorted(file.stem for file in Path(commands.__path__[0]).glob("*.py") if file.stem != "__init__")
HELP = [
    [],
    *([name] for name in COMMANDS),
    *(["review", name] for name in ("accept", "edit", "dismiss")),
    *(["timer", name] for name in ("start", "stop", "status")),
    *(["entries", name] for name in ("list", "edit", "delete")),
    *(["people", name] for name in ("list", "export", "forget")),
    *(["rates", name] for name in ("show", "check")),
    *(
        ["invoices", name]
        for name in (
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
        )
    ),
    *(["expenses", name] for name in ("list", "receipts", "add", "edit", "delete")),
    *(["tokens", name] for name in ("list", "add", "revoke")),
    ["secrets", "rotate"],
]


@pytest.mark.parametrize("words", HELP, ids=lambda words: " ".join(words) or "gleaner")
def test_every_command_has_help(words: list[str]) -> None:
    said = gleaner(*words, "--help")
    assert said.code == 0
    assert f"Usage: gleaner {' '.join(words)}".strip() in said.out
    assert said.err == ""


def test_help_names_every_command() -> None:
    said = gleaner("--help").out
    assert [name for name in COMMANDS if f" {name} " not in said] == []


OURS = "sqlalchemy httpx2 alembic icalendar recurring_ical_events rich stamina".split()
"""What only a command that runs may load."""


_COMMANDS = "gleaner.faces.cli.commands."


@pytest.mark.parametrize(
    ("words", "heavy"),
    [
        (["--help"], [*OURS, "pydantic"]),
        (["run", "--help"], OURS),
        (["review", "accept", "--help"], OURS),
        (["entries", "list", "--help"], OURS),
        (["timer", "start", "--help"], OURS),
        (["rates", "--help"], OURS),
        (["expenses", "add", "--help"], OURS),
        (["people", "forget", "--help"], OURS),
        (["backup", "--help"], OURS),
    ],
    ids=["gleaner", "run", "accept", "entries", "timer", "rates", "expenses", "forget", "backup"],
)
def test_help_loads_nothing_heavy_and_no_other_command(words: list[str], heavy: list[str]) -> None:
    """Typer itself loads pydantic to describe a command's options."""
    code = "import sys, atexit; atexit.register(lambda: print(*sys.modules, sep='\\n')); "
    code += "from gleaner.faces.cli import main; main()"
    done = subprocess.run(
        [sys.executable, "-c", code, *words], capture_output=True, text=True, timeout=60, check=True
    )
    loaded = set(done.stdout.splitlines())
    ours = {name.removeprefix(_COMMANDS) for name in loaded if name.startswith(_COMMANDS)}
    if words[0] == "--help":
        assert {"run", "review"} <= ours, "all of them are described"
    else:
        assert ours == {words[0]}, "nobody waits for the others"
    assert loaded.intersection(heavy) == set()


def test_the_program_itself_can_be_started(world: World) -> None:
    """As a user does: another process, another folder, the configuration named in the environment."""
    world.calendar(ANA, meeting("10:00-11:00", "APL detail review"))
    env = {**os.environ, "GLEANER_CONFIG": str(world.config)}
    command = [sys.executable, "-m", "gleaner", "run", "--on", TUESDAY, "--json"]
    done = subprocess.run(command, cwd="/", env=env, capture_output=True, text=True, timeout=60, check=False)
    assert (done.returncode, done.stderr) == (0, "")
    assert json.loads(done.stdout)["applied"] == 1
    assert (world.folder / "gleaner.db").exists()
    assert len(world.entries()) == 1


def test_a_reader_that_goes_away_is_no_error(busy: World) -> None:
    shell = f"{sys.executable} -m gleaner journal --json -c {busy.config} | head -c 1"
    done = subprocess.run(
        ["bash", "-o", "pipefail", "-c", shell], capture_output=True, text=True, timeout=60, check=False
    )
    assert (done.stdout, done.stderr) == ("[", "")
