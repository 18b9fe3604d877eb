"""The journal, runs, activities and cache on both databases."""

from __future__ import annotations

from datetime import timedelta

import sqlalchemy as sa
from tests.fakes import FakeClock
from tests.studio import ACCOUNT, ANA, BO, DAY, coding, meeting

from gleaner.adapters.store.journal import StoredActivities, StoredCache, StoredJournal, StoredRuns
from gleaner.core.catalog import AccountId
from gleaner.core.time import Span
from gleaner.review.journal import Line

NOW = FakeClock().now()


def test_the_newest_line_comes_first_and_secrets_are_blanked(store: sa.Engine) -> None:
    journal = StoredJournal(store, ACCOUNT)
    journal.write(Line(NOW, "policy", "approved", "one", "r1", "k", ANA))
    journal.write(
        Line(NOW, "ana", "applied", "two", "r2", "k", BO, request={"token": "abc"}, answer={"notes": "n"})
    )
    newest, oldest = journal.lines()
    assert (newest.text, oldest.text) == ("two", "one")
    assert (newest.request, newest.answer) == ({"token": "…"}, {"notes": "n"})
    assert [line.text for line in journal.lines(user_id=ANA)] == ["one"]
    assert [line.text for line in journal.lines(run_id="r2")] == ["two"]
    assert StoredJournal(store, AccountId(2)).lines() == []


def test_a_run_remembers_what_it_did(store: sa.Engine) -> None:
    runs = StoredRuns(store, ACCOUNT)
    first = runs.begin("run", now=NOW, first=DAY, last=DAY)
    runs.begin("run", now=NOW + timedelta(hours=1))
    runs.end(first, now=NOW + timedelta(minutes=1), summary={"applied": 3})
    newest, oldest = runs.newest()
    assert (oldest.id, oldest.summary, oldest.first_day) == (first, {"applied": 3}, DAY)
    assert newest.ended_at is None


def test_it_is_known_whether_anything_ran_but_some(store: sa.Engine) -> None:
    runs = StoredRuns(store, ACCOUNT)
    runs.begin("undo", now=NOW)
    assert not runs.has_other_than({"undo", "adopt"})
    StoredRuns(store, AccountId(2)).begin("run", now=NOW)
    assert not runs.has_other_than({"undo", "adopt"})
    runs.begin("run", now=NOW)
    assert runs.has_other_than({"undo", "adopt"})


def test_activities_are_kept_as_last_seen(store: sa.Engine) -> None:
    activities = StoredActivities(store, ACCOUNT)
    seen = [meeting("10:00-11:00", "Design", series="d"), coding("11:00-12:00")]
    activities.keep(seen, {one.key: DAY for one in seen}, now=NOW)
    moved = meeting("10:00-11:30", "Design", series="d")
    activities.keep([moved], {moved.key: DAY}, now=NOW)
    assert activities.between(ANA, DAY, DAY) == [moved, seen[1]]
    assert activities.between(BO, DAY, DAY) == []


def test_activities_are_found_by_name_on_whatever_day(store: sa.Engine) -> None:
    activities = StoredActivities(store, ACCOUNT)
    design, planning = meeting("10:00-11:00", "Design"), meeting("11:00-12:00", "Planning")
    activities.keep([design, planning], {design.key: DAY, planning.key: DAY + timedelta(days=3)}, now=NOW)
    assert activities.named([planning.key, "meeting:1:unknown"]) == {planning.key: planning}
    assert StoredActivities(store, AccountId(2)).named([design.key]) == {}


def test_what_is_no_longer_seen_is_forgotten_only_for_people_read_whole(store: sa.Engine) -> None:
    activities = StoredActivities(store, ACCOUNT)
    anas, bos = meeting("10:00-11:00", "Design"), meeting("10:00-11:00", "Design", who=BO)
    activities.keep([anas, bos], {anas.key: DAY, bos.key: DAY}, now=NOW)
    activities.keep([], {}, now=NOW, whole={ANA}, first=DAY, last=DAY)
    assert activities.all_between(DAY, DAY) == [bos]


def test_all_is_found_of_those_who_coded_and_nothing_of_others(store: sa.Engine) -> None:
    activities = StoredActivities(store, ACCOUNT)
    anas = [meeting("09:00-10:00", "Planning"), coding("11:00-12:00")]
    bos = meeting("10:00-11:00", "Planning", who=BO)
    seen = [*anas, bos]
    activities.keep(seen, {one.key: DAY for one in seen}, now=NOW)
    assert activities.of_coders(DAY, DAY) == anas
    assert activities.of_coders(DAY + timedelta(days=1), DAY + timedelta(days=2)) == []
    assert StoredActivities(store, AccountId(2)).of_coders(DAY, DAY) == []


def test_the_cache_keeps_bytes(store: sa.Engine) -> None:
    cache = StoredCache(store, ACCOUNT, NOW)
    assert cache.get("feed") is None
    cache.put("feed", b"one")
    cache.put("feed", b"\x00two")
    assert cache.get("feed") == b"\x00two"


def test_a_page_begins_after_the_one_before_and_takes_what_was_asked_for(store: sa.Engine) -> None:
    journal = StoredJournal(store, ACCOUNT)
    for number in range(4):
        journal.write(Line(NOW + timedelta(hours=number), "policy", "applied", f"line {number}"))
    journal.write(Line(NOW, "policy", "approved", "billed 900.00", proposal_key="invoice:7"))
    newest = journal.numbered(limit=2, with_invoices=False)
    assert [line.text for _, line in newest] == ["line 3", "line 2"]
    rest = journal.numbered(limit=9, before=newest[-1][0], within=Span(NOW, NOW + timedelta(hours=1)))
    assert [line.text for _, line in rest] == ["line 0"]
    assert [line.text for _, line in journal.numbered(limit=9, event="approved")] == ["billed 900.00"]
