"""The sentence under an estimate: what was seen, what was assumed, and the sum, to be done again by hand."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Sequence
from datetime import datetime, timedelta

from gleaner.capture.agents import agent
from gleaner.capture.observed import Commit, Touch
from gleaner.capture.rhythm import Rhythm
from gleaner.capture.timeline import Stretch, seen
from gleaner.core.catalog import Person
from gleaner.core.phrases import phrase

_MOST_BRANCHES = 3
_MOST_NUMBERS = 5
_NOUNS = {"reviewed": "review", "commented": "comment", "opened": "opened pull request", "merged": "merge"}


def counted(count: int, noun: str) -> str:
    """*count* of *noun*.

    >>> counted(1, "commit"), counted(1200, "line")
    ('1 commit', '1,200 lines')
    """
    return phrase(f"{{n:,}} {noun}" if count == 1 else f"{{n:,}} {noun}s", n=count)


def of_day(commits: int, repository: str) -> str:
    """The whole that a part is of."""
    return phrase(
        " of the day's {commits} in {repository}", commits=counted(commits, "commit"), repository=repository
    )


def about(worked: timedelta, low: timedelta, high: timedelta) -> str:
    """The estimate with its range."""
    return phrase("about {worked} ({low}–{high})", worked=worked, low=low, high=high)


def commits_seen(commits: Sequence[Commit], person: Person, branches: Sequence[str], of: str = "") -> str:
    """How many *of* how many, when by *person*'s clock, where, and how many of them were written with an agent."""
    count = phrase("{n:,}{of}", n=len(commits), of=of) if of else counted(len(commits), "commit")
    times = _times([each.authored_at for each in commits], person)
    told = phrase("{count} {times}", count=count, times=times)
    if branches:
        told = phrase("{told} on {branches}", told=told, branches=", ".join(branches[:_MOST_BRANCHES]))
    helped = [each for each in commits if agents_of(each)]
    if not helped:
        return told
    names = _listed(sorted({name for each in helped for name in agents_of(each)}))
    return phrase(
        "{told} ({n} with {names}, whose lines are not counted)", told=told, n=len(helped), names=names
    )


def touches_seen(touches: Sequence[Touch], person: Person) -> str:
    """What was done about pull requests, how often, when, and which."""
    kinds = Counter(_NOUNS[each.kind] for each in touches)
    what = _listed([counted(count, noun) for noun, count in sorted(kinds.items())])
    which = list(dict.fromkeys(f"#{each.number}" for each in touches))
    more = ", …" if len(which) > _MOST_NUMBERS else ""
    times = _times([each.at for each in touches], person)
    return phrase(
        "{what} {times} ({which}{more})",
        what=what, times=times, which=", ".join(which[:_MOST_NUMBERS]), more=more,
    )  # fmt: skip


def _listed(some: Sequence[str]) -> str:
    """Those that are there, with *and* between them."""
    said = some[0]
    for one in some[1:]:
        said = phrase("{first} and {second}", first=said, second=one)
    return said


def made_alone(commits: Sequence[Commit]) -> str:
    """Commits of which an agent is the author."""
    names = _listed(sorted({agent(each.author_email) or "" for each in commits}))
    return phrase("{count} by {names} alone", count=counted(len(commits), "commit"), names=names)


def agents_of(commit: Commit) -> set[str]:
    """The agents that helped its author."""
    return {name for address in commit.co_authors if (name := agent(address))}


def _times(moments: Sequence[datetime], person: Person) -> str:
    first, last = (f"{at.astimezone(person.zone):%H:%M}" for at in (min(moments), max(moments)))
    return first if first == last else f"{first}–{last}"


def line_of(parts: Sequence[Stretch], share: float, rhythm: Rhythm) -> str:
    """From what Git shows to the hours: the terms, their sum, and the line it is put on."""
    line = rhythm.line
    percent = phrase("{share:.3g}%", share=share * 100)
    base = phrase("{base}", base=line.base)
    if share != 1:
        base = phrase("{percent} of {base}", percent=percent, base=line.base)
    sum_of = phrase(
        "{base} + {factor:.2f} × that, {worked}",
        base=base, factor=line.factor, worked=rhythm.worked(seen(parts), share),
    )  # fmt: skip
    if not line.days:
        whose = phrase("a rough guess, for no day of yours is known: people's days with commits come out at")
    elif line.days == 1:
        whose = phrase("your one known day, with everybody's, comes out at")
    elif line.is_of_here:
        whose = phrase("your last {n} days here come out at", n=line.days)
    else:
        whose = phrase("your last {n} days, in all repositories, come out at", n=line.days)
    told = phrase("Git shows {terms}; {whose} {sum_of}", terms=_terms(parts), whose=whose, sum_of=sum_of)
    if share == 1:
        return told
    return phrase("{told} ({percent} of what Git shows of the day is here)", told=told, percent=percent)


def _terms(parts: Sequence[Stretch]) -> str:
    between = [part for part in parts if not part.is_lead_in]
    lead_ins = [part for part in parts if part.is_lead_in]
    terms = []
    if between:
        term = phrase("{time} between commits", time=seen(between))
        if any(part.is_cut for part in between):
            term = phrase("{term}, other events left out", term=term)
        terms.append(term)
    if lead_ins:
        begun = {part.moment: part.moment.changed_lines for part in lead_ins}
        if len(begun) == 1:
            term = phrase("{time} before the first", time=seen(lead_ins))
        else:
            term = phrase("{time} before the first of {n} stretches", time=seen(lead_ins), n=len(begun))
        terms.append(phrase("{term}{size}", term=term, size=_size(begun.values())))
    if len(terms) < 2:
        return terms[0] if terms else ""
    return phrase("{time}: {first} + {second}", time=seen(parts), first=terms[0], second=terms[1])


def _size(lines: Iterable[int | None]) -> str:
    known = [count for count in lines if count is not None]
    return phrase(" ({lines})", lines=counted(sum(known), "line")) if known else ""
