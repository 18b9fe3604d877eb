"""A table of the configuration becomes what it describes, or a sentence that says what may stand in it."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import Any, ClassVar

import pytest

from gleaner.app.building import build, parameters_of
from gleaner.core.errors import ConfigError


@dataclass
class Lamp:
    """Something with a schema."""

    server: str
    watts: int = 40
    shade: str | None = None
    links: object = None
    zone: str = ""
    paths: ClassVar = ("shade",)


def lamp(base: Path = Path("/house"), known: dict[str, Any] | None = None, **entry: Any) -> Lamp:
    return build(
        Lamp, "gleaner.toml, lamps[1]", {"kind": "lamp", **entry}, base, ours={"links": "ours"}, known=known
    )


def test_what_is_written_reaches_the_constructor_and_paths_count_from_the_file() -> None:
    assert lamp(server="s", watts=60, shade="red") == Lamp("s", 60, "/house/red", "ours")


def test_what_is_known_stands_where_nobody_wrote_anything() -> None:
    assert lamp(known={"zone": "UTC", "unheard_of": 1}, server="s").zone == "UTC"
    assert lamp(known={"zone": "UTC"}, server="s", zone="CET").zone == "CET"


def test_ours_is_no_key_of_the_table() -> None:
    assert "links" not in parameters_of(Lamp, ["links"])
    with pytest.raises(ConfigError, match='there is no "links"'):
        lamp(server="s", links="theirs")


@pytest.mark.parametrize(
    ("entry", "said"),
    [
        (
            {"serer": "s"},
            'there is no "serer". Did you mean "server"? "lamp" takes server, watts, shade, zone.',
        ),
        ({}, 'missing "server". "lamp" takes server, watts, shade, zone.'),
        ({"server": "s", "watts": "many"}, "unable to parse string as an integer (it says 'many')"),
    ],
    ids=["misspelt", "missing", "no number"],
)
def test_a_mistake_is_one_sentence_with_its_place(entry: dict[str, Any], said: str) -> None:
    with pytest.raises(ConfigError) as caught:
        lamp(**entry)
    assert str(caught.value).startswith("gleaner.toml, lamps[1]: ")
    assert said in str(caught.value)
