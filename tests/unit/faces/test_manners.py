"""How the demo's people take messages: drawn, the same each time, and in the shares that are printed."""

from __future__ import annotations

from collections import Counter
from datetime import date, timedelta

from gleaner.faces.demo.manners import Draws, Manners

DAY = date(2026, 3, 9)
MANY = [(user_id, DAY + timedelta(days=day)) for user_id in range(40) for day in range(100)]


def test_the_shares_are_those_that_are_printed() -> None:
    draws = Draws(Manners(looks=0.3, answers=0.5, answers_later=0.2, fills=0.9), seed=1)
    takes = Counter(draws.takes(*at) for at in MANY)
    assert [round(takes[take] / len(MANY), 1) for take in ("at once", "next morning", "not at all")] == [
        0.5, 0.2, 0.3,
    ]  # fmt: skip
    assert round(sum(draws.looks(*at) for at in MANY) / len(MANY), 1) == 0.3
    assert round(sum(draws.fills(*at) for at in MANY) / len(MANY), 1) == 0.9
    said = list(draws.manners.lines())
    assert said[1] == "Of messages, 50% are answered at once, 20% the next morning, 30% not at all."
    assert (said[0][:20], said[2][:26]) == ("On 30% of evenings s", "In 90% of those answers th")


def test_whoever_looks_unasked_is_not_the_one_who_answers() -> None:
    """The draws are apart: of those who look, as many answer at once as of those who do not."""
    draws = Draws(Manners(looks=0.5, answers=0.5), seed=1)
    of_lookers = [draws.takes(*at) == "at once" for at in MANY if draws.looks(*at)]
    assert abs(sum(of_lookers) / len(of_lookers) - 0.5) < 0.05


def test_the_same_seed_draws_the_same_and_another_does_not() -> None:
    drawn = [[Draws(Manners(), seed).looks(*at) for at in MANY] for seed in (1, 1, 2)]
    assert drawn[0] == drawn[1] != drawn[2]
