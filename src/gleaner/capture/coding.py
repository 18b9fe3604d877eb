"""Commits, and touches of pull requests, as working time: one activity per person, local day and repository. Pure.

Where a day's work in one repository is certainly for several projects, one for each of them (``strands.py``).

An estimate with a range, never a measurement: what it was made of is in its explanation, so that a
developer can do the sum again. The rest is in ``timeline.py`` (evidence and placing), ``rhythm.py`` (what the
person's own confirmed days say) and ``text.py`` (the sentence).
"""

from __future__ import annotations

import re
from collections import Counter, defaultdict
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, date, timedelta

from gleaner.capture.agents import agent
from gleaner.capture.gitlog.branches import LONG_LIVED
from gleaner.capture.observed import Commit, Touch
from gleaner.capture.rhythm import EVERYBODY, Rhythm
from gleaner.capture.strands import Part, RepositoryDay, Strands, assigned, divided, marked, mixed
from gleaner.capture.text import (
    about,
    agents_of,
    commits_seen,
    counted,
    line_of,
    made_alone,
    of_day,
    touches_seen,
)
from gleaner.capture.timeline import Moment, seen, shares, stretches
from gleaner.core.activities import Activity, Coding, Problem, Skipped
from gleaner.core.catalog import Catalog, Person, UserId
from gleaner.core.phrases import joined, phrase
from gleaner.core.time import ZERO, Span, local_date, merged, total, whole_minutes

