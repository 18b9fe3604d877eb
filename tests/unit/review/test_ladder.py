"""The ladder: what a record earns, and what takes it away again."""

from __future__ import annotations

from dataclasses import replace
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st
from tests.studio import ACCOUNT, ANA, APOLLO, DAY, MEETINGS

from gleaner.core.actions import CreateTimeEntry
from gleaner.core.activities import Kind
from gleaner.core.proposals import Proposal, reference
from gleaner.review.ladder import (
    LEAST,
    LONGEST,
    RUNGS,
    Footing,
    Rung,
    Standing,
    adopted,
    earned,
    footing,
    judged,
    unadopted,
)
from gleaner.review.policy import Ladder, may_accept_together, may_post, rung

RECORDS = st.lists(st.booleans(), max_size=90)


def walked(record: list[bool], kind: Kind = "meeting") -> Standing:
    standing = Standing()
    for is_kept in record:
        standing = judged(standing, kind, is_kept=is_kept)
    return standing


@pytest.mark.parametrize(
    ("record", "stands"),
    [
        ([], "suggest"),
        ([True] * 4, "suggest"),
        ([True] * 5, "preselect"),
        ([True] * 19, "preselect"),
        ([True] * 20, "post"),
        ([False] + [True] * 19, "preselect"),
        ([False] + [True] * 20, "post"),
        ([True, False] * 15, "suggest"),
        ([True] * 9 + [False], "preselect"),
        ([True] * 5 + [False], "suggest"),
    ],
)
def test_a_record_earns_its_rung(record: list[bool], stands: Rung) -> None:
    assert walked(record).rung == stands


def test_posting_is_lost_at_the_first_correction_and_has_to_be_earned_anew() -> None:
    fallen = walked([True] * 60 + [False])
    assert fallen == Standing("preselect")
    for _ in range(LEAST - 1):
        fallen = judged(fallen, "meeting", is_kept=True)
    assert fallen.rung == "preselect"
    assert judged(fallen, "meeting", is_kept=True).rung == "post"


def test_two_corrections_in_a_row_lead_to_the_bottom() -> None:
    assert walked([True] * 30 + [False, False]).rung == "suggest"


@given(RECORDS)
def test_coding_never_posts(record: list[bool]) -> None:
    assert walked(record, "coding").rung != "post"
    assert earned(record, "coding") != "post"
    assert adopted(record, "coding").rung != "post"


@given(RECORDS)
def test_posting_always_has_a_record_of_98_in_100_and_no_correction_last(record: list[bool]) -> None:
    standing = walked(record)
    assert len(standing.record) <= LONGEST
    if standing.rung == "post":
        assert standing.record[-1]
        newest = [standing.record[-n:] for n in range(LEAST, len(standing.record) + 1)]
        assert any(sum(part) >= 0.98 * len(part) for part in newest)


@given(RECORDS)
def test_what_is_kept_never_takes_a_step_down_and_a_correction_never_up(record: list[bool]) -> None:
    before = walked(record)
    up, down = (judged(before, "meeting", is_kept=kept) for kept in (True, False))
    assert RUNGS.index(up.rung) >= RUNGS.index(before.rung)
    assert RUNGS.index(down.rung) <= RUNGS.index(before.rung)
    assert down.rung != "post"


def test_a_back_test_counts_as_a_whole() -> None:
    """Twenty right ones after ten wrong ones are no 98 in 100."""
    assert adopted([False] * 10 + [True] * 20, "meeting").rung == "suggest"
    assert adopted([True] * 49 + [False], "meeting").rung == "post"
    assert adopted([True] * 19, "meeting").rung == "preselect"


# --- taking a back-test back ------------------------------------------------------------------------------------


def later(standing: Standing, decisions: list[bool], kind: Kind = "meeting") -> Standing:
    for is_kept in decisions:
        standing = judged(standing, kind, is_kept=is_kept)
    return standing


