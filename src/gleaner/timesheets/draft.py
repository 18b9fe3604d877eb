"""The draft of one person's day: proposals that never claim more than was seen, nor more than the day holds."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date, datetime, time, timedelta

from gleaner.core.actions import CreateTimeEntry
from gleaner.core.activities import Coding, Meeting
from gleaner.core.catalog import AccountId, Company, EntryId, Person
from gleaner.core.entries import TimeEntry
from gleaner.core.phrases import phrase
from gleaner.core.proposals import Alternative, Evidence, Proposal, Sighting, reference
from gleaner.core.time import ZERO, Span, decimal_hours, whole_minutes
from gleaner.matching.match import Match
from gleaner.timesheets.held import Held
from gleaner.timesheets.notes import Template, notes
from gleaner.timesheets.reconcile import Explained, logged_time, reconcile
from gleaner.timesheets.timeline import Line, lay

ORDINARY_DAY = timedelta(hours=8)
"""What a day without expected hours (a weekend, a holiday) may hold of coding."""
SLACK = timedelta(minutes=30)
"""A day may run over by this before what is proposed becomes a question."""
SHORTEST = timedelta(minutes=6)
"""Shorter coding is not worth anybody's attention."""


@dataclass(frozen=True)
class Day:
    """All that is known of one person's day before drafting."""

    account_id: AccountId
    company: Company
    person: Person
    on: date
    entries: tuple[TimeEntry, ...]
    """What Harvest holds for the day."""
    taken: tuple[Span, ...] = ()
    """Time that belongs to the day before: what began then and went past midnight."""
    templates: tuple[Template, ...] = ()
    """What entries' notes say, where somebody wants that otherwise."""
    known: Mapping[EntryId, Held] = field(default_factory=dict)
    """What entries that Gleaner wrote were for."""


@dataclass(frozen=True)
class Draft:
    """What to propose for a day, and what needs no proposal."""

    proposals: tuple[Proposal, ...]
    explained: tuple[Explained, ...]

    @property
    def written(self) -> frozenset[str]:
        """Keys of proposals whose entry is in Harvest by our key, recorded or not."""
        return frozenset(proposal_key(one.line) for one in self.explained if one.is_own)


def draft(day: Day, matches: Iterable[Match]) -> Draft:
    """Proposals for *day* from the matches of its activities. The same input always gives the same draft."""
    lines = lay(matches, day.taken)
    references = {line.activity.key: reference(day.account_id, proposal_key(line)) for line in lines}
    rest = reconcile(lines, day.entries, references, day.person.zone, day.known)
    fitting = _fit(day, rest.open)
    return Draft(tuple(_proposal(day, line) for line in fitting), rest.explained)


def limit(day: Day) -> timedelta:
    """What the day may hold before coding is cut."""
    return max(day.person.capacity_on(day.on), ZERO) or ORDINARY_DAY


def proposal_key(line: Line) -> str:
    """The stable key of the entry for an activity."""
    return f"entry:{line.activity.key}"


def _fit(day: Day, lines: Sequence[Line]) -> list[Line]:
    """Keep the day within what it holds: coding is cut, meetings become a question."""
    most = limit(day)
    meetings = [line for line in lines if line.activity.kind == "meeting"]
    used = logged_time(day.entries) + sum((line.worked for line in meetings), ZERO)
    is_too_full = bool(day.entries) and used > most + SLACK
    free = max(ZERO, most - used)
    fitting = []
    for line in lines:
        if line.activity.kind == "meeting":
            fitting.append(_asked(line, used) if is_too_full and not line.doubt else line)
            continue
        worked = whole_minutes(min(line.worked, free))
        free -= worked
        if worked >= SHORTEST:
            fitting.append(replace(line, worked=worked))
    return fitting


def _asked(line: Line, used: timedelta) -> Line:
    return replace(
        line,
        doubt=phrase("with it the day would come to {hours}; it may be part of what is logged", hours=used),
    )


