"""Invoices in a browser: what is due, one from top to bottom, letting it go; and from the wrong side."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime

import pytest
from tests.journeys.billing import (
    CONTACT,
    billable,
    billed,
    in_month,
    invoices,
    mails,
    month_end,
    ours,
    rule,
    today,
    worked,
)
from tests.journeys.pages import Browser, Pages, pages
from tests.journeys.test_filing import receipt, spent
from tests.journeys.test_german_pages import GERMAN, left
from tests.journeys.world import ANA, BO, CY, World

from gleaner.faces.web.site import LANGUAGE


@contextmanager
def open_site(world: World) -> Iterator[Pages]:
    """Invoices go by the clock of the machine, and so does whoever looks."""
    with pages(world, datetime.now(UTC)) as found:
        yield found


@pytest.fixture
def due(world: World) -> World:
    """Three entries of last month wait for the rule of Acme."""
    billable(world)
    rule(world, *month_end('summary = "task"', "tax = 19"))
    worked(world, 2.5, 4.25)
    worked(world, 1.0, task="design", who=BO)
    world.fine("sync")
    return world


def drafted(world: World) -> str:
    """The short name of its draft in Harvest."""
    world.fine("invoices", "draft")
    return str(ours(world)[0]["id"])


def test_why_it_is_due_is_german_before_and_after_it_is_made(due: World) -> None:
    with open_site(due) as site:
        ana = site.browser(ANA)
        seen = [
            ana.get(path, **GERMAN) for path in ("/invoices", "/invoices/due?rule=acme", "/invoices/simulate")
        ]
        made = ana.post("/invoices/draft", {"rule": "acme"}, **GERMAN)

    assert "Der Monat endete am" in seen[0].words
    assert "7,75 abrechenbare Stunden warten." in seen[1].words
    assert "7,75 abrechenbare Stunden warten." in made.words
    assert [left(one) for one in seen] == [[], [], []]


def test_what_is_due_says_why_and_becomes_a_draft_whose_proof_adds_up(due: World) -> None:
    with open_site(due) as site:
        ana = site.browser(ANA)
        assert "acme: 737.80 EUR · 7.75 h" in ana.get("/invoices").words
        seen = ana.get("/invoices/due?rule=acme").words
        assert "Why now" in seen
        assert "Σ = 620.00 EUR" in seen
        made = ana.post("/invoices/draft", {"rule": "acme"})
        assert (
            "3 entries · 7.75 h · Σ entries × rate = 620.00 EUR → 737.80 with discount and tax = invoice total ✓"
            in (made.words)
        )
        assert made.path.startswith("/invoices/")
        assert [one["state"] for one in invoices(due)] == ["draft"]
        again = ana.post("/invoices/draft", {"rule": "acme"})
        assert "acme is not due any more, so nothing was made." in again.words
    assert len(invoices(due)) == 1


def test_sending_shows_the_mail_first_and_mails_it_once(due: World) -> None:
    short = drafted(due)
    with open_site(due) as site:
        ana = site.browser(ANA)
        asked = ana.get(f"/invoices/{short}/send")
        assert CONTACT in asked.words
        assert "737.80 EUR" in asked.words
        assert "Send invoice" in asked.words
        assert mails(due) == []
        seen = asked.value("seen")
        sent = ana.post(f"/invoices/{short}/send", {"seen": seen})
        assert f"to {CONTACT}" in sent.words
        assert "Nothing is to be done here." in sent.words
        twice = ana.post(f"/invoices/{short}/send", {"seen": seen})
        assert "only a draft" in twice.words
    (mail,) = mails(due)
    assert [to["email"] for to in mail["recipients"]] == [CONTACT]


def test_nothing_is_sent_when_it_changed_since_it_was_shown(due: World) -> None:
    short = drafted(due)
    with open_site(due) as site:
        ana = site.browser(ANA)
        seen = ana.get(f"/invoices/{short}/send").value("seen")
        (made,) = invoices(due)
        due.api().patch(f"/invoices/{made['id']}", notes="Pay to another account, please")
        for verb in ("send", "approve", "mark-sent"):
            assert "changed since it was shown" in ana.post(f"/invoices/{short}/{verb}", {"seen": seen}).words
        for forged in ("", "x" * 64):
            said = ana.post(f"/invoices/{short}/send", {"seen": forged}).words
            assert "changed since" in said or "did not say what was shown" in said
    assert mails(due) == []
    assert [one["state"] for one in invoices(due)] == ["draft"]


def test_a_draft_is_approved_as_it_stands_and_mailed_by_the_next_look(due: World) -> None:
    short = drafted(due)
    with open_site(due) as site:
        ana = site.browser(ANA)
        said = ana.post(f"/invoices/{short}/approve", {"seen": ana.get(f"/invoices/{short}").value("seen")})
        assert "may go: the next look at invoices mails it" in said.words
        assert "Ana Person" in said.words
    assert ours(due)[0]["state"] == "approved"
    assert mails(due) == []


def test_marked_as_sent_mails_nobody(due: World) -> None:
    short = drafted(due)
    with open_site(due) as site:
        ana = site.browser(ANA)
        seen = ana.get(f"/invoices/{short}").value("seen")
        assert "nobody was mailed" in ana.post(f"/invoices/{short}/mark-sent", {"seen": seen}).words
    assert mails(due) == []
    assert [one["state"] for one in invoices(due)] == ["open"]


def test_taken_back_after_a_second_page_and_made_again(due: World) -> None:
    short = drafted(due)
    with open_site(due) as site:
        ana = site.browser(ANA)
        asked = ana.get(f"/invoices/{short}/cancel")
        assert "Its 7.75 h can be invoiced again." in asked.words
        stale = asked.value("seen")
        ana.post(f"/invoices/{short}/approve", {"seen": ana.get(f"/invoices/{short}").value("seen")})
        assert (
            "look at it again before it is taken back"
            in ana.post(f"/invoices/{short}/cancel", {"seen": stale}).words
        )
        assert billed(due) == 3
        seen = ana.get(f"/invoices/{short}/cancel").value("seen")
        assert "7.75 h can be invoiced again" in ana.post(f"/invoices/{short}/cancel", {"seen": seen}).words
        assert (invoices(due), billed(due)) == ([], 0)
        assert ana.get(f"/invoices/{short}/cancel").status == 403
        worked(due, 1.0)
        said = ana.post(f"/invoices/{short}/again").words
        assert "Changed since you looked last" in said
    assert [one["amount"] for one in invoices(due)] == [833.0]


def test_who_answers_for_the_rule_is_told_that_another_has_to_let_it_go(world: World) -> None:
    billable(world)
    rule(world, *month_end(), author=ANA)
    worked(world, 3.0)
    short = drafted(world)
    with open_site(world) as site:
        ana = site.browser(ANA)
        seen = ana.get(f"/invoices/{short}")
        assert "You cannot let it go:" in seen.words
        assert f"/invoices/{short}/approve" not in seen.text
        assert ana.get(f"/invoices/{short}/send").status == 403
        assert "answers for the rule" in ana.post(f"/invoices/{short}/approve", {"seen": "x"}).words
    assert mails(world) == []


def test_it_is_whoever_signed_in_who_lets_it_go_and_not_the_tokens_owner(world: World) -> None:
    billable(world)
    rule(world, *month_end(), author=ANA)
    worked(world, 3.0)
    world.api().patch(f"/users/{world.user(BO)}", access_roles=["administrator"])
    short = drafted(world)
    with open_site(world) as site:
        bo = site.browser(BO)
        seen = bo.get(f"/invoices/{short}/send").value("seen")
        assert f"to {CONTACT}" in bo.post(f"/invoices/{short}/send", {"seen": seen}).words
        said = {(line.actor, line.event) for line in site.account.journal.lines(limit=50)}
    assert {(BO, "approved"), (BO, "applied")} <= said
    assert len(mails(world)) == 1


def test_whoever_may_let_it_go_is_asked_once(world: World, capsys: pytest.CaptureFixture[str]) -> None:
    billable(world)
    rule(world, *month_end(f'approvers = ["{BO}"]'), author=ANA)
    world.say("[[channels]]", 'kind = "console"')
    worked(world, 3.0)
    short = drafted(world)
    with open_site(world) as site:
        ana = site.browser(ANA)
        seen = ana.get(f"/invoices/{short}")
        assert "May let it go: Bo Person." in seen.words
        assert "look at it again" in ana.post(f"/invoices/{short}/ask", {"seen": "x"}).words
        asked = ana.post(f"/invoices/{short}/ask", {"seen": seen.value("seen")})
        assert "Told that it waits: Bo Person." in asked.words
        assert "They were asked" in asked.words
        again = ana.post(f"/invoices/{short}/ask", {"seen": seen.value("seen")})
        assert "were asked already" in again.words
    assert capsys.readouterr().err.count("waits for you") == 1
    assert mails(world) == []


def test_an_invoice_that_does_not_add_up_shows_the_difference_and_no_button_to_send(due: World) -> None:
    short = drafted(due)
    (made,) = invoices(due)
    line = made["line_items"][0]
    due.api().patch(
        f"/invoices/{made['id']}", line_items=[{"id": line["id"], "unit_price": line["unit_price"] + 1}]
    )
    with open_site(due) as site:
        seen = site.browser(ANA).get(f"/invoices/{short}")
        assert "≠ invoice total" in seen.words
        assert "It is not sent while it does not add up." in seen.words
        assert "mark-sent" not in seen.text


def test_a_phase_is_marked_in_the_browser_and_the_rule_that_waits_is_named(world: World) -> None:
    billable(world)
    rule(world, 'trigger = {kind = "phase-complete", phase = "Design"}')
    world.fine("sync")
    with open_site(world) as site:
        ana = site.browser(ANA)
        assert "Apollo design open acme" in ana.get("/invoices/phases").words
        form = {"project": str(world.ids["apollo"]), "phase": "Design", "on": today().isoformat()}
        said = ana.post("/invoices/phases", form).words
        assert "Rules that go by it: acme." in said
        assert "Apollo design done" in said
        assert "is open again" in ana.post("/invoices/phases", {**form, "open": "1"}).words
        for wrong in ({"on": "soon"}, {"phase": ""}, {"project": "Nowhere"}, {"phase": "x" * 81}):
            assert ana.post("/invoices/phases", {**form, **wrong}).status == 400


def test_what_a_rule_by_phase_waits_for_is_said_in_both_languages(world: World) -> None:
    billable(world)
    rule(world, 'trigger = {kind = "phase-complete", phase = "Design"}')
    world.fine("sync")
    with open_site(world) as site:
        ana = site.browser(ANA)
        assert "not due: the phase “Design” is not done" in ana.get("/invoices").words
        assert "It is not due. The phase “Design” is not done" in ana.get("/invoices/due?rule=acme").words
        ana.client.cookies.set(LANGUAGE, "de")
        assert "Die Phase „Design“ ist nicht abgeschlossen" in ana.get("/invoices/due?rule=acme").words


def test_what_rules_would_have_made(due: World) -> None:
    with open_site(due) as site:
        ana = site.browser(ANA)
        assert "our copy of Harvest does not reach back" in ana.get("/invoices/simulate?months=24").words
        assert "Nothing is made." in ana.get("/invoices/simulate?months=1").words
        for months in ("0", "25", "x", "1e3", "٣"):
            assert ana.get(f"/invoices/simulate?months={months}").status == 404


def test_receipts_are_shown_small_and_saved_as_what_they_are(world: World) -> None:
    billable(world)
    rule(world, *month_end('expenses = "category"'))
    worked(world, 1.0)
    path = receipt(world, name="taxi.pdf")
    given = ("--project", "APL", "--category", "Meals", "--on", in_month(1), "--amount", "20")
    world.fine("expenses", "add", str(path), *given)
    short = drafted(world)
    (one,) = spent(world)
    with open_site(world) as site:
        ana = site.browser(ANA)
        address = f"/invoices/{short}/receipts/{one['id']}"
        assert f'src="{address}/small"' in ana.get(f"/invoices/{short}").text
        small, whole = ana.get(f"{address}/small"), ana.get(address)
        assert (small.status, small.headers["content-type"]) == (200, "image/png")
        assert (whole.status, whole.headers["content-type"]) == (200, "application/pdf")
        assert whole.headers["content-disposition"].startswith("attachment;")
        assert "sandbox" in whole.headers["content-security-policy"]
        tag = small.headers["etag"]
        again = ana.client.get(f"{address}/small", headers={"if-none-match": tag})
        assert (again.status_code, again.content) == (304, b"")
        for seen in ("", "/small"):
            other = site.browser(BO).client.get(f"{address}{seen}", headers={"if-none-match": tag})
            assert other.status_code == 404


def looked_at(browser: Browser, short: str) -> list[int]:
    """What comes of every address of the invoice."""
    reads = ("", "/send", "/cancel", "/receipts/1", "/receipts/1/small")
    statuses = [browser.get(f"/invoices/{short}{one}").status for one in reads]
    statuses += [
        browser.get(one).status for one in ("/invoices", "/invoices/due?rule=acme", "/invoices/phases")
    ]
    verbs = ("approve", "ask", "send", "mark-sent", "cancel", "again")
    statuses += [browser.post(f"/invoices/{short}/{verb}", {"seen": "x"}).status for verb in verbs]
    form = {"rule": "acme", "project": "Apollo", "phase": "Design"}
    return statuses + [browser.post(f"/invoices/{one}", form).status for one in ("draft", "phases", "look")]


def test_nobody_but_administrators_finds_anything_there(due: World) -> None:
    short = drafted(due)
    due.api().patch(f"/users/{due.user(BO)}", access_roles=["manager", "billable_rates_manager"])
    due.fine("sync")
    with open_site(due) as site:
        for who in (BO, CY):
            assert set(looked_at(site.browser(who), short)) == {404}
            assert "/invoices" not in site.browser(who).get("/keys").text
    assert [one["state"] for one in invoices(due)] == ["draft"]


def test_what_is_no_invoice_is_not_there(due: World) -> None:
    short = drafted(due)
    with open_site(due) as site:
        ana = site.browser(ANA)
        assert ana.get(f"/invoices/{short}").status == 200
        for name in (short[:4], f"{short}0", "zzzzzzz", "%00", "-1", "a" * 3000, "%27%20OR%201"):
            assert ana.get(f"/invoices/{name}").status == 404
        for expense in ("1", "x", "-1", "9" * 30):
            assert ana.get(f"/invoices/{short}/receipts/{expense}").status == 404
        assert ana.get("/invoices/due?rule=nothing").status == 404
