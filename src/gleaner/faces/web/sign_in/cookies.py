"""The cookies that open something: no script reads them, and no other site's button sends them."""

from __future__ import annotations

from starlette.requests import Request
from starlette.responses import Response

from gleaner.adapters.store.sessions import LONGEST
from gleaner.core.hosts import is_here
from gleaner.faces.web.guard import hostname

COOKIE, SAFE_COOKIE = "gleaner", "__Host-gleaner"
"""The second where the site is reached over https: no other name of the domain can set it."""
_BEGUN = "-begun"
_MOST = 200


def is_safe(request: Request, public_url: str) -> bool:
    """Whether the browser got here over https. On this machine itself it need not."""
    if request.url.scheme == "https":
        return True
    return public_url.startswith("https://") and not is_here(hostname(request.headers.get("host", "")))


def session_cookie(request: Request, public_url: str) -> str:
    """What the cookie of a session says; empty for nothing that could be one."""
    return _read(request, SAFE_COOKIE if is_safe(request, public_url) else COOKIE)


def set_session(answer: Response, request: Request, public_url: str, said: str) -> None:
    """From now on the browser is signed in; for how long is decided at each visit, and the cookie outlasts it."""
    _set(answer, request, public_url, "", said, int(LONGEST.total_seconds()))


def clear_session(answer: Response) -> None:
    """The browser says nothing any more, however it got here."""
    for name, safe in ((COOKIE, False), (SAFE_COOKIE, True)):
        answer.set_cookie(name, "", max_age=0, path="/", secure=safe, httponly=True, samesite="lax")


def begun_cookie(request: Request, public_url: str) -> str:
    """What the browser keeps while somebody is on another's page to sign in."""
    return _read(request, (SAFE_COOKIE if is_safe(request, public_url) else COOKIE) + _BEGUN)


def set_begun(answer: Response, request: Request, public_url: str, said: str, seconds: int) -> None:
    """Keep that in the browser, for so long; 0 takes it away."""
    _set(answer, request, public_url, _BEGUN, said, seconds)


def _read(request: Request, name: str) -> str:
    said = request.cookies.get(name, "")
    return said if len(said) < _MOST else ""


def _set(answer: Response, request: Request, public_url: str, suffix: str, said: str, seconds: int) -> None:
    safe = is_safe(request, public_url)
    answer.set_cookie(
        (SAFE_COOKIE if safe else COOKIE) + suffix, said, max_age=seconds, path="/", secure=safe, httponly=True,
        samesite="lax",
    )  # fmt: skip
