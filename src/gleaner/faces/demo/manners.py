"""How willing the simulated people are: whether they look by themselves, and what becomes of a message to them.

Invented figures, printed with the report: nobody knows how your people are. The draws of one person and day are the
same with reminders and without, so that the two months differ by the messages alone.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from typing import Literal

Take = Literal["at once", "next morning", "not at all"]


@dataclass(frozen=True)
class Manners:
    """Shares from 0 to 1."""

    looks: float = 0.4
    """Of evenings on which somebody looks unasked at what waits for them."""
    answers: float = 0.6
    """Of messages that are answered at once."""
    answers_later: float = 0.2
    """Of messages that are answered the next morning; the rest is ignored."""
    fills: float = 0.7
    """Of answered messages after which the person also logs by hand what nobody saw."""

    def lines(self) -> Iterator[str]:
        """As the report says it."""
        ignored = 1 - self.answers - self.answers_later
        yield f"On {self.looks:.0%} of evenings somebody looks unasked at what waits for them, and answers all of it."
        yield (
            f"Of messages, {self.answers:.0%} are answered at once, {self.answers_later:.0%} the next morning,"
            f" {ignored:.0%} not at all."
        )
        yield f"In {self.fills:.0%} of those answers the person also logs by hand what nobody saw of that day."


@dataclass(frozen=True)
class Draws:
    """What one agency's people do, drawn once for each person and day."""

    manners: Manners
    seed: int

    def looks(self, user_id: int, day: date) -> bool:
        """Whether they look that evening without being asked."""
        return self._draw("looks", user_id, day) < self.manners.looks

    def takes(self, user_id: int, day: date) -> Take:
        """What becomes of a message about that day."""
        draw = self._draw("takes", user_id, day)
        if draw < self.manners.answers:
            return "at once"
        return "next morning" if draw < self.manners.answers + self.manners.answers_later else "not at all"

    def fills(self, user_id: int, day: date) -> bool:
        """Whether they also log what no proposal is there for."""
        return self._draw("fills", user_id, day) < self.manners.fills

    def _draw(self, what: str, user_id: int, day: date) -> float:
        digest = hashlib.sha256(f"{self.seed}/{what}/{user_id}/{day}".encode()).digest()
        return int.from_bytes(digest[:8], "big") / 2**64
