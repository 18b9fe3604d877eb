"""What all of Harvest's objects have in common, and how they mention each other."""

from __future__ import annotations

from datetime import datetime
from typing import Annotated, TypeVar, get_args

from pydantic import BaseModel, BeforeValidator, ConfigDict, PrivateAttr, ValidationError

from gleaner.adapters.harvest.encoding import Raw

M = TypeVar("M", bound="Wire")


def or_nothing(allowed: object) -> BeforeValidator:
    """Values outside *allowed*, a closed set, count as nothing: Harvest may have added one."""
    known = get_args(allowed)
    return BeforeValidator(lambda value: value if value in known else None)


class Wire(BaseModel):
    """One object of Harvest's, or a part of one."""

    model_config = ConfigDict(extra="allow", coerce_numbers_to_str=True, hide_input_in_errors=True)

    _raw: Raw = PrivateAttr(default_factory=dict)

    @property
    def raw(self) -> Raw:
        """The object as Harvest sent it."""
        return self._raw


def read(model: type[M], raw: Raw) -> M:
    """*raw* as a *model*. Raises ValueError in one short sentence when it cannot be one."""
    try:
        found = model.model_validate(_something(raw))
    except ValidationError as error:
        first = error.errors(include_url=False, include_input=False)[0]
        where = ".".join(str(part) for part in first["loc"])
        raise ValueError(f'{model.__name__} {raw.get("id", "")}: "{where}": {first["msg"]}') from error
    found._raw = raw
    return found


def _something(value: object) -> object:
    """*value* without what is nothing, at every depth. Outside of pydantic, where it is five times as fast."""
    if isinstance(value, dict):
        return {
            name: _something(item) if isinstance(item, (dict, list)) else item
            for name, item in value.items()
            if item is not None and item != ""
        }
    if isinstance(value, list):
        return [_something(item) for item in value]
    return value


class Ref(Wire):
    """A mention of another object."""

    id: int
    name: str = ""


def _somebody(value: object) -> object:
    return None if isinstance(value, dict) and "id" not in value else value


MaybeRef = Annotated[Ref | None, BeforeValidator(_somebody)]
"""A mention that may be of nobody: without an id, or with one that is null."""


class ProjectRef(Ref):
    code: str = ""
    is_billable: bool = True
    """Seen in project assignments only."""


class ClientRef(Ref):
    currency: str = ""


class Stamped(Wire):
    """An object with an id that knows when it was made and last changed."""

    id: int
    created_at: datetime | None = None
    updated_at: datetime | None = None


class NumberRef(Wire):
    """A mention of something with a number: an invoice in what it bills."""

    id: int | None = None
    number: str = ""
