"""However requests come, no window of Harvest's ever holds too many."""

from __future__ import annotations

import threading
from collections import deque

from hypothesis import given
from hypothesis import strategies as st

from gleaner.adapters.harvest.limits import GENERAL, REPORTS, Limits, Rate, Unlimited, slot


class Time:
    """A clock that moves when somebody sleeps."""

    def __init__(self) -> None:
        self.now = 0.0
        self.slept: list[float] = []

    def monotonic(self) -> float:
        return self.now

    def sleep(self, seconds: float) -> None:
        self.slept.append(seconds)
        self.now += seconds


def most_in_any_window(moments: list[float], seconds: float) -> int:
    """The most requests in any half-open window of that length. One that begins with a request is fullest."""
    return max((sum(start <= other < start + seconds for other in moments) for start in moments), default=0)


@given(
    pauses=st.lists(st.floats(0, 20), max_size=60),
    requests=st.integers(1, 8),
    seconds=st.floats(0.5, 15),
)
def test_no_rolling_window_ever_holds_more_than_the_rate(
    pauses: list[float], requests: int, seconds: float
) -> None:
    rate = Rate(requests, seconds)
    sent: list[float] = []
    now = 0.0
    for pause in pauses:
        now += pause
        moment = slot(deque(sent), now, rate)
        assert moment >= now
        sent.append(moment)
        now = moment
    assert sent == sorted(sent)
    # A hair shorter, so that a sum of floats that rounds down does not count the next window's first request.
    assert most_in_any_window(sent, seconds * (1 - 1e-9) - 1e-9) <= requests


@given(pauses=st.lists(st.floats(0, 3), max_size=40), requests=st.integers(1, 5))
def test_it_never_waits_longer_than_it_must(pauses: list[float], requests: int) -> None:
    """Waiting is only for the request that would be one too many."""
    rate = Rate(requests, 5.0)
    sent: list[float] = []
    now = 0.0
    for pause in pauses:
        now += pause
        moment = slot(deque(sent), now, rate)
        if moment > now:
            assert sum(other > moment - rate.seconds - 1e-9 for other in sent) >= requests - 1
            assert moment == sent[-requests] + rate.seconds
        sent.append(moment)
        now = moment


def test_a_burst_of_a_hundred_is_free_and_the_next_one_waits_for_the_first_to_age() -> None:
    time = Time()
    limits = Limits(monotonic=time.monotonic, sleep=time.sleep)
    assert [limits.wait("/clients") for _ in range(100)] == [0.0] * 100
    time.now = 10.0
    assert limits.wait("/clients") == GENERAL.seconds - 10.0


def test_reports_and_everything_else_are_counted_apart() -> None:
    time = Time()
    limits = Limits(Rate(1, 15), Rate(1, 900), monotonic=time.monotonic, sleep=time.sleep)
    assert limits.wait("/users") == 0
    assert limits.wait("/reports/time/team") == 0
    assert limits.wait("/users") == 15
    assert limits.wait("/reports/uninvoiced") == 885
    assert (GENERAL.requests, REPORTS.requests) == (100, 100)


def test_threads_share_one_limit() -> None:
    moments: list[float] = []
    lock = threading.Lock()
    limits = Limits(Rate(20, 15), monotonic=lambda: 0.0, sleep=lambda seconds: None)

    def work() -> None:
        for _ in range(10):
            moment = limits.wait("/clients")
            with lock:
                moments.append(moment)

    threads = [threading.Thread(target=work) for _ in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sorted(moments) == [15.0 * (number // 20) for number in range(80)]


def test_limits_can_be_switched_off() -> None:
    off = Unlimited()
    assert sum(off.wait("/reports/time/team") for _ in range(1000)) == 0
