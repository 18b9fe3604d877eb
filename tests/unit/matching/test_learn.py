"""What days that people logged by hand teach."""

from __future__ import annotations

from tests.studio import APOLLO, MEETINGS, PORTAL, PROGRAMMING, WEBSITE, coding, entry, meeting

from gleaner.matching.learn import facts_of_day
from gleaner.matching.words import normalised, similarity


def test_notes_that_say_the_title_teach_its_project() -> None:
    seen = [meeting("10:00-11:00", "Design review", series="d")]
    (fact,) = facts_of_day(seen, [entry(1, PORTAL, MEETINGS, "design review"), entry(5, APOLLO)])
    assert (fact.project_id, fact.weight) == (PORTAL, 1.0)


def test_a_length_that_occurs_once_on_both_sides_teaches_a_little() -> None:
    seen = [meeting("10:00-10:30", "Sync"), meeting("14:00-15:00", "Planning")]
    facts = {fact.activity.title: fact for fact in facts_of_day(seen, [entry("0.5", WEBSITE, MEETINGS)])}
    assert list(facts) == ["Sync"]
    assert facts["Sync"].weight < 0.5


def test_two_meetings_of_one_length_teach_nothing() -> None:
    seen = [meeting("10:00-10:30", "Sync"), meeting("14:00-14:30", "Planning")]
    assert list(facts_of_day(seen, [entry("0.5", WEBSITE, MEETINGS)])) == []


def test_a_repository_is_credited_to_the_days_other_entries_by_their_share() -> None:
    logged = [entry(6, APOLLO, PROGRAMMING), entry(2, PORTAL, PROGRAMMING)]
    weights = {fact.project_id: fact.weight for fact in facts_of_day([coding("09:00-12:00")], logged)}
    assert weights[APOLLO] == 3 * weights[PORTAL]


def test_titles_that_differ_in_dates_and_counters_are_one() -> None:
    assert normalised("Sprint 14 planning (3 Mar)") == normalised("Sprint 15 planning (17 Mar)")
    assert similarity("", "anything") == 0.0
