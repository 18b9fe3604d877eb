"""The hand-written pages: links lead somewhere, the two commands exist, words are used as the glossary has them."""

from __future__ import annotations

import os
import re
import subprocess
import sys
import tomllib
from collections.abc import Iterator
from pathlib import Path
from typing import get_args

import pytest
from tests.docs.markdown import PAGES, ROOT, anchors, examples, links
from typer.testing import CliRunner

from gleaner.core.activities import Kind
from gleaner.core.proposals import Level, State
from gleaner.faces.cli.main import build
from gleaner.review.door import Result
from gleaner.review.ladder import Rung

README = (ROOT / "README.md").read_text(encoding="utf-8")
GLOSSARY = (ROOT / "docs" / "glossary.md").read_text(encoding="utf-8")


def broken(path: Path, page: str) -> Iterator[str]:
    """The links of *page*, which lies at *path*, that lead nowhere."""
    for link in links(page):
        if re.match(r"[a-z]+:", link):
            continue
        name, _, anchor = link.partition("#")
        target = (path.parent / name).resolve() if name else path
        if not target.exists() or (anchor and anchor not in anchors(target.read_text(encoding="utf-8"))):
            yield link


@pytest.mark.parametrize("path", PAGES, ids=lambda path: str(path.relative_to(ROOT)))
def test_every_link_leads_somewhere(path: Path) -> None:
    assert list(broken(path, path.read_text(encoding="utf-8"))) == []


def test_a_broken_link_is_noticed() -> None:
    page = "# A page\n[a](nowhere.md) [b](#a-page) [c](#another) [d](https://example.org) `[e](code.md)`"
    assert list(broken(ROOT / "README.md", page)) == ["nowhere.md", "#a-page", "#another"]
    assert list(
        broken(ROOT / "docs" / "page.md", "[a](../README.md#limits) [b](../README.md#no-limits)")
    ) == ["../README.md#no-limits"]


def missing_paths(page: str) -> list[str]:
    """Files and folders named in backticks that exist neither in the project nor in ``src/gleaner``."""
    named = re.findall(r"`((?:[\w.]+/)+(?:[\w.]+\.\w+)?)`", page)
    return [
        name
        for name in named
        if not name.startswith("gleaner/") and not any((base / name).exists() for base in _BASES)
    ]


_BASES = (ROOT, ROOT / "src", ROOT / "src" / "gleaner", ROOT / "src" / "gleaner_sandbox")


@pytest.mark.parametrize("path", PAGES, ids=lambda path: str(path.relative_to(ROOT)))
def test_every_file_a_page_names_exists(path: Path) -> None:
    assert missing_paths(path.read_text(encoding="utf-8")) == []


def test_a_file_that_is_gone_is_noticed() -> None:
    page = "`review/apply.py`, `tests/unit/`, `tests/unit/review/test_nothing.py`, `core/`, `nowhere/`"
    assert missing_paths(page) == ["tests/unit/review/test_nothing.py", "nowhere/"]


def test_every_page_below_docs_can_be_reached_from_the_readme() -> None:
    reached, waiting = set(), [ROOT / "README.md"]
    while waiting:
        path = waiting.pop()
        if path in reached:
            continue
        reached.add(path)
        if path.is_dir():
            waiting += sorted(path.glob("*.md"))
        elif path.suffix == ".md":
            targets = (link.partition("#")[0] for link in links(path.read_text(encoding="utf-8")))
            waiting += [
                (path.parent / target).resolve() for target in targets if target and ":" not in target
            ]
    assert [path for path in PAGES if path not in reached] == []


def test_the_two_commands_exist() -> None:
    recipes = re.findall(r"^([a-z-]+):.*## ", (ROOT / "Makefile").read_text(encoding="utf-8"), re.MULTILINE)
    said = re.findall(r"^    make ([a-z-]+)", README, re.MULTILINE)
    assert said == ["demo", "test"]
    assert set(said) <= set(recipes)
    assert set(re.findall(r"`make ([a-z-]+)[^`]*`", README)) <= set(recipes)


