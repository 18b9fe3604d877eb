"""What figures need of many entries is what the entries themselves say, on both databases."""

from __future__ import annotations

from datetime import date
from decimal import Decimal

import pytest
import sqlalchemy as sa

from gleaner.adapters.harvest.copy import Copy, row
from gleaner.adapters.harvest.encoding import Raw
from gleaner.core.catalog import AccountId, UserId

FIRST, LAST = date(2026, 3, 9), date(2026, 3, 15)


def entry(number: int, day: str = "2026-03-10", **more: object) -> Raw:
    return {
        "id": number, "spent_date": day, "user": {"id": 7, "name": "Ana"}, "project": {"id": 30, "name": "Apollo"},
        "task": {"id": 40, "name": 'Plan "B"'}, "hours": 1.25, "billable": True, "is_running": False,
        "created_at": "2026-03-10T17:00:00Z", **more,
    }  # fmt: skip


def copied(store: sa.Engine, *entries: Raw) -> Copy:
    copy = Copy(store, AccountId(1))
    copy.save("time_entries", [row("time_entries", one) for one in entries])
    return copy


def test_every_value_is_that_of_the_entry(store: sa.Engine) -> None:
    copy = copied(
        store,
        entry(1),
        entry(2, hours=0, billable=False),
        entry(3, hours=7.99, is_running=True),
        entry(4, hours=None, created_at=None),
    )
    found = {one.id: one for one in copy.posted(FIRST, LAST)}
    assert [found[number].hours for number in sorted(found)] == [
        Decimal(each) for each in ("1.25", "0", "7.99", "0")
    ]
    assert [found[number].billable for number in sorted(found)] == [True, False, True, True]
    assert [found[number].is_running for number in sorted(found)] == [False, False, True, False]
    one = found[min(found)]
    assert (one.user_id, one.project_id, one.task_id, one.spent_date) == (7, 30, 40, date(2026, 3, 10))
    assert one.created_at is not None
    assert one.created_at.isoformat() == "2026-03-10T17:00:00+00:00"
    assert found[max(found)].created_at is None


def test_only_the_days_and_the_account_asked_for(store: sa.Engine) -> None:
    copied(
        store, entry(1, "2026-03-08"), entry(2, "2026-03-09"), entry(3, "2026-03-15"), entry(4, "2026-03-16")
    )
    assert sorted(one.id for one in Copy(store, AccountId(1)).posted(FIRST, LAST)) == [2, 3]
    assert list(Copy(store, AccountId(2)).posted(FIRST, LAST)) == []


def test_only_the_people_asked_for(store: sa.Engine) -> None:
    copy = copied(
        store, entry(1), entry(2, user={"id": 8, "name": "Bo"}), entry(3, user={"id": 9, "name": "Cy"})
    )
    users = [UserId(8), UserId(9)]
    assert sorted(one.id for one in copy.posted(FIRST, LAST, users)) == [2, 3]
    assert list(copy.posted(FIRST, LAST, [])) == []


def test_there_are_as_many_as_there_are(store: sa.Engine) -> None:
    """More than the database hands over at once."""
    copy = copied(store, *(entry(number) for number in range(1, 5_203)))
    assert len({one.id for one in copy.posted(FIRST, LAST)}) == 5_202


def test_what_is_submitted_and_what_is_not_are_told_apart(store: sa.Engine) -> None:
    ana, bo = {"id": 7, "name": "Ana"}, {"id": 8, "name": "Bo"}
    copy = copied(
        store,
        entry(1, user=ana, approval_status="unsubmitted"),
        entry(2, user=ana, approval_status="unsubmitted"),
        entry(3, "2026-03-11", user=bo, approval_status="unsubmitted"),
        entry(4, "2026-03-12", user=bo, approval_status=None),
        entry(5, "2026-03-16", user=bo, approval_status="unsubmitted"),
    )
    assert not copy.is_submitted(FIRST, LAST)
    assert copy.unsubmitted(FIRST, LAST) == {(7, date(2026, 3, 10)), (8, date(2026, 3, 11))}
    assert copy.unsubmitted(FIRST, LAST, UserId(8)) == {(8, date(2026, 3, 11))}


@pytest.mark.parametrize("status", ["submitted", "approved"])
def test_one_entry_that_somebody_submitted_is_enough_in_its_account_and_days(
    store: sa.Engine, status: str
) -> None:
    copy = copied(store, entry(1), entry(2, "2026-03-12", approval_status=status))
    assert copy.is_submitted(FIRST, LAST)
    assert not copy.is_submitted(FIRST, date(2026, 3, 11))
    assert not Copy(store, AccountId(2)).is_submitted(FIRST, LAST)
    assert copy.unsubmitted(FIRST, LAST) == set()
