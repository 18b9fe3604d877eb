"""Pages in German, walked through on a busy day: nothing of ours is left in English."""

from __future__ import annotations

import html
import re
from collections.abc import Iterator

import pytest
from tests.journeys.busy_day import MARKUP, SURE, UNSURE, busy
from tests.journeys.pages import Browser, Pages, Seen, pages
from tests.journeys.world import ANA, TUESDAY, World
from tests.unit.core.test_phrases import TEMPLATES

from gleaner.core.phrases import phrase
from gleaner.core.proposals import State

GERMAN = {"accept-language": "de"}
_PLACE = re.compile(r"\{[^{}]*\}")
_LONG = 12
"""Letters of a literal piece of a template by which it is known again."""


def english() -> set[str]:
    """What can be read of our English templates: their literal pieces, as far as they are telling."""
    pieces = (piece.strip() for _, template in TEMPLATES for piece in _PLACE.split(template))
    return {piece for piece in pieces if len(piece) >= _LONG and " " in piece}


_ENGLISH = re.compile(
    r"(?<![\w-])(?:the|and|of|is|are|were|which|that|this|from|with|it|not|to|has|have)(?![\w-])"
)
"""Words that no German sentence has."""
_TITLES = (UNSURE, "not work")
"""What is nobody's to translate."""


def left(seen: Seen) -> list[str]:
    """Sentences on the page that are still English: marked so, with words of our templates, or with English ones."""
    marked = [html.unescape(one) for one in re.findall(r'lang="en"[^>]*>([^<]*)', seen.text)]
    others = [one for one in marked if one != "English"]  # the button that changes the language
    said = seen.words
    for title in _TITLES:
        said = said.replace(title, "")
    found = [said[max(0, one.start() - 40) : one.end() + 40] for one in _ENGLISH.finditer(said)]
    return [*others, *(piece for piece in english() if piece in seen.words), *found]


@pytest.fixture
def site(world: World) -> Iterator[Pages]:
    busy(world)
    with pages(world) as found:
        yield found


def german(site: Pages) -> Browser:
    return site.browser(ANA)


@pytest.mark.parametrize(
    "path", [f"/day/{TUESDAY}", f"/week/{TUESDAY}", "/rules", "/sources", "/expenses", "/journal", "/privacy"]
)
def test_nothing_of_ours_is_left_in_english(site: Pages, path: str) -> None:
    seen = german(site).get(path, **GERMAN)

    assert seen.status == 200
    assert '<html lang="de"' in seen.text
    assert left(seen) == []


def test_the_evidence_of_a_busy_day_is_german_and_titles_stay(site: Pages) -> None:
    seen = german(site).get(f"/day/{TUESDAY}", **GERMAN)

    assert "nennt den Projektcode APL" in seen.words
    assert "Git zeigt" in seen.words
    assert UNSURE in seen.words
    assert MARKUP in seen.words
    assert "<b onclick" not in seen.text


def test_a_refusal_is_german_and_names_no_command(site: Pages) -> None:
    person = site.account.person(ANA)
    item = next(
        one
        for one in site.account.inbox.items(states=[State.PROPOSED], user_id=person.id)
        if one.proposal.title == UNSURE
    )
    seen = german(site).post(f"/proposals/{item.short}/accept", {"back": "/"}, **GERMAN)

    assert "hat noch kein Projekt; wählen Sie eines unter Bearbeiten" in seen.words
    assert "gleaner review" not in seen.words


def test_the_same_pages_in_english_say_what_they_said(site: Pages) -> None:
    seen = german(site).get(f"/day/{TUESDAY}")

    assert "names the project code APL" in seen.words
    assert "Git shows" in seen.words


def test_the_journal_says_in_german_what_was_decided_and_keeps_titles_as_they_are(site: Pages) -> None:
    ana = german(site)
    day = ana.get(f"/day/{TUESDAY}")
    short = re.findall(r'data-row="([0-9a-f]{8})"', day.text)
    for one, why in zip(short, ("not work", ""), strict=False):
        seen = re.search(rf'name="selected" value="{one} ([^"]+)"', day.text)
        assert seen is not None
        ana.post(f"/proposals/{one}/dismiss", {"back": "/", "seen": html.unescape(seen[1]), "why": why})
    seen_there = ana.get("/journal", **GERMAN)

    assert "Verworfen: " in seen_there.words
    assert "Dismissed: " not in seen_there.words
    assert left(seen_there) == []
    assert "Dismissed: " in ana.get("/journal").words


def test_why_a_proposal_failed_is_german_although_it_was_stored(site: Pages) -> None:
    inbox, now = site.account.inbox, site.clock.now()
    key = next(one.proposal.key for one in inbox.items(states=[State.PROPOSED]) if one.proposal.title == SURE)
    inbox.decide(key, "accept", by=ANA, now=now)
    assert inbox.claim(key, "me", now=now, run_id="r1")
    why = phrase("entry {entry_id} no longer exists in Harvest", entry_id=7)
    assert inbox.settle(key, "me", State.FAILED, now=now, trouble=why)
    seen = german(site).get(f"/day/{TUESDAY}", **GERMAN)

    assert "Eintrag 7 gibt es in Harvest nicht mehr" in seen.words
    assert left(seen) == []
    assert "entry 7 no longer exists in Harvest" in german(site).get(f"/day/{TUESDAY}").words