def test_without_decisions_since_nothing_is_left_of_a_back_test() -> None:
    assert unadopted(adopted([True] * 30, "meeting"), "meeting") is None
    assert unadopted(adopted([False], "meeting"), "meeting") is None


def test_what_a_correction_took_is_not_given_back() -> None:
    fallen = later(adopted([True] * 30, "meeting"), [False])
    assert fallen == Standing("preselect")
    assert unadopted(fallen, "meeting") == Standing("suggest")


def test_what_was_kept_since_stands_alone() -> None:
    kept = later(adopted([True] * 50, "meeting"), [True] * 6)
    assert (kept.rung, len(kept.record), kept.adopted) == ("post", LONGEST, 44)
    assert unadopted(kept, "meeting") == Standing("preselect", (True,) * 6)


def test_what_was_earned_anew_after_a_correction_stays() -> None:
    anew = later(adopted([True] * 30, "meeting"), [False] + [True] * 20)
    assert unadopted(anew, "meeting") == anew


@given(RECORDS, RECORDS)
def test_taking_a_back_test_back_never_leads_up_and_posts_only_what_people_earned(
    before: list[bool], since: list[bool]
) -> None:
    now = later(adopted(before, "meeting"), since)
    assert 0 <= now.adopted <= len(now.record)
    left = unadopted(now, "meeting") or Standing()
    assert RUNGS.index(left.rung) <= RUNGS.index(now.rung)
    assert left.adopted == 0
    assert len(left.record) <= len(since)
    if left.rung == "post":
        assert earned(since, "meeting") == "post" or walked(since).rung == "post"


# --- policy ------------------------------------------------------------------------------------------------------


def proposal(rule: str = "meeting", ground: str = "series") -> Proposal:
    action = CreateTimeEntry(ANA, DAY, Decimal(1), APOLLO, MEETINGS, "", reference(ACCOUNT, "k"))
    return Proposal("k", action, ANA, DAY, "why", rule, level="sure", ground=ground)


SERIES = Footing(ANA, "meeting", "series")


def test_without_a_record_nothing_is_posted_unasked() -> None:
    assert not may_post(proposal(), Ladder(earned={}))
    assert not may_accept_together(proposal(), Ladder(earned={}))


def test_what_is_earned_counts_up_to_the_ceiling() -> None:
    for ceiling, stands in (("post", "post"), ("preselect", "preselect"), ("suggest", "suggest")):
        ladder = Ladder(ceiling, earned={SERIES: "post"})  # type: ignore[arg-type]
        assert rung(proposal(), ladder) == stands
        assert may_post(proposal(), ladder) == (stands == "post")
        assert may_accept_together(proposal(), ladder) == (stands != "suggest")


def test_what_one_ground_earned_is_not_anothers() -> None:
    ladder = Ladder(earned={SERIES: "post"})
    assert may_post(proposal(), ladder)
    assert not may_post(proposal(ground="code"), ladder)
    assert not may_post(replace(proposal(), user_id=ANA + 1), ladder)  # type: ignore[arg-type]


def test_whoever_asked_for_suggestions_only_is_never_posted_for() -> None:
    ladder = Ladder(only_suggest=frozenset({ANA}), earned={SERIES: "post"})
    assert not may_post(proposal(), ladder)
    assert may_accept_together(proposal(), ladder)


def test_without_the_ladder_the_ceiling_decides() -> None:
    assert may_post(proposal(ground=""), Ladder())
    assert not may_post(proposal(), Ladder("preselect"))
    assert may_accept_together(proposal(), Ladder("suggest"))


def test_only_meetings_and_coding_stand_on_the_ladder() -> None:
    assert footing(proposal()) == SERIES
    assert footing(proposal("coding")) == Footing(ANA, "coding", "series")
    assert footing(proposal("amendment")) is None
    assert footing(proposal(ground="")) is None
    assert footing(proposal(ground="rule:" + "x" * 900)) is not None
