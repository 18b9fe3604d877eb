"""Whether our sums are Harvest's: its own report of budgets beside ours, once a night."""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal

from gleaner.app.account import Account
from gleaner.app.budgeting import Standing, books, standings
from gleaner.budgets.burn import rounded
from gleaner.core.catalog import ProjectId
from gleaner.core.ports import Progress


@dataclass(frozen=True)
class Difference:
    """A budget on which we and Harvest do not agree, to the cent."""

    project: str
    ours: Decimal
    theirs: Decimal

    def __str__(self) -> str:
        return f"{self.project}: {self.ours:,.2f} used by our sum, {self.theirs:,.2f} by Harvest's"


@dataclass(frozen=True)
class Checked:
    """What a comparison found."""

    compared: int
    healed: int
    """Projects that differed until their time was read again: something old was deleted or priced anew."""
    differences: tuple[Difference, ...]


def check(account: Account, progress: Progress) -> Checked:
    """Compare every budget with Harvest's report; where they differ, the project is read again first."""
    theirs = books(account).report()
    before = standings(account, progress)
    wrong = _different(before, theirs)
    if wrong:
        books(account).read_again(wrong, progress)
        theirs = books(account).report()
    after = standings(account, progress) if wrong else before
    still = _different(after, theirs)
    return Checked(len(before), len(set(wrong) - set(still)), tuple(still.values()))


def _different(
    found: list[Standing], theirs: dict[ProjectId, tuple[Decimal | None, Decimal | None]]
) -> dict[ProjectId, Difference]:
    result = {}
    for one in found:
        _, spent = theirs.get(one.project.id, (None, None))
        if spent is not None and rounded(spent) != one.burn.spent:
            result[one.project.id] = Difference(one.project.name, one.burn.spent, rounded(spent))
    return result