@pytest.mark.parametrize(
    ("asked", "runs"),
    [
        (["demo", "ONCE=1", "SEED=2"], "-m gleaner demo --once --seed 2"),
        (["demo"], "-m gleaner demo"),
        (["test"], "-m pytest -q"),
    ],
)
def test_the_commands_do_what_the_readme_says(asked: list[str], runs: str) -> None:
    # Not the flags of the `make` that may be running this test.
    clean = {
        name: value for name, value in os.environ.items() if not re.search("MAKE|MFLAGS|^ONCE$|^SEED$", name)
    }
    said = subprocess.run(
        ["make", "-n", *asked], cwd=ROOT, env=clean, capture_output=True, text=True, check=True
    )
    assert said.stdout.strip().splitlines()[-1].endswith(runs)


def test_the_readme_is_short() -> None:
    assert len(README.splitlines()) <= 130


def test_the_changelog_has_this_version() -> None:
    project = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]
    changelog = (ROOT / "CHANGELOG.md").read_text(encoding="utf-8")
    assert re.search(rf"^## {re.escape(project['version'])}\b", changelog, re.MULTILINE)


def test_every_decision_says_context_decision_consequences_and_alternatives() -> None:
    for number, path in enumerate(sorted((ROOT / "docs" / "decisions").glob("*.md")), 1):
        text = path.read_text(encoding="utf-8")
        assert path.name.startswith(f"{number:04}-")
        assert text.startswith(f"# {number}. ")
        parts = re.findall(r"^\*\*(\w+)\.\*\*", text, re.MULTILINE)
        assert parts == ["Context", "Decision", "Consequences", "Alternatives"], path.name


# --- words -------------------------------------------------------------------------------------------------------

_EVERYDAY = set(
    "bill cache category confirm customer done employee execute final hole integration item job log matter mock "
    "operation report score sheet signal suggestion timestamp".split()
)
"""Words that are wrong for one of our concepts and right for other things: no test can tell."""


def rows() -> Iterator[tuple[str, str, str]]:
    """The glossary's table."""
    for line in GLOSSARY.splitlines():
        if line.startswith("| ") and not line.startswith("| word "):
            word, meaning, avoided = line.strip("|").split("|")
            yield word.strip(), meaning.strip(), avoided.strip()


def avoided() -> set[str]:
    """The words the glossary warns of, as far as they are never right."""
    found = {word.strip().lower() for _, _, words in rows() for word in words.split(",") if word.strip()}
    return found - _EVERYDAY


def misused(text: str) -> set[str]:
    """The avoided words that stand in *text*."""
    return {word for word in avoided() if re.search(rf"\b{re.escape(word)}s?\b", text, re.IGNORECASE)}


def test_the_glossary_is_in_order_and_every_word_has_a_meaning() -> None:
    words = [word.lower().strip("*`") for word, _, _ in rows()]
    assert words == sorted(words)
    assert all(meaning for _, meaning, _ in rows())
    assert len(words) == len(set(words))


def test_the_glossary_has_the_words_of_the_code() -> None:
    said = GLOSSARY.lower()
    closed = {*(state.value for state in State), *get_args(Level), *get_args(Kind), *get_args(Rung)}
    assert [word for word in sorted(closed) if word not in said] == []
    assert set(get_args(Result)) - {"applied", "failed", "waiting", "taken", "found", "reopened"} == set()


def test_pages_and_help_use_the_glossarys_words() -> None:
    assert {"guest", "rsvp", "worklog", "nag", "prediction"} <= avoided()
    assert misused("Every guest sent an RSVP.") == {"guest", "rsvp"}
    for path in PAGES:
        if path.name != "glossary.md":
            assert misused(path.read_text(encoding="utf-8")) == set(), path.name
    runner, program = CliRunner(), build()
    for name in ("", "review", "run", "demo", "journal"):
        assert misused(runner.invoke(program, [*name.split(), "--help"]).output) == set()


def test_no_page_cheers() -> None:
    for path in PAGES:
        prose = path.read_text(encoding="utf-8")
        for example in examples(prose):
            prose = prose.replace(example.text, "")
        prose = re.sub(r"`[^`\n]*`|<!--.*?-->", "", prose)
        assert not re.search(r"\w!(\s|$)|!!", prose), path.name


def test_the_readme_has_the_exit_codes_of_the_program() -> None:
    done = subprocess.run(
        [sys.executable, "-m", "gleaner", "--help"], capture_output=True, text=True, check=True
    )
    codes = re.search(r"0 fine.*", " ".join(done.stdout.split()))
    assert codes is not None
    for number, text in re.findall(
        r"(\d) ([a-z ]+)", codes.group().partition(" Options")[0].partition(".")[0]
    ):
        assert f"{number} {text.strip()}" in README
