"""Rules made in a review: they count from then on, can be seen, simulated, and switched off and on."""

from __future__ import annotations

import pytest
from tests.journeys.world import ANA, BO, TUESDAY, World, meeting

NEXT = "2026-03-17"
CATCH_UPS = (
    meeting("14:00-15:00", "Catch up", uid="catch-up"),
    meeting("16:00-16:30", "Coffee round", uid="coffee"),
)
EDIT = ("--project", "WEB", "--task", "Meetings")


@pytest.fixture
def vague(world: World) -> World:
    """Two meetings of which nothing says what they were for."""
    world.calendar(ANA, *CATCH_UPS)
    world.say("[[people]]", f'email = "{ANA}"', "only_suggest = true")
    world.fine("run", "--on", TUESDAY)
    return world


def next_week(world: World) -> None:
    """The same two a week later: series go by the event's UID."""
    later = (
        meeting("14:00-15:00", "Catch up", uid="catch-up", day=NEXT),
        meeting("16:00-16:30", "Coffee round", uid="coffee", day=NEXT),
    )
    world.calendar(ANA, *CATCH_UPS, *later)
    world.fine("run", "--on", NEXT)


def test_never_is_dismissed_left_out_and_said(vague: World) -> None:
    short = vague.waiting()["Coffee round"]["id"]
    said = vague.fine("review", "dismiss", short, "--never", "series")
    assert "Dismissed 1." in said.out
    assert 'From now on: never propose every meeting of the series "Coffee round" to Ana Person.' in said.out
    next_week(vague)
    assert set(vague.waiting()) == {"Catch up"}
    again = vague.fine("run", "--on", NEXT)
    assert 'Left out: "Coffee round" (rule ' in again.err
    (reason,) = vague.fine("run", "--on", NEXT, "--json").json["skipped"]
    assert reason.endswith("says never")


def test_always_makes_the_next_one_sure(vague: World) -> None:
    short = vague.waiting()["Catch up"]["id"]
    said = vague.fine("review", "edit", short, *EDIT, "--always", "series")
    assert 'every meeting of the series "Catch up" of Ana Person goes to Website / Meetings' in said.out
    next_week(vague)
    item = vague.waiting()["Catch up"]
    assert (item["level"], item["target"]) == ("sure", "Beta Labs › Website › Meetings")
    assert item["reason"].startswith("Your rule ")


def test_an_open_proposal_of_another_day_follows_at_once(vague: World) -> None:
    next_week(vague)
    first, second = (item for item in vague.review() if item["title"] == "Catch up")
    assert second["level"] == "unsure"
    vague.fine("review", "edit", first["id"], *EDIT, "--always", "title")
    after = next(item for item in vague.review() if item["id"] == second["id"])
    assert (after["level"], after["target"]) == ("sure", "Beta Labs › Website › Meetings")


def test_a_rule_that_is_off_counts_for_nothing(vague: World) -> None:
    vague.fine("review", "dismiss", vague.waiting()["Coffee round"]["id"], "--never", "series")
    (rule,) = vague.fine("rules", "--json").json
    assert (rule["effect"], rule["by"], rule["is_on"]) == ("never", ANA, True)
    vague.fine("rules", "off", rule["id"])
    next_week(vague)
    assert "Coffee round" in vague.waiting()
    vague.fine("rules", "on", rule["id"])
    assert "Coffee round" not in vague.waiting()
    assert "off since" not in vague.fine("rules").out


def test_switching_is_done_once_and_undone_by_its_opposite(vague: World) -> None:
    vague.say("[[rules]]", 'title = "catch *"', 'project = "WEB"', 'task = "Meetings"')
    vague.fine("run", "--on", TUESDAY)
    (rule,) = vague.fine("rules", "--json").json
    before = vague.review()
    first = vague.fine("rules", "off", rule["id"], "--json").json
    assert (first["changed"], first["switched_off_by"]) == (True, ANA)
    again = vague.fine("rules", "off", rule["id"], "--json").json
    assert again == first | {"changed": False}
    assert vague.fine("rules", "off", rule["id"]).err.strip() == "It was off already."
    said_on = vague.fine("rules", "on", rule["id"]).err
    assert said_on.strip() == f"It is on now. Take it back: gleaner rules off {rule['id']}"
    vague.fine("rules", "off", rule["id"])
    for changed in (True, False):
        assert vague.fine("rules", "on", rule["id"], "--json").json["changed"] is changed
    assert vague.review() == before
    said = [line["text"] for line in vague.fine("journal", "--json").json if line["event"] == "ruled"]
    assert said == [f"Rule {rule['id']} switched on", f"Rule {rule['id']} switched off"] * 2


def test_a_dry_run_makes_and_switches_nothing(vague: World) -> None:
    short = vague.waiting()["Coffee round"]["id"]
    said = vague.fine("review", "dismiss", short, "--never", "series", "--dry-run")
    assert 'Would make the rule: never propose every meeting of the series "Coffee round"' in said.err
    assert vague.fine("rules", "--json").json == []
    vague.fine("review", "dismiss", short, "--never", "series")
    (rule,) = vague.fine("rules", "--json").json
    assert "Would switch it off" in vague.fine("rules", "off", rule["id"], "--dry-run").err
    assert vague.fine("rules", "--json").json[0]["is_on"]


def test_the_record_says_how_much_was_kept(vague: World) -> None:
    vague.fine("review", "edit", vague.waiting()["Catch up"]["id"], *EDIT, "--always", "series")
    next_week(vague)
    vague.fine("review", "accept", vague.waiting()["Catch up"]["id"])
    (rule,) = vague.fine("rules", "--json").json
    assert (rule["hits"], rule["kept"], rule["decided"]) == (1, 1, 1)
    assert "1 proposal; new: 1 of 1 kept, too few to tell" in vague.fine("rules").out


