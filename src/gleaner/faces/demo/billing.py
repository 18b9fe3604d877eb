"""The demo's end: the month is invoiced, budgets are looked at, and both are held beside what really happened."""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterable, Mapping
from datetime import UTC, date, datetime, time, timedelta
from decimal import Decimal

from gleaner import config
from gleaner.app.account import Account
from gleaner.app.billing.drafting import draft_due
from gleaner.app.billing.ruling import rules_of
from gleaner.app.billing.seeing import billing_copy, bills_of
from gleaner.app.billing.sending import approve, send
from gleaner.app.budget_alerts import message, planned
from gleaner.app.budget_check import check
from gleaner.app.budgeting import standings
from gleaner.app.looking import sync
from gleaner.core.catalog import ClientId, ProjectId, TaskId, UserId
from gleaner.core.rates import DatedRate, billable_rate
from gleaner.core.silent import SILENT
from gleaner.faces.demo.money import Invoiced, Month
from gleaner.faces.demo.spending import Cost, file_costs
from gleaner.faces.demo.state import Walk
from gleaner.faces.demo.truth import Block, Habit, Truth
from gleaner.invoicing.bills import Bill

OPENS = time(9, tzinfo=UTC)
"""The morning after the demo's last day, when the month is invoiced."""


def bill_the_month(state: Walk, seed: int) -> Month:
    """The morning after: invoice every client that is billed by the hour, let the invoices go, look at budgets.

    The rules go into the demo's ``gleaner.toml``.
    """
    account, truth = state.account, state.truth
    assert account.me is not None, "the demo works with its owner's token"
    owner = account.me.email
    state.clock.at = datetime.combine(truth.last + timedelta(1), OPENS)
    state.sandbox.set_clock(state.clock.at)
    true, doubles = file_costs(state, seed)
    sync(account, SILENT, first=truth.first, last=truth.last)
    account.settings = _with_rules(account, truth, owner)
    rules = rules_of(account)
    made = draft_due(account, rules, SILENT, by=owner)
    trouble = [f"{one.name}: {one.text}" for one in made if one.result != "drafted"]
    by_name = {one.name: one for one in rules}
    for bill in bills_of(account).all():
        rule = by_name[bill.plan.rule]
        approve(account, rule, bill)
        send(account, rule, bills_of(account).get(bill.key) or bill, by=owner)
    found = standings(account, SILENT, on=account.clock.now().date())
    alerts = [message(account, one).subject for one in planned(account, found)]
    compared = check(account, SILENT)
    days = (truth.first, truth.last)
    costs = list(billing_copy(account).spent(days))
    worth = Worth(account)
    return Month(
        tuple(_invoiced(worth, truth, one) for one in bills_of(account).all()),
        tuple(trouble),
        tuple(dict.fromkeys(alerts)),
        compared.compared,
        len(compared.differences),
        len(true),
        sum((one.user_id, one.on, one.total) in _facts(true) for one in costs),
        sum(one.invoice is not None for one in costs),
        sum(not one.has_receipt for one in costs),
        doubles,
    )


def _facts(true: Iterable[Cost]) -> set[tuple[UserId, date, Decimal]]:
    return {(one.person.id, one.on, one.amount) for one in true}


class Worth:
    """What hours are billed at, by the rates of the project, the task, the person and the day."""

    def __init__(self, account: Account) -> None:
        self._account = account
        catalog = account.catalog
        self._tasks = {(one.project_id, one.task_id): one for one in catalog.task_assignments}
        self._people = {(one.project_id, one.user_id): one for one in catalog.user_assignments}
        self._dated: dict[UserId, list[DatedRate]] = {}

    def of(self, work: Iterable[Block] | Iterable[Habit], client_id: ClientId) -> Decimal:
        """What *work* for that client comes to, projects with a fixed fee aside."""
        return sum((self._one(one) for one in work if self._is_for(one, client_id)), Decimal(0))

    def client(self, client_id: ClientId) -> str:
        return self._account.catalog.clients[client_id].name

    def _is_for(self, one: Block | Habit, client_id: ClientId) -> bool:
        project = self._account.catalog.projects.get(ProjectId(one.project_id or 0))
        return project is not None and project.client_id == client_id and not project.is_fixed_fee

    def _one(self, one: Block | Habit) -> Decimal:
        project_id, user_id = ProjectId(one.project_id or 0), UserId(one.user_id)
        if user_id not in self._dated:
            self._dated[user_id] = self._account.rates.billable(user_id)
        rate = billable_rate(
            self._account.catalog.projects[project_id], self._tasks.get((project_id, TaskId(one.task_id or 0))),
            self._people.get((project_id, user_id)), self._dated[user_id], one.on,
        )  # fmt: skip
        return one.hours * (rate.amount or Decimal(0))


def _invoiced(worth: Worth, truth: Truth, bill: Bill) -> Invoiced:
    client_id = bill.plan.action.client_id
    days = (truth.first, truth.last)
    blocks = [one for one in truth.blocks if days[0] <= one.on <= days[1] and one.project_id is not None]
    end = datetime.combine(truth.last + timedelta(1), OPENS)
    habits = [one for one in truth.habits if days[0] <= one.on <= days[1] and one.logged_at <= end]
    time_on = [one.value for one in bill.plan.items if one.kind == "time" and days[0] <= one.on <= days[1]]
    return Invoiced(
        bill.number, worth.client(client_id), bill.plan.action.currency, sum(time_on, Decimal(0)),
        worth.of(blocks, client_id), worth.of(habits, client_id),
        sum((one.value for one in bill.plan.items if one.kind == "expense"), Decimal(0)), bill.sent_at is not None,
    )  # fmt: skip


def _with_rules(account: Account, truth: Truth, owner: str) -> config.Settings:
    """The settings with a rule for each client that is billed by the hour, in the file too."""
    catalog = account.catalog
    clients: Mapping[ClientId, list[ProjectId]] = defaultdict(list)
    for project in catalog.projects.values():
        if project.is_billable and not project.is_fixed_fee:
            clients[project.client_id].append(project.id)
    lines: list[str] = []
    for client_id in sorted(clients):
        name = re.sub(r"[^a-z0-9]+", "-", catalog.clients[client_id].name.casefold()).strip("-")
        lines += [
            "[[invoices]]", f'name = "{name}"', f'client = "{client_id}"', f'author = "{owner}"',
            f'approvers = ["{owner}"]', 'expenses = "category"', "allow_zero = true",
            f'trigger = {{kind = "month-end", day = {_end(truth.last)}, grace_days = 0, at = 08:00:00}}', "",
        ]  # fmt: skip
    path = account.base / config.FILE
    path.write_text(path.read_text(encoding="utf-8") + "\n".join(["", *lines]), encoding="utf-8")
    rules = config.load(path).invoices
    return account.settings.model_copy(update={"invoices": rules})


def _end(last: date) -> int:
    return last.day
