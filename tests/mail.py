"""A real mail server on loopback (aiosmtpd), with a certificate of its own where it is to have one."""

from __future__ import annotations

import asyncio
import datetime as dt
import email
import ipaddress
import socket
import ssl
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from email.message import EmailMessage
from email.policy import default
from pathlib import Path
from typing import Any

from aiosmtpd.controller import Controller
from aiosmtpd.smtp import SMTP, AuthResult, Envelope, LoginPassword, Session
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID

USER, PASSWORD = "gleaner", "correct horse"
NOBODY, FULL = "nobody@studio.example", "full@studio.example"
"""Addresses that are refused for good, and for now."""


@dataclass
class Handler:
    """Keeps what it is sent."""

    got: list[EmailMessage] = field(default_factory=list)
    known: list[bool] = field(default_factory=list)
    """Of each, whether its sender had logged in."""
    cuts_off: bool = False
    """It hangs up after it has the mail, before it says so."""
    refuses: str = ""
    """What it says to a mail instead of taking it."""

    async def handle_RCPT(  # noqa: N802 (aiosmtpd's)
        self, server: SMTP, session: Session, envelope: Envelope, address: str, options: list[str]
    ) -> str:
        if address == NOBODY:
            return "550 5.1.1 there is nobody of that name"
        if address == FULL:
            return "452 4.2.2 the mailbox is full"
        envelope.rcpt_tos.append(address)
        return "250 fine"

    async def handle_DATA(self, server: SMTP, session: Session, envelope: Envelope) -> str:  # noqa: N802
        if self.refuses:
            return self.refuses
        assert isinstance(envelope.content, bytes)
        made = email.message_from_bytes(envelope.content, policy=default)
        assert isinstance(made, EmailMessage)
        self.got.append(made)
        self.known.append(bool(session.authenticated))
        if self.cuts_off:
            assert isinstance(server.transport, asyncio.WriteTransport)
            server.transport.abort()
        return "250 taken"


@dataclass(frozen=True)
class MailServer:
    """One that listens."""

    port: int
    handler: Handler
    ca_file: Path | None

    @property
    def got(self) -> list[EmailMessage]:
        return self.handler.got


def certificate(folder: Path, *, host: str = "127.0.0.1") -> tuple[Path, Path]:
    """A certificate for *host* that nobody else vouches for, and its key."""
    key = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "mail.test")])
    now = dt.datetime.now(dt.UTC)
    made = (
        x509.CertificateBuilder()
        .subject_name(name)
        .issuer_name(name)
        .public_key(key.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(now - dt.timedelta(days=1))
        .not_valid_after(now + dt.timedelta(days=2))
        .add_extension(
            x509.SubjectAlternativeName([x509.IPAddress(ipaddress.ip_address(host))]), critical=False
        )
        .add_extension(x509.BasicConstraints(ca=True, path_length=0), critical=True)
        .sign(key, hashes.SHA256())
    )
    cert_file, key_file = folder / "mail.pem", folder / "mail.key"
    cert_file.write_bytes(made.public_bytes(serialization.Encoding.PEM))
    key_file.write_bytes(
        key.private_bytes(
            serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
        )
    )
    return cert_file, key_file


@contextmanager
def mail_server(
    folder: Path, security: str = "none", *, login: bool = False, host: str = "127.0.0.1"
) -> Iterator[MailServer]:
    """A server that is reached as *security* says: ``none``, ``starttls`` or ``tls``; *host* is in its certificate."""
    handler, context, ca_file = Handler(), None, None
    if security != "none":
        ca_file, key_file = certificate(folder, host=host)
        context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        context.load_cert_chain(ca_file, key_file)
    more: dict[str, Any] = {}
    if security == "starttls":
        more |= {"tls_context": context, "require_starttls": True}
    if security == "tls":
        more |= {"ssl_context": context}
    if login:
        more |= {
            "authenticator": _authenticated,
            "auth_required": security == "starttls",
            "auth_require_tls": security == "starttls",
        }
    port = free_port()
    controller = Controller(handler, hostname="127.0.0.1", port=port, **more)
    controller.start()
    try:
        yield MailServer(port, handler, ca_file)
    finally:
        controller.stop()


def _authenticated(server: Any, session: Any, envelope: Any, mechanism: str, data: Any) -> AuthResult:
    is_right = isinstance(data, LoginPassword) and (data.login, data.password) == (
        USER.encode(),
        PASSWORD.encode(),
    )
    return AuthResult(success=is_right, handled=False)


def free_port() -> int:
    """A port nobody has now."""
    with socket.create_server(("127.0.0.1", 0)) as listening:
        return int(listening.getsockname()[1])
