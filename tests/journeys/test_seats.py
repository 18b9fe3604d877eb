"""One account looked at by whoever signed in: each sees and decides what is theirs, whosever token there is."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from tests.journeys.world import ANA, BO, CY, World, meeting

from gleaner.app.account import Account, open_account
from gleaner.app.people import find
from gleaner.app.readers import readable
from gleaner.core.errors import Refused


@pytest.fixture
def account(world: World) -> Iterator[Account]:
    """Ana administers and it is her token; Bo manages, and Harvest gives him Cy; Cy is a member."""
    world.calendar(CY, meeting("10:00-11:00", "APL detail review"))
    world.api().patch(f"/users/{world.user(BO)}", access_roles=["manager"])
    world.api().patch(f"/users/{world.user(BO)}/teammates", teammate_ids=[world.user(CY)])
    world.fine("run", "--on", "2026-03-10")
    with open_account(world.config) as opened:
        yield opened


def seat(account: Account, who: str) -> Account:
    return account.seen_by(account.person(who))


def test_a_member_sees_nothing_but_their_own(account: Account) -> None:
    cy = seat(account, CY)
    assert cy.may_see(cy.person(CY).id)
    assert not cy.may_see(cy.person(ANA).id)
    with pytest.raises(Refused, match="somebody else's"):
        find(cy, ANA)
    with pytest.raises(Refused, match="for administrators and managers"):
        readable(cy)


def test_a_manager_reads_their_people_though_the_token_is_an_administrators(account: Account) -> None:
    assert {one.email for one in readable(seat(account, BO))} == {BO, CY}


def test_an_administrator_sees_everybody_and_the_token_stays_whose_it_is(account: Account) -> None:
    cy = seat(account, CY)
    assert {ANA, BO, CY} <= {one.email for one in readable(seat(account, ANA))}
    assert account.me is not None
    assert (account.me.email, account.is_borrowed, cy.is_borrowed) == (ANA, False, True)


def test_what_was_worked_out_serves_everybody(account: Account) -> None:
    account.sources()
    assert seat(account, CY).sources() is account.sources()
