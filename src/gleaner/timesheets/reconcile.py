"""What Harvest already holds wins: an activity that somebody logged by hand is recognised and not proposed again.

An entry and an activity are the same work when, in this order: the entry carries our key · their times overlap ·
the notes say what the title says · project, task and length agree. What is left of a long entry without notes also
covers coding on its project, and meetings under its task; where it only may cover a meeting, the person is asked.
One entry covers no more hours than it has.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from decimal import Decimal
from zoneinfo import ZoneInfo

from gleaner.core.catalog import EntryId
from gleaner.core.entries import TimeEntry
from gleaner.core.phrases import phrase
from gleaner.core.time import ZERO, Span, spoken
from gleaner.matching.words import similarity, telling
from gleaner.timesheets.held import Held, Pools, pools
from gleaner.timesheets.timeline import Line

NOTES_AGREE = 0.6
_NEAR = timedelta(minutes=16)
"""People round to a quarter of an hour."""
_LEAST = timedelta(minutes=6)
"""Less than this left over is rounding, not work that was forgotten."""


@dataclass(frozen=True)
class Explained:
    """An activity that needs no proposal, and why."""

    line: Line
    entry: TimeEntry
    sentence: str
    is_own: bool = False
    """The entry is what Gleaner wrote for this very activity."""


@dataclass(frozen=True)
class Reconciled:
    """What is left to propose, and what Harvest already has."""

    open: tuple[Line, ...]
    explained: tuple[Explained, ...]


@dataclass(frozen=True)
class _Pair:
    strength: float
    line: Line
    entry: TimeEntry
    sentence: str


def reconcile(
    lines: Sequence[Line],
    entries: Sequence[TimeEntry],
    references: Mapping[str, str],
    zone: ZoneInfo,
    known: Mapping[EntryId, Held] | None = None,
) -> Reconciled:
    """Take from *lines* what *entries* of the same person and day already say.

    *references* gives our key per activity key; of entries that we wrote, it is *known* what for. Coding that is only
    partly logged stays, with the rest of its time.
    """
    left = {entry.id: _time(entry) for entry in entries}
    unclaimed = dict(
        left
    )  # by work that surely is the entry; a fitting length alone may be the wrong meeting
    of_today = frozenset(references.values())
    pairs = [
        pair
        for line in lines
        for entry in entries
        if (pair := _pair(line, entry, references[line.activity.key], zone, of_today))
    ]
    pairs.sort(key=lambda pair: (-pair.strength, pair.line.activity.key, pair.entry.id))
    done: dict[str, Explained] = {}
    for pair in pairs:
        key = pair.line.activity.key
        if key in done or (left[pair.entry.id] <= ZERO and pair.strength < _SURE_PAIR):
            continue
        done[key] = Explained(pair.line, pair.entry, pair.sentence, pair.strength >= _OWN_KEY)
        left[pair.entry.id] = max(ZERO, left[pair.entry.id] - pair.line.worked)
        if pair.strength >= _SURE_PAIR:
            unclaimed[pair.entry.id] = left[pair.entry.id]
    rest: list[Line] = []
    of_parts = pools(entries, known or {}, {line.activity.key: line.activity.observed for line in lines})
    for line in sorted((line for line in lines if line.activity.key not in done), key=_meetings_first):
        remaining = _absorb(line, entries, left, done, of_today, of_parts)
        if remaining is not None:
            rest.append(_doubted(remaining, entries, unclaimed, of_today))
    rest.sort(key=lambda line: (line.spans[0].start, line.activity.key))
    return Reconciled(tuple(rest), tuple(done.values()))


_OWN_KEY = 9.0
_SURE_PAIR = 3.0
"""From here on the entry is this work, whatever its length."""


def _pair(
    line: Line, entry: TimeEntry, reference: str, zone: ZoneInfo, of_today: frozenset[str]
) -> _Pair | None:
    if entry.external_reference is not None and entry.external_reference.id == reference:
        return _Pair(_OWN_KEY, line, entry, "Gleaner logged it before")
    if _key(entry) in of_today:
        return None  # another activity's, seen today too
    share = _shared_time(line, entry, zone)
    if share >= 0.5:
        return _Pair(5.0 + share, line, entry, f"an entry of {entry.hours} h is there for that time")
    if line.activity.kind != "meeting":
        return None
    alike = similarity(line.activity.title, entry.notes) if entry.notes else 0.0
    near = abs(_time(entry) - line.worked) <= max(_NEAR, line.worked / 2)
    if alike >= NOTES_AGREE and (near or alike == 1.0):
        return _Pair(
            _SURE_PAIR + alike + (0.5 if near else 0.0),
            line,
            entry,
            f'it is logged as "{_short(entry.notes)}"',
        )
    slot = line.match.slot
    if slot is None or (entry.project_id, entry.task_id) != (slot.project.id, slot.task.id):
        return None
    if abs(_time(entry) - line.worked) <= _NEAR and not (telling(entry.notes) and alike == 0.0):
        return _Pair(
            2.0, line, entry, f"an entry of {entry.hours} h on {slot.project.name} / {slot.task.name} fits it"
        )
    return None


def _absorb(
    line: Line,
    entries: Sequence[TimeEntry],
    left: dict[EntryId, timedelta],
    done: dict[str, Explained],
    of_today: frozenset[str],
    of_parts: Pools,
) -> Line | None:
    """*line* less what unspent entries cover that are on its project, or were written for its day as a whole.

    None when nothing worth proposing is left.
    """
    slot = line.match.slot
    remaining = line.worked
    for entry in sorted(entries, key=lambda entry: entry.id):
        if remaining <= ZERO:
            break
        if taken := of_parts.take(entry, line.activity.key, min(left[entry.id], remaining)):
            text = (
                f"the {entry.hours} h logged for more of that day's work there hold its {spoken(line.worked)}"
            )
        elif slot is not None and _may_cover(line, entry, of_today):
            taken = min(left[entry.id], remaining)
            text = f"the {entry.hours} h on {slot.project.name} cover its {spoken(line.worked)}"
        else:
            continue
        if line.activity.kind == "meeting" and taken < remaining:
            continue  # a meeting is in an entry as a whole or not at all
        left[entry.id] -= taken
        remaining -= taken
        if remaining < _LEAST:
            done[line.activity.key] = Explained(line, entry, text)
            return None
    return line if remaining == line.worked else replace(line, worked=remaining)


def _doubted(
    line: Line,
    entries: Sequence[TimeEntry],
    unclaimed: Mapping[EntryId, timedelta],
    of_today: frozenset[str],
) -> Line:
    """*line*, to be asked about when an entry on its project may stand for it or include it."""
    slot = line.match.slot
    if line.activity.kind != "meeting" or line.doubt or slot is None:
        return line
    for entry in entries:
        if (
            entry.project_id == slot.project.id
            and _key(entry) not in of_today
            and unclaimed[entry.id] >= line.worked / 2
        ):
            return replace(line, doubt=_may_include(entry, slot.project.name))
    return line


def _may_include(entry: TimeEntry, project: str) -> str:
    return phrase("the {hours} h logged on {project} may include it", hours=entry.hours, project=project)


def _may_cover(line: Line, entry: TimeEntry, of_today: frozenset[str]) -> bool:
    """Whether *entry* can be the larger block that this activity was part of."""
    slot = line.match.slot
    if slot is None or entry.project_id != slot.project.id or _key(entry) in of_today:
        return False
    if line.activity.kind == "coding":
        return True
    return entry.task_id == slot.task.id and not telling(entry.notes) and entry.hours >= Decimal(1)


def _key(entry: TimeEntry) -> str:
    """Our key on *entry*, or nothing. An entry of ours whose activity is not seen today counts like a person's
    own: the event may have come back under another identity."""
    return entry.external_reference.id if entry.external_reference is not None and entry.is_ours else ""


def _meetings_first(line: Line) -> tuple[bool, str]:
    return line.activity.kind != "meeting", line.activity.key


def _shared_time(line: Line, entry: TimeEntry, zone: ZoneInfo) -> float:
    """Share of the shorter of the two that both cover, 0 to 1; 0 for entries without times."""
    if entry.started_time is None or (entry.ended_time is None and not entry.is_running):
        return 0.0
    start = datetime.combine(entry.spent_date, entry.started_time, tzinfo=zone)
    if entry.ended_time is None:
        end = start + _time(entry)  # a timer that runs covers what it has counted so far
    else:
        end = datetime.combine(entry.spent_date, entry.ended_time, tzinfo=zone)
    if end <= start:
        end += timedelta(days=1)
    logged = Span(start, end)
    shared = sum((span.overlap(logged) for span in line.spans), ZERO)
    shorter = min(logged.duration, line.worked)
    return shared / shorter if shorter else 0.0


def _time(entry: TimeEntry) -> timedelta:
    return timedelta(hours=float(entry.hours))


def _short(text: str) -> str:
    line = " ".join(text.split())
    return line if len(line) <= 60 else f"{line[:57]}…"


def logged_time(entries: Sequence[TimeEntry]) -> timedelta:
    """All hours of *entries*."""
    return sum((_time(entry) for entry in entries), ZERO)
