"""The commits of one repository in one window, with their branches and how many lines they changed."""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta, timezone
from pathlib import Path

from gleaner.capture.gitlog.branches import Node, Ref, branches, default_branch
from gleaner.capture.gitlog.command import GitFailed, records
from gleaner.capture.observed import Commit
from gleaner.core.time import Span

_SLACK = timedelta(days=2)
"""A commit is authored before it is committed, but not on two clocks that disagree."""
_SQUASHED_WITHIN = timedelta(days=30)
"""A squash merge comes at most so long after the last work on its branch."""
_SQUASH = re.compile(r"\(#\d+\)$")
"""How GitHub and others end a squash merge's subject."""
_WIDE_SLACK = timedelta(days=60)
"""The same for an old git, which stops at the first commit that is too old instead of leaving it out."""
_FIRST_SANE, _LAST_SANE = datetime(2005, 4, 7, tzinfo=UTC), datetime(2037, 12, 31, tzinfo=UTC)
"""From Git's first commit to the end of 32-bit time: whatever is outside was dated by a broken clock."""
_FIELDS = "%H%x1f%P%x1f%ct%x1f%ad%x1f%ae%x1f%(trailers:key=Co-authored-by,valueonly,separator=%x1d)%x1f%s"
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


@dataclass(frozen=True)
class _Line:
    node: Node
    committed_at: datetime
    authored_at: datetime | None
    author_email: str
    co_authors: tuple[str, ...]


def history(path: Path, name: str, window: Span, default: str | None = None) -> History:
    """Commits authored in *window*, oldest first, without their changed lines. Raises GitFailed."""
    known = _refs(path)
    tips = ["--branches", "--remotes"]
    if not known.current and _has_head(path):
        # On no branch: its commits are work too.
        tips.append("HEAD")
    elif not known.refs:
        return History((), is_empty=True)
    lines = list(_log(path, tips, window.start - _SQUASHED_WITHIN))
    trunk = default or default_branch(known.refs, known.remote_head, known.current)
    made_on = branches([line.node for line in lines], known.refs, trunk, known.remotes)
    squashes = _squashes(lines, made_on, trunk)
    found, ignored = [], []
    for line in lines:
        if _is_misdated(line, window):
            ignored.append(line.node.sha[:8])
        elif line.authored_at and window.start <= line.authored_at < window.end:
            commit = _commit(line, name, made_on[line.node.sha])
            found.append(replace(commit, is_squash=commit.sha in squashes))
    found.sort(key=lambda commit: (commit.authored_at, commit.sha))
    return History(tuple(found), tuple(ignored))


def churn(path: Path, shas: Sequence[str]) -> Mapping[str, int]:
    """Insertions plus deletions of each commit, merges and binary files left out. Raises GitFailed."""
    if not shas:
        return {}
    output = records(
        path, "log", "--no-walk=unsorted", "--stdin", "-z", "--numstat", "--no-merges", "--no-show-signature",
        "--no-ext-diff", "--no-textconv", "-M", "-l400", "--format=%x1e%H", given="\n".join(shas) + "\n",
    )  # fmt: skip
    changed: dict[str, int] = {}
    sha = ""
    for record in output:
        for part in record.split("\n"):
            if part.startswith("\x1e"):
                sha = part[1:].strip()
                changed[sha] = 0
            else:
                inserted, _, rest = part.partition("\t")
                deleted, tab, _ = rest.partition("\t")
                # A binary file has "-" for both; a renamed file's two names follow as records of their own.
                if tab and inserted.isdecimal() and deleted.isdecimal():
                    changed[sha] = min(changed[sha] + int(inserted) + int(deleted), _MOST_LINES)
    return changed


def with_churn(commits: Iterable[Commit], changed: Mapping[str, int]) -> tuple[Commit, ...]:
    """The same commits with their changed lines, where known."""
    return tuple(replace(commit, changed_lines=changed.get(commit.sha)) for commit in commits)


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


