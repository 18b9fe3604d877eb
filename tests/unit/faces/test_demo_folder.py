"""Where the demo keeps its agency."""

from __future__ import annotations

from pathlib import Path

import pytest

from gleaner.faces.cli.commands.demo import _place


def test_a_second_demo_takes_a_folder_of_its_own(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    with _place(None, once=False) as first, _place(None, once=False) as second:
        assert (first.name, second.name) == ("gleaner-demo", "gleaner-demo-2")


def test_once_leaves_nothing_behind() -> None:
    with _place(None, once=True) as place:
        assert place.is_dir()
    assert not place.exists()
