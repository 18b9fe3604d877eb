"""Rate limits (api.md §3)."""

import pytest
from tests.sandbox import house

from gleaner_sandbox.clock import Clock
from gleaner_sandbox.server import serve_in_thread
from gleaner_sandbox.state import State
from gleaner_sandbox.wire.limits import Limiter


class Stopwatch:
    """Real time, moved by hand."""

    def __init__(self) -> None:
        self.seconds = 0.0

    def __call__(self) -> float:
        return self.seconds


def test_the_hundred_and_first_request_within_15_seconds_waits_for_the_rest() -> None:
    watch = Stopwatch()
    limiter = Limiter(monotonic=watch)
    assert [limiter.wait("t", "general") for _ in range(100)] == [None] * 100
    watch.seconds = 5.5
    assert limiter.wait("t", "general") == 10
    watch.seconds = 15
    assert limiter.wait("t", "general") is None


def test_tokens_and_families_are_counted_apart() -> None:
    limiter = Limiter(monotonic=Stopwatch())
    for _ in range(100):
        limiter.wait("t", "general")
    assert limiter.wait("t", "general") == 15
    assert limiter.wait("other", "general") is None
    assert limiter.wait("t", "reports") is None
    for _ in range(99):
        limiter.wait("t", "reports")
    assert limiter.wait("t", "reports") == 900


def test_an_hourly_limit_may_come_on_top() -> None:
    state = State(clock=Clock())
    with serve_in_thread(
        state, limits=Limiter({"general": (9, 15.0), "hour": (2, 3600.0)}, Stopwatch())
    ) as running:
        firm = house.build(running)
        api = firm.api()
        assert [api.call("GET", "/users/me").status_code for _ in range(3)] == [200] * 3
        state.switches.turn({"hourly_limit": "on"})
        assert [api.call("GET", "/users/me").status_code for _ in range(3)] == [200, 200, 429]
        assert api.call("GET", "/users/me").headers["Retry-After"] == "3600"
        firm.close()
    state.close()


@pytest.mark.parametrize("json_429", [False, True])
def test_a_throttled_request_says_how_long_to_wait(json_429: bool) -> None:
    state = State(clock=Clock())
    limiter = Limiter({"general": (3, 15.0), "reports": (3, 900.0)}, Stopwatch())
    with serve_in_thread(state, limits=limiter, json_429=json_429) as running:
        firm = house.build(running)
        api = firm.api()
        assert [api.call("GET", "/users/me").status_code for _ in range(4)] == [200, 200, 200, 429]
        answer = api.call("GET", "/users/me")
        assert answer.headers["Retry-After"] == "15"
        if json_429:
            assert answer.json() == {"message": "This request has been throttled.", "retry_after": 15}
        else:
            assert answer.headers["content-type"].startswith("text/html")
        api.client.delete(f"{running.control_url}/requests")
        assert api.call("GET", "/users/me").status_code == 200
        firm.close()
    state.close()


def test_a_throttled_write_does_nothing() -> None:
    state = State(clock=Clock())
    limiter = Limiter({"general": (2, 15.0), "reports": (1, 900.0)}, Stopwatch())
    with serve_in_thread(state, limits=limiter) as running:
        firm = house.build(running)
        api = firm.api()
        statuses = [api.call("POST", "/clients", json={"name": f"C{n}"}).status_code for n in range(3)]
        assert statuses == [201, 201, 429]
        assert state.counts()["clients"] == 4
        firm.close()
    state.close()
