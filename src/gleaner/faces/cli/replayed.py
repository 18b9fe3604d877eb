"""A back-test as people and programs read it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import asdict
from typing import TYPE_CHECKING, Any

from gleaner.core.catalog import Catalog, ProjectId, TaskId
from gleaner.core.time import spoken_day
from gleaner.faces.cli.proposals import email_of, name_of
from gleaner.faces.cli.session import say, table
from gleaner.matching.backtest import (
    PRECISION,
    Count,
    Replayed,
    count,
    counted,
    coverage,
    mistakes,
    posted,
)
from gleaner.timesheets.text import plain

if TYPE_CHECKING:
    from gleaner.app.backtesting import BackTest

_COLUMNS = ("activities", "right", "near", "wrong", "not logged", "project and task")
LONGEST_LIST = 20
"""More mistakes than this are for programs: ``--json`` has them all."""


def show(found: BackTest, catalog: Catalog) -> None:
    """The back-test on stdout: the sum, where it was wrong, for whom, on what ground, and what that allows."""
    some = found.replayed
    made = [one for one in some if one.is_proposed]
    whole, asked = count(made), count(one for one in some if not one.is_proposed)
    days = f"{spoken_day(found.first)} {found.first.year} to {spoken_day(found.last)} {found.last.year}"
    say(f"{days}: {len(some)} activities, {len(made)} of them proposed with a project.")
    if not whole.judged:
        say("Nothing that was logged by hand tells whether that would have been right.")
        return
    say(
        f"Would have got {whole}; {whole.not_logged} more {'is' if whole.not_logged == 1 else 'are'} in no entry of"
        " their own, which says nothing.",
        *_asked(asked),
        "",
    )
    _list(mistakes(some), catalog)
    _table("person", {name_of(key, catalog): one for key, one in counted(made, _user).items()})
    _table("rests on", {f"{kind}: {_said(ground)}": one for (kind, ground), one in _grounds(made).items()})
    say(*_allows(some))


def _asked(asked: Count) -> list[str]:
    """What would have been a question, and how good its first choice was."""
    if not asked.judged + asked.not_logged:
        return []
    right = f"the first choice was right for {asked.kept} of the {asked.judged} that can be judged"
    if not asked.judged:
        right = "none of that can be judged"
    return [f"{asked.judged + asked.not_logged} would have been asked about; {right}."]


def _list(wrong: Sequence[Replayed], catalog: Catalog) -> None:
    for one in wrong[:LONGEST_LIST]:
        logged = one.logged
        where = (
            f"; logged: {_slot(logged.project_id, logged.task_id, catalog)}, {logged.hours:.2f} h"
            if logged
            else ""
        )
        say(
            f'  {one.verdict:<5}  {spoken_day(one.on):<10}  {name_of(one.user_id, catalog)}: "{plain(one.title)}" '
            f"{one.hours:.2f} h [{one.level}] to {_slot(one.project_id, one.task_id, catalog)}{where} ({one.why})"
        )
    if len(wrong) > LONGEST_LIST:
        say(f"  … and {len(wrong) - LONGEST_LIST} more: gleaner backtest --json")


def _table(head: str, counts: Mapping[str, Count]) -> None:
    rows = [
        (
            name,
            str(one.judged + one.not_logged),
            str(one.right),
            str(one.near),
            str(one.wrong),
            str(one.not_logged),
            f"{one.share:.0%}" if one.share is not None else "-",
        )
        for name, one in counts.items()
    ]
    table((head, *_COLUMNS), rows, right=_COLUMNS)


def _allows(some: Sequence[Replayed]) -> list[str]:
    """What each rung of the ladder would have done with these days."""
    sure = [one for one in some if one.is_sure]
    alone = posted(some)
    together = f"{len(sure)} sure ones may be accepted together. {_kept(count(sure))}"
    lines = [
        "Rung suggest: nothing is logged unasked, each proposal is decided by itself.",
        f"Rung preselect: nothing is logged unasked; {together}",
        f"Rung post: {len(alone)} sure meetings are logged unasked. {_kept(count(alone))}",
    ]
    best = coverage(some)
    lines.append(
        f"By confidence alone, {best.taken} of {best.judged} ({best.share:.0%}) could be taken with {PRECISION:.0%} of"
        f" them kept: those of {best.threshold:.2f} and more."
        if best is not None
        else f"By confidence alone, no part of them is {PRECISION:.0%} right."
    )
    return lines


def _kept(one: Count) -> str:
    """``Of 40 that can be judged, 39 (98%) went to the right project and task.``"""
    if not one.judged:
        return "None of them can be judged."
    return (
        f"Of {one.judged} that can be judged, {one.kept} ({one.share:.1%}) have the right project and task."
    )


def _user(one: Replayed) -> Any:
    return one.user_id


def _grounds(some: Sequence[Replayed]) -> dict[tuple[str, str], Count]:
    return counted(some, lambda one: (one.kind, one.ground))


def _said(ground: str) -> str:
    return ground or "nothing that speaks for it"


def _slot(project_id: ProjectId, task_id: TaskId, catalog: Catalog) -> str:
    project, task = catalog.projects.get(project_id), catalog.tasks.get(task_id)
    return (
        f"{project.name if project else f'project {project_id}'} / {task.name if task else f'task {task_id}'}"
    )


def as_json(found: BackTest, catalog: Catalog) -> dict[str, Any]:
    """The back-test for programs, every mistake in it."""
    some = found.replayed
    made, sure, alone = (
        [one for one in some if one.is_proposed], [one for one in some if one.is_sure], posted(some),
    )  # fmt: skip
    best = coverage(some)
    return {
        "first": found.first,
        "last": found.last,
        "activities": len(some),
        "proposed": len(made),
        **_counts(count(made)),
        "people": [
            {"person": email_of(key, catalog), **_counts(one)} for key, one in counted(made, _user).items()
        ],
        "grounds": [
            {"kind": kind, "ground": ground, **_counts(one)} for (kind, ground), one in _grounds(made).items()
        ],
        "levels": {level: _counts(one) for level, one in counted(some, lambda one: one.level).items()},
        "rungs": {
            "suggest": {"accepted_together": 0, "posted": 0},
            "preselect": {"accepted_together": len(sure), "posted": 0, **_counts(count(sure))},
            "post": {"accepted_together": len(sure), "posted": len(alone), **_counts(count(alone))},
        },
        "coverage": {"precision": PRECISION, **asdict(best), "share": best.share} if best else None,
        "mistakes": [_as_json(one, catalog) for one in mistakes(some)],
        "problems": [asdict(problem) for problem in found.problems],
    }


def _counts(one: Count) -> dict[str, Any]:
    return asdict(one) | {"judged": one.judged, "share": one.share}


def _as_json(one: Replayed, catalog: Catalog) -> dict[str, Any]:
    logged = one.logged
    return {
        "person": email_of(one.user_id, catalog), "on": one.on, "title": one.title, "kind": one.kind,
        "ground": one.ground, "level": one.level, "confidence": one.confidence, "verdict": one.verdict,
        "why": one.why, "target": _slot(one.project_id, one.task_id, catalog), "hours": one.hours,
        "logged": None if logged is None else {
            "id": logged.id, "target": _slot(logged.project_id, logged.task_id, catalog), "hours": logged.hours,
        },
    }  # fmt: skip
