"""The report for managers: its figures from what Harvest holds, its forms, and who may read it about whom."""

from __future__ import annotations

import csv
import io
import json
import re
from datetime import datetime
from typing import Any

import openpyxl
import pytest
from tests.journeys.conftest import Builder
from tests.journeys.world import ANA, BO, CY, Said, World

WEEK = ("compliance", "--week", "2026-W11", "--weeks", "2")
WORKDAYS = [f"2026-03-{day:02}" for day in range(9, 14)]
SUNDAY, WEDNESDAY_AFTER = "2026-03-15T20:00:00Z", "2026-03-18T08:00:00Z"


def at(world: World, moment: str) -> None:
    world.running.control.set_now(datetime.fromisoformat(moment))


def log(
    world: World, who: str, hours: float, *days: str, project: str = "apollo", task: str = "programming"
) -> None:
    for day in days:
        world.by_hand(hours, project, task, "Work", who=who, day=day)


@pytest.fixture
def team(world: World) -> World:
    """Mon 9 to Fri 13 Mar. Ana logged all; Bo all but Friday, which came on Wednesday after; Cy half of each day."""
    at(world, SUNDAY)
    log(world, ANA, 8, *WORKDAYS)
    log(world, BO, 8, *WORKDAYS[:4])
    log(world, CY, 4, *WORKDAYS)
    at(world, WEDNESDAY_AFTER)
    log(world, BO, 8, WORKDAYS[4])
    return world


def report(world: World, *words: str) -> Any:
    said = world.gleaner(*WEEK, "--json", *words)
    assert said.out, said
    assert said.code in (0, 1), said
    return said.json


def names(found: Any) -> list[str]:
    return [one["person"] for one in found["people"]]


def marks(found: Any, name: str) -> list[str]:
    (row,) = [one for one in found["people"] if one["person"] == name]
    return [day["mark"] for day in row["days"]][:5]


# --- figures -----------------------------------------------------------------------------------------------------


def test_the_headline_says_what_was_there_at_the_cut_off_with_its_counts(team: World) -> None:
    said = team.gleaner(*WEEK)
    assert said.code == 1, "below the target"
    assert "On time: 77 % (92 of 120 expected hours; 1 of 3 people complete)." in said.out
    assert "Target 90 %: not reached" in said.out
    assert "20 h are still missing, 2 of 3 people complete" in said.out


def test_late_hours_are_late_and_each_missing_one_opens_to_its_sum(team: World) -> None:
    found = report(team)
    assert marks(found, "Ana Person") == ["on time"] * 5
    assert marks(found, "Bo Person") == ["on time"] * 4 + ["late"]
    assert marks(found, "Cy Person") == ["open"] * 5
    sums = {one["person"]: one["days"][4]["sum"] for one in found["people"]}
    assert sums["Bo Person"] == (
        "8.0 h by contract · in Harvest 0.0 at the cut-off, 8.0 now · missing 8.0 at the cut-off, 0.0 now"
    )
    assert sums["Cy Person"] == "8.0 h by contract · in Harvest 4.0 · missing 4.0"
    assert found["figures"]["share"] == pytest.approx(92 / 120)


def test_reaching_the_target_is_exit_code_zero(team: World) -> None:
    team.say("[timesheets]", "target = 0.7")
    assert team.gleaner(*WEEK).code == 0


def test_the_cut_off_may_be_another_day_and_hour(team: World) -> None:
    team.say("[timesheets]", 'cut_off_day = "wed"', 'cut_off_at = "12:00"')
    found = report(team)
    assert found["cut_off"] == "Wednesday 12:00"
    assert marks(found, "Bo Person") == ["on time"] * 5


def test_the_cut_off_is_by_each_persons_own_clock(team: World) -> None:
    """Friday's hours came on Wed 18 Mar at 09:00 in Berlin, when it was Tuesday night in Honolulu."""
    team.say("[timesheets]", 'cut_off_day = "tue"', 'cut_off_at = "23:00"')
    assert marks(report(team), "Bo Person")[4] == "late"
    team.say("[[people]]", f'email = "{BO}"', 'zone = "Pacific/Honolulu"')
    assert marks(report(team), "Bo Person")[4] == "on time"


def test_exceptions_are_taken_off_with_their_reason_and_calendars_words_are_not_told(team: World) -> None:
    team.say("[[absences]]", f'person = "{CY}"', "first = 2026-03-09", 'reason = "trade fair"')
    found = report(team)
    assert found["figures"]["excused"] == 8
    assert "trade fair" in json.dumps(found)
    assert "(trade fair). Was it a working day after all?" in found["questions"][0]["text"]