def _proposal(day: Day, line: Line) -> Proposal:
    match, activity = line.match, line.activity
    detail = activity.detail
    is_unsure = match.level == "unsure" or match.slot is None
    coding = detail if isinstance(detail, Coding) else None
    key = proposal_key(line)
    action = _action(day, line, key)
    return Proposal(
        key=key,
        action=action,
        user_id=day.person.id,
        on=day.on,
        reason=_reason(line),
        rule=activity.kind,
        title=activity.title,
        level="unsure" if is_unsure else match.level,
        confidence=match.confidence,
        evidence=(*match.evidence, *_attendance(line)),
        alternatives=_alternatives(line),
        low=min(coding.low, line.worked) if coding else None,
        high=max(coding.high, line.worked) if coding else None,
        must_ask=bool(line.doubt),
        fingerprint=activity.fingerprint,
        activity_key=activity.key,
        ground=match.ground,
        seen=Sighting(
            activity.source, activity.span, activity.observed, activity.text, action.notes, action.hours
        ),
    )


def _action(day: Day, line: Line, key: str) -> CreateTimeEntry:
    match = line.match
    # Unsure never has a preselected project: people accept what stands there.
    slot = match.slot if match.level != "unsure" else None
    start, end = _times(day, line)
    return CreateTimeEntry(
        user_id=day.person.id,
        spent_date=day.on,
        hours=decimal_hours(line.worked),
        project_id=slot.project.id if slot else None,
        task_id=slot.task.id if slot else None,
        notes=notes(line.activity, slot, day.templates),
        reference=reference(day.account_id, key),
        started_time=start,
        ended_time=end,
        permalink=line.activity.url if line.activity.url.startswith("https://") else "",
    )


def _times(day: Day, line: Line) -> tuple[time | None, time | None]:
    """Start and end on the wall for accounts that want them: the first stretch that holds the whole time.

    None where no free stretch is long enough; Harvest then takes the hours alone.
    """
    if not day.company.wants_timestamp_timers:
        return None, None
    for span in line.spans:
        if span.duration >= line.worked:
            start = span.start.astimezone(day.person.zone)
            # Real time passes, then the wall is read: across a DST change the two differ.
            end = (span.start + line.worked).astimezone(day.person.zone)
            return _minute(start), _minute(end)
    return None, None


def _minute(moment: datetime) -> time:
    return moment.time().replace(second=0, microsecond=0)


def _reason(line: Line) -> str:
    said = line.match.reason
    if isinstance(line.activity.detail, Coding):
        said = phrase("{first:begun}. {second}", first=_open(line.activity.detail.explanation), second=said)
    elif (known := line.activity.detail.attendance) and known != line.doubt:
        said = phrase("{first:begun}. {second}", first=known, second=said)
    if line.doubt:
        said = phrase("{said}. To check: {doubt}", said=said, doubt=line.doubt)
    return said if said.endswith(".") else phrase("{said}.", said=said)


def _open(sentence: str) -> str:
    """*sentence* without its full stop."""
    return sentence.rstrip(".") if sentence.endswith(".") else sentence


def _attendance(line: Line) -> tuple[Evidence, ...]:
    """What is known of the person in the meeting's call. It says when, not what for: it weighs nothing."""
    detail = line.activity.detail
    known = detail.attendance if isinstance(detail, Meeting) else ""
    return (Evidence(known, 0.0),) if known else ()


def _alternatives(line: Line) -> tuple[Alternative, ...]:
    """The match's own second guesses, then what the rivals for the same time would have been."""
    found = list(line.match.alternatives)
    for rival in line.rivals:
        if rival.slot is not None and rival.level != "unsure":
            slot = rival.slot
            label = f'{slot} ("{rival.activity.title}")'
            found.append(Alternative(slot.project.id, slot.task.id, label, rival.confidence))
    return tuple(found)
