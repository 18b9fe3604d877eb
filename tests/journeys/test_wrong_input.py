"""Whatever is wrong is said in one sentence that names it, on stderr; the rest goes on and nothing is written wrongly.

Exit 1: something needs your eyes. 2: your input. 3: try again later. That no traceback and no token is ever shown
is checked for every command of every journey (``world.gleaner``).
"""

from __future__ import annotations

import sqlite3
from collections.abc import Callable
from pathlib import Path

import pytest
from tests.journeys.world import ANA, BO, TUESDAY, Said, World, meeting

from gleaner.adapters.store.inbox import short_name
from gleaner.capture.source import sources
from gleaner.core.catalog import AccountId

DESIGN = meeting("10:00-11:00", "APL detail review")
LOGGED = f"Ana {TUESDAY} 1.0 Apollo / Meetings: APL detail review"


@pytest.fixture
def seen(world: World) -> World:
    """Ana's sure meeting, which every run below has to log whatever else is wrong."""
    world.calendar(ANA, DESIGN)
    return world


def one_sentence(said: Said, code: int) -> str:
    """The only sentence of a command that could not do its work."""
    assert (said.code, said.out) == (code, ""), said
    lines = [line for line in said.err.splitlines() if line]
    assert len(lines) == 1, said
    return lines[0]


# --- calendars and repositories: the run goes on ----------------------------------------------------------------


def broken_lines(world: World) -> str:
    world.calendar(
        BO, "BEGIN:VEVENT\nUID:x\nDTSTART:yesterday\nDTEND:20260310T100000Z\nSUMMARY:Broken\nEND:VEVENT"
    )
    return f"{BO}: Event \"Broken\" cannot be read (its DTSTART is 'yesterday'); it was left out"


def no_calendar_at_all(world: World) -> str:
    world.calendar(BO).write_text("<html>Please sign in</html>")
    return f"{BO}: {world.folder / 'bo.ics'} "


def unknown_zone(world: World) -> str:
    event = (
        "BEGIN:VEVENT\nUID:x\nDTSTART;TZID=Mars/Base:20260310T090000\nDTEND;TZID=Mars/Base:20260310T093000\n"
        "SUMMARY:WEB planning\nEND:VEVENT"
    )
    world.calendar(BO, event)
    return "Mars/Base"


def missing_repository(world: World) -> str:
    world.say("[[sources]]", 'kind = "git"', 'repositories = ["nowhere"]')
    return f"git: nowhere: there is no folder {world.folder / 'nowhere'}; clone the repository there"


def not_a_repository(world: World) -> str:
    (world.folder / "plain").mkdir()
    world.say("[[sources]]", 'kind = "git"', 'repositories = ["plain"]')
    return f"git: plain: {world.folder / 'plain'} is not a Git repository; correct its path"


def no_such_kind(world: World) -> str:
    world.say("[[sources]]", 'kind = "isc"', 'path = "x.ics"')
    known = ", ".join(sources)
    return f'gleaner.toml, sources[2]: there is no source "isc". Did you mean "ics"? Known: {known}.'


def no_kind(world: World) -> str:
    world.say("[[sources]]", 'path = "x.ics"')
    return f'gleaner.toml, sources[2]: missing "kind". Known: {", ".join(sources)}.'


def misspelt_key(world: World) -> str:
    world.say("[[sources]]", 'kind = "ics"', f'person = "{BO}"', 'pth = "x.ics"')
    return 'gleaner.toml, sources[2]: there is no "pth". Did you mean "path"? "ics" takes person, path, url'


def missing_key(world: World) -> str:
    world.say("[[sources]]", 'kind = "ics"', 'path = "x.ics"')
    return 'gleaner.toml, sources[2]: source "ics" takes either person (the calendar owner\'s mail address) or holidays'


def wrong_kind_of_value(world: World) -> str:
    world.say("[[sources]]", 'kind = "ics"', f'person = "{BO}"', 'path = "x.ics"', 'timeout = "soon"')
    return "gleaner.toml, sources[2]"


def two_places(world: World) -> str:
    world.say(
        "[[sources]]",
        'kind = "ics"',
        f'person = "{BO}"',
        'path = "x.ics"',
        'url = "https://x.example/s3cret"',
    )
    return 'gleaner.toml, sources[2]: source "ics" takes either path (a file) or url'


