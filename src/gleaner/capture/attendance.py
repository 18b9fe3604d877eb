"""Which time a meeting gets when it is known when somebody was in its call. Pure.

Being there beats the schedule, but a call is no time clock: who waits for the others is not in the meeting yet, and a
line left open over night is no work. What cannot be told from the call becomes a question, never nothing.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

from gleaner.capture.observed import Presence
from gleaner.core.time import Span, local_date, merged, spoken, total

OVERRUN = timedelta(hours=1)
"""Who left later after the planned end forgot the line; the meeting is taken to have ended as planned."""
DROP_OUT = timedelta(minutes=5)
"""Who was back sooner had lost the connection: they were in the meeting all the time."""
LEAST = timedelta(minutes=5)
"""Who was in the call for less (of a short meeting: less than half) only looked in."""


@dataclass(frozen=True)
class Attended:
    """What of a meeting counts for one person."""

    spans: tuple[Span, ...]
    """Disjoint and in order, at least one: the planned time where nothing else is known."""
    text: str
    """What is known and what was planned, as a clause the person can check."""
    is_present: bool = True
    """They were in the call, so nobody has to ask whether they took part."""
    is_doubted: bool = False


def attended(planned: Span, presence: Presence, zone: ZoneInfo) -> Attended:
    """What *presence* makes of the time that was *planned*.

    ::

        in the call, late or not to the end     that time
        gone and back                           without what lies between, unless it was a drop-out
        in the call before the start            from the start on
        longer than planned                     up to an hour more, or until the room's next event
        left hours later, or not yet            until the planned end, as a question
        not in the call, or for a moment        the planned time, as a question
        no call known                           the planned time
    """
    plan = f"planned {_clock(planned, zone)}"
    if not presence.was_held:
        return Attended((planned,), f"no call of it is known; {plan} counts", is_present=False)
    limit = _limit(planned, presence.room_until)
    stays = [one for one in _joined(presence.sessions) if one.end > planned.start and one.start < limit]
    goes_on = bool(stays) and stays[-1].end > limit
    is_cut = goes_on and presence.room_until is not None and limit == max(planned.end, presence.room_until)
    is_open = presence.is_in_call and bool(stays) and stays[-1].end == _last(presence) and not is_cut
    late = goes_on and not is_cut
    counted = [_counted(one, planned, limit, ends_as_planned=late or is_open) for one in stays]
    spans = tuple(one for one in counted if one is not None)
    if total(spans) < min(LEAST, planned.duration / 2):
        return Attended((planned,), f"{_hardly(stays, zone)}; {plan}", is_present=False, is_doubted=True)
    said = f"you were in the call {' and '.join(_clock(one, zone) for one in stays)}; {plan}"
    if is_open:
        said += "; you had not left at the last look, so the planned end counts for now"
    elif late:
        said += "; the line stayed open too long for a meeting, so the planned end counts"
    elif is_cut:
        said += f"; from {limit.astimezone(zone):%H:%M} on the call was for what was planned next"
    if planned.start - stays[0].start >= timedelta(minutes=1):
        said += "; the wait before it does not count"
    if len(spans) > 1:
        said += f"; the {spoken(_between(spans))} in between do not count"
    return Attended(spans, said, is_doubted=is_open or late)


def _last(presence: Presence) -> datetime:
    return max(one.end for one in presence.sessions)


def _limit(planned: Span, room_until: datetime | None) -> datetime:
    latest = planned.end + OVERRUN
    return latest if room_until is None else max(planned.end, min(latest, room_until))


def _joined(sessions: tuple[Span, ...]) -> list[Span]:
    """*sessions* of all devices as one, drop-outs bridged."""
    result: list[Span] = []
    for one in merged(sessions):
        if result and one.start - result[-1].end <= DROP_OUT:
            result[-1] = Span(result[-1].start, one.end)
        else:
            result.append(one)
    return result


def _counted(stay: Span, planned: Span, limit: datetime, *, ends_as_planned: bool) -> Span | None:
    start = max(stay.start, planned.start)
    # Only the last stay can go on beyond the limit; those before it ended within.
    end = min(stay.end, planned.end if ends_as_planned and stay.end > planned.end else limit)
    return Span(start, end) if start < end else None


def _between(spans: tuple[Span, ...]) -> timedelta:
    return Span(spans[0].start, spans[-1].end).duration - total(spans)


def _hardly(stays: list[Span], zone: ZoneInfo) -> str:
    if not stays:
        return "the call took place without you, unless you sat with somebody else in it"
    return f"you were in the call for a moment only ({' and '.join(_clock(one, zone) for one in stays)})"


def _clock(span: Span, zone: ZoneInfo) -> str:
    """``10:04–10:52``, with the day where the end is on another."""
    start, end = span.start.astimezone(zone), span.end.astimezone(zone)
    other = "" if local_date(start, zone) == local_date(end, zone) else f"{end:%a} "
    return f"{start:%H:%M}–{other}{end:%H:%M}"
