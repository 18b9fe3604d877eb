"""One Harvest account, resource by resource."""

from __future__ import annotations

from collections.abc import Callable
from types import TracebackType
from typing import Self

import httpx2

from gleaner.adapters.harvest.clients import Clients
from gleaner.adapters.harvest.company import CompanySettings
from gleaner.adapters.harvest.contacts import Contacts
from gleaner.adapters.harvest.estimate_messages import EstimateMessages
from gleaner.adapters.harvest.estimates import Estimates
from gleaner.adapters.harvest.exchange import Exchange
from gleaner.adapters.harvest.expense_categories import ExpenseCategories
from gleaner.adapters.harvest.expenses import Expenses
from gleaner.adapters.harvest.invoice_messages import InvoiceMessages
from gleaner.adapters.harvest.invoice_payments import InvoicePayments
from gleaner.adapters.harvest.invoices import Invoices
from gleaner.adapters.harvest.item_categories import ItemCategories
from gleaner.adapters.harvest.limits import Throttle
from gleaner.adapters.harvest.project_assignments import ProjectAssignments
from gleaner.adapters.harvest.projects import Projects
from gleaner.adapters.harvest.rates import Rates
from gleaner.adapters.harvest.reports import Reports
from gleaner.adapters.harvest.roles import Roles
from gleaner.adapters.harvest.task_assignments import TaskAssignments
from gleaner.adapters.harvest.tasks import Tasks
from gleaner.adapters.harvest.teammates import Teammates
from gleaner.adapters.harvest.time_entries import TimeEntries
from gleaner.adapters.harvest.tokens import Tokens
from gleaner.adapters.harvest.transport import BASE_URL, USER_AGENT, Retries, Transport
from gleaner.adapters.harvest.user_assignments import UserAssignments
from gleaner.adapters.harvest.users import Users
from gleaner.core.catalog import AccountId


class Client:
    """Everything one person may do in one account. Threads may share it; close it, or use ``with``.

    *limits* None gives this client its own; share one :class:`.limits.Limits` among clients of an account.
    """

    def __init__(
        self,
        account_id: AccountId,
        token: str | Tokens,
        *,
        base_url: str = BASE_URL,
        timeout: float = 10.0,
        connect_timeout: float = 5.0,
        deadline: float = 25.0,
        limits: Throttle | None = None,
        retries: Retries = Retries(),  # noqa: B008  (frozen)
        user_agent: str = USER_AGENT,
        on_request: Callable[[str, str], None] | None = None,
        on_exchange: Callable[[Exchange], None] | None = None,
        before_write: Callable[[], None] | None = None,
        http: httpx2.BaseTransport | None = None,
    ) -> None:
        self.transport = Transport(
            account_id,
            token,
            base_url=base_url,
            timeout=timeout,
            connect_timeout=connect_timeout,
            deadline=deadline,
            limits=limits,
            retries=retries,
            user_agent=user_agent,
            on_request=on_request,
            on_exchange=on_exchange,
            before_write=before_write,
            http=http,
        )
        self.account_id = account_id
        self.company = CompanySettings(self.transport)
        self.users = Users(self.transport)
        self.clients = Clients(self.transport)
        self.contacts = Contacts(self.transport)
        self.projects = Projects(self.transport)
        self.tasks = Tasks(self.transport)
        self.task_assignments = TaskAssignments(self.transport)
        self.user_assignments = UserAssignments(self.transport)
        self.project_assignments = ProjectAssignments(self.transport)
        self.time_entries = TimeEntries(self.transport)
        self.billable_rates = Rates(self.transport, "billable_rates")
        self.cost_rates = Rates(self.transport, "cost_rates")
        self.teammates = Teammates(self.transport)
        self.roles = Roles(self.transport)
        self.expenses = Expenses(self.transport)
        self.expense_categories = ExpenseCategories(self.transport)
        self.invoices = Invoices(self.transport)
        self.invoice_messages = InvoiceMessages(self.transport)
        self.invoice_payments = InvoicePayments(self.transport)
        self.invoice_item_categories = ItemCategories(self.transport, "invoice_item_categories")
        self.estimates = Estimates(self.transport)
        self.estimate_messages = EstimateMessages(self.transport)
        self.estimate_item_categories = ItemCategories(self.transport, "estimate_item_categories")
        self.reports = Reports(self.transport)

    def __repr__(self) -> str:
        return f"<Harvest client for account {self.account_id} at {self.transport.base_url}>"

    @property
    def requests_made(self) -> int:
        """How many requests were sent so far, repeated ones included."""
        return self.transport.requests_made

    @property
    def is_closed(self) -> bool:
        return self.transport.is_closed

    def close(self) -> None:
        self.transport.close()

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        traceback: TracebackType | None,
    ) -> None:
        self.close()
