"""What Gleaner would have proposed beside what people logged by hand, counted: per person, per ground, per rung.

Only what was logged can judge: an activity that nobody logged says nothing about the match, and counts for nothing.
"""

from __future__ import annotations

from collections.abc import Callable, Hashable, Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Literal, TypeVar

from gleaner.core.activities import Kind
from gleaner.core.catalog import ProjectId, TaskId, UserId
from gleaner.core.entries import TimeEntry
from gleaner.core.proposals import Level

Verdict = Literal["right", "near", "wrong", "not logged"]
"""``near``: the project is right, the task is another or the hours are off."""
PRECISION = 0.98
"""What may be posted unasked is right at least this often."""

K = TypeVar("K", bound=Hashable)


@dataclass(frozen=True)
class Replayed:
    """One activity as it would have been proposed on its evening, and what its person logged for it."""

    user_id: UserId
    on: date
    title: str
    """Untrusted text."""
    kind: Kind
    ground: str
    """What the match rests on most."""
    level: Level
    confidence: float
    project_id: ProjectId
    """The first choice; for an unsure match only the best of several that would have been offered."""
    task_id: TaskId
    hours: Decimal
    must_ask: bool
    """Something else than the match makes it a question: tentative, two at once, a day that is too full."""
    verdict: Verdict
    why: str = ""
    """How that is known, as the end of a sentence; empty when it is plainly right."""
    logged: TimeEntry | None = None
    key: str = ""
    """The activity's."""

    @property
    def is_proposed(self) -> bool:
        """With a project; an unsure one would have been asked about."""
        return self.level != "unsure"

    @property
    def is_judged(self) -> bool:
        return self.verdict != "not logged"

    @property
    def is_kept(self) -> bool:
        """Project and task are what the person logged; hours alone are no mistake of the match."""
        logged = self.logged
        return (
            self.verdict in ("right", "near")
            and logged is not None
            and (logged.project_id, logged.task_id) == (self.project_id, self.task_id)
        )

    @property
    def is_sure(self) -> bool:
        """Nothing but the policy would have kept it from being logged at once."""
        return self.level == "sure" and not self.must_ask


@dataclass(frozen=True)
class Count:
    """How a number of activities fared."""

    right: int = 0
    near: int = 0
    wrong: int = 0
    not_logged: int = 0
    kept: int = 0
    """Of the first three: project and task as the person logged them."""

    @property
    def judged(self) -> int:
        return self.right + self.near + self.wrong

    @property
    def share(self) -> float | None:
        """Kept of judged, 0 to 1; None when nothing was."""
        return self.kept / self.judged if self.judged else None

    def __str__(self) -> str:
        return f"{self.right} of {self.judged} right, {self.near} near, {self.wrong} wrong"


def count(found: Iterable[Replayed]) -> Count:
    """*found* added up."""
    some = list(found)

    def of(verdict: Verdict) -> int:
        return sum(one.verdict == verdict for one in some)

    kept = sum(one.is_kept for one in some)
    return Count(of("right"), of("near"), of("wrong"), of("not logged"), kept)


def counted(found: Iterable[Replayed], by: Callable[[Replayed], K]) -> dict[K, Count]:
    """The same for each value of *by*, those with most to judge first."""
    groups: dict[K, list[Replayed]] = {}
    for one in found:
        groups.setdefault(by(one), []).append(one)
    counts = {key: count(some) for key, some in groups.items()}
    return dict(sorted(counts.items(), key=lambda pair: (-pair[1].judged, str(pair[0]))))


@dataclass(frozen=True)
class Coverage:
    """How much could be posted unasked if only the confidence decided."""

    threshold: float
    """The lowest confidence taken."""
    taken: int
    judged: int
    """Of all that could be judged, what :attr:`taken` is a part of."""
    precision: float

    @property
    def share(self) -> float:
        return self.taken / self.judged if self.judged else 0.0


def coverage(found: Iterable[Replayed], precision: float = PRECISION) -> Coverage | None:
    """The most that can be taken, surest first, with at least *precision* of it kept; None when nothing can.

    Equal confidences are taken together: no threshold tells them apart.
    """
    ranked = sorted((one for one in found if one.is_judged), key=lambda one: -one.confidence)
    best: Coverage | None = None
    kept = 0
    for number, one in enumerate(ranked, 1):
        kept += one.is_kept
        is_last_of_its_kind = number == len(ranked) or ranked[number].confidence < one.confidence
        if is_last_of_its_kind and kept >= precision * number:
            best = Coverage(one.confidence, number, len(ranked), kept / number)
    return best


def mistakes(found: Iterable[Replayed]) -> list[Replayed]:
    """What to look at of all that was proposed: wrong before near, the sure ones first, each by day."""
    shown = (one for one in found if one.is_proposed and one.verdict in ("wrong", "near"))
    return sorted(
        shown, key=lambda one: (one.verdict == "near", not one.is_sure, one.on, one.user_id, one.title)
    )


def posted(found: Sequence[Replayed]) -> list[Replayed]:
    """Of *found* what would be logged unasked if every ground stood on the highest rung: sure meetings."""
    return [one for one in found if one.kind == "meeting" and one.is_sure]
