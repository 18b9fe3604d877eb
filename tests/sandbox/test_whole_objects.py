"""A client may send a whole object back: what it cannot write is ignored, and nothing changes (api.md §1)."""

from datetime import timedelta

import pytest
from tests.sandbox.conftest import Builder
from tests.sandbox.house import House


def places(firm: House) -> list[str]:
    """One thing of each kind."""
    api = firm.api()
    project = f"/projects/{firm.ids['portal']}"
    found = [f"/clients/{firm.ids['acme']}", f"/tasks/{firm.ids['design']}", project, "/company"]
    found += [f"/users/{firm.ids[who]}" for who in ("admin", "manager", "member")]
    contact = api.post("/contacts", client_id=firm.ids["acme"], first_name="Bo", email="bo@acme.example")
    found.append(f"/contacts/{contact['id']}")
    for kind in ("task_assignments", "user_assignments"):
        found += [f"{project}/{kind}/{row['id']}" for row in api.get(f"{project}/{kind}")[kind]]
    for kind in ("roles", "time_entries"):
        found += [f"/{kind}/{row['id']}" for row in api.get(f"/{kind}")[kind]]
    return found


@pytest.mark.parametrize("timestamps", [False, True])
def test_nothing_changes(new: Builder, timestamps: bool) -> None:
    firm = new(
        company={"wants_timestamp_timers": timestamps},
        entries=[
            {"notes": "x", "external_reference": {"id": "1", "permalink": "https://x.example/1"}},
            {"hours": None, "started_time": "9:00am", "ended_time": "10:20am"},
        ],
    )
    api = firm.api()
    here = places(firm)
    assert len(here) >= 16
    firm.running.control.advance(timedelta(minutes=5))
    for place in here:
        before = api.get(place)
        assert api.patch(place, **before) == before, place
        assert api.get(place) == before


def test_as_texts_too(firm: House) -> None:
    """The same as a form, where everything is a text and null is empty."""
    api = firm.api()
    for place in (
        f"/clients/{firm.ids['acme']}",
        f"/tasks/{firm.ids['design']}",
        f"/projects/{firm.ids['portal']}",
    ):
        before = api.get(place)
        flat = {
            key: "" if value is None else str(value).lower() if isinstance(value, bool) else str(value)
            for key, value in before.items()
            if not isinstance(value, dict)
        }
        answer = api.call("PATCH", place, data=flat)
        assert answer.status_code == 200
        changed = {key for key, value in answer.json().items() if value != before[key]}
        assert changed <= {"updated_at", "address", "code", "notes"}, place
