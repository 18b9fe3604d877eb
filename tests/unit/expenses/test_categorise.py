from __future__ import annotations

from dataclasses import replace
from datetime import date
from decimal import Decimal

from gleaner.expenses.categorise import already, category, project
from gleaner.expenses.policy import Expense
from gleaner.expenses.receipt import Receipt, read

TEXT = "Taxi Berger GmbH\n10.03.2026\nFahrt zum Bahnhof 20,00\nGesamtbetrag 20,00 €"
TAXI = read(TEXT)
NAMES = {"Entertainment", "Meals", "Lodging", "Transportation", "Other"}
PAST = Expense(
    1, 7, "Ana", date(2026, 2, 1), "Apollo", "Other", Decimal(9), "EUR", "Taxi Berger GmbH, to the client"
)


def test_a_taxi_is_transportation_by_its_words() -> None:
    found = category(TAXI, TEXT, NAMES, [])
    assert found is not None
    assert (found.value, found.confidence) == ("Transportation", 0.6)
    assert "speaks of a journey" in found.evidence


def test_what_the_merchant_was_filed_as_before_wins_over_words() -> None:
    found = category(TAXI, TEXT, NAMES, [PAST])
    assert found is not None
    assert (found.value, found.evidence) == ("Other", "1 of 1 earlier expenses there have this category.")


def test_a_category_that_is_not_active_is_never_named() -> None:
    assert category(TAXI, TEXT, {"Meals"}, [PAST]) is None


def test_where_earlier_expenses_disagree_they_say_nothing() -> None:
    other = replace(PAST, id=2, project="Website")
    assert project(TAXI, [PAST, other], {}) is None
    found = project(TAXI, [PAST, other, replace(PAST, id=3)], {})
    assert found is not None
    assert found.value == "Apollo"


def test_the_project_of_most_of_that_days_hours_is_named_only_if_it_has_more_than_half() -> None:
    found = project(TAXI, [], {"Apollo": Decimal(6), "Website": Decimal(2)})
    assert found is not None
    assert (found.value, found.confidence) == ("Apollo", 0.45)
    assert project(TAXI, [], {"Apollo": Decimal(4), "Website": Decimal(4)}) is None


def test_the_same_amount_and_day_in_harvest_may_be_this_receipt() -> None:
    same = replace(PAST, spent_date=date(2026, 3, 10), total_cost=Decimal("20.00"))
    assert already(TAXI, [PAST, same]) == same
    assert already(TAXI, [replace(same, currency="CHF")]) is None
    assert already(Receipt(), [same]) is None


def test_the_merchants_name_counts_more_than_what_was_bought() -> None:
    text = "Papierhaus Vogel\nKaffee 3,00\nSumme 3,00 €"
    found = category(read(text), text, {"Meals", "Office supplies"}, [])
    assert found is not None
    assert found.value == "Office supplies"
