"""Mail by SMTP, encrypted all the way; to this machine alone it may be plain."""

from __future__ import annotations

import hashlib
import smtplib
import socket
import ssl
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from datetime import datetime
from email.errors import MessageError
from email.headerregistry import Address
from email.message import EmailMessage
from email.policy import SMTP
from email.utils import format_datetime, localtime
from typing import ClassVar, Literal

from gleaner.core.errors import ConfigError, GleanerError, Refused, Unavailable
from gleaner.core.hosts import is_here
from gleaner.core.messages import Message, Recipient
from gleaner.core.text import shown
from gleaner.notify.channel import Links, channels
from gleaner.notify.html import html
from gleaner.notify.plain import plain, stop_address
from gleaner.notify.secrets import secret

_PORTS = {"starttls": 587, "tls": 465, "none": 25}
_SUBJECT = 200
"""Letters of a subject; more is cut."""
_BUSY = range(400, 500)
_NAME = "localhost"
_POLICY = SMTP.clone(max_line_length=990)
"""An address in a header is one word, however long; folded it would be none."""


class Email:
    """Mail from *sender* through the SMTP *server*.

    *security* is how the way there is encrypted: ``starttls`` (port 587), ``tls`` from the beginning (465), or
    ``none``, for a server on this machine alone. With *user*, the password is in the environment variable
    *password_variable*. *ca_file* holds the certificates of a server of your own.
    """

    paths: ClassVar = ("ca_file",)
    """The parameters that name files or folders."""

    def __init__(
        self,
        server: str,
        sender: str,
        name: str = "email",
        port: int | None = None,
        security: Literal["starttls", "tls", "none"] = "starttls",
        user: str = "",
        password_variable: str = "GLEANER_EMAIL__PASSWORD",  # noqa: S107 (a name, no password)
        sender_name: str = "Gleaner",
        ca_file: str | None = None,
        timeout: float = 30.0,
        links: Links | None = None,
        now: Callable[[], datetime] | None = None,
    ) -> None:
        if security == "none" and not is_here(server):
            raise ConfigError(
                'channel "email": security = "none" is for a server on this machine alone; others could read the'
                ' mails, and the links in them. Write security = "starttls" or "tls"'
            )
        self.name = name
        self._server, self._port = server, port or _PORTS[security]
        self._security = security
        self._user, self._variable = user, password_variable
        self._sender = _address(sender_name, sender, ConfigError, 'channel "email", sender')
        self._ca_file = ca_file
        self._timeout = timeout
        self._links = links
        self._now = now

    # --- the port -------------------------------------------------------------------------------------------

    def send(self, message: Message, to: Recipient) -> str:
        """Send the mail; its Message-ID, which is the same whenever the same message is sent."""
        mail = self.written(message, to)
        recipient = _address(to.name, to.address, Refused, "address")
        with self._connected() as server:
            self._envelope(server, recipient.addr_spec)
            self._data(server, mail)
        return str(mail["Message-ID"])

    def stamp(self, handle: str, message: Message, to: Recipient, stamp: str) -> None:
        """Nothing: what is sent cannot be changed. Its links say themselves that they were used."""

    def is_quiet(self, to: Recipient) -> bool:  # noqa: ARG002 (the port's)
        """Never: a mail waits until it is read."""
        return False

    def check(self) -> str:
        with self._connected() as server:
            server.noop()
        who = f" as {self._user}" if self._user else ""
        way = {"starttls": "encrypted with STARTTLS", "tls": "encrypted", "none": "on this machine"}
        return f"{self._server}, port {self._port} answers{who}, {way[self._security]}"

    # --- the mail -------------------------------------------------------------------------------------------

    def written(self, message: Message, to: Recipient) -> EmailMessage:
        """The mail as it is sent. Raises Refused when *to* has no address that mail could go to."""
        mail = EmailMessage(policy=_POLICY)
        mail["From"] = self._sender
        mail["To"] = _address(to.name, to.address, Refused, "address")
        mail["Subject"] = _line(message.subject, _SUBJECT)
        mail["Date"] = format_datetime(self._now() if self._now is not None else localtime())
        mail["Message-ID"] = self._id(message, to)
        mail["Auto-Submitted"] = "auto-generated"
        mail["Content-Language"] = message.language
        if address := stop_address(message, self._links):
            mail["List-Unsubscribe"] = f"<{address}>"
            mail["List-Unsubscribe-Post"] = "List-Unsubscribe=One-Click"
        mail.set_content(plain(message, self._links), cte="quoted-printable")
        mail.add_alternative(html(message, self._links), subtype="html", cte="quoted-printable")
        return mail

    def _id(self, message: Message, to: Recipient) -> str:
        made = hashlib.sha256(f"{self._sender.addr_spec}\x1f{to.user_id}\x1f{message.key}".encode())
        return f"<{made.hexdigest()[:40]}@{self._sender.domain}>"

    # --- the server -----------------------------------------------------------------------------------------

    @contextmanager
    def _connected(self) -> Iterator[smtplib.SMTP]:
        server = self._greeted()
        try:
            if self._user:
                self._login(server)
            yield server
        finally:
            with suppress(OSError, smtplib.SMTPException):
                server.quit()
            server.close()

    def _greeted(self) -> smtplib.SMTP:
        where = f"{self._server}, port {self._port}"
        server: smtplib.SMTP | None = None
        try:
            # Without a name it would tell the server this machine's own, which may be a person's.
            if self._security == "tls":
                trust = self._trust()
                server = smtplib.SMTP_SSL(
                    self._server, self._port, _NAME, timeout=self._timeout, context=trust
                )
            else:
                server = smtplib.SMTP(self._server, self._port, _NAME, timeout=self._timeout)
            if self._security == "starttls":
                server.starttls(context=self._trust())
            server.ehlo_or_helo_if_needed()
            is_greeted = server
            server = None
            return is_greeted
        except smtplib.SMTPNotSupportedError:
            raise ConfigError(
                f"{where} does not offer encryption (STARTTLS), so nothing is sent there; ask who runs it, or try"
                ' security = "tls"'
            ) from None
        except ssl.SSLCertVerificationError as error:
            raise ConfigError(
                f"{where} shows a certificate that is not trusted ({error.verify_message}); correct the server's"
                " name, or name its certificates with ca_file"
            ) from None
        except ssl.SSLError as error:
            raise ConfigError(
                f"{where} does not speak this kind of encryption ({error.reason}); try another security"
            ) from None
        except (OSError, smtplib.SMTPException) as error:
            raise Unavailable(f"the mail server {where} does not answer: {_reason(error)}") from error
        finally:
            if server is not None:
                server.close()

    def _trust(self) -> ssl.SSLContext:
        try:
            return ssl.create_default_context(cafile=self._ca_file)
        except (OSError, ssl.SSLError) as error:
            raise ConfigError(f"the certificates in {self._ca_file} cannot be read: {error}") from error

    def _login(self, server: smtplib.SMTP) -> None:
        password = secret(self._variable, f"password of {self._user}")
        try:
            server.login(self._user, password)
        except smtplib.SMTPNotSupportedError:
            raise ConfigError(f"{self._server} takes no login; leave out user") from None
        except smtplib.SMTPResponseException as error:
            if error.smtp_code in _BUSY:
                raise Unavailable(f"{self._server} takes no login just now: {_answer(error)}") from None
            raise ConfigError(
                f"{self._server} refuses the login of {self._user}: correct user, or the password in {self._variable}"
            ) from None
        except UnicodeEncodeError:
            raise ConfigError(f"what is in {self._variable} cannot be a password of a mail server") from None
        except (OSError, smtplib.SMTPException) as error:
            raise Unavailable(f"{self._server} went away: {_reason(error)}") from error

    def _envelope(self, server: smtplib.SMTP, recipient: str) -> None:
        try:
            code, said = server.mail(self._sender.addr_spec)
            if code != 250:
                raise _no(
                    code, f"{self._server} takes no mail from {self._sender.addr_spec}", said, ConfigError
                )
            code, said = server.rcpt(recipient)
            if code not in (250, 251):
                raise _no(code, f"{self._server} takes no mail for {recipient}", said, Refused)
        except (OSError, smtplib.SMTPException) as error:
            raise Unavailable(f"{self._server} went away: {_reason(error)}") from error

    def _data(self, server: smtplib.SMTP, mail: EmailMessage) -> None:
        try:
            code, said = server.data(mail.as_bytes())
        except smtplib.SMTPDataError as error:
            code, said = error.smtp_code, error.smtp_error if isinstance(error.smtp_error, bytes) else b""
        except (OSError, smtplib.SMTPException) as error:
            raise Unavailable(
                f"{self._server} went away while it took the mail, which may have been sent: {_reason(error)}",
                answer_lost=True,
            ) from error
        if code != 250:
            raise _no(code, f"{self._server} does not take the mail", said, Refused)


