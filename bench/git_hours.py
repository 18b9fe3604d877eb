"""How far estimates of coding hours are off: ``python -m bench.git_hours [--data DIR] [--write]``.

Real commits beside the hours their authors really logged, kept outside this project. That data's own ``replay.py``
tells the estimator one day after the other, so that it knows the past only; ``--replay`` is the other end of it:
JSON lines in, proposals out.
"""

from __future__ import annotations

import argparse
import json
import subprocess
import sys
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any, Protocol
from zoneinfo import ZoneInfo

from bench import page
from gleaner.capture.coding import coding
from gleaner.capture.observed import Commit
from gleaner.capture.rhythm import FITTED, ConfirmedDay, Past, Pool, Rhythm
from gleaner.core.activities import Coding
from gleaner.core.catalog import Catalog, Person, UserId

DATA = page.PAGE.parent.parent.parent / "shared" / "git-hours"
CONFIRMED = ("daily", "weekly", "never")
_PERSON = Person(UserId(1), "Somebody", "somebody@bench.example", ZoneInfo("UTC"))
PEOPLE = Catalog(people={_PERSON.id: _PERSON})
_HOUR = timedelta(hours=1)
_LOOK_BACK = timedelta(days=2)
"""A day's first commit needs the one before it."""


class Rule(Protocol):
    """An estimator that is told one person's past, day by day."""

    def committed(self, commit: Commit) -> None: ...

    def confirmed(self, repository: str, day: date, hours: float) -> None: ...

    def proposals(self, day: date, /) -> list[dict[str, object]]: ...


class Gleaner:
    """The estimator as Gleaner has it, for one person."""

    def __init__(self, pool: Pool = FITTED) -> None:
        self._pool = pool
        self._commits: list[Commit] = []
        self._proposed: dict[tuple[str, date], Coding] = {}
        self._confirmed: list[ConfirmedDay] = []

    def committed(self, commit: Commit) -> None:
        self._commits.append(commit)

    def confirmed(self, repository: str, day: date, hours: float) -> None:
        known = self._proposed.get((repository, day))
        if known is not None:
            self._confirmed.append(ConfirmedDay(day, repository, known.seen, hours * _HOUR))

    def proposals(self, day: date) -> list[dict[str, object]]:
        since = datetime(day.year, day.month, day.day, tzinfo=UTC) - _LOOK_BACK
        self._commits = [commit for commit in self._commits if commit.authored_at >= since]
        if not self._commits:
            return []
        found = []
        for activity in coding(self._commits, PEOPLE, rhythm_of=self._rhythm_of).activities:
            detail = activity.detail
            if isinstance(detail, Coding) and activity.external_id == f"{day}/{detail.repository}":
                self._proposed[detail.repository, day] = detail
                found.append(_proposal(detail.repository, detail.worked, detail.low, detail.high))
        return found

    def _rhythm_of(self, _user_id: UserId, repository: str, _day: date) -> Rhythm:
        return Past(self._confirmed, self._pool).rhythm(repository)


class GitHours:
    """Baseline: git-hours' rule. A gap of up to two hours is work, and two hours lead to what follows a longer one."""

    def __init__(self) -> None:
        self._previous: datetime | None = None
        self._today: dict[str, timedelta] = {}

    def committed(self, commit: Commit) -> None:
        most = timedelta(minutes=120)
        gap = most if self._previous is None else commit.authored_at - self._previous
        self._previous = commit.authored_at
        worked = max(gap, timedelta()) if gap <= most else most
        self._today[commit.repository] = self._today.get(commit.repository, timedelta()) + worked

    def confirmed(self, repository: str, day: date, hours: float) -> None:
        """It learns nothing."""

    def proposals(self, _day: date) -> list[dict[str, object]]:
        today, self._today = self._today, {}
        return [_proposal(repository, worked) for repository, worked in sorted(today.items())]


class ThreeHours:
    """Baseline: three hours on every day with a commit."""

    def __init__(self) -> None:
        self._today: set[str] = set()

    def committed(self, commit: Commit) -> None:
        self._today.add(commit.repository)

    def confirmed(self, repository: str, day: date, hours: float) -> None:
        """It learns nothing."""

    def proposals(self, _day: date) -> list[dict[str, object]]:
        today, self._today = self._today, set()
        return [_proposal(repository, 3 * _HOUR) for repository in sorted(today)]


RuleOf = Callable[[str], Rule]
"""A new estimator for a person of that pseudonym."""
RULES: Mapping[str, RuleOf] = {
    "gleaner": lambda _author: Gleaner(),
    "git-hours": lambda _author: GitHours(),
    "three-hours": lambda _author: ThreeHours(),
}


def _proposal(
    repository: str, worked: timedelta, low: timedelta | None = None, high: timedelta | None = None
) -> dict[str, object]:
    found: dict[str, object] = {"repo": repository, "hours": round(min(worked / _HOUR, 24.0), 4)}
    if low is not None and high is not None:
        found |= {"lo": round(low / _HOUR, 4), "hi": round(high / _HOUR, 4)}
    return found


# --- the protocol ------------------------------------------------------------------------------------------------


def replay(lines: Iterable[str], rule_of: RuleOf = RULES["gleaner"]) -> Iterator[str]:
    """An answer to every ``day`` among *lines*; the others are taken note of, unknown ones left out.

    >>> list(replay(['{"type": "person"}', '{"type": "day", "date": "2026-07-14"}']))
    ['{"proposals": []}']
    """
    estimator = rule_of("")
    for text in lines:
        line = json.loads(text) if text.strip() else {}
        match line.get("type"):
            case "person":
                estimator = rule_of(line.get("author", ""))
            case "commit":
                estimator.committed(commit_of(line))
            case "confirmed":
                estimator.confirmed(line["repo"], date.fromisoformat(line["date"]), float(line["hours"]))
            case "day":
                yield json.dumps({"proposals": estimator.proposals(date.fromisoformat(line["date"]))})


