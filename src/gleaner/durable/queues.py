"""The queues: what runs beside what, and how fast."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True)
class Queue:
    """Work of one kind. Every account has a partition of its own, so that none waits for another."""

    name: str
    at_once: int
    """In one process."""
    per_account: int
    """In all processes together."""
    starts: tuple[int, float] | None = None
    """At most so many starts of one account in any so many seconds."""
    look_every: float = 1.0
    """Seconds between two looks for work."""


# A write is two requests, a look-up and the write itself. Harvest allows 100 in 15 s; the rest is for reading.
WRITES = Queue("harvest", at_once=40, per_account=5, starts=(49, 15.0), look_every=0.5)
RUNS = Queue("runs", at_once=4, per_account=1)
PEOPLE = Queue("people", at_once=8, per_account=8)

QUEUES = (WRITES, RUNS, PEOPLE)
