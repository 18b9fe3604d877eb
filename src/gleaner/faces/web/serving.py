"""All pages for people, put together: signing in, and what is behind it."""

from __future__ import annotations

import sqlalchemy as sa
from starlette.routing import Route

from gleaner import config
from gleaner.adapters.store.sessions import StoredSessions
from gleaner.adapters.store.sign_in_limits import StoredLimits
from gleaner.app.signing_in import Serves, SigningIn
from gleaner.faces.web.registry import all_pages
from gleaner.faces.web.sign_in.routes import SignIn
from gleaner.faces.web.site import HEADERS, LANGUAGE, Site


def site_routes(accounts: Serves, database: sa.Engine, settings: config.DaemonSettings) -> list[Route]:
    """Their routes, for the accounts that are served here; *settings* say where people reach them."""
    sessions = StoredSessions(database)
    signing_in = SigningIn(accounts, sessions, StoredLimits(database))
    doors = SignIn(signing_in, settings.public_url, settings.host, headers=HEADERS, language_cookie=LANGUAGE)
    return [*doors.routes(), *Site(accounts, sessions, all_pages(), settings.public_url).routes()]
