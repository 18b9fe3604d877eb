"""Google Meet's conference records: which calls took place, and who was in them when. Read only.

Source: Google Meet REST API v2, *conferenceRecords*, *participants*, *participantSessions*, *Usage limits*; AIP-193 for
errors. Not imitated: expiry after 30 days, quotas, recordings, spaces, phones and people without an account by name.
"""

import base64
import binascii
import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any

from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import BaseRoute, Route

from gleaner_sandbox.google.identity import MEET, OPENID, Identity, Ticket
from gleaner_sandbox.google.partial import cut, parsed

_CLAUSE = re.compile(r'\s*([a-z_.]+)\s*(?:(IS\s+NULL)|(>=|<=|=|>|<)\s*"([^"]*)")\s*')
_COMPARE: Mapping[str, Callable[[Any, Any], bool]] = {
    ">=": lambda a, b: a >= b, "<=": lambda a, b: a <= b, "=": lambda a, b: a == b,
    ">": lambda a, b: a > b, "<": lambda a, b: a < b,
}  # fmt: skip
_STATUS = {400: "INVALID_ARGUMENT", 401: "UNAUTHENTICATED", 403: "PERMISSION_DENIED", 404: "NOT_FOUND",
           429: "RESOURCE_EXHAUSTED", 503: "UNAVAILABLE"}  # fmt: skip


class Refusal(Exception):
    """An error as newer APIs of Google write it (AIP-193)."""

    def __init__(self, status: int, message: str, reason: str = "", headers: Mapping[str, str] = {}) -> None:
        super().__init__(message)
        self.status, self.headers = status, dict(headers)
        error: dict[str, Any] = {"code": status, "message": message, "status": _STATUS[status]}
        if reason:
            error["details"] = [
                {
                    "@type": "type.googleapis.com/google.rpc.ErrorInfo",
                    "reason": reason,
                    "domain": "googleapis.com",
                    "metadata": {"service": "meet.googleapis.com"},
                }
            ]
        self.said = {"error": error}


@dataclass
class Conference:
    """One call under a code."""

    code: str
    start: datetime
    end: datetime | None = None
    """None: it goes on."""
    owner: str = ""
    """Whose room it is."""
    participants: dict[str, list[tuple[datetime, datetime | None]]] = field(default_factory=dict)
    """When people were in it, by address; addresses without ``@`` are people who had not logged in."""
    id: str = ""
    is_hidden: bool = False
    """It is listed, but who was in it is not shown: what the real one does for a while is anybody's guess."""

    @property
    def space(self) -> str:
        return "spaces/" + base64.urlsafe_b64encode(self.code.encode()).decode().rstrip("=")


def read_conference(said: Mapping[str, Any]) -> Conference:
    """One as a seed writes it. Raises ValueError or KeyError for anything else."""

    def moment(text: str | None) -> datetime | None:
        return None if text is None else datetime.fromisoformat(text)

    sessions = {
        who: [(datetime.fromisoformat(start), moment(end)) for start, end in times]
        for who, times in said.get("participants", {}).items()
    }
    start = datetime.fromisoformat(said["start"])
    return Conference(said["code"], start, moment(said.get("end")), said.get("owner", ""), sessions)


