"""What machines ask of the daemon, over real HTTP: codes, bodies, and who gets none."""

from __future__ import annotations

import json
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta

import pytest
import sqlalchemy as sa
from prometheus_client.parser import text_string_to_metric_families
from starlette.applications import Starlette
from starlette.routing import Mount
from tests.unit.app.log import kept
from tests.unit.faces.web.served import Site, served
from tests.unit.store.rows import copied, job, proposals

from gleaner.adapters.store.engine import make_engine
from gleaner.app.health import Check, Examiner, Health
from gleaner.app.meters import Meters
from gleaner.core.catalog import AccountId
from gleaner.faces.web.guard import HEADERS
from gleaner.faces.web.operations import operations

APOLLO = AccountId(1234567)
PATHS = ("/healthz", "/readyz", "/metrics")


def well() -> Health:
    return Health((Check("database", True, "SQLite answers"),))


@contextmanager
def watched(
    health: Callable[[], Health] = well, meters: Meters | None = None, **more: object
) -> Iterator[Site]:
    with served(operations(health, meters or Meters(), **more)) as site:  # type: ignore[arg-type]
        yield site


@pytest.fixture
def site() -> Iterator[Site]:
    with watched() as running:
        yield running


# --- what is answered --------------------------------------------------------------------------------------------


def test_a_daemon_that_works_is_live_and_ready(store: sa.Engine) -> None:
    with watched(Examiner(store, heart=lambda: 2.0, is_launched=lambda: True)) as site:
        for path in ("/healthz", "/readyz"):
            said = site.ask(path)
            assert said.status == 200
            assert said.headers["content-type"] == "application/json"
            body = json.loads(said.text)
            assert (body["is_live"], body["is_ready"], body["is_fine"]) == (True, True, True)
            assert {"name": "heart", "is_fine": True, "text": "beat 2 s ago"} in body["checks"]


@pytest.mark.parametrize(
    ("health", "live", "ready"),
    [
        (Health((Check("engine", False, "stopping"),)), 200, 503),
        (Health((Check("heart", False, "silent"),), is_stalled=True), 503, 503),
        (Health((Check("disk", False, "full"),)), 200, 200),
    ],
    ids=["stopping", "stalled", "disk"],
)
def test_the_status_says_it_to_those_who_read_no_body(health: Health, live: int, ready: int) -> None:
    with watched(lambda: health) as site:
        assert (site.ask("/healthz").status, site.ask("/readyz").status) == (live, ready)
        assert site.ask("/readyz", "HEAD").status == ready


def test_a_database_that_is_gone_is_told_and_the_daemon_lives() -> None:
    gone = make_engine("sqlite:////nowhere/at/all/gleaner.db")
    with watched(Examiner(gone, heart=lambda: 3600.0, is_launched=lambda: True)) as site:
        assert (site.ask("/healthz").status, site.ask("/readyz").status) == (200, 503)


def test_accounts_are_told_in_numbers_and_nobodys_words(store: sa.Engine) -> None:
    now = datetime.now(UTC)
    title = "Salary talk"
    proposals(store, APOLLO, "approved", 2, title=title, decided_at=now - timedelta(hours=1), trouble=title)
    copied(store, APOLLO, now - timedelta(minutes=3))
    refusal = f"Harvest does not accept the access token pat-1 of ana@studio.example ({title})"
    job(store, APOLLO, "capture", user=424242, failures=2, text=refusal, next_at=now + timedelta(minutes=3))
    with watched(Examiner(store, heart=lambda: 0.0, is_launched=lambda: True)) as site:
        said = site.ask("/readyz")
    assert said.status == 200
    body = json.loads(said.text)
    assert body["is_fine"] is False
    account = body["accounts"]["1234567"]
    assert 3600 <= account.pop("oldest_approved_seconds") < 3700
    assert 180 <= account.pop("copy_age_seconds") < 280
    assert account == {
        "is_fine": False, "amiss": ["jobs", "proposals", "login"], "approved_waiting": 2, "jobs": 1, "jobs_failing": 1,
        "jobs_late": 0, "jobs_paused": 0, "is_token_refused": True,
    }  # fmt: skip
    for words in ("Salary", "pat-1", "studio.example", "424242", "ics:"):
        assert words not in said.text


def test_metrics_are_what_prometheus_reads(store: sa.Engine) -> None:
    proposals(store, APOLLO, "proposed", 3)
    meters = Meters()
    meters.ran("sync", "fine", 1.5)
    meters.watch(store)
    with watched(meters=meters) as site:
        said = site.ask("/metrics")
        other = site.ask("/metrics", Accept="application/openmetrics-text; version=1.0.0")
    assert said.status == 200
    assert said.headers["content-type"].startswith("text/plain")
    found = {
        sample.name: sample.value
        for family in text_string_to_metric_families(said.text)
        for sample in family.samples
        if sample.labels in ({"account": "1234567", "state": "proposed"}, {"name": "sync", "result": "fine"})
    }
    assert found["gleaner_proposals"] == 3
    assert found["gleaner_jobs_run_total"] == 1
    assert other.headers["content-type"].startswith("application/openmetrics-text")


