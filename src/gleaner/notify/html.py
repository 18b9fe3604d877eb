"""A message as an HTML mail: one column that fits 320 px, no pictures, nothing loaded, light or dark as the reader has
it. Buttons are links."""

from __future__ import annotations

from collections.abc import Iterator
from html import escape

from gleaner.core.messages import Button, Message, Paragraph
from gleaner.core.text import shown
from gleaner.notify.links import Links
from gleaner.notify.plain import STOP, address_of, stop_address

_STYLE = """
:root { color-scheme: light dark; supported-color-schemes: light dark }
@media (prefers-color-scheme: dark) {
  .page { background: #1c1b19 !important; color: #f1efeb !important }
  .soft { color: #b9b4ab !important }
  .main { background: #f2a679 !important; color: #1c1b19 !important; border-color: #f2a679 !important }
  .other { background: transparent !important; color: #f2a679 !important; border-color: #f2a679 !important }
}
"""
# Many mail programs read styles of elements only.
_PAGE = (
    "margin:0;padding:24px 16px;background:#fbfaf8;color:#1c1b19;font-family:system-ui,-apple-system,'Segoe UI',"
    "Roboto,Helvetica,Arial,sans-serif;font-size:16px;line-height:1.5"
)
_COLUMN = "max-width:560px;margin:0 auto;overflow-wrap:anywhere;word-break:break-word"
_BUTTON = (
    "display:inline-block;padding:10px 18px;margin:4px 8px 4px 0;border:1px solid #8a3b12;border-radius:6px;"
    "font-weight:600;line-height:24px;text-decoration:none;max-width:100%;box-sizing:border-box;"
)
_MAIN = f"{_BUTTON}background:#8a3b12;color:#ffffff"
_OTHER = f"{_BUTTON}background:transparent;color:#8a3b12"
_ELSEWHERE = {
    "en": "Answer with: <code>gleaner review</code>",
    "de": "Antworten mit: <code>gleaner review</code>",
}


def html(message: Message, links: Links | None = None) -> str:
    """The whole document. Everything in *message* is text, whatever it looks like."""
    parts = [*_parts(message, links)]
    if message.why:
        parts.append(
            f'<p class="soft" style="margin:24px 0 0;font-size:14px;color:#5b5750">{_text(message.why)}</p>'
        )
    if address := stop_address(message, links):
        parts.append(
            f'<p style="margin:8px 0 0;font-size:14px"><a class="soft" style="color:#5b5750" href="{escape(address)}">'
            f"{STOP[message.language]}</a></p>"
        )
    body = "\n".join(parts)
    return (
        f'<!doctype html>\n<html lang="{message.language}">\n<head>\n<meta charset="utf-8">\n'
        '<meta name="viewport" content="width=device-width, initial-scale=1">\n'
        '<meta name="color-scheme" content="light dark">\n'
        f"<title>{_text(message.subject)}</title>\n<style>{_STYLE}</style>\n</head>\n"
        f'<body class="page" style="{_PAGE}">\n<div role="main" style="{_COLUMN}">\n'
        f'<h1 dir="auto" style="margin:0 0 16px;font-size:20px;line-height:1.3">{_text(message.subject)}</h1>\n'
        f"{body}\n</div>\n</body>\n</html>\n"
    )


def _parts(message: Message, links: Links | None) -> Iterator[str]:
    is_left_out = False
    for paragraph in message.paragraphs:
        yield f'<p dir="auto" style="margin:16px 0 8px">{_said(paragraph)}</p>'
        shown_buttons = [
            (button, address)
            for button in paragraph.buttons
            if (address := address_of(button, links, message.language))
        ]
        if shown_buttons:
            row = "\n".join(_button(button, address) for button, address in shown_buttons)
            yield f'<p style="margin:0 0 16px">\n{row}\n</p>'
        is_left_out |= any(
            one.deed is not None
            and one.deed.verb in ("accept", "dismiss", "change")
            and one not in [button for button, _ in shown_buttons]
            for one in paragraph.buttons
        )
    if is_left_out:
        yield f'<p class="soft" style="margin:16px 0 0;color:#5b5750">{_ELSEWHERE[message.language]}</p>'


def _said(paragraph: Paragraph) -> str:
    text = _text(paragraph.text)
    return f"<strong>{text}</strong>" if paragraph.is_strong else text


def _button(button: Button, address: str) -> str:
    kind, style = ("main", _MAIN) if button.is_main else ("other", _OTHER)
    return f'<a class="{kind}" style="{style}" href="{escape(address)}">{_text(button.label)}</a>'


def _text(text: str) -> str:
    return "<br>\n".join(escape(shown(line)) for line in text.splitlines())
