"""What the real Harvest would have mailed, kept to be looked at, and on request delivered over SMTP.

A mail is stored in the transaction that causes it.  Delivery comes after the commit, in a thread of its own; whether
it worked is noted with the mail and changes no answer.
"""

import base64
import logging
import smtplib
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from email.headerregistry import Address
from email.message import EmailMessage
from email.utils import format_datetime
from typing import Any
from urllib.parse import quote, unquote

from gleaner_sandbox import loopback
from gleaner_sandbox.clock import unstamp
from gleaner_sandbox.rules import coerce
from gleaner_sandbox.state import Books, State
from gleaner_sandbox.tables import Row, Table
from gleaner_sandbox.wire.answers import Answer, unroutable
from gleaner_sandbox.wire.request import Request

log = logging.getLogger("gleaner_sandbox.outbox")

MAILS = Table("outbox", cached=False)
_PATIENCE = 5.0
"""Seconds a mail server has to answer."""


@dataclass(frozen=True)
class Attachment:
    """A file that goes with a mail."""

    name: str
    content_type: str
    data: bytes


def post(
    books: Books,
    kind: str,
    sender: Row,
    recipients: Sequence[Row],
    subject: str,
    body: str,
    attachments: Sequence[Attachment] = (),
) -> None:
    """Put a mail into the outbox.  *sender* and *recipients* have ``name`` and ``email``; *kind* says what it is."""
    files = [
        {"name": one.name, "content_type": one.content_type, "data": base64.b64encode(one.data).decode()}
        for one in attachments
    ]
    people = {"from": sender, "recipients": list(recipients)}
    said = {"subject": subject, "body": body, "attachments": files, "delivery": None}
    books.insert(MAILS, {"kind": kind, **people, **said})


class Outbox:
    """The mails of all accounts.  *smtp* is a ``HOST:PORT`` on loopback, or None: then nothing is delivered."""

    def __init__(self, state: State, smtp: str | None = None) -> None:
        self._state = state
        self._server = loopback.address(smtp) if smtp else None
        self._postman = ThreadPoolExecutor(1, "postman")
        # Mails of an earlier run stay where they are.
        self._seen = max((mail["id"] for mail in state.everywhere(MAILS)), default=0) if smtp else 0

    def answer(self, request: Request, place: str) -> Answer:
        """``/sandbox/outbox``, and beneath it ``{n}`` and ``{n}/{attachment}``."""
        match request.method, place.split("/"):
            case "GET", [""]:
                account = coerce.whole(request.query.get("account_id"))
                mails = self._state.everywhere(MAILS, "? IS NULL OR account_id = ?", account, account)
                return Answer(200, {"outbox": [_shown(mail, request.root) for mail in mails]})
            case "DELETE", [""]:
                for account_id in {mail["account_id"] for mail in self._state.everywhere(MAILS)}:
                    with self._state.writing(account_id) as books:
                        books.delete_where(MAILS, "1")
                return Answer(200, {"outbox": []})
            case "GET", [number, *name] if number.isascii() and number.isdigit() and len(number) < 19:
                return self._one(request, int(number), "/".join(name))
        return unroutable()

    def _one(self, request: Request, number: int, name: str) -> Answer:
        for mail in self._state.everywhere(MAILS, "id = ?", number):
            if not name:
                return Answer(200, _shown(mail, request.root))
            for file in mail["attachments"]:
                if file["name"] == unquote(name):
                    return Answer(200, base64.b64decode(file["data"]), media_type=file["content_type"])
        return unroutable()

    def deliver(self) -> None:
        """Send what was posted since the last time, soon."""
        if self._server is not None:
            self._postman.submit(self._deliver, *self._server)

    def close(self) -> None:
        """Let go, once everything is sent."""
        self._postman.shutdown()

    def _deliver(self, host: str, port: int) -> None:
        for mail in self._state.everywhere(MAILS, "id > ?", self._seen):
            self._seen = mail["id"]
            try:
                _send(mail, host, port)
                outcome = "delivered"
            except Exception as error:  # noqa: BLE001 one mail that cannot be sent must not hold up the others
                outcome = f"failed: {error}"
                log.warning("mail %s to %s:%s %s", mail["id"], host, port, outcome)
            with self._state.writing(mail["account_id"]) as books:
                if books.get(MAILS, mail["id"]) is not None:
                    books.update(MAILS, mail, {"delivery": outcome})


def _shown(mail: Row, root: str) -> Row:
    def file(one: Row) -> dict[str, Any]:
        url = f"{root}/sandbox/outbox/{mail['id']}/{quote(one['name'])}"
        size = len(base64.b64decode(one["data"]))
        return {"name": one["name"], "content_type": one["content_type"], "size": size, "url": url}

    keys = ("account_id", "kind", "from", "recipients", "subject", "body")
    return {
        "n": mail["id"],
        "at": mail["created_at"],
        **{key: mail[key] for key in keys},
        "attachments": [file(one) for one in mail["attachments"]],
        "delivery": mail["delivery"],
    }


def _send(mail: Row, host: str, port: int) -> None:
    message = EmailMessage()
    message["From"] = _address(mail["from"])
    message["To"] = [_address(one) for one in mail["recipients"]]
    message["Subject"] = " ".join(mail["subject"].split())
    message["Date"] = format_datetime(unstamp(mail["created_at"]))
    message.set_content(mail["body"])
    for file in mail["attachments"]:
        main, _, sub = file["content_type"].partition("/")
        data = base64.b64decode(file["data"])
        message.add_attachment(data, maintype=main, subtype=sub, filename=file["name"])
    with smtplib.SMTP(host, port, timeout=_PATIENCE) as server:
        server.send_message(message)


def _address(person: Row) -> Address:
    return Address(" ".join((person["name"] or "").split()), addr_spec=person["email"])
