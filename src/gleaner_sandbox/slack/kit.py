"""Block Kit's limits, as far as the sandbox knows its blocks. Source: Slack's reference, *Blocks* and *Views*."""

import re
from collections.abc import Iterator
from typing import Any

_CONTROL = re.compile(r"<[^>]*>|&(?!amp;|lt;|gt;)")
Json = dict[str, Any]


def wrong_blocks(blocks: Any, *, most: int = 50) -> Iterator[str]:
    """A sentence for each thing that Slack would answer with ``invalid_blocks``."""
    if not isinstance(blocks, list) or len(blocks) > most:
        yield f"no more than {most} blocks"
        return
    ids = [one.get("block_id") for one in blocks if one.get("block_id")]
    if len(ids) != len(set(ids)):
        yield "block_id must be unique"
    for number, block in enumerate(blocks):
        for said in _wrong_block(block):
            yield f"/blocks/{number}: {said}"


def _wrong_block(block: Json) -> Iterator[str]:
    match block.get("type"):
        case "header":
            yield from _wrong_text(block.get("text"), 150, plain=True)
        case "section":
            yield from _wrong_text(block.get("text"), 3000)
        case "context":
            elements = block.get("elements", [])
            if not 1 <= len(elements) <= 10:
                yield "context takes 1 to 10 elements"
            for element in elements:
                yield from _wrong_text(element, 3000)
        case "actions":
            elements = block.get("elements", [])
            if not 1 <= len(elements) <= 25:
                yield "actions takes 1 to 25 elements"
            actions = [element.get("action_id") for element in elements]
            if len(actions) != len(set(actions)):
                yield "action_id must be unique"
            for element in elements:
                yield from _wrong_button(element)
        case "divider":
            return
        case "input":
            yield from _wrong_input(block)
        case other:
            yield f"the sandbox knows no block of type {other}"


def _wrong_button(element: Json) -> Iterator[str]:
    if element.get("type") != "button":
        yield "the sandbox knows buttons only"
        return
    yield from _wrong_text(element.get("text"), 75, plain=True)
    if len(element.get("value", "")) > 2000:
        yield "value is longer than 2000"
    if len(element.get("url", "")) > 3000:
        yield "url is longer than 3000"
    if element.get("style", "primary") not in ("primary", "danger"):
        yield "style is primary or danger"


def _wrong_input(block: Json) -> Iterator[str]:
    yield from _wrong_text(block.get("label"), 2000, plain=True)
    element = block.get("element", {})
    if element.get("type") == "plain_text_input":
        return
    if element.get("type") != "static_select":
        yield "the sandbox knows no such element"
        return
    groups = element.get("option_groups")
    lists = [group.get("options", []) for group in groups] if groups else [element.get("options", [])]
    if len(lists) > 100 or any(not 1 <= len(options) <= 100 for options in lists):
        yield "options are 1 to 100, in no more than 100 groups"
    for group in groups or ():
        yield from _wrong_text(group.get("label"), 75, plain=True)
    for option in (option for options in lists for option in options):
        yield from _wrong_text(option.get("text"), 75, plain=True)
        if not 1 <= len(option.get("value", "")) <= 150:
            yield "value is 1 to 150 letters"
    first = element.get("initial_option")
    if first is not None and first not in [option for options in lists for option in options]:
        yield "initial_option must be one of the options"


def _wrong_text(text: Any, most: int, *, plain: bool = False) -> Iterator[str]:
    if not isinstance(text, dict) or text.get("type") not in ("plain_text", "mrkdwn"):
        yield "text must be a text object"
    elif plain and text["type"] != "plain_text":
        yield "text must be plain_text"
    elif not 1 <= len(text.get("text", "")) <= most:
        yield f"text must be 1 to {most} letters"


def wrong_view(view: Json) -> Iterator[str]:
    """A sentence for each thing that Slack would not open."""
    if view.get("type") != "modal":
        yield "the sandbox opens modals only"
    for name in ("title", "submit", "close"):
        if name in view or name == "title":
            yield from _wrong_text(view.get(name), 24, plain=True)
    if len(view.get("private_metadata", "")) > 3000:
        yield "private_metadata is longer than 3000"
    yield from wrong_blocks(view.get("blocks"), most=100)


def unescaped(blocks: Any) -> list[str]:
    """What Slack would obey instead of show: ``<!channel>``, ``<https://…|text>``, a stray ``&``."""
    return [found for text in texts(blocks) for found in _CONTROL.findall(text)]


def texts(value: Any) -> Iterator[str]:
    """Every text object's text in *value*."""
    if isinstance(value, dict):
        if value.get("type") in ("plain_text", "mrkdwn") and isinstance(value.get("text"), str):
            yield value["text"]
        for inner in value.values():
            yield from texts(inner)
    elif isinstance(value, list):
        for inner in value:
            yield from texts(inner)
