"""Coding constants judged where they were not fitted: ``python -m bench.git_fit [--data DIR] [--write]``.

Everybody's line and range are fitted on five sixths of the repositories and judged on the rest, six times, so that each
person is estimated by what others' repositories say. Who shares a repository, or works in several, is in one fold
with all of them. Judged day by day by the data's own harness, as in ``bench.git_hours``.
"""

from __future__ import annotations

import argparse
import csv
import json
import sys
from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import asdict, dataclass
from datetime import date, timedelta
from itertools import groupby
from pathlib import Path
from tempfile import TemporaryDirectory

from bench import page
from bench.git_hours import (
    BASELINE,
    COLUMNS,
    CONFIRMED,
    DATA,
    PEOPLE,
    Gleaner,
    commit_of,
    of_rule,
    replay,
    row,
    scored,
)
from gleaner.capture.coding import coding
from gleaner.capture.rhythm import FITTED, MISS_UNIT, ConfirmedDay, Past, Pool
from gleaner.core.activities import Coding

FOLDS = 6
SHARES = 20
"""Of so many equal parts of all misses the mean is kept."""
_HOUR = timedelta(hours=1)
_BASES, _FACTORS = range(60, 151, 5), range(40, 81)
"""Minutes, and hundredths."""
_MOST_OFF = 0.02
"""By how much a line may be off over all days together."""


@dataclass(frozen=True)
class Day:
    """A logged day with commits: what Git shows of it, and what its author logged."""

    author: str
    said: ConfirmedDay


# --- the data ----------------------------------------------------------------------------------------------------


def days_of(data: Path) -> list[Day]:
    """Every day that can teach: with commits and logged hours, by author and date."""
    with (data / "truth_days.csv").open(encoding="utf-8", newline="") as file:
        logged = {
            (line["author"], line["repo"], line["date"]): float(line["hours"])
            for line in csv.DictReader(file)
            if line["status"] == "logged" and float(line["hours"]) > 0
        }
    mine = {(author, repository) for author, repository, _ in logged}
    commits = defaultdict(list)
    for path in sorted((data / "commits").glob("*.jsonl")):
        for line in map(json.loads, path.read_text(encoding="utf-8").splitlines()):
            if (line["author"], line["repo"]) in mine:
                commits[line["author"]].append(commit_of(line))
    found = []
    for author, made in sorted(commits.items()):
        details = {
            (one.external_id[:10], one.detail.repository): one.detail.seen
            for one in coding(made, PEOPLE).activities
            if isinstance(one.detail, Coding)
        }
        whole: dict[str, timedelta] = defaultdict(timedelta)
        for (day, _), seen in details.items():
            whole[day] += seen
        for (day, repository), seen in sorted(details.items()):
            hours = logged.get((author, repository, day))
            if hours is not None and seen:
                share = seen / whole[day]
                said = ConfirmedDay(date.fromisoformat(day), repository, seen, hours * _HOUR, share)
                found.append(Day(author, said))
    return found


def folds(days: Iterable[Day], count: int = FOLDS) -> list[set[str]]:
    """The authors of each fold: nobody and no repository is in two, and the folds are about as big.

    >>> at = ConfirmedDay(date(2026, 7, 14), "apollo", _HOUR, _HOUR)
    >>> [sorted(fold) for fold in folds([Day("ana", at), Day("bo", at)], 2)]
    [['ana', 'bo'], []]
    """
    together: list[tuple[set[str], set[str], int]] = []
    for day in days:
        authors, repositories, size = {day.author}, {day.said.repository}, 1
        apart = []
        for one in together:
            if authors & one[0] or repositories & one[1]:
                authors, repositories, size = authors | one[0], repositories | one[1], size + one[2]
            else:
                apart.append(one)
        together = [*apart, (authors, repositories, size)]
    found: list[set[str]] = [set() for _ in range(count)]
    sizes = [0] * count
    for authors, _, size in sorted(together, key=lambda one: (-one[2], min(one[0]))):
        smallest = sizes.index(min(sizes))
        found[smallest] |= authors
        sizes[smallest] += size
    return found


# --- fitting -----------------------------------------------------------------------------------------------------


def fitted(days: Sequence[Day]) -> Pool:
    """Everybody's line and range as *days* have them."""
    drawn = _drawn(days)
    known = []
    for _, of_author in groupby(
        sorted(days, key=lambda day: (day.author, day.said.day)), lambda day: day.author
    ):
        past: list[ConfirmedDay] = []
        for _, of_day in groupby([day.said for day in of_author], lambda said: said.day):
            today = list(of_day)
            if past:
                before = Past(past, drawn)
                known += [_miss(said, before) for said in today]
            past += today
    return Pool(drawn.base, drawn.factor, shares(known), shares(_misses_of_strangers(days)))


def _drawn(days: Iterable[Day]) -> Pool:
    base, factor = line([(day.said.seen / _HOUR, day.said.confirmed / _HOUR) for day in days])
    return Pool(timedelta(minutes=base), factor)


def _misses_of_strangers(days: Sequence[Day]) -> list[float]:
    """How far off the line is on repositories it was not drawn on: on those it was, it looks better than it is."""
    misses = []
    for authors in folds(days):
        others = [day for day in days if day.author not in authors]
        nothing = Past((), _drawn(others or days))
        misses += [_miss(day.said, nothing) for day in days if day.author in authors]
    return misses


