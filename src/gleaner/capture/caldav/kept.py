"""What is kept of one calendar between runs: the text of its objects, and the token that asks for changes."""

from __future__ import annotations

import hashlib
from collections.abc import Collection, Mapping

from pydantic import BaseModel, ConfigDict, ValidationError

from gleaner.capture.caldav.server import Changes
from gleaner.capture.ical.text import without_private_text
from gleaner.capture.source import Cache

_VERSION = 1


class Copy(BaseModel):
    """One calendar as it was at the last look."""

    model_config = ConfigDict(frozen=True, hide_input_in_errors=True)

    version: int = _VERSION
    token: str = ""
    """Asks next time for what changed; empty when the server gives none."""
    texts: Mapping[str, str] = {}
    """Events by the path of their object, without private text."""
    count: int = 0
    """Events among them, as they were read."""

    @property
    def digest(self) -> str:
        """Changes whenever an event does."""
        found = hashlib.sha256()
        for path in sorted(self.texts):
            found.update(f"{path}\n{self.texts[path]}\n".encode())
        return found.hexdigest()

    def after(self, changes: Changes, owner: Collection[str]) -> Copy:
        """The same after *changes*; *owner* are the addresses whose answers stay in private events."""
        texts = {} if changes.is_all else dict(self.texts)
        for path in changes.gone:
            texts.pop(path, None)
        for path, text in changes.texts.items():
            if "BEGIN:VEVENT" in text.upper():
                texts[path] = without_private_text(text, owner)
            else:
                texts.pop(path, None)  # a task or a journal
        return self.model_copy(update={"texts": texts, "token": changes.token})

    def keep(self, cache: Cache, key: str) -> None:
        cache.put(key, self.model_dump_json().encode())

    @staticmethod
    def kept(cache: Cache, key: str) -> Copy | None:
        """The copy; None when there is none, or another version of Gleaner wrote it."""
        text = cache.get(key)
        if text is None:
            return None
        try:
            found = Copy.model_validate_json(text)
        except ValidationError:
            return None
        return found if found.version == _VERSION else None
