"""Whatever people do, and whenever: polls bring every change, a full sync every deletion."""

from __future__ import annotations

from dataclasses import dataclass

import sqlalchemy as sa
from hypothesis import given, settings
from hypothesis import strategies as st
from tests.unit.adapters.harvest.desk import MARCH, Desk
from tests.unit.adapters.harvest.fake import FakeHarvest, agency, entry

from gleaner.adapters.store.tables import metadata


@dataclass(frozen=True)
class Put:
    """Somebody logs or changes an entry."""

    number: int
    day: int
    hours: int


@dataclass(frozen=True)
class Drop:
    """Somebody deletes an entry, if it is there."""

    number: int


@dataclass(frozen=True)
class Tick:
    seconds: int


@dataclass(frozen=True)
class Poll:
    """Gleaner syncs, and while it reads the second page this happens."""

    meanwhile: tuple[Put | Tick, ...]


puts = st.builds(Put, st.integers(1, 6), st.sampled_from([1, 2, 3, 4, 5, 6, 35]), st.integers(0, 3))
ticks = st.builds(Tick, st.integers(0, 5))
polls = st.builds(Poll, st.lists(puts | ticks, max_size=3).map(tuple))
deeds = st.lists(puts | ticks | polls | st.builds(Drop, st.integers(1, 6)), max_size=14)


def empty_store() -> sa.Engine:
    engine = sa.create_engine("sqlite://", poolclass=sa.StaticPool)
    metadata.create_all(engine)
    return engine


def do(harvest: FakeHarvest, deed: Put | Drop | Tick) -> None:
    match deed:
        case Put(number, day, hours):
            on = f"2026-03-{day:02d}" if day <= 31 else f"2026-04-{day - 31:02d}"
            harvest.put("time_entries", entry(number, on, hours))
        case Drop(number):
            harvest.lists["time_entries"].pop(number, None)
        case Tick(seconds):
            harvest.tick(seconds)


def in_march(harvest: FakeHarvest) -> dict[int, int]:
    """Hours of March by entry, as Harvest has them."""
    return {
        number: int(str(item["hours"]).partition(".")[0])
        for number, item in harvest.lists["time_entries"].items()
        if str(item["spent_date"]).startswith("2026-03")
    }


def held(desk: Desk) -> dict[int, int]:
    return {found.id: int(found.hours) for found in desk.reads.entries(*MARCH)}


@settings(max_examples=60, deadline=None)
@given(deeds=deeds, by_cursor=st.booleans(), per_page=st.integers(2, 3))
def test_after_any_history_one_more_poll_holds_all_there_is(
    deeds: list[Put | Drop | Tick | Poll], by_cursor: bool, per_page: int
) -> None:
    harvest = agency()
    harvest.by_cursor = by_cursor
    harvest.put("time_entries", *(entry(number, f"2026-03-0{number}") for number in range(1, 6)))
    harvest.tick(10)
    desk = Desk(empty_store(), harvest)
    for deed in deeds:
        if not isinstance(deed, Poll):
            do(harvest, deed)
            continue
        waiting = list(deed.meanwhile)

        def meddle(path: str, page: int, waiting: list[Put | Tick] = waiting) -> None:
            if path == "/time_entries" and page == 2:
                while waiting:
                    do(harvest, waiting.pop(0))

        harvest.per_page, harvest.before_answer = per_page, meddle
        desk.sync()
        harvest.before_answer = lambda path, page: None
    desk.sync()
    live = in_march(harvest)
    found = held(desk)
    assert {number: found.get(number) for number in live} == live
    desk.sync(full=True)
    assert held(desk) == live
    desk.engine.dispose()
