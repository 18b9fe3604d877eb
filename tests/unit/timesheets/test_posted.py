"""Many entries added up by person and day."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from typing import Any

from hypothesis import given
from hypothesis import strategies as st
from tests.studio import ANA, APOLLO, BO, CY, DAY, DESIGN, PROGRAMMING

from gleaner.core.catalog import EntryId, UserId
from gleaner.core.entries import Posted
from gleaner.core.time import ZERO
from gleaner.timesheets.compliance import Held
from gleaner.timesheets.posted import Bucket, Sums, summed

CUT_OFF = datetime(2026, 3, 16, 9, tzinfo=UTC)
EARLY, LATE = datetime(2026, 3, 10, 17, tzinfo=UTC), datetime(2026, 3, 16, 9, 0, 1, tzinfo=UTC)


def posted(
    hours: str, *, who: UserId = ANA, made: datetime | None = EARLY, number: int = 1, **more: Any
) -> Posted:
    one = Posted(EntryId(number), who, APOLLO, PROGRAMMING, DAY, Decimal(hours), True, False, made)
    return one._replace(**more)


def sums(*entries: Posted, span: tuple[date, date] = (DAY, DAY)) -> Sums:
    cut_offs = {who: {DAY: CUT_OFF} for who in (ANA, BO)}
    return summed(entries, cut_offs, {DESIGN}, [span], {EntryId(7)})


def test_what_was_there_at_the_cut_off_is_on_time_and_later_is_not() -> None:
    found = sums(posted("3"), posted("2", made=CUT_OFF), posted("1.5", made=LATE), posted("1", made=None))
    assert found.on(ANA, DAY) == Held(timedelta(hours=7.5), timedelta(hours=5))
    assert found.on(BO, DAY) == Held()


def test_time_off_is_no_work_and_strangers_are_nobody() -> None:
    found = sums(posted("8", task_id=DESIGN), posted("4", who=CY))
    assert found.held == {}
    assert list(found.off) == [(ANA, DAY)]


def test_a_running_timer_counts_with_what_it_has_come_to_and_is_told() -> None:
    found = sums(posted("1.25", is_running=True))
    assert (found.on(ANA, DAY).logged, found.timers) == (timedelta(hours=1.25), [(ANA, DAY)])


def test_hours_are_split_by_person_project_and_whether_they_are_billable() -> None:
    found = sums(posted("1"), posted("2", billable=False), posted("3", spent_date=DAY), posted("4", who=BO))
    assert found.spent[0] == {
        Bucket(ANA, APOLLO, True): timedelta(hours=4),
        Bucket(ANA, APOLLO, False): timedelta(hours=2),
        Bucket(BO, APOLLO, True): timedelta(hours=4),
    }
    assert sums(posted("1"), span=(date(2026, 2, 1), date(2026, 2, 28))).spent == [{}]


def test_entries_that_are_asked_for_are_kept() -> None:
    assert list(sums(posted("1"), posted("1", number=7)).wanted) == [7]


@given(st.lists(st.integers(0, 2400), max_size=40))
def test_no_sum_is_ever_off_by_a_hair(hundredths: list[int]) -> None:
    entries = [posted(str(Decimal(number) / 100)) for number in hundredths]
    assert sums(*entries).on(ANA, DAY).logged == sum(
        (timedelta(seconds=36 * one) for one in hundredths), ZERO
    )
