"""When each trigger is due, for which days, and that it is due for a period once."""

from __future__ import annotations

from datetime import date, time
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st
from tests.unit.invoicing.work import APOLLO, FIXED, MARCH, seen, spent, worked

from gleaner.core.errors import ConfigError
from gleaner.core.language import words
from gleaner.invoicing.due import Due, Fired, Trigger
from gleaner.invoicing.trigger import triggers
from gleaner.invoicing.triggers.amount_reached import AmountReached
from gleaner.invoicing.triggers.fixed_fee_schedule import FixedFeeSchedule, Part
from gleaner.invoicing.triggers.hours_reached import HoursReached
from gleaner.invoicing.triggers.month_end import MonthEnd
from gleaner.invoicing.triggers.phase_complete import PhaseComplete
from gleaner.invoicing.triggers.retainer_low import RetainerLow

EARLIER = Fired("10h-1", date(2026, 3, 15), Decimal(11), Decimal(880))


def found(due: Due | None) -> Due:
    assert due is not None
    return due


def test_they_are_found_by_name() -> None:
    assert list(triggers) == [
        "amount-reached", "fixed-fee-schedule", "hours-reached", "month-end", "phase-complete", "retainer-low",
    ]  # fmt: skip


# --- hours and amounts ---------------------------------------------------------------------------------------------


def test_hours_are_reached_at_that_number_and_running_timers_do_not_count() -> None:
    trigger = HoursReached(Decimal(10))
    assert trigger.due(seen("2026-03-20T09:00", worked(1, hours="9.99"))) is None
    assert trigger.due(seen("2026-03-20T09:00", worked(1, hours="9"), worked(2, is_running=True))) is None
    due = found(trigger.due(seen("2026-03-20T09:00", worked(1, 3, "9"), worked(2, 4, "1"))))
    assert (due.period, due.days) == ("10h-1", (date(2026, 3, 3), date(2026, 3, 20)))
    assert due.why == "10.00 billable hours wait; the rule says 10."


def test_each_time_has_a_number_of_its_own_and_once_is_once() -> None:
    work = worked(2, 18, "12")
    again = found(HoursReached(Decimal(10)).due(seen("2026-03-20T09:00", work, fired=[EARLIER])))
    assert again.period == "10h-2"
    assert HoursReached(Decimal(10), once=True).due(seen("2026-03-20T09:00", work, fired=[EARLIER])) is None


def test_what_a_cancelled_invoice_freed_is_not_asked_for_at_once() -> None:
    freed = Fired("10h-1", date(2026, 3, 15), Decimal(11), Decimal(880), is_cancelled=True)
    old = worked(1, 3, "11")
    assert HoursReached(Decimal(10)).due(seen("2026-03-20T09:00", old, fired=[freed])) is None
    new = found(
        HoursReached(Decimal(10)).due(seen("2026-03-20T09:00", old, worked(2, 18, "10"), fired=[freed]))
    )
    assert (new.period, new.days) == ("10h-2", (date(2026, 3, 3), date(2026, 3, 20)))


def test_an_amount_is_time_and_expenses_together() -> None:
    trigger = AmountReached(Decimal(100))
    assert trigger.due(seen("2026-03-20T09:00", worked(1), costs=[spent(1, "19.99")])) is None
    assert found(trigger.due(seen("2026-03-20T09:00", worked(1), costs=[spent(1, "20")]))).period == "100-1"


# --- months --------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("now", "period"),
    [
        ("2026-03-31T23:59", None),
        ("2026-04-02T07:59", None),
        ("2026-04-02T08:00", "2026-03"),
        ("2026-04-30T23:59", "2026-03"),
    ],
)
def test_a_month_is_due_when_its_grace_is_over(now: str, period: str | None) -> None:
    due = MonthEnd(grace_days=2, at=time(8)).due(seen(now, worked(1)))
    assert (due.period if due is not None else None) == period
    assert due is None or due.days == MARCH


