"""``gleaner.toml`` and the environment. ``GLEANER_…`` wins over the file; secrets come from the environment only.

A misspelt key is refused with the right one, never ignored.
"""

from gleaner.config.invoices import InvoiceSettings
from gleaner.config.loading import check_account, load, locate
from gleaner.config.people import WEEKDAYS, PersonSettings, Weekday
from gleaner.config.reminders import ReminderSettings
from gleaner.config.rollout import RolloutSettings
from gleaner.config.settings import (
    FILE,
    SECRET,
    AbsenceSettings,
    BudgetSettings,
    CaptureSettings,
    DaemonSettings,
    GoogleSettings,
    HarvestSettings,
    NotesSettings,
    PolicySettings,
    RuleSettings,
    ScheduleSettings,
    SecretsSettings,
    Settings,
    TimesheetSettings,
    is_secret,
    not_in_clear,
    variable,
)
from gleaner.config.web import OidcSettings, WebSettings
from gleaner.config.working_hours import hours_of

__all__ = [
    "FILE",
    "SECRET",
    "WEEKDAYS",
    "AbsenceSettings",
    "BudgetSettings",
    "CaptureSettings",
    "DaemonSettings",
    "GoogleSettings",
    "HarvestSettings",
    "InvoiceSettings",
    "NotesSettings",
    "OidcSettings",
    "PersonSettings",
    "PolicySettings",
    "ReminderSettings",
    "RolloutSettings",
    "RuleSettings",
    "ScheduleSettings",
    "SecretsSettings",
    "Settings",
    "TimesheetSettings",
    "WebSettings",
    "Weekday",
    "check_account",
    "hours_of",
    "is_secret",
    "load",
    "locate",
    "not_in_clear",
    "variable",
]
