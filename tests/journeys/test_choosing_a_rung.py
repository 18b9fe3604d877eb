"""How far Gleaner may go, chosen on a page or by a command: it counts for whatever looks next."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta

import pytest
from tests.journeys.pages import Pages, pages
from tests.journeys.shift import on_shift
from tests.journeys.world import ANA, BO, TUESDAY, World, meeting

from gleaner.app import passes
from gleaner.app.account import Account
from gleaner.app.choosing import choose
from gleaner.config import Settings
from gleaner.core.actions import CreateTimeEntry
from gleaner.core.proposals import Proposal, State
from gleaner.core.silent import SILENT
from gleaner.review.apply import apply
from gleaner.review.inbox import Item
from gleaner.review.journal import Line

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


def approved(account: Account) -> Item:
    """What policy approved, and nobody began to write."""
    passes.run(account, DAY, DAY, SILENT, apply=False)
    (item,) = account.inbox.items(states=(State.APPROVED,))
    return item


def test_a_pass_logs_nothing_that_it_approved_before_somebody_chose(site: Pages, world: World) -> None:
    """Its look at the choices came right before the choice, and its approval right after."""
    account, now = site.account, site.account.clock.now()
    item = approved(account)
    line = Line(now, ANA, "rung", "less")
    account.rungs.choose(item.proposal.user_id, "suggest", by=ANA, now=now, line=line)
    report = passes.run(account, DAY, DAY, SILENT)
    assert (ours(world), report.results) == ([], {"reopened": 1})
    assert "APL detail review" in world.waiting()


def test_what_is_about_to_leave_stays_when_somebody_chooses(site: Pages, world: World) -> None:
    """Whoever looks at the reason once more is the last before the write."""
    account = site.account
    item = approved(account)

    def chooses(_proposal: Proposal) -> str:
        choose(account, item.proposal.user_id, "suggest", by=ANA)
        return ""

    assert apply(account.door("", chooses), item.proposal.key).result == "reopened"
    assert ours(world) == []
    assert "APL detail review" in world.waiting()


def test_what_was_approved_and_not_begun_waits_for_its_person_who_can_accept_it(
    site: Pages, world: World
) -> None:
    item = approved(site.account)
    assert choose_on(site, "suggest") == 200
    assert "APL detail review" in world.waiting()
    said = [line.text for line in site.account.journal.lines() if line.proposal_key == item.proposal.key]
    assert said[0] == (
        "Not logged: APL detail review; it may not be logged unasked any more,"
        " so it waits for somebody to accept it"
    )
    world.fine("review", "accept", item.short)
    assert len(ours(world)) == 1


def test_a_choice_that_allows_it_leaves_what_was_approved(site: Pages) -> None:
    approved(site.account)
    choose(site.account, site.account.person(BO).id, "suggest", by=BO)
    choose(site.account, site.account.person(ANA).id, "post", by=ANA)
    assert len(site.account.inbox.items(states=(State.APPROVED,))) == 1


def test_what_the_file_does_not_allow_any_more_goes_back_in_the_next_pass(site: Pages, world: World) -> None:
    approved(site.account)
    world.lines.remove('meetings = "post"')
    world.lines.remove("[policy]")
    world.say("[policy]", 'meetings = "preselect"')
    said = world.fine("run", "--on", TUESDAY)
    assert "it may not be logged unasked any more" in said.err
    assert ours(world) == []
    assert "APL detail review" in world.waiting()


@pytest.mark.parametrize("is_written", [True, False])
def test_the_daemon_gives_back_what_may_not_leave_and_adopts_what_did(
    world: World, *, is_written: bool
) -> None:
    """A process died with it; its person chose less since."""
    world.calendar(ANA, meeting("10:00-11:00", "APL detail review"))
    world.fine("sync")
    with on_shift([world.config], "2026-03-10T18:00:00+01:00") as shift:
        account = shift.hand.accounts.open(shift.hand.accounts.ids[0])
        item = approved(account)
        key, now = item.proposal.key, shift.clock.now()
        account.inbox.claim(key, "dead", now=now, run_id="")
        if is_written:
            assert isinstance(item.proposal.action, CreateTimeEntry)
            account.door("").entries.create(item.proposal.action)
        choose(account, item.proposal.user_id, "suggest", by=ANA)
        assert shift.hand.apply(account.id, key) == "taken"  # it may be at work yet
        shift.clock.at += timedelta(minutes=5)
        assert shift.hand.apply(account.id, key) == ("found" if is_written else "reopened")
        assert shift.hand.apply(account.id, key) == "gone"
    assert len(ours(world)) == is_written


def test_the_daemon_gives_back_what_was_approved_while_somebody_chose(world: World) -> None:
    world.calendar(ANA, meeting("10:00-11:00", "APL detail review"))
    world.fine("sync")
    with on_shift([world.config], "2026-03-10T18:00:00+01:00") as shift:
        account = shift.hand.accounts.open(shift.hand.accounts.ids[0])
        user_id, now = account.person(ANA).id, shift.clock.now()
        # The row alone, as a pass sees it that looked at the choices right before.
        item = approved(account)
        account.rungs.choose(user_id, "suggest", by=ANA, now=now, line=Line(now, ANA, "rung", "less"))
        assert shift.hand.apply(account.id, item.proposal.key) == "reopened"
        choose(account, user_id, "post", by=ANA)
        assert passes.approve(account, DAY, DAY, [user_id]) == 1
        assert shift.hand.apply(account.id, item.proposal.key) == "applied"
    assert len(ours(world)) == 1


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
    world.fine("rules", "choose", "suggest")
    listed = world.fine("rules", "ladder").out
    assert "Ana Person chose suggest on " in listed
    (kept,) = world.fine("rules", "ladder", "--json").json["choices"]
    assert (kept["person"], kept["rung"], kept["counts_as"]) == (ANA, "suggest", "suggest")
    wrong = world.gleaner("rules", "choose", "everything")
    assert wrong.code == 2
    assert "is no rung; choose suggest, preselect or post" in wrong.err
