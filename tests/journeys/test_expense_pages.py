"""Expenses in a browser: receipts brought, read, put right, filed and taken back; and from the wrong side."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from tests.journeys.pages import Browser, Pages, Seen, pages
from tests.journeys.test_expenses import printed
from tests.journeys.test_filing import TAXI, spent
from tests.journeys.test_german_pages import GERMAN, left
from tests.journeys.world import ANA, BO, CY, TUESDAY, World

from gleaner.adapters.store.receipts import Kept

PNG = b"\x89PNG\r\n\x1a\n" + b"\0" * 60 + b"IEND"


@pytest.fixture
def site(world: World) -> Iterator[Pages]:
    world.fine("sync")
    with pages(world) as found:
        yield found


def bring(browser: Browser, *files: tuple[str, bytes]) -> Seen:
    """Choose these files and press the button."""
    sent = [("receipts", file) for file in files]
    answer = browser.client.post("/expenses/receipts", files=sent, headers={"sec-fetch-site": "same-origin"})
    return Seen(answer.status_code, answer.text, dict(answer.headers), str(answer.url.raw_path.decode()))


def waiting(site: Pages, who: str = BO) -> str:
    """The short name of the one that waits."""
    user_id = site.account.person(who).id
    (item,) = [one for one in site.account.inbox.items(user_id=user_id) if one.state == "proposed"]
    return item.short


def form(site: Pages, world: World, **other: str) -> dict[str, str]:
    return {
        "project": str(world.ids["apollo"]), "category": "Meals", "amount": "20.00", "on": TUESDAY,
        "notes": "Taxi Berger GmbH", **other,
    }  # fmt: skip


def test_what_was_read_from_a_receipt_is_german(site: Pages) -> None:
    bo = site.browser(BO)
    bring(bo, ("taxi.pdf", printed(*TAXI)))
    bring(bo, ("cab.pdf", printed(*TAXI, "Thank you")))
    seen = bo.get("/expenses", **GERMAN)

    assert "Die Zeile „Gesamtbetrag 20,00 EUR“ nennt die Summe." in seen.words
    assert "taxi.pdf sagt 20,00 EUR am" in seen.words
    assert "hat denselben Tag und Betrag." in seen.words
    assert left(seen) == []


def test_a_receipt_is_read_put_right_filed_and_taken_back(site: Pages, world: World) -> None:
    bo = site.browser(BO)
    seen = bring(bo, ("taxi.pdf", printed(*TAXI)))
    assert "taxi.pdf waits below" in seen.words
    assert "Gesamtbetrag 20,00 EUR" in seen.words
    assert 'value="20.00"' in seen.text
    assert f'value="{TUESDAY}"' in seen.text
    assert spent(world) == []
    done = bo.post(f"/expenses/{waiting(site)}/file", form(site, world, amount="18,50"))
    assert "Filed 18.50" in done.words
    (one,) = spent(world)
    assert (one["total_cost"], one["user"]["id"], one["receipt"]["content_type"]) == (
        18.5, world.user(BO), "application/pdf",
    )  # fmt: skip
    (item,) = site.account.inbox.items(user_id=site.account.person(BO).id)
    back = bo.post(f"/expenses/{item.short}/undo")
    assert "said good" in back.text
    assert spent(world) == []


def test_several_at_once_and_what_is_no_receipt_is_named(site: Pages) -> None:
    bo = site.browser(BO)
    files = [
        ("a.pdf", printed(*TAXI)),
        ("b.txt", b"hello"),
        ("c.png", b"<html>"),
        ("d.pdf", PNG),
        ("e.png", b""),
    ]
    seen = bring(bo, *files)
    assert "a.pdf waits below" in seen.words
    assert "b.txt is not a picture or PDF inside" in seen.words
    assert "c.png is not a picture or PDF inside" in seen.words
    assert "d.pdf is a png file inside" in seen.words
    assert "e.png is empty" in seen.words
    assert "a.pdf was brought before." in bring(bo, files[0]).words
    assert bring(bo, ("big.pdf", b"%PDF-" + b"0" * 10_000_001)).words.count("big.pdf has 10.0 MB") == 1
    assert bring(bo, *[(f"{n}.pdf", b"%PDF-") for n in range(11)]).status == 400
    assert bo.post("/expenses/receipts", {}).status == 400


def test_names_with_markup_stay_text(site: Pages) -> None:
    name = '<img src=x onerror="alert(1)">.pdf'
    seen = bring(site.browser(BO), (name, printed("Nothing to read")))
    assert "<img src=x" not in seen.text


def test_what_is_dismissed_is_not_filed_and_not_asked_again(site: Pages, world: World) -> None:
    bo, content = site.browser(BO), printed(*TAXI)
    bring(bo, ("taxi.pdf", content))
    short = waiting(site)
    assert "Nothing was filed." in bo.post(f"/expenses/{short}/dismiss").words
    assert "No receipt waits." in bring(bo, ("taxi.pdf", content)).words
    assert "dismissed already" in bo.post(f"/expenses/{short}/file", form(site, world)).words
    assert spent(world) == []


def test_what_does_not_fit_is_said_and_nothing_is_filed(site: Pages, world: World) -> None:
    bo = site.browser(BO)
    bring(bo, ("taxi.pdf", printed(*TAXI)))
    short = waiting(site)
    for name, wrong in (
        ("amount", "lots"), ("amount", "-1"), ("amount", "NaN"), ("amount", "1.005"), ("on", "soon"),
        ("project", "999"), ("category", "Bribes"), ("notes", "x" * 3000),
    ):  # fmt: skip
        seen = bo.post(f"/expenses/{short}/file", form(site, world, **{name: wrong}))
        assert "said bad" in seen.text, (name, wrong)
    assert spent(world) == []


def test_receipts_are_served_to_whoever_brought_them_and_run_nothing(site: Pages) -> None:
    bo = site.browser(BO)
    bring(bo, ("taxi.pdf", printed(*TAXI)), ("photo.png", PNG))
    kept = {one.name: one.digest for one in site.account.receipts.listed()}
    pdf, png = (bo.get(f"/expenses/receipts/{kept[name]}") for name in ("taxi.pdf", "photo.png"))
    assert (pdf.headers["content-type"], png.headers["content-type"]) == ("application/pdf", "image/png")
    assert pdf.headers["content-disposition"].startswith("attachment;")
    for one in (pdf, png):
        assert "sandbox" in one.headers["content-security-policy"]
        assert one.headers["x-content-type-options"] == "nosniff"
        assert one.headers["cache-control"] == "private, no-cache"
    small = bo.get(f"/expenses/receipts/{kept['taxi.pdf']}/small")
    assert (small.headers["content-type"], small.headers["cache-control"]) == (
        "image/png",
        "private, no-cache",
    )
    assert "sandbox" in small.headers["content-security-policy"]
    for other in (CY, ANA):
        browser = site.browser(other)
        assert browser.get(f"/expenses/receipts/{kept['taxi.pdf']}").status == 404
        assert browser.get(f"/expenses/receipts/{kept['photo.png']}/small").status == 404
    assert bo.get(f"/expenses/receipts/{'0' * 64}").status == 404


def test_a_pdf_that_cannot_be_drawn_is_a_sheet_of_paper(site: Pages) -> None:
    account, bo = site.account, site.account.person(BO)
    content, now = b"%PDF-1.7 and then nothing", account.clock.now()
    kept = Kept(bo.id, "b" * 64, "cut.pdf", "application/pdf", len(content), "", "kept", "", None, now)
    account.receipts.keep(kept, content)
    small = site.browser(BO).get(f"/expenses/receipts/{kept.digest}/small")
    assert (small.status, small.headers["content-type"]) == (200, "image/svg+xml")
    assert "PDF" in small.text


@pytest.mark.parametrize("which", ["", "/small"])
def test_a_browser_asks_each_time_and_gets_a_receipt_again_only_when_it_is_new(
    site: Pages, which: str
) -> None:
    bo = site.browser(BO)
    bring(bo, ("taxi.pdf", printed(*TAXI)), ("photo.png", PNG))
    tags = []
    for kept in site.account.receipts.listed():
        address = f"/expenses/receipts/{kept.digest}{which}"
        tag = bo.get(address).headers["etag"]
        for asked in (tag, f"W/{tag}", f'"other", {tag}'):
            again = bo.client.get(address, headers={"if-none-match": asked})
            assert (again.status_code, again.content) == (304, b"")
            assert (again.headers["etag"], again.headers["cache-control"]) == (tag, "private, no-cache")
        assert bo.client.get(address, headers={"if-none-match": '"other"'}).status_code == 200
        # Somebody else at the same browser, with what it kept: permission comes first.
        assert site.browser(CY).client.get(address, headers={"if-none-match": tag}).status_code == 404
        tags.append(tag)
    assert len(set(tags)) == 2


def test_nobody_decides_somebody_elses(site: Pages, world: World) -> None:
    bring(site.browser(BO), ("taxi.pdf", printed(*TAXI)))
    short = waiting(site)
    for who in (CY, ANA):
        other = site.browser(who)
        assert "taxi.pdf" not in other.get("/expenses").text
        for verb in ("file", "dismiss", "undo"):
            assert other.post(f"/expenses/{short}/{verb}", form(site, world)).status == 404
    for name in ("x", "zzzzzzzz", "%00", "a" * 2000):
        assert site.browser(BO).post(f"/expenses/{name}/file", {}).status == 404
    assert spent(world) == []
