"""What four weeks with Gleaner come to, over several agencies: ``python -m bench.demo --seeds 1-5 [--write]``."""

from __future__ import annotations

import argparse
import json
import subprocess
import sys
from collections.abc import Iterable, Mapping, Sequence
from statistics import median
from typing import Any

from bench import page

Value = float | Mapping[str, Any] | Sequence[Any]

_LEFT_OUT = {"seed", "people", "weeks", "manners"}
"""The same in every run, or the row's own name."""
_WITHOUT = "without_reminders"


def measured(seed: int) -> dict[str, Value]:
    """The demo's report for one seed, from a process of its own. Its exit code 1 means duplicates, not failure."""
    command = [sys.executable, "-m", "gleaner", "demo", "--once", "--json", "--seed", str(seed)]
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    if done.returncode not in (0, 1) or not done.stdout.startswith("{"):
        raise SystemExit(f"the demo failed for seed {seed}:\n{done.stderr[-2000:]}")
    found: dict[str, Value] = json.loads(done.stdout)
    return found


def flat(report: Mapping[str, Value]) -> dict[str, float]:
    """One number per name; what is counted by word or currency gets a name for each, and the other month its own.

    >>> flat({"seconds": 2.5, "decisions": {"accept": 3}, "troubles": ["x"], "seed": 1})
    {'seconds': 2.5, 'decisions accept': 3.0, 'troubles': 1.0}
    >>> flat({"without_reminders": {"compliance_after": 0.7, "decisions": {"edit": 2}}})
    {'compliance_after, without reminders': 0.7, 'decisions edit, without reminders': 2.0}
    """
    numbers: dict[str, float] = {}
    for name, value in report.items():
        if name in _LEFT_OUT:
            continue
        if name == _WITHOUT and isinstance(value, Mapping):
            numbers |= {f"{part}, without reminders": amount for part, amount in flat(value).items()}
        elif isinstance(value, Mapping):
            numbers |= {f"{name} {part}": float(amount) for part, amount in value.items()}
        elif isinstance(value, Sequence):
            numbers[name] = float(len(value))
        else:
            numbers[name] = float(value)
    return numbers


def rows(reports: Mapping[int, Mapping[str, float]]) -> Iterable[list[str]]:
    """A row per name: its value for each seed, then the median."""
    names = list(dict.fromkeys(name for report in reports.values() for name in report))
    for name in names:
        values = [report.get(name, 0.0) for report in reports.values()]
        yield [name.replace("_", " "), *(_said(name, value) for value in values), _said(name, median(values))]


def _said(name: str, value: float) -> str:
    if name.startswith("compliance"):
        return f"{value:.1%}"
    return f"{value:g}" if value.is_integer() else f"{value:.2f}"


def main() -> None:
    """Run the demo once per seed and print the table."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--seeds", type=page.seeds, default=page.seeds("1-5"), help="such as 1-5 or 1,4,9")
    parser.add_argument("--write", action="store_true", help="put the table into docs/benchmarks.md")
    chosen = parser.parse_args()
    reports: dict[int, dict[str, float]] = {}
    for seed in chosen.seeds:
        reports[seed] = flat(measured(seed))
        sys.stderr.write(f"seed {seed}: {reports[seed]['seconds']:.0f} s\n")
    columns = ("report", *(f"seed {seed}" for seed in reports), "median")
    text = f"{page.table(columns, list(rows(reports)))}\n\n{page.machine()}."
    print(text)
    if chosen.write:
        page.write("demo", text)


if __name__ == "__main__":
    main()
