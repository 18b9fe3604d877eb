"""``python -m gleaner_sandbox.agency`` writes a world that other programs can read."""

import json
import os
import subprocess
import sys
from datetime import datetime
from pathlib import Path

import pytest

from gleaner_sandbox.agency import build, write_truth
from gleaner_sandbox.agency.__main__ import main
from gleaner_sandbox.agency.world import World


def contents(folder: Path) -> dict[str, bytes]:
    files = [path for path in folder.rglob("*") if path.is_file() and ".git" not in path.parts]
    return {str(path.relative_to(folder)): path.read_bytes() for path in files}


def test_the_same_seed_writes_the_same_bytes_in_any_process(tmp_path: Path) -> None:
    """Sets and dictionaries iterate differently under another hash seed; the world must not show it."""
    assert main([str(tmp_path / "one"), "--seed", "5"]) == 0
    command = [sys.executable, "-m", "gleaner_sandbox.agency", str(tmp_path / "two"), "--seed", "5"]
    environment = {"PYTHONHASHSEED": "5", "PATH": os.environ["PATH"]}
    subprocess.run(command, check=True, capture_output=True, env=environment)
    one, two = contents(tmp_path / "one"), contents(tmp_path / "two")
    assert one == two
    names = {name for name in one if not name.startswith("repos")}
    assert {"harvest-seed.json", "truth.jsonl", "people.json", "invitations.jsonl"} <= names
    assert sum(name.endswith(".ics") for name in names) == 13


def test_the_truth_is_one_block_a_line(first_world: World, tmp_path: Path) -> None:
    write_truth(first_world, tmp_path / "truth.jsonl")
    lines = [json.loads(line) for line in (tmp_path / "truth.jsonl").read_text().splitlines()]
    assert len(lines) == len(first_world.truth)
    assert {line["source"]["type"] for line in lines if line["source"]} == {"calendar", "git"}
    for line in lines:
        start, end = datetime.fromisoformat(line["start"]), datetime.fromisoformat(line["end"])
        assert line["date"] == start.date().isoformat()
        assert line["hours"] == pytest.approx((end - start).total_seconds() / 3600, abs=1e-4)


def test_an_earlier_moment_shows_less(tmp_path: Path) -> None:
    main([str(tmp_path), "--as-of", "2026-02-02T12:00:00+00:00"])
    then = contents(tmp_path)
    main([str(tmp_path)])
    end = contents(tmp_path)
    email = build(1).people[1].email
    assert len(then[f"calendars/{email}.ics"]) < len(end[f"calendars/{email}.ics"])
    assert then["truth.jsonl"] == end["truth.jsonl"]


def test_a_moment_without_an_offset_is_refused(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit) as error:
        main([str(tmp_path), "--as-of", "2026-02-02T12:00:00"])
    assert error.value.code == 2
    assert "has no offset" in capsys.readouterr().err


def test_importing_the_package_is_cheap() -> None:
    code = "import sys, gleaner_sandbox.agency; print('icalendar' in sys.modules, 'zoneinfo' in sys.modules)"
    done = subprocess.run([sys.executable, "-c", code], check=True, capture_output=True, text=True)
    assert done.stdout.split() == ["False", "False"]


def test_the_package_does_not_import_gleaner() -> None:
    folder = Path(build.__code__.co_filename).parent
    for path in folder.glob("*.py"):
        imports = [
            line for line in path.read_text().splitlines() if line.lstrip().startswith(("import ", "from "))
        ]
        assert not any(line.split()[1].split(".")[0] == "gleaner" for line in imports), path
