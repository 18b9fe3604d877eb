"""The commits of one repository in one window, with their branches and how many lines they changed."""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta, timezone, tzinfo
from functools import lru_cache
from pathlib import Path

from gleaner.capture.addresses import addresses, plain
from gleaner.capture.gitlog.branches import OutOfOrder, Ref, Tracker, default_branch
from gleaner.capture.gitlog.command import GitFailed, records
from gleaner.capture.observed import Commit
from gleaner.capture.parts import main_part
from gleaner.core.time import Span

_SLACK = timedelta(days=2)
"""A commit is authored before it is committed, but not on two clocks that disagree."""
_SQUASHED_WITHIN = timedelta(days=30)
"""A squash merge comes at most so long after the last work on its branch."""
_SQUASH = re.compile(r"\(#\d+\)$")
"""How GitHub and others end a squash merge's subject."""
_WIDE_SLACK = timedelta(days=60)
"""The same for an old git, which stops at the first commit that is too old instead of leaving it out."""
_FIRST_SANE = int(datetime(2005, 4, 7, tzinfo=UTC).timestamp())
_LAST_SANE = int(datetime(2037, 12, 31, tzinfo=UTC).timestamp())
"""From Git's first commit to the end of 32-bit time: whatever is outside was dated by a broken clock."""
_DAY = 86_400


def is_sane(at: datetime) -> bool:
    """Whether a working clock may have shown *at*.

    >>> is_sane(datetime(1970, 1, 2, tzinfo=UTC)), is_sane(datetime(2026, 7, 14, tzinfo=UTC))
    (False, True)
    """
    return _FIRST_SANE <= at.timestamp() <= _LAST_SANE


def misdated(shas: Sequence[str]) -> str:
    """What is said of commits whose date cannot be right."""
    some = ", ".join(shas[:3]) + (" …" if len(shas) > 3 else "")
    many = "1 commit has a date" if len(shas) == 1 else f"{len(shas)} commits have dates"
    return f"{many} that cannot be right ({some}); ignored. Check the clock they were made with"


# %aE, not %ae: the repository's own .mailmap says which addresses are one person's.
_FIELDS = "%H%x1f%P%x1f%ct%x1f%ad%x1f%aE%x1f%(trailers:key=Co-authored-by,valueonly,separator=%x1d)%x1f%s"
_MOST_LINES = 5_000_000
"""More changed lines than this are an import, not a number to count with."""


@dataclass(frozen=True)
class History:
    """What a repository's log says about a window."""

    commits: tuple[Commit, ...]
    ignored: tuple[str, ...] = ()
    """Abbreviated ids of commits whose date cannot be right."""
    is_empty: bool = False
    """The repository has no commit at all."""


def history(path: Path, name: str, window: Span, default: str | None = None) -> History:
    """Commits authored in *window*, oldest first, without their changed lines. Raises GitFailed."""
    known = _refs(path)
    tips = ["--branches", "--remotes"]
    if not known.current and _has_head(path):
        # On no branch: its commits are work too.
        tips.append("HEAD")
    elif not known.refs:
        return History((), is_empty=True)
    trunk = default or default_branch(known.refs, known.remote_head, known.current)

    def read(*order: str) -> History:
        reading = _Reading(name, window, trunk, Tracker(known.refs, trunk, known.remotes))
        reading.take(_log(path, (*tips, *order), window.start - _SQUASHED_WITHIN))
        return reading.result()

    try:
        # By date, git writes while it walks; children come before parents where clocks agree.
        return read()
    except OutOfOrder:
        # To be sure of it, git walks all of the history before the first word.
        return read("--topo-order")


