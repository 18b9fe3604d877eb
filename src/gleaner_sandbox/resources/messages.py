"""``/invoices/{id}/messages`` and ``/estimates/{id}/messages``.  Source: api.md §17.4, §18."""

from collections.abc import Callable, Mapping, Sequence

from gleaner_sandbox import shapes
from gleaner_sandbox.billing import letters, mailing, scope
from gleaner_sandbox.billing.kinds import ESTIMATE, INVOICE, Kind
from gleaner_sandbox.billing.letters import Occasion
from gleaner_sandbox.rules import coerce
from gleaner_sandbox.rules.fields import Field
from gleaner_sandbox.schemas import FLAG, INT, STRING, Schema, declare, paged
from gleaner_sandbox.tables import ESTIMATES, Row
from gleaner_sandbox.wire.answers import Answer
from gleaner_sandbox.wire.call import Call, ok
from gleaner_sandbox.wire.endpoints import endpoint
from gleaner_sandbox.wire.listing import asked, conditions, listed

_TEMPLATE = declare(
    "InvoiceMessageTemplate",
    {"invoice_id": INT, "subject": STRING, "body": STRING, "reminder": FLAG, "thank_you": FLAG},
)


def _serve(
    kind: Kind,
    found: Callable[[Call], Row],
    write: str,
    declared: Sequence[Field],
    keys: Mapping[str, Schema],
) -> None:
    """The endpoints of one kind's messages.  *write* is the permission to send and to change the state."""
    plural, word = kind.table.name, kind.word
    place = f"/{plural}/{{id}}/messages"
    shown = declare(f"{word.capitalize()}Message", keys)

    def render(row: Row) -> Row:
        return shapes.picked(row, keys)

    @endpoint(
        "GET",
        place,
        f"{plural}.read",
        kind.feature,
        asks=("updated_since",),
        answers=paged(f"{word}_messages", shown),
    )
    def index(call: Call) -> Answer:
        asked_for = conditions(call)
        asked_for.add(f"{kind.owner} = ?", found(call)["id"])
        return listed(call, f"{word}_messages", kind.messages, render, asked_for)

    @endpoint("POST", place, write, kind.feature, accepts=declared, answers=shown)
    def create(call: Call) -> Answer:
        row = found(call)
        message = mailing.create(call, kind, declared, row)
        return call.created(f"/{plural}/{row['id']}/messages", render(message))

    @endpoint("DELETE", f"{place}/{{id}}", write, kind.feature, answers=shown)
    def delete(call: Call) -> Answer:
        """The message goes; what it did stays done."""
        row = found(call)
        message = call.find(kind.messages, call.ids[1], **{kind.owner: row["id"]})
        call.books.delete(kind.messages, message["id"])
        return ok(render(message))


@endpoint(
    "GET",
    "/invoices/{id}/messages/new",
    "invoices.read",
    "invoice_feature",
    asks=("thank_you", "reminder"),
    answers=_TEMPLATE,
)
def template(call: Call) -> Answer:
    """A text to start from; nothing is stored.  Asked for both, it thanks (uncertain)."""
    row = scope.found(call)
    thanks, reminds = (bool(asked(call, name, coerce.flag)) for name in ("thank_you", "reminder"))
    occasion: Occasion = "thank_you" if thanks else "reminder" if reminds else "new"
    return ok(
        {
            "invoice_id": row["id"],
            "subject": letters.subject(call.books, row, occasion),
            "body": letters.body(call.books, row, occasion),
            "reminder": occasion == "reminder",
            "thank_you": thanks,
        }
    )


def _estimate(call: Call) -> Row:
    return call.find(ESTIMATES, call.ids[0])


_serve(INVOICE, scope.found, "invoices.manage", mailing.INVOICE_FIELDS, mailing.INVOICE_SHAPE)
_serve(ESTIMATE, _estimate, "estimates.write", mailing.FIELDS, mailing.SHAPE)
