"""Every action survives a crash at any call, lost answers, other people and undo: what was asked happens once."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from datetime import timedelta
from decimal import Decimal

import pytest
import sqlalchemy as sa
from hypothesis import example, given, settings
from hypothesis import strategies as st
from tests.fakes import lost_answer
from tests.studio import ACCOUNT, ANA, APOLLO, WEBSITE, entry
from tests.unit.review.test_apply import Crash, World
from tests.unit.review.test_every_action import TRELLO, asked, change, done, keep, start, taken_back
from tests.unit.review.test_every_action import world as world
from tests.unit.store.test_inbox import NOW

from gleaner.adapters.store.engine import make_engine
from gleaner.adapters.store.tables import metadata
from gleaner.core.actions import (
    Action,
    CreateTimeEntry,
    DeleteTimeEntry,
    StartTimer,
    StopTimer,
)
from gleaner.core.entries import ExternalReference, snapshot
from gleaner.core.proposals import State, reference
from gleaner.review.apply import apply, recover
from gleaner.review.inbox import Item
from gleaner.review.undo import undo

__all__ = ["world"]

# --- a crash at every step -----------------------------------------------------------------------------------------


def _plain(world: World) -> tuple[Action, Callable[[], bool]]:
    return start(), lambda: sum(one.is_running for one in world.entries.kept.values()) == 1


def _over_another(world: World) -> tuple[Action, Callable[[], bool]]:
    keep(world, replace(entry(1, WEBSITE), is_running=True))
    return (
        start(),
        lambda: [one.project_id for one in world.entries.kept.values() if one.is_running] == [APOLLO],
    )


def _stopping(world: World) -> tuple[Action, Callable[[], bool]]:
    one = keep(world, replace(entry(1), is_running=True))
    return StopTimer(ANA, one.id, NOW), lambda: not world.entries.kept[one.id].is_running


def _changing(world: World) -> tuple[Action, Callable[[], bool]]:
    one = keep(world, entry(1))
    return change(one, hours=Decimal(2)), lambda: world.entries.kept[one.id].hours == 2


def _deleting(world: World) -> tuple[Action, Callable[[], bool]]:
    one = keep(world, entry(1))
    return DeleteTimeEntry(ANA, one.id, snapshot(one)), lambda: world.entries.kept == {}


KINDS = [_plain, _over_another, _stopping, _changing, _deleting]


@pytest.mark.parametrize("kind", KINDS, ids=lambda kind: kind.__name__.strip("_"))
def test_a_crash_at_any_call_is_recovered_and_done_once(kind: Callable[[World], object]) -> None:
    for number in range(20):
        crashed = _crashing_at(number, kind)  # type: ignore[arg-type]
        if not crashed:
            assert number >= 3, "there were steps to crash at"
            return
    raise AssertionError("it never ends")


def _crashing_at(number: int, kind: Callable[[World], tuple[Action, Callable[[], bool]]]) -> bool:
    """Whether the process died at its *number*-th call to Harvest; either way all is well afterwards."""
    engine = make_engine("sqlite://")
    metadata.create_all(engine)
    world = World(engine)
    action, is_well = kind(world)
    calls = iter(range(1000))

    def die(_when: str) -> None:
        if next(calls) == number:
            raise Crash

    key = world.approved(asked(action))
    world.entries.mishap = die
    try:
        apply(world.door("dead"), key)
    except Crash:
        assert world.state(key) is State.APPLYING
        world.entries.mishap = lambda _when: None
        world.clock.advance(timedelta(seconds=61))
        (outcome,) = recover(world.door("later"))
        assert outcome.result in ("applied", "found")
        crashed = True
    else:
        crashed = False
    assert (is_well(), world.state(key), world.entries.posts <= 1) == (True, State.APPLIED, True)
    engine.dispose()
    return crashed


def _dies_putting_back(world: World, reference: ExternalReference | None) -> None:
    """An entry was deleted; the process that undoes that dies right after it put the entry back."""
    one = keep(world, replace(entry(1), external_reference=reference))
    done(world, DeleteTimeEntry(ANA, one.id, snapshot(one)))

    def die(when: str) -> None:
        if when == "after create":
            raise Crash

    world.entries.mishap = die
    with pytest.raises(Crash):
        taken_back(world)
    world.entries.mishap = lambda _when: None


def test_a_crash_while_putting_back_makes_one_entry(world: World) -> None:
    _dies_putting_back(world, TRELLO)
    assert "another process is putting the entry back" in taken_back(world).text
    world.clock.advance(timedelta(seconds=61))
    assert taken_back(world).result == "applied"
    assert (world.entries.posts, len(world.entries.kept)) == (1, 1)


def _put_back_and_changed(world: World, reference: ExternalReference | None) -> str:
    """A process dies right after it put an entry back, and somebody changes that; the key of what it was doing."""
    _dies_putting_back(world, reference)
    kept = world.entries.kept
    kept.update({key: replace(each, notes="Changed by hand") for key, each in kept.items()})
    world.clock.advance(timedelta(seconds=61))
    (stuck,) = world.inbox.items(states=[State.APPLYING])
    return stuck.proposal.key


def test_an_entry_that_was_put_back_and_changed_is_not_put_back_again(world: World) -> None:
    key = _put_back_and_changed(world, None)
    (outcome,) = recover(world.door("later"))
    assert (outcome.result, world.state(key)) == ("found", State.APPLIED)
    assert [one.notes for one in world.entries.kept.values()] == ["Changed by hand"]


def test_whether_it_was_put_back_under_anothers_reference_nobody_can_tell(world: World) -> None:
    key = _put_back_and_changed(world, TRELLO)
    (outcome,) = recover(world.door("later"))
    assert (outcome.result, world.state(key)) == ("failed", State.FAILED)
    assert "may have been put back before and changed since" in outcome.text
    assert len(world.entries.kept) == 1
    # Nor at the next attempt: it says so until somebody logs it anew.
    assert "may have been put back before" in taken_back(world).text
    assert len(world.entries.kept) == 1


# --- everything at once ----------------------------------------------------------------------------------------------


class Day:
    """One entry and one timer at the mercy of commands, crashes, lost answers, other people and undo."""

    def __init__(self) -> None:
        self.engine: sa.Engine = make_engine("sqlite://")
        metadata.create_all(self.engine)
        self.world = World(self.engine)
        self.one = keep(self.world, entry(1, notes="Sketches"))
        self.number = 0

    def ask(self, action: Action) -> None:
        self.number += 1
        key = f"entry:asked:{self.number}"
        if isinstance(action, StartTimer):
            action = replace(action, reference=reference(ACCOUNT, key), asked_at=self.world.clock.now())
        self._survive(lambda: apply(self.world.door(key), self.world.approved(asked(action, key))))

    def start(self) -> None:
        self.ask(start())

    def stop(self) -> None:
        for one in list(self.world.entries.kept.values()):
            if one.is_running:
                self.ask(StopTimer(ANA, one.id, self.world.clock.now()))

    def change(self) -> None:
        one = self.world.entries.kept.get(self.one.id)
        if one is not None:
            self.ask(change(one, hours=one.hours + 1))

    def delete(self) -> None:
        one = next(iter(self.world.entries.kept.values()), None)
        # Deleting an entry before the run that made it is recovered makes it come back: nobody can tell.
        if one is not None and not self.world.inbox.items(states=[State.APPLYING]):
            self.ask(DeleteTimeEntry(ANA, one.id, snapshot(one)))

    def by_hand(self) -> None:
        kept = self.world.entries.kept
        kept.update({key: replace(one, notes=one.notes + "!") for key, one in kept.items()})

    def undo(self) -> None:
        items = self.world.inbox.items(states=[State.APPLIED])
        if items:
            item = max(items, key=lambda one: one.proposal.key)
            self._survive(lambda: undo(self.world.door("undo"), item, by="ana"))

    def crash(self) -> None:
        def die(when: str) -> None:
            if when.startswith("after"):
                raise Crash

        self.world.entries.mishap = die

    def lose(self) -> None:
        left = iter([True])

        def lost(when: str) -> None:
            if when.startswith("after") and next(left, False):
                lost_answer(when)(when)

        self.world.entries.mishap = lost

    def recover(self) -> None:
        self.world.clock.advance(timedelta(seconds=61))
        self._survive(lambda: recover(self.world.door("recover")))

    def _survive(self, act: Callable[[], object]) -> None:
        try:
            act()
        except Crash:
            self.world.entries.mishap = lambda _when: None


steps = st.lists(
    st.sampled_from(
        [Day.start, Day.stop, Day.change, Day.delete, Day.by_hand, Day.undo, Day.crash, Day.lose, Day.recover]
    ),
    max_size=20,
)


@settings(max_examples=150)
@given(steps)
@example([Day.delete, Day.crash, Day.undo, Day.by_hand, Day.recover])
def test_whatever_happens_nothing_is_there_twice(steps: list[Callable[[Day], None]]) -> None:
    day = Day()
    for step in steps:
        step(day)
        kept = day.world.entries.kept.values()
        keys = [one.external_reference.id for one in kept if one.external_reference is not None]
        assert len(keys) == len(set(keys)), "two entries with one key"
        assert sum(one.is_running for one in kept) <= 1
        stuck = day.world.inbox.items(states=[State.APPLIED, State.FAILED, State.UNDONE, State.APPROVED])
        assert all(item.decided_by == "ana" for item in stuck)
        made = sum(isinstance(item.proposal.action, CreateTimeEntry | StartTimer) for item in _all(day))
        assert day.world.entries.posts <= made, "no proposal made two"
    day.engine.dispose()


def _all(day: Day) -> list[Item]:
    return day.world.inbox.items()
