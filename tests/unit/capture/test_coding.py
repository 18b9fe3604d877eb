"""Commits as working time. The days are written as the commits were made: time, repository, lines, subject."""

from __future__ import annotations

import random
from collections.abc import Iterable
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st
from tests.unit.capture.build import ANA, BERLIN, BOB, NEW_YORK, PEOPLE, at, commits, span

from gleaner.capture.coding import Worked, coding, is_bot
from gleaner.capture.observed import Commit
from gleaner.capture.rhythm import Rhythm
from gleaner.core.activities import Activity, Coding, Line
from gleaner.core.catalog import UserId
from gleaner.core.time import Span, day_span, local_date, merged, total

MINUTE = timedelta(minutes=1)
AS_SEEN = Rhythm(Line(timedelta(0), 1.0, days=15))
"""Somebody who books just what Git shows."""


def as_seen(_user_id: UserId, _repository: str, _day: date) -> Rhythm:
    return AS_SEEN


def work(text: str, *busy: Span) -> list[Activity]:
    return list(coding(commits(text), PEOPLE, {ANA.id: busy}, as_seen).activities)


def detail(activity: Activity) -> Coding:
    assert isinstance(activity.detail, Coding)
    return activity.detail


def only(found: Worked | list[Activity]) -> Coding:
    activities = found.activities if isinstance(found, Worked) else found
    assert len(activities) == 1
    return detail(activities[0])


MORNING = """
    10:00  apollo  14  Fix login
    10:20  apollo  3   Add test
    11:40  apollo  50  Rework form
"""


def test_a_morning_is_its_gaps_and_what_led_to_the_first_commit() -> None:
    """88 min before the first (14 lines), 20 min, and 30 + 25 min of the gap of 80."""
    seen = only(work(MORNING))
    assert seen.worked == 163 * MINUTE
    assert [f"{each.start.astimezone(BERLIN):%H:%M}" for each in seen.sessions] == ["08:31", "10:45"]
    assert [each.end for each in seen.sessions] == [at("10:20"), at("11:40")]


def test_the_sum_can_be_done_again_by_hand() -> None:
    """90 + 0.63 · 163."""
    seen = only(coding(commits(MORNING), PEOPLE))
    assert seen.worked == 192 * MINUTE
    assert round(seen.seen / MINUTE) == 163
    assert seen.explanation == (
        "about 3 h 12 (46 min–5 h 13): 3 commits 10:00–11:40 on feat/x; "
        "Git shows 2 h 43: 1 h 15 between commits + 1 h 28 before the first (14 lines); "
        "a rough guess, for no day of yours is known: people's days with commits come out at "
        "1 h 30 + 0.63 × that, 3 h 13"
    )


def test_own_days_are_in_the_sum() -> None:
    rhythm = Rhythm(Line(timedelta(minutes=40), 0.9, days=12))
    seen = only(coding(commits(MORNING), PEOPLE, rhythm_of=lambda _user, _repository, _day: rhythm))
    assert seen.worked == timedelta(hours=3, minutes=6)  # 40 min + 0.9 · 2:43
    assert seen.explanation.endswith("your last 12 days here come out at 40 min + 0.90 × that, 3 h 07")


def test_days_elsewhere_are_named_as_such() -> None:
    rhythm = Rhythm(Line(timedelta(hours=1), 0.5, days=2, is_of_here=False))
    seen = only(coding(commits(MORNING), PEOPLE, rhythm_of=lambda _user, _repository, _day: rhythm))
    assert "your last 2 days, in all repositories, come out at" in seen.explanation


def test_what_a_day_comes_to_anyway_is_shared_by_its_repositories() -> None:
    """88 min lead to Apollo and 20 to Borealis: 82 % and 18 % of the hour and a half."""
    found = coding(commits("10:00 apollo 14 a\n10:20 borealis 14 b"), PEOPLE)
    apollo, borealis = (detail(activity) for activity in found.activities)
    assert "82% of 1 h 30 + 0.63 × that" in apollo.explanation
    assert "18% of 1 h 30 + 0.63 × that" in borealis.explanation
    assert apollo.explanation.endswith("(82% of what Git shows of the day is here)")


