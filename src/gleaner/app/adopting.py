"""What a back-test earned, put on the ladder where nobody decided anything yet; and taken back again.

Adopting is a run of its own, so that all it did can be undone together.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date

from gleaner.app.account import Account
from gleaner.app.holding import reopen_held
from gleaner.app.laddering import journal, stored
from gleaner.core.activities import Kind
from gleaner.core.catalog import UserId
from gleaner.matching.backtest import Replayed
from gleaner.review.ladder import Footing, Standing, Step, Taken, adopted, unadopted

RUN = "adopt"
"""What such a run is called."""
_TAKEN_BACK = "the back-test it began with was taken back"


@dataclass(frozen=True)
class Earned:
    """What a back-test earned for one step."""

    footing: Footing
    standing: Standing
    kept: int
    judged: int
    is_new: bool
    """It has no record yet; otherwise people's decisions stand and this changes nothing."""


@dataclass(frozen=True)
class Adopted:
    """What came of adopting."""

    run_id: str = ""
    """Empty: there was nothing to adopt."""
    count: int = 0
    """How many steps began with the back-test, whatever their rung."""
    steps: tuple[Step, ...] = ()
    """Those that went up."""


def earned(account: Account, replayed: Iterable[Replayed]) -> list[Earned]:
    """The rung that each step earned in a back-test, by what Gleaner would have been sure of; the highest first."""
    records: dict[tuple[UserId, Kind, str], list[bool]] = {}
    for one in sorted(replayed, key=lambda one: one.on):
        if one.is_sure and one.is_judged and one.ground:
            records.setdefault((one.user_id, one.kind, one.ground), []).append(one.is_kept)
    known = stored(account).standings()
    found = [
        Earned(on, adopted(record, on.kind), sum(record), len(record), on not in known)
        for key, record in records.items()
        for on in [Footing(*key)]
    ]
    return sorted(found, key=lambda one: (-one.kept, one.footing))


def adopt(account: Account, found: Sequence[Earned], first: date, last: date, *, by: str) -> Adopted:
    """Put the steps that have no record yet where the back-test says."""
    if not any(one.is_new for one in found):
        return Adopted()
    store, now, made, count = stored(account), account.clock.now(), list[Step](), 0
    run_id = account.runs.begin(RUN, now=now, first=first, last=last)
    why = f"the back-test from {first} to {last} earned it"
    for one in found:
        is_taken, step = store.adopt(one.footing, one.standing, now=now, why=why, run_id=run_id)
        count += is_taken
        if step is not None:
            journal(account, step, by, run_id)
            made.append(step)
    account.runs.end(run_id, now=account.clock.now(), summary={"adopted": count, "steps": len(made)})
    return Adopted(run_id, count, tuple(made))


def adopted_in(account: Account, run_id: str) -> list[Taken]:
    """What taking that run back would come to, for people the token's owner may see."""
    return [
        Taken(on, standing, unadopted(standing, on.kind))
        for on, standing in sorted(stored(account).adopted_in(run_id).items(), key=lambda pair: pair[0])
        if account.may_see(on.user_id)
    ]


def take_back(account: Account, run_id: str, *, by: str) -> list[Taken]:
    """Undo an adoption. What people decided since stands alone; what a correction took is not given back."""
    store, now, found = stored(account), account.clock.now(), list[Taken]()
    undo_id = account.runs.begin("undo", now=now)
    for one in adopted_in(account, run_id):
        done = store.unadopt(one.footing, run_id, now=now, why=_TAKEN_BACK)
        if done is None:
            continue
        taken, step = done
        found.append(taken)
        if step is not None:
            journal(account, step, by, undo_id)
    reopen_held(account, {taken.footing.user_id for taken in found}, undo_id)
    account.runs.end(undo_id, now=account.clock.now(), summary={"taken_back": len(found)})
    return found
