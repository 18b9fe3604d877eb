"""What a client may read of a piece of work, whatever its title contains."""

from __future__ import annotations

import re
import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st
from tests.studio import ANA, APOLLO, CATALOG, coding, meeting

from gleaner.core.catalog import Slot
from gleaner.timesheets.notes import PLACEHOLDERS, Template, mistake, notes
from gleaner.timesheets.text import LONGEST_NOTE, entry_notes

SLOT: Slot = next(slot for slot in CATALOG.slots(ANA) if slot.project.id == APOLLO)
LOGIN = coding("09:00-11:00", branch="feat/APL-12-login")


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("{title}", "APL-12 login"),
        ("{issue}: {task}", f"APL-12: {SLOT.task.name}"),
        ("{client} / {project} ({code})", f"{SLOT.client.name} / {SLOT.project.name} ({SLOT.project.code})"),
        ("Work in {repository}", "Work in apollo-api"),
    ],
)
def test_a_template_says_what_its_placeholders_are(text: str, said: str) -> None:
    assert notes(LOGIN, SLOT, [Template(text)]) == said


def test_an_empty_placeholder_leaves_no_dangling_sign() -> None:
    vague = meeting("10:00-11:00", "Review")
    assert notes(vague, SLOT, [Template("{issue}: {title} ({repository})")]) == "Review"
    assert notes(vague, SLOT, [Template("{issue} ({repository})")]) == "Review"


def test_the_first_that_fits_counts_and_nothing_fits_an_unknown_project() -> None:
    some = [
        Template("of another", project_id=APOLLO + 99),  # type: ignore[arg-type]
        Template("coding", kind="coding"),
        Template("client", client_id=SLOT.client.id),
        Template("all"),
    ]
    assert notes(LOGIN, SLOT, some) == "coding"
    assert notes(meeting("10:00-11:00", "Review"), SLOT, some) == "client"
    assert notes(LOGIN, None, some) == entry_notes(LOGIN) == "APL-12 login"


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("{title}", ""),
        ("{attendees}", 'there is no "{attendees}".'),
        ("{tittle}", 'there is no "{tittle}". Did you mean "{title}"?'),
        ("{", "a brace is open or closed alone; placeholders are written {title}"),
        ("{title}}", "a brace is open or closed alone; placeholders are written {title}"),
        ("  ", "it is empty; write {title} for what was seen"),
    ],
)
def test_a_misspelt_placeholder_is_named(text: str, said: str) -> None:
    assert mistake(text) == said


def test_braces_in_a_title_are_only_braces() -> None:
    hostile = meeting("10:00-11:00", "{client} {project} {0.__class__}")
    assert notes(hostile, SLOT, [Template("{title}")]) == "{client} {project} {0.__class__}"


@pytest.mark.parametrize(
    ("title", "said"),
    [
        ("Sync with bo@acme.example", "Sync with"),
        ("Sync with bo@acme\u200b.example now", "Sync with now"),
        ("Sync with bo\uff20acme.example", "Sync with"),
        ("Sync <mailto:bo@acme.example>", "Sync"),
        ("Join HTTPS://meet.example/x?pwd=1", "Join"),
        ("Join www.meet.example/j/123?pwd=1", "Join"),
        ("Invoice \u202egpj.exe", "Invoice gpj.exe"),
        ("One\nTwo\u2028Three\x9b", "One Two Three"),
    ],
)
def test_what_a_client_may_not_read_is_gone(title: str, said: str) -> None:
    assert entry_notes(meeting("10:00-11:00", title)) == said


PIECES = st.sampled_from(
    ["bo@acme.example", "\u200b", "\u202e", "https://", "www.", "meet.example/x", "@", "\uff20", ".", " ", "\n",
     "{title}", "{", "}", "\x00", "\xad", "Review", "APL-12", "é", "👍", "ش", "x" * 150]
)  # fmt: skip
TITLES = st.one_of(st.text(max_size=300), st.lists(PIECES, max_size=30).map("".join))
TEMPLATES = st.lists(
    st.sampled_from([*(f"{{{name}}}" for name in PLACEHOLDERS), "@", ".", " ", "www.", "("])
).map("".join)


@given(TITLES, TEMPLATES)
def test_no_title_gets_an_address_a_link_or_a_control_character_into_the_notes(title: str, text: str) -> None:
    for activity in (meeting("10:00-11:00", title), coding("09:00-11:00", branch=f"feat/{title}")):
        said = notes(activity, SLOT, [Template(text)])
        assert len(said) <= LONGEST_NOTE
        assert not re.search(r"\S[@\uff20]\S+\.\S", said), said
        assert "://" not in said
        assert not any(unicodedata.category(letter) == "Cc" for letter in said)
        assert not re.search("[\u200b-\u200f\u202a-\u202e\u2066-\u2069]", said)


@given(TITLES)
def test_who_was_invited_is_never_in_the_notes(title: str) -> None:
    activity = meeting("10:00-11:00", title, attendees=["zoe@secret.example"], description="Zoe's salary")
    for name in PLACEHOLDERS:
        said = notes(activity, SLOT, [Template(f"{{{name}}}")])
        assert "zoe" not in said.casefold() or "zoe" in title.casefold()
        assert "salary" not in said or "salary" in title
