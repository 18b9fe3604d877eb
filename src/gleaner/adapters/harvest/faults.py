"""What Harvest's answers and the network's failures mean to us: foreign errors become ours here, once.

Statuses and bodies are those of ``harvest/api`` §5. A 429 may be HTML, so nothing here relies on JSON.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime

import httpx2

from gleaner.core.errors import ConfigError, GleanerError, Refused, Unavailable
from gleaner.core.phrases import phrase

DEVELOPERS = "https://id.getharvest.com/developers"
NOT_ACCEPTED = "Harvest does not accept the access token"
"""How the sentence begins that says so; whoever watches looks for it."""

# What Harvest says when it throttles without saying for how long (``harvest/api`` §3).
_THROTTLED_FOR = 15.0

_NEEDED = {
    "company": phrase("an administrator's token"),
    "users": phrase("an administrator's token, or that of the manager of these people"),
    "clients": phrase("an administrator's token, or a manager's with \"client_and_task_manager\""),
    "contacts": phrase("an administrator's token, or a manager's with \"client_and_task_manager\""),
    "tasks": phrase("an administrator's token, or a manager's with \"client_and_task_manager\""),
    "projects": phrase("an administrator's token, or that of a manager of these projects"),
    "task_assignments": phrase("an administrator's token, or that of a manager of these projects"),
    "user_assignments": phrase("an administrator's token, or that of a manager of these projects"),
    "time_entries": phrase(
        "your own entries, an administrator's token, or a manager's with \"time_and_expenses_manager\""
    ),
    "expenses": phrase(
        "your own expenses, an administrator's token, or a manager's with \"time_and_expenses_manager\""
    ),
    "expense_categories": phrase("an administrator's token"),
    "invoices": phrase("an administrator's token, or a manager's with \"managed_projects_invoice_manager\""),
    "invoice_item_categories": phrase(
        "an administrator's token, or a manager's with \"managed_projects_invoice_manager\""
    ),
    "estimates": phrase("an administrator's token, or a manager's with \"estimates_manager\""),
    "estimate_item_categories": phrase("an administrator's token"),
    "roles": phrase("an administrator's token"),
    "teammates": phrase("an administrator's token"),
    "billable_rates": phrase("an administrator's token, or a manager's with \"billable_rates_manager\""),
    "cost_rates": phrase("an administrator's token"),
    "reports": phrase("an administrator's token, or that of a manager of these projects"),
}
"""Which permission opens a resource (``harvest/api`` §7)."""

# The request never reached Harvest: no connection was there to send it on.
_NEVER_SENT = (httpx2.ConnectError, httpx2.ConnectTimeout, httpx2.PoolTimeout, httpx2.ProxyError)


def from_status(method: str, path: str, status: int, headers: Mapping[str, str], body: bytes) -> GleanerError:
    """The error a *status* outside 200–299 stands for."""
    what = f"{method} {path}"
    said = spoken(body)
    if status == 401:
        return Refused(
            phrase(
                "{not_accepted}: it is wrong, revoked or expired, or belongs to another account. Make a new"
                " one at {developers} and give it to Gleaner, or log in: gleaner login",
                not_accepted=phrase(NOT_ACCEPTED),
                developers=DEVELOPERS,
            ),
            status=status,
        )
    if status == 403:
        return Refused(
            phrase(
                "Harvest does not allow {what} with this token; it needs {needed}.",
                what=what,
                needed=_needed(path),
            ),
            status=status,
        )
    if status == 404:
        return Refused(
            phrase("Harvest knows no {path}, or hides it from this token.", path=path), status=status
        )
    if status == 422:
        return Refused(
            phrase("Harvest refused {what}: {said}", what=what, said=said or phrase("it gave no reason")),
            status=status,
        )
    if status == 429:
        wait = _retry_after(headers, body)
        wait = _THROTTLED_FOR if wait is None else wait
        return Unavailable(
            phrase("Harvest is throttling this account; it will listen again in {wait:g} s.", wait=wait),
            retry_after=wait,
        )
    if status >= 500 or status == 408:
        return Unavailable(
            phrase(
                "Harvest failed on {what} with status {status}; try again later.", what=what, status=status
            ),
            retry_after=_retry_after(headers, body),
            # A 5xx may come from a proxy after Harvest did the work.
            answer_lost=method != "GET",
        )
    if status < 400:
        return Refused(
            phrase(
                "{what} was answered with status {status}, a redirect to {host}. Gleaner follows none, so "
                "that the token stays with Harvest; check base_url.",
                what=what,
                status=status,
                host=_host(headers),
            ),
            status=status,
        )
    return Refused(
        phrase(
            "Harvest refused {what} with status {status}: {said}"
            if said
            else "Harvest refused {what} with status {status}.",
            what=what,
            status=status,
            said=said,
        ),
        status=status,
    )


def from_network(method: str, path: str, error: httpx2.HTTPError | httpx2.InvalidURL) -> GleanerError:
    """The error a failed exchange stands for."""
    what = f"{method} {path}"
    if isinstance(error, (httpx2.InvalidURL, httpx2.UnsupportedProtocol, httpx2.LocalProtocolError)):
        return ConfigError(
            phrase("{what} could not be sent: {error}. Check base_url.", what=what, error=str(error))
        )
    if isinstance(error, _NEVER_SENT):
        return Unavailable(
            phrase(
                "Harvest cannot be reached ({reason}); {what} was not sent.", reason=_reason(error), what=what
            )
        )
    lost = method != "GET"
    if isinstance(error, httpx2.TimeoutException):
        return Unavailable(phrase("Harvest did not answer {what} in time.", what=what), answer_lost=lost)
    return Unavailable(
        phrase("The connection to Harvest broke during {what} ({reason}).", what=what, reason=_reason(error)),
        answer_lost=lost,
    )


def garbled(method: str, path: str, why: str) -> Unavailable:
    """An answer that says it worked but cannot be read."""
    return Unavailable(
        phrase(
            "Harvest's answer to {method} {path} cannot be read: {why}.", method=method, path=path, why=why
        ),
        answer_lost=method != "GET",
    )


def repeat_in(error: Exception, *, is_harmless: bool, seconds_left: float) -> bool | float:
    """Whether to send the request again, as ``stamina`` asks: False, True (usual back-off) or seconds to wait.

    *is_harmless*: sending the request twice does no harm. Otherwise it is repeated only when the first one
    certainly did nothing: Harvest throttled it, or no connection was ever made.
    A wait Harvest asks for that is longer than *seconds_left* ends it: the caller decides what to do meanwhile.
    """
    if not isinstance(error, Unavailable) or (error.answer_lost and not is_harmless):
        return False
    if error.retry_after is None:
        return True
    return error.retry_after if error.retry_after <= seconds_left else False


def spoken(body: bytes) -> str:
    """Harvest's own words in an error's *body*; empty when there are none, as in HTML.

    >>> spoken(b'{"message":"Email is not valid"}')
    'Email is not valid'
    """
    told = _json_object(body)
    for key in ("message", "error_description", "error"):
        if isinstance(text := told.get(key), str) and text.strip():
            return text.strip()
    return ""


def _retry_after(headers: Mapping[str, str], body: bytes) -> float | None:
    """Seconds to wait as the header says, as a number or as a date, or else the body."""
    asked = headers.get("retry-after") or _json_object(body).get("retry_after")
    try:
        return max(0.0, float(str(asked)))
    except ValueError:
        pass
    try:
        moment = parsedate_to_datetime(str(asked))
        now = parsedate_to_datetime(headers["date"]) if "date" in headers else datetime.now(UTC)
        return max(0.0, (moment - now).total_seconds())
    except (ValueError, TypeError):  # TypeError: one of the two dates has no zone
        return None


def _json_object(body: bytes) -> dict[str, object]:
    try:
        told = json.loads(body)
    except ValueError:
        return {}
    return told if isinstance(told, dict) else {}


def _needed(path: str) -> str:
    resource = path.strip("/").split("/")
    # A report is named for what it adds up, ``/reports/time/clients``, but opens as a report.
    for name in resource if resource[0] == "reports" else reversed(resource):
        if name in _NEEDED:
            return _NEEDED[name]
    return phrase("more permissions")


def _host(headers: Mapping[str, str]) -> str:
    try:
        return httpx2.URL(headers.get("location", "")).host or "nowhere"
    except httpx2.InvalidURL:
        return "nowhere"


def _reason(error: Exception) -> str:
    return str(error) or type(error).__name__
