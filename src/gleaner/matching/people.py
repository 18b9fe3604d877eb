"""Evidence from people: who is invited, whose team it is, what they all have been working on lately."""

from __future__ import annotations

import math
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence

from gleaner.core.activities import Activity, Meeting
from gleaner.core.catalog import ClientId, Project, ProjectId, UserId
from gleaner.core.phrases import phrase
from gleaner.matching.index import Hint, Index
from gleaner.matching.memory import Memory

CONTACT = 4.8
CONTACT_DOMAIN = 4.0
_SMOOTH = 0.3
_CROWD = 30
"""A team of more people is no rarer a place to meet."""
_FEW_HOURS = 20.0
"""So many hours say half of what many weeks of them say."""
_LEAST = 0.05
"""The share of somebody's time a project is taken to have that has none."""


def by_company(
    activity: Activity, projects: Sequence[Project], index: Index, memory: Memory
) -> Iterator[Hint]:
    """Contacts of clients among the participants, and what meetings with the same outsiders were for."""
    clients: dict[ClientId, tuple[float, str, str]] = {}
    outsiders = _outsiders(activity, index)
    for address in outsiders:
        if (client_id := index.contacts.get(address)) is not None:
            clients[client_id] = (CONTACT, "{address} is a contact of {name}", address)
        elif (client_id := index.domains.get(address.partition("@")[2])) is not None:
            clients.setdefault(
                client_id, (CONTACT_DOMAIN, "{address} has the mail domain of {name}", address)
            )
    per_client = Counter(project.client_id for project in projects)
    for project in projects:
        if project.client_id in clients:
            weight, what, address = clients[project.client_id]
            name = index.catalog.clients[project.client_id].name
            alone = len(clients) == 1 and per_client[project.client_id] == 1
            yield Hint(project.id, weight, phrase(what, address=address, name=name), "contact", is_hard=alone)
    for address in outsiders:
        if seen := memory.attendees.get(address):
            said = "meetings with {address} went mostly to {name}"
            yield from _odds(seen, projects, "attendee", said, address=address)


def by_circle(seen: Mapping[ProjectId, float], projects: Sequence[Project]) -> Iterator[Hint]:
    """What meetings of just these people were for."""
    yield from _odds(seen, projects, "people", "meetings of the same people went mostly to {name}")


def by_team(activity: Activity, projects: Sequence[Project], index: Index, memory: Memory) -> Iterator[Hint]:
    """Colleagues who may not log to a project speak against it; those who work on it lately speak for it."""
    colleagues = _colleagues(activity, index)
    if not colleagues:
        return
    yield from _by_size(colleagues, projects, index)
    lately = {who: (memory.shares(who), _known(who, memory)) for who in colleagues}
    odds = {}
    for project in projects:
        members = index.members.get(project.id, frozenset())
        missing = [who for who in colleagues if who not in members]
        if missing:
            text = phrase("not everybody invited works on {name}", name=project.name)
            yield Hint(project.id, -1.0 * len(missing), text, "outside")
        odds[project.id] = sum(
            math.log(shares.get(project.id, 0.0) * known + _LEAST) for shares, known in lately.values()
        )
    average = sum(odds.values()) / len(odds)
    for project in projects:
        weight = max(-3.0, min(3.0, (odds[project.id] - average) / math.sqrt(len(colleagues))))
        # Whose time goes where is nobody else's business: the sentence names no colleague and no share.
        if weight > 0:
            text = phrase("those invited work on {name} lately", name=project.name)
            yield Hint(project.id, weight, text, "team")
        elif weight < 0:
            text = phrase("those invited work on other things than {name}", name=project.name)
            yield Hint(project.id, weight, text, "team")


def _by_size(colleagues: Sequence[UserId], projects: Sequence[Project], index: Index) -> Iterator[Hint]:
    """How much likelier these people meet by chance in this project's team than in the most unlikely one.

    A team of three can send few circles of so many people, the whole company very many, and each is as likely as the
    other; somebody who is not of the team was picked from everybody else.
    """
    everybody = min(len(index.catalog.people), _CROWD)
    ways = {}
    for project in projects:
        members = index.members.get(project.id, frozenset())
        inside = sum(who in members for who in colleagues)
        others, strangers = min(len(members), _CROWD) - 1, len(colleagues) - inside
        ways[project.id] = _circles(others, inside) + _circles(everybody - others - 1, strangers)
    most = max(ways.values())
    for project in projects:
        if (weight := most - ways[project.id]) > 0:
            text = phrase("few others than those invited work on {name}", name=project.name)
            yield Hint(project.id, weight, text, "size")


def _circles(of: int, size: int) -> float:
    """The logarithm of how many circles of *size* people there are among *of*; of a crowd they are not counted."""
    return math.log(math.comb(of, size)) if 0 < size < of else 0.0


def _known(user_id: UserId, memory: Memory) -> float:
    """How far what somebody worked on lately can be trusted: a few hours say little about the weeks to come."""
    hours = sum(memory.lately.get(user_id, {}).values())
    return hours / (hours + _FEW_HOURS)


def by_lately(activity: Activity, memory: Memory) -> Iterator[Hint]:
    """What this person works on, the last days more than those before."""
    known = _known(activity.user_id, memory)
    for project_id, share in memory.shares(activity.user_id).items():
        weight = math.log((share * known + _LEAST) / _LEAST)
        text = phrase("{share:.0%} of your time went there lately", share=share)
        yield Hint(project_id, weight, text, "recent")


def _odds(
    seen: Mapping[ProjectId, float], projects: Sequence[Project], ground: str, sentence: str, **values: str
) -> Iterator[Hint]:
    whole = sum(seen.values())
    for project in projects:
        weight = math.log((seen.get(project.id, 0.0) + _SMOOTH) / _SMOOTH) * whole / (whole + 1.0)
        if weight > 0:
            yield Hint(project.id, weight, phrase(sentence, name=project.name, **values), ground)


def _outsiders(activity: Activity, index: Index) -> list[str]:
    """Addresses that are nobody's in Harvest, the organizer's too."""
    return sorted(one for one in _addresses(activity) if one not in index.staff)


def _colleagues(activity: Activity, index: Index) -> list[UserId]:
    found = {index.staff[one] for one in _addresses(activity) if one in index.staff}
    return sorted(found - {activity.user_id})


def _addresses(activity: Activity) -> set[str]:
    organizer = activity.detail.organizer if isinstance(activity.detail, Meeting) else ""
    return {one for one in (*activity.participants, organizer.lower()) if one}
