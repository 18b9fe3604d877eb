"""What may be said about a company from outside the API: every setting, and the periods that lock time.

Source: api.md §8, §15.4, §15.5.
"""

from collections.abc import Callable, Collection, Mapping
from datetime import date
from typing import Any

from gleaner_sandbox.rules import zones

_FLAGS = (
    "is_active wants_timestamp_timers expense_feature invoice_feature estimate_feature approval_feature team_feature "
    "saml_sign_in_required day_entry_notes_required"
).split()
_TEXTS = (
    "name date_format plan_type currency currency_code_display currency_symbol_display decimal_symbol "
    "thousands_separator color_scheme"
).split()
_PERIOD = {"from", "to", "user_id", "blocks_admins"}


def changes(said: Mapping[str, Any]) -> dict[str, Any]:
    """*said* as the company's row holds it; ``ValueError`` tells what makes no sense.

    >>> changes({"clock": "24h", "rounding": {"mode": "up"}})
    {'clock': '24h', 'rounding': {'mode': 'up', 'minutes': 15}}
    >>> changes({"locked_periods": [{"from": "2026-03-02", "to": "2026-03-08"}]})["locked_periods"]
    [{'user_id': None, 'blocks_admins': False, 'from': '2026-03-02', 'to': '2026-03-08'}]
    >>> changes({"clock": "25h"})
    Traceback (most recent call last):
    ValueError: clock is one of 12h, 24h
    """
    for name in said:
        if name not in _READERS:
            raise ValueError(f"a company has no {name!r}; it has {', '.join(sorted(_READERS))}")
    return {name: _READERS[name](name, value) for name, value in said.items()}


def _flag(name: str, value: Any) -> bool:
    if not isinstance(value, bool):
        raise ValueError(f"{name} is true or false")
    return value


def _text(name: str, value: Any) -> str:
    if not isinstance(value, str) or not value or not value.isprintable():
        raise ValueError(f"{name} is a text")
    return value


def _capacity(name: str, value: Any) -> int:
    if type(value) is not int or not 0 <= value <= 7 * 24 * 3600:
        raise ValueError(f"{name} is a number of seconds, at most a week")
    return value


def _choice(choices: Callable[[], Collection[str]]) -> Callable[[str, Any], str]:
    def read(name: str, value: Any) -> str:
        if value not in list(choices()):
            raise ValueError(f"{name} is one of {', '.join(choices())}")
        return str(value)

    return read


def _rounding(name: str, value: Any) -> dict[str, Any]:
    whole = {"minutes": 15, **value} if isinstance(value, dict) else {}
    if whole.get("mode") not in ("off", "nearest", "up") or whole["minutes"] not in (6, 15, 30):
        raise ValueError(f'{name} is {{"mode": "off", "nearest" or "up", "minutes": 6, 15 or 30}}')
    return {"mode": whole["mode"], "minutes": whole["minutes"]}


def _periods(name: str, value: Any) -> list[dict[str, Any]]:
    if not isinstance(value, list):
        raise ValueError(f"{name} is a list")
    return [_period(name, period) for period in value]


def _period(name: str, value: Any) -> dict[str, Any]:
    whole = {"user_id": None, "blocks_admins": False, **(value if isinstance(value, dict) else {})}
    days = (whole.get("from"), whole.get("to"))
    fits = (
        set(whole) == _PERIOD
        and all(_is_day(day) for day in days)
        and (whole["user_id"] is None or type(whole["user_id"]) is int)
        and isinstance(whole["blocks_admins"], bool)
    )
    if not fits:
        raise ValueError(
            f'{name} has {{"from": "2026-03-02", "to": "2026-03-08"}}, user_id and blocks_admins optional'
        )
    return whole


def _is_day(value: Any) -> bool:
    try:
        return isinstance(value, str) and date.fromisoformat(value).isoformat() == value
    except ValueError:
        return False


_READERS: dict[str, Callable[[str, Any], Any]] = {
    **dict.fromkeys(_FLAGS, _flag),
    **dict.fromkeys(_TEXTS, _text),
    "weekly_capacity": _capacity,
    "clock": _choice(lambda: ("12h", "24h")),
    "week_start_day": _choice(lambda: ("Saturday", "Sunday", "Monday")),
    "time_format": _choice(lambda: ("decimal", "hours_minutes")),
    "timezone": _choice(zones.names),
    "rounding": _rounding,
    "locked_periods": _periods,
    "approved_periods": _periods,
}