@pytest.mark.parametrize(
    "wrong",
    [broken_lines, no_calendar_at_all, unknown_zone, missing_repository, not_a_repository, no_such_kind, no_kind,
     misspelt_key, missing_key, wrong_kind_of_value, two_places],
    ids=lambda wrong: wrong.__name__.replace("_", " "),
)  # fmt: skip
def test_a_source_that_cannot_be_read_is_named_and_the_others_go_on(
    seen: World, wrong: Callable[[World], str]
) -> None:
    expected = wrong(seen)
    said = seen.gleaner("run", "--on", TUESDAY)
    assert said.code == 1
    assert sum(expected in line for line in said.err.splitlines()) == 1, said
    assert "s3cret" not in said.err
    assert LOGGED in seen.timesheet()


def test_an_event_without_an_end_is_left_out_and_named(world: World) -> None:
    world.calendar(ANA, meeting("10:00", "APL deadline"), DESIGN)
    said = world.gleaner("run", "--on", TUESDAY)
    assert said.code == 1
    assert f'{ANA}: Event "APL deadline" on Tue 10 Mar 2026, 10:00, has no end; it was left out.' in said.err
    assert world.timesheet() == [LOGGED]


def test_nothing_configured_is_no_fault(world: World) -> None:
    assert "0 activities seen" in world.fine("run", "--on", TUESDAY).out
    said = world.gleaner("doctor")
    assert said.code == 1
    assert "FIX  Sources: none; add a calendar or a repository" in said.out


# --- configuration --------------------------------------------------------------------------------------------


@pytest.mark.parametrize("command", ["run", "review", "today", "sync", "journal"])
def test_a_misspelt_section_is_named_with_the_right_one(seen: World, command: str) -> None:
    seen.say("[polcy]", 'meetings = "post"')
    assert 'gleaner.toml: there is no "polcy". Did you mean "policy"?' in one_sentence(
        seen.gleaner(command), 2
    )


def test_every_mistake_has_its_own_line(seen: World) -> None:
    seen.say("[[rules]]", 'titel = "x"', 'project = "APL"')
    seen.say("[[people]]", f'email = "{ANA}"', 'workdays = ["mon", "tues"]')
    seen.say("[capture]", "history_day = 7")
    said = seen.gleaner("run", "--on", TUESDAY)
    assert said.code == 2
    assert len(said.err.splitlines()) == 3
    assert 'gleaner.toml, rules[1]: there is no "titel". Did you mean "title"?' in said.err
    assert "people[1].workdays" in said.err
    assert "'tues'" in said.err
    assert 'gleaner.toml, capture: there is no "history_day". Did you mean "history_days"?' in said.err


def test_no_file_says_how_to_make_one(world: World) -> None:
    world.config.unlink()
    assert one_sentence(world.gleaner("run"), 2) == f"there is no {world.config}; make one with: gleaner init"


def test_no_token_says_where_it_belongs(world: World) -> None:
    world.patch.delenv("GLEANER_HARVEST__TOKEN")
    said = one_sentence(world.gleaner("run"), 2)
    assert said.startswith("no Harvest token: set GLEANER_HARVEST__TOKEN to a personal access token from")


def test_a_token_that_harvest_does_not_know(seen: World) -> None:
    seen.patch.setenv("GLEANER_HARVEST__TOKEN", "secret-nonsense")
    said = one_sentence(seen.gleaner("run", "--on", TUESDAY), 1)
    assert said.startswith("Harvest does not accept the access token")


def test_a_token_with_a_space_in_it(seen: World) -> None:
    seen.patch.setenv("GLEANER_HARVEST__TOKEN", "secret-non sense")
    assert "copy it again from" in one_sentence(seen.gleaner("run", "--on", TUESDAY), 2)


def test_a_token_in_the_file_is_refused_unseen(seen: World) -> None:
    seen.lines = ['token = "secret-from-file"', *seen.lines]
    seen.say("")
    assert "keep the token out of the file" in one_sentence(seen.gleaner("run"), 2)


def test_another_account_than_the_files_is_refused(seen: World) -> None:
    said = one_sentence(seen.gleaner("run", "--on", TUESDAY, "--account", "42"), 2)
    assert f"is for Harvest account {seen.account_id}, not 42; name the other file with --config" in said
    assert seen.entries() == []