class _Reading:
    """The log of one repository, record by record: of what is outside the window only squash merges need something."""

    def __init__(self, name: str, window: Span, trunk: str, tracker: Tracker) -> None:
        self._name = name
        self._start, self._end = window.start.timestamp(), window.end.timestamp()
        self._trunk = trunk
        self._tracker = tracker
        self._found: list[Commit] = []
        self._ignored: list[str] = []
        self._unmerged: dict[str, list[int]] = defaultdict(list)
        """When somebody made commits on a branch that the trunk does not hold, in seconds since 1970."""

    def take(self, records: Iterable[str]) -> None:
        """Read all of the log. May raise OutOfOrder."""
        branches_of = self._tracker.branches_of
        for record in records:
            fields = record.split("\x1f", 6)
            if len(fields) != 7:
                continue
            sha, parents_said, committed, authored, email, trailers, subject = fields
            parents = parents_said.split()
            made_on = branches_of(sha, parents, subject)
            seconds, _, offset = authored.partition(" ")
            at = _number(seconds)
            if self._is_misdated(at, committed):
                self._ignored.append(sha[:8])
                continue
            if at is None:
                continue
            author = plain(email)
            if made_on and self._trunk not in made_on:
                self._unmerged[author].append(at)
            if self._start <= at < self._end:
                others = addresses(trailers.split("\x1d")) if trailers else ()
                commit = Commit(
                    self._name,
                    sha,
                    author,
                    datetime.fromtimestamp(at, _zone(offset)),
                    subject,
                    made_on,
                    tuple(address for address in others if address != author) if others else (),
                    len(parents) or 1,
                )
                self._found.append(commit)

    def result(self) -> History:
        """What was found, oldest first. Nothing can be taken after this."""
        # The log comes newest first, so that this is nearly sorted.
        self._found.reverse()
        self._found.sort(key=_seconds)
        for place, commit in enumerate(self._found):
            if commit.subject[-1:] == ")" and self._is_squash(commit):
                self._found[place] = replace(commit, is_squash=True)
        return History(tuple(self._found), tuple(self._ignored))

    def _is_squash(self, commit: Commit) -> bool:
        """A squash merge on the trunk whose author has commits on an unmerged branch from the weeks before.

        The same for every window, because each looks back the same time from its own date.
        """
        if not _SQUASH.search(commit.subject) or commit.branches != (self._trunk,) or commit.is_merge:
            return False
        at = commit.authored_at.timestamp()
        earliest = at - _SQUASHED_WITHIN.total_seconds()
        return any(earliest <= before <= at for before in self._unmerged[commit.author_email])

    def _is_misdated(self, authored: int | None, committed: str) -> bool:
        """Whether a commit made in the window has an author date that no working clock gives."""
        made = _number(committed) or _FIRST_SANE
        if authored is not None and _FIRST_SANE <= authored <= _LAST_SANE and authored <= made + _DAY:
            return False
        is_made_in_window = self._start <= made < self._end
        if authored is None or not _FIRST_SANE <= authored <= _LAST_SANE:
            return made > _LAST_SANE or is_made_in_window
        return is_made_in_window or self._start <= authored < self._end


def _seconds(commit: Commit) -> float:
    return commit.authored_at.timestamp()


@dataclass(frozen=True)
class Churn:
    """How much a commit changed, and in which part of the repository most of it is."""

    lines: int
    part: str = ""


def churn(path: Path, shas: Sequence[str], parts: Sequence[str] = ()) -> Mapping[str, Churn]:
    """Insertions plus deletions of each commit, merges and binary files left out. Raises GitFailed.

    *parts* are patterns of folders, as in :func:`gleaner.capture.parts.part_of`.
    """
    if not shas:
        return {}
    output = records(
        path, "log", "--no-walk=unsorted", "--stdin", "-z", "--numstat", "--no-merges", "--no-show-signature",
        "--no-ext-diff", "--no-textconv", "-M", "-l400", "--format=%x1e%H", given="\n".join(shas) + "\n",
    )  # fmt: skip
    return {sha: _churn(files, parts) for sha, files in _changed_files(output)}


def _churn(files: Iterable[tuple[str, int]], parts: Sequence[str]) -> Churn:
    files = list(files)
    return Churn(min(sum(lines for _, lines in files), _MOST_LINES), main_part(files, parts) if parts else "")


