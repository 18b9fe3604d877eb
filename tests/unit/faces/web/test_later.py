"""Work that nobody waits for is done, or left out when there is too much of it."""

from __future__ import annotations

import threading

from tests.running import until

from gleaner.faces.web.sign_in.later import Later


def test_it_is_done_and_what_fails_keeps_nothing_else_from_being_done() -> None:
    later, done = Later("test", threads=1), threading.Event()

    def fails() -> None:
        raise RuntimeError("no")

    assert later.do(fails)
    assert later.do(done.set)
    assert done.wait(5)


def test_when_too_much_waits_more_is_left_out_and_nobody_is_held_up() -> None:
    later, go, begun, done = Later("test", threads=1, most=2), threading.Event(), threading.Event(), []

    def waits() -> None:
        begun.set()
        go.wait(5)

    assert later.do(waits)
    assert begun.wait(5)
    assert [later.do(lambda: done.append(1)) for _ in range(3)] == [True, True, False]
    go.set()
    until(lambda: len(done) == 2)
    assert all(thread.daemon for thread in threading.enumerate() if thread.name == "test")
