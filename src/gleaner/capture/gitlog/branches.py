"""Which branch a commit was made on. Git does not record it; tips and merges give it away.

One pass over the commits, children before parents: every commit hands its branch on to its first parent,
and a merge hands the merged branch's name, which its subject tells, to the others.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

_MERGES = (
    re.compile(r"^Merge pull request #\d+ from [^/\s]+/(?P<name>\S+)"),
    re.compile(r"^Merged in (?P<name>\S+) \(pull request #\d+\)"),
    re.compile(r"^Merge (?:remote-tracking )?branch '(?P<name>[^']+)'"),
    re.compile(r"^Merge branch (?P<name>\S+)"),
)
_USUAL_DEFAULTS = ("main", "master", "trunk", "develop", "development")
LONG_LIVED = (*_USUAL_DEFAULTS, "staging", "next", "production")
"""What branches are called on which work is only collected."""
_DEFAULT, _TRUNK = -2, -1
"""Distances of branches that others start from: whoever shares commits with one has them from there."""


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


class OutOfOrder(Exception):
    """A commit came after one of its parents, so that what was told of the parent may be wrong."""


class Tracker:
    """Tells of each commit the branch it was made on, when they come one after the other, children before parents.

    Of several branches that hold a commit, the one whose tip or merge is nearest is where it was made. What is known
    of a commit is forgotten once it was asked for, so that a long history costs no memory.
    """

    def __init__(
        self, refs: Sequence[Ref], default: str, remotes: Iterable[str] = ("origin", "upstream")
    ) -> None:
        self._default = default
        self._remotes = frozenset(remotes)
        # How far the branch's tip or merge is, in commits, and its name.
        self._nearest: dict[str, tuple[int, str]] = {}
        self._held: set[str] = set()
        self._seen: set[str] = set()
        self._names: dict[tuple[str, bool], tuple[str, ...]] = {}
        for ref in refs:
            self._offer(ref.sha, _start(ref.name, default), ref.name)
            if ref.name == default:
                self._held.add(ref.sha)

    def branches_of(self, sha: str, parents: Sequence[str], subject: str) -> tuple[str, ...]:
        """The branch it was made on, then the default one if that holds it too; as far as known.

        Raises OutOfOrder.
        """
        seen, nearest, held = self._seen, self._nearest, self._held
        seen.add(sha)
        distance, name = nearest.pop(sha, (0, ""))
        is_held = sha in held
        if is_held:
            held.discard(sha)
        if len(parents) == 1 and (first := parents[0]) not in seen:
            # Most commits, and most of them are the only child of their parent.
            if is_held:
                held.add(first)
            if name and first not in nearest:
                nearest[first] = (_farther(distance), name)
            elif name:
                self._offer(first, _farther(distance), name)
        elif parents:
            self._pass_on(parents, subject, distance, name, is_held=is_held)
        # One tuple for all commits of a branch.
        names = self._names.get((name, is_held))
        if names is None:
            both = (name, self._default) if is_held and name != self._default else (name,)
            names = self._names[name, is_held] = tuple(each for each in both if each)
        return names

    def _pass_on(
        self, parents: Sequence[str], subject: str, distance: int, name: str, *, is_held: bool
    ) -> None:
        if not self._seen.isdisjoint(parents):
            raise OutOfOrder
        if is_held:
            self._held.update(parents)
        if name:
            self._offer(parents[0], _farther(distance), name)
        if len(parents) > 1:
            self._merged(parents[1:], subject, distance, name)

    def _merged(self, parents: Iterable[str], subject: str, distance: int, name: str) -> None:
        brought = merged_name(subject, self._remotes)
        for parent in parents:
            if brought:
                self._offer(parent, _start(brought, self._default), brought)
            elif name:
                self._offer(parent, _farther(distance), name)

    def _offer(self, sha: str, distance: int, name: str) -> None:
        known = self._nearest.get(sha)
        if known is None or (distance, name) < known:
            self._nearest[sha] = (distance, name)


def _start(name: str, default: str) -> int:
    if name == default:
        return _DEFAULT
    return _TRUNK if name in LONG_LIVED else 0


def _farther(distance: int) -> int:
    return distance if distance < 0 else distance + 1
