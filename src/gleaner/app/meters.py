"""Numbers for Prometheus: what this process did, counted as it happens, and how everything stands, read when asked.

Labels are accounts, job names, states and outcomes: a few dozen values. Nobody's name, title or entry is among them.
"""

from __future__ import annotations

import logging
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from importlib.metadata import version
from typing import Literal

import sqlalchemy as sa
from prometheus_client import CollectorRegistry, Counter, Histogram, Info, ProcessCollector, Summary
from prometheus_client.core import GaugeMetricFamily, Metric
from prometheus_client.exposition import choose_encoder
from prometheus_client.registry import Collector

from gleaner.adapters.harvest.exchange import Exchange
from gleaner.adapters.harvest.limits import Throttle
from gleaner.adapters.store.standing import Standing, standing
from gleaner.core.catalog import AccountId
from gleaner.core.proposals import State
from gleaner.review.door import Outcome

RequestOutcome = Literal["ok", "refused", "throttled", "failed", "unreachable"]
_log = logging.getLogger("gleaner.meters")

# A list of 2,000 entries takes Harvest seconds; a request is given up after 25.
_REQUEST_SECONDS = (0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 25)
_JOB_SECONDS = (0.5, 1, 2.5, 5, 10, 30, 60, 150, 300, 900, 1800)


def outcome(exchange: Exchange) -> RequestOutcome:
    """What a request came to, in one of five words.

    >>> [outcome(Exchange("GET", "/users", status, 0.1)) for status in (200, 404, 429, 503, None)]
    ['ok', 'refused', 'throttled', 'failed', 'unreachable']
    """
    match exchange.status:
        case None:
            return "unreachable"
        case 429:
            return "throttled"
        case status if status >= 500 or status == 408:
            return "failed"
        case status if status >= 300:
            return "refused"
        case _:
            return "ok"


class Meters:
    """All numbers of one process. Threads may share it."""

    def __init__(self) -> None:
        self.registry = CollectorRegistry()
        ProcessCollector(registry=self.registry)
        Info("gleaner", "This version of Gleaner.", registry=self.registry).info(
            {"version": version("gleaner")}
        )
        self._requests = Counter(
            "gleaner_harvest_requests", "Requests to Harvest that were sent.", ("account", "outcome"),
            registry=self.registry,
        )  # fmt: skip
        self._request_seconds = Histogram(
            "gleaner_harvest_request_seconds", "How long Harvest took to answer, or we waited in vain.", ("account",),
            buckets=_REQUEST_SECONDS, registry=self.registry,
        )  # fmt: skip
        self._waits = Summary(
            "gleaner_rate_limit_wait_seconds", "Waits before a request, to keep within Harvest's limits.", ("account",),
            registry=self.registry,
        )  # fmt: skip
        self._applied = Counter(
            "gleaner_proposals_applied", "Proposals that were to be applied, by what came of it.",
            ("account", "result"), registry=self.registry,
        )  # fmt: skip
        self._jobs = Counter(
            "gleaner_jobs_run", "Runs of jobs that ended.", ("name", "result"), registry=self.registry
        )
        self._job_seconds = Histogram(
            "gleaner_job_run_seconds", "How long a job ran.", ("name",), buckets=_JOB_SECONDS,
            registry=self.registry,
        )  # fmt: skip

    def requests(self, account_id: AccountId) -> Callable[[Exchange], None]:
        """Counts an account's requests; for ``open_account(on_exchange=…)``."""
        account = str(account_id)

        def count(exchange: Exchange) -> None:
            self._requests.labels(account, outcome(exchange)).inc()
            self._request_seconds.labels(account).observe(exchange.seconds)

        return count

    def throttle(self, account_id: AccountId, limits: Throttle) -> Throttle:
        """*limits*, with the waits counted; for ``open_account(limits=…)``."""
        return _Counted(limits, self._waits.labels(str(account_id)))

    def applied(self, account_id: AccountId, outcomes: Iterable[Outcome]) -> None:
        """Count what came of proposals."""
        for one in outcomes:
            self._applied.labels(str(account_id), one.result).inc()

    def ran(self, name: str, result: str, seconds: float) -> None:
        """Count one run of a job. *name* and *result* come from our own short lists, never from outside."""
        self._jobs.labels(name, result).inc()
        self._job_seconds.labels(name).observe(seconds)

    def watch(
        self,
        engine: sa.Engine,
        *,
        now: Callable[[], datetime] = lambda: datetime.now(UTC),
        depths: Callable[[], Mapping[str, int]] | None = None,
    ) -> None:
        """Read how everything stands from *engine*'s database at each scrape, and how much waits in which queue."""
        self.registry.register(_Stands(engine, now, depths))

    def page(self, accept: str = "") -> tuple[bytes, str]:
        """All numbers as Prometheus reads them, and the content type, in a format that *accept* allows."""
        encode, content_type = choose_encoder(accept)
        return encode(self.registry), content_type


