"""Commits as working time: one activity per person, local day and repository. Pure.

An estimate with a range, never a measurement: what it was made of is in its explanation, so that a
developer can do the sum again. The parts are in ``timeline.py`` (evidence and placing), ``rhythm.py`` (what the
person's own confirmed days say) and ``text.py`` (the sentence).
"""

from __future__ import annotations

import re
from collections import Counter, defaultdict
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, date, timedelta

from gleaner.capture.observed import Commit
from gleaner.capture.rhythm import EVERYBODY, Rhythm
from gleaner.capture.text import about, commits_seen, counted, line_of
from gleaner.capture.timeline import Moment, Stretch, seen, shares, stretches
from gleaner.core.activities import Activity, Coding, Problem, Skipped
from gleaner.core.catalog import Catalog, Person, UserId
from gleaner.core.time import ZERO, Span, local_date, merged, spoken, total, whole_minutes

RhythmOf = Callable[[UserId, str, date], Rhythm]
"""The rhythm of a person in a repository, as it is known on a day."""


def no_rhythm(_user_id: UserId, _repository: str, _day: date) -> Rhythm:
    """Nothing is known of anybody's days."""
    return EVERYBODY


_BOT = re.compile(
    r"\[bot\]|^(\d+\+)?(dependabot|renovate|github-actions|actions|greenkeeper|snyk|pre-commit-ci|semantic-release"
    r"|allcontributors|codecov|imgbot|mergify|jenkins|gitlab-ci|ci|bot|root|buildbot)([-_.]?(bot|ci|user))?@"
    r"|[-_.]bot@|^noreply@github\.com$",
    re.IGNORECASE,
)
_MINUTE = timedelta(minutes=1)
_MOST_STRANGERS = 10
_MOST_SUBJECTS = 12


@dataclass(frozen=True)
class Worked:
    """What a set of commits comes to."""

    activities: tuple[Activity, ...] = ()
    skipped: tuple[Skipped, ...] = ()
    problems: tuple[Problem, ...] = ()


def coding(
    commits: Iterable[Commit],
    people: Catalog,
    busy: Mapping[UserId, Sequence[Span]] | None = None,
    rhythm_of: RhythmOf = no_rhythm,
    source: str = "git",
) -> Worked:
    """*commits* as estimates, never at a time in *busy*: meetings, and what else a person surely did.

    The order of *commits* does not matter. Give those of a day before the first day you want, so that its
    first commit knows the one before it.
    """
    work = [
        commit
        for commit in commits
        if not commit.is_merge and not commit.is_squash and not is_bot(commit.author_email)
    ]
    by_person = _credited(work, people)
    activities: list[Activity] = []
    skipped: list[Skipped] = []
    for user_id in sorted(by_person):
        person = people.people[user_id]
        own = _without_copies(by_person[user_id], person)
        days = _days(own, person)
        timeline = stretches(
            (Moment(each.authored_at, each.repository, each.changed_lines) for each in own),
            (busy or {}).get(user_id, ()),
            person.zone,
        )
        parts: dict[tuple[date, str], list[Stretch]] = defaultdict(list)
        for stretch in timeline:
            parts[stretch.day, stretch.moment.repository].append(stretch)
        whole: dict[date, timedelta] = defaultdict(timedelta)
        for stretch in timeline:
            whole[stretch.day] += stretch.evidence
        for (day, repository), of_day in sorted(days.items()):
            own_parts = parts[day, repository]
            share = round(seen(own_parts) / whole[day], 2) if own_parts else 0.0
            found = _activity(
                person, day, of_day, own_parts, share, rhythm_of(user_id, repository, day), source
            )
            if isinstance(found, Activity):
                activities.append(found)
            else:
                skipped.append(found)
    return Worked(tuple(activities), tuple(skipped), tuple(_strangers(work, people)))


def is_bot(address: str) -> bool:
    """Whether a machine commits under this address.

    >>> is_bot("49699333+dependabot[bot]@users.noreply.github.com"), is_bot("abbot@larkfield.example")
    (True, False)
    """
    return _BOT.search(address) is not None


def _credited(commits: Iterable[Commit], people: Catalog) -> dict[UserId, list[Commit]]:
    """Everybody's commits: those they wrote and those they are a co-author of."""
    found: dict[UserId, list[Commit]] = defaultdict(list)
    for commit in commits:
        persons = {people.person(address) for address in (commit.author_email, *commit.co_authors)}
        for person in persons - {None}:
            assert person is not None
            found[person.id].append(commit)
    return found


