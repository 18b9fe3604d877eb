"""Pages outside the API: Harvest's other addresses, with no account id, no rate limit and no user agent asked for.

A module in ``pages`` registers a function for an address and everything beneath it::

    @served("/client/invoices")
    def invoice_page(state: State, request: Request) -> Answer:
        key = request.path.removeprefix("/client/invoices/")
        ...

The function gets every method, and answers ``unroutable()`` to what it does not know.  It reads and writes an
account's rows through ``state.reading(account_id)`` and ``state.writing(account_id)``; a ``Refusal`` ends it.  Faults
and the log of requests work as for the API.
"""

import importlib
import pkgutil
from collections.abc import Callable
from functools import cache

from gleaner_sandbox.state import State
from gleaner_sandbox.wire.answers import Answer
from gleaner_sandbox.wire.request import Request

Handler = Callable[[State, Request], Answer]
HANDLERS: dict[str, Handler] = {}
"""Prefix → who answers there."""


def served(prefix: str) -> Callable[[Handler], Handler]:
    """Register the function below as the answer to *prefix* and to every path beneath it.

    The longest prefix wins, also over the API: ``/api/v2/accounts`` is not ``/v2/accounts``.
    """
    assert prefix not in HANDLERS, f"two pages are served at {prefix}"
    assert prefix.startswith("/")
    assert not prefix.endswith("/")

    def register(handler: Handler) -> Handler:
        HANDLERS[prefix] = handler
        return handler

    return register


def find(path: str) -> Handler | None:
    """Who answers at *path*, or None when nobody but the API might."""
    discover()
    fitting = [prefix for prefix in HANDLERS if f"{path}/".startswith(f"{prefix}/")]
    return HANDLERS[max(fitting, key=len)] if fitting else None


@cache
def discover() -> None:
    """Import every module of ``pages``, once."""
    from gleaner_sandbox import pages

    for module in pkgutil.iter_modules(pages.__path__):
        importlib.import_module(f"{pages.__name__}.{module.name}")