def test_after_more_than_three_hours_work_begins_anew() -> None:
    seen = only(work("09:00 apollo 0 a\n13:00 apollo 0 b"))
    assert seen.worked == 90 * MINUTE
    assert "1 h 30 before the first of 2 stretches (0 lines)" in seen.explanation


def test_a_lead_in_is_never_longer_than_the_gap_and_never_endless() -> None:
    assert only(work("10:00 apollo 900000 Import")).worked == 157 * MINUTE


def test_two_repositories_never_share_a_minute() -> None:
    """The 20 minutes before 10:20 are Borealis, those before 10:00 are Apollo."""
    apollo, borealis = work("10:00 apollo 14 a\n10:20 borealis 14 b")
    assert detail(borealis).sessions == (span("10:00-10:20"),)
    assert not any(one.overlaps(other) for one in apollo.spans for other in borealis.spans)


def test_meetings_beat_coding() -> None:
    """The first commit's 88 minutes lie before the stand-up; the 80 minutes' gap is 50 with the meeting out."""
    seen = only(work(MORNING, span("09:30-09:45"), span("10:30-11:00")))
    assert seen.sessions[0].start.astimezone(BERLIN).strftime("%H:%M:%S") == "08:16:40"
    assert seen.sessions[-1] == span("11:00-11:40")
    assert seen.worked == (88 + 20 + 40) * MINUTE
    assert "1 h between commits, other events left out" in seen.explanation


def test_a_commit_made_in_a_meeting_stands_for_work_before_it() -> None:
    assert only(work("10:00 apollo 14 a\n11:30 apollo 2 b", span("10:30-12:00"))).sessions[-1].end == at(
        "10:30"
    )


def test_a_commit_without_a_free_minute_is_no_activity() -> None:
    found = coding(commits("10:00 apollo 1 a\n10:30 borealis 1 b"), PEOPLE, {ANA.id: [span("10:00-11:00")]})
    assert [detail(each).repository for each in found.activities] == ["apollo"]
    assert [each.what for each in found.skipped] == ["1 commit in borealis"]


def test_work_over_midnight_is_cut_there() -> None:
    """23:30 and 00:30: half an hour belongs to each day, because each has a commit."""
    late = commits("23:30 apollo 1 a") + commits("00:30 apollo 1 b", on=date(2026, 7, 15))
    tuesday, wednesday = coding(late, PEOPLE).activities
    assert detail(wednesday).sessions == (Span(at("2026-07-15 00:00"), at("2026-07-15 00:30")),)
    assert tuesday.span.end == at("2026-07-15 00:00")
    assert [tuesday.external_id, wednesday.external_id] == ["2026-07-14/apollo", "2026-07-15/apollo"]


def test_a_day_without_a_commit_is_never_proposed() -> None:
    """A commit at 00:20 alone: the hour before midnight is left out, not put on the day before."""
    (activity,) = work("00:20 apollo 100 a")
    assert detail(activity).sessions == (span("00:00-00:20"),)


@pytest.mark.parametrize(
    ("day", "zone_of", "hours"),
    [
        (date(2026, 3, 29), ANA, 23),
        (date(2026, 10, 25), ANA, 25),
        (date(2026, 3, 8), BOB, 23),
        (date(2026, 11, 1), BOB, 25),
    ],
)
def test_days_on_which_the_clocks_change(day: date, zone_of: object, hours: int) -> None:
    """From 01:30 to 03:30 one hour passes in spring and three in autumn."""
    person = ANA if zone_of is ANA else BOB
    assert day_span(day, person.zone).duration == timedelta(hours=hours)
    seen = only(coding(commits("01:30 apollo 0 a\n03:30 apollo 0 b", person, day), PEOPLE, rhythm_of=as_seen))
    between = timedelta(minutes=45) if hours == 23 else timedelta(minutes=105)
    assert seen.worked == 45 * MINUTE + between


