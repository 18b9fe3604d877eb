"""``[llm]``: a language model that may be asked. Without this table there is none, and nothing is missing."""

from __future__ import annotations

from typing import Annotated, Literal
from urllib.parse import urlsplit

from pydantic import Field, SecretStr, field_validator, model_validator

from gleaner.config.part import Part
from gleaner.core.hosts import is_here

Use = Literal["advise", "ask", "notes"]


class LlmSettings(Part):
    """A language model that may be asked. It advises and never decides; what it is told is redacted first."""

    provider: Literal["", "openai", "anthropic"] = ""
    """Whose way of talking it has: ``openai`` is also that of most local servers. Empty: there is none."""
    model: str = ""
    """Its name there."""
    base_url: str = ""
    """Where it is, such as ``http://127.0.0.1:11434/v1``; empty: the provider's own."""
    key: SecretStr | None = None
    """Only from GLEANER_LLM__KEY; a model on this machine needs none."""
    uses: tuple[Use, ...] = ()
    """What it may be asked. ``advise``: a guess for unsure matches. ``ask``: ``gleaner ask``. ``notes``: other words
    for a note, when somebody who reviews asks for them. Empty: nothing."""
    monthly_budget: Annotated[int, Field(ge=0)] = 1_000_000
    """Tokens a calendar month (UTC), asked and answered together; a match takes about 1,000, a question 10,000. Then it
    is not asked any more. Tokens and not money: prices change, and the provider's bill is the one that counts."""
    timeout: Annotated[float, Field(gt=0, le=300)] = 20.0
    """Seconds to wait for an answer."""

    @field_validator("base_url", mode="after")
    @classmethod
    def _not_in_clear(cls, value: str) -> str:
        try:
            url = urlsplit(value)
            is_right = not value or (url.scheme in ("http", "https") and bool(url.hostname))
        except ValueError:
            is_right = False
        if not is_right:
            raise ValueError("that is no address; write one such as http://127.0.0.1:11434/v1")
        if url.scheme == "http" and not is_here(url.hostname or ""):
            raise ValueError("over plain http others could read what it is told; write https://")
        return value.rstrip("/")

    @model_validator(mode="after")
    def _whole(self) -> LlmSettings:
        if self.provider and not self.model:
            raise ValueError("name the model")
        if not self.provider and (self.model or self.base_url or self.uses):
            raise ValueError('name the provider: "openai" (also for local servers) or "anthropic"')
        return self

    @property
    def is_local(self) -> bool:
        """Whether what it is told stays on this machine."""
        return is_here(urlsplit(self.base_url).hostname or "")

    @property
    def place(self) -> str:
        """To whom it is told, for people."""
        usual = {"openai": "api.openai.com", "anthropic": "api.anthropic.com"}
        return urlsplit(self.base_url).hostname or usual.get(self.provider, "nobody")

    def may(self, use: Use) -> bool:
        return bool(self.provider) and use in self.uses
