"""``/sign-in/…``: the pages that nobody has to be signed in for.

Programs that read mail follow links, so following one only shows a button. Addresses with a secret in them are told to
no other page, and to no log.
"""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from functools import partial
from typing import get_args
from urllib.parse import quote

from starlette.datastructures import FormData
from starlette.exceptions import HTTPException
from starlette.requests import ClientDisconnect, Request
from starlette.responses import HTMLResponse, RedirectResponse, Response
from starlette.routing import Route

from gleaner.adapters.store.sessions import Way
from gleaner.app.logs import logger
from gleaner.app.signing_in import PATH, NotSignedIn, SignedIn, SigningIn, Why
from gleaner.app.signing_in_elsewhere import LIFE, Came, Elsewhere, Place
from gleaner.core.catalog import AccountId
from gleaner.core.hosts import is_here
from gleaner.core.language import LANGUAGES, Words, words
from gleaner.faces.web.guard import hostname
from gleaner.faces.web.network import client_of, seconds_until
from gleaner.faces.web.sign_in.cookies import (
    begun_cookie,
    clear_session,
    session_cookie,
    set_begun,
    set_session,
)
from gleaner.faces.web.sign_in.later import Later
from gleaner.faces.web.templating import language_asked_for, render
from gleaner.faces.web.visit import is_ours

_STATUS: Mapping[Why, int] = {
    "gone": 410, "stranger": 403, "no": 403, "elsewhere": 400, "later": 503, "often": 429, "off": 404,
}  # fmt: skip
_MOST_FIELDS = 20
_LONGEST = 500
_log = logger("web")


class _Unreadable(Exception):
    pass


