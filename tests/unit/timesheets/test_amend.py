"""What changed after it was logged: one question about the entry, told as the day."""

from __future__ import annotations

from datetime import time, timedelta
from decimal import Decimal

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from tests.studio import (
    ANA,
    APOLLO,
    DAY,
    MEETINGS,
    PROGRAMMING,
    WEBSITE,
    attended,
    coding,
    entry,
    meeting,
    span,
)
from tests.unit.timesheets.days import FOR_APOLLO, Sheet, moved, noon
from tests.unit.timesheets.test_timeline import day_of_activities, stretches

from gleaner.core.actions import CreateTimeEntry, DeleteTimeEntry, UpdateTimeEntry
from gleaner.core.activities import Activity, Coding
from gleaner.core.proposals import Proposal
from gleaner.matching.match import Match
from gleaner.matching.rules import Rule
from gleaner.review.policy import Ladder, may_post
from gleaner.timesheets.logged import AMENDMENT
from gleaner.timesheets.timeline import lay

REVIEW = meeting("10:00-11:00", "Design review")
WEDNESDAY = DAY + timedelta(days=1)


def only(sheet: Sheet, *seen: Activity) -> Proposal:
    (found,) = sheet.proposals(*seen)
    assert (found.rule, found.must_ask, found.on) == (AMENDMENT, True, DAY)
    return found


def update(proposal: Proposal) -> UpdateTimeEntry:
    assert isinstance(proposal.action, UpdateTimeEntry)
    assert proposal.action.was is not None
    return proposal.action


def said(sheet: Sheet, *seen: Activity) -> str:
    """The one thing that is said instead of being proposed."""
    (draft,) = sheet.drafts(*seen)
    assert sheet.proposals(*seen) == []
    (left,) = draft.left
    assert left.is_hint
    return left.text


@pytest.mark.parametrize("when", ["10:00-11:00", "14:00-15:00"])
def test_durations_do_not_care_when_it_was(when: str) -> None:
    sheet = Sheet().log(REVIEW)
    assert sheet.proposals(moved(REVIEW, span(when))) == []


@pytest.mark.parametrize(
    ("when", "hours", "times", "words"),
    [
        ("14:00-15:00", None, (time(14), time(15)), "moved from 10:00–11:00 to 14:00–15:00"),
        ("14:00-14:30", "0.50", (time(14), time(14, 30)), "moved from 10:00–11:00 to 14:00–14:30"),
        ("10:00-10:20", "0.33", (time(10), time(10, 20)), "was shortened from 1 h to 20 min (10:00–10:20)"),
        ("10:00-12:30", "2.50", (time(10), time(12, 30)), "was lengthened from 1 h to 2 h 30 (10:00–12:30)"),
        ("09:30-10:30", None, (time(9, 30), time(10, 30)), "moved from 10:00–11:00 to 09:30–10:30"),
        ("23:30-00:30", None, (time(23, 30), time(0, 30)), "moved from 10:00–11:00 to 23:30–00:30"),
    ],
)
def test_times_and_lengths_follow_the_calendar(
    when: str, hours: str | None, times: tuple[time, time], words: str
) -> None:
    timed, bare = Sheet(has_times=True).log(REVIEW), Sheet().log(REVIEW)
    found = only(timed, moved(REVIEW, span(when)))
    action = update(found)
    assert (action.started_time, action.ended_time) == times
    assert found.reason == f'"Design review" {words} after it was logged.'
    assert [update(one).hours for one in bare.proposals(moved(REVIEW, span(when)))] == (
        [Decimal(hours)] if hours else []
    )


def test_another_day_keeps_the_rest() -> None:
    sheet = Sheet(has_times=True).log(REVIEW)
    later = moved(REVIEW, span("10:00-11:00", WEDNESDAY))
    found = only(sheet, later)
    assert update(found) == UpdateTimeEntry(
        ANA, sheet.entries[0].id, spent_date=WEDNESDAY, hours=Decimal("1.00"), started_time=time(10),
        ended_time=time(11), was=update(found).was,
    )  # fmt: skip
    assert found.reason == (
        '"Design review" moved from Tue 10 Mar 10:00–11:00 to Wed 11 Mar 10:00–11:00 after it was logged.'
    )