def line(points: Sequence[tuple[float, float]]) -> tuple[int, float]:
    """Base in minutes and factor of the line with the least mean absolute error, of those that are right in sum.

    >>> line([(1.0, 2.0), (2.0, 2.5), (4.0, 3.5)])
    (90, 0.5)
    """
    logged, seen = sum(hours for _, hours in points), sum(hours for hours, _ in points)
    best = (float("inf"), 0, 0.0)
    for minutes in _BASES:
        for hundredths in _FACTORS:
            base, factor = minutes / 60, hundredths / 100
            if abs(base * len(points) + factor * seen - logged) <= _MOST_OFF * logged:
                error = sum(abs(hours - base - factor * x) for x, hours in points)
                best = min(best, (error, minutes, factor))
    return best[1:]


def _miss(said: ConfirmedDay, past: Past) -> float:
    estimated = past.rhythm(said.repository).worked(said.seen, said.share)
    return (said.confirmed - estimated) / (estimated + MISS_UNIT)


def shares(misses: Iterable[float], count: int = SHARES) -> tuple[float, ...]:
    """*misses* in equal parts, lowest first, the mean of each.

    >>> shares([3.0, 1.0, 2.0, 4.0], 2)
    (1.5, 3.5)
    """
    ordered = sorted(misses)
    parts = [ordered[one * len(ordered) // count : (one + 1) * len(ordered) // count] for one in range(count)]
    return tuple(round(sum(part) / len(part), 2) for part in parts if part)


# --- judging -----------------------------------------------------------------------------------------------------


def judged(data: Path, pools: Mapping[str, Pool]) -> list[list[str]]:
    """The table's rows: git-hours' rule, and Gleaner with each author's own fold's constants."""
    _say("git-hours' rule …")
    rows = [row(BASELINE, scored(data, "never", of_rule("git-hours")))]
    with TemporaryDirectory(prefix="gleaner-bench-") as folder:
        path = Path(folder) / "pools.json"
        path.write_text(told(pools), encoding="utf-8")
        for confirmed in CONFIRMED:
            _say(f"Gleaner, confirmed {confirmed} …")
            estimator = [sys.executable, "-m", "bench.git_fit", "--replay", str(path)]
            rows.append(
                row(f"Gleaner, cross-validated, confirmed {confirmed}", scored(data, confirmed, estimator))
            )
    return rows


def told(pools: Mapping[str, Pool]) -> str:
    """*pools* by author, as :func:`pools_of` reads them."""
    return json.dumps({author: {**asdict(pool), "base": pool.base / _HOUR} for author, pool in pools.items()})


def pools_of(path: Path) -> dict[str, Pool]:
    """Each author's constants from a file that :func:`told` wrote, for the other end of a replay."""
    return {
        author: Pool(
            one["base"] * _HOUR, one["factor"], tuple(one["misses"]), tuple(one["misses_of_strangers"])
        )
        for author, one in json.loads(path.read_text(encoding="utf-8")).items()
    }


def _line_row(name: str, days: Sequence[Day], pool: Pool) -> list[str]:
    repositories = {day.said.repository for day in days}
    base = f"{pool.base / timedelta(minutes=1):.0f}"
    return [name, str(len(repositories)), f"{len(days):,}", base, f"{pool.factor:.2f}"]


def measured(data: Path) -> str:
    """Both tables."""
    _say("reading commits …")
    days = days_of(data)
    pools: dict[str, Pool] = {}
    lines = []
    for number, authors in enumerate(folds(days), 1):
        _say(f"fitting without fold {number} of {FOLDS} …")
        pool = fitted([day for day in days if day.author not in authors])
        pools |= dict.fromkeys(authors, pool)
        lines.append(_line_row(str(number), [day for day in days if day.author in authors], pool))
    lines.append(_line_row("none: on everything", days, fitted(days)))
    lines.append(_line_row("in use", days, FITTED))
    columns = ("left out", "repositories", "person-days", "base min", "factor")
    return f"{page.table(COLUMNS, judged(data, pools))}\n\n{page.table(columns, lines)}\n\n{page.machine()}."


def _say(text: str) -> None:
    sys.stderr.write(f"{text}\n")


def main(arguments: Sequence[str] | None = None) -> None:
    """Fit, judge and print the tables, or answer a replay."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    parser.add_argument("--data", type=Path, default=DATA, help="the folder with replay.py and commits/")
    parser.add_argument(
        "--replay", type=Path, help="answer JSON lines on standard input, by the constants in this file"
    )
    parser.add_argument("--write", action="store_true", help="put the tables into docs/benchmarks.md")
    chosen = parser.parse_args(arguments)
    if chosen.replay:
        pools = pools_of(chosen.replay)
        for answer in replay(sys.stdin, lambda author: Gleaner(pools.get(author, FITTED))):
            print(answer, flush=True)
        return
    if not (chosen.data / "replay.py").is_file():
        print(f"Nothing fitted: {chosen.data} holds no replay.py. Name the folder that does: --data DIR")
        return
    text = measured(chosen.data.resolve())
    print(text)
    if chosen.write:
        page.write("git_fit", text)


if __name__ == "__main__":
    main()
