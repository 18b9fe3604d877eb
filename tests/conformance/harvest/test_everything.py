"""Every call of the client works against the sandbox, and every field Harvest has comes back, typed."""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import httpx2
import pytest
from tests.conformance.harvest import everything, facts
from tests.conformance.harvest.conftest import DURATION
from tests.conformance.harvest.everything import Made, Watched
from tests.conformance.harvest.facts import Resource

from gleaner.adapters.harvest.client import Client
from gleaner.adapters.harvest.limits import Unlimited
from gleaner_sandbox.clock import Clock
from gleaner_sandbox.server import Running, serve_in_thread
from gleaner_sandbox.state import State

RESOURCES = facts.resources()
HEADERS = {"Harvest-Account-Id": str(DURATION), "User-Agent": "Tests (tests@gleaner.example)"}


class Full:
    """A sandbox with everything in it, and what the client did to get there."""

    def __init__(self, running: Running, client: Client, folder: Path) -> None:
        self.running = running
        self.client = client
        self.watched = Watched(client)
        self.made: Made = everything.build(self.watched, running.control.advance, folder)

    def raw(self, path: str, who: str = "admin") -> Any:
        """The body of a GET, as bytes became JSON."""
        headers = {**HEADERS, "Authorization": f"Bearer {who}-{DURATION}"}
        answer = httpx2.get(self.running.base_url + path, headers=headers)
        assert answer.status_code == 200, (path, answer.text)
        return answer.json()

    def objects(self, resource: Resource, who: str = "admin") -> list[dict[str, Any]]:
        """All objects of a resource, from the first list it has that *who* may read."""
        path = next(one.path for one in resource.endpoints if one.method == "GET")
        found = self.raw(self._filled(path, resource), who)
        if "per_page" not in found:
            return [found]
        items: list[dict[str, Any]] = next(value for value in found.values() if isinstance(value, list))
        return items

    def _filled(self, path: str, resource: Resource) -> str:
        managers = ("teammates", "project_assignments")
        owner = {
            "invoices": self.made.invoice if resource.name == "invoice_messages" else self.made.free_form,
            "estimates": self.made.estimate,
            "projects": self.made.project,
            "users": self.made.manager if resource.name in managers else self.made.member,
        }
        filled = re.sub(r"/(\w+)/\{id\}", lambda found: f"/{found[1]}/{owner[found[1]]}", path)
        return f"{filled}?from=20260101&to=20260331" if path.startswith("/reports") else filled


@pytest.fixture(scope="module")
def full(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Full]:
    from tests.conformance.harvest.conftest import agency

    state = State(clock=Clock(everything.NOON))
    state.load({"accounts": [agency(DURATION, {"clock": "12h"})]})
    with serve_in_thread(state, limits=False) as running:
        options: dict[str, Any] = {"base_url": running.base_url, "limits": Unlimited()}
        with Client(DURATION, f"admin-{DURATION}", **options) as client:
            yield Full(running, client, tmp_path_factory.mktemp("receipts"))
    state.close()


def test_every_call_of_the_client_was_made(full: Full) -> None:
    assert everything.calls_of(full.client) - full.watched.done == set()


def test_every_endpoint_was_asked_and_answered(full: Full) -> None:
    """By the client's calls and the lists read here: nothing of Harvest's is only on paper."""
    for resource in RESOURCES:
        full.objects(resource)
    answered = {
        (record.method, re.sub(r"/\d+", "/{id}", record.path.removeprefix("/v2")))
        for record in full.running.control.log
        if record.status in (200, 201)
    }
    assert {(one.method, one.path) for one in facts.endpoints()} - answered == set()


@pytest.mark.parametrize("resource", RESOURCES, ids=lambda one: one.name)
def test_every_field_is_served_and_typed(full: Full, resource: Resource) -> None:
    """And each was seen with a value, or it proves nothing; save those that only a real account fills."""
    objects = full.objects(resource)
    assert objects
    filled: dict[str, int] = defaultdict(int)
    wrong = []
    for found in objects:
        for fact in resource.fields:
            wrong += [fact.wrong(found[fact.name])] if fact.name in found else [f"{fact.name}: absent"]
            filled[fact.name] += found.get(fact.name) is not None
    assert [line for line in wrong if line] == []
    empty = {fact.name for fact in resource.fields if not filled[fact.name]}
    assert empty <= NEVER_FILLED.get(resource.name, set())


@pytest.mark.parametrize("resource", RESOURCES, ids=lambda one: one.name)
def test_nothing_is_served_that_harvest_does_not_have(full: Full, resource: Resource) -> None:
    known = {fact.name for fact in resource.fields}
    assert {key for found in full.objects(resource) for key in found} <= known


NEVER_FILLED = {
    "users": {"employee_id", "calendar_integration_source"},
    "time_entries": {"ended_time"},  # only in accounts with start and end times, see test_client.py
    "projects": {"over_budget_notification_date"},
    "invoices": {"estimate", "retainer", "recurring_invoice_id", "closed_at"},
    "invoice_messages": {"send_reminder_on"},
    "invoice_payments": {"transaction_id"},
    "estimates": {"accepted_at"},
}
"""What only Harvest's own web pages and partners set, or the state the objects ended in leaves empty."""


def test_the_client_reads_every_field_of_every_object(full: Full) -> None:
    """Field by field: what is in the JSON is in the typed object, and equal."""
    from gleaner.adapters.harvest import wire
    from gleaner.adapters.harvest.encoding import from_json, to_json

    for resource in RESOURCES:
        model = getattr(wire, resource.model)
        for found in full.objects(resource):
            read = wire.read(model, from_json(to_json(found)))
            for fact in resource.fields:
                value = found.get(fact.name)
                if value in (None, "") or isinstance(value, dict | list):
                    continue
                typed = getattr(read, fact.name)
                assert str(typed) in _spellings(value), f"{resource.name}.{fact.name}: {typed!r} of {value!r}"


def _spellings(value: object) -> set[str]:
    """*value* as the types of the client write it."""
    text = str(value)
    spelt = {text, text.replace("T", " ").replace("Z", "+00:00")}
    if isinstance(value, float | int) and not isinstance(value, bool):
        spelt |= {str(int(value)), f"{float(value)}"} if value == int(value) else {f"{float(value)}"}
    return spelt


@pytest.mark.parametrize("resource", RESOURCES, ids=lambda one: one.name)
def test_whatever_field_goes_missing_or_comes_new_the_object_is_read(full: Full, resource: Resource) -> None:
    """Harvest adds fields, and takes some away: what is new is kept, what is gone counts as nothing.

    Only what an object cannot be without (its id, whose it is, its day) makes it unreadable, in a sentence.
    """
    from gleaner.adapters.harvest import wire
    from gleaner.adapters.harvest.encoding import from_json, to_json

    model = getattr(wire, resource.model)
    needed = set()
    for found in full.objects(resource):
        for name in found:
            less = {key: value for key, value in found.items() if key != name} | {"brand_new": [{"a": None}]}
            raw = from_json(to_json(less))
            try:
                assert wire.read(model, raw).raw == raw
            except ValueError:
                needed.add(name)
    assert needed <= NEEDED.get(resource.name, {"id"})


NEEDED = {
    "time_entries": {"id", "spent_date", "user", "project", "task"},
    "task_assignments": {"id", "project", "task"},
    "user_assignments": {"id", "project", "user"},
    "project_assignments": {"id", "project", "client"},
    "contacts": {"id", "client"},
    "projects": {"id", "client"},
}
"""Without these an object says nothing that could be used."""
