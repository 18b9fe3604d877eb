"""A language model that may be asked: it puts a guess in front, and nothing else changes with it."""

from __future__ import annotations

import json
import sqlite3
from collections.abc import Iterator
from typing import Any

import pytest
from tests.journeys.world import ANA, BO, TUESDAY, World, meeting
from tests.model import KEY, Model, chooses, questions, serving

from gleaner.app.account import open_account
from gleaner.app.model_use import hold, left
from gleaner.core.errors import Refused


@pytest.fixture
def model() -> Iterator[Model]:
    with serving(chooses("p1")) as made:
        yield made


def asked(world: World, model: Model, *more: str, provider: str = "openai") -> None:
    """From now on Gleaner may ask it."""
    at = f"{model.url}/v1" if provider == "openai" else model.url
    world.say(
        "[llm]", f'provider = "{provider}"', 'model = "small"', f'base_url = "{at}"', 'uses = ["advise", "ask"]', *more
    )  # fmt: skip
    world.patch.setenv("GLEANER_LLM__KEY", KEY)


def the(world: World, title: str) -> dict[str, Any]:
    return world.waiting()[title]


def picks(project: str) -> Any:
    """A model that looks for a project by its name."""

    def says(body: dict[str, Any]) -> dict[str, Any]:
        said = json.loads(questions(body)[0])
        ids = [one["id"] for one in said["candidates"] if project in one["project"]]
        return chooses(ids[0], "the words fit")(body)

    return says


def test_without_a_word_about_it_no_model_is_asked(world: World, model: Model) -> None:
    world.calendar(ANA, meeting("14:00-15:00", "Catch up"))
    world.fine("run", "--on", TUESDAY)
    assert model.bodies == []
    assert "language model" not in json.dumps(the(world, "Catch up"))


@pytest.mark.parametrize("provider", ["openai", "anthropic"])
def test_the_guess_is_put_first_and_the_match_stays_unsure(world: World, model: Model, provider: str) -> None:
    asked(world, model, provider=provider)
    model.says = picks("Website")
    world.calendar(ANA, meeting("14:00-15:00", "Catch up"))
    world.fine("run", "--on", TUESDAY)
    found = the(world, "Catch up")
    assert found["level"] == "unsure"
    assert found["alternatives"][0]["label"].startswith("Beta Labs › Website")
    sentence = "a language model guesses Beta Labs › Website › Meetings, which counts for nothing"
    said = {"sentence": f'{sentence}; it says: "the words fit"', "weight": 0.0}
    assert found["evidence"][-1] == said
    assert world.entries() == []
    assert model.keys == [KEY]


def test_each_activity_is_asked_about_once_as_it_was(world: World, model: Model) -> None:
    asked(world, model)
    world.calendar(ANA, meeting("14:00-15:00", "Catch up"))
    for _ in range(2):
        world.fine("run", "--on", TUESDAY)
    assert len(model.bodies) == 1
    world.calendar(ANA, meeting("14:00-15:30", "Catch up"))
    world.fine("run", "--on", TUESDAY)
    assert len(model.bodies) == 2
    assert "language model" in json.dumps(the(world, "Catch up"))


def test_what_is_certain_is_nobody_elses_question(world: World, model: Model) -> None:
    asked(world, model)
    world.calendar(ANA, meeting("10:00-11:00", "APL detail review"))
    world.fine("run", "--on", TUESDAY)
    assert model.bodies == []
    assert len(world.entries()) == 1


def test_a_dry_run_asks_nobody(world: World, model: Model) -> None:
    asked(world, model)
    world.calendar(ANA, meeting("14:00-15:00", "Catch up"))
    world.fine("run", "--on", TUESDAY, "--dry-run")
    assert model.bodies == []


@pytest.mark.parametrize(
    "answer",
    [{"status": 500}, {"status": 401}, {"status": 429}, {"text": "I would rather not"}, {"text": ""}],
)
def test_a_model_that_fails_changes_nothing(world: World, model: Model, answer: dict[str, Any]) -> None:
    world.calendar(ANA, meeting("14:00-15:00", "Catch up"), meeting("10:00-11:00", "APL detail review"))
    world.fine("run", "--on", TUESDAY)
    before = the(world, "Catch up")
    asked(world, model)
    model.says = lambda body: answer
    said = world.fine("run", "--on", TUESDAY)
    assert the(world, "Catch up") == before
    assert KEY not in said.out + said.err


def test_a_choice_outside_the_list_is_no_choice(world: World, model: Model) -> None:
    asked(world, model)
    model.says = chooses("p99")
    world.calendar(ANA, meeting("14:00-15:00", "Catch up"))
    for _ in range(2):
        world.fine("run", "--on", TUESDAY)
    assert len(model.bodies) == 2, "asked, asked again at once for nonsense, and never after"
    assert "language model" not in json.dumps(the(world, "Catch up"))


def test_the_budget_ends_it(world: World, model: Model) -> None:
    asked(world, model, "monthly_budget = 3000")
    world.calendar(ANA, *(meeting(f"{hour}:00-{hour}:30", f"Catch up {hour}") for hour in range(10, 16)))
    said = world.fine("run", "--on", TUESDAY)
    assert 0 < len(model.bodies) < 6
    assert "budget for this month is used up" in said.out + said.err
    asked_before = len(model.bodies)
    world.fine("run", "--on", TUESDAY)
    assert len(model.bodies) == asked_before


