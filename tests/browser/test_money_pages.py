"""The pages for managers and about money in a browser: on a desk, and on a phone in the dark in German."""

from __future__ import annotations

from collections.abc import Sequence
from contextlib import AbstractContextManager
from datetime import UTC, datetime
from pathlib import Path

import pytest
from playwright.sync_api import Page, expect
from tests.browser.conftest import Window
from tests.browser.looking import PHONE, look, sign_in, watched
from tests.journeys.billing import billable, in_month, invoices, mails, month_end, ours, rule, worked
from tests.journeys.conftest import Builder
from tests.journeys.leaky import leaky
from tests.journeys.pages import Pages, pages
from tests.journeys.test_budgets import budgeted
from tests.journeys.test_compliance import SUNDAY, WEDNESDAY_AFTER, WORKDAYS, at, log
from tests.journeys.test_expenses import printed
from tests.journeys.test_filing import TAXI, receipt, spent
from tests.journeys.world import ANA, BO, CY, TUESDAY, World, meeting

from gleaner.faces.web.site import LANGUAGE

PNG = bytes.fromhex(
    "89504e470d0a1a0a0000000d49484452000000010000000108060000001f15c4890000000d49444154789c6360f8cfc000000301"
    "01005a1ed2a00000000049454e44ae426082"
)
"""One grey point."""


def opened(window: Window, site: Pages, path: str, *, phone: bool = False, script: bool = True) -> Page:
    """Ana's window there; a phone is dark and speaks German."""
    page = window(width=PHONE if phone else 1280, dark=phone, script=script)
    sign_in(page, site, ANA)
    if phone:
        page.context.add_cookies([{"name": LANGUAGE, "value": "de", "url": site.base}])
    page.goto(f"{site.base}{path}")
    return page


def look_everywhere(window: Window, site: Pages, places: Sequence[tuple[str, str]]) -> None:
    """Both windows at each of *places*: a path, and what its picture is called."""
    for phone in (False, True):
        page = opened(window, site, places[0][0], phone=phone)
        said = watched(page)
        for path, name in places:
            answer = page.goto(f"{site.base}{path}")
            assert answer is not None
            assert answer.ok, path
            look(page, f"{name}-phone" if phone else name)
        assert said == []


def invoicing(world: World) -> World:
    """A month waits for the rule of Acme, with a receipt; one older entry and one expense stay out."""
    billable(world)
    rule(world, *month_end('summary = "task"', 'expenses = "category"', "tax = 19"))
    rule(
        world,
        'trigger = {kind = "phase-complete", phase = "Design"}',
        name="portal",
        projects="Customer Portal",
    )
    worked(world, 2.5, 4.25)
    worked(world, 1.0, task="design", who=BO)
    given = ("--project", "APL", "--category", "Meals", "--on", in_month(1), "--amount", "20")
    world.fine("expenses", "add", str(receipt(world)), *given)
    world.fine("sync")
    return world


def now(world: World) -> AbstractContextManager[Pages]:
    """Invoices go by the clock of the machine."""
    return pages(world, datetime.now(UTC))


def test_an_invoice_from_due_to_sent(window: Window, new_world: Builder) -> None:
    world = invoicing(new_world())
    with now(world) as site:
        look_everywhere(
            window, site,
            [("/invoices", "invoices"), ("/invoices/due?rule=acme", "invoice-due"), ("/invoices/phases", "phases"),
             ("/invoices/simulate?months=1", "simulate")],
        )  # fmt: skip
        page = opened(window, site, "/invoices/due?rule=acme")
        page.get_by_role("button", name="Save draft in Harvest").click()
        expect(page.locator(".strip")).to_contain_text("invoice total ✓")
        short = ours(world)[0]["id"]
        here = f"/invoices/{short}"
        look_everywhere(
            window,
            site,
            [(here, "invoice"), (f"{here}/send", "invoice-send"), (f"{here}/cancel", "invoice-cancel")],
        )
        page.goto(f"{site.base}{here}")
        page.get_by_role("button", name="Approve").click()
        expect(page.locator("#said")).to_contain_text("may go")
        look(page, "invoice-approved")
        page.get_by_role("link", name="Send…").click()
        page.get_by_role("button", name="Send invoice").click()
        expect(page.locator("#said")).to_contain_text("Sent invoice")
        look(page, "invoice-sent")
    assert len(mails(world)) == 1


def test_without_scripts_a_draft_that_differs_is_taken_back_and_made_again(
    window: Window, new_world: Builder
) -> None:
    world = invoicing(new_world())
    world.fine("invoices", "draft", "acme")
    (made,) = invoices(world)
    line = made["line_items"][0]
    changed = [{"id": line["id"], "unit_price": line["unit_price"] + 1}]
    world.api().patch(f"/invoices/{made['id']}", line_items=changed)
    with now(world) as site:
        short = ours(world)[0]["id"]
        look_everywhere(window, site, [(f"/invoices/{short}", "invoice-differs")])
        page = opened(window, site, f"/invoices/{short}", script=False)
        expect(page.locator(".strip.bad")).to_contain_text("≠ invoice total")
        page.get_by_role("link", name="Take it back…").click()
        page.get_by_role("button", name="Take it back").click()
        expect(page.locator("#said")).to_contain_text("can be invoiced again")
        look_everywhere(window, site, [(f"/invoices/{short}", "invoice-cancelled")])
        page.get_by_role("button", name="Make the draft again").click()
        expect(page.locator(".strip")).to_contain_text("invoice total ✓")
    assert len(invoices(world)) == 1


