"""The doors of programs, as far as the file opens them: what is served, and what has to run beside it."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from contextlib import AbstractAsyncContextManager
from typing import TypeAlias

import sqlalchemy as sa
from starlette.routing import Mount, Route

from gleaner.app.daemon.accounts import Accounts
from gleaner.app.programs.seat import Doorman
from gleaner.config import Settings

Doors: TypeAlias = tuple[list[Route | Mount], Sequence[Callable[[], AbstractAsyncContextManager[None]]]]


def doors(accounts: Accounts, database: sa.Engine, settings: Settings) -> Doors:
    """``/mcp`` for assistants and ``/api/v1`` for programs, where the file says so."""
    routes: list[Route | Mount] = []
    beside: list[Callable[[], AbstractAsyncContextManager[None]]] = []
    doorman = Doorman(accounts.open, database, accounts.clock.now)
    if settings.mcp.http:
        from gleaner.faces.mcp.http import mcp_app

        found = mcp_app(doorman, settings.daemon.public_url)
        routes += found.routes
        beside.append(found.running)
    if settings.api.http:
        from gleaner.faces.api.app import PATH, api_app

        routes.append(Mount(PATH, api_app(doorman)))
    return routes, beside