def test_a_month_may_end_on_another_day() -> None:
    due = found(MonthEnd(day=25, grace_days=0).due(seen("2026-03-26T09:00", worked(1, 26, month=2))))
    assert (due.period, due.days) == ("2026-03", (date(2026, 2, 26), date(2026, 3, 25)))


def test_it_says_in_words_when_it_is_due() -> None:
    assert MonthEnd().sentence() == "every month, 2 days after its end at 08:00"
    assert MonthEnd(day=25, grace_days=0).sentence() == "every month (to day 25), after its end at 08:00"
    assert HoursReached(Decimal(40)).sentence() == "every 40 billable hours"


def test_of_a_short_month_the_last_day_counts() -> None:
    due = found(MonthEnd(day=31, grace_days=0).due(seen("2026-03-01T09:00", worked(1, 28, month=2))))
    assert due.days == (date(2026, 2, 1), date(2026, 2, 28))


def test_an_empty_month_and_one_before_the_rule_are_not_due() -> None:
    assert MonthEnd().due(seen("2026-04-10T09:00", worked(1, 3, month=4))) is None
    assert MonthEnd(since=date(2026, 4, 1)).due(seen("2026-04-10T09:00", worked(1))) is None


@given(day=st.one_of(st.none(), st.integers(1, 31)), today=st.dates(date(2024, 1, 1), date(2028, 12, 31)))
def test_months_follow_each_other_without_gap_or_overlap(day: int | None, today: date) -> None:
    trigger = MonthEnd(day=day, grace_days=0, at=time(0))
    work = [worked(n)._replace(on=date.fromordinal(today.toordinal() - n)) for n in range(1, 70)]
    last = found(trigger.due(seen(f"{today}T12:00", *work))).days
    assert last is not None
    before = found(trigger.due(seen(f"{last[1]}T12:00", *work))).days
    assert before is not None
    assert (last[0] - before[1]).days == 1
    assert last[1] < today


def test_what_an_earlier_month_left_comes_with_the_next() -> None:
    trigger = MonthEnd()
    march = [worked(1, 3), worked(2, 25)]
    cut = Fired("2026-03", date(2026, 4, 2), until=date(2026, 3, 20))
    due = found(trigger.due(seen("2026-05-10T09:00", *march, worked(3, 9, month=4), fired=[cut])))
    assert (due.period, due.days) == ("2026-04", (date(2026, 3, 21), date(2026, 4, 30)))
    # Nobody looked in April, or it was held back.
    february = Fired("2026-02", date(2026, 3, 2), until=date(2026, 2, 28))
    due = found(trigger.due(seen("2026-05-10T09:00", *march, fired=[february])))
    assert due.days == (date(2026, 3, 1), date(2026, 4, 30))
    # What somebody cancelled is not asked for again.
    refused = Fired("2026-03", date(2026, 4, 2), is_cancelled=True, until=date(2026, 3, 31))
    assert trigger.due(seen("2026-05-10T09:00", *march, fired=[refused])) is None


def test_with_a_beginning_all_since_then_is_billed_first() -> None:
    due = found(MonthEnd(since=date(2026, 2, 1)).due(seen("2026-05-10T09:00", worked(1, 3, month=2))))
    assert (due.period, due.days) == ("2026-04", (date(2026, 2, 1), date(2026, 4, 30)))


# --- phases --------------------------------------------------------------------------------------------------------


def test_a_phase_is_due_once_it_is_done_with_all_work_up_to_then() -> None:
    trigger = PhaseComplete("Design")
    work = worked(1, 3)
    assert trigger.due(seen("2026-03-20T09:00", work)) is None
    assert trigger.due(seen("2026-03-20T09:00", work, phases={"design": date(2026, 3, 21)})) is None
    due = found(trigger.due(seen("2026-03-20T09:00", work, phases={"design": date(2026, 3, 18)})))
    assert (due.period, due.days) == ("Design", (date(2026, 3, 3), date(2026, 3, 18)))
    done = [Fired("Design", date(2026, 3, 18))]
    assert (
        trigger.due(seen("2026-03-20T09:00", work, phases={"design": date(2026, 3, 18)}, fired=done)) is None
    )


