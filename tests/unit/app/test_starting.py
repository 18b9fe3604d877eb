"""The first configuration file is one that loads, whatever paths and names it is given."""

from __future__ import annotations

import tomllib
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from gleaner.app.starting import first_config
from gleaner.config import load
from gleaner.core.errors import ConfigError


def test_the_file_loads_and_says_what_was_asked(tmp_path: Path) -> None:
    text = first_config(
        7, calendars=["ana@x.example=ana.ics", "bo@x.example=https://c.example/a?b=c"],
        repositories=[Path("~/src/portal")], suggest=True, base_url="http://127.0.0.1:1/v2",
    )  # fmt: skip
    file = tmp_path / "gleaner.toml"
    file.write_text(text)
    settings = load(file)
    assert (settings.harvest.account_id, settings.policy.meetings) == (7, "suggest")
    assert settings.harvest.base_url == "http://127.0.0.1:1/v2"
    assert settings.harvest.identity_url == "http://127.0.0.1:1"
    assert settings.sources == (
        {"kind": "ics", "person": "ana@x.example", "path": "ana.ics"},
        {"kind": "ics", "person": "bo@x.example", "url": "https://c.example/a?b=c"},
        {"kind": "git", "repositories": ["~/src/portal"]},
    )


@given(st.text(st.characters(exclude_categories=["Cs"], exclude_characters="\x00"), min_size=1))
def test_any_path_survives_the_file(path: str) -> None:
    text = first_config(7, calendars=[f"ana@x.example={path}"], repositories=[], suggest=False)
    (source,) = tomllib.loads(text)["sources"]
    assert source["url" if "://" in path else "path"] == path


@pytest.mark.parametrize("entry", ["ana.ics", "ana=ana.ics", "ana@x.example=", "ana@x.example"])
def test_a_calendar_without_owner_or_place_is_refused(entry: str) -> None:
    with pytest.raises(ConfigError, match=r"write ana@studio.example=https://"):
        first_config(7, calendars=[entry], repositories=[], suggest=False)


def test_a_base_url_that_is_no_address_is_refused() -> None:
    with pytest.raises(ConfigError, match="--base-url"):
        first_config(7, calendars=[], repositories=[], suggest=False, base_url="http://[bad")
