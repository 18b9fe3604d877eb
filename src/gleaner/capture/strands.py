"""Strands: the parts of a person's day in one repository that are certainly for different projects. Pure.

Certain before anything is matched is what a rule says of a branch, and what an issue's key or a project's code names.
The day is estimated as a whole and then divided, so that its parts come to what it had; each commit takes the time
before it along.
"""

from __future__ import annotations

import re
from collections import Counter, defaultdict
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta

from gleaner.capture.observed import Commit, Touch
from gleaner.capture.timeline import Stretch
from gleaner.core.catalog import UserId


@dataclass(frozen=True)
class Strand:
    """What one commit or touch is certainly for."""

    project: str = ""
    """The project's id; empty when nothing is certain."""
    is_ruled: bool = False
    """A rule says so, and so that the rest is not for it."""


UNCERTAIN = Strand()
StrandOf = Callable[[UserId, str, str, str, str], Strand]
"""Whose, in which repository, on which branch, under which pull request's title or commit's subject: what for."""


def _unknown(_user_id: UserId, _repository: str) -> str:
    return ""


def _unseen(_user_id: UserId, _repository: str, _day: date) -> str | None:
    return None


@dataclass(frozen=True)
class Strands:
    """What is known of strands before a day is looked at."""

    of: StrandOf
    usual: Callable[[UserId, str], str] = _unknown
    """The project that a person's work in a repository usually goes to; empty when that is not known."""
    first: Callable[[UserId, str, date], str | None] = _unseen
    """The strand that a repository's day was seen, or logged, as first; None when it was not, or nobody knows."""


@dataclass
class RepositoryDay:
    """What was seen of one person's day in one repository, or of one strand of it."""

    commits: list[Commit] = field(default_factory=list)
    alone: list[Commit] = field(default_factory=list)
    """Commits of which an agent is the author."""
    touches: list[Touch] = field(default_factory=list)
    parts: list[Stretch] = field(default_factory=list)
    """What its commits stand for."""
    looks: list[Stretch] = field(default_factory=list)
    """What its touches stand for."""
    worked: list[timedelta] = field(default_factory=list)
    """What each of ``parts`` comes to."""
    strands: Mapping[Commit | Touch, str] = field(default_factory=dict)
    """Where each of its commits and touches goes."""

    @property
    def last_at(self) -> datetime:
        """When its last commit or touch was made."""
        return max((*(each.authored_at for each in self.commits), *(each.at for each in self.touches)))


@dataclass(frozen=True)
class Part:
    """One strand of a repository's day; or all of it, if it has no other."""

    strand: str | None
    """None when nobody asked for strands."""
    mark: str
    """What tells its key from those of the others; empty for the one that has the day's own."""
    seen: RepositoryDay


_MARK = re.compile(r"//\d+$")
_REST = "0"
"""The mark of what nothing is certain of, where another strand has the day's own key."""


def marked(key: str, mark: str) -> str:
    """*key* of a repository's day as that of one part.

    >>> marked("2026-07-14/apollo", ""), marked("2026-07-14/apollo", "70")
    ('2026-07-14/apollo', '2026-07-14/apollo//70')
    """
    return f"{key}//{mark}" if mark else key


def unmarked(key: str) -> str:
    """The key of the repository's day that *key* is a part of; keys of other things as they are.

    >>> unmarked("coding:7:2026-07-14/mono/web//70"), unmarked("coding:7:2026-07-14/mono/web")
    ('coding:7:2026-07-14/mono/web', 'coding:7:2026-07-14/mono/web')
    """
    return _MARK.sub("", key)


