"""What a command needs around its one idea: the account opened, days chosen, progress shown, things printed."""

from __future__ import annotations

import json
import sys
from collections.abc import Iterable, Iterator, Sequence
from contextlib import AbstractContextManager, contextmanager
from datetime import date, time, timedelta
from decimal import Decimal
from pathlib import Path
from typing import TYPE_CHECKING, Any

from gleaner.core.errors import ConfigError, Unavailable
from gleaner.core.ports import Progress, Step
from gleaner.core.silent import SILENT
from gleaner.core.text import shown

if TYPE_CHECKING:
    from gleaner.app.account import Account
    from gleaner.core.catalog import Person


def opened(config: Path | None, account: int | None) -> AbstractContextManager[Account]:
    """The configured account, open for the time of a ``with``."""
    from gleaner.app.account import open_account

    return open_account(config, account=account)


def synced(account: Account, first: date | None = None, last: date | None = None) -> Account:
    """The same account, its local copy filled at least once, and holding the days from *first* to *last* if given."""
    from gleaner.app.looking import freshen, sync

    today = today_of(account)
    begin = first if first is not None else today
    end = last if last is not None else begin
    try:
        account.mirror.as_of()
    except Unavailable:
        sync(account, progress(), first=min(begin, today), last=max(end, today))
    else:
        if first is not None and not account.mirror.covers(begin, end):
            freshen(account, progress(), first=begin, last=end)
    return account


def held(account: Account, first: date, last: date) -> Account:
    """The same; a manager reads the copy of a team as it is, for their token may not fill it."""
    from gleaner.app.readers import is_administrator

    synced(account)
    is_personal = len(account.catalog.people) == 1
    return synced(account, first, last) if is_personal or is_administrator(account) else account


def person_named(account: Account, address: str | None) -> Person:
    """The person with that address, or the token's owner."""
    if address is not None:
        person = account.person(address)
        account.check_may_see(person.id)
        return person
    if account.me is None:
        raise ConfigError("the token's owner is not an active person of this account; name one with --person")
    return account.me


def today_of(account: Account, person: Person | None = None) -> date:
    """Today where the person is."""
    now = account.clock.now()
    return (now.astimezone(person.zone) if person else now.astimezone()).date()


def chosen_days(on: date | None, first: date | None, last: date | None, today: date) -> tuple[date, date]:
    """The days a command is about: ``--on``, or ``--from`` with ``--to``, otherwise today."""
    first, last = days_between(on, first, last)
    if first is None:
        first = last if last is not None else today
    if last is None:
        last = max(today, first)
    if (last - first).days > 366:
        raise ConfigError("that is more than a year; take it in parts")
    return first, last


def days_between(on: date | None, first: date | None, last: date | None) -> tuple[date | None, date | None]:
    """``--on`` as first and last day, or ``--from`` and ``--to`` as given; None where nobody said."""
    if on is not None and (first is not None or last is not None):
        raise ConfigError("give --on, or --from and --to, not both")
    if on is not None:
        return on, on
    if first is not None and last is not None and last < first:
        raise ConfigError(f"--to {last} is before --from {first}")
    return first, last


# --- output ------------------------------------------------------------------------------------------------------


def print_json(value: object) -> None:
    """One JSON document on stdout."""
    sys.stdout.write(as_json(value))


def as_json(value: object) -> str:
    """*value* as the JSON document it is for programs."""
    return json.dumps(value, default=_plain, ensure_ascii=False, indent=2) + "\n"


def write_new(file: Path, text: str) -> None:
    """Write *text* into a new file that only its owner can read, whole or not at all.

    Raises ConfigError when there is such a file, or it cannot be written.
    """
    write_bytes(file, text.encode())


def write_bytes(file: Path, content: bytes) -> None:
    """The same for what is no text."""
    import os

    try:
        descriptor = os.open(file, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    except FileExistsError:
        raise ConfigError(f"{file} is there already; name another file") from None
    except OSError as error:
        raise ConfigError(f"{file} cannot be written: {error.strerror}") from error
    try:
        with os.fdopen(descriptor, "wb") as opened_file:
            opened_file.write(content)
    except OSError as error:
        file.unlink(missing_ok=True)
        raise Unavailable(f"{file} cannot be written: {error.strerror}") from error


def _plain(value: object) -> object:
    """What JSON has no word for: hours are numbers, lengths of time seconds, moments and days ISO 8601."""
    match value:
        case Decimal():
            return float(value)
        case timedelta():
            return value.total_seconds()
        case date() | time():  # a datetime is a date
            return value.isoformat()
        case frozenset() | set():
            return sorted(value)
        case _:
            return str(value)


def say(*lines: str) -> None:
    """Data for people, on stdout."""
    for line in lines:
        sys.stdout.writelines(f"{shown(part)}\n" for part in line.split("\n"))


def tell(*lines: str) -> None:
    """Everything that is not data, on stderr."""
    for line in lines:
        sys.stderr.writelines(f"{shown(part)}\n" for part in line.split("\n"))


def table(columns: Sequence[str], rows: Iterable[Sequence[str]], *, right: Sequence[str] = ()) -> None:
    """A table that fits the terminal; untrusted text in it stays text."""
    from rich import box
    from rich.console import Console
    from rich.table import Table
    from rich.text import Text

    grid = Table(box=box.SIMPLE_HEAD, pad_edge=False)
    for column in columns:
        grid.add_column(column, justify="right" if column in right else "left", overflow="fold")
    for row in rows:
        grid.add_row(*(Text("\n".join(map(shown, cell.split("\n")))) for cell in row))
    console = Console(file=sys.stdout, highlight=False, soft_wrap=False)
    if not console.is_terminal:
        console = Console(file=sys.stdout, highlight=False, width=160)
    console.print(grid)


# --- progress ----------------------------------------------------------------------------------------------------


class BarProgress:
    """Bars on stderr, gone when the work is done."""

    @contextmanager
    def step(self, text: str, total: int | None = None) -> Iterator[Step]:
        from rich.console import Console
        from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeElapsedColumn

        columns = (
            TextColumn("{task.description:<28}"),
            BarColumn(),
            MofNCompleteColumn(),
            TimeElapsedColumn(),
        )
        with Progress(*columns, console=Console(stderr=True), transient=True) as bars:
            yield _BarStep(bars, bars.add_task(text, total=total))


class _BarStep:
    def __init__(self, bars: Any, task: Any) -> None:
        self._bars = bars
        self._task = task

    def advance(self, amount: int = 1) -> None:
        self._bars.advance(self._task, amount)

    def total(self, amount: int) -> None:
        self._bars.update(self._task, total=amount)


def progress() -> Progress:
    """Bars on a terminal, silence elsewhere."""
    return BarProgress() if sys.stderr.isatty() else SILENT
