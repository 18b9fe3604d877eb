"""What a receipt says: amount, currency, date, merchant and tax, each with how that is known."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Generic, TypeVar

from gleaner.core.phrases import phrase
from gleaner.expenses.numbers import AMOUNT, Dated, DayOrder, amount, dates

T_co = TypeVar("T_co", covariant=True)


@dataclass(frozen=True)
class Read(Generic[T_co]):
    """One field."""

    value: T_co
    confidence: float
    """0–1, by rule of thumb: only an order, nobody measured it."""
    evidence: str
    """One sentence a person can check against the receipt. Holds the receipt's own, untrusted words."""


@dataclass(frozen=True)
class Receipt:
    """What could be read; None for what could not."""

    total: Read[Decimal] | None = None
    """What was paid, tax included."""
    currency: Read[str] | None = None
    """ISO 4217."""
    on: Read[date] | None = None
    merchant: Read[str] | None = None
    tax: Read[Decimal] | None = None


LINES = 400
"""More are not looked at: no receipt is that long."""
_WIDTH = 300

_STRONG = re.compile(
    r"(?i)\b(grand total|total due|amount due|amount paid|total paid|balance due|gesamtbetrag"
    r"|total (?:ttc|eur|usd|gbp|chf|à payer)|gesamtsumme|rechnungsbetrag|zu zahlen|zahlbetrag|endbetrag"
    r"|net à payer|montant (?:total|ttc|payé)"
    r"|total a pagar|importe total|totale da pagare|totale complessivo|te betalen|totaalbedrag|valor total)\b"
)
_WEAK = re.compile(r"(?i)\b(total|summe|gesamt|betrag|totale|importe|totaal|bedrag|montant|amount)\b")
_PART = re.compile(
    r"(?i)\b(sub-?total|sous-total|zwischensumme|subtotale|subtotaal|netto|net amount|total (?:ht|excl|before tax)"
    r"|base imponible|imponibile|excl|savings|discount|rabatt|remise|descuento|sconto|items|total tax|tax total)\b"
)
_TAX = re.compile(r"(?i)\b(mwst|ust|mehrwertsteuer|umsatzsteuer|vat|tax|sales tax|tva|iva|btw)\b")
_TAX_NUMBER = re.compile(
    r"(?i)\b(ust-?id|vat (?:no|reg|id|number)|tax id|n° tva|tva intracom|p\.? ?iva|nif|cif|btw-?n)"
)
_GIVEN = re.compile(
    r"(?i)\b(change|rückgeld|cash|bar|gegeben|tendered|rendu|espèces|cambio|efectivo|resto|contanti"
    r"|wisselgeld|contant)\b"
)
_DAY = re.compile(r"(?i)\b(date|datum|fecha|data|issued|belegdatum|rechnungsdatum)\b")
_OTHER_DAY = re.compile(
    r"(?i)\b(due|fällig|échéance|vencimiento|scadenza|vervaldatum|valid|gültig|expires|printed"
    r"|member since|arrival|check-?in)\b"
)
_CODES = "EUR USD GBP CHF CAD AUD SEK NOK DKK PLN CZK JPY NZD BRL".split()
_CODE = re.compile(rf"(?<![A-Za-z])({'|'.join(_CODES)})(?![A-Za-z])")
_SIGNS = (
    ("CA$", "CAD"),
    ("A$", "AUD"),
    ("NZ$", "NZD"),
    ("R$", "BRL"),
    ("€", "EUR"),
    ("£", "GBP"),
    ("Fr.", "CHF"),
)
_LOCAL_SIGNS = (("zł", "PLN"), ("Kč", "CZK"), ("¥", "JPY"), ("$", "USD"))
_NOT_A_NAME = re.compile(
    r"(?i)^(?:receipt|rechnung|quittung|kassenbon|beleg|invoice|tax invoice|facture|reçu|ticket|factura|recibo"
    r"|fattura|ricevuta|scontrino|bon|kassabon|factuur|bill|copy|kopie|duplicate|welcome|bienvenue|willkommen"
    r"|vat receipt|sales receipt|thank you.*|page \d+.*|seite \d+.*|\W*)$"
)
_LEGAL = re.compile(
    r"(?i)\b(gmbh|ag|ltd|limited|inc|llc|sarl|sas|s\.?a\.?|s\.?l\.?|s\.?r\.?l\.?|b\.?v\.?|kg|e\.?k)\.?$"
)
_ADDRESS = re.compile(
    r"(?i)(str\.|straße|strasse|\bstreet\b|\broad\b|\bavenue\b|\brue\b|\bcalle\b|\bvia\b|www\.|http|@|\btel\b|\bphone\b|\d{4,})"
)


def read(text: str, *, home: str = "", today: date | None = None, order: DayOrder = "day") -> Receipt:
    """What *text* says. *home*: the currency where none is named. Days after *today* are no days of a receipt."""
    lines = [" ".join(line[:_WIDTH].split()) for line in text.splitlines()[:LINES]]
    lines = _joined([line for line in lines if line])
    total = _total(lines)
    currency = _currency(lines, home)
    if order == "day" and currency is not None and currency.value == "USD" and "$" in text:
        order = "month"
    return Receipt(total, currency, _day(lines, today, order), _merchant(lines), _tax(lines, total))


_PRICE = re.compile(
    r"[^\w\d]*(?:[A-Za-zł€č$£¥.]{1,3}\s?)?[\d.,'’ \u00a0\u202f]+[.,]\d{2}\s?(?:[A-Z]{3}|€|zł|Kč|[A-Z])?"
)