def test_the_day_is_that_of_the_persons_zone_not_of_the_commits_offset() -> None:
    (commit,) = commits("10:00 apollo 1 a")
    far = replace(commit, authored_at=datetime(2026, 7, 15, 1, tzinfo=UTC), author_email=BOB.email)
    assert local_date(far.authored_at, NEW_YORK) == date(2026, 7, 14)
    assert coding([far], PEOPLE).activities[0].external_id == "2026-07-14/apollo"


def test_copies_of_a_change_count_once() -> None:
    """Rebased and cherry-picked commits keep author, author date and subject."""
    one, other = commits("10:00 apollo 14 a\n11:00 apollo 14 b")
    copies = [replace(one, sha="rebased"), replace(one, sha="picked", repository="fork")]
    assert coding([one, other, *copies], PEOPLE).activities == coding([one, other], PEOPLE).activities


def test_of_two_copies_the_one_that_was_counted_tells_the_size() -> None:
    """Rewriting may drop a part: the larger copy is the work that was done; an uncounted one tells nothing."""
    (one,) = commits("10:00 apollo 14 a")
    for lines in (None, 3):
        assert (
            coding([one, replace(one, sha="copy", changed_lines=lines)], PEOPLE).activities
            == coding([one], PEOPLE).activities
        )


def test_merges_and_bots_are_no_work_and_no_problem() -> None:
    merge, bot, own = commits("10:00 apollo 0 m\n10:30 apollo 9 b\n11:00 apollo 9 c")
    found = coding(
        [
            replace(merge, parents=2),
            replace(bot, author_email="dependabot[bot]@users.noreply.github.com"),
            own,
        ],
        PEOPLE,
    )
    assert only(found).commits == 1
    assert found.problems == ()


@pytest.mark.parametrize(
    "address",
    ["49699333+dependabot[bot]@users.noreply.github.com", "renovate-bot@x.example", "github-actions@github.com",
     "noreply@github.com", "deploy-bot@lark.example", "jenkins@ci.example", "gitlab-ci@lark.example"],
)  # fmt: skip
def test_machines(address: str) -> None:
    assert is_bot(address)


@pytest.mark.parametrize(
    "address", ["abbot@x.example", "botho@x.example", "cindy@x.example", "12+ana@users.noreply.github.com"]
)
def test_people_with_machine_like_names(address: str) -> None:
    assert not is_bot(address)


def test_a_co_author_is_credited_too() -> None:
    pair = [replace(commit, co_authors=(BOB.email, "kim@acme.example")) for commit in commits(MORNING)]
    found = coding(pair, PEOPLE)
    assert {activity.user_id: activity.participants for activity in found.activities} == {
        ANA.id: ("bob@lark.example", "kim@acme.example"),
        BOB.id: ("ana@lark.example", "kim@acme.example"),
    }
    assert found.problems == ()


def test_an_alias_is_the_same_person() -> None:
    first, second, third = commits(MORNING)
    mixed = [first, replace(second, author_email="ana.dev@post.example"), third]
    assert coding(mixed, PEOPLE).activities == coding(commits(MORNING), PEOPLE).activities


def test_strangers_are_one_problem_each_with_the_way_out() -> None:
    unknown = [replace(commit, author_email="eve@else.example") for commit in commits(MORNING)]
    (problem,) = coding(unknown, PEOPLE).problems
    assert str(problem) == (
        "apollo: 3 commits by eve@else.example, who is nobody active in Harvest; ignored. "
        "If it is a colleague, add the address to their aliases"
    )


def test_many_strangers_do_not_flood_the_page() -> None:
    (one,) = commits("10:00 apollo 1 a")
    crowd = [replace(one, sha=str(number), author_email=f"{number}@else.example") for number in range(40)]
    problems = coding(crowd, PEOPLE).problems
    assert len(problems) == 11
    assert "30 commits by 30 more addresses" in problems[-1].text


def test_what_a_person_reads() -> None:
    (activity,) = work(MORNING)
    assert activity.title == "apollo: feat/x"
    assert activity.description == "Fix login\nAdd test\nRework form"


