"""``gleaner login`` and ``logout`` as people type them; what is secret is typed, and never shown."""

from __future__ import annotations

import json
import os
import re
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from urllib.parse import parse_qs, urlsplit
from urllib.request import urlopen

import pytest
from tests.identity import PAT, SECRET, Harvest, configured, served
from typer.testing import CliRunner, Result

from gleaner.core.errors import ConfigError
from gleaner.faces.cli.main import build


@pytest.fixture
def harvest() -> Iterator[Harvest]:
    with served() as running:
        yield running


@pytest.fixture
def toml(harvest: Harvest, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    return configured(tmp_path, harvest, monkeypatch)


def gleaner(toml: Path, *words: str, typed: str = "") -> Result:
    said = CliRunner().invoke(build(), [*words, "-c", str(toml)], input=typed)
    assert "nobody-may-see" not in said.output
    return said


def test_a_token_is_read_from_stdin_and_said_to_be_kept(toml: Path) -> None:
    said = gleaner(toml, "login", "--token", typed=f"{PAT}\n")
    assert said.exit_code == 0, said.output
    assert said.stdout.startswith("Logged in as Ana Doe, Studio (77).\nIt also opens Other studio (79);")
    assert f"the key is in {toml.parent / 'gleaner.key'}." in said.stdout
    assert "Next: gleaner doctor" in said.stdout


def test_a_program_gets_json(toml: Path) -> None:
    told = json.loads(gleaner(toml, "login", "--token", "--json", typed=f"{PAT}\n").stdout)
    assert (told["who"], told["account_id"], told["expires_at"]) == ("Ana Doe", 77, None)
    assert json.loads(gleaner(toml, "logout", "--json").stdout) == {"was_there": True}


def test_a_token_is_never_an_argument(toml: Path) -> None:
    assert gleaner(toml, "login", "--token", "typed-here").exit_code == 2


def test_a_token_in_the_environment_is_said_to_come_first(
    toml: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("GLEANER_HARVEST__TOKEN", PAT)
    said = gleaner(toml, "login", "--token", typed=f"{PAT}\n")
    assert "GLEANER_HARVEST__TOKEN is set and comes first" in said.stderr


def test_logging_out_forgets_and_says_what_it_does_not_do(toml: Path) -> None:
    gleaner(toml, "login", "--token", typed=f"{PAT}\n")
    assert "revoke it at id.getharvest.com/developers" in gleaner(toml, "logout").stdout
    assert gleaner(toml, "logout").stdout == "Nothing was kept.\n"


def test_a_new_key_is_taken_into_use(toml: Path) -> None:
    assert gleaner(toml, "login", "--new-key").stdout == "Nothing is kept yet.\n"
    assert not (toml.parent / "gleaner.key").exists()
    gleaner(toml, "login", "--token", typed=f"{PAT}\n")
    assert gleaner(toml, "login", "--new-key").stdout == "What is kept is encrypted with the new key.\n"


def test_a_new_key_speaks_json_too(toml: Path) -> None:
    assert json.loads(gleaner(toml, "login", "--new-key", "--json").stdout) == {"encrypted_anew": 0}


@pytest.mark.parametrize(
    "words",
    [
        ["--token", "--port", "8735"],
        ["--token", "--no-browser"],
        ["--token", "--seconds", "9"],
        ["--new-key", "--token"],
        ["--new-key", "--seconds", "300"],
    ],
)
def test_words_that_would_do_nothing_together_are_refused(toml: Path, words: list[str]) -> None:
    said = gleaner(toml, "login", *words)
    assert said.exit_code == 2
    assert "does not go with" in said.stderr


def test_the_doctor_says_which_way_in(toml: Path) -> None:
    gleaner(toml, "login", "--token", typed=f"{PAT}\n")
    said = gleaner(toml, "doctor")
    assert "ok   Login: the stored personal access token of Ana Doe" in said.stdout


def test_another_account_is_refused_before_anybody_is_asked(toml: Path) -> None:
    said = CliRunner().invoke(build(), ["login", "--account", "78", "-c", str(toml)])
    assert isinstance(said.exception, ConfigError)


def test_in_the_browser_from_the_address_printed_to_the_doctor(toml: Path, harvest: Harvest) -> None:
    """The real program: it prints the address, waits, and goes on when the browser is back."""
    environment = {name: value for name, value in os.environ.items() if not name.startswith("GLEANER_")}
    started = subprocess.Popen(
        [sys.executable, "-m", "gleaner", "login", "--no-browser", "--port", "0", "-c", str(toml)],
        stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True, env=environment,
    )  # fmt: skip
    assert started.stdin is not None
    assert started.stderr is not None
    started.stdin.write(f"{SECRET}\n")
    started.stdin.flush()
    before = ""
    while not (found := re.search(r"http\S+/oauth2/authorize\S+", before)):
        line = started.stderr.readline()
        assert line, before
        before += line
    asked = {name: value for name, (value,) in parse_qs(urlsplit(found[0]).query).items()}
    back = f"{asked['redirect_uri']}?code=code-nobody-may-see&state={asked['state']}"
    with urlopen(back, timeout=5) as page:
        assert "go back to the terminal" in page.read().decode()
    out, err = started.communicate(timeout=60)
    assert started.returncode == 0, err
    assert "Logged in as Ana Doe, Studio (77)." in out
    assert "renews itself" in out
    assert "nobody-may-see" not in before + out + err
    assert "logged in as Ana Doe; the access token is renewed by itself" in gleaner(toml, "doctor").stdout
