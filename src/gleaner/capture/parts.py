"""Which part of a repository that holds several projects a commit is about. Pure."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Sequence
from fnmatch import fnmatchcase


def part_of(path: str, patterns: Sequence[str]) -> str:
    """The folder of *patterns* that *path* lies in, the first that fits; empty when it lies in none.

    >>> part_of("services/api/src/login.py", ["services/*", "web"]), part_of("README.md", ["services/*", "web"])
    ('services/api', '')
    """
    steps = path.split("/")
    for pattern in patterns:
        wanted = pattern.strip("/").split("/")
        if len(steps) > len(wanted) and all(map(fnmatchcase, steps, wanted)):
            return "/".join(steps[: len(wanted)])
    return ""


def main_part(changed: Iterable[tuple[str, int]], patterns: Sequence[str]) -> str:
    """The part that most of the *changed* lines (of each file) are in; empty when most are in none.

    A file without lines of its own, an image or one that was only moved, counts as one line.

    >>> main_part([("web/app.ts", 30), ("README.md", 5)], ["web"])
    'web'
    """
    lines: Counter[str] = Counter()
    for path, count in changed:
        lines[part_of(path, patterns)] += max(count, 1)
    return max(lines, key=lambda part: (lines[part], part), default="")
