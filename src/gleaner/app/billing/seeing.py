"""What billing rules go by: uninvoiced work, phases, what was invoiced before; and which of them are due."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime
from decimal import Decimal
from functools import cached_property
from typing import TypeVar
from zoneinfo import ZoneInfo

from gleaner import config
from gleaner.adapters.harvest.billing_copy import BillingCopy
from gleaner.adapters.harvest.invoice_writer import InvoiceWriter
from gleaner.adapters.store.invoices import StoredInvoices
from gleaner.app.account import Account
from gleaner.app.daemon.around import known_people
from gleaner.app.daemon.roster import common_zone
from gleaner.capture.source import Milestones
from gleaner.core.catalog import Catalog, Project, ProjectId
from gleaner.core.errors import ConfigError
from gleaner.core.invoices import Days, Invoice, subtotal
from gleaner.core.phrases import begun, phrase
from gleaner.core.ports import Progress
from gleaner.invoicing.bills import Bill, Standing
from gleaner.invoicing.due import Due, Fired, Seen
from gleaner.invoicing.plan import Plan, plan
from gleaner.invoicing.rules import BillingRule
from gleaner.invoicing.work import NOTHING, Spent, Worked

W = TypeVar("W", Worked, Spent)


def billing_copy(account: Account) -> BillingCopy:
    return BillingCopy(account.engine, account.client, account.id)


def bills_of(account: Account) -> StoredInvoices:
    return StoredInvoices(account.engine, account.id)


@dataclass(frozen=True)
class Look:
    """How one rule stands now."""

    rule: BillingRule
    due: Due | None = None
    plan: Plan | None = None
    """What would be made of it."""
    note: str = ""
    """Why nothing is made although its time has come; empty: there is no such reason."""
    waits_for: str = ""
    """What has to come first, where nothing is due; empty where the rule's own sentence says it all."""

    @property
    def why(self) -> str:
        """Either of the two, as a sentence of its own."""
        return begun(self.note or self.waits_for)


class Books:
    """What the rules of an account go by, read once for all of them."""

    def __init__(self, account: Account) -> None:
        self.account = account
        self.copy = billing_copy(account)
        self.bills: Sequence[Bill] = bills_of(account).all()
        self._asked: dict[str, Mapping[str, date]] = {}

    @cached_property
    def zone(self) -> ZoneInfo:
        """The company's, in which days end."""
        return common_zone(known_people(self.account))

    @cached_property
    def open_time(self) -> Mapping[ProjectId, list[Worked]]:
        return _by_project(one for one in self.copy.worked(only_open=True) if one.billable)

    @cached_property
    def open_expenses(self) -> Mapping[ProjectId, list[Spent]]:
        return _by_project(one for one in self.copy.spent(only_open=True) if one.billable)

    @cached_property
    def invoices(self) -> list[Invoice]:
        return self.copy.invoices()

    @cached_property
    def drawn(self) -> Mapping[ProjectId, Decimal]:
        """By project, what all its billable work is worth."""
        sums: dict[ProjectId, Decimal] = defaultdict(Decimal)
        for one in self.copy.worked():
            sums[one.project_id] += one.value
        for cost in self.copy.spent():
            sums[cost.project_id] += cost.value
        return sums

    @cached_property
    def phases(self) -> Mapping[ProjectId | None, Mapping[str, date]]:
        """By project (None: on all), the phases that are done: somebody said so, or what bears its name is archived."""
        found: dict[ProjectId | None, dict[str, date]] = defaultdict(dict)
        for one in self.copy.archived():
            if one.at is not None:
                found[one.project_id].setdefault(one.name.casefold(), one.at.astimezone(self.zone).date())
        for project_id, said in bills_of(self.account).phases().items():
            found[project_id] |= said
        return found

    def seen(self, rule: BillingRule, time: Sequence[Worked], costs: Sequence[Spent]) -> Seen:
        """What *rule* goes by, *time* and *costs* being the uninvoiced work of its projects."""
        account = self.account
        done: dict[str, date] = dict(self.phases.get(None, {}))
        for project_id in rule.projects:
            done |= self.phases.get(project_id, {})
        for repository in rule.trigger.repositories:
            done |= self._milestones(repository)
        retainers: dict[int, Decimal] = defaultdict(Decimal)
        invoiced: dict[ProjectId, Decimal] = defaultdict(Decimal)
        if not rule.bills_time:
            for invoice in self.invoices:
                if invoice.retainer_id is not None:
                    retainers[invoice.retainer_id] += subtotal(invoice.lines)
                for line in invoice.lines:
                    if line.project_id is not None:
                        invoiced[line.project_id] += line.amount
        return Seen(
            account.clock.now().astimezone(UTC),
            self.zone,
            [self.account.catalog.projects[one] for one in rule.projects],
            time,
            costs if rule.expenses is not None else (),
            [fired(one) for one in self.bills if one.plan.rule == rule.name],
            done,
            invoiced,
            retainers,
            sum((self.drawn.get(one, NOTHING) for one in rule.projects), NOTHING)
            if rule.trigger.needs_drawn
            else NOTHING,
        )

    def look(self, rule: BillingRule) -> Look:
        """How *rule* stands by our copy."""
        return self.judge(rule, *self._work(rule))

    def look_live(self, rule: BillingRule, days: Days | None) -> Look:
        """How it stands by Harvest itself, asked now; of work only that of *days*."""
        if days is None:
            # What was invoiced of a fee counts as of now, or it could be asked for twice.
            others = [one for one in self.invoices if one.client_id != rule.client_id]
            self.invoices = [*others, *InvoiceWriter(self.account.client).all_of(rule.client_id)]
            return self.judge(rule, (), ())
        return self.judge(rule, *self.live_work(rule, days))

    def live_work(self, rule: BillingRule, days: Days) -> tuple[list[Worked], list[Spent]]:
        """The work of the rule's projects: of *days* as Harvest has it now, else what our copy has uninvoiced."""
        held_time, held_costs = self._work(rule)
        hourly = set(self.hourly(rule))

        def is_asked(project_id: ProjectId, on: date) -> bool:
            return project_id in hourly and days[0] <= on <= days[1]

        time, costs = self.copy.live(hourly, days)
        time += [one for one in held_time if not is_asked(one.project_id, one.on)]
        costs += [one for one in held_costs if not is_asked(one.project_id, one.on)]
        return time, costs

    def _work(self, rule: BillingRule) -> tuple[list[Worked], list[Spent]]:
        time = [one for project_id in rule.projects for one in self.open_time.get(project_id, ())]
        return time, [one for project_id in rule.projects for one in self.open_expenses.get(project_id, ())]

    def judge(self, rule: BillingRule, time: Sequence[Worked], costs: Sequence[Spent]) -> Look:
        """The same by *time* and *costs*, which may hold what was invoiced too."""
        hourly = set(self.hourly(rule))
        seen = self.seen(
            rule,
            [one for one in time if one.billable and not one.is_billed and one.project_id in hourly],
            [one for one in costs if one.billable and not one.is_billed and one.project_id in hourly],
        )
        due = rule.trigger.due(seen)
        if due is None:
            waits = never_due(rule, self.account.catalog) or rule.trigger.waits_for(seen)
            return Look(rule, note=rule.trigger.why_not(seen), waits_for=waits)
        made = plan(rule, due, self.account.catalog, time, costs, seen.today)
        return Look(rule, due, made, made.held)

    def _milestones(self, repository: str) -> Mapping[str, date]:
        """Closed milestones there, by ``owner/name#title`` in lower case; asked once."""
        if repository not in self._asked:
            self._asked[repository] = {
                f"{repository}#{title}".casefold(): at.astimezone(self.zone).date()
                for title, at in closed_milestones(self.account, repository).items()
            }
        return self._asked[repository]

    def hourly(self, rule: BillingRule) -> list[ProjectId]:
        """The rule's projects whose work can be billed: a fixed fee has a schedule of its own."""
        projects = (self.account.catalog.projects[one] for one in rule.projects)
        return [one.id for one in projects if _is_hourly(one)]

    def open_bill(self, rule: BillingRule) -> Bill | None:
        """An invoice of the rule that is not in Harvest yet: until it is, the rule is not asked again."""
        return next(
            (one for one in self.bills if one.plan.rule == rule.name and one.state is Standing.PLANNED), None
        )


