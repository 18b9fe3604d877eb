"""Which token is sent: renewed in time, by one thread, kept before it is used, and never shown."""

from __future__ import annotations

import threading
import time
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta

import httpx2
import pytest
from tests.unit.adapters.harvest.fake import ACCOUNT

from gleaner.adapters.harvest.client import Client
from gleaner.adapters.harvest.limits import Unlimited
from gleaner.adapters.harvest.tokens import FixedToken, Pair, RenewedTokens, Tokens
from gleaner.core.errors import ConfigError, Refused, Unavailable
from gleaner.core.secrets import Secret

NOW = datetime(2026, 3, 2, 12, tzinfo=UTC)
ENTRY = {
    "id": 5, "spent_date": "2026-03-02", "hours": 1, "user": {"id": 1}, "project": {"id": 2}, "task": {"id": 3},
}  # fmt: skip


def pair(number: int, life: timedelta = timedelta(days=14), since: datetime = NOW) -> Pair:
    return Pair(Secret(f"access-{number}"), Secret(f"refresh-{number}"), since, since + life)


@dataclass
class World:
    """A kept pair, a clock, and an identity host that gives the next pair."""

    kept: Pair | None = field(default_factory=lambda: pair(1))
    now: datetime = NOW
    refreshed: list[str] = field(default_factory=list)
    order: list[str] = field(default_factory=list)
    trouble: list[Exception] = field(default_factory=list)
    unwritable: bool = False
    seconds: float = 0.0

    def __post_init__(self) -> None:
        self.tokens = self.process()

    def process(self) -> RenewedTokens:
        """What another process would have."""
        return RenewedTokens(self, self.refresh, lambda: self.now, sleep=self.pause)

    def pause(self, seconds: float) -> None:
        """Time in which others may do something."""

    def load(self) -> Pair | None:
        return self.kept

    def save(self, new: Pair) -> None:
        if self.unwritable:
            raise OSError("the disk is full")
        self.order.append(f"kept {new.access_token}")
        self.kept = new

    def refresh(self, refresh_token: Secret) -> Pair:
        time.sleep(self.seconds)
        self.refreshed.append(str(refresh_token))
        if self.trouble:
            raise self.trouble.pop(0)
        return pair(len(self.refreshed) + 1, since=self.now)

    def client(self, good: str) -> tuple[Client, list[tuple[str, str]]]:
        """A client of a Harvest that takes that access token only, and what it was asked."""
        asked: list[tuple[str, str]] = []

        def answer(request: httpx2.Request) -> httpx2.Response:
            token = request.headers["authorization"].removeprefix("Bearer ")
            asked.append((request.method, token))
            self.order.append(f"sent {token}")
            return httpx2.Response(200, json=ENTRY) if token == good else httpx2.Response(401)

        made = Client(ACCOUNT, self.tokens, limits=Unlimited(), http=httpx2.MockTransport(answer))
        return made, asked


def test_a_good_token_is_sent_as_it_is() -> None:
    world = World()
    client, asked = world.client("access-1")
    client.time_entries.get(5)
    assert asked == [("GET", "access-1")]
    assert world.refreshed == []


@pytest.mark.parametrize(
    ("life", "due"),
    [(timedelta(days=14), timedelta(minutes=5)), (timedelta(minutes=10), timedelta(minutes=1))],
)
def test_a_token_is_renewed_before_it_expires(life: timedelta, due: timedelta) -> None:
    world = World(pair(1, life))
    world.now = NOW + life - due - timedelta(seconds=1)
    assert world.tokens.current() == "access-1"
    world.now = NOW + life - due
    assert world.tokens.current() == "access-2"
    assert world.refreshed == ["refresh-1"]
    assert world.kept is not None
    assert world.kept.refresh_token == "refresh-2"


def test_a_new_pair_is_kept_before_it_is_used() -> None:
    world = World(pair(1, timedelta(0)))
    client, _ = world.client("access-2")
    client.time_entries.get(5)
    assert world.order == ["kept access-2", "sent access-2"]


def test_a_pair_that_could_not_be_kept_is_not_used_until_it_is() -> None:
    world = World(pair(1, timedelta(0)), unwritable=True)
    for _ in range(2):
        with pytest.raises(OSError, match="disk is full"):
            world.tokens.current()
    world.unwritable = False
    assert world.tokens.current() == "access-2"
    assert world.refreshed == ["refresh-1"]


