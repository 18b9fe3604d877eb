"""A small real IMAP server on loopback, encrypted, with a certificate of its own: one mailbox, one user."""

from __future__ import annotations

import re
import socketserver
import ssl
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from email.message import EmailMessage
from pathlib import Path
from typing import Any

from tests.mail import certificate

USER, PASSWORD = "receipts@studio.example", "correct horse"


@dataclass
class Box:
    """What is in the mailbox. Mails have numbers from 1 on; *seen* are those that are marked as read."""

    port: int = 0
    ca_file: Path | None = None
    validity: int = 7
    mails: dict[int, bytes] = field(default_factory=dict)
    seen: set[int] = field(default_factory=set)
    fetched: list[int] = field(default_factory=list)
    """Whose content was asked for."""
    commands: list[str] = field(default_factory=list)
    drops_at: str = ""
    """It hangs up when this word is in a command."""

    def put(self, *files: tuple[str, bytes], text: str = "see attached", subject: str = "Receipt") -> int:
        """One more mail with these files attached; its number."""
        mail = EmailMessage()
        mail["From"], mail["To"], mail["Subject"] = "ana@studio.example", USER, subject
        mail.set_content(text)
        for name, content in files:
            mail.add_attachment(content, maintype="application", subtype="octet-stream", filename=name)
        return self.put_raw(mail.as_bytes())

    def put_raw(self, raw: bytes) -> int:
        number = max(self.mails, default=0) + 1
        self.mails[number] = raw
        return number


class _Talk(socketserver.StreamRequestHandler):
    box: Box

    def handle(self) -> None:
        self._say("* OK [CAPABILITY IMAP4rev1] ready")
        while line := self.rfile.readline().decode().rstrip("\r\n"):
            tag, _, rest = line.partition(" ")
            self.box.commands.append(re.sub(r"^LOGIN .*", "LOGIN", rest))
            if self.box.drops_at and self.box.drops_at in rest:
                return
            if not self._answer(tag, rest):
                return

    def _say(self, text: str) -> None:
        self.wfile.write(f"{text}\r\n".encode())

    def _answer(self, tag: str, rest: str) -> bool:
        """Whether the talk goes on."""
        word = rest.removeprefix("UID ").split(" ")[0].upper()
        match word:
            case "CAPABILITY":
                self._say("* CAPABILITY IMAP4rev1")
            case "LOGIN":
                if rest != f'LOGIN {USER} "{PASSWORD}"':
                    self._say(f"{tag} NO [AUTHENTICATIONFAILED] who are you")
                    return True
            case "SELECT" | "EXAMINE":
                if '"INBOX"' not in rest:
                    self._say(f"{tag} NO there is no such mailbox")
                    return True
                self._say(f"* {len(self.box.mails)} EXISTS")
                self._say(f"* OK [UIDVALIDITY {self.box.validity}] valid")
            case "SEARCH":
                assert re.fullmatch(r"UID SEARCH SINCE \d\d-[A-Z][a-z]{2}-\d{4}", rest), rest
                self._say(f"* SEARCH {' '.join(map(str, self.box.mails))}".rstrip())
            case "FETCH":
                self._fetch(int(rest.split()[2]), rest)
            case "STORE":
                assert r"+FLAGS.SILENT (\Seen)" in rest, rest
                self.box.seen.add(int(rest.split()[2]))
            case "LOGOUT":
                self._say("* BYE")
                self._say(f"{tag} OK bye")
                return False
            case _:
                self._say(f"{tag} BAD what is {word}")
                return True
        self._say(f"{tag} OK done")
        return True

    def _fetch(self, number: int, rest: str) -> None:
        raw = self.box.mails[number]
        if "RFC822.SIZE" in rest:
            self._say(f"* {number} FETCH (UID {number} RFC822.SIZE {len(raw)})")
            return
        assert "BODY.PEEK[]<0." in rest, "anything else would mark it as read"
        self.box.fetched.append(number)
        self.wfile.write(f"* {number} FETCH (UID {number} BODY[]<0> {{{len(raw)}}}\r\n".encode())
        self.wfile.write(raw)
        self._say(")")


class _Server(socketserver.ThreadingTCPServer):
    daemon_threads = True
    allow_reuse_address = True
    context: ssl.SSLContext

    def get_request(self) -> tuple[Any, Any]:
        connection, address = super().get_request()
        return self.context.wrap_socket(connection, server_side=True, do_handshake_on_connect=False), address

    def handle_error(self, request: Any, client_address: Any) -> None:
        """Nothing: a client that does not accept the certificate hangs up."""


@contextmanager
def imap_server(folder: Path) -> Iterator[Box]:
    """The mailbox, as long as the server runs."""
    box = Box()
    box.ca_file, key_file = certificate(folder)
    talk = type("Talk", (_Talk,), {"box": box})
    with _Server(("127.0.0.1", 0), talk) as server:
        server.context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        server.context.load_cert_chain(box.ca_file, key_file)
        box.port = server.server_address[1]
        thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.05})
        thread.start()
        try:
            yield box
        finally:
            server.shutdown()
            thread.join()
