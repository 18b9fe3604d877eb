"""The port ``notify.channel.Channel``: what is true of every channel, whatever it leads to."""

from __future__ import annotations

import logging
from collections.abc import Iterator
from pathlib import Path

import pytest
from tests.conformance.channels.rooms import ANA, LINKS, ROOMS, Room

from gleaner.core.catalog import AccountId
from gleaner.core.errors import Refused, Unavailable
from gleaner.core.messages import Button, Deed, Message, Paragraph
from gleaner.core.text import shown
from gleaner.notify.channel import channels

LOG = Deed("accept", AccountId(7), ANA.user_id, "entry:1", "x~1.75")
MESSAGE = Message(
    "day:2026-03-10",
    "Tue 10 Mar: 2.00 of 8 h open",
    (Paragraph("Acme › Website, about 1.75 h.", (Button("Log 1.75 h", LOG, is_main=True),)),),
    why="You get this because 2 h are open.",
    stop=Deed("stop", AccountId(7), ANA.user_id),
)
HOSTILE = {
    "markup": "</p><script>alert(1)</script> <b>bold</b> *bold* _it_ `code` {name} {{7*7}} %s",
    "Slack's signs": "<!channel> <@U1> <https://evil.example|Harvest> &amp; &lt;b&gt; :boom: #general",
    "emoji and combining": "🧑‍🚀🇩🇪 e\u0301\u0301\u0301 ﷽",
    "right to left": "שלום \u202egnp.exe\u202c عربى",
    "control": "bell\x07 escape\x1b[2J nul\x00 end",
    "a line that ends mail": "one\n.\ntwo",
    "headers": "Hello\r\nBcc: all@studio.example\r\n\r\n<h1>",
}


@pytest.fixture(params=sorted(ROOMS))
def room(
    request: pytest.FixtureRequest,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> Iterator[Room]:
    with ROOMS[request.param](tmp_path, monkeypatch, capsys) as made:
        yield made


def test_every_channel_of_ours_is_proved_here() -> None:
    assert set(channels) == set(ROOMS)


def test_a_message_arrives_whole(room: Room) -> None:
    room.channel.send(MESSAGE, ANA)
    (read,) = room.arrived()
    for said in (
        "Tue 10 Mar: 2.00 of 8 h open",
        "Acme › Website, about 1.75 h.",
        "Log 1.75 h",
        "2 h are open.",
    ):
        assert said in read


def test_the_same_message_again_is_told_from_a_second_where_the_channel_can(room: Room) -> None:
    first = room.channel.send(MESSAGE, ANA)
    assert room.channel.send(MESSAGE, ANA) == first
    assert len(room.arrived()) == (1 if room.once else 2)


def test_a_stamp_stands_where_the_buttons_were_or_nothing_happens(room: Room) -> None:
    handle = room.channel.send(MESSAGE, ANA)
    room.channel.stamp(handle, MESSAGE, ANA, "✓ 1.75 h logged")
    (read,) = room.arrived()
    assert ("✓ 1.75 h logged" in read) is room.stamps
    assert ("Log 1.75 h" in read) is not room.stamps
    assert "Acme › Website" in read


def test_somebody_who_cannot_be_reached_is_refused_and_the_others_are_not(room: Room) -> None:
    if room.refused is not None:
        with pytest.raises(Refused):
            room.channel.send(MESSAGE, room.refused)
    assert room.arrived() == []
    room.channel.send(MESSAGE, ANA)
    assert len(room.arrived()) == 1


def test_trouble_that_passes_says_so(room: Room) -> None:
    assert room.break_it is not None
    room.break_it()
    with pytest.raises(Unavailable) as caught:
        room.channel.send(MESSAGE, ANA)
    assert not caught.value.answer_lost


@pytest.mark.parametrize("text", HOSTILE.values(), ids=list(HOSTILE))
def test_whatever_a_text_says_it_stays_text(room: Room, text: str) -> None:
    message = Message(
        "hostile", text, (Paragraph(text, (Button(text, LOG),)), Paragraph(text, is_strong=True)), why=text
    )
    room.channel.send(message, ANA)
    (read,) = room.arrived()
    for line in text.splitlines():
        assert shown(line)[:140] in read
    assert not {"\x07", "\x1b", "\x00", "\u202e"} & set(read)


def test_ten_kilobytes_are_no_reason_to_fail(room: Room) -> None:
    long = "Ünïcode & <signs> " * 600
    message = Message("long", long, (Paragraph(long, (Button(long, LOG),)),) * 60, why=long)
    room.channel.send(message, ANA)
    (read,) = room.arrived()
    assert "Ünïcode & <signs> Ünïcode" in read


def test_an_empty_message_is_sent_all_the_same(room: Room) -> None:
    room.channel.send(Message("empty", "", (Paragraph(""),)), ANA)
    assert len(room.arrived()) == 1


def test_a_check_sends_nothing(room: Room) -> None:
    assert room.channel.check()
    assert not room.channel.is_quiet(ANA)
    assert room.arrived() == []


def test_no_secret_is_logged_or_said(room: Room, caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level(logging.DEBUG)
    room.channel.send(MESSAGE, ANA)
    said = [room.channel.check()]
    if room.refused is not None:
        with pytest.raises(Refused) as caught:
            room.channel.send(MESSAGE, room.refused)
        said.append(str(caught.value))
    # The mail server of the test has a log, too.
    logged = "".join(one.getMessage() for one in caplog.records if one.name != "mail.log")
    for secret in ("hush-hush", "xoxb-sandbox", LINKS.of(LOG, "en").rpartition(".")[2]):
        assert secret not in logged
        assert secret not in "".join(said)
