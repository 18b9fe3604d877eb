"""Letting Gleaner write to Harvest, and stopping it: for everybody and everything, whoever asks for it."""

from __future__ import annotations

from gleaner.app.account import Account
from gleaner.app.holding import reopen_held
from gleaner.core.errors import Refused
from gleaner.core.phrases import Phrase, phrase
from gleaner.review.journal import Line


def switch(account: Account, *, is_given: bool, by: str) -> bool:
    """From now on it may write, or only read, in every process; whether that changed anything.

    What policy approved and nobody began to write waits for a person then. Raises Refused unless an administrator asks.
    """
    check_may_switch(account)
    now = account.clock.now()
    line = Line(now, by, "access", sentence(is_given=is_given))
    done = account.write_access.switch(is_given=is_given, now=now, line=line)
    if done and not is_given:
        reopen_held(account, account.catalog.people.keys())
    return done


def check_may_switch(account: Account) -> None:
    """Raises Refused unless an administrator asks."""
    if not account.is_administrator:
        raise Refused(phrase("only an administrator lets Gleaner write, or stops it"))


def sentence(*, is_given: bool) -> Phrase:
    """What it means from now on."""
    if is_given:
        return phrase(
            "From now on Gleaner may write to Harvest: what somebody accepts, and what the rungs allow."
        )
    return phrase("From now on Gleaner only reads: nothing is written to Harvest, whoever accepts it.")


def stands(*, is_given: bool) -> Phrase:
    """How it stands."""
    if is_given:
        return phrase("Gleaner may write to Harvest: what somebody accepts, and what the rungs allow.")
    return phrase("Gleaner only reads: nothing is written to Harvest, whoever accepts it.")
