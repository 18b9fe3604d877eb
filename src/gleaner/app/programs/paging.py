"""A part of a long list, and the number of the next part."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TypeVar

from gleaner.core.errors import ConfigError

T = TypeVar("T")


def paged(found: Sequence[T], page: int, size: int) -> tuple[list[T], int | None]:
    """That page of *found*, from 1 on, and the number of the next; None after the last.

    >>> paged("abcde", 1, 2), paged("abcde", 3, 2)
    ((['a', 'b'], 2), (['e'], None))
    """
    if page < 1:
        raise ConfigError(f"there is no page {page}; the first is 1")
    some = list(found[(page - 1) * size : page * size])
    return some, page + 1 if page * size < len(found) else None
