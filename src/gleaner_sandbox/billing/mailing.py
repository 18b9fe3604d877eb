"""Messages: the mails and events of a document, and what they change in it.  Source: api.md §17.4, §18."""

from collections.abc import Iterable, Sequence
from typing import Any

from gleaner_sandbox import outbox, shapes
from gleaner_sandbox.billing import documents, life, papers, payments
from gleaner_sandbox.billing.kinds import Kind
from gleaner_sandbox.resources.contacts import is_mail
from gleaner_sandbox.rules import coerce, fields
from gleaner_sandbox.rules.document_states import EVENTS
from gleaner_sandbox.schemas import DAY, FLAG, INT, MOMENT, STRING, many, maybe, reads, shape
from gleaner_sandbox.state import Books
from gleaner_sandbox.tables import USERS, Row
from gleaner_sandbox.wire.answers import invalid
from gleaner_sandbox.wire.call import Call


def _recipients(value: Any) -> list[Row]:
    """Names and addresses; a name may be missing, an address may not.

    >>> _recipients([{"email": "ada@acme.example"}])
    [{'name': None, 'email': 'ada@acme.example'}]
    >>> _recipients({"email": "ada"})
    Traceback (most recent call last):
    ValueError: email is not valid
    """
    given = [value] if isinstance(value, dict) and "email" in value else coerce.items(value)
    read = []
    for one in given:
        if not isinstance(one, dict):
            raise ValueError("is invalid")
        email = (coerce.text(one.get("email")) or "").strip()
        if not email:
            raise ValueError("email can't be blank")
        if not is_mail(email):
            raise ValueError("email is not valid")
        read.append({"name": coerce.text(one.get("name")), "email": email})
    return read


FIELDS = [
    fields.text("event_type"),
    fields.Field("recipients", _recipients),
    fields.text("subject"),
    fields.text("body"),
    fields.flag("send_me_a_copy"),
]
INVOICE_FIELDS = [
    *FIELDS,
    fields.Field("include_link_to_client_invoice", coerce.flag),
    fields.flag("attach_pdf"),
    fields.flag("thank_you"),
]
reads(_recipients, many(shape({"name": maybe(STRING), "email": STRING}, sometimes=("name",))))
_SENT = {
    "id": INT,
    "sent_by": STRING,
    "sent_by_email": STRING,
    "sent_from": STRING,
    "sent_from_email": STRING,
}
_SAID = {
    "event_type": maybe(STRING),
    "recipients": many(shape({"name": maybe(STRING), "email": STRING})),
    "subject": maybe(STRING),
    "body": maybe(STRING),
}
_STAMPS = {"created_at": MOMENT, "updated_at": MOMENT}
SHAPE = {**_SENT, "send_me_a_copy": FLAG, **_STAMPS, **_SAID}
INVOICE_SHAPE = {
    **_SENT,
    "include_link_to_client_invoice": FLAG,
    "send_me_a_copy": FLAG,
    "thank_you": FLAG,
    "reminder": FLAG,
    "send_reminder_on": maybe(DAY),
    **_STAMPS,
    "attach_pdf": FLAG,
    **_SAID,
}


def create(call: Call, kind: Kind, declared: Sequence[fields.Field], row: Row) -> Row:
    """The stored message for the document *row*; with an event it only changes the state, else it is mailed.

    A mail about an invoice needs somebody to get it and a body; one about an estimate needs recipients only.
    """
    said = call.read(declared)
    event = None if coerce.is_blank(said["event_type"]) else said["event_type"]
    said = {**said, "event_type": event, "recipients": said["recipients"] or []}
    if event is not None and event not in EVENTS[kind.word]:
        raise invalid("Event type is not included in the list")  # words uncertain
    if event is None:
        _refuse_unsendable(kind, said)
    if said["send_me_a_copy"]:
        said["recipients"] = _with_copy(said["recipients"], call.person.row)
    changes = life.mailed(call, kind, row) if event is None else life.happened(call, kind, row, event)
    if said.get("include_link_to_client_invoice") is False:
        changes = {**changes, "payment_options": []}
    row = call.books.update(kind.table, row, changes)
    if kind.word == "invoice":
        row = payments.settle(call.books, row)
    message = note(call, kind, row, said)
    if event is None:
        occasion = "thank_you" if said.get("thank_you") else kind.word
        mail(call, kind, row, occasion, said, with_pdf=bool(said.get("attach_pdf")))
    return message


def note(call: Call, kind: Kind, row: Row, said: Row) -> Row:
    """Keep a message of the caller's with the document *row*."""
    return _kept(call.books, kind, row, said, call.person.row)


def load(books: Books, kind: Kind, row: Row, seeds: Iterable[Row]) -> None:
    """The messages that a seed has of the document *row*."""
    for seed in seeds:
        usual = {"event_type": None, "subject": None, "body": None, "created_at": row["sent_at"]}
        said = {**usual, **seed, "recipients": _recipients(seed["recipients"])}
        who = said.pop("sent_by", None)
        _kept(books, kind, row, said, documents.chief(books) if who is None else books.row(USERS, who))


def _kept(books: Books, kind: Kind, row: Row, said: Row, me: Row) -> Row:
    """A stored message that *me* sent."""
    names = {"sent_by": shapes.full_name(me), "sent_by_email": me["email"]}
    names |= {"sent_from": names["sent_by"], "sent_from_email": me["email"]}
    more: Row = {}
    if kind.word == "invoice":
        more = {"reminder": False, "send_reminder_on": None}
        more["include_link_to_client_invoice"] = bool(row["payment_options"])
    usual: Row = {"attach_pdf": False, "thank_you": False, "send_me_a_copy": False}
    return books.insert(kind.messages, {**usual, **said, **names, **more, kind.owner: row["id"]})


def mail(call: Call, kind: Kind, row: Row, occasion: str, said: Row, *, with_pdf: bool) -> None:
    """Put a mail about *row* into the outbox.  Without a subject it gets the document's name (uncertain)."""
    page = f"{call.root}/client/{kind.table.name}/{row['client_key']}"
    me = {"name": shapes.full_name(call.person.row), "email": call.person.row["email"]}
    outbox.post(
        call.books,
        occasion,
        me,
        said["recipients"],
        said["subject"] or f"{papers.title(kind, row)} from {call.company['name']}",
        f"{said['body'] or ''}\n\n{page}\n".lstrip("\n"),
        [papers.attached(call.books, kind, row)] if with_pdf else [],
    )


def _refuse_unsendable(kind: Kind, said: Row) -> None:
    """422 for a mail that nobody would get, or (about an invoice) that says nothing; the words are ours."""
    wrong = []
    if not said["recipients"] and (kind.word == "estimate" or not said["send_me_a_copy"]):
        wrong.append("Recipients can't be blank")
    if kind.word == "invoice" and coerce.is_blank(said["body"]):
        wrong.append("Body can't be blank")
    if wrong:
        raise invalid(*wrong)


def _with_copy(recipients: list[Row], me: Row) -> list[Row]:
    if any(one["email"].lower() == me["email"].lower() for one in recipients):
        return recipients
    return [*recipients, {"name": shapes.full_name(me), "email": me["email"]}]
