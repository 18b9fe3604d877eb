"""Reviews, comments and merges on the same timeline as commits, and what coding agents made.

A review stands for up to 20 minutes, a comment for 10, a merge for 5.
"""

from __future__ import annotations

import re
from dataclasses import replace
from datetime import timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st
from tests.unit.capture.build import ANA, BOB, PEOPLE, at, commits, span
from tests.unit.capture.test_coding import ALL_COMMITS, BUSY, MOMENTS, RHYTHMS, as_seen, detail, only

from gleaner.capture.agents import agent
from gleaner.capture.coding import Worked, coding
from gleaner.capture.observed import Commit, Touch
from gleaner.capture.rhythm import EVERYBODY, Rhythm
from gleaner.core.activities import Coding
from gleaner.core.time import Span, total

MINUTE = timedelta(minutes=1)
AGENT = "noreply@anthropic.com"


def touch(time: str, kind: str = "reviewed", number: int = 12, **changes: object) -> Touch:
    """What Ana did about a pull request of somebody else's in Apollo."""
    made = Touch("apollo", ANA.email, at(time), "reviewed", number, f"Rework #{number}", "feat/form")
    return replace(made, kind=kind, **changes)  # type: ignore[arg-type]


def found(text: str, *touches: Touch, busy: tuple[Span, ...] = ()) -> Worked:
    return coding(commits(text), PEOPLE, {ANA.id: busy}, as_seen, touches=touches)


def test_a_day_of_reviews_alone_is_their_minutes_and_no_more() -> None:
    (activity,) = coding((), PEOPLE, touches=[touch("10:00"), touch("15:00", number=15)]).activities
    seen = detail(activity)
    assert (seen.worked, seen.commits, seen.touches, seen.seen) == (40 * MINUTE, 0, 2, timedelta(0))
    assert seen.explanation.endswith("40 min for 2 reviews 10:00–15:00 (#12, #15)")
    assert (activity.title, activity.description) == ("apollo: feat/form", "Rework #12\nRework #15")


def test_what_was_reviewed_counts_beside_what_was_written() -> None:
    """88 min lead to the commit; the review came 30 min after it and stands for 20 of them."""
    seen = only(found("10:00 apollo 14 a", touch("10:30")))
    assert seen.worked == 108 * MINUTE
    assert seen.seen == pytest.approx(88 * MINUTE, abs=MINUTE)
    assert seen.explanation.endswith("; and 20 min for 1 review 10:30 (#12)")


def test_a_touch_never_stands_for_more_than_the_time_since_what_came_before() -> None:
    assert only(found("10:00 apollo 14 a", touch("10:06"))).worked == 94 * MINUTE


def test_a_commit_after_a_review_begins_there() -> None:
    """It was not coding that filled the 20 minutes before 10:00; 30 of the hour's minutes in full, half of the rest."""
    seen = only(found("11:00 apollo 14 a", touch("10:00")))
    assert seen.worked == (20 + 45) * MINUTE


@pytest.mark.parametrize("kind", ["opened", "merged"])
def test_ones_own_clicks_only_lengthen_the_work_before_them(kind: str) -> None:
    near = only(found("10:00 apollo 14 a", touch("10:04", kind, is_own=True)))
    assert near.worked == 92 * MINUTE
    assert only(found("10:00 apollo 14 a", touch("18:00", kind, is_own=True))).worked == 88 * MINUTE
    assert coding((), PEOPLE, touches=[touch("10:00", kind, is_own=True)]).activities == ()


def test_a_click_at_night_does_not_shorten_what_comes_after_it() -> None:
    """The commit at 18:30 has its lead-in, as if nobody had clicked at 18:00."""
    text = "10:00 apollo 14 a\n18:30 apollo 14 b"
    assert found(text, touch("18:00", "merged", is_own=True)).activities[0].observed == (
        found(text).activities[0].observed
    )


def test_touches_in_a_meeting_are_not_counted_in_it() -> None:
    meeting = span("09:00-11:00")
    (activity,) = found("", touch("10:00"), busy=(meeting,)).activities
    assert activity.span.end == meeting.start


def test_touches_of_strangers_and_machines_are_nobodys() -> None:
    told = [
        touch("10:00", who="eve@else.example"),
        touch("11:00", who="review[bot]@users.noreply.github.com"),
    ]
    assert coding((), PEOPLE, touches=told) == Worked()


# Agents.


@pytest.mark.parametrize(
    ("address", "name"),
    [(AGENT, "Claude"), ("175728472+Copilot@users.noreply.github.com", "Copilot"), ("aider@aider.chat", "Aider"),
     ("cursoragent@cursor.com", "Cursor"), ("158243242+devin-ai-integration[bot]@users.noreply.github.com", "Devin"),
     ("anthropic@lark.example", None), ("copilot@lark.example", None), ("noreply@github.com", None)],
)  # fmt: skip
def test_agents_are_known_by_their_addresses(address: str, name: str | None) -> None:
    assert agent(address) == name


def test_what_an_agent_helped_with_is_shown_apart_and_its_lines_say_nothing() -> None:
    """2,000 lines of an agent's are no longer a lead-in than any commit of unknown size: 45 + 16 · ln 21."""
    (commit,) = commits("10:00 apollo 2000 a")
    seen = only(coding([replace(commit, co_authors=(AGENT,))], PEOPLE, rhythm_of=as_seen))
    assert seen.worked == 93 * MINUTE
    assert "1 commit 10:00 on feat/x (1 with Claude, whose lines are not counted)" in seen.explanation


