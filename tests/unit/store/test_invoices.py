"""Bills in the database: one for each key, one hand at a time, and no step that is not allowed."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from itertools import product

import pytest
import sqlalchemy as sa
from tests.unit.invoicing.work import MARCH, catalog, rule, spent, worked

from gleaner.adapters.store.invoices import LEASE, StoredInvoices, dump, load
from gleaner.core.catalog import AccountId, ProjectId
from gleaner.core.invoices import FeeLine
from gleaner.core.language import words
from gleaner.core.phrases import Phrase, phrase
from gleaner.invoicing.bills import STEPS, Standing
from gleaner.invoicing.due import Due
from gleaner.invoicing.plan import Plan, plan

NOW = datetime(2026, 4, 2, 9, tzinfo=UTC)
ON = date(2026, 4, 2)
KEY = "acme/2026-03"


def planned() -> Plan:
    due = Due("2026-03", "The month ended.", MARCH)
    by = rule(expenses="detailed")
    return plan(by, due, catalog(), [worked(1), worked(2, 28, month=2)], [spent(3, "12.34")], ON)


@pytest.fixture
def bills(store: sa.Engine) -> StoredInvoices:
    found = StoredInvoices(store, AccountId(1))
    assert found.add(planned(), ON, NOW)
    return found


def test_a_plan_comes_back_as_it_was() -> None:
    fees = plan(
        rule(), Due("A", "Why.", fees=(FeeLine("A", planned().exact, ProjectId(7)),)), catalog(), (), (), ON
    )
    for one in (planned(), fees):
        assert load(dump(one)) == one


def test_why_it_was_made_comes_back_in_the_language_of_whoever_looks() -> None:
    why = phrase('The phase "{phase}" was done on {done}.', phase="Launch", done="2026-03-31")
    kept = load(dump(replace(planned(), why=why))).why

    assert kept == why
    assert words("de").again(kept) == "Die Phase „Launch“ war am 2026-03-31 abgeschlossen."
    assert not isinstance(load(dump(planned())).why, Phrase)


def test_there_is_one_for_each_key_in_each_account(store: sa.Engine, bills: StoredInvoices) -> None:
    assert not bills.add(planned(), ON, NOW)
    assert StoredInvoices(store, AccountId(2)).add(planned(), ON, NOW)
    assert len(bills.all()) == 1
    assert bills.all([Standing.SENT]) == []
    assert bills.all(rule="other") == []


def test_one_hand_at_a_time(bills: StoredInvoices) -> None:
    held = bills.claim(KEY, "create", [Standing.PLANNED], "a", NOW)
    assert held is not None
    assert (held.attempts, held.began_at, held.doing) == (1, NOW, "create")
    assert bills.claim(KEY, "create", [Standing.PLANNED], "b", NOW + LEASE / 2) is None
    assert bills.renew(KEY, "a", NOW + LEASE / 2)
    assert bills.claim(KEY, "create", [Standing.PLANNED], "b", NOW + LEASE) is None
    later = NOW + LEASE * 2
    taken = bills.claim(KEY, "create", [Standing.PLANNED], "b", later)
    assert taken is not None
    assert (taken.attempts, taken.began_at) == (2, NOW)
    assert not bills.renew(KEY, "a", later)
    assert not bills.settle(KEY, "a", Standing.DRAFT, later)
    assert bills.settle(KEY, "b", Standing.DRAFT, later, harvest_id=50, number="12")


def test_what_somebody_began_is_finished_before_anything_else(bills: StoredInvoices) -> None:
    assert bills.claim(KEY, "create", [Standing.PLANNED], "a", NOW) is not None
    later = NOW + LEASE * 2
    assert bills.claim(KEY, "cancel", [Standing.PLANNED], "b", later) is None
    assert not bills.move(KEY, [Standing.PLANNED], Standing.CANCELLED, later)
    assert not bills.plan_anew(planned(), ON, later)


def test_what_is_put_off_stays_begun(bills: StoredInvoices) -> None:
    assert bills.claim(KEY, "create", [Standing.PLANNED], "a", NOW) is not None
    assert bills.settle(
        KEY, "a", Standing.PLANNED, NOW, retry_at=NOW + timedelta(minutes=10), trouble="No answer."
    )
    kept = bills.get(KEY)
    assert kept is not None
    assert (kept.doing, kept.attempts, kept.began_at, kept.trouble) == ("create", 1, NOW, "No answer.")
    again = bills.claim(KEY, "create", [Standing.PLANNED], "b", NOW)
    assert again is not None
    assert (again.attempts, again.began_at) == (2, NOW)


def test_only_allowed_steps_are_taken(store: sa.Engine, bills: StoredInvoices) -> None:
    for before, after in product(Standing, Standing):
        with store.begin() as connection:
            connection.execute(sa.text("UPDATE invoice SET state = :state"), {"state": before.value})
        moved = bills.move(KEY, [before], after, NOW)
        assert moved == (after in STEPS[before] or after is before), (before, after)


def test_it_is_found_by_its_short_name_and_its_number(bills: StoredInvoices) -> None:
    (one,) = bills.all()
    assert bills.by_short(one.short[:3]) == [one]
    assert bills.by_short("12") == []
    assert bills.claim(KEY, "create", [Standing.PLANNED], "a", NOW) is not None
    bills.settle(KEY, "a", Standing.DRAFT, NOW, harvest_id=50, number="12")
    assert [found.number for found in bills.by_short("12")] == ["12"]
    assert bills.by_short("%") == []


def test_phases_are_kept_by_project(bills: StoredInvoices) -> None:
    bills.mark_phase(ProjectId(7), "Design", ON, NOW)
    bills.mark_phase(ProjectId(7), "design ", date(2026, 4, 3), NOW)
    bills.mark_phase(ProjectId(8), "Design", ON, NOW)
    assert bills.phases() == {7: {"design": date(2026, 4, 3)}, 8: {"design": ON}}
    bills.mark_phase(ProjectId(7), "DESIGN", None, NOW)
    assert bills.phases() == {8: {"design": ON}}


def test_what_stands_in_the_way_is_kept_as_a_phrase(bills: StoredInvoices) -> None:
    why = phrase("invoice {bill} is gone in Harvest", bill="7")
    assert bills.move(KEY, [Standing.PLANNED], Standing.PLANNED, NOW, trouble=why)
    kept = bills.get(KEY)

    assert kept is not None
    assert kept.trouble == why
    assert words("de").again(kept.trouble) == "Rechnung 7 gibt es in Harvest nicht mehr"
