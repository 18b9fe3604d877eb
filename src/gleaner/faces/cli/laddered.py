"""The autonomy ladder as people and programs read it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any

from gleaner.core.catalog import Catalog
from gleaner.core.time import spoken_day
from gleaner.faces.cli.proposals import email_of, name_of, step_sentence
from gleaner.faces.cli.session import say, table
from gleaner.review.ladder import RUNGS, Footing, Standing, Step, Taken
from gleaner.review.policy import Ladder

if TYPE_CHECKING:
    from gleaner.app.adopting import Earned
    from gleaner.app.choosing import Choice

LONGEST_LIST = 20
"""More steps than this are for programs."""


def show_ladder(
    ladder: Ladder, standings: Mapping[Footing, Standing], steps: Sequence[Step], catalog: Catalog
) -> None:
    """The ceiling, where each step stands, and how it came there."""
    say(ceiling_sentence(ladder))
    rows = [
        (name_of(on.user_id, catalog), on.name, one.rung, one.sentence)
        for on, one in sorted(
            standings.items(), key=lambda pair: (pair[0].user_id, -RUNGS.index(pair[1].rung), pair[0])
        )
    ]
    if rows:
        table(("Person", "What", "Rung", "Record"), rows)
    else:
        say(
            "No step has a record yet. Decide in gleaner review, or see what past days earn: gleaner backtest."
        )
    if len(steps) > LONGEST_LIST:
        say(f"The newest {LONGEST_LIST} of {len(steps)} steps; gleaner rules ladder --json has them all:")
    for step in steps[-LONGEST_LIST:]:
        on = f"{spoken_day(step.at.date())} {step.at.year}"
        say(f"{on:<15}  {step_sentence(step, catalog)}")


def show_choices(choices: Sequence[Choice], catalog: Catalog) -> None:
    """How far people chose that Gleaner may go for them."""
    for one in choices:
        name, by = name_of(one.user_id, catalog), email_of(one.user_id, catalog)
        who = f"{name} chose" if one.by == by else f"{one.by} chose for {name}:"
        on = f" on {spoken_day(one.at.date())} {one.at.year}" if one.at is not None else ""
        less = f"; gleaner.toml allows {one.allowed}" if one.is_too_high else ""
        say(f"{who} {one.rung}{on}{less}.")


def ceiling_sentence(ladder: Ladder) -> str:
    """How far anything may climb."""
    if ladder.earned is None:
        return (
            "The ladder decides nothing: every step is at the ceiling, which for meetings is"
            f" {ladder.meetings}. To let each be earned, put ladder = true under [policy]."
        )
    return f"Meetings may climb to {ladder.meetings}, coding to preselect. Steps not listed are on suggest."


def ladder_as_json(
    ladder: Ladder, standings: Mapping[Footing, Standing], steps: Sequence[Step], catalog: Catalog
) -> dict[str, Any]:
    """The same for programs."""
    return {
        "is_on": ladder.earned is not None,
        "ceiling": {"meeting": ladder.meetings, "coding": "preselect"},
        "standings": [
            {**_footing(on, catalog), "rung": one.rung, "kept": one.kept, "decided": len(one.record)}
            for on, one in sorted(standings.items())
        ],
        "steps": [step_as_json(step, catalog) for step in steps],
    }


def step_as_json(step: Step, catalog: Catalog) -> dict[str, Any]:
    """One step up or down for programs."""
    return {
        **_footing(step.footing, catalog), "at": step.at, "before": step.before, "after": step.after,
        "why": step.why, "kept": step.kept, "decided": step.decided,
    }  # fmt: skip


def _footing(on: Footing, catalog: Catalog) -> dict[str, Any]:
    return {"person": email_of(on.user_id, catalog), "kind": on.kind, "ground": on.ground}


def choice_as_json(choice: Choice, catalog: Catalog) -> dict[str, Any]:
    """How far Gleaner may go for a person, for programs."""
    return {
        "person": email_of(choice.user_id, catalog), "rung": choice.rung, "counts_as": choice.allowed,
        "before": choice.before, "chosen_at": choice.at, "chosen_by": choice.by,
    }  # fmt: skip


def show_earned(found: Sequence[Earned], catalog: Catalog) -> None:
    """What a back-test would put on the ladder: the steps above the lowest rung, and how many earned none."""
    up = [one for one in found if one.standing.rung != "suggest"]
    rest = len(found) - len(up)
    if not up:
        say("", f"No step earns more than suggest; {rest} had something to judge.")
        return
    say("", "The ladder it earns:")
    for one in up:
        has = "" if one.is_new else "; it has a record already, which stays"
        say(
            f"  {one.standing.rung:<9}  {name_of(one.footing.user_id, catalog)}, {one.footing.name}:"
            f" {one.kept} of {one.judged} kept{has}"
        )
    if rest:
        say(f"  {rest} more {'earns' if rest == 1 else 'earn'} no more than suggest.")


def earned_as_json(found: Sequence[Earned], catalog: Catalog) -> list[dict[str, Any]]:
    """The same for programs, every step of it."""
    return [
        {
            **_footing(one.footing, catalog), "rung": one.standing.rung, "kept": one.kept, "judged": one.judged,
            "is_new": one.is_new,
        }
        for one in found
    ]  # fmt: skip


def taken_sentence(one: Taken, catalog: Catalog) -> str:
    """``Ana Person, meetings by code: from post back to suggest``, and what people decided since."""
    whose = f"{name_of(one.footing.user_id, catalog)}, {one.footing.name}"
    moved = (
        f"from {one.before.rung} back to {one.rung}"
        if one.rung != one.before.rung
        else f"stays on {one.rung}"
    )
    if one.after is None:
        return f"{whose}: {moved}; nobody decided anything since"
    if not one.after.record:
        return f"{whose}: {moved}; what was corrected since counts on"
    return f"{whose}: {moved}; decided since: {one.after.kept} of {len(one.after.record)} kept"


def taken_as_json(one: Taken, catalog: Catalog) -> dict[str, Any]:
    """The same for programs."""
    after = one.after or Standing()
    return {
        **_footing(one.footing, catalog), "before": one.before.rung, "after": one.rung,
        "kept": after.kept, "decided": len(after.record), "is_begun_anew": one.after is None,
    }  # fmt: skip
