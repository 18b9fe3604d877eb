"""The autonomy ladder: how far Gleaner may go alone, step by step earned and lost by what people decide.

One step for each person and ground (what a match rests on most: a series, a code, a rule):

*suggest*: each proposal is read and decided by itself. *preselect*: what is sure may be accepted together, with
``gleaner review accept --sure``. *post*: sure meetings are logged at once. Coding never posts: its hours are an
estimate.

Pure: a record goes in, a rung comes out.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Literal

from gleaner.core.activities import Kind
from gleaner.core.catalog import UserId
from gleaner.core.proposals import Proposal

Rung = Literal["suggest", "preselect", "post"]
RUNGS: tuple[Rung, ...] = ("suggest", "preselect", "post")
LEAST = 20
"""Fewer decisions than this earn no posting."""
SHARE = 0.98
PRESELECT_LEAST = 5
PRESELECT_SHARE = 0.9
LONGEST = 50
"""So many of the newest decisions are looked at: what went wrong long ago is made good by what went right since."""

LONGEST_GROUND = 200
"""A rule without a name is called by its sentence, which may be any length."""


@dataclass(frozen=True, order=True)
class Footing:
    """What a step of the ladder is for."""

    user_id: UserId
    kind: Kind
    ground: str

    @property
    def name(self) -> str:
        """What it is about, without whose it is.

        >>> Footing(UserId(1), "meeting", "rule:Portal").name
        'meetings by rule Portal'
        """
        on = self.ground.replace("rule:", "rule ", 1) if self.ground.startswith("rule:") else self.ground
        return f"{'meetings' if self.kind == 'meeting' else 'coding'} by {on}"


@dataclass(frozen=True)
class Step:
    """One step up or down, and why."""

    footing: Footing
    at: datetime
    before: Rung
    after: Rung
    why: str
    """As the end of a sentence; nobody's words."""
    kept: int
    """Of the record it was taken on."""
    decided: int

    @property
    def is_fall(self) -> bool:
        return RUNGS.index(self.after) < RUNGS.index(self.before)


@dataclass(frozen=True)
class Standing:
    """Where a step is, and the newest decisions since it last fell, oldest first: True where it was kept."""

    rung: Rung = "suggest"
    record: tuple[bool, ...] = ()
    adopted: int = 0
    """So many of the oldest are no decisions: a back-test stands in for them."""

    @property
    def kept(self) -> int:
        return sum(self.record)

    @property
    def sentence(self) -> str:
        """The record as people read it.

        >>> Standing("post", (True,) * 40 + (False,)).sentence, Standing("suggest", (True,) * 3).sentence
        ('40 of the last 41 kept', 'new: 3 of 3 kept, too few to tell')
        """
        return record_sentence(self.kept, len(self.record))


@dataclass(frozen=True)
class Taken:
    """A step whose back-test is taken back, as it stood and as it stands without it."""

    footing: Footing
    before: Standing
    after: Standing | None
    """None: nobody decided anything since, so there is no record any more, and a back-test may begin one again."""

    @property
    def rung(self) -> Rung:
        return self.after.rung if self.after is not None else "suggest"


def record_sentence(kept: int, decided: int) -> str:
    """How often something was kept, as people read it."""
    if not decided:
        return "new: no record yet"
    if decided < LEAST:
        return f"new: {kept} of {decided} kept, too few to tell"
    return f"{kept} of the last {decided} kept"


def earned(record: Sequence[bool], kind: Kind) -> Rung:
    """The highest rung that *record* as a whole, oldest first, or any of its newest part is good for.

    >>> earned([True] * 20, "meeting"), earned([True] * 20, "coding"), earned([True] * 4, "meeting")
    ('post', 'preselect', 'suggest')
    """
    best: Rung = "suggest"
    kept = 0
    for number, is_kept in enumerate(reversed(record), 1):
        kept += is_kept
        if number >= LEAST and kept >= SHARE * number and kind == "meeting":
            return "post"
        if number >= PRESELECT_LEAST and kept >= PRESELECT_SHARE * number:
            best = "preselect"
    return best


def adopted(record: Sequence[bool], kind: Kind) -> Standing:
    """Where a back-tested *record* puts a step that has none. All of it counts, not only what was right lately."""
    share = sum(record) / len(record) if record else 0.0
    if kind == "meeting" and len(record) >= LEAST and share >= SHARE:
        rung: Rung = "post"
    elif len(record) >= PRESELECT_LEAST and share >= PRESELECT_SHARE:
        rung = "preselect"
    else:
        rung = "suggest"
    taken = tuple(record[-LONGEST:])
    return Standing(rung, taken, len(taken))


def unadopted(now: Standing, kind: Kind) -> Standing | None:
    """Where a step is without the back-test it began with: what people decided since stands alone. None: nothing did.

    Never higher than it is: what a correction took is not given back by taking back what was lost already.
    """
    if now.adopted and now.adopted == len(now.record):
        return None
    alone = Standing()
    for is_kept in now.record[now.adopted :]:
        alone = judged(alone, kind, is_kept=is_kept)
    return replace(alone, rung=lower(now.rung, alone.rung))


def judged(before: Standing, kind: Kind, *, is_kept: bool) -> Standing:
    """Where a step is after one more decision.

    The first correction takes *post* away, and what was right before counts no more; *preselect* goes when the
    record is no longer good for it. What is kept never takes a step down.
    """
    record = (*before.record, is_kept)[-LONGEST:]
    adopted = max(0, len(record) - 1 - (len(before.record) - before.adopted))
    if is_kept:
        return Standing(higher(before.rung, earned(record, kind)), record, adopted)
    if before.rung == "post":
        return Standing("preselect")
    if before.rung == "preselect" and sum(record) >= PRESELECT_SHARE * len(record):
        return Standing("preselect", record, adopted)
    return Standing("suggest") if before.rung == "preselect" else Standing("suggest", record, adopted)


def higher(one: Rung, other: Rung) -> Rung:
    """Whichever of the two is further up."""
    return max(one, other, key=RUNGS.index)


def lower(one: Rung, other: Rung) -> Rung:
    """Whichever of the two is further down: what somebody earned under a ceiling."""
    return min(one, other, key=RUNGS.index)


def footing(proposal: Proposal) -> Footing | None:
    """The step that *proposal* stands on; None for what is no meeting and no coding, or rests on nothing known."""
    if not proposal.ground:
        return None
    ground = proposal.ground[:LONGEST_GROUND]
    if proposal.rule == "meeting":
        return Footing(proposal.user_id, "meeting", ground)
    if proposal.rule == "coding":
        return Footing(proposal.user_id, "coding", ground)
    return None
