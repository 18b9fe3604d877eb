"""Logging in at another's page: what is asked there, and waiting on loopback for the browser to come back.

OAuth2's code flow with a state and PKCE (RFC 7636, S256; RFC 8252 §7.3); a host that does not know PKCE ignores it.

Only this machine can reach it, and only an answer with our ``state`` counts; anything else is told so and waited past,
so that no other page can end or take over a login. Neither code nor state is logged.
"""

from __future__ import annotations

import hashlib
import hmac
import secrets
from base64 import urlsafe_b64encode
from collections.abc import Callable
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from queue import Empty, Queue
from threading import Thread
from types import TracebackType
from typing import Self
from urllib.parse import parse_qs, urlsplit

from gleaner.core.errors import ConfigError, GleanerError, Refused
from gleaner.core.secrets import Secret

PORT = 8735
PATH = "/callback"


@dataclass(frozen=True)
class Attempt:
    """One try at logging in: what must come back, and what proves that we began it."""

    redirect_uri: str
    state: Secret = field(default_factory=lambda: Secret(secrets.token_urlsafe(32)))
    verifier: Secret = field(default_factory=lambda: Secret(secrets.token_urlsafe(64)))

    def asked(self, client_id: str) -> dict[str, str]:
        """What the page is asked with."""
        digest = hashlib.sha256(self.verifier.encode()).digest()
        return {
            "client_id": client_id,
            "response_type": "code",
            "redirect_uri": self.redirect_uri,
            "state": self.state,
            "code_challenge": urlsafe_b64encode(digest).rstrip(b"=").decode(),
            "code_challenge_method": "S256",
        }

    def grant(self, code: Secret) -> dict[str, str]:
        """What *code* is exchanged for tokens with."""
        return {
            "grant_type": "authorization_code",
            "code": code,
            "redirect_uri": self.redirect_uri,
            "code_verifier": self.verifier,
        }


class Redirect:
    """The address a login comes back to. Listens from ``with`` on; *port* 0 is any that is free.

    *whose* page it is, and *again*, the command to begin anew, are what people are told.
    """

    def __init__(self, port: int = PORT, *, whose: str = "Harvest", again: str = "gleaner login") -> None:
        try:
            self._server = _Server(("127.0.0.1", port), _Handler, whose, again)
        except OSError as error:
            raise ConfigError(
                f"port {port} cannot be listened to ({error.strerror}); give another with --port, and register"
                f" http://127.0.0.1:PORT{PATH} as the application's redirect address"
            ) from error
        self._thread = Thread(target=self._server.serve_forever, kwargs={"poll_interval": 0.05}, daemon=True)

    @property
    def uri(self) -> str:
        """What has to be known there as the application's redirect address."""
        return f"http://127.0.0.1:{self._server.server_port}{PATH}"

    def expect(self, state: Secret) -> None:
        """From now on an answer with that *state* counts, once."""
        self._server.expected = state

    def code(self, seconds: float) -> Secret:
        """The code that came back. Raises Refused when the person said no, ConfigError when nobody did within that."""
        try:
            found = self._server.found.get(timeout=seconds)
        except Empty:
            raise ConfigError(
                f"nobody logged in within {seconds:g} s; try again: {self._server.again}"
            ) from None
        if isinstance(found, GleanerError):
            raise found
        return found

    def __enter__(self) -> Self:
        self._thread.start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, traceback: TracebackType | None
    ) -> None:
        self._server.shutdown()
        self._server.server_close()
        self._thread.join()


class _Server(ThreadingHTTPServer):
    daemon_threads = True
    block_on_close = False  # a browser may hold a connection open that it never uses

    def __init__(
        self, address: tuple[str, int], handler: Callable[..., BaseHTTPRequestHandler], whose: str, again: str
    ) -> None:
        super().__init__(address, handler)
        self.whose, self.again = whose, again
        self.expected: Secret | None = None
        self.found: Queue[Secret | GleanerError] = Queue()

    def handle_error(self, request: object, client_address: object) -> None:
        """A browser that goes away in the middle is no fault, and nothing of its request is printed."""


class _Handler(BaseHTTPRequestHandler):
    server: _Server
    timeout = 10

    def do_GET(self) -> None:
        url = urlsplit(self.path)
        asked = {name: values[0] for name, values in parse_qs(url.query).items()}
        if url.path != PATH or self.headers.get("Host") != f"127.0.0.1:{self.server.server_port}":
            self._say(404, "Nothing is here.")
            return
        expected = self.server.expected
        if expected is None or not hmac.compare_digest(asked.get("state", "").encode(), expected.encode()):
            self._say(
                400,
                "This answer belongs to another login. Open the address that Gleaner printed last, once more.",
            )
            return
        self.server.expected = None  # one answer is enough
        if asked.get("code"):
            self.server.found.put(Secret(asked["code"]))
            self._say(
                200,
                f"{self.server.whose} let Gleaner in. Close this page and go back to the terminal:"
                " it says how it went.",
            )
            return
        why = asked.get("error_description") or asked.get("error") or "it gave no reason"
        self.server.found.put(
            Refused(
                f"{self.server.whose} gave Gleaner no access: {why[:200]}; try again: {self.server.again}"
            )
        )
        self._say(
            200, "Gleaner was not let in; nothing was changed. Close this page; the terminal says what to do."
        )

    def _say(self, status: int, text: str) -> None:
        page = (
            '<!doctype html><html lang="en"><meta charset="utf-8"><title>Gleaner</title>'
            f"<p>{text}</p></html>\n"
        ).encode()
        self.send_response_only(status)
        self.send_header("Content-Type", "text/html; charset=utf-8")
        self.send_header("Content-Length", str(len(page)))
        self.send_header("Cache-Control", "no-store")
        self.send_header("Referrer-Policy", "no-referrer")
        self.send_header("Content-Security-Policy", "default-src 'none'")
        self.end_headers()
        self.wfile.write(page)

    def log_message(self, format: str, *args: object) -> None:  # noqa: A002  (http.server's name)
        """Nothing: the request line holds the code."""
