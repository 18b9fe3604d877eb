"""Addresses on the site's own root, outside ``/v2``: where Harvest shows a receipt.

They go through the same doors as the API.  In Harvest they are the web page's, for people who are signed in;
that a token opens them is uncertain.
"""

from collections.abc import Callable

from gleaner_sandbox import permissions
from gleaner_sandbox.wire.endpoints import Endpoint, Handler

SITE: list[Endpoint] = []


def site(method: str, path: str, permission: str, feature: str | None = None) -> Callable[[Handler], Handler]:
    """Register the function below as the answer to *method* on *path* of the root."""
    assert permission in permissions.TABLE, f"permissions.py has no row {permission!r}"

    def register(handler: Handler) -> Handler:
        SITE.append(Endpoint(method, path, permission, feature, handler))
        return handler

    return register
