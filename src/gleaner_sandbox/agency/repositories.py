"""Writes the repositories as real ones, by one ``git fast-import`` stream each."""

import os
import subprocess
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path

from .branches import FORGE, Branch, Commit, Identity, Pick, Repository

_HERMETIC = {
    "GIT_CONFIG_GLOBAL": os.devnull,
    "GIT_CONFIG_NOSYSTEM": "1",
    "GIT_TERMINAL_PROMPT": "0",
    "LC_ALL": "C",
}


def write(repository: Repository, folder: Path, as_of: int | None = None) -> Path:
    """The repository as it was at *as_of* (seconds since 1970; None: in the end), under ``folder/<name>``.

    Writing again into the same folder brings it to another moment; hashes of what did not change stay the same.
    """
    path = folder / repository.name
    is_new = not (path / ".git").exists()
    if is_new:
        path.mkdir(parents=True, exist_ok=True)
        _git(path, "init", "--quiet", "--template=", f"--initial-branch={repository.default_branch}")
    stream = _Stream(repository)
    for moment, step in steps(repository, as_of):
        stream.write(moment, step)
    stale = [] if is_new else [ref for ref in _heads(path) if ref not in stream.tips]
    _git(path, "fast-import", "--quiet", "--force", "--date-format=raw", data=stream.content())
    if stale:
        _git(path, "update-ref", "--stdin", data="".join(f"delete {ref}\n" for ref in stale).encode())
    _git(path, "reset", "--quiet", "--hard", repository.default_branch)
    return path


_FOUNDING = 1
"""Mark of a repository's first commit."""


@dataclass(frozen=True)
class _End:
    branch: Branch


@dataclass(frozen=True)
class _Rewritten:
    """A commit of a branch with another committer date: the branch was rebased."""

    branch: Branch
    commit: Commit


@dataclass(frozen=True)
class _Plain:
    branch: Branch
    commit: Commit


Step = _Plain | _Rewritten | _End | Pick


def steps(repository: Repository, as_of: int | None) -> list[tuple[int, Step]]:
    """What was done until *as_of*, in order, each with its moment (the committer date)."""
    found = [
        (moment, step)
        for branch in repository.branches
        for moment, step in _life(branch, as_of)
        if as_of is None or moment <= as_of
    ]
    found += [(pick.at, pick) for pick in repository.picks if as_of is None or pick.at <= as_of]
    # Sorting is stable, so commits of one branch at the same second stay in their order.
    return sorted(found, key=lambda pair: pair[0])


def _life(branch: Branch, as_of: int | None) -> Iterator[tuple[int, Step]]:
    rebased_at = branch.rebased_at if branch.ending != "open" else None
    for number, commit in enumerate(branch.commits):
        if rebased_at is not None and (as_of is None or rebased_at <= as_of):
            yield rebased_at + number, _Rewritten(branch, commit)
        else:
            yield commit.at, _Plain(branch, commit)
    if branch.ending != "open":
        yield branch.ended_at, _End(branch)


@dataclass
class _Stream:
    """The text for ``git fast-import``, and where each branch stands."""

    repository: Repository
    tips: dict[str, int] = field(default_factory=dict)
    parts: list[bytes] = field(default_factory=list)
    marks: int = 0

    def __post_init__(self) -> None:
        self.main = f"refs/heads/{self.repository.default_branch}"
        at, founder = self.repository.founded_at, self.repository.founder
        files = {"README.md": f"# {self.repository.name}\n"}
        self._commit(self.main, (founder, at, "+0100"), (founder, at, "+0100"), "Initial commit", files)

    def content(self) -> bytes:
        return b"".join([*self.parts, b"done\n"])

    def write(self, moment: int, step: Step) -> None:
        match step:
            case _Plain(branch, commit) | _Rewritten(branch, commit):
                ref = f"refs/heads/{branch.name}"
                author = (commit.author, commit.at, commit.offset)
                committer = (commit.author, moment, commit.offset)
                parent = self.tips.get(ref, self.tips[self.main])
                self._commit(ref, author, committer, commit.message, {commit.path: commit.text}, parent)
            case _End(branch):
                self._end(branch, moment)
            case Pick(commit, onto, _, by, offset):
                author = (commit.author, commit.at, commit.offset)
                ref = f"refs/heads/{onto}"
                parent = self.tips.get(ref, _FOUNDING)
                self._commit(
                    ref, author, (by, moment, offset), commit.message, {commit.path: commit.text}, parent
                )

    def _end(self, branch: Branch, moment: int) -> None:
        ref = f"refs/heads/{branch.name}"
        who = (branch.ended_by, moment, branch.offset)
        committer = (FORGE, moment, branch.offset) if branch.via_web else who
        files = {commit.path: commit.text for commit in branch.commits}
        if branch.ending == "squash":
            author = (branch.commits[0].author, moment, branch.offset)
            message = f"{_title(branch)} (#{branch.number})"
            self._commit(self.main, author, committer, message, files, self.tips[self.main])
            return
        text = f"Merge branch '{branch.name}'"
        if branch.via_web:
            text = f"Merge pull request #{branch.number} from larkfield/{branch.name}"
        self._commit(self.main, who, committer, text, files, self.tips[self.main], self.tips[ref])
        if branch.is_deleted:
            del self.tips[ref]
            self.parts.append(f"reset {ref}\nfrom {'0' * 40}\n\n".encode())

    def _commit(
        self,
        ref: str,
        author: tuple[Identity, int, str],
        committer: tuple[Identity, int, str],
        message: str,
        files: dict[str, str],
        *parents: int,
    ) -> None:
        """One commit on *ref*; with the tree of the first parent and *files*."""
        self.marks += 1
        text = (message + "\n").encode()
        head = f"commit {ref}\nmark :{self.marks}\nauthor {_who(author)}\ncommitter {_who(committer)}\n"
        self.parts += [head.encode(), f"data {len(text)}\n".encode(), text]
        for word, parent in zip(("from", "merge"), parents, strict=False):
            self.parts.append(f"{word} :{parent}\n".encode())
        for path, content in files.items():
            body = content.encode()
            self.parts += [f"M 100644 inline {path}\ndata {len(body)}\n".encode(), body, b"\n"]
        self.tips[ref] = self.marks


def _title(branch: Branch) -> str:
    """What a pull request of that branch is called: ``APL-12 csv export`` or ``csv export``."""
    words = branch.name.partition("/")[2].split("-")
    if words[0].isupper():
        return f"{words[0]}-{words[1]} {' '.join(words[2:])}"
    return " ".join(words[:-1]).capitalize()


def _who(stamp: tuple[Identity, int, str]) -> str:
    (name, email), at, offset = stamp
    return f"{name} <{email}> {at} {offset}"


def _heads(path: Path) -> list[str]:
    return _git(path, "for-each-ref", "--format=%(refname)", "refs/heads").decode().split()


def _git(path: Path, *arguments: str, data: bytes = b"") -> bytes:
    """Output of git in *path*, untouched by the configuration of whoever runs it."""
    inherited = {name: value for name, value in os.environ.items() if not name.startswith("GIT_")}
    command = ["git", *arguments]
    done = subprocess.run(  # noqa: S603  # the arguments are ours
        command, cwd=path, input=data, capture_output=True, check=False, env={**inherited, **_HERMETIC}
    )
    if done.returncode:
        raise RuntimeError(f"git {' '.join(arguments)} failed in {path}: {done.stderr.decode()}")
    return done.stdout
