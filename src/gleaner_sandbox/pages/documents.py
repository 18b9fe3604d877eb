"""The pages that clients see: an invoice or an estimate by its ``client_key``, as HTML and as ``.pdf``.

Nobody signs in; the key is the secret.  Source: api.md §17 ``client_key``, §17.3.
"""

from gleaner_sandbox.billing import papers
from gleaner_sandbox.billing.kinds import ESTIMATE, INVOICE, Kind
from gleaner_sandbox.state import State
from gleaner_sandbox.wire.answers import HTML, Answer, unroutable
from gleaner_sandbox.wire.outside import served
from gleaner_sandbox.wire.request import Request


def _serve(kind: Kind) -> None:
    prefix = f"/client/{kind.table.name}"

    @served(prefix)
    def show(state: State, request: Request) -> Answer:
        name = request.path.removeprefix(prefix).strip("/")
        key = name.removesuffix(".pdf")
        found = state.everywhere(kind.table, "json_extract(doc, '$.client_key') = ?", key)
        if request.method != "GET" or not found:
            return unroutable()
        with state.reading(found[0]["account_id"]) as books:
            if key != name:
                return Answer(200, papers.as_pdf(books, kind, found[0]), media_type=papers.PDF)
            return Answer(200, papers.as_page(books, kind, found[0]), media_type=HTML)


_serve(INVOICE)
_serve(ESTIMATE)
