"""The account's settings (``harvest/api`` §8)."""

from __future__ import annotations

from datetime import timedelta
from typing import Annotated, Literal

from gleaner.adapters.harvest.wire.objects import Wire, or_nothing
from gleaner.core import catalog as core

Clock = Literal["12h", "24h"]
WeekStart = Literal["Saturday", "Sunday", "Monday"]


class Company(Wire):
    base_uri: str = ""
    full_domain: str = ""
    name: str = ""
    is_active: bool = True
    week_start_day: Annotated[WeekStart | None, or_nothing(WeekStart)] = None
    wants_timestamp_timers: bool = False
    time_format: str = ""
    """``decimal`` or ``hours_minutes``."""
    date_format: str = ""
    """Such as ``%d/%m/%Y``."""
    plan_type: str = ""
    clock: Annotated[Clock | None, or_nothing(Clock)] = None
    currency: str = ""
    currency_code_display: str = ""
    currency_symbol_display: str = ""
    decimal_symbol: str = "."
    thousands_separator: str = ","
    color_scheme: str = ""
    expense_feature: bool = True
    invoice_feature: bool = True
    estimate_feature: bool = True
    approval_feature: bool = True
    team_feature: bool = True
    saml_sign_in_required: bool = False
    day_entry_notes_required: bool = False
    """Entries without notes are refused. *uncertain*"""
    weekly_capacity: int = 126000
    """Seconds."""

    def to_core(self, account_id: core.AccountId) -> core.Company:
        return core.Company(
            account_id=account_id,
            name=self.name,
            wants_timestamp_timers=self.wants_timestamp_timers,
            clock=self.clock or "24h",
            week_start_day=self.week_start_day or "Monday",
            weekly_capacity=timedelta(seconds=self.weekly_capacity),
            base_uri=self.base_uri,
            has_approval=self.approval_feature,
            # Its form is not documented: the code may stand behind a name.
            currency=self.currency.strip()[-3:].upper(),
        )
