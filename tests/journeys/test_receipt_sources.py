"""Receipts that come by themselves: from a folder to the review, and from there to Harvest."""

from __future__ import annotations

import os
import time
from io import BytesIO
from pathlib import Path
from typing import Any

import pytest
from pypdf import PdfWriter
from tests.imap import PASSWORD, USER, imap_server
from tests.journeys.test_expenses import printed
from tests.journeys.test_filing import TAXI, bytes_of, spent, undo_of
from tests.journeys.world import ANA, BO, CY, TUESDAY, World
from tests.unit.expenses.test_text import bomb

from gleaner.adapters.store.receipts import Kept
from gleaner.app.account import open_account
from gleaner.app.collecting import receipt_sources
from gleaner.app.daemon.job import jobs_of
from gleaner.app.daemon.schedule import Due
from gleaner.app.receiving import receipt_key
from gleaner.config import load
from gleaner.expenses.text import receipt_file


@pytest.fixture
def folder(world: World) -> Path:
    """Ana's folder of receipts."""
    made = world.folder / "Receipts"
    made.mkdir()
    world.say("[[receipts]]", 'kind = "folder"', 'path = "Receipts"', f'person = "{ANA}"')
    return made


def put(folder: Path, name: str, content: bytes) -> Path:
    """A file whose writing ended a minute ago."""
    path = folder / name
    path.write_bytes(content)
    os.utime(path, (time.time() - 60,) * 2)
    return path


def receipts(world: World, code: int = 0) -> Any:
    said = world.gleaner("expenses", "receipts", "--json")
    assert said.code == code, said
    return said.json


def test_a_receipt_goes_from_the_folder_to_harvest_and_back(world: World, folder: Path) -> None:
    path = put(folder, "taxi.pdf", printed(*TAXI))
    said = world.fine("expenses", "receipts")
    assert "20.00 EUR Transportation for ? on Tue 10 Mar  taxi.pdf" in said.out
    assert "to review  taxi.pdf  (Receipts, Ana Person)" in said.out
    assert spent(world) == []
    (item,) = world.review("--on", TUESDAY)
    done = world.fine("review", "edit", item["id"], "--project", "APL")
    (one,) = spent(world)
    assert bytes_of(world, one) == path.read_bytes()
    assert world.fine("expenses", "receipts").out.startswith("filed      taxi.pdf")
    world.fine("undo", undo_of(done))
    assert spent(world) == []
    assert path.exists()


