"""Tokens for programs, made and revoked on the command line."""

from __future__ import annotations

import pytest
from tests.journeys.world import ANA, BO, World


@pytest.fixture(autouse=True)
def _copied(world: World) -> None:
    world.fine("sync")


def test_a_token_is_shown_once_and_may_only_look_unless_told(world: World) -> None:
    said = world.fine("tokens", "add", "editor")
    assert said.out.startswith("glnr_")
    assert "not shown again" in said.err
    (listed,) = world.fine("tokens", "--json").json
    assert (listed["name"], listed["scopes"], listed["used_at"]) == ("editor", ["read"], None)
    assert said.out.strip() not in world.fine("tokens").out


def test_a_dry_run_makes_and_revokes_nothing(world: World) -> None:
    assert world.fine("tokens", "add", "editor", "--dry-run", "--json").json["token"] is None
    assert world.fine("tokens", "--json").json == []
    world.fine("tokens", "add", "editor")
    world.fine("tokens", "revoke", "editor", "--dry-run")
    assert len(world.fine("tokens", "--json").json) == 1


def test_a_revoked_token_is_gone(world: World) -> None:
    made = world.fine("tokens", "add", "editor", "--scope", "read", "--scope", "propose", "--json").json
    assert made["scopes"] == ["propose", "read"]
    world.fine("tokens", "revoke", made["id"])
    assert world.fine("tokens", "--json").json == []
    assert "there is no token" in world.gleaner("tokens", "revoke", made["id"]).err


@pytest.mark.parametrize(
    ("words", "why"),
    [
        (("add", "editor", "--scope", "everything"), 'there is no scope "everything"'),
        (("add", " "), "give the token a name"),
        (("revoke", "ab"), "there is no token"),
    ],
)
def test_what_cannot_be_is_refused_with_the_reason(world: World, words: tuple[str, ...], why: str) -> None:
    said = world.gleaner("tokens", *words)
    assert (said.code, why in said.err) == (2, True), said


def test_two_tokens_of_one_person_are_told_apart(world: World) -> None:
    world.fine("tokens", "add", "editor")
    assert 'you have a token "editor" already' in world.gleaner("tokens", "add", "editor").err


def test_a_member_sees_and_revokes_their_own_only_an_administrator_everybodys(world: World) -> None:
    mine = world.fine("tokens", "add", "anas", "--json").json
    world.act_as(BO)
    bos = world.fine("tokens", "add", "bos", "--json").json
    assert [one["name"] for one in world.fine("tokens", "--json").json] == ["bos"]
    assert "only an administrator" in world.gleaner("tokens", "list", "--everybody").err
    assert "there is no token" in world.gleaner("tokens", "revoke", mine["id"]).err
    world.act_as(ANA)
    found = world.fine("tokens", "list", "--everybody", "--json").json
    assert {one["person"] for one in found} == {ANA, BO}
    world.fine("tokens", "revoke", bos["id"])


def test_the_journal_says_who_let_a_program_in_and_who_ended_that(world: World) -> None:
    world.act_as(BO)
    made = world.fine("tokens", "add", "editor", "--scope", "read", "--json").json
    world.fine("tokens", "add", "never", "--dry-run")
    world.act_as(ANA)
    world.fine("tokens", "revoke", made["id"])
    lines = [one for one in world.fine("journal", "--json").json if one["event"] == "access"]
    bo = world.user(BO)
    assert [(one["actor"], one["user_id"]) for one in lines] == [(ANA, bo), (BO, bo)]
    assert "The token editor" in lines[0]["text"]
    assert "A program got a token, editor" in lines[1]["text"]
    assert lines[1]["text"].endswith(": read")
    assert made["token"] not in str(lines)
