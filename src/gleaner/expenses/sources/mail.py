"""A mailbox: whoever sends a receipt there has brought it, whatever their mail says."""

from __future__ import annotations

import hashlib
import imaplib
import json
import os
import re
import ssl
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from datetime import datetime, timedelta
from email import message_from_bytes
from email.message import Message
from email.policy import default
from typing import ClassVar, Literal

from gleaner.capture.source import Cache
from gleaner.core.errors import ConfigError, Unavailable
from gleaner.core.secrets import Secret
from gleaner.expenses.content import MOST_BYTES, kind_of
from gleaner.expenses.source import Found, Waiting, sources

MOST_OF_A_MAIL = 3 * MOST_BYTES
"""Bytes as they travel, which is a third more than the files in it have."""
MOST_FILES = 20
_PORTS = {"tls": 993, "starttls": 143}
_SIGNATURES = ("application/pgp-signature", "application/pkcs7-signature", "application/x-pkcs7-signature")


class Mail:
    """Receipts of *person* that are attached to mails in a *mailbox* of the IMAP *server*.

    Every mail of the last *days* days is looked through once, read or not; one whose attachments were taken is marked
    as read, and nothing else is changed. The way there is always encrypted: ``tls`` (port 993) or ``starttls`` (143).
    The password of *user* is what ``gleaner login --mailbox`` keeps, or in the environment variable
    *password_variable*. *ca_file* holds the certificates of a server of your own. *name* is what the mailbox is
    called in lists, otherwise its user.
    """

    paths: ClassVar = ("ca_file",)
    """The parameters that name files."""

    def __init__(
        self,
        server: str,
        user: str,
        person: str,
        name: str = "",
        mailbox: str = "INBOX",
        port: int | None = None,
        security: Literal["tls", "starttls"] = "tls",
        password_variable: str = "GLEANER_MAILBOX__PASSWORD",  # noqa: S107 (a name, no password)
        ca_file: str | None = None,
        timeout: float = 30.0,
        days: int = 30,
        passwords: Callable[[str], Secret | None] | None = None,
    ) -> None:
        if not 1 <= days <= 365:
            raise ConfigError(f"days = {days}: look back 1 to 365 days")
        if re.search(r'[\r\n"\\]', mailbox):
            raise ConfigError("the mailbox has a name with quotes, backslashes or line breaks; use another")
        self.name = name or user
        self.person = person
        self._server, self._port = server, port or _PORTS[security]
        self._user, self._variable, self._mailbox = user, password_variable, mailbox
        self._security, self._ca_file, self._timeout = security, ca_file, timeout
        self._back = timedelta(days=days)
        self._passwords = passwords

    def check(self) -> str:
        with self._opened(is_readonly=True) as _opened:
            return f"{self._server}, port {self._port} answers as {self._user}; {self._mailbox} can be read"

    def collect(self, cache: Cache, now: datetime) -> Iterator[Found | Waiting]:
        box_of = f"{self._user}@{self._server}/{self._mailbox}"
        key = f"receipts/mail/{hashlib.sha256(box_of.encode()).hexdigest()[:32]}"
        with self._opened() as (box, validity):
            known = _known(cache.get(key), validity)
            # IMAP's days have no zone: one more is harmless.
            since = _imap_day(now - self._back - timedelta(days=1))
            there = _numbers(_said(box.uid("SEARCH", "SINCE", since)))
            known &= set(there)
            for uid in there:
                if uid in known:
                    continue
                files = self._files(box, uid)
                yield from files
                # Only now was all of it taken; a mail with other things alone, such as an invitation, stays unread.
                if any(one.content is not None and kind_of(one.content[:16]) for one in files):
                    _said(box.uid("STORE", str(uid), "+FLAGS.SILENT", r"(\Seen)"))
                known.add(uid)
                cache.put(key, json.dumps({"validity": validity, "known": sorted(known)}).encode())

    def _files(self, box: imaplib.IMAP4, uid: int) -> list[Found]:
        size = _size(_said(box.uid("FETCH", str(uid), "(RFC822.SIZE)")))
        if size > MOST_OF_A_MAIL:
            why = f"Mail {uid} has {size / 1_000_000:.0f} MB and is not opened; send the receipt in one of its own."
            return [Found(f"mail {uid}", size, trouble=why)]
        # Without PEEK it would be marked as read.
        answer = _said(box.uid("FETCH", str(uid), f"(BODY.PEEK[]<0.{MOST_OF_A_MAIL}>)"))
        raw = next((part[1] for part in answer if isinstance(part, tuple)), b"")
        return attachments(raw, f"mail {uid}")

    @contextmanager
    def _opened(self, *, is_readonly: bool = False) -> Iterator[tuple[imaplib.IMAP4, str]]:
        """The mailbox, and what its numbers are valid for; our errors instead of theirs."""
        where = f"the mailbox of {self._user} at {self._server}"
        given = os.environ.get(self._variable, "").strip()
        password = Secret(given) if given else self._passwords(self._user) if self._passwords else None
        if not password:
            how = f"gleaner login --mailbox {self._user}, or the environment variable {self._variable}"
            raise ConfigError(f"there is no password for {where}: {how}")
        try:
            box = self._connected()
        except ssl.SSLCertVerificationError as error:
            raise ConfigError(
                f"{where}: its certificate is not accepted ({error.verify_message}); see ca_file"
            ) from error
        except (OSError, imaplib.IMAP4.error) as error:
            raise Unavailable(f"{where} cannot be reached: {_reason(error)}") from error
        try:
            try:
                box.login(self._user, password)
            except imaplib.IMAP4.abort as error:
                raise Unavailable(f"{where} hung up at the login") from error
            except imaplib.IMAP4.error:
                raise ConfigError(f"{where} does not accept the password") from None
            if box.select(f'"{self._mailbox}"', readonly=is_readonly)[0] != "OK":
                raise ConfigError(f"{where} has no {self._mailbox} that may be opened")
            validity = box.response("UIDVALIDITY")[1]
            yield box, (validity[0] or b"0").decode("ascii", "replace") if validity else "0"
        except (OSError, imaplib.IMAP4.error) as error:
            raise Unavailable(f"{where} went away: {_reason(error)}") from error
        finally:
            try:
                box.logout()
            except (OSError, imaplib.IMAP4.error):
                # Nobody there to say goodbye to: then logout leaves its socket open.
                with suppress(OSError):
                    box.shutdown()

    def _connected(self) -> imaplib.IMAP4:
        context = ssl.create_default_context(cafile=self._ca_file)
        if self._security == "tls":
            return imaplib.IMAP4_SSL(self._server, self._port, ssl_context=context, timeout=self._timeout)
        box = imaplib.IMAP4(self._server, self._port, timeout=self._timeout)
        try:
            box.starttls(context)
        except BaseException:
            box.shutdown()
            raise
        return box


