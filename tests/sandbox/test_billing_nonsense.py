"""Whatever a client sends about invoices and estimates, it is answered: never with a bug."""

from contextlib import closing
from typing import Any

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from tests.sandbox import house
from tests.sandbox.test_nonsense import VALUES, as_json

from gleaner_sandbox.server import Running

RESTS = st.dictionaries(
    st.sampled_from(
        "number tax tax2 discount issue_date due_date payment_term payment_options estimate_id retainer_id subject "
        "purchase_order notes currency client_id".split()
    ),
    VALUES,
    max_size=6,
)
LINES = st.dictionaries(
    st.sampled_from("id kind unit_price quantity description taxed project_id _destroy".split()),
    VALUES,
    max_size=5,
)
WANTED = st.dictionaries(
    st.sampled_from("summary_type from to attach_receipt".split()),
    VALUES | st.sampled_from(["task", "project", "detailed", "2026-03-02"]),
    max_size=4,
)


@settings(max_examples=100, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    lines=st.lists(LINES | VALUES, max_size=3),
    wanted=st.dictionaries(st.sampled_from(["time", "expenses"]), WANTED | VALUES, max_size=2),
    rest=RESTS,
    kind=st.sampled_from(["invoices", "estimates"]),
)
def test_no_lines_and_no_import_break_a_document(
    running: Running, lines: list[Any], wanted: dict[str, Any], rest: dict[str, Any], kind: str
) -> None:
    worked: Any = [{}]
    with closing(house.build(running, entries=worked)) as firm:
        api, portal = firm.api(), firm.ids["portal"]
        said = {"line_items": lines, "line_items_import": {"project_ids": [portal], **wanted}}
        body = {**rest, "client_id": firm.ids["acme"], **said}
        answer = api.call("POST", f"/{kind}", **as_json(body))
        assert answer.status_code in (201, 404, 422), answer.text
        if answer.status_code == 201:
            changed = api.call("PATCH", f"/{kind}/{answer.json()['id']}", **as_json({**rest, **said}))
            assert changed.status_code in (200, 404, 422), changed.text
            key = answer.json()["client_key"]
            origin = firm.running.base_url.removesuffix("/v2")
            for shown in ("", ".pdf"):
                assert api.call("GET", f"{origin}/client/{kind}/{key}{shown}").status_code == 200


@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    body=st.dictionaries(
        st.sampled_from(
            "event_type recipients subject body send_me_a_copy attach_pdf thank_you amount paid_at paid_date notes "
            "include_link_to_client_invoice send_thank_you".split()
        ),
        VALUES | st.sampled_from(["send", "close", "2026-03-02", [{"email": "a@b.example", "name": "x\n"}]]),
        max_size=6,
    ),
    place=st.sampled_from(["invoices/{}/messages", "invoices/{}/payments", "estimates/{}/messages"]),
)
def test_no_message_and_no_payment_break_one(running: Running, place: str, body: dict[str, Any]) -> None:
    with closing(house.build(running)) as firm:
        api = firm.api()
        made = api.post(f"/{place.partition('/')[0]}", client_id=firm.ids["acme"])["id"]
        answer = api.call("POST", f"/{place.format(made)}", **as_json(body))
        assert answer.status_code in (201, 422), answer.text