def test_a_phase_says_what_it_waits_for() -> None:
    trigger, done = PhaseComplete("Design"), {"design": date(2026, 3, 18)}
    assert trigger.waits_for(seen("2026-03-20T09:00")) == "the phase “Design” is not done"
    late = trigger.waits_for(seen("2026-03-20T09:00", worked(1, 19), phases=done))
    assert late == "the phase “Design” was done on 2026-03-18, and nothing up to then can be invoiced"
    billed = seen("2026-03-20T09:00", phases=done, fired=[Fired("Design", date(2026, 3, 18))])
    assert trigger.waits_for(billed) == "the phase “Design” was billed, and is not asked for again"


def test_a_day_that_comes_ends_a_phase_too() -> None:
    trigger = PhaseComplete("Design", on=date(2026, 3, 19))
    assert trigger.due(seen("2026-03-18T09:00", worked(1, 3))) is None
    assert found(trigger.due(seen("2026-03-19T09:00", worked(1, 3)))).days == (
        date(2026, 3, 3),
        date(2026, 3, 19),
    )


# --- fixed fees ----------------------------------------------------------------------------------------------------

THIRDS = [Part(name, Decimal(percent), on=date(2026, 3, day)) for name, percent, day in (
    ("A", "33.33", 1), ("B", "33.33", 10), ("C", "33.34", 20),
)]  # fmt: skip


def all_parts(trigger: Trigger, now: str, **more: object) -> list[Decimal]:
    """What is due one after the other, each being invoiced."""
    fired: list[Fired] = []
    amounts: list[Decimal] = []
    while True:
        paid = {APOLLO: sum(amounts, Decimal(0))}
        due = trigger.due(seen(now, project=FIXED, fired=fired, invoiced=paid, **more))  # type: ignore[arg-type]
        if due is None:
            return amounts
        amounts.append(sum((fee.amount for fee in due.fees), Decimal(0)))
        fired.append(Fired(due.period, date(2026, 3, 1), amount=amounts[-1]))


def test_parts_are_due_one_after_the_other() -> None:
    assert len(all_parts(FixedFeeSchedule(THIRDS), "2026-03-09T09:00")) == 1
    assert len(all_parts(FixedFeeSchedule(THIRDS), "2026-03-10T09:00")) == 2


@given(percents=st.lists(st.integers(1, 4000), min_size=1, max_size=6), fee=st.integers(1, 10**7))
def test_a_whole_schedule_comes_to_the_fee_to_the_cent(percents: list[int], fee: int) -> None:
    whole = sum(percents)
    shares = [Decimal(one) * 100 / whole for one in percents]
    shares = [share.quantize(Decimal("0.01")) for share in shares]
    shares[-1] = 100 - sum(shares[:-1], Decimal(0))
    if min(shares) <= 0:
        return
    parts = [Part(f"P{n}", share, on=date(2026, 3, 1)) for n, share in enumerate(shares)]
    trigger = FixedFeeSchedule(parts)
    fired: list[Fired] = []
    paid = Decimal(0)
    project = FIXED.__class__(APOLLO, FIXED.client_id, "Apollo", is_fixed_fee=True, fee=Decimal(fee) / 100)
    while due := trigger.due(seen("2026-03-09T09:00", project=project, fired=fired, invoiced={APOLLO: paid})):
        amount = sum((one.amount for one in due.fees), Decimal(0))
        fired.append(Fired(due.period, date(2026, 3, 1), amount=amount))
        paid += amount
        assert paid <= Decimal(fee) / 100
    left = trigger.why_not(seen("2026-03-09T09:00", project=project, fired=fired, invoiced={APOLLO: paid}))
    assert paid == Decimal(fee) / 100 or left or _is_tiny(shares, fee)


def _is_tiny(shares: list[Decimal], fee: int) -> bool:
    """A part that rounds to nothing is never due."""
    return any((Decimal(fee) * share / 100).quantize(Decimal(1)) == 0 for share in shares)


