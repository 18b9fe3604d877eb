"""Entries that carry one key of ours: the oldest stays, the others are asked about."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

from hypothesis import given
from hypothesis import strategies as st
from tests.studio import ANA, BO, DAY, WEBSITE, entry

from gleaner.core.actions import DeleteTimeEntry
from gleaner.core.catalog import EntryId
from gleaner.core.entries import TimeEntry, snapshot
from gleaner.core.proposals import Proposal
from gleaner.review.policy import Ladder, may_post
from gleaner.timesheets.duplicates import duplicates

KEY = "gleaner-0123"


def deleted(found: list[Proposal]) -> list[EntryId]:
    assert all(isinstance(one.action, DeleteTimeEntry) and one.must_ask for one in found)
    return [one.action.entry_id for one in found if isinstance(one.action, DeleteTimeEntry)]


def test_each_but_the_oldest_is_asked_about_with_both_named() -> None:
    first, second, third = (entry(1, reference=KEY) for _ in range(3))
    found = duplicates([third, first, second])
    assert deleted(found) == [second.id, third.id]
    assert [one.key for one in found] == [f"duplicate:{second.id}", f"duplicate:{third.id}"]
    assert found[0].reason.startswith(
        f"Entry {second.id} (1.00 h on Tue 10 Mar) carries the same key as entry {first.id} (1.00 h on Tue 10 Mar)"
    )
    assert isinstance(found[0].action, DeleteTimeEntry)
    assert found[0].action.was == snapshot(second)
    assert not may_post(found[0], Ladder())


def test_a_copy_on_another_day_is_asked_about_on_its_day() -> None:
    tomorrow = DAY + timedelta(days=1)
    (found,) = duplicates([entry(1, reference=KEY), entry(1, reference=KEY, day=tomorrow)])
    assert found.on == tomorrow


def test_one_key_of_two_people_or_of_another_program_is_no_duplicate() -> None:
    assert duplicates([entry(1, reference=KEY), entry(1, reference=KEY, who=BO)]) == []
    assert duplicates([entry(1, reference="jira-1"), entry(1, reference="jira-1")]) == []
    assert duplicates([entry(1), entry(1)]) == []


def test_a_running_timer_is_not_deleted() -> None:
    stopped, other = entry(1, reference=KEY), entry(1, reference=KEY)
    assert duplicates([stopped, replace(other, is_running=True)]) == []


def test_stretches_of_a_timer_are_no_duplicates_unless_the_key_was_logged() -> None:
    """
    09:00-10:00  a timer
    11:00-12:00  the same timer, set going again
    """
    stretches = [entry(1, reference=KEY, at="09:00-10:00"), entry(1, reference=KEY, at="11:00-12:00")]
    assert duplicates(stretches) == []
    assert len(duplicates(stretches, written={KEY})) == 1
    assert len(duplicates([*stretches, entry(1, reference=KEY, at="11:30-12:00")])) == 2


def test_what_somebody_put_back_stays() -> None:
    first, second = entry(1, reference=KEY), entry(1, reference=KEY)
    assert duplicates([first, second], kept={second.id}) == []


some = st.lists(
    st.builds(
        entry, st.just(1), st.just(WEBSITE), reference=st.sampled_from(["", KEY, "gleaner-9", "x-1"]),
        who=st.sampled_from([ANA, BO]), day=st.sampled_from([DAY, DAY + timedelta(days=1)]),
    ),
    max_size=8,
)  # fmt: skip


@given(some)
def test_one_entry_of_each_key_always_stays(entries: list[TimeEntry]) -> None:
    gone = set(deleted(duplicates(entries)))

    def keys(of: list[TimeEntry]) -> set[tuple[int, str]]:
        return {(one.user_id, one.external_reference.id) for one in of if one.external_reference is not None}

    left = [one for one in entries if one.id not in gone]
    assert keys(left) == keys(entries)
    assert duplicates(left) == []
