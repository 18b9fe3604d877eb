"""What Harvest would have mailed: kept, shown, delivered; and the pages that the mails point to."""

import re
import socket
import time
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import httpx2
import pytest
from tests.sandbox import house
from tests.sandbox.house import AGENT, House
from tests.sandbox.mail_server import MailServer
from typer.testing import CliRunner

from gleaner_sandbox import loopback
from gleaner_sandbox.cli import app
from gleaner_sandbox.clock import Clock
from gleaner_sandbox.server import serve_in_thread
from gleaner_sandbox.state import State

ADA = {"name": "Ada", "email": "ada@acme.example"}


def sandbox(firm: House, path: str, method: str = "GET", **how: Any) -> httpx2.Response:
    return httpx2.request(method, f"{firm.running.control_url}{path}", headers={"User-Agent": AGENT}, **how)


def outbox(firm: House) -> list[Any]:
    found: list[Any] = sandbox(firm, f"/outbox?account_id={firm.account_id}").json()["outbox"]
    return found


def invoice(firm: House, **said: Any) -> Any:
    usual = {"client_id": firm.ids["acme"], "line_items": [{"kind": "Service", "unit_price": 100}]}
    return firm.api().post("/invoices", **{**usual, **said})


def structure(data: bytes) -> list[bytes]:
    """The objects of a PDF, each found where its table says."""
    start = int(data.rsplit(b"startxref\n", 1)[1].split()[0])
    assert data[start:].startswith(b"xref\n0 ")
    begins = [int(place) for place in re.findall(rb"(\d{10}) 00000 n \n", data[start:])]
    found = [data[begin:].split(b"\nendobj\n", 1)[0] for begin in begins]
    assert all(one.startswith(b"%d 0 obj\n" % number) for number, one in enumerate(found, 1))
    return found


def test_a_mailed_invoice_is_in_the_outbox_with_its_pdf(firm: House) -> None:
    made = invoice(firm, number="2026/7 (a)")
    said = {"recipients": [ADA], "subject": "Your invoice", "body": "Please pay", "attach_pdf": True}
    firm.api().post(f"/invoices/{made['id']}/messages", **said)
    (mail,) = outbox(firm)
    assert (mail["kind"], mail["account_id"], mail["at"]) == ("invoice", firm.account_id, house.NOW)
    assert mail["from"] == {"name": "Admin Person", "email": f"admin@firm{firm.account_id}.example"}
    assert (mail["recipients"], mail["subject"], mail["delivery"]) == ([ADA], "Your invoice", None)
    assert mail["body"].startswith("Please pay\n")
    assert made["client_key"] in mail["body"]
    (file,) = mail["attachments"]
    assert (file["name"], file["content_type"]) == ("invoice-2026-7-a.pdf", "application/pdf")
    got = httpx2.get(file["url"], headers={"User-Agent": AGENT})
    assert (got.headers["content-type"], len(got.content)) == ("application/pdf", file["size"])
    assert any(b"(Invoice 2026/7 \\(a\\)) Tj" in one for one in structure(got.content))
    assert sandbox(firm, f"/outbox/{mail['n']}").json() == mail


def test_a_long_invoice_has_several_pages(firm: House) -> None:
    lines = [{"kind": "Service", "unit_price": 1, "description": f"No. {n} — żółw"} for n in range(60)]
    made = invoice(firm, line_items=lines)
    data = page(firm, f"invoices/{made['client_key']}.pdf").content
    objects = structure(data)
    assert sum(b"/Type /Page " in one for one in objects) == 3
    assert b"/Count 3" in data


def test_marking_as_sent_mails_nothing(firm: House) -> None:
    made = invoice(firm)
    firm.api().post(f"/invoices/{made['id']}/messages", event_type="send", recipients=[ADA], body="x")
    assert outbox(firm) == []


def test_a_refused_message_mails_nothing(firm: House) -> None:
    made = invoice(firm)
    firm.api().refused("POST", f"/invoices/{made['id']}/messages", 422, recipients=[ADA])
    assert outbox(firm) == []


def test_whoever_pays_in_full_is_thanked_once(firm: House) -> None:
    api, made = firm.api(), invoice(firm)
    place = f"/invoices/{made['id']}"
    api.post(f"{place}/messages", recipients=[ADA], body="x")
    api.post(f"{place}/payments", amount=40)
    assert [mail["kind"] for mail in outbox(firm)] == ["invoice"]
    last = api.post(f"{place}/payments", amount=60)
    (_, thanks) = outbox(firm)
    assert (thanks["kind"], thanks["recipients"]) == ("thank_you", [ADA])
    (newest, _) = sorted(api.get(f"{place}/messages")["invoice_messages"], key=lambda one: -one["id"])
    assert (newest["thank_you"], newest["recipients"]) == (True, [ADA])
    api.delete(f"{place}/payments/{last['id']}")
    api.post(f"{place}/payments", amount=60, send_thank_you=False)
    assert len(outbox(firm)) == 2


def test_thanks_go_to_the_contacts_when_nothing_was_mailed_before(firm: House) -> None:
    api = firm.api()
    api.post("/contacts", client_id=firm.ids["acme"], first_name="Ada", email="ada@acme.example")
    api.post("/contacts", client_id=firm.ids["acme"], first_name="Bob")
    made = invoice(firm)
    api.post(f"/invoices/{made['id']}/messages", event_type="send")
    api.post(f"/invoices/{made['id']}/payments", amount=100)
    assert [mail["recipients"] for mail in outbox(firm)] == [[ADA]]


