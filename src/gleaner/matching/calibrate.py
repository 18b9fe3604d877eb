"""What a confidence is worth in this account: scaled so that of matches at 90 % nine in ten are right, and counted.

Two measurements that never look at what they judge: the *scale* is fitted on matches of later days made with what
earlier days taught (``replay``); the *record* counts what people decided about proposals as they were offered.
"""

from __future__ import annotations

import math
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from gleaner.core.phrases import phrase

FEWEST = 20
"""Decisions from which a record says something."""
LATEST = 50
"""A record looks back no further than so many decisions."""
PROMISE = 0.98
"""What *sure* promises: so many are right."""
SURE = 0.95
FEWEST_TO_SCALE = 40
_PULL = 5.0
"""How strongly the scale is held near "as it is": as much as that many matches in doubt."""
_SEEN_RIGHT = 0.97
"""So much of what is right looks right: people log some three in a hundred meetings to the wrong project."""


@dataclass(frozen=True)
class Outcome:
    """A match of the past, and whether it was right."""

    ground: str
    confidence: float
    is_right: bool


@dataclass(frozen=True)
class Scale:
    """Turns what evidence adds up to into how often that was right (Platt scaling: a line through the log-odds)."""

    slope: float = 1.0
    offset: float = 0.0
    is_assumed: bool = False
    """Not measured in this account: it makes nothing *sure* that would not be without it."""

    def __call__(self, share: float) -> float:
        """The measured confidence for *share*; 0 and 1 are never reached.

        >>> Scale()(0.9), round(Scale(slope=0.5)(0.9), 2)
        (0.9, 0.75)
        """
        if self == Scale():
            return share
        return _sigmoid(self.slope * _logit(share) + self.offset)


UNTRIED = Scale(1.2, 0.2, is_assumed=True)
"""Of an account nothing is known of: names and teams say a little more than they add up to. Fitted on the agencies that
the weights were tuned on, with no history."""


def untried(known: int) -> Scale:
    """The scale of an account of which so few things are *known*: less of :data:`UNTRIED` with each, and then none.

    >>> untried(0) == UNTRIED, untried(FEWEST_TO_SCALE) == Scale()
    (True, True)
    """
    left = max(0.0, 1.0 - known / FEWEST_TO_SCALE)
    return (
        Scale(1.0 + (UNTRIED.slope - 1.0) * left, UNTRIED.offset * left, is_assumed=True) if left else Scale()
    )


def fitted(outcomes: Sequence[Outcome]) -> Scale:
    """The scale that fits *outcomes* best; few of them change little, and fewer than forty nothing.

    Fisher scoring on the log-loss, with a pull towards the identity so that a hundred right answers in a row do not
    turn everything into certainty. A step that would make it worse is halved: far out, where nearly every answer is
    right, a whole one leads away. Of what was logged by hand some is wrong itself, and is not held against a match.
    """
    if len(outcomes) < FEWEST_TO_SCALE:
        return Scale()
    points = [(_logit(one.confidence), one.is_right) for one in outcomes]
    best, least = Scale(), _loss(points, Scale())
    for _ in range(20):
        slope_by, offset_by = _step(points, best)
        size, tried = 1.0, best
        while size > 1e-3:
            tried = Scale(best.slope - size * slope_by, best.offset - size * offset_by)
            if (loss := _loss(points, tried)) < least - 1e-9:
                best, least = tried, loss
                break
            size /= 2
        else:
            break
    return Scale(max(0.2, min(2.0, best.slope)), max(-2.0, min(2.0, best.offset)))


def _loss(points: Sequence[tuple[float, bool]], scale: Scale) -> float:
    """How badly *scale* explains the *points* (log-odds, was right): the less the better."""
    found = _PULL / 2 * ((scale.slope - 1.0) ** 2 + scale.offset**2)
    for x, is_right in points:
        seen = _SEEN_RIGHT * _sigmoid(scale.slope * x + scale.offset)
        found -= math.log(seen if is_right else 1.0 - seen)
    return found


def _step(points: Sequence[tuple[float, bool]], scale: Scale) -> tuple[float, float]:
    """By how much slope and offset would change if the loss were a parabola."""
    by_slope, by_offset = _PULL * (scale.slope - 1.0), _PULL * scale.offset
    bend, both, even = _PULL, 0.0, _PULL
    for x, is_right in points:
        p = _sigmoid(scale.slope * x + scale.offset)
        seen, steep = _SEEN_RIGHT * p, _SEEN_RIGHT * p * (1.0 - p)
        spread = seen * (1.0 - seen)
        pull, weight = (seen - is_right) * steep / spread, steep * steep / spread
        by_slope += pull * x
        by_offset += pull
        bend, both, even = bend + weight * x * x, both + weight * x, even + weight
    whole = bend * even - both * both
    return (even * by_slope - both * by_offset) / whole, (bend * by_offset - both * by_slope) / whole


@dataclass(frozen=True)
class Record:
    """How many of the latest decisions kept what was offered."""

    kept: int = 0
    of: int = 0

    @property
    def is_known(self) -> bool:
        return self.of >= FEWEST

    @property
    def breaks_promise(self) -> bool:
        """Whether it shows that less was right than *sure* promises."""
        return self.is_known and self.kept < PROMISE * self.of

    @property
    def sentence(self) -> str:
        """The record as people say it.

        >>> Record(41, 43).sentence, Record(5, 5).sentence
        ('41 of the last 43 kept', 'new: no record yet')
        """
        if not self.is_known:
            return phrase("new: no record yet")
        return phrase("{n} of the last {all} kept", n=self.kept, all=self.of)


def records(outcomes: Iterable[Outcome]) -> dict[str, Record]:
    """The record of each ground over matches that were as confident as *sure* asks, *outcomes* oldest first.

    Those whose *sure* was withheld count too, so that it can come back.
    """
    by_ground: dict[str, list[Outcome]] = {}
    for one in outcomes:
        if one.confidence >= SURE:
            by_ground.setdefault(one.ground, []).append(one)
    return {
        ground: Record(sum(one.is_right for one in found[-LATEST:]), len(found[-LATEST:]))
        for ground, found in by_ground.items()
    }


@dataclass(frozen=True)
class Bin:
    """Matches of about the same confidence."""

    low: float
    count: int
    said: float
    """Their mean confidence."""
    right: float
    """The share that was right."""


def reliability(outcomes: Iterable[Outcome]) -> list[Bin]:
    """*outcomes* by tenths of confidence, those without any left out."""
    by_tenth: dict[int, list[Outcome]] = {}
    for one in outcomes:
        by_tenth.setdefault(min(9, int(one.confidence * 10)), []).append(one)
    return [
        Bin(tenth / 10, len(some), _mean(one.confidence for one in some), _mean(one.is_right for one in some))
        for tenth, some in sorted(by_tenth.items())
    ]


def calibration_error(bins: Sequence[Bin]) -> float:
    """The expected calibration error: by how much confidence and being right differ, on average over all matches."""
    whole = sum(one.count for one in bins)
    return sum(one.count * abs(one.said - one.right) for one in bins) / whole if whole else 0.0


def _mean(values: Iterable[float]) -> float:
    found = list(values)
    return sum(found) / len(found)


def _logit(share: float) -> float:
    share = max(1e-4, min(1 - 1e-4, share))
    return math.log(share / (1.0 - share))


def _sigmoid(x: float) -> float:
    return 1.0 / (1.0 + math.exp(-max(-30.0, min(30.0, x))))
