"""A Harvest in a dictionary, behind the client's own HTTP transport: lists, paging, polls, refusals."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, timedelta

import httpx2

from gleaner.adapters.harvest.client import Client
from gleaner.adapters.harvest.limits import Unlimited
from gleaner.core.catalog import AccountId
from gleaner.core.ports import Step

TOKEN = "1234567.pt.a-secret-nobody-may-see"
ACCOUNT = AccountId(77)
Item = dict[str, object]
Handler = Callable[[httpx2.Request], httpx2.Response]

COMPANY: Item = {
    "name": "Apollo Studio",
    "base_uri": "https://apollo.harvestapp.com",
    "wants_timestamp_timers": False,
    "clock": "24h",
    "week_start_day": "Sunday",
    "weekly_capacity": 126000,
}


def client(handler: Handler, **options: object) -> Client:
    """A client whose requests go to *handler*."""
    return Client(ACCOUNT, TOKEN, limits=Unlimited(), http=httpx2.MockTransport(handler), **options)  # type: ignore[arg-type]


def stamp(moment: datetime) -> str:
    return f"{moment:%Y-%m-%dT%H:%M:%SZ}"


class FixedClock:
    def __init__(self) -> None:
        self.moment = datetime(2026, 3, 2, 12, tzinfo=UTC)

    def now(self) -> datetime:
        return self.moment


class Quiet:
    """Progress nobody looks at, with what it was told."""

    def __init__(self) -> None:
        self.steps: list[str] = []
        self.advanced = 0
        self.totals: list[int] = []

    @contextmanager
    def step(self, text: str, total: int | None = None) -> Iterator[Step]:
        self.steps.append(text)
        yield _QuietStep(self)


@dataclass
class _QuietStep:
    progress: Quiet

    def advance(self, amount: int = 1) -> None:
        self.progress.advanced += amount

    def total(self, amount: int) -> None:
        self.progress.totals.append(amount)


@dataclass
class FakeHarvest:
    """Lists by name, newest first. ``now`` stamps every change."""

    per_page: int = 2000
    by_cursor: bool = True
    now: datetime = datetime(2026, 3, 2, 12, tzinfo=UTC)
    company: Item = field(default_factory=lambda: dict(COMPANY))
    lists: dict[str, dict[int, Item]] = field(default_factory=dict)
    forbidden: set[str] = field(default_factory=set)
    """Paths answered with 403."""
    me: Item | None = None
    asked: list[httpx2.Request] = field(default_factory=list)
    before_answer: Callable[[str, int], None] = lambda path, page: None
    """Called before each list's page is made: to change things behind the reader's back."""

    def client(self) -> Client:
        return client(self)

    def put(self, resource: str, *items: Item) -> None:
        """Create or change objects, now."""
        for item in items:
            held = self.lists.setdefault(resource, {})
            number = int(str(item["id"]))
            made = {"created_at": stamp(self.now), **held.get(number, {})}
            held[number] = {**made, **item, "updated_at": stamp(self.now)}

    def drop(self, resource: str, *ids: int) -> None:
        for number in ids:
            del self.lists[resource][number]

    def tick(self, seconds: int = 60) -> None:
        self.now += timedelta(seconds=seconds)

    def paths(self) -> list[str]:
        return [request.url.path.removeprefix("/v2") for request in self.asked]

    def __call__(self, request: httpx2.Request) -> httpx2.Response:
        self.asked.append(request)
        path = request.url.path.removeprefix("/v2")
        if path in self.forbidden:
            return httpx2.Response(403, json={"message": "Not authorized!"})
        if path == "/company":
            return self._answer(self.company)
        if path == "/users/me" and self.me is not None:
            return self._answer(self.me)
        return self._list(path, dict(request.url.params))

    def _list(self, path: str, ask: dict[str, str]) -> httpx2.Response:
        key = path.rsplit("/", 1)[1]
        page = int(ask.get("cursor") or ask.get("page") or 1)
        self.before_answer(path, page)
        found = [item for item in self.lists.get(key, {}).values() if _matches(item, ask)]
        found.sort(key=lambda item: (str(item.get("spent_date", "")), int(str(item["id"]))), reverse=True)
        size = min(self.per_page, int(ask.get("per_page", 2000)))
        start = (page - 1) * size
        has_next = start + size < len(found)
        kept = {name: value for name, value in ask.items() if name not in ("page", "cursor")}
        step = {"cursor": str(page + 1)} if self.by_cursor else {"page": str(page + 1)}
        # Another host and path on purpose: only the query of a link may be used.
        following = httpx2.URL("https://elsewhere.example/api/v2" + path, params={**kept, **step})
        body = {
            key: found[start : start + size],
            "per_page": size,
            "total_entries": len(found),
            "next_page": None if self.by_cursor or not has_next else page + 1,
            "links": {"next": str(following) if has_next else None},
        }
        return self._answer(body)

    def _answer(self, body: Item) -> httpx2.Response:
        date_header = f"{self.now:%a, %d %b %Y %H:%M:%S GMT}"
        return httpx2.Response(200, content=json.dumps(body).encode(), headers={"Date": date_header})


def _matches(item: Item, ask: dict[str, str]) -> bool:
    """Filters as Harvest has them; ``updated_since`` is strict."""
    since, first, last = ask.get("updated_since"), ask.get("from"), ask.get("to")
    day = str(item.get("spent_date", ""))
    user, project = item.get("user"), item.get("project")
    return (
        (since is None or str(item["updated_at"]) > since)
        and (first is None or day >= first)
        and (last is None or day <= last)
        and ("user_id" not in ask or (isinstance(user, dict) and str(user["id"]) == ask["user_id"]))
        and (
            "project_id" not in ask or (isinstance(project, dict) and str(project["id"]) == ask["project_id"])
        )
    )


def user(number: int, email: str, zone: str = "Berlin", **more: object) -> Item:
    first = email.split("@")[0].title()
    return {"id": number, "first_name": first, "last_name": "Doe", "email": email, "timezone": zone, **more}


def entry(number: int, day: date | str, hours: float = 1.0, *, user_id: int = 1, **more: object) -> Item:
    return {
        "id": number,
        "spent_date": str(day),
        "hours": hours,
        "notes": None,
        "user": {"id": user_id, "name": "Ana Doe"},
        "client": {"id": 301, "name": "Acme", "currency": "EUR"},
        "project": {"id": 201, "name": "Portal", "code": "AP"},
        "task": {"id": 101, "name": "Programming"},
        **more,
    }


def agency() -> FakeHarvest:
    """Ana and Ben work on Acme's portal."""
    harvest = FakeHarvest()
    harvest.put("users", user(1, "ana@apollo.example"), user(2, "ben@apollo.example", "Lisbon"))
    harvest.put("clients", {"id": 301, "name": "Acme", "currency": "EUR", "is_active": True})
    harvest.put(
        "contacts",
        {
            "id": 401,
            "first_name": "Cleo",
            "last_name": "",
            "email": "Cleo@Acme.example",
            "client": {"id": 301},
        },
    )
    harvest.put(
        "projects",
        {
            "id": 201,
            "name": "Portal",
            "code": "AP",
            "client": {"id": 301, "name": "Acme", "currency": "EUR"},
            "is_active": True,
            "is_billable": True,
            "bill_by": "Tasks",
            "hourly_rate": None,
        },
    )
    harvest.put("tasks", {"id": 101, "name": "Programming", "is_active": True})
    harvest.put(
        "task_assignments",
        {
            "id": 8001,
            "project": {"id": 201, "name": "Portal", "code": "AP"},
            "task": {"id": 101, "name": "Programming"},
            "is_active": True,
            "billable": True,
            "hourly_rate": 120.5,
        },
    )
    harvest.put(
        "user_assignments",
        *(
            {
                "id": 9000 + number,
                "project": {"id": 201, "name": "Portal", "code": "AP"},
                "user": {"id": number, "name": "…"},
                "is_active": True,
            }
            for number in (1, 2)
        ),
    )
    harvest.put("time_entries", entry(1, "2026-03-02"), entry(2, "2026-03-03", 0.83, user_id=2))
    return harvest
