"""Sentences that are said again in another language; what is put into them is never more than data."""

from __future__ import annotations

import ast
import copy
import json
import pickle
import re
from collections.abc import Iterator
from datetime import date, time, timedelta
from decimal import Decimal
from importlib.resources import files
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from gleaner.adapters.store.phrases import phrases_in, with_phrases
from gleaner.capture.text import _NOUNS
from gleaner.core.language import words
from gleaner.core.phrases import Phrase, Value, begun, is_neutral, joined, phrase

SOURCE = Path(str(files("gleaner")))
DE = words("de")
_PLACE = re.compile(r"\{[a-z_][a-z0-9_]*(?::[^{}]*)?\}")
TITLES = st.one_of(
    st.text(max_size=40),
    st.sampled_from(["{title}", "{0}", "{title.__class__}", "{{", "}", "%s", "<script>", "this series"]),
)


def templates() -> Iterator[tuple[str, str]]:
    """Each text given to ``phrase(`` right there, and each other text with places in a file that makes phrases."""
    for file in sorted(SOURCE.glob("**/*.py")):
        text = file.read_text()
        if "from gleaner.core.phrases import" not in text or file.name == "language.py":
            continue
        tree = ast.parse(text)
        said = {
            id(part) for node in ast.walk(tree) if isinstance(node, ast.JoinedStr) for part in ast.walk(node)
        }
        said |= {id(node.value) for node in ast.walk(tree) if isinstance(node, ast.Expr)}
        for node in ast.walk(tree):
            is_call = (
                isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and node.func.id == "phrase"
            )
            if is_call and isinstance(node, ast.Call) and isinstance(first := node.args[0], ast.Constant):
                yield file.name, str(first.value)
            elif isinstance(node, ast.Constant) and id(node) not in said and _PLACE.search(str(node.value)):
                yield file.name, str(node.value)


NOUNS = [f"{noun}{end}" for noun in ("commit", "line", *_NOUNS.values()) for end in ("", "s")]
TEMPLATES = sorted({*templates(), *(("text.py", f"{{n:,}} {noun}") for noun in NOUNS)})


def test_there_are_templates() -> None:
    assert len(TEMPLATES) > 60


@pytest.mark.parametrize(("where", "template"), [one for one in TEMPLATES if not is_neutral(one[1])])
def test_each_has_its_german(where: str, template: str) -> None:
    german = DE.texts.get(template)
    assert german, f"{where}: no German for {template!r}"
    assert set(_PLACE.findall(german[0])) <= set(_PLACE.findall(template)), "it fills other places"


def test_a_phrase_is_its_english_sentence() -> None:
    said = phrase(
        "{n} of {all} of {what} went to {name}", n=3, all=4, what=phrase("this series"), name="Apollo"
    )

    assert said == "3 of 4 of this series went to Apollo"
    assert DE.again(said) == "diese Serie: 3 von 4 gingen an Apollo"
    assert words("en").again(said) == said


def test_a_plain_sentence_stays_as_it_is_whatever_it_looks_like() -> None:
    assert DE.again("this series") == "this series"
    assert DE.again("it names the project code {code}") == "it names the project code {code}"


@given(TITLES)
def test_what_is_put_in_is_never_read_as_a_template(title: str) -> None:
    said = phrase('"{title}" was at the same time', title=title)

    assert said == f'"{title}" was at the same time'
    assert DE.again(said) == f"„{title}“ war zur selben Zeit"
    assert DE.again(joined("; ", (title, said))) == f"{title}; „{title}“ war zur selben Zeit"


VALUES: st.SearchStrategy[Value] = st.one_of(
    TITLES,
    st.integers(-(10**9), 10**9),
    st.decimals(allow_nan=False, allow_infinity=False, places=2, max_value=10**6, min_value=-(10**6)),
    st.dates(date(2000, 1, 1), date(2100, 1, 1)),
    st.times().map(lambda at: at.replace(tzinfo=None)),
    st.timedeltas(timedelta(0), timedelta(days=2)),
)
PHRASES = st.recursive(VALUES, lambda inner: st.builds(lambda one, two: phrase("{one} and {two}", one=one, two=two),
                                                       inner, inner), max_leaves=5)  # fmt: skip


@given(PHRASES, TITLES)
def test_what_is_kept_of_a_phrase_gives_it_again(value: Value, title: str) -> None:
    said = phrase("{first:begun}. {second}", first=title, second=value)
    text = with_phrases('{"reason":""}', [said, title])
    back = phrases_in(text).again(str(said))

    assert back == said
    assert DE.again(back) == DE.again(said)
    assert not isinstance(phrases_in(text).again(title), Phrase) or title == said


@pytest.mark.parametrize(
    "kept",
    [
        "garbage", 7, None, [], {"template": 3, "values": {}}, {"template": "{n}", "values": {}},
        {"template": "x", "values": 3}, {"template": "something else", "values": {}},
        {"template": "{a}", "values": {"a": {"decimal": "many"}}},
        {"template": "{a}", "values": {"a": {"x": 1, "y": 2}}},
    ],
)  # fmt: skip
def test_garbage_beside_a_sentence_leaves_it_english(kept: object) -> None:
    back = phrases_in(json.dumps({"phrases": {"this series": kept}}).replace(": {", ":{", 1)).again(
        "this series"
    )

    assert back == "this series"
    assert not isinstance(back, Phrase)


def test_numbers_days_and_lengths_are_written_as_the_language_does() -> None:
    said = phrase("{a} {b:.2f} {c} {d} {e:.0%} {f:,}", a=date(2026, 3, 10), b=Decimal("1234.5"),
                  c=timedelta(minutes=65), d=time(9, 5), e=0.45, f=1200)  # fmt: skip

    assert said == "Tue 10 Mar 1234.50 1 h 05 09:05 45% 1,200"
    assert words("en").again(said) == said
    assert DE.again(said) == "Di 10. März 1234,50 1 h 05 09:05 45 % 1.200"


def test_a_day_with_a_form_has_the_names_of_the_language() -> None:
    said = phrase("{day:%a} {day:%d} {day:%b %Y}", day=date(2026, 3, 4))

    assert said == "Wed 04 Mar 2026"
    assert DE.again(said) == "Mi 04 März 2026"


def test_a_sentence_begins_with_a_capital_in_each_language() -> None:
    assert DE.again(begun(phrase("this title"))) == "Dieser Titel"
    assert begun("ana@lark.example is a contact") == "ana@lark.example is a contact"


def test_it_can_be_copied() -> None:
    said = phrase('it names the project "{name}"', name="Apollo")

    for other in (copy.deepcopy(said), pickle.loads(pickle.dumps(said))):
        assert isinstance(other, Phrase)
        assert (other, other.template, other.values) == (said, said.template, said.values)
