"""Which days are approved or locked, and for whom.  The API only shows the outcome (api.md §15.5)."""

from collections import defaultdict
from dataclasses import dataclass

from gleaner_sandbox.rules.locks import within
from gleaner_sandbox.tables import Row


@dataclass(frozen=True)
class DayState:
    """What holds for one person on one day."""

    approved: bool = False
    locked: bool = False
    blocks_admins: bool = False


OPEN = DayState()


class Periods:
    """The approved and locked periods of one company."""

    def __init__(self, company: Row) -> None:
        self._of: dict[int | None, list[tuple[str, Row]]] = defaultdict(list)
        for kind in ("approved", "locked"):
            for period in company[f"{kind}_periods"]:
                self._of[period["user_id"]].append((kind, period))

    def on(self, user_id: int, day: str) -> DayState:
        """What holds for the person on *day*."""
        if not self._of:
            return OPEN
        found = [
            (kind, period)
            for kind, period in (*self._of.get(user_id, ()), *self._of.get(None, ()))
            if within(day, period["from"], period["to"])
        ]
        if not found:
            return OPEN
        kinds = {kind for kind, _ in found}
        return DayState("approved" in kinds, "locked" in kinds, any(p["blocks_admins"] for _, p in found))
