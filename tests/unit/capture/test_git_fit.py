"""Fitting everybody's line and range, and judging it on repositories it did not see."""

from __future__ import annotations

import json
from datetime import date, timedelta
from pathlib import Path

import pytest
from bench import git_fit
from bench.git_fit import Day, days_of, fitted, folds, pools_of
from hypothesis import given
from hypothesis import strategies as st

from gleaner.capture.rhythm import FITTED, ConfirmedDay, Past, Pool

HOUR = timedelta(hours=1)


def logged(author: str, repository: str, seen: float, hours: float, number: int = 0) -> Day:
    said = ConfirmedDay(date(2026, 7, 1) + timedelta(days=number), repository, seen * HOUR, hours * HOUR)
    return Day(author, said)


@given(st.lists(st.tuples(st.sampled_from("abcdefgh"), st.sampled_from("rstuvwxyz")), max_size=40))
def test_nobody_and_no_repository_is_in_two_folds(pairs: list[tuple[str, str]]) -> None:
    days = [logged(author, repository, 1, 1) for author, repository in pairs]
    found = folds(days, 3)
    assert sorted(author for fold in found for author in fold) == sorted({author for author, _ in pairs})
    where = [{day.said.repository for day in days if day.author in fold} for fold in found]
    assert sum(map(len, where)) == len(set().union(*where))


def test_the_folds_are_about_as_big() -> None:
    days = [logged(f"p{n}", f"r{n}", 1, 1) for n in range(12)]
    assert {len(fold) for fold in folds(days, 6)} == {2}


def test_a_line_is_found_again() -> None:
    days = [logged("ana", "r", x / 4, 1.5 + 0.6 * x / 4, x) for x in range(2, 30)]
    pool = fitted(days)
    assert (pool.base / HOUR, pool.factor) == (1.5, 0.6)
    assert pool.misses_of_strangers == pytest.approx([0] * 20, abs=0.01)


def test_only_days_that_were_known_before_count_as_known() -> None:
    """Whoever logs twice everybody's line is off on the first days, and soon is not."""
    days = [logged("ana", "r", 2 + x % 3, 2 * (1.5 + 0.6 * (2 + x % 3)), x) for x in range(20)]
    days += [logged(f"p{n}", f"s{n}", 2 + n % 3, 1.5 + 0.6 * (2 + n % 3)) for n in range(60)]
    pool = fitted(days)
    assert max(pool.misses_of_strangers) > 0.3
    assert abs(sorted(pool.misses)[len(pool.misses) // 2]) < 0.1


def test_other_constants_give_other_estimates() -> None:
    pool = Pool(HOUR, 1.0, (0.0,) * 20, (0.0,) * 20)
    rhythm = Past((), pool).rhythm("apollo")
    assert rhythm.worked(2 * HOUR) == 3 * HOUR
    assert rhythm.limits(3 * HOUR) == (3 * HOUR, 3 * HOUR)
    assert Past().rhythm("apollo").worked(2 * HOUR) == FITTED.base + FITTED.factor * 2 * HOUR


def test_only_logged_days_with_commits_teach(tmp_path: Path) -> None:
    """One day of each: logged with a commit, without one, a commit that nobody logged."""
    (tmp_path / "commits").mkdir()
    made = [
        {"repo": "r", "hash": f"c{n}", "author": "ana", "author_time": f"2026-07-{n}T10:00:00+00:00"}
        for n in (14, 16)
    ]
    (tmp_path / "commits" / "r.jsonl").write_text("\n".join(map(json.dumps, made)), encoding="utf-8")
    (tmp_path / "truth_days.csv").write_text(
        "repo,author,date,hours,status\nr,ana,2026-07-14,3,logged\nr,ana,2026-07-15,4,logged\n"
        "r,ana,2026-07-16,0,unlogged\n",
        encoding="utf-8",
    )
    (day,) = days_of(tmp_path)
    assert (day.author, day.said.day, day.said.confirmed) == ("ana", date(2026, 7, 14), 3 * HOUR)


def test_constants_go_to_the_other_end_and_come_back(tmp_path: Path) -> None:
    path = tmp_path / "pools.json"
    path.write_text(git_fit.told({"ana": FITTED}), encoding="utf-8")
    assert pools_of(path) == {"ana": FITTED}


def test_without_the_data_it_says_so_and_steps_aside(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    git_fit.main(["--data", str(tmp_path)])
    assert capsys.readouterr().out.startswith(f"Nothing fitted: {tmp_path} holds no replay.py.")


def test_a_strangers_range_comes_of_repositories_the_line_was_not_drawn_on() -> None:
    """Two repositories of which each goes by a line of its own: the other's line is as wrong as can be."""
    days = [logged("ana", "r", 1 + x % 4, 1 + 0.4 * (1 + x % 4), x) for x in range(20)]
    days += [logged("bo", "s", 1 + x % 4, 2.5 + 0.8 * (1 + x % 4), x) for x in range(20)]
    pool = fitted(days)
    line_of_bo, line_of_ana = fitted(days[20:]), fitted(days[:20])
    expected = [_off(day, line_of_bo) for day in days[:20]] + [_off(day, line_of_ana) for day in days[20:]]
    assert pool.misses_of_strangers == pytest.approx(git_fit.shares(expected), abs=0.01)


def _off(day: Day, pool: Pool) -> float:
    worked = pool.base + pool.factor * day.said.seen
    return (day.said.confirmed - worked) / (worked + 2 * HOUR)
