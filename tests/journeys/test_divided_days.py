"""One repository, several projects: its day is divided where that is certain, and comes to no more than was seen."""

from __future__ import annotations

from typing import Any

import pytest
from tests.journeys.test_amendments import run
from tests.journeys.world import ANA, BO, TUESDAY, World
from tests.unit.capture.gitlog.repository import Repository

RULE = ("[[rules]]", 'repository = "hub"', 'branch = "fix/*"', 'project = "WEB"', 'task = "Programming"')


def commit(repository: Repository, branch: str, *times: str, subject: str = "Step") -> None:
    """Ana commits at those times on a branch, which is made if it is not there."""
    if branch in repository.git("branch", "--format=%(refname:short)").split():
        repository.switch(branch)
    else:
        repository.branch(branch, "main")
    for time in times:
        repository.commit(f"{TUESDAY}T{time}:00+01:00", f"{subject} {time}", lines=40, by=ANA)


@pytest.fixture
def hub(world: World) -> Repository:
    """A morning on feat/login, an afternoon on fix/crash, in one repository."""
    repository = world.repository("hub", "10:00", "10:40", "11:20")
    commit(repository, "fix/crash", "14:00", "14:40")
    return repository


def accept(world: World, title: str, project: str) -> None:
    item = world.waiting()[title]
    world.fine("review", "edit", item["id"], "--project", project, "--task", "Programming")


def logged(world: World) -> dict[str, float]:
    """Hours in Harvest by project."""
    found: dict[str, float] = {}
    for entry in world.entries():
        name = entry["project"]["name"]
        found[name] = round(found.get(name, 0) + entry["hours"], 2)
    return found


def hours(items: dict[str, dict[str, Any]]) -> dict[str, float]:
    return {title: float(item["action"]["hours"]) for title, item in items.items()}


def whole_day(world: World) -> float:
    """The hours of the day as one, before there is a rule."""
    run(world)
    (item,) = world.waiting().values()
    assert item["title"] == "hub: feat/login, fix/crash"
    return float(item["action"]["hours"])


@pytest.mark.usefixtures("hub")
def test_a_rule_for_a_branch_takes_its_part_of_the_day(world: World) -> None:
    whole = whole_day(world)
    world.say(*RULE)
    run(world)
    items = world.waiting()
    assert set(items) == {"hub: feat/login", "hub: fix/crash"}
    assert items["hub: fix/crash"]["target"] == "Beta Labs › Website › Programming"
    assert "Website" not in str(items["hub: feat/login"]["target"])
    assert "2 of the day's 5 commits in hub 14:00–14:40 on fix/crash" in items["hub: fix/crash"]["reason"]
    assert sum(hours(items).values()) == pytest.approx(whole, abs=0.03)


@pytest.mark.usefixtures("hub")
def test_a_rule_made_after_the_day_was_logged_moves_its_part_and_doubles_nothing(world: World) -> None:
    """First the entry is put right; only then is the part proposed that it held."""
    whole = whole_day(world)
    accept(world, "hub: feat/login, fix/crash", "APL")
    assert logged(world) == {"Apollo": whole}
    world.say(*RULE)
    run(world)
    (item,) = world.waiting().values()
    assert item["rule"] == "amendment"
    assert f"shrank from {whole:.2f} h to" in item["reason"]
    world.fine("review", "accept", item["id"])
    rest = logged(world)["Apollo"]
    assert 0 < rest < whole
    run(world)
    (item,) = world.waiting().values()
    assert (item["title"], item["target"]) == ("hub: fix/crash", "Beta Labs › Website › Programming")
    world.fine("review", "accept", item["id"])
    assert sum(logged(world).values()) == pytest.approx(whole, abs=0.03)
    assert sum(logged(world).values()) <= whole
    run(world)
    assert world.waiting() == {}


@pytest.mark.usefixtures("hub")
def test_who_leaves_the_entry_as_it_is_is_asked_no_more(world: World) -> None:
    whole = whole_day(world)
    accept(world, "hub: feat/login, fix/crash", "APL")
    world.say(*RULE)
    run(world)
    (item,) = world.waiting().values()
    world.fine("review", "dismiss", item["id"])
    run(world)
    assert (world.waiting(), logged(world)) == ({}, {"Apollo": whole})


