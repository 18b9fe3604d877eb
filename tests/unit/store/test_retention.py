"""Retention on both databases: old words go, wherever they stood; what was decided stays; nothing young is touched."""

from __future__ import annotations

import shutil
import threading
import time
from collections.abc import Callable, Iterable
from dataclasses import replace
from datetime import timedelta
from decimal import Decimal
from pathlib import Path

import pytest
import sqlalchemy as sa
from tests.studio import ACCOUNT, ANA, APOLLO, MEETINGS, meeting
from tests.unit.store.kept import KEEP, NOW, OLD, SECRET, TODAY, YOUNG, brought, everything, fill, made

from gleaner.adapters.store.engine import make_engine
from gleaner.adapters.store.inbox import StoredInbox
from gleaner.adapters.store.journal import StoredActivities, StoredCache, StoredJournal, StoredRuns
from gleaner.adapters.store.retention import Line, StoredWords
from gleaner.adapters.store.tables import metadata
from gleaner.core.actions import CreateTimeEntry, DeleteTimeEntry, UpdateTimeEntry
from gleaner.core.catalog import AccountId, EntryId
from gleaner.core.entries import ExternalReference, Snapshot
from gleaner.core.proposals import State, reference


def words(store: sa.Engine, *, dry_run: bool = False, batch: int = 500) -> StoredWords:
    return StoredWords(store, ACCOUNT, dry_run=dry_run, batch=batch)


def retained(store: sa.Engine, *, dry_run: bool = False, batch: int = 500) -> tuple[int, ...]:
    """All steps, as :func:`gleaner.app.retention.retain` takes them; the counts."""
    at, before = NOW - KEEP, TODAY - KEEP
    one = words(store, dry_run=dry_run, batch=batch)
    done = (
        one.withdraw(before, at, Line("Withdrawn: nobody decided it.", NOW)),
        one.fade_proposals(before, at),
        one.forget_activities(before),
        one.fade_journal(at),
        one.fade_runs(at),
        one.forget_cached(at),
    )
    one.forget_results(at)
    return done


@pytest.fixture
def aged(store: sa.Engine) -> sa.Engine:
    """An account in which everything that can hold words holds old ones."""
    fill(store, OLD)
    return store


# --- what goes, and what stays -----------------------------------------------------------------------------------


def test_no_old_word_is_left_anywhere(aged: sa.Engine) -> None:
    assert SECRET in everything(aged)
    retained(aged)
    assert SECRET not in everything(aged)


def test_no_old_word_is_left_in_the_file_either(tmp_path: Path, sqlite_template: Path) -> None:
    shutil.copyfile(sqlite_template, tmp_path / "gleaner.db")
    engine = make_engine(f"sqlite:///{tmp_path}/gleaner.db")
    fill(engine, OLD)
    retained(engine)
    engine.dispose()
    assert SECRET.encode() not in (tmp_path / "gleaner.db").read_bytes()


def test_who_decided_what_and_when_stays(aged: sa.Engine) -> None:
    inbox = StoredInbox(aged, ACCOUNT)
    before = inbox.get("a-applied")
    retained(aged)
    after = inbox.get("a-applied")
    assert before is not None
    assert after is not None
    kept = ("state", "short", "entry_id", "decision", "decided_by", "decided_at", "run_id")
    assert [getattr(after, name) for name in kept] == [getattr(before, name) for name in kept]
    action = after.proposal.action
    assert isinstance(action, CreateTimeEntry)
    assert (action.hours, action.project_id, action.task_id) == (Decimal("1.50"), APOLLO, MEETINGS)
    assert (action.spent_date, action.reference) == (OLD, reference(ACCOUNT, "a-applied"))
    assert (after.proposal.fingerprint, after.proposal.activity_key) == ("f" * 16, "meeting:1:a-applied")
    assert after.proposal.is_faded


def test_the_journal_still_says_what_was_done(aged: sa.Engine) -> None:
    retained(aged)
    applied, approved = [
        line for line in StoredJournal(aged, ACCOUNT).lines() if line.event in ("applied", "approved")
    ]
    assert (applied.text, approved.text) == ("Logged 1.50 h to Apollo / Meetings", "Approved.")
    assert (applied.actor, applied.entry_id, applied.proposal_key) == ("ana@studio.example", 99, "a-applied")
    assert applied.request == {"kind": "create_time_entry", "hours": "1.50", "was": {}}
    assert applied.answer == {"id": 99}


def test_a_runs_numbers_stay(aged: sa.Engine) -> None:
    retained(aged)
    (run,) = StoredRuns(aged, ACCOUNT).newest()
    assert run.summary == {"applied": 1, "first": OLD.isoformat(), "problems": []}