def test_a_receipt_that_was_mailed_is_proposed_once(
    world: World, tmp_path_factory: pytest.TempPathFactory, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("GLEANER_MAILBOX__PASSWORD", PASSWORD)
    with imap_server(tmp_path_factory.mktemp("imap")) as box:
        world.say(
            "[[receipts]]", 'kind = "mail"', 'server = "127.0.0.1"', f"port = {box.port}", f'user = "{USER}"',
            f'ca_file = "{box.ca_file}"', f'person = "{ANA}"',
        )  # fmt: skip
        monkeypatch.delenv("GLEANER_MAILBOX__PASSWORD")
        assert f"gleaner login --mailbox {USER}" in world.gleaner("expenses", "receipts").err.replace(
            "\n", " "
        )
        world.fine("login", "--mailbox", USER, typed=f"{PASSWORD}\n")
        taxi = printed(*TAXI)
        box.put(("taxi.pdf", taxi), ("notes.txt", b"hello"))
        found = receipts(world, code=1)
        assert [one["title"] for one in found["new"]] == ["Taxi Berger GmbH"]
        refused = [one["trouble"] for one in found["receipts"] if one["state"] == "refused"]
        assert refused == ["notes.txt is not a picture or PDF inside; Harvest takes png, gif, jpg and pdf."]
        assert box.seen == {1}
        box.put(("same.pdf", taxi))
        assert receipts(world)["new"] == []
        assert f"{USER}; INBOX can be read" in world.gleaner("doctor").out.replace("\n", " ")
        assert PASSWORD not in world.gleaner("expenses", "receipts").out


def test_the_same_content_is_one_receipt_whatever_its_name(world: World, folder: Path) -> None:
    for name in ("a.pdf", "b.pdf"):
        put(folder, name, printed(*TAXI) if name == "a.pdf" else (folder / "a.pdf").read_bytes())
    assert len(receipts(world)["new"]) == 1
    assert len(world.review()) == 1
    assert receipts(world)["new"] == []


def test_a_receipt_that_was_kept_when_a_process_died_is_proposed_by_the_next(
    world: World, folder: Path
) -> None:
    path = put(folder, "taxi.pdf", printed(*TAXI))
    world.fine("sync")
    with open_account(world.config) as account:
        (made,) = receipt_sources(account)
        assert made.person is not None
        now, file = account.clock.now(), receipt_file(path)
        key = receipt_key(made.person, file.digest)
        row = Kept(
            made.person.id, file.digest, file.name, "application/pdf", len(file.content), "x", "proposed", "", key, now
        )  # fmt: skip
        account.receipts.keep(row, file.content)
    assert [one["title"] for one in receipts(world)["new"]] == ["Taxi Berger GmbH"]
    assert receipts(world)["new"] == []


def test_two_receipts_of_one_cost_name_each_other(world: World, folder: Path) -> None:
    put(folder, "a.pdf", printed(*TAXI))
    put(folder, "b.pdf", printed(*TAXI, "Danke"))
    receipts(world)
    reasons = [item["reason"] for item in world.review()]
    assert any("(a.pdf) has the same day and amount" in reason for reason in reasons), reasons


def test_a_cost_that_is_in_harvest_already_is_named(world: World, folder: Path) -> None:
    world.fine(
        "expenses", "add", "--amount", "20", "--project", "APL", "--category", "Meals", "--on", TUESDAY
    )
    (there,) = spent(world)
    put(folder, "taxi.pdf", printed(*TAXI))
    (new,) = receipts(world)["new"]
    assert f"Expense {there['id']} in Harvest has the same day and amount." in new["reason"]


def encrypted() -> bytes:
    writer = PdfWriter(BytesIO(printed("Total 12.00 EUR")))
    writer.encrypt("secret", algorithm="RC4-128")
    out = BytesIO()
    writer.write(out)
    return out.getvalue()


def test_what_is_no_receipt_is_named_and_stays_listed(world: World, folder: Path) -> None:
    put(folder, "program.pdf", b"MZ\x90\x00")
    put(folder, "encrypted.pdf", encrypted())
    put(folder, "bomb.pdf", bomb(pages=5, megabytes=70))
    put(folder, "picture.pdf", b"\x89PNG\r\n\x1a\n" + b"IEND")
    with (folder / "huge.pdf").open("wb") as opened:
        opened.truncate(200_000_000)
    os.utime(folder / "huge.pdf", (time.time() - 60,) * 2)
    put(folder, "taxi.pdf", printed(*TAXI))
    found = receipts(world, code=1)
    assert [one["title"] for one in found["new"]] == ["Taxi Berger GmbH"]
    why = {one["name"]: one["trouble"] for one in found["receipts"] if one["state"] == "refused"}
    assert why.pop("bomb.pdf").startswith(("bomb.pdf takes more time or memory", "bomb.pdf cannot be read"))
    assert {name: sentence.split(";")[0] for name, sentence in why.items()} == {
        "program.pdf": "program.pdf is not a picture or PDF inside",
        "encrypted.pdf": "encrypted.pdf is encrypted",
        "picture.pdf": "picture.pdf is a png file inside, but its name does not end in .png",
        "huge.pdf": "huge.pdf has 200.0 MB",
    }
    again = world.fine("expenses", "receipts")
    assert "refused    program.pdf" in again.out, "it is still there to be seen"
    assert len(world.review()) == 1


def test_a_file_that_is_still_being_written_is_said_to_wait(world: World, folder: Path) -> None:
    (folder / "scan.pdf").write_bytes(b"%PDF-1.7 half")
    said = world.fine("expenses", "receipts")
    assert "scan.pdf is still being written" in said.err
    assert world.review() == []


def test_a_member_collects_for_nobody_else(world: World, folder: Path) -> None:
    put(folder, "taxi.pdf", printed(*TAXI))
    world.act_as(BO)
    said = world.gleaner("expenses", "receipts")
    assert (said.code, "receipts[1]" in said.err, said.out) == (1, True, "No receipts yet.\n"), said


def test_mistakes_in_the_table_are_named(world: World) -> None:
    for lines, why in (
        (('kind = "folder"', 'path = "x"'), 'missing "person"'),
        (('kind = "foldr"', 'path = "x"', f'person = "{ANA}"'), 'Did you mean "folder"?'),
        (('kind = "folder"', 'path = "x"', f'person = "{ANA}"', "size = 3"), 'there is no "size"'),
        (('kind = "folder"', 'path = "gone"', f'person = "{ANA}"'), "cannot be read"),
        (('kind = "folder"', 'path = "x"', 'person = "al@studio.example"'), "nobody in Harvest"),
    ):
        before = list(world.lines)
        world.say("[[receipts]]", *lines)
        said = world.gleaner("expenses", "receipts")
        assert (said.code, why in " ".join(said.err.split())) == (1, True), said
        assert why in " ".join(world.gleaner("doctor").out.split())
        world.lines[:] = before
        world.say()


def test_the_job_is_there_when_receipts_are_and_collects(world: World, folder: Path) -> None:
    put(folder, "taxi.pdf", printed(*TAXI))
    world.fine("sync")
    job = jobs_of(load(world.config))["expenses"]
    with open_account(world.config) as account:
        now = account.clock.now()
        report = job.run(account, Due("x", now.date(), now.date()), None)
    assert (report.text, report.is_trouble) == (
        "1 new receipts proposed, 0 refused, 0 not whole yet",
        False,
    )
    world.lines.clear()
    world.say()
    assert "expenses" not in jobs_of(load(world.config))


def test_who_is_forgotten_takes_their_receipts_along(world: World) -> None:
    made = world.folder / "Bos"
    made.mkdir()
    world.say("[[receipts]]", 'kind = "folder"', 'path = "Bos"', f'person = "{BO}"')
    put(made, "taxi.pdf", printed(*TAXI))
    assert len(receipts(world)["new"]) == 1
    (row,) = world.fine("people", "export", BO).json["sections"]["receipts"]["rows"]
    assert (row["name"], row["state"], "content" in row) == ("taxi.pdf", "proposed", False)
    world.fine("people", "forget", BO, "--yes")
    assert receipts(world)["receipts"] == []
    assert world.fine("people", "export", CY).json["sections"]["receipts"]["rows"] == []
