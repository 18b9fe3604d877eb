"""Who may do what: one table for the whole API.  Source: api.md §7; what is uncertain is tagged there and
here.

A permission is ``<area>.<read|write>``.  A rule gives each base role a reach; a manager's extra role may
widen it. ``OWN`` is the person's own data, ``MANAGED`` adds assigned teammates and managed projects, ``ALL``
is the account.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import IntEnum
from typing import Any

BASE_ROLES = ("administrator", "manager", "member")
EXTRAS = (
    "project_creator",
    "billable_rates_manager",
    "managed_projects_invoice_drafter",
    "managed_projects_invoice_manager",
    "client_and_task_manager",
    "time_and_expenses_manager",
    "estimates_manager",
)


class Reach(IntEnum):
    """How far a permission goes."""

    NONE = 0
    OWN = 1
    MANAGED = 2
    ALL = 3


@dataclass(frozen=True)
class Rule:
    """The reach of each role.  Administrators reach everything."""

    member: Reach = Reach.NONE
    manager: Reach = Reach.NONE
    extras: Mapping[str, Reach] = field(default_factory=dict)
    """Extra role → the reach of a manager who has it."""


_CATALOGUE = Rule(extras={"client_and_task_manager": Reach.ALL})
_MANAGED = Rule(manager=Reach.MANAGED)
_ADMIN = Rule()
_SEEN = Rule(member=Reach.OWN, manager=Reach.MANAGED)
_KEPT = Rule(member=Reach.OWN, manager=Reach.OWN, extras={"time_and_expenses_manager": Reach.MANAGED})
_INVOICES = Rule(
    extras={
        "managed_projects_invoice_drafter": Reach.MANAGED,
        "managed_projects_invoice_manager": Reach.MANAGED,
    }
)
_ESTIMATES = Rule(extras={"estimates_manager": Reach.ALL})

TABLE: dict[str, Rule] = {
    "company.read": _ADMIN,
    "company.write": _ADMIN,
    "clients.read": _CATALOGUE,
    "clients.write": _CATALOGUE,
    "contacts.read": _CATALOGUE,
    "contacts.write": _CATALOGUE,
    "tasks.read": _CATALOGUE,
    "tasks.write": _CATALOGUE,
    "projects.read": _MANAGED,
    # Editing needs project_creator too: "create projects, edit managed ones".
    "projects.create": Rule(extras={"project_creator": Reach.ALL}),
    "projects.write": Rule(extras={"project_creator": Reach.MANAGED}),
    "task_assignments.read": _MANAGED,
    "task_assignments.write": _MANAGED,
    "user_assignments.read": _MANAGED,
    "user_assignments.write": _MANAGED,
    "users.read": _MANAGED,
    "users.write": _MANAGED,
    "users.create": _ADMIN,
    "me.read": Rule(member=Reach.OWN, manager=Reach.OWN),
    # Whether managers see their teammates' assignments is uncertain; the rest of §7 suggests they do.
    "project_assignments.read": Rule(member=Reach.OWN, manager=Reach.MANAGED),
    "billable_rates.read": Rule(extras={"billable_rates_manager": Reach.MANAGED}),
    "billable_rates.write": Rule(extras={"billable_rates_manager": Reach.MANAGED}),
    "cost_rates.read": _ADMIN,
    "cost_rates.write": _ADMIN,
    "teammates.read": _ADMIN,
    "teammates.write": _ADMIN,
    "roles.read": _ADMIN,
    "roles.write": _ADMIN,
    "time_entries.read": _SEEN,
    "time_entries.write": _KEPT,
    "expenses.read": _SEEN,
    "expenses.write": _KEPT,
    # The docs say administrators; whoever files an expense needs the list (switch ``members_list_categories``).
    "expense_categories.read": Rule(member=Reach.OWN, manager=Reach.OWN),
    "expense_categories.write": _ADMIN,
    "invoices.read": _INVOICES,
    "invoices.write": _INVOICES,
    # Sending, closing, payments and deleting: not for those who only draft.
    "invoices.manage": Rule(extras={"managed_projects_invoice_manager": Reach.MANAGED}),
    "invoice_item_categories.read": _INVOICES,
    "invoice_item_categories.write": _ADMIN,
    "estimates.read": _ESTIMATES,
    "estimates.write": _ESTIMATES,
    "estimate_item_categories.read": _ADMIN,
    "estimate_item_categories.write": _ADMIN,
    "reports.time": _SEEN,
    "reports.expenses": _SEEN,
    # Managers with a permission for invoices; that members are refused is uncertain.
    "reports.uninvoiced": _INVOICES,
    # Members see the projects that show their budget to all.
    "reports.project_budget": _SEEN,
}
"""Every permission an endpoint may ask for."""


def reach(access_roles: list[str], permission: str) -> Reach:
    """How far someone with *access_roles* gets with *permission*.

    >>> reach(["member"], "clients.read"), reach(["administrator"], "clients.read")
    (<Reach.NONE: 0>, <Reach.ALL: 3>)
    >>> reach(["manager", "client_and_task_manager"], "clients.read")
    <Reach.ALL: 3>
    >>> reach(["member", "client_and_task_manager"], "clients.read")
    <Reach.NONE: 0>
    """
    rule = TABLE[permission]
    if "administrator" in access_roles:
        return Reach.ALL
    if "manager" in access_roles:
        return max([rule.manager, *(rule.extras.get(role, Reach.NONE) for role in access_roles)])
    return rule.member


def sees_billable_rates(access_roles: list[str]) -> bool:
    """Whether rates and amounts are in the answers.  Source: api.md §7."""
    return "administrator" in access_roles or {"manager", "billable_rates_manager"} <= set(access_roles)


def sees_cost_rates(access_roles: list[str]) -> bool:
    """Administrators only.  Source: api.md §7."""
    return "administrator" in access_roles


def problem_with(access_roles: list[Any]) -> str | None:
    """What is wrong with a list of access roles; None when nothing is.  The words are ours (uncertain).

    >>> problem_with(["manager", "project_creator"]) is None, problem_with(["member", "project_creator"])
    (True, 'Access roles is invalid')
    """
    base = [role for role in access_roles if role in BASE_ROLES]
    extras = [role for role in access_roles if role not in BASE_ROLES]
    fits = len(base) == 1 and set(extras) <= set(EXTRAS) and (not extras or base == ["manager"])
    return None if fits else "Access roles is invalid"


_AREAS = (
    "billable_rates",
    "billing",
    "clients",
    "company",
    "cost_rates",
    "estimates",
    "expenses",
    "invoices",
    "projects",
    "tasks",
    "timers",
    "users",
)
CLAIMS: dict[str, list[str]] = {
    "administrator": [
        f"{area}:{verb}:{'own' if area in ('billing', 'company') else 'all'}"
        for area in _AREAS
        for verb in ("read", "write")
    ],
    "manager": [
        "expenses:read:managed",
        "expenses:write:own",
        "projects:read:managed",
        "timers:read:managed",
        "timers:write:own",
    ],
    "member": ["expenses:read:own", "expenses:write:own", "timers:read:own", "timers:write:own"],
}
"""``permissions_claims`` per base role, as seen live; undocumented.  Source: api.md §7."""
