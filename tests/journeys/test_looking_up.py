"""Projects, people and rates, as an administrator and as a member see them."""

from __future__ import annotations

from tests.journeys.world import ANA, BO, TUESDAY, World


def test_projects_are_those_one_may_log_to(world: World) -> None:
    said = world.fine("projects").out
    assert [name for name in ("Apollo", "Customer Portal", "Website", "Old Site") if name in said] == [
        "Apollo",
        "Customer Portal",
        "Website",
    ]
    line = next(line for line in said.splitlines() if "Apollo" in line)
    assert "Acme Industries" in line
    assert "APL" in line
    assert "Programming, Meetings, Design" in line
    assert "Old Site" in world.fine("projects", "--archived").out
    assert "Empty Shell" in world.fine("projects", "--all").out
    assert [one["code"] for one in world.fine("projects", "beta", "--json").json] == ["WEB"]


def test_more_than_ones_own_projects_are_an_administrators(world: World) -> None:
    world.act_as(BO)
    for option in ("--all", "--archived"):
        said = world.gleaner("projects", option)
        assert (said.code, said.out) == (1, "")
        assert "only an administrator's token sees more projects" in said.err


def test_people_are_found_by_part_of_their_name(world: World) -> None:
    said = world.fine("people", "bo").out
    assert f"Bo Person  {BO}" in " ".join(said.split("\n")).replace("   ", "  ")
    assert ANA not in said
    assert world.fine("people", "--json").json[0] == {
        "id": world.ids["ana"], "name": "Ana Person", "email": ANA, "zone": "Europe/Berlin", "weekly_hours": 40.0,
        "roles": ["administrator"], "team": "", "is_active": True,
    }  # fmt: skip


def test_rates_are_said_with_the_reason(world: World) -> None:
    api = world.api()
    api.patch(f"/projects/{world.ids['apollo']}", bill_by="People")
    api.post(f"/users/{world.ids['ana']}/billable_rates", amount=70)
    api.post(f"/users/{world.ids['ana']}/billable_rates", amount=90, start_date="2026-03-01")
    api.post(f"/users/{world.ids['ana']}/cost_rates", amount=40)
    said = world.fine("rates", "APL", "--task", "Design", "--on", TUESDAY).out
    assert "Design: 90.00 EUR an hour" in said
    assert "  On 2026-03-10 the rate since 2026-03-01 counts." in said
    assert "Cost: 40.00 an hour" in said
    assert (
        "Programming, Meetings, Design: 90.00 EUR an hour" in world.fine("rates", "APL", "--on", TUESDAY).out
    )
    before = world.fine("rates", "APL", "--on", "2026-02-28", "--json").json
    assert {one["amount"] for one in before["billable"]} == {70.0}
    assert len(before["billable"]) == 3
    none = world.fine("rates", "WEB", "--task", "Meetings", "--person", BO, "--on", TUESDAY).out
    assert "Meetings: no billable rate" in none
    assert "Cost: no cost rate" in none


def test_rates_are_an_administrators(world: World) -> None:
    world.act_as(BO)
    said = world.gleaner("rates", "APL")
    assert (said.code, said.out) == (1, "")
    assert "only an administrator's token sees how projects are billed" in said.err