def test_the_last_part_is_what_is_left_of_a_fee_that_changed() -> None:
    halves = [Part("A", Decimal(50), on=date(2026, 3, 1)), Part("B", Decimal(50), on=date(2026, 3, 2))]
    raised = FIXED.__class__(APOLLO, FIXED.client_id, "Apollo", is_fixed_fee=True, fee=Decimal(2000))
    for is_cancelled, left in ((False, Decimal(1500)), (True, Decimal(1000))):
        first = Fired("A", date(2026, 3, 1), amount=Decimal(500), is_cancelled=is_cancelled)
        due = found(FixedFeeSchedule(halves).due(seen("2026-03-09T09:00", project=raised, fired=[first])))
        assert [one.amount for one in due.fees] == [left]


def test_a_schedule_says_which_parts_wait_and_for_what() -> None:
    trigger = FixedFeeSchedule(
        [
            Part("Kick-off", Decimal(30), on=date(2026, 3, 1)),
            Part("Build", Decimal(30), phase="Design"),
            Part("Launch", Decimal(30), phase="Launch", on=date(2026, 6, 1)),
            Part("Rest", Decimal(10), on=date(2026, 7, 1)),
        ]
    )
    fired = [Fired("Kick-off", date(2026, 3, 1))]
    assert trigger.waits_for(seen("2026-03-09T09:00", project=FIXED, fired=fired)) == (
        "“Build” waits for the phase “Design”; “Launch” waits for the phase “Launch”, or 2026-06-01;"
        " “Rest” comes on 2026-07-01"
    )
    all_fired = [Fired(name, date(2026, 3, 1)) for name in ("Kick-off", "Build", "Launch", "Rest")]
    said = trigger.waits_for(seen("2026-03-09T09:00", project=FIXED, fired=all_fired))
    assert said == "every part of the fee was billed"
    assert trigger.waits_for(seen("2026-03-09T09:00")) == "its project has no fixed fee in Harvest"


def test_no_more_than_the_fee_whatever_was_invoiced_by_hand() -> None:
    trigger = FixedFeeSchedule([Part("All", Decimal(100), on=date(2026, 3, 1))])
    by_hand = {APOLLO: Decimal("0.01")}
    assert trigger.due(seen("2026-03-09T09:00", project=FIXED, invoiced=by_hand)) is None
    assert "999.99 of the fee" in trigger.why_not(seen("2026-03-09T09:00", project=FIXED, invoiced=by_hand))


# --- retainers -----------------------------------------------------------------------------------------------------


def test_a_retainer_is_filled_when_little_is_left() -> None:
    trigger = RetainerLow(4, Decimal(1000), Decimal(200))
    assert trigger.due(seen("2026-03-09T09:00", retainers={4: Decimal(1000)}, drawn=Decimal(800))) is None
    due = found(trigger.due(seen("2026-03-09T09:00", retainers={4: Decimal(1000)}, drawn=Decimal("800.01"))))
    assert (due.retainer_id, [one.amount for one in due.fees]) == (4, [Decimal(1000)])
    assert (
        trigger.due(seen("2026-03-09T09:00", retainers={4: Decimal(2000)}, drawn=Decimal("800.01"))) is None
    )


def test_one_that_was_refused_is_asked_for_again_next_month() -> None:
    trigger = RetainerLow(4, Decimal(1000), Decimal(200))
    refused = [Fired("retainer-1", date(2026, 3, 9), is_cancelled=True)]
    assert trigger.due(seen("2026-03-30T09:00", fired=refused)) is None
    assert found(trigger.due(seen("2026-04-01T09:00", fired=refused))).period == "retainer-2"


