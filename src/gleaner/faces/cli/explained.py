"""Everything about one rule as people and programs read it."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from gleaner.core.catalog import Catalog
from gleaner.core.proposals import State
from gleaner.core.time import spoken_day
from gleaner.faces.cli.laddered import ceiling_sentence, step_as_json
from gleaner.faces.cli.proposals import email_of, hours, name_of, step_sentence
from gleaner.faces.cli.ruled import fared, origin, rule_as_json, sentence
from gleaner.faces.cli.session import say, table
from gleaner.review.ladder import record_sentence
from gleaner.review.policy import Ladder
from gleaner.review.words import became
from gleaner.timesheets.text import plain

if TYPE_CHECKING:
    from gleaner.app.explaining import About, Explained, OnLadder
    from gleaner.app.ruling import Listed


def show_explained(found: Explained, ladder: Ladder, catalog: Catalog) -> None:
    """The rule in a few lines, where it stands on the ladder, and what became of the newest it was about."""
    one = found.rule
    said, fares = sentence(one.rule, catalog), fared(one)
    say(
        f"{one.id}  {said[:1].upper()}{said[1:]}.",
        *(f"        {line}" for line in _effects(one)),
        f"        It was {origin(one)}." if one.made_at else f"        It comes {origin(one)}.",
        f"        {_switch(one)}",
        f"        {fares[:1].upper()}{fares[1:]}.",
    )
    if found.namesakes:
        others = ", ".join(other.id for other in found.namesakes)
        say(f"        It shares its record with {others}: they have the same name. Give each one of its own.")
    if one.effect == "always":
        say("", "On the ladder:", f"  {ceiling_sentence(ladder)}")
        for on in found.rungs:
            _show_rung(on, catalog)
        if not found.rungs:
            say("  Nothing that rested on it was judged yet.")
    say("")
    if not found.newest:
        say("Nothing that it is about was seen in the last year." if one.effect == "never" else _NONE_RESTED)
        return
    rows = (
        (
            f"{spoken_day(about.on)} {about.on.year}", name_of(about.user_id, catalog), plain(about.title),
            f"{hours(about.item.proposal)} h" if about.item else "", _fate(about, one, catalog),
            about.item.short if about.item else "",
        )
        for about in found.newest
    )  # fmt: skip
    table(("Day", "Person", "What", "Hours", "What became of it", "ID"), rows, right=("Hours",))


_NONE_RESTED = "No proposal rested on it yet."


def _effects(one: Listed) -> list[str]:
    if one.effect == "never":
        return ["What it is about is not proposed. What was logged before stays."]
    task = "" if one.rule.task_id is not None else " The task follows from the kind of work."
    return [
        f"It beats everything Gleaner would guess.{task}",
        "Rules made in reviews come first, then those of gleaner.toml from the top; the first that fits decides.",
    ]


def _switch(one: Listed) -> str:
    if one.off is None:
        return "It is on."
    by, at = one.off
    return f"It is off, since {spoken_day(at.date())} {at.year}, by {by}: it counts for nothing."


def _show_rung(on: OnLadder, catalog: Catalog) -> None:
    standing, footing = on.standing, on.footing
    kind = "meetings" if footing.kind == "meeting" else "coding"
    by = "what was chosen (gleaner rules choose)" if on.is_chosen else "gleaner.toml"
    held = "" if on.allowed == standing.rung else f", held at {on.allowed} by {by}"
    say(f"  {name_of(footing.user_id, catalog)}, {kind}: {standing.rung}{held}; {standing.sentence}.")
    if on.last is not None:
        at = on.last.at
        say(f"    {spoken_day(at.date())} {at.year}: {step_sentence(on.last, catalog)}.")


def _fate(about: About, one: Listed, catalog: Catalog) -> str:
    if about.item is None or (one.effect == "never" and about.item.state is State.SUPERSEDED):
        return "left out" if one.off is None else "not proposed"
    return became(catalog, about.item, is_corrected=about.is_corrected)


def explained_as_json(found: Explained, ladder: Ladder, catalog: Catalog) -> dict[str, Any]:
    """The same for programs."""
    return rule_as_json(found.rule, catalog) | {
        "ladder_is_on": ladder.earned is not None,
        "ladder": [
            {
                "person": email_of(on.footing.user_id, catalog), "kind": on.footing.kind, "rung": on.standing.rung,
                "allowed": on.allowed, "is_chosen": on.is_chosen, "kept": on.standing.kept,
                "decided": len(on.standing.record),
                "record": record_sentence(on.standing.kept, len(on.standing.record)),
                "last_step": step_as_json(on.last, catalog) if on.last is not None else None,
            }
            for on in found.rungs
        ],
        "newest": [_as_json(about, found.rule, catalog) for about in found.newest],
        "shares_record_with": [other.id for other in found.namesakes],
    }  # fmt: skip


def _as_json(about: About, one: Listed, catalog: Catalog) -> dict[str, Any]:
    item = about.item
    return {
        "person": email_of(about.user_id, catalog), "on": about.on, "title": about.title,
        "id": item.short if item else None, "state": item.state.value if item else None,
        "decision": item.decision if item else None, "decided_by": (item.decided_by or None) if item else None,
        "is_corrected": about.is_corrected, "became": _fate(about, one, catalog),
    }  # fmt: skip
