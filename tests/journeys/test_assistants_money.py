"""Invoices and budgets through an assistant: seen by who may, approved only when shown, and as they were shown."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from tests.journeys.assistant import Assistant, assistant
from tests.journeys.billing import CONTACT, HOURLY, billable, mails, rule, worked
from tests.journeys.world import ANA, BO, World

from gleaner.app.account import Account, open_account


@pytest.fixture
def account(world: World) -> Iterator[Account]:
    """A draft of 880 EUR; Bo answers for its rule, so Ana may let it go."""
    billable(world)
    rule(world, *HOURLY)
    world.say("[mcp]", 'mode = "decide"')
    worked(world, 8.0, 3.0)
    world.fine("invoices", "draft")
    with open_account(world.config) as opened:
        yield opened


@pytest.fixture
def anas(account: Account) -> Assistant:
    return assistant(account, ANA)


def test_an_invoice_is_seen_with_its_proof_and_approved_at_a_word(world: World, anas: Assistant) -> None:
    (draft,) = anas.hears("invoices")["invoices"]
    assert (draft["state"], draft["amount"], draft["currency"]) == ("draft", 880.0, "EUR")
    lines = anas.hears("invoices", invoice=draft["id"])["lines"]
    assert any("= invoice ✓" in line for line in lines)

    first = anas.hears("approve_invoice", invoice=draft["id"])
    assert f"880.00 EUR; then it is mailed to {CONTACT}" in first["would"][0]
    assert anas.hears("invoices")["invoices"][0]["state"] == "draft"
    done = anas.hears("approve_invoice", invoice=draft["id"], confirm=first["confirm"])
    assert [one["result"] for one in done["done"]] == ["approved"]
    assert anas.hears("invoices")["invoices"][0]["state"] == "approved"
    approved = next(one for one in world.fine("journal", "--json").json if one["event"] == "approved")
    assert approved["actor"] == f"{ANA} by agent"
    assert mails(world) == []


def test_what_is_not_as_it_was_shown_is_not_approved(world: World, anas: Assistant) -> None:
    (draft,) = anas.hears("invoices")["invoices"]
    word = anas.hears("approve_invoice", invoice=draft["id"])["confirm"]
    contact = world.api().get("/contacts")["contacts"][0]["id"]
    world.api().patch(f"/contacts/{contact}", email="somebody@else.example")
    text = anas.refused("approve_invoice", invoice=draft["id"], confirm=word)
    assert "for something else" in text
    assert anas.hears("invoices")["invoices"][0]["state"] == "draft"


def test_who_answers_for_the_rule_and_who_administers_nothing_lets_nothing_go(
    account: Account, world: World, anas: Assistant
) -> None:
    (draft,) = anas.hears("invoices")["invoices"]
    assert "only an administrator" in assistant(account, BO).refused("approve_invoice", invoice=draft["id"])
    world.api().patch(f"/users/{world.user(BO)}", access_roles=["administrator"])
    world.fine("sync")
    with open_account(world.config) as opened:
        said = assistant(opened, BO).refused("approve_invoice", invoice=draft["id"])
    assert "was not approved" in said
