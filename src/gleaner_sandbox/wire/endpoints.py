"""Which function answers which path.  ``@endpoint`` registers one; ``discover`` finds the modules that do."""

import importlib
import pkgutil
from collections import defaultdict
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import cache
from typing import TYPE_CHECKING

from gleaner_sandbox import permissions
from gleaner_sandbox.rules.fields import Field
from gleaner_sandbox.schemas import Schema

if TYPE_CHECKING:  # a cycle otherwise: the call knows the state, which discovers the endpoints
    from gleaner_sandbox.wire.answers import Answer
    from gleaner_sandbox.wire.call import Call

Handler = Callable[["Call"], "Answer"]


@dataclass(frozen=True)
class Endpoint:
    """One method on one path."""

    method: str
    path: str
    """Behind ``/v2``; ``{id}`` stands for a number."""
    permission: str
    feature: str | None
    """The company's switch that has to be on, such as ``team_feature``."""
    handler: Handler
    accepts: Sequence[Field] = ()
    """What the body of a write may say."""
    asks: Sequence[str] = ()
    """The query parameters of a list, beside those of paging."""
    needs: Sequence[str] = ()
    """Those of them without which it is a 422."""
    answers: Schema | None = None
    """What a 200 or 201 answers; see ``schemas``."""

    @property
    def steps(self) -> list[str]:
        return self.path.strip("/").split("/")


ENDPOINTS: list[Endpoint] = []


def endpoint(
    method: str,
    path: str,
    permission: str,
    feature: str | None = None,
    *,
    accepts: Sequence[Field] = (),
    asks: Sequence[str] = (),
    needs: Sequence[str] = (),
    answers: Schema | None = None,
) -> Callable[[Handler], Handler]:
    """Register the function below as the answer to *method* on *path*, for those whom *permission* lets in.

    *accepts*, *asks* and *needs* tell what it reads, *answers* what it answers, for ``/sandbox/openapi.json``.
    """
    assert permission in permissions.TABLE, f"permissions.py has no row {permission!r}"

    def register(handler: Handler) -> Handler:
        known = Endpoint(method, path, permission, feature, handler, accepts, asks, needs, answers)
        ENDPOINTS.append(known)
        return handler

    return register


@cache
def discover() -> None:
    """Import every module of ``resources``, once."""
    from gleaner_sandbox import resources

    for module in pkgutil.iter_modules(resources.__path__):
        importlib.import_module(f"{resources.__name__}.{module.name}")


class Router:
    """Finds the endpoint of a path among *endpoints*, those of the API unless others are given."""

    def __init__(self, endpoints: Sequence[Endpoint] = ENDPOINTS) -> None:
        discover()
        self._by_shape: dict[tuple[str, int], list[Endpoint]] = defaultdict(list)
        # Words before numbers, so that /users/me is not taken for a user.
        for known in sorted(endpoints, key=lambda e: e.path.count("{id}")):
            self._by_shape[known.method, len(known.steps)].append(known)

    def find(self, method: str, path: str) -> tuple[Endpoint, list[str]] | None:
        """The endpoint and what stands in the places of its ids, or None."""
        steps = path.strip("/").split("/")
        for known in self._by_shape.get((method, len(steps)), ()):
            pairs = list(zip(known.steps, steps, strict=True))
            if all(want in ("{id}", got) for want, got in pairs):
                return known, [got for want, got in pairs if want == "{id}"]
        return None