def test_what_an_agent_made_alone_is_no_evidence_of_anybodys_time() -> None:
    alone = [
        replace(one, author_email=AGENT, co_authors=(ANA.email,)) for one in commits("10:00 apollo 14 a")
    ]
    (skipped,) = coding(alone, PEOPLE).skipped
    assert skipped.what == "1 commit by Claude alone in apollo"
    assert coding(alone, PEOPLE).activities == ()
    nobodys = [replace(one, co_authors=()) for one in alone]
    assert coding(nobodys, PEOPLE) == Worked()


def test_what_an_agent_made_alone_is_named_beside_ones_own() -> None:
    (own,) = commits("10:00 apollo 14 a")
    (other,) = commits("10:20 apollo 900 b")
    both = [own, replace(other, author_email=AGENT, co_authors=(ANA.email,))]
    seen = only(coding(both, PEOPLE, rhythm_of=as_seen))
    assert seen.worked == only(found("10:00 apollo 14 a")).worked
    assert seen.explanation.endswith("; 1 commit by Claude alone not counted")


def test_an_agent_takes_part_in_nothing() -> None:
    (commit,) = commits("10:00 apollo 14 a")
    (activity,) = coding([replace(commit, co_authors=(AGENT, BOB.email))], PEOPLE).activities[:1]
    assert activity.participants == (BOB.email,)


# What must always hold.

TOUCHES = st.lists(
    st.builds(
        Touch,
        repository=st.sampled_from(["apollo", "borealis"]),
        who=st.sampled_from([ANA.email, BOB.email, "eve@else.example"]),
        at=MOMENTS,
        kind=st.sampled_from(["opened", "reviewed", "commented", "merged"]),
        number=st.integers(1, 4),
        title=st.sampled_from(["a", "b"]),
        branch=st.sampled_from(["feat/x", ""]),
        is_own=st.booleans(),
    ),
    max_size=12,
)


@given(ALL_COMMITS, TOUCHES, BUSY, RHYTHMS)
def test_no_minute_is_claimed_twice_or_in_a_meeting(
    made: list[Commit], touches: list[Touch], busy: list[Span], rhythm: Rhythm
) -> None:
    told = coding(made, PEOPLE, {ANA.id: busy, BOB.id: busy}, lambda _u, _r, _d: rhythm, touches=touches)
    for person in (ANA, BOB):
        spans = [one for each in told.activities if each.user_id == person.id for one in each.spans]
        assert sum((one.duration for one in spans), timedelta()) == total(spans)
        assert not any(one.overlaps(other) for one in spans for other in busy)


@given(ALL_COMMITS, TOUCHES, st.randoms(use_true_random=False))
def test_neither_order_nor_seeing_them_twice_matters(
    made: list[Commit], touches: list[Touch], chance: object
) -> None:
    twice = [*touches, *touches]
    chance.shuffle(twice)  # type: ignore[attr-defined]
    assert coding(made, PEOPLE, touches=twice) == coding(made, PEOPLE, touches=touches)


@given(ALL_COMMITS, TOUCHES, BUSY)
def test_a_day_without_a_commit_or_a_look_at_somebodys_work_gets_nothing(
    made: list[Commit], touches: list[Touch], busy: list[Span]
) -> None:
    told = coding(made, PEOPLE, {ANA.id: busy}, touches=touches)
    for activity in told.activities:
        person = PEOPLE.people[activity.user_id]
        days = {one.authored_at.astimezone(person.zone).date() for one in made}
        days |= {
            one.at.astimezone(person.zone).date() for one in touches if not one.is_own or one.kind[0] in "rc"
        }
        assert activity.external_id[:10] in {day.isoformat() for day in days}


_SPOKEN = r"(?:(\d+) h(?: (\d\d))?|(\d+) min)"


def minutes(text: str) -> int:
    """``1 h 05`` as minutes."""
    match = re.fullmatch(_SPOKEN, text)
    assert match is not None, text
    return 60 * int(match[1] or 0) + int(match[2] or match[3] or 0)


def by_hand(seen: Coding) -> float:
    """The sum that the sentence tells, done again: the line on what Git shows, and what the touches add."""
    length = r"(?:\d+ h(?: \d\d)?|\d+ min)"
    whole = 0.0
    if shown := re.search(rf"Git shows ({length})", seen.explanation):
        line = re.search(rf"(?:(\d+)% of )?({length}) \+ (\d\.\d\d) × that", seen.explanation)
        assert line is not None
        whole += int(line[1] or 100) / 100 * minutes(line[2]) + float(line[3]) * minutes(shown[1])
    if added := re.search(rf"({length}) for \d+ (?:comment|merge|opened|review)", seen.explanation):
        whole += minutes(added[1])
    return whole


@given(ALL_COMMITS, TOUCHES, BUSY, RHYTHMS)
def test_the_sentence_holds_the_whole_sum(
    made: list[Commit], touches: list[Touch], busy: list[Span], rhythm: Rhythm
) -> None:
    """To the minutes that rounding takes; unless less was free, which the sentence says."""
    told = coding(made, PEOPLE, {ANA.id: busy}, lambda _u, _r, _d: rhythm, touches=touches)
    for activity in told.activities:
        seen = detail(activity)
        limit = re.search(r"no more than (.+) were free", seen.explanation)
        if limit is not None:
            assert minutes(limit[1]) == seen.worked / MINUTE < by_hand(seen) + 4
        else:
            assert by_hand(seen) == pytest.approx(seen.worked / MINUTE, abs=4)
        assert seen.explanation.startswith("about ")


def test_everybodys_line_is_the_one_in_the_sentence() -> None:
    seen = only(coding(commits("10:00 apollo 14 a"), PEOPLE))
    assert by_hand(seen) == pytest.approx(EVERYBODY.worked(seen.seen) / MINUTE, abs=1)