_Where = tuple[date, str]
"""A local day and a repository."""
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
_MOST_OF = {
    "reviewed": 20 * _MINUTE, "commented": 10 * _MINUTE, "opened": 10 * _MINUTE, "merged": 5 * _MINUTE,
}  # fmt: skip
"""The most that a touch of a pull request stands for; by judgement, for no data says it."""
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
    touches: Iterable[Touch] = (),
    strands: Strands | None = None,
) -> Worked:
    """*commits* and *touches* as estimates, never at a time in *busy*: meetings, and what else a person surely did.

    With *strands* a repository's day is divided where its commits are certainly for several projects.
    Their order does not matter. Give those of a day before the first day you want, so that its first commit
    knows the one before it.
    """
    made = [commit for commit in commits if not commit.is_merge and not commit.is_squash]
    work = [commit for commit in made if not (agent(commit.author_email) or is_bot(commit.author_email))]
    alone = [commit for commit in made if agent(commit.author_email)]
    written, helped = _credited(work, people), _credited(alone, people)
    looked = _touched(touches, people)
    activities: list[Activity] = []
    skipped: list[Skipped] = []
    for user_id in sorted({*written, *helped, *looked}):
        person = people.people[user_id]
        own = _without_copies(written.get(user_id, ()), person)
        days = _days(own, _without_copies(helped.get(user_id, ()), person), looked.get(user_id, ()), person)
        if strands is not None:
            for (_, repository), one in days.items():
                one.strands = assigned(one, user_id, repository, strands)
        whole = _put_on_timeline(days, (busy or {}).get(user_id, ()), person)
        for (day, repository), one in sorted(days.items(), key=lambda each: each[0]):
            rhythm = rhythm_of(user_id, repository, day)
            share = round(seen(one.parts) / whole[day], 2) if one.parts else 0.0
            one.worked = shares(one.parts, rhythm.worked(seen(one.parts), share))
            first = strands.first(user_id, repository, day) if strands is not None else None
            for part in divided(one, first):
                found = _activity(person, (day, repository), one, part, share, rhythm, source)
                if isinstance(found, Activity):
                    activities.append(found)
                elif found is not None:
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
    change without reading its content.
    """
    by_change: dict[tuple[str, ...], Commit] = {}
    for commit in sorted(commits, key=lambda each: (each.authored_at, each.repository, each.sha)):
        moment = commit.authored_at.astimezone(UTC).isoformat()
        author = "" if commit.author_email in person.addresses else commit.author_email
        kept = by_change.setdefault((author, moment, commit.subject), commit)
        if kept is not commit:
            by_change[author, moment, commit.subject] = _both(kept, commit)
    return sorted(by_change.values(), key=lambda each: (each.authored_at, each.repository, each.sha))


def _both(kept: Commit, copy: Commit) -> Commit:
    lines = [each.changed_lines for each in (kept, copy) if each.changed_lines is not None]
    branches = kept.branches
    if kept.repository == copy.repository:
        branches = min(kept.branches, copy.branches, key=_says_little)
    return replace(kept, changed_lines=max(lines, default=None), branches=branches)


def _says_little(branches: tuple[str, ...]) -> tuple[bool, bool, tuple[str, ...]]:
    """Work is done on a branch and then copied to where work is collected, not the other way round."""
    return not branches, branches[:1] != () and branches[0] in LONG_LIVED, branches


def _touched(touches: Iterable[Touch], people: Catalog) -> dict[UserId, list[Touch]]:
    """Everybody's touches, each once, oldest first. Those of strangers and machines are nobody's."""
    found: dict[UserId, list[Touch]] = defaultdict(list)
    for touch in sorted(set(touches), key=lambda each: (each.at, each.repository, each.number, each.kind)):
        person = None if agent(touch.who) or is_bot(touch.who) else people.person(touch.who)
        if person is not None:
            found[person.id].append(touch)
    return found


def _days(
    commits: Iterable[Commit], alone: Iterable[Commit], touches: Iterable[Touch], person: Person
) -> dict[_Where, RepositoryDay]:
    found: dict[_Where, RepositoryDay] = defaultdict(RepositoryDay)
    for commit in commits:
        found[local_date(commit.authored_at, person.zone), commit.repository].commits.append(commit)
    for commit in alone:
        found[local_date(commit.authored_at, person.zone), commit.repository].alone.append(commit)
    for touch in touches:
        found[local_date(touch.at, person.zone), touch.repository].touches.append(touch)
    return dict(found)


def _put_on_timeline(
    days: Mapping[_Where, RepositoryDay], busy: Sequence[Span], person: Person
) -> Mapping[date, timedelta]:
    """Give each day its stretches; all that a day's commits stand for, by day."""
    moments = []
    for one in days.values():
        moments += [
            Moment(
                each.authored_at, each.repository,
                # What an agent writes in a minute says nothing of how long its person was at it.
                None if agents_of(each) else each.changed_lines, strand=one.strands.get(each, ""),
            )
            for each in one.commits
        ]  # fmt: skip
        moments += [
            Moment(
                each.at, each.repository, most=_MOST_OF[each.kind], begins_work=not _is_click(each),
                strand=one.strands.get(each, ""),
            )
            for each in one.touches
        ]  # fmt: skip
    whole: dict[date, timedelta] = defaultdict(timedelta)
    for stretch in stretches(moments, busy, person.zone):
        one = days[stretch.day, stretch.moment.repository]
        if stretch.moment.most is None:
            one.parts.append(stretch)
            whole[stretch.day] += stretch.evidence
        else:
            one.looks.append(stretch)
    return whole


def _is_click(touch: Touch) -> bool:
    """Whether it only ends what somebody was doing: opening or merging a pull request of their own."""
    return touch.is_own and touch.kind in ("opened", "merged")


