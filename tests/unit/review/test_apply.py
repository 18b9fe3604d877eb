"""The one door out: at most one entry per proposal, whatever happens on the way."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from datetime import timedelta
from decimal import Decimal

import pytest
import sqlalchemy as sa
from hypothesis import given, settings
from hypothesis import strategies as st
from tests.fakes import FakeClock, FakeEntries, FakeExpenses, FakeHarvest, FakeReceipts, lost_answer
from tests.studio import ACCOUNT, ANA, APOLLO, BO, CATALOG, DAY, entry
from tests.unit.store.test_inbox import offer, proposal

from gleaner.adapters.store.engine import make_engine
from gleaner.adapters.store.inbox import StoredInbox
from gleaner.adapters.store.journal import StoredJournal
from gleaner.adapters.store.tables import metadata
from gleaner.core.actions import CreateTimeEntry, DeleteTimeEntry, UpdateTimeEntry
from gleaner.core.catalog import EntryId, TaskId, UserId
from gleaner.core.errors import ConfigError, GleanerError, Refused, Unavailable
from gleaner.core.proposals import Proposal, State
from gleaner.review.apply import apply, recover
from gleaner.review.door import Door
from gleaner.review.journal import Line
from gleaner.review.undo import undo


class Crash(BaseException):
    """The process dies: nothing of ours may catch it."""


@pytest.fixture
def engine() -> sa.Engine:
    engine = make_engine("sqlite://")
    metadata.create_all(engine)
    return engine


class World:
    """An inbox, a Harvest and a door."""

    def __init__(self, engine: sa.Engine) -> None:
        self.inbox = StoredInbox(engine, ACCOUNT)
        self.journal = StoredJournal(engine, ACCOUNT)
        self.harvest = FakeHarvest()
        self.entries = FakeEntries()
        self.clock = FakeClock()
        self.expenses = FakeExpenses(self.clock)
        self.receipts = FakeReceipts()

    def door(self, token: str = "me", recheck: Callable[[Proposal], str] = lambda _p: "") -> Door:
        return Door(
            self.inbox, self.journal, self.harvest, self.entries, self.clock, "run", token, recheck=recheck,
            expenses=self.expenses, receipts=self.receipts,
        )  # fmt: skip

    def approved(self, one: Proposal | None = None) -> str:
        one = one or proposal()
        offer(self.inbox, one)
        self.inbox.decide(one.key, "accept", by="ana", now=self.clock.now())
        return one.key

    def state(self, key: str = "entry:a") -> State:
        item = self.inbox.get(key)
        assert item is not None
        return item.state


@pytest.fixture
def world(engine: sa.Engine) -> World:
    return World(engine)


def test_an_approved_proposal_becomes_one_entry(world: World) -> None:
    outcome = apply(world.door(), world.approved())
    assert (outcome.result, outcome.text) == ("applied", "Logged 1.00 h to Apollo / Meetings on Tue 10 Mar")
    assert apply(world.door(), "entry:a").result == "taken"
    assert world.entries.posts == 1
    assert world.journal.lines(limit=1)[0].entry_id == outcome.entry_id


def test_what_nobody_approved_is_not_applied(world: World) -> None:
    offer(world.inbox, proposal())
    assert apply(world.door(), "entry:a").result == "taken"
    assert world.entries.posts == 0


def test_an_entry_with_our_key_is_adopted(world: World) -> None:
    key = world.approved()
    action = proposal().action
    assert isinstance(action, CreateTimeEntry)
    made = world.entries.create(action)
    assert apply(world.door(), key).result == "found"
    assert world.entries.posts == 1
    item = world.inbox.get(key)
    assert item is not None
    assert item.entry_id == made.id


def test_a_lost_answer_is_looked_up_not_repeated(world: World) -> None:
    world.entries.mishap = lost_answer("after create")
    assert apply(world.door(), world.approved()).result == "applied"
    assert world.entries.posts == 1


def test_a_lost_answer_that_cannot_be_looked_up_waits_and_is_found_later(world: World) -> None:
    def offline(when: str) -> None:
        if world.entries.posts and when != "before create":
            raise Unavailable("offline", answer_lost=when == "after create")

    world.entries.mishap = offline
    key = world.approved()
    assert apply(world.door(), key).result == "waiting"
    assert world.state() is State.APPROVED
    world.entries.mishap = lambda _when: None
    assert apply(world.door(), key).result == "found"
    assert world.entries.posts == 1


def held(world: World) -> Door:
    """A door at which policy may not log any more."""
    return replace(world.door(), held_back=lambda _proposal: "not unasked any more")


def of_policy(world: World) -> str:
    offer(world.inbox, proposal())
    world.inbox.decide("entry:a", "policy", by="policy", now=world.clock.now())
    return "entry:a"


def test_what_policy_may_not_log_any_more_waits_for_a_person_who_can_accept_it(world: World) -> None:
    outcome = apply(held(world), of_policy(world))
    assert (outcome.result, outcome.text, world.entries.posts) == ("reopened", "not unasked any more", 0)
    assert world.state() is State.PROPOSED
    line = world.journal.lines(limit=1)[0]
    assert (line.event, line.text) == ("waiting", "Not logged: Design; not unasked any more")
    assert world.inbox.decide("entry:a", "accept", by="ana", now=world.clock.now())
    assert apply(world.door(), "entry:a").result == "applied"
    assert world.entries.posts == 1


def test_what_a_dead_process_wrote_before_is_adopted_and_not_given_back(world: World) -> None:
    world.inbox.claim(of_policy(world), "dead", now=world.clock.now(), run_id="")
    action = proposal().action
    assert isinstance(action, CreateTimeEntry)
    world.entries.create(action)
    world.clock.at += timedelta(minutes=5)
    assert [one.result for one in recover(held(world))] == ["found"]
    assert world.state() is State.APPLIED


def test_what_a_dead_process_began_and_did_not_write_is_given_back(world: World) -> None:
    world.inbox.claim(of_policy(world), "dead", now=world.clock.now(), run_id="")
    world.clock.at += timedelta(minutes=5)
    assert [one.result for one in recover(held(world))] == ["reopened"]
    assert (world.state(), world.entries.posts) == (State.PROPOSED, 0)


def test_an_entry_that_came_of_an_earlier_attempt_is_found_when_a_person_accepts(world: World) -> None:
    world.inbox.claim(of_policy(world), "dead", now=world.clock.now(), run_id="")
    world.clock.at += timedelta(minutes=5)
    recover(held(world))
    action = proposal().action
    assert isinstance(action, CreateTimeEntry)
    world.entries.create(action)  # its POST was on the way all the time
    world.inbox.decide("entry:a", "accept", by="ana", now=world.clock.now())
    assert apply(world.door(), "entry:a").result == "found"
    assert world.entries.posts == 1


def test_when_harvest_is_down_it_waits(world: World) -> None:
    world.entries.mishap = lost_answer("before find")
    assert apply(world.door(), world.approved()).result == "waiting"
    assert apply(world.door(), "entry:a").result == "applied"


def test_what_harvest_refuses_fails_with_its_words(world: World) -> None:
    def refuse(when: str) -> None:
        if when == "before create":
            raise Refused("Spent date is locked", status=422)

    world.entries.mishap = refuse
    outcome = apply(world.door(), world.approved())
    assert (outcome.result, outcome.text) == ("failed", "Spent date is locked")
    item = world.inbox.get("entry:a")
    assert item is not None
    assert item.trouble == "Spent date is locked"


def test_nothing_is_written_on_somebody_elses_timesheet(world: World) -> None:
    one = proposal()
    assert isinstance(one.action, CreateTimeEntry)
    lying = replace(one, action=replace(one.action, user_id=BO))
    assert apply(world.door(), world.approved(lying)).result == "failed"
    assert world.entries.posts == 0


def test_an_entry_that_harvest_gave_to_somebody_else_is_taken_back(world: World) -> None:
    class Strange(FakeEntries):
        def create(self, action: CreateTimeEntry) -> object:  # type: ignore[override]
            return super().create(replace(action, user_id=BO))

    world.entries = Strange()
    outcome = apply(world.door(), world.approved())
    assert outcome.result == "failed"
    assert "somebody else's timesheet" in outcome.text
    assert world.entries.kept == {}


@pytest.mark.parametrize("user", [UserId(99), UserId(0)])
def test_an_unknown_person_is_refused(world: World, user: UserId) -> None:
    one = proposal()
    assert isinstance(one.action, CreateTimeEntry)
    stranger = replace(one, user_id=user, action=replace(one.action, user_id=user))
    world.inbox.offer([stranger], user_id=user, days=[DAY], now=world.clock.now())
    world.inbox.decide(stranger.key, "accept", by="x", now=world.clock.now())
    assert "not an active person" in apply(world.door(), stranger.key).text


def test_a_project_that_was_archived_meanwhile_is_refused_before_the_call(world: World) -> None:
    archived = {**CATALOG.projects, APOLLO: replace(CATALOG.projects[APOLLO], is_active=False)}
    world.harvest.known = replace(CATALOG, projects=archived)
    outcome = apply(world.door(), world.approved())
    assert "may not log to Apollo / Meetings" in outcome.text
    assert world.entries.posts == 0


def test_a_task_that_is_not_assigned_is_refused(world: World) -> None:
    one = proposal()
    assert isinstance(one.action, CreateTimeEntry)
    wrong = replace(one, action=replace(one.action, task_id=TaskId(77)))
    assert apply(world.door(), world.approved(wrong)).result == "failed"


def test_an_approved_week_is_refused_with_its_days(world: World) -> None:
    world.harvest.logged = [entry(8, day=DAY - timedelta(days=1), closed=True)]
    outcome = apply(world.door(), world.approved())
    assert outcome.text.startswith("the timesheet for Mon 9 Mar – Sun 15 Mar is approved")
    assert world.entries.posts == 0


def test_a_proposal_without_a_project_is_never_applied(world: World) -> None:
    one = proposal()
    assert isinstance(one.action, CreateTimeEntry)
    unsure = replace(one, action=replace(one.action, project_id=None, task_id=None))
    assert "no project" in apply(world.door(), world.approved(unsure)).text


def test_what_somebody_logged_meanwhile_is_not_doubled(world: World) -> None:
    door = world.door(recheck=lambda _proposal: "Ana logged it by hand")
    assert apply(door, world.approved()).text == "Ana logged it by hand"
    assert world.entries.posts == 0


@pytest.mark.parametrize("point", ["before find", "before create", "after create"])
def test_a_crash_anywhere_leaves_exactly_one_entry_after_recovery(world: World, point: str) -> None:
    def crash(when: str) -> None:
        if when == point:
            raise Crash

    world.entries.mishap = crash
    with pytest.raises(Crash):
        apply(world.door("dead"), world.approved())
    assert world.state() is State.APPLYING
    world.entries.mishap = lambda _when: None
    assert recover(world.door("young")) == []  # it may still be alive
    world.clock.advance(timedelta(seconds=61))
    (outcome,) = recover(world.door("later"))
    assert outcome.result == ("found" if point == "after create" else "applied")
    assert (world.entries.posts, len(world.entries.kept), world.state()) == (1, 1, State.APPLIED)


def test_a_sleeper_that_wakes_up_finds_its_claim_gone(world: World) -> None:
    """One process stalls inside the POST; another takes over, finds the entry and records it."""
    key = world.approved()
    world.inbox.claim(key, "sleeper", now=world.clock.now(), run_id="r")
    action = proposal().action
    assert isinstance(action, CreateTimeEntry)
    made = world.entries.create(action)
    world.clock.advance(timedelta(seconds=61))
    assert [o.result for o in recover(world.door("other"))] == ["found"]
    assert not world.inbox.settle(key, "sleeper", State.APPLIED, now=world.clock.now(), entry_id=made.id)


def test_who_stalls_right_before_the_post_does_not_post_any_more(world: World) -> None:
    key = world.approved()

    def sleep(when: str) -> None:
        if when == "before create":
            world.entries.mishap = lambda _when: None
            world.clock.advance(timedelta(seconds=61))
            (done,) = recover(world.door("other"))
            assert done.result == "applied"

    world.entries.mishap = sleep
    assert apply(world.door("sleeper"), key).result == "taken"
    assert (world.entries.posts, world.state()) == (1, State.APPLIED)


def test_what_was_applied_and_its_line_in_the_journal_are_one(world: World) -> None:
    key = world.approved()
    apply(world.door(), key)
    assert [line.event for line in world.journal.lines()] == ["applied"]
    late = Line(world.clock.now(), "ana", "applied", "a second time", proposal_key=key)
    assert not world.inbox.settle(key, "me", State.APPLIED, now=world.clock.now(), line=late)
    assert len(world.journal.lines()) == 1


def test_what_has_to_wait_waits_longer_each_time(world: World) -> None:
    key = world.approved()

    def down(_when: str) -> None:
        raise Unavailable("Harvest is down")

    world.entries.mishap = down
    waits = []
    for _ in range(4):
        assert apply(world.door(), key).is_kept
        item = world.inbox.get(key)
        assert item is not None
        assert item.retry_at is not None
        waits.append(int((item.retry_at - world.clock.now()).total_seconds()))
        assert world.inbox.due(now=world.clock.now()) == []
        assert [one.key for one in world.inbox.due(now=item.retry_at)] == [key]
    assert waits == [30, 60, 120, 240]


@pytest.mark.parametrize("error", [Refused("no such token", status=401), ConfigError("there is no login")])
def test_a_refused_login_leaves_the_proposal_waiting(world: World, error: GleanerError) -> None:
    key = world.approved()

    def refuse(_when: str) -> None:
        raise error

    world.entries.mishap = refuse
    with pytest.raises(type(error)):
        apply(world.door(), key)
    assert world.state() is State.APPROVED
    world.entries.mishap = lambda _when: None
    assert apply(world.door(), key).result == "applied"


def test_two_entries_with_one_key_are_reported(world: World) -> None:
    key = world.approved()
    action = proposal().action
    assert isinstance(action, CreateTimeEntry)
    first = world.entries.create(action)
    world.entries.create(action)
    outcome = apply(world.door(), key)
    assert (outcome.result, outcome.entry_id) == ("found", first.id)
    assert any(
        line.event == "fault" and "2 entries carry one key" in line.text for line in world.journal.lines()
    )


# --- changes and deletions ------------------------------------------------------------------------------------


def change(hours: str = "2.00", user: UserId = ANA, entry_id: int = 1) -> Proposal:
    return replace(
        proposal("change"), action=UpdateTimeEntry(user, EntryId(entry_id), hours=Decimal(hours)), user_id=ANA
    )


def test_a_change_touches_the_entry_as_it_is_now(world: World) -> None:
    mine = entry(1)
    world.entries.kept[mine.id] = mine
    apply(world.door(), world.approved(change(entry_id=mine.id)))
    assert world.entries.kept[mine.id].hours == 2


@pytest.mark.parametrize(
    ("there", "why"),
    [
        (None, "no longer exists"),
        (entry(1, who=BO), "is not this person's"),
        (entry(1, closed=True), "cannot be changed"),
        (replace(entry(1), is_billed=True, locked_reason="Item Invoiced"), "Item Invoiced"),
    ],
)
def test_a_locked_foreign_or_missing_entry_is_left_alone(world: World, there: object, why: str) -> None:
    entry_id = EntryId(1)
    if there is not None:
        entry_id = there.id  # type: ignore[attr-defined]
        world.entries.kept[entry_id] = there  # type: ignore[assignment]
    outcome = apply(world.door(), world.approved(change(entry_id=entry_id)))
    assert outcome.result == "failed"
    assert why in outcome.text


def test_deleting_what_is_gone_finds_nothing_to_do(world: World) -> None:
    gone = replace(proposal("gone"), action=DeleteTimeEntry(ANA, EntryId(9)))
    outcome = apply(world.door(), world.approved(gone))
    assert (outcome.result, outcome.text) == ("found", "Entry 9 was gone already")


# --- undo -----------------------------------------------------------------------------------------------------


def applied(world: World) -> EntryId:
    outcome = apply(world.door(), world.approved())
    assert outcome.entry_id is not None
    return outcome.entry_id


def undone(world: World, *, force: bool = False) -> str:
    item = world.inbox.get("entry:a")
    assert item is not None
    return undo(world.door(), item, by="ana", force=force).text


def test_undo_removes_the_entry_and_it_is_not_proposed_again(world: World) -> None:
    applied(world)
    assert undone(world) == "Undone: Design"
    assert world.entries.kept == {}
    offer(world.inbox, proposal())
    assert world.state() is State.UNDONE


def test_undo_of_what_is_gone_already_is_done(world: World) -> None:
    world.entries.kept.pop(applied(world))
    assert undone(world) == "Undone: Design"


def test_undo_leaves_alone_what_somebody_changed_unless_forced(world: World) -> None:
    entry_id = applied(world)
    world.entries.kept[entry_id] = replace(world.entries.kept[entry_id], hours=Decimal(5))
    assert "was changed since" in undone(world)
    assert undone(world, force=True) == "Undone: Design"


def test_undo_never_touches_an_approved_entry(world: World) -> None:
    entry_id = applied(world)
    world.entries.kept[entry_id] = replace(world.entries.kept[entry_id], is_closed=True, is_locked=True)
    assert "cannot be removed" in undone(world, force=True)
    assert world.state() is State.APPLIED


def test_undo_twice_is_refused_the_second_time(world: World) -> None:
    applied(world)
    undone(world)
    assert undone(world) == "only what was applied can be undone; this is undone"


# --- everything at once -----------------------------------------------------------------------------------------


def crash_after_post(when: str) -> None:
    if when == "after create":
        raise Crash


class Story:
    """Random interleavings of proposing, approving, losing answers, crashing, recovering and undoing."""

    def __init__(self) -> None:
        self.engine = make_engine("sqlite://")
        metadata.create_all(self.engine)
        self.world = World(self.engine)
        self.processes = 0

    def offer(self) -> None:
        offer(self.world.inbox, proposal())

    def approve(self) -> None:
        self.world.inbox.decide("entry:a", "accept", by="ana", now=self.world.clock.now())

    def lose(self) -> None:
        self.world.entries.mishap = lost_answer("after create")

    def offline(self) -> None:
        self.world.entries.mishap = lost_answer("before find", times=2)

    def wait(self) -> None:
        self.world.clock.advance(timedelta(seconds=61))

    def apply(self) -> None:
        self._survive(lambda door: apply(door, "entry:a"))

    def crash(self) -> None:
        self.world.entries.mishap = crash_after_post
        self.apply()

    def recover(self) -> None:
        self._survive(recover)

    def undo(self) -> None:
        item = self.world.inbox.get("entry:a")
        if item is not None and item.state is State.APPLIED:
            self._survive(lambda door: undo(door, item, by="ana"))

    def _survive(self, act: Callable[[Door], object]) -> None:
        self.processes += 1
        try:
            act(self.world.door(f"process {self.processes}"))
        except Crash:
            self.world.entries.mishap = lambda _when: None


moves = st.lists(
    st.sampled_from(
        [
            Story.offer,
            Story.approve,
            Story.apply,
            Story.lose,
            Story.offline,
            Story.crash,
            Story.wait,
            Story.recover,
            Story.undo,
        ]
    ),
    max_size=25,
)


@settings(max_examples=150)
@given(moves)
def test_whatever_happens_there_is_at_most_one_entry(moves: list[Callable[[Story], None]]) -> None:
    story = Story()
    for move in moves:
        move(story)
        assert len(story.world.entries.kept) <= 1
        assert story.world.entries.posts <= 1
    story.engine.dispose()