def test_rules_of_the_configuration_stand_beside_them(vague: World) -> None:
    vague.say("[[rules]]", 'title = "catch *"', 'project = "WEB"', 'task = "Meetings"')
    (rule,) = vague.fine("rules", "--json").json
    assert rule["origin"] == "gleaner.toml, rules[1]"
    assert rule["sentence"] == "if the title is like catch *, it goes to Website / Meetings"
    vague.fine("run", "--on", TUESDAY)
    assert vague.waiting()["Catch up"]["level"] == "sure"
    vague.fine("rules", "off", rule["id"])
    assert vague.waiting()["Catch up"]["level"] == "unsure"


def test_simulating_says_what_would_change_and_changes_nothing(vague: World) -> None:
    vague.say("[[rules]]", 'title = "catch *"', 'project = "WEB"', 'task = "Meetings"')
    vague.fine("run", "--on", TUESDAY)
    (rule,) = vague.fine("rules", "--json").json
    before = vague.review()
    found = vague.fine("rules", "simulate", rule["id"], "--to", TUESDAY, "--json").json
    (change,) = found["changes"]
    assert (change["title"], change["before"]["level"], change["after"]["level"]) == (
        "Catch up",
        "sure",
        "unsure",
    )
    said = vague.fine("rules", "simulate", rule["id"], "--to", TUESDAY)
    assert "Website / Meetings [sure] → asked about, without a project" in said.out
    assert vague.review() == before


def test_a_never_rule_is_simulated_too(vague: World) -> None:
    vague.fine("review", "dismiss", vague.waiting()["Coffee round"]["id"], "--never", "title")
    (rule,) = vague.fine("rules", "--json").json
    assert rule["hits"] == 1
    said = vague.fine("rules", "simulate", rule["id"], "--to", TUESDAY)
    assert "left out → asked about, without a project" in said.out


def test_a_repository_has_its_rule(world: World) -> None:
    world.repository("hidden-tool", "10:00", "10:50")
    world.fine("run", "--on", TUESDAY)
    (item,) = world.waiting().values()
    edit = ("--project", "WEB", "--task", "Programming", "--always", "repository")
    said = world.fine("review", "edit", item["id"], *edit)
    assert "all work in the repository hidden-tool of Ana Person goes to Website / Programming" in said.out


@pytest.mark.parametrize(
    ("words", "sentence"),
    [
        (("--never", "repository"), '"Catch up" has no repository; a rule about it goes by series or title'),
        (("--never", "calendar"), '"calendar" is nothing a rule goes by; write series, title or repository'),
    ],
)
def test_a_rule_about_nothing_is_one_sentence_and_nothing_is_decided(
    vague: World, words: tuple[str, ...], sentence: str
) -> None:
    said = vague.gleaner("review", "dismiss", vague.waiting()["Catch up"]["id"], *words)
    assert said.code == 2
    assert sentence in said.err
    assert "Catch up" in vague.waiting()


def test_a_rule_nobody_knows_is_one_sentence(vague: World) -> None:
    said = vague.gleaner("rules", "off", "zzzzzz")
    assert (said.code, said.err.strip()) == (2, "there is no rule zzzzzz; see: gleaner rules")


def test_a_title_full_of_patterns_is_only_itself(world: World) -> None:
    world.calendar(
        ANA, meeting("10:00-11:00", "[a-z]* ??"), meeting("11:00-12:00", "b anything", uid="other")
    )
    world.fine("run", "--on", TUESDAY)
    short = world.waiting()["[a-z]* ??"]["id"]
    world.fine("review", "edit", short, *EDIT, "--always", "title")
    assert world.waiting()["b anything"]["level"] == "unsure"


def test_members_see_and_switch_only_rules_about_themselves(vague: World) -> None:
    vague.fine("review", "dismiss", vague.waiting()["Coffee round"]["id"], "--never", "series")
    vague.say("[[rules]]", 'title = "catch *"', 'project = "APL"', 'task = "Meetings"')
    (mine,) = (rule for rule in vague.fine("rules", "--json").json if rule["origin"] == "review")
    vague.act_as(BO)
    (shared,) = vague.fine("rules", "--json").json
    assert shared["origin"].startswith("gleaner.toml")
    assert vague.gleaner("rules", "off", mine["id"]).code == 2
    said = vague.gleaner("rules", "off", shared["id"])
    assert "is for everybody; only an administrator switches it" in said.err


def test_forgetting_somebody_takes_their_rules(vague: World) -> None:
    vague.calendar(BO, meeting("14:00-15:00", "Zebra talk"))
    vague.fine("run", "--on", TUESDAY)
    item = next(one for one in vague.review("--all", "--person", BO) if one["title"] == "Zebra talk")
    vague.fine("review", "dismiss", item["id"], "--never", "title")
    held = vague.fine("people", "export", BO).json
    assert [row["title"] for row in held["sections"]["rules"]["rows"]] == ["Zebra talk"]
    vague.fine("people", "forget", BO, "--yes")
    assert vague.fine("rules", "--json").json == []


def test_a_rule_about_a_series_that_turned_private_loses_its_words(vague: World) -> None:
    vague.fine("review", "dismiss", vague.waiting()["Coffee round"]["id"], "--never", "series")
    private = CATCH_UPS[1].text(ANA).replace("STATUS:", "CLASS:PRIVATE\nSTATUS:")
    vague.calendar(ANA, CATCH_UPS[0], private)
    vague.fine("run", "--on", TUESDAY)
    (rule,) = vague.fine("rules", "--json").json
    assert rule["sentence"] == 'never propose every meeting of the series "Private event" to Ana Person'
    assert "Coffee" not in vague.fine("rules").out
