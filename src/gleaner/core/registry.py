"""Parts found by name: one module adds itself, nothing else has to know.

A package of ours is walked once, at first use; other distributions register through entry points.
"""

from __future__ import annotations

import importlib
import pkgutil
import threading
from collections.abc import Callable, Iterator
from difflib import get_close_matches
from importlib.metadata import entry_points
from typing import Generic, TypeVar

from gleaner.core.errors import ConfigError

T = TypeVar("T")


class Registry(Generic[T]):
    """Factories of *T* by name, from one package of ours and from one entry-point group.

    A factory's signature is the configuration it takes.
    """

    def __init__(self, what: str, package: str, group: str) -> None:
        self._what = what
        self._package = package
        self._group = group
        self._factories: dict[str, Callable[..., T]] = {}
        self._is_loaded = False
        self._is_loading = False
        self._lock = threading.RLock()

    def add(self, name: str, factory: Callable[..., T]) -> None:
        """Make *factory* known as *name*. Two parts with one name are a programming error."""
        known = self._factories.get(name)
        assert known is None or known is factory, f"two {self._what}s are called {name!r}"
        self._factories[name] = factory

    def get(self, name: str) -> Callable[..., T]:
        """The factory called *name*. Raises ConfigError that lists the right names."""
        self._load()
        try:
            return self._factories[name]
        except KeyError:
            close = get_close_matches(name, self._factories, n=1)
            hint = f' Did you mean "{close[0]}"?' if close else ""
            raise ConfigError(
                f'there is no {self._what} "{name}".{hint} Known: {", ".join(sorted(self._factories))}.'
            ) from None

    def __iter__(self) -> Iterator[str]:
        self._load()
        return iter(sorted(self._factories))

    def _load(self) -> None:
        # Who comes while another thread loads has to wait; what is being loaded may ask for what there is so far.
        with self._lock:
            if self._is_loaded or self._is_loading:
                return
            self._is_loading = True
            try:
                package = importlib.import_module(self._package)
                for module in pkgutil.iter_modules(package.__path__):
                    importlib.import_module(f"{self._package}.{module.name}")
                for point in entry_points(group=self._group):
                    self.add(point.name, point.load())
                self._is_loaded = True
            finally:
                self._is_loading = False