def assigned(
    one: RepositoryDay, user_id: UserId, repository: str, strands: Strands
) -> dict[Commit | Touch, str]:
    """Where each commit and touch of the day goes.

    What says nothing itself goes with its branch, if a pull request is there that names one project. The rest goes
    with the project that this person's work there usually goes to, if something names it that day: they would be two
    lines of one project. Not so where a rule sets that project's branches apart from the rest.
    """
    found = {each: _strand(each, user_id, repository, strands.of) for each in _all(one)}
    requested = {each.branch for each in one.touches if each.branch}
    named: dict[str, set[str]] = defaultdict(set)
    for each, strand in found.items():
        if strand.project and _branch(each) in requested:
            named[_branch(each)].add(strand.project)
    by_branch = {branch: next(iter(those)) for branch, those in named.items() if len(those) == 1}
    gone_to = {each: strand.project or by_branch.get(_branch(each), "") for each, strand in found.items()}
    if "" not in gone_to.values() or len(set(gone_to.values())) == 1:
        return gone_to
    ruled = {strand.project for strand in found.values() if strand.is_ruled}
    usual = strands.usual(user_id, repository)
    if usual and usual in gone_to.values() and usual not in ruled:
        return {each: project or usual for each, project in gone_to.items()}
    return gone_to


def _all(one: RepositoryDay) -> Iterable[Commit | Touch]:
    yield from one.commits
    yield from one.alone
    yield from one.touches


def _strand(each: Commit | Touch, user_id: UserId, repository: str, strand_of: StrandOf) -> Strand:
    if isinstance(each, Touch):
        return strand_of(user_id, repository, each.branch, each.title, "")
    return strand_of(user_id, repository, _branch(each), "", each.subject)


def _branch(each: Commit | Touch) -> str:
    """Where it was made. Not where it was merged to: that comes later, and would move it."""
    if isinstance(each, Touch):
        return each.branch
    return each.branches[0] if each.branches else ""


def divided(one: RepositoryDay, first: str | None = None) -> list[Part]:
    """*one* by strand, in a steady order; as it is when there is only one.

    *first* is the strand it was seen as first. Whichever strand has the day's own key keeps it.
    """
    names = _names(one)
    if len(names) < 2:
        return [Part(names[0] if one.strands and names else None, "", one)]
    by_name = {name: RepositoryDay() for name in names}
    for commit in one.commits:
        by_name[one.strands[commit]].commits.append(commit)
    for touch in one.touches:
        # What was only clicked, with no time before it, is in no part.
        if (there := by_name.get(one.strands[touch])) is not None:
            there.touches.append(touch)
    # What began before midnight may be for a strand that the day before does not have.
    last = by_name[max(names, key=lambda name: (by_name[name].last_at, name))]
    for commit in one.alone:
        by_name.get(one.strands[commit], last).alone.append(commit)
    for stretch, worked in zip(one.parts, one.worked, strict=True):
        there = by_name.get(stretch.moment.strand, last)
        there.parts.append(stretch)
        there.worked.append(worked)
    for stretch in one.looks:
        by_name[stretch.moment.strand].looks.append(stretch)
    owner = _owner(names, one, first)
    return [Part(name, "" if name == owner else name or _REST, by_name[name]) for name in names]


def mixed(one: RepositoryDay) -> set[str]:
    """The branches that do not tell which strand it was: commits on them went to several."""
    found: dict[str, set[str]] = defaultdict(set)
    for each, strand in one.strands.items():
        found[_branch(each)].add(strand)
    return {branch for branch, strands in found.items() if len(strands) > 1}


def _names(one: RepositoryDay) -> list[str]:
    """The strands of its commits, and of touches that stand for any time. What agents make alone is none of its own."""
    looked = {stretch.moment.strand for stretch in one.looks}
    touched = {one.strands.get(touch, "") for touch in one.touches}
    return sorted({one.strands.get(commit, "") for commit in one.commits} | (touched & looked))


def _owner(names: Sequence[str], one: RepositoryDay, first: str | None) -> str | None:
    """The strand that has the day's own key: the one that had it, else what nothing is certain of.

    When both are gone the largest takes it over, so that what was logged under it is put right and not left behind.
    """
    if first is None or first in names or "" in names:
        return first if first in names else "" if "" in names else None
    count = Counter(one.strands[commit] for commit in one.commits)
    return max(names, key=lambda name: (count[name], name))
