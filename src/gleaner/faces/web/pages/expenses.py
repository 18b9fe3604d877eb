"""Expenses: bring receipts, see what was read of them, put it right, file it; what was filed, and taking it back."""

from __future__ import annotations

from datetime import date
from decimal import Decimal, InvalidOperation

from starlette.datastructures import UploadFile
from starlette.responses import Response

from gleaner.app.bringing import (
    MOST_AT_ONCE,
    Became,
    Brought,
    bring,
    filed_by,
    receipt_of,
    refused_of,
    waiting_for,
)
from gleaner.app.deciding import accept, dismiss, edit, item_named, undo
from gleaner.app.filing import Said as Filing
from gleaner.app.filing import corrected_expense
from gleaner.app.finding import projects_of
from gleaner.core.actions import CreateExpense
from gleaner.core.apart import project_names
from gleaner.core.errors import ConfigError, GleanerError, Refused, Unavailable
from gleaner.core.silent import SILENT
from gleaner.expenses.content import MOST_BYTES
from gleaner.faces.web import files
from gleaner.faces.web.guard import MOST_FILES
from gleaner.faces.web.registry import Pages
from gleaner.faces.web.visit import NotFound, Said, Visit
from gleaner.review.door import Outcome
from gleaner.review.inbox import Item

_TOGETHER = MOST_FILES - 100_000
"""Bytes of all files in one go; the rest is for what a form says around them."""


def add(pages: Pages) -> None:
    pages.get("/expenses", expenses, nav="Expenses", rank=30)
    pages.post("/expenses/receipts", brought)
    pages.get("/expenses/receipts/{digest}", receipt)
    pages.get("/expenses/receipts/{digest}/small", receipt_small)
    pages.post("/expenses/{item}/file", file)
    pages.post("/expenses/{item}/dismiss", reject)
    pages.post("/expenses/{item}/undo", take_back)


def expenses(visit: Visit) -> Response:
    """Their own, of the last month."""
    account, person = visit.account, visit.person
    waiting = waiting_for(account, person)
    away = ""
    try:
        filed = filed_by(account, person, visit.today)
        categories = account.expenses.categories() if waiting else []
    except Unavailable as error:
        filed, categories, away = [], [], visit.words.again(error.text)
    return visit.show(
        "expenses.html", title=visit.words.text("Expenses"), waiting=waiting, filed=filed, away=away,
        refused=refused_of(account, person), categories=categories,
        projects=project_names(projects_of(person.id, account.catalog), account.catalog),
        names={one.id: one.name for one in account.catalog.projects.values()}, most=MOST_AT_ONCE,
        megabytes=MOST_BYTES // 1_000_000, megabytes_together=_TOGETHER // 1_000_000, most_bytes=_TOGETHER,
    )  # fmt: skip


# --- bringing ----------------------------------------------------------------------------------------------------


def brought(visit: Visit) -> Response:
    """Receipts that were chosen or dropped there."""
    words = visit.words
    sent = [one for one in visit.form.getlist("receipts") if isinstance(one, UploadFile) and one.filename]
    if not sent:
        raise ConfigError(words.text("Choose one receipt or more: png, gif, jpg or pdf."))
    files_ = [Brought(one.filename or "", one.size or 0, one.file.read) for one in sent]
    source = "brought on the page of expenses"
    done = bring(visit.account, visit.person, files_, visit.today, source)
    text = " ".join(_became(visit, one) for one in done)
    return visit.go("/expenses", Said(text, is_good=not any(one.trouble for one in done)))


def _became(visit: Visit, one: Became) -> str:
    words = visit.words
    if one.trouble or one.taken is None:
        return one.trouble
    name = one.taken.kept.name
    if one.taken.is_new:
        return words.text("{name} waits below: look at what was read of it.", name=name)
    return words.text("{name} was brought before.", name=name)


