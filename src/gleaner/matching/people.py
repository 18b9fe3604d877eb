"""Evidence from people: who is invited, whose team it is, what they all have been working on lately."""

from __future__ import annotations

import math
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence

from gleaner.core.activities import Activity, Meeting
from gleaner.core.catalog import ClientId, Project, ProjectId, UserId
from gleaner.matching.index import Hint, Index
from gleaner.matching.memory import Memory

CONTACT = 4.8
CONTACT_DOMAIN = 4.0
_SMOOTH = 0.3
_CROWD = 30
"""A team of more people is no rarer a place to meet."""
_LEAST = 0.05
"""The share of somebody's time a project is taken to have that has none."""


def by_company(
    activity: Activity, projects: Sequence[Project], index: Index, memory: Memory
) -> Iterator[Hint]:
    """Contacts of clients among the participants, and what meetings with the same outsiders were for."""
    clients: dict[ClientId, tuple[float, str]] = {}
    outsiders = _outsiders(activity, index)
    for address in outsiders:
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
    for address in outsiders:
        if seen := memory.attendees.get(address):
            yield from _odds(seen, projects, "attendee", f"meetings with {address} went mostly to {{name}}")


def by_circle(seen: Mapping[ProjectId, float], projects: Sequence[Project]) -> Iterator[Hint]:
    """What meetings of just these people were for."""
    yield from _odds(seen, projects, "people", "meetings of the same people went mostly to {name}")


def by_team(activity: Activity, projects: Sequence[Project], index: Index, memory: Memory) -> Iterator[Hint]:
    """Colleagues who may not log to a project speak against it; those who work on it lately speak for it."""
    colleagues = _colleagues(activity, index)
    if not colleagues:
        return
    lately = {who: memory.shares(who) for who in colleagues}
    odds, full = {}, dict[ProjectId, int]()
    for project in projects:
        members = index.members.get(project.id, frozenset())
        missing = [who for who in colleagues if who not in members]
        if missing:
            text = f"not everybody invited works on {project.name}"
            yield Hint(project.id, -1.0 * len(missing), text, "outside")
        else:
            full[project.id] = math.comb(min(len(members), _CROWD) - 1, min(len(colleagues), _CROWD - 1))
        odds[project.id] = sum(math.log(lately[who].get(project.id, 0.0) + _LEAST) for who in colleagues)
    yield from _by_size(full, index)
    average = sum(odds.values()) / len(odds)
    for project in projects:
        weight = max(-3.0, min(3.0, (odds[project.id] - average) / math.sqrt(len(colleagues))))
        # Whose time goes where is nobody else's business: the sentence names no colleague and no share.
        if weight > 0:
            yield Hint(project.id, weight, f"those invited work on {project.name} lately", "team")
        elif weight < 0:
            yield Hint(project.id, weight, f"those invited work on other things than {project.name}", "team")


def _by_size(circles: Mapping[ProjectId, int], index: Index) -> Iterator[Hint]:
    """How much likelier these people meet by chance in a small team than in the biggest that has them all.

    *circles* says of each project's team how many circles of so many people it could send.
    """
    most = max(circles.values(), default=1)
    for project_id, ways in circles.items():
        if ways < most:
            name = index.catalog.projects[project_id].name
            yield Hint(
                project_id, math.log(most / ways), f"few others than those invited work on {name}", "size"
            )


def by_lately(activity: Activity, memory: Memory) -> Iterator[Hint]:
    """What this person works on, the last days more than those before."""
    for project_id, share in memory.shares(activity.user_id).items():
        weight = math.log((share + _LEAST) / _LEAST)
        yield Hint(project_id, weight, f"{share:.0%} of your time went there lately", "recent")


def _odds(
    seen: Mapping[ProjectId, float], projects: Sequence[Project], ground: str, sentence: str
) -> Iterator[Hint]:
    whole = sum(seen.values())
    for project in projects:
        weight = math.log((seen.get(project.id, 0.0) + _SMOOTH) / _SMOOTH) * whole / (whole + 1.0)
        if weight > 0:
            yield Hint(project.id, weight, sentence.format(name=project.name), ground)


def _outsiders(activity: Activity, index: Index) -> list[str]:
    """Addresses that are nobody's in Harvest, the organizer's too."""
    return sorted(one for one in _addresses(activity) if one not in index.staff)


def _colleagues(activity: Activity, index: Index) -> list[UserId]:
    found = {index.staff[one] for one in _addresses(activity) if one in index.staff}
    return sorted(found - {activity.user_id})


def _addresses(activity: Activity) -> set[str]:
    organizer = activity.detail.organizer if isinstance(activity.detail, Meeting) else ""
    return {one for one in (*activity.participants, organizer.lower()) if one}
