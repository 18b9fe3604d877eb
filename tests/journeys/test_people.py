"""Everything held about one person, as one document; and forgetting them so that they do not come back."""

from __future__ import annotations

import json
from collections.abc import Iterable

import pytest
import sqlalchemy as sa
from tests.journeys.world import ANA, BO, CY, TUESDAY, World, gleaner, meeting

from gleaner.adapters.store.engine import make_engine
from gleaner.adapters.store.tables import metadata

ANAS, BOS = meeting("10:00-11:00", "APL detail review"), meeting("13:00-14:00", "WEB planning with Zoe")
VAGUE = meeting("15:00-16:00", "Salary talk")


@pytest.fixture(params=["sqlite", "postgresql"])
def team(request: pytest.FixtureRequest, world: World) -> World:
    """Ana and Bo at work for a day, on each database; Bo has logged something by hand and one question is open."""
    if request.param == "postgresql":
        url = request.getfixturevalue("migrated_pg_url")
        world.use(url.replace("postgresql+psycopg", "postgresql"))
    world.say("[[people]]", f'email = "{BO}"', 'aliases = ["bo@private.example"]')
    world.say("[[rules]]", 'project = "APL"', f'person = "{BO}"', 'title = "never"')
    world.api()
    world.calendar(ANA, ANAS)
    world.calendar(BO, BOS, VAGUE)
    world.by_hand(2, "apollo", "design", "Sketches by Bo", who=BO)
    world.fine("run", "--on", TUESDAY)
    return world


def database(world: World) -> sa.Engine:
    url = world.database
    return make_engine(f"sqlite:///{world.folder}/gleaner.db" if url.startswith("sqlite") else url)


def everything(world: World) -> str:
    engine = database(world)
    with engine.connect() as connection:
        rows = [
            f"{table.name}: {[tuple(row) for row in connection.execute(sa.select(table))]}"
            for table in metadata.sorted_tables
        ]
    engine.dispose()
    return "\n".join(rows)


def says(world: World, words: Iterable[str]) -> list[str]:
    held = everything(world).lower()
    return [word for word in words if word.lower() in held]


BOS_WORDS = ("planning with Zoe", "Salary talk", "Sketches by Bo", "bo@studio.example")
ANAS_WORDS = ("APL detail review", "ana@studio.example")


# --- listing still works -----------------------------------------------------------------------------------------


def test_people_lists_without_a_command(world: World) -> None:
    plain = world.fine("people").out
    assert "Ana Person" in plain
    assert plain == world.fine("people", "list").out
    (bo,) = world.fine("people", "bo", "--json").json
    assert bo["email"] == BO
    assert "export" in gleaner("people", "--help").out
    said = world.gleaner("people", "nobody-like-that")
    assert said.code == 2
    assert "nobody-like-that" in said.err


# --- export ------------------------------------------------------------------------------------------------------


def test_the_document_holds_all_of_that_person_and_nothing_of_others(team: World) -> None:
    text = team.fine("people", "export", BO).out
    document = json.loads(text)
    for words in BOS_WORDS:
        assert words in text
    for words in ANAS_WORDS[:1]:
        assert words not in text
    sections = document["sections"]
    assert all(section["says"].endswith(".") for section in sections.values())
    filled = {name for name, section in sections.items() if section["rows"]}
    assert filled >= {"settings", "user", "time_entries", "assignments", "activities", "proposals", "journal"}
    assert {row["user_id"] for row in sections["proposals"]["rows"]} == {document["person"]["id"]}
    assert {row["user"]["id"] for row in sections["time_entries"]["rows"]} == {document["person"]["id"]}
    assert len(sections["time_entries"]["rows"]) == 2


def test_rates_and_secret_addresses_are_not_in_it(team: World) -> None:
    secret = f"{team.running.base_url}/secret-calendar-of-bo"
    team.say("[[sources]]", 'kind = "ics"', f'person = "{BO}"', 'name = "second"', f'url = "{secret}"')
    said = team.fine("people", "export", BO)
    assert "secret-calendar" not in said.out
    assert '"name": "second"' in said.out
    rates = [
        value
        for section in json.loads(said.out)["sections"].values()
        for row in section["rows"]
        for key, value in row.items()
        if key.endswith("rate")
    ]
    assert set(rates) <= {"…"}


