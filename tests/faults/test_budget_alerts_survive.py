"""Whatever dies while people are told of a budget: nobody is told twice, and what may not have arrived is named."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta

import pytest
import sqlalchemy as sa
from tests.faults.billing_driver import Killed, killed
from tests.journeys.test_budgets import budgeted, work
from tests.journeys.world import World

from gleaner.app.account import Account, FixedClock, open_account
from gleaner.app.budget_alerts import Sending, send_alerts
from gleaner.app.looking import sync
from gleaner.core.messages import Message, Recipient
from gleaner.core.silent import SILENT
from gleaner.notify.channel import channels

EVENING = datetime(2026, 3, 10, 17, tzinfo=UTC)
LATER = timedelta(hours=1)
"""Whoever claimed a message is taken for dead then."""


@dataclass
class Post:
    """A channel that keeps what it is given, and dies to order."""

    name: str = "post"
    sent: list[str] = field(default_factory=list)
    dies: str = ""

    def send(self, message: Message, to: Recipient) -> str:
        if self.dies == "before":
            killed()
        self.sent.append(f"{to.address}: {message.subject}")
        if self.dies == "after":
            killed()
        return ""

    def stamp(self, handle: str, message: Message, to: Recipient, stamp: str) -> None:
        """Nothing: nobody clicks."""

    def is_quiet(self, to: Recipient) -> bool:
        return False

    def check(self) -> str:
        return "it is there"


_POSTS: list[Post] = []


@pytest.fixture
def post() -> Post:
    _POSTS.append(Post())
    channels.add("budget-post", _the_post)
    return _POSTS[-1]


def _the_post() -> Post:
    return _POSTS[-1]


@pytest.fixture
def office(world: World, migrated_url: str) -> World:
    """Apollo has used 5.19 of 5 h; Ana is told, by the post."""
    world.running.control.set_now(EVENING)
    budgeted(world, budget_by="project", budget=5)
    work(world)
    world.use(migrated_url)
    world.say("[[channels]]", 'kind = "budget-post"')
    return world


def told(office: World, later: timedelta = timedelta(0), dies_at: int = 0) -> Sending:
    """One round; with *dies_at* the process dies right before that commit of its own."""
    with open_account(office.config, clock=FixedClock(EVENING + later)) as account:
        sync(account, SILENT, first=EVENING.date(), last=EVENING.date())
        if dies_at:
            _die(account, dies_at)
        return send_alerts(account, SILENT, EVENING.date())


def _die(account: Account, number: int) -> None:
    seen = 0

    def at(_connection: sa.Connection) -> None:
        nonlocal seen
        seen += 1
        if seen == number:
            killed()

    sa.event.listen(account.engine, "commit", at)


@pytest.mark.parametrize("number", range(1, 9))
def test_nobody_is_told_twice_whatever_commit_was_the_last(office: World, post: Post, number: int) -> None:
    try:
        told(office, dies_at=number)
    except Killed:
        found = told(office, LATER)
        named = [one for one in found.problems if "whether it arrived is not known" in one]
        # Told once; or it died in the middle of sending, and that is said.
        assert len(post.sent) + len(named) >= 1
    assert len(post.sent) == len(set(post.sent)) <= 1
    told(office, 2 * LATER)
    assert len(post.sent) <= 1


@pytest.mark.parametrize("moment", ["before", "after"])
def test_who_dies_while_a_message_is_on_its_way_is_followed_by_a_word_about_it(
    office: World, post: Post, moment: str
) -> None:
    post.dies = moment
    with pytest.raises(Killed):
        told(office)
    post.dies = ""
    found = told(office, LATER)
    assert len(post.sent) == (1 if moment == "after" else 0)
    (problem,) = found.problems
    assert "Apollo: Gleaner was stopped while it was sent; whether it arrived is not known" in problem


def test_undisturbed_it_is_told_once(office: World, post: Post) -> None:
    assert told(office).sent == 1
    assert (told(office, LATER).sent, len(post.sent)) == (0, 1)
    assert "over its budget" in post.sent[0]
