"""JSON, form, multipart and query-string writes, with Rails brackets (api.md §1)."""

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from tests.sandbox.house import MONDAY, House

from gleaner_sandbox.rules.brackets import nest

REFERENCE = {"id": "12", "group_id": "7", "permalink": "https://trello.com/c/1"}


def flat(firm: House) -> dict[str, str]:
    return {
        "project_id": str(firm.ids["portal"]),
        "task_id": str(firm.ids["design"]),
        "spent_date": MONDAY,
        "hours": "1.5",
        **{f"external_reference[{key}]": value for key, value in REFERENCE.items()},
    }


def written(firm: House, **how: Any) -> Any:
    answer = firm.api().call("POST", "/time_entries", **how)
    assert answer.status_code == 201, answer.text
    body = answer.json()
    return body["hours"], body["task"]["name"], {key: body["external_reference"][key] for key in REFERENCE}


def test_the_same_entry_can_be_written_in_every_style(firm: House) -> None:
    said = flat(firm)
    nested = {key: value for key, value in said.items() if "[" not in key} | {"external_reference": REFERENCE}
    files = {key: (None, value) for key, value in said.items()}
    expected = (1.5, "Design", REFERENCE)
    assert written(firm, json=nested) == expected
    assert written(firm, data=said) == expected
    assert written(firm, files=files) == expected
    assert written(firm, params=said) == expected


def test_the_body_wins_over_the_query(firm: House) -> None:
    answer = firm.api().call(
        "POST", "/clients", params={"name": "Query", "currency": "GBP"}, json={"name": "Body"}
    )
    assert (answer.json()["name"], answer.json()["currency"]) == ("Body", "GBP")


def test_lists_are_written_with_empty_or_numbered_brackets(firm: House) -> None:
    api = firm.api()
    place = f"/users/{firm.ids['manager']}/teammates"
    both = [firm.ids["member"], firm.ids["other"]]
    for body in (
        f"teammate_ids[]={both[0]}&teammate_ids[]={both[1]}",
        f"teammate_ids[0]={both[0]}&teammate_ids[1]={both[1]}",
        f"teammate_ids%5B%5D={both[0]}&teammate_ids%5B%5D={both[1]}",
    ):
        api.patch(place, teammate_ids=[])
        form = {"content": body, "headers": {"Content-Type": "application/x-www-form-urlencoded"}}
        answer = api.call("PATCH", place, **form)
        assert [row["id"] for row in answer.json()["teammates"]] == both
    answer = api.call("PATCH", f"{place}?teammate_ids[]={both[0]}")
    assert [row["id"] for row in answer.json()["teammates"]] == both[:1]


def test_scalars_are_coerced_and_unknown_keys_ignored(firm: House) -> None:
    said = {"name": "Research", "is_default": "true", "is_active": 0, "default_hourly_rate": "12.50", "id": 1}
    task = firm.api().post("/tasks", **said, nonsense={"a": [1]})
    assert (task["is_default"], task["is_active"], task["default_hourly_rate"]) == (True, False, 12.5)
    assert task["id"] != 1


@pytest.mark.parametrize(
    ("field", "value", "message"),
    [
        ("default_hourly_rate", "cheap", "Default hourly rate is not a number"),
        ("default_hourly_rate", True, "Default hourly rate is not a number"),
        ("default_hourly_rate", "1e999", "Default hourly rate is not a number"),
        ("is_active", "perhaps", "Is active is not included in the list"),
        ("name", {"a": 1}, "Name is invalid"),
    ],
)
def test_what_cannot_be_coerced_is_refused(firm: House, field: str, value: Any, message: str) -> None:
    said = {"name": "Research", field: value}
    assert firm.api().refused("POST", "/tasks", 422, **said) == message


def test_json_needs_its_content_type(firm: House) -> None:
    answer = firm.api().call(
        "POST", "/clients", content=b'{"name": "Initech"}', headers={"Content-Type": "text/plain"}
    )
    assert (answer.status_code, answer.json()) == (422, {"message": "Name can't be blank"})


def test_malformed_json_is_a_400(firm: House) -> None:
    sent = {"content": b'{"name": ', "headers": {"Content-Type": "application/json"}}
    assert firm.api().call("POST", "/clients", **sent).status_code == 400


@pytest.mark.parametrize("body", [b"", b"[]", b"null", b'"x"'])
def test_json_that_is_no_object_says_nothing(firm: House, body: bytes) -> None:
    sent: dict[str, Any] = {"content": body, "headers": {"Content-Type": "application/json"}}
    assert firm.api().call("POST", "/clients", **sent).status_code == 422


def test_text_of_all_the_world_comes_back(firm: House) -> None:
    name = "Žluťoučký 🦄 \u0000 'quoted' \\"
    answer = firm.api().call("POST", "/clients", json={"name": name})
    assert answer.json()["name"] == name
    assert answer.content.isascii()


WORDS = st.text("abcdefgh_", min_size=1, max_size=6)
SCALARS = st.text("ab01[]&= é🦄", max_size=5)
VALUES = st.recursive(
    SCALARS,
    lambda inner: (
        st.lists(inner, min_size=1, max_size=3) | st.dictionaries(WORDS, inner, min_size=1, max_size=3)
    ),
    max_leaves=8,
)


def flattened(value: Any, name: str) -> list[tuple[str, Any]]:
    """*value* as Rails-style pairs: the other way round of ``nest``."""
    if isinstance(value, dict):
        return [pair for key, inner in value.items() for pair in flattened(inner, f"{name}[{key}]")]
    if isinstance(value, list):
        return [pair for n, inner in enumerate(value) for pair in flattened(inner, f"{name}[{n}]")]
    return [(name, value)]


@given(st.dictionaries(WORDS, VALUES, max_size=4))
def test_nesting_undoes_flattening(params: dict[str, Any]) -> None:
    assert nest([pair for key, value in params.items() for pair in flattened(value, key)]) == params


@given(st.lists(st.tuples(st.text("ab[]01", max_size=8), SCALARS), max_size=8))
def test_no_parameter_name_breaks_the_parser(pairs: list[tuple[str, str]]) -> None:
    read = nest(pairs)
    assert isinstance(read, dict)
    assert len(read) <= len(pairs)
