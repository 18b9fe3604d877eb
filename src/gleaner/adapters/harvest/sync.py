"""Bringing the copy up to date: a cold fill, warm polls, and a full re-list that finds what was deleted.

A warm poll is nine requests. The lists that decide who may log where, and what was logged, are read each time; those
that change seldom take turns, one with each poll, and are read at once when something mentions what we do not know,
or when their turn is an hour overdue.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from datetime import datetime, timedelta

from gleaner.adapters.harvest.client import Client
from gleaner.adapters.harvest.copy import Copy, State
from gleaner.adapters.harvest.encoding import Params, Raw, from_json
from gleaner.adapters.harvest.paging import Page
from gleaner.adapters.harvest.reader import Pages, Reader, Window, covered
from gleaner.adapters.harvest.reading import guessed_company
from gleaner.adapters.harvest.report import SyncReport, Way
from gleaner.core.activities import Problem
from gleaner.core.errors import Refused, Suspicious
from gleaner.core.ports import Clock, Progress

_EACH_TIME = ("projects", "task_assignments", "user_assignments")
_IN_TURN = ("clients", "contacts", "tasks", "expense_categories")
_OVERDUE = timedelta(hours=1)
_MENTIONS = {
    "projects": ("client", "clients"),
    "task_assignments": ("task", "tasks"),
    "expenses": ("expense_category", "expense_categories"),
}
"""Objects that name others: the key, and the list it points into."""
_MODULES = {
    "expenses": "expense_feature",
    "expense_categories": "expense_feature",
    "invoices": "invoice_feature",
}
"""Parts of Harvest that a company may have switched off."""
# Names of notes about the copy.
_IDENTITY = "identity"
_INVOICED = "invoiced"
# How many of a member's latest entries tell how their company keeps time.
_RECENT = 50


class Sync:
    """One run. *window* is the span of days of time entries and expenses wanted; *force* accepts what looks wrong.

    The entries of the days in *relist* are read again as a whole: deletions are invisible to polls.
    """

    def __init__(
        self,
        client: Client,
        copy: Copy,
        clock: Clock,
        progress: Progress,
        window: Window,
        *,
        relist: Window | None = None,
        full: bool = False,
        force: bool = False,
    ) -> None:
        self._client = client
        self._copy = copy
        self._progress = progress
        self._window = window
        self._relist = relist
        self._full = full
        self._force = force
        self._now = clock.now()
        self._reader = Reader(copy, progress, self._now, full=full, force=force)

    def run(self) -> SyncReport:
        """Raises Refused, Unavailable, or Suspicious before anything of another company is stored."""
        before = self._client.requests_made
        company = _unless_forbidden(lambda: self._client.company.get().raw)
        way: Way = "team" if company is not None and self._team(company) else "personal"
        if way == "personal":
            self._personal(company)
        return self._report(way, before)

    def run_entries(self) -> SyncReport:
        """Only the time entries: one request when nothing changed. For whoever ran :meth:`run` a moment ago."""
        before = self._client.requests_made
        known = self._copy.note(_IDENTITY) or {}
        way: Way = "personal" if known.get("way") == "personal" else "team"
        self._days("time_entries", {"user_id": int(str(known["user_id"]))} if way == "personal" else {})
        return self._report(way, before)

    def _report(self, way: Way, requests_before: int) -> SyncReport:
        reader = self._reader
        return SyncReport(
            way,
            self._now,
            reader.counts,
            tuple(reader.problems),
            self._client.requests_made - requests_before,
            tuple(reader.changes),
            {name: state.as_of for name, state in self._copy.states().items()},
        )

    def _team(self, company: Raw) -> bool:
        """Copy all that an administrator sees. False, with nothing stored, when people are hidden from us."""
        who: Raw = {"way": "team", "name": company.get("name"), "base_uri": company.get("base_uri")}
        self._admit(who)
        if _unless_forbidden(lambda: self._people(who)) is None:
            return False
        self._copy.set_note(_IDENTITY, who)
        self._reader.one("company", company)
        switched_off = {name for name, switch in _MODULES.items() if company.get(switch) is False}
        for resource in _EACH_TIME:
            self._list(resource)
        if "invoices" not in switched_off:
            self._module("invoices", lambda: self._reader.refresh("invoices", self._invoices))
        self._days("time_entries", {})
        if "expenses" not in switched_off:
            self._module("expenses", lambda: self._days("expenses", {}))
        self._look_at_what_was_invoiced(switched_off)
        for resource in self._due(set(_IN_TURN) - switched_off):
            self._module(resource, lambda resource=resource: self._list(resource))  # type: ignore[misc]
        return True

    def _people(self, who: Raw) -> Raw:
        known = self._copy.note(_IDENTITY)
        if known is not None and known.get("way") != who["way"]:
            # Look before we drop what one person saw: this token may still see no more.
            next(self._client.users.pages())
            self._copy.clear()
        self._list("users")
        return who

    def _personal(self, company: Raw | None) -> None:
        """Copy what one person sees: themselves, their project picker, their entries and expenses."""
        me = self._client.users.me()
        who: Raw = {"way": "personal", "name": me.name, "user_id": me.id}
        self._admit(who)
        self._copy.set_note(_IDENTITY, who)
        self._reader.one("users", me.raw)
        self._reader.snapshot("project_assignments", self._client.project_assignments.pages)
        mine: Params = {"user_id": me.id}
        self._days("time_entries", mine)
        self._module("expenses", lambda: self._days("expenses", mine))
        if company is None:
            company = guessed_company(self._client.account_id, me, self._recent())
            self._reader.problems.append(_guessed(company))
        self._reader.one("company", company)

    def _admit(self, who: Raw) -> None:
        """Refuse to mix two companies, or two persons, in one copy. *force* drops what was there."""
        known = self._copy.note(_IDENTITY)
        if known is None:
            return
        objection = stranger(known, who)
        if objection and not self._force:
            raise Suspicious(
                f"{objection} Nothing was changed. Check the token and the account id;"
                " if they are right, sync again with force: the copy is then made anew."
            )
        if objection:
            self._copy.clear()

    def _list(self, resource: str) -> None:
        self._reader.refresh(resource, self._pages(resource))

    def _days(self, resource: str, whose: Params) -> None:
        self._reader.days(resource, self._pages(resource), whose, self._window, self._relist)

    def _pages(self, resource: str) -> Pages:
        pages: Pages = getattr(self._client, resource).pages
        return pages

    def _module(self, resource: str, read: Callable[[], None]) -> None:
        """Read a part of Harvest that may be switched off, or not for us: then the rest goes on without it.

        Once refused, it is asked for again after an hour.
        """
        if not self._full and self._was_refused(resource):
            return
        try:
            read()
        except Refused as refusal:
            if refusal.status not in (403, 404):
                raise
            self._copy.set_note(_refused(resource), {"at": self._now.isoformat()})
            text = (
                "Harvest does not show them to this token (or the module is switched off); they are left out."
            )
            self._reader.problems.append(
                Problem(f"Harvest, {resource.replace('_', ' ')}", text, is_hint=True)
            )

    def _due(self, resources: Iterable[str]) -> list[str]:
        """Which of the lists that take turns are read now."""
        states = self._copy.states()
        if self._full:
            return [resource for resource in _IN_TURN if resource in resources]
        shown = [name for name in _IN_TURN if name in resources and not self._was_refused(name)]
        wanted = due({name: states.get(name) for name in shown}, self._now)
        unknown = [name for name in self._unknown() if name in shown and name not in wanted]
        return [*wanted, *unknown]

    def _unknown(self) -> list[str]:
        """Lists in which something stands that was mentioned, and that we do not hold."""
        found = []
        for resource, (key, target) in _MENTIONS.items():
            refs = [raw.get(key) for raw in self._reader.news.get(resource, ())]
            mentioned = {
                ref["id"] for ref in refs if isinstance(ref, dict) and isinstance(ref.get("id"), int)
            }
            if mentioned - self._copy.ids(target):
                found.append(target)
        return found

    def _was_refused(self, resource: str) -> bool:
        noted = self._copy.note(_refused(resource))
        return noted is not None and self._now - datetime.fromisoformat(str(noted["at"])) < _OVERDUE

    def _invoices(self, ask: Params) -> Iterator[Page]:
        """The list's pages; whose projects they name is noted before a page is stored, so that no crash forgets it."""
        for page in self._client.invoices.pages(ask):
            if covered(self._copy, "time_entries") is not None:
                projects = {number for raw in page.items for number in _projects(raw)}
                self._copy.set_note(_INVOICED, {"projects": sorted({*self._invoiced(), *projects})})
            yield page

    def _invoiced(self) -> list[int]:
        return [int(str(number)) for number in _list((self._copy.note(_INVOICED) or {}).get("projects"))]

    def _look_at_what_was_invoiced(self, switched_off: set[str]) -> None:
        """Read the time and expenses again that new or changed invoices may have marked as billed.

        Whether that touches their ``updated_at``, so that polls would see it, is not known.
        """
        projects = [] if self._full else self._invoiced()
        for resource in ("time_entries", "expenses"):
            if resource not in switched_off and not self._was_refused(resource):
                for project in projects:
                    self._reader.look_again(resource, self._pages(resource), {"project_id": project})
        if projects or self._full:
            self._copy.set_note(_INVOICED, {"projects": []})

    def _recent(self) -> list[Raw]:
        return [from_json(text) for text in self._copy.entries(*self._window)[-_RECENT:]]


