"""``/time_entries``.  Source: api.md §15."""

from collections.abc import Iterable
from typing import Any

from gleaner_sandbox import ownership
from gleaner_sandbox.entries import guards, references, timers
from gleaner_sandbox.entries.approval import of_status
from gleaner_sandbox.entries.view import ENTRY, EntryView
from gleaner_sandbox.loading import seeded
from gleaner_sandbox.permissions import Reach
from gleaner_sandbox.rules import coerce, fields, zones
from gleaner_sandbox.rules.clock_strings import minutes_between, parse_time
from gleaner_sandbox.rules.rounding import half_up
from gleaner_sandbox.schemas import STRING, paged, reads
from gleaner_sandbox.state import Books
from gleaner_sandbox.switches import switch
from gleaner_sandbox.tables import TIME_ENTRIES, USERS, Row
from gleaner_sandbox.wire.answers import Answer, invalid
from gleaner_sandbox.wire.call import Call, ok
from gleaner_sandbox.wire.endpoints import endpoint
from gleaner_sandbox.wire.listing import Order, between, conditions, listed, of_client


def _minute(value: Any) -> int | None:
    if coerce.is_blank(value):
        return None
    minute = parse_time(str(value))
    if minute is None:
        raise ValueError("is invalid")
    return minute


reads(_minute, STRING)
reads(references.read, references.GIVEN_SHAPE)
CHANGES = [
    fields.whole("project_id", required=True),
    fields.whole("task_id", required=True),
    fields.day("spent_date", required=True),
    fields.Field("hours", coerce.hours),
    fields.Field("started_time", _minute),
    fields.Field("ended_time", _minute),
    fields.text("notes", longest=16_777_215),
    fields.Field("external_reference", references.read),
]
FIELDS = [*CHANGES, fields.whole("user_id")]
NEWEST_DAY_FIRST = Order(("spent_date", "id"))
_IN_ORDER = "spent_date, id"
"""The columns of an index that gives rows in that order."""
_RESTART_OLD = switch(
    "restart_old_entry",
    ("same", "today"),
    "Restarting a duration entry of another day runs it on there, or starts a copy today as the web page does (§15.3).",
)
_ASKS = (
    "user_id client_id project_id task_id external_reference_id is_billed is_running approval_status"
    " updated_since from to"
).split()
_TIMED = ("hours", "started_time", "ended_time")
_FRESH: Row = {
    "notes": None,
    "is_closed": False,
    "is_billed": False,
    "approval_status": "unsubmitted",
    "invoice": None,
    "is_running": False,
    "timer_started_at": None,
    "started_minute": None,
    "ended_minute": None,
}


@seeded("time_entries", order=80)
def load(books: Books, rows: Iterable[Row]) -> None:
    books.insert_all(TIME_ENTRIES, map(_from_seed, rows))


def _from_seed(seed: Row) -> Row:
    row = {**_FRESH, **seed, **references.columns(references.read(seed.get("external_reference")))}
    start, end = _minute(row.pop("started_time", None)), _minute(row.pop("ended_time", None))
    hours = row.get("hours")
    if hours is None and start is not None and end is not None:
        hours = minutes_between(start, end) / 60
    if row["is_closed"]:
        row["approval_status"] = "approved"
    return {**row, "hours": half_up(hours or 0), "started_minute": start, "ended_minute": end}


@endpoint(
    "GET",
    "/time_entries",
    "time_entries.read",
    asks=_ASKS,
    answers=paged("time_entries", ENTRY, by_cursor=False),
)
def index(call: Call) -> Answer:
    asked_for = conditions(
        call, "user_id", "project_id", "task_id", "is_billed", "is_running", external_reference_id=_some_text
    )
    of_client(call, asked_for)
    between(call, asked_for, "spent_date")
    of_status(call, asked_for)
    ownership.visible_only(call, asked_for)
    view, by = EntryView(call), _index_for(call)
    return listed(
        call,
        "time_entries",
        TIME_ENTRIES,
        view,
        asked_for,
        order=NEWEST_DAY_FIRST,
        by_cursor=False,
        index=by,
        index_of_many=by if by.endswith(_IN_ORDER) else _IN_ORDER,
        write=view.text,
    )


def _some_text(value: Any) -> str | None:
    return None if coerce.is_blank(value) else coerce.text(value)


def _index_for(call: Call) -> str:
    """The index that leaves the fewest rows to look at; SQLite without statistics guesses badly."""
    by_filter = {
        "external_reference_id": "external_reference_id",
        "updated_since": "updated_at",
        "user_id": "user_id, spent_date, id",
        "project_id": "project_id, spent_date, id",
        "client_id": "project_id, spent_date, id",
        "task_id": "task_id, spent_date, id",
        "is_billed": "is_billed, spent_date, id",
    }
    if coerce.flag(call.params.get("is_running")):
        return "is_running, user_id"
    if call.reach is Reach.OWN and "external_reference_id" not in call.params:
        return by_filter["user_id"]
    return next((by_filter[name] for name in by_filter if call.params.get(name)), _IN_ORDER)


@endpoint("GET", "/time_entries/{id}", "time_entries.read", answers=ENTRY)
def show(call: Call) -> Answer:
    return ok(EntryView(call)(ownership.to_read(call, TIME_ENTRIES)))


