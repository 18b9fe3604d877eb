"""The switch of writing, on both databases."""

from __future__ import annotations

from datetime import datetime
from threading import Barrier, Thread
from typing import cast

import pytest
import sqlalchemy as sa
from tests.fakes import FakeClock
from tests.studio import ACCOUNT

from gleaner.adapters.store.journal import StoredJournal
from gleaner.adapters.store.write_access import StoredWriteAccess
from gleaner.core.catalog import AccountId
from gleaner.core.errors import Refused
from gleaner.review.journal import Line

NOW = FakeClock().now()


def access(store: sa.Engine, *, at_first: bool = True, account: int = ACCOUNT) -> StoredWriteAccess:
    return StoredWriteAccess(store, AccountId(account), at_first)


def switch(store: sa.Engine, *, is_given: bool, at_first: bool = True) -> bool:
    line = Line(NOW, "ana@studio.example", "access", f"now {is_given}")
    return access(store, at_first=at_first).switch(is_given=is_given, now=NOW, line=line)


@pytest.mark.parametrize("at_first", [True, False])
def test_where_nobody_said_the_file_counts_and_afterwards_what_was_said(
    store: sa.Engine, *, at_first: bool
) -> None:
    assert access(store, at_first=at_first).is_given() is at_first
    assert switch(store, is_given=not at_first, at_first=at_first)
    assert access(store, at_first=at_first).is_given() is not at_first
    assert access(store, account=ACCOUNT + 1).is_given()


def test_each_change_has_a_line_and_what_changes_nothing_has_none(store: sa.Engine) -> None:
    assert [switch(store, is_given=one) for one in (True, False, False, True)] == [False, True, False, True]
    assert [line.text for line in StoredJournal(store, ACCOUNT).lines()] == ["now True", "now False"]


def test_saying_what_is_so_already_stays_said_when_the_file_changes(store: sa.Engine) -> None:
    assert not switch(store, is_given=True)
    assert access(store, at_first=False).is_given()


def test_while_it_only_reads_it_is_refused_with_what_to_do(store: sa.Engine) -> None:
    access(store).check()
    switch(store, is_given=False)
    with pytest.raises(Refused, match="on Set up or with gleaner writes allow"):
        access(store).check()


def test_without_its_line_nothing_is_switched(store: sa.Engine) -> None:
    wrong = Line(cast("datetime", "yesterday"), "ana", "access", "now False")
    with pytest.raises(sa.exc.SQLAlchemyError):
        access(store).switch(is_given=False, now=NOW, line=wrong)
    assert access(store).is_given()


def test_of_two_who_stop_it_at_once_one_did(store: sa.Engine) -> None:
    ready, done = Barrier(2), list[bool]()

    def stop() -> None:
        ready.wait()
        done.append(switch(store, is_given=False))

    both = [Thread(target=stop) for _ in range(2)]
    for one in both:
        one.start()
    for one in both:
        one.join()
    assert sorted(done) == [False, True]
