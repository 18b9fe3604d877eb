"""Whatever somebody may do in Harvest, each link of the navigation opens for them."""

from __future__ import annotations

import re
from html import unescape

import pytest
from tests.journeys.pages import Seen, pages
from tests.journeys.world import ANA, BO, CY, World

OWN = {"Day", "Week", "Expenses", "Journal", "Rules", "Sources"}
TEAM, BUDGETS = {"Team"}, {"Budgets"}


def links(seen: Seen) -> dict[str, str]:
    """Of the navigation: what each is called, and where it leads."""
    head = seen.text.partition("<main")[0]
    return {
        unescape(name): unescape(to)
        for to, name in re.findall(r'<li><a href="([^"]+)"[^>]*>([^<]+)</a>', head)
    }


@pytest.mark.parametrize(
    ("roles", "teammates", "manages", "archived", "named"),
    [
        (["member"], False, False, False, OWN),
        (["member"], False, True, False, OWN | BUDGETS),
        (["member"], False, True, True, OWN | BUDGETS),
        (["manager"], False, False, False, OWN | TEAM),
        (["manager"], True, False, False, OWN | TEAM),
        (["manager", "billable_rates_manager"], True, True, False, OWN | TEAM | BUDGETS),
        (["administrator"], False, False, False, OWN | TEAM | BUDGETS | {"Invoices", "Money"}),
    ],
    ids=[
        "member", "manager of a project", "manager of a project in the archive", "manager of nobody",
        "manager of people without a project", "manager of people and of a project", "administrator",
    ],
)  # fmt: skip
def test_each_link_opens(
    world: World, roles: list[str], teammates: bool, manages: bool, archived: bool, named: set[str]
) -> None:
    api, ids = world.api(), world.ids
    api.patch(f"/users/{ids['bo']}", access_roles=roles)
    if teammates:
        api.patch(f"/users/{ids['bo']}/teammates", teammate_ids=[world.user(CY)])
    if manages:
        rows = api.get(f"/projects/{ids['portal']}/user_assignments")["user_assignments"]
        (mine,) = [one for one in rows if one["user"]["id"] == ids["bo"]]
        api.patch(f"/projects/{ids['portal']}/user_assignments/{mine['id']}", is_project_manager=True)
    if archived:
        api.patch(f"/projects/{ids['portal']}", is_active=False)
    world.fine("sync")
    with pages(world) as site:
        # The weeks that a manager reads are in the copy once an administrator has looked.
        assert site.browser(ANA).get("/team").status == 200
        bo = site.browser(BO)
        found = links(bo.get("/keys"))
        assert set(found) == named
        opened = {name: bo.get(to).status for name, to in found.items()}
    assert opened == dict.fromkeys(named, 200)
