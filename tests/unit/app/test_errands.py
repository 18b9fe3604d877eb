"""Errands: done once at a time, with a result or the reason why there is none."""

from __future__ import annotations

import logging
import threading

import pytest
from tests.fakes import FakeClock

from gleaner.app.errands import Errand, Errands
from gleaner.core.errors import Unavailable

CLOCK = FakeClock()


def test_its_result_is_kept_until_the_next() -> None:
    errands = Errands[int]()
    assert errands.get("sum") is None
    first = errands.begin("sum", lambda _: 1, CLOCK)
    assert first.wait(5)
    assert (first.result, first.trouble, first.is_running) == (1, "", False)
    second = errands.begin("sum", lambda _: 2, CLOCK)
    assert second.wait(5)
    assert errands.get("sum") is second
    assert errands.get("other") is None


def test_what_runs_already_goes_on_and_nothing_new_begins() -> None:
    go, errands, begun = threading.Event(), Errands[int](), []

    def work(errand: Errand[int]) -> int:
        begun.append(errand)
        with errand.progress.step("Counting", total=3) as step:
            step.advance(2)
            go.wait(5)
        return 7

    first = errands.begin("count", work, CLOCK)
    assert errands.begin("count", work, CLOCK) is first
    assert not first.wait(0.05)
    assert first.is_running
    go.set()
    assert first.wait(5)
    assert (len(begun), first.result) == (1, 7)
    assert (first.progress.text, first.progress.done, first.progress.all) == ("Counting", 2, 3)


def test_what_went_wrong_is_said_without_a_strangers_words(caplog: pytest.LogCaptureFixture) -> None:
    def refused(_: Errand[int]) -> int:
        raise Unavailable("Harvest does not answer")

    def broken(_: Errand[int]) -> int:
        raise ValueError("Salary talk")

    errands = Errands[int]()
    away = errands.begin("away", refused, CLOCK)
    assert away.wait(5)
    assert (away.result, away.trouble) == (None, "Harvest does not answer")
    with caplog.at_level(logging.ERROR):
        ours = errands.begin("ours", broken, CLOCK)
        assert ours.wait(5)
    assert "Salary" not in ours.trouble
    assert "log says why" in ours.trouble


def test_what_is_dropped_is_nobodys_any_more() -> None:
    go, errands = threading.Event(), Errands[int]()
    first = errands.begin("sum", lambda _: int(go.wait(5)), CLOCK)
    errands.drop()
    assert errands.get("sum") is None
    go.set()
    assert first.wait(5)
    assert errands.get("sum") is None
