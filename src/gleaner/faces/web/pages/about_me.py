"""The small ones: the first page, the language, the keys."""

from __future__ import annotations

from starlette.responses import Response

from gleaner.app.beginning import has_begun
from gleaner.core.errors import ConfigError
from gleaner.core.language import LANGUAGES
from gleaner.faces.web.registry import Pages
from gleaner.faces.web.site import LANGUAGE
from gleaner.faces.web.visit import Visit


def add(pages: Pages) -> None:
    pages.get("/", first)
    pages.post("/language", choose_language)
    pages.get("/keys", keys)


def first(visit: Visit) -> Response:
    """Today is what most people come for; before anything ran, whoever sets Gleaner up comes to do that."""
    if visit.account.is_administrator and not has_begun(visit.account):
        return visit.go("/start")
    return visit.go("/day/today")


def choose_language(visit: Visit) -> Response:
    """For this browser, for a year."""
    wanted = visit.said("language")
    if wanted not in LANGUAGES:
        raise ConfigError(visit.words.text("There is no such language here."))
    answer = visit.back()
    answer.set_cookie(
        LANGUAGE, wanted, max_age=31536000, path="/", secure=visit.is_safe, httponly=True, samesite="lax"
    )
    return answer


def keys(visit: Visit) -> Response:
    """What keys do, for whoever pressed the question mark."""
    return visit.show("keys.html", title=visit.words.text("Keys"))
