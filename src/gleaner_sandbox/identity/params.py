"""Reading the parameters of OAuth requests."""

from collections.abc import Mapping
from typing import Any

from gleaner_sandbox.rules import coerce


def word(params: Mapping[str, Any], name: str) -> str:
    """The text called *name*; empty when it is absent, or no text at all.

    >>> word({"code": "abc"}, "code"), word({"code": ["abc"]}, "code"), word({}, "code")
    ('abc', '', '')
    """
    try:
        return coerce.text(params.get(name)) or ""
    except ValueError:
        return ""
