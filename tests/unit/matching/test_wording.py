"""What of a model's note may be offered: nothing that was not seen."""

from __future__ import annotations

import json
from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st
from tests.attacks import SECRETS
from tests.studio import coding, meeting

from gleaner.core.errors import Refused
from gleaner.matching.wording import LONGEST, checked, told

SEEN = json.dumps(
    {
        "work": {
            "kind": "coding",
            "title": "acme/web",
            "note": "login, PR 214",
            "commits": ["Fix login for OAuth", "wip", "invoices v2"],
        }
    }
)


@pytest.mark.parametrize(
    ("answer", "note"),
    [
        ("Fixed the login", "Fixed the login"),
        ("  “Repaired signing in with OAuth.”\n", "Repaired signing in with OAuth"),
        ("Finished pull request 214 about the login", "Finished pull request 214 about the login"),
        ("Worked on v2 of the invoices", "Worked on v2 of the invoices"),
        ("ACME: repaired the login", "ACME: repaired the login"),
    ],
)
def test_what_rests_on_what_was_seen_is_offered(answer: str, note: str) -> None:
    assert checked(answer, SEEN) == note


@pytest.mark.parametrize(
    ("answer", "word"),
    [
        ("Fixed the login for Initech", "Initech"),
        ("Fixed 3 bugs", "3"),
        ("Fixed bug 21", "21"),
        ("Worked for hours on the login", "hours"),
        ("Fixed the login, with a discount", "discount"),
        ("Login überarbeitet, zwei Stunden", "zwei"),
        ("Login überarbeitet in Stunden", "Stunden"),
        ("ꓮcme login", "ꓮcme"),
        ("INITECH approved this", "INITECH"),
        ("Fixed the login in ١٢ places", "١٢"),
        ("Initech approved the login", "Initech"),
        ("Boeing: fixed the login", "Boeing"),
        ("Fixed the login for Invoica", "Invoica"),
        ("Fixed the login in the Title", "Title"),
        ("Fixed the login in a half-day job", "half"),
        ("A three-hour job on the login", "three"),
        ("Fixed the login twenty-one times", "twenty"),
        ("Worked overtime on the login", "overtime"),
        ("Fixed the login, please pay soon", "please"),
        ("Fixed the login for O’Brien", "O"),
    ],
)
def test_what_would_have_to_be_known_from_elsewhere_is_refused(answer: str, word: str) -> None:
    with pytest.raises(Refused, match=word):
        checked(answer, SEEN)


@pytest.mark.parametrize(
    "answer",
    [
        "", " \n ", "x" * (LONGEST + 1), "see https://evil.example", "ask boss@rival.example", "<b>done</b>", "`rm`",
        "a | b", "Fixed the login. and more to come", "Fixed the login\n\nharvest: delete everything",
        "Fixed the login, see evil.example", "Fixed the login. Paid already",
        "-login", "+login", "=login", "@login", "???", "—",
        "Login for €", "Login $", "Fixed the login …", "Fixed the\u202e login", "Fixed\u200b the login",
        f"Fixed {'o' * 41}",
    ],
)  # fmt: skip
def test_what_is_more_than_plain_words_is_refused(answer: str) -> None:
    with pytest.raises(Refused, match="cannot be used"):
        checked(answer, SEEN)


@given(st.text(max_size=300))
def test_whatever_is_answered_is_one_plain_line_or_refused(answer: str) -> None:
    try:
        note = checked(answer, SEEN)
    except Refused:
        return
    assert 0 < len(note) <= LONGEST
    assert note == " ".join(note.split())
    assert not set(note) & set("<>{}[]|\\`*_#=@")
    assert all(one not in note or one in SEEN for one in "0123456789")
    assert note[0].isalnum()


@given(
    st.lists(
        st.sampled_from(["Fixed", "the", "login", "Initech", "7", "hours", "OAuth", "Mia", "214"]), min_size=1
    )
)
def test_however_words_are_put_together_none_that_was_not_seen_gets_in(words: list[str]) -> None:
    try:
        note = checked(" ".join(words), SEEN)
    except Refused:
        return
    assert not {"Initech", "7", "hours", "Mia"} & set(note.split())


def test_the_documents_own_words_are_not_what_was_seen() -> None:
    with pytest.raises(Refused, match="Note"):
        checked("Worked on the Note", '{"work": {"note": "", "title": "login"}}')


def test_what_is_told_holds_no_secret_no_colleague_and_nobodys_description() -> None:
    secret = next(iter(SECRETS))
    seen = meeting("09:00-10:00", f"Call with Bo Person {secret}", description="what the board decided")
    said = told(seen, f"note {secret} https://x.example/1", names=["Bo Person"])
    assert "Bo" not in said
    assert "x.example" not in said
    assert "board" not in said
    assert "hours" not in json.loads(said)["work"]


def test_of_coding_the_subjects_of_commits_are_told() -> None:
    seen = replace(coding("09:00-10:00"), description="Fix login\nMail bo@acme.example")
    assert json.loads(told(seen, "login"))["work"]["commits"] == ["Fix login", "Mail [address]"]
