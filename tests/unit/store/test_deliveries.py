"""Messages from outside count once."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import sqlalchemy as sa

from gleaner.adapters.store.deliveries import KEEP, StoredDeliveries

NOW = datetime(2026, 7, 14, 9, tzinfo=UTC)


def test_a_message_is_new_once(store: sa.Engine) -> None:
    deliveries = StoredDeliveries(store)
    assert deliveries.is_new(["number-1", "signature-1"], NOW)
    assert not deliveries.is_new(["number-1", "signature-1"], NOW)


def test_one_known_name_is_enough_to_know_it(store: sa.Engine) -> None:
    """Who replays a message may give it another number, and not another signature."""
    deliveries = StoredDeliveries(store)
    deliveries.is_new(["number-1", "signature-1"], NOW)
    assert not deliveries.is_new(["number-2", "signature-1"], NOW)
    assert not deliveries.is_new(["number-1", "signature-3"], NOW)
    assert not deliveries.is_new(["number-2", "signature-4"], NOW)


def test_after_a_while_they_are_forgotten(store: sa.Engine) -> None:
    deliveries = StoredDeliveries(store)
    deliveries.is_new(["number-1"], NOW)
    assert deliveries.is_new(["number-2"], NOW + KEEP + timedelta(seconds=1))
    with store.connect() as connection:
        assert connection.execute(sa.text("SELECT count(*) FROM cache")).scalar_one() == 1
