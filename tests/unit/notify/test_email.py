"""Mail as it leaves, and as a real server takes it: encrypted, signed for, one message once."""

from __future__ import annotations

import re
from datetime import UTC, datetime
from email.message import EmailMessage
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from tests.mail import FULL, NOBODY, PASSWORD, USER, free_port, mail_server

from gleaner.core.catalog import AccountId, UserId
from gleaner.core.errors import ConfigError, Refused, Unavailable
from gleaner.core.messages import Button, Deed, Message, Paragraph, Recipient
from gleaner.core.secrets import Secret
from gleaner.notify.channels.email import Email
from gleaner.notify.links import SignedLinks

NOW = datetime(2026, 3, 10, 17, tzinfo=UTC)
ANA = Recipient(UserId(3), "Ana Person", "ana@studio.example")
LOG = Deed("accept", AccountId(7), ANA.user_id, "entry:1", "x~1.75")
STOP = Deed("stop", AccountId(7), ANA.user_id)
MESSAGE = Message(
    "reminder:2026-03-10",
    "Tue 10 Mar: 2.00 of 8 h open",
    (
        Paragraph("Looks like Acme › Website, about 1.75 h.", (Button("Log 1.75 h", LOG, is_main=True),)),
        Paragraph(
            "The week is in Harvest.", (Button("Open it", url="https://harvest.example/week?a=1&b=2"),)
        ),
    ),
    why="You get this because 2 h are open.",
    stop=STOP,
)
LINKS = SignedLinks("https://gleaner.example", lambda: Secret("k" * 64), lambda: NOW)


def channel(port: int = 2525, **more: Any) -> Email:
    given: dict[str, Any] = {"security": "none", "links": LINKS, "now": lambda: NOW, "timeout": 5.0, **more}
    return Email("127.0.0.1", "gleaner@studio.example", port=port, **given)


def parts(mail: EmailMessage) -> tuple[str, str]:
    """The text and the HTML."""
    text, html = mail.get_body(["plain"]), mail.get_body(["html"])
    assert text is not None
    assert html is not None
    return str(text.get_content()), str(html.get_content())


# --- the mail ----------------------------------------------------------------------------------------------------


def test_a_mail_is_text_and_html_with_links_for_buttons() -> None:
    text, html = parts(channel().written(MESSAGE, ANA))
    link = LINKS.of(LOG, "en")
    assert f"  Log 1.75 h: {link}\n" in text
    assert f'href="{link}">Log 1.75 h</a>' in html
    assert 'href="https://harvest.example/week?a=1&amp;b=2">Open it</a>' in html
    stop = LINKS.of(STOP, "en")
    assert text.rstrip().endswith(f"You get this because 2 h are open.\n\nNo more reminders: {stop}")
    assert f'href="{stop}">No more reminders</a>' in html


def test_mail_programs_are_told_what_it_is_and_how_to_end_it() -> None:
    mail = channel().written(MESSAGE, ANA)
    assert mail["Auto-Submitted"] == "auto-generated"
    assert mail["List-Unsubscribe"] == f"<{LINKS.of(STOP, 'en')}>"
    assert mail["List-Unsubscribe-Post"] == "List-Unsubscribe=One-Click"
    assert f"List-Unsubscribe: <{LINKS.of(STOP, 'en')}>\r\n".encode() in mail.as_bytes()
    assert "List-Unsubscribe" not in channel(links=None).written(MESSAGE, ANA)


def test_the_same_message_has_the_same_id_and_another_has_another() -> None:
    one = channel().written(MESSAGE, ANA)["Message-ID"]
    assert channel().written(MESSAGE, ANA)["Message-ID"] == one
    bo = Recipient(UserId(4), "Bo", "bo@studio.example")
    other = Message("reminder:2026-03-11", "Other", ())
    ids = {one, channel().written(MESSAGE, bo)["Message-ID"], channel().written(other, ANA)["Message-ID"]}
    assert len(ids) == 3
    assert all(re.fullmatch(r"<[0-9a-f]{40}@studio\.example>", found) for found in ids)


def test_without_links_the_command_is_named_that_decides() -> None:
    text, html = parts(channel(links=None).written(MESSAGE, ANA))
    assert "Answer with: gleaner review" in text
    assert "<code>gleaner review</code>" in html
    assert "Log 1.75 h" not in text + html


@given(st.text(max_size=300), st.text(max_size=120))
def test_no_subject_or_name_ever_becomes_a_header(subject: str, name: str) -> None:
    message = Message("key", f"{subject}\r\nBcc: all@studio.example", (Paragraph(subject),))
    raw = channel().written(message, Recipient(ANA.user_id, name, ANA.address)).as_bytes()
    head = raw.partition(b"\r\n\r\n")[0]
    names = [line.partition(b":")[0].lower() for line in head.split(b"\r\n") if line[:1] not in b" \t"]
    assert len(names) == len(set(names))
    assert b"bcc" not in names
    assert max(map(len, raw.split(b"\r\n"))) < 998


