"""Expenses written to Harvest: filed, changed, deleted, taken back, and decided in the review."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from tests.journeys.conftest import Builder
from tests.journeys.test_expenses import printed
from tests.journeys.world import ANA, BO, CY, TUESDAY, Said, World

TAXI = ("Taxi Berger GmbH", "Datum: 10.03.2026", "Fahrt 20,00", "Gesamtbetrag 20,00 EUR")


def spent(world: World, who: str = ANA) -> list[dict[str, Any]]:
    """Everybody's expenses in Harvest that *who* may see, oldest first."""
    found: list[dict[str, Any]] = world.api(who).get("/expenses")["expenses"]
    return sorted(found, key=lambda one: int(one["id"]))


def receipt(world: World, *lines: str, name: str = "taxi.pdf") -> Path:
    path = world.folder / name
    path.write_bytes(printed(*(lines or TAXI)))
    return path


def undo_of(said: Said) -> str:
    """The short name in *Undo: gleaner undo 7f3a12cd*."""
    return said.out.rstrip().rpartition(" ")[2]


def bytes_of(world: World, one: dict[str, Any]) -> bytes:
    return world.api().client.get(one["receipt"]["url"]).content


def test_a_cost_without_a_receipt_is_filed_and_taken_back(world: World) -> None:
    words = (
        "--amount",
        "12.50",
        "--project",
        "APL",
        "--category",
        "Meals",
        "--notes",
        "Lunch",
        "--on",
        TUESDAY,
    )
    planned = world.fine("expenses", "add", *words, "--dry-run")
    assert "Would file 12.50 EUR Meals for Apollo on Tue 10 Mar." in planned.out
    assert spent(world) == []
    said = world.fine("expenses", "add", *words)
    (one,) = spent(world)
    assert f"Filed 12.50 EUR Meals for Apollo on Tue 10 Mar as expense {one['id']}." in said.out
    assert (one["total_cost"], one["notes"], one["spent_date"]) == (12.5, "Lunch", TUESDAY)
    assert (one["user"]["id"], one["expense_category"]["name"]) == (world.user(ANA), "Meals")
    assert "Undone" in world.fine("undo", undo_of(said)).out
    assert spent(world) == []


def test_the_same_cost_twice_is_filed_and_named(world: World) -> None:
    words = ("--amount", "3.50", "--project", "APL", "--category", "Meals", "--on", TUESDAY)
    assert world.fine("expenses", "add", *words).err == ""
    (first,) = spent(world)
    said = world.fine("expenses", "add", *words)
    assert f"Expense {first['id']} has the same day and amount: one cost, or two?" in said.err
    assert len(spent(world)) == 2


def test_no_rule_is_made_of_an_expense(world: World) -> None:
    world.gleaner("expenses", "add", str(receipt(world)))
    (item,) = world.review("--on", TUESDAY)
    said = world.gleaner("review", "dismiss", item["id"], "--never", "title")
    assert (said.code, "rules are about events and repositories" in said.err) == (2, True), said


def test_miles_cost_what_the_category_says(world: World) -> None:
    world.fine(
        "expenses", "add", "--units", "40", "--project", "APL", "--category", "Mileage", "--on", TUESDAY
    )
    (one,) = spent(world)
    assert (one["units"], one["total_cost"]) == (40, 40 * one["expense_category"]["unit_price"])
    wrong = world.gleaner("expenses", "edit", str(one["id"]), "--amount", "7")
    assert (wrong.code, "give --units" in wrong.err) == (2, True), wrong
    world.fine("expenses", "edit", str(one["id"]), "--units", "10")
    assert spent(world)[0]["units"] == 10


def test_a_receipt_that_says_all_but_the_project_is_filed_with_it(world: World) -> None:
    path = receipt(world)
    said = world.fine("expenses", "add", str(path), "--project", "APL", "--category", "Transportation")
    (one,) = spent(world)
    assert "with its receipt" in said.out
    assert (one["total_cost"], one["spent_date"], one["notes"]) == (20, TUESDAY, "Taxi Berger GmbH")
    assert bytes_of(world, one) == path.read_bytes()
    again = world.gleaner("expenses", "add", str(path), "--project", "APL", "--category", "Transportation")
    assert (again.code, f"was filed already as expense {one['id']}" in again.err) == (1, True), again
    world.fine("undo", undo_of(said))
    assert spent(world) == []
    world.fine("expenses", "add", str(path), "--project", "APL", "--category", "Transportation")
    assert len(spent(world)) == 1


