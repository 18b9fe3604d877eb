"""Evidence: one function per kind. Each says which projects it speaks for, how strongly, and in which words.

Weights are natural log-odds, so that they add up: 0 says nothing, 2 is a good hint, 4 is nearly proof. They are
set by hand here; calibration may scale them later without changing what is said.
"""

from __future__ import annotations

import math
import re
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property

from gleaner.core.activities import Activity, Coding, Meeting
from gleaner.core.catalog import Catalog, ClientId, Project, ProjectId, Slot, UserId
from gleaner.matching.memory import Memory, Pick, participants_key
from gleaner.matching.rules import Rule
from gleaner.matching.words import initials, mentions, normalised, telling, words

RULE = 9.0
CODE = 5.5
CODE_BELOW = 2.0
"""In the text below the title, which is often copied from elsewhere."""
PROJECT_NAME = 4.0
CLIENT_NAME = 4.0
INITIALS = 2.5
CONTACT = 4.8
CONTACT_DOMAIN = 4.0
WORDS_CAP = 2.0
RECENT_CAP = 1.2

# Addresses there say nothing about a company.
_PUBLIC_MAIL = frozenset(
    "gmail.com googlemail.com outlook.com hotmail.com yahoo.com icloud.com gmx.de gmx.net web.de".split()
)


@dataclass(frozen=True)
class Hint:
    """One piece of evidence for one project."""

    project_id: ProjectId
    weight: float
    sentence: str
    ground: str
    """Its kind, as the autonomy ladder counts: ``series``, ``code``, ``rule:NAME`` …"""
    is_hard: bool = False
    """Hard evidence is explicit: without any, a match is never *sure*."""


@dataclass(frozen=True)
class Index:
    """The catalog prepared for look-ups; one per catalog."""

    catalog: Catalog

    @cached_property
    def contacts(self) -> Mapping[str, ClientId]:
        return {contact.email: contact.client_id for contact in self.catalog.contacts if contact.email}

    @cached_property
    def domains(self) -> Mapping[str, ClientId]:
        """Mail domains that belong to exactly one client and to no colleague."""
        own = {
            address.partition("@")[2]
            for person in self.catalog.people.values()
            for address in person.addresses
        }
        found: dict[str, set[ClientId]] = {}
        for address, client_id in self.contacts.items():
            found.setdefault(address.partition("@")[2], set()).add(client_id)
        return {
            domain: next(iter(clients))
            for domain, clients in found.items()
            if len(clients) == 1 and domain not in own and domain not in _PUBLIC_MAIL
        }

    @cached_property
    def codes(self) -> Mapping[str, ProjectId]:
        """Project codes of active projects, case-folded; a code used twice says nothing."""
        count = Counter(p.code.casefold() for p in self.catalog.projects.values() if p.is_active and p.code)
        return {
            project.code.casefold(): project.id
            for project in self.catalog.projects.values()
            if project.is_active and project.code and count[project.code.casefold()] == 1
        }

    @cached_property
    def code_pattern(self) -> re.Pattern[str] | None:
        """Finds ``APL``, ``[APL]``, ``APL-12`` and ``apl-12``, but neither ``apl`` nor the middle of a word.

        A code in small letters is too often a word ("web", "it"), unless a number follows as in an issue's key.
        """
        if not self.codes:
            return None
        codes = [p.code for p in self.catalog.projects.values() if p.code.casefold() in self.codes]
        either = "|".join(re.escape(code) for code in sorted(codes, key=len, reverse=True))
        return re.compile(rf"(?<![^\W_])({either}|(?i:{either})(?=-\d))(?![^\W_])")

    def slots(self, user_id: UserId) -> Sequence[Slot]:
        return self.catalog.slots(user_id)

    def projects(self, user_id: UserId) -> list[Project]:
        """The person's projects, each once."""
        return list({slot.project.id: slot.project for slot in self.slots(user_id)}.values())


def hints(
    activity: Activity, projects: Sequence[Project], index: Index, memory: Memory, rules: Sequence[Rule]
) -> Iterator[Hint]:
    """All evidence for *activity* about *projects*, strongest kinds first."""
    mine = {project.id: project for project in projects}
    for hint in _all(activity, projects, index, memory, rules):
        if hint.project_id in mine:
            yield hint


def _all(
    activity: Activity, projects: Sequence[Project], index: Index, memory: Memory, rules: Sequence[Rule]
) -> Iterator[Hint]:
    yield from _by_rule(activity, rules)
    yield from _by_code(activity, index)
    yield from _by_name(activity, projects, index)
    yield from _by_participants(activity, projects, index)
    yield from _by_past(activity, memory, index.catalog)
    yield from _by_words(activity, projects, memory)
    yield from _by_recent(activity, memory)


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
        text = f"it names the project code {written}"
        yield Hint(index.codes[folded], CODE, text, "code", is_hard=len(found) == 1)
    for written in set(index.code_pattern.findall(text_of(activity))):
        if written.casefold() not in found:
            text = f"its description names the project code {written}"
            yield Hint(index.codes[written.casefold()], CODE_BELOW, text, "code")


def _by_name(activity: Activity, projects: Sequence[Project], index: Index) -> Iterator[Hint]:
    said = frozenset(words(activity.title)) | frozenset(words(text_of(activity)))
    named_clients = Counter(project.client_id for project in projects)
    for project in projects:
        client = index.catalog.clients[project.client_id]
        if mentions(project.name, said):
            telling_words = len(telling(project.name))
            weight = PROJECT_NAME if telling_words > 1 else PROJECT_NAME - 1.0
            yield Hint(project.id, weight, f'it names the project "{project.name}"', "project", is_hard=True)
        elif initials(project.name) and initials(project.name) in said:
            text = f'"{initials(project.name).upper()}" may stand for {project.name}'
            yield Hint(project.id, INITIALS, text, "initials")
        if _names_client(client.name, said):
            alone = named_clients[project.client_id] == 1
            yield Hint(
                project.id, CLIENT_NAME, f'it names the client "{client.name}"', "client", is_hard=alone
            )


