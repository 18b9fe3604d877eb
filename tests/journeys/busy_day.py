"""A Tuesday with everything on it: sure, likely and unsure proposals, coding with a range, entries by hand."""

from __future__ import annotations

from tests.journeys.world import ANA, TUESDAY, World, meeting

SURE, UNSURE, MARKUP = "APL detail review", "Sync with Bo", "<b onclick=alert(1)>Quarterly</b> numbers"


def busy(world: World) -> World:
    """Ana's; nothing is logged unasked."""
    world.lines = [line.replace('meetings = "post"', 'meetings = "suggest"') for line in world.lines]
    world._write()
    world.calendar(
        ANA,
        meeting("09:00-09:30", SURE),
        meeting("11:00-11:30", "APL stand-up"),
        meeting("13:30-14:00", UNSURE),
        meeting("16:00-16:30", MARKUP),
    )
    world.repository("portal", "09:40", "10:10", "10:45", "14:20", "15:10")
    world.by_hand(1.5, "website", "programming", "Landing page")
    world.fine("run", "--on", TUESDAY)
    return world
