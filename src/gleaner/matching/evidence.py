"""Evidence: one function per kind. Each says which projects it speaks for, how strongly, and in which words.

Weights are natural log-odds, so that they add up: 0 says nothing, 2 is a good hint, 4 is nearly proof. How much each
kind counts beside the others (``SCALE``) was fitted on simulated agencies; see ``docs/benchmarks.md``.
"""

from __future__ import annotations

import math
import re
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence

from gleaner.core.activities import Activity, Coding, Meeting
from gleaner.core.catalog import Project, ProjectId
from gleaner.core.phrases import phrase
from gleaner.matching.index import Hint as Hint
from gleaner.matching.index import Index as Index
from gleaner.matching.index import Named
from gleaner.matching.memory import Memory, circle, issue_prefixes
from gleaner.matching.people import by_circle, by_company, by_lately, by_team
from gleaner.matching.rules import Rule
from gleaner.matching.text import Said
from gleaner.matching.words import normalised, telling, words

RULE = 60.0
"""More than everything else together."""
CODE = 5.5
CODE_BELOW = 2.0
"""In the text below the title, which is often copied from elsewhere."""
PROJECT_NAME = 4.0
ONE_WORD = 2.15
"""A name of one word is also a word: alone it is not enough to be *sure*."""
CLIENT_NAME = 4.0
INITIALS = 2.5
PART = 1.5
"""One word of a name of several, when no other project of the person has it in its name."""
_NOTHING = 0.005
"""What weighs less is shown as 0.00, and is no evidence."""
_LONGEST_TITLE = 400
_CAPITALS = re.compile(r"(?<![^\W_])[A-Z]{2,5}(?![^\W_])")

_STEADY = frozenset({"series", "repository"})
"""Grounds that prove a project alone once they have gone there three times and nine times in ten."""

SCALE: Mapping[str, float] = {
    "code": 1.2, "project": 1.4, "client": 1.2, "contact": 1.5, "spelling": 2.0,
    "series": 1.1, "title": 0.2, "people": 0.4, "attendee": 0.3, "branch": 0.6, "issue": 0.7,
    "words": 0.45, "letters": 0.3, "team": 0.9, "outside": 2.0, "recent": 0.7,
    "size": 1.0,
}  # fmt: skip
"""What a hint's weight is multiplied by, for each ground; 1 for those not named."""


def hints(
    activity: Activity, projects: Sequence[Project], index: Index, memory: Memory, rules: Sequence[Rule]
) -> Iterator[Hint]:
    """All evidence for *activity* about *projects*, strongest kinds first."""
    mine = {project.id for project in projects}
    for hint in _all(activity, projects, index, memory, rules):
        if hint.project_id in mine:
            weight = hint.weight * SCALE.get(hint.ground, 1.0)
            if abs(weight) < _NOTHING:
                continue
            yield Hint(hint.project_id, weight, hint.sentence, hint.ground, hint.is_hard)


def _all(
    activity: Activity, projects: Sequence[Project], index: Index, memory: Memory, rules: Sequence[Rule]
) -> Iterator[Hint]:
    yield from _by_rule(activity, rules)
    yield from _by_code(activity, index)
    yield from _by_name(activity, projects, index)
    yield from by_company(activity, projects, index, memory)
    yield from _by_past(activity, projects, memory)
    yield from _by_text(activity, projects, index, memory)
    yield from by_team(activity, projects, index, memory)
    yield from by_lately(activity, memory)


def _by_rule(activity: Activity, rules: Sequence[Rule]) -> Iterator[Hint]:
    for rule in rules:
        if rule.fits(activity):
            yield Hint(rule.project_id, RULE, rule.sentence, rule.ground, is_hard=True)
            return  # the first rule that fits decides, as people read them


def text_of(activity: Activity) -> str:
    """All the text of *activity* that may name a project."""
    if isinstance(activity.detail, Coding):
        return " ".join((activity.title, activity.detail.repository, *activity.detail.branches))
    return f"{activity.title} {activity.description}"


def _by_code(activity: Activity, index: Index) -> Iterator[Hint]:
    if index.code_pattern is None:
        return
    said = activity.title if activity.kind == "meeting" else text_of(activity)
    found = {code.casefold(): code for code in index.code_pattern.findall(said)}
    for folded, written in found.items():
        text = phrase("it names the project code {code}", code=written)
        yield Hint(index.codes[folded], CODE, text, "code", is_hard=len(found) == 1)
    for written in set(index.code_pattern.findall(text_of(activity))):
        if written.casefold() not in found:
            text = phrase("its description names the project code {code}", code=written)
            yield Hint(index.codes[written.casefold()], CODE_BELOW, text, "code")
    detail = activity.detail
    if isinstance(detail, Coding) and detail.strand and not found:
        project = index.catalog.projects.get(ProjectId(int(detail.strand)))
        if project is not None and project.id in index.named(activity.description):
            text = phrase("its commits or pull requests name the project code {code}", code=project.code)
            yield Hint(project.id, CODE, text, "code", is_hard=True)


