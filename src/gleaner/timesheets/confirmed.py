"""Which days a person confirmed the hours of their coding on, and what those came to. Pure.

Decisions on proposals say it, and so do days logged by hand: whose entries are on the project that goes with a
repository. What Gleaner logged and nobody looked at says nothing.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from functools import cached_property

from gleaner.capture.rhythm import ConfirmedDay
from gleaner.core.activities import Activity, Coding
from gleaner.core.catalog import ProjectId, UserId
from gleaner.core.entries import TimeEntry
from gleaner.core.time import ZERO
from gleaner.matching.learn import NOTES_AGREE
from gleaner.matching.words import similarity

_USUAL_SHARE = 0.5
"""A repository goes with the project that has at least so much of what was logged on its days."""
PersonDay = tuple[UserId, date]


@dataclass(frozen=True)
class Said:
    """What a person said about one day's coding in one repository."""

    project_id: ProjectId
    hours: timedelta
    weight: float
    """1 where they looked, less for one of many accepted with one click."""


@dataclass(frozen=True)
class Confirmed:
    """What people confirmed, and what it says of their repositories."""

    days: Mapping[UserId, Sequence[ConfirmedDay]]
    usual: Mapping[tuple[UserId, str], ProjectId]
    """The project that goes with each person's repository."""


def confirmed(
    seen: Mapping[PersonDay, Sequence[Activity]],
    entries: Iterable[TimeEntry],
    said: Mapping[str, Said],
) -> Confirmed:
    """Everybody's confirmed days, from what was *seen* on them, people's own *entries*, and what they *said*, by
    activity.

    A repository's day that has parts for several projects is confirmed once all of them are, and comes to their sum.
    """
    days = _days(seen, entries)
    usual = _usual_projects(days, said)
    found: dict[UserId, list[ConfirmedDay]] = defaultdict(list)
    for one in days:
        for repository, parts in one.parts.items():
            booked = [_booked(one, key, said, usual) for key in parts]
            known = [each for each in booked if each is not None]
            if len(known) < len(parts):
                continue
            shown = sum((one.coding[key].seen for key in parts), ZERO)
            hours = sum((each for each, _ in known), ZERO)
            weight = min(each for _, each in known)
            found[one.user_id].append(
                ConfirmedDay(one.on, repository, shown, hours, round(shown / one.whole, 2), weight)
            )
    return Confirmed(dict(found), usual)


@dataclass(frozen=True)
class _Day:
    user_id: UserId
    on: date
    coding: Mapping[str, Coding]
    """By the activity's key."""
    whole: timedelta
    """All that Git shows of the day."""
    by_hand: Mapping[ProjectId, timedelta]
    """What the person logged themselves, entries that a meeting stands for left out."""

    @cached_property
    def parts(self) -> Mapping[str, Sequence[str]]:
        """The keys of each repository's parts, mostly one."""
        found: dict[str, list[str]] = defaultdict(list)
        for key, detail in self.coding.items():
            found[detail.repository].append(key)
        return dict(found)

    def certain(self, key: str) -> ProjectId | None:
        """The project that a part of a repository's day was set apart for."""
        detail = self.coding[key]
        is_part = len(self.parts[detail.repository]) > 1
        return ProjectId(int(detail.strand)) if is_part and detail.strand else None

    def others(self, key: str) -> frozenset[ProjectId]:
        """The projects that other parts of the same repository's day were set apart for."""
        beside = self.parts[self.coding[key].repository]
        return frozenset(found for other in beside if other != key and (found := self.certain(other)))


def _days(seen: Mapping[PersonDay, Sequence[Activity]], entries: Iterable[TimeEntry]) -> list[_Day]:
    own: dict[PersonDay, list[TimeEntry]] = defaultdict(list)
    for entry in entries:
        if not (entry.is_ours or entry.is_running):
            own[entry.user_id, entry.spent_date].append(entry)
    found = []
    for (user_id, on), activities in sorted(seen.items()):
        coding = {
            one.key: one.detail for one in activities if isinstance(one.detail, Coding) and one.detail.seen
        }
        titles = [one.title for one in activities if one.kind == "meeting"]
        by_hand: dict[ProjectId, timedelta] = defaultdict(timedelta)
        for entry in own[user_id, on]:
            if not any(similarity(title, entry.notes) >= NOTES_AGREE for title in titles):
                by_hand[entry.project_id] += timedelta(hours=float(entry.hours))
        whole = sum((detail.seen for detail in coding.values()), ZERO)
        found.append(_Day(user_id, on, coding, whole, dict(by_hand)))
    return found


def _usual_projects(days: Iterable[_Day], said: Mapping[str, Said]) -> dict[tuple[UserId, str], ProjectId]:
    """The project that goes with each person's repository."""
    hours: dict[tuple[UserId, str], Counter[ProjectId]] = defaultdict(Counter)
    for one in days:
        for key, detail in one.coding.items():
            tally = hours[one.user_id, detail.repository]
            word, certain, others = said.get(key), one.certain(key), one.others(key)
            if word is not None:
                tally[word.project_id] += round(word.hours / timedelta(seconds=1))
                continue
            for project_id, booked in one.by_hand.items():
                if project_id == certain or (certain is None and project_id not in others):
                    tally[project_id] += round(booked * (detail.seen / one.whole) / timedelta(seconds=1))
    found = {}
    for of, tally in hours.items():
        for project_id, most in tally.most_common(1):
            if most >= _USUAL_SHARE * tally.total() > 0:
                found[of] = project_id
    return found


def _booked(
    day: _Day, key: str, said: Mapping[str, Said], usual: Mapping[tuple[UserId, str], ProjectId]
) -> tuple[timedelta, float] | None:
    """The hours of one repository's day, or part of it, and what they weigh; what one project has is shared by all that
    goes with it."""
    word = said.get(key)
    if word is not None:
        # A part of it may have been logged by hand before.
        return word.hours + day.by_hand.get(word.project_id, ZERO), word.weight

    def goes_with(other: str) -> ProjectId | None:
        return day.certain(other) or usual.get((day.user_id, day.coding[other].repository))

    project_id = goes_with(key)
    if project_id is None or project_id not in day.by_hand:
        return None
    together = [
        detail.seen
        for other, detail in day.coding.items()
        if other not in said and goes_with(other) == project_id
    ]
    return day.by_hand[project_id] * (day.coding[key].seen / sum(together, ZERO)), 1.0