class Meet:
    """All calls, and the endpoints that show them."""

    def __init__(self, identity: Identity, log: list[tuple[str, str, int]]) -> None:
        self.conferences: list[Conference] = []
        self.identity = identity
        self.refusals: list[Refusal] = []
        """Said to the next requests, one each: faults to order."""
        self._log = log

    def add(self, conference: Conference) -> Conference:
        conference.id = conference.id or f"rec-{len(self.conferences) + 1:04}"
        self.conferences.append(conference)
        return conference

    def routes(self) -> list[BaseRoute]:
        record = "/v2/conferenceRecords/{record}"
        sessions = record + "/participants/{participant}/participantSessions"
        return [
            Route("/v2/conferenceRecords", self._api(self._records), methods=["GET"]),
            Route(record, self._api(self._record), methods=["GET"]),
            Route(f"{record}/participants", self._api(self._participants), methods=["GET"]),
            Route(sessions, self._api(self._sessions), methods=["GET"]),
            Route("/v1/userinfo", self._api(self._userinfo, OPENID), methods=["GET"]),
        ]

    def _api(self, answer: Callable[[Request, Ticket], Any], scope: str = MEET) -> Callable[[Request], Any]:
        async def endpoint(request: Request) -> Response:
            try:
                if self.refusals:
                    raise self.refusals.pop(0)
                response = JSONResponse(self._shown(request, answer(request, self._ticket(request, scope))))
            except Refusal as refusal:
                response = JSONResponse(refusal.said, refusal.status, refusal.headers)
            self._log.append(
                (request.method, f"{request.url.path}?{request.url.query}", response.status_code)
            )
            return response

        return endpoint

    def _ticket(self, request: Request, scope: str) -> Ticket:
        ticket = self.identity.who(request.headers.get("authorization", ""))
        if ticket is None:
            raise Refusal(401, "Request had invalid authentication credentials.", "ACCESS_TOKEN_EXPIRED")
        if not ticket.allows(scope):
            text = "Request had insufficient authentication scopes."
            raise Refusal(403, text, "ACCESS_TOKEN_SCOPE_INSUFFICIENT")
        return ticket

    def _shown(self, request: Request, said: Any) -> Any:
        try:
            return cut(said, parsed(request.query_params.get("fields", "")))
        except ValueError as error:
            raise Refusal(400, str(error)) from error

    # --- calls -----------------------------------------------------------------------------------------------

    def _records(self, request: Request, ticket: Ticket) -> Any:
        fits = _filter(request.query_params.get("filter", ""))
        seen = [one for one in self.conferences if self._may_see(one, ticket.person) and fits(one)]
        newest = sorted(seen, key=lambda one: one.start, reverse=True)
        return _page(request, "conferenceRecords", [_record(one) for one in newest], usual=25, most=100)

    def _record(self, request: Request, ticket: Ticket) -> Any:
        return _record(self._there(request, ticket))

    def _participants(self, request: Request, ticket: Ticket) -> Any:
        there = self._there(request, ticket)
        if there.is_hidden:
            raise Refusal(403, "The caller does not have permission")
        found = [self._participant(there, number, who) for number, who in enumerate(there.participants, 1)]
        return _page(request, "participants", found[::-1], usual=100, most=250)

    def _sessions(self, request: Request, ticket: Ticket) -> Any:
        there, name = self._there(request, ticket), request.path_params["participant"]
        for number, (_, times) in enumerate(there.participants.items(), 1):
            if name == f"p{number}":
                parent = f"conferenceRecords/{there.id}/participants/{name}/participantSessions"
                found = [
                    {"name": f"{parent}/s{at}", **_times("startTime", start, "endTime", end)}
                    for at, (start, end) in enumerate(times, 1)
                ]
                return _page(request, "participantSessions", found[::-1], usual=100, most=250)
        raise Refusal(404, "Requested entity was not found.")

    def _userinfo(self, _request: Request, ticket: Ticket) -> Any:
        return {"sub": self.identity.account(ticket.person)}

    def _there(self, request: Request, ticket: Ticket) -> Conference:
        for one in self.conferences:
            if one.id == request.path_params["record"]:
                if not self._may_see(one, ticket.person):
                    raise Refusal(403, "The caller does not have permission")
                return one
        raise Refusal(404, "Requested entity was not found.")

    def _may_see(self, conference: Conference, person: str) -> bool:
        return person == conference.owner or person in conference.participants

    def _participant(self, there: Conference, number: int, who: str) -> dict[str, Any]:
        times = there.participants[who]
        ends = [end for _, end in times]
        last = None if None in ends else max(end for end in ends if end is not None)
        said: dict[str, Any] = {"name": f"conferenceRecords/{there.id}/participants/p{number}"}
        said |= _times("earliestStartTime", min(start for start, _ in times), "latestEndTime", last)
        name = who.partition("@")[0].title()
        if "@" not in who:
            return {**said, "anonymousUser": {"displayName": name}}
        return {**said, "signedinUser": {"user": f"users/{self.identity.account(who)}", "displayName": name}}


def _record(one: Conference) -> dict[str, Any]:
    return {
        "name": f"conferenceRecords/{one.id}",
        **_times("startTime", one.start, "endTime", one.end),
        "space": one.space,
    }


def _times(start_name: str, start: datetime, end_name: str, end: datetime | None) -> dict[str, str]:
    said = {start_name: _written(start)}
    return said if end is None else {**said, end_name: _written(end)}


def _written(moment: datetime) -> str:
    return f"{moment.astimezone(UTC):%Y-%m-%dT%H:%M:%S.%fZ}"


def _filter(text: str) -> Callable[[Conference], bool]:
    """What *text* lets through: clauses joined by ``AND``. Raises Refusal for what is no such filter."""
    clauses = re.split(r"\bAND\b", text) if text.strip() else []
    tests = [_clause(one) for one in clauses]
    return lambda conference: all(test(conference) for test in tests)


def _clause(text: str) -> Callable[[Conference], bool]:
    found = _CLAUSE.fullmatch(text)
    if found is None:
        raise Refusal(400, "Request contains an invalid argument.")
    name, is_null, operator, value = found.groups()
    values: dict[str, Callable[[Conference], Any]] = {
        "space.meeting_code": lambda one: one.code, "space.name": lambda one: one.space,
        "start_time": lambda one: one.start, "end_time": lambda one: one.end,
    }  # fmt: skip
    is_time = name.endswith("_time")
    if name not in values or (not is_time and operator != "=") or (is_null and name != "end_time"):
        raise Refusal(400, "Request contains an invalid argument.")
    of = values[name]
    if is_null:
        return lambda one: of(one) is None
    if not is_time:
        return lambda one: bool(of(one) == value)
    try:
        moment = datetime.fromisoformat(value)
    except ValueError:
        moment = None
    if moment is None or moment.tzinfo is None:
        raise Refusal(400, "Request contains an invalid argument.")
    return lambda one: of(one) is not None and _COMPARE[operator](of(one), moment)


def _page(request: Request, name: str, found: Sequence[Any], *, usual: int, most: int) -> dict[str, Any]:
    query = request.query_params
    try:
        size = min(int(query.get("pageSize", "0")) or usual, most)
        begin = int(base64.b64decode(query.get("pageToken", ""), altchars=b"-_", validate=True) or 0)
    except (ValueError, binascii.Error):
        raise Refusal(400, "Request contains an invalid argument.") from None
    if size < 0 or begin < 0:
        raise Refusal(400, "Request contains an invalid argument.")
    # Like the real one, which writes no empty lists.
    page: dict[str, Any] = {name: list(found[begin : begin + size])} if found[begin : begin + size] else {}
    if begin + size < len(found):
        page["nextPageToken"] = base64.urlsafe_b64encode(str(begin + size).encode()).decode()
    return page