def test_deciding_for_somebody_else_is_told_without_what_it_was(team: World) -> None:
    (item,) = team.waiting().values()
    team.fine("review", "dismiss", item["id"])
    sections = json.loads(team.fine("people", "export", ANA).out)["sections"]
    assert [row["decision"] for row in sections["decisions_for_others"]["rows"]] == ["dismiss"]
    assert [row["event"] for row in sections["lines_about_others"]["rows"]] == ["dismissed"]
    assert "Salary" not in json.dumps(sections)


def test_a_file_is_for_its_owner_only_and_never_replaced(team: World) -> None:
    file = team.folder / "bo.json"
    said = team.fine("people", "export", BO, "--to", str(file))
    assert "2 time entries" in said.out
    assert file.stat().st_mode & 0o777 == 0o600
    before = file.read_bytes()
    again = team.gleaner("people", "export", BO, "--to", str(file))
    assert (again.code, again.out) == (2, "")
    assert "is there already" in again.err
    assert file.read_bytes() == before
    lost = team.gleaner("people", "export", BO, "--to", str(team.folder / "nowhere" / "bo.json"))
    assert (lost.code, lost.out) == (2, "")


def test_a_member_gets_their_own_and_nobody_elses(team: World) -> None:
    team.act_as(BO)
    assert "Salary talk" in team.fine("people", "export", BO).out
    for words in (("export", ANA), ("forget", ANA, "--yes"), ("forget", ANA, "--dry-run"), ("export", CY)):
        said = team.gleaner("people", *words)
        assert (said.code, said.out) == (1, "")
        assert "only they and an administrator" in said.err
    assert says(team, ANAS_WORDS) == list(ANAS_WORDS)
    typo = team.gleaner("people", "export", "an@studio.example")
    assert typo.code == 2
    assert ANA not in typo.err, "nor does a hint name others"


# --- forget ------------------------------------------------------------------------------------------------------


def test_forgetting_is_asked_for_and_can_be_looked_at_first(team: World) -> None:
    before = everything(team)
    said = team.gleaner("people", "forget", BO)
    assert (said.code, said.out) == (2, "")
    assert "say --yes" in said.err
    dry = team.fine("people", "forget", BO, "--dry-run")
    assert "Would be deleted:" in dry.out
    assert "Nothing was changed." in dry.err
    assert everything(team) == before


def test_what_was_held_is_gone_and_does_not_come_back(team: World) -> None:
    assert says(team, BOS_WORDS) == list(BOS_WORDS)
    said = team.fine("people", "forget", BO, "--yes")
    assert "Time entries, expenses and invoices in Harvest stay" in said.out
    assert "people[1]; gleaner.toml, sources[2]; gleaner.toml, rules[1]" in said.err
    assert says(team, BOS_WORDS) == []
    for words in (("sync",), ("sync", "--full"), ("run", "--on", TUESDAY), ("capture", "--on", TUESDAY)):
        team.gleaner(*words)
        assert says(team, BOS_WORDS) == [], words
    team.by_hand(1, "apollo", "design", "More sketches by Bo", who=BO)
    team.fine("sync")
    assert says(team, BOS_WORDS) == []


def test_harvest_and_everybody_else_stay_as_they_were(team: World) -> None:
    entries = team.timesheet()
    team.fine("people", "forget", BO, "--yes")
    assert team.timesheet() == entries
    assert says(team, ANAS_WORDS) == list(ANAS_WORDS)
    team.calendar(ANA, ANAS, meeting("16:00-17:00", "APL planning"))
    team.gleaner("run", "--on", TUESDAY)
    assert len(team.timesheet()) == len(entries) + 1


def test_only_the_name_stays_archived(team: World) -> None:
    team.fine("people", "forget", BO, "--yes")
    assert [one["name"] for one in team.fine("people", "--json").json] == ["Ana Person", "Cy Person"]
    kept = [one for one in team.fine("people", "--archived", "--json").json if one["name"] == "Bo Person"]
    assert [(one["email"], one["is_active"]) for one in kept] == [("", False)]
    assert team.gleaner("log", "1", "APL", "--task", "Design", "--person", BO).code == 2