def _log(path: Path, tips: Sequence[str], start: datetime) -> Iterator[_Line]:
    try:
        yield from _log_since(path, tips, f"--since-as-filter={(start - _SLACK).isoformat()}")
    except GitFailed as error:
        if "since-as-filter" not in str(error):
            raise
        yield from _log_since(path, tips, f"--since={(start - _WIDE_SLACK).isoformat()}")


def _log_since(path: Path, tips: Sequence[str], since: str) -> Iterator[_Line]:
    # Not --all: that holds stashes and notes.
    output = records(
        path, "log", *tips, "--topo-order", "-z", "--no-show-signature", "--no-color", "--encoding=UTF-8",
        "--date=raw", since, f"--format={_FIELDS}",
    )  # fmt: skip
    for record in output:
        fields = record.split("\x1f", 6)
        if len(fields) == 7:
            yield _line(*fields)


def _line(
    sha: str, parents: str, committed: str, authored: str, email: str, trailers: str, subject: str
) -> _Line:
    return _Line(
        node=Node(sha.strip(), tuple(parents.split()), subject),
        committed_at=_moment(f"{committed} +0000") or _FIRST_SANE,
        authored_at=_moment(authored),
        author_email=email.strip().lower(),
        co_authors=_addresses(trailers.split("\x1d")),
    )


def _moment(raw: str) -> datetime | None:
    """Git's raw date, seconds and an offset; None for one that no calendar has."""
    seconds, _, offset = raw.strip().partition(" ")
    try:
        sign = -1 if offset.startswith("-") else 1
        digits = int(offset.lstrip("+-") or 0)
        away = timedelta(minutes=sign * (digits // 100 * 60 + digits % 100))
        zone = timezone(away) if abs(away) < timedelta(hours=24) else UTC
        return datetime.fromtimestamp(int(seconds), zone)
    except (ValueError, OverflowError, OSError):
        return None


def _addresses(trailers: Iterable[str]) -> tuple[str, ...]:
    """The addresses in ``Name <address>`` texts."""
    found = set()
    for text in trailers:
        address = text[text.rfind("<") + 1 :].partition(">")[0].strip().lower()
        if "@" in address and " " not in address:
            found.add(address)
    return tuple(sorted(found))


def _squashes(lines: Iterable[_Line], made_on: Mapping[str, tuple[str, ...]], trunk: str) -> set[str]:
    """Squash merges on *trunk* whose author has commits on an unmerged branch from the weeks before.

    The same for every window, because each looks back the same time from its own date.
    """
    unmerged: dict[str, list[datetime]] = defaultdict(list)
    squashes = []
    for line in lines:
        branches_of = made_on[line.node.sha]
        if line.authored_at and branches_of and trunk not in branches_of:
            unmerged[line.author_email].append(line.authored_at)
        elif branches_of == (trunk,) and len(line.node.parents) == 1 and _SQUASH.search(line.node.subject):
            squashes.append(line)
    return {
        line.node.sha
        for line in squashes
        if line.authored_at
        and any(
            line.authored_at - _SQUASHED_WITHIN <= at <= line.authored_at
            for at in unmerged[line.author_email]
        )
    }


def _is_misdated(line: _Line, window: Span) -> bool:
    """Whether a commit made in *window* has an author date that no working clock gives."""
    if line.authored_at is None or not _FIRST_SANE <= line.authored_at <= _LAST_SANE:
        return line.committed_at > _LAST_SANE or window.start <= line.committed_at < window.end
    is_ahead = line.authored_at > line.committed_at + timedelta(days=1)
    return is_ahead and (
        window.start <= line.authored_at < window.end or window.start <= line.committed_at < window.end
    )


def _commit(line: _Line, repository: str, made_on: tuple[str, ...]) -> Commit:
    assert line.authored_at is not None
    return Commit(
        repository=repository,
        sha=line.node.sha,
        author_email=line.author_email,
        authored_at=line.authored_at,
        subject=line.node.subject,
        branches=made_on,
        co_authors=tuple(address for address in line.co_authors if address != line.author_email),
        parents=len(line.node.parents) or 1,
    )
