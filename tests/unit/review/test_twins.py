"""Two processes write the same entry, as none can be kept from it: the later one is removed by who made it."""

from __future__ import annotations

from datetime import timedelta

import pytest
from tests.unit.review.test_apply import Crash, World, engine, world

from gleaner.core.errors import Unavailable
from gleaner.core.proposals import State
from gleaner.review.apply import apply, recover

__all__ = ["engine", "world"]
"""Fixtures, used by name."""


def test_who_wakes_between_its_last_look_and_the_sending_removes_what_it_sent(world: World) -> None:
    key = world.approved()

    def sleep(when: str) -> None:
        if when == "sending create":
            world.entries.mishap = lambda _when: None
            world.clock.advance(timedelta(seconds=61))
            (done,) = recover(world.door("other"))
            assert done.result == "applied"

    world.entries.mishap = sleep
    assert apply(world.door("sleeper"), key).result == "taken"
    item = world.inbox.get(key)
    assert item is not None
    assert (world.entries.posts, set(world.entries.kept)) == (2, {item.entry_id})
    newest, oldest = world.journal.lines()
    assert (oldest.event, newest.event) == ("applied", "fault")
    assert "it was removed again" in newest.text


def begun_by_the_dead(world: World) -> str:
    """A proposal whose process died with its POST on the way; that arrives right before ours does."""
    key = world.approved()

    def crash(when: str) -> None:
        if when == "sending create":
            raise Crash

    world.entries.mishap = crash
    with pytest.raises(Crash):
        apply(world.door("dead"), key)
    world.clock.advance(timedelta(seconds=61))

    def arrive(when: str) -> None:
        if when == "before create":
            world.entries.mishap = lambda _when: None
            item = world.inbox.get(key)
            assert item is not None
            assert item.proposal.action.kind == "create_time_entry"
            world.entries.create(item.proposal.action)

    world.entries.mishap = arrive
    return key


def test_what_a_dead_process_sent_and_arrives_late_is_kept_and_ours_removed(world: World) -> None:
    key = begun_by_the_dead(world)
    (outcome,) = recover(world.door("later"))
    assert (outcome.result, outcome.entry_id) == ("found", min(world.entries.kept))
    item = world.inbox.get(key)
    assert item is not None
    assert (item.state, item.entry_id) == (State.APPLIED, outcome.entry_id)
    assert (world.entries.posts, len(world.entries.kept)) == (2, 1)


def test_what_cannot_be_removed_again_is_said(world: World) -> None:
    begun_by_the_dead(world)
    arrive = world.entries.mishap

    def stay(when: str) -> None:
        arrive(when)
        if when == "before create":
            world.entries.mishap = stuck

    def stuck(when: str) -> None:
        if when == "before delete":
            raise Unavailable("Harvest is down", answer_lost=False)

    world.entries.mishap = stay
    recover(world.door("later"))
    assert len(world.entries.kept) == 2
    assert any("Remove it in Harvest." in line.text for line in world.journal.lines())