def test_many_threads_renew_once() -> None:
    world = World(pair(1, timedelta(0)), seconds=0.05)
    together = threading.Barrier(8)

    def ask() -> str:
        together.wait()
        return str(world.tokens.current())

    with ThreadPoolExecutor(8) as pool:
        got = {future.result() for future in [pool.submit(ask) for _ in range(8)]}
    assert got == {"access-2"}
    assert world.refreshed == ["refresh-1"]


def test_many_threads_that_were_refused_renew_once() -> None:
    world = World(seconds=0.05)
    client, asked = world.client("access-2")
    with ThreadPoolExecutor(8) as pool:
        for future in [pool.submit(client.time_entries.get, 5) for _ in range(8)]:
            future.result()
    assert world.refreshed == ["refresh-1"]
    assert asked.count(("GET", "access-2")) == 8


def test_a_refused_token_is_renewed_once_and_even_a_post_is_sent_again() -> None:
    """A request whose token is refused did nothing."""
    world = World()
    client, asked = world.client("access-2")
    client.time_entries.start_timer(project_id=2, task_id=3)
    assert asked == [("POST", "access-1"), ("POST", "access-2")]


def test_a_token_refused_twice_is_refused() -> None:
    world = World()
    client, asked = world.client("access-9")
    with pytest.raises(Refused) as error:
        client.time_entries.get(5)
    assert error.value.status == 401
    assert len(asked) == 2
    assert world.refreshed == ["refresh-1"]


def test_a_login_that_is_over_says_how_to_log_in_again() -> None:
    world = World(trouble=[Refused("invalid_grant", status=400)])
    client, asked = world.client("access-2")
    with pytest.raises(ConfigError, match="log in again: gleaner login"):
        client.time_entries.get(5)
    assert len(asked) == 1


def test_a_login_that_was_forgotten_says_so_too() -> None:
    world = World(kept=None)
    with pytest.raises(ConfigError, match="gleaner login"):
        world.tokens.current()


def test_what_another_process_renewed_is_taken_over() -> None:
    world = World()
    assert world.tokens.current() == "access-1"
    other = world.process()
    assert other.instead_of(Secret("access-1")) == "access-2"
    assert world.tokens.instead_of(Secret("access-1")) == "access-2"
    assert world.refreshed == ["refresh-1"]


@pytest.mark.parametrize("looks", [1, 3])
def test_who_loses_the_race_to_renew_takes_the_winners_pair(looks: int) -> None:
    """The other process renewed the pair between our look and our question, and keeps it a moment later."""

    class Race(World):
        paused = 0

        def refresh(self, refresh_token: Secret) -> Pair:
            raise Refused("invalid_grant", status=400)

        def pause(self, seconds: float) -> None:
            self.paused += 1
            if self.paused == looks:
                self.kept = pair(7)

    assert Race().tokens.instead_of(Secret("access-1")) == "access-7"


def test_a_token_that_is_still_good_is_used_while_the_identity_host_is_down() -> None:
    world = World(trouble=[Unavailable("down"), Unavailable("down")])
    world.now = NOW + timedelta(days=14) - timedelta(minutes=1)
    assert world.tokens.current() == "access-1"
    world.now = NOW + timedelta(days=14)
    with pytest.raises(Unavailable):
        world.tokens.current()


def test_a_request_waits_out_an_identity_host_that_is_down_and_was_not_sent() -> None:
    world = World(pair(1, timedelta(0)), trouble=[Unavailable("down")])
    client, asked = world.client("access-3")
    client.time_entries.start_timer(project_id=2, task_id=3)
    assert asked == [("POST", "access-3")]
    assert world.refreshed == ["refresh-1", "refresh-1"]


def test_the_token_is_fetched_after_waiting_for_the_rate_limit() -> None:
    world = World()

    class Slow:
        def wait(self, path: str) -> float:
            world.order.append("waited")
            world.now = NOW + timedelta(days=14)
            return 900.0

    answer = httpx2.MockTransport(lambda _: httpx2.Response(200, json=ENTRY))
    with Client(ACCOUNT, world.tokens, limits=Slow(), http=answer) as client:
        client.time_entries.get(5)
    assert world.order == ["waited", "kept access-2"]


def test_a_fixed_token_is_not_renewed() -> None:
    fixed: Tokens = FixedToken("1.pt.secret\n")
    assert fixed.current() == "1.pt.secret"
    assert fixed.instead_of(fixed.current()) is None


def test_tokens_show_in_no_repr() -> None:
    world = World()
    world.tokens.current()
    told = f"{world.tokens!r} {world.kept!r} {vars(world.tokens)!r} {FixedToken('secret-1')!r}"
    for secret in ("access-1", "refresh-1", "secret-1"):
        assert secret not in told
