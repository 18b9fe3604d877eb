"""The team's week in a browser: figures, one day's sum, reminding, other forms; and from the wrong side."""

from __future__ import annotations

import io
from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, datetime, timedelta

import openpyxl
import pytest
from tests.journeys.conftest import Builder
from tests.journeys.pages import Pages, pages
from tests.journeys.test_compliance import SUNDAY, WEDNESDAY_AFTER, WORKDAYS, at, log
from tests.journeys.test_german_pages import GERMAN, left
from tests.journeys.world import ANA, BO, CY, World, meeting

from gleaner.app.people import forget
from gleaner.app.team import REPORT

WEEK = "week=2026-W11"
THEN = datetime(2026, 3, 18, 8, tzinfo=UTC)
EVENING = datetime(2026, 3, 10, 16, 15, tzinfo=UTC)
"""A quarter past five in Berlin."""


@pytest.fixture
def team(world: World) -> World:
    """Mon 9 to Fri 13 Mar. Ana logged all; Bo all but Friday, which came on Wednesday after; Cy half of each day."""
    at(world, SUNDAY)
    log(world, ANA, 8, *WORKDAYS)
    log(world, BO, 8, *WORKDAYS[:4])
    log(world, CY, 4, *WORKDAYS)
    at(world, WEDNESDAY_AFTER)
    log(world, BO, 8, WORKDAYS[4])
    world.gleaner("compliance", "--week", "2026-W11")
    return world


@pytest.fixture
def site(team: World) -> Iterator[Pages]:
    with pages(team, THEN) as found:
        yield found


def managing(world: World) -> World:
    """Bo manages, and Harvest gives him Cy."""
    world.api().patch(f"/users/{world.user(BO)}", access_roles=["manager"])
    world.api().patch(f"/users/{world.user(BO)}/teammates", teammate_ids=[world.user(CY)])
    world.fine("sync")
    return world


def test_the_week_in_a_sentence_and_day_by_day(site: Pages) -> None:
    seen = site.browser(ANA).get(f"/team?{WEEK}")
    assert "On time: 77 % (92 of 120 expected hours; 1 of 3 people complete)." in seen.words
    assert "Target 90 %: not reached" in seen.words
    assert "20 h are still missing, 2 of 3 people complete." in seen.words
    assert "Bo Person ✓ ✓ ✓ ✓ (8.0)" in seen.words
    assert "Cy Person −4.0 −4.0 −4.0 −4.0 −4.0 20" in seen.words
    assert 'role="img"' in seen.text


def test_nothing_of_ours_is_left_in_english(site: Pages, team: World) -> None:
    ana = site.browser(ANA)
    week = ana.get(f"/team?{WEEK}", **GERMAN)
    day = ana.get(f"/team/{team.user(CY)}/2026-03-09", **GERMAN)
    reminding = ana.get("/team/remind", **GERMAN)

    assert "8,0 von 28,0 fehlenden Stunden kamen nach dem Stichtag" in week.words
    assert "Montag 10:00 nach der Uhr jeder Person" in week.words
    assert [left(week), left(day), left(reminding)] == [[], [], []]


def test_a_report_that_takes_long_is_shown_while_a_new_one_is_made(site: Pages, team: World) -> None:
    """Nobody waits; and what is made at once is never shown old."""
    ana, worked_out = site.browser(ANA), site.account.worked_out
    ana.get(f"/team?{WEEK}")
    log(team, CY, 4, WORKDAYS[0])
    site.clock.advance(timedelta(minutes=2))
    team.fine("sync")
    site.account.mirror._compared_at = 0
    assert "16 h are still missing" in ana.get(f"/team?{WEEK}").words
    worked_out.reports = {key: replace(kept, seconds=9.0) for key, kept in worked_out.reports.items()}  # type: ignore[type-var]
    log(team, CY, 4, WORKDAYS[1])
    site.clock.advance(timedelta(minutes=2))
    team.fine("sync")
    site.account.mirror._compared_at = 0
    assert "16 h are still missing" in ana.get(f"/team?{WEEK}").words
    errand = worked_out.errands.get(REPORT)
    assert errand is not None
    assert errand.wait(30)
    assert "12 h are still missing" in ana.get(f"/team?{WEEK}").words


def test_no_report_that_was_kept_names_somebody_who_was_forgotten(site: Pages) -> None:
    site.browser(ANA).get(f"/team?{WEEK}")
    assert site.account.worked_out.reports
    forget(site.account, site.account.person(CY))
    assert not site.account.worked_out.reports


def test_only_who_lacked_something(site: Pages) -> None:
    seen = site.browser(ANA).get(f"/team?{WEEK}&show=open").words
    assert "Ana Person ✓" not in seen
    assert "Cy Person −4.0" in seen


