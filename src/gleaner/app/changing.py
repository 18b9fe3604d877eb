"""What changed since it was logged, as a pass sees it: what moved, what is gone for sure, what nobody can tell."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import date

from gleaner.app.account import Account
from gleaner.app.drafting import kept_elsewhere, logged_about
from gleaner.app.looking import Looked
from gleaner.core.activities import Activity, Skipped
from gleaner.core.catalog import UserId
from gleaner.core.time import day_span
from gleaner.timesheets.job import DayDraft
from gleaner.timesheets.logged import AMENDMENT, Logged
from gleaner.timesheets.text import plain


@dataclass(frozen=True)
class Changes:
    """What drafting has to know to tell what changed."""

    activities: tuple[Activity, ...]
    """What was seen on the days of the pass, and on others to which something moved."""
    logged: tuple[Logged, ...]
    gone: dict[str, str]
    """Logged activities that are there no more, by key, and how that is known."""
    days_left: frozenset[tuple[UserId, date]]
    """Days outside the pass that hold an entry whose work was seen on a day of the pass."""


def changes_since(
    account: Account, looked: Looked, seen: Sequence[Activity], first: date, last: date
) -> Changes:
    """What to compare with what was logged for *seen*, and on the days from *first* to *last*."""
    logged = logged_about(account, seen, first, last)
    present = {one.key: one for one in (*looked.moved, *seen)}
    missing = [one for one in logged if one.activity_key not in present]
    present |= {one.key: one for one in kept_elsewhere(account, missing, present.values(), (first, last))}
    gone = {
        one.activity_key: _why(account, one, looked.captured.skipped)
        for one in missing
        if one.activity_key not in present and _is_gone(one, looked)
    }
    there = {one.key for one in seen}
    left = {
        (one.user_id, one.on)
        for one in logged
        if one.activity_key in there and not first <= one.on <= last and one.user_id in account.catalog.people
    }
    return Changes(tuple(present.values()), tuple(logged), gone, frozenset(left))


def only_amendments(one: DayDraft) -> DayDraft:
    """The draft of a day that was not looked at itself, without what would need that."""
    kept = tuple(proposal for proposal in one.draft.proposals if proposal.rule == AMENDMENT)
    return replace(one, draft=replace(one.draft, proposals=kept))


def _is_gone(one: Logged, looked: Looked) -> bool:
    """Only a source that was read whole just now can say so; a source that was taken away says nothing.

    What is private now took place all the same.
    """
    if one.activity_key in looked.captured.private:
        return False
    return (
        one.user_id in looked.whole and one.seen is not None and one.seen.source in looked.captured.complete
    )


def _why(account: Account, one: Logged, skipped: Iterable[Skipped]) -> str:
    """``was declined``, ``is no longer in the calendar``."""
    person = account.catalog.people.get(one.user_id)
    if person is not None:
        day = day_span(one.on, person.zone)
        for other in skipped:
            if (
                other.user_id == one.user_id
                and plain(other.what) == plain(one.title)
                and day.start <= other.at < day.end
            ):
                return (
                    other.reason.removeprefix("it ")
                    if other.reason.startswith("it was")
                    else f"is left out now, because {other.reason},"
                )
    return "is no longer in the calendar"
