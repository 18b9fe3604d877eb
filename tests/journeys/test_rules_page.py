"""Rules and the ladder in the browser: who sees and switches which, and what would change."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime

import pytest
from tests.journeys import world as worlds
from tests.journeys.pages import Pages, pages
from tests.journeys.world import ANA, BO, CY, World, meeting

from gleaner.app.laddering import stored
from gleaner.app.ruling import listed
from gleaner.core.catalog import UserId
from gleaner.review.ladder import Footing
from gleaner_sandbox.server import Running

WEEKS = ("2026-02-10", "2026-02-17", "2026-02-24", "2026-03-03")
NOW = datetime(2026, 3, 10, 17, tzinfo=UTC)


@contextmanager
def ruled(world: World) -> Iterator[Pages]:
    """A rule for everybody, one that Ana made of a correction, and one by which a series of Cy's is left out."""
    world.lines = [line for line in world.lines if line not in ("[policy]", 'meetings = "post"')]
    world.say("[policy]", 'meetings = "post"', "ladder = true")
    world.say("[[rules]]", 'name = "Catch-ups"', 'title = "catch *"', 'project = "WEB"', 'task = "Meetings"')
    world.calendar(
        ANA,
        *(meeting("14:00-15:00", "Catch up", day=day, uid=day) for day in WEEKS),
        *(meeting("16:00-17:00", "Jour fixe", day=day, uid=f"jour-{day}") for day in WEEKS),
    )
    world.calendar(BO, meeting("14:00-15:00", "Catch up with a secret client", day=WEEKS[0]))
    world.calendar(CY, meeting("09:00-10:00", "Coffee round", day=WEEKS[0]))
    world.fine("run", "--from", WEEKS[0], "--to", WEEKS[-1])
    waiting = world.review()
    jour = next(item for item in waiting if item["title"] == "Jour fixe")
    project = ("--project", "WEB", "--task", "Meetings")
    world.fine("review", "edit", jour["id"], *project, "--always", "title")
    coffee = next(item for item in waiting if item["title"] == "Coffee round")
    world.fine("review", "dismiss", coffee["id"], "--never", "title")
    with pages(world, NOW) as found:
        yield found


@pytest.fixture(scope="module")
def looked_at(server: Running, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Pages]:
    """One for all tests that only look."""
    with pytest.MonkeyPatch.context() as patch:
        server.control.set_faults("")
        world = worlds.build(server, tmp_path_factory.mktemp("rules"), patch)
        with ruled(world) as found:
            yield found
        world.close()


@pytest.fixture
def site(world: World) -> Iterator[Pages]:
    """One that may be changed."""
    with ruled(world) as found:
        yield found


def rule_about(site: Pages, words: str) -> str:
    """Its id."""
    return next(one.id for one in listed(site.account, NOW.date()) if words in f"{one.rule}")


def test_each_rule_is_a_sentence_with_its_maker_and_its_record(looked_at: Pages) -> None:
    seen = looked_at.browser(ANA).get("/rules").words
    assert "If the title is like catch *, it goes to Website / Meetings." in seen
    assert "for everybody" in seen
    assert "For Ana Person, every meeting called “Jour fixe” goes to Website / Meetings." in seen
    assert "made in a review by ana@studio.example" in seen
    assert "Never propose every meeting called “Coffee round” to Cy Person." in seen
    assert "5 proposals rested on it; new: no record yet" in seen


def test_a_member_reads_their_own_rules_and_everybodys_and_no_others(looked_at: Pages) -> None:
    seen = looked_at.browser(CY).get("/rules").words
    assert "If the title is like catch *" in seen
    assert "Coffee round" in seen
    for hidden in ("Jour fixe", "Ana Person"):
        assert hidden not in seen
    assert "0 proposals rested on it" in seen