def _names_client(name: str, said: frozenset[str]) -> bool:
    # The first telling word is what people say: "Northwind" for "Northwind Traders GmbH".
    ordered = [word for word in words(name) if word in telling(name)]
    return bool(ordered) and (ordered[0] in said if len(ordered[0]) > 3 else mentions(name, said))


def _by_participants(activity: Activity, projects: Sequence[Project], index: Index) -> Iterator[Hint]:
    clients: dict[ClientId, tuple[float, str]] = {}
    for address in activity.participants:
        if (client_id := index.contacts.get(address)) is not None:
            clients[client_id] = (CONTACT, f"{address} is a contact")
        elif (client_id := index.domains.get(address.partition("@")[2])) is not None:
            clients.setdefault(client_id, (CONTACT_DOMAIN, f"{address} has the mail domain"))
    per_client = Counter(project.client_id for project in projects)
    for project in projects:
        if project.client_id in clients:
            weight, what = clients[project.client_id]
            name = index.catalog.clients[project.client_id].name
            alone = len(clients) == 1 and per_client[project.client_id] == 1
            yield Hint(project.id, weight, f"{what} of {name}", "contact", is_hard=alone)


def _by_past(activity: Activity, memory: Memory, catalog: Catalog) -> Iterator[Hint]:
    match activity.detail:
        case Meeting(series=series):
            known = memory.series.get(series)
            if known:
                yield from _counted(_by_project(known), "this series", catalog, "series", strength=1.0)
                return
            known = memory.titles.get(normalised(activity.title))
            if known:
                yield from _counted(_by_project(known), "this title", catalog, "title", strength=0.7)
            circle = memory.companions.get(participants_key(activity))
            if circle:
                yield from _counted(circle, "meetings of the same people", catalog, "people", strength=0.5)
        case Coding(repository=repository, branches=branches):
            for branch in branches:
                if (on_branch := memory.branches.get((repository, branch))) and len(branches) == 1:
                    yield from _counted(
                        _by_project(on_branch), f"the branch {branch}", catalog, "branch", strength=0.6
                    )
            if known := memory.repositories.get(repository):
                yield from _counted(
                    _by_project(known), f"the repository {repository}", catalog, "repository", strength=1.0
                )


def _by_project(picks: Mapping[Pick, float]) -> dict[ProjectId, float]:
    found: dict[ProjectId, float] = {}
    for (project_id, _task), weight in picks.items():
        found[project_id] = found.get(project_id, 0.0) + weight
    return found


def _counted(
    by_project: Mapping[ProjectId, float], what: str, catalog: Catalog, ground: str, *, strength: float
) -> Iterator[Hint]:
    whole = sum(by_project.values())
    for project_id, weight in by_project.items():
        odds = math.log((weight + 0.15) / (whole - weight + 0.15))
        sure = weight >= 3 and weight / whole >= 0.9
        if odds > 0 or weight / whole >= 0.2:
            project = catalog.projects.get(project_id)
            name = project.name if project else f"project {project_id}"
            sentence = f"{_times(weight)} of {_times(whole)} of {what} went to {name}"
            power = strength * min(odds + 1.5, 5.0)
            yield Hint(project_id, power, sentence, ground, is_hard=sure and strength >= 1.0)


def _times(weight: float) -> int:
    """A weight as people count: something seen at all was seen once."""
    return max(1, round(weight))


def _by_words(activity: Activity, projects: Sequence[Project], memory: Memory) -> Iterator[Hint]:
    """Words shared with past notes and titles: naive Bayes against the other projects, capped."""
    told = [(word, memory.words[word]) for word in telling(text_of(activity)) if word in memory.words]
    if not told:
        return
    everything = sum(memory.projects.values()) or 1.0
    for project in projects:
        own = memory.projects.get(project.id, 0.0)
        others = everything - own
        weight, best = 0.0, ("", 0.0)
        for word, counts in told:
            here, whole = counts.get(project.id, 0.0), sum(counts.values())
            ratio = math.log(((here + 0.05) / (own + 1)) / ((whole - here + 0.05) / (others + 1)))
            trust = whole / (whole + 2)
            if here and ratio * trust > best[1]:
                best = (word, ratio * trust)
            weight += trust * max(-1.5, min(1.5, ratio))
        weight = max(-WORDS_CAP, min(WORDS_CAP, weight))
        if best[0] and weight > 0.3:
            yield Hint(
                project.id, weight, f'"{best[0]}" was written mostly for {project.name} before', "words"
            )
        elif weight < -0.3:
            text = f"its words were written for other projects than {project.name} before"
            yield Hint(project.id, weight, text, "words")


def _by_recent(activity: Activity, memory: Memory) -> Iterator[Hint]:
    recent = memory.recent.get(activity.user_id)
    if not recent:
        return
    whole = sum(recent.values())
    for project_id, hours in recent.items():
        share = hours / whole if whole else 0.0
        weight = RECENT_CAP * math.sqrt(share)
        if weight >= 0.2:
            yield Hint(project_id, weight, f"{hours:.3g} h of the last two weeks went there", "recent")


def strongest(found: Iterable[Hint]) -> list[Hint]:
    """*found* by the size of what it says, strongest first."""
    return sorted(found, key=lambda hint: -abs(hint.weight))
