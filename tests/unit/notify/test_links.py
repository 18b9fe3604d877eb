"""Whoever changes a link has none; whoever has one can do what it says, and nothing else."""

from __future__ import annotations

import base64
import json
from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from gleaner.core.catalog import AccountId, UserId
from gleaner.core.messages import Deed, Verb
from gleaner.core.secrets import Secret
from gleaner.notify.links import LIFE, Forged, SignedLinks, claimed_account, digest, link_key, opened, signed

KEY = link_key(Secret("k" * 44), AccountId(7))
OTHER = link_key(Secret("k" * 44), AccountId(8))
NOW = datetime(2026, 3, 10, 17, tzinfo=UTC)
DEED = Deed("accept", AccountId(7), UserId(3), "entry:ics:evt-1", "abc~1.75")
TEXT = signed(DEED, "de", NOW + LIFE, KEY)

deeds = st.builds(
    Deed,
    st.sampled_from(["accept", "dismiss", "undo", "snooze", "stop", "resume", "change"]),
    st.integers(1, 2**60).map(AccountId),
    st.integers(1, 2**60).map(UserId),
    st.text(max_size=300),
    st.text(max_size=40),
)


@given(deeds, st.sampled_from(["en", "de"]))
def test_what_was_signed_is_always_read_back(deed: Deed, language: object) -> None:
    assert language in ("en", "de")
    text = signed(deed, "de" if language == "de" else "en", NOW, KEY)
    found = opened(text, [OTHER, KEY])
    assert (found.deed, found.language, found.expires_at, found.digest) == (deed, language, NOW, digest(text))
    assert claimed_account(text) == deed.account_id
    assert not set(text) - set("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_.")


@given(st.integers(0, len(TEXT) - 1), st.sampled_from("ABCxyz019-_.=/ ü\n"))
def test_a_changed_letter_never_passes(place: int, letter: str) -> None:
    changed = TEXT[:place] + letter + TEXT[place + 1 :]
    if changed == TEXT:
        return
    with pytest.raises(Forged):
        opened(changed, [KEY])


@given(st.text(max_size=200))
def test_no_text_makes_it_fail_otherwise(text: str) -> None:
    for look in (claimed_account, lambda text: opened(text, [KEY])):
        with pytest.raises(Forged):
            look(text)


@pytest.mark.parametrize("text", [f"{TEXT}\ud800", f"\ud800{TEXT}", f"{TEXT}ü", TEXT * 50])
def test_what_no_network_sends_is_forged_too(text: str) -> None:
    with pytest.raises(Forged):
        opened(text, [KEY])


def test_another_account_has_another_key() -> None:
    with pytest.raises(Forged):
        opened(TEXT, [OTHER])
    with pytest.raises(Forged):
        opened(TEXT, [])


@pytest.mark.parametrize(
    "said",
    [
        ["sing", 7, 3, "", "", "en", 1],
        ["accept", "7", 3, "", "", "en", 1],
        ["accept", 7, 3, None, "", "en", 1],
        ["accept", 7, 3, "", "", "fr", 1],
        ["accept", 7, True, "", "", "en", 1],
        ["accept", 7, 3],
        {"verb": "accept"},
        7,
    ],
)
def test_what_says_something_else_is_none_of_ours_even_when_it_is_signed(said: object) -> None:
    body = base64.urlsafe_b64encode(json.dumps(said).encode()).decode().rstrip("=")
    with pytest.raises(Forged):
        claimed_account(f"{body}.x")


def test_a_link_lives_for_a_week() -> None:
    verb: Verb = "stop"
    links = SignedLinks("https://gleaner.example/", lambda: KEY, lambda: NOW)
    address = links.of(Deed(verb, AccountId(7), UserId(3)), "en")
    head, _, text = address.rpartition("/")
    assert head == "https://gleaner.example/links"
    found = opened(text, [KEY])
    assert not found.is_expired(NOW + timedelta(days=7) - timedelta(seconds=1))
    assert found.is_expired(NOW + timedelta(days=7))


def test_without_an_address_there_are_no_links_but_buttons_can_be_signed() -> None:
    links = SignedLinks("", lambda: KEY, lambda: NOW)
    assert links.of(DEED, "en") == ""
    assert opened(links.text(DEED, "en"), [KEY]).deed == DEED
