"""Parts are found by name, whoever asks first and however many ask at once."""

from __future__ import annotations

import sys
import threading
import types
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

from gleaner.core.registry import Registry


def test_who_asks_while_another_thread_loads_waits_for_all_parts(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    package = tmp_path / "slow_parts"
    package.mkdir()
    (package / "__init__.py").touch()
    (package / "one.py").write_text(
        "import time\nfrom slow_registry import PARTS\ntime.sleep(0.3)\nPARTS.add('one', lambda: 1)\n"
    )
    monkeypatch.syspath_prepend(str(tmp_path))
    module = types.ModuleType("slow_registry")
    parts: Registry[int] = Registry("part", "slow_parts", "gleaner.no_such_group")
    module.__dict__["PARTS"] = parts
    monkeypatch.setitem(sys.modules, "slow_registry", module)
    together = threading.Barrier(4)

    def ask(_number: int) -> Callable[..., int]:
        together.wait()
        return parts.get("one")

    with ThreadPoolExecutor(4) as pool:
        assert [made() for made in pool.map(ask, range(4))] == [1] * 4
