"""What the forges tell of a Git repository, asked of ``git`` each time."""

import os
import subprocess
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

_FORMAT = "%H%x1f%P%x1f%an%x1f%ae%x1f%aI%x1f%cn%x1f%ce%x1f%cI%x1f%B"
_ENV = {
    **{name: value for name, value in os.environ.items() if not name.startswith("GIT_")},
    "GIT_CONFIG_GLOBAL": os.devnull,
    "GIT_CONFIG_NOSYSTEM": "1",
    "LC_ALL": "C",
}


class NoSuchCommit(LookupError):
    """The repository has no such commit."""


@dataclass(frozen=True)
class Commit:
    """One commit, every word of it."""

    sha: str
    parents: tuple[str, ...]
    author: tuple[str, str]
    """Name and address."""
    authored_at: datetime
    committer: tuple[str, str]
    committed_at: datetime
    message: str


def git(path: Path, *arguments: str) -> str:
    """What ``git`` prints in *path*; raises NoSuchCommit when it says no."""
    done = subprocess.run(  # noqa: S603 - a list, no shell
        ["git", *arguments],  # noqa: S607 - whichever git is installed
        cwd=path, env=_ENV, capture_output=True, check=False,
    )  # fmt: skip
    if done.returncode:
        raise NoSuchCommit(done.stderr.decode(errors="replace").strip())
    return done.stdout.decode(errors="replace")


def tips(path: Path) -> dict[str, str]:
    """The last commit of each branch, by name."""
    listing = git(path, "for-each-ref", "--format=%(refname:lstrip=2)%1f%(objectname)", "refs/heads")
    return dict(line.split("\x1f") for line in listing.splitlines())


def resolve(path: Path, revision: str) -> str:
    """The commit that a branch or an id names."""
    if revision.startswith("-"):
        raise NoSuchCommit(revision)
    return git(path, "rev-parse", "--quiet", "--verify", f"{revision}^{{commit}}").strip()


def log(path: Path, revision: str, since: str | None = None) -> list[Commit]:
    """*revision* and what it stands on, newest first; *since* counts committer dates."""
    back = [f"--since={since}"] if since else []
    return list(_read(git(path, "log", "-z", f"--format={_FORMAT}", *back, resolve(path, revision), "--")))


def one(path: Path, revision: str) -> Commit:
    """The commit that *revision* names, alone."""
    text = git(path, "log", "-z", "-1", f"--format={_FORMAT}", resolve(path, revision), "--")
    return next(_read(text))


def between(path: Path, base: str, head: str) -> list[Commit]:
    """What *head* has and *base* has not, oldest first."""
    text = git(path, "log", "-z", "--reverse", "--topo-order", f"--format={_FORMAT}", f"{base}..{head}", "--")
    return list(_read(text))


def merge_base(path: Path, one: str, other: str) -> str:
    """Where two branches parted."""
    return git(path, "merge-base", one, other).strip()


def changes(path: Path, sha: str) -> list[tuple[str, int, int]]:
    """The files of a commit with the lines that came and went."""
    text = git(path, "show", "--numstat", "--no-renames", "--format=", resolve(path, sha))
    found = []
    for line in text.splitlines():
        came, went, name = line.split("\t", 2)
        found.append((name, int(came) if came.isdigit() else 0, int(went) if went.isdigit() else 0))
    return found


def _read(text: str) -> Iterator[Commit]:
    for record in text.split("\0"):
        if record:
            sha, parents, an, ae, at, cn, ce, ct, message = record.split("\x1f", 8)
            yield Commit(
                sha.strip(), tuple(parents.split()), (an, ae), datetime.fromisoformat(at), (cn, ce),
                datetime.fromisoformat(ct), message.strip(),
            )  # fmt: skip
