"""Whose copy it is: a team's or one person's, and never two at once. On SQLite and PostgreSQL."""

from __future__ import annotations

import pytest
import sqlalchemy as sa
from tests.unit.adapters.harvest.desk import Desk, member_desk
from tests.unit.adapters.harvest.fake import COMPANY, agency, user

from gleaner.adapters.harvest.mirror import Mirror
from gleaner.core.catalog import AccountId, UserId
from gleaner.core.errors import Suspicious, Unavailable


def test_another_companys_token_is_refused_until_somebody_insists(desk: Desk) -> None:
    desk.sync()
    desk.harvest.company = {**COMPANY, "name": "Zeus Ltd", "base_uri": "https://zeus.harvestapp.com"}
    desk.harvest.lists["users"] = {}
    desk.harvest.put("users", user(50, "zoe@zeus.example"))
    with pytest.raises(Suspicious, match=r'"Zeus Ltd".*"Apollo Studio"'):
        desk.sync()
    assert desk.reads.company().name == "Apollo Studio"
    assert len(desk.reads.catalog().people) == 2
    desk.sync(force=True)
    assert desk.reads.company().name == "Zeus Ltd"
    assert list(desk.reads.catalog().people) == [50]


def test_a_company_may_change_its_name(desk: Desk) -> None:
    desk.sync()
    desk.harvest.company["name"] = "Apollo & Friends"
    desk.sync()
    assert desk.reads.company().name == "Apollo & Friends"


def test_accounts_do_not_see_each_other(desk: Desk) -> None:
    desk.sync()
    other = Mirror(desk.engine, desk.harvest.client(), desk.clock, AccountId(78))
    with pytest.raises(Unavailable):
        other.catalog()


def test_a_member_gets_their_own_catalogue_and_entries(engine: sa.Engine) -> None:
    report, desk = member_desk(engine)
    assert report.way == "personal"
    assert [problem.where for problem in report.problems] == ["Harvest, company"]
    catalog = desk.reads.catalog()
    assert [str(slot) for slot in catalog.slots(UserId(1))] == ["Acme › Portal › Programming"]
    assert [client.currency for client in catalog.clients.values()] == ["EUR"]
    assert list(catalog.people) == [1]
    company = desk.reads.company()
    assert (company.wants_timestamp_timers, company.clock, company.name) == (
        True,
        "12h",
        "Harvest account 77",
    )
    assert {
        request.url.params.get("user_id") for request in desk.harvest.asked if "time" in request.url.path
    } == {"1"}
    assert list(desk.hours()) == [1]


def test_a_member_taken_off_a_project_loses_its_slot_at_the_next_sync(engine: sa.Engine) -> None:
    _, desk = member_desk(engine)
    desk.harvest.drop("project_assignments", 9001)
    desk.sync()
    assert desk.reads.catalog().slots(UserId(1)) == ()


def test_people_hidden_from_a_token_that_sees_the_company_make_it_personal(engine: sa.Engine) -> None:
    desk = Desk(engine)
    desk.harvest.me = user(1, "ana@apollo.example")
    desk.harvest.forbidden = {"/users"}
    report = desk.sync()
    assert report.way == "personal"
    assert desk.reads.company().name == "Apollo Studio"
    # The next sync is a poll again, and nothing is dropped on the way.
    assert desk.sync().total.added == 0
    assert any("updated_since" in request.url.params for request in desk.harvest.asked)


def test_a_token_that_now_is_somebody_elses_is_refused(engine: sa.Engine) -> None:
    _, desk = member_desk(engine)
    desk.harvest.me = user(2, "ben@apollo.example")
    with pytest.raises(Suspicious, match="Ben Doe"):
        desk.sync()


def test_a_token_that_lost_its_rights_does_not_keep_the_teams_data_fresh(desk: Desk) -> None:
    desk.sync()
    desk.harvest.forbidden = {"/company", "/users"}
    desk.harvest.me = user(1, "ana@apollo.example")
    with pytest.raises(Suspicious, match="whole team"):
        desk.sync()


def test_a_personal_copy_becomes_a_teams_when_the_token_gains_rights(engine: sa.Engine) -> None:
    _, desk = member_desk(engine)
    desk.harvest.forbidden = set()
    desk.harvest.lists["users"] = agency().lists["users"]
    assert desk.sync().way == "team"
    assert desk.reads.company().name == "Apollo Studio"
    # Ben's entry too, though it is older than what the personal polls had reached.
    assert sorted(desk.hours()) == [1, 2]
