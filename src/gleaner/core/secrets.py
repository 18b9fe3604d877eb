"""Text nobody may see by accident."""

from __future__ import annotations


class Secret(str):
    """A token, key or password. It is the text it holds; only its repr, so also what a crash report prints, hides it.

    >>> Secret("hush"), f"Bearer {Secret('hush')}"
    ([secret], 'Bearer hush')
    """

    __slots__ = ()

    def __repr__(self) -> str:
        return "[secret]"