def receipt(visit: Visit) -> Response:
    """One of their receipts."""
    return files.receipt(visit.request, *receipt_of(visit.account, visit.person, visit.part("digest")))


def receipt_small(visit: Visit) -> Response:
    """A small picture of it."""
    content, name = receipt_of(visit.account, visit.person, visit.part("digest"))
    if content is None:
        raise NotFound
    return files.thumbnail(visit.request, content, name)


# --- deciding ----------------------------------------------------------------------------------------------------


def file(visit: Visit) -> Response:
    """File it, as it was read or as the form says now."""
    item = _item(visit)
    try:
        said = _filing(visit, item)
        if said.is_empty:
            outcomes = accept(visit.account, [item], SILENT, by=visit.me)
        else:
            changed = corrected_expense(visit.account, item, said, today=visit.today)
            outcomes = edit(visit.account, item, changed, SILENT, by=visit.me)
    except GleanerError as error:
        return visit.go("/expenses", Said(visit.words.again(error.text), is_good=False))
    return visit.go("/expenses", _outcome(outcomes[0], item))


def reject(visit: Visit) -> Response:
    """It is no expense; the same receipt is not proposed again."""
    item = _item(visit)
    try:
        dismiss(visit.account, [item], by=visit.me, why=visit.said("why", 200))
    except Refused as error:
        return visit.go("/expenses", Said(visit.words.again(error.text), is_good=False))
    text = visit.words.text("Dismissed: {title}. Nothing was filed.", title=item.proposal.title)
    return visit.go("/expenses", Said(text))


def take_back(visit: Visit) -> Response:
    """Delete in Harvest what was filed from here."""
    item = _item(visit)
    outcomes = undo(visit.account, [item], by=visit.me)
    if not outcomes:
        return visit.go("/expenses", Said(visit.words.text("There was nothing to take back."), is_good=False))
    return visit.go("/expenses", Said(outcomes[0].text, is_good=outcomes[0].result == "applied"))


def _outcome(outcome: Outcome, item: Item) -> Said:
    is_done = outcome.result in ("applied", "found")
    return Said(outcome.text, is_done, f"/expenses/{item.short}/undo" if is_done and outcome.can_undo else "")


def _item(visit: Visit) -> Item:
    """The new expense with that short name, if it is theirs. Raises NotFound."""
    try:
        item = item_named(visit.account, visit.part("item"))
    except (ConfigError, Refused):
        raise NotFound from None
    action = item.proposal.action
    if not isinstance(action, CreateExpense) or action.user_id != visit.person.id:
        raise NotFound
    return item


def _filing(visit: Visit, item: Item) -> Filing:
    """What the form says otherwise than the proposal: what a person did not touch stays as it was read."""
    action = item.proposal.action
    assert isinstance(action, CreateExpense)
    project, category = visit.said("project", 100), visit.said("category", 200)
    amount, units = _number(visit, "amount"), _number(visit, "units")
    notes = visit.said("notes") if "notes" in visit.form else None
    return Filing(
        project=project if project and project != str(action.project_id or "") else None,
        category=category
        if category and (action.category is None or category != action.category.name)
        else None,
        amount=amount if amount != action.total_cost else None,
        units=units if units != action.units else None,
        on=_day(visit, action.spent_date),
        notes=notes if notes is not None and notes != action.notes else None,
    )


def _number(visit: Visit, name: str) -> Decimal | None:
    text = visit.said(name, 40)
    if not text:
        return None
    try:
        return Decimal(text.replace(",", ".", 1) if "." not in text else text)
    except InvalidOperation:
        raise ConfigError(
            visit.words.text("“{text}” is no amount; write 150 or 150.00.", text=text)
        ) from None


def _day(visit: Visit, was: date) -> date | None:
    text = visit.said("on", 20)
    if not text:
        return None
    try:
        found = date.fromisoformat(text)
    except ValueError:
        raise ConfigError(visit.words.text("That is no day; write it as 2026-03-10.")) from None
    return found if found != was else None
