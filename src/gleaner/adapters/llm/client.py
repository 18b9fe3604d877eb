"""A language model over HTTP: OpenAI's way of talking, which local servers have too, or Anthropic's.

Its library takes a second to import, so that happens when it is asked and never before.
"""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Callable, Coroutine, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import asynccontextmanager
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Literal, TypeVar

from gleaner.core.errors import ConfigError, GleanerError, Refused, Unavailable
from gleaner.core.tls import certificates

if TYPE_CHECKING:
    from pydantic_ai.models import Model

T = TypeVar("T")
ANSWER_TOKENS = 400
CHOICE_ROUNDS = 2
"""Requests for one choice: what is none is asked about once more."""
_STEPS = 8
"""Rounds of looking something up for one question."""


class Nonsense(Refused):
    """It answered, and not with what it may answer. To ask the same again is no use."""


@dataclass(frozen=True)
class Answered:
    """An answer and what it took."""

    value: dict[str, object]
    tokens: int


@dataclass(frozen=True)
class Llm:
    """One model. *key* is shown to nobody but it."""

    provider: Literal["openai", "anthropic"]
    model: str
    base_url: str
    key: str
    timeout: float

    def __repr__(self) -> str:
        return f"Llm({self.provider}, {self.model})"

    def choose(self, instructions: str, prompt: str, ids: Sequence[str]) -> Answered:
        """One of *ids*, and why. Raises Nonsense for an answer outside of them, Unavailable, Refused or ConfigError."""

        async def asked() -> Answered:
            from pydantic import Field, create_model
            from pydantic_ai import Agent
            from pydantic_ai.settings import ModelSettings
            from pydantic_ai.usage import UsageLimits

            listed: Any = Literal[tuple(ids)]
            shape: Any = create_model(
                "Choice", choice=(listed, ...), why=(str, Field(default="", max_length=1000))
            )
            async with self._opened() as model:
                agent: Any = Agent(model, output_type=shape, instructions=instructions, retries=1)
                limits = UsageLimits(request_limit=CHOICE_ROUNDS)
                settings = ModelSettings(max_tokens=ANSWER_TOKENS)
                done = await agent.run(prompt, usage_limits=limits, model_settings=settings)
            return Answered(done.output.model_dump(), done.usage.total_tokens)

        return self._within(asked, rounds=CHOICE_ROUNDS)

    def ask(
        self, instructions: str, question: str, tools: Sequence[Callable[..., str]], tokens: int
    ) -> Answered:
        """A text in answer to *question*, after looking things up with *tools* (they only read). Raises as above."""

        async def asked() -> Answered:
            from pydantic_ai import Agent
            from pydantic_ai.settings import ModelSettings
            from pydantic_ai.usage import UsageLimits

            async with self._opened() as model:
                agent = Agent(model, instructions=instructions, tools=list(tools), retries=1)
                limits = UsageLimits(
                    request_limit=_STEPS, tool_calls_limit=2 * _STEPS, total_tokens_limit=tokens
                )
                settings = ModelSettings(max_tokens=2 * ANSWER_TOKENS, parallel_tool_calls=False)
                done = await agent.run(question, usage_limits=limits, model_settings=settings)
            return Answered({"text": done.output}, done.usage.total_tokens)

        return self._within(asked, rounds=_STEPS)

    @asynccontextmanager
    async def _opened(self) -> AsyncIterator[Model]:
        """The model, with a connection of its own that ends with it: no retries, no redirects."""
        import httpx2

        async with httpx2.AsyncClient(
            timeout=self.timeout, follow_redirects=False, verify=certificates()
        ) as http:
            if self.provider == "anthropic":
                from anthropic import AsyncAnthropic
                from pydantic_ai.models.anthropic import AnthropicModel
                from pydantic_ai.providers.anthropic import AnthropicProvider

                there = AsyncAnthropic(
                    api_key=self.key, base_url=self.base_url or "https://api.anthropic.com",
                    http_client=http, max_retries=0,
                )  # fmt: skip
                yield AnthropicModel(self.model, provider=AnthropicProvider(anthropic_client=there))
            else:
                from openai import AsyncOpenAI
                from pydantic_ai.models.openai import OpenAIChatModel
                from pydantic_ai.providers.openai import OpenAIProvider

                here = AsyncOpenAI(
                    api_key=self.key, base_url=self.base_url or "https://api.openai.com/v1",
                    http_client=http, max_retries=0,
                )  # fmt: skip
                yield OpenAIChatModel(self.model, provider=OpenAIProvider(openai_client=here))

    def _within(self, work: Callable[[], Coroutine[Any, Any, T]], *, rounds: int) -> T:
        """What *work* gives, in bounded time, with each error as one of ours: their words may quote what was sent."""
        try:
            import pydantic_ai  # noqa: F401
        except ImportError as error:
            raise ConfigError("a language model needs more: pip install 'gleaner[llm]'") from error

        async def bounded() -> T:
            return await asyncio.wait_for(work(), self.timeout * rounds)

        # A thread of its own, for whoever calls may have an event loop already.
        with ThreadPoolExecutor(1, thread_name_prefix="llm") as pool:
            try:
                return pool.submit(lambda: asyncio.run(bounded())).result()
            except GleanerError:
                raise
            except Exception as error:  # noqa: BLE001 - a library's errors quote what was sent and answered
                raise _told(error, self.timeout) from None


def _told(error: Exception, timeout: float) -> GleanerError:
    from pydantic_ai import exceptions as of

    status = getattr(error, "status_code", None)
    if status in (401, 403):
        return ConfigError("the language model refuses the key; put a right one into GLEANER_LLM__KEY")
    if status == 404:
        return ConfigError(
            "there is no such language model at that address; look at model and base_url in [llm]"
        )
    if isinstance(status, int) and status != 429 and status < 500:
        return Refused(f"the language model refused the request (HTTP {status})", status=status)
    if isinstance(error, of.UsageLimitExceeded | of.UnexpectedModelBehavior | of.ContentFilterError):
        return Nonsense("the language model gave no answer that can be used")
    if isinstance(error, TimeoutError):
        return Unavailable(
            f"the language model did not answer in time; timeout in [llm] is {timeout:g} seconds"
        )
    return Unavailable(
        f"the language model cannot be reached{f' (HTTP {status})' if isinstance(status, int) else ''}; try later"
    )