# --- what makes no sense -------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("kind", "written", "sentence"),
    [
        (HoursReached, {"hours": Decimal(0)}, "more than 0"),
        (AmountReached, {"amount": Decimal(-1)}, "more than 0"),
        (MonthEnd, {"day": 32}, "1 to 31"),
        (MonthEnd, {"grace_days": 28}, "0 to 27"),
        (PhaseComplete, {"phase": " "}, "its name"),
        (FixedFeeSchedule, {"parts": []}, "at least one"),
        (FixedFeeSchedule, {"parts": [Part("A", Decimal(10))]}, "a day (on) or a phase"),
        (FixedFeeSchedule, {"parts": [Part("A", on=date(2026, 1, 1))]}, "either percent or amount"),
        (FixedFeeSchedule, {"parts": [Part("A", Decimal(0), on=date(2026, 1, 1))]}, "more than 0"),
        (FixedFeeSchedule, {"parts": [THIRDS[0], THIRDS[0]]}, 'two are called "A"'),
        (FixedFeeSchedule, {"parts": [*THIRDS, Part("D", Decimal(1), on=date(2026, 1, 1))]}, "more than the whole"),
        (RetainerLow, {"retainer_id": 1, "amount": Decimal(100), "below": Decimal(100)}, "due again at once"),
    ],
)  # fmt: skip
def test_what_makes_no_sense_is_refused_with_a_sentence(
    kind: type, written: dict[str, object], sentence: str
) -> None:
    with pytest.raises(ConfigError) as error:
        kind(**written)
    assert sentence in str(error.value)


def test_a_period_written_in_other_letters_is_the_same_one() -> None:
    part = Part("kick-off", percent=Decimal(30), on=date(2026, 3, 1))
    fired = Fired("Kick-off", date(2026, 3, 1), amount=Decimal(300))
    assert FixedFeeSchedule([part]).due(seen(project=FIXED, fired=[fired])) is None


# --- in the reader's language ------------------------------------------------------------------------------------

DE = words("de")
PARTS = (
    Part("Kick-off", percent=Decimal("12.5"), on=date(2026, 3, 1)),
    Part("Rest", amount=Decimal(1500), phase="Launch"),
)


@pytest.mark.parametrize(
    ("trigger", "said"),
    [
        (HoursReached(Decimal("7.5")), "alle 7,5 abrechenbaren Stunden"),
        (AmountReached(Decimal(5000), once=True), "einmal, bei abrechenbarer Arbeit im Wert von 5.000"),
        (MonthEnd(), "jeden Monat, 2 Tage nach seinem Ende um 08:00 Uhr"),
        (MonthEnd(day=25, grace_days=0), "jeden Monat (bis zum 25.), nach seinem Ende um 08:00 Uhr"),
        (PhaseComplete("is done"), "wenn die Phase „is done“ abgeschlossen ist"),
        (
            RetainerLow(7, Decimal(1000), Decimal(100)),
            "1.000, wenn weniger als 100 von der Vorauszahlung 7 übrig sind",
        ),
        (
            FixedFeeSchedule(PARTS),
            (
                "der Festpreis in Teilen: Kick-off (12,5 %, am 2026-03-01),"
                " Rest (1.500,00, wenn „Launch“ abgeschlossen ist)"
            ),
        ),
    ],
)
def test_each_says_itself_in_german(trigger: Trigger, said: str) -> None:
    assert DE.again(trigger.sentence()) == said
    assert DE.knows(trigger.sentence())


@given(st.text(min_size=1).filter(str.strip))
def test_why_it_is_due_is_german_whatever_a_phase_is_called(name: str) -> None:
    on = date(2026, 3, 10)
    due = found(PhaseComplete(name, on=on).due(seen("2026-04-03T09:00", worked(1, 3))))
    assert due.why == f'The phase "{name.strip()}" was done on 2026-03-10.'
    assert DE.again(due.why) == f"Die Phase „{name.strip()}“ war am 2026-03-10 abgeschlossen."


def test_why_a_month_and_hours_are_due_is_german() -> None:
    month = found(MonthEnd().due(seen("2026-04-03T09:00", worked(1, 3, "1.25"))))
    assert DE.again(month.why) == "Der Monat endete am 2026-03-31: 1,25 abrechenbare Stunden warten."
    hours = found(HoursReached(Decimal(1)).due(seen("2026-03-20T09:00", worked(1, hours="1.5"))))
    assert DE.again(hours.why) == "1,50 abrechenbare Stunden warten; die Regel sagt 1."