def closed_milestones(account: Account, repository: str) -> Mapping[str, datetime]:
    """When each milestone there was closed, by title. Raises ConfigError when no source reads that repository."""
    for one in account.sources():
        source: object = one.source
        found = source.closed_milestones(repository) if isinstance(source, Milestones) else None
        if found is not None:
            return found
    raise ConfigError(
        phrase(
            "{file}, invoices: a trigger waits for a milestone in {repository}, and no source of "
            "kind github reads that",
            file=config.FILE,
            repository=repository,
        )
    )


def look_at_all(account: Account, rules: Iterable[BillingRule], progress: Progress) -> list[Look]:
    """How each rule stands by our copy; uninvoiced work from before its days is read first, once."""
    billing_copy(account).complete(progress)
    books = Books(account)
    return [books.look(rule) for rule in rules]


def fired(bill: Bill) -> Fired:
    """What a trigger is told of an earlier invoice."""
    is_cancelled = bill.state is Standing.CANCELLED
    days = bill.plan.days if is_cancelled else bill.plan.action.days
    until = days[1] if days is not None else None
    return Fired(bill.plan.period, bill.on, bill.plan.hours, bill.plan.totals.subtotal, is_cancelled, until)


def never_due(rule: BillingRule, catalog: Catalog) -> str:
    """Why *rule* can bill nothing of its projects, whatever is worked on them; empty when it can."""
    projects = [catalog.projects[one] for one in rule.projects]
    if not rule.bills_time or any(_is_hourly(one) for one in projects):
        return ""
    if rule.trigger.phases and any(one.is_fixed_fee for one in projects):
        return phrase(
            "its projects have a fixed fee and no time to bill, so it will never be due; the trigger"
            " fixed-fee-schedule bills parts of a fee when a phase is done"
        )
    return phrase("none of its projects is billed by the hour, so it will never be due")


def _is_hourly(project: Project) -> bool:
    return project.is_billable and not project.is_fixed_fee


def _by_project(work: Iterable[W]) -> Mapping[ProjectId, list[W]]:
    found: dict[ProjectId, list[W]] = defaultdict(list)
    for one in work:
        found[one.project_id].append(one)
    return found
