"""The match: which project and task an activity was for, how sure that is, and why.

Evidence for each of the person's projects is added up as log-odds; "none of these" competes as a candidate of its
own, so a handful of weak hints never looks like certainty. Rules, words and counts come in as values.
"""

from __future__ import annotations

import math
import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from gleaner.core.activities import Activity, Kind
from gleaner.core.catalog import ProjectId, Slot, TaskId
from gleaner.core.proposals import Alternative, Evidence, Level
from gleaner.matching.evidence import RULE, Hint, Index, hints, strongest
from gleaner.matching.memory import Memory
from gleaner.matching.rules import Rule

NONE_OF_THESE = 1.0
"""Log-odds of "something else", which every candidate has to beat."""
SURE = 0.95
LIKELY = 0.6

_TASK_NAMES: Mapping[Kind, re.Pattern[str]] = {
    "meeting": re.compile(
        r"\b(meetings?|calls?|workshops?|(besprech|abstimm)ung(en)?|termine?)\b", re.IGNORECASE
    ),
    "coding": re.compile(
        r"\b(program|develop|engineer|coding|implement|software|\w*entwicklung)", re.IGNORECASE
    ),
}


@dataclass(frozen=True)
class Match:
    """What *activity* was probably for."""

    activity: Activity
    slot: Slot | None
    """None: the person may log to nothing that fits."""
    confidence: float
    level: Level
    evidence: tuple[Evidence, ...] = ()
    alternatives: tuple[Alternative, ...] = ()
    """The next best, best first; for an unsure match the best one too."""
    ground: str = ""
    """What it rests on most, as the autonomy ladder counts it: ``series``, ``code``, ``rule:NAME`` …"""

    @property
    def reason(self) -> str:
        """The strongest thing that speaks for it, as one sentence."""
        for piece in self.evidence:
            if piece.weight > 0:
                return _begun(piece.sentence)
        return "Nothing seen says which project this was for"


def _begun(sentence: str) -> str:
    """*sentence* with a capital, unless it begins with an address or a quotation."""
    first = sentence.split(maxsplit=1)[0]
    return sentence if "@" in first else sentence[:1].upper() + sentence[1:]


def match(activity: Activity, index: Index, memory: Memory, rules: Sequence[Rule] = ()) -> Match:
    """The best project and task for *activity* among what its person may log to."""
    projects = index.projects(activity.user_id)
    if not projects:
        return Match(activity, None, 0.0, "unsure")
    found: dict[ProjectId, list[Hint]] = {project.id: [] for project in projects}
    for hint in hints(activity, projects, index, memory, rules):
        found[hint.project_id].append(hint)
    shares = _shares({project_id: sum(hint.weight for hint in said) for project_id, said in found.items()})
    ranked = sorted(shares, key=lambda project_id: (-shares[project_id], project_id))
    best = ranked[0]
    slot, task_is_known = choose_task(activity, best, index, memory, rules)
    level = _level(shares[best], found[best], task_is_known=task_is_known)
    return Match(
        activity,
        slot,
        round(shares[best], 4),
        level,
        tuple(Evidence(hint.sentence, round(hint.weight, 2)) for hint in strongest(found[best])),
        tuple(_alternatives(activity, ranked, shares, index, memory, skip=0 if level == "unsure" else 1)),
        _ground(found[best]),
    )


def choose_task(
    activity: Activity, project_id: ProjectId, index: Index, memory: Memory, rules: Sequence[Rule] = ()
) -> tuple[Slot | None, bool]:
    """The task of *project_id* for this kind of work, and whether that is more than a guess.

    In order: a rule's task · what this person picked for this kind on this project · what others picked · the only
    task there is · a task whose name says the kind.
    """
    slots = index.slots(activity.user_id, project_id)
    if not slots:
        return None, False
    by_task = {slot.task.id: slot for slot in slots}
    for rule in rules:
        if rule.fits(activity):
            if rule.project_id == project_id and rule.task_id in by_task:
                return by_task[rule.task_id], True
            break
    for counts in (
        memory.own_tasks.get((activity.user_id, project_id, activity.kind)),
        memory.tasks.get((project_id, activity.kind)),
    ):
        if usual := _usual(counts, by_task):
            return by_task[usual], True
    if len(slots) == 1:
        return slots[0], True
    named = [slot for slot in slots if _TASK_NAMES[activity.kind].search(slot.task.name)]
    if named:
        return min(named, key=lambda slot: slot.task.id), len(named) == 1
    return min(slots, key=lambda slot: slot.task.id), False


def _usual(counts: Mapping[TaskId, float] | None, by_task: Mapping[TaskId, Slot]) -> TaskId | None:
    """The task picked most often, if it was picked clearly more often than the others."""
    usable = {task_id: weight for task_id, weight in (counts or {}).items() if task_id in by_task}
    if not usable:
        return None
    best = max(usable, key=lambda task_id: (usable[task_id], -task_id))
    return best if usable[best] >= 1 and usable[best] >= 0.6 * sum(usable.values()) else None


def _shares(scores: Mapping[ProjectId, float]) -> dict[ProjectId, float]:
    """Log-odds as shares of one, "none of these" included."""
    top = max((*scores.values(), NONE_OF_THESE))
    powers = {project_id: math.exp(score - top) for project_id, score in scores.items()}
    whole = sum(powers.values()) + math.exp(NONE_OF_THESE - top)
    return {project_id: power / whole for project_id, power in powers.items()}


def _level(share: float, said: Iterable[Hint], *, task_is_known: bool) -> Level:
    hard = [hint for hint in said if hint.is_hard]
    against = sum(hint.weight for hint in said if hint.weight < 0)
    if any(hint.weight >= RULE for hint in hard) and task_is_known and share >= LIKELY:
        return "sure"
    if share >= SURE and hard and task_is_known and against > -1.0:
        return "sure"
    return "likely" if share >= LIKELY else "unsure"


def _ground(said: Iterable[Hint]) -> str:
    """The ground of the strongest hint, hard ones first."""
    best = max(
        (hint for hint in said if hint.weight > 0), key=lambda hint: (hint.is_hard, hint.weight), default=None
    )
    return best.ground if best is not None else ""


def _alternatives(
    activity: Activity,
    ranked: Sequence[ProjectId],
    shares: Mapping[ProjectId, float],
    index: Index,
    memory: Memory,
    *,
    skip: int,
) -> Iterable[Alternative]:
    for project_id in ranked[skip : skip + 3]:
        slot, _ = choose_task(activity, project_id, index, memory)
        if slot is not None:
            yield Alternative(project_id, slot.task.id, str(slot), round(shares[project_id], 4))