def test_what_sources_keep_without_words_stays(aged: sa.Engine) -> None:
    retained(aged)
    cache = StoredCache(aged, ACCOUNT, NOW)
    kept = {
        key: cache.get(key) for key in ("ics/abc/body", "ics/abc/head", "ics/abc/count", "read-until/ana")
    }
    assert kept == {"ics/abc/body": None, "ics/abc/head": None, "ics/abc/count": b"7", "read-until/ana": b"7"}


def test_nothing_young_is_touched(store: sa.Engine) -> None:
    fill(store, YOUNG)
    before = everything(store)
    assert retained(store) == (0,) * 6
    assert everything(store) == before


def test_another_account_is_not_touched(aged: sa.Engine) -> None:
    brought(aged, made("theirs", OLD), State.APPLIED, AccountId(2))
    retained(aged)
    theirs = StoredInbox(aged, AccountId(2)).get("theirs")
    assert theirs is not None
    assert theirs.proposal.title == SECRET


def test_what_nobody_decided_is_withdrawn_and_said_so(aged: sa.Engine) -> None:
    counts = retained(aged)
    assert counts[:2] == (2, 6)
    inbox = StoredInbox(aged, ACCOUNT)
    states = {item.proposal.key: item.state for item in inbox.items()}
    assert states["a-proposed"] is states["a-failed"] is State.SUPERSEDED
    said = [line for line in StoredJournal(aged, ACCOUNT).lines() if line.event == "withdrawn"]
    assert {line.proposal_key for line in said} == {"a-proposed", "a-failed"}
    assert {line.text for line in said} == {"Withdrawn: nobody decided it."}


def test_an_old_day_proposed_yesterday_can_still_be_decided(store: sa.Engine) -> None:
    """Somebody caught up on a day months ago; its activity stays as long as the question does."""
    seen = meeting("09:00-10:00", SECRET, day=OLD)
    StoredActivities(store, ACCOUNT).keep([seen], {seen.key: OLD}, now=NOW)
    inbox = StoredInbox(store, ACCOUNT)
    yesterday = NOW - timedelta(days=1)
    inbox.offer([made("late", OLD, activity_key=seen.key)], user_id=ANA, days=[OLD], now=yesterday)
    assert retained(store) == (0,) * 6
    inbox.decide("late", "dismiss", by="ana@studio.example", now=yesterday)
    assert retained(store) == (0, 0, 1, 0, 0, 0)


@pytest.mark.parametrize("state", [State.APPROVED, State.APPLYING])
def test_what_waits_for_harvest_keeps_what_it_needs(store: sa.Engine, state: State) -> None:
    seen = meeting("09:00-10:00", SECRET, day=OLD)
    StoredActivities(store, ACCOUNT).keep([seen], {seen.key: OLD}, now=NOW - KEEP)
    brought(store, made("waits", OLD, activity_key=seen.key), state)
    assert retained(store) == (0,) * 6
    item = StoredInbox(store, ACCOUNT).get("waits")
    assert item is not None
    assert item.proposal.title == SECRET


def test_an_event_seen_again_is_proposed_anew_with_its_words(aged: sa.Engine) -> None:
    retained(aged)
    again = made("a-superseded", OLD)
    StoredInbox(aged, ACCOUNT).offer([again], user_id=ANA, days=[OLD], now=NOW)
    item = StoredInbox(aged, ACCOUNT).get("a-superseded")
    assert item is not None
    assert (item.proposal, item.state) == (again, State.PROPOSED)


def test_what_was_dismissed_is_never_asked_again(aged: sa.Engine) -> None:
    retained(aged)
    again = made("a-dismissed", OLD)
    offered = StoredInbox(aged, ACCOUNT).offer([again], user_id=ANA, days=[OLD], now=NOW)
    assert (offered.new, offered.changed) == ((), ())


def test_changes_and_deletions_lose_what_the_entry_said(store: sa.Engine) -> None:
    was = Snapshot(
        APOLLO, MEETINGS, OLD, Decimal(2), SECRET, reference=ExternalReference("x", permalink=SECRET)
    )
    changed = UpdateTimeEntry(ANA, EntryId(5), hours=Decimal(1), notes=SECRET, was=was)
    for key, action in (("u", changed), ("d", DeleteTimeEntry(ANA, EntryId(6), was))):
        brought(store, replace(made(key, OLD), action=action), State.APPLIED)
    retained(store)
    inbox = StoredInbox(store, ACCOUNT)
    update, deletion = inbox.get("u"), inbox.get("d")
    assert update is not None
    assert deletion is not None
    assert isinstance(update.proposal.action, UpdateTimeEntry)
    assert (update.proposal.action.notes, update.proposal.action.hours) == ("", Decimal(1))
    assert update.proposal.action.was is not None
    assert (update.proposal.action.was.hours, update.proposal.action.was.notes) == (Decimal(2), "")
    # Whether there was anything to delete is what undo asks; it is said in our own words.
    assert (deletion.trouble != "", update.trouble) == (True, "")


