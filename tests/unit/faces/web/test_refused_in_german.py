"""What pages refuse with is said in the visitor's language, and names no command where there is a page for it."""

from __future__ import annotations

from tests.unit.core.test_phrases import TEMPLATES

from gleaner.core.errors import ConfigError, Refused
from gleaner.core.language import words
from gleaner.core.phrases import phrase

DE, EN = words("de"), words("en")
DOCTORS = ("checking.py", "health.py", "overseeing.py", "watching.py", "faults.py", "door.py", "meet.py")
"""What the doctor says is for who runs Gleaner, and no page lets Gleaner into Harvest or Google."""
TEMPLATE = '"{title}" has no project yet; choose one with: gleaner review edit ID --project … --task …'


def test_a_refusal_is_what_it_was_for_terminals_and_says_the_page_on_pages() -> None:
    error = ConfigError(phrase(TEMPLATE, title="{title} <b>"))

    assert str(error).endswith("gleaner review edit ID --project … --task …")
    assert EN.again(error.text) == '"{title} <b>" has no project yet; choose one under Edit'
    assert DE.again(error.text) == "„{title} <b>“ hat noch kein Projekt; wählen Sie eines unter Bearbeiten"


def test_a_refusal_of_plain_text_stays_as_it_is() -> None:
    assert DE.again(Refused("Harvest said no").text) == "Harvest said no"
    assert Refused("").text == ""


def test_no_german_sentence_of_ours_tells_a_person_in_a_browser_to_type_a_command() -> None:
    for where, english in TEMPLATES:
        if where in DOCTORS:
            continue
        german = DE.template(english)
        assert "gleaner " not in german, english
        assert " --" not in german, english


def test_every_sentence_that_names_a_command_is_said_otherwise_on_english_pages() -> None:
    for where, english in TEMPLATES:
        if where in DOCTORS:
            continue
        said = EN.template(english)
        assert ": gleaner " not in said, english