def test_what_was_not_read_surely_waits_and_is_corrected_in_the_review(world: World) -> None:
    path = receipt(world)
    said = world.gleaner("expenses", "add", str(path))
    assert (said.code, "Nothing was filed yet" in said.err) == (1, True), said
    assert spent(world) == []
    (item,) = world.review("--on", TUESDAY)
    assert (item["rule"], item["must_ask"], item["level"]) == ("expense", True, "unsure")
    listed = world.fine("review", "--on", TUESDAY, "--why").out
    assert "Expenses\n" in listed
    assert "20.00 EUR Transportation for ? on Tue 10 Mar  taxi.pdf" in listed
    assert 'Gesamtbetrag 20,00 EUR" names the total' in listed
    early = world.gleaner("review", "accept", item["id"])
    assert (
        early.code,
        "has no project yet; give it with: gleaner review edit ID --project" in early.err,
    ) == (
        2,
        True,
    ), early
    for wrong in (("--hours", "2"), ("--task", "Design")):
        assert world.gleaner("review", "edit", item["id"], *wrong).code == 2
    world.fine("review", "accept", "--sure")
    assert spent(world) == []
    world.fine("review", "edit", item["id"], "--project", "APL")
    (one,) = spent(world)
    assert (one["project"]["id"], one["total_cost"], one["receipt"]["content_type"]) == (
        world.ids["apollo"],
        20,
        "application/pdf",
    )
    assert world.fine("review").out == "Nothing to review.\n"


def test_a_dismissed_receipt_files_nothing(world: World) -> None:
    world.gleaner("expenses", "add", str(receipt(world)))
    (item,) = world.review("--on", TUESDAY)
    world.fine("review", "dismiss", item["id"], "--why", "private")
    assert spent(world) == []
    assert [one["state"] for one in world.review()] == ["dismissed"]


def test_a_total_in_another_currency_is_never_filed_as_it_is(world: World) -> None:
    path = receipt(world, "Cab Ltd", "Date: 2026-03-10", "Ride", "Total 30.00 USD")
    said = world.gleaner("expenses", "add", str(path), "--project", "APL", "--category", "Transportation")
    assert said.code == 1
    assert "the amount is in USD, and expenses for Acme Industries are in EUR" in said.err
    (item,) = world.review("--on", TUESDAY)
    world.fine("review", "edit", item["id"], "--amount", "27.80")
    assert spent(world)[0]["total_cost"] == 27.8


def test_an_expense_is_changed_with_a_new_receipt_and_changed_back(world: World) -> None:
    old, new = receipt(world), receipt(world, "Other", "Total 9,00 EUR", name="other.pdf")
    filed = world.fine("expenses", "add", str(old), "--project", "APL", "--category", "Transportation")
    (one,) = spent(world)
    said = world.fine("expenses", "edit", str(one["id"]), "--amount", "9", "--receipt", str(new))
    (now,) = spent(world)
    assert (now["total_cost"], bytes_of(world, now)) == (9, new.read_bytes())
    assert world.gleaner("undo", undo_of(filed)).code == 1, "it was changed since"
    world.fine("undo", undo_of(said))
    (back,) = spent(world)
    assert (back["total_cost"], bytes_of(world, back)) == (20, old.read_bytes())


def test_a_deleted_expense_comes_back_with_its_receipt(world: World) -> None:
    path = receipt(world)
    world.fine("expenses", "add", str(path), "--project", "APL", "--category", "Transportation")
    (one,) = spent(world)
    said = world.fine("expenses", "delete", str(one["id"]))
    assert spent(world) == []
    world.fine("undo", undo_of(said))
    (back,) = spent(world)
    assert (back["total_cost"], back["notes"], bytes_of(world, back)) == (20, one["notes"], path.read_bytes())


def test_a_member_files_for_nobody_else(world: World) -> None:
    words = ("--amount", "12.50", "--category", "Meals", "--on", TUESDAY)
    world.act_as(BO)
    refused = world.gleaner("expenses", "add", *words, "--project", "APL", "--person", ANA)
    assert (refused.code in (1, 2), refused.out) == (True, ""), refused
    world.fine("expenses", "add", *words, "--project", "APL")
    assert [one["user"]["id"] for one in spent(world)] == [world.user(BO)]


