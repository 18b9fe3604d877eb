"""Which task of a project: what was picked for this kind of work, from the general to what is nearest.

Each step starts from the step before and leaves it the further, the more often something was picked there: the names
of the tasks · everybody on this project · this person wherever the part in the project is the same · this person on
this project · this person when the title had this word · this person in this series.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

from gleaner.core.activities import Activity, Kind, Meeting
from gleaner.core.catalog import ProjectId, Slot, TaskId
from gleaner.core.phrases import phrase
from gleaner.matching.calibrate import Scale
from gleaner.matching.index import Index
from gleaner.matching.memory import Memory
from gleaner.matching.rules import Rule
from gleaner.matching.text import features
from gleaner.matching.words import telling, words

KNOWN = 0.85
"""The share from which a task is more than a guess,"""
_FEWEST = 3.0
"""once the person picked that often."""
_KEPT = 0.99
"""So often, measured, a task that is more than a guess is right; at least."""
_NAMED, _LEADS, _GUESSED = 0.85, 0.92, 0.7
"""What a name alone is worth: the only one that says the kind of work, one for managing or for the house, any other."""
_SHARPER = Scale(slope=1.6)
"""Shares are smoothed so much that they are right more often than they say."""

_TASK_NAMES: Mapping[Kind, re.Pattern[str]] = {
    "meeting": re.compile(
        r"\b(meetings?|calls?|workshops?|(besprech|abstimm)ung(en)?|termine?)\b", re.IGNORECASE
    ),
    "coding": re.compile(
        r"\b(program|develop|engineer|coding|implement|software|\w*entwicklung)", re.IGNORECASE
    ),
}
_MANAGING = re.compile(r"\b(manag|lead|coordinat|\w*leitung|\w*steuerung)", re.IGNORECASE)


@dataclass(frozen=True)
class Choice:
    """One task, and whether it is more than a guess."""

    slot: Slot
    is_known: bool
    confidence: float = 1.0
    """How likely it is the task, if the project is right."""
    sentence: str = ""
    """What was picked before; empty when nothing was."""


def choose_task(
    activity: Activity, project_id: ProjectId, index: Index, memory: Memory, rules: Sequence[Rule] = ()
) -> Choice | None:
    """The task of *project_id* for this kind of work; None when the person may log to none of it."""
    slots = index.slots(activity.user_id, project_id)
    if not slots:
        return None
    by_task = {slot.task.id: slot for slot in slots}
    for rule in rules:
        if rule.fits(activity):
            if rule.project_id == project_id and rule.task_id in by_task:
                return Choice(by_task[rule.task_id], is_known=True)
            break
    if len(slots) == 1:
        return Choice(slots[0], is_known=True)
    shares, named, is_told = _by_name(activity, project_id, slots, index)
    seen, sentence, is_contradicted = 0.0, "", False
    for step, (picked, trust, said) in enumerate(_steps(activity, project_id, index, memory)):
        usable = {task_id: weight for task_id, weight in picked.items() if task_id in by_task}
        whole = sum(usable.values())
        if not whole:
            continue
        shares = {
            task_id: (usable.get(task_id, 0.0) + trust * share) / (whole + trust)
            for task_id, share in shares.items()
        }
        seen += whole if step else 0.0
        if step:
            best = max(usable, key=lambda task_id: (usable[task_id], -task_id))
            is_contradicted |= usable.get(named, 0.0) < KNOWN * whole
            picks, of = max(1, round(usable[best])), max(1, round(whole))
            sentence = phrase(
                "{n} of {all} {what} went to {name}", n=picks, all=of, what=said, name=by_task[best].task.name
            )
    best = max(shares, key=lambda task_id: (shares[task_id], -task_id))
    is_usual = seen >= _FEWEST and shares[best] >= KNOWN
    is_known = is_usual or (is_told and best == named and not is_contradicted)
    likely = _SHARPER(shares[best])
    return Choice(by_task[best], is_known, max(likely, _KEPT) if is_known else likely, sentence)


def _steps(
    activity: Activity, project_id: ProjectId, index: Index, memory: Memory
) -> Iterator[tuple[Mapping[TaskId, float], float, str]]:
    """What was picked, how many picks the step before is worth, and for what that was; nearest last."""
    who, kind = activity.user_id, activity.kind
    yield memory.tasks.get((project_id, kind), {}), 2.0, ""
    leads = (who, project_id) in index.managers
    elsewhere: dict[TaskId, float] = {}
    for project in index.projects(who):
        if project.id != project_id and ((who, project.id) in index.managers) == leads:
            for task_id, weight in memory.own_tasks.get((who, project.id, kind), {}).items():
                elsewhere[task_id] = elsewhere.get(task_id, 0.0) + weight
    yield elsewhere, 2.0, _ELSEWHERE[kind]
    yield memory.own_tasks.get((who, project_id, kind), {}), 1.0, _HERE[kind]
    told = [
        (word, picked)
        for word in features(activity.title)
        if (picked := memory.task_words.get((who, word)))
        and max(picked.values()) >= 0.7 * sum(picked.values())
    ]
    if told and kind == "meeting":
        word, picked = max(told, key=lambda one: (sum(one[1].values()), one[0]))
        yield picked, 1.5, phrase('of your meetings that say "{word}"', word=word)
    if isinstance(activity.detail, Meeting):
        yield memory.own_series.get((who, activity.detail.series), {}), 0.5, phrase("of this series with you")


_ELSEWHERE: Mapping[Kind, str] = {
    "meeting": phrase("of your meetings on other projects"),
    "coding": phrase("of your days of coding on other projects"),
}
_HERE: Mapping[Kind, str] = {
    "meeting": phrase("of your meetings on this project"),
    "coding": phrase("of your days of coding on this project"),
}


def _by_name(
    activity: Activity, project_id: ProjectId, slots: Sequence[Slot], index: Index
) -> tuple[dict[TaskId, float], TaskId, bool]:
    """What the names say where nothing was picked yet: shares, the best one, and whether it is more than a guess.

    It is a guess where names contest each other: whoever manages the project may log its meetings to managing it, a
    project may be called like one of its tasks, and a title may name another task. What nobody pays for has a task of
    its own, like Harvest's *Business Development*, to which its meetings go as well.
    """
    kind, title = _TASK_NAMES[activity.kind], frozenset(words(activity.title))
    project, leads = index.names[project_id].telling, (activity.user_id, project_id) in index.managers
    named = [slot for slot in slots if kind.search(slot.task.name)]
    alike = [slot for slot in slots if project and telling(slot.task.name) == project]
    managing = [
        slot for slot in slots if leads and activity.kind == "meeting" and _MANAGING.search(slot.task.name)
    ]
    own = [] if index.catalog.projects[project_id].is_billable else _own(slots)
    other = any(telling(slot.task.name) & title for slot in slots if slot not in named)
    is_told = len(named) == 1 and not (leads or alike or other or own)
    best = min(slot.task.id for slot in own or managing or alike or named or slots)
    first = (
        _NAMED if is_told else _LEADS if own or managing else _GUESSED if alike or named else 1.0 / len(slots)
    )
    rest = (1.0 - first) / (len(slots) - 1)
    return {slot.task.id: first if slot.task.id == best else rest for slot in slots}, best, is_told


def _own(slots: Sequence[Slot]) -> list[Slot]:
    """The task that is not billable by default, where others are and it is the only one."""
    found = [slot for slot in slots if not slot.task.billable_by_default]
    return found if len(found) == 1 else []
