"""Who really went to which meeting and how long it took, and what got corrected in the calendar afterwards."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from random import Random
from typing import Literal

from .absences import Absences
from .agenda import overlap
from .events import Event, Occasion, PartStat, answered, revised
from .people import Person
from .period import aware, local_day
from .streams import chance, stream, wobble

Outcome = Literal["attended", "declined", "cancelled", "no show", "off", "skipped", "double-booked"]
"""*no show*: it stood in the calendar and did not happen.  *skipped*: it took place without this person.
*double-booked*: this person was in another meeting at that time."""


@dataclass(frozen=True)
class Attendance:
    """What one calendar instance was for one person."""

    uid: str
    original_start: int | None
    email: str
    outcome: Outcome
    occasion: Occasion
    start: int
    """When it really began and ended for this person; what the calendar says if it was not attended."""
    end: int


def attendances(
    seed: int, occasions: Sequence[Occasion], team: Sequence[Person], away: Absences
) -> list[Attendance]:
    """One for every instance and invited person of the agency, ordered by person and start.

    Also settles what the calendars say about it: declined instances get their answers, and some of what went
    otherwise than planned is put right in the calendar afterwards.
    """
    ordered = sorted(occasions, key=lambda o: (o.start, o.uid))
    real = {id(o): _reality(o, stream(seed, "reality", o.uid, o.original_start)) for o in ordered}
    found = []
    for person in team:
        if person.user_id is None:
            continue
        invited = [o for o in ordered if person.email in o.guests]
        rng = stream(seed, "attendance", person.email)
        outcomes = [(o, _first_outcome(o, person, away, rng)) for o in invited]
        found += _one_at_a_time(person, _missed(outcomes, real), real, rng)
    _correct_afterwards(seed, found)
    return found


def _reality(occasion: Occasion, rng: Random) -> tuple[int, int] | None:
    """When it really took place; None for the one or two in a hundred that did not."""
    if occasion.is_cancelled or chance(rng, 0.014):
        return None
    start = occasion.start + wobble(rng, 1.5, 6)
    end = occasion.end + wobble(rng, 3.0, 9)
    event = occasion.event or occasion.series
    length = occasion.end - occasion.start
    if event is not None and event.form == "none":
        return start, start + rng.randint(12, 40)
    roll = rng.random()
    if roll < 0.07:
        end += rng.randint(5, 20)
    elif roll < 0.13 and length >= 45:
        end -= rng.randint(10, length // 3)
    return start, max(end, start + 8)


def _first_outcome(occasion: Occasion, person: Person, away: Absences, rng: Random) -> Outcome:
    """What came of the invitation, other meetings left aside."""
    if occasion.is_cancelled:
        return "cancelled"
    presence = away.presence(person, local_day(occasion.start, person.zone))
    noon = 13 * 60
    if presence == "off" or (presence == "half" and _minute_of_day(occasion.start, person) >= noon - 30):
        _answer_when_away(occasion, person, rng)
        return "off"
    said = _decide(occasion, person, rng)
    if said == "DECLINED":
        return "declined"
    likelihood = {"ACCEPTED": 0.995, "TENTATIVE": 0.5, "NEEDS-ACTION": 0.6}[said]
    return "attended" if chance(rng, likelihood) else "skipped"


def _minute_of_day(at: int, person: Person) -> int:
    clock = aware(at, person.zone)
    return clock.hour * 60 + clock.minute


def _decide(occasion: Occasion, person: Person, rng: Random) -> PartStat:
    """The answer in force when the meeting begins; a few instances of series are declined one by one."""
    if occasion.project is None:
        return "ACCEPTED"
    event = occasion.event or occasion.series
    assert event is not None
    # Whoever calls at short notice answers afterwards, if at all; the answers of a day later tell who took part.
    said = event.partstat(person.email, occasion.start + 1440)
    if occasion.series is not None and event.organizer != person.email and chance(rng, 0.03):
        said = "DECLINED" if chance(rng, 0.7) else "TENTATIVE"
        _say(occasion, person, said, occasion.start - rng.randint(30, 20 * 60))
    return said


def _answer_when_away(occasion: Occasion, person: Person, rng: Random) -> None:
    """Most people decline what falls into their vacation; the others leave it accepted."""
    event = occasion.event or occasion.series
    if event is not None and event.organizer != person.email and chance(rng, 0.6):
        _say(occasion, person, "DECLINED", occasion.start - rng.randint(60, 3000))


def _say(occasion: Occasion, person: Person, said: PartStat, at: int) -> None:
    event = occasion.changed(at)
    at = max(at, event.revisions[0].at, *(a.at for a in event.answers if a.email == person.email), 0)
    occasion.event = answered(event, at, person.email, said)


def _missed(
    outcomes: Iterable[tuple[Occasion, Outcome]], real: dict[int, tuple[int, int] | None]
) -> list[tuple[Occasion, Outcome]]:
    """The *outcomes*, with those meetings that never took place marked so."""
    return [
        (o, "no show" if outcome == "attended" and real[id(o)] is None else outcome)
        for o, outcome in outcomes
    ]


def _one_at_a_time(
    person: Person,
    outcomes: Iterable[tuple[Occasion, Outcome]],
    real: dict[int, tuple[int, int] | None],
    rng: Random,
) -> list[Attendance]:
    """Attendances in order of their real start; of two that overlap much, only the more important one is attended."""
    found: list[Attendance] = []
    for occasion, outcome in sorted(outcomes, key=lambda pair: (real[id(pair[0])] or (pair[0].start,))[0]):
        start, end = real[id(occasion)] or (occasion.start, occasion.end)
        if outcome != "attended":
            start, end = occasion.start, occasion.end
        new = Attendance(occasion.uid, occasion.original_start, person.email, outcome, occasion, start, end)
        rival = next((old for old in reversed(found) if old.outcome == "attended"), None)
        if outcome == "attended" and rival is not None and rival.end > start:
            _settle(found, rival, new, rng)
        else:
            found.append(new)
    return found


def _settle(found: list[Attendance], rival: Attendance, new: Attendance, rng: Random) -> None:
    """Appends *new* to *found*, which holds *rival* at the same time: cut one short, or miss one."""
    shared = overlap((rival.start, rival.end), (new.start, new.end))
    if shared <= 12 and new.end - rival.end >= 8:
        # The earlier one ran over; the person came late to the next.
        found.append(replace(new, start=rival.end))
        return
    wins = _importance(new.occasion) > _importance(rival.occasion)
    if _importance(new.occasion) == _importance(rival.occasion):
        wins = chance(rng, 0.5)
    loser = rival if wins else new
    missed = replace(loser, outcome="double-booked", start=loser.occasion.start, end=loser.occasion.end)
    position = next(n for n in reversed(range(len(found))) if found[n] is rival)
    if wins:
        found[position] = missed
        before = next((old for old in reversed(found[:position]) if old.outcome == "attended"), None)
        found.append(new if before is None or before.end <= new.start else replace(new, start=before.end))
    else:
        found.append(missed)


def _importance(occasion: Occasion) -> int:
    return 2 if occasion.project is None else int(occasion.with_client)


def _correct_afterwards(seed: int, found: Sequence[Attendance]) -> None:
    """After the fact: some meetings that failed are cancelled, some that ended early are shortened in the calendar."""
    done: set[int] = set()
    for attendance in found:
        occasion = attendance.occasion
        if id(occasion) in done or occasion.project is None:
            continue
        done.add(id(occasion))
        rng = stream(seed, "afterwards", occasion.uid, occasion.original_start)
        later = occasion.end + rng.randint(20, 20 * 60)
        if attendance.outcome == "no show" and chance(rng, 0.5):
            occasion.event = revised(occasion.changed(later), later, status="CANCELLED")
        elif _is_early(attendance) and chance(rng, 0.4):
            end = attendance.end - attendance.end % 5
            occasion.event = revised(occasion.changed(later), later, end=end)


def _is_early(attendance: Attendance) -> bool:
    """Whether the meeting ended so early that somebody may shorten it in the calendar."""
    occasion = attendance.occasion
    holder: Event | None = occasion.event or occasion.series
    has_end = holder is not None and holder.form != "none"
    return has_end and attendance.outcome == "attended" and occasion.end - attendance.end >= 10
