"""Which time a meeting gets when it is known when somebody was in its call. Pure.

Being there beats the schedule, but a call is no time clock: who waits for the others is not in the meeting yet, and a
line left open over night is no work. What cannot be told from the call becomes a question, never nothing.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

from gleaner.capture.observed import Presence
from gleaner.core.phrases import joined, phrase
from gleaner.core.time import Span, local_date, merged, total

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
    plan = phrase("planned {time}", time=_clock(planned, zone))
    if not presence.was_held:
        said = phrase("no call of it is known; {plan} counts", plan=plan)
        return Attended((planned,), said, is_present=False)
    limit = _limit(planned, presence.room_until)
    stays = [one for one in _joined(presence.sessions) if one.end > planned.start and one.start < limit]
    goes_on = bool(stays) and stays[-1].end > limit
    is_cut = goes_on and presence.room_until is not None and limit == max(planned.end, presence.room_until)
    is_open = presence.is_in_call and bool(stays) and stays[-1].end == _last(presence) and not is_cut
    late = goes_on and not is_cut
    counted = [_counted(one, planned, limit, ends_as_planned=late or is_open) for one in stays]
    spans = tuple(one for one in counted if one is not None)
    if total(spans) < min(LEAST, planned.duration / 2):
        hardly = joined("; ", (_hardly(stays, zone), plan))
        return Attended((planned,), hardly, is_present=False, is_doubted=True)
    told = [phrase("you were in the call {times}", times=_all(stays, zone)), plan]
    if is_open:
        told.append(phrase("you had not left at the last look, so the planned end counts for now"))
    elif late:
        told.append(phrase("the line stayed open too long for a meeting, so the planned end counts"))
    elif is_cut:
        end = limit.astimezone(zone).time()
        told.append(phrase("from {time} on the call was for what was planned next", time=end))
    if planned.start - stays[0].start >= timedelta(minutes=1):
        told.append(phrase("the wait before it does not count"))
    if len(spans) > 1:
        told.append(phrase("the {time} in between do not count", time=_between(spans)))
    return Attended(spans, joined("; ", told), is_doubted=is_open or late)


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
        return phrase("the call took place without you, unless you sat with somebody else in it")
    return phrase("you were in the call for a moment only ({times})", times=_all(stays, zone))


def _all(stays: list[Span], zone: ZoneInfo) -> str:
    said = _clock(stays[0], zone)
    for one in stays[1:]:
        said = phrase("{first} and {second}", first=said, second=_clock(one, zone))
    return said


def _clock(span: Span, zone: ZoneInfo) -> str:
    """``10:04–10:52``, with the day where the end is on another."""
    start, end = span.start.astimezone(zone), span.end.astimezone(zone)
    other = "" if local_date(start, zone) == local_date(end, zone) else f"{end:%a} "
    return f"{start:%H:%M}–{other}{end:%H:%M}"