def test_receipts_are_dropped_read_and_filed(window: Window, new_world: Builder, tmp_path: Path) -> None:
    world = new_world()
    world.fine("sync")
    files = {"taxi.pdf": printed(*TAXI), "photo.png": PNG, "notes.png": b"not a picture"}
    for name, content in {
        **files,
        "large1.pdf": b"%PDF-" * 2_000_000,
        "large2.pdf": b"%PDF-" * 2_000_000,
    }.items():
        (tmp_path / name).write_bytes(content)
    with pages(world) as site:
        look_everywhere(window, site, [("/expenses", "expenses-empty")])
        page = opened(window, site, "/expenses")
        said = watched(page)
        page.get_by_label("Receipts: choose them").set_input_files(
            [tmp_path / "large1.pdf", tmp_path / "large2.pdf"]
        )
        page.get_by_role("button", name="Read them").click()
        expect(page.locator("#said")).to_contain_text("bring them in parts")
        page.get_by_label("Receipts: choose them").set_input_files([tmp_path / name for name in files])
        page.get_by_role("button", name="Read them").click()
        expect(page.locator("#said")).to_contain_text("notes.png is not a picture")
        look_everywhere(window, site, [("/expenses", "expenses")])
        row = page.locator("[data-row]", has=page.get_by_text("Taxi Berger GmbH").first).first
        row.get_by_label("Project").select_option(label="Apollo")
        row.get_by_label("Category").select_option(index=1)
        row.get_by_role("button", name="File it").click()
        expect(page.locator("#said")).to_contain_text("Filed 20.00")
        look_everywhere(window, site, [("/expenses", "expenses-filed")])
        page.locator("#said").get_by_role("button", name="Undo").click()
        expect(page.locator("#said")).to_contain_text("Undone")
        assert said == []
    assert spent(world) == []


def test_budgets_with_their_burn_up(window: Window, new_world: Builder) -> None:
    world = new_world()
    budgeted(world, budget_by="project", budget=40)
    world.api().patch(f"/projects/{world.ids['portal']}", budget_by="project", budget=4)
    for number, day in enumerate(("02-05", "02-12", "02-19", "02-26", "03-02", "03-05"), 1):
        world.by_hand(2.0 + number % 3, "apollo", "programming", "Work", day=f"2026-{day}")
        world.by_hand(1.5, "apollo", "design", "Work", who=BO, day=f"2026-{day}")
    world.by_hand(5.0, "portal", "programming", "Work", day="2026-03-04")
    world.fine("sync")
    apollo, portal = (f"/budgets/{world.ids[key]}" for key in ("apollo", "portal"))
    with pages(world) as site:
        page = opened(window, site, portal)
        page.get_by_text("Be quiet about it").click()
        page.get_by_label("or until so many").fill("150")
        page.get_by_role("button", name="Be quiet").click()
        expect(page.locator("#said")).to_contain_text("quiet until 150 %")
        look_everywhere(window, site, [("/budgets", "budgets"), (apollo, "budget"), (portal, "budget-over")])


@pytest.fixture
def team(new_world: Builder) -> World:
    """Three weeks of three people; in the last Bo was late on Friday and Cy logged half."""
    world = new_world()
    at(world, SUNDAY)
    earlier = [
        f"2026-{day}" for day in ("02-23", "02-24", "02-25", "02-26", "03-02", "03-03", "03-04", "03-05")
    ]
    for who, hours in ((ANA, 8), (BO, 8), (CY, 4)):
        log(world, who, hours, *earlier)
        log(world, who, hours, *(WORKDAYS[:4] if who == BO else WORKDAYS))
    at(world, WEDNESDAY_AFTER)
    log(world, BO, 8, WORKDAYS[4])
    world.gleaner("compliance", "--week", "2026-W11")
    return world


def test_a_teams_week_and_one_days_sum(window: Window, team: World) -> None:
    with pages(team, datetime(2026, 3, 18, 8, tzinfo=UTC)) as site:
        day = f"/team/{team.user(BO)}/{WORKDAYS[4]}"
        look_everywhere(
            window,
            site,
            [
                ("/team?week=2026-W11", "team"),
                ("/team?week=2026-W11&show=open", "team-open"),
                (day, "team-day"),
            ],
        )
        page = opened(window, site, "/team?week=2026-W11")
        page.get_by_role("link", name="(8.0)").click()
        expect(page.get_by_role("heading", level=1)).to_contain_text("Bo Person")
        for part in ("trend", "split", "definitions"):
            page.goto(f"{site.base}/team?week=2026-W11")
            page.locator(f"#{part} > summary").click()
            look(page, f"team-{part}")


def test_who_would_be_reminded_is_shown_before_anybody_is(window: Window, new_world: Builder) -> None:
    world = new_world()
    world.say("[[channels]]", 'kind = "console"')
    world.calendar(CY, meeting("10:00-11:00", "APL detail review"))
    world.fine("run", "--on", TUESDAY)
    with pages(world, datetime(2026, 3, 10, 16, 15, tzinfo=UTC)) as site:
        look_everywhere(window, site, [("/team/remind", "remind")])
        page = opened(window, site, "/team/remind")
        page.get_by_role("button", name="Remind 3 people").click()
        expect(page.locator("#said")).to_contain_text("3 people were reminded.")
        page.goto(f"{site.base}/team/remind")
        look(page, "remind-nobody")


def test_profit_and_what_may_be_lost(window: Window, new_world: Builder) -> None:
    world = new_world(shaped=leaky)
    world.fine("sync")
    with pages(world) as site:
        look_everywhere(
            window, site, [(f"/money?from=2026-01-01&to={TUESDAY}", "money"), ("/money/leaks", "leaks")]
        )
