"""Two entries with one key: how they come to be, and which of them stays.

A process that is taken for dead may still have a POST on its way, or wake between its last look at the claim and the
sending. Whoever took its work over has looked, found nothing, and written too. Neither can be kept from it, as Harvest
knows no keys; but both can look again afterwards, and the later entry is removed by the process that made it.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from gleaner.core.entries import TimeEntry
from gleaner.core.errors import ConfigError, Refused, Unavailable
from gleaner.review.journal import Line

if TYPE_CHECKING:
    from gleaner.core.catalog import EntryId
    from gleaner.review.door import Door
    from gleaner.review.inbox import Item


def give_way(door: Door, item: Item, made: TimeEntry) -> None:
    """Remove *made*, ours, where the process that took us for dead has recorded another entry."""
    now = door.inbox.get(item.proposal.key)
    if now is not None and now.entry_id not in (None, made.id):
        _remove(door, item, made, now.entry_id)


def older(door: Door, item: Item, made: TimeEntry, found: TimeEntry | None) -> TimeEntry | None:
    """*found* where it is older than *made*, which is removed then: the dead process's POST arrived after our look."""
    if found is None or found.id >= made.id:
        return None
    _remove(door, item, made, found.id)
    return found


def _remove(door: Door, item: Item, made: TimeEntry, other: EntryId | None) -> None:
    said = f"entry {made.id} was written although another process had written entry {other} for the same"
    try:
        door.entries.delete(made.id)
        text = f"{said}; it was removed again"
    except (Refused, Unavailable, ConfigError) as error:
        text = f"{said}, and could not be removed: {error}. Remove it in Harvest."
    line = Line(
        door.clock.now(), "gleaner", "fault", text, door.run_id, item.proposal.key, item.proposal.user_id, made.id
    )  # fmt: skip
    door.journal.write(line)
