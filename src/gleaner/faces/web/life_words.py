"""What several pages say of rules, steps of the ladder and what Gleaner did, in the reader's language."""

from __future__ import annotations

from collections.abc import Mapping
from typing import assert_never

from gleaner.core.actions import (
    Action,
    CreateExpense,
    CreateTimeEntry,
    DeleteExpense,
    DeleteTimeEntry,
    StartTimer,
    StopTimer,
    UpdateExpense,
    UpdateTimeEntry,
)
from gleaner.core.catalog import Catalog, ProjectId, TaskId, UserId
from gleaner.core.language import Words
from gleaner.review.journal import Happening
from gleaner.review.ladder import LEAST, Footing, Rung, Step, Taken
from gleaner.review.words import where


def name_of(user_id: UserId | None, catalog: Catalog) -> str:
    """The person's name; their number when the catalog does not have them (any more), nothing for nobody."""
    if user_id is None:
        return ""
    person = catalog.people.get(user_id)
    return person.name if person is not None else f"user {user_id}"


def events(words: Words) -> Mapping[Happening, str]:
    """What each kind of line in the journal is called."""
    return {
        "applied": words.text("written to Harvest"), "found": words.text("was there already"),
        "approved": words.text("accepted"), "edited": words.text("corrected"),
        "dismissed": words.text("dismissed"), "undone": words.text("taken back"),
        "failed": words.text("refused"), "waiting": words.text("waits"),
        "withdrawn": words.text("withdrawn"), "fault": words.text("put right"),
        "ruled": words.text("rule"), "rung": words.text("ladder"),
        "proposed": words.text("proposed"), "exception": words.text("day off"), "forgotten": words.text("forgotten"),
        "advised": words.text("asked a model"), "access": words.text("who gets in"),
    }  # fmt: skip


def actor(name: str, words: Words) -> str:
    """Who decided: a person by address, or Gleaner itself."""
    if name == "policy":
        return words.text("Gleaner, by the policy")
    return words.text("Gleaner itself") if name == "gleaner" else name


def reversal(action: Action, words: Words) -> str:
    """What taking it back does."""
    match action:
        case CreateTimeEntry():
            return words.text("the entry is removed")
        case StartTimer():
            return words.text("the timer and its entry are removed")
        case UpdateTimeEntry():
            return words.text("the entry is as it was before")
        case DeleteTimeEntry():
            return words.text("the entry is put back")
        case StopTimer():
            return words.text("the timer runs again")
        case CreateExpense():
            return words.text("the expense is removed")
        case UpdateExpense():
            return words.text("the expense is as it was before")
        case DeleteExpense():
            return words.text("the expense is put back")
        case _:
            assert_never(action)


def written(text: str, words: Words) -> str:
    """A sentence of the program in the reader's language, where there is one; untrusted words in it are left alone."""
    return words.texts.get(text, (text,))[0]


def target(project_id: ProjectId | None, task_id: TaskId | None, catalog: Catalog) -> str:
    """``Apollo / Meetings``; the project alone where no task is said."""
    return where(catalog, project_id, task_id).removesuffix(" / ?")


# --- the ladder ----------------------------------------------------------------------------------------------------


def rung(name: Rung, words: Words) -> str:
    """What a rung is called."""
    return {
        "suggest": words.text("suggest"), "preselect": words.text("preselect"), "post": words.text("post"),
    }[name]  # fmt: skip


def record(kept: int, decided: int, words: Words) -> str:
    """How often something was kept."""
    if not decided:
        return words.text("new: no record yet")
    if decided < LEAST:
        return words.text("new: {kept} of {decided} kept, too few to tell", kept=kept, decided=decided)
    return words.text("{kept} of the last {decided} kept", kept=kept, decided=decided)


def ground(name: str, words: Words) -> str:
    """What a match rests on most, in the middle of a sentence: ``the code of the project``; an unknown name as it is.

    >>> from gleaner.core.language import words
    >>> ground("code", words("en")), ground("rule:Portal", words("en"))
    ('the code of the project', 'rule Portal')
    """
    if name.startswith("rule:"):
        return words.text("rule {name}", name=name.removeprefix("rule:"))
    known = {
        "code": words.text("the code of the project"), "project": words.text("the name of the project"),
        "client": words.text("the name of the client"), "initials": words.text("initials"),
        "part": words.text("a part of a name"), "spelling": words.text("a name, spelt nearly so"),
        "contact": words.text("somebody at the client"), "series": words.text("the series"),
        "title": words.text("the title"), "people": words.text("who was there"),
        "attendee": words.text("who was invited"), "branch": words.text("the branch"),
        "issue": words.text("the issue"), "repository": words.text("the repository"),
        "words": words.text("words that were used before"), "letters": words.text("words that were used before"),
        "team": words.text("who works on what"), "outside": words.text("who came from outside"),
        "recent": words.text("what was logged last"), "size": words.text("how much was logged where"),
    }  # fmt: skip
    return known.get(name, name)


def footing(on: Footing, words: Words) -> str:
    """``meetings by rule Portal``."""
    ground = on.ground
    if ground.startswith("rule:"):
        ground = words.text("rule {name}", name=ground.removeprefix("rule:"))
    if on.kind == "meeting":
        return words.text("meetings by {ground}", ground=ground)
    return words.text("coding by {ground}", ground=ground)


def step(one: Step, catalog: Catalog, words: Words) -> str:
    """``Ana Person, meetings by series: from post back to preselect, because it was corrected (3 of 4 kept)``."""
    values = {
        "name": name_of(one.footing.user_id, catalog), "what": footing(one.footing, words),
        "before": rung(one.before, words), "after": rung(one.after, words), "why": written(one.why, words),
        "kept": one.kept, "decided": one.decided,
    }  # fmt: skip
    if one.is_fall:
        return words.text(
            "{name}, {what}: from {before} back to {after}, because {why} ({kept} of {decided} kept)",
            **values,
        )
    return words.text(
        "{name}, {what}: from {before} up to {after}, because {why} ({kept} of {decided} kept)", **values
    )


def taken(one: Taken, catalog: Catalog, words: Words) -> str:
    """What becomes of a step when its back-test is taken back."""
    return words.text(
        "{name}, {what}: from {before} to {after}",
        name=name_of(one.footing.user_id, catalog),
        what=footing(one.footing, words),
        before=rung(one.before.rung, words),
        after=rung(one.rung, words),
    )
