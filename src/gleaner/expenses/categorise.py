"""Which expense category and project a receipt is for, and whether it is in Harvest already."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Collection, Iterable, Mapping
from datetime import date
from decimal import Decimal
from typing import Literal

from gleaner.core.phrases import phrase
from gleaner.expenses.policy import Expense
from gleaner.expenses.receipt import Read, Receipt

_KINDS: tuple[tuple[str, str, str], ...] = (
    # What a category's name says, and what a receipt of that kind says.
    (
        r"lodging|hotel|accommodation|übernachtung|unterkunft|hébergement|alojamiento|alloggio",
        r"hotel|hostel|pension|room|nights?|übernachtung|zimmer|chambre|nuit|habitación|camera|kamer",
        phrase("somewhere to stay"),
    ),
    (
        r"transport|travel|reise|fahrt|déplacement|voyage|viaje|trasport",
        r"(?:radio)?taxi|cab|ride|train|bahn|fahrt|flight|airport|coaches|course|corsa|rit|billet",
        phrase("a journey"),
    ),
    (
        r"meal|food|verpflegung|essen|bewirtung|repas|comida|pasti|maaltijd",
        r"restaurant|(?:eet)?caf[ée]|kaffee|coffee|lunch|dinner|breakfast|brasserie|trattoria|\w+essen|menú|pranzo",
        phrase("a meal"),
    ),
    (
        r"office|supplies|büro|material|fournitures|oficina|ufficio|kantoor",
        r"papier\w*|paper|toner|notebooks?|stationers|papeterie|cahiers|cuadernos|librería|cartoleria|pennen?",
        phrase("something for the office"),
    ),
)


def category(
    receipt: Receipt, text: str, names: Collection[str], past: Iterable[Expense]
) -> Read[str] | None:
    """One of *names*: what the same merchant was filed as in *past*, else by the receipt's words."""
    usual = _usual(receipt, [one for one in past if one.category in names], "category")
    if usual is not None:
        return usual
    best: tuple[int, str, str, str] | None = None
    # A stationer sells paper, and coffee at times: the merchant's name counts twice.
    merchant = receipt.merchant.value if receipt.merchant is not None else ""
    for named, said, what in _KINDS:
        name = next((one for one in sorted(names) if re.search(rf"(?i){named}", one)), None)
        words = Counter(hit.lower() for hit in re.findall(rf"(?i)\b(?:{said})\b", f"{merchant}\n{text}"))
        if name is None or not words:
            continue
        if best is None or words.total() > best[0]:
            best = words.total(), name, words.most_common(1)[0][0], what
    if best is None:
        return None
    _, name, word, what = best
    return Read(name, 0.6, phrase('The word "{word}" speaks of {what}.', word=word, what=what))


def project(receipt: Receipt, past: Iterable[Expense], worked: Mapping[str, Decimal]) -> Read[str] | None:
    """A project by name: that of *past* expenses at the same merchant, else the one most *worked* for that day."""
    usual = _usual(receipt, list(past), "project")
    if usual is not None:
        return usual
    total = sum(worked.values(), Decimal(0))
    if receipt.on is None or total <= 0:
        return None
    name, hours = max(sorted(worked.items()), key=lambda pair: pair[1])
    share = float(hours / total)
    if share <= 0.5:
        return None
    why = phrase("{hours:.2f} of {all:.2f} h logged that day are for it.", hours=hours, all=total)
    return Read(name, round(0.6 * share, 2), why)


def already(receipt: Receipt, past: Iterable[Expense]) -> Expense | None:
    """The expense in Harvest that this receipt may be: the same amount and day, and no other currency."""
    if receipt.total is None or receipt.on is None:
        return None
    currency = receipt.currency.value if receipt.currency is not None else ""
    for one in past:
        same: tuple[Decimal, date] = (one.total_cost, one.spent_date)
        if same == (receipt.total.value, receipt.on.value) and (not currency or currency == one.currency):
            return one
    return None


def _usual(receipt: Receipt, past: list[Expense], what: Literal["category", "project"]) -> Read[str] | None:
    """What most expenses with the merchant in their notes have; None where they disagree."""
    if receipt.merchant is None:
        return None
    merchant = receipt.merchant.value.casefold()
    before = Counter(str(getattr(one, what)) for one in past if merchant in one.notes.casefold())
    if not before:
        return None
    ((value, count),) = before.most_common(1)
    if count * 2 <= before.total():
        return None
    sure = min(0.9, 0.6 + 0.1 * count)
    template = (
        "{n} of {all} earlier expenses there have this category."
        if what == "category"
        else "{n} of {all} earlier expenses there have this project."
    )
    return Read(value, sure, phrase(template, n=count, all=before.total()))