def _changed_files(output: Iterator[str]) -> Iterator[tuple[str, list[tuple[str, int]]]]:
    """Each commit with its files and how many lines of them changed, from ``--numstat -z``."""
    sha, files = "", list[tuple[str, int]]()
    for record in output:
        for piece in record.split("\n"):
            if piece.startswith("\x1e"):
                if sha:
                    yield sha, files
                sha, files = piece[1:].strip(), []
                continue
            inserted, _, rest = piece.partition("\t")
            deleted, tab, name = rest.partition("\t")
            if tab:
                if not name:
                    # A renamed file: its two names follow as records of their own.
                    next(output, "")
                    name = next(output, "")
                # A binary file has "-" for both.
                files.append((name, sum(int(each) for each in (inserted, deleted) if each.isdecimal())))
    if sha:
        yield sha, files


def with_churn(commits: Iterable[Commit], changed: Mapping[str, Churn]) -> tuple[Commit, ...]:
    """The same commits with their changed lines, where known, each in the part of its repository."""

    def one(commit: Commit) -> Commit:
        known = changed.get(commit.sha)
        if known is None:
            return commit
        name = f"{commit.repository}/{known.part}" if known.part else commit.repository
        return replace(commit, changed_lines=known.lines, repository=name)

    return tuple(one(commit) for commit in commits)


@dataclass(frozen=True)
class _Refs:
    refs: tuple[Ref, ...]
    """Branches here and on remotes."""
    current: str
    """The branch that is checked out; empty on none."""
    remote_head: str
    """What the first remote that says so takes for its default branch."""
    remotes: frozenset[str]


def _refs(path: Path) -> _Refs:
    refs, current, remote_head, remotes = [], "", "", set()
    listing = "--format=%(refname)%1f%(objectname)%1f%(symref)%1f%(HEAD)"
    text = "".join(records(path, "for-each-ref", listing, "refs/heads", "refs/remotes"))
    for line in text.splitlines():
        full, sha, symref, is_current = line.split("\x1f")
        if full.startswith("refs/heads/"):
            name = full.removeprefix("refs/heads/")
            refs.append(Ref(name, sha))
            current = name if is_current == "*" else current
        else:
            remote, _, name = full.removeprefix("refs/remotes/").partition("/")
            remotes.add(remote)
            if name == "HEAD":
                remote_head = remote_head or symref.removeprefix(f"refs/remotes/{remote}/")
            elif name:
                refs.append(Ref(name, sha, is_remote=True))
    return _Refs(tuple(refs), current, remote_head, frozenset(remotes))


def _has_head(path: Path) -> bool:
    try:
        return bool(list(records(path, "rev-parse", "--quiet", "--verify", "HEAD^{commit}")))
    except GitFailed:
        return False


def _log(path: Path, tips: Sequence[str], start: datetime) -> Iterator[str]:
    try:
        yield from _log_since(path, tips, f"--since-as-filter={(start - _SLACK).isoformat()}")
    except GitFailed as error:
        if "since-as-filter" not in str(error):
            raise
        yield from _log_since(path, tips, f"--since={(start - _WIDE_SLACK).isoformat()}")


def _log_since(path: Path, tips: Sequence[str], since: str) -> Iterator[str]:
    return records(path, *log_command(*tips, since))


def log_command(*what: str) -> tuple[str, ...]:
    """What is asked of ``git``: *what* to log, in the form that is read here."""
    # Not --all: that holds stashes and notes.
    return (
        "log", *what, "-z", "--no-show-signature", "--no-color", "--encoding=UTF-8",
        "--date=raw", f"--format={_FIELDS}",
    )  # fmt: skip


def _number(text: str) -> int | None:
    try:
        return int(text)
    except ValueError:
        return None


@lru_cache(maxsize=256)
def _zone(offset: str) -> tzinfo:
    """Git's ``+0200``; UTC for one that no place has."""
    sign = -1 if offset.startswith("-") else 1
    digits = _number(offset.strip().lstrip("+-")) or 0
    away = timedelta(minutes=sign * (digits // 100 * 60 + digits % 100))
    return timezone(away) if abs(away) < timedelta(hours=24) else UTC
