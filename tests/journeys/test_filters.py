"""What is left out, of everybody's calendars, of one person's, and of one calendar; and days that are nobody's work."""

from __future__ import annotations

from tests.journeys.world import ANA, BO, CY, TUESDAY, World, calendar_text, meeting


def free(when: str, title: str, who: str) -> str:
    """An event shown as free."""
    return meeting(when, title).text(who).replace("END:VEVENT", "TRANSP:TRANSPARENT\nEND:VEVENT")


def seen(world: World) -> set[str]:
    said = world.gleaner("capture", "--on", TUESDAY, "--json")
    return {one["title"] for one in said.json["activities"]}


def test_a_person_and_a_calendar_may_differ_from_everybody(world: World) -> None:
    """Everybody keeps no free events; Bo does; Ana does in her second calendar only."""
    for who, title in ((ANA, "Hers"), (BO, "His"), (CY, "Theirs")):
        world.calendar(who, free("09:00-10:00", title, who))
    (world.folder / "second.ics").write_text(calendar_text(ANA, [free("11:00-12:00", "Second", ANA)]))
    world.say(
        "[[sources]]", 'kind = "ics"', f'person = "{ANA}"', 'path = "second.ics"', 'name = "second"',
        "filters = { transparent = false }",
    )  # fmt: skip
    world.say("[[people]]", f'email = "{BO}"', "filters = { transparent = false }")
    assert seen(world) == {"His", "Second"}


def test_a_calendar_is_read_as_its_person_says_where_it_says_nothing_itself(world: World) -> None:
    world.calendar(
        ANA,
        free("09:00-10:00", "Free", ANA),
        meeting("12:00-13:00", "Lunch"),
        meeting("14:00-15:00", "Asked", answer="TENTATIVE"),
    )
    world.say("filters = { transparent = true }")
    world.say("[capture.filters]", "lunch = false", 'tentative = "skip"')
    world.say("[[people]]", f'email = "{ANA}"', 'filters = { transparent = false, tentative = "ask" }')
    assert seen(world) == {"Lunch", "Asked"}


def test_filters_of_a_calendar_whose_name_is_anothers_are_told(world: World) -> None:
    world.calendar(ANA, free("09:00-10:00", "Free", ANA))
    world.calendar(BO, meeting("10:00-11:00", "Talk"))
    (world.folder / "second.ics").write_text(calendar_text(ANA, [free("11:00-12:00", "Second", ANA)]))
    world.say(
        "[[sources]]", 'kind = "ics"', f'person = "{ANA}"', 'path = "second.ics"', "filters = { transparent = false }"
    )  # fmt: skip
    said = world.gleaner("capture", "--on", TUESDAY)
    assert "sources[3]" in said.err + said.out
    assert f'two sources are called "{ANA}"' in said.err + said.out
    assert seen(world) == {"Talk"}


def test_a_countrys_holidays_are_the_organisations(world: World) -> None:
    day = TUESDAY.replace("-", "")
    holiday = f"BEGIN:VEVENT\nUID:h\nDTSTART;VALUE=DATE:{day}\nSUMMARY:Founders\nEND:VEVENT"
    (world.folder / "days.ics").write_text(calendar_text("", [holiday]))
    world.say("[timesheets]", 'country = "de"')
    world.say("[[people]]", f'email = "{BO}"', 'country = "GB"')
    world.say("[[sources]]", 'kind = "ics"', 'holidays = "DE"', 'path = "days.ics"')
    world.fine("capture", "--on", TUESDAY)
    said = world.gleaner("gaps", "--on", TUESDAY, "--team", "--json")
    assert [one["person"] for one in said.json] == [BO]
