"""Where chance comes from: one stream of random numbers per purpose, so that changing one leaves the others alone."""

from random import Random


def stream(seed: int, *purpose: object) -> Random:
    """The random numbers for *purpose*; the same seed and purpose always give the same numbers.

    >>> stream(1, "habit", "ana").random() == stream(1, "habit", "ana").random()
    True
    """
    return Random(":".join(map(str, (seed, *purpose))))  # noqa: S311  # a repeatable story, not a secret


def chance(rng: Random, probability: float) -> bool:
    """True in *probability* of all cases."""
    return rng.random() < probability


def wobble(rng: Random, spread: float, limit: float) -> int:
    """A whole number around 0: normal with standard deviation *spread*, never beyond ± *limit*."""
    return round(max(-limit, min(limit, rng.gauss(0.0, spread))))


def lengthy(rng: Random, median: float, spread: float, low: float, high: float) -> int:
    """Minutes between *low* and *high*, log-normal around *median*: most are near it, a few are much longer."""
    return round(max(low, min(high, median * rng.lognormvariate(0.0, spread))))
