"""What holds for every file of the project: documented, and free of machines and registries."""

from __future__ import annotations

import ast
import re
import subprocess
from collections.abc import Iterator
from pathlib import Path

import pytest
from tests.docs.markdown import ROOT

MODULES = sorted((ROOT / "src").rglob("*.py"))


def tracked() -> list[Path]:
    """Every file of the project, those not added yet included."""
    listing = subprocess.run(
        ["git", "ls-files", "-z", "--cached", "--others", "--exclude-standard"],
        cwd=ROOT, capture_output=True, text=True, check=False,
    )  # fmt: skip
    if listing.returncode:
        pytest.skip("not a Git checkout")
    return [path for name in listing.stdout.split("\0") if name and (path := ROOT / name).is_file()]


# Put together from parts, so that this file is not what it looks for.
_HOSTS = re.compile(
    "|".join(
        re.escape(host)
        for host in (
            "pypi" + ".org",
            "pythonhosted" + ".org",
            "npmjs" + ".org",
            "proxy.golang" + ".org",
            "crates" + ".io",
            "conda" + ".anaconda.org",
            "index" + "-url =",
        )
    )
)
_PATHS = re.compile("(?<![\\w~.:)-])/" + "(?:root|home/[a-z]|Users/[A-Za-z]|work/[a-z]+|mnt/[a-z])/?")


def machine_words(text: str) -> list[str]:
    """Paths of somebody's machine, and hosts of package registries, in *text*."""
    return [found.group() for pattern in (_HOSTS, _PATHS) for found in pattern.finditer(text)]


def test_no_file_names_a_machines_folder_or_a_registry() -> None:
    found = {}
    for path in tracked():
        try:
            text = path.read_text(encoding="utf-8")
        except UnicodeDecodeError:
            continue
        if words := machine_words(text):
            found[str(path.relative_to(ROOT))] = words
    assert found == {}


def test_a_machines_folder_and_a_registry_are_noticed() -> None:
    assert machine_words("see /" + "root/x and https://pypi" + ".org/simple") == [
        "pypi" + ".org",
        "/" + "root/",
    ]
    assert machine_words('open("/' + 'home/ana/x")') == ["/" + "home/a"]
    assert machine_words("~/src/apollo https://studio.example/home/ana docs/how-to") == []


@pytest.mark.parametrize("path", MODULES, ids=lambda path: str(path.relative_to(ROOT / "src")))
def test_every_module_says_what_it_is(path: Path) -> None:
    assert ast.get_docstring(ast.parse(path.read_text(encoding="utf-8")))


def undocumented(source: str) -> Iterator[str]:
    """Public functions and classes of a module that say nothing about themselves."""
    for node in ast.parse(source).body:
        if not isinstance(
            node, ast.FunctionDef | ast.AsyncFunctionDef | ast.ClassDef
        ) or node.name.startswith("_"):
            continue
        if not ast.get_docstring(node) and not (isinstance(node, ast.ClassDef) and _may_be_silent(node)):
            yield node.name


def _may_be_silent(node: ast.ClassDef) -> bool:
    """A class of named fields only, or a port whose methods are told: its name and theirs say it all."""
    if any(isinstance(base, ast.Name) and base.id == "Protocol" for base in node.bases):
        return all(ast.get_docstring(part) for part in node.body if isinstance(part, ast.FunctionDef))
    return all(isinstance(part, ast.AnnAssign | ast.Expr) for part in node.body)


@pytest.mark.parametrize(
    "path",
    [path for path in MODULES if path.parts[-2] in ("core", "review")],
    ids=lambda path: str(path.relative_to(ROOT / "src")),
)
def test_what_others_call_in_core_and_review_says_what_it_gives(path: Path) -> None:
    assert list(undocumented(path.read_text(encoding="utf-8"))) == []


def test_a_function_that_says_nothing_is_noticed() -> None:
    source = (
        'def told():\n    "it"\ndef silent(): ...\ndef _own(): ...\nclass Silent:\n    def x(self): ...\n'
    )
    assert list(undocumented(source)) == ["silent", "Silent"]


def test_no_code_is_only_in_a_comment_that_somebody_will_do_it() -> None:
    marks = re.compile(r"#.*\b(TO" + r"DO|FIX" + r"ME|XX" + r"X)\b")
    found = [str(path) for path in MODULES if marks.search(path.read_text(encoding="utf-8"))]
    assert found == []
