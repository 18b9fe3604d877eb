"""A small Harvest to log in to: both hosts in one, over real HTTP."""

from __future__ import annotations

import json
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from urllib.parse import parse_qs

import pytest

from gleaner import config

PAT = "1234567.pt.nobody-may-see"
SECRET = "app-secret-nobody-may-see"


@dataclass
class Harvest:
    """Both hosts in one: logins become tokens here, and ``/v2/users/me`` wants one that is good now."""

    good: set[str] = field(default_factory=lambda: {PAT})
    accounts: list[dict[str, object]] = field(
        default_factory=lambda: [
            {"id": 77, "name": "Studio", "product": "harvest"},
            {"id": 78, "name": "Studio plans", "product": "forecast"},
            {"id": 79, "name": "Other studio", "product": "harvest"},
        ]
    )
    forms: list[dict[str, str]] = field(default_factory=list)
    login_is_over: bool = False
    life: int = 1209599
    url: str = ""

    def pair(self, form: dict[str, str]) -> tuple[int, object]:
        self.forms.append(form)
        if self.login_is_over or form["client_secret"] != SECRET:
            return 400, {"error": "invalid_grant"}
        number = len(self.forms)
        self.good = {f"access-{number}-nobody-may-see"}
        return 200, {
            "access_token": f"access-{number}-nobody-may-see", "refresh_token": f"refresh-{number}-nobody-may-see",
            "token_type": "bearer", "expires_in": self.life,
        }  # fmt: skip


@contextmanager
def served() -> Iterator[Harvest]:
    """A new one, running."""
    world = Harvest()

    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            token = self.headers.get("Authorization", "").removeprefix("Bearer ")
            if token not in world.good:
                self._say(401, {"error": "invalid_token"})
            elif self.path == "/api/v2/accounts":
                user = {"id": 5, "first_name": "Ana", "last_name": "Doe", "email": "ana@studio.example"}
                self._say(200, {"user": user, "accounts": world.accounts})
            else:
                self._say(200, {"id": 5, "first_name": "Ana"})

        def do_POST(self) -> None:
            body = self.rfile.read(int(self.headers["Content-Length"])).decode()
            self._say(*world.pair({name: value for name, (value,) in parse_qs(body).items()}))

        def _say(self, status: int, body: object) -> None:
            text = json.dumps(body).encode()
            self.send_response(status)
            self.send_header("Content-Length", str(len(text)))
            self.end_headers()
            self.wfile.write(text)

        def log_message(self, *said: object) -> None:
            pass

    with ThreadingHTTPServer(("127.0.0.1", 0), Handler) as server:
        world.url = f"http://127.0.0.1:{server.server_port}"
        thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.02})
        thread.start()
        yield world
        server.shutdown()
        thread.join()


def configured(folder: Path, harvest: Harvest, patch: pytest.MonkeyPatch) -> Path:
    """A ``gleaner.toml`` for account 77 of *harvest*, and an environment without secrets."""
    for section, key in config.SECRET:
        patch.delenv(config.variable(section, key), raising=False)
    file = folder / "gleaner.toml"
    file.write_text(
        f'[harvest]\naccount_id = 77\nclient_id = "app-1"\nbase_url = "{harvest.url}/v2"\n'
        f'identity_url = "{harvest.url}"\n'
    )
    return file