def test_what_was_corrected_upwards_takes_nothing_from_the_other_part(world: World, hub: Repository) -> None:
    world.say(*RULE)
    run(world)
    item = world.waiting()["hub: feat/login"]
    world.fine("review", "edit", item["id"], "--project", "APL", "--task", "Programming", "--hours", "5")
    run(world)
    assert set(world.waiting()) == {"hub: fix/crash"}
    assert hub.path.is_dir()


def test_a_key_stays_with_what_it_was_first_seen_as(world: World) -> None:
    """Only the fix is there when the day is logged; what comes later is an entry of its own."""
    repository = world.repository("hub")
    commit(repository, "fix/crash", "14:00", "14:40")
    world.say(*RULE)
    run(world)
    (item,) = world.waiting().values()
    world.fine("review", "accept", item["id"])
    commit(repository, "feat/login", "15:30", "16:20")
    run(world)
    items = world.waiting()
    assert items["hub: feat/login"]["rule"] == "coding"
    # What is fixed of a day with commits is shared now.
    assert items["hub: fix/crash"]["rule"] == "amendment"
    becomes = items["hub: fix/crash"]["becomes"]
    assert becomes["project_id"] == world.ids["website"]
    world.fine("review", "accept", items["hub: fix/crash"]["id"])
    accept(world, "hub: feat/login", "APL")
    run(world)
    assert world.waiting() == {}


def test_a_branch_that_is_gone_after_its_merge_doubles_nothing(world: World, hub: Repository) -> None:
    """Merged without a merge commit and deleted: nobody can tell any more where its commits were made."""
    world.say(*RULE)
    run(world)
    accept(world, "hub: feat/login", "APL")
    accept(world, "hub: fix/crash", "WEB")
    before = logged(world)
    hub.switch("feat/login")
    hub.git("rebase", "-q", "fix/crash", at=f"{TUESDAY}T16:00:00+01:00")
    hub.git("branch", "-q", "-D", "fix/crash")
    said = world.fine("run", "--on", TUESDAY)
    assert (world.waiting(), logged(world)) == ({}, before)
    assert "are seen any more" not in said.err


def test_an_issues_key_in_the_subjects_divides_the_day_too(world: World) -> None:
    repository = world.repository("hub")
    commit(repository, "main", "10:00", "10:50", subject="APL-12 Login")
    commit(repository, "main", "14:00", "14:40", subject="WEB-3 Crash")
    run(world)
    items = world.waiting()
    found = sorted((str(item["target"]).split(" › ")[1], item["level"]) for item in items.values())
    assert found == [("Apollo", "sure"), ("Website", "sure")]


def test_the_parts_of_a_day_teach_the_rhythm_of_their_repository(world: World) -> None:
    """Three days with a fix in each, every part confirmed: the next day rests on three days, not on six."""
    world.say(*RULE)
    repository = world.repository("hub")
    days = ("2026-03-04", "2026-03-05", "2026-03-06")
    for day in (*days, TUESDAY):
        for branch, times in (("feat/login", ("10:00", "10:40")), (f"fix/{day}", ("14:00", "14:40"))):
            if branch == "feat/login":
                repository.switch(branch)
            else:
                repository.branch(branch, "main")
            for time in times:
                repository.commit(f"{day}T{time}:00+01:00", f"{branch} {time}", lines=40, by=ANA)
    for day in days:
        world.fine("run", "--on", day)
        for item in [one for one in world.review() if one["on"] == day and one["state"] == "proposed"]:
            project = "WEB" if "fix/" in item["title"] else "APL"
            world.fine(
                "review", "edit", item["id"], "--project", project, "--task", "Programming", "--hours", "3"
            )
    run(world)
    reasons = [item["reason"] for item in world.waiting().values()]
    assert len(reasons) == 2
    assert all("your last 3 days here come out at" in reason for reason in reasons), reasons


def test_whoever_is_forgotten_is_forgotten_with_all_parts(world: World) -> None:
    repository = world.repository("hub", "10:00", "10:40", who=BO)
    repository.branch("fix/crash", "main")
    repository.commit(f"{TUESDAY}T14:00:00+01:00", "Crash", lines=40, by=BO)
    world.say(*RULE)
    run(world)
    told = world.fine("people", "export", BO).out
    assert ("hub//" in told, "fix/crash" in told) == (True, True)
    world.fine("people", "forget", BO, "--yes")
    assert b"fix/crash" not in (world.folder / "gleaner.db").read_bytes()
