"""Registered OAuth applications, and where they may send people.  Source: api.md §2."""

import hmac
from collections.abc import Mapping
from dataclasses import dataclass
from urllib.parse import SplitResult, urlsplit

from gleaner_sandbox.shelves import Shelves
from gleaner_sandbox.switches import switch

LOOPBACK_PORT = switch(
    "loopback_redirect_port",
    ("any", "registered"),
    "A redirect to a loopback address may name any port (RFC 8252 §7.3), or only the registered one (§2).",
)
_LOOPBACK = {"127.0.0.1", "localhost", "::1"}


@dataclass(frozen=True)
class App:
    """One application."""

    client_id: str
    client_secret: str
    name: str
    redirect_uris: tuple[str, ...]
    is_multi_account: bool = False
    """False: a token opens the one account that the person picks.  True: all of the person's."""

    def knows(self, secret: str) -> bool:
        """Whether *secret* is the app's."""
        return hmac.compare_digest(secret.encode(), self.client_secret.encode())

    def accepts(self, redirect_uri: str, *, any_port: bool) -> bool:
        """Whether people may be sent to *redirect_uri*: it starts with a registered one, as two clients' docs say,
        but not in the middle of a host.

        With *any_port* a registered http address on loopback stands for every port.

        >>> app = App("id", "secret", "Name", ("https://app.example/back", "http://127.0.0.1/callback"))
        >>> [app.accepts(uri, any_port=True) for uri in ("https://app.example/back?to=1", "http://127.0.0.1:5/callback")]
        [True, True]
        >>> [app.accepts(uri, any_port=True) for uri in ("https://app.example:5/back", "http://127.0.0.1:5/other")]
        [False, False]
        >>> app.accepts("http://127.0.0.1:5/callback", any_port=False)
        False
        >>> app = App("id", "secret", "Name", ("https://app.example",))
        >>> app.accepts("https://app.example.evil.example", any_port=True)
        False
        """
        wanted = _split(redirect_uri)
        known = [_split(uri) for uri in self.redirect_uris]
        return redirect_uri in self.redirect_uris or any(
            wanted and one and _begins(wanted, one, any_port=any_port) for one in known
        )


_CALLBACKS = tuple(f"http://{host}/callback" for host in ("127.0.0.1", "localhost", "[::1]"))
DEFAULTS = {
    app.client_id: app
    for app in (
        App("sandbox-app", "sandbox-secret", "Sandbox App", _CALLBACKS),
        App("sandbox-multi-app", "sandbox-multi-secret", "Sandbox App for All Accounts", _CALLBACKS, True),
    )
}
"""The apps every sandbox has, whatever its seed says."""


def register(shelves: Shelves, seed: Mapping[str, object]) -> None:
    """Keep an app of a seed; ``ValueError`` when it is none."""
    texts = ("client_id", "client_secret", "name")
    addresses = seed.get("redirect_uris")
    fits = (
        set(seed) <= {*texts, "redirect_uris", "is_multi_account"}
        and all(isinstance(seed.get(key), str) and seed[key] for key in texts)
        and isinstance(addresses, list)
        and all(isinstance(uri, str) and uri.isprintable() and ":" in uri for uri in addresses)
    )
    if not fits:
        raise ValueError(f"seed: an app has client_id, client_secret, name and redirect_uris, not {seed}")
    shelves.put("apps", str(seed["client_id"]), dict(seed))


def find(shelves: Shelves, client_id: str) -> App | None:
    """The app, or None."""
    kept = shelves.get("apps", client_id)
    if kept is None:
        return DEFAULTS.get(client_id)
    return App(**{**kept, "redirect_uris": tuple(kept["redirect_uris"])})


def _split(uri: str) -> SplitResult | None:
    """*uri* in its parts; None when it is no address that a browser would be sent to."""
    if not (uri.isascii() and uri.isprintable()) or " " in uri or "#" in uri:
        return None
    try:
        parts = urlsplit(uri)
        _ = parts.port
    except ValueError:
        return None
    return parts


def _begins(wanted: SplitResult, known: SplitResult, *, any_port: bool) -> bool:
    """Whether *wanted* is *known* and maybe more of a path or query."""
    same = (wanted.scheme, wanted.netloc) == (known.scheme, known.netloc)
    free = any_port and _is_loopback(wanted) and _is_loopback(known) and wanted.hostname == known.hostname
    return (same or free) and _rest(wanted).startswith(_rest(known))


def _is_loopback(parts: SplitResult) -> bool:
    """Whether this is a plain http address on this machine."""
    return parts.scheme == "http" and parts.hostname in _LOOPBACK and "@" not in parts.netloc


def _rest(parts: SplitResult) -> str:
    """What follows the host."""
    return f"{parts.path}?{parts.query}" if parts.query else parts.path
