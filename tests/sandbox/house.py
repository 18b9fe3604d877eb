"""A small firm to try the sandbox on: every test gets an account of its own on one running server."""

import itertools
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from types import TracebackType
from typing import Any, Self

import httpx2
from tests.sandbox import fits

from gleaner_sandbox.seed import AccountSeed, CompanySeed, ExpenseSeed, PeriodSeed, TimeEntrySeed
from gleaner_sandbox.server import Running

MONDAY = "2026-03-02"
NOW = "2026-03-02T09:30:00Z"
AGENT = "GleanerTests (tests@gleaner.example)"
PEOPLE = {
    "admin": ["administrator"],
    "manager": ["manager"],
    "member": ["member"],
    "other": ["member"],
    "stranger": ["member"],
}
"""Who works here.  The manager looks after the member and manages *portal*; the other works on *portal* too;
the
stranger works on *shop* only."""

ProjectChanges = Mapping[str, Any]
More = Callable[[Mapping[str, int]], Mapping[str, Any]]

_numbers = itertools.count(1)


class Api:
    """The API as one person sees it."""

    def __init__(self, base_url: str, headers: Mapping[str, str]) -> None:
        # Plain HTTP: reading the certificate store for every client would be most of the test run.
        self.client = httpx2.Client(headers={"User-Agent": AGENT, **headers}, timeout=30, verify=False)
        self.base_url = base_url

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.client.close()

    def call(self, method: str, path: str, **kwargs: Any) -> httpx2.Response:
        """Any request; whatever the test is about, a good answer fits the schema of its endpoint."""
        url = path if path.startswith("http") else self.base_url + path
        answer = self.client.request(method, url, **kwargs)
        assert fits.problems(answer) == []
        return answer

    def get(self, path: str, **params: Any) -> Any:
        """The body of a GET that works."""
        answer = self.call("GET", path, params=params) if params else self.call("GET", path)
        assert answer.status_code == 200, answer.text
        return answer.json()

    def post(self, path: str, **body: Any) -> Any:
        answer = self.call("POST", path, json=body)
        assert answer.status_code == 201, answer.text
        return answer.json()

    def patch(self, path: str, **body: Any) -> Any:
        answer = self.call("PATCH", path, json=body)
        assert answer.status_code == 200, answer.text
        return answer.json()

    def delete(self, path: str) -> Any:
        answer = self.call("DELETE", path)
        assert answer.status_code == 200, answer.text
        return answer.json()

    def refused(self, method: str, path: str, status: int, **body: Any) -> str:
        """The message of a request that is refused with *status*."""
        answer = self.call(method, path, **({"json": body} if body else {}))
        assert answer.status_code == status, (answer.status_code, answer.text)
        return str(answer.json().get("message", ""))


@dataclass
class House:
    """One account with its people, and the ids of what is in it."""

    running: Running
    account_id: int
    ids: Mapping[str, int]
    tokens: Mapping[str, str]
    opened: list[Api] = field(default_factory=list)

    def api(self, who: str = "admin") -> Api:
        """The API as *who* sees it."""
        headers = {"Authorization": f"Bearer {self.tokens[who]}", "Harvest-Account-Id": str(self.account_id)}
        self.opened.append(Api(self.running.base_url, headers))
        return self.opened[-1]

    def close(self) -> None:
        for api in self.opened:
            api.client.close()

    def entry(self, api: Api, **said: Any) -> Any:
        """A time entry on *portal*, with whatever is *said* instead."""
        usual = {"project_id": self.ids["portal"], "task_id": self.ids["design"], "spent_date": MONDAY}
        return api.post("/time_entries", **{**usual, **said})

    def expense(self, api: Api, **said: Any) -> Any:
        """An expense for a meal on *portal*, with whatever is *said* instead."""
        usual = {
            "project_id": self.ids["portal"],
            "expense_category_id": self.ids["meals"],
            "spent_date": MONDAY,
        }
        return api.post("/expenses", **{**usual, **({} if "units" in said else {"total_cost": 12.5}), **said})