def attachments(raw: bytes, called: str) -> list[Found]:
    """The files attached to the mail *raw*, in its order; *called* is what it is named by where a file is not.

    Pictures that are part of the text, such as logos, and signatures are left out.
    """
    mail = message_from_bytes(raw, policy=default)
    found: list[Found] = []
    for part in _leaves(mail, in_text=False):
        name = _name(part)
        if not name or part.get_content_type() in _SIGNATURES:
            continue
        if len(found) == MOST_FILES:
            why = f"{called.capitalize()} has more than {MOST_FILES} attachments; send the others in another one."
            return [*found, Found(called, len(raw), trouble=why)]
        content = part.get_payload(decode=True)
        found.append(Found(name, len(content), content) if isinstance(content, bytes) else _unreadable(name))
    return found


def _leaves(part: Message, *, in_text: bool) -> Iterator[Message]:
    """Its parts that hold something, without what the text shows inside itself."""
    if not part.is_multipart():
        if not (in_text and part.get("Content-ID")):
            yield part
        return
    is_related = part.get_content_type() == "multipart/related"
    for inner in part.get_payload():
        if isinstance(inner, Message):
            yield from _leaves(inner, in_text=is_related)


def _name(part: Message) -> str:
    """What the attachment is called; empty for what is none."""
    try:
        name = part.get_filename() or ""
        disposition = part.get_content_disposition()
    except (LookupError, ValueError, TypeError, AttributeError):
        return "attachment"  # a header that nobody can read
    return name or ("attachment" if disposition == "attachment" else "")


def _unreadable(name: str) -> Found:
    return Found(name, 0, trouble=f"{name} cannot be read from its mail; send it again.")


# --- the server's answers ----------------------------------------------------------------------------------------


def _said(answer: tuple[str, list[object]]) -> list[object]:
    status, data = answer
    if status != "OK":
        raise imaplib.IMAP4.error("the server said no")
    return data


def _imap_day(at: datetime) -> str:
    """In English, whatever this machine speaks."""
    months = "Jan Feb Mar Apr May Jun Jul Aug Sep Oct Nov Dec".split()
    return f"{at.day:02}-{months[at.month - 1]}-{at.year}"


def _numbers(data: list[object]) -> list[int]:
    return sorted(
        {int(one) for part in data if isinstance(part, bytes) for one in part.split() if one.isdigit()}
    )


def _size(data: list[object]) -> int:
    text = b" ".join(part for part in data if isinstance(part, bytes))
    found = re.search(rb"RFC822\.SIZE (\d+)", text)
    if found is None:
        raise imaplib.IMAP4.error("it does not say how big a mail is")
    return int(found[1])


def _known(kept: bytes | None, validity: str) -> set[int]:
    """The mails that were looked through; none when the server has numbered them anew."""
    said = json.loads(kept) if kept else {}
    return set(said["known"]) if said.get("validity") == validity else set()


def _reason(error: Exception) -> str:
    if isinstance(error, OSError) and error.strerror:
        return error.strerror
    return "it takes too long" if isinstance(error, TimeoutError) else type(error).__name__


sources.add("mail", Mail)