def test_what_is_explained_of_a_shared_rule_is_about_people_one_may_see(looked_at: Pages) -> None:
    shared = rule_about(looked_at, "catch *")
    anas, cys = (looked_at.browser(who).get(f"/rules/{shared}").words for who in (ANA, CY))
    assert "Catch up with a secret client" in anas
    assert "secret client" not in cys
    assert "Nothing yet." in cys


def test_a_rule_names_the_correction_it_was_made_of(looked_at: Pages) -> None:
    seen = looked_at.browser(ANA).get(f"/rules/{rule_about(looked_at, 'Jour fixe')}").words
    assert "It was made of this decision: “Jour fixe” on Tue" in seen
    assert "corrected to Website / Meetings by ana@studio.example" in seen


def test_only_administrators_switch_what_is_for_everybody(site: Pages) -> None:
    shared = rule_about(site, "catch *")
    cy = site.browser(CY)
    assert 'name="on"' not in cy.get(f"/rules/{shared}").text
    refused = cy.post(f"/rules/{shared}", {"on": "no"})
    assert (refused.status, "only an administrator switches it" in refused.words) == (403, True)
    ana = site.browser(ANA)
    assert "It is off and counts for nothing." in ana.post(f"/rules/{shared}", {"on": "no"}).words
    assert "off since" in cy.get("/rules").words
    assert "It was off already." in ana.post(f"/rules/{shared}", {"on": "no"}).words
    assert "It is on." in ana.post(f"/rules/{shared}", {"on": "yes"}).words


def test_a_member_switches_their_own_and_the_open_ones_follow(site: Pages) -> None:
    own = rule_about(site, "Coffee round")
    cy = site.browser(CY)
    assert (
        "It is off and counts for nothing." in cy.post(f"/rules/{own}", {"on": "no", "back": "/rules"}).words
    )
    line = site.account.journal.lines(limit=1)[0]
    assert (line.actor, line.event) == (CY, "ruled")


def test_other_peoples_rules_and_no_rules_look_the_same(looked_at: Pages) -> None:
    cy, others = looked_at.browser(CY), rule_about(looked_at, "Jour fixe")
    for part in (others, others[:4], "zzzzzz", "%00", "..", "x" * 900):
        assert cy.get(f"/rules/{part}/change").status == 404, part
        assert cy.post(f"/rules/{part}", {"on": "no"}).status in (404, 405), part
    assert looked_at.browser(ANA).post(f"/rules/{others}", {"on": "perhaps"}).status == 404
    assert all(one.off is None for one in listed(looked_at.account, NOW.date()))


def test_what_would_change_is_told_for_the_last_days_and_changes_nothing(looked_at: Pages) -> None:
    shared = rule_about(looked_at, "catch *")
    before = looked_at.account.inbox.items()
    seen = looked_at.browser(ANA).get(f"/rules/{shared}/change").words
    assert "5 of 5 pieces of work it is about would be proposed otherwise if it were off." in seen
    assert "Website / Meetings, sure" in seen
    assert "Nothing was changed." in seen
    assert "Nothing it is about was seen" in looked_at.browser(CY).get(f"/rules/{shared}/change").words
    assert looked_at.account.inbox.items() == before


def test_the_ladder_shows_each_their_own_steps(site: Pages) -> None:
    kept = stored(site.account)
    ana, cy = (UserId(site.account.person(who).id) for who in (ANA, CY))
    for user_id, ground in ((ana, "series of Ana"), (cy, "series of Cy")):
        for _ in range(6):
            kept.judge(Footing(user_id, "meeting", ground), is_kept=True, now=NOW, why="it was kept")
    anas, cys = (site.browser(who).get("/rules").words for who in (ANA, CY))
    assert "meetings by series of Ana" in anas
    assert "meetings by series of Cy" in anas
    assert "meetings by series of Cy" in cys
    assert "from suggest up to preselect, because it was kept" in cys
    assert "series of Ana" not in cys
    assert "new: 6 of 6 kept, too few to tell" in cys