def test_an_account_the_token_does_not_open(seen: World) -> None:
    seen.account_id += 1_000_000
    seen.say("")
    said = seen.gleaner("run", "--on", TUESDAY)
    assert said.code in (1, 2)
    assert "Harvest" in one_sentence(said, said.code)


def test_a_filter_that_does_not_exist_is_named_with_the_right_one(seen: World) -> None:
    seen.say("[capture.filters]", "declned = true")
    said = one_sentence(seen.gleaner("run", "--on", TUESDAY), 2)
    assert said.startswith('gleaner.toml, capture.filters: there is no "declned". Did you mean "declined"?')
    assert "__init__" not in said


@pytest.mark.parametrize(
    ("line", "key"), [('declined = "perhaps"', "declined"), ('tentative = "skp"', "tentative")]
)
def test_a_filter_with_a_wrong_value_is_named(seen: World, line: str, key: str) -> None:
    seen.say("[capture.filters]", line)
    assert f"gleaner.toml, capture.filters.{key}:" in one_sentence(seen.gleaner("run", "--on", TUESDAY), 2)


# --- what is typed --------------------------------------------------------------------------------------------

TYPED = {
    "no date": (("run", "--on", "2026-13-01"), '"2026-13-01" is no date; write 2026-03-09 or today'),
    "no date for review": (("review", "--from", "tuesday"), '"tuesday" is no date'),
    "two ways to say when": (
        ("run", "--on", TUESDAY, "--from", TUESDAY),
        "give --on, or --from and --to, not both",
    ),
    "two ways in review": (
        ("review", "--on", TUESDAY, "--to", TUESDAY),
        "give --on, or --from and --to, not both",
    ),
    "two ways in capture": (
        ("capture", "--on", TUESDAY, "--to", TUESDAY),
        "give --on, or --from and --to, not both",
    ),
    "the wrong way round": (
        ("run", "--from", "2026-03-11", "--to", TUESDAY),
        "--to 2026-03-10 is before --from 2026-03-11",
    ),
    "the wrong way round in review": (("review", "--from", "2026-03-11", "--to", TUESDAY), "is before --from"),
    "too long": (("run", "--from", "2020-01-01", "--to", TUESDAY), "that is more than a year; take it in parts"),
    "no hours": (("log", "abc", "APL"), '"abc" is no length; write 1.5 or 1:30'),
    "no number": (("log", "nan", "APL"), '"nan" is no length'),
    "minutes that are none": (("log", "1:75", "APL"), '"1:75" is no length'),
    "zero hours": (("log", "0", "APL", "--task", "Design"), "give more than 0 and at most 24"),
    "too little to count": (("log", "0.001", "APL", "--task", "Design"), "give more than 0 and at most 24"),
    "25 hours": (("log", "25", "APL", "--task", "Design"), "25 h is no length for an entry"),
    "no such project": (("log", "1", "Gemini"), 'there is no project "Gemini". Near:'),
    "a task is missing": (
        ("log", "1", "APL"),
        '"Apollo" has several tasks; choose one with --task: Programming, Meetings, Design',
    ),
    "no such task": (("log", "1", "APL", "--task", "Dessin"), 'there is no task of "Apollo" "Dessin". Near: Design'),
    "no such person": (
        ("today", "--person", "anna@studio.example"),
        f"nobody in Harvest has the address anna@studio.example. Did you mean {ANA}?",
    ),
    "no such proposal": (("review", "accept", "ffffffff"), "there is no proposal ffffffff; see: gleaner review"),
    "nothing to accept": (("review", "accept"), "name proposals to accept, or give --sure"),
    "two ways to accept": (("review", "accept", "ff", "--sure"), "name proposals to accept, or give --sure"),
    "nothing to undo": (("undo",), "name what to undo, or give --run RUN"),
    "nothing to edit": (("review", "edit", "ff"), "say what to change: --project, --task, --hours or --notes"),
    "no project for a timer": (("timer", "start", "Apolo", "--task", "Design"), 'there is no project "Apolo". Near: '),
    "a task is missing for a timer": (("timer", "start", "APL"), "has several tasks; choose one with --task"),
    "no number of an entry": (("entries", "edit", "abc", "--hours", "1"), '"abc" is no number of an entry'),
    "a number nobody has": (("entries", "delete", "9" * 30), "is no number of an entry; see: gleaner entries list"),
    "no such entry": (("entries", "edit", "42", "--hours", "1"), "there is no entry 42 in Harvest"),
    "one of them is no entry": (("entries", "delete", "42", "43"), "there is no entry 42 in Harvest"),
    "nothing to change": (("entries", "edit", "42"), "say what to change: --hours, --project, --task, --notes or --on"),
    "no length for an entry": (("entries", "edit", "42", "--hours", "1:75"), '"1:75" is no length'),
    "no such client": (("entries", "list", "--client", "Acne"), 'there is no client "Acne". Near: '),
    "no such project to list": (("entries", "list", "--project", "Apolo"), 'there is no project "Apolo". Near: '),
    "no such task to list": (("entries", "list", "--task", "Dessin"), 'there is no task "Dessin". Near: Design'),
    "whose entries": (("entries", "list", "--everybody", "--person", ANA), "give --person or --everybody, not both"),
    "two ways to list": (("entries", "list", "--on", TUESDAY, "--to", TUESDAY), "give --on, or --from and --to"),
    "no project has it": (("projects", "appolo"), 'there is no project with "appolo" in its name. Near: Apollo'),
    "nobody has it": (("people", "anna"), 'there is no person with "anna" in its name. Near: '),
    "no project for rates": (("rates", "Apolo"), 'there is no project "Apolo". Near: '),
    "no task for rates": (("rates", "APL", "--task", "Dessin"), 'there is no task of "Apollo" "Dessin". Near: Design'),
    "nobody for a timer": (("timer", "stop", "--person", "anna@studio.example"), f"Did you mean {ANA}?"),
    "no such command": (("rnu",), "rnu"),
    "no such option": (("run", "--dryrun"), "--dryrun"),
}  # fmt: skip


