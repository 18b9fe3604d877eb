"""What an activity was for."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from time import perf_counter

import pytest
from hypothesis import given
from hypothesis import strategies as st
from tests.studio import (
    ANA,
    APOLLO,
    BETA,
    CATALOG,
    CY,
    DAY,
    DESIGN,
    INTERNAL,
    MEETINGS,
    PORTAL,
    PROGRAMMING,
    WEBSITE,
    coding,
    entry,
    meeting,
)

from gleaner.core.activities import Activity
from gleaner.core.catalog import Project, ProjectId, TaskId
from gleaner.core.entries import TimeEntry
from gleaner.matching.calibrate import UNTRIED, Record, Scale
from gleaner.matching.index import Index
from gleaner.matching.match import Match, match
from gleaner.matching.memory import Fact, Memory, remember
from gleaner.matching.rules import Rule

INDEX = Index(CATALOG)
NOTHING = remember([], [], today=DAY)


def matched(activity: Activity, memory: Memory = NOTHING, *rules: Rule) -> Match:
    return match(activity, INDEX, memory, rules)


def project(found: Match) -> ProjectId | None:
    return found.slot.project.id if found.slot and found.level != "unsure" else None


def best(found: Match) -> ProjectId | None:
    """The first choice, however unsure."""
    return found.slot.project.id if found.slot else None


def known(*facts: Fact, entries: tuple[TimeEntry, ...] = ()) -> Memory:
    return remember(facts, entries, today=DAY)


def test_a_project_code_in_the_title_is_sure() -> None:
    found = matched(meeting("10:00-11:00", "[APL] planning"))
    assert (project(found), found.level) == (APOLLO, "sure")
    assert found.reason == "It names the project code APL"
    assert found.slot is not None
    assert found.slot.task.id == MEETINGS


def test_a_code_inside_a_word_is_no_code() -> None:
    assert matched(meeting("10:00-11:00", "Webinar about replacement")).level == "unsure"


@pytest.mark.parametrize("title", ["Build the web team", "apl dinner"])
def test_a_code_in_small_letters_is_a_word(title: str) -> None:
    assert matched(meeting("10:00-11:00", title)).level == "unsure"


def test_an_issue_key_in_small_letters_is_a_code() -> None:
    assert project(matched(coding("09:00-12:00", "mono", branch="feat/apl-12-login"))) == APOLLO


def test_a_code_in_the_description_alone_is_not_sure() -> None:
    assert (
        matched(meeting("10:00-11:00", "Lunch and learn", description="Minutes in WEB / wiki")).level
        != "sure"
    )


def test_a_task_whose_name_only_holds_the_letters_is_a_guess() -> None:
    tasks = {**CATALOG.tasks, MEETINGS: replace(CATALOG.tasks[MEETINGS], name="Technically demanding work")}
    found = match(meeting("10:00-11:00", "[APL] planning"), Index(replace(CATALOG, tasks=tasks)), NOTHING)
    assert found.level != "sure"


def test_a_certain_project_whose_task_is_a_guess_is_not_sure() -> None:
    found = matched(meeting("10:00-11:00", "[APL] design review"))
    assert (project(found), found.level) == (APOLLO, "likely")
    assert found.project_confidence > 0.95
    assert found.confidence < 0.9


def test_two_projects_that_are_just_as_likely_are_no_answer() -> None:
    assert matched(meeting("10:00-11:00", "Catch up")).is_tie
    assert not matched(meeting("10:00-11:00", "[APL] catch up")).is_tie


def test_two_codes_in_one_title_are_not_sure() -> None:
    found = matched(meeting("10:00-11:00", "APL / WEB hand-over"))
    assert found.level != "sure"
    assert {APOLLO, WEBSITE} <= {other.project_id for other in found.alternatives} | {project(found)}


def test_a_project_name_in_the_title_is_sure() -> None:
    assert project(matched(meeting("10:00-11:00", "Customer portal: open questions"))) == PORTAL


def test_a_contact_of_a_client_with_one_project_is_sure() -> None:
    found = matched(meeting("10:00-11:00", "Catch up", attendees=["ben@beta.example"]))
    assert (project(found), found.level) == (WEBSITE, "sure")


def test_a_contact_of_a_client_with_two_projects_is_not() -> None:
    found = matched(meeting("10:00-11:00", "Catch up", attendees=["rita@acme.example"]))
    assert found.level == "unsure"
    assert {other.project_id for other in found.alternatives[:2]} == {APOLLO, PORTAL}


def test_an_unknown_address_at_a_clients_domain_counts_too() -> None:
    assert project(matched(meeting("10:00-11:00", "Catch up", attendees=["new@beta.example"]))) == WEBSITE


def test_a_vague_title_among_colleagues_is_unsure() -> None:
    found = matched(meeting("10:00-11:00", "Sync", attendees=["bo@studio.example"]))
    assert found.level == "unsure"
    assert found.reason == "Nothing seen says which project this was for"


def test_a_series_goes_where_it_went_before() -> None:
    weekly = [
        meeting("10:00-11:00", "Weekly", series="w1", day=DAY - timedelta(weeks=n)) for n in (1, 2, 3, 4)
    ]
    memory = known(*(Fact(one, PORTAL, MEETINGS) for one in weekly))
    found = matched(meeting("10:00-11:00", "Weekly", series="w1"), memory)
    assert (project(found), found.level) == (PORTAL, "sure")
    assert found.reason == "4 of 4 of this series went to Customer Portal"


def test_a_series_seen_once_is_not_sure_yet() -> None:
    memory = known(Fact(meeting("10:00-11:00", "Weekly", series="w1"), PORTAL, MEETINGS))
    assert matched(meeting("10:00-11:00", "Weekly", series="w1"), memory).level != "sure"


def test_a_divided_series_is_not_sure() -> None:
    facts = [
        Fact(meeting("10:00-11:00", "Weekly", series="w1"), p, MEETINGS)
        for p in (PORTAL, PORTAL, APOLLO, APOLLO)
    ]
    assert matched(meeting("10:00-11:00", "Weekly", series="w1"), known(*facts)).level != "sure"


def test_a_repository_goes_where_its_work_went_before() -> None:
    memory = known(*(Fact(coding("09:00-12:00", "harbour"), WEBSITE, PROGRAMMING) for _ in range(4)))
    found = matched(coding("09:00-12:00", "harbour"), memory)
    assert project(found) == WEBSITE
    assert found.slot is not None
    assert found.slot.task.id == PROGRAMMING


def test_a_rule_beats_everything_else() -> None:
    rule = Rule(INTERNAL, DESIGN, title="*planning*")
    found = matched(meeting("10:00-11:00", "[APL] planning"), NOTHING, rule)
    assert (project(found), found.level) == (INTERNAL, "sure")
    assert found.slot is not None
    assert found.slot.task.id == DESIGN
    assert found.reason == "Your rule: the title is like *planning*"


@pytest.mark.parametrize(
    ("rule", "fits"),
    [
        (Rule(APOLLO, attendee="*@acme.example"), True),
        (Rule(APOLLO, attendee="*@beta.example"), False),
        (Rule(APOLLO, title="plan*", attendee="rita@*"), True),
        (Rule(APOLLO, repository="*"), False),
        (Rule(APOLLO, title="PLANNING", user_id=CY), False),
    ],
)
def test_all_conditions_of_a_rule_must_hold(rule: Rule, fits: bool) -> None:
    assert rule.fits(meeting("10:00-11:00", "Planning", attendees=["rita@acme.example"])) is fits


def test_a_match_names_what_it_rests_on_most() -> None:
    rule = Rule(PORTAL, title="*planning", name="plans")
    assert matched(meeting("10:00-11:00", "[APL] planning")).ground == "code"
    assert matched(meeting("10:00-11:00", "[APL] planning"), NOTHING, rule).ground == "rule:plans"
    assert matched(meeting("10:00-11:00", "Sync")).ground == ""


def test_somebody_without_projects_gets_no_match() -> None:
    assert matched(meeting("10:00-11:00", "[APL] planning", who=CY)).slot is None


def test_only_projects_the_person_may_log_to_are_candidates() -> None:
    members = tuple(a for a in CATALOG.user_assignments if a.project_id != APOLLO)
    index = Index(replace(CATALOG, user_assignments=members))
    found = match(meeting("10:00-11:00", "[APL] planning"), index, NOTHING)
    assert APOLLO not in {other.project_id for other in found.alternatives}
    assert found.level == "unsure"


def test_an_archived_project_is_no_candidate() -> None:
    old = {**CATALOG.projects, APOLLO: replace(CATALOG.projects[APOLLO], is_active=False)}
    assert match(
        meeting("10:00-11:00", "[APL] planning"), Index(replace(CATALOG, projects=old)), NOTHING
    ).level == ("unsure")


def test_recent_work_alone_is_never_sure() -> None:
    memory = known(entries=tuple(entry(8, PORTAL, day=DAY - timedelta(days=n)) for n in range(1, 8)))
    found = matched(meeting("10:00-11:00", "Sync"), memory)
    assert found.level != "sure"


def test_the_task_follows_what_the_person_picked_for_that_kind() -> None:
    facts = [Fact(meeting("09:00-10:00", f"[APL] {n}"), APOLLO, DESIGN) for n in range(3)]
    found = matched(meeting("10:00-11:00", "[APL] planning"), known(*facts))
    assert found.slot is not None
    assert found.slot.task.id == DESIGN


titles = st.lists(
    st.sampled_from(
        ["APL", "WEB", "portal", "customer", "sync", "acme", "beta", "design", "☃", "<b>", "'; --"]
    ),
    max_size=5,
).map(" ".join)
attendees = st.lists(
    st.sampled_from(["rita@acme.example", "ben@beta.example", "bo@studio.example", "x@y"]), max_size=3
)


@given(titles, attendees)
def test_shares_add_up_and_the_best_is_named_first(title: str, who: list[str]) -> None:
    found = matched(meeting("10:00-11:00", title, attendees=who))
    assert 0 <= found.confidence <= 1
    assert found.confidence <= found.project_confidence
    assert all(other.confidence <= found.project_confidence for other in found.alternatives)
    assert (
        found.confidence + sum(o.confidence for o in found.alternatives if o.project_id != project(found))
        <= 2.001
    )
    if found.level == "sure":
        assert found.slot is not None
        assert found.confidence >= 0.95


@given(titles, attendees)
def test_the_same_activity_always_matches_the_same(title: str, who: list[str]) -> None:
    seen = meeting("10:00-11:00", title, attendees=who)
    assert matched(seen) == matched(seen)


def test_a_catalog_with_hostile_names_does_no_harm() -> None:
    odd = {**CATALOG.projects, APOLLO: Project(APOLLO, CATALOG.projects[APOLLO].client_id, "(*[", "+?")}
    found = match(meeting("10:00-11:00", "+? (*["), Index(replace(CATALOG, projects=odd)), NOTHING)
    assert TaskId(0) not in {other.task_id for other in found.alternatives}
    assert found.activity.user_id == ANA


def steady(count: int = 4) -> tuple[Fact, ...]:
    return tuple(
        Fact(
            meeting("10:00-11:00", "Weekly", series="w1", day=DAY - timedelta(weeks=n + 1)), PORTAL, MEETINGS
        )
        for n in range(count)
    )


def test_sure_is_withheld_where_people_corrected_too_many() -> None:
    memory = known(*steady())
    seen = meeting("10:00-11:00", "Weekly", series="w1")
    assert matched(seen, memory).level == "sure"
    memory.records = {"series": Record(41, 43)}
    found = matched(seen, memory)
    assert found.level == "likely"
    assert "matches like this one: 41 of the last 43 kept" in [piece.sentence for piece in found.evidence]


def test_sure_says_when_there_is_no_record_yet() -> None:
    found = matched(meeting("10:00-11:00", "[APL] planning"))
    assert "matches like this one: new: no record yet" in [piece.sentence for piece in found.evidence]


def test_a_rule_keeps_its_word_whatever_the_record() -> None:
    rule = Rule(PORTAL, MEETINGS, title="*planning", name="plans")
    memory = known()
    memory.records = {"rule:plans": Record(10, 40)}
    assert matched(meeting("10:00-11:00", "[APL] planning"), memory, rule).level == "sure"


def test_confidence_follows_what_was_right_in_this_account() -> None:
    memory = known()
    seen = meeting("10:00-11:00", "[APL] planning")
    before = matched(seen, memory)
    memory.scale = Scale(slope=0.4)
    after = matched(seen, memory)
    assert after.confidence < before.confidence
    assert after.level != "sure"


@pytest.mark.parametrize("title", ["Private event", "Sync", "1:1", "Busy", ""])
def test_an_event_that_says_nothing_is_unsure_however_often_it_came_before(title: str) -> None:
    before = [
        Fact(meeting("10:00-11:00", title, series=f"s{n}", day=DAY - timedelta(days=n + 1)), PORTAL, MEETINGS)
        for n in range(9)
    ]
    worked = tuple(entry(7, PORTAL, day=DAY - timedelta(days=n)) for n in range(1, 9))
    assert (
        matched(meeting("10:00-11:00", title, series="new"), known(*before, entries=worked)).level == "unsure"
    )


def test_issues_go_where_those_of_the_same_key_went() -> None:
    before = [Fact(meeting("10:00-11:00", f"XY-{n} triage"), WEBSITE, MEETINGS) for n in range(5)]
    found = matched(meeting("15:00-15:30", "xy-99?"), known(*before))
    assert any("of the issues XY-… went to Website" in piece.sentence for piece in found.evidence)


def test_a_misspelt_client_is_read_by_its_letters() -> None:
    found = matched(meeting("10:00-11:00", "Websiet"))
    assert (found.alternatives[0].project_id if found.level == "unsure" else project(found)) == WEBSITE


def test_one_word_of_a_projects_name_is_a_hint() -> None:
    found = matched(meeting("10:00-11:00", "Customer interviews"))
    assert (best(found), found.level) == (PORTAL, "unsure")
    assert found.reason == 'It says "customer" as in "Customer Portal"'


def test_a_word_that_two_names_share_is_none() -> None:
    projects = {**CATALOG.projects, APOLLO: replace(CATALOG.projects[APOLLO], name="Customer Apollo")}
    index = Index(replace(CATALOG, projects=projects))
    found = match(meeting("10:00-11:00", "Customer interviews"), index, NOTHING)
    assert not any("as in" in piece.sentence for piece in found.evidence)


@pytest.mark.parametrize("title", ["BL tickets", "Tickets (BLG)"])
def test_the_initials_of_a_client_in_capitals_are_a_hint(title: str) -> None:
    clients = {**CATALOG.clients, BETA: replace(CATALOG.clients[BETA], name="Beta Labs GmbH")}
    found = match(meeting("10:00-11:00", title), Index(replace(CATALOG, clients=clients)), NOTHING)
    assert best(found) == WEBSITE
    assert found.reason.endswith("may stand for Beta Labs GmbH")
    assert found.level != "sure"


def test_the_initials_of_a_client_in_small_letters_are_a_word() -> None:
    assert matched(meeting("10:00-11:00", "bl tickets")).is_tie


def test_a_house_that_names_itself_beside_a_client_means_the_client() -> None:
    found = matched(meeting("10:00-11:00", "Beta / Studio sync"))
    assert (best(found), found.level) == (WEBSITE, "sure")
    assert all(other.confidence < 0.1 for other in found.alternatives)


def test_a_house_that_names_only_itself_means_itself() -> None:
    assert best(matched(meeting("10:00-11:00", "Studio summer party"))) == INTERNAL


hostile = st.one_of(
    st.text(max_size=60),
    st.sampled_from(
        [
            "<script>alert(1)</script> APL", "\u202eAPL gninnalp\u202c", "🎉" * 50, "שלום APL", "\x00\x1b[31mAPL",
            "'; DROP TABLE entries; --", "{name} %s {0.__class__}", "a-1 " * 2500, "é" * 10_000, "APL-" + "9" * 10_000,
        ]
    ),
)  # fmt: skip


@given(hostile, hostile, attendees)
def test_no_title_does_harm_once_seen_or_once_learned(title: str, learnt: str, who: list[str]) -> None:
    memory = known(
        Fact(meeting("09:00-10:00", learnt, attendees=who), APOLLO, MEETINGS),
        entries=(entry(1, PORTAL, notes=title),),
    )
    found = matched(meeting("10:00-11:00", title, attendees=who, description=learnt), memory)
    assert 0 <= found.confidence <= 1
    assert all(len(piece.sentence) < 400 for piece in found.evidence)


def test_a_title_of_ten_thousand_letters_takes_no_time() -> None:
    long = meeting("10:00-11:00", "lorem-1 " * 1250)
    began = perf_counter()
    matched(long, known(Fact(long, APOLLO, MEETINGS)))
    assert perf_counter() - began < 0.5


def test_before_anything_is_known_a_name_says_more_than_it_adds_up_to() -> None:
    untried = replace(NOTHING, scale=UNTRIED)
    raw, scaled = (matched(meeting("10:00-11:00", "Website"), memory) for memory in (NOTHING, untried))
    assert raw.project_confidence < scaled.project_confidence < 1
    silent = meeting("10:00-11:00", "Zebra")
    assert matched(silent, untried) == matched(silent), "what is shared out equally stays so"


def test_what_weighs_nothing_is_no_evidence() -> None:
    found = matched(meeting("10:00-11:00", "All hands", attendees=["bo@studio.example"]))
    assert all(piece.weight for piece in found.evidence)
    assert not any("lately" in piece.sentence for piece in found.evidence), (
        "nothing is known of anybody's work"
    )
