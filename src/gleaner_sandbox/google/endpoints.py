"""The endpoints: ``events`` of a calendar, and the identity host with its page of consent."""

import base64
import binascii
import html
from collections.abc import Callable
from datetime import datetime
from typing import Any
from urllib.parse import parse_qsl, urlencode

from starlette.requests import Request
from starlette.responses import HTMLResponse, JSONResponse, RedirectResponse, Response
from starlette.routing import BaseRoute, Route

from gleaner_sandbox.google.calendars import Calendar, Calendars, Event, Gone
from gleaner_sandbox.google.identity import READ, WRITE, Denied, Identity, Ticket
from gleaner_sandbox.google.meet import Meet
from gleaner_sandbox.google.partial import cut, parsed

_MOST = 2500


class Refusal(Exception):
    """An error as the API writes it."""

    def __init__(self, status: int, reason: str, message: str) -> None:
        super().__init__(message)
        self.status = status
        self.said = {
            "error": {
                "code": status,
                "message": message,
                "errors": [{"domain": "global", "reason": reason, "message": message}],
            }
        }


class Google:
    """One Google: its calendars and who may see them."""

    def __init__(self, calendars: Calendars, identity: Identity) -> None:
        self.calendars = calendars
        self.identity = identity
        self.log: list[tuple[str, str, int]] = []
        """Method, path and status of each request."""
        self.refusals: list[Refusal] = []
        """Said to the next requests for events, one each: faults to order."""
        self.meet = Meet(identity, self.log)

    def routes(self) -> list[BaseRoute]:
        events = "/calendar/v3/calendars/{calendar}/events"
        return [
            Route(events, self._api(self._list), methods=["GET"]),
            Route(events, self._api(self._insert), methods=["POST"]),
            Route(f"{events}/{{event}}", self._api(self._get), methods=["GET"]),
            Route(f"{events}/{{event}}", self._api(self._patch), methods=["PATCH"]),
            Route(f"{events}/{{event}}", self._api(self._delete), methods=["DELETE"]),
            Route("/o/oauth2/v2/auth", self._consent, methods=["GET", "POST"]),
            Route("/token", self._token, methods=["POST"]),
            Route("/revoke", self._revoke, methods=["POST"]),
            *self.meet.routes(),
        ]

    # --- events ----------------------------------------------------------------------------------------------

    def _api(self, answer: Callable[[Request, Calendar, Any], Any]) -> Callable[[Request], Any]:
        async def endpoint(request: Request) -> Response:
            try:
                body = await request.json() if request.method in ("POST", "PATCH") else None
                if self.refusals:
                    raise self.refusals.pop(0)
                said = answer(request, self._calendar(request), body)
            except Refusal as refusal:
                response: Response = JSONResponse(refusal.said, refusal.status)
            except ValueError:
                response = JSONResponse(Refusal(400, "parseError", "Parse Error").said, 400)
            else:
                response = Response(status_code=204) if said is None else JSONResponse(said)
            self.log.append((request.method, f"{request.url.path}?{request.url.query}", response.status_code))
            return response

        return endpoint

    def _calendar(self, request: Request) -> Calendar:
        ticket = self.identity.who(request.headers.get("authorization", ""))
        if ticket is None:
            raise Refusal(401, "authError", "Invalid Credentials")
        if not ticket.allows(WRITE) and (request.method != "GET" or not ticket.allows(READ)):
            raise Refusal(403, "insufficientPermissions", "Request had insufficient authentication scopes.")
        found = self.calendars.seen_by(ticket.person, request.path_params["calendar"])
        if found is None:
            raise Refusal(404, "notFound", "Not Found")
        return found

    def _list(self, request: Request, calendar: Calendar, _body: Any) -> Any:
        query = request.query_params
        number = calendar.now
        items = self._found(request, calendar)
        kinds = query.getlist("eventTypes")
        shown = [one for one in items if not kinds or one.get("eventType", "default") in kinds]
        size = min(int(query.get("maxResults", "250")), _MOST)
        begin = _number(query.get("pageToken", ""), "p") or 0
        page: dict[str, Any] = {
            "kind": "calendar#events",
            "timeZone": calendar.zone.key,
            "items": shown[begin : begin + size],
        }
        if begin + size < len(shown):
            page["nextPageToken"] = _token("p", begin + size)
        else:
            page["nextSyncToken"] = _token("s", number)
        try:
            return cut(page, parsed(query.get("fields", "")))
        except ValueError as error:
            raise Refusal(400, "invalidParameter", str(error)) from error

    def _found(self, request: Request, calendar: Calendar) -> list[Event]:
        query = request.query_params
        is_single = query.get("singleEvents") == "true"
        if token := query.get("syncToken"):
            if {"timeMin", "timeMax", "q", "orderBy"} & query.keys():
                raise Refusal(400, "invalid", "Sync token cannot be used with other restrictions.")
            number = _number(token, "s")
            try:
                if number is None:
                    raise Gone
                return calendar.since(number)
            except Gone:
                text = "Sync token is no longer valid, a full sync is required."
                raise Refusal(410, "fullSyncRequired", text) from None
        if not is_single:
            return calendar.all()

        def moment(name: str) -> datetime | None:
            text = query.get(name)
            return None if text is None else calendar.moment({"dateTime": text})

        return calendar.single(moment("timeMin"), moment("timeMax"))

    def _insert(self, _request: Request, calendar: Calendar, body: Any) -> Any:
        if not isinstance(body, dict) or not {"start", "end"} <= body.keys():
            raise Refusal(400, "required", "Missing end time.")
        return calendar.put(body)

    def _get(self, request: Request, calendar: Calendar, _body: Any) -> Any:
        return self._there(calendar.change(request.path_params["event"], {}))

    def _patch(self, request: Request, calendar: Calendar, body: Any) -> Any:
        return self._there(calendar.change(request.path_params["event"], body))

    def _delete(self, request: Request, calendar: Calendar, _body: Any) -> None:
        if not calendar.delete(request.path_params["event"]):
            raise Refusal(404, "notFound", "Not Found")

    def _there(self, found: Event | None) -> Event:
        if found is None:
            raise Refusal(404, "notFound", "Not Found")
        return found

    # --- the identity host -----------------------------------------------------------------------------------

    async def _consent(self, request: Request) -> Response:
        """A page that asks the person of the hint; its buttons say yes or no, ``without`` some of it or not."""
        asked = request.query_params
        wrong = (
            asked.get("client_id") not in self.identity.apps
            or asked.get("response_type") != "code"
            or not asked.get("redirect_uri", "").startswith("http://127.0.0.1:")
            or asked.get("code_challenge_method") != "S256"
        )
        if wrong:
            return HTMLResponse("<h1>Access blocked</h1><p>The request is invalid.</p>", 400)
        if request.method == "GET":
            who, what = html.escape(asked.get("login_hint", "")), html.escape(asked.get("scope", ""))
            return HTMLResponse(
                f"<h1>{who}</h1><p>An application wants to use: {what}</p><form method=post>"
                "<button name=answer value=yes>Allow</button> <button name=answer value=no>Deny</button></form>"
            )
        said = dict(parse_qsl((await request.body()).decode()))
        back = {"state": asked.get("state", "")}
        if said.get("answer") != "yes":
            back["error"] = "access_denied"
        else:
            # People may leave single things out on Google's page.
            scope = " ".join(
                one for one in asked.get("scope", "").split() if one not in said.get("without", "").split()
            )
            ticket = Ticket(
                asked.get("login_hint", ""), scope, asked["client_id"],
                challenge=asked.get("code_challenge", ""), redirect_uri=asked["redirect_uri"],
            )  # fmt: skip
            back |= {"code": self.identity.allow(ticket), "scope": ticket.scope}
        return RedirectResponse(f"{asked['redirect_uri']}?{urlencode(back)}", 302)

    async def _token(self, request: Request) -> Response:
        form = dict(parse_qsl((await request.body()).decode()))
        try:
            said = self.identity.token(form, str(request.url))
        except Denied as denied:
            return JSONResponse(denied.said, denied.status)
        return JSONResponse(said, headers={"Cache-Control": "no-store"})

    async def _revoke(self, request: Request) -> Response:
        form = dict(parse_qsl((await request.body()).decode()))
        tickets = {**self.identity.access, **self.identity.refresh}
        ticket = tickets.get(form.get("token", ""))
        if ticket is None:
            return JSONResponse({"error": "invalid_token"}, 400)
        self.identity.revoke(ticket.person)
        return JSONResponse({})


def _token(kind: str, number: int) -> str:
    return base64.urlsafe_b64encode(f"{kind}:{number}".encode()).decode()


def _number(token: str, kind: str) -> int | None:
    try:
        said, _, number = base64.urlsafe_b64decode(token).decode().partition(":")
        return int(number) if said == kind else None
    except (ValueError, binascii.Error):
        return None
