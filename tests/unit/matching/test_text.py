"""What words and letters say of a project."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st
from tests.studio import APOLLO, PORTAL, WEBSITE

from gleaner.matching.text import Text, features, runs

ALL = [APOLLO, PORTAL, WEBSITE]


def taught(*lessons: tuple[str, int]) -> Text:
    text = Text()
    for said, number in lessons:
        text.learn(said, ALL[number])
    return text


def test_a_word_written_for_one_project_speaks_for_it_and_against_the_others() -> None:
    told = taught(("lighthouse demo", 0), ("lighthouse triage", 0), ("brochure proofs", 1)).by_words(
        "Lighthouse", ALL
    )
    assert told[APOLLO].weight > 0.4 > 0 > told[PORTAL].weight
    assert told[APOLLO].word == "lighthouse"


def test_a_word_seen_often_says_more_than_one_seen_once() -> None:
    once = taught(("beacon", 0), ("x", 1)).by_words("beacon", ALL)[APOLLO].weight
    often = taught(*[("beacon", 0), ("x", 1)] * 6).by_words("beacon", ALL)[APOLLO].weight
    assert often > once


def test_a_word_used_everywhere_says_nothing() -> None:
    told = taught(*[("images", number) for number in (0, 1, 2)] * 4).by_words("images", ALL)
    assert max(abs(said.weight) for said in told.values()) < 0.01


def test_a_misspelt_word_is_read_by_its_letters() -> None:
    model = taught(("lighthouse demo", 0), ("lighthouse triage", 0), ("brochure proofs", 1))
    assert model.by_words("Lighthuose", ALL) == {}
    told = model.by_letters("Lighthuose", ALL)
    assert told[APOLLO].weight > max(told[PORTAL].weight, told[WEBSITE].weight)


def test_a_compound_is_read_by_its_parts() -> None:
    told = taught(("Warenkorb", 1), ("Fahrerliste", 0)).by_letters("Warenkorbabbruch", ALL)
    assert told[PORTAL].weight > told[APOLLO].weight


def test_letters_of_an_unheard_word_say_nothing() -> None:
    assert taught(("lighthouse demo", 0)).by_letters("quixotic", ALL) == {}


@given(
    st.lists(st.tuples(st.text(max_size=20), st.integers(0, 2)), max_size=8),
    st.randoms(use_true_random=False),
)
def test_the_order_of_lessons_does_not_matter(lessons: list[tuple[str, int]], rng) -> None:  # type: ignore[no-untyped-def]  # Hypothesis' own Random
    other = list(lessons)
    rng.shuffle(other)
    assert taught(*lessons).words == taught(*other).words


@given(st.text(max_size=3000))
def test_any_text_can_be_learned_and_asked_about(said: str) -> None:
    model = taught((said, 0), ("plain words", 1))
    for told in (model.by_words(said, ALL), model.by_letters(said[::-1], ALL)):
        assert set(told) in (set(), set(ALL))
    assert all(len(run) in (3, 4) for word in features(said) for run in runs(word))