def test_a_day_still_to_come_takes_the_entry_away_and_gives_it_back_once_it_is_over() -> None:
    sheet = Sheet().log(REVIEW)
    later = moved(REVIEW, span("15:00-16:00", WEDNESDAY))
    (found,) = sheet.proposals(later, days=[DAY, WEDNESDAY], now=noon(WEDNESDAY))
    assert isinstance(found.action, DeleteTimeEntry)
    assert "to Wed 11 Mar 15:00–16:00, which is still to come, after it was logged." in found.reason
    sheet.accept([found])
    assert sheet.proposals(later, days=[DAY, WEDNESDAY], now=noon(WEDNESDAY)) == []
    (again,) = sheet.proposals(later, days=[DAY, WEDNESDAY])
    assert isinstance(again.action, CreateTimeEntry)
    assert (again.must_ask, again.on, again.action.reference) == (
        True, WEDNESDAY, sheet.items[0].proposal.action.reference,  # type: ignore[union-attr]
    )  # fmt: skip
    sheet.accept([again])
    assert sheet.proposals(later, days=[DAY, WEDNESDAY]) == []


def test_later_the_same_day_waits_until_it_is_over() -> None:
    sheet = Sheet(has_times=True).log(REVIEW)
    later = moved(REVIEW, span("15:00-16:00"))
    assert sheet.proposals(later, now=noon()) == []
    assert len(sheet.proposals(later)) == 1


def test_what_is_gone_is_deleted_only_when_that_is_sure() -> None:
    sheet = Sheet().log(REVIEW)
    assert only(sheet).reason == '"Design review" is no longer in the calendar after it was logged.'
    (draft,) = sheet.drafts(gone={})
    assert draft.draft.proposals == ()
    assert draft.unknown == {REVIEW.key}


def test_a_gone_event_whose_notes_somebody_rewrote_is_said() -> None:
    sheet = Sheet().log(REVIEW)
    sheet.by_hand(notes="Review with Rita on the phone")
    assert said(sheet).endswith("was changed since (other notes), so it stays, or: gleaner undo")


@pytest.mark.parametrize(
    ("change", "how"),
    [
        ({"hours": Decimal("0.75")}, "0.75 h instead of 1.00 h"),
        ({"project_id": WEBSITE}, "another project"),
        ({"task_id": PROGRAMMING}, "another task"),
        ({"is_running": True}, "its timer runs now"),
    ],
)
@pytest.mark.parametrize("when", ["10:00-10:30", ""], ids=["shortened", "gone"])
def test_what_somebody_changed_wins(change: dict[str, object], how: str, when: str) -> None:
    sheet = Sheet().log(REVIEW)
    sheet.by_hand(**change)
    assert sheet.proposals(REVIEW) == []
    assert sheet.drafts(REVIEW)[0].left == ()
    assert f"was changed since ({how}), so it stays" in said(
        sheet, *([moved(REVIEW, span(when))] if when else [])
    )


def test_new_words_go_into_the_notes_unless_somebody_wrote_their_own() -> None:
    renamed = moved(REVIEW, title="Design review with Rita")
    sheet = Sheet().log(REVIEW)
    found = only(sheet, renamed)
    assert (update(found).notes, update(found).hours) == ("Design review with Rita", None)
    assert found.reason == '"Design review with Rita" was called "Design review" after it was logged.'
    sheet.by_hand(notes="Mine")
    assert sheet.proposals(renamed) == []


FOR_WEBSITE = (Rule(WEBSITE, MEETINGS, title="design*"), *FOR_APOLLO)


def test_a_new_rule_moves_what_policy_logged_but_not_what_a_person_chose() -> None:
    sheet, chosen = Sheet().log(REVIEW, by="policy"), Sheet().log(REVIEW)
    sheet.rules = chosen.rules = FOR_WEBSITE
    found = only(sheet, REVIEW)
    assert (update(found).project_id, update(found).hours) == (WEBSITE, None)
    assert found.reason.startswith(
        '"Design review" is surely Website / Meetings now (Your rule: the title is like'
    )
    assert chosen.proposals(REVIEW) == []