def _by_name(activity: Activity, projects: Sequence[Project], index: Index) -> Iterator[Hint]:
    title = frozenset(words(activity.title))
    said = title | frozenset(words(text_of(activity)))
    common = Counter(word for project in projects for word in index.names[project.id].telling)
    for project in projects:
        name = index.names[project.id]
        if name.telling and name.telling <= said:
            weight = PROJECT_NAME if len(name.telling) > 1 else ONE_WORD
            text = phrase('it names the project "{name}"', name=project.name)
            yield Hint(project.id, weight, text, "project", is_hard=True)
        elif name.initials and name.initials in said:
            text = phrase('"{short}" may stand for {name}', short=name.initials.upper(), name=project.name)
            yield Hint(project.id, INITIALS, text, "initials")
        elif part := min((word for word in name.telling & title if common[word] == 1), default=""):
            text = phrase('it says "{word}" as in "{name}"', word=part, name=project.name)
            yield Hint(project.id, PART, text, "part")
    yield from _by_client(activity, said, projects, index)


def _by_client(
    activity: Activity, said: frozenset[str], projects: Sequence[Project], index: Index
) -> Iterator[Hint]:
    """Clients by name or initials. "Acme / Studio sync" is Acme's: the house names itself beside a client."""
    per_client = Counter(project.client_id for project in projects)
    named = {project.client_id for project in projects if _is_named(index.names[project.id], said)}
    if others := {one for one in named if not index.is_house(one)}:
        named = others
    short = frozenset(one.lower() for one in _CAPITALS.findall(activity.title[:_LONGEST_TITLE]))
    for project in projects:
        name = index.names[project.id]
        if project.client_id in named:
            alone = per_client[project.client_id] == 1
            text = phrase('it names the client "{name}"', name=name.client)
            yield Hint(project.id, CLIENT_NAME, text, "client", is_hard=alone)
        elif cut := name.client_initials & short:
            text = phrase('"{short}" may stand for {name}', short=min(cut).upper(), name=name.client)
            yield Hint(project.id, INITIALS, text, "initials")


def _is_named(name: Named, said: frozenset[str]) -> bool:
    """Whether the client is: by the first word of its name that tells, if that is long enough, or by all of them."""
    first = name.client_first
    return bool(first) and (first in said if len(first) > 3 else name.client_telling <= said)


def _by_past(activity: Activity, projects: Sequence[Project], memory: Memory) -> Iterator[Hint]:
    match activity.detail:
        case Meeting(series=series):
            if known := memory.series.get(series):
                yield from _counted(known, projects, phrase("this series"), "series")
            elif telling(activity.title) and (known := memory.titles.get(normalised(activity.title))):
                yield from _counted(known, projects, phrase("this title"), "title")
            if same := memory.companions.get(circle(activity)):
                yield from by_circle(same, projects)
        case Coding(repository=repository, branches=branches):
            for branch in branches:
                if (on_branch := memory.branches.get((repository, branch))) and len(branches) == 1:
                    what = phrase("the branch {branch}", branch=branch)
                    yield from _counted(on_branch, projects, what, "branch")
            if known := memory.repositories.get(repository):
                what = phrase("the repository {repository}", repository=repository)
                yield from _counted(known, projects, what, "repository")
    for prefix in issue_prefixes(activity):
        if issues := memory.issues.get(prefix):
            yield from _counted(issues, projects, phrase("the issues {prefix}-…", prefix=prefix), "issue")


def _counted(
    by_project: Mapping[ProjectId, float], projects: Sequence[Project], what: str, ground: str
) -> Iterator[Hint]:
    whole = sum(by_project.values())
    for project in projects:
        weight = by_project.get(project.id, 0.0)
        if weight > 0.2 * whole:
            odds = math.log((weight + 0.15) / (whole - weight + 0.15))
            is_steady = weight >= 3 and weight / whole >= 0.9
            sentence = phrase(
                "{n} of {all} of {what} went to {name}",
                n=_times(weight),
                all=_times(whole),
                what=what,
                name=project.name,
            )
            power = min(odds + 1.5, 5.0)
            yield Hint(project.id, power, sentence, ground, is_hard=is_steady and ground in _STEADY)


def _times(weight: float) -> int:
    """A weight as people count: something seen at all was seen once."""
    return max(1, round(weight))


def _by_text(activity: Activity, projects: Sequence[Project], index: Index, memory: Memory) -> Iterator[Hint]:
    """What the words were written for before, and names that are misspelt or cut short."""
    text = activity.title if activity.kind == "meeting" else text_of(activity)
    candidates = [project.id for project in projects]
    yield from _said(
        memory.text.by_words(text, candidates),
        "words",
        '"{word}" was written mostly for {name} before',
        index,
    )
    yield from _said(
        memory.text.by_letters(text, candidates),
        "letters",
        '"{word}" looks like words written for {name}',
        index,
    )
    yield from _said(
        index.spellings.by_letters(text, candidates),
        "spelling",
        '"{word}" looks like a name of {name}',
        index,
    )


def _said(told: Mapping[ProjectId, Said], ground: str, sentence: str, index: Index) -> Iterator[Hint]:
    for project_id, said in told.items():
        name = index.catalog.projects[project_id].name
        if said.weight > 0 and said.word:
            yield Hint(project_id, said.weight, phrase(sentence, word=said.word, name=name), ground)
        elif said.weight < 0:
            text = phrase("its words were written for other projects than {name} before", name=name)
            yield Hint(project_id, said.weight, text, ground)


def strongest(found: Iterable[Hint]) -> list[Hint]:
    """*found* by the size of what it says, strongest first."""
    return sorted(found, key=lambda hint: -abs(hint.weight))
