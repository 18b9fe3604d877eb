"""What the pages say about invoices, in the reader's language."""

from __future__ import annotations

from gleaner.core.language import Words
from gleaner.faces.web.templating import amount, number
from gleaner.invoicing.bills import Bill, Standing
from gleaner.invoicing.plan import LeftOut
from gleaner.invoicing.proof import Proof


def state_word(words: Words, bill: Bill) -> str:
    """Where it stands, in a word or two."""
    return {
        Standing.PLANNED: words.text("not in Harvest yet"), Standing.DRAFT: words.text("draft"),
        Standing.DIFFERS: words.text("does not add up"), Standing.APPROVED: words.text("approved"),
        Standing.SENT: words.text("sent"), Standing.PAID: words.text("paid"),
        Standing.CLOSED: words.text("written off"), Standing.CANCELLED: words.text("cancelled"),
    }[bill.state]  # fmt: skip


def left_out(words: Words, one: LeftOut, project: str) -> str:
    """``4.00 h on Apollo (320.00): older than the days of this invoice``."""
    why = {
        "not approved": words.text("waits for approval, or lies after a day that does"),
        "over the cap": words.text("over the cap of the rule"), "runs still": words.text("on a timer that runs"),
        "already invoiced": words.text("invoiced already"), "no rate": words.text("no rate"),
        "earlier": words.text("older than the days of this invoice"),
        "later": words.text("after the days of this invoice"), "fixed fee": words.text("on a fixed fee"),
    }[one.reason]  # fmt: skip
    what = (
        f"{number(one.hours, words)} h"
        if one.hours
        else words.count("{n} expense", "{n} expenses", one.count)
    )
    return words.text(
        "{what} on {project} ({amount}): {why}",
        what=what,
        project=project,
        amount=amount(one.amount, words),
        why=why,
    )


def proof_strip(words: Words, proof: Proof) -> str:
    """``84 entries · 126.50 h · Σ entries × rate = 15,812.50 USD = invoice total ✓``."""
    parts = []
    if proof.entries:
        parts += [words.count("{n} entry", "{n} entries", proof.entries), f"{number(proof.hours, words)} h"]
    if proof.expenses:
        parts.append(words.count("{n} expense", "{n} expenses", proof.expenses))
    total = f"{amount(proof.exact, words)} {proof.currency}"
    said = words.text("Σ entries × rate = {total}", total=total) if proof.entries else f"Σ = {total}"
    if proof.rounding:
        sign = "+" if proof.rounding > 0 else "−"
        said += words.text(", {more} by effective rates", more=f"{sign}{amount(abs(proof.rounding), words)}")
    if proof.total != proof.subtotal:
        said += words.text(" → {total} with discount and tax", total=amount(proof.total, words))
    if proof.adds_up:
        return " · ".join([*parts, said]) + words.text(" = invoice total ✓")
    count = len(proof.differences)
    ends = words.count(" ≠ invoice total: {n} difference", " ≠ invoice total: {n} differences", count)
    return " · ".join([*parts, said]) + ends
