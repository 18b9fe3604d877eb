"""How many fields of generated receipts are read right.

The words, layouts and number formats are ours, so the numbers say that these are understood, not how the receipts
of your shops look.
"""

from __future__ import annotations

import argparse
import random
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, timedelta
from decimal import ROUND_HALF_UP, Decimal
from io import BytesIO

from reportlab.lib.pagesizes import A5, A6
from reportlab.pdfgen.canvas import Canvas

from bench import page
from gleaner.expenses.receipt import Receipt, read
from gleaner.expenses.text import ReceiptFile, words

FIELDS = ("total", "currency", "on", "merchant", "tax")


@dataclass(frozen=True)
class Made:
    """A receipt and what it says."""

    content: bytes
    language: str
    total: Decimal
    currency: str
    on: date
    merchant: str
    tax: Decimal | None


@dataclass(frozen=True)
class Tongue:
    """The words of a language's receipts, and how it writes numbers and days."""

    receipt: tuple[str, ...]
    date: str
    subtotal: str
    tax: str
    total: tuple[str, ...]
    cash: tuple[str, str]
    merchants: tuple[str, ...]
    items: tuple[str, ...]
    days: tuple[str, ...]
    """Formats of ``strftime``; %B is the month in the language."""
    months: tuple[str, ...]
    separators: tuple[str, str]
    money: tuple[tuple[str, str], ...]
    """Currency and how an amount of it is written."""
    rate: int