@dataclass(frozen=True)
class SignIn:
    """The pages of signing in. *public_url* is where people reach the site; *host* where it listens."""

    signing_in: SigningIn
    public_url: str = ""
    host: str = "127.0.0.1"
    headers: Mapping[str, str] = field(default_factory=dict)
    """What every answer says besides."""
    language_cookie: str = ""
    later: Later = field(default_factory=lambda: Later("gleaner-mail"), repr=False)

    @property
    def elsewhere(self) -> Elsewhere:
        return Elsewhere(self.signing_in)

    def routes(self) -> list[Route]:
        ways: tuple[Way, ...] = ("link", "here")
        return [
            Route(PATH, self._page(self.choose), methods=["GET"]),
            Route(f"{PATH}/link", self._page(self.mail), methods=["POST"]),
            *(Route(f"{PATH}/{way}/{{said}}", self._secret(way), methods=["GET", "POST"]) for way in ways),
            *(
                Route(f"{PATH}/{one}", self._page(self._leaves(one)), methods=["GET"])
                for one in get_args(Place)
            ),
            *(
                Route(f"{PATH}/{one}/back", self._page(self._comes(one)), methods=["GET"])
                for one in get_args(Place)
            ),
        ]

    # --- the pages -------------------------------------------------------------------------------------------

    def choose(self, request: Request, _form: FormData) -> Response:
        """Which ways there are. A session in an account that is served no more is over: it could only be refused."""
        said = self._words(request)
        wanted = wanted_in(request.query_params.get("next", ""))
        sessions, is_gone = self.signing_in.sessions, False
        session = sessions.get(session_cookie(request, self.public_url), self.signing_in.now)
        if session is not None:
            is_gone = session.account_id not in self.signing_in.accounts.ids
            if not is_gone:
                return RedirectResponse(safe_path(wanted), 303)
            sessions.end(session.account_id, session.user_id, session.digest)
        doors = self.signing_in.doors()
        page = render(
            "sign_in.html", said, title=said.text("Sign in"), doors=doors, wanted=wanted, is_gone=is_gone,
            by_mail=any("link" in door.ways for door in doors) and self.base(request) != "",
            elsewhere=[
                (place, door) for door in doors for place in get_args(Place)
                if place in door.ways and self.base(request)
            ],
            is_here=any("here" in door.ways for door in doors),
        )  # fmt: skip
        answer = HTMLResponse(page)
        if is_gone:
            clear_session(answer)
        return answer

    def mail(self, request: Request, form: FormData) -> Response:
        """The same page for everybody: who has an address here is nobody's business.

        The mail is written after the answer, by another thread, so how long the answer takes says nothing either.
        """
        said, address = self._words(request), form.get("address")
        text = address if isinstance(address, str) else ""
        wanted, base = wanted_in(form.get("next")), self.base(request)
        if not base:
            raise NotSignedIn("off")
        client = client_of(request)
        self.signing_in.check_client(client)
        self.signing_in.check_address(text[:_LONGEST], client)
        if not self.later.do(partial(self.signing_in.mail, text, wanted, base)):
            _log.warning("too many mails wait to be sent; one was left out")
        return HTMLResponse(render("sign_in_sent.html", said, title=said.text("Look into your mail")))

    def _secret(self, way: Way) -> Callable[[Request], Awaitable[Response]]:
        """A link with a secret in it: shown, and then used."""

        def answer(request: Request, _form: FormData) -> Response:
            secret = request.path_params["said"][:_LONGEST]
            if way == "here" and not is_here(hostname(request.headers.get("host", ""))):
                raise NotSignedIn("gone")
            if request.method == "POST":
                self.signing_in.check_client(client_of(request))
                before = session_cookie(request, self.public_url)
                return self._in(
                    request, self.signing_in.redeem(secret, way, agent=_agent(request), before=before)
                )
            waiting = self.signing_in.look(secret, way)
            said = words(waiting.language)
            return HTMLResponse(render("sign_in_ask.html", said, title=said.text("Sign in"), waiting=waiting))

        return self._page(answer, {"Referrer-Policy": "no-referrer"})

    def _leaves(self, place: Place) -> Callable[[Request, FormData], Response]:
        """Off to another's page."""

        def answer(request: Request, _form: FormData) -> Response:
            base, account = self.base(request), request.query_params.get("account", "")
            if not base or not account.isascii() or not account.isdecimal() or len(account) > 18:
                raise NotSignedIn("off")
            self.signing_in.check_client(client_of(request))
            wanted = wanted_in(request.query_params.get("next", ""))
            sent = self.elsewhere.begin(place, AccountId(int(account)), wanted, base)
            gone = RedirectResponse(sent.url, 303)
            set_begun(gone, request, self.public_url, str(sent.kept), int(LIFE.total_seconds()))
            return gone

        return answer

    def _comes(self, place: Place) -> Callable[[Request, FormData], Response]:
        """Back from another's page."""

        def answer(request: Request, _form: FormData) -> Response:
            asked = request.query_params
            kept = begun_cookie(request, self.public_url)
            came = Came(kept, asked.get("state", "")[:_LONGEST], asked.get("code", "")[: 4 * _LONGEST])
            before = session_cookie(request, self.public_url)
            done = self._in(request, self.elsewhere.back(place, came, agent=_agent(request), before=before))
            set_begun(done, request, self.public_url, "", 0)
            return done

        return answer

    # --- what they have in common ----------------------------------------------------------------------------

    def base(self, request: Request) -> str:
        """Where the site is, for links that lead back; empty where that cannot be told.

        What a browser says of it counts on this machine only: elsewhere somebody could have a link to their own site
        mailed in our name.
        """
        if self.public_url:
            return self.public_url
        asked = request.headers.get("host", "")
        return f"http://{asked}" if is_here(self.host) and is_here(hostname(asked)) else ""

    def _in(self, request: Request, signed_in: SignedIn) -> Response:
        answer = RedirectResponse(safe_path(signed_in.wanted), 303)
        set_session(answer, request, self.public_url, signed_in.said)
        return answer

    def _words(self, request: Request) -> Words:
        chosen = request.cookies.get(self.language_cookie, "") if self.language_cookie else ""
        for language in LANGUAGES:
            if language == chosen:
                return words(language)
        return words(language_asked_for(request.headers.get("accept-language", "")))

    def _page(
        self, page: Callable[[Request, FormData], Response], headers: Mapping[str, str] | None = None
    ) -> Callable[[Request], Awaitable[Response]]:
        """*page*, made in a thread; whatever goes wrong is a page, too."""

        async def answer(request: Request) -> Response:
            form = FormData()
            try:
                if request.method == "POST":
                    form = await _form(request)
                made = await asyncio.to_thread(page, request, form)
            except NotSignedIn as error:
                made = self._failed(request, error.why, error.until)
            except _Unreadable:
                made = self._failed(request, "elsewhere", None, 400)
            except Exception:  # noqa: BLE001 - whatever it is, the log has it
                _log.exception("a page of signing in could not be made")
                made = self._failed(request, "later", None, 500)
            finally:
                await form.close()
            for name, value in {**self.headers, **(headers or {})}.items():
                made.headers[name] = value
            return made

        return answer

    def _failed(self, request: Request, why: Why, until: datetime | None, status: int = 0) -> Response:
        said = self._words(request)
        page = render("sign_in_failed.html", said, title=said.text("Not signed in"), text=sentence(said, why))
        answer = HTMLResponse(page, status or _STATUS[why])
        if until is not None:
            answer.headers["Retry-After"] = str(seconds_until(until, self.signing_in.now))
        return answer


def sentence(said: Words, why: Why) -> str:
    """Why somebody is not signed in, and what to do next."""
    match why:
        case "gone":
            return said.text("This link was used before, is too old, or is not whole. Ask for a new one.")
        case "stranger":
            return said.text(
                "You are nobody who is active in this account of Harvest. Ask whoever administers it."
            )
        case "no":
            return said.text("You were not let in there, so nothing was done. Try again, or another way.")
        case "elsewhere":
            return said.text("This belongs to another browser, or to another try. Begin anew.")
        case "later":
            return said.text("Just now nobody can be asked who you are. Try again in a moment.")
        case "often":
            return said.text("Those were too many tries. Wait a few minutes, then try again.")
        case "off":
            return said.text("One cannot sign in this way here.")


def wanted_in(text: object) -> str:
    """An address of ours that somebody wants to go to; empty for any other."""
    return text if isinstance(text, str) and len(text) <= _LONGEST and is_ours(text) else ""


def safe_path(wanted: str) -> str:
    """Where to go now, as a header has it: *wanted* where it is ours, otherwise the first page."""
    return quote(wanted_in(wanted) or "/", safe="/?&=#%:+,")


def _agent(request: Request) -> str:
    return request.headers.get("user-agent", "")


async def _form(request: Request) -> FormData:
    try:
        return await request.form(max_fields=_MOST_FIELDS, max_files=0)
    except (HTTPException, ClientDisconnect) as error:
        raise _Unreadable from error
