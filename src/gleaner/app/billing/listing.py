"""Invoices as people look at them: which there are, one from top to bottom, what rules would have made."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, time

from gleaner.app.account import Account
from gleaner.app.billing.drafting import IN_HARVEST, check
from gleaner.app.billing.following import Late, late_for
from gleaner.app.billing.ruling import rules_called, rules_of
from gleaner.app.billing.seeing import Books, Look, billing_copy, bills_of
from gleaner.core.errors import ConfigError, Refused
from gleaner.core.phrases import phrase
from gleaner.core.ports import Progress
from gleaner.invoicing.bills import Bill
from gleaner.invoicing.due import Seen
from gleaner.invoicing.proof import Proof
from gleaner.invoicing.rules import BillingRule
from gleaner.invoicing.simulate import WouldBe, back, simulate


@dataclass(frozen=True)
class Listed:
    """An invoice, and what came too late for it."""

    bill: Bill
    late: Late | None


def check_may_bill(account: Account) -> None:
    """Raises Refused unless the token's owner is an administrator: others do not see what clients are billed."""
    if not account.is_administrator:
        raise Refused(phrase("only an administrator sees and makes invoices"))


def listed(account: Account, progress: Progress) -> tuple[list[Listed], list[Look]]:
    """All invoices, latest first, and how each rule stands now."""
    billing_copy(account).complete(progress)
    books = Books(account)
    late = late_for(books, books.bills)
    looks = [books.look(rule) for rule in rules_of(account)]
    return [Listed(one, late.get(one.key)) for one in reversed(books.bills)], looks


def bill_called(account: Account, text: str) -> Bill:
    """The invoice whose short name or number that is, or begins so. Raises ConfigError for none or several."""
    wanted = text.strip().removeprefix("#")
    if not wanted:
        raise ConfigError(phrase("name an invoice; see: gleaner invoices"))
    found = bills_of(account).by_short(wanted)
    exact = [one for one in found if wanted in (one.short, one.number)]
    if len(exact or found) == 1:
        return (exact or found)[0]
    if found:
        names = ", ".join(f"{one.short} ({one.key})" for one in found)
        raise ConfigError(phrase('"{text}" begins several invoices: {names}', text=text, names=names))
    raise ConfigError(phrase('there is no invoice "{text}"; see: gleaner invoices', text=text))


def rule_of(account: Account, bill: Bill) -> BillingRule:
    """The rule that made it. Raises ConfigError when the file has it no longer: nobody knows then who may let it go."""
    try:
        return next(one for one in rules_called(account, bill.plan.rule) if one.name == bill.plan.rule)
    except (ConfigError, StopIteration) as error:
        raise ConfigError(
            phrase(
                'the rule "{rule}" of this invoice is not there any more; put it back, or go on in Harvest',
                rule=bill.plan.rule,
            )
        ) from error


def proven(account: Account, bill: Bill) -> tuple[Bill, Proof | None]:
    """The invoice with its proof as of now; None for what is not, or no longer, a draft in Harvest."""
    if bill.state not in IN_HARVEST or bill.doing:
        return bill, None
    proof = check(account, bill)[0]
    return bills_of(account).get(bill.key) or bill, proof


def would_have_been(
    account: Account, rules: Sequence[BillingRule], months: int, on: date, progress: Progress
) -> dict[str, list[WouldBe]]:
    """What each of *rules* would have made in the *months* up to *on*. Raises Refused where our copy begins later."""
    first = back(on, months)
    if not account.mirror.covers(first, on):
        raise Refused(
            phrase(
                "our copy of Harvest does not reach back to {first}; set entries_days in [capture] to "
                "more than {days}, then sync",
                first=str(first),
                days=str((on - first).days),
            )
        )
    books, found = Books(account), {}
    work = [one for one in books.copy.worked((first, on)) if one.billable]
    costs = [one for one in books.copy.spent((first, on)) if one.billable]
    with progress.step("Looking at each day", total=len(rules)) as step:
        for rule in rules:
            hourly = set(books.hourly(rule))
            seen = books.seen(rule, (), ())
            evening = datetime.combine(on, time(23, 59), seen.zone).astimezone(UTC)
            blank = Seen(evening, seen.zone, seen.projects, phases=seen.phases)
            found[rule.name] = simulate(
                rule, blank, account.catalog, [one for one in work if one.project_id in hourly],
                [one for one in costs if one.project_id in hourly and rule.expenses is not None], first,
            )  # fmt: skip
            step.advance()
    return found
