"""Proposals as people and programs read them."""

from __future__ import annotations

import json
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from decimal import Decimal

import pytest
from tests.studio import ACCOUNT, ANA, APOLLO, BO, CATALOG, DAY, MEETINGS

from gleaner.core.actions import (
    Action,
    CreateTimeEntry,
    DeleteTimeEntry,
    StartTimer,
    StopTimer,
    UpdateTimeEntry,
)
from gleaner.core.catalog import EntryId
from gleaner.core.entries import Snapshot
from gleaner.core.proposals import Alternative, Evidence, Level, Proposal, State, reference
from gleaner.faces.cli.proposals import as_json, hours, item_as_json, show_items, show_outcomes, target
from gleaner.faces.cli.session import print_json, table
from gleaner.review.door import Outcome
from gleaner.review.inbox import Item


def proposal(title: str = "Design", level: Level = "sure", **more: object) -> Proposal:
    key = f"entry:{title}"
    action = CreateTimeEntry(ANA, DAY, Decimal("1.50"), APOLLO, MEETINGS, title, reference(ACCOUNT, key))
    made = Proposal(
        key, action, ANA, DAY, "It names the project code APL.", "meeting", title, level, 0.97,
        (Evidence("it names the project code APL", 5.5),),
        (Alternative(APOLLO, MEETINGS, "Acme › Apollo › Meetings", 0.42),),
    )  # fmt: skip
    return replace(made, **more)  # type: ignore[arg-type]


def item(one: Proposal, short: str = "0a1b2c3d", **more: object) -> Item:
    return replace(Item(one, one, State.PROPOSED, short), **more)  # type: ignore[arg-type]


def open_one(one: Proposal) -> Proposal:
    assert isinstance(one.action, CreateTimeEntry)
    return replace(one, action=replace(one.action, project_id=None, task_id=None))


def test_the_target_is_said_in_names() -> None:
    assert target(proposal(), CATALOG) == "Acme Industries › Apollo › Meetings"
    assert target(open_one(proposal()), CATALOG) == "? choose a project"
    assert target(replace(proposal(), action=DeleteTimeEntry(ANA, EntryId(7))), CATALOG) == "delete entry 7"


def test_what_is_no_new_entry_says_what_it_would_do() -> None:
    was = Snapshot(APOLLO, MEETINGS, DAY, Decimal("1.50"), "Design")
    at = datetime(2026, 3, 10, 9, tzinfo=UTC)
    said: dict[Action, str] = {
        UpdateTimeEntry(ANA, EntryId(7), hours=Decimal(2), notes="Call", was=was): (
            "change entry 7 from 1.50 h Apollo / Meetings on Tue 10 Mar "
            'to 2.00 h Apollo / Meetings on Tue 10 Mar, notes "Call"'
        ),
        DeleteTimeEntry(ANA, EntryId(7), was): "delete entry 7: 1.50 h Apollo / Meetings on Tue 10 Mar",
        StartTimer(ANA, APOLLO, MEETINGS, DAY, "", "gleaner-1", at): (
            "start a timer for Apollo / Meetings on Tue 10 Mar"
        ),
        StopTimer(ANA, EntryId(7), at): "stop the timer of entry 7",
    }
    assert {action: target(replace(proposal(), action=action), CATALOG) for action in said} == said


def test_an_estimate_shows_its_range() -> None:
    assert hours(proposal()) == "1.50"
    assert hours(proposal(low=timedelta(minutes=54), high=timedelta(hours=3))) == "1.50 (0.9–3.0)"
    assert hours(replace(proposal(), action=DeleteTimeEntry(ANA, EntryId(7)))) == "-"


def test_unsure_ones_come_first_because_attention_pays_there(capsys: pytest.CaptureFixture[str]) -> None:
    levels: tuple[Level, ...] = ("sure", "likely", "unsure")
    show_items([item(proposal(f"Talk {level}", level)) for level in levels], CATALOG, why=False)
    shown = capsys.readouterr().out
    assert [line.split('"')[1] for line in shown.splitlines() if '"Talk' in line] == [
        "Talk unsure",
        "Talk likely",
        "Talk sure",
    ]
    assert shown.count("Tue 10 Mar · Ana") == 1


