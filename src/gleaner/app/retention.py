"""Retention: after ``keep_days`` what was seen goes, and what was decided stays without its words."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from gleaner.adapters.store.api_tokens import StoredApiTokens
from gleaner.adapters.store.engine import flush
from gleaner.adapters.store.reminders import StoredReminders
from gleaner.adapters.store.retention import BATCH, Line, StoredWords
from gleaner.adapters.store.sessions import StoredSessions
from gleaner.adapters.store.used_links import StoredUsedLinks
from gleaner.app import advising, ruling, wording
from gleaner.app.account import Account
from gleaner.capture.observed import PRIVATE_TITLE


@dataclass(frozen=True)
class Retained:
    """What went, or would go."""

    before: date
    """Days before this one are old."""
    withdrawn: int
    """Proposals nobody decided."""
    proposals: int
    """Decided ones that lost their words, those withdrawn included."""
    activities: int
    """Seen pieces of work, deleted."""
    journal: int
    """Lines that lost their words."""
    runs: int
    cached: int
    """Copies of feeds and the like, deleted."""
    receipts: int = 0
    """Files of receipts that were decided, deleted."""

    @property
    def is_empty(self) -> bool:
        return not any(
            (
                self.withdrawn,
                self.proposals,
                self.activities,
                self.journal,
                self.runs,
                self.cached,
                self.receipts,
            )
        )


def retain(account: Account, now: datetime, *, dry_run: bool = False, batch: int = BATCH) -> Retained:
    """Take out of this account what is older than ``keep_days``. Harmless to repeat, and to break off anywhere.

    A proposal is old when its day is, and nobody touched it for as long. An open one is withdrawn then; one that was
    approved and still waits for Harvest keeps its words until it is done.
    """
    days = account.settings.capture.keep_days
    at, before = now - timedelta(days=days), now.date() - timedelta(days=days)
    words = StoredWords(account.engine, account.id, dry_run=dry_run, batch=batch)
    line = Line(f"Withdrawn: nobody decided it within {days} days.", now)
    # In this order: what is withdrawn loses its words at once, and then nothing needs its activity any more.
    withdrawn = words.withdraw(before, at, line)
    proposals = words.fade_proposals(before, at)
    done = Retained(
        before,
        withdrawn,
        proposals + (withdrawn if dry_run else 0),
        words.forget_activities(before),
        words.fade_journal(at),
        words.fade_runs(at),
        words.forget_cached(at),
        account.receipts.drop(at, dry_run=dry_run),
    )
    words.forget_results(at)
    if not dry_run:
        StoredUsedLinks(account.engine, account.id).forget_expired(now)
        StoredSessions(account.engine).forget_expired(now)
        StoredApiTokens(account.engine).forget_expired(at)
        StoredReminders(account.engine, account.id).forget_before(at)
    if not (dry_run or done.is_empty):
        flush(account.engine)
    return done


def hide(account: Account, private: Collection[str], *, seen: Collection[str]) -> int:
    """Take out the words of events that became private, keys given; how many proposals had said something.

    *seen* are the keys that are still work: with ``private = false`` an event is kept as "Private event".
    """
    ruling.hide(account, private, PRIVATE_TITLE)
    advising.forget(account, private)
    wording.forget(account, private)
    return StoredWords(account.engine, account.id).hide(private, PRIVATE_TITLE, seen=seen)
