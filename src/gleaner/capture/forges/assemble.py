"""From what a forge tells to commits and touches, as a clone with all its branches would show them. Pure."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from datetime import datetime
from typing import Literal

from gleaner.capture.addresses import private_address
from gleaner.capture.forges.nouns import Made, Pull, Told
from gleaner.capture.gitlog.branches import Ref, Tracker
from gleaner.capture.observed import Commit, Touch
from gleaner.core.time import Span

Kind = Literal["opened", "reviewed", "commented", "merged"]


def commits(told: Told, window: Span) -> list[Commit]:
    """What was authored in *window* by people, oldest first."""
    tracker = Tracker(_refs(told), told.default)
    squashes = _squashes(told)
    found = []
    for made in children_first(told.commits):
        made_on = tracker.branches_of(made.sha, made.parents, made.subject)
        if made.is_bot or not window.start <= made.authored_at < window.end:
            continue
        commit = Commit(
            repository=told.name,
            sha=made.sha,
            author_email=made.email,
            authored_at=made.authored_at,
            subject=made.subject,
            branches=made_on,
            co_authors=tuple(address for address in made.co_authors if address != made.email),
            parents=len(made.parents) or 1,
            is_squash=made.sha in squashes,
        )
        found.append(commit)
    return sorted(found, key=lambda commit: (commit.authored_at, commit.sha))


def touches(told: Told, window: Span) -> list[Touch]:
    """What people did about pull requests in *window*, oldest first."""
    found = []
    for number, login, at, kind in _happened(told):
        pull = told.pulls[number]
        if login and window.start <= at < window.end:
            who = told.addresses.get(login.lower()) or private_address(login, told.host)
            is_own = login.lower() == pull.opened_by.lower()
            touch = Touch(
                told.name, who, at, kind, number, pull.title, pull.branch, pull.url, is_own
            )  # fmt: skip
            found.append(touch)
    return sorted(dict.fromkeys(found), key=lambda touch: (touch.at, touch.number, touch.kind, touch.who))


def children_first(made: Mapping[str, Made]) -> Iterator[Made]:
    """Every commit before its parents; the later ones first where that leaves a choice."""
    waiting = Counter(parent for one in made.values() for parent in one.parents if parent in made)
    ready = sorted((one for one in made.values() if not waiting[one.sha]), key=_moment)
    while ready:
        one = ready.pop()
        yield one
        for parent in one.parents:
            if parent in made:
                waiting[parent] -= 1
                if not waiting[parent]:
                    ready.append(made[parent])


def _moment(made: Made) -> tuple[float, str]:
    return made.authored_at.timestamp(), made.sha


def _happened(told: Told) -> Iterator[tuple[int, str, datetime, Kind]]:
    """Of which pull request, who, when, what."""
    for pull in told.pulls.values():
        yield pull.number, pull.opened_by, pull.opened_at, "opened"
        if pull.merged_at is not None:
            yield pull.number, pull.merged_by, pull.merged_at, "merged"
    for said in told.said:
        if said.number in told.pulls:
            yield said.number, said.login, said.at, said.kind


def _refs(told: Told) -> list[Ref]:
    """The branches there are, and those of pull requests, which may be gone."""
    refs = [Ref(name, sha) for name, sha in told.tips.items()]
    refs += [Ref(pull.branch, pull.head) for pull in told.pulls.values() if pull.head in told.commits]
    return refs


def _squashes(told: Told) -> frozenset[str]:
    """The commits that squash merges made."""
    return frozenset(pull.merged_as for pull in told.pulls.values() if _is_squashed(pull, told))


def _is_squashed(pull: Pull, told: Told) -> bool:
    """Whether one new commit stands for the work of the pull request's own.

    A merge commit has two parents; of a rebase merge the last copy is left, which keeps author date and subject.
    """
    merge = told.commits.get(pull.merged_as)
    own = [told.commits[sha] for sha in told.inside.get(pull.number, ()) if sha in told.commits]
    if merge is None or len(merge.parents) != 1 or not own:
        return False
    return (merge.authored_at, merge.subject) not in {(one.authored_at, one.subject) for one in own}


def addresses_of(made: Iterable[Made]) -> dict[str, str]:
    """Under which address each login made its latest commit, private ones left out."""
    found: dict[str, str] = {}
    for one in sorted(made, key=_moment):
        if one.login and ".noreply." not in one.email:
            found[one.login.lower()] = one.email
    return found
