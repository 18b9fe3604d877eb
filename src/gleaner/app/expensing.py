"""What people look up about expenses: what files say, and what is in Harvest."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import date, timedelta
from decimal import Decimal
from pathlib import Path

from gleaner.adapters.harvest import wire
from gleaner.app.account import Account
from gleaner.core.catalog import Person, UserId
from gleaner.core.errors import ConfigError, GleanerError
from gleaner.expenses.categorise import already, category, project
from gleaner.expenses.policy import Expense
from gleaner.expenses.receipt import Read, Receipt, read
from gleaner.expenses.text import ReceiptFile, receipt_file, words


@dataclass(frozen=True)
class Looked:
    """A file, and what it says as a receipt."""

    path: Path
    receipt: Receipt | None = None
    """None for a file that is refused."""
    digest: str = ""
    trouble: str = ""
    """Why it is refused, or why nothing could be read; a sentence."""
    same_as: Path | None = None
    """An earlier file with the very same content."""
    category: Read[str] | None = None
    project: Read[str] | None = None
    already: Expense | None = None
    """The expense in Harvest that this may be."""


MOST_FILES = 200


def files_of(paths: Iterable[Path]) -> list[Path]:
    """The files named, and those in the folders named, without hidden ones. Raises ConfigError."""
    found: list[Path] = []
    for path in paths:
        try:
            inside = sorted(path.iterdir()) if path.is_dir() else [path]
        except OSError as error:
            raise ConfigError(f"{path} cannot be read: {error.strerror}.") from error
        found += [
            one for one in inside if not one.is_dir() and not (path.is_dir() and one.name.startswith("."))
        ]
    if len(found) > MOST_FILES:
        raise ConfigError(f"that is {len(found)} files; take at most {MOST_FILES} at once.")
    return found


def looked_at(account: Account, person: Person, paths: Iterable[Path], today: date) -> list[Looked]:
    """What each file says, and what it would be for that person. One that is refused does not stop the others.

    The caller has checked that the token's owner may see the person's expenses.
    """
    known: list[tuple[set[str], Sequence[Expense]]] = []

    def names_and_past() -> tuple[set[str], Sequence[Expense]]:
        if not known:
            # What is counted in units, such as miles, has no receipt with a total.
            names = {one.name for one in account.expenses.categories() if one.unit_price is None}
            known.append((names, expenses_of(account, today - _PAST, today, person.id)))
        return known[0]

    looked: list[Looked] = []
    before: dict[str, Path] = {}
    for path in files_of(paths):
        try:
            file = receipt_file(path)
            if file.digest in before:
                looked.append(Looked(path, None, file.digest, same_as=before[file.digest]))
                continue
            before[file.digest] = path
            looked.append(replace(look(account, person, file, today, names_and_past), path=path))
        except GleanerError as error:
            looked.append(Looked(path, trouble=str(error)))
    return looked


_PAST = timedelta(days=365)


def look(
    account: Account,
    person: Person,
    file: ReceiptFile,
    today: date,
    known: Callable[[], tuple[set[str], Sequence[Expense]]],
) -> Looked:
    """What that file says, and what it would be. Raises Refused for a file that no receipt can be.

    *known* are the names of categories and the person's past expenses, asked for only where something was read.
    """
    said = words(file)
    one = Looked(Path(file.name), read(said.text, today=today), file.digest, said.trouble)
    if one.receipt is None or not said.text:
        return one
    names, past = known()
    worked: dict[str, Decimal] = {}
    day = one.receipt.on.value if one.receipt.on is not None else None
    if day is not None and account.mirror.covers(day, day):
        for entry in account.mirror.entries(day, day, person.id):
            project_of = account.catalog.projects.get(entry.project_id)
            if project_of is not None:
                worked[project_of.name] = worked.get(project_of.name, Decimal(0)) + entry.hours
    return replace(
        one,
        category=category(one.receipt, said.text, names, past),
        project=project(one.receipt, past, worked),
        already=already(one.receipt, past),
    )


def expenses_of(account: Account, first: date, last: date, user_id: UserId | None) -> list[Expense]:
    """Expenses in Harvest with a ``spent_date`` from *first* to *last*, oldest first; asked of Harvest now.

    The caller has checked that the token's owner may see them.
    """
    if user_id is None:
        found = list(account.client.expenses.list(first=first, last=last))
    else:
        found = list(account.client.expenses.list(first=first, last=last, user_id=user_id))
    read_now = [_plain(one, one.spent_date) for one in found if one.spent_date is not None]
    # Harvest ignores parameters it does not know: never show a stranger's.
    mine = [one for one in read_now if user_id in (None, one.user_id) and first <= one.spent_date <= last]
    return sorted(mine, key=lambda one: (one.spent_date, one.id))


def _plain(one: wire.Expense, spent_date: date) -> Expense:
    return Expense(
        one.id,
        one.user.id if one.user is not None else 0,
        one.user.name if one.user is not None else "",
        spent_date,
        one.project.name if one.project is not None else "",
        one.expense_category.name if one.expense_category is not None else "",
        one.total_cost,
        one.client.currency if one.client is not None else "",
        one.notes,
        one.receipt is not None and bool(one.receipt.url or one.receipt.file_name),
        one.is_locked,
        one.is_billed,
        one.billable,
    )
