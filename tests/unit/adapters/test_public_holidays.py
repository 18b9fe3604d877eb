"""Public holidays by country and region."""

from __future__ import annotations

from datetime import date

import pytest

from gleaner.adapters.public_holidays import public_holidays
from gleaner.core.errors import ConfigError


def test_a_region_has_its_own() -> None:
    epiphany = date(2026, 1, 6)
    assert public_holidays("DE", "BY", 2026)[epiphany] == "Heilige Drei Könige"
    assert epiphany not in public_holidays("DE", "BE", 2026)
    assert public_holidays("de", "DE-BY", 2026) == public_holidays("DE", "BY", 2026)


@pytest.mark.parametrize(
    ("country", "region", "said"),
    [
        ("XX", "", "there is no country"),
        ("DE", "BYY", "Did you mean BY"),
        ("FJ", "Q", "the same holidays everywhere"),
    ],
)
def test_what_is_no_place_is_said_with_the_nearest(country: str, region: str, said: str) -> None:
    with pytest.raises(ConfigError, match=said):
        public_holidays(country, region, 2026)
