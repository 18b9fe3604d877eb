"""Reports, ``/reports`` (``harvest/api`` §19): sums by Harvest, one row per subject and currency.

Days are *first* to *last*, both included, at most 365 of them. Reports have a rate limit of their own, 100 requests in
15 minutes; :mod:`.limits` keeps it.
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date
from typing import TypeVar

from gleaner.adapters.harvest import wire
from gleaner.adapters.harvest.encoding import Params
from gleaner.adapters.harvest.resource import Resource
from gleaner.adapters.harvest.transport import Transport

R = TypeVar("R", bound=wire.Wire)


class Reports:
    """Rows in Harvest's order: by name. *include_fixed_fee* counts the money of fixed-fee projects too."""

    def __init__(self, transport: Transport) -> None:
        self._transport = transport

    def time_by_client(
        self, first: date, last: date, *, include_fixed_fee: bool | None = None
    ) -> Iterator[wire.TimeByClient]:
        return self._rows("time/clients", wire.TimeByClient, _span(first, last, include_fixed_fee))

    def time_by_project(
        self, first: date, last: date, *, include_fixed_fee: bool | None = None
    ) -> Iterator[wire.TimeByProject]:
        return self._rows("time/projects", wire.TimeByProject, _span(first, last, include_fixed_fee))

    def time_by_task(
        self, first: date, last: date, *, include_fixed_fee: bool | None = None
    ) -> Iterator[wire.TimeByTask]:
        return self._rows("time/tasks", wire.TimeByTask, _span(first, last, include_fixed_fee))

    def time_by_person(
        self, first: date, last: date, *, include_fixed_fee: bool | None = None
    ) -> Iterator[wire.TimeByPerson]:
        return self._rows("time/team", wire.TimeByPerson, _span(first, last, include_fixed_fee))

    def expenses_by_client(self, first: date, last: date) -> Iterator[wire.ExpensesByClient]:
        return self._rows("expenses/clients", wire.ExpensesByClient, _span(first, last))

    def expenses_by_project(self, first: date, last: date) -> Iterator[wire.ExpensesByProject]:
        return self._rows("expenses/projects", wire.ExpensesByProject, _span(first, last))

    def expenses_by_category(self, first: date, last: date) -> Iterator[wire.ExpensesByCategory]:
        return self._rows("expenses/categories", wire.ExpensesByCategory, _span(first, last))

    def expenses_by_person(self, first: date, last: date) -> Iterator[wire.ExpensesByPerson]:
        return self._rows("expenses/team", wire.ExpensesByPerson, _span(first, last))

    def uninvoiced(
        self, first: date, last: date, *, include_fixed_fee: bool | None = None
    ) -> Iterator[wire.Uninvoiced]:
        """All billable projects, those without activity too. Fixed fees count unless that is False."""
        return self._rows("uninvoiced", wire.Uninvoiced, _span(first, last, include_fixed_fee))

    def project_budget(self, *, is_active: bool | None = None) -> Iterator[wire.ProjectBudget]:
        """All projects with a budget, as they stand now."""
        return self._rows("project_budget", wire.ProjectBudget, {"is_active": is_active})

    def _rows(self, name: str, model: type[R], params: Params) -> Iterator[R]:
        return Resource(self._transport, f"/reports/{name}", "results", model)._list(params)


def _span(first: date, last: date, include_fixed_fee: bool | None = None) -> Params:
    return {"from": first, "to": last, "include_fixed_fee": include_fixed_fee}
