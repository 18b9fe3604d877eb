"""A tiny identity provider over HTTP (OpenID Connect), which signs what it is told to say; and can say it wrongly."""

from __future__ import annotations

import base64
import hashlib
import json
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any
from urllib.parse import parse_qs, urlencode, urlsplit

from joserfc import jwt
from joserfc.jwk import ECKey, OctKey

CLIENT, SECRET = "gleaner-oidc", "hush-oidc"


@dataclass
class Provider:
    """What it says of whoever comes; tests change it."""

    url: str = ""
    email: str = "ana@studio.example"
    says: dict[str, Any] = field(default_factory=dict)
    """Claims that are said instead of the right ones; None leaves one out."""
    key: ECKey = field(default_factory=lambda: ECKey.generate_key("P-256", {"kid": "one"}))
    signs_with: ECKey | OctKey | None = None
    """Another key than the one it shows."""
    algorithm: str = "ES256"
    issuer: str = ""
    """What it calls itself, where that is not its address."""
    is_down: bool = False
    asked: dict[str, dict[str, str]] = field(default_factory=dict)
    """By code, what the authorisation was asked with."""
    basic: list[str] = field(default_factory=list)
    """The Authorization headers at the token endpoint."""

    def about(self) -> dict[str, Any]:
        return {
            "issuer": self.issuer or self.url, "authorization_endpoint": f"{self.url}/authorize",
            "token_endpoint": f"{self.url}/token", "jwks_uri": f"{self.url}/keys",
            "id_token_signing_alg_values_supported": ["ES256", "HS256", "none"],
        }  # fmt: skip

    def authorised(self, asked: dict[str, str]) -> str:
        """Where the browser goes back to."""
        code = f"code-{len(self.asked)}"
        self.asked[code] = asked
        return f"{asked['redirect_uri']}?{urlencode({'code': code, 'state': asked['state']})}"

    def token(self, form: dict[str, str]) -> tuple[int, dict[str, Any]]:
        """What a code is exchanged for, once, by whoever has the verifier."""
        asked = self.asked.pop(form.get("code", ""), None)
        digest = hashlib.sha256(form.get("code_verifier", "").encode()).digest()
        challenge = base64.urlsafe_b64encode(digest).rstrip(b"=").decode()
        if (
            asked is None
            or asked["code_challenge"] != challenge
            or form["redirect_uri"] != asked["redirect_uri"]
        ):
            return 400, {"error": "invalid_grant"}
        now = int(time.time())
        claims = {
            "iss": self.url, "sub": "42", "aud": CLIENT, "exp": now + 300, "iat": now, "nonce": asked["nonce"],
            "email": self.email, "email_verified": True,
        }  # fmt: skip
        claims = {name: value for name, value in {**claims, **self.says}.items() if value is not None}
        header = {"alg": self.algorithm, "kid": "one"}
        algorithms = ["ES256", "HS256", "none"]
        signed = jwt.encode(header, claims, self.signs_with or self.key, algorithms=algorithms)
        return 200, {
            "access_token": "access-1",
            "token_type": "Bearer",
            "expires_in": 300,
            "id_token": signed,
        }


@contextmanager
def provider() -> Iterator[Provider]:
    """A new one, running."""
    made = Provider()

    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            url = urlsplit(self.path)
            if made.is_down:
                self._say(503, {})
            elif url.path == "/.well-known/openid-configuration":
                self._say(200, made.about())
            elif url.path == "/keys":
                self._say(200, {"keys": [{**made.key.as_dict(private=False), "kid": "one"}]})
            elif url.path == "/authorize":
                asked = {name: values[0] for name, values in parse_qs(url.query).items()}
                self.send_response(302)
                self.send_header("Location", made.authorised(asked))
                self.send_header("Content-Length", "0")
                self.end_headers()

        def do_POST(self) -> None:
            made.basic.append(self.headers.get("Authorization", ""))
            body = self.rfile.read(int(self.headers["Content-Length"])).decode()
            self._say(*made.token({name: values[0] for name, values in parse_qs(body).items()}))

        def _say(self, status: int, body: object) -> None:
            text = json.dumps(body).encode()
            self.send_response(status)
            self.send_header("Content-Type", "application/json")
            self.send_header("Content-Length", str(len(text)))
            self.end_headers()
            self.wfile.write(text)

        def log_message(self, *said: object) -> None:
            pass

    with ThreadingHTTPServer(("127.0.0.1", 0), Handler) as server:
        made.url = f"http://127.0.0.1:{server.server_port}"
        thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.02})
        thread.start()
        yield made
        server.shutdown()
        thread.join()
