"""How fast a history is read, beside ``git log`` in the same form: ``python -m bench.git --write``.

A repository of the size of Git's own is generated (80,000 commits by 400 people in 18 years, a fifth of them on
branches that were merged). Reading it is a process of its own each time, so that its memory is its own; the two are
measured one after the other in each round.
"""

from __future__ import annotations

import argparse
import json
import os
import random
import resource
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

from bench import page

SIZES = (5_000, 20_000, 80_000)
ROUNDS = 9
PEOPLE = 400
END = datetime(2026, 7, 15, tzinfo=UTC)
YEARS = timedelta(days=18 * 365)
MONTH = timedelta(days=30)
_WORDS = "add fix remove teach document avoid refactor test drop use allow report handle".split()
_THINGS = "index packfile refs diff merge rebase config transport blame submodule worktree hooks".split()


def generated(count: int, seed: int = 1) -> Iterator[str]:
    """A history for ``git fast-import``: a trunk, and branches of a few commits that are merged into it."""
    chance = random.Random(seed)
    start, step = int((END - YEARS).timestamp()), YEARS.total_seconds() / count
    trunk, mark = 0, 0

    def commit(ref: str, parents: list[int], subject: str) -> Iterator[str]:
        nonlocal mark
        mark += 1
        who = min(int(chance.expovariate(1 / 60)), PEOPLE - 1)
        at = start + int(mark * step)
        zone = chance.choice(("+0000", "+0200", "-0700", "+0900"))
        trailer = (
            f"\n\nCo-authored-by: P <p{(who + 1) % PEOPLE}@git.example>" if chance.random() < 0.02 else ""
        )
        signed = f"{subject}{trailer}\n\nSigned-off-by: P <p{who}@git.example>\n"
        yield f"commit {ref}\nmark :{mark}\nauthor P {who} <p{who}@git.example> {at - chance.randrange(90000)} {zone}\n"
        yield f"committer C <c@git.example> {at} +0000\ndata {len(signed.encode())}\n{signed}"
        for keyword, parent in zip(("from", *["merge"] * 9), parents, strict=False):
            yield f"{keyword} :{parent}\n"
        content = f"{mark}\n" * chance.randrange(1, 4)
        yield f"M 100644 inline {chance.choice(_THINGS)}/{chance.randrange(300)}.c\ndata {len(content)}\n{content}\n"

    while mark < count:
        subject = f"{chance.choice(_THINGS)}: {chance.choice(_WORDS)} {chance.choice(_THINGS)} {mark}"
        if trunk and chance.random() < 0.06:
            name, tip = f"topic/{mark}", trunk
            for _ in range(chance.randrange(2, 6)):
                yield from commit(f"refs/bench/{name}", [tip], subject)
                tip = mark
            yield from commit("refs/heads/master", [trunk, tip], f"Merge branch '{name}'")
        else:
            yield from commit("refs/heads/master", [trunk] if trunk else [], subject)
        trunk = mark
    yield "done\n"


def make(folder: Path, count: int) -> Path:
    """A bare repository with so many commits."""
    path = folder / f"{count}.git"
    subprocess.run(["git", "init", "-q", "--bare", "-b", "master", str(path)], check=True)
    process = subprocess.Popen(
        ["git", "fast-import", "--quiet", "--done"], cwd=path, stdin=subprocess.PIPE, text=True
    )
    assert process.stdin is not None
    process.stdin.writelines(generated(count))
    process.stdin.close()
    assert process.wait() == 0
    return path


def read(path: Path, days: int | None) -> dict[str, float]:
    """What reading costs in this process, and what is the same for ``git log``: seconds, megabytes, commits."""
    from gleaner.capture.gitlog.history import history
    from gleaner.core.time import Span

    back = YEARS + 2 * MONTH if days is None else timedelta(days=days)
    window = Span(END - back, END + MONTH)
    start, own = time.perf_counter(), time.process_time()
    found = history(path, "git", window)
    seconds, own = time.perf_counter() - start, time.process_time() - own
    megabytes = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    return {"seconds": seconds, "own": own, "megabytes": megabytes, "commits": len(found.commits)}


def baseline(path: Path, days: int | None) -> float:
    """Seconds that ``git log`` takes for the same commits in the same form, its output thrown away."""
    from gleaner.capture.gitlog.history import log_command

    since = [] if days is None else [f"--since-as-filter={(END - timedelta(days=days + 32)).isoformat()}"]
    start = time.perf_counter()
    subprocess.run(
        ["git", *log_command("--branches", "--remotes", *since)],
        cwd=path,
        stdout=subprocess.DEVNULL,
        check=True,
    )
    return time.perf_counter() - start


def measured(path: Path, days: int | None) -> list[str]:
    """A row: the best of some rounds, in each of which both are measured; other work on the machine only adds."""
    ours, own, theirs, most = [], [], [], 0.0
    found: dict[str, float] = {}
    for _ in range(ROUNDS):
        theirs.append(baseline(path, days))
        command = [sys.executable, "-m", "bench.git", "--read", str(path), "--days", str(days or 0)]
        done = subprocess.run(command, capture_output=True, text=True, check=True)
        found = json.loads(done.stdout)
        ours.append(found["seconds"])
        own.append(found["own"])
        most = max(most, found["megabytes"])
    name = "whole" if days is None else f"last {days} days"
    return [
        f"{int(path.stem):,}", name, f"{int(found['commits']):,}", f"{min(theirs):.3f}", f"{min(ours):.3f}",
        f"{min(ours) / min(theirs):.2f}", f"{min(own):.3f}", f"{most:.0f}",
    ]  # fmt: skip


COLUMNS = ("commits", "read", "found", "git log, s", "Gleaner, s", "ratio", "own CPU, s", "peak memory, MB")


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--write", action="store_true", help="put the table into docs/benchmarks.md")
    parser.add_argument(
        "--keep", type=Path, help="generate the repositories here, or use those that are there"
    )
    parser.add_argument("--read", type=Path, help=argparse.SUPPRESS)
    parser.add_argument("--days", type=int, default=0, help=argparse.SUPPRESS)
    asked = parser.parse_args()
    if asked.read is not None:
        print(json.dumps(read(asked.read, asked.days or None)))
        return
    with tempfile.TemporaryDirectory() as temporary:
        folder = asked.keep or Path(temporary)
        rows = []
        for count in SIZES:
            path = folder / f"{count}.git"
            if not path.exists():
                make(folder, count)
            rows += [measured(path, None), measured(path, 30)]
    version = subprocess.run(["git", "--version"], capture_output=True, text=True, check=True).stdout.strip()
    text = f"{page.table(COLUMNS, rows)}\n\n{page.machine()}, {version.replace('git version', 'Git')}."
    if asked.write:
        page.write("git", text)
    print(text)


if __name__ == "__main__":
    os.environ.setdefault("LC_ALL", "C")
    main()
