"""Whose token it is decides whose time Gleaner may touch."""

from __future__ import annotations

import pytest
from tests.journeys.world import ANA, BO, CY, TUESDAY, World, meeting

DESIGN = meeting("10:00-11:00", "APL detail review")


@pytest.fixture
def team(world: World) -> World:
    """Ana and Bo were in the same review; each has a calendar."""
    world.calendar(ANA, DESIGN)
    world.calendar(BO, DESIGN)
    return world


def test_an_administrators_token_acts_for_all(team: World) -> None:
    team.fine("run", "--on", TUESDAY)
    assert team.timesheet() == [
        f"Ana {TUESDAY} 1.0 Apollo / Meetings: APL detail review",
        f"Bo {TUESDAY} 1.0 Apollo / Meetings: APL detail review",
    ]


def test_one_person_can_be_chosen(team: World) -> None:
    team.fine("run", "--on", TUESDAY, "--person", BO)
    assert team.timesheet() == [f"Bo {TUESDAY} 1.0 Apollo / Meetings: APL detail review"]


def test_a_members_token_logs_their_own_time_and_leaves_the_others_out(team: World) -> None:
    team.act_as(BO)
    said = team.gleaner("run", "--on", TUESDAY)
    assert said.code == 1
    assert f"nobody active in Harvest has the address {ANA}" in said.err
    assert team.timesheet() == [f"Bo {TUESDAY} 1.0 Apollo / Meetings: APL detail review"]


def test_a_member_cannot_log_for_somebody_else(world: World) -> None:
    world.act_as(BO)
    said = world.gleaner("log", "1", "APL", "--task", "Design", "--person", ANA, "--on", TUESDAY)
    assert said.code == 2
    assert f"nobody in Harvest has the address {ANA}." in said.err
    assert world.entries() == []


def test_a_day_the_copy_does_not_cover_is_read_first(world: World) -> None:
    """The copy was first filled for today; the day asked for is months away from it."""
    world.by_hand(3, "apollo", "design", "Sketches")
    world.fine("sync")
    assert "in Harvest 3.00" in world.fine("today", "--on", TUESDAY).out


def test_a_member_sees_their_own_day_only(team: World) -> None:
    team.by_hand(3, "apollo", "design", "Sketches", who=BO)
    team.by_hand(4, "apollo", "design", "Secret plans", who=ANA)
    team.act_as(BO)
    team.gleaner("run", "--on", TUESDAY)
    said = team.fine("today", "--on", TUESDAY)
    assert "Sketches" in said.out
    assert "Secret plans" not in said.out
    assert team.gleaner("today", "--on", TUESDAY, "--person", ANA).code == 2


def test_a_member_with_only_their_own_calendar_has_nothing_to_put_right(world: World) -> None:
    world.calendar(BO, DESIGN)
    world.act_as(BO)
    world.fine("run", "--on", TUESDAY)


def test_another_token_does_not_mix_two_peoples_data(team: World) -> None:
    team.fine("run", "--on", TUESDAY)
    team.act_as(BO)
    said = team.gleaner("run", "--on", TUESDAY)
    assert said.code == 1
    assert "sees one person only, but the copy holds a whole team. Nothing was changed." in said.err
    assert len(team.entries()) == 2


def test_a_stranger_in_a_calendar_is_named_and_the_others_go_on(world: World) -> None:
    world.calendar("eve@elsewhere.example", DESIGN)
    world.calendar(ANA, DESIGN)
    said = world.gleaner("run", "--on", TUESDAY)
    assert said.code == 1
    assert (
        "nobody active in Harvest has the address eve@elsewhere.example, so 1 events were left out"
        in said.err
    )
    assert len(world.entries()) == 1


def test_an_alias_makes_the_stranger_known(world: World) -> None:
    world.calendar("ana@private.example", DESIGN)
    world.say("[[people]]", f'email = "{ANA}"', 'aliases = ["Ana@Private.example"]')
    world.fine("run", "--on", TUESDAY)
    assert world.timesheet() == [f"Ana {TUESDAY} 1.0 Apollo / Meetings: APL detail review"]


def test_somebody_without_the_project_is_asked_instead(world: World) -> None:
    """Cy may log to Apollo only."""
    world.calendar(CY, meeting("10:00-11:00", "WEB detail review"))
    world.fine("run", "--on", TUESDAY)
    assert world.entries() == []
    (item,) = world.waiting().values()
    said = world.gleaner("review", "edit", item["id"], "--project", "WEB", "--task", "Meetings")
    assert said.code == 2
    assert 'Cy Person is not assigned to "Website"; choose another or ask for the assignment' in said.err
    assert world.entries() == []


READING = (
    ("review",), ("review", "--all"), ("review", "--everybody"), ("review", "--all", "--everybody"),
    ("review", "--all", "--json"), ("review", "--person", ANA, "--all"), ("journal",), ("journal", "--all"),
    ("journal", "--json"), ("entries", "list", "--on", TUESDAY), ("entries", "list", "--on", TUESDAY, "--everybody"),
    ("today", "--on", TUESDAY), ("today", "--on", TUESDAY, "--json"), ("week", "--on", TUESDAY),
    ("gaps", "--on", TUESDAY), ("gaps", "--on", TUESDAY, "--team"), ("rules",), ("rules", "ladder"), ("jobs",),
    ("jobs", "--everybody"), ("backtest", "--days", "30"), ("undo", "--run", "last", "--dry-run"), ("timer",),
    ("people", "export", ANA), ("projects",), ("capture", "--on", TUESDAY, "--dry-run"),
    ("leaks", "--on", TUESDAY), ("rates", "check", "--from", TUESDAY),
    ("profit", "--from", TUESDAY), ("profit", "--from", TUESDAY, "--json"),
)  # fmt: skip


@pytest.mark.parametrize("words", READING, ids=" ".join)
def test_a_member_reads_nothing_of_what_the_team_holds(team: World, words: tuple[str, ...]) -> None:
    """The copy and the inbox were filled by an administrator; a member's token then asks on the same machine."""
    team.calendar(ANA, meeting("13:00-14:00", "Zebra secret"))
    team.by_hand(1, "apollo", "design", "Zebra by hand", who=ANA)
    team.gleaner("run", "--on", TUESDAY)
    team.act_as(BO)
    said = team.gleaner(*words)
    assert "Zebra" not in said.out + said.err
    assert "Traceback" not in said.err