@pytest.mark.parametrize(("words", "sentence"), TYPED.values(), ids=TYPED)
def test_what_was_typed_wrongly_is_said(seen: World, words: tuple[str, ...], sentence: str) -> None:
    said = seen.gleaner(*words)
    assert (said.code, said.out) == (2, ""), said
    assert sentence in said.err
    assert seen.entries() == []


def test_a_beginning_that_fits_several_proposals_is_refused(world: World) -> None:
    world.calendar(ANA, meeting("14:00-15:00", "Catch up", uid="talk-0"))
    world.fine("run", "--on", TUESDAY)
    key = world.waiting()["Catch up"]["key"]
    uids = _two_alike(world.account_id, [key.replace("talk-0", f"talk-{number}") for number in range(2000)])
    times = ("09:00-10:00", "11:00-12:00")
    world.calendar(
        ANA, *(meeting(at, f"Chat {at}", uid=f"talk-{uid}") for at, uid in zip(times, uids, strict=True))
    )
    world.fine("run", "--on", TUESDAY)
    first, second = (item["id"] for item in world.waiting().values())
    assert first[:4] == second[:4]
    said = one_sentence(world.gleaner("review", "dismiss", first[:4]), 2)
    assert said.startswith(f"{first[:4]} is not enough: ")
    assert len(world.waiting()) == 2


def _two_alike(account_id: int, keys: list[str]) -> tuple[int, int]:
    """Two of *keys*, by number, whose short names begin alike: of so many there always are two."""
    seen: dict[str, int] = {}
    for number, key in enumerate(keys):
        beginning = short_name(AccountId(account_id), key)[:4]
        if beginning in seen:
            return seen[beginning], number
        seen[beginning] = number
    raise AssertionError("no two of them are alike")


@pytest.mark.parametrize("hours", ["abc", "0", "25", "-1"])
def test_a_wrong_length_corrects_nothing(seen: World, hours: str) -> None:
    seen.calendar(ANA, meeting("14:00-15:00", "Catch up"))
    seen.fine("run", "--on", TUESDAY)
    before = seen.review()
    said = seen.gleaner(
        "review", "edit", before[0]["id"], "--project", "APL", "--task", "Design", "--hours", hours
    )
    assert said.code == 2
    assert (seen.entries(), seen.review()) == ([], before)


# --- what is down -----------------------------------------------------------------------------------------------


def test_harvest_is_down(seen: World) -> None:
    seen.config.write_text(seen.config.read_text().replace(seen.running.base_url, "http://127.0.0.1:9/v2"))
    said = one_sentence(seen.gleaner("run", "--on", TUESDAY), 3)
    assert said.startswith("Harvest cannot be reached")


