"""What became of a request, for whoever counts."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True)
class Exchange:
    """One request that was sent, and what became of it. It holds nothing that was said."""

    method: str
    path: str
    status: int | None
    """None when no answer arrived."""
    seconds: float
    """Until the whole answer was there; of a file that is streamed, until it began."""
