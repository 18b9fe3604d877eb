"""Forgetting: nobody brings a person back, whatever they had read before. On both databases."""

from __future__ import annotations

import threading
from datetime import date

import pytest
import sqlalchemy as sa
from tests.fakes import FakeClock
from tests.studio import ACCOUNT, ANA, BO, DAY, meeting
from tests.unit.store.kept import everything, made

from gleaner.adapters.harvest.copy import Copy, Row
from gleaner.adapters.store.inbox import StoredInbox
from gleaner.adapters.store.journal import StoredActivities
from gleaner.adapters.store.people import StoredPeople, forgotten_users
from gleaner.adapters.store.tables import activity
from gleaner.core.catalog import AccountId
from gleaner.review.inbox import Offered

NOW = FakeClock().now()


def forget(store: sa.Engine, account: AccountId = ACCOUNT) -> None:
    """Forget Ana."""
    copy = Copy(store, account)
    StoredPeople(store, account).forget(
        ANA, ["ana@studio.example"], now=NOW, by="an administrator",
        copied=lambda connection: copy.forget_person(connection, ANA),
    )  # fmt: skip


def keep(store: sa.Engine, account: AccountId = ACCOUNT) -> None:
    seen = [meeting("09:00-10:00", "Ana's"), meeting("09:00-10:00", "Bo's", who=BO)]
    StoredActivities(store, account).keep(seen, {one.key: DAY for one in seen}, now=NOW)


def kept(store: sa.Engine, account: AccountId = ACCOUNT) -> list[int]:
    asked = sa.select(activity.c.user_id).where(activity.c.account_id == account).order_by(activity.c.user_id)
    with store.connect() as connection:
        return list(connection.scalars(asked))


def test_whoever_looked_before_stores_nothing_of_them_afterwards(store: sa.Engine) -> None:
    forget(store)
    keep(store)
    assert kept(store) == [BO]
    offered = StoredInbox(store, ACCOUNT).offer([made("p", DAY)], user_id=ANA, days=[DAY], now=NOW)
    assert (offered, StoredInbox(store, ACCOUNT).items()) == (Offered(), [])


def test_the_copy_keeps_the_name_and_nothing_else(store: sa.Engine) -> None:
    user = (
        '{"id": 1, "first_name": "Ana", "last_name": "P", "email": "ana@studio.example", "is_active": true}'
    )
    rows = {
        "users": [Row(1, user)],
        "time_entries": [Row(5, '{"id": 5, "notes": "Ana wrote"}', 1, DAY), Row(6, '{"id": 6}', 2, DAY)],
        "expenses": [Row(7, '{"id": 7, "notes": "Ana wrote"}', 1, DAY)],
        "user_assignments": [Row(8, '{"id": 8, "user": {"id": 1}}'), Row(9, '{"id": 9, "user": {"id": 2}}')],
        "invoices": [Row(10, '{"id": 10, "created_by": {"id": 1, "name": "Ana P"}}')],
    }
    copy = Copy(store, ACCOUNT)
    for after in (False, True):
        if after:
            forget(store)
        for resource, some in rows.items():
            copy.save(resource, some)
    assert copy.rows("users") == [{"id": 1, "first_name": "Ana", "last_name": "P", "is_active": False}]
    ids = {name: copy.ids(name) for name in rows if name != "users"}
    assert ids == {"time_entries": {6}, "expenses": set(), "user_assignments": {9}, "invoices": {10}}
    assert "Ana wrote" not in everything(store)


def test_saving_the_same_again_is_no_change(store: sa.Engine) -> None:
    forget(store)
    copy = Copy(store, ACCOUNT)
    user = Row(1, '{"id": 1, "first_name": "Ana", "email": "ana@studio.example"}')
    assert len(copy.save("users", [user]).new) == 1
    assert len(copy.save("users", [user]).new) == 0


def test_in_another_account_they_are_known_as_before(store: sa.Engine) -> None:
    keep(store, AccountId(2))
    forget(store)
    assert kept(store, AccountId(2)) == [ANA, BO]
    keep(store, AccountId(2))
    assert kept(store, AccountId(2)) == [ANA, BO]
    people = StoredPeople(store, AccountId(2))
    assert not people.is_address_gone("ana@studio.example")
    assert StoredPeople(store, ACCOUNT).is_address_gone(" Ana@Studio.example")


def test_an_address_is_not_kept(store: sa.Engine) -> None:
    forget(store)
    assert "studio.example" not in everything(store)


@pytest.mark.parametrize("step", range(6))
def test_broken_off_anywhere_nothing_is_half_forgotten(store: sa.Engine, step: int) -> None:
    keep(store)
    StoredInbox(store, ACCOUNT).offer([made("p", DAY)], user_id=ANA, days=[DAY], now=NOW)
    before = everything(store)
    left = iter(range(step))

    def die(_connection: object, _cursor: object, statement: str, *_more: object) -> None:
        if statement.startswith(("INSERT", "UPDATE", "DELETE")) and next(left, None) is None:
            raise KeyboardInterrupt

    sa.event.listen(store, "before_cursor_execute", die)
    try:
        with pytest.raises(KeyboardInterrupt):
            forget(store)
    finally:
        sa.event.remove(store, "before_cursor_execute", die)
    assert everything(store) == before
    forget(store)
    assert kept(store) == [BO]


def test_whoever_is_just_writing_is_waited_for(store: sa.Engine) -> None:
    """They asked who was forgotten, and it was nobody; what they write is forgotten with the rest."""
    asked, finish = threading.Event(), threading.Event()

    def write() -> None:
        row = {
            "account_id": ACCOUNT, "key": "late", "user_id": ANA, "on_date": date(2026, 3, 10),
            "fingerprint": "f", "content": "Ana's", "seen_at": NOW,
        }  # fmt: skip
        with store.begin() as connection:
            assert forgotten_users(connection, ACCOUNT) == frozenset()
            asked.set()
            finish.wait(20)
            connection.execute(sa.insert(activity), [row])

    writer, forgetter = threading.Thread(target=write), threading.Thread(target=forget, args=(store,))
    writer.start()
    assert asked.wait(20)
    forgetter.start()
    forgetter.join(0.3)
    assert forgetter.is_alive(), "it waits"
    finish.set()
    writer.join()
    forgetter.join()
    assert kept(store) == []
