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
from gleaner.core.time import spoken

_MOST_BRANCHES = 3
_MOST_NUMBERS = 5
_NOUNS = {"reviewed": "review", "commented": "comment", "opened": "opened pull request", "merged": "merge"}


def counted(count: int, noun: str) -> str:
    """*count* of *noun*.

    >>> counted(1, "commit"), counted(1200, "line")
    ('1 commit', '1,200 lines')
    """
    return f"{count:,} {noun}" if count == 1 else f"{count:,} {noun}s"


def about(worked: timedelta, low: timedelta, high: timedelta) -> str:
    """The estimate with its range."""
    return f"about {spoken(worked)} ({spoken(low)}–{spoken(high)})"


def commits_seen(commits: Sequence[Commit], person: Person, branches: Sequence[str], of: str = "") -> str:
    """How many *of* how many, when by *person*'s clock, where, and how many of them were written with an agent."""
    where = f" on {', '.join(branches[:_MOST_BRANCHES])}" if branches else ""
    count = f"{len(commits):,}{of}" if of else counted(len(commits), "commit")
    told = f"{count} {_times([each.authored_at for each in commits], person)}{where}"
    helped = [each for each in commits if agents_of(each)]
    if not helped:
        return told
    names = " and ".join(sorted({name for each in helped for name in agents_of(each)}))
    return f"{told} ({len(helped)} with {names}, whose lines are not counted)"


def touches_seen(touches: Sequence[Touch], person: Person) -> str:
    """What was done about pull requests, how often, when, and which."""
    kinds = Counter(_NOUNS[each.kind] for each in touches)
    what = " and ".join(counted(count, noun) for noun, count in sorted(kinds.items()))
    which = list(dict.fromkeys(f"#{each.number}" for each in touches))
    more = ", …" if len(which) > _MOST_NUMBERS else ""
    return (
        f"{what} {_times([each.at for each in touches], person)} ({', '.join(which[:_MOST_NUMBERS])}{more})"
    )


def made_alone(commits: Sequence[Commit]) -> str:
    """Commits of which an agent is the author."""
    names = " and ".join(sorted({agent(each.author_email) or "" for each in commits}))
    return f"{counted(len(commits), 'commit')} by {names} alone"


def agents_of(commit: Commit) -> set[str]:
    """The agents that helped its author."""
    return {name for address in commit.co_authors if (name := agent(address))}


def _times(moments: Sequence[datetime], person: Person) -> str:
    first, last = (f"{at.astimezone(person.zone):%H:%M}" for at in (min(moments), max(moments)))
    return first if first == last else f"{first}–{last}"


def line_of(parts: Sequence[Stretch], share: float, rhythm: Rhythm) -> str:
    """From what Git shows to the hours: the terms, their sum, and the line it is put on."""
    line = rhythm.line
    percent = f"{share * 100:.3g}%"
    base = spoken(line.base) if share == 1 else f"{percent} of {spoken(line.base)}"
    sum_of = f"{base} + {line.factor:.2f} × that, {spoken(rhythm.worked(seen(parts), share))}"
    if not line.days:
        whose = "a rough guess, for no day of yours is known: people's days with commits come out at"
    elif line.days == 1:
        whose = "your one known day, with everybody's, comes out at"
    else:
        whose = f"your last {line.days} days{' here' if line.is_of_here else ', in all repositories,'} come out at"
    elsewhere = "" if share == 1 else f" ({percent} of what Git shows of the day is here)"
    return f"Git shows {_terms(parts)}; {whose} {sum_of}{elsewhere}"


def _terms(parts: Sequence[Stretch]) -> str:
    between = [part for part in parts if not part.is_lead_in]
    lead_ins = [part for part in parts if part.is_lead_in]
    terms = []
    if between:
        cut = ", other events left out" if any(part.is_cut for part in between) else ""
        terms.append(f"{spoken(seen(between))} between commits{cut}")
    if lead_ins:
        begun = {part.moment: part.moment.changed_lines for part in lead_ins}
        before = "the first" if len(begun) == 1 else f"the first of {len(begun)} stretches"
        terms.append(f"{spoken(seen(lead_ins))} before {before}{_size(begun.values())}")
    return f"{spoken(seen(parts))}: {' + '.join(terms)}" if len(terms) > 1 else "".join(terms)


def _size(lines: Iterable[int | None]) -> str:
    known = [count for count in lines if count is not None]
    return f" ({counted(sum(known), 'line')})" if known else ""