def test_each_person_and_day_has_a_heading(capsys: pytest.CaptureFixture[str]) -> None:
    show_items([item(proposal()), item(proposal(user_id=BO))], CATALOG, why=False)
    shown = capsys.readouterr().out
    assert shown.index("Tue 10 Mar · Ana") < shown.index("Tue 10 Mar · Bo")


def test_second_guesses_are_shown_for_the_unsure_and_on_request(capsys: pytest.CaptureFixture[str]) -> None:
    guess = "1. Acme › Apollo › Meetings (42%)"
    show_items([item(proposal(level="sure"))], CATALOG, why=False)
    assert guess not in capsys.readouterr().out
    show_items([item(proposal(level="unsure"))], CATALOG, why=False)
    assert guess in capsys.readouterr().out
    show_items([item(proposal(level="sure"))], CATALOG, why=True)
    shown = capsys.readouterr().out
    assert guess in shown
    assert "+5.5  it names the project code APL" in shown


def test_trouble_is_shown(capsys: pytest.CaptureFixture[str]) -> None:
    show_items([item(proposal(), state=State.FAILED, trouble="the week is approved")], CATALOG, why=False)
    assert "Trouble: the week is approved" in capsys.readouterr().out


NASTY = "Design\x1b[2J\x07 \u202egnp.exe\r\nFake line [bold]x[/bold]"


def test_untrusted_text_stays_text(capsys: pytest.CaptureFixture[str]) -> None:
    show_items([item(proposal(NASTY, reason=NASTY), trouble=NASTY)], CATALOG, why=True)
    table(("Notes",), [(NASTY,)])
    shown = capsys.readouterr().out
    for forbidden in ("\x1b", "\x07", "\u202e", "\r"):
        assert forbidden not in shown
    assert "[bold]x[/bold]" in shown


def test_successes_go_to_stdout_and_troubles_to_stderr(capsys: pytest.CaptureFixture[str]) -> None:
    show_outcomes(
        [Outcome("a", "applied", "Logged 1 h"), Outcome("b", "failed", "the week is approved")],
        {"a": "aaaa", "b": "bbbb"},
    )
    shown = capsys.readouterr()
    assert shown.out == "Logged 1 h.  Undo: gleaner undo aaaa\n"
    assert shown.err == "bbbb: the week is approved\n"


def test_json_has_numbers_for_hours_and_iso_for_days(capsys: pytest.CaptureFixture[str]) -> None:
    print_json(as_json(proposal(low=timedelta(minutes=54), high=timedelta(hours=3)), CATALOG))
    said = json.loads(capsys.readouterr().out)
    assert (said["on"], said["action"]["hours"], said["low_hours"], said["high_hours"]) == (
        "2026-03-10",
        1.5,
        0.9,
        3.0,
    )
    assert (said["person"], said["target"]) == ("ana@studio.example", "Acme Industries › Apollo › Meetings")
    assert said["evidence"] == [{"sentence": "it names the project code APL", "weight": 5.5}]


def test_json_of_an_item_says_where_it_stands(capsys: pytest.CaptureFixture[str]) -> None:
    print_json(item_as_json(item(proposal(), state=State.APPLIED, entry_id=EntryId(9)), CATALOG))
    said = json.loads(capsys.readouterr().out)
    assert (said["id"], said["state"], said["entry_id"]) == ("0a1b2c3d", "applied", 9)


@pytest.mark.parametrize("value", [{"name": "Zoë › 日本"}, {"at": DAY}, {"some": frozenset({2, 1})}])
def test_json_is_always_one_document(value: object, capsys: pytest.CaptureFixture[str]) -> None:
    print_json(value)
    assert json.loads(capsys.readouterr().out)
