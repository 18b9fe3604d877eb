"""``/sandbox/*``: the clock, the faults, the log of requests, and what the sandbox does not imitate.

There is no authentication: the server listens on loopback, and answers to loopback names only (``app``).
"""

import hashlib
import json
from collections import Counter, deque
from dataclasses import asdict, dataclass
from datetime import datetime, timedelta
from typing import Any, Protocol

from gleaner_sandbox.clock import stamp
from gleaner_sandbox.outbox import Outbox
from gleaner_sandbox.rules import coerce
from gleaner_sandbox.state import State
from gleaner_sandbox.wire import faults, interventions, openapi
from gleaner_sandbox.wire.answers import Answer, unroutable
from gleaner_sandbox.wire.limits import Limiter
from gleaner_sandbox.wire.request import Request

NOT_IMITATED = [
    "the web pages, except the consent page and a plain one for each invoice and estimate; webhooks (it has none)",
    "budget alerts and other mail on its own account: what a request would mail is in /sandbox/outbox",
    "recurring invoices, retainers, online payments, the PDF report of an import's expenses",
    "submitting and approving timesheets, and locking periods: both come from the seed or /sandbox/company only",
    "the people, currencies and zones of real accounts: every name is invented",
    "a project rate with an effective date, custom cost rates per project",
    "the saved, detailed, contractor and profitability reports of the web pages",
    "network speed and TLS",
    "the exact wording of most 422 messages: those on record are exact, the others are ours",
    "passwords and sign-in on the identity host: its consent page lets whoever reads it choose a person",
]
"""Said by ``GET /sandbox/about`` and, word for word, by the README; keep it true."""

_KEPT = 10_000


class Stage(Protocol):
    """What shows a simulated world while the clock moves; see ``agency.stage``."""

    def set_now(self, now: datetime) -> None: ...

    def calendar(self, email: str, now: datetime) -> str | None: ...


@dataclass
class Record:
    """One request to the API, as the log keeps it.  *status* is what was answered, or would have been."""

    method: str
    path: str
    family: str
    status: int | None = None
    account: int | None = None
    user: int | None = None
    fault: str | None = None


class Control:
    """Everything a test or a demo may do to a running sandbox."""

    def __init__(self, state: State, limiter: Limiter | None, outbox: Outbox) -> None:
        self._state = state
        self.outbox = outbox
        """What Harvest would have mailed."""
        self._limiter = limiter
        self._fault_spec = ""
        self.faults: list[faults.Rule] = []
        self.stage: Stage | None = None
        """The agency's calendars and repositories, when the sandbox was started with a world."""
        self.log: deque[Record] = deque(maxlen=_KEPT)
        self.families: Counter[str] = Counter()

    def set_faults(self, spec: str) -> None:
        """Use the faults of *spec* from now on, and no others; an empty one ends them."""
        self.faults = faults.parse(spec)
        self._fault_spec = spec

    def set_now(self, moment: datetime) -> None:
        """Let the sandbox clock stand still at *moment*."""
        self._state.clock.set(moment)

    def advance(self, step: timedelta) -> None:
        """Move the sandbox clock on."""
        self._state.clock.advance(step)

    def note(self, record: Record, fault: str | None) -> None:
        """Keep *record* in the log."""
        record.fault = fault
        self.log.append(record)
        self.families[record.family] += 1

    def forget_requests(self) -> None:
        """Empty the log and give every token its full rate limit."""
        self.log.clear()
        self.families.clear()
        if self._limiter:
            self._limiter.reset()

    def answer(self, request: Request) -> Answer:
        """What ``/sandbox/…`` answers."""
        try:
            return self._routed(request)
        except (ValueError, TypeError, OverflowError) as error:
            return Answer(422, {"message": str(error)})

    def _routed(self, request: Request) -> Answer:
        match request.method, request.path.removeprefix("/sandbox").rstrip("/"):
            case "GET", ("/about" | "/openapi.json") as place:
                about = {"name": "gleaner-sandbox", "does_not_imitate": NOT_IMITATED}
                return Answer(200, about if place == "/about" else openapi.document(request.root))
            case "GET", place if place.startswith("/calendars/"):
                return self._calendar(request, place.removeprefix("/calendars/").removesuffix(".ics"))
            case _, place if place == "/outbox" or place.startswith("/outbox/"):
                return self.outbox.answer(request, place.removeprefix("/outbox").strip("/"))
            case "PUT", "/clock":
                self._put_clock(_object(request))
                if self.stage is not None:
                    self.stage.set_now(self._state.clock.now())
            case "PUT", "/faults":
                self.set_faults(_spec(request))
            case "DELETE", "/faults":
                self.set_faults("")
            case "PUT", "/switches":
                self._state.switches.turn({name: str(value) for name, value in _object(request).items()})
            case "DELETE", "/switches":
                self._state.switches.reset()
            case "DELETE", "/requests":
                self.forget_requests()
            case "GET", ("/clock" | "/faults" | "/requests" | "/state" | "/switches"):
                pass
            case _:
                return interventions.answer(self._state, request) or unroutable()
        return Answer(200, self._report(request.path.removeprefix("/sandbox").strip("/")))

    def _calendar(self, request: Request, email: str) -> Answer:
        """Somebody's calendar as it looks at the sandbox clock's moment, with an ETag."""
        text = self.stage.calendar(email, self._state.clock.now()) if self.stage is not None else None
        if text is None:
            return unroutable()
        tag = f'"{hashlib.sha256(text.encode()).hexdigest()[:32]}"'
        if request.headers.get("if-none-match") == tag:
            return Answer(304, "", {"ETag": tag})
        return Answer(200, text, {"ETag": tag}, media_type="text/calendar; charset=utf-8")

    def _report(self, subject: str) -> dict[str, Any]:
        if subject == "clock":
            clock = self._state.clock
            return {"now": stamp(clock.now()), "fixed": clock.is_fixed}
        if subject == "faults":
            return {"faults": self._fault_spec}
        if subject == "switches":
            return {"switches": self._state.switches.report()}
        if subject == "state":
            return {"rows": self._state.counts()}
        return {
            "total": sum(self.families.values()),
            "by_family": dict(self.families),
            "requests": [asdict(record) for record in self.log],
        }

    def _put_clock(self, said: dict[str, Any]) -> None:
        clock = self._state.clock
        if "now" in said and (said["now"] is None or said["now"] == "real"):
            clock.run()
        elif "now" in said:
            clock.set(datetime.fromisoformat(coerce.moment(said["now"]) or ""))
        elif "advance_seconds" in said:
            clock.advance(timedelta(seconds=float(said["advance_seconds"])))
        else:
            raise ValueError(
                'say {"now": "2026-03-02T09:00:00Z"}, {"now": "real"} or {"advance_seconds": 60}'
            )


def _object(request: Request) -> dict[str, Any]:
    read = json.loads(request.body or b"{}")
    if not isinstance(read, dict):
        raise ValueError("a JSON object is expected")
    return read


def _spec(request: Request) -> str:
    """The faults of a PUT: ``{"faults": "lost, times=1"}``, or the bare text."""
    text = request.body.decode()
    return str(_object(request).get("faults", "")) if text.lstrip().startswith("{") else text