def test_a_slow_rhythm_never_takes_time_that_is_not_there() -> None:
    """Nine hours on a usual day, but only 20 minutes between Borealis and the commit before it."""
    rhythm = Rhythm(Line(timedelta(hours=9), 0.6, days=15))
    found = coding(
        commits("10:00 apollo 1 a\n10:20 borealis 1 b"),
        PEOPLE,
        rhythm_of=lambda _user, _repository, _day: rhythm,
    )
    borealis = detail(found.activities[1])
    assert borealis.worked == 20 * MINUTE
    assert borealis.explanation.endswith("no more than 20 min were free")


# What must always hold.

MOMENTS = st.integers(0, 4 * 24 * 60).map(
    lambda minute: at("2026-03-27 00:00").astimezone(UTC) + minute * MINUTE
)
ALL_COMMITS = st.lists(
    st.builds(
        Commit,
        repository=st.sampled_from(["apollo", "borealis", "cosmos"]),
        sha=st.uuids().map(str),
        author_email=st.sampled_from([ANA.email, "ana.dev@post.example", BOB.email, "eve@else.example"]),
        authored_at=MOMENTS,
        subject=st.sampled_from(["a", "b", "c"]),
        changed_lines=st.none() | st.integers(0, 5000),
        co_authors=st.sampled_from([(), (BOB.email,)]),
        parents=st.sampled_from([1, 1, 1, 2]),
    ),
    max_size=25,
)
BUSY = st.lists(
    st.tuples(MOMENTS, st.integers(5, 300)).map(lambda one: Span(one[0], one[0] + one[1] * MINUTE)),
    max_size=8,
)
RHYTHMS = st.builds(
    Rhythm,
    st.builds(
        Line,
        base=st.integers(0, 12 * 60).map(lambda minutes: minutes * MINUTE),
        factor=st.floats(0, 3).map(lambda factor: round(factor, 2)),
        days=st.integers(0, 15),
        is_of_here=st.booleans(),
    ),
    misses=st.lists(st.floats(-1, 8), max_size=5).map(tuple),
)


def of(user_id: UserId, activities: Iterable[Activity]) -> list[Activity]:
    return [activity for activity in activities if activity.user_id == user_id]


@given(ALL_COMMITS, BUSY, RHYTHMS)
def test_no_minute_is_claimed_twice_or_in_a_meeting(
    seen: list[Commit], busy: list[Span], rhythm: Rhythm
) -> None:
    found = coding(seen, PEOPLE, {ANA.id: busy, BOB.id: busy}, lambda _user, _repository, _day: rhythm)
    for person in (ANA, BOB):
        spans = [one for activity in of(person.id, found.activities) for one in activity.spans]
        assert sum((one.duration for one in spans), timedelta()) == total(spans)
        assert not any(one.overlaps(other) for one in spans for other in busy)


@given(ALL_COMMITS, BUSY, RHYTHMS)
def test_every_estimate_adds_up(seen: list[Commit], busy: list[Span], rhythm: Rhythm) -> None:
    """It is what its sessions hold, lies in its range, within its day, and before its last commit."""
    for activity in coding(seen, PEOPLE, {ANA.id: busy}, lambda _user, _repository, _day: rhythm).activities:
        found, person = detail(activity), PEOPLE.people[activity.user_id]
        day = day_span(date.fromisoformat(activity.external_id.partition("/")[0]), person.zone)
        assert timedelta(0) < found.low <= found.worked <= found.high or found.low == timedelta(0)
        assert found.low <= found.worked <= total(found.sessions) < found.worked + MINUTE
        assert list(found.sessions) == merged(found.sessions)
        assert day.start <= activity.span.start <= activity.span.end <= day.end


@given(ALL_COMMITS, BUSY, st.randoms(use_true_random=False))
def test_the_order_of_commits_does_not_matter(
    seen: list[Commit], busy: list[Span], chance: random.Random
) -> None:
    shuffled = list(seen)
    chance.shuffle(shuffled)
    assert coding(shuffled, PEOPLE, {ANA.id: busy}) == coding(seen, PEOPLE, {ANA.id: busy})


@given(ALL_COMMITS)
def test_seeing_every_commit_twice_changes_nothing(seen: list[Commit]) -> None:
    assert coding([*seen, *seen], PEOPLE).activities == coding(seen, PEOPLE).activities
