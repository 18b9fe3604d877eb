"""A language model's guess at unsure matches, where ``[llm]`` is set up for that. It advises and never decides.

Each activity is asked about once, as it was: a change asks anew. What was guessed is put into the drafts of its day
from then on. When the model is away, slow, wrong or over its budget, the drafts are as they are without one.
"""

from __future__ import annotations

import hashlib
import json
import time
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import replace
from typing import Any

from gleaner.adapters.llm.client import CHOICE_ROUNDS, Answered, Llm, Nonsense
from gleaner.app.account import Account
from gleaner.app.model_use import hold, left, takes
from gleaner.config.llm import LlmSettings
from gleaner.core.actions import CreateTimeEntry
from gleaner.core.activities import Activity, Problem
from gleaner.core.catalog import ProjectId, TaskId, UserId
from gleaner.core.errors import ConfigError, GleanerError, Refused
from gleaner.core.phrases import phrase
from gleaner.core.proposals import Alternative, Proposal
from gleaner.matching.advise import INSTRUCTIONS, MOST, guess, ids_of, prompt, with_guess
from gleaner.matching.index import Index
from gleaner.matching.memory import Memory
from gleaner.matching.tasks import choose_task
from gleaner.review.journal import Line
from gleaner.timesheets.job import DayDraft

EACH_PASS = 20
"""Matches that are asked about in one pass; the others wait for the next."""
SECONDS = 60.0
"""No new question is asked in a pass after so long."""


def model_of(settings: LlmSettings) -> Llm:
    """The model that is set up. Raises ConfigError where its key is missing."""
    if not settings.provider:
        raise ConfigError("no language model is set up: see [llm] in docs/how-to/ask-an-llm.md")
    if settings.key is None and not settings.is_local:
        raise ConfigError("the language model needs a key: put it into GLEANER_LLM__KEY")
    key = settings.key.get_secret_value() if settings.key is not None else "none"
    return Llm(settings.provider, settings.model, settings.base_url, key, settings.timeout)


# --- what was guessed --------------------------------------------------------------------------------------------


def advised(account: Account, one: DayDraft) -> DayDraft:
    """The same draft with what a model guessed of its unsure matches before; asks nobody."""
    if not account.settings.llm.may("advise"):
        return one
    proposals = tuple(_advised(account, proposal) for proposal in one.draft.proposals)
    return replace(one, draft=replace(one.draft, proposals=proposals))


def _advised(account: Account, proposal: Proposal) -> Proposal:
    said = _kept(account, proposal) if _is_asked(proposal) else None
    if not said or not said["project"]:
        return proposal
    project, task = ProjectId(said["project"]), TaskId(said["task"])
    slot = account.catalog.slot(proposal.user_id, project, task)
    if slot is None:  # not theirs to log to any more
        return proposal
    return with_guess(proposal, Alternative(project, task, str(slot), 0.0), said["why"])


def _is_asked(proposal: Proposal) -> bool:
    action = proposal.action
    return (
        proposal.level == "unsure"
        and isinstance(action, CreateTimeEntry)
        and action.project_id is None
        and bool(proposal.activity_key)
    )


def _kept(account: Account, proposal: Proposal) -> dict[str, Any] | None:
    """What came of asking about it as it is now; None when nobody did."""
    kept = account.cache.get(_key(proposal.activity_key))
    said: dict[str, Any] = json.loads(kept) if kept else {}
    return said if said.get("of") == proposal.fingerprint else None


def _key(activity_key: str) -> str:
    return f"llm/advice/{hashlib.sha256(activity_key.encode()).hexdigest()[:32]}"


def forget(account: Account, activity_keys: Collection[str]) -> None:
    """Delete what was guessed of those activities: a model's sentence may quote their words."""
    account.cache.drop([_key(one) for one in activity_keys])


# --- asking ------------------------------------------------------------------------------------------------------


def advise(
    account: Account,
    drafts: Iterable[DayDraft],
    activities: Iterable[Activity],
    memory: Memory,
    run_id: str = "",
) -> list[Problem]:
    """Ask about what is unsure in *drafts* and was not asked about yet; what kept it from being asked, if anything."""
    settings = account.settings.llm
    if not settings.may("advise"):
        return []
    by_key = {one.key: one for one in activities}
    until = time.monotonic() + SECONDS
    index = Index(account.catalog)
    try:
        waiting = list(_unasked(account, drafts, by_key))
        model = model_of(settings) if waiting else None
        for proposal, activity in waiting[:EACH_PASS]:
            if model is None or time.monotonic() > until:
                break
            _ask(account, model, proposal, activity, candidates(activity, proposal, index, memory), run_id)
    except GleanerError as error:
        return [Problem("Language model", f"{error}. Nothing depends on it.", is_hint=True)]
    return []


