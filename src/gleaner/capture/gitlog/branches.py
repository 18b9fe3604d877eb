"""Which branch a commit was made on. Git does not record it; tips and merges give it away.

One pass over the commits, children before parents: every commit hands its branch on to its first parent,
and a merge hands the merged branch's name, which its subject tells, to the others.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

_MERGES = (
    re.compile(r"^Merge pull request #\d+ from [^/\s]+/(?P<name>\S+)"),
    re.compile(r"^Merged in (?P<name>\S+) \(pull request #\d+\)"),
    re.compile(r"^Merge (?:remote-tracking )?branch '(?P<name>[^']+)'"),
    re.compile(r"^Merge branch (?P<name>\S+)"),
)
_USUAL_DEFAULTS = ("main", "master", "trunk", "develop", "development")
_LONG_LIVED = (*_USUAL_DEFAULTS, "staging", "next", "production")
_DEFAULT, _TRUNK = -2, -1
"""Distances of branches that others start from: whoever shares commits with one has them from there."""


@dataclass(frozen=True)
class Node:
    """As much of a commit as the graph needs."""

    sha: str
    parents: tuple[str, ...]
    subject: str


@dataclass(frozen=True)
class Ref:
    """A branch: its short name (``origin/x`` counts as ``x``) and its tip."""

    name: str
    sha: str
    is_remote: bool = False


def merged_name(subject: str, remotes: Iterable[str] = ("origin", "upstream")) -> str:
    """The branch that a merge commit brought in, as its subject says; empty when it does not.

    >>> merged_name("Merge pull request #12 from org/feat/x"), merged_name("Merge branch 'feat/x' into develop")
    ('feat/x', 'feat/x')
    """
    for pattern in _MERGES:
        found = pattern.match(subject)
        if found:
            name = found["name"]
            remote, _, rest = name.partition("/")
            return rest if rest and "remote-tracking" in subject and remote in remotes else name
    return ""


def default_branch(refs: Sequence[Ref], remote_head: str, current: str) -> str:
    """The branch that others start from: what the remote says, else a usual name, else the current one."""
    names = {ref.name for ref in refs}
    candidates = (remote_head, *_USUAL_DEFAULTS, current)
    return next((name for name in candidates if name in names), min(names, default=""))


def branches(
    nodes: Sequence[Node], refs: Sequence[Ref], default: str, remotes: Iterable[str] = ("origin", "upstream")
) -> Mapping[str, tuple[str, ...]]:
    """For each commit the branch it was made on, then *default* if that holds it too; as far as known.

    *nodes* come with every child before its parents, as ``git log --topo-order`` writes them.
    Of several branches that hold a commit, the one whose tip or merge is nearest is where it was made.
    """
    # How far the branch's tip or merge is, in commits, and its name.
    nearest: dict[str, tuple[int, str]] = {}
    held: set[str] = set()

    def offer(sha: str, distance: int, name: str) -> None:
        known = nearest.get(sha)
        if known is None or (distance, name) < known:
            nearest[sha] = (distance, name)

    for ref in refs:
        offer(ref.sha, _start(ref.name, default), ref.name)
        if ref.name == default:
            held.add(ref.sha)
    found: dict[str, tuple[str, ...]] = {}
    for node in nodes:
        distance, name = nearest.get(node.sha, (0, ""))
        is_held = node.sha in held
        if is_held:
            held.update(node.parents)
        names = (name, default) if is_held and name != default else (name,)
        found[node.sha] = tuple(each for each in names if each)
        if not node.parents:
            continue
        first, *merged = node.parents
        if name:
            offer(first, _farther(distance), name)
        brought = merged_name(node.subject, remotes) if merged else ""
        for parent in merged:
            if brought:
                offer(parent, _start(brought, default), brought)
            elif name:
                offer(parent, _farther(distance), name)
    return found


def _start(name: str, default: str) -> int:
    if name == default:
        return _DEFAULT
    return _TRUNK if name in _LONG_LIVED else 0


def _farther(distance: int) -> int:
    return distance if distance < 0 else distance + 1