def _activity(
    person: Person, of: _Where, whole: RepositoryDay, part: Part, share: float, rhythm: Rhythm, source: str
) -> Activity | Skipped | None:
    """*part* of the *whole* day there, which has *share* of all that Git shows of the day."""
    day, repository = of
    one, is_all = part.seen, part.seen is whole
    if not is_all:
        share = share * (seen(one.parts) / seen(whole.parts)) if one.parts else 0.0
    target = rhythm.worked(seen(one.parts), share)
    given = [*one.worked, *(stretch.evidence for stretch in one.looks)]
    placed = zip((*one.parts, *one.looks), given, strict=True)
    sessions = merged(span for stretch, worked in placed for span in stretch.placed(worked))
    worked = whole_minutes(total(sessions))
    if worked <= ZERO:
        return _nothing(person, repository, one)
    low, high = (whole_minutes(limit) for limit in rhythm.limits(worked))
    branches = tuple(dict.fromkeys(each.branches[0] for each in one.commits if each.branches))
    of_all = "" if is_all else of_day(len(whole.commits), repository)
    told = _told(person, one, share, rhythm, branches, of_all)
    if (less := target + seen(one.looks) - worked) > _MINUTE:
        told = phrase("{told}; no more than {time} were free", told=told, time=worked)
    elif -less > _MINUTE:
        told = phrase(
            "{told}; {time} more, for which other work there had no free time", told=told, time=-less
        )
    branches = branches or tuple(dict.fromkeys(each.branch for each in one.touches if each.branch))
    subjects = [*(each.subject for each in one.commits), *(each.title for each in one.touches)]
    others = {address for each in one.commits for address in (each.author_email, *each.co_authors)}
    return Activity(
        source=source,
        external_id=marked(f"{day.isoformat()}/{repository}", part.mark),
        user_id=person.id,
        span=Span(sessions[0].start, sessions[-1].end),
        title=_title(
            repository, branches, "" if is_all or mixed(whole).isdisjoint(branches) else subjects[0]
        ),
        detail=Coding(
            repository=repository,
            branches=branches,
            commits=len(one.commits),
            sessions=tuple(sessions),
            worked=worked,
            low=low,
            high=high,
            explanation=phrase("{about}: {told}", about=about(worked, low, high), told=told),
            seen=seen(one.parts),
            touches=len(one.touches),
            line=rhythm.line,
            strand=part.strand,
        ),
        description="\n".join(dict.fromkeys(subjects[:_MOST_SUBJECTS])),
        participants=tuple(
            sorted(
                address for address in others - person.addresses if not (is_bot(address) or agent(address))
            )
        ),
    )


def _title(repository: str, branches: Sequence[str], beside: str) -> str:
    """What people know it by; *beside* is what tells it from other work on the same branches that day."""
    said = f"{repository}: {', '.join(branches[:3])}" if branches else repository
    return f"{said} ({beside})" if beside else said


def _told(
    person: Person, one: RepositoryDay, share: float, rhythm: Rhythm, branches: Sequence[str], of: str
) -> str:
    """What was seen, *of* how much if this is a part, and the sum."""
    said = []
    if one.commits:
        said.append(commits_seen(one.commits, person, branches, of))
    if one.parts:
        said.append(line_of(one.parts, share, rhythm))
    if one.looks:
        what = touches_seen(one.touches, person)
        template = "and {time} for {what}" if one.parts else "{time} for {what}"
        said.append(phrase(template, time=seen(one.looks), what=what))
    if one.alone:
        said.append(phrase("{what} not counted", what=made_alone(one.alone)))
    return joined("; ", said)


def _nothing(person: Person, repository: str, one: RepositoryDay) -> Skipped | None:
    """Why there is nothing to propose; None where nobody would expect it."""
    if one.commits:
        return Skipped(
            f"{counted(len(one.commits), 'commit')} in {repository}", one.commits[0].authored_at, person.id,
            "there was no free time before: it was made in a meeting, or right after another commit",
        )  # fmt: skip
    if one.alone:
        return Skipped(
            f"{made_alone(one.alone)} in {repository}", one.alone[0].authored_at, person.id,
            "what an agent makes alone is no evidence of anybody's time",
        )  # fmt: skip
    return None


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
            phrase(
                "{counted} by {address}, who is nobody active in Harvest; ignored. If it is a colleague, "
                "add the address to their aliases",
                counted=counted(counts[address], "commit"),
                address=address,
            ),
            is_hint=True,
        )
    if len(ordered) > _MOST_STRANGERS:
        rest = ordered[_MOST_STRANGERS:]
        yield Problem(
            ", ".join(sorted({name for address in rest for name in where[address]})),
            phrase(
                "{counted} by {len} more addresses that are nobody's in Harvest; ignored",
                counted=counted(sum(counts[address] for address in rest), "commit"),
                len=len(rest),
            ),
            is_hint=True,
        )
