"""Faults on demand: slow answers, error statuses, connections that break before or after the work is done.

One rule is a comma-separated list, several rules are separated by ``;``::

    lost, match=POST /v2/time_entries, times=1; latency=0.05

What happens: ``latency=SECONDS`` · ``status=401|403|404|422|429|429-json|500|502-html|503|…`` (nothing is done;
``retry_after=N`` goes with 429) · ``reset`` (the connection breaks before anything is done) · ``lost`` (the
work is done and committed, then the connection is closed without an answer) · ``truncate`` (done, half of
the body is sent) · ``slow=SECONDS`` (done, the body drips out over that time) · ``garble`` (done, the body is
cut into what is no JSON, with a true Content-Length) · ``html`` (done, but a page comes with the status, as from
a proxy). When: ``every=N`` (each Nth match) · ``times=N`` (the first N) · ``rate=0.1`` with
``seed=7`` · ``match=METHOD /v2/path`` (shell wildcards; ``*`` for any method).  Selectors combine with
*and*.
"""

import random
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field, replace
from fnmatch import fnmatchcase

from gleaner_sandbox.wire.answers import (
    Answer,
    Refusal,
    forbidden,
    invalid,
    missing,
    page,
    throttled,
    unauthorized,
)

_TRUE: dict[int, Callable[[], Refusal]] = {
    401: unauthorized,
    403: forbidden,
    404: missing,
    422: lambda: invalid("The sandbox was told to refuse this"),
}
"""The refusals that have a body of their own."""

MOST_DROPS = 20
LONGEST_WAIT = 3600.0


@dataclass
class Rule:
    """One rule, and what it remembers between requests."""

    latency: float = 0.0
    status: str | None = None
    retry_after: int = 15
    breaks: str | None = None
    spoils: str | None = None
    slow: float = 0.0
    every: int = 1
    times: int | None = None
    rate: float = 1.0
    match: str = "* /*"
    seed: int = 0
    seen: int = 0
    fired: int = 0
    dice: random.Random = field(default_factory=random.Random)

    def fires(self, method: str, path: str) -> bool:
        """Whether this request is hit; counts it when it matches."""
        wanted_method, _, wanted_path = self.match.partition(" ")
        if not (fnmatchcase(method, wanted_method) and fnmatchcase(path, wanted_path)):
            return False
        self.seen += 1
        if self.times is not None and self.fired >= self.times:
            return False
        hit = self.seen % self.every == 0 and (self.rate >= 1 or self.dice.random() < self.rate)
        self.fired += hit
        return hit


@dataclass(frozen=True)
class Plan:
    """What to do to one request."""

    latency: float = 0.0
    answer: Answer | None = None
    breaks: str | None = None
    spoils: str | None = None
    slow: float = 0.0
    """Seconds the body takes."""

    @property
    def name(self) -> str | None:
        """What the log calls it: what the client cannot see from the status."""
        return self.breaks or self.spoils or ("slow" if self.slow else None)


def parse(spec: str) -> list[Rule]:
    """The rules of *spec*, or ``ValueError`` that says what is wrong.

    >>> [(rule.breaks, rule.times, rule.latency) for rule in parse("lost, times=1; latency=0.05")]
    [('lost', 1, 0.0), (None, None, 0.05)]
    >>> parse("explode")
    Traceback (most recent call last):
    ValueError: fault 'explode': say latency=, slow=, status=, reset, lost, truncate, garble or html
    """
    return [_rule(text) for text in spec.split(";") if text.strip()]


def _rule(text: str) -> Rule:
    rule = Rule()
    for part in text.split(","):
        name, _, value = part.strip().partition("=")
        try:
            _set(rule, name.strip(), value.strip())
        except (ValueError, KeyError):
            help_text = "say latency=, slow=, status=, reset, lost, truncate, garble or html"
            raise ValueError(f"fault {part.strip()!r}: {help_text}") from None
    if rule.every < 1:
        raise ValueError("fault every=N: N is at least 1")
    rule.dice.seed(rule.seed)
    return rule


def _set(rule: Rule, name: str, value: str) -> None:
    match name:
        case "reset" | "lost" | "truncate":
            rule.breaks = name
        case "garble" | "html":
            rule.spoils = name
        case "status":
            status_answer(value, 15)
            rule.status = value
        case "latency" | "slow" | "rate":
            setattr(rule, name, _finite(value))
        case "every" | "times" | "seed" | "retry_after":
            setattr(rule, name, int(value))
        case "match":
            rule.match = value if " " in value else f"* {value}"
        case _:
            raise KeyError(name)


def _finite(value: str) -> float:
    """A number of at least nothing; a sandbox that waits for ever helps nobody."""
    read = float(value)
    if not 0 <= read <= LONGEST_WAIT:
        raise ValueError(value)
    return read


def status_answer(status: str, retry_after: int) -> Answer:
    """The answer of ``status=…``.

    401, 403, 404 and 422 have Harvest's own bodies and headers (api.md §5); ``429-json`` and ``500-json`` are JSON;
    everything else, and whatever ends in ``-html``, is an HTML page.
    """
    code, _, kind = status.partition("-")
    number = int(code)
    if not 400 <= number <= 599 or kind not in ("", "html", "json"):
        raise ValueError(status)
    if number == 429:
        return throttled(retry_after, as_json=kind == "json")
    if number in _TRUE and kind != "html":
        return _TRUE[number]().answer
    if kind == "json":
        return Answer(number, {"status": number, "error": "Internal Server Error"})
    return page(number, "HARVEST: Something went wrong", f"Error {number}")


def plan(rules: Sequence[Rule], method: str, path: str) -> Plan:
    """What the *rules* do to this request; they add up, and the first status and break win."""
    hit = [rule for rule in rules if rule.fires(method, path)]
    statuses = [status_answer(rule.status, rule.retry_after) for rule in hit if rule.status]
    breaks = [rule.breaks for rule in hit if rule.breaks]
    spoils = [rule.spoils for rule in hit if rule.spoils]
    return Plan(
        latency=sum(rule.latency for rule in hit),
        answer=next(iter(statuses), None),
        breaks=next(iter(breaks), None),
        spoils=next(iter(spoils), None),
        slow=sum(rule.slow for rule in hit),
    )


def spoilt(answer: Answer, how: str | None) -> Answer:
    """*answer* with its body garbled or turned into a page; whole when *how* is None.

    >>> spoilt(Answer(200, {"id": 1}), "garble").content
    b'{"id'
    """
    match how:
        case "garble":
            content = answer.content
            return replace(answer, body=content[: len(content) // 2])
        case "html":
            return page(answer.status, "One moment, please", "This network wants to know who you are.")
    return answer


def drops(content: bytes, seconds: float) -> list[bytes]:
    """The pieces *content* drips out in; all at once when there is no time.

    >>> drops(b"abcd", 2.0), drops(b"abcd", 0.0), len(drops(b"x" * 1000, 1.0))
    ([b'a', b'b', b'c', b'd'], [b'abcd'], 20)
    """
    if not seconds or not content:
        return [content]
    size = -(-len(content) // MOST_DROPS)
    return [content[at : at + size] for at in range(0, len(content), size)]