def test_other_words_move_what_a_person_chose_too() -> None:
    sheet = Sheet(rules=FOR_WEBSITE).log(moved(REVIEW, title="Review"))
    assert sheet.entries[0].project_id == APOLLO
    found = only(sheet, moved(REVIEW, title="Design review"))
    assert (update(found).project_id, update(found).notes) == (WEBSITE, "Design review")


def test_a_person_who_accepted_only_a_new_time_did_not_choose_the_project() -> None:
    sheet = Sheet(has_times=True).log(REVIEW, by="policy")
    later = moved(REVIEW, span("14:00-15:00"))
    sheet.accept([only(sheet, later)])
    sheet.rules = FOR_WEBSITE
    assert update(only(sheet, later)).project_id == WEBSITE


def grown(hours: float, commits: int = 3, when: str = "09:00-12:00") -> Activity:
    one = coding(when, hours=hours)
    assert isinstance(one.detail, Coding)
    return moved(one, description=f"{commits} commits")


def test_coding_that_grew_is_asked_with_its_range_and_sentence() -> None:
    sheet = Sheet().log(grown(2))
    found = only(sheet, grown(2.5, 5))
    assert update(found).hours == Decimal("2.50")
    assert (found.low, found.high) == (timedelta(hours=1.25), timedelta(hours=5))
    assert found.reason.startswith(
        '"apollo-api: feat/login" grew from 2.00 h to 2.50 h after it was logged. 3 commits.'
    )


@pytest.mark.parametrize(("hours", "becomes"), [(2.05, None), (1.5, "1.50"), (1.95, None), (3, "3.00")])
def test_coding_grows_and_shrinks_when_it_is_worth_a_question(hours: float, becomes: str | None) -> None:
    found = Sheet().log(grown(2)).proposals(grown(hours, 4))
    assert [update(one).hours for one in found] == ([Decimal(becomes)] if becomes else [])


def test_coding_does_not_shrink_because_the_day_became_full() -> None:
    sheet = Sheet().log(grown(2))
    sheet.entries.append(entry(8, WEBSITE, PROGRAMMING, "launch"))
    assert sheet.proposals(grown(2.5, 5)) == []


def test_two_branches_that_grew_share_what_is_left_of_the_day() -> None:
    """Eight hours are expected, five logged by hand, one each on two branches; both grew by an hour."""
    one, two = coding("09:00-12:00", "one", hours=1), coding("13:00-16:00", "two", hours=1)
    sheet = Sheet().log(one, two)
    sheet.entries.append(entry(5, WEBSITE, PROGRAMMING, "launch"))
    more = [coding("09:00-12:00", "one", hours=2), coding("13:00-16:00", "two", hours=2)]
    sheet.accept(sheet.proposals(*more))
    assert sum(each.hours for each in sheet.entries) <= Decimal("8.02")
    assert sheet.proposals(*more) == []


def test_a_meeting_moved_into_another_is_said() -> None:
    other = meeting("14:00-15:00", "Planning")
    sheet = Sheet().log(REVIEW, other)
    text = said(sheet, moved(REVIEW, span("14:10-14:50")), other)
    assert (
        "moved from 10:00–11:00 to 14:10–14:50 after it was logged, and other work takes all of its time."
        in text
    )


def test_a_meeting_moved_onto_what_somebody_logged_is_said() -> None:
    sheet = Sheet(has_times=True).log(REVIEW)
    sheet.entries.append(entry(1, WEBSITE, at="14:00-15:00"))
    text = said(sheet, moved(REVIEW, span("14:00-15:00")))
    assert "and now an entry of 1 h is there for that time. Entry 1 may be too much" in text


def test_an_event_sent_anew_under_another_name_keeps_its_entry() -> None:
    sheet = Sheet().log(REVIEW)
    anew = meeting("10:00-11:00", "Design review", series="another")
    assert sheet.proposals(anew) == []


def test_other_people_in_an_event_are_no_reason_to_speak_of_what_else_is_logged() -> None:
    sheet = Sheet(has_times=True).log(REVIEW)
    sheet.entries.append(entry(1, WEBSITE, at="10:00-11:00"))
    (draft,) = sheet.drafts(moved(REVIEW, participants=("rita@acme.example",)))
    assert (draft.draft.proposals, draft.left) == ((), ())


