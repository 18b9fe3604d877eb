"""Secrets of channels: each is in an environment variable, whose name may be written down."""

from __future__ import annotations

import os

from gleaner.core.errors import ConfigError
from gleaner.core.secrets import Secret


def secret(variable: str, what: str) -> Secret:
    """The secret in that variable; *what* it is, for people. Raises ConfigError when there is none."""
    text = os.environ.get(variable, "").strip()
    if not text:
        raise ConfigError(f"there is no {what}: put it into the environment variable {variable}")
    return Secret(text)
