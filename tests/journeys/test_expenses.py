"""Expenses seen from outside: what receipts say, and what in Harvest should be looked at."""

from __future__ import annotations

from io import BytesIO
from pathlib import Path

from bench.receipts import receipts
from reportlab.pdfgen.canvas import Canvas
from tests.journeys.world import ANA, BO, TUESDAY, World

DAYS = ("--from", "2026-03-02", "--to", TUESDAY)


def printed(*lines: str) -> bytes:
    """A PDF of these lines."""
    out = BytesIO()
    canvas = Canvas(out)
    for number, line in enumerate(lines):
        canvas.drawString(50, 700 - 20 * number, line)
    canvas.save()
    return out.getvalue()


def spend(world: World, who: str, on: str, cost: float) -> int:
    """One expense of that person, entered in Harvest."""
    api = world.api()
    known = {one["name"]: one["id"] for one in api.get("/expense_categories")["expense_categories"]}
    made = api.post(
        "/expenses",
        user_id=world.ids[who],
        project_id=world.ids["apollo"],
        expense_category_id=known.get("Meals") or next(iter(known.values())),
        spent_date=on,
        total_cost=cost,
    )
    return int(made["id"])


def test_expenses_are_listed_with_what_to_look_at(world: World) -> None:
    first, second = spend(world, "ana", "2026-03-08", 300), spend(world, "ana", TUESDAY, 12.5)
    said = world.gleaner("expenses", "list", *DAYS, "--limit", "250", "--receipt-from", "20")
    assert said.code == 1, said
    assert f"{first}  Sun 8 Mar  Ana Person  300.00" in said.out
    assert "300.00 EUR without a receipt." in said.out
    assert "above the limit of 250.00" in said.out
    assert "on a weekend" in said.out
    assert "12.50 EUR without" not in said.out
    assert "2 expenses: 312.50 EUR; 3 things to look at." in said.out
    found = world.gleaner("expenses", "list", "--on", TUESDAY, "--json").json
    assert [one["id"] for one in found["expenses"]] == [second]
    assert [one["kind"] for one in found["findings"]] == ["missing receipt"]


def test_nothing_to_look_at_is_fine(world: World) -> None:
    spend(world, "ana", TUESDAY, 12.5)
    said = world.fine("expenses", "list", "--receipt-from", "20", "--on", TUESDAY)
    assert "1 expense: 12.50 EUR; 0 things to look at." in said.out


def test_a_member_sees_only_their_own(world: World) -> None:
    spend(world, "ana", TUESDAY, 99)
    mine = spend(world, "bo", TUESDAY, 11)
    world.act_as(BO)
    said = world.gleaner("expenses", "list", "--on", TUESDAY, "--json")
    assert [one["id"] for one in said.json["expenses"]] == [mine]
    for words in (("--everybody",), ("--person", ANA)):
        refused = world.gleaner("expenses", "list", "--on", TUESDAY, *words)
        assert (refused.code in (1, 2), refused.out) == (True, ""), refused


def test_an_administrator_sees_everybodys(world: World) -> None:
    numbers = {spend(world, "ana", TUESDAY, 99), spend(world, "bo", TUESDAY, 11)}
    said = world.gleaner("expenses", "list", "--on", TUESDAY, "--everybody", "--json")
    assert {one["id"] for one in said.json["expenses"]} == numbers


def test_a_folder_of_receipts_is_read_and_what_is_wrong_is_named(world: World) -> None:
    folder = world.folder / "Receipts"
    folder.mkdir()
    made = next(receipts(1, 1))
    for name in ("a.pdf", "b.pdf"):
        (folder / name).write_bytes(made.content)
    (folder / "song.pdf").write_bytes(b"ID3 la la la")
    said = world.gleaner("expenses", "receipts", str(folder))
    assert said.code == 1
    assert made.merchant in said.out
    assert f"{made.total}" in said.out
    assert f"{folder / 'b.pdf'} is the same receipt as {folder / 'a.pdf'}." in " ".join(said.err.split("\n"))
    assert "song.pdf is not a picture or PDF inside" in said.err


def test_a_receipt_names_the_expense_it_may_be(world: World) -> None:
    path = world.folder / "taxi.pdf"
    path.write_bytes(
        printed("Taxi Berger GmbH", "Datum: 09.03.2026", "Fahrt 20,00", "Gesamtbetrag 20,00 EUR")
    )
    (said,) = world.fine("expenses", "receipts", str(path), "--json").json
    assert (said["category"]["value"], said["already"]) == ("Transportation", None)
    number = spend(world, "ana", "2026-03-09", 20)
    said_now = world.fine("expenses", "receipts", str(path)).out
    assert f"expense {number} has the same amount and day" in said_now
    assert "Transportation (60%)" in said_now


def test_a_member_reads_no_receipt_for_somebody_else(world: World) -> None:
    path = world.folder / "taxi.pdf"
    path.write_bytes(next(receipts(1, 1)).content)
    world.act_as(BO)
    said = world.gleaner("expenses", "receipts", str(path), "--person", ANA)
    assert (said.code in (1, 2), said.out) == (True, ""), said


def test_a_file_that_is_not_there_is_named(world: World) -> None:
    said = world.gleaner("expenses", "receipts", str(Path(world.folder, "gone.pdf")))
    assert said.code == 1
    assert "gone.pdf is no file" in said.err


def test_a_limit_that_is_no_amount_is_refused(world: World) -> None:
    for wrong in ("much", "-1", "nan"):
        said = world.gleaner("expenses", "list", f"--limit={wrong}")
        assert (said.code, f'"{wrong}" is no amount' in " ".join(said.err.split())) == (2, True), said
