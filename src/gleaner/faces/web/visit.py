"""One request of somebody who is signed in: who they are, what they sent, and how to answer them."""

from __future__ import annotations

import json
import uuid
from base64 import urlsafe_b64decode, urlsafe_b64encode
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from functools import cached_property
from urllib.parse import quote

from starlette.datastructures import FormData, UploadFile
from starlette.requests import Request
from starlette.responses import HTMLResponse, RedirectResponse, Response

from gleaner.adapters.store.sessions import Session
from gleaner.app.account import Account
from gleaner.core.catalog import Person, UserId
from gleaner.core.errors import ConfigError
from gleaner.core.language import Words
from gleaner.core.time import local_date
from gleaner.faces.web.registry import Page, Pages
from gleaner.faces.web.templating import render

SAID = "gleaner-said"
"""The cookie that carries a sentence from a button to the page after it; read once."""
_LONGEST_SAID = 1500
_MOST_SAID = 2600
"""Bytes, before they are written as a cookie: browsers keep no cookie of more than 4096."""


class NotFound(Exception):
    """There is no such page, or not for this person: which of the two is not told."""


@dataclass(frozen=True)
class Said:
    """What came of a button, shown on top of the next page."""

    text: str
    is_good: bool = True
    undo: str = ""
    """The address of a button that takes it back."""


@dataclass(frozen=True)
class Visit:
    """What a page's handler gets. *account* is the seat of *person*: every check in it is about them."""

    request: Request
    account: Account
    person: Person
    words: Words
    session: Session
    pages: Pages
    page: Page
    form: FormData = field(default_factory=FormData)
    """What a button sent; empty for a page that is looked at."""
    is_safe: bool = False
    """The browser got here over https: then its cookies go nowhere else."""
    place: str = ""
    """What the account is called, where more than one is served here; otherwise nobody has to be told."""

    @property
    def me(self) -> str:
        """Who does what is done here, for the journal."""
        return self.person.email

    @cached_property
    def once(self) -> str:
        """A word for the forms of this page: what is sent twice with it, by a double click, is meant once."""
        return uuid.uuid4().hex

    @cached_property
    def today(self) -> date:
        """Where the person is."""
        return local_date(self.account.clock.now(), self.person.zone)

    @property
    def query(self) -> Mapping[str, str]:
        return self.request.query_params

    def part(self, name: str) -> str:
        """That part of the address."""
        return str(self.request.path_params[name])

    def day(self, text: str) -> date:
        """*text* as a day; ``today`` is one. Raises NotFound for what is none."""
        if text == "today":
            return self.today
        try:
            found = date.fromisoformat(text)
        except ValueError:
            raise NotFound from None
        if not 2000 <= found.year <= 2100:
            raise NotFound
        return found

    def said(self, name: str, most: int = 2000) -> str:
        """What the form says there; empty when it says nothing. Raises ConfigError for more than *most* letters."""
        value = self.form.get(name)
        text = _plain_text(value).strip() if isinstance(value, str) else ""
        if len(text) > most:
            raise ConfigError(
                self.words.text(
                    "{name} is too long: {n} letters, at most {most}.", name=name, n=len(text), most=most
                )
            )
        return text

    def all_said(self, name: str) -> list[str]:
        """Everything that the form says there, of ticked boxes."""
        return [_plain_text(value) for value in self.form.getlist(name) if isinstance(value, str)]

    def upload(self, name: str) -> UploadFile | None:
        """The file that was chosen there; None when none was."""
        value = self.form.get(name)
        return value if isinstance(value, UploadFile) and value.filename else None

    def whose(self, text: str | None) -> Person:
        """The person with that number, who is this person unless they may see others. Raises NotFound."""
        if not text:
            return self.person
        try:
            found = self.account.catalog.people.get(UserId(int(text)))
        except ValueError:
            raise NotFound from None
        if found is None or not self.account.may_see(found.id):
            raise NotFound
        return found

    # --- answers ---------------------------------------------------------------------------------------------

    def show(self, template: str, *, title: str, status: int = 200, **values: object) -> Response:
        """The page made from *template*, with what the last button came to on top."""
        said = _read(self.request.cookies.get(SAID, ""))
        body = render(
            template, self.words, visit=self, title=title, said=said,
            navigation=self.pages.navigation(self.person, self.account.catalog), **values,
        )  # fmt: skip
        answer = HTMLResponse(body, status)
        if said is not None:
            answer.delete_cookie(SAID, path="/", secure=self.is_safe, httponly=True, samesite="lax")
        return answer

    def go(self, path: str, said: Said | None = None) -> Response:
        """Off to that page of ours, where *said* is shown."""
        assert is_ours(path), "a page of ours"
        answer = RedirectResponse(quote(path, safe="/?&=#%:+,"), 303)
        if said is not None:
            answer.set_cookie(
                SAID, _written(said), max_age=60, path="/", secure=self.is_safe, httponly=True, samesite="lax"
            )
        return answer

    def back(self, said: Said | None = None, otherwise: str = "/") -> Response:
        """Off to the page whose button this was, as its form names it in ``back``."""
        path = self.said("back", most=500)
        return self.go(path if is_ours(path) else otherwise, said)


def _plain_text(sent: str) -> str:
    """What a field sent: with lines that end as everywhere else, and without what no database keeps."""
    return sent.replace("\r\n", "\n").replace("\x00", "")


def is_ours(path: str) -> bool:
    """Whether that is an address on this site: one slash, and nothing a browser could take for another host.

    >>> is_ours("/day/2026-03-10?who=3"), is_ours("//evil.example"), is_ours("/\\\\evil.example"), is_ours("https://x")
    (True, False, False, False)
    """
    return path.startswith("/") and not path.startswith("//") and "\\" not in path and path.isprintable()


def _written(said: Said) -> str:
    text = said.text if len(said.text) <= _LONGEST_SAID else f"{said.text[: _LONGEST_SAID - 1]}…"
    while len(plain := _plain(text, said)) > _MOST_SAID:
        text = f"{text[: len(text) * 3 // 4]}…"
    return urlsafe_b64encode(plain).decode().rstrip("=")


def _plain(text: str, said: Said) -> bytes:
    return json.dumps([text, said.is_good, said.undo], ensure_ascii=False).encode("utf-8", "replace")


def _read(cookie: str) -> Said | None:
    """What was said; None for nothing, and for what is not our own."""
    if not cookie or len(cookie) > 6 * _LONGEST_SAID:
        return None
    try:
        text, is_good, undo = json.loads(urlsafe_b64decode(cookie + "=" * (-len(cookie) % 4)))
        if not isinstance(text, str) or not isinstance(undo, str) or (undo and not is_ours(undo)):
            return None
        text.encode()  # half of a letter is in no page
    except (ValueError, TypeError, RecursionError):
        return None
    return Said(text, bool(is_good), undo)
