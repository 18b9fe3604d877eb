"""Radicale as a real CalDAV server, in a process of its own, with one user and one calendar."""

from __future__ import annotations

import os
import shutil
import socket
import subprocess
import sys
import time
from contextlib import closing
from dataclasses import dataclass, field
from pathlib import Path

import httpx2

USER, PASSWORD = "ana", "hush hush"
_WAIT = 20.0


@dataclass
class Radicale:
    """A server that keeps its calendars in *folder*, stopped or not."""

    folder: Path
    port: int = 0
    process: subprocess.Popen[bytes] | None = None
    written: dict[str, dict[str, str]] = field(default_factory=dict)
    """What was put into each calendar, by object."""

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.port}/"

    def start(self) -> None:
        """Up when this returns; on the same port as before."""
        self.port = self.port or _free_port()
        users = self.folder / "users"
        users.write_text(f"{USER}:{PASSWORD}\nbo:other\n")
        config = self.folder / "config"
        config.write_text(
            f"[auth]\ntype = htpasswd\nhtpasswd_filename = {users}\nhtpasswd_encryption = plain\ndelay = 0\n"
            f"[storage]\nfilesystem_folder = {self.folder / 'store'}\n"
            f"[server]\nhosts = 127.0.0.1:{self.port}\n"
        )
        command = [sys.executable, "-m", "radicale", "--config", str(config)]
        with (self.folder / "log").open("ab") as log:
            self.process = subprocess.Popen(
                command, stdout=log, stderr=log, env={**os.environ, "RADICALE_CONFIG": ""}
            )
        until = time.monotonic() + _WAIT
        while not self._answers():
            assert self.process.poll() is None, (self.folder / "log").read_text()
            assert time.monotonic() < until, "Radicale does not start"
            time.sleep(0.02)

    def stop(self) -> None:
        if self.process is not None:
            self.process.terminate()
            self.process.wait(10)
            self.process = None

    def forget_tokens(self) -> None:
        """As after a move to another machine."""
        for kept in self.folder.glob("store/**/sync-token"):
            shutil.rmtree(kept)

    # --- calendars -------------------------------------------------------------------------------------------

    def calendar(self, name: str, title: str = "") -> str:
        """A new calendar of Ana's; its address."""
        body = (
            '<C:mkcalendar xmlns="DAV:" xmlns:C="urn:ietf:params:xml:ns:caldav"><set><prop>'
            f"<displayname>{title or name}</displayname></prop></set></C:mkcalendar>"
        )
        self._request("MKCALENDAR", f"{USER}/{name}/", body, 201)
        self.written[name] = {}
        return f"{self.url}{USER}/{name}/"

    def put(self, calendar: str, path: str, text: str) -> None:
        """The object is like that from now on."""
        self._request("PUT", f"{USER}/{calendar}/{path}", text, 201, 204)
        self.written[calendar][path] = text

    def delete(self, calendar: str, path: str) -> None:
        self._request("DELETE", f"{USER}/{calendar}/{path}", "", 200, 204)
        del self.written[calendar][path]

    def hold(self, calendar: str, objects: dict[str, str]) -> None:
        """The calendar holds exactly these from now on."""
        for path in self.written[calendar].keys() - objects.keys():
            self.delete(calendar, path)
        for path, text in objects.items():
            if self.written[calendar].get(path) != text:
                self.put(calendar, path, text)

    def _request(self, method: str, path: str, body: str, *expected: int) -> None:
        headers = {"Content-Type": "text/calendar" if method == "PUT" else "application/xml"}
        answer = httpx2.request(
            method, self.url + path, content=body.encode(), auth=(USER, PASSWORD), headers=headers
        )
        assert answer.status_code in expected, (method, path, answer.status_code, answer.text)

    def _answers(self) -> bool:
        with closing(socket.socket()) as probe:
            return probe.connect_ex(("127.0.0.1", self.port)) == 0


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
    return port
