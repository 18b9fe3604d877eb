"""Harvest's objects as they arrive, and as the nouns of :mod:`gleaner.core`; one file per resource.

Harvest mixes absent, ``null`` and ``""`` for "nothing", and strings and numbers for scalars; here all three are
nothing and both are the same. Fields we do not know are kept (``extra="allow"``). Field by field: ``harvest/api``
§8–§19.
"""

from __future__ import annotations

from gleaner.adapters.harvest.wire.assignments import (
    OwnAssignment,
    OwnTaskAssignment,
    ProjectAssignment,
    TaskAssignment,
    UserAssignment,
)
from gleaner.adapters.harvest.wire.billing import Bill, Line
from gleaner.adapters.harvest.wire.categories import ExpenseCategory, ItemCategory
from gleaner.adapters.harvest.wire.clients import Client
from gleaner.adapters.harvest.wire.company import Clock, Company, WeekStart
from gleaner.adapters.harvest.wire.contacts import Contact
from gleaner.adapters.harvest.wire.estimates import Estimate, EstimateState
from gleaner.adapters.harvest.wire.expenses import CategoryRef, Expense, Receipt
from gleaner.adapters.harvest.wire.invoices import Invoice, InvoiceLine, InvoiceState, Payment, PaymentGateway
from gleaner.adapters.harvest.wire.messages import InvoiceMessage, Message, MessageDraft, Recipient
from gleaner.adapters.harvest.wire.objects import ClientRef, NumberRef, ProjectRef, Ref, Stamped, Wire, read
from gleaner.adapters.harvest.wire.projects import Project
from gleaner.adapters.harvest.wire.rates import Rate
from gleaner.adapters.harvest.wire.reports import (
    ExpenseRow,
    ExpensesByCategory,
    ExpensesByClient,
    ExpensesByPerson,
    ExpensesByProject,
    OfClient,
    OfPerson,
    OfProject,
    ProjectBudget,
    TimeByClient,
    TimeByPerson,
    TimeByProject,
    TimeByTask,
    TimeRow,
    Uninvoiced,
)
from gleaner.adapters.harvest.wire.roles import Role
from gleaner.adapters.harvest.wire.tasks import Task
from gleaner.adapters.harvest.wire.time_entries import ExternalReference, TimeEntry
from gleaner.adapters.harvest.wire.users import Teammate, User

__all__ = [
    "Bill",
    "CategoryRef",
    "Client",
    "ClientRef",
    "Clock",
    "Company",
    "Contact",
    "Estimate",
    "EstimateState",
    "Expense",
    "ExpenseCategory",
    "ExpenseRow",
    "ExpensesByCategory",
    "ExpensesByClient",
    "ExpensesByPerson",
    "ExpensesByProject",
    "ExternalReference",
    "Invoice",
    "InvoiceLine",
    "InvoiceMessage",
    "InvoiceState",
    "ItemCategory",
    "Line",
    "Message",
    "MessageDraft",
    "NumberRef",
    "OfClient",
    "OfPerson",
    "OfProject",
    "OwnAssignment",
    "OwnTaskAssignment",
    "Payment",
    "PaymentGateway",
    "Project",
    "ProjectAssignment",
    "ProjectBudget",
    "ProjectRef",
    "Rate",
    "Receipt",
    "Recipient",
    "Ref",
    "Role",
    "Stamped",
    "Task",
    "TaskAssignment",
    "Teammate",
    "TimeByClient",
    "TimeByPerson",
    "TimeByProject",
    "TimeByTask",
    "TimeEntry",
    "TimeRow",
    "Uninvoiced",
    "User",
    "UserAssignment",
    "WeekStart",
    "Wire",
    "read",
]
