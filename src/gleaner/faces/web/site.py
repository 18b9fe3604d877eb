"""The pages as routes: who asks is found out, the page made in a thread, and whatever went wrong is a page, too."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable, Mapping
from urllib.parse import quote

from starlette.datastructures import FormData
from starlette.exceptions import HTTPException
from starlette.requests import ClientDisconnect, Request
from starlette.responses import HTMLResponse, RedirectResponse, Response
from starlette.routing import Route

from gleaner.adapters.store.sessions import Session, StoredSessions
from gleaner.app.account import Account
from gleaner.app.channels import entry_of, language_of
from gleaner.app.logs import logger
from gleaner.app.signing_in import Serves
from gleaner.core.catalog import Person
from gleaner.core.errors import ConfigError, GleanerError, Refused, Suspicious, Unavailable
from gleaner.core.language import LANGUAGES, Words, words
from gleaner.faces.web.registry import Page, Pages, may_enter
from gleaner.faces.web.sign_in.cookies import COOKIE as COOKIE
from gleaner.faces.web.sign_in.cookies import is_safe, session_cookie
from gleaner.faces.web.templating import language_asked_for, render, static_files
from gleaner.faces.web.visit import NotFound, Visit, is_ours

LANGUAGE = "gleaner-language"
SIGN_IN = "/sign-in"
HEADERS = {
    "Content-Security-Policy": "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data:;"
    " connect-src 'self'; form-action 'self'; base-uri 'none'; frame-ancestors 'none'",
    "Permissions-Policy": "camera=(), geolocation=(), microphone=()",
    "Referrer-Policy": "same-origin",
    "X-Robots-Tag": "noindex, nofollow",
}
"""Nothing inline, nothing from elsewhere."""
_MOST_FIELDS, _MOST_FILES = 2000, 10
_STATUS: tuple[tuple[type[Exception], int], ...] = (
    (NotFound, 404), (Refused, 403), (ConfigError, 400), (Suspicious, 409), (Unavailable, 503),
)  # fmt: skip
_log = logger("web")


class Site:
    """The pages of an installation. *public_url* is where people reach it from outside; empty: from nowhere."""

    def __init__(
        self, accounts: Serves, sessions: StoredSessions, pages: Pages, public_url: str = ""
    ) -> None:
        self.accounts = accounts
        self.sessions = sessions
        self.pages = pages
        self.public_url = public_url

    def routes(self) -> list[Route]:
        """A route for each address, and what pages load."""
        by_path: dict[str, dict[str, Page]] = {}
        for page in self.pages.all:
            assert page.method not in by_path.setdefault(page.path, {}), f"two pages are at {page.path}"
            by_path[page.path][page.method] = page
        made = [
            Route(path, self._endpoint(by_method), methods=list(by_method))
            for path, by_method in by_path.items()
        ]
        return [*made, Route("/static/{name}", _static, methods=["GET"])]

    def _endpoint(self, by_method: Mapping[str, Page]) -> Callable[[Request], Awaitable[Response]]:
        async def answer(request: Request) -> Response:
            page = by_method["GET" if request.method == "HEAD" else request.method]
            form = FormData()
            if page.method == "POST":
                try:
                    form = await request.form(max_fields=_MOST_FIELDS, max_files=_MOST_FILES)
                except (HTTPException, ClientDisconnect) as error:
                    why = error.detail if isinstance(error, HTTPException) else "cut off"
                    said = words(language_asked_for(request.headers.get("accept-language", "")))
                    return _with_headers(
                        error_page(said, 400, said.text("This form cannot be read: {why}.", why=why))
                    )
            try:
                return _with_headers(await asyncio.to_thread(self._answer, request, page, form))
            finally:
                await form.close()

        return answer

    def _answer(self, request: Request, page: Page, form: FormData) -> Response:
        said = words(language_asked_for(request.headers.get("accept-language", "")))
        visit: Visit | None = None
        try:
            session = self.session_of(request)
            if session is None or session.account_id not in self.accounts.ids:
                return to_sign_in(request)
            account, person = self._seat(session)
            if person is None or account is None:
                self.sessions.end(session.account_id, session.user_id)
                return to_sign_in(request)
            said = words(_language(request, account, person, said))
            visit = Visit(
                request, account.seen_by(person), person, said, session, self.pages, page, form,
                is_safe(request, self.public_url), self._place(account),
            )  # fmt: skip
            if not may_enter(page.who, person, account.catalog) or _is_unspeakable(request):
                raise NotFound
            return page.handler(visit)
        except (GleanerError, NotFound) as error:
            return _failed(said, error, visit)
        except Exception:  # noqa: BLE001 - whatever it is, the log has it
            _log.exception("a page could not be made", path=request.url.path)
            return error_page(said, 500, said.text("Gleaner could not do this; its log says why."), visit)

    def _place(self, account: Account) -> str:
        return account.mirror.company().name if len(self.accounts.ids) > 1 else ""

    def session_of(self, request: Request) -> Session | None:
        """Who asks, as their cookie says."""
        cookie = session_cookie(request, self.public_url)
        return self.sessions.get(cookie, self.accounts.clock.now()) if cookie else None

    def _seat(self, session: Session) -> tuple[Account | None, Person | None]:
        """The account and the person of a session, as they are now; nobody who is not active in Harvest any more."""
        account = self.accounts.open(session.account_id)
        person = account.catalog.people.get(session.user_id)
        return (account, person) if person is not None and person.is_active else (None, None)


def _is_unspeakable(request: Request) -> bool:
    """Whether the address asks for a name that nothing can have: PostgreSQL does not even look for it."""
    asked = (*request.path_params.values(), *request.query_params.values())
    return request.method != "POST" and any("\x00" in one for one in asked)


def to_sign_in(request: Request) -> Response:
    """Off to signing in, and back to where somebody wanted to go; what a button would have done is not done."""
    path = request.url.path + (f"?{request.url.query}" if request.url.query else "")
    wanted = path if request.method in ("GET", "HEAD") and path != "/" and is_ours(path) else ""
    return RedirectResponse(f"{SIGN_IN}?next={quote(wanted, safe='')}" if wanted else SIGN_IN, 303)


def _failed(said: Words, error: Exception, visit: Visit | None) -> Response:
    status = next((status for kind, status in _STATUS if isinstance(error, kind)), 500)
    if isinstance(error, NotFound):
        text = said.text("There is nothing here, or it is not for you to see.")
    else:
        text = said.again(error.text) if isinstance(error, GleanerError) else str(error)
    return error_page(said, status, text, visit)


def error_page(said: Words, status: int, text: str, visit: Visit | None = None) -> Response:
    """A page that says what went wrong, with the navigation where it is known who asks."""
    titles = {
        400: said.text("This does not fit"), 403: said.text("Not for you"), 404: said.text("Nothing here"),
        409: said.text("Something looks wrong"), 413: said.text("Too large"), 503: said.text("Not just now"),
    }  # fmt: skip
    title = titles.get(status, said.text("Something went wrong"))
    if visit is None:
        return HTMLResponse(render("error_alone.html", said, title=title, text=text), status)
    return visit.show("error.html", title=title, status=status, text=text)


def _language(request: Request, account: Account, person: Person, otherwise: Words) -> str:
    """As chosen on the page, as gleaner.toml says, or as the browser asks."""
    chosen = request.cookies.get(LANGUAGE, "")
    if chosen in LANGUAGES:
        return chosen
    return language_of(account, person) if entry_of(account, person) is not None else otherwise.language


def _with_headers(answer: Response) -> Response:
    for name, value in HEADERS.items():
        answer.headers.setdefault(name, value)
    return answer


async def _static(request: Request) -> Response:
    found = static_files().get(request.path_params["name"])
    if found is None:
        return Response("There is no such file.\n", 404, media_type="text/plain")
    content, kind = found
    return Response(
        content, media_type=kind, headers={"Cache-Control": "public, max-age=31536000, immutable"}
    )
