"""The generated pages are up to date, and mention every command, option and key; found here in another way."""

from __future__ import annotations

import inspect
import re
from collections.abc import Iterator
from dataclasses import fields
from typing import get_args

import pytest
from pydantic import BaseModel
from tests.docs.markdown import ROOT
from typer.testing import CliRunner

from docs import generate
from gleaner import config
from gleaner.capture.filters import Filters
from gleaner.capture.source import sources
from gleaner.faces.cli.main import build
from gleaner.notify.channel import OURS, channels

REFERENCE = ROOT / "docs" / "reference"
CLI = (REFERENCE / "cli.md").read_text(encoding="utf-8")
CONFIGURATION = (REFERENCE / "configuration.md").read_text(encoding="utf-8")


@pytest.mark.parametrize("name", sorted(generate.pages()))
def test_the_reference_is_up_to_date(name: str) -> None:
    assert (REFERENCE / name).read_text(encoding="utf-8") == generate.pages()[name], "run: make reference"


def test_there_is_no_other_page_in_the_reference() -> None:
    assert {path.name for path in REFERENCE.iterdir()} == set(generate.pages())


def section(page: str, heading: str) -> str:
    """The part of *page* below ``## heading``; empty if there is none."""
    _, found, rest = page.partition(f"\n## {heading}\n")
    return rest.partition("\n## ")[0] if found else ""


# --- commands ----------------------------------------------------------------------------------------------------


def helps(*words: str) -> Iterator[tuple[str, str]]:
    """Every command below *words* with what ``--help`` prints, found by reading it as people do."""
    said = CliRunner().invoke(build(), [*words, "--help"], terminal_width=200).output
    yield " ".join(("gleaner", *words)), said
    _, found, listed = said.partition("Commands:\n")
    for name in re.findall(r"^  ([a-z][a-z-]*)", listed, re.MULTILINE) if found else ():
        yield from helps(*words, name)


HELPS = {name: said for name, said in helps() if name != "gleaner"}


def test_the_commands_are_found() -> None:
    assert {"gleaner run", "gleaner demo", "gleaner review", "gleaner review accept"} <= set(HELPS)


@pytest.mark.parametrize("name", sorted(HELPS))
def test_every_command_and_option_is_in_the_reference(name: str) -> None:
    options = set(re.findall(r"(?<![\w-])--[a-z][a-z-]*", HELPS[name].partition("Options:")[2])) - {"--help"}
    assert section(CLI, name), "the command is not in docs/reference/cli.md"
    missing = {option for option in options if f"`{option}`" not in section(CLI, name)}
    assert missing <= {"--sure"} - options


def test_an_option_that_is_not_there_is_noticed() -> None:
    assert "`--on`" in section(CLI, "gleaner run")
    assert "`--sure`" not in section(CLI, "gleaner run")
    assert section(CLI, "gleaner sing") == ""


# --- keys --------------------------------------------------------------------------------------------------------


def keys() -> Iterator[tuple[str, str]]:
    """Every key of the configuration with the heading it belongs below."""
    for name, field in config.Settings.model_fields.items():
        yield "Top level", name
        for kind in (field.annotation, *get_args(field.annotation)):
            if isinstance(kind, type) and issubclass(kind, BaseModel):
                heading = f"[[{name}]]" if kind is not field.annotation else f"[{name}]"
                yield from ((heading, one.alias or key) for key, one in kind.model_fields.items())
    yield from (("[capture.filters]", field.name) for field in fields(Filters))
    for name, registry in (("sources", sources), ("channels", channels)):
        yield from (
            (f'[[{name}]] kind = "{kind}"', key)
            for kind in registry
            for key in inspect.signature(registry.get(kind)).parameters
            if key not in ("credentials", *OURS)  # never written down
        )


@pytest.mark.parametrize(("heading", "key"), list(keys()))
def test_every_key_is_in_the_reference(heading: str, key: str) -> None:
    assert f"| `{key}` |" in section(CONFIGURATION, heading)


def test_the_keys_are_found() -> None:
    assert ("[[people]]", "aliases") in set(keys())
    assert ("[capture]", "history_days") in set(keys())
    assert ('[[sources]] kind = "ics"', "url") in set(keys())
    assert ('[[channels]] kind = "console"', "to") in set(keys())
    assert "| `colour` |" not in CONFIGURATION
