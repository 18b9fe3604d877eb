"""Where somebody is signed in, and signing out: here, there, everywhere."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import datetime

from starlette.responses import RedirectResponse, Response

from gleaner.adapters.store.sessions import LIFE, Session, StoredSessions, Way
from gleaner.app.signing_in import PATH
from gleaner.core.language import Words
from gleaner.faces.web.registry import Pages
from gleaner.faces.web.sign_in.cookies import clear_session
from gleaner.faces.web.visit import NotFound, Said, Visit

_DIGEST = re.compile(r"[0-9a-f]{64}")
# The first that fits: many call themselves by the names of others as well.
_BROWSERS = (
    ("Edg", "Edge"), ("OPR", "Opera"), ("Firefox", "Firefox"), ("FxiOS", "Firefox"), ("CriOS", "Chrome"),
    ("Chrome", "Chrome"), ("Safari", "Safari"),
)  # fmt: skip
_SYSTEMS = (
    ("iPhone", "iPhone"), ("iPad", "iPad"), ("Android", "Android"), ("Windows", "Windows"),
    ("Macintosh", "macOS"), ("CrOS", "ChromeOS"), ("Linux", "Linux"),
)  # fmt: skip


@dataclass(frozen=True)
class Shown:
    """One session, as its owner reads it."""

    digest: str
    browser: str
    way: str
    begun_at: datetime
    seen_at: datetime
    is_this: bool


def add(pages: Pages) -> None:
    pages.get("/sessions", listed)
    pages.post("/sessions/{digest}/end", end)
    pages.post("/sign-out", sign_out)
    pages.post("/sign-out/everywhere", sign_out_everywhere)


def listed(visit: Visit) -> Response:
    """One's own, and nobody else's: not an administrator's business either."""
    found = _stored(visit).of(visit.account.id, visit.person.id, visit.account.clock.now())
    shown = [_shown(visit, one) for one in found]
    return visit.show(
        "sessions.html", title=visit.words.text("Where you are signed in"), sessions=shown, days=LIFE.days
    )


def end(visit: Visit) -> Response:
    """Sign out of one of them. Somebody else's is as much there as one that never was."""
    digest = visit.part("digest")
    if digest == visit.session.digest:
        return sign_out(visit)
    is_one = _DIGEST.fullmatch(digest) is not None
    if not is_one or not _stored(visit).end(visit.account.id, visit.person.id, digest):
        raise NotFound
    return visit.go("/sessions", Said(visit.words.text("That browser is signed out.")))


def sign_out(visit: Visit) -> Response:
    """Of this browser."""
    _stored(visit).end(visit.account.id, visit.person.id, visit.session.digest)
    return _out()


def sign_out_everywhere(visit: Visit) -> Response:
    """Of every browser."""
    _stored(visit).end(visit.account.id, visit.person.id)
    return _out()


def browser_of(agent: str, said: Words) -> str:
    """What somebody calls a browser that calls itself *agent*.

    >>> browser_of("Mozilla/5.0 (X11; Linux x86_64; rv:130.0) Gecko/20100101 Firefox/130.0", Words("en"))
    'Firefox, Linux'
    """
    name = next((name for sign, name in _BROWSERS if sign in agent), "")
    system = next((name for sign, name in _SYSTEMS if sign in agent), "")
    known = ", ".join(part for part in (name, system) if part)
    return known or agent[:60] or said.text("a browser that does not say")


def _shown(visit: Visit, one: Session) -> Shown:
    text = visit.words.text
    ways: dict[Way, str] = {
        "link": text("a mailed link"), "harvest": "Harvest", "oidc": text("your organisation"),
        "here": text("the machine of Gleaner"),
    }  # fmt: skip
    return Shown(
        one.digest, browser_of(one.agent, visit.words), ways[one.way], one.begun_at, one.seen_at,
        one.digest == visit.session.digest,
    )  # fmt: skip


def _stored(visit: Visit) -> StoredSessions:
    return StoredSessions(visit.account.engine)


def _out() -> Response:
    answer = RedirectResponse(PATH, 303)
    clear_session(answer)
    return answer
