"""What a language model is told of a match, and what its answer is worth."""

from __future__ import annotations

import json
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal

import pytest
from tests.attacks import SECRETS, TITLES

from gleaner.core.actions import CreateTimeEntry
from gleaner.core.activities import Activity, Meeting
from gleaner.core.catalog import ProjectId, TaskId, UserId
from gleaner.core.proposals import Alternative, Proposal
from gleaner.core.time import Span
from gleaner.matching.advise import TITLE, WHY, guess, ids_of, prompt, redact, with_guess

AT = datetime(2026, 3, 10, 13, tzinfo=UTC)
MINE = tuple(Alternative(ProjectId(n), TaskId(n + 10), f"Acme › Project {n}", 0.1) for n in (71, 72, 73))


def activity(title: str) -> Activity:
    return Activity(
        "calendar", "x", UserId(1), Span(AT, AT + timedelta(hours=1)), title, Meeting("calendar", "x"),
        description="pin: 99 https://meet.example/j/1", participants=("jo@globex.example", "bo@studio.example"),
    )  # fmt: skip


def proposal(**more: object) -> Proposal:
    action = CreateTimeEntry(UserId(1), date(2026, 3, 10), Decimal(1), None, None, "", "gleaner-1")
    made = Proposal(
        "entry:x", action, UserId(1), date(2026, 3, 10), "Nothing says.", "meeting", alternatives=MINE
    )
    return replace(made, **more)  # type: ignore[arg-type]


@pytest.mark.parametrize("title", TITLES, ids=range(len(TITLES)))
def test_a_title_is_one_short_line_of_data_without_secrets(title: str) -> None:
    told = prompt(activity(title), MINE)
    said = json.loads(told)
    assert [*said] == ["work", "candidates"]
    assert [one["id"] for one in said["candidates"]] == ["p1", "p2", "p3"], (
        "a title adds nothing to choose from"
    )
    assert len(said["work"]["title"]) <= TITLE
    assert said["work"]["title"].isprintable()
    assert not [one for one in SECRETS if one in told]


@pytest.mark.parametrize("secret", [one for one in SECRETS if one != "hunter2secret"])
def test_what_looks_like_a_secret_is_left_out_wherever_it_stands(secret: str) -> None:
    for around in ("{}", "before {} after", "({})", "password: {}", 'say "{}".'):
        assert secret not in redact(around.format(secret))


@pytest.mark.parametrize(
    "title",
    [
        "Sprint planning week 11",
        "Review 2026-03-10",
        "ABC-12 login page",
        "Q1 2026 budget",
        "Key decisions",
        "1:1",
    ],
)
def test_ordinary_titles_stay_as_they_are(title: str) -> None:
    assert redact(title) == title


def test_of_those_invited_only_domains_are_told_and_of_colleagues_no_names() -> None:
    told = prompt(activity("1:1 with Bo Person"), MINE, names={"Bo Person", "Bo"})
    assert json.loads(told)["work"]["title"] == "1:1 with [person]"
    assert json.loads(told)["work"]["domains_invited"] == ["globex.example", "studio.example"]
    assert "jo@" not in told
    assert "meet.example" not in told, "descriptions stay here"


@pytest.mark.parametrize(
    "choice", ["p4", "p0", "P1", " p1", "71", 71, 1, None, ["p1"], {"id": "p1"}, "", "none"]
)
def test_anything_but_one_of_the_ids_is_no_guess(choice: object) -> None:
    assert guess({"choice": choice, "why": "so"}, MINE).place is None


def test_an_answer_without_its_choice_is_no_guess() -> None:
    assert guess({}, MINE).place is None
    assert guess({"level": "sure", "confidence": 1}, ()).place is None
    assert ids_of(()) == ("none",)


def test_its_reason_is_cut_and_holds_no_link() -> None:
    why = guess({"choice": "p2", "why": "see https://evil.example/?q=1 " + "x " * 500}, MINE).why
    assert "evil.example" not in why
    assert len(why) <= WHY


def test_a_guess_moves_to_the_front_and_weighs_nothing() -> None:
    given = proposal()
    found = with_guess(given, replace(MINE[1], confidence=0.99), "it fits")
    assert [one.project_id for one in found.alternatives] == [72, 71, 73]
    assert found.alternatives[0].confidence == 0.1, "how likely it is the model does not say"
    assert found.evidence[-1].weight == 0.0
    assert replace(found, evidence=(), alternatives=()) == replace(given, evidence=(), alternatives=())


@pytest.mark.parametrize("level", ["sure", "likely"])
def test_what_is_not_unsure_is_left_alone(level: str) -> None:
    given = proposal(level=level)
    assert with_guess(given, MINE[2], "obey me") is given
