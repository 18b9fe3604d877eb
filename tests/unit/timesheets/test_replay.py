"""A past day, as it would have been proposed and as its person logged it."""

from __future__ import annotations

from collections.abc import Sequence

from tests.fakes import FakeHarvest
from tests.studio import (
    ACCOUNT,
    ANA,
    APOLLO,
    CATALOG,
    COMPANY,
    DAY,
    MEETINGS,
    PEOPLE,
    PORTAL,
    PROGRAMMING,
    coding,
    entry,
    meeting,
)

from gleaner.core.activities import Activity
from gleaner.core.entries import TimeEntry
from gleaner.core.proposals import reference
from gleaner.matching.backtest import Replayed
from gleaner.matching.evidence import Index
from gleaner.matching.match import match
from gleaner.matching.memory import remember
from gleaner.matching.rules import Rule
from gleaner.timesheets.draft import Day
from gleaner.timesheets.replay import replay

RULES = (Rule(APOLLO, MEETINGS, calendar="*"), Rule(APOLLO, PROGRAMMING, repository="*"))
"""Whatever it is, the guess is Apollo."""


def replayed(seen: Activity, *logged: TimeEntry, rules: Sequence[Rule] = RULES) -> Replayed:
    """What became of the only activity of Ana's day."""
    known = Day(ACCOUNT, COMPANY, PEOPLE[ANA], DAY, tuple(logged))
    found = match(seen, Index(CATALOG), remember([], [], today=DAY), rules)
    (one,) = replay(known, [found])
    return one


REVIEW = meeting("10:00-11:00", "Design review")


def test_the_entry_that_says_the_same_judges() -> None:
    for project, task, hours, verdict in (
        (APOLLO, MEETINGS, 1, "right"),
        (APOLLO, MEETINGS, 1.25, "right"),
        (APOLLO, MEETINGS, 1.5, "near"),
        (APOLLO, MEETINGS, 0.5, "near"),
        (APOLLO, PROGRAMMING, 1, "near"),
        (PORTAL, MEETINGS, 1, "wrong"),
    ):
        one = replayed(REVIEW, entry(hours, project, task, "Design review"))
        assert one.verdict == verdict, (project, task, hours)
        assert one.is_kept == ((project, task) == (APOLLO, MEETINGS)), (project, task, hours)


def test_the_entry_at_the_same_time_judges_without_words() -> None:
    assert replayed(REVIEW, entry(1, PORTAL, MEETINGS, at="10:00-11:00")).verdict == "wrong"
    assert replayed(REVIEW, entry(1, APOLLO, MEETINGS, at="10:00-11:00")).verdict == "right"


def test_an_equal_length_alone_says_nothing() -> None:
    for project in (APOLLO, PORTAL):
        assert replayed(REVIEW, entry(1, project, MEETINGS)).verdict == "not logged"


def test_a_day_nobody_logged_says_nothing() -> None:
    assert replayed(REVIEW).verdict == "not logged"
    assert replayed(coding("09:00-11:00")).verdict == "not logged"


def test_coding_is_right_where_the_project_and_task_hold_its_hours() -> None:
    seen = coding("09:00-12:00")
    assert replayed(seen, entry(3, APOLLO, PROGRAMMING)).verdict == "right"
    assert replayed(seen, entry(6, APOLLO, PROGRAMMING)).verdict == "right"
    assert replayed(seen, entry(1, APOLLO, PROGRAMMING)).verdict == "near"


def test_coding_is_wrong_only_when_the_day_is_full_of_something_else() -> None:
    seen = coding("09:00-12:00")
    assert replayed(seen, entry(8, PORTAL, PROGRAMMING)).verdict == "wrong"
    assert replayed(seen, entry(4, PORTAL, PROGRAMMING)).verdict == "not logged"


def test_what_gleaner_logged_itself_proves_nothing() -> None:
    known = f"entry:{REVIEW.key}"
    own = entry(1, APOLLO, MEETINGS, "Design review", reference=reference(ACCOUNT, known))
    day = Day(ACCOUNT, COMPANY, PEOPLE[ANA], DAY, (own,))
    found = match(REVIEW, Index(FakeHarvest().catalog()), remember([], [], today=DAY), RULES)
    assert replay(day, [found]) == []


def test_a_question_stays_a_question() -> None:
    maybe = meeting("10:00-11:00", "Design review", tentative=True)
    one = replayed(maybe, entry(1, APOLLO, MEETINGS, "Design review"))
    assert one.level == "sure"
    assert not one.is_sure
