"""A seed becomes rows.  Each resource says how in a ``@seeded`` function; nothing is checked beyond that."""

from collections.abc import Callable, Iterable
from typing import Any, cast

from gleaner_sandbox.rules import zones
from gleaner_sandbox.seed import AccountSeed
from gleaner_sandbox.state import Books
from gleaner_sandbox.tables import ACCOUNTS, Row

Loader = Callable[[Books, Iterable[Row]], None]

COMPANY: Row = {
    "is_active": True,
    "week_start_day": "Monday",
    "wants_timestamp_timers": False,
    "time_format": "decimal",
    "date_format": "%m/%d/%Y",
    "plan_type": "simple-v4",
    "expense_feature": True,
    "invoice_feature": True,
    "estimate_feature": True,
    "approval_feature": True,
    "team_feature": True,
    "clock": "12h",
    "currency": "USD",
    "currency_code_display": "iso_code_none",
    "currency_symbol_display": "symbol_before",
    "decimal_symbol": ".",
    "thousands_separator": ",",
    "color_scheme": "orange",
    "weekly_capacity": 126000,
    "saml_sign_in_required": False,
    "day_entry_notes_required": False,
    "timezone": zones.DEFAULT,
    "rounding": {"mode": "off", "minutes": 15},
}
"""What a seed leaves unsaid about its company."""

_LOADERS: dict[str, tuple[int, Loader]] = {}


def seeded(key: str, order: int = 50) -> Callable[[Loader], Loader]:
    """Register the function below to store the rows under *key* of an account's seed; low *order* comes first."""

    def register(loader: Loader) -> Loader:
        _LOADERS[key] = (order, loader)
        return loader

    return register


def load(books: Books, account: AccountSeed) -> None:
    """Store one account."""
    seed = cast("dict[str, Any]", account)
    unknown = set(seed) - {"id", "name", "company"} - set(_LOADERS)
    if unknown:
        raise ValueError(f"seed of account {seed['id']}: unknown keys {sorted(unknown)}")
    books.insert(ACCOUNTS, _company(seed))
    for key, (_order, loader) in sorted(_LOADERS.items(), key=lambda item: item[1][0]):
        loader(books, seed.get(key, []))


def _company(seed: Row) -> Row:
    said = seed.get("company", {})
    slug = "".join(letter for letter in seed["name"].lower() if letter.isascii() and letter.isalnum())
    domain = said.get("full_domain", f"{slug or 'account'}.harvestapp.com")
    return {
        "id": seed["id"],
        **COMPANY,
        "name": seed["name"],
        **said,
        "rounding": {**COMPANY["rounding"], **said.get("rounding", {})},
        "full_domain": domain,
        "base_uri": f"https://{domain}",
        "locked_periods": [],
        "approved_periods": [],
    }


@seeded("tokens", order=90)
def _tokens(books: Books, rows: Iterable[Row]) -> None:
    for row in rows:
        books.add_token(row["token"], row["user_id"])


def _periods(key: str) -> None:
    @seeded(key)
    def load_periods(books: Books, rows: Iterable[Row]) -> None:
        plain = [{"user_id": None, "blocks_admins": False, **row} for row in rows]
        books.update(ACCOUNTS, books.company, {key: plain})


_periods("locked_periods")
_periods("approved_periods")
