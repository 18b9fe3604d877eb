"""Sources and health in the browser: each their own, everything for an administrator, and the doctor when asked."""

from __future__ import annotations

import time
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta

import pytest
from tests.journeys.pages import NOW, Pages, Seen, pages
from tests.journeys.test_german_pages import GERMAN, left
from tests.journeys.world import ANA, BO, CY, TUESDAY, World, meeting

from gleaner.adapters.store.jobs import StoredJobs
from gleaner.app.overseeing import begin_examining


@pytest.fixture
def site(world: World) -> Iterator[Pages]:
    """Ana's calendar can be read, Cy's is broken, a repository is everybody's."""
    world.calendar(ANA, meeting("10:00-11:00", "APL detail review"))
    file = world.calendar(CY, meeting("14:00-15:00", "APL with Cy alone"))
    world.repository("web", "09:00", "10:00")
    file.write_text("this is no calendar")
    world.gleaner("run", "--on", TUESDAY)
    with pages(world) as found:
        yield found


def test_an_administrator_sees_every_source_with_what_was_wrong(site: Pages) -> None:
    seen = site.browser(ANA).get("/sources")
    assert seen.status == 200
    row = next(part for part in seen.text.split("<tr>") if "Ana Person" in part and "ics" in part)
    assert "Tue 10 Mar" in row
    assert 'class="good">fine' in row
    broken = next(part for part in seen.text.split("<tr>") if "Cy Person" in part and "ics" in part)
    assert "not yet" in broken
    assert 'class="bad small"' in broken
    assert "time entries: as of" in seen.words
    assert "invoices:" in seen.words
    assert "Nobody is at work" in seen.words


def test_what_the_doctor_finds_is_german(site: Pages) -> None:
    ana = site.browser(ANA)
    ana.post("/sources/check", {}, **GERMAN)
    assert begin_examining(site.account).wait(60)
    seen = ana.get("/sources/check", **GERMAN)

    assert "Schema auf dem neuesten Stand" in seen.words
    assert "läuft nicht und muss nicht laufen" in seen.words
    assert "3 aktiv" in seen.words
    assert "ist kein Kalender: beginnt nicht mit BEGIN:VCALENDAR" in seen.words
    assert "ist kein Kalender: beginnt nicht mit BEGIN:VCALENDAR" in ana.get("/sources", **GERMAN).words
    assert left(seen) == []


def test_a_member_sees_their_own_and_what_is_shared_and_no_buttons(site: Pages) -> None:
    seen = site.browser(CY).get("/sources")
    for hidden in ("Ana Person", "Bo Person", "Run now", "Try everything", "invoices:", "/start"):
        assert hidden not in seen.text
    assert "Cy Person" in seen.words
    assert "everybody’s" in seen.words
    assert "git" in seen.words
    assert 'class="bad small"' not in site.browser(BO).get("/sources").text


def test_jobs_are_run_paused_and_resumed_by_administrators(site: Pages) -> None:
    ana, jobs = site.browser(ANA), StoredJobs(site.account.engine)
    assert "Reads what changed in Harvest." in ana.get("/sources").words

    def paused() -> set[str]:
        return {row.key.name for row in jobs.all([site.account.id]) if row.is_paused}

    assert "sync is left alone" in ana.post("/sources/jobs/sync", {"do": "pause"}).words
    assert paused() == {"sync"}
    assert "sync is paused" in ana.post("/sources/jobs/sync", {"do": "run"}).words
    assert "sync goes on." in ana.post("/sources/jobs/sync", {"do": "resume"}).words
    assert paused() == set()
    assert "it runs as soon as gleaner up does" in ana.post("/sources/jobs/sync", {"do": "run"}).words
    (row,) = [row for row in jobs.all([site.account.id]) if row.key.name == "sync"]
    assert row.next_at is not None
    assert row.next_at <= site.clock.now()


def test_nobody_else_touches_jobs_and_unknown_ones_are_not_there(site: Pages) -> None:
    cy, ana = site.browser(CY), site.browser(ANA)
    for do in ("run", "pause", "resume"):
        assert cy.post("/sources/jobs/sync", {"do": do}).status == 404
    for name in ("nothing", "%00", "x" * 400):
        assert ana.post(f"/sources/jobs/{name}", {"do": "run"}).status == 404
    assert ana.post("/sources/jobs/sync", {"do": "delete"}).status == 404
    assert ana.post("/sources/jobs/sync").status == 404
    assert not any(row.is_paused for row in StoredJobs(site.account.engine).all([site.account.id]))


def until_over(site: Pages, seen: Seen) -> Seen:
    ana = site.browser(ANA)
    for _ in range(100):
        if "refresh" not in seen.headers:
            return seen
        time.sleep(0.1)
        seen = ana.get("/sources/check")
    raise AssertionError("it never ended")


def test_the_doctor_looks_when_asked_and_keeps_secrets_to_himself(site: Pages, world: World) -> None:
    ana = site.browser(ANA)
    assert "Nothing was tried yet." in ana.get("/sources/check").words
    seen = until_over(site, ana.post("/sources/check"))
    assert "Harvest" in seen.words
    assert f"as {ANA}" in seen.words
    assert "to put right" in seen.words
    assert world.token() not in seen.text
    assert "What the last one found" in ana.get("/sources").words


def test_the_doctor_comes_to_administrators_only(site: Pages) -> None:
    cy = site.browser(CY)
    assert cy.get("/sources/check").status == 404
    assert cy.post("/sources/check").status == 404
    assert "Nothing was tried yet." in site.browser(ANA).get("/sources/check").words


@dataclass
class Leaping:
    """Each look at the clock is three minutes after the one before."""

    at: datetime = NOW

    def now(self) -> datetime:
        self.at += timedelta(minutes=3)
        return self.at


def test_what_takes_the_doctor_too_long_is_left_out_and_said(site: Pages) -> None:
    account = site.account.seen_by(site.account.person(ANA))
    account.clock = Leaping()
    errand = begin_examining(account)
    assert errand.wait(30)
    checks = errand.result or []
    assert [one.what for one in checks][-1] == "Time"
    assert "the rest was not tried" in checks[-1].text
    assert len(checks) < 4
