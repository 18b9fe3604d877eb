"""A whole pass of the daemon, in good and in bad times, and its log: not one title, note, token or secret address."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from contextlib import AbstractContextManager, contextmanager
from dataclasses import dataclass
from datetime import date
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

import pytest
from tests.journeys.world import ANA, BO, TUESDAY, World, calendar_text, meeting
from tests.unit.app.log import Log, kept

from gleaner.adapters.harvest.limits import Unlimited
from gleaner.adapters.store.inbox import short_name
from gleaner.app.account import Account, open_account
from gleaner.app.logs import about, logger
from gleaner.app.passes import PassReport, run
from gleaner.core.errors import GleanerError
from gleaner.core.ports import Step

DAY = date.fromisoformat(TUESDAY)
PLANTED = [
    "APL detail review", 'Salary "raise" talk', "Doctor's visit", "Fire Rita\\n2026-03-10 [critical ] forged",
    "WEB launch call", "Login step 1", "Log in before the auditors come",
]  # fmt: skip
"""What calendars, repositories and people wrote."""
FEED = "private-0a1b2c3d4e5f/basic.ics"


class Quiet:
    """Progress for nobody, as in the daemon."""

    def step(self, text: str, total: int | None = None) -> AbstractContextManager[Step]:
        return self._step()

    @contextmanager
    def _step(self) -> Iterator[Step]:
        yield self

    def advance(self, amount: int = 1) -> None:
        pass

    def total(self, amount: int) -> None:
        pass


class Broken(Quiet):
    """A mistake of ours that quotes what it should not."""

    def step(self, text: str, total: int | None = None) -> AbstractContextManager[Step]:
        raise ValueError(f"cannot show {PLANTED[1]} of {FEED}")


@dataclass
class Feed:
    """A calendar at an address that is a secret."""

    url: str
    status: int = 200


@pytest.fixture
def feed() -> Iterator[Feed]:
    body = calendar_text(
        BO, [meeting("11:00-12:00", PLANTED[4]), meeting("13:00-14:00", PLANTED[2])]
    ).encode()

    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            self.send_response(made.status)
            self.send_header("Content-Length", str(len(body)))
            self.end_headers()
            self.wfile.write(body)

        def log_message(self, format: str, *args: object) -> None:  # noqa: A002 - the base class's name
            pass

    with ThreadingHTTPServer(("127.0.0.1", 0), Handler) as server:
        made = Feed(f"http://127.0.0.1:{server.server_port}/{FEED}")
        thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01})
        thread.start()
        yield made
        server.shutdown()
        thread.join()


@pytest.fixture
def busy(world: World, feed: Feed) -> World:
    """Ana and Bo on a Tuesday: what is sure, what is not, what is nobody's business."""
    titles = enumerate(PLANTED[:4], 10)
    world.calendar(ANA, *(meeting(f"{hour}:00-{hour}:30", title, uid=f"{hour}") for hour, title in titles))
    world.say("[[sources]]", 'kind = "ics"', f'person = "{BO}"', f'url = "{feed.url}"')
    world.repository("apollo-api", "15:30", "16:10")
    world.by_hand(0.5, "apollo", "programming", PLANTED[6])
    return world


def work(account: Account, progress: Quiet) -> PassReport | None:
    """One job as the daemon would run it: what it is about, how it went, never more."""
    log = logger("jobs")
    with about(account=account.id, job="capture", worker="host-1"):
        try:
            report = run(account, DAY, DAY, progress)
        except GleanerError as error:
            log.exception("failed", error=error)
            return None
        except Exception as error:
            log.exception("failed", error=error)
            return None
        for outcome in report.outcomes:
            with about(run=report.run_id, proposal=short_name(account.id, outcome.key)):
                log.info("applied", result=outcome.result, text=outcome.text, trouble=outcome.text)
                log.debug("in full: %s", outcome)
        for problem in report.problems:
            log.warning("problem", problem=problem, text=str(problem))
        log.info("done", requests=report.requests, results=dict(report.results))
        return report


def clean(log: Log, world: World) -> None:
    """Nothing of all that was planted is in the log."""
    text = log.getvalue().lower()
    hints = ("secret-", FEED, "private-0a1b", "rita", "forged", "salary", "auditors", "studio.example")
    for words in (*PLANTED, world.token(ANA), *hints):
        assert words.lower() not in text, words
    assert all(one.startswith(("20", "    | ", "{")) for one in log.lines)


@pytest.mark.parametrize("as_json", [False, True])
def test_a_pass_in_good_times(busy: World, as_json: bool) -> None:
    with (
        kept(as_json=as_json, level="debug") as log,
        open_account(busy.config, limits=Unlimited()) as account,
    ):
        report = work(account, Quiet())
    assert report is not None
    assert report.results["applied"] >= 1
    assert busy.timesheet()
    assert log.getvalue().count("applied") >= 1
    clean(log, busy)


def test_a_pass_in_bad_times(busy: World, feed: Feed) -> None:
    with kept(level="debug") as log:
        busy.running.control.set_faults(
            "status=422, match=POST /v2/time_entries; status=503, times=2, match=GET *"
        )
        with open_account(busy.config, limits=Unlimited()) as account:
            assert work(account, Quiet()) is not None
            feed.status = 500
            assert work(account, Quiet()) is not None
        busy.running.control.set_faults("status=503")
        with open_account(busy.config, limits=Unlimited()) as account:
            assert work(account, Quiet()) is None
        busy.running.control.set_faults("")
        with open_account(busy.config, limits=Unlimited()) as account:
            assert work(account, Broken()) is None
        busy.patch.setenv("GLEANER_HARVEST__TOKEN", "secret-revoked")
        with open_account(busy.config, limits=Unlimited()) as account:
            assert work(account, Quiet()) is None
    said = log.getvalue()
    assert said.count("asking Harvest again") >= 2
    assert "result=failed" in said
    assert "problem" in said
    assert "Unavailable: Harvest failed on GET /" in said
    assert "ValueError (its text is left out)" in said
    assert "Refused: Harvest does not accept the access token" in said
    assert "gleaner.app.passes:" in said
    clean(log, busy)