def _unasked(
    account: Account, drafts: Iterable[DayDraft], by_key: Mapping[str, Activity]
) -> Iterator[tuple[Proposal, Activity]]:
    for one in drafts:
        for proposal in one.draft.proposals:
            activity = by_key.get(proposal.activity_key)
            if activity is not None and _is_asked(proposal) and _kept(account, proposal) is None:
                yield proposal, activity


def candidates(
    activity: Activity, proposal: Proposal, index: Index, memory: Memory
) -> tuple[Alternative, ...]:
    """What the person may log to: first what the proposal names, then their other projects by name; a task each."""
    mine = {project.id for project in index.projects(activity.user_id)}
    found = {one.project_id: one for one in reversed(proposal.alternatives) if one.project_id in mine}
    listed = {
        one.project_id: found[one.project_id] for one in proposal.alternatives if one.project_id in found
    }
    rest = []
    for project_id in mine - listed.keys():
        task = choose_task(activity, project_id, index, memory)
        if task is not None:
            rest.append(Alternative(project_id, task.slot.task.id, str(task.slot), 0.0))
    return (*listed.values(), *sorted(rest, key=lambda one: (one.label, one.project_id)))[:MOST]


def _ask(
    account: Account,
    model: Llm,
    proposal: Proposal,
    activity: Activity,
    choices: Sequence[Alternative],
    run_id: str,
) -> None:
    if not choices:
        return
    slots = [account.catalog.slot(proposal.user_id, one.project_id, one.task_id) for one in choices]
    # A rival's label quotes another event; what is told are the catalog's own names.
    told = [
        replace(one, label=str(slot)) for one, slot in zip(choices, slots, strict=True) if slot is not None
    ]
    text = prompt(activity, told, names=names(account))
    once = takes(INSTRUCTIONS, text)
    held = hold(account, CHOICE_ROUNDS * once)
    note(account, proposal.user_id, text, run_id=run_id, proposal_key=proposal.key)
    try:
        answered = model.choose(INSTRUCTIONS, text, ids_of(told))
    except Nonsense:
        answered = Answered({}, held.tokens)
    except Refused:
        answered = Answered({}, once)
    except GleanerError:
        held.settle(0)  # nobody answered
        raise
    held.settle(answered.tokens)
    found = guess(answered.value, told)
    kept: dict[str, object] = {"of": proposal.fingerprint, "project": None}
    if found.place is not None:
        chosen = told[found.place]
        kept |= {"project": chosen.project_id, "task": chosen.task_id, "why": found.why}
    account.cache.put(_key(proposal.activity_key), json.dumps(kept).encode())


def names(account: Account) -> frozenset[str]:
    """What colleagues are called, which no model is told."""
    found = set()
    for person in account.catalog.people.values():
        found |= {person.name, *(part for part in person.name.split() if len(part) > 2)}
    return frozenset(found)


def note(account: Account, user_id: UserId, text: str, *, run_id: str = "", proposal_key: str = "") -> None:
    """Write into the person's journal what is told to whom, before it is."""
    settings = account.settings.llm
    said = "Asked the language model {model} at {place}"
    if settings.is_local:
        said = "Asked the language model {model} on this machine"
    account.journal.write(
        Line(
            account.clock.now(), "policy", "advised", phrase(said, model=settings.model, place=settings.place),
            run_id, proposal_key, user_id, request={"prompt": text},
        )
    )  # fmt: skip


def check(account: Account) -> Iterator[tuple[bool, str]]:
    """The model tried once, with nothing of anybody's in it; nothing where there is none."""
    settings = account.settings.llm
    if not settings.provider:
        return
    try:
        model = model_of(settings)
        text = json.dumps({"work": {"title": "a trial"}, "candidates": [{"id": "p1", "project": "Trial"}]})
        held = hold(account, CHOICE_ROUNDS * takes(INSTRUCTIONS, text))
        try:
            held.settle(model.choose(INSTRUCTIONS, text, ("p1", "none")).tokens)
        except GleanerError:
            held.settle(0)
            raise
    except GleanerError as error:
        yield False, error.text
        return
    template = (
        "{model} answers, what it is told stays on this machine, for {uses}; {left:,} tokens left this month"
        if settings.is_local
        else "{model} answers, it is told at {place}, for {uses}; {left:,} tokens left this month"
    )
    uses = ", ".join(settings.uses) or phrase("nothing, so it is never asked (uses in [llm])")
    yield True, phrase(template, model=settings.model, place=settings.place, uses=uses, left=left(account))