# --- always ------------------------------------------------------------------------------------------------------


@st.composite
def later_days(draw: st.DrawFn) -> tuple[list[Activity], list[Activity]]:
    """A day, and the same day after some of it moved, went away or came to it."""
    before = draw(day_of_activities)
    after = []
    for one in before:
        match draw(st.sampled_from(["as it was", "moved", "gone", "renamed"])):
            case "as it was":
                after.append(one)
            case "moved":
                after.append(_elsewhere(one, draw(stretches)))
            case "renamed":
                after.append(moved(one, title=f"{one.title} 2"))
    keys = {one.key for one in before}
    return before, [*after, *(one for one in draw(day_of_activities) if one.key not in keys)]


def _elsewhere(one: Activity, when: str) -> Activity:
    at = span(when)
    if isinstance(one.detail, Coding):
        fresh = coding(when, one.detail.repository)
        return moved(one, fresh.span, detail=fresh.detail)
    return moved(one, at)


@settings(max_examples=100)
@given(later_days(), st.booleans(), st.data())
def test_every_change_is_asked_once_and_in_any_order_the_day_settles(
    days: tuple[list[Activity], list[Activity]], has_times: bool, data: st.DataObject
) -> None:
    before, after = days
    sheet = Sheet(has_times=has_times).log(*before)
    assert [one for one in sheet.proposals(*before) if one.rule == AMENDMENT] == []
    for _ in range(60):
        found = sheet.proposals(*after)
        if not found:
            break
        amended = [one.action for one in found if not isinstance(one.action, CreateTimeEntry)]
        assert len({action.entry_id for action in amended}) == len(amended)  # type: ignore[union-attr]
        assert not any(may_post(one, Ladder()) for one in found if one.rule == AMENDMENT)
        accepted = found[data.draw(st.integers(0, len(found) - 1))]
        before_it = coded(sheet)
        sheet.accept([accepted])
        if coded(sheet) > before_it:
            assert sum(one.hours for one in sheet.entries) <= Decimal("8.02")
        _check_seen(accepted, after)
    assert sheet.proposals(*after) == []


def coded(sheet: Sheet) -> Decimal:
    return sum((one.hours for one in sheet.entries if one.task_id == PROGRAMMING), Decimal(0))


def _check_seen(accepted: Proposal, seen: list[Activity]) -> None:
    """An entry is never changed to more than its work was seen to take."""
    free = {line.activity.key: line.worked for line in lay([Match(one, None, 0, "unsure") for one in seen])}
    if isinstance(accepted.action, UpdateTimeEntry) and accepted.action.hours is not None:
        assert accepted.action.hours <= Decimal(
            str(free[accepted.activity_key] / timedelta(hours=1))
        ) + Decimal("0.01")


# --- attendance --------------------------------------------------------------------------------------------------


def test_an_attendance_that_comes_out_later_is_an_update_that_says_so() -> None:
    found = only(Sheet().log(REVIEW), attended(REVIEW, "10:04-10:52"))
    assert update(found).hours == Decimal("0.80")
    assert found.reason == (
        '"Design review" took another time than was logged (you were in the call 10:04-10:52), which came out'
        " after it was logged."
    )


def test_an_entry_keeps_its_times_by_those_of_the_call() -> None:
    found = only(Sheet(has_times=True).log(REVIEW), attended(REVIEW, "10:04-10:52"))
    assert (update(found).started_time, update(found).ended_time) == (time(10, 4), time(10, 52))


def test_a_meeting_of_another_day_moved_whatever_its_call_says() -> None:
    later = moved(REVIEW, span("10:00-11:00", WEDNESDAY))
    found = only(Sheet().log(REVIEW), attended(later, "10:04-10:52", day=WEDNESDAY))
    assert "moved from" in found.reason


def test_a_call_that_was_as_long_as_planned_changes_nothing() -> None:
    assert Sheet().log(REVIEW).proposals(attended(REVIEW, "10:00-11:00")) == []
