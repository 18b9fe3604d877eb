"""A mailbox, over the wire: attachments come once, whatever was read before, and nothing else is touched."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime
from email.message import EmailMessage
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from tests.imap import PASSWORD, USER, Box, imap_server

from gleaner.capture.source import MemoryCache
from gleaner.core.errors import ConfigError, Unavailable
from gleaner.expenses.source import Found
from gleaner.expenses.sources.mail import MOST_FILES, MOST_OF_A_MAIL, Mail, attachments

NOW = datetime(2026, 3, 10, 17, tzinfo=UTC)
PDF = b"%PDF-1.7\n...\n%%EOF\n"


@pytest.fixture(scope="module")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Box]:
    with imap_server(tmp_path_factory.mktemp("imap")) as box:
        yield box


@pytest.fixture
def box(server: Box, monkeypatch: pytest.MonkeyPatch) -> Box:
    """The mailbox, empty."""
    for kept in (server.mails, server.seen, server.fetched, server.commands):
        kept.clear()
    server.validity, server.drops_at = 7, ""
    monkeypatch.setenv("GLEANER_MAILBOX__PASSWORD", PASSWORD)
    return server


def mail(box: Box, **other: Any) -> Mail:
    return Mail(
        "127.0.0.1", USER, "ana@studio.example", **{"port": box.port, "ca_file": str(box.ca_file), **other}
    )


def look(box: Box, cache: MemoryCache | None = None, **other: Any) -> list[Found]:
    found = mail(box, **other).collect(cache or MemoryCache(), NOW)
    return [one for one in found if isinstance(one, Found)]


def test_attachments_come_once_and_their_mail_is_marked_as_read(box: Box) -> None:
    cache = MemoryCache()
    first = box.put(("taxi.pdf", PDF), ("Büro – Café.pdf", PDF))
    assert [(one.name, one.content) for one in look(box, cache)] == [
        ("taxi.pdf", PDF),
        ("Büro – Café.pdf", PDF),
    ]
    assert box.seen == {first}
    assert look(box, cache) == []
    assert box.fetched == [first]


def test_a_mail_without_attachments_stays_unread(box: Box) -> None:
    cache = MemoryCache()
    box.put(text="lunch at twelve?")
    assert look(box, cache) == []
    assert (box.seen, box.fetched) == (set(), [1])
    look(box, cache)
    assert box.fetched == [1], "it is not fetched again"


def test_a_mail_with_other_things_alone_is_named_and_stays_unread(box: Box) -> None:
    box.put(("invitation.ics", b"BEGIN:VCALENDAR"))
    assert [one.name for one in look(box)] == ["invitation.ics"]
    assert box.seen == set()


def test_a_mail_that_somebody_read_before_is_looked_through_all_the_same(box: Box) -> None:
    box.seen.add(box.put(("taxi.pdf", PDF)))
    assert [one.name for one in look(box)] == ["taxi.pdf"]


def test_what_was_given_counts_as_taken_only_when_the_next_is_asked_for(box: Box) -> None:
    cache = MemoryCache()
    box.put(("a.pdf", PDF))
    given = mail(box).collect(cache, NOW)
    next(given)
    given.close()  # type: ignore[attr-defined]  # it is a generator
    assert box.seen == set()
    assert [one.name for one in look(box, cache)] == ["a.pdf"]


def test_a_mailbox_that_was_numbered_anew_is_looked_through_again(box: Box) -> None:
    cache = MemoryCache()
    box.put(("a.pdf", PDF))
    look(box, cache)
    box.validity = 8
    assert [one.name for one in look(box, cache)] == ["a.pdf"]


def test_a_huge_mail_is_named_and_not_opened(box: Box) -> None:
    box.put_raw(b"Subject: x\r\n\r\n" + bytes(MOST_OF_A_MAIL))
    (found,) = look(box)
    assert (found.content, "has 30 MB and is not opened" in found.trouble) == (None, True)
    assert (box.fetched, box.seen) == ([], set())


def test_a_mail_with_very_many_files_gives_some_and_says_so(box: Box) -> None:
    box.put(*((f"{n}.pdf", PDF) for n in range(MOST_FILES + 5)))
    found = look(box)
    assert len(found) == MOST_FILES + 1
    assert "more than 20 attachments" in found[-1].trouble


def test_logos_and_signatures_are_no_receipts() -> None:
    text = EmailMessage()
    text.set_content("see below")
    text.add_alternative("<img src='cid:logo'>", subtype="html")
    html = text.get_payload()[1]  # type: ignore[index]
    assert isinstance(html, EmailMessage)
    html.add_related(b"\x89PNG", "image", "png", cid="<logo>", filename="logo.png")
    text.add_attachment(PDF, maintype="application", subtype="pdf", filename="taxi.pdf")
    text.add_attachment(b"x", maintype="application", subtype="pgp-signature", filename="signature.asc")
    assert [one.name for one in attachments(text.as_bytes(), "mail 1")] == ["taxi.pdf"]


def test_a_forwarded_mail_brings_what_was_attached_to_it() -> None:
    inner, outer = EmailMessage(), EmailMessage()
    inner.set_content("x")
    inner.add_attachment(PDF, maintype="application", subtype="pdf", filename="taxi.pdf")
    outer.set_content("fyi")
    outer.add_attachment(inner)
    assert [one.name for one in attachments(outer.as_bytes(), "mail 1")] == ["taxi.pdf"]


@given(st.binary(max_size=300))
def test_any_bytes_are_read_without_harm(raw: bytes) -> None:
    head = b'Content-Type: multipart/mixed; boundary="x"\r\n\r\n--x\r\nContent-Disposition: attachment; filename='
    for text in (raw, head + raw):
        for one in attachments(text, "mail 1"):
            assert one.content is not None or one.trouble


@pytest.mark.parametrize(
    ("other", "why"),
    [
        ({"mailbox": "Gone"}, "has no Gone that may be opened"),
        ({"ca_file": None}, "its certificate is not accepted"),
        ({"password_variable": "GLEANER_NONE"}, "or the environment variable GLEANER_NONE"),
        ({"mailbox": 'a"b'}, "quotes"),
        ({"days": 0}, "look back 1 to 365 days"),
    ],
)
def test_what_is_configured_wrongly_is_named(box: Box, other: dict[str, Any], why: str) -> None:
    with pytest.raises(ConfigError, match=why):
        look(box, **other)


def test_a_wrong_password_is_named_and_never_shown(box: Box, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("GLEANER_MAILBOX__PASSWORD", "wrong horse")
    with pytest.raises(ConfigError, match="does not accept the password") as said:
        look(box)
    assert "wrong horse" not in str(said.value)


@pytest.mark.parametrize("word", ["LOGIN", "SELECT", "SEARCH", "BODY.PEEK", "STORE"])
def test_a_server_that_hangs_up_is_asked_again_and_nothing_is_lost(box: Box, word: str) -> None:
    cache = MemoryCache()
    box.put(("taxi.pdf", PDF))
    box.drops_at = word
    with pytest.raises(Unavailable):
        look(box, cache)
    box.drops_at = ""
    assert [one.name for one in look(box, cache)] == ["taxi.pdf"]


def test_nobody_listens(box: Box) -> None:
    with pytest.raises(Unavailable, match="cannot be reached"):
        look(box, port=1)


def test_a_check_takes_nothing(box: Box) -> None:
    box.put(("taxi.pdf", PDF))
    assert f"answers as {USER}; INBOX can be read" in mail(box).check()
    assert (box.fetched, box.seen) == ([], set())