def used(world: World) -> int:
    """Tokens that are counted this month."""
    with open_account(world.config) as account:
        return account.settings.llm.monthly_budget - left(account)


def test_what_a_request_may_take_is_counted_before_it_is_made_and_what_it_took_afterwards(
    world: World, model: Model
) -> None:
    asked(world, model)
    world.calendar(ANA, meeting("14:00-15:00", "Catch up"))
    before: list[int] = []

    def says(body: dict[str, Any]) -> dict[str, Any]:
        before.append(used(world))
        return chooses("p1")(body)

    model.says = says
    world.fine("run", "--on", TUESDAY)
    assert [one > 2000 for one in before] == [True]
    assert used(world) == 100


def test_a_model_that_is_away_costs_nothing(world: World, model: Model) -> None:
    asked(world, model)
    world.calendar(ANA, meeting("14:00-15:00", "Catch up"))
    model.says = lambda _body: {"status": 503}
    world.fine("run", "--on", TUESDAY)
    assert (len(model.bodies), used(world)) == (1, 0)


def test_two_at_once_share_what_is_left(world: World, model: Model) -> None:
    asked(world, model, "monthly_budget = 1500")
    world.fine("sync")
    with open_account(world.config) as account:
        one, other = hold(account, 1000), hold(account, 400, most=1000)
        assert (one.tokens, other.tokens, left(account)) == (1000, 500, 0)
        with pytest.raises(Refused, match="used up"):
            hold(account, 1)
        one.settle(100)
        assert left(account) == 900


def test_what_is_told_is_in_the_persons_journal_and_nobody_elses(world: World, model: Model) -> None:
    asked(world, model)
    world.calendar(BO, meeting("14:00-15:00", "Catch up", attendees=("jo@globex.example",)))
    world.fine("run", "--on", TUESDAY)
    lines = [one for one in world.fine("journal", "--json").json if one["event"] == "advised"]
    assert [json.loads(one["request"]["prompt"])["work"]["title"] for one in lines] == ["Catch up"]
    assert model.prompts[0]["work"]["domains_invited"] == ["globex.example", "studio.example"]
    world.act_as(BO)
    assert "advised" in world.fine("journal", "--json").out


def test_off_again_means_without_its_guesses(world: World, model: Model) -> None:
    world.calendar(ANA, meeting("14:00-15:00", "Catch up"))
    lines = list(world.lines)
    asked(world, model)
    world.fine("run", "--on", TUESDAY)
    assert "language model" in json.dumps(the(world, "Catch up"))
    world.lines = lines
    world.say()
    world.patch.delenv("GLEANER_LLM__KEY")
    world.fine("run", "--on", TUESDAY)
    assert "language model" not in json.dumps(the(world, "Catch up"))


def test_what_becomes_private_is_forgotten_with_its_guess(world: World, model: Model) -> None:
    asked(world, model)
    model.says = chooses("p1", "Catch up about salaries")
    event = meeting("14:00-15:00", "Catch up", uid="event1")
    world.calendar(ANA, event)
    world.fine("run", "--on", TUESDAY)
    world.calendar(ANA, event.text(ANA).replace("STATUS:", "CLASS:PRIVATE\nSTATUS:"))
    world.fine("run", "--on", TUESDAY)
    with sqlite3.connect(world.folder / "gleaner.db") as database:
        rows = database.execute("select value from cache where key like 'llm/advice/%'").fetchall()
    database.close()
    assert rows == []
    assert "Catch up" not in world.fine("journal", "--json").out


def test_the_doctor_tries_it_and_says_what_to_do(world: World, model: Model) -> None:
    world.calendar(ANA)
    asked(world, model)
    model.says = chooses("p1")
    assert (
        "small answers, what it is told stays on this machine, for advise, ask" in world.gleaner("doctor").out
    )
    model.says = lambda body: {"status": 401}
    said = world.gleaner("doctor")
    assert "GLEANER_LLM__KEY" in said.out
    assert KEY not in said.out + said.err
    assert used(world) == 100, "who refuses the key takes nothing"


def test_the_key_is_not_for_the_file(world: World) -> None:
    world.say("[llm]", 'provider = "openai"', 'model = "small"', f'key = "{KEY}"')
    said = world.gleaner("doctor")
    assert "GLEANER_LLM__KEY" in said.out + said.err
    assert KEY not in said.out + said.err


@pytest.mark.parametrize(
    ("lines", "text"),
    [
        (['provider = "openai"'], "name the model"),
        (['model = "small"'], "name the provider"),
        (['provider = "openai"', 'model = "m"', 'base_url = "http://llm.example/v1"'], "plain http"),
        (['provider = "openai"', 'model = "m"', 'base_url = "here"'], "no address"),
        (['provider = "openai"', 'model = "m"', 'uses = ["decide"]'], "advise"),
        (['provider = "other"', 'model = "m"'], "openai"),
    ],
)
def test_what_is_wrong_in_the_table_is_said(world: World, lines: list[str], text: str) -> None:
    world.say("[llm]", *lines)
    said = world.gleaner("doctor")
    assert text in said.out + said.err