def test_what_hangs_is_not_waited_for_and_does_not_pile_up() -> None:
    release, begun = threading.Event(), []

    def hangs() -> Health:
        begun.append(1)
        release.wait(20)
        return well()

    try:
        with kept(as_json=True) as log, watched(hangs, patience=0.2) as site:
            answers = [site.ask("/readyz") for _ in range(4)]
            live = site.ask("/healthz")
    finally:
        release.set()
    assert [one.status for one in answers] == [503] * 4
    assert "no answer in time" in answers[0].text
    assert live.status == 200
    assert len(begun) == 3
    (first, *_) = [event for event in log.events if event["logger"] == "gleaner.web"]
    assert first["event"] == "the examination took too long"


def test_a_mistake_of_ours_is_a_sentence_and_a_line_of_the_log() -> None:
    def breaks() -> Health:
        raise KeyError("Salary talk")

    with kept(as_json=True) as log, watched(breaks) as site:
        said = site.ask("/healthz")
    assert (said.status, said.text) == (500, "Gleaner could not answer this; its log says why.\n")
    assert said.headers["x-content-type-options"] == "nosniff"
    (event,) = [event for event in log.events if event["logger"] == "gleaner.web"]
    assert event["exception"][0] == "KeyError (its text is left out)"
    assert "Salary" not in log.getvalue()


def test_it_can_be_mounted_in_a_larger_application() -> None:
    app = Starlette(routes=[Mount("/", operations(well, Meters()))])
    with served(app) as site:
        assert site.ask("/healthz").status == 200
        assert site.ask("/nothing").status == 404


# --- what is not -------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("path", [*PATHS, "/nothing"])
def test_every_answer_has_the_headers_that_keep_browsers_out(site: Site, path: str) -> None:
    headers = site.ask(path).headers
    assert {name: headers[name.lower()] for name in HEADERS} == dict(HEADERS)
    assert "server" not in headers


@pytest.mark.parametrize("method", ["POST", "PUT", "PATCH", "DELETE", "OPTIONS", "TRACE", "PROPFIND"])
def test_nothing_can_be_changed_here(site: Site, method: str) -> None:
    said = site.ask("/healthz", method)
    assert said.status == 405
    assert said.headers["allow"] == "GET, HEAD"
    assert said.text == f"{method} changes nothing here: this page can only be read, with GET or HEAD.\n"


@pytest.mark.parametrize(
    "path", ["/", "/health", "/healthz/", "//healthz", "/metrics/../secrets", "/%0d%0aX:1"]
)
def test_what_is_not_there_is_said_with_what_is(site: Site, path: str) -> None:
    said = site.ask(path)
    assert said.status == 404
    assert said.text.startswith("There is nothing at /")
    assert said.text.endswith("There is /healthz, /readyz, /metrics.\n")
    assert "x" not in said.headers
    assert len(said.text.splitlines()) == 1


def test_head_says_the_same_without_a_body(site: Site) -> None:
    for path in PATHS:
        full, head = site.ask(path), site.ask(path, "HEAD")
        assert (head.status, head.text) == (full.status, "")
        assert head.headers["content-type"] == full.headers["content-type"]


@pytest.mark.parametrize("host", ["127.0.0.1", "localhost:8321", "LOCALHOST", "[::1]:8321", "127.0.0.2"])
def test_this_machine_may_be_asked_by_its_own_names(site: Site, host: str) -> None:
    assert site.ask("/healthz", hosts=[host]).status == 200


@pytest.mark.parametrize(
    "hosts",
    [
        ["rebound.example"],
        ["127.0.0.1.rebound.example"],
        ["127.0.0.1@rebound.example"],
        ["0.0.0.0"],
        ["[::1"],
        [""],
    ],
)
def test_a_page_on_the_web_that_points_its_name_here_gets_nothing(site: Site, hosts: list[str]) -> None:
    said = site.ask("/metrics", hosts=hosts)
    assert said.status in (400, 421)
    assert "gleaner_" not in said.text


def test_another_name_is_answered_to_when_it_is_given(site: Site) -> None:
    assert site.ask("/healthz", hosts=["gleaner.studio.example"]).status == 421
    with watched(names=["gleaner.studio.example"]) as named:
        assert named.ask("/healthz", hosts=["Gleaner.studio.example:443"]).status == 200
        assert named.ask("/healthz", hosts=["rebound.example"]).status == 421


def test_where_it_listens_to_the_network_the_name_is_the_proxys_business() -> None:
    with watched(host="0.0.0.0") as site:
        assert site.ask("/healthz", hosts=["gleaner.studio.example"]).status == 200
