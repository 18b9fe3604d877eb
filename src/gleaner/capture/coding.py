"""Commits as working time: one activity per person, local day and repository. Pure.

An estimate with a range, never a measurement: what it was made of is in its explanation, so that a
developer can do the sum again. The parts are in ``timeline.py`` (evidence and placing) and ``rhythm.py``
(what the person's own confirmed days say).
"""

from __future__ import annotations

import re
from collections import Counter, defaultdict
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, date, timedelta

from gleaner.capture.observed import Commit
from gleaner.capture.rhythm import NEUTRAL, Rhythm
from gleaner.capture.timeline import Moment, Stretch, shares, stretches
from gleaner.core.activities import Activity, Coding, Problem, Skipped
from gleaner.core.catalog import Catalog, Person, UserId
from gleaner.core.time import ZERO, Span, local_date, merged, spoken, total, whole_minutes

RhythmOf = Callable[[UserId, str], Rhythm]
"""The rhythm of a person in a repository."""


def no_rhythm(_user_id: UserId, _repository: str) -> Rhythm:
    """Nothing is known of anybody's days."""
    return NEUTRAL


_BOT = re.compile(
    r"\[bot\]|^(\d+\+)?(dependabot|renovate|github-actions|actions|greenkeeper|snyk|pre-commit-ci|semantic-release"
    r"|allcontributors|codecov|imgbot|mergify|jenkins|gitlab-ci|ci|bot|root|buildbot)([-_.]?(bot|ci|user))?@"
    r"|[-_.]bot@|^noreply@github\.com$",
    re.IGNORECASE,
)
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
        for (day, repository), of_day in sorted(days.items()):
            rhythm = rhythm_of(user_id, repository)
            found = _activity(person, day, of_day, parts[day, repository], rhythm, source)
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


def seen(stretches_of_day: Iterable[Stretch]) -> timedelta:
    """S: what Git alone shows of one day in one repository."""
    return sum((stretch.evidence for stretch in stretches_of_day), ZERO)


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
    rhythm: Rhythm,
    source: str,
) -> Activity | Skipped:
    repository = commits[0].repository
    target = rhythm.worked(seen(parts)) if parts else ZERO
    given = shares(parts, target)
    sessions = merged(span for part, worked in zip(parts, given, strict=True) for span in part.placed(worked))
    worked = whole_minutes(total(sessions))
    if worked <= ZERO:
        return Skipped(
            f"{_count(commits)} in {repository}", commits[0].authored_at, person.id,
            "there was no free time before: it was made in a meeting, or right after another commit",
        )  # fmt: skip
    low, high = (whole_minutes(limit) for limit in rhythm.limits(worked))
    branches = tuple(dict.fromkeys(each.branches[0] for each in commits if each.branches))
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
            explanation=_explanation(person, commits, parts, rhythm, (worked, low, high), branches),
            seen=seen(parts),
        ),
        description="\n".join(dict.fromkeys(each.subject for each in commits[:_MOST_SUBJECTS])),
        participants=tuple(sorted(address for address in others - person.addresses if not is_bot(address))),
    )


def _explanation(
    person: Person,
    commits: Sequence[Commit],
    parts: Sequence[Stretch],
    rhythm: Rhythm,
    estimate: tuple[timedelta, timedelta, timedelta],
    branches: Sequence[str],
) -> str:
    """The sum, so that it can be done again by hand."""
    worked, low, high = estimate
    first, last = (each.authored_at.astimezone(person.zone) for each in (commits[0], commits[-1]))
    times = f"{first:%H:%M}" if f"{first:%H:%M}" == f"{last:%H:%M}" else f"{first:%H:%M}–{last:%H:%M}"
    where = f" on {', '.join(branches[:3])}" if branches else ""
    sentence = f"about {spoken(worked)} ({spoken(low)}–{spoken(high)}): {_count(commits)} {times}{where}; {_sum(parts)}"
    if rhythm.days:
        scaled = seen(parts) * rhythm.factor
        sentence += (
            f"; your days here come out at × {rhythm.factor:.2f} of that, {spoken(scaled)}"
            f"; your usual day here is {spoken(rhythm.usual)} and counts {rhythm.weight:.0%}"
        )
    if rhythm.worked(seen(parts)) - worked > timedelta(minutes=1):
        sentence += f"; no more than {spoken(worked)} were free"
    return sentence


def _sum(parts: Sequence[Stretch]) -> str:
    between = [part for part in parts if not part.is_lead_in]
    lead_ins = [part for part in parts if part.is_lead_in]
    terms = []
    if between:
        cut = ", other events left out" if any(part.is_cut for part in between) else ""
        terms.append(f"{spoken(seen(between))} between commits{cut}")
    if lead_ins:
        lines = {part.moment: part.moment.changed_lines for part in lead_ins}
        known = [count for count in lines.values() if count is not None]
        size = f" ({_plural(sum(known), 'line')})" if known else ""
        before = "the first" if len(lines) == 1 else f"the first of {len(lines)} stretches"
        terms.append(f"{spoken(seen(lead_ins))} before {before}{size}")
    return " + ".join(terms)


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
            f"{_plural(counts[address], 'commit')} by {address}, who is nobody active in Harvest; ignored. "
            "If it is a colleague, add the address to their aliases",
            is_hint=True,
        )
    if len(ordered) > _MOST_STRANGERS:
        rest = ordered[_MOST_STRANGERS:]
        yield Problem(
            ", ".join(sorted({name for address in rest for name in where[address]})),
            f"{_plural(sum(counts[address] for address in rest), 'commit')} by {len(rest)} more addresses that are "
            "nobody's in Harvest; ignored",
            is_hint=True,
        )


def _count(commits: Sequence[Commit]) -> str:
    return _plural(len(commits), "commit")


def _plural(count: int, noun: str) -> str:
    return f"{count:,} {noun}" if count == 1 else f"{count:,} {noun}s"
