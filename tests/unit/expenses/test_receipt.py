from __future__ import annotations

from datetime import date
from decimal import Decimal

from bench.receipts import receipts, right
from hypothesis import given
from hypothesis import strategies as st

from gleaner.core.language import words
from gleaner.expenses.pdf import text_of
from gleaner.expenses.receipt import read

GERMAN = """Taxi Berger GmbH
Hauptstr. 12
Rechnung Nr. 10422
Datum: 03.02.2026  Fällig: 17.02.2026
Fahrt zum Bahnhof 1.020,00
Zwischensumme netto 1.020,00
MwSt 19% 193,80
Gesamtbetrag 1.213,80 €
Bar gegeben 1.300,00
Rückgeld 86,20"""


def test_a_german_receipt_gives_all_five_fields_with_their_evidence() -> None:
    found = read(GERMAN)
    assert found.total is not None
    assert (found.total.value, "Gesamtbetrag 1.213,80 €" in found.total.evidence) == (
        Decimal("1213.80"),
        True,
    )
    assert found.currency is not None
    assert found.currency.value == "EUR"
    assert found.on is not None
    assert found.on.value == date(2026, 2, 3)
    assert found.merchant is not None
    assert found.merchant.value == "Taxi Berger GmbH"
    assert found.tax is not None
    assert found.tax.value == Decimal("193.80")


def test_what_was_given_in_cash_is_never_the_total() -> None:
    found = read("Café\nKaffee 3,20\nBar 50,00")
    assert found.total is not None
    assert (found.total.value, found.total.confidence) == (Decimal("3.20"), 0.4)


def test_a_dollar_receipt_puts_the_month_first_and_says_so() -> None:
    found = read("Diner\n03/04/2026\nTotal $12.00")
    assert found.on is not None
    assert (found.on.value, found.on.confidence) == (date(2026, 3, 4), 0.5)
    assert "month first" in found.on.evidence


def test_a_day_to_come_is_not_the_day_of_a_receipt() -> None:
    found = read("Shop\n12.02.2026\n01.01.2030", today=date(2026, 3, 1))
    assert found.on is not None
    assert found.on.value == date(2026, 2, 12)
    assert read("Shop\n01.01.2030", today=date(2026, 3, 1)).on is None


def test_where_no_currency_is_named_it_is_the_companys_and_unsure() -> None:
    found = read("Shop\nTotal 12.00", home="EUR").currency
    assert found is not None
    assert (found.value, found.confidence) == ("EUR", 0.4)
    assert read("Shop\nTotal 12.00").currency is None


@given(st.text(max_size=2000))
def test_any_text_is_read_without_a_fault(text: str) -> None:
    found = read(text, today=date(2026, 3, 1))
    assert found.total is None or found.total.value > 0
    assert found.on is None or found.on.value <= date(2026, 3, 1)


def test_forty_receipts_of_a_seed_that_tuning_never_saw_are_read_nearly_all() -> None:
    wrong = []
    for number, made in enumerate(receipts(7, 40)):
        marks = right(made, read(text_of(made.content), today=date(2026, 12, 31)))
        wrong += [(number, made.language, name) for name, is_right in marks.items() if not is_right]
    assert len(wrong) <= 10, wrong


def evidence(text: str) -> list[str]:
    found = read(text, home="EUR")
    fields = (found.total, found.currency, found.on, found.merchant, found.tax)
    return [one.evidence for one in fields if one is not None]


@given(
    st.one_of(
        st.text(max_size=200), st.sampled_from([GERMAN, "Total {line} 12.50 USD", "03/02/2026", "VAT 1.00"])
    )
)
def test_what_was_read_is_told_in_german_whatever_the_receipt_says(text: str) -> None:
    assert all(words("de").knows(one) for one in evidence(text))


def test_the_words_of_a_receipt_stay_as_they_are() -> None:
    said = [words("de").again(one) for one in evidence(GERMAN)]
    assert said == [
        "Die Zeile „Gesamtbetrag 1.213,80 €“ nennt die Summe.",
        "Das Zeichen € steht in „Gesamtbetrag 1.213,80 €“.",
        "Der Tag steht in „Datum: 03.02.2026 Fällig: 17.02.2026“.",
        "„Taxi Berger GmbH“ ist der Form nach eine Firma.",
        "Die Steuer steht in „MwSt 19% 193,80“.",
    ]