def test_an_administrator_files_for_somebody_else(world: World) -> None:
    words = ("--amount", "12.50", "--category", "Meals", "--on", TUESDAY)
    world.fine("expenses", "add", *words, "--project", "APL", "--person", BO)
    assert [one["user"]["id"] for one in spent(world)] == [world.user(BO)]
    refused = world.gleaner("expenses", "add", *words, "--project", "WEB", "--person", CY)
    assert (refused.code, 'not assigned to "Website"' in refused.err) == (2, True), refused


def test_an_approved_week_takes_no_expense(new_world: Builder) -> None:
    world = new_world(approved=[{"from": "2026-03-09", "to": "2026-03-15"}])
    world.by_hand(2, "apollo", "design", "Sketches", day="2026-03-09")
    words = ("--amount", "5", "--project", "APL", "--category", "Meals", "--on", TUESDAY)
    said = world.gleaner("expenses", "add", *words)
    assert (said.code, "the timesheet for Mon 9 Mar – Sun 15 Mar is approved" in said.err) == (1, True), said
    assert spent(world) == []


def test_a_receipt_of_a_week_that_was_approved_long_ago_is_refused(new_world: Builder) -> None:
    world = new_world(approved=[{"from": "2024-03-04", "to": "2024-03-10"}])
    world.by_hand(2, "apollo", "design", "Sketches", day="2024-03-05")
    path = receipt(world, "Taxi Berger GmbH", "Datum: 05.03.2024", "Gesamtbetrag 20,00 EUR")
    said = world.gleaner("expenses", "add", str(path), "--project", "APL", "--category", "Transportation")
    assert (said.code, "is approved" in said.err) == (1, True), said
    assert spent(world) == []
    path = receipt(world, "Taxi Albert GmbH", "Datum: 10.03.2026", "Gesamtbetrag 20,00 EUR", name="b.pdf")
    world.gleaner("expenses", "add", str(path), "--category", "Transportation")
    (item,) = [one for one in world.review() if one["state"] == "proposed"]
    said = world.gleaner("review", "edit", item["id"], "--project", "APL", "--on", "2024-03-05")
    assert (said.code, "is approved" in said.err) == (1, True), said
    assert spent(world) == []


def test_an_invoiced_expense_stays_as_it_is(world: World) -> None:
    said = world.fine(
        "expenses", "add", "--amount", "5", "--project", "APL", "--category", "Meals", "--on", TUESDAY
    )
    number = str(spent(world)[0]["id"])
    world.api().post(
        "/invoices",
        client_id=world.ids["acme"],
        line_items_import={
            "project_ids": [world.ids["apollo"]],
            "expenses": {"summary_type": "detailed", "from": "2026-03-01", "to": "2026-03-31"},
        },
    )
    for words in (
        ("expenses", "edit", number, "--amount", "6"),
        ("expenses", "delete", number),
        ("undo", undo_of(said)),
    ):
        refused = world.gleaner(*words)
        assert (refused.code, "Expense is invoiced." in refused.err) == (1, True), refused
    assert spent(world)[0]["total_cost"] == 5


def test_bad_words_are_refused_with_one_sentence(world: World) -> None:
    for words, why in (
        ((), "name a receipt, or say --amount"),
        (("--amount", "0"), "is no cost"),
        (("--amount", "1", "--units", "2"), "not both"),
        (("--amount", "1"), "say --project and --category"),
        (("--amount", "1.005", "--project", "APL", "--category", "Meals"), "parts of a cent"),
        (("--amount", "1", "--project", "APL", "--category", "Mails"), 'no expense category "Mails"'),
        (("--amount", "1", "--project", "Old Site", "--category", "Meals"), "archived"),
    ):
        said = world.gleaner("expenses", "add", *words)
        assert (said.code, why in " ".join(said.err.split())) == (2, True), said
    assert spent(world) == []
    for command in ("edit", "delete"):
        assert (
            world.gleaner("expenses", command, "999999", *(["--notes", "x"] * (command == "edit"))).code == 2
        )


def test_an_expense_that_waits_is_nowhere_taken_for_time(world: World) -> None:
    before = world.fine("today", "--on", TUESDAY, "--json").json
    week = world.fine("week", "--on", TUESDAY).out
    world.gleaner("expenses", "add", str(receipt(world)))
    assert len(world.review("--on", TUESDAY)) == 1
    assert world.fine("today", "--on", TUESDAY, "--json").json == before
    assert world.fine("week", "--on", TUESDAY).out == week
    world.fine("run", "--on", TUESDAY)
    assert [item["state"] for item in world.review()] == ["proposed"], "no draft of the day takes it back"
    assert world.entries() == []
