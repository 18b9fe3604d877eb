"""Every text of the pages is in the German catalog, with the same places to fill."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator
from importlib.resources import files
from pathlib import Path
from string import Formatter

import pytest

from gleaner.core.language import words
from gleaner.faces.web.registry import all_pages

WEB = Path(str(files("gleaner.faces.web")))
_CALL = re.compile(r"""\b(?:t|n)\(\s*("(?:[^"\\]|\\.)*")(?:\s*,\s*("(?:[^"\\]|\\.)*"))?""")


def of_templates() -> Iterator[tuple[str, str]]:
    for file in sorted((WEB / "templates").glob("**/*.html")):
        for found in _CALL.finditer(file.read_text()):
            yield file.name, ast.literal_eval(found[1])


def of_code() -> Iterator[tuple[str, str]]:
    """What ``words.text`` and ``words.count`` are called with, as far as it is written right there."""
    for file in sorted(WEB.glob("**/*.py")):
        for node in ast.walk(ast.parse(file.read_text())):
            if isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute) and node.args:
                first = node.args[0]
                is_text = node.func.attr in ("text", "count")
                if is_text and isinstance(first, ast.Constant) and isinstance(first.value, str):
                    yield file.name, first.value


def places(text: str) -> set[str]:
    return {name for _, name, _, _ in Formatter().parse(text) if name}


TEXTS = sorted(
    {*of_templates(), *of_code(), *(("navigation", page.nav) for page in all_pages().all if page.nav)}
)


def test_there_are_texts() -> None:
    assert len(TEXTS) > 20


@pytest.mark.parametrize(("where", "text"), TEXTS)
def test_each_is_translated(where: str, text: str) -> None:
    forms = words("de").texts.get(text)
    assert forms, f"{where}: no German for {text!r}"
    for form in forms:
        assert places(form) <= places(text) | {"n"}, f"{where}: {form!r} fills other places than {text!r}"