_EN = tuple("January February March April May June July August September October November December".split())
_DE = tuple("Januar Februar März April Mai Juni Juli August September Oktober November Dezember".split())
_FR = tuple("janvier février mars avril mai juin juillet août septembre octobre novembre décembre".split())
_ES = tuple(
    "enero febrero marzo abril mayo junio julio agosto septiembre octubre noviembre diciembre".split()
)
_IT = tuple(
    "gennaio febbraio marzo aprile maggio giugno luglio agosto settembre ottobre novembre dicembre".split()
)
_NL = tuple("januari februari maart april mei juni juli augustus september oktober november december".split())
TONGUES = {
    "en-US": Tongue(
        ("RECEIPT", "Invoice", ""),
        "Date",
        "Subtotal",
        "Sales tax",
        ("Total", "TOTAL DUE", "Amount paid"),
        ("Cash", "Change"),
        ("Blue Bottle Diner", "Metro Cab Inc.", "Harbor Hotel LLC"),
        ("Breakfast", "Airport ride", "Room 1 night", "Notebook"),
        ("%m/%d/%Y", "%B %d, %Y"),
        _EN,
        (",", "."),
        (("USD", "${}"), ("USD", "{} USD")),
        8,
    ),
    "en-GB": Tongue(
        ("Receipt", "VAT receipt"),
        "Date",
        "Subtotal",
        "VAT",
        ("Total", "Amount due", "Balance due"),
        ("Cash", "Change"),
        ("The Crown Inn", "Northern Coaches Ltd", "Quill Stationers"),
        ("Fish and chips", "Return ticket", "Paper A4"),
        ("%d/%m/%Y", "%d %B %Y"),
        _EN,
        (",", "."),
        (("GBP", "£{}"), ("GBP", "GBP {}")),
        20,
    ),
    "de": Tongue(
        ("Rechnung", "Quittung", ""),
        "Datum",
        "Zwischensumme netto",
        "MwSt",
        ("Summe", "Gesamtbetrag", "Zu zahlen"),
        ("Bar gegeben", "Rückgeld"),
        ("Gasthof Linde", "Taxi Berger GmbH", "Papierhaus Vogel"),
        ("Mittagessen", "Fahrt zum Bahnhof", "Toner", "Kaffee"),
        ("%d.%m.%Y", "%d. %B %Y", "%d.%m.%y"),
        _DE,
        (".", ","),
        (("EUR", "{} €"), ("EUR", "EUR {}")),
        19,
    ),
    "de-CH": Tongue(
        ("Quittung", ""),
        "Datum",
        "Zwischensumme",
        "MWST",
        ("Total", "Gesamtbetrag"),
        ("Bar", "Rückgeld"),
        ("Hotel Seeblick AG", "Café Odeon", "Bergbahn Rigi"),
        ("Übernachtung", "Kaffee crème", "Retourfahrt"),
        ("%d.%m.%Y",),
        _DE,
        ("'", "."),
        (("CHF", "CHF {}"), ("CHF", "{} CHF")),
        8,
    ),
    "fr": Tongue(
        ("Facture", "Reçu", "Ticket"),
        "Date",
        "Total HT",
        "TVA",
        ("Total TTC", "Net à payer", "Montant total"),
        ("Espèces", "Rendu"),
        ("Brasserie du Port", "Taxi Mistral SARL", "Papeterie Lumière"),
        ("Déjeuner", "Course gare", "Cahiers"),
        ("%d/%m/%Y", "%d %B %Y"),
        _FR,
        (" ", ","),
        (("EUR", "{} €"), ("EUR", "{} EUR")),
        20,
    ),
    "es": Tongue(
        ("Factura", "Recibo"),
        "Fecha",
        "Base imponible",
        "IVA",
        ("Total", "Total a pagar", "Importe total"),
        ("Efectivo", "Cambio"),
        ("Casa Manolo", "Hotel Alameda S.L.", "Librería Sol"),
        ("Menú del día", "Habitación", "Cuadernos"),
        ("%d/%m/%Y", "%d de %B de %Y"),
        _ES,
        (".", ","),
        (("EUR", "{} €"), ("EUR", "{} EUR")),
        21,
    ),
    "it": Tongue(
        ("Ricevuta", "Fattura"),
        "Data",
        "Imponibile",
        "IVA",
        ("Totale", "Totale da pagare", "Totale complessivo"),
        ("Contanti", "Resto"),
        ("Trattoria Nonna Pia", "Radiotaxi Milano S.r.l.", "Cartoleria Verdi"),
        ("Pranzo", "Corsa", "Penne"),
        ("%d/%m/%Y", "%d %B %Y"),
        _IT,
        (".", ","),
        (("EUR", "€ {}"), ("EUR", "{} EUR")),
        22,
    ),
    "nl": Tongue(
        ("Kassabon", "Factuur"),
        "Datum",
        "Subtotaal",
        "BTW",
        ("Totaal", "Te betalen", "Totaalbedrag"),
        ("Contant", "Wisselgeld"),
        ("Eetcafé De Brug", "Taxi Polder B.V.", "Kantoorhuis Jansen"),
        ("Lunch", "Rit station", "Pennen"),
        ("%d-%m-%Y", "%d %B %Y"),
        _NL,
        (".", ","),
        (("EUR", "€ {}"), ("EUR", "EUR {}")),
        21,
    ),
}
"""Languages and countries of the receipts."""


def written(value: Decimal, separators: tuple[str, str]) -> str:
    """An amount as a country writes it.

    >>> written(Decimal("1234.50"), (".", ","))
    '1.234,50'
    """
    thousands, point = separators
    return f"{value:,.2f}".replace(",", "t").replace(".", point).replace("t", thousands)


def receipts(seed: int, count: int = 40) -> Iterator[Made]:
    """*count* receipts, the languages in turn."""
    dice = random.Random(seed)
    for number in range(count):
        language = list(TONGUES)[number % len(TONGUES)]
        yield _made(dice, language)