@dataclass(frozen=True)
class _Counted:
    """A throttle that tells how long it made people wait."""

    limits: Throttle
    waits: Summary

    def wait(self, path: str) -> float:
        seconds = self.limits.wait(path)
        if seconds > 0:
            self.waits.observe(seconds)
        return seconds


@dataclass(frozen=True, eq=False)
class _Stands(Collector):
    """The numbers that are in the database. They are read anew each time: other processes change them too."""

    engine: sa.Engine
    now: Callable[[], datetime]
    depths: Callable[[], Mapping[str, int]] | None

    def describe(self) -> Iterable[Metric]:
        """Nothing: otherwise registering would ask the database."""
        return ()

    def collect(self) -> Iterator[Metric]:
        now = self.now()
        found, depths = None, None
        try:
            with self.engine.connect() as connection:
                found = standing(connection, now)
            depths = self.depths() if self.depths is not None else None
        except sa.exc.SQLAlchemyError:
            _log.warning("the database could not be read for a scrape", exc_info=True)
        up = "Whether the database could be read for this scrape."
        yield GaugeMetricFamily("gleaner_database_up", up, float(found is not None))
        if found is not None:
            yield from families(found, now)
        if depths is not None:
            text = "Work that waits in the engine's queues."
            yield _gauge(
                "gleaner_queue_depth", text, ("queue",), [((name,), n) for name, n in depths.items()]
            )


def families(found: Standing, now: datetime) -> Iterator[Metric]:
    """*found* as gauges. A state that no proposal is in is 0, so that an alert has something to compare with."""
    states = {
        (str(account), state.value): found.proposals.get((account, state.value), 0)
        for account in found.accounts
        for state in State
    }
    yield _gauge("gleaner_proposals", "Proposals by state.", ("account", "state"), states.items())
    oldest = {
        (str(account),): _seconds(now, found.waiting[account].since) if account in found.waiting else 0.0
        for account in found.accounts
    }
    text = "Since when the oldest approved proposal waits to be in Harvest; 0 when none does."
    yield _gauge("gleaner_oldest_approved_proposal_age_seconds", text, ("account",), oldest.items())
    copied = {(str(account),): _seconds(now, as_of) for account, as_of in found.copied.items()}
    text = "Age of the copy of an account's time entries."
    yield _gauge("gleaner_harvest_copy_age_seconds", text, ("account",), copied.items())
    names = {(str(account), name): jobs for (account, name), jobs in found.jobs.items()}
    for metric, text, counts in (
        ("gleaner_jobs", "Jobs there are.", {key: jobs.count for key, jobs in names.items()}),
        (
            "gleaner_jobs_failing",
            "Jobs whose last run failed.",
            {key: jobs.failing for key, jobs in names.items()},
        ),
        ("gleaner_jobs_paused", "Jobs that are paused.", {key: jobs.paused for key, jobs in names.items()}),
        (
            "gleaner_jobs_late",
            "Jobs that should have run by now.",
            {key: jobs.late for key, jobs in names.items()},
        ),
    ):
        yield _gauge(metric, text, ("account", "name"), counts.items())
    yield GaugeMetricFamily("gleaner_workers_alive", "Processes whose heart beats.", float(len(found.alive)))


def _seconds(now: datetime, since: datetime) -> float:
    return max(0.0, (now - since).total_seconds())


def _gauge(
    name: str, text: str, labels: tuple[str, ...], values: Iterable[tuple[Sequence[str], float]]
) -> GaugeMetricFamily:
    family = GaugeMetricFamily(name, text, labels=labels)
    for key, value in values:
        family.add_metric(key, value)
    return family
