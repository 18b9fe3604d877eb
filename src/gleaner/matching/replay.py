"""How right matching would have been: later days matched with what earlier days had taught, never the reverse."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from gleaner.core.entries import TimeEntry
from gleaner.matching.calibrate import UNTRIED, Outcome, Scale, fitted
from gleaner.matching.index import Index
from gleaner.matching.match import match
from gleaner.matching.memory import Fact, Memory, remember

_EARLIER = 0.7
"""The part of the days that teaches; the rest is matched."""
_MOST = 600
"""So many matches are enough to draw a line through."""


def measured_scale(facts: Iterable[Fact], entries: Sequence[TimeEntry], index: Index) -> Scale:
    """The scale of this account's confidences, fitted on the later part of what is known of it, if anything is."""
    known = list(facts)
    return fitted(replayed(known, entries, index)) if known or entries else UNTRIED


def replayed(facts: Iterable[Fact], entries: Sequence[TimeEntry], index: Index) -> list[Outcome]:
    """Outcomes of the meetings of the later days; *facts* that are guesses themselves judge nothing."""
    dated = [(fact.activity.span.start.date(), fact) for fact in facts]
    days = sorted({day for day, _ in dated})
    if not days:
        return []
    split = days[int(_EARLIER * len(days))]
    later = [
        fact for day, fact in dated if day >= split and fact.weight >= 1 and fact.activity.kind == "meeting"
    ]
    if not later:
        return []
    memory = remember(
        (fact for day, fact in dated if day < split),
        (entry for entry in entries if entry.spent_date < split),
        today=split,
    )
    step = max(1, len(later) // _MOST)
    return [one for fact in later[::step] if (one := _outcome(fact, index, memory)) is not None]


def _outcome(fact: Fact, index: Index, memory: Memory) -> Outcome | None:
    found = match(fact.activity, index, memory)
    if found.slot is None or found.is_tie:
        return None
    return Outcome(found.ground, found.project_confidence, found.slot.project.id == fact.project_id)
