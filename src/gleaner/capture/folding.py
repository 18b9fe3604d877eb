"""What several sources saw of the same work, once: a clone and GitHub may both know a commit. Pure."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace

from gleaner.capture.observed import Commit


def folded(commits: Iterable[Commit]) -> list[Commit]:
    """Each commit once, as the first who saw it says, with what the others know besides.

    A clone without the branch of a squash merge takes the merge for work; whoever saw the branch knows better.
    """
    once: dict[str, Commit] = {}
    for commit in commits:
        known = once.setdefault(commit.sha, commit)
        if known is not commit:
            once[commit.sha] = _both(known, commit)
    return list(once.values())


def _both(known: Commit, other: Commit) -> Commit:
    return replace(
        known,
        branches=max(known.branches, other.branches, key=len),
        co_authors=tuple(sorted({*known.co_authors, *other.co_authors} - {known.author_email})),
        changed_lines=other.changed_lines if known.changed_lines is None else known.changed_lines,
        is_squash=known.is_squash or other.is_squash,
    )
