"""Two projects of one name: wherever one is picked each says which it is, and what is picked is what is logged."""

from __future__ import annotations

import re
from html import unescape

from tests.journeys.busy_day import SURE, busy
from tests.journeys.pages import Seen, pages
from tests.journeys.test_expense_pages import bring
from tests.journeys.test_expenses import printed
from tests.journeys.test_filing import TAXI
from tests.journeys.world import ANA, TUESDAY, World

HERE = f"/day/{TUESDAY}"
FIRST = "Acme Industries › Apollo › Meetings (APL)"
SECOND = "Acme Industries › Apollo › Meetings (CPO)"


def rename(world: World, *projects: str) -> None:
    """They are called Apollo, too: a name is free while the one that has it is in the archive."""
    api, apollo = world.api(), f"/projects/{world.ids['apollo']}"
    api.patch(apollo, is_active=False)
    for name in projects:
        api.patch(f"/projects/{world.ids[name]}", name="Apollo")
    api.patch(apollo, is_active=True)
    world.fine("sync")


def choices(seen: Seen) -> list[str]:
    """What a list on the page offers."""
    found = re.findall(r'<option value="([^"]*)"[^>]*>([^<]*)', seen.text)
    return [unescape(text or value) for value, text in found]


def test_the_picker_of_a_day_tells_them_apart_and_logs_to_the_one_that_was_picked(world: World) -> None:
    rename(world, "portal")
    with pages(world) as site:
        ana = site.browser(ANA)
        for page in (HERE, f"/week/{TUESDAY}"):
            offered = choices(ana.get(page))
            assert {FIRST, SECOND} <= set(offered), page
            assert "Acme Industries › Apollo › Design" in offered, "there is only one of those"
        form = {"on": TUESDAY, "hours": "1", "notes": "Icons", "back": HERE}
        assert "Logged 1.00 h" in ana.post("/log", {**form, "slot": SECOND}).words
        said = ana.post("/log", {**form, "slot": "Acme Industries › Apollo › Meetings"}).words
        assert f"could be: {FIRST}, {SECOND}" in said
        (one,) = world.entries()
        assert one["project"]["id"] == world.ids["portal"]
        assert SECOND in ana.get(HERE).words


def test_hours_on_two_of_one_name_are_two_rows_of_a_week(world: World) -> None:
    rename(world, "portal")
    world.by_hand(1.0, "apollo", "meetings", "a")
    world.by_hand(2.0, "portal", "meetings", "b")
    with pages(world) as site:
        words = site.browser(ANA).post(f"/week/{TUESDAY}/read", {"back": f"/week/{TUESDAY}"}).words
    assert f"{FIRST} 1.00" in words
    assert f"{SECOND} 2.00" in words


def test_a_proposal_is_edited_without_touching_its_project(world: World) -> None:
    """Its form sends the project as it stands there."""
    busy(world)
    rename(world, "portal")
    with pages(world) as site:
        ana = site.browser(ANA)
        short = world.waiting()[SURE]["id"]
        text = ana.get(HERE).text
        row = text[text.index(f'data-row="{short}"') :].partition("</li>")[0]
        form = row[row.index("/edit") :].partition("</form>")[0]
        sent = {
            name: unescape(value)
            for name, value in re.findall(r'name="(seen|slot)"[^>]*value="([^"]+)"', form)
        }
        assert sent["slot"] == FIRST
        said = ana.post(f"/proposals/{short}/edit", {**sent, "hours": "0.25", "back": HERE})
        assert "0.25 h logged to Apollo / Meetings" in said.words
    assert [one["project"]["id"] for one in world.entries() if one["hours"] == 0.25] == [world.ids["apollo"]]


def test_an_expense_names_client_and_code_where_the_name_is_not_enough(world: World) -> None:
    rename(world, "portal", "website")
    with pages(world) as site:
        seen = bring(site.browser(ANA), ("taxi.pdf", printed(*TAXI)))
        offered = choices(seen)
    assert {"Apollo (Acme Industries, APL)", "Apollo (Acme Industries, CPO)", "Apollo (Beta Labs)"} <= set(
        offered
    )


def test_a_phase_is_marked_of_the_one_that_is_meant(world: World) -> None:
    rename(world, "portal", "website")
    with pages(world) as site:
        offered = choices(site.browser(ANA).get("/invoices/phases"))
    assert {"Acme Industries / Apollo (APL)", "Acme Industries / Apollo (CPO)", "Beta Labs / Apollo"} <= set(
        offered
    )


def test_the_command_line_lists_the_ids_of_those_that_nothing_else_tells_apart(world: World) -> None:
    rename(world, "portal")
    assert "(id " not in world.fine("projects").out, "the code is in a column of its own"
    world.api().patch(f"/projects/{world.ids['portal']}", code="APL")
    world.fine("sync")
    listed = world.fine("projects").out
    for name in ("apollo", "portal"):
        assert f"Apollo (id {world.ids[name]})" in listed
    assert f"(id {world.ids['website']})" not in listed
