"""``/links/…``: the pages that links in messages lead to. GET only asks, POST does it.

Programs that look through mail follow every link in it, so following one must not do anything. What mail programs post
by themselves when somebody unsubscribes (RFC 8058) is a POST like the button's. The pages need no script, and whoever
has the address may use it, so it is not told to other pages.
"""

from __future__ import annotations

import asyncio
import base64
import hashlib
from html import escape
from typing import Protocol

from starlette.requests import Request
from starlette.responses import HTMLResponse, Response
from starlette.routing import Route

from gleaner.app.clicking import Page, State
from gleaner.app.logs import logger
from gleaner.core.messages import Language
from gleaner.core.text import shown
from gleaner.notify.links import PATH

_STATUS: dict[State, int] = {
    "ask": 200, "done": 200, "nothing": 200, "used": 410, "expired": 410, "forged": 404, "later": 503,
}  # fmt: skip
_TITLES: dict[Language, dict[State, str]] = {
    "en": {
        "ask": "Do this?", "done": "Done", "nothing": "Nothing to do", "used": "Used already", "expired": "Too old",
        "forged": "No such link", "later": "Not just now",
    },
    "de": {
        "ask": "Soll das geschehen?", "done": "Erledigt", "nothing": "Nichts zu tun", "used": "Schon benutzt",
        "expired": "Abgelaufen", "forged": "Kein solcher Link", "later": "Gerade nicht möglich",
    },
}  # fmt: skip
_WORDS: dict[Language, dict[str, str]] = {
    "en": {
        "who": "In the name of {who}. If that is not you, close this page.",
        "undo": "Take it back",
        "close": "You can close this page.",
    },
    "de": {
        "who": "Im Namen von {who}. Wenn Sie das nicht sind, schließen Sie diese Seite.",
        "undo": "Zurücknehmen",
        "close": "Sie können diese Seite schließen.",
    },
}
_STYLE = """
:root { color-scheme: light dark; --ink: #1c1b19; --paper: #fbfaf8; --soft: #5b5750; --main: #8a3b12; --on: #ffffff }
@media (prefers-color-scheme: dark) {
  :root { --ink: #f1efeb; --paper: #1c1b19; --soft: #b9b4ab; --main: #f2a679; --on: #1c1b19 }
}
* { box-sizing: border-box }
body { margin: 0; padding: 2rem 1rem; background: var(--paper); color: var(--ink);
  font: 1.0625rem/1.5 system-ui, sans-serif }
main { max-width: 34rem; margin: 0 auto; overflow-wrap: anywhere }
h1 { font-size: 1.375rem; line-height: 1.3; margin: 0 0 1rem }
.soft { color: var(--soft); font-size: .9375rem }
button, .button { display: inline-block; min-height: 2.75rem; padding: .625rem 1.25rem; border: 1px solid var(--main);
  border-radius: .375rem; background: var(--main); color: var(--on); font: inherit; font-weight: 600;
  text-decoration: none; cursor: pointer }
.button { background: transparent; color: var(--main) }
button:focus-visible, .button:focus-visible { outline: 3px solid var(--ink); outline-offset: 2px }
"""
_DIGEST = base64.b64encode(hashlib.sha256(_STYLE.encode()).digest()).decode()
HEADERS = {
    "Content-Security-Policy": f"default-src 'none'; style-src 'sha256-{_DIGEST}'; form-action 'self';"
    " frame-ancestors 'none'; base-uri 'none'",
    "Referrer-Policy": "no-referrer",
    "X-Robots-Tag": "noindex, nofollow",
}


_FAILED = "Gleaner could not do this; its log says why. Look what is open with: gleaner review"
_log = logger("web")


class Follows(Protocol):
    """What is behind the pages; both may block."""

    def look(self, text: str) -> Page: ...

    def do(self, text: str) -> Page: ...


def link_route(clicks: Follows) -> Route:
    """The route."""

    async def answer(request: Request) -> Response:
        what = clicks.do if request.method == "POST" else clicks.look
        try:
            page = await asyncio.to_thread(what, request.path_params["text"])
        except Exception:  # noqa: BLE001 - whatever it is, the log has it
            _log.exception("a link could not be followed")
            page = Page("later", _FAILED)
        return HTMLResponse(html(page), _STATUS[page.state], headers=HEADERS)

    return Route(f"{PATH}{{text}}", answer, methods=["GET", "POST"])


def html(page: Page) -> str:
    """*page*, which needs neither script nor picture."""
    words, title = _WORDS[page.language], _TITLES[page.language][page.state]
    parts = [f"<p>{_escaped(page.text)}</p>"]
    if page.button:
        # Without an action it goes to where the page came from, whatever is in front of us.
        parts.append(f'<form method="post"><button type="submit">{_escaped(page.button)}</button></form>')
    elif page.undo:
        parts.append(f'<p><a class="button" href="{escape(page.undo)}">{_escaped(words["undo"])}</a></p>')
    if page.who and page.state == "ask":
        parts.append(f'<p class="soft">{_escaped(words["who"].format(who=page.who))}</p>')
    elif page.state in ("done", "nothing"):
        parts.append(f'<p class="soft">{_escaped(words["close"])}</p>')
    body = "\n".join(parts)
    return (
        f'<!doctype html>\n<html lang="{page.language}">\n<head>\n<meta charset="utf-8">\n'
        '<meta name="viewport" content="width=device-width, initial-scale=1">\n'
        f"<title>{_escaped(title)} · Gleaner</title>\n<style>{_STYLE}</style>\n</head>\n<body>\n<main>\n"
        f"<h1>{_escaped(title)}</h1>\n{body}\n</main>\n</body>\n</html>\n"
    )


def _escaped(text: str) -> str:
    return escape(shown(text))
