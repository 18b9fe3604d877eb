"""The replay protocol: JSON lines in, one answer a day out, knowing nothing but what was told before."""

from __future__ import annotations

import json
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from bench import git_hours
from bench.git_hours import RULES, replay

MORNING = {
    "type": "commit", "repo": "apollo", "hash": "a1", "author_time": "2026-07-14T10:00:00+02:00",
    "tz_used_min": 120, "parents": ["a0"], "merge": False, "insertions": 10, "deletions": 4,
}  # fmt: skip


def commit(time: str, **changes: Any) -> dict[str, Any]:
    """One of Tuesday's commits at *time*."""
    return MORNING | {"hash": time, "author_time": f"2026-07-14T{time}:00+02:00"} | changes


def day(on: str = "2026-07-14") -> dict[str, Any]:
    return {"type": "day", "author": "ana", "date": on}


def answers(*lines: dict[str, Any], rule: str = "gleaner") -> list[list[dict[str, Any]]]:
    told = replay(
        iter(json.dumps(line) for line in ({"type": "person", "author": "ana"}, *lines)), RULES[rule]
    )
    return [json.loads(answer)["proposals"] for answer in told]


def test_a_day_is_answered_from_its_commits() -> None:
    ((proposal,),) = answers(MORNING, day())
    assert (proposal["repo"], proposal["lo"] < proposal["hours"] < proposal["hi"]) == ("apollo", True)


def test_a_day_without_commits_gets_nothing() -> None:
    assert answers(day("2026-07-13"), MORNING, day(), day("2026-07-15"))[::2] == [[], []]


def test_confirmed_days_change_what_comes_after_them_only() -> None:
    told: list[dict[str, Any]] = []
    for on in range(10, 15):
        at = f"2026-07-{on}"
        told += [MORNING | {"hash": at, "author_time": f"{at}T10:00:00+02:00"}, day(at)]
        told += [{"type": "confirmed", "repo": "apollo", "date": at, "hours": 6.0}]
    found = [proposal["hours"] for (proposal,) in answers(*told)]
    assert found == sorted(found)
    assert found[0] == answers(*told[:2])[0][0]["hours"] < 3 < 4.5 < found[-1]


def test_a_new_person_starts_without_the_other_ones_days() -> None:
    slow = [MORNING, day(), {"type": "confirmed", "repo": "apollo", "date": "2026-07-14", "hours": 9.0}]
    first, second = answers(*slow, {"type": "person", "author": "bob"}, MORNING, day())
    assert first == second


def test_what_the_protocol_may_still_gain_is_left_out() -> None:
    more = MORNING | {"weather": {"sun": True}}
    assert answers(more, {"type": "moon"}, day() | {"mood": "good"}) == answers(MORNING, day())


def test_a_commit_needs_no_more_than_where_and_when() -> None:
    bare = {name: MORNING[name] for name in ("type", "repo", "hash", "author_time")}
    assert answers(bare, day())[0][0]["hours"] > 0


def test_the_day_is_that_of_the_authors_wall_clock() -> None:
    late = commit("23:50", author_time="2026-07-14T21:50:00+00:00", tz_used_min=120)
    assert [len(found) for found in answers(late, day(), day("2026-07-15"))] == [1, 0]


def test_the_baselines_do_as_they_say() -> None:
    """120 min before the first, the gap of 60, and 120 for what follows a gap of 180."""
    lines = [commit("10:00"), commit("11:00"), commit("14:00"), day()]
    assert answers(*lines, rule="git-hours") == [[{"repo": "apollo", "hours": 5.0}]]
    assert answers(*lines, rule="three-hours") == [[{"repo": "apollo", "hours": 3.0}]]


@pytest.fixture
def running() -> Iterator[subprocess.Popen[str]]:
    command = [sys.executable, "-m", "bench.git_hours", "--replay"]
    with subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True) as process:
        yield process
        process.kill()


def test_each_answer_comes_before_the_next_question(running: subprocess.Popen[str]) -> None:
    assert running.stdin is not None
    assert running.stdout is not None
    for _ in range(2):
        for line in ({"type": "person", "author": "ana"}, MORNING, day()):
            running.stdin.write(json.dumps(line) + "\n")
        running.stdin.flush()
        assert json.loads(running.stdout.readline())["proposals"][0]["repo"] == "apollo"


def test_without_the_data_it_says_so_and_steps_aside(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    git_hours.main(["--data", str(tmp_path)])
    assert capsys.readouterr().out.startswith(f"Nothing measured: {tmp_path} holds no replay.py.")
