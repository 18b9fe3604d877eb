"""A note in a language model's words, for whoever asks for one while they review; nothing is written unasked."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Collection

from gleaner.app.account import Account
from gleaner.app.advising import model_of, names, note
from gleaner.app.model_use import hold, takes
from gleaner.core.actions import CreateTimeEntry
from gleaner.core.errors import ConfigError, GleanerError, Refused
from gleaner.core.phrases import phrase
from gleaner.core.proposals import Proposal
from gleaner.matching.wording import INSTRUCTIONS, checked, told
from gleaner.review.inbox import Item


def may_word(account: Account, proposal: Proposal) -> bool:
    """Whether a note of it can be asked for: there is a model for that, and it was made of something that was seen."""
    is_entry = isinstance(proposal.action, CreateTimeEntry) and bool(proposal.activity_key)
    return is_entry and account.settings.llm.may("notes")


def document(account: Account, item: Item) -> str:
    """What the model is told of *item*. Raises ConfigError where there is no model for notes, or nothing to word."""
    proposal, action = item.proposal, item.proposal.action
    if not account.settings.llm.may("notes"):
        raise ConfigError(phrase('no language model words notes here: put "notes" into uses under [llm]'))
    activity = account.activities.named({proposal.activity_key}).get(proposal.activity_key)
    if activity is None or not isinstance(action, CreateTimeEntry):
        raise ConfigError(phrase("what this was made of is not kept any more, so there is nothing to word"))
    return told(activity, action.notes, names=names(account))


def word(account: Account, item: Item) -> str:
    """The note in a model's words, to be taken or left; asked once for each document.

    Raises Refused when the model's answer says more than was seen, or its budget is used up; Unavailable when it is
    away.
    """
    said = document(account, item)
    kept = _kept(account, item.proposal, said)
    if kept:
        return kept
    model = model_of(account.settings.llm)
    once = takes(INSTRUCTIONS, said)
    held = hold(account, 2 * once)  # an answer that is none is asked for once more
    note(account, item.proposal.user_id, said, proposal_key=item.proposal.key)
    try:
        answered = model.ask(INSTRUCTIONS, said, (), once)
    except GleanerError:
        held.settle(once)
        raise
    held.settle(answered.tokens)
    text = checked(str(answered.value["text"]), said)
    kept_now = json.dumps({"of": _digest(said), "note": text})
    account.cache.put(_key(item.proposal.activity_key), kept_now.encode())
    return text


def worded(account: Account, item: Item) -> str:
    """The note that was worded before of what is still so; empty for none. Asks nobody."""
    if not may_word(account, item.proposal) or account.cache.get(_key(item.proposal.activity_key)) is None:
        return ""
    try:
        return _kept(account, item.proposal, document(account, item))
    except (ConfigError, Refused):
        return ""


def _kept(account: Account, proposal: Proposal, said: str) -> str:
    found = account.cache.get(_key(proposal.activity_key))
    kept = json.loads(found) if found else {}
    return str(kept["note"]) if kept.get("of") == _digest(said) else ""


def _digest(said: str) -> str:
    return hashlib.sha256(said.encode()).hexdigest()[:32]


def _key(activity_key: str) -> str:
    return f"llm/note/{hashlib.sha256(activity_key.encode()).hexdigest()[:32]}"


def forget(account: Account, activity_keys: Collection[str]) -> None:
    """Delete what was worded of those activities: it quotes them."""
    account.cache.drop([_key(one) for one in activity_keys])