def _joined(lines: list[str]) -> list[str]:
    """A label and the amount that stands alone below it, as columns come out of a PDF, in one line."""
    whole: list[str] = []
    for line in lines:
        if (
            whole
            and _PRICE.fullmatch(line)
            and not re.search(r"[.,]\d{2}\b", whole[-1])
            and not dates(whole[-1])
        ):
            whole[-1] = f"{whole[-1]} {line}"
        else:
            whole.append(line)
    return whole


def _amounts(line: str) -> list[Decimal]:
    """Amounts in a line; a whole number beside one with cents is a count."""
    undated = line
    for one in dates(line):
        undated = undated.replace(one.text, " " * len(one.text))
    hits = [hit[0] for hit in AMOUNT.finditer(undated)]
    with_cents = [text for text in hits if re.search(r"[.,]\d{2}$", text)]
    return [value for text in with_cents or hits if (value := amount(text)) is not None and value > 0]


def _total(lines: list[str]) -> Read[Decimal] | None:
    for pattern, confidence in ((_STRONG, 0.95), (_WEAK, 0.85)):
        found = [value for at in range(len(lines)) if (value := _labelled(lines, at, pattern)) is not None]
        if found:
            # Taxes and parts have a line too, and none is above what was paid.
            most, line = max(found, key=lambda pair: pair[0])
            return Read(most, confidence, phrase('The line "{line}" names the total.', line=line))
    every = [(value, line) for line in lines if not _GIVEN.search(line) for value in _amounts(line)]
    priced = [(value, line) for value, line in every if value != value.to_integral() or "." in str(value)]
    if not priced:
        return None
    most, line = max(priced, key=lambda pair: pair[0])
    return Read(most, 0.4, phrase('No line names a total; the largest amount is in "{line}".', line=line))


def _labelled(lines: list[str], at: int, pattern: re.Pattern[str]) -> tuple[Decimal, str] | None:
    line = lines[at]
    if not pattern.search(line) or _GIVEN.search(line):
        return None
    if _PART.search(line) or (
        pattern is _WEAK and _TAX.search(line) and not re.search(r"(?i)\bincl|inkl|ttc", line)
    ):
        return None
    values = _amounts(line)
    return (values[-1], line) if values else None


def _currency(lines: list[str], home: str) -> Read[str] | None:
    ordered = sorted(lines, key=lambda line: not (_STRONG.search(line) or _WEAK.search(line)))
    for line in ordered:
        code = _CODE.search(line)
        if code is not None:
            return Read(code[1], 0.95, phrase('The code {code} is in "{line}".', code=code[1], line=line))
        for sign, currency in (*_SIGNS, *_LOCAL_SIGNS):
            if sign in line:
                sure = 0.7 if sign in ("$", "¥") else 0.9
                return Read(currency, sure, phrase('The sign {sign} is in "{line}".', sign=sign, line=line))
    if home:
        return Read(home, 0.4, phrase("The receipt names no currency; {home} is the company's.", home=home))
    return None


def _day(lines: list[str], today: date | None, order: DayOrder) -> Read[date] | None:
    found: list[tuple[float, Dated, str]] = []
    for at, line in enumerate(lines):
        label = f"{lines[at - 1] if at else ''} {line}" if len(line) < 24 else line
        for one in dates(line, order):
            if today is not None and one.on > today:
                continue
            worth = 0.3 if _OTHER_DAY.search(label) else 0.95 if _DAY.search(label) else 0.8
            found.append((worth, one, line))
    if not found:
        return None
    worth, one, line = max(found, key=lambda piece: piece[0])
    if one.is_certain:
        return Read(one.on, worth, phrase('The day is in "{line}".', line=line))
    template = (
        'The day is in "{line}", read with the month first.'
        if order == "month"
        else 'The day is in "{line}", read with the day first.'
    )
    return Read(one.on, min(worth, 0.5), phrase(template, line=line))


def _merchant(lines: list[str]) -> Read[str] | None:
    head = lines[:8]
    names = [line for line in head if not _NOT_A_NAME.match(line) and re.search(r"[^\W\d_]{2,}", line)]
    names = [line for line in names if not _ADDRESS.search(line) and not dates(line) and not _amounts(line)]
    names = [line for line in names if not _DAY.match(line) and len(line) <= 60]
    legal = next((line for line in names if _LEGAL.search(line)), None)
    if legal is not None:
        return Read(legal, 0.9, phrase('"{name}" is a company by its form.', name=legal))
    if names:
        return Read(names[0], 0.7, phrase('"{name}" stands at the top.', name=names[0]))
    return None


def _tax(lines: list[str], total: Read[Decimal] | None) -> Read[Decimal] | None:
    found: list[tuple[Decimal, str]] = []
    for line in lines:
        if _TAX.search(line) and not _TAX_NUMBER.search(line) and not _STRONG.search(line):
            values = [value for value in _amounts(line) if total is None or value < total.value]
            if values and not re.search(r"(?i)\bexcl|ohne|hors\b", line):
                # Where net and gross stand beside it, the tax is the smallest.
                found.append((min(values), line))
    if not found:
        return None
    whole = next((pair for pair in found if re.search(r"(?i)\btotal\b", pair[1])), None)
    if whole is not None or len(found) == 1:
        value, line = whole or found[0]
        return Read(value, 0.85, phrase('The tax is in "{line}".', line=line))
    value = sum((one for one, _ in found), Decimal(0))
    if total is not None and value >= total.value:
        return Read(found[0][0], 0.4, phrase('The tax is in "{line}".', line=found[0][1]))
    return Read(value, 0.7, phrase("The tax is the sum of {n} lines.", n=len(found)))
