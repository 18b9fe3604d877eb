"""What the people in a meeting say of its project."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

from hypothesis import given
from hypothesis import strategies as st
from tests.studio import ANA, APOLLO, BO, CATALOG, CY, DAY, MEETINGS, PORTAL, WEBSITE, entry, meeting

from gleaner.core.activities import Meeting
from gleaner.core.catalog import UserAssignment
from gleaner.matching.index import Index
from gleaner.matching.learn import learnt
from gleaner.matching.match import match
from gleaner.matching.memory import Fact, remember

INDEX = Index(replace(CATALOG, user_assignments=(*CATALOG.user_assignments, UserAssignment(PORTAL, BO))))
EVERYBODY = tuple(UserAssignment(project, who) for project in CATALOG.projects for who in (ANA, BO))
_TWO = tuple(one for one in EVERYBODY if one.project_id in (APOLLO, PORTAL))
BIG_AND_SMALL = Index(replace(CATALOG, user_assignments=(*_TWO, UserAssignment(APOLLO, CY))))
"""Ana and Bo work on the portal, and with Cy on Apollo."""
NOTHING = remember([], [], today=DAY)


def test_a_colleague_who_may_not_log_to_a_project_speaks_against_it() -> None:
    members = (*(UserAssignment(p, ANA) for p in (APOLLO, PORTAL, WEBSITE)), UserAssignment(PORTAL, BO))
    index = Index(replace(CATALOG, user_assignments=members))
    found = match(
        meeting("10:00-11:00", "Sync", attendees=["bo@studio.example"]), index, remember([], [], today=DAY)
    )
    assert found.slot is not None
    assert found.slot.project.id == PORTAL
    assert found.level != "sure"


def test_people_who_meet_are_more_likely_the_small_team_that_has_them_than_the_big_one() -> None:
    found = match(meeting("10:00-11:00", "Sync", attendees=["bo@studio.example"]), BIG_AND_SMALL, NOTHING)
    assert found.slot is not None
    assert found.slot.project.id == PORTAL, "Ana and Bo are all of its team; Apollo has Cy, too"
    assert not found.is_tie
    assert found.confidence < 0.75, "one in two against one"
    assert "Few others than those invited work on Customer Portal" in found.reason
    assert found.level != "sure"


def test_a_small_team_that_lacks_somebody_invited_gains_nothing_from_its_size() -> None:
    guests = ["bo@studio.example", "cy@studio.example"]
    found = match(meeting("10:00-11:00", "Sync", attendees=guests), BIG_AND_SMALL, NOTHING)
    assert found.slot is not None
    assert found.slot.project.id == APOLLO


def test_alone_nobody_can_tell_a_small_team_from_a_big_one() -> None:
    assert match(meeting("10:00-11:00", "Sync"), BIG_AND_SMALL, NOTHING).is_tie


def test_what_the_others_work_on_lately_speaks_for_it() -> None:
    index = Index(replace(CATALOG, user_assignments=EVERYBODY))
    worked = [entry(6, WEBSITE, who=BO, day=DAY - timedelta(days=n)) for n in range(1, 6)]
    memory = remember([], worked, today=DAY)
    found = match(meeting("10:00-11:00", "Sync", attendees=["bo@studio.example"]), index, memory)
    assert found.alternatives[0].project_id == WEBSITE or (found.slot and found.slot.project.id == WEBSITE)
    (said,) = (piece.sentence for piece in found.evidence if "those invited" in piece.sentence)
    assert said == "those invited work on Website lately", "no word about who works how much"
    assert found.level != "sure"


def test_last_week_counts_more_than_last_month() -> None:
    old = [entry(8, APOLLO, day=DAY - timedelta(days=30 + n)) for n in range(5)]
    new = [entry(8, PORTAL, day=DAY - timedelta(days=1 + n)) for n in range(3)]
    shares = remember([], old + new, today=DAY).shares(ANA)
    assert shares[PORTAL] > 0.8


def test_what_the_person_let_pass_is_work_like_any_other() -> None:
    accepted = [
        Fact(meeting("09:00-12:00", f"Talk {n}", day=DAY - timedelta(days=n)), WEBSITE, MEETINGS)
        for n in (1, 2)
    ]
    memory = learnt([], [entry(2, APOLLO, day=DAY - timedelta(days=1))], accepted, today=DAY)
    assert memory.shares(ANA)[WEBSITE] > memory.shares(ANA)[APOLLO]


def test_an_attendee_whom_harvest_does_not_know_is_remembered() -> None:
    before = [
        Fact(meeting("10:00-11:00", f"Call {n}", attendees=["ida@print.example"]), PORTAL, MEETINGS)
        for n in range(5)
    ]
    found = match(
        meeting("15:00-15:30", "Quick call", attendees=["ida@print.example"]),
        INDEX,
        remember(before, [], today=DAY),
    )
    assert any(
        "ida@print.example went mostly to Customer Portal" in piece.sentence for piece in found.evidence
    )


def test_an_organizer_counts_as_somebody_who_is_there() -> None:
    plain = meeting("10:00-11:00", "Catch up")
    assert isinstance(plain.detail, Meeting)
    seen = replace(plain, detail=replace(plain.detail, organizer="Ben@beta.example"))
    found = match(seen, INDEX, remember([], [], today=DAY))
    assert found.slot is not None
    assert found.slot.project.id == WEBSITE


def test_a_few_hours_say_less_of_somebodys_work_than_many_weeks_of_them() -> None:
    def recent(weeks: int) -> float:
        worked = [entry(2, WEBSITE, day=DAY - timedelta(days=7 * week)) for week in range(weeks)]
        other = [entry(2, APOLLO, day=DAY - timedelta(days=7 * week)) for week in range(weeks)]
        memory = remember([], worked + other, today=DAY)
        found = match(meeting("10:00-11:00", "Sync"), INDEX, memory)
        (said,) = (piece for piece in found.evidence if "of your time" in piece.sentence)
        assert said.sentence == "50% of your time went there lately", "the share itself stays as it was"
        return said.weight

    assert recent(1) < recent(2) < recent(6)


@given(st.lists(st.sampled_from(["bo@studio.example", "cy@studio.example", "x@else.example"]), max_size=3))
def test_equal_evidence_is_shared_out_equally(guests: list[str]) -> None:
    everybody = tuple(UserAssignment(project, who) for project in CATALOG.projects for who in (ANA, BO, CY))
    found = match(
        meeting("10:00-11:00", "Sync", attendees=guests),
        Index(replace(CATALOG, user_assignments=everybody)),
        NOTHING,
    )
    assert found.is_tie
    k = len(CATALOG.projects)
    assert 0.75 / k < found.project_confidence <= 1 / k
