"""One look at one repository of a forge: what to ask, and what the last look knows already."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, time, timedelta
from typing import Protocol

from gleaner.capture.forges.assemble import addresses_of, commits, touches
from gleaner.capture.forges.kept import Inside, Kept, Walk
from gleaner.capture.forges.nouns import Made, Pull, Said, Told
from gleaner.capture.forges.session import NotThere
from gleaner.capture.gitlog.history import Churn, is_sane, with_churn
from gleaner.capture.observed import Commit, Touch
from gleaner.capture.parts import main_part
from gleaner.core.time import Span

_SLACK = timedelta(days=2)
"""A commit is authored before it is committed, but not on two clocks that disagree."""
_KEEP = timedelta(days=60)
"""Commits are kept as long as the longest usual look goes back."""
_SETTLED = timedelta(minutes=1)
_MOST_LINES = 5_000_000


@dataclass(frozen=True)
class Place:
    """A repository as the configuration names it."""

    path: str
    """``owner/name``, or ``group/subgroup/name``."""
    name: str
    """As rules and people say it."""
    parts: tuple[str, ...] = ()


@dataclass(frozen=True)
class Head:
    """What a forge says of a repository as a whole."""

    default: str
    host: str


@dataclass(frozen=True)
class Contents:
    """What a forge says of one pull request."""

    pull: Pull
    commits: tuple[Made, ...]
    said: tuple[Said, ...]
    at: datetime | None
    """When it was read, by the forge's clock."""
    is_cut: bool = False
    """The forge lists only the first of its commits."""


class Reader(Protocol):
    """The questions that GitHub and GitLab answer each in their own way, about one repository.

    All may raise NotThere, Refused, Throttled, ConfigError and Unavailable.
    """

    def head(self, kept: Kept) -> Head: ...

    def tips(self, kept: Kept) -> dict[str, str]:
        """The last commit of each branch."""
        ...

    def commits(self, tip: str, since: datetime) -> Iterable[tuple[Made, Churn | None]]:
        """What *tip* stands on, committed after *since*; with the changed lines where they come along."""
        ...

    def pulls(self, since: datetime, kept: Kept) -> Iterable[Pull]:
        """Pull requests to which something happened after *since*."""
        ...

    def contents(self, pull: Pull) -> Contents: ...

    def said(self, since: datetime, kept: Kept) -> Iterable[Said]:
        """Comments since then that are listed for the whole repository."""
        ...

    def changed(self, sha: str) -> Iterable[tuple[str, int]] | None:
        """The files of a commit with how many lines changed; None where that cannot be asked."""
        ...


@dataclass(frozen=True)
class Seen:
    """What one repository showed."""

    commits: tuple[Commit, ...]
    touches: tuple[Touch, ...]
    gone: tuple[str, ...] = ()
    """Branches whose last commit the forge no longer had when it was asked for."""
    misdated: tuple[str, ...] = ()
    """Abbreviated ids of commits whose date cannot be right."""


def look(reader: Reader, place: Place, window: Span, kept: Kept, *, churn: bool) -> Seen:
    """What happened in *window*. What was read is in *kept*, even when an error ends the look half way."""
    # To the day, so that the same pages are asked for all day long.
    since = datetime.combine((window.start - _SLACK).astimezone(UTC).date(), time(0), UTC)
    head = reader.head(kept)
    listed = {pull.number: pull for pull in reader.pulls(since, kept)}
    cut = _read_pulls(reader, listed.values(), kept)
    tips = reader.tips(kept)
    read_with_pulls = {pull.head for pull in listed.values() if pull.number not in cut}
    gone = _walk(reader, {name: sha for name, sha in tips.items() if sha not in read_with_pulls}, since, kept)
    said = tuple(reader.said(since, kept))
    kept.pulls = {number: one for number, one in kept.pulls.items() if number in listed}
    kept.addresses |= addresses_of(kept.commits.values())
    told = Told(
        name=place.name,
        host=head.host,
        default=head.default,
        tips=tips,
        commits=_needed(kept),
        pulls={number: one.pull for number, one in kept.pulls.items()},
        inside={number: one.shas for number, one in kept.pulls.items()},
        said=(*said, *(each for one in kept.pulls.values() for each in one.said)),
        addresses=kept.addresses,
    )
    found = commits(told, window)
    if churn or place.parts:
        found = list(with_churn(found, _churn(reader, found, place.parts, kept)))
    odd = tuple(sha[:8] for sha, made in told.commits.items() if not is_sane(made.authored_at))
    _forget(kept, min(since, window.end - _KEEP))
    return Seen(tuple(found), tuple(touches(told, window)), tuple(gone), odd)


def _forget(kept: Kept, before: datetime) -> None:
    """Keep no commit of that age, also of a branch on which nothing happens any more."""
    for tip, walk in kept.walks.items():
        shas = tuple(sha for sha in walk.shas if kept.commits[sha].authored_at >= before)
        kept.walks[tip] = Walk(max(walk.since, before), shas)


def _needed(kept: Kept) -> Mapping[str, Made]:
    """The commits of what is there now; others may be left from branches that were rewritten."""
    shas = {sha for walk in kept.walks.values() for sha in walk.shas}
    shas |= {sha for one in kept.pulls.values() for sha in one.shas}
    return {sha: made for sha, made in kept.commits.items() if sha in shas}


def _read_pulls(reader: Reader, listed: Iterable[Pull], kept: Kept) -> set[int]:
    """Read those that changed; the numbers of those whose commits are not all listed."""
    cut = set()
    for pull in listed:
        known = kept.pulls.get(pull.number)
        if known is not None and known.is_settled and known.pull.updated_at == pull.updated_at:
            continue
        contents = reader.contents(pull)
        for made in contents.commits:
            kept.commits[made.sha] = made
        changed_at = datetime.fromisoformat(pull.updated_at)
        is_settled = contents.at is not None and contents.at - changed_at > _SETTLED
        shas = tuple(made.sha for made in contents.commits)
        kept.pulls[pull.number] = Inside(
            contents.pull, shas, contents.said, is_settled and not contents.is_cut
        )
        if contents.is_cut:
            cut.add(pull.number)
    return cut


def _walk(reader: Reader, tips: Mapping[str, str], since: datetime, kept: Kept) -> list[str]:
    """Read the branches that moved; the names of those that moved again meanwhile, so that they cannot be."""
    gone = []
    walks: dict[str, Walk] = {}
    for name, tip in sorted(tips.items()):
        known = walks.get(tip) or kept.walks.get(tip)
        if known is None or known.since > since:
            try:
                found = list(reader.commits(tip, since))
            except NotThere:
                gone.append(name)
                continue
            for made, lines in found:
                kept.commits[made.sha] = made
                if lines is not None:
                    kept.churn[made.sha] = lines
            known = Walk(since, tuple(made.sha for made, _ in found))
            kept.walks[tip] = known
        walks[tip] = known
    kept.walks = walks
    return gone


def _churn(reader: Reader, found: Sequence[Commit], parts: Sequence[str], kept: Kept) -> Mapping[str, Churn]:
    """The changed lines of the work among *found*, each asked for once."""
    for commit in found:
        if commit.is_merge or commit.is_squash or commit.sha in kept.churn:
            continue
        changed = reader.changed(commit.sha)
        if changed is not None:
            files = list(changed)
            lines = min(sum(count for _, count in files), _MOST_LINES)
            kept.churn[commit.sha] = Churn(lines, main_part(files, parts) if parts else "")
    return kept.churn
