"""What a write may say about a resource, and Rails' sentences about what it got wrong.

A resource lists its ``Field``s once; ``read`` turns loose parameters into values and messages.  Keys that
are not listed are ignored, as Harvest ignores them (api.md §1).
"""

from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass
from functools import partial
from typing import Any

from gleaner_sandbox.rules import coerce


@dataclass(frozen=True)
class Field:
    """One parameter of a write."""

    name: str
    read: Callable[[Any], Any]
    default: Any = None
    """What a create stores when the parameter is absent, and an update when it is null."""
    required: bool = False
    longest: int | None = None
    """The most characters a text may have."""

    @property
    def label(self) -> str:
        """The name in Rails' messages.

        >>> Field("client_id", coerce.whole).label, Field("spent_date", coerce.day).label
        ('Client', 'Spent date')
        """
        return self.name.removesuffix("_id").replace("_", " ").capitalize()

    def value(self, given: Any) -> tuple[Any, list[str]]:
        """The stored value for *given*, and what is wrong with it."""
        if coerce.is_blank(given) and self.required:
            also = [f"{self.label} is not a valid date"] if self.read is coerce.day else []
            return None, [f"{self.label} can't be blank", *also]
        try:
            read = self.read(given)
        except ValueError as error:
            return None, [f"{self.label} {error}"]
        if self.longest and isinstance(read, str) and len(read) > self.longest:
            return None, [f"{self.label} is too long (maximum is {self.longest} characters)"]
        return self.default if read is None else read, []


def read(
    fields: Sequence[Field], given: Mapping[str, Any], *, partly: bool
) -> tuple[dict[str, Any], list[str]]:
    """The values *given* states for *fields*, and all messages in the order of the fields.

    *partly* is an update: what is absent stays out of the answer.  Otherwise it gets its default.

    >>> fields = [text("name", required=True), number("rate"), flag("is_active", default=True)]
    >>> read(fields, {"rate": "4"}, partly=False)
    ({'rate': 4.0, 'is_active': True}, ["Name can't be blank"])
    >>> read(fields, {"rate": "x", "unknown": 1}, partly=True)
    ({}, ['Rate is not a number'])
    """
    values: dict[str, Any] = {}
    problems: list[str] = []
    for field in fields:
        if partly and field.name not in given:
            continue
        value, wrong = field.value(given.get(field.name))
        problems += wrong
        if not wrong:
            values[field.name] = value
    return values, problems


def defaults(fields: Sequence[Field]) -> dict[str, Any]:
    """What a new row holds when nothing is said."""
    return {field.name: field.default for field in fields}


def text(
    name: str, default: str | None = None, *, required: bool = False, longest: int | None = None
) -> Field:
    """A text."""
    return Field(name, coerce.text, default, required, longest)


def flag(name: str, *, default: bool = False) -> Field:
    """A boolean."""
    return Field(name, coerce.flag, default)


def number(name: str, default: float | None = None, *, required: bool = False) -> Field:
    """A decimal number."""
    return Field(name, coerce.number, default, required)


def whole(name: str, default: int | None = None, *, required: bool = False) -> Field:
    """An integer."""
    return Field(name, coerce.whole, default, required)


def day(name: str, *, required: bool = False) -> Field:
    """A date."""
    return Field(name, coerce.day, None, required)


def choice(name: str, choices: Collection[str], default: str) -> Field:
    """One word of a closed list."""
    return Field(name, partial(coerce.one_of, choices=choices), default)