def _made(dice: random.Random, language: str) -> Made:
    tongue = TONGUES[language]
    currency, form = dice.choice(tongue.money)

    def money(value: Decimal) -> str:
        return form.format(written(value, tongue.separators))

    on = date(2026, 1, 1) + timedelta(days=dice.randrange(300))
    day = on.strftime(dice.choice(tongue.days).replace("%B", tongue.months[on.month - 1]))
    merchant = dice.choice(tongue.merchants)
    bought = dice.sample(tongue.items, dice.randint(1, 2))
    prices = [Decimal(dice.randint(300, 90_000 if dice.random() < 0.3 else 6_000)) / 100 for _ in bought]
    net = sum(prices, Decimal(0))
    tax = (net * tongue.rate / 100).quantize(Decimal("0.01"), ROUND_HALF_UP)
    shows_tax = dice.random() < 0.8
    total = net + tax if shows_tax else net
    street = dice.choice(("Hauptstr. 12", "5 High Street", "3 rue de la Gare", "Calle Mayor 8"))
    rows: list[tuple[str, str]] = [(merchant, ""), (street, "")]
    title = dice.choice(tongue.receipt)
    if title:
        rows.insert(dice.choice((0, 2)), (title, ""))
    rows += [
        (f"Nr. {dice.randint(10_000, 99_999)}", ""),
        (f"{tongue.date}: {day}", f"{dice.randint(8, 21):02}:{dice.randint(0, 59):02}"),
    ]
    rows += [
        (f"{dice.choice(('1 x ', ''))}{item}", money(price))
        for item, price in zip(bought, prices, strict=True)
    ]
    if shows_tax:
        rows += [(tongue.subtotal, money(net)), (f"{tongue.tax} {tongue.rate}%", money(tax))]
    rows.append((dice.choice(tongue.total), money(total)))
    if dice.random() < 0.4:
        given = (total // 10 + 1) * 10
        rows += [(tongue.cash[0], money(given)), (tongue.cash[1], money(given - total))]
    content = _printed(rows, dice.choice(("columns", "lines", "wide")))
    return Made(content, language, total, currency, on, merchant, tax if shows_tax else None)


def _printed(rows: list[tuple[str, str]], layout: str) -> bytes:
    out = BytesIO()
    size = A5 if layout == "wide" else A6
    canvas = Canvas(out, pagesize=size, invariant=True)
    canvas.setFont("Helvetica", 8)
    for number, (left, right) in enumerate(rows):
        at = size[1] - 40 - 14 * number
        if layout == "lines":
            canvas.drawString(20, at, f"{left} {right}".strip())
            continue
        canvas.drawString(20, at, left)
        if right:
            canvas.drawRightString(size[0] - 20, at, right)
    canvas.save()
    return out.getvalue()


def right(made: Made, found: Receipt) -> dict[str, bool]:
    """Which fields were read right; no tax is right where there is none."""

    def value(name: str) -> object:
        field = getattr(found, name)
        return field.value if field is not None else None

    return {name: value(name) == getattr(made, name) for name in FIELDS}


def main() -> None:
    parser = argparse.ArgumentParser()
    parser.add_argument("--seeds", default="101-105", type=page.seeds)
    parser.add_argument("--write", action="store_true")
    parser.add_argument("--wrong", action="store_true", help="print what was read wrong")
    options = parser.parse_args()
    rows = []
    for seed in options.seeds:
        counts = dict.fromkeys((*FIELDS, "all"), 0)
        every = list(receipts(seed))
        for made in every:
            text = words(ReceiptFile("receipt.pdf", made.content, "pdf")).text
            marks = right(made, found := read(text, today=date(2026, 12, 31)))
            if options.wrong and not all(marks.values()):
                print(
                    [name for name in FIELDS if not marks[name]],
                    made.language,
                    found,
                    text,
                    sep="\n",
                    end="\n\n",
                )
            for name in FIELDS:
                counts[name] += marks[name]
            counts["all"] += all(marks.values())
        rows.append([str(seed), *(f"{count / len(every):.1%}" for count in counts.values())])
    table = page.table(("seed", "amount", "currency", "date", "merchant", "tax", "all five"), rows)
    content = f"{table}\n\n{page.machine()}."
    print(content)
    if options.write:
        page.write("receipts", content)


if __name__ == "__main__":
    main()
