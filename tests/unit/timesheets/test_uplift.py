"""What roll-out changed, against those who wait."""

from __future__ import annotations

import random
from datetime import date, timedelta

import pytest

from gleaner.core.catalog import UserId
from gleaner.timesheets.uplift import Group, Uplift, t_quantile, uplifts, welch

FIRST = date(2026, 1, 5)
WEEKS = [FIRST + timedelta(weeks=number) for number in range(8)]
BEGINS = WEEKS[4]
DUE = timedelta(hours=40)
PILOT = Group("Pilot", BEGINS, frozenset(map(UserId, range(1, 6))))
REST = Group("Rest", date(2026, 6, 1), frozenset(map(UserId, range(11, 17))))
Hours = dict[UserId, dict[date, tuple[timedelta, timedelta]]]


def logged(effect: float, *, seed: int = 1, drift: float = 0.05) -> Hours:
    """Everybody's weeks: a level of their own, some chance, a drift that all share, and *effect* on the pilot."""
    chance = random.Random(seed)
    found: Hours = {}
    for group in (PILOT, REST):
        for user_id in sorted(group.people):
            level = chance.uniform(0.4, 0.7)
            for week in WEEKS:
                is_after = week >= BEGINS
                share = level + chance.uniform(-0.05, 0.05) + drift * is_after
                share += effect * (is_after and group is PILOT)
                found.setdefault(user_id, {})[week] = (DUE, DUE * share)
    return found


def only(hours: Hours, groups: list[Group] | None = None) -> Uplift:
    (found,) = uplifts(groups or [PILOT, REST], hours, WEEKS)
    return found


def test_the_effect_is_found_and_what_all_share_is_not_in_it() -> None:
    found = only(logged(0.2))
    assert found.uplift == pytest.approx(0.2, abs=0.04)
    assert found.waiting_change == pytest.approx(0.05, abs=0.04)
    assert found.low < 0.2 < found.high
    assert found.low > 0.1
    assert (found.people, found.waiting, found.before, found.after) == (5, 6, 4, 4)
    assert "4 weeks before and 4 after" in found.sentence()


def test_no_effect_is_called_chance() -> None:
    found = only(logged(0.0))
    assert found.low < 0 < found.high
    assert "That may be chance." in found.sentence()


def test_the_interval_holds_the_truth_about_as_often_as_it_says() -> None:
    held = [found.low <= 0.1 <= found.high for found in (only(logged(0.1, seed=seed)) for seed in range(300))]
    assert 0.91 <= sum(held) / len(held) <= 0.99


def test_the_same_hours_always_give_the_same_interval() -> None:
    assert only(logged(0.2)) == only(logged(0.2))


def test_a_week_cut_in_two_by_the_beginning_is_left_out() -> None:
    found = only(logged(0.2), [Group("Pilot", BEGINS + timedelta(days=2), PILOT.people), REST])
    assert (found.before, found.after) == (4, 3)


def test_only_weeks_in_which_the_others_still_wait_count() -> None:
    first, last = uplifts([PILOT, Group("Rest", WEEKS[6], REST.people)], logged(0.2), WEEKS)
    assert (first.before, first.after) == (4, 2)
    assert last.why_not == "nobody waited longer to compare with"


@pytest.mark.parametrize(
    ("groups", "why"),
    [
        ([PILOT], "nobody waited longer"),
        ([Group("Pilot", WEEKS[1], PILOT.people), REST], "there are 1 and 7"),
        ([Group("Pilot", BEGINS, frozenset([UserId(1), UserId(2)])), REST], "there are 2 and 6"),
        ([PILOT, Group("Rest", REST.begins, frozenset([UserId(11)]))], "there are 5 and 1"),
    ],
)
def test_it_says_when_it_cannot_tell(groups: list[Group], why: str) -> None:
    found = only(logged(0.2), groups)
    assert why in found.why_not
    assert "cannot be told yet" in found.sentence()
    assert found.uplift == 0


def test_people_who_owed_nothing_before_or_after_are_left_out() -> None:
    hours = logged(0.2)
    hours[UserId(1)] = {week: hours[UserId(1)][week] for week in WEEKS[4:]}
    assert only(hours).people == 4


def test_everybody_alike_leaves_nothing_to_tell_chance_from() -> None:
    same = {user_id: dict.fromkeys(WEEKS, (DUE, DUE)) for user_id in PILOT.people | REST.people}
    assert "everybody changed by the same" in only(same).why_not


def test_groups_that_have_not_begun_are_not_measured() -> None:
    assert uplifts([REST], logged(0.2), WEEKS) == []
    assert uplifts([], logged(0.2), WEEKS) == []


@pytest.mark.parametrize(
    ("freedom", "expected"),
    [(1, 12.7062), (2, 4.3027), (3, 3.1824), (4, 2.7764), (10, 2.2281), (1000, 1.9623)],
)
def test_students_t_is_that_of_the_tables(freedom: float, expected: float) -> None:
    assert t_quantile(0.975, freedom) == pytest.approx(expected, abs=0.0005)


def test_welchs_interval_is_that_of_a_worked_example() -> None:
    """Student's sleep data: the difference of the two groups, equal variances not assumed."""
    one = [0.7, -1.6, -0.2, -1.2, -0.1, 3.4, 3.7, 0.8, 0.0, 2.0]
    two = [1.9, 0.8, 1.1, 0.1, -0.1, 4.4, 5.5, 1.6, 4.6, 3.4]
    assert welch(one, two) == pytest.approx((-3.3654832, 0.2054832), abs=1e-6)