@pytest.mark.parametrize(
    "address", ["", "ana", "ana@", "@x", "a b@x.example", "a@x.example\r\nRCPT TO:<b@x>", "a@x, b@y"]
)
def test_what_is_no_address_is_refused(address: str) -> None:
    with pytest.raises(Refused, match="is no e-mail address"):
        channel().written(MESSAGE, Recipient(ANA.user_id, "Ana", address))


# --- the server --------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("security", ["starttls", "tls"])
def test_the_way_is_encrypted_and_the_password_only_goes_there(
    tmp_path: Path, security: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("GLEANER_EMAIL__PASSWORD", PASSWORD)
    with mail_server(tmp_path, security, login=True) as server:
        made = channel(server.port, security=security, user=USER, ca_file=str(server.ca_file))
        assert f"port {server.port} answers as gleaner, encrypted" in made.check()
        handle = made.send(MESSAGE, ANA)
        (mail,) = server.got
        assert server.handler.known == [True]
        assert mail["Message-ID"] == handle
        assert mail["To"] == "Ana Person <ana@studio.example>"


@pytest.mark.parametrize("security", ["starttls", "tls"])
def test_a_certificate_nobody_vouches_for_gets_no_password(
    tmp_path: Path, security: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("GLEANER_EMAIL__PASSWORD", PASSWORD)
    with mail_server(tmp_path, security, login=True) as server:
        with pytest.raises(ConfigError, match="a certificate that is not trusted"):
            channel(server.port, security=security, user=USER).send(MESSAGE, ANA)
        assert server.got == []


def test_a_certificate_for_another_host_is_not_this_hosts(tmp_path: Path) -> None:
    with (
        mail_server(tmp_path, "tls", host="192.0.2.1") as server,
        pytest.raises(ConfigError, match="a certificate that is not trusted"),
    ):
        channel(server.port, security="tls", ca_file=str(server.ca_file)).check()


def test_a_server_that_lost_its_encryption_gets_nothing(tmp_path: Path) -> None:
    """Somebody on the way may have taken the offer out."""
    with mail_server(tmp_path) as server:
        with pytest.raises(ConfigError, match="does not offer encryption"):
            channel(server.port, security="starttls").send(MESSAGE, ANA)
        assert server.got == []


def test_plain_text_is_for_this_machine_alone() -> None:
    with pytest.raises(ConfigError, match="for a server on this machine alone"):
        Email("mail.studio.example", "gleaner@studio.example", security="none")


def test_a_wrong_or_missing_password_is_said_without_it(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    with mail_server(tmp_path, "tls", login=True) as server:
        made = channel(server.port, security="tls", user=USER, ca_file=str(server.ca_file))
        monkeypatch.delenv("GLEANER_EMAIL__PASSWORD", raising=False)
        with pytest.raises(ConfigError, match="put it into the environment variable GLEANER_EMAIL__PASSWORD"):
            made.check()
        for wrong in ("wrong battery", "пароль"):
            monkeypatch.setenv("GLEANER_EMAIL__PASSWORD", wrong)
            with pytest.raises(ConfigError) as caught:
                made.check()
            assert wrong not in str(caught.value)
            assert "GLEANER_EMAIL__PASSWORD" in str(caught.value)


def test_one_refused_address_is_refused_and_a_full_one_is_tried_again(tmp_path: Path) -> None:
    with mail_server(tmp_path) as server:
        with pytest.raises(Refused, match=r"takes no mail for nobody@studio\.example: 550"):
            channel(server.port).send(MESSAGE, Recipient(ANA.user_id, "N", NOBODY))
        with pytest.raises(Unavailable, match="452") as caught:
            channel(server.port).send(MESSAGE, Recipient(ANA.user_id, "F", FULL))
        assert not caught.value.answer_lost
        assert server.got == []


def test_a_connection_lost_after_the_text_may_have_sent_it(tmp_path: Path) -> None:
    with mail_server(tmp_path) as server:
        server.handler.cuts_off = True
        with pytest.raises(Unavailable, match="may have been sent") as caught:
            channel(server.port).send(MESSAGE, ANA)
        assert caught.value.answer_lost
        assert len(server.got) == 1


@pytest.mark.parametrize(
    ("answer", "error"),
    [("554 5.7.1 no spam here", Refused), ("451 4.3.0 later", Unavailable)],
    ids=["for good", "for now"],
)
def test_a_server_may_refuse_the_text(tmp_path: Path, answer: str, error: type[Exception]) -> None:
    with mail_server(tmp_path) as server:
        server.handler.refuses = answer
        with pytest.raises(error, match=answer[:3]) as caught:
            channel(server.port).send(MESSAGE, ANA)
        assert not getattr(caught.value, "answer_lost", False)


def test_no_server_is_a_later_try() -> None:
    with pytest.raises(Unavailable, match="does not answer") as caught:
        channel(free_port()).send(MESSAGE, ANA)
    assert not caught.value.answer_lost
