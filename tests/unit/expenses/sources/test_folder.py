"""A watched folder gives each receipt once, when it is whole, and leaves the files alone."""

from __future__ import annotations

import os
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from gleaner.capture.source import MemoryCache
from gleaner.core.errors import ConfigError
from gleaner.expenses.source import Found, Waiting
from gleaner.expenses.sources.folder import Folder

NOW = datetime(2026, 3, 10, 17, tzinfo=UTC)
PDF = b"%PDF-1.7\n...\n%%EOF\n"


def put(folder: Path, name: str, content: bytes = PDF, *, age: timedelta = timedelta(minutes=1)) -> Path:
    path = folder / name
    path.write_bytes(content)
    at = (NOW - age).timestamp()
    os.utime(path, (at, at))
    return path


def look(folder: Path, cache: MemoryCache | None = None, *, later: timedelta = timedelta(0)) -> list[str]:
    """Names of what it gives, with a question mark for what waits."""
    found = Folder(str(folder), "ana@studio.example").collect(cache or MemoryCache(), NOW + later)
    return [f"{one.name}?" if isinstance(one, Waiting) else one.name for one in found]


def test_each_file_is_given_once_and_stays(tmp_path: Path) -> None:
    cache = MemoryCache()
    path = put(tmp_path, "taxi.pdf")
    assert look(tmp_path, cache) == ["taxi.pdf"]
    assert look(tmp_path, cache) == []
    assert path.read_bytes() == PDF
    put(tmp_path, "taxi.pdf", PDF + b"\n", age=timedelta(seconds=30))
    assert look(tmp_path, cache) == ["taxi.pdf"], "it is another one now"


def test_what_was_given_counts_as_taken_only_when_the_next_is_asked_for(tmp_path: Path) -> None:
    cache = MemoryCache()
    for name in ("a.pdf", "b.pdf"):
        put(tmp_path, name)
    given = Folder(str(tmp_path), "ana@studio.example").collect(cache, NOW)
    assert [next(given).name, next(given).name] == ["a.pdf", "b.pdf"]
    assert look(tmp_path, cache) == ["b.pdf"], "whoever was killed with it comes again"


def test_a_file_that_is_still_being_written_waits(tmp_path: Path) -> None:
    cache = MemoryCache()
    put(tmp_path, "scan.pdf", b"%PDF-1.7 half", age=timedelta(seconds=2))
    assert look(tmp_path, cache) == ["scan.pdf?"]
    assert look(tmp_path, cache, later=timedelta(minutes=5)) == ["scan.pdf?"], "it has no end"
    put(tmp_path, "scan.pdf", PDF, age=timedelta(seconds=-300))
    assert look(tmp_path, cache, later=timedelta(minutes=6)) == ["scan.pdf"]


def test_a_file_that_stays_cut_off_is_given_after_an_hour(tmp_path: Path) -> None:
    put(tmp_path, "scan.pdf", b"%PDF-1.7 half")
    assert look(tmp_path, later=timedelta(hours=2)) == ["scan.pdf"]


def test_an_empty_file_waits_for_its_content_and_is_given_in_the_end(tmp_path: Path) -> None:
    put(tmp_path, "scan.pdf", b"")
    assert look(tmp_path) == ["scan.pdf?"]
    assert look(tmp_path, later=timedelta(hours=2)) == ["scan.pdf"]


def test_a_time_to_come_says_nothing(tmp_path: Path) -> None:
    put(tmp_path, "taxi.pdf", age=timedelta(days=-3))
    assert look(tmp_path) == ["taxi.pdf"]


def test_hidden_files_and_folders_are_left_out(tmp_path: Path) -> None:
    put(tmp_path, ".taxi.pdf.part")
    (tmp_path / "old").mkdir()
    assert look(tmp_path) == []


def test_a_huge_file_is_given_without_being_read(tmp_path: Path) -> None:
    path = put(tmp_path, "huge.pdf")
    with path.open("wb") as opened:
        opened.truncate(200_000_000)
    os.utime(path, ((NOW - timedelta(minutes=1)).timestamp(),) * 2)
    (found,) = Folder(str(tmp_path), "ana@studio.example").collect(MemoryCache(), NOW)
    assert isinstance(found, Found)
    assert (found.size, found.content) == (200_000_000, None)


def test_a_link_is_named_and_never_followed(tmp_path: Path) -> None:
    secret = put(tmp_path, ".secret.pdf")
    (tmp_path / "taxi.pdf").symlink_to(secret)
    (found,) = Folder(str(tmp_path), "ana@studio.example").collect(MemoryCache(), NOW)
    assert isinstance(found, Found)
    assert (found.content, "put the file itself there" in found.trouble) == (None, True)


def test_a_pipe_does_not_stop_the_others(tmp_path: Path) -> None:
    os.mkfifo(tmp_path / "a.pdf")
    put(tmp_path, "b.pdf")
    assert look(tmp_path) == ["a.pdf", "b.pdf"]


def test_a_folder_that_is_not_there_is_named(tmp_path: Path) -> None:
    with pytest.raises(ConfigError, match="gone cannot be read: No such file"):
        look(tmp_path / "gone")
