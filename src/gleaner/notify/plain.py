"""A message as plain text, as a terminal shows it and as mail programs do that show no HTML."""

from __future__ import annotations

from collections.abc import Iterator

from gleaner.core.messages import Button, Language, Message
from gleaner.core.text import shown
from gleaner.notify.links import Links

_ELSEWHERE = {
    "en": "Answer with: gleaner review",
    "de": "Antworten mit: gleaner review",
}
STOP: dict[Language, str] = {"en": "No more reminders", "de": "Keine Erinnerungen mehr"}
"""What the link says that ends such messages."""
_PROPOSED = ("accept", "dismiss", "change")


def address_of(button: Button, links: Links | None, language: Language) -> str:
    """Where *button* leads; empty when a click can lead nowhere. A change needs more than a page of ours asks."""
    if button.deed is None:
        return button.url
    if button.deed.verb == "change":
        return ""
    return links.of(button.deed, language) if links is not None else ""


def stop_address(message: Message, links: Links | None) -> str:
    """Where one can end such messages; empty where that cannot be, or need not."""
    return links.of(message.stop, message.language) if message.stop is not None and links is not None else ""


def plain(message: Message, links: Links | None = None) -> str:
    """Everything below the subject: paragraphs with an empty line between them, a line for each button.

    Buttons that lead nowhere are left out; where they were about proposals, the command that decides them is named.
    """
    parts = [*_parts(message, links)]
    if message.why:
        parts.append(lines(message.why))
    if address := stop_address(message, links):
        parts.append(f"{STOP[message.language]}: {address}")
    return "\n\n".join(parts) + "\n"


def _parts(message: Message, links: Links | None) -> Iterator[str]:
    is_left_out = False
    for paragraph in message.paragraphs:
        said = [lines(paragraph.text)]
        for button in paragraph.buttons:
            if address := address_of(button, links, message.language):
                said.append(f"  {shown(button.label)}: {shown(address)}")
            elif button.deed is not None and button.deed.verb in _PROPOSED:
                is_left_out = True
        yield "\n".join(said)
    if is_left_out:
        yield _ELSEWHERE[message.language]


def lines(text: str) -> str:
    """*text* with its line ends, and with everything else that a terminal would obey made visible."""
    return "\n".join(shown(line) for line in text.splitlines())