# --- again, broken off, beside others ----------------------------------------------------------------------------


def test_doing_it_again_changes_nothing(aged: sa.Engine) -> None:
    first = retained(aged)
    assert all(first)
    after = everything(aged)
    assert retained(aged) == (0,) * 6
    assert everything(aged) == after


def test_a_dry_run_counts_the_same_and_changes_nothing(aged: sa.Engine) -> None:
    before = everything(aged)
    withdrawn, proposals, activities, *rest = retained(aged, dry_run=True)
    assert everything(aged) == before
    done = retained(aged)
    # What would be withdrawn is open still, so its words and activity are not counted yet.
    assert (withdrawn, proposals + withdrawn, activities, *rest) == done


class Killed(Exception):
    """The process ended here."""


def killed_at(engine: sa.Engine, commit: int) -> Callable[[], None]:
    """Let the *commit*-th commit, counted from 0, not happen; gives what ends that."""
    left = iter(range(commit))

    def die(_connection: sa.Connection) -> None:
        if next(left, None) is None:
            raise Killed

    sa.event.listen(engine, "commit", die)
    return lambda: sa.event.remove(engine, "commit", die)


def test_broken_off_anywhere_and_done_again_it_comes_to_the_same(store: sa.Engine) -> None:
    """The process dies at every commit in turn, with batches of two rows, and goes on where it was."""
    fill(store, OLD)
    for number in range(7):
        brought(store, made(f"b-{number}", OLD), State.PROPOSED if number % 2 else State.DISMISSED)
    deaths = 0
    while deaths < 200:
        alive = killed_at(store, 1)
        try:
            retained(store, batch=2)
        except Killed:
            deaths += 1
            continue
        finally:
            alive()
        break
    assert deaths > 5
    assert SECRET not in everything(store)
    said = [line.proposal_key for line in StoredJournal(store, ACCOUNT).lines() if line.event == "withdrawn"]
    assert sorted(said) == ["a-failed", "a-proposed", "b-1", "b-3", "b-5"], "each is said once"
    assert retained(store) == (0,) * 6


def test_a_decision_made_meanwhile_wins(store: sa.Engine) -> None:
    """Between reading the old proposals and withdrawing them, somebody decides one."""
    for key in ("one", "two"):
        brought(store, made(key, OLD), State.PROPOSED)
    inbox = StoredInbox(store, ACCOUNT)
    asked: list[str] = []

    def decide(_connection: object, _cursor: object, statement: str, *_more: object) -> None:
        if statement.startswith("UPDATE proposal") and not asked:
            asked.append(statement)
            thread = threading.Thread(
                target=lambda: inbox.decide("one", "accept", by="ana@studio.example", now=NOW)
            )
            thread.start()
            thread.join()

    sa.event.listen(store, "before_cursor_execute", decide)
    try:
        retained(store)
    finally:
        sa.event.remove(store, "before_cursor_execute", decide)
    one, two = inbox.get("one"), inbox.get("two")
    assert one is not None
    assert two is not None
    assert (one.state, one.proposal.title) == (State.APPROVED, SECRET)
    assert (two.state, two.proposal.title) == (State.SUPERSEDED, "")


def test_others_write_while_much_goes(store: sa.Engine) -> None:
    rows(store, 4000)
    waits: list[float] = []
    done = threading.Event()

    def write() -> None:
        cache = StoredCache(store, AccountId(2), NOW)
        while not done.is_set():
            begun = time.monotonic()
            cache.put("x", b"y")
            waits.append(time.monotonic() - begun)
            time.sleep(0.005)

    writer = threading.Thread(target=write)
    writer.start()
    try:
        assert retained(store)[1] == 4000
    finally:
        done.set()
        writer.join()
    assert len(waits) > 8, "others got their turn between the batches"


def rows(store: sa.Engine, number: int) -> None:
    """So many decided proposals, put there all at once."""
    brought(store, made("model", OLD), State.DISMISSED)
    table = metadata.tables["proposal"]
    with store.begin() as connection:
        model = connection.execute(sa.select(table)).one()._asdict()
        copies: Iterable[dict[str, object]] = (
            model | {"key": f"row-{one:06}", "short": f"{one:08x}"} for one in range(number - 1)
        )
        connection.execute(sa.insert(table), list(copies))
