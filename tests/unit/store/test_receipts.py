"""Receipts in the database: each once, whose words and files go in time, and none in silence."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime, timedelta

import pytest
import sqlalchemy as sa
from tests.studio import ACCOUNT, ANA, BO, DAY
from tests.unit.review.test_spending import KEY, asked, taxi
from tests.unit.store.test_inbox import NOW

from gleaner.adapters.store.inbox import StoredInbox
from gleaner.adapters.store.people import StoredPeople
from gleaner.adapters.store.receipts import Kept, StoredReceipts
from gleaner.adapters.store.retention import Line, StoredWords
from gleaner.core.catalog import AccountId
from gleaner.core.proposals import State

ONE = Kept(ANA, "d1", "taxi.pdf", "application/pdf", 6, "Receipts", "proposed", "", KEY, NOW)
LATER = NOW + timedelta(days=400)


@pytest.fixture
def receipts(store: sa.Engine) -> StoredReceipts:
    return StoredReceipts(store, ACCOUNT)


def test_a_receipt_is_kept_once(receipts: StoredReceipts) -> None:
    assert receipts.keep(ONE, b"%PDF-1")
    assert not receipts.keep(replace(ONE, name="other.pdf"), b"%PDF-1")
    assert (receipts.get(ANA, "d1"), receipts.listed(), receipts.content("d1")) == (ONE, [ONE], b"%PDF-1")


def test_another_persons_and_another_accounts_receipts_are_theirs(
    receipts: StoredReceipts, store: sa.Engine
) -> None:
    receipts.keep(ONE, b"%PDF-1")
    assert receipts.keep(replace(ONE, user_id=BO), b"%PDF-1")
    assert [one.user_id for one in receipts.listed(BO)] == [BO]
    other = StoredReceipts(store, AccountId(2))
    assert (other.listed(), other.content("d1"), other.get(ANA, "d1")) == ([], None, None)


def test_what_became_of_it_can_be_said(receipts: StoredReceipts) -> None:
    receipts.keep(replace(ONE, state="kept", proposal_key=None), b"%PDF-1")
    receipts.settle(ANA, "d1", "proposed", proposal_key=KEY)
    assert receipts.listed(states=["proposed"]) == [ONE]
    assert receipts.listed(states=["refused", "kept"]) == []


def decided(inbox: StoredInbox, state: State, at: datetime = NOW) -> None:
    inbox.offer([asked(taxi())], user_id=ANA, days=[], now=at, withdraw=False)
    if state is State.DISMISSED:
        inbox.decide(KEY, "dismiss", by="ana", now=at)


def test_the_file_goes_when_it_was_decided_long_ago(receipts: StoredReceipts, store: sa.Engine) -> None:
    receipts.keep(ONE, b"%PDF-1")
    decided(StoredInbox(store, ACCOUNT), State.DISMISSED)
    assert receipts.drop(NOW) == 0, "it is not old enough"
    assert (receipts.drop(LATER, dry_run=True), receipts.content("d1")) == (1, b"%PDF-1")
    assert (receipts.drop(LATER), receipts.content("d1")) == (1, None)
    assert [one.digest for one in receipts.listed()] == ["d1"], "it is still known, and not proposed again"
    assert receipts.drop(LATER) == 0


def test_the_file_of_an_undecided_receipt_stays_for_ever(receipts: StoredReceipts, store: sa.Engine) -> None:
    receipts.keep(ONE, b"%PDF-1")
    decided(StoredInbox(store, ACCOUNT), State.PROPOSED)
    assert (receipts.drop(LATER), receipts.content("d1")) == (0, b"%PDF-1")


def test_a_receipt_nobody_decided_about_is_never_withdrawn(store: sa.Engine) -> None:
    inbox = StoredInbox(store, ACCOUNT)
    decided(inbox, State.PROPOSED)
    words = StoredWords(store, ACCOUNT)
    assert words.withdraw(DAY + timedelta(days=400), LATER, Line("Withdrawn.", LATER)) == 0
    item = inbox.get(KEY)
    assert item is not None
    assert item.state is State.PROPOSED


def test_nothing_is_kept_of_somebody_who_was_forgotten(receipts: StoredReceipts, store: sa.Engine) -> None:
    receipts.keep(ONE, b"%PDF-1")
    people = StoredPeople(store, ACCOUNT)
    people.forget(ANA, ["ana@studio.example"], now=NOW, by="x", copied=lambda _connection: 0)
    assert (receipts.listed(), receipts.content("d1")) == ([], None)
    assert not receipts.keep(ONE, b"%PDF-1")
    assert receipts.listed() == []
