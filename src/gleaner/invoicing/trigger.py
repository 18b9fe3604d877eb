"""The kinds of triggers, by name."""

from __future__ import annotations

from gleaner.core.registry import Registry
from gleaner.invoicing.due import Trigger

triggers: Registry[Trigger] = Registry("trigger", "gleaner.invoicing.triggers", "gleaner.triggers")
