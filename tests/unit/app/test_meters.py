"""The numbers, read as Prometheus reads them."""

from __future__ import annotations

from datetime import timedelta

import httpx2
import pytest
import sqlalchemy as sa
from prometheus_client import REGISTRY
from prometheus_client.parser import text_string_to_metric_families
from tests.unit.adapters.harvest.fake import client
from tests.unit.store.rows import NOW, ago, copied, job, proposals, worker

from gleaner.adapters.store.engine import make_engine
from gleaner.app.meters import Meters
from gleaner.core.catalog import AccountId
from gleaner.core.errors import Refused
from gleaner.review.door import Outcome

APOLLO, BETA = AccountId(1), AccountId(2)
Numbers = dict[tuple[str, frozenset[tuple[str, str]]], float]


def scraped(meters: Meters) -> Numbers:
    """Every number on the page by name and labels."""
    body, content_type = meters.page()
    assert content_type.startswith("text/plain")
    return {
        (sample.name, frozenset(sample.labels.items())): sample.value
        for family in text_string_to_metric_families(body.decode())
        for sample in family.samples
    }


def number(meters: Meters, metric: str, /, **labels: object) -> float | None:
    return scraped(meters).get((metric, frozenset((key, str(value)) for key, value in labels.items())))


@pytest.fixture
def meters() -> Meters:
    return Meters()


# --- counted in the process --------------------------------------------------------------------------------------


def test_requests_to_harvest_are_counted_by_what_came_of_them(meters: Meters) -> None:
    answers: list[httpx2.Response | Exception] = [
        httpx2.Response(200, json={"users": []}), httpx2.Response(404), httpx2.Response(429), httpx2.Response(503),
        httpx2.ConnectError("refused"), httpx2.Response(200, json={"users": []}),
    ]  # fmt: skip

    def answer(_request: httpx2.Request) -> httpx2.Response:
        found = answers.pop(0)
        if isinstance(found, Exception):
            raise found
        return found

    with client(answer, on_exchange=meters.requests(APOLLO)) as harvest:
        harvest.transport.get("/users")
        with pytest.raises(Refused):
            harvest.transport.get("/users/5")
        harvest.transport.get("/users")
    counted = {
        outcome: number(meters, "gleaner_harvest_requests_total", account=1, outcome=outcome)
        for outcome in ("ok", "refused", "throttled", "failed", "unreachable")
    }
    assert counted == {"ok": 2, "refused": 1, "throttled": 1, "failed": 1, "unreachable": 1}
    assert number(meters, "gleaner_harvest_request_seconds_count", account=1) == 6


def test_waits_for_the_rate_limit_are_added_up(meters: Meters) -> None:
    class Busy:
        waits = [0.0, 2.5, 1.5]  # noqa: RUF012

        def wait(self, path: str) -> float:
            return self.waits.pop(0)

    throttle = meters.throttle(APOLLO, Busy())
    assert [throttle.wait("/users") for _ in range(3)] == [0.0, 2.5, 1.5]
    assert number(meters, "gleaner_rate_limit_wait_seconds_sum", account=1) == 4.0
    assert number(meters, "gleaner_rate_limit_wait_seconds_count", account=1) == 2


def test_proposals_are_counted_by_what_came_of_them(meters: Meters) -> None:
    meters.applied(
        APOLLO, [Outcome("a", "applied", ""), Outcome("b", "applied", ""), Outcome("c", "failed", "no")]
    )
    meters.applied(BETA, [Outcome("d", "found", "")])
    assert number(meters, "gleaner_proposals_applied_total", account=1, result="applied") == 2
    assert number(meters, "gleaner_proposals_applied_total", account=1, result="failed") == 1
    assert number(meters, "gleaner_proposals_applied_total", account=2, result="found") == 1


def test_runs_of_jobs_are_counted_with_their_seconds(meters: Meters) -> None:
    meters.ran("sync", "fine", 1.5)
    meters.ran("capture", "fine", 2)
    meters.ran("capture", "waiting", 3)
    assert number(meters, "gleaner_jobs_run_total", name="sync", result="fine") == 1
    assert number(meters, "gleaner_jobs_run_total", name="capture", result="fine") == 1
    assert number(meters, "gleaner_jobs_run_total", name="capture", result="waiting") == 1
    assert number(meters, "gleaner_job_run_seconds_sum", name="sync") == 1.5
    assert number(meters, "gleaner_job_run_seconds_count", name="capture") == 2


