"""A calendar on a CalDAV server, from the configuration to the timesheet."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from tests.conformance.calendars.radicale import PASSWORD, USER, Radicale
from tests.journeys.world import ANA, TUESDAY, World, calendar_text, meeting


@pytest.fixture
def radicale(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Radicale]:
    made = Radicale(tmp_path_factory.mktemp("radicale"))
    made.start()
    made.calendar("work", "Work")
    yield made
    made.stop()


def everything(folder: Path) -> bytes:
    return b"".join(path.read_bytes() for path in folder.rglob("*") if path.is_file())


def test_a_meeting_is_logged_and_its_change_is_asked_for(world: World, radicale: Radicale) -> None:
    world.patch.setenv("ANAS_CALENDAR", PASSWORD)
    world.say(
        "[[sources]]", 'kind = "caldav"', f'person = "{ANA}"', f'url = "{radicale.url}"', f'user = "{USER}"',
        'calendars = ["Work"]', 'password_variable = "ANAS_CALENDAR"',
    )  # fmt: skip
    radicale.put("work", "a.ics", calendar_text(ANA, [meeting("10:00-11:00", "APL detail review", uid="a")]))
    assert f"ok   {ANA}: 0 events" in world.fine("doctor").out
    world.fine("run", "--on", TUESDAY)
    assert world.timesheet() == [f"Ana {TUESDAY} 1.0 Apollo / Meetings: APL detail review"]
    radicale.put("work", "a.ics", calendar_text(ANA, [meeting("10:00-12:00", "APL detail review", uid="a")]))
    said = world.gleaner("run", "--on", TUESDAY)
    assert "1 of what is logged already changed since" in said.out
    assert "was lengthened from 1 h to 2 h" in said.out
    assert "Item(" not in said.out
    assert PASSWORD.encode() not in everything(world.folder)


def test_a_wrong_password_is_said_where_other_problems_are(world: World, radicale: Radicale) -> None:
    world.patch.setenv("GLEANER_CALDAV__PASSWORD", "nothing like it")
    world.say(
        "[[sources]]", 'kind = "caldav"', f'person = "{ANA}"', f'url = "{radicale.url}{USER}/"', f'user = "{USER}"'
    )  # fmt: skip
    for command in (("run", "--on", TUESDAY), ("doctor",)):
        said = world.gleaner(*command)
        assert said.code == 1
        assert "127.0.0.1 does not let ana in; put the right password into GLEANER_CALDAV__PASSWORD" in (
            said.out + said.err
        )
        assert "nothing like it" not in said.out + said.err
