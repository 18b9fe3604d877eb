"""A note in a language model's words: only for who asks, only what was seen, and nothing is written by it."""

from __future__ import annotations

import html
import json
import re
import sqlite3
from collections.abc import Iterator
from typing import Any

import pytest
from tests.attacks import SECRETS, TITLES
from tests.journeys.pages import pages
from tests.journeys.world import ANA, BO, TUESDAY, World, meeting
from tests.model import KEY, Model, questions, serving

GOOD = "Reviewed the details of the release"
SEEN = "APL detail review of the release"


@pytest.fixture
def model() -> Iterator[Model]:
    with serving(lambda body: {"text": GOOD}) as made:
        yield made


@pytest.fixture
def seen(world: World, model: Model) -> World:
    world.calendar(ANA, meeting("10:00-11:00", SEEN))
    world.lines = ["", "[policy]", 'meetings = "suggest"', *world.lines[3:]]
    world.say(
        "[llm]", 'provider = "openai"', 'model = "small"', f'base_url = "{model.url}/v1"', 'uses = ["notes"]'
    )
    world.patch.setenv("GLEANER_LLM__KEY", KEY)
    world.fine("run", "--on", TUESDAY)
    return world


def short(world: World) -> str:
    return str(world.review()[0]["id"])


def test_nobody_is_asked_until_somebody_wants_other_words(seen: World, model: Model) -> None:
    assert model.bodies == []
    before = seen.review()
    said = seen.fine("review", "word", short(seen), "--json").json
    assert (said["notes"], said["by"]) == (GOOD, "a language model")
    assert len(model.bodies) == 1
    assert seen.entries() == []
    assert before[0]["worded_notes"] == ""
    assert seen.review() == [before[0] | {"worded_notes": GOOD}], (
        "offered beside the note, and not in its place"
    )
    assert f'A language model words the note so: "{GOOD}"' in seen.fine("review", "--everybody").out
    assert len(model.bodies) == 1
    seen.fine("review", "accept", short(seen))
    assert [entry["notes"] for entry in seen.entries()] == [before[0]["action"]["notes"]]


def test_what_becomes_private_is_forgotten_with_its_other_words(seen: World, model: Model) -> None:
    one = short(seen)
    seen.fine("review", "word", one)
    event = meeting("10:00-11:00", SEEN)
    seen.calendar(ANA, event.text(ANA).replace("STATUS:", "CLASS:PRIVATE\nSTATUS:"))
    seen.fine("run", "--on", TUESDAY)
    assert GOOD not in json.dumps(seen.review())
    with sqlite3.connect(seen.folder / "gleaner.db") as database:
        rows = database.execute("select value from cache where key like 'llm/note/%'").fetchall()
    database.close()
    assert rows == []


def test_what_was_worded_is_not_asked_for_twice_unless_it_changed(seen: World, model: Model) -> None:
    seen.fine("review", "word", short(seen))
    assert GOOD in seen.fine("review", "word", short(seen)).out
    assert len(model.bodies) == 1
    seen.calendar(ANA, meeting("10:00-11:00", f"{SEEN}, part B", uid=SEEN))
    seen.fine("run", "--on", TUESDAY)
    seen.fine("review", "word", short(seen))
    assert len(model.bodies) == 2


def test_the_prompt_can_be_seen_and_the_journal_has_it(seen: World, model: Model) -> None:
    shown = json.loads(seen.fine("review", "word", short(seen), "--show-prompt").out)
    assert (shown["work"]["title"], model.bodies) == (SEEN, [])
    seen.fine("review", "word", short(seen))
    told = [line for line in seen.fine("journal", "--json").json if line["event"] == "advised"]
    assert json.loads(told[0]["request"]["prompt"]) == shown


