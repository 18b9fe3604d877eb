"""How far Gleaner may go, chosen on a page or by a command: it counts for whatever looks next."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, datetime

import pytest
from tests.journeys.pages import Pages, pages
from tests.journeys.world import ANA, BO, TUESDAY, World, meeting

from gleaner.app import passes
from gleaner.app.account import Account
from gleaner.app.choosing import choose
from gleaner.config import Settings
from gleaner.core.silent import SILENT
from gleaner.review.door import Door

NOW = datetime(2026, 3, 10, 17, tzinfo=UTC)
DAY = datetime.fromisoformat(TUESDAY).date()


@pytest.fixture
def site(world: World) -> Iterator[Pages]:
    """Ana has a meeting that is sure, and sure meetings are logged at once."""
    world.calendar(ANA, meeting("10:00-11:00", "APL detail review"))
    world.fine("sync")
    with pages(world, NOW) as found:
        yield found


def ours(world: World) -> list[str]:
    return [entry["notes"] for entry in world.entries() if entry["external_reference"]]


def choose_on(site: Pages, rung: str, who: str = ANA, **more: str) -> int:
    return site.browser(who).post("/rung", {"rung": rung, "back": "/rules#choice", **more}).status


def said(site: Pages) -> list[str]:
    return [line.text for line in site.account.journal.lines() if line.event == "rung"]


def test_what_a_page_chose_counts_for_the_next_run_and_so_does_the_way_back(
    site: Pages, world: World
) -> None:
    assert choose_on(site, "suggest") == 200
    world.fine("run", "--on", TUESDAY)
    assert ours(world) == []
    assert world.waiting()["APL detail review"]["level"] == "sure"
    assert world.fine("review", "accept", "--sure").err.strip() == "Nothing to accept."
    seen = site.browser(ANA).get("/rules").words
    assert "From now on sure meetings of Ana Person are proposed and not logged" in seen
    assert "Back to “post”" in seen
    assert choose_on(site, "post") == 200
    world.fine("run", "--on", TUESDAY)
    assert len(ours(world)) == 1
    assert len(said(site)) == 2


def test_with_preselect_nothing_is_logged_unasked_and_one_button_accepts(site: Pages, world: World) -> None:
    choose_on(site, "preselect")
    world.fine("run", "--on", TUESDAY)
    assert ours(world) == []
    world.fine("review", "accept", "--sure")
    assert len(ours(world)) == 1


@pytest.mark.parametrize("garbage", ["", "POST", "everything", "<b>", "x" * 39])
def test_a_rung_that_does_not_exist_is_not_found_and_changes_nothing(site: Pages, garbage: str) -> None:
    assert choose_on(site, garbage) == 404
    assert site.account.rungs.chosen() == {}


def test_nobody_chooses_for_somebody_else_but_an_administrator(site: Pages, world: World) -> None:
    assert choose_on(site, "suggest", BO, person=str(world.user(ANA))) == 404
    assert site.account.rungs.chosen() == {}
    assert choose_on(site, "suggest", ANA, person=str(world.user(BO))) == 200
    assert [one.by for one in site.account.rungs.chosen().values()] == [ANA]
    assert "Bo" in said(site)[0]
    assert "For whom" not in site.browser(BO).get("/rules").words


def test_more_than_the_file_allows_is_said_and_logs_nothing(site: Pages, world: World) -> None:
    site.account.settings = replaced(site.account, "suggest")
    site.account.__dict__.pop("_ceiling", None)
    assert choose_on(site, "post") == 200
    assert choose_on(site, "preselect") == 200
    seen = site.browser(ANA).get("/rules").words
    assert "It counts as suggest: gleaner.toml allows no more." in seen
    assert 'an administrator writes meetings = "preselect" under [policy]' in seen
    assert site.account.ladder.meetings == "suggest"


def replaced(account: Account, meetings: str) -> Settings:
    policy = account.settings.policy.model_copy(update={"meetings": meetings})
    return account.settings.model_copy(update={"policy": policy})


@pytest.mark.parametrize("where", ["before it is approved", "before it is claimed", "right before it leaves"])
def test_a_pass_that_runs_logs_nothing_after_the_choice(
    site: Pages, world: World, where: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Somebody chooses in the middle of a pass, at each of the places where it could be too late."""
    account = site.account

    def now() -> str:
        choose(account, account.person(ANA).id, "suggest", by=ANA)
        return ""

    if where == "before it is approved":
        offer = passes._offer
        monkeypatch.setattr(passes, "_offer", lambda *given: (offer(*given), now())[0])
    elif where == "before it is claimed":
        approve = passes.approve
        monkeypatch.setattr(passes, "approve", lambda *given: (approve(*given), now())[0])
    else:
        open_door = account.door

        def door(run_id: str, recheck: object = None) -> Door:
            # Whoever looks at the reason once more is the last before the write.
            made = open_door(run_id)
            return replace(made, recheck=lambda _proposal: now())

        monkeypatch.setattr(account, "door", door)
    report = passes.run(account, DAY, DAY, SILENT)
    assert ours(world) == []
    assert report.results["applied"] == 0
    assert site.account.rungs.chosen()


def test_the_command_chooses_for_oneself_and_can_only_look(world: World) -> None:
    world.fine("sync")
    tried = world.fine("rules", "choose", "suggest", "--dry-run", "--json").json
    assert (tried["rung"], tried["counts_as"], tried["changed"]) == ("suggest", "suggest", False)
    made = world.fine("rules", "choose", "suggest")
    assert "From now on sure meetings of Ana Person are proposed and not logged" in made.out
    assert "Take it back: gleaner rules choose post" in made.err
    assert "It was so already." in world.fine("rules", "choose", "suggest").err
    back = world.fine("rules", "choose", "post", "--json").json
    assert (back["rung"], back["before"], back["changed"]) == ("post", "suggest", True)
    wrong = world.gleaner("rules", "choose", "everything")
    assert wrong.code == 2
    assert "is no rung; choose suggest, preselect or post" in wrong.err
