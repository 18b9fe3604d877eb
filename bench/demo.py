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
        elif name == "month" and isinstance(value, Mapping):
            numbers |= of_month(value)
        elif isinstance(value, Mapping):
            numbers |= {f"{name} {part}": float(amount) for part, amount in value.items()}
        elif isinstance(value, Sequence):
            numbers[name] = float(len(value))
        else:
            numbers[name] = float(value)
    return numbers


def of_month(month: Mapping[str, Any]) -> dict[str, float]:
    """What was invoiced as a share of what was truly worked, by currency, and the rest as numbers.

    >>> one = {"currency": "EUR", "amount": 90.0, "by_habit": 60.0, "true": 100.0, "is_sent": True}
    >>> of_month({"invoices": [one], "alerts": ["a"]})
    {'invoices': 1.0, 'invoices sent': 1.0, 'share invoiced, EUR': 0.9, 'share by habit, EUR': 0.6, 'alerts': 1.0}
    """
    made = month["invoices"]
    numbers = {"invoices": float(len(made)), "invoices sent": float(sum(one["is_sent"] for one in made))}
    for currency in sorted({one["currency"] for one in made}):
        those = [one for one in made if one["currency"] == currency]
        true = sum(one["true"] for one in those) or 1.0
        numbers[f"share invoiced, {currency}"] = sum(one["amount"] for one in those) / true
        numbers[f"share by habit, {currency}"] = sum(one["by_habit"] for one in those) / true
    for name, value in month.items():
        if name != "invoices":
            numbers[name] = float(len(value)) if isinstance(value, list) else float(value)
    return numbers


def rows(reports: Mapping[int, Mapping[str, float]]) -> Iterable[list[str]]:
    """A row per name: its value for each seed, then the median."""
    names = list(dict.fromkeys(name for report in reports.values() for name in report))
    for name in names:
        values = [report.get(name, 0.0) for report in reports.values()]
        yield [name.replace("_", " "), *(_said(name, value) for value in values), _said(name, median(values))]


def _said(name: str, value: float) -> str:
    if name.startswith(("compliance", "share")):
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
