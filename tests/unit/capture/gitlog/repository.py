"""Real repositories, made with the git command, with dates one can choose."""

from __future__ import annotations

import os
import subprocess
from pathlib import Path

ENV = {
    **{name: value for name, value in os.environ.items() if not name.startswith("GIT_")},
    "GIT_CONFIG_GLOBAL": "/dev/null",
    "GIT_CONFIG_NOSYSTEM": "1",
    "LC_ALL": "C",
}


class Repository:
    """A repository whose every commit says when it was made, and by whom."""

    def __init__(self, path: Path) -> None:
        self.path = path
        path.mkdir(parents=True)
        self.git("init", "-q", "-b", "main")

    def git(
        self, *arguments: str, at: str = "2026-07-14T09:00:00+02:00", by: str = "ana@lark.example"
    ) -> str:
        name = by.partition("@")[0]
        env = ENV | {
            "GIT_AUTHOR_NAME": name, "GIT_AUTHOR_EMAIL": by, "GIT_AUTHOR_DATE": at,
            "GIT_COMMITTER_NAME": name, "GIT_COMMITTER_EMAIL": by, "GIT_COMMITTER_DATE": at,
        }  # fmt: skip
        done = subprocess.run(
            ["git", *arguments], cwd=self.path, env=env, check=True, capture_output=True, text=True
        )
        return done.stdout.strip()

    def commit(self, time: str, subject: str = "Work", lines: int = 1, by: str = "ana@lark.example") -> str:
        """Commit a new file of *lines* lines at *time* (``10:00`` on Tuesday 14 July 2026, in Berlin)."""
        name = f"{subject}-{time}".replace(":", "").replace(" ", "-").replace("/", "-").splitlines()[0]
        (self.path / f"{name}.txt").write_text("line\n" * lines)
        self.git("add", ".")
        self.git("commit", "-q", "-m", subject, at=moment(time), by=by)
        return self.git("rev-parse", "HEAD")

    def branch(self, name: str, start: str = "HEAD") -> None:
        self.git("switch", "-q", "-c", name, start)

    def switch(self, name: str) -> None:
        self.git("switch", "-q", name)

    def merge(self, name: str, time: str, *options: str) -> None:
        self.git(
            "merge", "-q", "--no-ff", name, *(options or ("-m", f"Merge branch '{name}'")), at=moment(time)
        )


def moment(time: str) -> str:
    return time if "T" in time else f"2026-07-14T{time}:00+02:00"