@pytest.mark.parametrize(
    ("answer", "why"),
    [
        ({"text": "Reviewed it with Initech"}, "Initech"),
        ({"text": "Reviewed it for 3 hours"}, "3"),
        ({"text": "see https://evil.example/x"}, "cannot be used"),
        ({"text": ""}, ""),
        ({"status": 500}, ""),
        ({"tool": "accept_all", "said": {}}, ""),
    ],
)
def test_what_cannot_be_used_is_refused_and_nothing_is_kept(
    seen: World, model: Model, answer: dict[str, Any], why: str
) -> None:
    model.says = lambda body: answer
    said = seen.gleaner("review", "word", short(seen))
    assert said.code in (1, 3)
    assert why in said.err
    assert KEY not in said.out + said.err
    model.says = lambda body: {"text": GOOD}
    assert GOOD in seen.fine("review", "word", short(seen)).out


def test_without_notes_among_its_uses_nobody_is_asked(world: World, model: Model) -> None:
    world.lines = ["", "[policy]", 'meetings = "suggest"']
    world.calendar(ANA, meeting("10:00-11:00", SEEN))
    world.say(
        "[llm]", 'provider = "openai"', 'model = "small"', f'base_url = "{model.url}/v1"', 'uses = ["ask"]'
    )
    world.patch.setenv("GLEANER_LLM__KEY", KEY)
    world.fine("run", "--on", TUESDAY)
    said = world.gleaner("review", "word", short(world))
    assert (said.code, '"notes"' in said.err, model.bodies) == (2, True, [])
    with pages(world) as site:
        assert "language model" not in site.browser(ANA).get(f"/day/{TUESDAY}").words


def test_the_budget_ends_it(seen: World, model: Model) -> None:
    seen.lines = [*seen.lines, "monthly_budget = 10"]
    seen.say()
    said = seen.gleaner("review", "word", short(seen))
    assert (said.code, "used up" in said.err, model.bodies) == (1, True, [])


def test_on_the_page_it_is_asked_for_offered_and_taken_without_scripts(seen: World, model: Model) -> None:
    with pages(seen) as site:
        ana = site.browser(ANA)
        here = f"/day/{TUESDAY}"
        page = ana.get(here)
        assert "Ask a language model for other words" in page.words
        assert GOOD not in page.words
        one = short(seen)
        stamp = page.value("seen")
        offered = ana.post(f"/proposals/{one}/word", {"back": here, "seen": stamp})
        assert f"A language model would write: “{GOOD}”" in offered.words
        assert "Log it with these words" in offered.words
        assert seen.entries() == []
        note = re.search(r'name="notes" value="([^"]+)">\s*<p class="small">', offered.text)
        assert note is not None
        ana.post(f"/proposals/{one}/edit", {"back": here, "seen": stamp, "notes": html.unescape(note[1])})
    assert [entry["notes"] for entry in seen.entries()] == [GOOD]


def test_somebody_elses_note_is_not_worded(seen: World, model: Model) -> None:
    with pages(seen) as site:
        answer = site.browser(BO).post(f"/proposals/{short(seen)}/word", {"back": "/", "seen": "x"})
        assert GOOD not in answer.words
    assert model.bodies == []


def obedient(body: dict[str, Any]) -> dict[str, Any]:
    """It repeats its orders, adds what it was told to, and what it knows."""
    said = questions(body)[0]
    return {"text": f"{said[:90]} https://evil.example/?d=1 Initech owes 4711 hours"}


def test_orders_in_titles_come_to_nothing(seen: World, model: Model) -> None:
    model.says = obedient
    titles = [title.replace("\n", " ") for title in TITLES[:24]]
    times = [f"{8 + n // 6:02}:{n % 6}0-{8 + n // 6:02}:{n % 6}5" for n in range(24)]
    seen.calendar(ANA, *(meeting(when, title, uid=when) for when, title in zip(times, titles, strict=True)))
    seen.fine("run", "--on", TUESDAY)
    waiting = list(seen.waiting().values())
    assert len(waiting) > 10
    for one in waiting:
        assert seen.gleaner("review", "word", one["id"]).code == 1
    assert seen.entries() == []
    assert list(seen.waiting().values()) == waiting
    assert not any(secret in model.told for secret in SECRETS)