def test_nothing_goes_to_the_registry_all_libraries_share(meters: Meters) -> None:
    meters.ran("sync", "fine", 1)
    assert not [family for family in REGISTRY.collect() if family.name.startswith("gleaner")]
    assert number(Meters(), "gleaner_jobs_run_total", name="sync", result="fine") is None


# --- read from the database --------------------------------------------------------------------------------------


def test_how_everything_stands_is_read_at_each_scrape(meters: Meters, store: sa.Engine) -> None:
    proposals(store, APOLLO, "approved", 2, decided_at=ago(minutes=5))
    copied(store, APOLLO, ago(seconds=40))
    job(store, APOLLO, "capture", user=7, failures=1)
    job(store, APOLLO, "capture", user=8, is_paused=True)
    job(store, BETA, "sync", next_at=ago(hours=1))
    worker(store, "alive")
    worker(store, "dead", silent=60)
    meters.watch(store, now=lambda: NOW, depths=lambda: {"harvest": 3, "runs": 0})
    expected = {
        ("gleaner_database_up", ()): 1,
        ("gleaner_proposals", (("account", "1"), ("state", "approved"))): 2,
        ("gleaner_proposals", (("account", "1"), ("state", "failed"))): 0,
        ("gleaner_oldest_approved_proposal_age_seconds", (("account", "1"),)): 300,
        ("gleaner_oldest_approved_proposal_age_seconds", (("account", "2"),)): 0,
        ("gleaner_harvest_copy_age_seconds", (("account", "1"),)): 40,
        ("gleaner_jobs", (("account", "1"), ("name", "capture"))): 2,
        ("gleaner_jobs_failing", (("account", "1"), ("name", "capture"))): 1,
        ("gleaner_jobs_paused", (("account", "1"), ("name", "capture"))): 1,
        ("gleaner_jobs_late", (("account", "2"), ("name", "sync"))): 1,
        ("gleaner_workers_alive", ()): 1,
        ("gleaner_queue_depth", (("queue", "harvest"),)): 3,
    }
    found = scraped(meters)
    assert {key: found.get((key[0], frozenset(key[1]))) for key in expected} == expected
    proposals(store, APOLLO, "failed")
    assert number(meters, "gleaner_proposals", account=1, state="failed") == 1


def test_a_scrape_without_a_database_still_says_what_it_knows(meters: Meters) -> None:
    meters.ran("sync", "fine", 1)
    gone = make_engine("sqlite:////nowhere/at/all/gleaner.db")
    meters.watch(gone)
    assert number(meters, "gleaner_database_up") == 0
    assert number(meters, "gleaner_workers_alive") is None
    assert number(meters, "gleaner_jobs_run_total", name="sync", result="fine") == 1


def test_watching_asks_nothing_until_somebody_looks(meters: Meters) -> None:
    asked = []

    def depths() -> dict[str, int]:
        asked.append(1)
        return {}

    meters.watch(make_engine("sqlite:////nowhere/at/all/gleaner.db"), depths=depths)
    assert asked == []


def test_nobodys_name_title_or_entry_is_a_label(meters: Meters, store: sa.Engine) -> None:
    proposals(store, APOLLO, "approved", title="Salary talk", decided_at=ago(minutes=5), entry_id=987654)
    job(store, APOLLO, "capture", user=424242, text="Salary talk", failures=1)
    meters.applied(APOLLO, [Outcome("entry:ics:Salary talk", "failed", "Salary talk")])
    meters.watch(store, now=lambda: NOW)
    page = meters.page()[0].decode()
    for words in ("Salary", "424242", "987654", "entry:"):
        assert words not in page
    labels = {key for _, pairs in scraped(meters) for key, _ in pairs}
    assert labels <= {"account", "outcome", "result", "name", "state", "queue", "le", "version"}


def test_names_are_as_prometheus_likes_them(meters: Meters, store: sa.Engine) -> None:
    meters.watch(store, now=lambda: NOW + timedelta(days=1))
    for family in meters.registry.collect():
        assert family.name.startswith(("gleaner", "process_"))
        assert family.documentation.endswith(".")
        for sample in family.samples:
            is_counter = family.type == "counter" and not sample.name.endswith("_created")
            assert not is_counter or sample.name.endswith("_total")


def test_openmetrics_is_spoken_to_who_asks_for_it(meters: Meters) -> None:
    body, content_type = meters.page("application/openmetrics-text; version=1.0.0")
    assert content_type.startswith("application/openmetrics-text")
    assert body.decode().endswith("# EOF\n")
