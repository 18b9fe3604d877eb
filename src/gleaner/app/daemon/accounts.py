"""The accounts of one installation, each opened when it is first needed, and anew when its file or login changed."""

from __future__ import annotations

import os
import time
from collections.abc import Callable, Iterable, Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from threading import Lock

import sqlalchemy as sa

from gleaner import config
from gleaner.adapters.harvest.exchange import Exchange
from gleaner.adapters.harvest.limits import Throttle
from gleaner.app.account import Account, SystemClock, open_account
from gleaner.core.catalog import AccountId
from gleaner.core.errors import ConfigError
from gleaner.core.ports import Clock

_LONGEST_RUN = 3600.0
"""Seconds after which nobody works with an account any more that was opened before."""
_FOR_ONE = (config.variable("harvest", "token"), config.variable("harvest", "account_id"))


@dataclass
class _Slot:
    """One account, and whether it is open."""

    path: Path
    settings: config.Settings
    stamp: tuple[int, int]
    lock: Lock = field(default_factory=Lock)
    account: Account | None = None
    stack: ExitStack = field(default_factory=ExitStack)
    """Closes the account."""
    retired: list[tuple[float, ExitStack]] = field(default_factory=list)
    """Accounts that were opened before, and since when nobody gets them any more, by the monotonic clock."""

    def retire(self) -> None:
        """Let the next one who asks open it anew. Another thread may be in the middle of the one there is."""
        if self.account is not None:
            self.retired.append((time.monotonic(), self.stack))
        self.account, self.stack = None, ExitStack()

    def close_retired(self, *, before: float) -> None:
        for _, stack in [one for one in self.retired if one[0] <= before]:
            stack.close()
        self.retired = [one for one in self.retired if one[0] > before]


class Accounts:
    """Made by :func:`served`. Threads may share it."""

    def __init__(
        self,
        slots: dict[AccountId, _Slot],
        engine: sa.Engine,
        *,
        clock: Clock,
        token: str,
        limits: Callable[[AccountId], Throttle | None],
        on_exchange: Callable[[AccountId], Callable[[Exchange], None] | None],
    ) -> None:
        self._slots = slots
        self._engine = engine
        self.clock = clock
        self._token = token
        self._limits = limits
        self._on_exchange = on_exchange

    @property
    def ids(self) -> list[AccountId]:
        return sorted(self._slots)

    def settings(self, account_id: AccountId) -> config.Settings:
        """The account's settings, as last read."""
        return self._slots[account_id].settings

    def open(self, account_id: AccountId) -> Account:
        """The account. Raises ConfigError when its file or its login is wrong, and tries again next time."""
        slot = self._slots.get(account_id)
        if slot is None:
            raise ConfigError(
                f"Harvest account {account_id} is not served here; it has no configuration file"
            )
        with slot.lock:
            stamp = _stamp(slot.path)
            if slot.account is None or stamp != slot.stamp:
                settings = config.load(slot.path)
                config.check_account(slot.path, settings, account_id)
                slot.retire()
                slot.close_retired(before=time.monotonic() - _LONGEST_RUN)
                slot.account = slot.stack.enter_context(
                    open_account(
                        slot.path,
                        settings=settings,
                        clock=self.clock,
                        engine=self._engine,
                        limits=self._limits(account_id),
                        on_exchange=self._on_exchange(account_id),
                    )
                )
                slot.account.token = self._token
                slot.settings, slot.stamp = settings, stamp
            return slot.account

    def reopen(self, account_id: AccountId) -> None:
        """Look for the login anew next time: somebody may have logged in."""
        slot = self._slots[account_id]
        with slot.lock:
            slot.retire()

    def close(self) -> None:
        for slot in self._slots.values():
            slot.retire()
            slot.close_retired(before=float("inf"))


@contextmanager
def served(
    paths: Iterable[Path],
    engine: sa.Engine,
    *,
    token: str,
    clock: Clock | None = None,
    limits: Callable[[AccountId], Throttle | None] = lambda _account: None,
    on_exchange: Callable[[AccountId], Callable[[Exchange], None] | None] = lambda _account: None,
) -> Iterator[Accounts]:
    """The accounts of those configuration files; *token* names this process in claims.

    Raises ConfigError for what is wrong with the files together.
    """
    slots: dict[AccountId, _Slot] = {}
    for path in paths:
        settings = config.load(path)
        account_id = AccountId(settings.harvest.account_id)
        if account_id in slots:
            raise ConfigError(
                f"{path} and {slots[account_id].path} are both for Harvest account {account_id}"
            )
        slots[account_id] = _Slot(path, settings, _stamp(path))
    accounts = Accounts(
        slots, engine, clock=clock or SystemClock(), token=token, limits=limits, on_exchange=on_exchange
    )
    try:
        yield accounts
    finally:
        accounts.close()


def chosen_files(given: Iterable[Path] | None) -> list[Path]:
    """The configuration files: each of *given*, all ``.toml`` in those that are folders; otherwise the usual one.

    Raises ConfigError where several would share one account's token, or name different databases.
    """
    found: list[Path] = []
    for path in given or [config.locate()]:
        inside = sorted(path.glob("*.toml")) if path.is_dir() else [path]
        if not inside:
            raise ConfigError(f"there is no .toml file in {path}")
        found += inside
    if len(found) > 1:
        for name in _FOR_ONE:
            if os.environ.get(name):
                raise ConfigError(
                    f"{name} would count for all {len(found)} accounts; log in to each instead:"
                    " gleaner login --config FILE"
                )
    databases = {config.load(path).database: path for path in found}
    if len(databases) > 1:
        (one, first), (other, second) = list(databases.items())[:2]
        shown = [sa.make_url(url).render_as_string(hide_password=True) for url in (one, other)]
        raise ConfigError(
            f"{first} keeps its data in {shown[0]}, {second} in {shown[1]};"
            " what runs together shares one database"
        )
    return found


def _stamp(path: Path) -> tuple[int, int]:
    try:
        found = path.stat()
    except OSError as error:
        raise ConfigError(f"{path} cannot be read: {error.strerror}") from error
    return found.st_mtime_ns, found.st_size