@endpoint("POST", "/time_entries", "time_entries.write", accepts=FIELDS, answers=ENTRY)
def create(call: Call) -> Answer:
    said = call.read(FIELDS)
    user = ownership.author(call, said)
    guards.refuse_unassigned(call, user["id"], said["project_id"], said["task_id"])
    guards.refuse_locked_day(call, user["id"], said["spent_date"])
    _refuse_missing_notes(call, said["notes"])
    if not user["is_active"]:
        raise invalid("User is archived")  # uncertain: such an entry would be locked at once
    timing = timers.begun(said, call.now, zones.zone(user["timezone"]), timestamps=_timestamps(call))
    if timing["is_running"]:
        _stop_running(call, user)
    kept = {key: said[key] for key in ("project_id", "task_id", "spent_date", "notes")}
    reference = references.columns(said["external_reference"])
    row = call.books.insert(TIME_ENTRIES, {**_FRESH, **kept, **reference, **timing, "user_id": user["id"]})
    return call.created("/time_entries", EntryView(call)(row))


@endpoint("PATCH", "/time_entries/{id}", "time_entries.write", accepts=CHANGES, answers=ENTRY)
def change(call: Call) -> Answer:
    row = ownership.to_write(call, TIME_ENTRIES)
    shown = EntryView(call)(row)
    guards.refuse_locked(call, shown)
    said = call.read(CHANGES, partly=True)
    if shown["is_locked"]:
        # Even administrators do not move a locked entry; such keys are dropped silently (v1, expenses' docs).
        said = {
            key: value for key, value in said.items() if key not in ("project_id", "task_id", "spent_date")
        }
    moved = {key: said[key] for key in ("project_id", "task_id") if said.get(key, row[key]) != row[key]}
    if moved:
        target = {**row, **moved}
        guards.refuse_unassigned(call, row["user_id"], target["project_id"], target["task_id"])
    if said.get("spent_date", row["spent_date"]) != row["spent_date"]:
        guards.refuse_locked_day(call, row["user_id"], said["spent_date"])
    if "notes" in said:
        _refuse_missing_notes(call, said["notes"])
    timing = timers.changed(row, said, call.now, _zone(call, row), timestamps=_timestamps(call))
    if "external_reference" in said:
        said = {**said, **references.columns(said["external_reference"])}
    kept = {key: value for key, value in said.items() if key not in _TIMED}
    return ok(EntryView(call)(call.books.update(TIME_ENTRIES, row, {**kept, **timing})))


@endpoint("DELETE", "/time_entries/{id}", "time_entries.write", answers=ENTRY)
def delete(call: Call) -> Answer:
    """Refused when locked, except for administrators; refused for all when project or task are archived."""
    row = ownership.to_write(call, TIME_ENTRIES)
    shown = EntryView(call)(row)
    guards.refuse_archived(call, row)
    guards.refuse_locked(call, shown)
    call.books.delete(TIME_ENTRIES, row["id"])
    return ok(shown)


@endpoint("DELETE", "/time_entries/{id}/external_reference", "time_entries.write", answers=ENTRY)
def delete_reference(call: Call) -> Answer:
    """200; that the body is the entry is uncertain."""
    row = ownership.to_write(call, TIME_ENTRIES)
    guards.refuse_locked(call, EntryView(call)(row))
    return ok(EntryView(call)(call.books.update(TIME_ENTRIES, row, references.columns(None))))


@endpoint("PATCH", "/time_entries/{id}/restart", "time_entries.write", answers=ENTRY)
def restart(call: Call) -> Answer:
    """The entry runs again; in an account with start and end times a new one does, today.

    That the new one takes over notes and reference is uncertain; what happens to an old duration entry is a switch.
    """
    row = ownership.to_write(call, TIME_ENTRIES)
    if row["is_running"]:
        raise invalid("This timer is already running")
    guards.refuse_archived(call, row)
    guards.refuse_locked(call, EntryView(call)(row))
    user = call.books.row(USERS, row["user_id"])
    zone = zones.zone(user["timezone"])
    _stop_running(call, user)
    timing = timers.started(call.now, zone)
    today = f"{call.now.astimezone(zone):%Y-%m-%d}"
    copied = _timestamps(call) or (row["spent_date"] != today and call.switch(_RESTART_OLD) == "today")
    if not copied:
        return ok(EntryView(call)(call.books.update(TIME_ENTRIES, row, timing)))
    guards.refuse_locked_day(call, user["id"], today)
    kept = ("user_id", "project_id", "task_id", "notes", "external_reference", "external_reference_id")
    copy = {**_FRESH, **{key: row[key] for key in kept}, "spent_date": today, "hours": 0.0}
    on_the_minute = timers.started(call.now, zone, timing["started_minute"])
    return ok(EntryView(call)(call.books.insert(TIME_ENTRIES, {**copy, **on_the_minute})))


@endpoint("PATCH", "/time_entries/{id}/stop", "time_entries.write", answers=ENTRY)
def stop(call: Call) -> Answer:
    row = ownership.to_write(call, TIME_ENTRIES)
    if not row["is_running"]:
        raise invalid("This timer is not running")
    guards.refuse_locked(call, EntryView(call)(row))
    return ok(EntryView(call)(_stopped(call, row)))


def _stop_running(call: Call, user: Row) -> None:
    """One running timer per person: whatever runs is stopped."""
    for running in call.books.select(TIME_ENTRIES, "is_running = 1 AND user_id = ?", [user["id"]]):
        _stopped(call, running)


def _stopped(call: Call, row: Row) -> Row:
    changes = timers.stopped(row, call.now, _zone(call, row), timestamps=_timestamps(call))
    return call.books.update(TIME_ENTRIES, row, changes)


def _zone(call: Call, row: Row) -> Any:
    return zones.zone(call.books.row(USERS, row["user_id"])["timezone"])


def _timestamps(call: Call) -> bool:
    return bool(call.company["wants_timestamp_timers"])


def _refuse_missing_notes(call: Call, notes: str | None) -> None:
    """422 when the company requires notes (that it is a 422 is uncertain)."""
    if call.company["day_entry_notes_required"] and coerce.is_blank(notes):
        raise invalid("Notes can't be blank")
