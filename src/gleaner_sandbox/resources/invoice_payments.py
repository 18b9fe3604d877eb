"""``/invoices/{id}/payments``.  Source: api.md §17.5."""

from gleaner_sandbox import shapes
from gleaner_sandbox.billing import letters, mailing, payments, scope
from gleaner_sandbox.billing.kinds import INVOICE
from gleaner_sandbox.billing.payments import PAYMENTS
from gleaner_sandbox.rules import coerce, fields
from gleaner_sandbox.schemas import DAY, INT, MOMENT, NUMBER, STRING, declare, maybe, paged, shape
from gleaner_sandbox.tables import CONTACTS, Row
from gleaner_sandbox.wire.answers import Answer, invalid
from gleaner_sandbox.wire.call import Call, ok
from gleaner_sandbox.wire.endpoints import endpoint
from gleaner_sandbox.wire.listing import conditions, listed

FIELDS = [
    fields.number("amount", required=True),
    fields.Field("paid_at", coerce.moment),
    fields.day("paid_date"),
    fields.text("notes"),
    fields.flag("send_thank_you", default=True),
]
SHAPE = {
    "id": INT,
    "amount": NUMBER,
    "paid_at": MOMENT,
    "recorded_by": STRING,
    "recorded_by_email": STRING,
    "notes": maybe(STRING),
    "transaction_id": maybe(STRING),
    "created_at": MOMENT,
    "updated_at": MOMENT,
    "payment_gateway": shape({"id": maybe(INT), "name": maybe(STRING)}),
    "paid_date": DAY,
}
PAYMENT = declare("InvoicePayment", SHAPE)
NOT_ONLINE: Row = {"transaction_id": None, "payment_gateway": {"id": None, "name": None}}


def render(row: Row) -> Row:
    return shapes.picked(row, SHAPE)


@endpoint(
    "GET",
    "/invoices/{id}/payments",
    "invoices.read",
    "invoice_feature",
    asks=("updated_since",),
    answers=paged("invoice_payments", PAYMENT),
)
def index(call: Call) -> Answer:
    asked_for = conditions(call)
    asked_for.add("invoice_id = ?", scope.found(call)["id"])
    return listed(call, "invoice_payments", PAYMENTS, render, asked_for)


@endpoint(
    "POST",
    "/invoices/{id}/payments",
    "invoices.manage",
    "invoice_feature",
    accepts=FIELDS,
    answers=PAYMENT,
)
def create(call: Call) -> Answer:
    invoice = scope.found(call)
    said = call.read(FIELDS)
    if said["amount"] <= 0:
        raise invalid("Amount must be greater than 0")  # uncertain; more than is due is taken (uncertain too)
    me = call.person.row
    row = {
        **NOT_ONLINE,
        **_when(call, said),
        "amount": said["amount"],
        "notes": said["notes"],
        "recorded_by": shapes.full_name(me),
        "recorded_by_email": me["email"],
        "invoice_id": invoice["id"],
    }
    payment = call.books.insert(PAYMENTS, row)
    settled = payments.settle(call.books, invoice)
    if said["send_thank_you"] and settled["state"] == "paid" != invoice["state"]:
        _thank(call, settled)
    return call.created(f"/invoices/{invoice['id']}/payments", render(payment))


@endpoint("DELETE", "/invoices/{id}/payments/{id}", "invoices.manage", "invoice_feature", answers=PAYMENT)
def delete(call: Call) -> Answer:
    invoice = scope.found(call)
    payment = call.find(PAYMENTS, call.ids[1], invoice_id=invoice["id"])
    call.books.delete(PAYMENTS, payment["id"])
    payments.settle(call.books, invoice)
    return ok(render(payment))


def _when(call: Call, said: Row) -> Row:
    """Moment and day of a payment: of one comes the other; neither means now.  Both are refused (uncertain)."""
    if said["paid_at"] and said["paid_date"]:
        raise invalid("Paid at and paid date can't both be given")
    if said["paid_date"]:
        return {"paid_at": f"{said['paid_date']}T00:00:00Z", "paid_date": said["paid_date"]}
    if said["paid_at"]:
        return {"paid_at": said["paid_at"], "paid_date": said["paid_at"][:10]}
    return {"paid_at": call.books.now, "paid_date": call.today()}


def _thank(call: Call, invoice: Row) -> None:
    """Mail the thanks, and keep them as a message, to those who got the invoice, else to the client's contacts
    (whom Harvest thanks is uncertain); to nobody when there are none."""
    mailed = [
        message["recipients"]
        for message in call.books.select(INVOICE.messages, "invoice_id = ?", [invoice["id"]], order="id DESC")
        if message["recipients"]
    ]
    contacts = call.books.select(CONTACTS, "client_id = ?", [invoice["client_id"]])
    known = [
        {"name": shapes.full_name(_named(one)), "email": one["email"]} for one in contacts if one["email"]
    ]
    recipients = mailed[0] if mailed else known
    if not recipients:
        return
    said = {
        "event_type": None,
        "recipients": recipients,
        "subject": letters.subject(call.books, invoice, "thank_you"),
        "body": letters.body(call.books, invoice, "thank_you"),
        "thank_you": True,
    }
    mailing.note(call, INVOICE, invoice, said)
    mailing.mail(call, INVOICE, invoice, "thank_you", said, with_pdf=False)


def _named(contact: Row) -> Row:
    return {**contact, "last_name": contact["last_name"] or ""}