def test_estimates_and_invitations_are_mailed_too(firm: House) -> None:
    api = firm.api()
    made = api.post("/estimates", client_id=firm.ids["acme"])
    api.post(f"/estimates/{made['id']}/messages", recipients=[ADA])
    api.post("/users", first_name="New", last_name="Person", email="new@firm.example")
    offer, invitation = outbox(firm)
    assert (offer["kind"], offer["recipients"], offer["attachments"]) == ("estimate", [ADA], [])
    assert invitation["kind"] == "invitation"
    assert invitation["recipients"] == [{"name": "New Person", "email": "new@firm.example"}]


def test_the_outbox_can_be_emptied_and_numbers_do_not_come_back(firm: House) -> None:
    api, made = firm.api(), invoice(firm)
    api.post(f"/invoices/{made['id']}/messages", recipients=[ADA], body="x")
    (first,) = outbox(firm)
    assert sandbox(firm, "/outbox", "DELETE").json() == {"outbox": []}
    assert outbox(firm) == []
    assert sandbox(firm, f"/outbox/{first['n']}").status_code == 404
    api.post(f"/invoices/{made['id']}/messages", recipients=[ADA], body="x")
    assert outbox(firm)[0]["n"] > first["n"]


@pytest.mark.parametrize("path", ["/outbox/x", "/outbox/0/a.pdf", "/outbox/99999999999999999999"])
def test_what_the_outbox_has_not_is_not_found(firm: House, path: str) -> None:
    assert sandbox(firm, path).status_code == 404


def test_the_outbox_is_asked_and_emptied_and_nothing_else(firm: House) -> None:
    assert sandbox(firm, "/outbox?account_id=x").status_code == 422
    assert sandbox(firm, "/outbox", "POST").status_code == 404


def page(firm: House, path: str, method: str = "GET") -> httpx2.Response:
    origin = firm.running.base_url.removesuffix("/v2")
    return httpx2.request(method, f"{origin}/client/{path}")


def test_clients_read_their_invoice_without_signing_in(firm: House) -> None:
    line = {"kind": "Service", "unit_price": 1234.5, "description": "<b>Design</b> & more"}
    made = invoice(firm, line_items=[line], tax=10, notes="<script>alert(1)</script>", payment_term="net 30")
    shown = page(firm, f"invoices/{made['client_key']}")
    assert (shown.status_code, shown.headers["content-type"]) == (200, "text/html; charset=utf-8")
    assert "&lt;b&gt;Design&lt;/b&gt; &amp; more" in shown.text
    assert "<script>" not in shown.text
    assert "Amount: 1,234.50 EUR" in shown.text
    assert "04/01/2026 (net 30)" in shown.text
    pdf = page(firm, f"invoices/{made['client_key']}.pdf")
    assert pdf.headers["content-type"] == "application/pdf"
    structure(pdf.content)


def test_estimates_have_a_page_too_and_each_has_its_own(firm: House) -> None:
    made = firm.api().post("/estimates", client_id=firm.ids["acme"], subject="Relaunch")
    assert "Relaunch" in page(firm, f"estimates/{made['client_key']}").text
    assert page(firm, f"invoices/{made['client_key']}").status_code == 404
    assert page(firm, f"estimates/{made['client_key']}", "POST").status_code == 404
    assert page(firm, "estimates").status_code == 404


@contextmanager
def delivering(smtp: str) -> Iterator[House]:
    """A firm on a sandbox of its own that delivers its mails."""
    state = State(clock=Clock())
    with serve_in_thread(state, limits=False, smtp=smtp) as running:
        firm = house.build(running)
        yield firm
        firm.close()
    state.close()


def delivery(firm: House) -> str:
    """How the first mail went, once that is known."""
    for _ in range(200):
        if outbox(firm)[0]["delivery"] is not None:
            break
        time.sleep(0.05)
    return str(outbox(firm)[0]["delivery"])


def send(firm: House) -> None:
    made = invoice(firm, number="77")
    said = {
        "recipients": [ADA],
        "subject": "Łódź\r\nBcc: eve@evil.example",
        "body": "Grüße",
        "attach_pdf": True,
    }
    firm.api().post(f"/invoices/{made['id']}/messages", **said)


def test_mails_are_delivered_when_a_server_is_named() -> None:
    with MailServer(refuses=False) as server, delivering(server.address) as firm:
        send(firm)
        assert delivery(firm) == "delivered"
        (mail,) = server.got
    assert mail["To"] == "Ada <ada@acme.example>"
    assert (mail["Subject"], mail["Bcc"]) == ("Łódź Bcc: eve@evil.example", None)
    _, text, pdf = mail.walk()
    assert text.get_payload(decode=True).decode().startswith("Grüße")  # type: ignore[union-attr]
    assert pdf.get_filename() == "invoice-77.pdf"
    structure(pdf.get_payload(decode=True))  # type: ignore[arg-type]


def test_a_mail_that_is_refused_is_noted_and_the_answer_is_fine() -> None:
    with MailServer(refuses=True) as server, delivering(server.address) as firm:
        send(firm)
        assert delivery(firm).startswith("failed: ")
        assert "nobody here" in delivery(firm)
        assert server.got == []


def test_no_server_at_all_is_noted_too() -> None:
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = taken.getsockname()[1]
    with delivering(f"127.0.0.1:{port}") as firm:
        send(firm)
        assert delivery(firm).startswith("failed: ")


@pytest.mark.parametrize("address", ["192.0.2.1:25", "mail.example:25", "127.0.0.1", "127.0.0.1:0", ":25"])
def test_only_loopback_gets_mail(address: str) -> None:
    with pytest.raises(ValueError, match=r"loopback|HOST:PORT|not appear"):
        loopback.address(address)
    said = CliRunner().invoke(app, ["serve", "--smtp", address])
    assert (said.exit_code, "Traceback" in said.output) == (2, False)
