"""How long ``gleaner --help`` takes beside Python itself and Typer: ``python -m bench.startup [--write]``."""

from __future__ import annotations

import argparse
import subprocess
import sys
import time
from collections.abc import Mapping, Sequence
from statistics import median

from bench import page

COMMANDS: Mapping[str, Sequence[str]] = {
    "`python -c pass`": ("-c", "pass"),
    "`python -c 'import typer'`": ("-c", "import typer"),
    "`gleaner --help`": ("-m", "gleaner", "--help"),
    "`gleaner review --help`": ("-m", "gleaner", "review", "--help"),
}


def took(arguments: Sequence[str]) -> float:
    """Seconds from start to exit of the interpreter with *arguments*."""
    begun = time.perf_counter()
    subprocess.run([sys.executable, *arguments], check=True, capture_output=True)
    return time.perf_counter() - begun


def measured(runs: int) -> dict[str, float]:
    """The median seconds of each command. They take turns, so that other work on the machine meets all alike."""
    times: dict[str, list[float]] = {name: [] for name in COMMANDS}
    for arguments in COMMANDS.values():
        took(arguments)  # once for the disk's cache
    for _ in range(runs):
        for name, arguments in COMMANDS.items():
            times[name].append(took(arguments))
    return {name: median(found) for name, found in times.items()}


def rows(seconds: Mapping[str, float]) -> list[list[str]]:
    """A row per command: milliseconds, and how many times the two baselines."""
    bare, typer = (seconds[name] for name in list(seconds)[:2])
    return [
        [name, f"{1000 * found:.0f}", f"{found / bare:.1f}", f"{found / typer:.2f}"]
        for name, found in seconds.items()
    ]


def main() -> None:
    """Measure and print the table."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--runs", type=int, default=15, help="how often each command is started")
    parser.add_argument("--write", action="store_true", help="put the table into docs/benchmarks.md")
    chosen = parser.parse_args()
    columns = ("command", "median ms", "× Python", "× Typer")
    text = f"{page.table(columns, rows(measured(chosen.runs)))}\n\n{chosen.runs} runs each. {page.machine()}."
    print(text)
    if chosen.write:
        page.write("startup", text)


if __name__ == "__main__":
    main()