def test_people_without_capacity_and_contractors_are_named_as_not_counted(team: World) -> None:
    team.api().patch(f"/users/{team.user(CY)}", weekly_capacity=0)
    team.api().patch(f"/users/{team.user(BO)}", is_contractor=True)
    team.fine("sync", "--full")
    found = report(team)
    assert names(found) == ["Ana Person"]
    assert found["headline"].endswith("not counted: 2 people (1 contractor, 1 no capacity set).")


def test_who_was_archived_in_the_week_counts_to_the_last_day_they_logged(team: World) -> None:
    team.api().patch(f"/users/{team.user(CY)}", is_active=False)
    at(team, WEDNESDAY_AFTER)
    for entry in team.entries():
        if entry["user"]["name"] == "Cy Person" and entry["spent_date"] > "2026-03-10":
            team.api().delete(f"/time_entries/{entry['id']}")
    team.fine("sync", "--full")
    found = report(team)
    assert marks(found, "Cy Person") == ["open", "open", *["not counted"] * 3]
    (note,) = [one["note"] for one in found["people"] if one["note"]]
    assert "counted to the last day they logged" in note
    team.say("[[people]]", f'email = "{CY}"', "employed_until = 2026-03-11")
    assert marks(report(team), "Cy Person")[2] == "open"


def test_nobody_is_counted_before_harvest_knew_them(team: World) -> None:
    user = team.api().post(
        "/users",
        first_name="Di",
        last_name="Person",
        email="di@studio.example",
        timezone="Berlin",
        weekly_capacity=144000,
    )
    assert user["created_at"].startswith("2026-03-18")
    team.fine("sync", "--full")
    assert "Di Person" not in names(report(team))


def test_right_first_time_counts_what_gleaner_wrote_and_nobody_put_right(team: World) -> None:
    assert "Right first time: not known" in team.gleaner(*WEEK).out
    ids = [
        team.fine(
            "log", "0.5", "APL", "--task", "Meetings", "--on", WORKDAYS[0], "--notes", text, "--json"
        ).json
        for text in ("one", "two", "three", "four")
    ]
    entry = [one["id"] for one in team.entries() if one["notes"] in ("one", "two", "three")]
    found = report(team)["right_first_time"]
    assert (found["kept"], found["entries"]) == (4, 4), ids
    team.api().patch(f"/time_entries/{entry[0]}", hours=0.75)
    team.api().patch(f"/time_entries/{entry[1]}", notes="other words are no correction")
    team.api().delete(f"/time_entries/{entry[2]}")
    found = report(team)["right_first_time"]
    assert (found["kept"], found["entries"]) == (2, 4)
    assert found["put_right"] == [{"user_id": team.user(ANA), "day": WORKDAYS[0]}] * 2


def test_hours_are_split_with_last_month_beside(team: World) -> None:
    team.api().patch(f"/projects/{team.ids['website']}", is_billable=False)
    log(team, ANA, 3, "2026-02-10", project="website")
    log(team, ANA, 2, WORKDAYS[0], project="website")
    team.fine("sync", "--full")
    hours = report(team)["hours"]
    assert (hours["week"]["billable"], hours["week"]["internal"]) == (100, 2)
    assert (hours["month"]["billable"], hours["month"]["internal"], hours["month_from"]) == (
        0,
        3,
        "2026-02-01",
    )
    clients = {one["name"]: one["week"]["billable_share"] for one in hours["by"]["client"]}
    assert clients == {"Acme Industries": 1.0, "Beta Labs": 0.0}
    assert hours["utilisation"] == pytest.approx(100 / 120)


def test_teams_are_harvests_roles_or_what_the_file_says(team: World) -> None:
    team.api().post("/roles", name="Design", user_ids=[team.user(ANA), team.user(BO)])
    team.fine("sync", "--full")
    team.say("[[people]]", f'email = "{CY}"', 'team = "Sales"')
    found = report(team)
    assert [(one["team"], one["complete"], one["people"]) for one in found["teams"]] == [
        ("Design", 1, 2),
        ("Sales", 0, 1),
    ]
    assert names(report(team, "--team", "sales")) == ["Cy Person"]
    wrong = team.gleaner(*WEEK, "--team", "Sale")
    assert (wrong.code, wrong.out) == (2, "")
    assert "Near: Sales" in wrong.err


