"""Blocks that Slack always takes: the sandbox, which shares no code with this, knows its limits."""

from __future__ import annotations

import json

from hypothesis import given
from hypothesis import strategies as st

from gleaner.core.catalog import AccountId, UserId
from gleaner.core.messages import Button, Deed, Message, Paragraph
from gleaner.notify.slack_kit import Choice, blocks, escaped, window
from gleaner_sandbox.slack.kit import unescaped, wrong_blocks, wrong_view

DEED = Deed("accept", AccountId(7), UserId(3), "entry:1")
text = st.one_of(st.text(max_size=60), st.sampled_from(["&" * 4000, "<!channel> ", "a\n" * 2000, ""]))
buttons = st.one_of(
    st.builds(Button, text, st.just(DEED), is_main=st.booleans()),
    st.builds(Button, text, url=st.sampled_from(["https://harvest.example", "x" * 4000])),
)
paragraphs = st.builds(Paragraph, text, st.lists(buttons, max_size=30).map(tuple), st.booleans())
messages = st.builds(Message, st.just("key"), text, st.lists(paragraphs, max_size=60).map(tuple), why=text)
WORDS = {
    "title": "Log it differently",
    "submit": "Log it",
    "close": "Cancel",
    "slot": "Project",
    "hours": "Hours",
}


@given(messages, st.one_of(st.none(), text))
def test_every_message_is_within_the_limits_and_escaped(message: Message, stamp: str | None) -> None:
    made = blocks(message, lambda _deed: "v" * 900, stamp)
    assert list(wrong_blocks(made)) == []
    assert unescaped(made) == []


@given(messages)
def test_a_stamp_leaves_no_button(message: Message) -> None:
    made = blocks(message, lambda _deed: "v", "✓ logged")
    assert "actions" not in [one["type"] for one in made]


@given(st.text(), st.integers(8, 100))
def test_what_is_cut_is_never_cut_inside_a_sign(text: str, most: int) -> None:
    made = escaped(text * 3, most)
    assert len(made) <= most
    assert unescaped([{"text": {"type": "plain_text", "text": made}}]) == []


@given(st.integers(1, 350), st.integers(1, 130), text)
def test_the_window_takes_all_that_fits(slots: int, clients: int, title: str) -> None:
    choices = [
        Choice(f"{number}:1", f"Project {number} / Meetings", f"Client {number % clients}")
        for number in range(slots)
    ]
    view = window(title, choices, "0:1", "1.50", WORDS, "{}")
    assert list(wrong_view(view)) == []
    (menu,) = [one["element"] for one in view["blocks"] if one["block_id"] == "slot"]
    shown = [option["value"] for group in menu["option_groups"] for option in group["options"]]
    assert menu["initial_option"]["value"] == "0:1"
    if clients <= 100:
        assert sorted(shown) == sorted(one.value for one in choices)


def test_a_deed_too_long_for_a_button_has_none() -> None:
    message = Message("key", "Subject", (Paragraph("Text", (Button("Log it", DEED),)),))
    assert "Log it" not in json.dumps(blocks(message, lambda _deed: "v" * 2001))
