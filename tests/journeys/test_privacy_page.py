"""The privacy ledger: each their own, the whole of it to take away, and gone when they say so."""

from __future__ import annotations

import json
from collections.abc import Iterator

import pytest
from tests.journeys.pages import Pages, pages
from tests.journeys.world import ANA, BO, CY, TUESDAY, World, meeting

from gleaner.app.people import export
from gleaner.core.catalog import UserId


@pytest.fixture
def site(world: World) -> Iterator[Pages]:
    """Bo manages Cy; what was read of Ana and Cy is kept. It is Ana's token."""
    world.calendar(ANA, meeting("10:00-11:00", "APL detail review"))
    world.calendar(CY, meeting("14:00-15:00", "APL with Cy alone"))
    world.say("[capture]", "keep_days = 366")
    world.api().patch(f"/users/{world.user(BO)}", access_roles=["manager"])
    world.api().patch(f"/users/{world.user(BO)}/teammates", teammate_ids=[world.user(CY)])
    world.fine("run", "--on", TUESDAY)
    with pages(world) as found:
        yield found


def test_it_tells_what_was_read_kept_sent_and_seen(site: Pages) -> None:
    seen = site.browser(CY).get("/privacy")
    assert seen.status == 200
    assert "1 meeting Tue 10 Mar Tue 10 Mar" in seen.words
    assert "After 366 days what was seen goes" in seen.words
    assert "Harvest written to 1 time" in seen.words
    assert "No way to send messages is set up. Nothing is sent anywhere else." in seen.words
    assert "These managers may read your hours here: Bo Person." in seen.words
    assert "Tue 10 Mar 8.00 h 1.00 h" in seen.words
    assert "Not “APL with Cy alone”, for instance." in seen.words
    assert "with their titles: Ana Person." in seen.words
    assert "APL detail review" not in seen.text


def test_whom_nobody_manages_is_told_so(site: Pages) -> None:
    assert "No manager may read your hours here." in site.browser(ANA).get("/privacy").words


def test_the_download_is_all_of_it_and_nothing_of_anybody_else(site: Pages) -> None:
    seen = site.browser(CY).get("/privacy/export?who=1")
    assert seen.headers["content-type"].startswith("application/json")
    assert "attachment" in seen.headers["content-disposition"]
    document = json.loads(seen.text)
    assert document["person"]["id"] == site.account.person(CY).id
    assert {name for name, one in document["sections"].items() if one["rows"]} > {"activities", "journal"}
    assert "APL detail review" not in seen.text
    assert site.browser(None).get("/privacy/export").path.startswith("/sign-in")


def test_counting_deletes_nothing_and_another_address_does_not_either(site: Pages) -> None:
    cy, person = site.browser(CY), site.account.person(CY)
    before = export(site.account, person)["sections"]
    page = cy.get("/privacy/forget").words
    assert "1 pieces of work that were seen" in page
    assert "they are the employer's records" in page
    for typed in ("", "yes", ANA, "x" * 300, " "):
        said = cy.post("/privacy/forget", {"address": typed, "person": ANA, "who": "1"})
        assert "That is not your address, so nothing was deleted." in said.words
    assert cy.post("/privacy/forget", {"address": "y" * 3000}).status == 400
    assert export(site.account, person)["sections"] == before


def test_whoever_types_their_address_is_forgotten_and_signed_out_everywhere(
    site: Pages, world: World
) -> None:
    cy, other = site.browser(CY), site.browser(CY)
    entries = world.timesheet()
    gone = cy.post("/privacy/forget", {"address": CY.upper()})
    assert "It is deleted" in gone.words
    assert "gleaner logout" not in gone.words
    for browser in (cy, other):
        assert browser.get("/privacy").path.startswith("/sign-in")
    assert UserId(world.user(CY)) in site.account.people.gone()
    assert site.account.people.held(UserId(world.user(CY)), [CY])["activities"] == []
    assert world.timesheet() == entries
    assert site.browser(ANA).get("/privacy").status == 200


def test_the_owner_of_the_token_is_told_why_not(site: Pages) -> None:
    ana = site.browser(ANA)
    page = ana.get("/privacy/forget").words
    assert "Gleaner works with the token of that person" in page
    assert "type your address" not in page
    refused = ana.post("/privacy/forget", {"address": ANA})
    assert (refused.status, "works with the token" in refused.words) == (403, True)
    assert ana.get("/privacy").status == 200


def test_another_administrator_may_go_though_gleaner_goes_on(site: Pages, world: World) -> None:
    world.api().patch(f"/users/{world.user(BO)}", access_roles=["administrator"])
    world.fine("sync")
    site.account.mirror._compared_at = 0
    assert "It is deleted" in site.browser(BO).post("/privacy/forget", {"address": BO}).words
    assert site.browser(ANA).get("/journal").status == 200
