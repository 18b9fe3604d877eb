"""What evidence looks things up in: the catalog, prepared once, and the hints it gives."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from functools import cached_property

from gleaner.core.catalog import Catalog, ClientId, Project, ProjectId, Slot, UserId
from gleaner.matching.text import Text
from gleaner.matching.words import initials, telling, words

# Addresses there say nothing about a company.
_PUBLIC_MAIL = frozenset(
    "gmail.com googlemail.com outlook.com hotmail.com yahoo.com icloud.com gmx.de gmx.net web.de".split()
)

_LEGAL_FORMS = frozenset("ab ag bv co corp gmbh inc kg llc llp ltd nv oy plc sa sarl se srl".split())

_NUMBER = re.compile(r"-\d")
_LONGEST = 400
"""As much of a branch's name, a title or a subject is looked at."""


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
class Named:
    """The words a project may be called by."""

    project: Project
    telling: frozenset[str]
    initials: str
    client: str
    """The client's name."""
    client_first: str
    """What people say of it: "northwind" for "Northwind Traders GmbH"; empty when nothing in it tells."""
    client_telling: frozenset[str]
    client_initials: frozenset[str]
    """What the client is cut down to: "nt" and "ntg" for "Northwind Traders GmbH"."""


@dataclass(frozen=True)
class Index:
    """The catalog prepared for look-ups; one per catalog, everything made once and when it is first asked for."""

    catalog: Catalog
    _mine: dict[UserId, list[Project]] = field(default_factory=dict, compare=False, repr=False)
    _picks: dict[UserId, dict[ProjectId, list[Slot]]] = field(default_factory=dict, compare=False, repr=False)

    @cached_property
    def contacts(self) -> Mapping[str, ClientId]:
        return {contact.email: contact.client_id for contact in self.catalog.contacts if contact.email}

    @cached_property
    def staff(self) -> Mapping[str, UserId]:
        """Every address of everybody in Harvest."""
        return {
            address: person.id
            for person in self.catalog.people.values()
            for address in sorted(person.addresses)
        }

    @cached_property
    def domains(self) -> Mapping[str, ClientId]:
        """Mail domains that belong to exactly one client and to no colleague."""
        own = {address.partition("@")[2] for address in self.staff}
        found: dict[str, set[ClientId]] = {}
        for address, client_id in self.contacts.items():
            found.setdefault(address.partition("@")[2], set()).add(client_id)
        return {
            domain: next(iter(clients))
            for domain, clients in found.items()
            if len(clients) == 1 and domain not in own and domain not in _PUBLIC_MAIL
        }

    def is_house(self, client_id: ClientId) -> bool:
        """Whether that client is the house itself: its name is in its people's mail addresses, behind the @."""
        return client_id in self._house

    @cached_property
    def _house(self) -> frozenset[ClientId]:
        own = {address.partition("@")[2] for address in self.staff} - _PUBLIC_MAIL
        called = {word for domain in own for word in words(domain.rpartition(".")[0])}
        return frozenset(
            client.id for client in self.catalog.clients.values() if called & set(words(client.name)[:1])
        )

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

    def named(self, text: str, *, only_issues: bool = False) -> frozenset[ProjectId]:
        """The projects whose code is in *text*; with *only_issues* those of which an issue's key is: ``APL-12``."""
        if self.code_pattern is None:
            return frozenset()
        found = self.code_pattern.finditer(text[:_LONGEST])
        return frozenset(
            self.codes[one[0].casefold()]
            for one in found
            if not only_issues or _NUMBER.match(text, one.end()) is not None
        )

    @cached_property
    def names(self) -> Mapping[ProjectId, Named]:
        return {project.id: self._named(project) for project in self.catalog.projects.values()}

    @cached_property
    def spellings(self) -> Text:
        """The names of projects and clients as if somebody had written them, for what is misspelt or cut short."""
        text = Text()
        for one in self.names.values():
            if one.project.is_active:
                text.learn(f"{one.project.name} {one.client}", one.project.id, 1.0)
        return text

    @cached_property
    def members(self) -> Mapping[ProjectId, frozenset[UserId]]:
        """Who may log to each project."""
        found: dict[ProjectId, set[UserId]] = {}
        for member in self.catalog.user_assignments:
            if member.is_active:
                found.setdefault(member.project_id, set()).add(member.user_id)
        return {project_id: frozenset(users) for project_id, users in found.items()}

    @cached_property
    def managers(self) -> frozenset[tuple[UserId, ProjectId]]:
        """Who manages which project."""
        return frozenset(
            (member.user_id, member.project_id)
            for member in self.catalog.user_assignments
            if member.is_active and member.is_project_manager
        )

    def projects(self, user_id: UserId) -> list[Project]:
        """The person's projects, each once."""
        if user_id not in self._mine:
            slots = self.catalog.slots(user_id)
            self._mine[user_id] = list({slot.project.id: slot.project for slot in slots}.values())
        return self._mine[user_id]

    def slots(self, user_id: UserId, project_id: ProjectId) -> Sequence[Slot]:
        """The tasks of that project the person may log to."""
        if user_id not in self._picks:
            picks: dict[ProjectId, list[Slot]] = {}
            for slot in self.catalog.slots(user_id):
                picks.setdefault(slot.project.id, []).append(slot)
            self._picks[user_id] = picks
        return self._picks[user_id].get(project_id, ())

    def _named(self, project: Project) -> Named:
        client = self.catalog.clients.get(project.client_id)
        name = client.name if client is not None else ""
        ordered = [word for word in words(name) if word in telling(name)]
        first = ordered[0] if ordered else ""
        return Named(
            project,
            telling(project.name),
            initials(project.name),
            name,
            first,
            telling(name),
            _cut_down(name),
        )


def _cut_down(name: str) -> frozenset[str]:
    """Initials of a company, with and without its legal form."""
    bare = " ".join(word for word in words(name) if word not in _LEGAL_FORMS)
    return frozenset(short for short in (initials(name), initials(bare)) if short)