def commit_of(line: Mapping[str, Any]) -> Commit:
    """A commit of the data. Its author's wall clock stands for UTC, because people's zones are not told."""
    at = datetime.fromisoformat(line["author_time"])
    offset = line.get("tz_used_min")
    if offset is not None:
        at = (at.astimezone(UTC) + timedelta(minutes=offset)).replace(tzinfo=UTC)
    parents = len(line.get("parents") or ())
    counted = [line[name] for name in ("insertions", "deletions") if line.get(name) is not None]
    return Commit(
        repository=line["repo"],
        sha=line["hash"],
        author_email=_PERSON.email,
        authored_at=at.replace(tzinfo=UTC),
        subject=line["hash"],
        parents=max(parents, 2) if line.get("merge") else parents,
        changed_lines=sum(counted) if counted else None,
    )


# --- the table ---------------------------------------------------------------------------------------------------


@dataclass(frozen=True)
class Score:
    """What the data's own ``score.py`` says of one replay."""

    days: int
    error: float
    """Mean absolute error per person-day that has a commit and logged hours, in hours."""
    bias: float
    """Estimated over logged hours."""
    near: float
    """Share of days within a quarter of the truth."""
    covered: float | None
    """Share of days whose truth is in the range."""
    width: float | None
    """Mean width of the range, in hours."""
    without_evidence: float
    """Hours proposed on days without a commit."""


def of_rule(rule: str) -> list[str]:
    """The command that answers a replay by that one of :data:`RULES`."""
    return [sys.executable, "-m", "bench.git_hours", "--replay", "--rule", rule]


def scored(data: Path, confirmed: str, estimator: Sequence[str]) -> Score:
    """A command through the whole of *data*, by that data's own harness; *confirmed* is one of :data:`CONFIRMED`."""
    with TemporaryDirectory(prefix="gleaner-bench-") as folder:
        proposed, result = Path(folder) / "proposed.jsonl", Path(folder) / "result.json"
        _run(
            data / "replay.py",
            "--data",
            str(data),
            "--confirm",
            confirmed,
            "--out",
            str(proposed),
            "--",
            *estimator,
        )
        _run(data / "score.py", str(proposed), "--data", str(data), "--json", str(result))
        seen = json.loads(result.read_text(encoding="utf-8"))["ALL"]["seen"]
        committed = {
            (line["repo"], line["author"], line["date"])
            for path in sorted((data / "commits").glob("*.jsonl"))
            for line in map(json.loads, path.read_text(encoding="utf-8").splitlines())
        }
        found = [json.loads(line) for line in proposed.read_text(encoding="utf-8").splitlines()]
    beyond = sum(one["hours"] for one in found if (one["repo"], one["author"], one["date"]) not in committed)
    return Score(
        seen["n"], seen["mae"], seen["bias"], seen["w25"], seen.get("cover"), seen.get("width"), beyond
    )


def _run(*command: str | Path) -> None:
    subprocess.run(
        [sys.executable, *map(str, command)],
        check=True,
        stdout=subprocess.DEVNULL,
        cwd=page.PAGE.parent.parent,
    )


COLUMNS = ("rule", "mean error h", "bias", "within 25 %", "range covers", "width h", "h without evidence")
BASELINE = "git-hours' rule (gap 120, first 120)"


def row(name: str, score: Score) -> list[str]:
    """One rule's line of the table."""
    return [
        name,
        f"{score.error:.2f}",
        f"{score.bias:.2f}",
        f"{score.near:.0%}",
        "–" if score.covered is None else f"{score.covered:.1%}",
        "–" if score.width is None else f"{score.width:.2f}",
        f"{score.without_evidence:.1f}",
    ]


def measured(data: Path) -> tuple[list[list[str]], int]:
    """The table's rows, and of how many person-days they tell."""
    found = {
        BASELINE: scored(data, "never", of_rule("git-hours")),
        "3 h on every day with a commit": scored(data, "never", of_rule("three-hours")),
    }
    for confirmed in CONFIRMED:
        found[f"Gleaner, confirmed {confirmed}"] = scored(data, confirmed, of_rule("gleaner"))
    return [row(name, score) for name, score in found.items()], max(score.days for score in found.values())


def main(arguments: Sequence[str] | None = None) -> None:
    """Measure and print the table, or answer a replay."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    parser.add_argument("--data", type=Path, default=DATA, help="the folder with replay.py and commits/")
    parser.add_argument("--replay", action="store_true", help="answer JSON lines on standard input")
    parser.add_argument("--rule", choices=sorted(RULES), default="gleaner", help="what answers")
    parser.add_argument("--write", action="store_true", help="put the table into docs/benchmarks.md")
    chosen = parser.parse_args(arguments)
    if chosen.replay:
        for answer in replay(sys.stdin, RULES[chosen.rule]):
            print(answer, flush=True)
        return
    if not (chosen.data / "replay.py").is_file():
        print(f"Nothing measured: {chosen.data} holds no replay.py. Name the folder that does: --data DIR")
        return
    rows, days = measured(chosen.data.resolve())
    text = f"{page.table(COLUMNS, rows)}\n\n{days:,} person-days. {page.machine()}."
    print(text)
    if chosen.write:
        page.write("git_hours", text)


if __name__ == "__main__":
    main()
