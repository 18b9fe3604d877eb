"""Messages as Slack's blocks, within its limits. Text stays data: ``&``, ``<`` and ``>`` are escaped."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from typing import Any

from gleaner.core.messages import Button, Deed, Message, Paragraph
from gleaner.core.text import shown
from gleaner.notify.plain import STOP, lines

Block = dict[str, Any]
MOST_BLOCKS = 50
MOST_OPTIONS = 100
_HEADER, _SECTION, _LABEL, _VALUE, _URL, _OPTION, _BUTTONS = 150, 3000, 75, 2000, 3000, 75, 25
_FALLBACK = 3000
DEED, OPEN = "deed", "open"
"""How the ids of buttons begin that do something, and of those that only lead somewhere."""
SLOT, HOURS = "slot", "hours"
"""The blocks of the window in which a proposal is changed."""


@dataclass(frozen=True)
class Choice:
    """One option of a menu."""

    value: str
    label: str
    group: str


def escaped(text: str, most: int) -> str:
    """*text* as Slack takes it, no longer than *most* letters when it is escaped.

    >>> escaped("Q&A <!channel>", 75), escaped("a&b", 6)
    ('Q&amp;A &lt;!channel&gt;', 'a…')
    """
    whole = "".join(_SIGNS.get(letter, letter) for letter in text)
    if len(whole) <= most:
        return whole
    made, room = "", most - 1
    for letter in text:
        sign = _SIGNS.get(letter, letter)
        if len(made) + len(sign) > room:
            break
        made += sign
    return f"{made}…"


_SIGNS = {"&": "&amp;", "<": "&lt;", ">": "&gt;"}


def blocks(message: Message, sign: Callable[[Deed], str], stamp: str | None = None) -> list[Block]:
    """The message; with *stamp*, that stands where the buttons were."""
    made: list[Block] = [_header(message.subject)]
    body = [block for number, one in enumerate(message.paragraphs) for block in _paragraph(number, one, sign)]
    if stamp is not None:
        places = [number for number, block in enumerate(body) if block["type"] == "actions"]
        at = places[0] if places else len(body)
        kept = [block for block in body[at:] if block["type"] != "actions"]
        body = [*body[:at], stamped("stamp", stamp), *kept]
    made += body[: MOST_BLOCKS - 3]
    if message.why:
        made.append(_context("why", message.why))
    if message.stop is not None and stamp is None:
        ending = [*_elements([Button(STOP[message.language], message.stop)], sign)]
        made += [{"type": "actions", "block_id": "stop", "elements": ending}] if ending else []
    return made


def fallback(message: Message) -> str:
    """What notifications show, and screen readers say."""
    return escaped(shown(message.subject), _FALLBACK) or "Gleaner"


def stamped(block_id: str, stamp: str) -> Block:
    """A line that says what came of a click."""
    return {"type": "section", "block_id": block_id, "text": _plain(lines(stamp), _SECTION)}


def remark(block_id: str, text: str) -> Block:
    """A small line beside buttons that stay."""
    return _context(block_id, text)


def undo_button(block_id: str, label: str, value: str) -> Block:
    """The button that takes back what was done."""
    element = {"type": "button", "action_id": f"{DEED}:undo", "text": _plain(label, _LABEL), "value": value}
    return {"type": "actions", "block_id": block_id, "elements": [element]}


def _header(subject: str) -> Block:
    return {"type": "header", "block_id": "subject", "text": _plain(shown(subject), _HEADER)}


def _paragraph(number: int, paragraph: Paragraph, sign: Callable[[Deed], str]) -> Iterator[Block]:
    text = lines(paragraph.text)
    if paragraph.is_strong and len(escaped(text, _HEADER + 1)) <= _HEADER and "\n" not in text:
        yield {"type": "header", "block_id": f"p{number}", "text": _plain(text, _HEADER)}
    else:
        yield {"type": "section", "block_id": f"p{number}", "text": _plain(text, _SECTION)}
    elements = [*_elements(paragraph.buttons[:_BUTTONS], sign)]
    if elements:
        yield {"type": "actions", "block_id": f"a{number}", "elements": elements}


def _elements(buttons: Sequence[Button], sign: Callable[[Deed], str]) -> Iterator[Block]:
    for number, button in enumerate(buttons):
        made: Block = {"type": "button", "text": _plain(shown(button.label), _LABEL)}
        if button.deed is not None:
            made |= {"action_id": f"{DEED}:{number}", "value": sign(button.deed)}
            if not 0 < len(made["value"]) <= _VALUE:
                continue
        elif button.url and len(button.url) <= _URL:
            made |= {"action_id": f"{OPEN}:{number}", "url": button.url}
        else:
            continue
        yield made | ({"style": "primary"} if button.is_main else {})


def _context(block_id: str, text: str) -> Block:
    return {"type": "context", "block_id": block_id, "elements": [_plain(lines(text), _SECTION)]}


def _plain(text: str, most: int) -> Block:
    # A text object may not be empty.
    return {"type": "plain_text", "text": escaped(text, most) or "–", "emoji": False}


def window(
    title: str, choices: Sequence[Choice], chosen: str, hours: str, words: dict[str, str], kept: str
) -> Block:
    """The window in which a proposal is changed. *words* are its labels; *kept* comes back when it is submitted."""
    groups: dict[str, list[Block]] = {}
    first: Block | None = None
    for choice in choices:
        option = {"text": _plain(shown(choice.label), _OPTION), "value": choice.value}
        name = next(name for name in _names(choice.group) if len(groups.get(name, ())) < MOST_OPTIONS)
        if name not in groups and len(groups) == MOST_OPTIONS:
            continue
        groups.setdefault(name, []).append(option)
        if choice.value == chosen:
            first = option
    menu: Block = {
        "type": "static_select", "action_id": SLOT,
        "option_groups": [
            {"label": _plain(shown(name), _OPTION), "options": options} for name, options in groups.items()
        ],
    }  # fmt: skip
    if first is not None:
        menu["initial_option"] = first
    field = {"type": "plain_text_input", "action_id": HOURS, "initial_value": hours}
    return {
        "type": "modal", "callback_id": "change", "private_metadata": kept,
        "title": _plain(words["title"], 24), "submit": _plain(words["submit"], 24),
        "close": _plain(words["close"], 24),
        "blocks": [
            {"type": "section", "block_id": "about", "text": _plain(lines(title), _SECTION)},
            {"type": "input", "block_id": SLOT, "label": _plain(words["slot"], 75), "element": menu},
            {"type": "input", "block_id": HOURS, "label": _plain(words["hours"], 75), "element": field},
        ],
    }  # fmt: skip


def _names(group: str) -> Iterator[str]:
    """The group's name, and what its further parts are called when a menu takes no more of it."""
    yield group
    number = 2
    while True:
        yield f"{group} ({number})"
        number += 1
