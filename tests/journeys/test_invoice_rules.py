"""Billing rules that are added by command: the same as in the file, answered for by whoever added them."""

from __future__ import annotations

from pathlib import Path

import pytest
from tests.journeys.billing import HOURLY, billable, invoices, mails, month_end, only, rule, worked
from tests.journeys.world import ANA, BO, CY, World


def written(world: World, *lines: str, name: str = "added", projects: str = "Apollo") -> Path:
    path = world.folder / "rules.toml"
    path.write_text("\n".join(["[[invoices]]", f'name = "{name}"', f'projects = ["{projects}"]', *lines]))
    return path


def test_an_added_rule_makes_invoices_and_somebody_else_lets_them_go(world: World) -> None:
    billable(world)
    path = written(world, *month_end("tax = 19"))
    assert "Would add added: every month" in world.fine("invoices", "add-rules", str(path), "--dry-run").out
    assert world.fine("invoices", "rules", "--json").json == []
    world.fine("invoices", "add-rules", str(path))
    (kept,) = world.fine("invoices", "rules", "--json").json
    assert (kept["name"], kept["author"], kept["is_added"]) == ("added", ANA, True)
    assert "another administrator" in world.fine("invoices", "rules").out
    worked(world, 2.0)
    world.fine("invoices", "draft")
    assert [one["amount"] for one in invoices(world)] == [190.4]
    refused = world.gleaner("invoices", "send", only(world)["id"])
    assert "somebody else has to let its invoices go" in refused.err
    assert mails(world) == []
    assert "Added the billing rule added" in world.fine("journal").out


def test_removed_it_is_due_no_more_and_its_invoices_stay(world: World) -> None:
    billable(world)
    world.fine("invoices", "add-rules", str(written(world, *HOURLY)))
    worked(world, 11.0)
    world.fine("invoices", "draft")
    world.fine("invoices", "remove-rule", "added")
    worked(world, 12.0)
    assert world.fine("invoices", "draft").out.strip() == "Nothing is due."
    assert only(world)["state"] == "draft"
    said = world.gleaner("invoices", "send", only(world)["id"])
    assert "is not there any more" in said.err
    assert world.gleaner("invoices", "remove-rule", "added").code == 2


@pytest.mark.parametrize(
    ("lines", "sentence"),
    [
        ((f'author = "{BO}"', *month_end()), "whoever adds a rule answers for it"),
        (("trigger = 7",), "invoices[1]"),
        (month_end("capp = 7"), 'there is no "capp"'),
        (month_end("cap = -7"), "cap"),
        (('trigger = {kind = "moth-end"}',), "month-end"),
        (month_end(), '"added" and "acme" would both bill'),
        (("trigger = {",), "rules.toml"),
    ],
)
def test_what_is_wrong_is_said_and_nothing_is_added(
    world: World, lines: tuple[str, ...], sentence: str
) -> None:
    billable(world)
    rule(world, *HOURLY)
    said = world.gleaner("invoices", "add-rules", str(written(world, *lines)))
    assert said.code == 2, said
    assert sentence in said.err
    assert [one["name"] for one in world.fine("invoices", "rules", "--json").json] == ["acme"]


def test_a_rule_that_is_wrong_is_listed_and_said_to_be_wrong(world: World) -> None:
    """Its trigger is of a kind that there is not."""
    billable(world)
    rule(world, *HOURLY)
    rule(world, 'trigger = {kind = "moth-end"}', name="typo", projects="Customer Portal")
    said, doctor = world.gleaner("invoices", "rules"), world.gleaner("doctor")
    assert said.code == world.gleaner("invoices").code == 2
    assert "typo" in said.out
    assert "acme" in said.out
    for text in (said.err, doctor.out):
        plain = " ".join(text.split())
        assert 'invoices[2].trigger: there is no trigger "moth-end"' in plain
        assert "Known: " in plain
        assert "month-end" in plain
    as_json = world.gleaner("invoices", "rules", "--json")
    assert as_json.code == 2
    assert [one["name"] for one in as_json.json] == ["acme", "typo"]


def test_the_files_rules_are_taken_out_of_the_file(world: World) -> None:
    billable(world)
    rule(world, *HOURLY)
    assert "take it out there" in world.gleaner("invoices", "remove-rule", "acme").err
    assert (
        'two rules are called "acme"'
        in world.gleaner(
            "invoices", "add-rules", str(written(world, *month_end(), name="acme", projects="Website"))
        ).err
    )


@pytest.mark.parametrize("words", [("rules",), ("add-rules", "rules.toml"), ("remove-rule", "added")])
def test_members_neither_see_nor_change_rules(world: World, words: tuple[str, ...]) -> None:
    billable(world)
    written(world, *month_end())
    world.fine("sync")
    world.act_as(CY)
    said = world.gleaner("invoices", *words)
    assert said.code == 1
    assert "only an administrator" in said.err


def test_a_forgotten_maker_is_nobody_in_the_rule(world: World) -> None:
    billable(world)
    world.fine("invoices", "add-rules", str(written(world, *month_end(f'approvers = ["{ANA}"]'))))
    told = world.fine("people", "export", ANA).json
    assert [row["name"] for row in told["sections"]["billing_rules"]["rows"]] == ["added"]
    bo = next(one for one in world.api().get("/users")["users"] if one["email"] == BO)
    world.api().patch(f"/users/{bo['id']}", access_roles=["administrator"])
    world.act_as(BO)
    world.fine("sync")
    world.fine("people", "forget", ANA, "--yes")
    (kept,) = world.fine("invoices", "rules", "--json").json
    assert (kept["author"], kept["approvers"]) == ("nobody@forgotten.invalid", ["nobody@forgotten.invalid"])
