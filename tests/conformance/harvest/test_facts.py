"""Every endpoint, parameter and field that Harvest has is served by the sandbox, typed, and read by the client.

``facts.txt`` is the list; each line of it is a test with its name, so that a gap is a red line that says which.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path

import pytest
from tests.conformance.harvest import facts
from tests.conformance.harvest.facts import Endpoint, Fact, Resource

from gleaner.adapters.harvest import wire
from gleaner_sandbox.wire.endpoints import ENDPOINTS, discover

RESOURCES = facts.resources()
WRITES = [one for one in facts.endpoints() if one.method in ("POST", "PATCH")]
LISTS = [one for one in facts.endpoints() if one.paging]
FIELDS = [(resource, fact) for resource in RESOURCES for fact in resource.fields]
PROSE = set(
    "per_page time_entries line_items attach_receipt attach_receipts project_ids summary_type invoice_id "
    "draft open closed paid clients projects tasks team "  # states and reports
    "is_admin can_see_rates can_create_invoices".split()  # flags that ended in 2021
)
"""Words in the facts file's tables that are no parameter or field themselves."""
SHARED = Path(__file__).parents[4] / "shared" / "harvest" / "api.md"


def shape(path: str) -> str:
    return re.sub(r"\{[^}]*\}", "{id}", path)


def served() -> dict[tuple[str, str], object]:
    discover()
    return {(one.method, shape(one.path)): one for one in ENDPOINTS}


@pytest.mark.parametrize("endpoint", list(facts.endpoints()), ids=str)
def test_every_endpoint_is_served(endpoint: Endpoint) -> None:
    assert (endpoint.method, endpoint.path) in served()


def test_nothing_is_served_that_harvest_does_not_have() -> None:
    assert set(served()) == {(one.method, one.path) for one in facts.endpoints()}


@pytest.mark.parametrize("endpoint", WRITES, ids=str)
def test_every_parameter_of_a_write_is_read(endpoint: Endpoint) -> None:
    accepted = {field.name: field.required for field in served()[endpoint.method, endpoint.path].accepts}  # type: ignore[attr-defined]
    assert set(endpoint.names) <= set(accepted)
    assert endpoint.required <= {name for name, required in accepted.items() if required}


@pytest.mark.parametrize("endpoint", LISTS, ids=str)
def test_every_parameter_of_a_list_is_read(endpoint: Endpoint) -> None:
    assert set(endpoint.names) <= set(served()[endpoint.method, endpoint.path].asks)  # type: ignore[attr-defined]


@pytest.mark.parametrize(("resource", "fact"), FIELDS, ids=[f"{r.name}.{f.name}" for r, f in FIELDS])
def test_the_client_has_a_name_for_every_field(resource: Resource, fact: Fact) -> None:
    assert fact.name in getattr(wire, resource.model).model_fields


# --- the table against the facts it was made from, where they are at hand -----------------------------------------


def rows_of_the_facts_file() -> Iterator[tuple[str, str]]:
    """First and second cell of every table row in the sections on resources."""
    text = SHARED.read_text(encoding="utf-8")
    inside = text[text.index("## 8. ") : text.index("## 20. ")]
    for line in inside.splitlines():
        cells = [cell.strip() for cell in line.split("|")]
        if line.startswith("|") and len(cells) > 3 and set(cells[1]) - set("-: "):
            yield cells[1], cells[2]


@pytest.mark.skipif(not SHARED.exists(), reason="the facts file is not at hand")
def test_the_table_has_everything_the_facts_file_names() -> None:
    known = {fact.name for resource in RESOURCES for fact in resource.fields}
    for resource in RESOURCES:
        for fact in resource.fields:
            known |= set(re.findall(r"[a-z_0-9]+", fact.type))
    asked = {name for endpoint in facts.endpoints() for name in endpoint.names}
    paths = {(one.method, one.path) for one in facts.endpoints()}
    missing = []
    for first, second in rows_of_the_facts_file():
        for method, path in re.findall(r"\b(GET|POST|PATCH|DELETE) (/[\w/{}]+)", first):
            if not any(method == verb and whole.endswith(shape(path)) for verb, whole in paths):
                missing.append(f"{method} {path}")
        if re.match(r"(GET|POST|PATCH|DELETE)\b", first):
            said = set(re.findall(r"\b[a-z]+(?:_[a-z0-9]+)+\b", second)) - PROSE
            missing += sorted(said - asked - known)
        elif re.match(r"[a-z]", first):
            missing += [
                word for word in re.findall(r"[a-z]\w*", first.split("{")[0]) if word not in known | PROSE
            ]
    assert missing == []
