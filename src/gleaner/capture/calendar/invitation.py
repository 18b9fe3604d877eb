"""Who was invited, and what they said. The same for every kind of calendar."""

from __future__ import annotations

from collections.abc import Collection, Iterable
from dataclasses import dataclass

from gleaner.capture.observed import Participation

MOST_GUESTS = 500
NOBODY = (
    "@resource.calendar.google.com",
    "@group.calendar.google.com",
    "@group.v.calendar.google.com",
    "unknownorganizer@calendar.google.com",
)
"""Ends of addresses behind which is a room or a calendar, no person."""
_BEST: tuple[Participation, ...] = ("accepted", "declined", "tentative", "needs-action")
"""Which answer counts when more than one of a person's addresses was invited."""


@dataclass(frozen=True)
class Guest:
    """One who was invited."""

    address: str
    """Lower case; empty when there is none."""
    answer: Participation = "needs-action"
    is_room: bool = False


def participation(guests: Iterable[Guest], organizer: str, owner: Collection[str]) -> Participation:
    """The owner's answer, whichever of their addresses was invited.

    >>> participation([Guest("ana@lark.example", "declined")], "bob@lark.example", {"ana@lark.example"})
    'declined'
    """
    answers = {guest.answer for guest in guests if guest.address in owner}
    best = next((answer for answer in _BEST if answer in answers), None)
    if organizer in owner:
        # Some servers never ask the organizer; but one who said no or maybe meant it.
        return best if best in ("declined", "tentative") else "organizer"
    return best or "unknown"


def taking_part(guests: Iterable[Guest], organizer: str, owner: Collection[str]) -> tuple[str, ...]:
    """Everybody who takes part but the owner: no rooms, nobody who declined; the organizer does."""
    invited = list(guests)[:MOST_GUESTS]
    coming = {guest.address for guest in invited if not guest.is_room and guest.answer != "declined"}
    if organizer not in {guest.address for guest in invited}:
        coming.add(organizer)
    return tuple(
        sorted(address for address in coming if address and address not in owner and is_person(address))
    )


def is_person(address: str) -> bool:
    """False for rooms and calendars."""
    return not address.endswith(NOBODY)
