"""What an account holds after a while, for tests of what goes and what stays."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, timedelta
from decimal import Decimal

import sqlalchemy as sa
from tests.fakes import FakeClock
from tests.studio import ACCOUNT, ANA, APOLLO, MEETINGS, meeting

from gleaner.adapters.store.inbox import StoredInbox
from gleaner.adapters.store.journal import StoredActivities, StoredCache, StoredJournal, StoredRuns
from gleaner.adapters.store.tables import metadata
from gleaner.core.actions import CreateTimeEntry
from gleaner.core.catalog import AccountId, EntryId
from gleaner.core.phrases import phrase
from gleaner.core.proposals import Alternative, Evidence, Proposal, State, reference
from gleaner.review import journal as lines

NOW = FakeClock().now()
KEEP = timedelta(days=42)
TODAY = NOW.date()
OLD, YOUNG = TODAY - KEEP - timedelta(days=2), TODAY - timedelta(days=3)
SECRET = "Interview with Zoe"
"""What somebody's calendar said: each test looks for it everywhere."""


def made(key: str, on: date, title: str = SECRET, activity_key: str = "") -> Proposal:
    action = CreateTimeEntry(
        ANA, on, Decimal("1.50"), APOLLO, MEETINGS, f"{title}, prepared", reference(ACCOUNT, key),
        permalink=f"https://calendar.example/{title}",
    )  # fmt: skip
    return Proposal(
        key, action, ANA, on, f'"{title}" names the project.', "meeting", title, "sure", 0.97,
        (Evidence(f"{title} was seen", 1.0),), (Alternative(APOLLO, MEETINGS, f"{title}?", 0.2),),
        fingerprint="f" * 16, activity_key=activity_key or f"meeting:1:{key}",
    )  # fmt: skip


def brought(store: sa.Engine, proposal: Proposal, to: State, account: AccountId = ACCOUNT) -> None:
    """*proposal*, offered and decided on its day."""
    inbox, at = StoredInbox(store, account), NOW - (TODAY - proposal.on)
    days, others = [proposal.on], [item.proposal.key for item in inbox.items()]
    inbox.offer([proposal], user_id=ANA, days=days, now=at, withdraw=False)
    if to is State.SUPERSEDED:
        inbox.offer([], user_id=ANA, days=days, now=at, keep=others)
    if to in (State.PROPOSED, State.SUPERSEDED):
        return
    why = f"not {SECRET} again"
    if to is State.DISMISSED:
        inbox.decide(proposal.key, "dismiss", by="ana@studio.example", now=at, why=why)
        return
    edited = replace(proposal, reason=f"{SECRET} edited")
    inbox.decide(proposal.key, "edit", by="ana@studio.example", now=at, why=why, proposal=edited)
    if to is State.APPROVED:
        return
    inbox.claim(proposal.key, "me", now=at, run_id="r1")
    if to is State.APPLYING:
        return
    end = State.FAILED if to is State.FAILED else State.APPLIED
    inbox.settle(proposal.key, "me", end, now=at, entry_id=EntryId(99), trouble=f"{SECRET}: no")
    if to is State.UNDONE:
        inbox.mark_undone(proposal.key, now=at)


def everything(store: sa.Engine) -> str:
    """All rows of all tables as one text."""
    with store.connect() as connection:
        rows = (
            str([tuple(row) for row in connection.execute(sa.select(table).order_by(*table.primary_key))])
            for table in metadata.sorted_tables
        )
        return "\n".join(rows)


def fill(store: sa.Engine, on: date) -> None:
    at = NOW - (TODAY - on)
    for state in State:
        if state not in (State.APPROVED, State.APPLYING):
            brought(store, made(f"a-{state}", on), state)
    seen = [meeting("09:00-10:00", f"{SECRET} {number}", day=on) for number in range(5)]
    StoredActivities(store, ACCOUNT).keep(seen, {one.key: on for one in seen}, now=at)
    log = StoredJournal(store, ACCOUNT)
    action = {"kind": "create_time_entry", "hours": "1.50", "notes": SECRET, "was": {"notes": SECRET}}
    for event, text in (
        ("approved", phrase("Approved: {title}", title=SECRET)),
        ("applied", "Logged 1.50 h to Apollo / Meetings"),
    ):
        log.write(
            lines.Line(at, "ana@studio.example", event, text, "r1", "a-applied", ANA, EntryId(99),  # type: ignore[arg-type]
                       action, {"id": 99, "notes": SECRET})
        )  # fmt: skip
    runs = StoredRuns(store, ACCOUNT)
    run_id = runs.begin("run", now=at, first=on, last=on)
    summary = {
        "applied": 1,
        "first": on.isoformat(),
        "problems": [{"where": "Ana", "text": f'"{SECRET}" moved'}],
    }
    runs.end(run_id, now=at, summary=summary)
    job = {
        "account_id": ACCOUNT, "name": "capture", "user_id": 0, "zone": "UTC", "ended_at": at, "text": f"{SECRET}: no",
    }  # fmt: skip
    with store.begin() as connection:
        connection.execute(sa.insert(metadata.tables["job"]), [job])
    cache = StoredCache(store, ACCOUNT, at)
    for key in ("ics/abc/body", "ics/abc/head"):
        cache.put(key, SECRET.encode())
    for key in ("read-until/ana", "ics/abc/count", "me/owner"):
        cache.put(key, b"7")
