"""What a sync did, in numbers and in words. Pure."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Literal, TypeAlias

from gleaner.adapters.harvest.encoding import Raw
from gleaner.core.activities import Problem

Way: TypeAlias = Literal["team", "personal"]
"""``team``: an administrator's token, which sees everybody. ``personal``: anyone else's, which sees its owner."""

# Said of an object beside its name: what tells a person which one is meant.
_NOT_SAID = frozenset({"id", "updated_at", "created_at"})
_LONGEST = 60


@dataclass(frozen=True)
class Counts:
    """What a sync did to one resource."""

    added: int = 0
    changed: int = 0
    removed: int = 0
    unchanged: int = 0

    def __add__(self, other: Counts) -> Counts:
        return Counts(
            self.added + other.added,
            self.changed + other.changed,
            self.removed + other.removed,
            self.unchanged + other.unchanged,
        )


@dataclass(frozen=True)
class Change:
    """One object that is not as it was."""

    resource: str
    kind: Literal["added", "changed", "removed"]
    id: int
    text: str
    """Which one it is and, if changed, what about it. Untrusted text."""


@dataclass(frozen=True)
class SyncReport:
    way: Way
    as_of: datetime
    """When the sync began, by our clock: what it read is right as of this moment."""
    counts: Mapping[str, Counts]
    """By resource."""
    problems: tuple[Problem, ...] = ()
    requests: int = 0
    """Requests the client sent meanwhile."""
    changes: tuple[Change, ...] = ()
    """The first changes of each list; none of a list that was read for the first time. Counts have them all."""
    freshness: Mapping[str, datetime] = field(default_factory=dict)
    """Until when the copy of each list is right: earlier than ``as_of`` for those whose turn it was not."""

    @property
    def total(self) -> Counts:
        return sum(self.counts.values(), Counts())


def change(resource: str, number: int, before: Raw | None, after: Raw | None) -> Change:
    """What happened to one object, of which *before* was held and *after* is there now.

    >>> old, new = {"id": 7, "name": "Portal", "hourly_rate": 90}, {"id": 7, "name": "Portal", "hourly_rate": 100}
    >>> change("projects", 7, old, new).text
    'Portal: hourly_rate 90 → 100'
    >>> change("projects", 7, old, None)
    Change(resource='projects', kind='removed', id=7, text='Portal')
    """
    if before is not None and after is not None:
        said = f"{label(before)}: {_differences(before, after)}"
        return Change(resource, "changed", number, said)
    if after is not None:
        return Change(resource, "added", number, label(after))
    return Change(resource, "removed", number, label(before or {}))


def label(raw: Raw) -> str:
    """What a person would call the object: its name or number, or whose it is and when.

    >>> label({"first_name": "Ana", "last_name": "Doe"}), label({"number": "1042", "client": {"name": "Acme"}})
    ('Ana Doe', '1042 Acme')
    >>> label({"spent_date": "2026-03-02", "hours": 1.5, "user": {"name": "Ana"}, "project": {"name": "Portal"}})
    '2026-03-02 Ana Portal 1.5 h'
    """
    parts = [
        raw.get("name"),
        raw.get("first_name"),
        raw.get("last_name"),
        raw.get("number"),
        raw.get("spent_date"),
    ]
    parts += (
        [_name(raw.get(key)) for key in ("user", "client", "project", "task")] if not raw.get("name") else []
    )
    if raw.get("hours") is not None:
        parts.append(f"{raw['hours']} h")
    if raw.get("total_cost") is not None:
        parts.append(raw["total_cost"])
    said = " ".join(str(part) for part in parts if part)
    return said or str(raw.get("id", ""))


def _name(ref: object) -> object:
    return ref.get("name") if isinstance(ref, dict) else None


def _differences(before: Raw, after: Raw) -> str:
    keys = [key for key in {**before, **after} if key not in _NOT_SAID and before.get(key) != after.get(key)]
    return (
        ", ".join(f"{key} {_short(before.get(key))} → {_short(after.get(key))}" for key in keys) or "touched"
    )


def _short(value: object) -> str:
    if isinstance(value, dict):
        value = _name(value) or value.get("number") or value.get("id") or "…"
    if isinstance(value, list):
        return f"{len(value)} of them"
    text = "nothing" if value in (None, "") else str(value)
    return text if len(text) <= _LONGEST else f"{text[:_LONGEST]}…"
