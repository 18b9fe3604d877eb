"""The match: which project and task an activity was for, how sure that is, and why.

Evidence for each of the person's projects is added up as log-odds; "none of these" competes as a candidate of its
own, so a handful of weak hints never looks like certainty. Rules, words and counts come in as values.
"""

from __future__ import annotations

import math
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from gleaner.core.activities import Activity
from gleaner.core.catalog import ProjectId, Slot
from gleaner.core.phrases import begun, phrase
from gleaner.core.proposals import Alternative, Evidence, Level
from gleaner.matching.calibrate import SURE, Record
from gleaner.matching.evidence import RULE, Hint, hints, strongest
from gleaner.matching.index import Index
from gleaner.matching.memory import Memory
from gleaner.matching.rules import Rule
from gleaner.matching.tasks import choose_task

NONE_OF_THESE = -2.0
"""Log-odds of "something else", which every candidate has to beat: seldom, for people log work to their projects."""
LIKELY = 0.6
_AGAINST = -3.0
"""What may speak against a sure project: one colleague who does not work on it, but no two."""
_HABIT = frozenset({"recent"})
"""What says nothing of the activity itself: alone it leaves a match *unsure*, however big the share."""


@dataclass(frozen=True)
class Match:
    """What *activity* was probably for."""

    activity: Activity
    slot: Slot | None
    """None: the person may log to nothing that fits."""
    confidence: float
    """How likely project and task are both right."""
    level: Level
    evidence: tuple[Evidence, ...] = ()
    alternatives: tuple[Alternative, ...] = ()
    """The next best, best first; for an unsure match the best one too."""
    project_confidence: float = 0.0
    """How likely the project is right, whatever the task."""
    is_tie: bool = False
    """Another project is just as likely, so that the first choice is no answer."""
    ground: str = ""
    """What it rests on most, as the autonomy ladder counts it: ``series``, ``code``, ``rule:NAME`` …"""

    @property
    def reason(self) -> str:
        """The strongest thing that speaks for it, as one sentence."""
        for piece in self.evidence:
            if piece.weight > 0:
                return begun(piece.sentence)
        return phrase("Nothing seen says which project this was for")


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
    is_tie = len(ranked) > 1 and math.isclose(shares[ranked[1]], shares[best], rel_tol=1e-6)
    raw = shares[best]
    if not is_tie:
        shares = _scaled(shares, best, memory)
    task = choose_task(activity, best, index, memory, rules)
    ground = _ground(found[best])
    record = memory.records.get(ground, Record())
    confidence = shares[best] * (task.confidence if task is not None else 0.0)
    trusted = (
        min(confidence, raw * task.confidence) if task is not None and memory.scale.is_assumed else confidence
    )
    level = _level(shares[best], trusted, found[best], task_is_known=task is not None and task.is_known)
    said = [Evidence(hint.sentence, round(hint.weight, 2)) for hint in strongest(found[best])]
    if task is not None and task.sentence:
        said.append(Evidence(task.sentence, 0.0))
    if level == "sure":
        said.append(Evidence(phrase("matches like this one: {record}", record=record.sentence), 0.0))
        if record.breaks_promise and not ground.startswith("rule:"):
            level = "likely"
    return Match(
        activity,
        task.slot if task is not None else None,
        round(confidence, 4),
        level,
        tuple(said),
        tuple(_alternatives(activity, ranked, shares, index, memory, skip=0 if level == "unsure" else 1)),
        round(shares[best], 4),
        is_tie,
        ground,
    )


def _shares(scores: Mapping[ProjectId, float]) -> dict[ProjectId, float]:
    """Log-odds as shares of one, "none of these" included."""
    top = max((*scores.values(), NONE_OF_THESE))
    powers = {project_id: math.exp(score - top) for project_id, score in scores.items()}
    whole = sum(powers.values()) + math.exp(NONE_OF_THESE - top)
    return {project_id: power / whole for project_id, power in powers.items()}


def _scaled(shares: Mapping[ProjectId, float], best: ProjectId, memory: Memory) -> dict[ProjectId, float]:
    """*shares* with the best one as this account's record has it, and the others in what that leaves."""
    top = memory.scale(shares[best])
    left = (1.0 - top) / (1.0 - shares[best]) if shares[best] < 1.0 else 0.0
    return {one: top if one == best else min(top, share * left) for one, share in shares.items()}


def _level(share: float, confidence: float, said: Sequence[Hint], *, task_is_known: bool) -> Level:
    hard = [hint for hint in said if hint.is_hard]
    against = sum(hint.weight for hint in said if hint.weight < 0)
    if any(hint.weight >= RULE for hint in hard) and task_is_known and share >= LIKELY:
        return "sure"
    if confidence >= SURE and hard and task_is_known and against > _AGAINST:
        return "sure"
    if all(hint.ground in _HABIT for hint in said if hint.weight > 0):
        return "unsure"
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
) -> list[Alternative]:
    found = []
    for project_id in ranked[skip : skip + 3]:
        task = choose_task(activity, project_id, index, memory)
        if task is not None:
            both = round(shares[project_id] * task.confidence, 4)
            found.append(Alternative(project_id, task.slot.task.id, str(task.slot), both))
    return sorted(found, key=lambda one: -one.confidence)
