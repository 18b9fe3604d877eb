"""What Harvest already holds wins."""

from __future__ import annotations

from dataclasses import replace
from datetime import time, timedelta

from hypothesis import given
from hypothesis import strategies as st
from tests.studio import (
    ANA,
    APOLLO,
    BERLIN,
    CATALOG,
    DESIGN,
    MEETINGS,
    PROGRAMMING,
    WEBSITE,
    coding,
    entry,
    meeting,
)
from tests.unit.timesheets.test_timeline import day_of_activities

from gleaner.core.activities import Activity
from gleaner.core.catalog import ProjectId, TaskId
from gleaner.core.entries import TimeEntry
from gleaner.core.time import ZERO
from gleaner.matching.match import Match
from gleaner.timesheets.reconcile import Reconciled, reconcile
from gleaner.timesheets.timeline import lay


def matched(activity: Activity, project: ProjectId = APOLLO, task: TaskId | None = None) -> Match:
    task = task or (MEETINGS if activity.kind == "meeting" else PROGRAMMING)
    return Match(activity, CATALOG.slot(ANA, project, task), 0.97, "sure")


def reconciled(matches: list[Match], entries: list[TimeEntry]) -> Reconciled:
    lines = lay(matches)
    return reconcile(
        lines, entries, {line.activity.key: f"gleaner-{line.activity.key}" for line in lines}, BERLIN
    )


def open_titles(result: Reconciled) -> list[str]:
    return [line.activity.title for line in result.open]


def test_an_entry_with_our_key_is_recognised_whatever_was_changed_in_it() -> None:
    design = meeting("10:00-11:00", "Design review")
    ours = entry("0.4", WEBSITE, DESIGN, "something else", reference=f"gleaner-{design.key}")
    assert open_titles(reconciled([matched(design)], [ours])) == []


def test_an_entry_at_the_same_time_is_the_same_work() -> None:
    """
    10:00-11:00  Design review      logged 10:00-11:00 on another project
    """
    by_hand = entry(1, WEBSITE, DESIGN, at="10:00-11:00")
    assert open_titles(reconciled([matched(meeting("10:00-11:00", "Design review"))], [by_hand])) == []


def test_an_entry_with_the_title_is_the_same_work_even_rounded_and_on_another_project() -> None:
    by_hand = entry("0.5", WEBSITE, DESIGN, "design review")
    assert open_titles(reconciled([matched(meeting("10:00-10:40", "Apollo design review"))], [by_hand])) == []


def test_an_entry_of_the_same_length_project_and_task_is_the_same_work() -> None:
    result = reconciled([matched(meeting("10:00-11:00", "Sync"))], [entry(1, APOLLO, MEETINGS)])
    assert open_titles(result) == []
    assert result.explained[0].sentence == "an entry of 1 h on Apollo / Meetings fits it"


def test_one_entry_covers_one_meeting_not_two() -> None:
    two = [matched(meeting("10:00-11:00", "Sync")), matched(meeting("14:00-15:00", "Planning"))]
    (line,) = reconciled(two, [entry(1, APOLLO, MEETINGS)]).open
    assert line.doubt == "the 1 h logged on Apollo may include it"


def test_a_long_entry_without_notes_covers_the_coding_of_its_project() -> None:
    result = reconciled([matched(coding("09:00-12:00"))], [entry(4)])
    assert open_titles(result) == []


def test_coding_that_is_partly_logged_stays_with_the_rest() -> None:
    (line,) = reconciled([matched(coding("09:00-12:00"))], [entry(1)]).open
    assert line.worked == timedelta(hours=2)


def test_an_entry_on_another_project_explains_nothing() -> None:
    assert open_titles(
        reconciled([matched(meeting("10:00-11:00", "Sync"))], [entry(1, WEBSITE, MEETINGS)])
    ) == ["Sync"]


def test_programming_does_not_cover_a_forgotten_meeting() -> None:
    assert open_titles(reconciled([matched(meeting("10:00-11:00", "Sync"))], [entry(6)])) == ["Sync"]


def test_a_meeting_that_a_longer_entry_may_include_becomes_a_question() -> None:
    (line,) = reconciled([matched(meeting("10:00-11:00", "Sync"))], [entry(6)]).open
    assert line.doubt == "the 6 h logged on Apollo may include it"


def test_a_short_entry_on_the_project_raises_no_question() -> None:
    (line,) = reconciled([matched(meeting("10:00-12:00", "Workshop"))], [entry("0.75")]).open
    assert line.doubt == ""


def test_an_entry_gleaner_wrote_for_another_activity_of_the_day_covers_nothing() -> None:
    two = [matched(meeting("10:00-11:00", "Sync")), matched(meeting("14:00-15:00", "Sync"))]
    keys = [line.activity.key for line in lay(two)]
    first = entry(1, APOLLO, MEETINGS, "Sync", reference=f"gleaner-{keys[0]}")
    assert [line.activity.key for line in reconciled(two, [first]).open] == [keys[1]]


def test_an_event_that_came_back_under_another_identity_is_not_doubled() -> None:
    """Deleted and sent again: a new UID, the same meeting; what Gleaner wrote for the old one covers it."""
    before = entry(1, APOLLO, MEETINGS, "Sync", reference="gleaner-old")
    assert open_titles(reconciled([matched(meeting("10:00-11:00", "Sync"))], [before])) == []


def test_a_running_timer_covers_the_time_it_has_counted() -> None:
    running = replace(entry(2, WEBSITE, DESIGN), started_time=time(10), is_running=True)
    assert open_titles(reconciled([matched(meeting("10:00-11:00", "Sync"))], [running])) == []


entries = st.lists(
    st.builds(
        entry,
        st.sampled_from(["0.25", "0.5", "1", "2.5", "8"]),
        st.sampled_from([APOLLO, WEBSITE]),
        st.sampled_from([PROGRAMMING, MEETINGS]),
        st.sampled_from(["", "A", "B", "tickets"]),
    ),
    max_size=4,
)


@given(day_of_activities, entries)
def test_nothing_new_is_claimed_and_everything_is_open_or_explained(
    seen: list[Activity], logged: list[TimeEntry]
) -> None:
    matches = [matched(activity) for activity in seen]
    lines = lay(matches)
    result = reconciled(matches, logged)
    assert sum((line.worked for line in result.open), ZERO) <= sum((line.worked for line in lines), ZERO)
    keys = [line.activity.key for line in result.open] + [one.line.activity.key for one in result.explained]
    assert sorted(keys) == sorted(line.activity.key for line in lines)
