"""What a manager's pages cost as a company grows: ``python -m bench.pages_team [--write]``.

The site in a process of its own, over the same copy as :mod:`bench.pages`, asked by another process, one request after
the other. *First* is the first look at a week, for which its report is made; whoever looks at the same within a minute
gets the same report.
"""

from __future__ import annotations

import argparse
import sys
import time
from http.client import HTTPConnection
from pathlib import Path
from tempfile import TemporaryDirectory

from bench import page
from bench.compliance import fill, filled
from bench.pages import asked, prepare, served, times

SIZES = (125, 250, 500, 1000)
_WEEK = "/team?week=2026-W12"
_BEFORE = "/team?week=2026-W11"
_DAY = "/team/17/2026-03-18"


def measured(people: int) -> list[str]:
    """A row of the table."""
    with TemporaryDirectory(prefix="gleaner-bench-") as name:
        folder = Path(name)
        with filled(folder) as account:
            fill(account, people)
            prepare(account)
        with served(folder) as (port, headers):
            # What is loaded once belongs to no page.
            connection = HTTPConnection("127.0.0.1", port)
            asked(connection, _DAY, headers)
            began = time.perf_counter()
            asked(connection, _BEFORE, headers)
            first = 1000 * (time.perf_counter() - began)
            connection.close()
            again, high, size = times(port, _WEEK, headers)
            day, day_high, _ = times(port, _DAY, headers, 50)
    return [
        f"{people:,}", f"{first:.0f}", f"{again:.1f}", f"{high:.1f}", f"{size / 1000:.0f}", f"{day:.1f}",
        f"{day_high:.1f}",
    ]  # fmt: skip


def main() -> None:
    """Measure and print the table."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    parser.add_argument("--sizes", default=",".join(map(str, SIZES)), help="numbers of people")
    parser.add_argument("--write", action="store_true", help="put the table into docs/benchmarks.md")
    chosen = parser.parse_args()
    rows = []
    for size in map(int, chosen.sizes.split(",")):
        sys.stderr.write(f"{size} people …\n")
        rows.append(measured(size))
    columns = ("people", "Team, first: ms", "again: ms", "p95", "kB", "one day: ms", "p95")
    text = f"{page.table(columns, rows)}\n\n{page.machine()}."
    print(text)
    if chosen.write:
        page.write("pages_team", text)


if __name__ == "__main__":
    main()
