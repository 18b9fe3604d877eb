"""Public holidays, from the library ``holidays``: by country and part of it, in the language spoken there."""

from __future__ import annotations

from datetime import date
from difflib import get_close_matches
from functools import lru_cache

from gleaner.core.errors import ConfigError


@lru_cache(maxsize=500)
def public_holidays(country: str, region: str, year: int) -> dict[date, str]:
    """Names by date.

    *country* is an ISO 3166-1 code, *region* a part of it as the library knows it, or empty. Half holidays and those of
    some people only are not in it: what they mean for work differs too much. Raises ConfigError with the nearest names
    for what it does not know.
    """
    from holidays import country_holidays
    from holidays.utils import list_supported_countries

    known = list_supported_countries()
    code = country.upper()
    if code not in known:
        raise ConfigError(f'there is no country "{country}"; use a code of two letters such as DE, GB or US')
    parts = known[code]
    part = region.upper().removeprefix(f"{code}-") or None
    if part is not None and part not in parts:
        raise ConfigError(f'{code} has no region "{region}".{_near(part, parts)}')
    language = country_holidays(code).default_language
    # Not the language of this process: everybody there reads the same.
    found = country_holidays(code, subdiv=part, years=year, language=language)
    return {day: str(name) for day, name in found.items()}


def _near(part: str, parts: list[str]) -> str:
    if not parts:
        return " It has the same holidays everywhere."
    close = get_close_matches(part, parts, n=1)
    return f" Did you mean {close[0]}?" if close else f" Known: {', '.join(parts)}."