def due(states: Mapping[str, State | None], now: datetime) -> list[str]:
    """Which lists to read now, by when each was read last: all that are overdue, or else the one whose turn it is.

    >>> read = lambda minute: State(datetime(2026, 3, 2, 9, minute), None)
    >>> due({"clients": read(5), "tasks": read(0), "contacts": read(10)}, datetime(2026, 3, 2, 9, 15))
    ['tasks']
    >>> due({"clients": read(5), "tasks": None}, datetime(2026, 3, 2, 10, 5))
    ['tasks', 'clients']
    """
    never = [name for name, state in states.items() if state is None]
    dated = sorted(((state.as_of, name) for name, state in states.items() if state is not None))
    overdue = [name for as_of, name in dated if now - as_of >= _OVERDUE]
    return [*never, *overdue] or [name for _, name in dated[:1]]


def stranger(known: Raw, who: Raw) -> str | None:
    """Why *who* the token stands for now is not whom the copy *known* was made for; None when they agree."""
    if known.get("way") == "personal":
        if who["way"] == "personal" and who["user_id"] != known.get("user_id"):
            return f"The token is {who['name']}'s, but the copy holds the data of {known.get('name')}."
        return None  # from one's own to everybody's: more rights, no contradiction
    if who["way"] == "personal":
        return f"The token is {who['name']}'s and sees one person only, but the copy holds a whole team."
    ours, theirs = known.get("base_uri"), who.get("base_uri")
    # The address is unique in Harvest; a company that changed its name alone is the same company.
    if (ours != theirs) if ours and theirs else (known.get("name") != who.get("name")):
        return (
            f'The token belongs to "{who.get("name")}" ({theirs or "no address"}),'
            f' but the copy holds "{known.get("name")}" ({ours or "no address"}).'
        )
    return None


def _projects(invoice: Raw) -> set[int]:
    """The projects an invoice has lines for.

    >>> _projects({"line_items": [{"project": {"id": 7}}, {"project": None}]})
    {7}
    """
    refs = [line.get("project") for line in _list(invoice.get("line_items")) if isinstance(line, dict)]
    return {ref["id"] for ref in refs if isinstance(ref, dict) and isinstance(ref.get("id"), int)}


def _list(value: object) -> list[object]:
    return value if isinstance(value, list) else []


def _refused(resource: str) -> str:
    return f"refused/{resource}"


def _guessed(company: Raw) -> Problem:
    keeps = "start and end times" if company["wants_timestamp_timers"] else "durations"
    return Problem(
        "Harvest, company",
        "this token may not read the company's settings. Going by the person's own entries, the account keeps"
        f" {keeps} in a {company['clock']} clock; an administrator's token would tell for sure.",
        is_hint=True,
    )


def _unless_forbidden(ask: Callable[[], Raw]) -> Raw | None:
    try:
        return ask()
    except Refused as refusal:
        if refusal.status == 403:
            return None
        raise
