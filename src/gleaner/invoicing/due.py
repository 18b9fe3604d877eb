"""When an invoice is due: what a trigger sees, and what it says. Triggers are in :mod:`gleaner.invoicing.triggers`."""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from decimal import Decimal
from zoneinfo import ZoneInfo

from gleaner.core.catalog import Project, ProjectId
from gleaner.core.invoices import Days, FeeLine
from gleaner.invoicing.work import NOTHING, Spent, Worked


@dataclass(frozen=True)
class Fired:
    """An invoice the rule was due for before, whatever became of it."""

    period: str
    on: date
    hours: Decimal = NOTHING
    amount: Decimal = NOTHING
    """Before discount and tax."""
    is_cancelled: bool = False
    until: date | None = None
    """The last day it billed, or would have; None: fees."""


@dataclass(frozen=True)
class Seen:
    """All that a trigger may go by."""

    now: datetime
    """Aware."""
    zone: ZoneInfo
    """In which days and months end."""
    projects: Sequence[Project]
    """The rule's, archived ones too."""
    worked: Sequence[Worked] = ()
    """Their billable time that is on no invoice; running timers are in it."""
    spent: Sequence[Spent] = ()
    """Their billable expenses that are on no invoice, if the rule bills expenses."""
    fired: Sequence[Fired] = ()
    """Oldest first."""
    phases: Mapping[str, date] = field(default_factory=dict)
    """By name in lower case: when a phase was done, as somebody said, or as what bears its name was archived. That of
    a milestone is ``owner/name#title``."""
    invoiced: Mapping[ProjectId, Decimal] = field(default_factory=dict)
    """What all lines of invoices for a project come to, drafts included."""
    retainers: Mapping[int, Decimal] = field(default_factory=dict)
    """By retainer, what its invoices asked for so far, before discount and tax."""
    drawn: Decimal = NOTHING
    """What all billable time and expenses of the projects are worth, invoiced or not."""

    @property
    def today(self) -> date:
        return self.now.astimezone(self.zone).date()

    @property
    def hours(self) -> Decimal:
        """Billable hours that can be invoiced now."""
        return sum((one.hours for one in self.worked if not one.is_running), NOTHING)

    @property
    def amount(self) -> Decimal:
        """What can be invoiced now, before discount and tax."""
        time = sum((one.value for one in self.worked if not one.is_running), NOTHING)
        return time + sum((one.value for one in self.spent), NOTHING)

    @property
    def days(self) -> list[date]:
        """The day of everything that waits, in no order."""
        return [one.on for one in self.worked] + [one.on for one in self.spent]

    def until(self, last: date) -> Days:
        """From the oldest day on which something waits to *last*."""
        return min([*self.days, last]), last

    def count(self) -> int:
        """How often the rule was due before."""
        return len({one.period for one in self.fired})

    def has_fired(self, period: str) -> bool:
        """Whether it was due for that period before; what was cancelled is not asked for again."""
        return any(one.period.casefold() == period.casefold() for one in self.fired)


@dataclass(frozen=True)
class Due:
    """An invoice is to be made."""

    period: str
    """What it is for, such as ``2026-03``; with the rule's name this is never due twice."""
    why: str
    """A sentence with the measurement that decided: ``41.5 billable hours wait; the rule says 40.``"""
    days: Days | None = None
    """Tracked time and expenses of these days; None: only *fees*."""
    fees: tuple[FeeLine, ...] = ()
    retainer_id: int | None = None


class Trigger(ABC):
    """Decides when. Its constructor is its configuration."""

    @abstractmethod
    def due(self, seen: Seen) -> Due | None:
        """What is due now, or None. Asked again it says the same until *seen* has that period."""

    @abstractmethod
    def sentence(self) -> str:
        """The rule in words: ``every 40 billable hours``."""

    def why_not(self, seen: Seen) -> str:  # noqa: ARG002 (for those who have something to say)
        """Why nothing is due although its time has come; empty when there is no such reason."""
        return ""

    def waits_for(self, seen: Seen) -> str:  # noqa: ARG002 (for those who have something to say)
        """What has to come before anything is due, where :meth:`sentence` alone leaves that open; or empty."""
        return ""

    @property
    def phases(self) -> Sequence[str]:
        """The phases it waits for, as they were written."""
        return ()

    @property
    def repositories(self) -> Sequence[str]:
        """Where it looks for milestones that end its phases."""
        return ()

    @property
    def bills_time(self) -> bool:
        """Whether what it is due for is tracked time and expenses, and not fees."""
        return True

    @property
    def needs_fee(self) -> bool:
        """Whether it bills the fixed fee of a project."""
        return False

    @property
    def needs_drawn(self) -> bool:
        """Whether it goes by what all work is worth, which takes reading all of it."""
        return False