def test_the_journal_says_that_somebody_was_forgotten_and_not_who(team: World) -> None:
    (item,) = team.waiting().values()
    team.fine("review", "dismiss", item["id"])
    counted = team.fine("people", "forget", BO, "--yes", "--json").json["gone"]
    assert (counted["proposals"], counted["decisions"]) == (2, 1)
    (line,) = [one for one in team.fine("journal", "--json").json if one["event"] == "forgotten"]
    assert "1 decisions" in line["text"]
    assert (line["user_id"], line["actor"]) == (None, "an administrator")
    assert str(item["action"]["user_id"]) not in line["text"]


def test_a_calendar_still_configured_for_them_is_not_read(team: World) -> None:
    team.fine("people", "forget", BO, "--yes")
    team.calendar(BO).write_text("no calendar at all")
    said = team.gleaner("capture", "--on", TUESDAY)
    assert "sources[2]: its person was forgotten, so it counts for nothing; remove it" in said.err + said.out
    assert "bo.ics" not in said.err + said.out
    doctor = team.gleaner("doctor").out
    assert "FIX  Source 2: its person was forgotten" in doctor


def test_somebody_who_was_only_suggested_to_does_not_hold_the_others_back(world: World) -> None:
    world.say("[[people]]", f'email = "{BO}"', "only_suggest = true")
    world.fine("sync")
    world.fine("people", "forget", BO, "--yes")
    world.calendar(ANA, ANAS)
    world.gleaner("run", "--on", TUESDAY)
    assert len(world.entries()) == 1


def test_whoever_decided_for_others_is_nobody_there_afterwards(team: World) -> None:
    """Bo was an administrator once, and dismissed something of Ana's."""
    engine = database(team)
    with engine.begin() as connection:
        for table, column in (("proposal", "decided_by"), ("journal", "actor")):
            connection.execute(sa.text(f"UPDATE {table} SET {column} = 'Bo@Studio.example'"))
    engine.dispose()
    team.fine("people", "forget", BO, "--yes")
    assert says(team, BOS_WORDS) == []
    assert {one["decided_by"] for one in team.review()} == {"somebody forgotten"}


def test_nobody_is_forgotten_while_an_entry_of_theirs_is_written(team: World) -> None:
    engine = database(team)
    with engine.begin() as connection:
        connection.execute(sa.text("UPDATE proposal SET state = 'applying' WHERE state = 'proposed'"))
    engine.dispose()
    before = everything(team)
    said = team.gleaner("people", "forget", BO, "--yes")
    assert (said.code, said.out) == (3, "")
    assert "try again in a minute" in said.err
    assert everything(team) == before


def test_the_administrator_gleaner_works_for_cannot_go_first(team: World) -> None:
    before = everything(team)
    said = team.gleaner("people", "forget", ANA, "--yes")
    assert (said.code, said.out) == (1, "")
    assert "log in as another administrator first" in said.err
    assert everything(team) == before


def test_a_member_may_forget_themselves(team: World) -> None:
    team.act_as(BO)
    team.fine("people", "forget", BO, "--yes")
    assert says(team, BOS_WORDS) == []


def test_a_member_forgets_themselves_in_a_copy_of_their_own(world: World) -> None:
    """Only Bo's token was ever used here."""
    world.act_as(BO)
    world.calendar(BO, BOS, VAGUE)
    world.by_hand(2, "apollo", "design", "Sketches by Bo", who=BO)
    world.fine("run", "--on", TUESDAY)
    assert says(world, BOS_WORDS) == list(BOS_WORDS)
    entries = len(world.entries())
    world.fine("people", "forget", BO, "--yes")
    for words in (("sync", "--full"), ("run", "--on", TUESDAY)):
        world.gleaner(*words)
        assert says(world, BOS_WORDS) == [], words
    assert len(world.entries()) == entries


def test_somebody_who_left_can_be_forgotten(team: World) -> None:
    team.api().patch(f"/users/{team.ids['bo']}", is_active=False)
    team.fine("sync", "--full")
    team.fine("people", "forget", BO, "--yes")
    assert says(team, BOS_WORDS) == []
    again = team.fine("people", "forget", f"user {team.ids['bo']}", "--yes", "--json").json
    assert again["gone"]["proposals"] == 0
    assert team.gleaner("capture", "--on", TUESDAY).err.count("was forgotten") == 1, (
        "their addresses are still known"
    )
