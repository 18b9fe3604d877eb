"""What the doctor says of billing rules: whether each can ever make an invoice, and somebody let it go."""

from __future__ import annotations

from collections.abc import Iterator

from gleaner.app.account import Account
from gleaner.app.billing.ruling import rules_of
from gleaner.app.billing.seeing import never_due
from gleaner.app.billing.sending import approvers_of, recipients_of
from gleaner.app.health import Check
from gleaner.core.errors import GleanerError
from gleaner.core.phrases import joined, phrase
from gleaner.invoicing.rules import BillingRule


def checks(account: Account) -> Iterator[Check]:
    """One check for each rule; nothing where there are none."""
    try:
        rules = rules_of(account)
    except GleanerError as error:
        yield Check(phrase("Invoices"), False, error.text)
        return
    for rule in rules:
        wrong = _wrong(account, rule)
        text = joined("; ", wrong) if wrong else joined(", ", (rule.trigger.sentence(), rule.send))
        yield Check(phrase("Invoices {rule}", rule=rule.name), not wrong, text)


def _wrong(account: Account, rule: BillingRule) -> list[str]:
    catalog, found = account.catalog, list[str]()
    projects = [catalog.projects[one] for one in rule.projects]
    if never := never_due(rule, catalog):
        found.append(never)
    if (
        not rule.bills_time
        and rule.trigger.needs_fee
        and not any(one.is_fixed_fee and one.fee for one in projects)
    ):
        found.append(phrase("its project has no fixed fee in Harvest"))
    if rule.trigger.needs_fee and sum(bool(one.is_fixed_fee and one.fee) for one in projects) > 1:
        found.append(
            phrase("it bills the fee of one of its projects only; name one project, or each_project = true")
        )
    if catalog.person(rule.author) is None:
        found.append(phrase("its author {author} is not an active person in Harvest", author=rule.author))
    approvers = approvers_of(account, rule)
    if approvers and not any("administrator" in one.access_roles for one in approvers):
        found.append(
            phrase("none of its approvers is an administrator in Harvest, and nobody else sees invoices")
        )
    if not approvers:
        found.append(phrase("nobody may let its invoices go: name approvers who are active in Harvest"))
    if not recipients_of(account, rule):
        found.append(
            phrase("there is nobody to send to: add a contact with an address in Harvest, or recipients")
        )
    if rule.send == "ask" and not account.settings.channels:
        found.append(phrase('send = "ask" needs a way to reach people: add [[channels]]'))
    return found
