"""What each hour should be billed at, by what the catalog and people's dated rates say now. Pure.

Undated rates price the past anew until it is invoiced, and no change of the entries tells of it (``harvest/rates`` §1):
what is on no invoice is therefore seen as the project is set up now. A person's default rate has dates; it stands in
the entry, which Harvest priced by its day.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import date
from decimal import Decimal
from typing import NamedTuple

from gleaner.core.catalog import Catalog, ProjectId, TaskAssignment, TaskId, UserAssignment, UserId
from gleaner.core.rates import DatedRate, Rate, billable_rate
from gleaner.invoicing.work import Worked

_ALWAYS = date.max
"""Stands for a day where days make no difference."""


class _Slot(NamedTuple):
    """What a person's time on a task of a project has in common."""

    billable: bool
    rate: Decimal | None
    is_dated: bool
    """The person's default rate counts, so *rate* is none of this slot's."""


class RateBook:
    """The rates of one account, looked up."""

    def __init__(
        self, catalog: Catalog, defaults: Mapping[UserId, Sequence[DatedRate]] | None = None
    ) -> None:
        self._projects = catalog.projects
        self._defaults = defaults or {}
        self._tasks: dict[tuple[ProjectId, TaskId], TaskAssignment] = {}
        self._members: dict[tuple[ProjectId, UserId], UserAssignment] = {}
        self._slots: dict[tuple[ProjectId, TaskId, UserId], _Slot | None] = {}
        self._rates: dict[tuple[ProjectId, TaskId, UserId, date], Rate] = {}
        # An assignment that ended still prices its time; one that holds comes before it.
        for task in sorted(catalog.task_assignments, key=lambda one: one.is_active):
            self._tasks[task.project_id, task.task_id] = task
        for member in sorted(catalog.user_assignments, key=lambda one: one.is_active):
            self._members[member.project_id, member.user_id] = member

    def task(self, project_id: ProjectId, task_id: TaskId) -> TaskAssignment | None:
        """How the task is used there."""
        return self._tasks.get((project_id, task_id))

    def member(self, project_id: ProjectId, user_id: UserId) -> UserAssignment | None:
        """How the person is assigned there."""
        return self._members.get((project_id, user_id))

    def goes_by_default(self, project_id: ProjectId, user_id: UserId) -> bool:
        """Whether the person's own dated rates decide there."""
        project, member = self._projects.get(project_id), self.member(project_id, user_id)
        by_person = project is not None and project.bill_by == "People"
        return by_person and member is not None and member.use_default_rates

    def rate(self, one: Worked) -> Rate:
        """What *one* should be billed at, and why."""
        is_dated = self.goes_by_default(one.project_id, one.user_id)
        key = one.project_id, one.task_id, one.user_id, one.on if is_dated else _ALWAYS
        found = self._rates.get(key)
        if found is None:
            found = self._rates[key] = self._rate(one)
        return found

    def _rate(self, one: Worked) -> Rate:
        project = self._projects.get(one.project_id)
        if project is None:
            return Rate(None, ("The project is no longer in Harvest.",))
        defaults = self._defaults.get(one.user_id, ())
        task, member = self.task(one.project_id, one.task_id), self.member(one.project_id, one.user_id)
        return billable_rate(project, task, member, defaults, one.on)

    def if_billable(
        self, project_id: ProjectId, task_id: TaskId, user_id: UserId, on: date
    ) -> Decimal | None:
        """What an hour would be billed at if the task were billable there; None: nothing says."""
        project, task = self._projects.get(project_id), self.task(project_id, task_id)
        if project is None or task is None:
            return None
        member, defaults = self.member(project_id, user_id), self._defaults.get(user_id, ())
        return billable_rate(project, replace(task, billable=True), member, defaults, on).amount

    def now(self, one: Worked) -> Worked:
        """*one* as Harvest would bill it now: what is on an invoice stays as it is."""
        if one.is_billed:
            return one
        key = one.project_id, one.task_id, one.user_id
        if key not in self._slots:
            self._slots[key] = self._slot(*key)
        slot = self._slots[key]
        if slot is None:
            return one
        rate = (one.rate if slot.is_dated else slot.rate) if slot.billable else None
        if rate == one.rate and slot.billable == one.billable:
            return one
        return one._replace(billable=slot.billable, rate=rate)

    def _slot(self, project_id: ProjectId, task_id: TaskId, user_id: UserId) -> _Slot | None:
        """None where the catalog does not know enough to be asked."""
        project, task = self._projects.get(project_id), self.task(project_id, task_id)
        if project is None or task is None:
            return None
        member = self.member(project_id, user_id)
        if not (project.is_billable and task.billable):
            return _Slot(billable=False, rate=None, is_dated=False)
        if project.bill_by == "People" and (member is None or member.use_default_rates):
            return _Slot(billable=True, rate=None, is_dated=True)
        amount = billable_rate(project, task, member, (), date.min).amount
        return _Slot(billable=True, rate=amount, is_dated=False)