def build(
    running: Running,
    *,
    company: CompanySeed | None = None,
    roles: Mapping[str, list[str]] | None = None,
    entries: list[TimeEntrySeed] | None = None,
    expenses: list[ExpenseSeed] | None = None,
    locked: list[PeriodSeed] | None = None,
    approved: list[PeriodSeed] | None = None,
    projects: Mapping[str, ProjectChanges] | None = None,
    more: More | None = None,
) -> House:
    """A new account.  *roles* replaces people's access roles; *entries*, *expenses* and periods may name
    people and things: ``{"user": "member"}``; *projects* changes some; *more* makes other parts of
    the seed from the ids.
    """
    account_id = 10_000 + next(_numbers)
    base = account_id * 1000
    names = "portal shop acme globex design coding admin manager member other stranger meals mileage".split()
    ids = {name: base + n for n, name in enumerate(names, 1)}
    seed = _seed(account_id, ids, {**PEOPLE, **(roles or {})})
    seed["company"] = {"timezone": "London", **(company or {})}
    seed["time_entries"] = [_named(ids, entry) for entry in entries or []]
    seed["expenses"] = [_spent(ids, expense) for expense in expenses or []]
    seed["locked_periods"] = [_of_person(ids, period) for period in locked or []]
    seed["approved_periods"] = [_of_person(ids, period) for period in approved or []]
    for project in seed["projects"]:
        project.update((projects or {}).get(project["name"].lower(), {}))  # type: ignore[typeddict-item]
    running.state.load({"accounts": [{**seed, **(more(ids) if more else {})}]})  # type: ignore[typeddict-item]
    tokens = {who: f"{account_id}-{who}" for who in PEOPLE}
    return House(running, account_id, ids, tokens)


def _named(ids: Mapping[str, int], entry: Any) -> Any:
    usual = {"user": "member", "project": "portal", "task": "design", "spent_date": MONDAY, "hours": 1.0}
    row = {**usual, **entry}
    return {**{f"{key}_id": ids[row.pop(key)] for key in ("user", "project", "task")}, **row}


def _spent(ids: Mapping[str, int], expense: Any) -> Any:
    usual = {"user": "member", "project": "portal", "category": "meals", "spent_date": MONDAY}
    row = {**usual, **({} if "units" in expense else {"total_cost": 10.0}), **expense}
    category = ids[row.pop("category")]
    return {
        **{f"{k}_id": ids[row.pop(k)] for k in ("user", "project")},
        "expense_category_id": category,
        **row,
    }


def _of_person(ids: Mapping[str, int], period: Any) -> Any:
    who = period.get("user")
    return {**{key: period[key] for key in period if key != "user"}, **({"user_id": ids[who]} if who else {})}


def _seed(account_id: int, ids: Mapping[str, int], roles: Mapping[str, list[Any]]) -> AccountSeed:
    base = account_id * 1000
    teams = {"portal": ["admin", "manager", "member", "other"], "shop": ["admin", "stranger"]}
    pairs = [(project, who) for project, team in teams.items() for who in team]
    return {
        "id": account_id,
        "name": f"Firm {account_id}",
        "users": [
            {
                "id": ids[who],
                "first_name": who.capitalize(),
                "last_name": "Person",
                "email": f"{who}@firm{account_id}.example",
                "timezone": "London",
                "access_roles": roles[who],
                "created_at": f"2026-01-01T08:00:{n:02}Z",
            }
            for n, who in enumerate(PEOPLE)
        ],
        "tokens": [{"token": f"{account_id}-{who}", "user_id": ids[who]} for who in PEOPLE],
        "clients": [
            {"id": ids["acme"], "name": "Acme", "currency": "EUR"},
            {"id": ids["globex"], "name": "Globex"},
        ],
        "tasks": [
            {"id": ids["design"], "name": "Design", "is_default": True, "default_hourly_rate": 70.0},
            {"id": ids["coding"], "name": "Coding", "billable_by_default": False},
        ],
        "projects": [
            {
                "id": ids["portal"],
                "client_id": ids["acme"],
                "name": "Portal",
                "code": "POR",
                "bill_by": "People",
            },
            {"id": ids["shop"], "client_id": ids["globex"], "name": "Shop"},
        ],
        "task_assignments": [
            {"id": base + n, "project_id": ids[project], "task_id": ids[task]}
            for n, (project, task) in enumerate(
                [(project, task) for project in teams for task in ("design", "coding")], 1
            )
        ],
        "user_assignments": [
            {
                "id": base + n,
                "project_id": ids[project],
                "user_id": ids[who],
                "is_project_manager": who == "manager",
            }
            for n, (project, who) in enumerate(pairs, 1)
        ],
        "billable_rates": [
            {"user_id": ids["member"], "amount": 80},
            {"user_id": ids["member"], "amount": 95, "start_date": "2026-01-01"},
        ],
        "cost_rates": [{"user_id": ids["member"], "amount": 40}],
        "teammates": [{"user_id": ids["manager"], "teammate_ids": [ids["member"]]}],
        "expense_categories": [
            {"id": ids["meals"], "name": "Meals"},
            {"id": ids["mileage"], "name": "Mileage", "unit_name": "mile", "unit_price": 0.575},
        ],
        "roles": [{"id": base + 1, "name": "Designer", "user_ids": [ids["member"]]}],
    }