def test_harvest_fails_for_a_while_and_a_later_run_succeeds(seen: World) -> None:
    seen.running.control.set_faults("status=503, match=POST /v2/time_entries")
    said = seen.gleaner("run", "--on", TUESDAY)
    assert said.code == 3
    assert "Harvest failed on POST /time_entries with status 503; try again later." in said.err
    assert seen.entries() == []
    seen.running.control.set_faults("")
    seen.fine("run", "--on", TUESDAY)
    assert seen.timesheet() == [LOGGED]


def test_the_journal_can_be_read_while_harvest_is_down(seen: World) -> None:
    seen.fine("run", "--on", TUESDAY)
    seen.fine("sync")
    seen.running.control.set_faults("status=503")
    assert "Logged 1.00 h to Apollo / Meetings" in seen.fine("journal").out


@pytest.mark.parametrize("what", ["no folder", "a folder", "no database", "of a later version"])
def test_a_database_that_cannot_be_opened(seen: World, what: str) -> None:
    file = seen.folder / "gleaner.db"
    match what:
        case "no folder":
            seen.use("sqlite:///missing/gleaner.db")
            file = seen.folder / "missing" / "gleaner.db"
        case "a folder":
            file.unlink()
            file.mkdir()
        case "no database":
            file.write_text("this is a letter, not a database; " * 100)
        case _:
            seen.fine("run", "--on", "2026-03-09")
            with sqlite3.connect(file) as connection:
                connection.execute("UPDATE alembic_version SET version_num = '9999'")
            connection.close()
    said = seen.gleaner("run", "--on", TUESDAY)
    assert said.code in (2, 3)
    assert str(file) in one_sentence(said, said.code)
    assert seen.entries() == []


@pytest.mark.parametrize("url", ["gleaner.db", "mysql://x/y", "sqlite//x"])
def test_a_database_url_that_is_none(seen: World, url: str) -> None:
    seen.use(url)
    assert one_sentence(seen.gleaner("run", "--on", TUESDAY), 2).startswith("database: ")


def test_the_doctor_names_what_is_wrong_one_line_each(seen: World) -> None:
    (seen.folder / "plain").mkdir()
    seen.say("[[sources]]", 'kind = "git"', 'repositories = ["plain"]')
    seen.say("[[rules]]", 'title = "x"', 'project = "Apolo"')
    seen.say("[[people]]", 'email = "anna@studio.example"', "only_suggest = true")
    said = seen.gleaner("doctor")
    assert said.code == 1
    wrong = [line for line in said.out.splitlines() if line.startswith("FIX")]
    assert len(wrong) == 3, said
    assert any('there is no project "Apolo"' in line for line in wrong)
    assert any("is not a Git repository" in line for line in wrong)
    assert any("nobody in Harvest has the address anna@studio.example" in line for line in wrong)


@pytest.mark.parametrize("what", ["config", "token", "harvest", "database"])
def test_the_doctor_never_fails_itself(seen: World, what: str) -> None:
    match what:
        case "config":
            seen.say("[polcy]")
        case "token":
            seen.patch.setenv("GLEANER_HARVEST__TOKEN", "secret-nonsense")
        case "harvest":
            seen.config.write_text(
                seen.config.read_text().replace(seen.running.base_url, "http://127.0.0.1:9/v2")
            )
        case _:
            seen.use("sqlite:///missing/gleaner.db")
    said = seen.gleaner("doctor")
    assert said.code == 1
    assert sum(line.startswith("FIX") for line in said.out.splitlines()) == 1


def test_only_suggest_for_somebody_unknown_is_not_silently_ignored(seen: World) -> None:
    """Ana asked that nothing is posted for her; her address is misspelt in the file."""
    seen.say("[[people]]", 'email = "anna@studio.example"', "only_suggest = true")
    said = seen.gleaner("run", "--on", TUESDAY)
    assert said.code == 1
    assert "anna@studio.example" in said.err


def test_paths_count_from_the_configuration_file(
    seen: World, tmp_path_factory: pytest.TempPathFactory
) -> None:
    elsewhere: Path = tmp_path_factory.mktemp("elsewhere")
    seen.patch.chdir(elsewhere)
    seen.fine("run", "--on", TUESDAY)
    assert seen.timesheet() == [LOGGED]
    assert list(elsewhere.iterdir()) == []