def _address(name: str, address: str, error: type[GleanerError], what: str) -> Address:
    """The address as a header has it. Raises *error* for what mail cannot go to."""
    shown_name = _line(name, 100)
    try:
        made = Address(shown_name, addr_spec=address.strip())
    except (MessageError, ValueError, IndexError):
        raise error(f'{what}: "{shown(address)}" is no e-mail address') from None
    if not (made.username and made.domain and address.isascii() and address.strip().isprintable()):
        raise error(f'{what}: "{shown(address)}" is no e-mail address')
    return made


def _line(text: str, most: int) -> str:
    """*text* on one line: what follows a line end in a header would be a header of its own."""
    line = " ".join("".join(letter if letter.isprintable() else " " for letter in text).split())
    return line if len(line) <= most else f"{line[: most - 1]}…"


def _no(code: int, text: str, said: bytes, final: type[GleanerError]) -> GleanerError:
    """A refusal: for now, or for good."""
    answer = shown(said.decode("utf-8", "replace").replace("\n", " "))[:200]
    kind: type[GleanerError] = Unavailable if code in _BUSY else final
    return kind(f"{text}: {code} {answer}")


def _answer(error: smtplib.SMTPResponseException) -> str:
    said = error.smtp_error
    text = said.decode("utf-8", "replace") if isinstance(said, bytes) else str(said)
    return shown(f"{error.smtp_code} {text}")[:200]


def _reason(error: Exception) -> str:
    if isinstance(error, TimeoutError | socket.timeout):
        return "it takes too long"
    if isinstance(error, smtplib.SMTPResponseException):
        return _answer(error)
    return shown(str(error) or type(error).__name__)[:200]


channels.add("email", Email)
