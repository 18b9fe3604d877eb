"""Roles, teammates and rates: the client and the sandbox, each built from the facts alone."""

from __future__ import annotations

from datetime import date
from decimal import Decimal

import pytest
from tests.conformance.harvest.conftest import DURATION, Harvest

from gleaner.core.errors import Refused

BASE = DURATION * 1000
ADA, MO, MIA = BASE + 1, BASE + 2, BASE + 3


def test_a_role_is_made_given_taken_and_deleted(harvest: Harvest) -> None:
    client = harvest.client()
    role = client.roles.create("Designer", [ADA])
    assert [(one.name, one.user_ids) for one in client.roles.list()] == [("Designer", (ADA,))]
    assert "Designer" in client.users.get(ADA).roles
    assert client.roles.update(role.id, "Artist", [MO]).user_ids == (MO,)
    assert client.roles.update(role.id, "Painter").user_ids == (MO,)
    client.roles.delete(role.id)
    assert list(client.roles.list()) == []


def test_a_managers_teammates_are_replaced_as_a_whole(harvest: Harvest) -> None:
    client = harvest.client()
    assert [one.id for one in client.teammates.replace(MIA, [MO, ADA])] == [MO, ADA]
    assert {one.id for one in client.teammates.of(MIA)} == {MO, ADA}
    assert client.teammates.replace(MIA, []) == ()
    with pytest.raises(Refused) as error:
        client.teammates.replace(MO, [ADA])
    assert error.value.status == 422


def test_a_rate_is_added_and_one_can_be_asked_for(harvest: Harvest) -> None:
    client = harvest.client()
    client.billable_rates.create(ADA, Decimal("110.00"), date(2026, 2, 1))
    first, second = client.billable_rates.of(ADA)
    assert (first.amount, first.end_date) == (Decimal("99.5"), date(2026, 1, 31))
    assert client.billable_rates.get(ADA, second.id) == second
    client.cost_rates.create(ADA, Decimal(40))
    assert [rate.amount for rate in client.cost_rates.of(ADA)] == [Decimal(40)]


def test_who_may_not_is_told_what_it_takes(harvest: Harvest) -> None:
    with pytest.raises(Refused, match="an administrator's token"):
        next(harvest.client(who="manager").roles.list())