@pytest.mark.parametrize(
    "words", [("--week", "2026-W60"), ("--week", "soon"), ("--week", "2027-W20"), ("--format", "pdf")]
)
def test_wrong_input_is_a_sentence(team: World, words: tuple[str, ...]) -> None:
    said = team.gleaner("compliance", *words)
    assert (said.code, said.out) == (2, "")
    assert len(said.err.strip().splitlines()) == 1


# --- who may read it ---------------------------------------------------------------------------------------------


def test_a_member_is_refused_whatever_they_ask_for(team: World) -> None:
    team.gleaner(*WEEK)
    team.say("[[people]]", f'email = "{CY}"', f'manager = "{BO}"')
    team.act_as(BO)
    for words in (
        (),
        ("--json",),
        ("--manager", BO),
        ("--manager", ANA),
        ("--team", "Sales"),
        ("--format", "csv"),
    ):
        said = team.gleaner(*WEEK, *words)
        assert (said.code, said.out) == (1, ""), words
        assert "for administrators and managers" in said.err


def managed(team: World) -> World:
    """Bo manages Cy in Harvest; the copy is the administrator's, and holds everybody."""
    team.api().patch(f"/users/{team.user(BO)}", access_roles=["manager"])
    team.api().patch(f"/users/{team.user(BO)}/teammates", teammate_ids=[team.user(CY)])
    team.fine("sync", "--full")
    report(team)
    return team


def test_a_manager_reads_their_people_and_nobody_elses(team: World) -> None:
    team.fine("log", "0.5", "APL", "--task", "Meetings", "--on", WORKDAYS[0])
    world = managed(team)
    assert report(world)["right_first_time"]["entries"] == 1
    world.act_as(BO)
    found = report(world)
    assert names(found) == ["Bo Person", "Cy Person"]
    assert found["right_first_time"]["entries"] == 0, "that was written for Ana"
    text = world.gleaner(*WEEK).out
    assert "Ana" not in text
    assert "the people of Bo Person" in text
    assert found["figures"]["expected"] == 80
    clients = found["hours"]["by"]["client"]
    assert sum(one["week"]["billable"] for one in clients) == 60, "nor are Ana's hours in any sum"
    other = world.gleaner(*WEEK, "--manager", ANA)
    assert (other.code, other.out) == (1, "")


def test_a_manager_with_a_database_of_their_own_is_told_that_it_holds_only_them(world: World) -> None:
    world.api().patch(f"/users/{world.user(BO)}", access_roles=["manager"])
    world.act_as(BO)
    said = world.gleaner(*WEEK)
    assert (said.code, said.out) == (1, "")
    assert "Use the one that an administrator's Gleaner fills" in said.err


def test_whoever_is_no_manager_any_more_is_refused_even_from_the_copy(team: World) -> None:
    world = managed(team)
    world.act_as(BO)
    report(world)
    world.act_as(ANA)
    team.api().patch(f"/users/{team.user(BO)}", access_roles=["member"])
    world.fine("sync", "--full")
    world.act_as(BO)
    said = world.gleaner(*WEEK)
    assert (said.code, said.out) == (1, "")


def test_the_file_may_give_a_manager_more_people(team: World) -> None:
    world = managed(team)
    world.say("[[people]]", f'email = "{ANA}"', f'manager = "{BO}"')
    world.act_as(BO)
    assert names(report(world)) == ["Ana Person", "Bo Person", "Cy Person"]


def test_an_administrator_may_ask_for_one_managers_people(team: World) -> None:
    world = managed(team)
    assert names(report(world, "--manager", BO)) == ["Cy Person"]
    nobody = world.gleaner(*WEEK, "--manager", CY)
    assert (nobody.code, nobody.out) == (2, "")
    assert "manages nobody" in nobody.err


# --- Harvest is down ---------------------------------------------------------------------------------------------


def lost(world: World) -> None:
    file = world.config
    file.write_text(re.sub(r"http://127.0.0.1:\d+", "http://127.0.0.1:9", file.read_text()))


def test_without_harvest_the_copy_is_used_and_says_as_of_when(team: World) -> None:
    before = report(team)
    lost(team)
    said = team.gleaner(*WEEK, "--json")
    assert said.code == 1
    assert "This is from the copy, as of" in said.err
    assert said.json["people"] == before["people"]


def test_without_harvest_a_manager_reads_whom_they_managed_when_it_last_answered(team: World) -> None:
    world = managed(team)
    world.act_as(BO)
    report(world)
    lost(world)
    assert names(world.gleaner(*WEEK, "--json").json) == ["Bo Person", "Cy Person"]


