"""How fast a calendar is read again, changed or not: ``python -m bench.calendars --write``.

A calendar of ten thousand events in five years, one in twenty of them a series of thirty weeks. Each look is a process
of its own, as a command is; the cache is the one in the database.
"""

from __future__ import annotations

import argparse
import json
import resource
import subprocess
import sys
import tempfile
import time
from datetime import UTC, datetime, timedelta
from pathlib import Path

from bench import page

SIZES = (1_000, 10_000)
ROUNDS = 5
END = datetime(2026, 7, 6, tzinfo=UTC)
YEARS = timedelta(days=5 * 365)
GOAL = 0.3
COLUMNS = ("events", "MB", "look", "found", "seconds", "peak memory, MB")


def generated(count: int) -> str:
    """A calendar with so many events, the last of them in the week after END."""
    lines = ["BEGIN:VCALENDAR", "VERSION:2.0", "PRODID:-//bench//EN"]
    for number in range(count):
        start = END + timedelta(days=7) - YEARS * (count - number) / count
        lines += [
            "BEGIN:VEVENT", f"UID:{number}@cal.example", "DTSTAMP:20260101T000000Z",
            f"DTSTART:{start:%Y%m%dT%H%M00Z}", f"DTEND:{start + timedelta(hours=1):%Y%m%dT%H%M00Z}",
            f"SUMMARY:Apollo review {number}", f"DESCRIPTION:{'what was said ' * 10}",
            "ORGANIZER;CN=Boss:mailto:boss@lark.example", "ATTENDEE;PARTSTAT=ACCEPTED:mailto:ana@lark.example",
            *(f"ATTENDEE;PARTSTAT=ACCEPTED:mailto:p{other}@lark.example" for other in range(3)),
            *(["RRULE:FREQ=WEEKLY;COUNT=30"] if number % 20 == 0 else []), "END:VEVENT",
        ]  # fmt: skip
    return "\r\n".join([*lines, "END:VCALENDAR", ""])


def look(path: Path, database: Path, day: int) -> dict[str, float]:
    """What one look at a week costs in this process; the database is opened before."""
    from gleaner.adapters.store.engine import make_engine, migrate
    from gleaner.adapters.store.journal import StoredCache
    from gleaner.capture.sources.ics import Ics
    from gleaner.core.catalog import AccountId
    from gleaner.core.time import Span

    engine = make_engine(f"sqlite:///{database}")
    migrate(engine)
    cache = StoredCache(engine, AccountId(1), END)
    start = END + timedelta(days=day)
    begin = time.perf_counter()
    source = Ics("ana@lark.example", path=str(path), zone="Europe/Berlin")
    found = source.observe(Span(start, start + timedelta(days=7)), cache)
    seconds = time.perf_counter() - begin
    engine.dispose()
    megabytes = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    return {"seconds": seconds, "events": len(found.events), "megabytes": megabytes}


def measured(path: Path, database: Path, name: str, days: list[int]) -> list[str]:
    """A row: the best of looks at the weeks that begin so many *days* after END."""
    looks = []
    for day in days:
        command = [sys.executable, "-m", "bench.calendars", "--read", str(path), "--database", str(database)]
        done = subprocess.run([*command, "--day", str(day)], capture_output=True, text=True, check=True)
        looks.append(json.loads(done.stdout))
    best = min(looks, key=lambda one: float(one["seconds"]))
    megabytes = f"{path.stat().st_size / 1e6:.1f}"
    return [
        f"{int(path.stem):,}", megabytes, name, f"{int(best['events']):,}", f"{best['seconds']:.3f}",
        f"{max(one['megabytes'] for one in looks):.0f}",
    ]  # fmt: skip


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--write", action="store_true", help="put the table into docs/benchmarks.md")
    parser.add_argument("--read", type=Path, help=argparse.SUPPRESS)
    parser.add_argument("--database", type=Path, help=argparse.SUPPRESS)
    parser.add_argument("--day", type=int, default=0, help=argparse.SUPPRESS)
    asked = parser.parse_args()
    if asked.read is not None:
        print(json.dumps(look(asked.read, asked.database, asked.day)))
        return
    rows = []
    with tempfile.TemporaryDirectory() as temporary:
        for count in SIZES:
            path, database = Path(temporary) / f"{count}.ics", Path(temporary) / f"{count}.db"
            path.write_text(generated(count))
            rows.append(measured(path, database, "another week", list(range(-ROUNDS, 0))))
            measured(path, database, "", [0])
            rows.append(measured(path, database, "the same week, unchanged", [0] * ROUNDS))
    text = f"{page.table(COLUMNS, rows)}\n\n{page.machine()}."
    if asked.write:
        page.write("calendars", text)
    print(text)
    assert all(float(row[4]) < GOAL for row in rows if "unchanged" in row[2]), "slower than the goal"


if __name__ == "__main__":
    main()