def test_a_missing_hour_opens_to_its_sum_without_anybodys_titles(site: Pages, team: World) -> None:
    ana = site.browser(ANA)
    seen = ana.get(f"/team/{team.user(BO)}/{WORKDAYS[4]}")
    assert "by contract 8.0 h" in seen.words
    assert "in Harvest at the cut-off 0.0 h in Harvest now 8.0 h" in seen.words
    assert "missing at the cut-off 8.0 h missing now 0.0 h" in seen.words
    for page in (f"/team?{WEEK}", f"/team/{team.user(BO)}/{WORKDAYS[0]}"):
        assert "Work" not in ana.get(page).words.replace("Workday", "")


def test_the_same_report_is_saved_in_every_form(site: Pages) -> None:
    ana = site.browser(ANA)
    answers = {form: ana.client.get(f"/team/report.{form}?{WEEK}") for form in ("csv", "xlsx", "pdf", "html")}
    for form, answer in answers.items():
        assert answer.status_code == 200, form
        assert answer.headers["content-disposition"] == f'attachment; filename="timesheets-2026-W11.{form}"'
        assert "sandbox" in answer.headers["content-security-policy"]
    assert answers["pdf"].content.startswith(b"%PDF-")
    assert "Cy Person" in answers["csv"].text
    assert openpyxl.load_workbook(io.BytesIO(answers["xlsx"].content)).sheetnames


def test_it_speaks_german(site: Pages) -> None:
    seen = site.browser(ANA).get(f"/team?{WEEK}", **{"accept-language": "de"}).words
    assert "Rechtzeitig: 77 % (92 von 120 erwarteten Stunden; 1 von 3 Personen vollständig)." in seen
    assert "Cy Person −4,0" in seen


def test_a_manager_reads_their_people_and_nobody_else(team: World) -> None:
    managing(team)
    with pages(team, THEN) as site:
        bo = site.browser(BO)
        seen = bo.get(f"/team?{WEEK}")
        assert "Cy Person −4.0" in seen.words
        assert "Ana Person" not in seen.words
        assert 'href="/budgets"' not in seen.text, "there is no project whose budget he sees"
        assert bo.get(f"/team/{team.user(CY)}/{WORKDAYS[0]}").status == 200
        assert bo.get(f"/team/{team.user(ANA)}/{WORKDAYS[0]}").status == 404
        assert "Ana Person" not in bo.client.get(f"/team/report.csv?{WEEK}").text
        site.browser(ANA).get(f"/team?{WEEK}")
        assert "Ana Person" not in bo.get(f"/team?{WEEK}").words, (
            "what another's look left behind is not theirs"
        )


def test_a_member_finds_nothing_there(site: Pages, team: World) -> None:
    cy = site.browser(CY)
    for page in (
        "/team",
        "/team/remind",
        "/team/report.csv",
        "/team/report.pdf",
        f"/team/{team.user(CY)}/{WORKDAYS[0]}",
    ):
        assert cy.get(page).status == 404
    assert cy.post("/team/remind").status == 404
    assert "/team" not in cy.get("/keys").text


def test_what_is_no_week_person_or_page_is_refused(site: Pages) -> None:
    ana = site.browser(ANA)
    refused = {
        "/team?week=soon": 400, "/team?week=2999-W01": 400, "/team?team=Nobody": 400, "/team?page=9": 404,
        "/team?page=-1": 404, "/team/1/2026-03-10": 404, "/team/x/2026-03-10": 404, "/team/1/never": 404,
        f"/team/{'9' * 40}/2026-03-10": 404, "/team/report.exe": 404,
    }  # fmt: skip
    assert {path: ana.get(path).status for path in refused} == refused


# --- reminding ---------------------------------------------------------------------------------------------------


@pytest.fixture
def short(new_world: Builder) -> World:
    """On Tuesday evening nobody logged anything, and Cy has a meeting that nobody else is to know of."""
    world = new_world()
    world.say("[[channels]]", 'kind = "console"')
    world.calendar(CY, meeting("10:00-11:00", "Secret talk with a rival"))
    world.fine("run", "--on", "2026-03-10")
    return world


def test_who_would_be_reminded_is_shown_first_and_each_is_told_once(short: World) -> None:
    with pages(short, EVENING) as site:
        ana = site.browser(ANA)
        asked = ana.get("/team/remind")
        assert "3 people would get a message now" in asked.words
        assert "Secret talk" not in asked.text
        done = ana.post("/team/remind", {})
        assert "3 people were reminded." in done.words
        again = ana.get("/team/remind").words
        assert "So there is nothing to send." in again
        assert "Left alone, and why" in again


def test_a_manager_reminds_their_people_only(short: World) -> None:
    managing(short)
    with pages(short, EVENING) as site:
        bo = site.browser(BO)
        asked = bo.get("/team/remind")
        assert "Cy Person" in asked.words
        assert "Ana Person" not in asked.words
        assert "Secret talk" not in asked.text
        assert "2 people were reminded." in bo.post("/team/remind", {}).words
        assert "1 person would get a message now" in site.browser(ANA).get("/team/remind").words