def test_without_harvest_and_without_a_copy_of_that_week_it_is_try_again_later(team: World) -> None:
    report(team)
    lost(team)
    said = team.gleaner("compliance", "--week", "2025-W02")
    assert (said.code, said.out) == (3, "")


# --- its forms ---------------------------------------------------------------------------------------------------


def written(world: World, form: str, *words: str) -> bytes:
    file = world.folder / f"report.{form}"
    file.unlink(missing_ok=True)
    said: Said = world.gleaner(*WEEK, "--format", form, "--out", str(file), *words)
    assert (said.code, said.out) == (1, ""), said
    assert f"Wrote {file}" in said.err
    return file.read_bytes()


def test_every_form_says_the_same_headline_and_definitions(team: World) -> None:
    found = report(team)
    for form in ("text", "html", "csv", "xlsx", "json"):
        content = written(team, form)
        text = _cells(content) if form == "xlsx" else content.decode()
        if form == "csv":
            text = "\n".join(" ".join(row) for row in csv.reader(io.StringIO(text)))
        if form == "html":
            text = text.replace("&#x27;", "'").replace("&nbsp;", " ")
        for line in (found["headline"], *found["definitions"]):
            assert line in text, (form, line)


def _cells(content: bytes) -> str:
    book = openpyxl.load_workbook(io.BytesIO(content))
    return "\n".join(str(cell.value) for sheet in book for row in sheet.iter_rows() for cell in row)


def test_a_pdf_is_a_pdf_and_grows_with_the_people(team: World) -> None:
    content = written(team, "pdf")
    assert content.startswith(b"%PDF-")
    assert content.rstrip().endswith(b"%%EOF")


def test_there_are_no_titles_notes_or_calendars_words_in_any_form(team: World) -> None:
    team.by_hand(1, "apollo", "programming", "Secret note", day=WORKDAYS[0])
    for form in ("text", "html", "csv", "json"):
        assert b"Secret" not in written(team, form)
    assert "Secret" not in _cells(written(team, "xlsx"))


EVIL = '=HYPERLINK("http://evil.example","x")'


def test_names_stay_text_in_every_form(team: World) -> None:
    """Somebody called themselves something a spreadsheet would run, and a browser too."""
    team.api().patch(f"/users/{team.user(CY)}", first_name=EVIL, last_name="<script>alert(1)</script>")
    team.fine("sync", "--full")
    rows = list(csv.reader(io.StringIO(written(team, "csv").decode())))
    assert {
        cell[0] for row in rows for cell in row if "HYPERLINK" in cell and not cell.startswith(("Cy", "8"))
    } == {"'"}
    book = openpyxl.load_workbook(io.BytesIO(written(team, "xlsx")))
    kinds = {cell.data_type for sheet in book for row in sheet.iter_rows() for cell in row}
    assert "f" not in kinds, "no formula"
    page = written(team, "html").decode()
    assert "<script" not in page
    assert "&lt;script&gt;" in page
    assert written(team, "pdf").startswith(b"%PDF-")


def test_people_are_in_order_of_their_names_and_never_ranked(team: World) -> None:
    for form in ("text", "html"):
        text = written(team, form).decode()
        found = [text.index(name) for name in ("Ana Person", "Bo Person", "Cy Person")]
        assert found == sorted(found)


def test_a_file_that_is_there_is_not_written_over(team: World) -> None:
    file = team.folder / "mine.csv"
    file.write_text("mine")
    said = team.gleaner(*WEEK, "--format", "csv", "--out", str(file))
    assert said.code == 2
    assert file.read_text() == "mine"


def test_the_report_is_the_same_on_both_databases(new_world: Builder, migrated_pg_url: str) -> None:
    world = new_world()
    at(world, SUNDAY)
    log(world, ANA, 8, *WORKDAYS)
    log(world, BO, 5.25, *WORKDAYS)
    world.fine("log", "0.5", "APL", "--task", "Meetings", "--on", WORKDAYS[0])
    here = report(world)
    sheets, before = here["people"], here["right_first_time"]["entries"]
    world.use(migrated_pg_url.replace("postgresql+psycopg", "postgresql"))
    there = report(world)
    assert there["people"] == sheets
    assert there["hours"] == here["hours"]
    assert (before, there["right_first_time"]["entries"]) == (1, 0)
    world.fine("log", "0.5", "APL", "--task", "Meetings", "--on", WORKDAYS[1])
    assert report(world)["right_first_time"]["share"] == 1.0
