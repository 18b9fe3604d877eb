"""Choosing how far Gleaner may go for a person: it lowers what gleaner.toml allows, and never lifts it."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from gleaner.adapters.store.chosen_rungs import Chosen
from gleaner.app.account import Account
from gleaner.app.holding import reopen_held
from gleaner.core.catalog import UserId
from gleaner.core.errors import ConfigError, Refused
from gleaner.core.phrases import Phrase, phrase
from gleaner.core.text import shown
from gleaner.review.journal import Line
from gleaner.review.ladder import RUNGS, Rung, lower
from gleaner.review.policy import Ladder


@dataclass(frozen=True)
class Choice:
    """What was chosen for a person, and what is left of it."""

    user_id: UserId
    rung: Rung
    allowed: Rung
    """As far as meetings may climb for them: what was chosen, under the file's ceiling."""
    most: Rung
    """What the file allows them, whatever was chosen."""
    before: Rung | None = None
    """What was chosen before; None where nobody ever chose."""
    at: datetime | None = None
    by: str = ""

    @property
    def is_too_high(self) -> bool:
        """Whether the file holds it back."""
        return self.allowed != self.rung


def choice_of(account: Account, user_id: UserId) -> Choice:
    """As it stands now. Raises Refused for somebody else's, unless an administrator asks."""
    account.check_may_see(user_id)
    return _choice(user_id, account.rungs.chosen().get(user_id), account.ladder)


def _choice(user_id: UserId, kept: Chosen | None, ladder: Ladder) -> Choice:
    most = lower(ladder.meetings, "preselect") if user_id in ladder.only_suggest else ladder.meetings
    if kept is None:
        return Choice(user_id, most, most, most)
    return Choice(user_id, kept.rung, lower(kept.rung, most), most, kept.before, kept.at, kept.by)


def choices(account: Account) -> list[Choice]:
    """Of everybody who ever chose, or for whom somebody did: those that the token's owner may see."""
    ladder = account.ladder
    return [
        _choice(user_id, kept, ladder)
        for user_id, kept in sorted(account.rungs.chosen().items())
        if account.may_see(user_id) and user_id in account.catalog.people
    ]


def rung_named(text: str) -> Rung:
    """Raises ConfigError for what is no rung."""
    found = next((one for one in RUNGS if one == text), None)
    if found is None:
        raise ConfigError(
            phrase('"{text}" is no rung; choose suggest, preselect or post', text=shown(text[:40]))
        )
    return found


def choose(account: Account, user_id: UserId, rung: Rung, *, by: str) -> bool:
    """From now on no further than *rung* for that person, in every process; whether that changed anything.

    What policy had approved for them and may not log any more is theirs to decide again.
    Raises Refused for somebody else, unless an administrator chooses.
    """
    account.check_may_see(user_id)
    if user_id not in account.catalog.people or user_id in account.people.gone():
        raise Refused(phrase("there is nobody to choose for"))
    now = account.clock.now()
    line = Line(now, by, "rung", sentence(account, user_id, rung), "", "", user_id)
    done = account.rungs.choose(user_id, rung, by=by, now=now, line=line)
    if done:
        reopen_held(account, (user_id,))
    return done


def sentence(account: Account, user_id: UserId, rung: Rung) -> Phrase:
    """What a choice means from now on."""
    name = shown(account.catalog.people[user_id].name)
    if rung == "suggest":
        return phrase(
            "From now on sure meetings of {name} are proposed and not logged; each is decided by itself.",
            name=name,
        )
    if rung == "preselect":
        return phrase(
            "From now on sure meetings of {name} are proposed and not logged; they may be accepted together.",
            name=name,
        )
    return phrase(
        "From now on sure meetings of {name} are logged at once, as far as gleaner.toml and the ladder allow.",
        name=name,
    )


def too_high(choice: Choice) -> Phrase:
    """Why a choice counts for less, and what an administrator has to write."""
    return phrase(
        'It counts as {allowed}: gleaner.toml allows no more. For more, an administrator writes meetings = "{rung}"'
        " under [policy] there, and takes away only_suggest = true where it stands for that person.",
        allowed=choice.allowed, rung=choice.rung,
    )  # fmt: skip


def would_be(before: Choice, rung: Rung) -> Choice:
    """What a choice would come to; nothing is written."""
    return Choice(before.user_id, rung, lower(rung, before.most), before.most, before.rung)
