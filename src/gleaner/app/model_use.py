"""A language model's monthly budget: what a request may take is held before it is made, and settled afterwards."""

from __future__ import annotations

from dataclasses import dataclass

from gleaner.adapters.llm.client import ANSWER_TOKENS
from gleaner.adapters.store.model_use import StoredUse
from gleaner.app.account import Account
from gleaner.core.errors import Refused

_LETTERS_A_TOKEN = 3
_FRAME = 600
"""Tokens that the library adds to a request at most: the shape of the answer, and the frame."""


@dataclass(frozen=True)
class Held:
    """Tokens that are counted for a request before it is made. They stay counted until it is settled: what a process
    that died in between took, nobody knows."""

    tokens: int
    _stored: StoredUse
    _month: str

    def settle(self, took: int) -> None:
        """Count what it took instead, in the month in which it was held."""
        self._stored.settle(self._month, self.tokens, took)


def tokens_of(*texts: str) -> int:
    """About what it takes to tell *texts*, rather too many."""
    return sum(len(text.encode()) for text in texts) // _LETTERS_A_TOKEN


def takes(*texts: str) -> int:
    """About what one request with *texts* and its answer takes at most."""
    return tokens_of(*texts) + ANSWER_TOKENS + _FRAME


def hold(account: Account, least: int, most: int = 0) -> Held:
    """*most* tokens, or what is left, but no less than *least*.

    Raises Refused when this month's budget does not hold that. Others may hold some at the same moment: all together
    are never more than the budget.
    """
    stored, month = StoredUse(account.engine, account.id), _month(account)
    budget = account.settings.llm.monthly_budget
    while (room := budget - stored.tokens(month)) >= least:
        tokens = min(max(least, most), room)
        if stored.hold(month, tokens, most=budget):
            return Held(tokens, stored, month)
        # Somebody else was faster, so there is less now.
    raise Refused("the language model's budget for this month is used up; it is monthly_budget in [llm]")


def left(account: Account) -> int:
    """Tokens that may still be taken this calendar month, by UTC."""
    used = StoredUse(account.engine, account.id).tokens(_month(account))
    return max(0, account.settings.llm.monthly_budget - used)


def _month(account: Account) -> str:
    return f"{account.clock.now():%Y-%m}"
