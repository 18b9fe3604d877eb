"""Rules as people and programs read them."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import asdict
from typing import TYPE_CHECKING, Any

from gleaner.core.catalog import Catalog
from gleaner.core.time import decimal_hours, spoken_day
from gleaner.faces.cli.proposals import email_of, name_of
from gleaner.faces.cli.session import say
from gleaner.matching.made import MadeRule
from gleaner.review.ladder import record_sentence
from gleaner.timesheets.text import plain

if TYPE_CHECKING:
    from gleaner.app.ruling import Listed
    from gleaner.app.simulating import Simulated
    from gleaner.matching.match import Match
    from gleaner.matching.rules import Rule


def sentence(rule: Rule | MadeRule, catalog: Catalog) -> str:
    """The rule in one sentence, without its end: what it is about, and what becomes of that."""
    if isinstance(rule, MadeRule):
        who = name_of(rule.user_id, catalog)
        if rule.project_id is None:
            return f"never propose {plain(rule.condition)} to {who}"
        return f"{plain(rule.condition)} of {who} goes to {_where(rule, catalog)}"
    said = rule.sentence.partition(": ")[2]
    whose = f" for {name_of(rule.user_id, catalog)}" if rule.user_id is not None else ""
    return f"if {said}, it goes to {_where(rule, catalog)}{whose}"


def _where(rule: Rule | MadeRule, catalog: Catalog) -> str:
    project = catalog.projects.get(rule.project_id) if rule.project_id is not None else None
    task = catalog.tasks.get(rule.task_id) if rule.task_id is not None else None
    name = project.name if project is not None else f"project {rule.project_id}"
    gone = "" if project is not None and project.is_active else " (archived)"
    return f"{name}{f' / {task.name}' if task is not None else ''}{gone}"


def show_rules(rules: Sequence[Listed], catalog: Catalog) -> None:
    """A line for each rule, and one for where it comes from and how it fared."""
    for one in rules:
        off = (
            f"  [off since {spoken_day(one.off[1].date())} {one.off[1].year}, by {one.off[0]}]"
            if one.off
            else ""
        )
        said = sentence(one.rule, catalog)
        say(f"{one.id}  {said[:1].upper()}{said[1:]}.{off}", f"        {origin(one)}; {fared(one)}.")


def origin(one: Listed) -> str:
    """Where the rule comes from, and when."""
    if one.made_at is None:
        return f"from {one.origin}"
    return f"made in a review by {one.by} on {spoken_day(one.made_at.date())} {one.made_at.year}"


def fared(one: Listed) -> str:
    """What rested on the rule, and how much of that was kept."""
    if one.effect == "never":
        return f"about {one.hits} of what was seen and is still kept"
    times = "1 proposal" if one.hits == 1 else f"{one.hits} proposals"
    return f"{times}; {record_sentence(one.kept, one.decided)}"


def rule_as_json(one: Listed, catalog: Catalog) -> dict[str, Any]:
    """The rule for programs."""
    rule = one.rule
    return {
        "id": one.id,
        "sentence": sentence(rule, catalog),
        "effect": one.effect,
        "origin": one.origin,
        "person": email_of(one.user_id, catalog) if one.user_id is not None else None,
        "project_id": rule.project_id,
        "task_id": rule.task_id,
        "by": one.by or None,
        "made_at": one.made_at,
        "is_on": one.off is None,
        "switched_off_by": one.off[0] if one.off else None,
        "switched_off_at": one.off[1] if one.off else None,
        "hits": one.hits,
        "kept": one.kept,
        "decided": one.decided,
        "record": record_sentence(one.kept, one.decided) if one.effect == "always" else None,
    }


def show_simulated(found: Simulated, catalog: Catalog) -> None:
    """What switching the rule would change, activity by activity."""
    way = "off" if found.rule.off is None else "on"
    days = f"{spoken_day(found.first)} to {spoken_day(found.last)}"
    said = sentence(found.rule.rule, catalog)
    say(f"{found.rule.id}  {said[:1].upper()}{said[1:]}.")
    say(
        f"{days}: the rule is about {found.looked_at} of what was seen; {len(found.changes)} of it would be proposed"
        f" otherwise if it were {way}."
    )
    for one in found.changes:
        say(
            f"  {spoken_day(one.on):<10}  {name_of(one.activity.user_id, catalog)}: "
            f'"{plain(one.activity.title)}" {decimal_hours(one.activity.observed):.2f} h: '
            f"{_proposed(one.before)} → {_proposed(one.after)}"
        )


def _proposed(found: Match | None) -> str:
    if found is None:
        return "left out"
    if found.level == "unsure" or found.slot is None:
        return "asked about, without a project"
    return f"{found.slot.project.name} / {found.slot.task.name} [{found.level}]"


def simulated_as_json(found: Simulated, catalog: Catalog) -> dict[str, Any]:
    """The same for programs."""
    return {
        "rule": rule_as_json(found.rule, catalog),
        "first": found.first,
        "last": found.last,
        "looked_at": found.looked_at,
        "changes": [
            {
                "on": one.on,
                "person": email_of(one.activity.user_id, catalog),
                "title": one.activity.title,
                "before": _as_json(one.before),
                "after": _as_json(one.after),
            }
            for one in found.changes
        ],
    }


def _as_json(found: Match | None) -> dict[str, Any] | None:
    if found is None:
        return None
    slot = found.slot if found.level != "unsure" else None
    return {
        "level": found.level,
        "confidence": found.confidence,
        "project_id": slot.project.id if slot else None,
        "task_id": slot.task.id if slot else None,
        "evidence": [asdict(piece) for piece in found.evidence],
    }