def _without_copies(commits: Iterable[Commit], person: Person) -> list[Commit]:
    """One of each change, oldest first.

    Cherry-picking and rebasing keep author, author date and subject, so these three find the copies of one
    change without reading its content; where a source gives patch ids, they find the reworded ones too.
    """
    by_change: dict[tuple[str, ...], Commit] = {}
    for commit in sorted(commits, key=lambda each: (each.authored_at, each.repository, each.sha)):
        moment = commit.authored_at.astimezone(UTC).isoformat()
        author = "" if commit.author_email in person.addresses else commit.author_email
        kept = by_change.setdefault((author, moment, commit.subject), commit)
        if kept is not commit:
            by_change[author, moment, commit.subject] = _both(kept, commit)
    once: dict[tuple[str, str], Commit] = {}
    for commit in by_change.values():
        key = ("patch", commit.patch_id) if commit.patch_id else (commit.repository, commit.sha)
        once[key] = _both(once[key], commit) if key in once else commit
    return sorted(once.values(), key=lambda each: (each.authored_at, each.repository, each.sha))


def _both(kept: Commit, copy: Commit) -> Commit:
    lines = [each.changed_lines for each in (kept, copy) if each.changed_lines is not None]
    branches = kept.branches or copy.branches if kept.repository == copy.repository else kept.branches
    return replace(kept, changed_lines=max(lines, default=None), branches=branches)


def _days(commits: Iterable[Commit], person: Person) -> dict[tuple[date, str], list[Commit]]:
    found: dict[tuple[date, str], list[Commit]] = defaultdict(list)
    for commit in commits:
        found[local_date(commit.authored_at, person.zone), commit.repository].append(commit)
    return found


def _activity(
    person: Person,
    day: date,
    commits: Sequence[Commit],
    parts: Sequence[Stretch],
    share: float,
    rhythm: Rhythm,
    source: str,
) -> Activity | Skipped:
    repository = commits[0].repository
    target = rhythm.worked(seen(parts), share)
    given = shares(parts, target)
    sessions = merged(span for part, worked in zip(parts, given, strict=True) for span in part.placed(worked))
    worked = whole_minutes(total(sessions))
    if worked <= ZERO:
        return Skipped(
            f"{counted(len(commits), 'commit')} in {repository}", commits[0].authored_at, person.id,
            "there was no free time before: it was made in a meeting, or right after another commit",
        )  # fmt: skip
    low, high = (whole_minutes(limit) for limit in rhythm.limits(worked))
    branches = tuple(dict.fromkeys(each.branches[0] for each in commits if each.branches))
    told = f"{about(worked, low, high)}: {commits_seen(commits, person, branches)}; {line_of(parts, share, rhythm)}"
    if target - worked > _MINUTE:
        told += f"; no more than {spoken(worked)} were free"
    others = {address for each in commits for address in (each.author_email, *each.co_authors)}
    return Activity(
        source=source,
        external_id=f"{day.isoformat()}/{repository}",
        user_id=person.id,
        span=Span(sessions[0].start, sessions[-1].end),
        title=f"{repository}: {', '.join(branches[:3])}" if branches else repository,
        detail=Coding(
            repository=repository,
            branches=branches,
            commits=len(commits),
            sessions=tuple(sessions),
            worked=worked,
            low=low,
            high=high,
            explanation=told,
            seen=seen(parts),
            line=rhythm.line,
        ),
        description="\n".join(dict.fromkeys(each.subject for each in commits[:_MOST_SUBJECTS])),
        participants=tuple(sorted(address for address in others - person.addresses if not is_bot(address))),
    )


def _strangers(commits: Iterable[Commit], people: Catalog) -> Iterable[Problem]:
    """One problem for each author who is nobody in Harvest, the busiest first."""
    counts: Counter[str] = Counter()
    where: dict[str, set[str]] = defaultdict(set)
    for commit in commits:
        if people.person(commit.author_email) is None:
            counts[commit.author_email] += 1
            where[commit.author_email].add(commit.repository)
    ordered = sorted(counts, key=lambda address: (-counts[address], address))
    for address in ordered[:_MOST_STRANGERS]:
        yield Problem(
            ", ".join(sorted(where[address])),
            f"{counted(counts[address], 'commit')} by {address}, who is nobody active in Harvest; ignored. "
            "If it is a colleague, add the address to their aliases",
            is_hint=True,
        )
    if len(ordered) > _MOST_STRANGERS:
        rest = ordered[_MOST_STRANGERS:]
        yield Problem(
            ", ".join(sorted({name for address in rest for name in where[address]})),
            f"{counted(sum(counts[address] for address in rest), 'commit')} by {len(rest)} more addresses that are "
            "nobody's in Harvest; ignored",
            is_hint=True,
        )
