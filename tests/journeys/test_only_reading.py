"""Gleaner only reads until an administrator lets it write: nothing leaves for Harvest, whoever asks."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta

import pytest
from tests.journeys.pages import Pages, pages
from tests.journeys.shift import on_shift
from tests.journeys.world import ANA, BO, TUESDAY, World, meeting

from gleaner.app import passes
from gleaner.core.errors import Refused
from gleaner.core.proposals import State
from gleaner.core.silent import SILENT

NOW = datetime(2026, 3, 10, 17, tzinfo=UTC)
DAY = datetime.fromisoformat(TUESDAY).date()
WHY = "Gleaner only reads here until an administrator lets it write"


@pytest.fixture
def reading(world: World) -> World:
    """Sure meetings would be logged at once, and it only reads at first."""
    world.lines.remove('meetings = "post"')
    world.lines.remove("[policy]")
    world.say("[policy]", 'meetings = "post"', "read_only_first = true")
    world.calendar(ANA, meeting("10:00-11:00", "APL detail review"))
    world.fine("sync")
    return world


@pytest.fixture
def site(reading: World) -> Iterator[Pages]:
    with pages(reading, NOW) as found:
        yield found


def test_from_reading_to_writing_on_set_up_and_back(site: Pages, reading: World) -> None:
    reading.fine("run", "--on", TUESDAY)
    assert reading.entries() == []
    browser = site.browser(ANA)
    assert "Now Gleaner only reads" in browser.get("/start").words
    assert "Gleaner only reads for now" in browser.get(f"/day/{TUESDAY}").words
    said = browser.post("/start/writes", {"writes": "allow"})
    assert "From now on Gleaner may write to Harvest" in said.words
    assert "only reads for now" not in browser.get(f"/day/{TUESDAY}").words
    reading.fine("run", "--on", TUESDAY)
    assert len(reading.entries()) == 1
    assert "From now on Gleaner only reads" in browser.post("/start/writes", {"writes": "stop"}).words
    assert "Nothing changed." in browser.post("/start/writes", {"writes": "stop"}).words
    assert browser.post("/start/writes", {"writes": "everything"}).status == 404
    lines = [line.text for line in site.account.journal.lines() if line.event == "access"]
    assert [line.split(":")[0] for line in lines] == [
        "From now on Gleaner only reads", "From now on Gleaner may write to Harvest",
    ]  # fmt: skip


def test_what_a_person_accepts_stays_proposed_and_says_why(site: Pages, reading: World) -> None:
    reading.fine("run", "--on", TUESDAY)
    item = reading.waiting()["APL detail review"]
    refused = reading.gleaner("review", "accept", item["id"])
    assert refused.code == 1
    assert WHY in refused.err
    assert "APL detail review" in reading.waiting()
    assert WHY in reading.gleaner("review", "accept", "--sure").err
    pressed = site.browser(ANA).post(f"/proposals/{item['id']}/accept", {"back": f"/day/{TUESDAY}"})
    assert WHY in pressed.words
    assert "APL detail review" in reading.waiting()
    assert reading.entries() == []


def test_no_other_door_is_open(reading: World) -> None:
    theirs = reading.by_hand(1, "apollo", "meetings", "By hand")
    for words in (
        ("log", "1", "APL", "--task", "Meetings", "--on", TUESDAY),
        ("timer", "start", "APL", "--task", "Meetings"),
        ("entries", "edit", str(theirs), "--hours", "2"),
        ("entries", "delete", str(theirs)),
    ):
        said = reading.gleaner(*words)
        assert said.code == 1, (words, said)
        assert WHY in said.err, (words, said)
    assert [one["notes"] for one in reading.entries()] == ["By hand"]


def test_the_client_itself_lets_nothing_out(site: Pages) -> None:
    """Whatever forgot to ask before is stopped where requests leave."""
    with pytest.raises(Refused, match="only reads here"):
        site.account.client.clients.create(name="Acme")


def test_stopping_gives_back_what_waits_and_counts_for_what_is_under_way(world: World) -> None:
    world.calendar(ANA, meeting("10:00-11:00", "APL detail review"), meeting("14:00-15:00", "APL retro"))
    world.fine("sync")
    with on_shift([world.config], "2026-03-10T18:00:00+01:00") as shift:
        account = shift.hand.accounts.open(shift.hand.accounts.ids[0])
        passes.run(account, DAY, DAY, SILENT, apply=False)
        one, other = account.inbox.items(states=(State.APPROVED,))
        account.inbox.claim(one.proposal.key, "dead", now=shift.clock.now(), run_id="")
        world.fine("writes", "stop")
        assert shift.hand.apply(account.id, other.proposal.key) == "gone"
        shift.clock.at += timedelta(minutes=5)
        assert shift.hand.apply(account.id, one.proposal.key) == "reopened"
        assert passes.run(account, DAY, DAY, SILENT).results["applied"] == 0
    assert world.entries() == []
    assert set(world.waiting()) == {"APL detail review", "APL retro"}


def test_only_an_administrator_switches_it_and_a_dry_run_changes_nothing(reading: World) -> None:
    assert reading.fine("writes", "--json").json == {"may_write": False}
    tried = reading.fine("writes", "allow", "--dry-run")
    assert (tried.out, tried.err) == (
        "From now on Gleaner may write to Harvest: what somebody accepts, and what the rungs allow.\n",
        "Nothing was changed.\n",
    )
    assert "Gleaner only reads" in reading.fine("writes").out
    reading.act_as(BO)
    for words in (("allow",), ("allow", "--dry-run"), ("stop",)):
        refused = reading.gleaner("writes", *words)
        assert refused.code == 1
        assert "only an administrator lets Gleaner write" in refused.err
    assert reading.fine("writes", "--json").json == {"may_write": False}


def test_the_doctor_says_that_it_only_reads(reading: World) -> None:
    assert "Gleaner only reads: nothing is written to Harvest" in reading.gleaner("doctor").out
    reading.fine("writes", "allow")
    assert "Gleaner may write to Harvest" in reading.gleaner("doctor").out
