"""``/company``.  Source: api.md §8."""

from gleaner_sandbox import shapes
from gleaner_sandbox.rules import coerce, fields
from gleaner_sandbox.tables import ACCOUNTS, Row
from gleaner_sandbox.wire.answers import Answer
from gleaner_sandbox.wire.call import Call, ok
from gleaner_sandbox.wire.endpoints import endpoint

KEYS = (
    "base_uri",
    "full_domain",
    "name",
    "is_active",
    "week_start_day",
    "wants_timestamp_timers",
    "time_format",
    "date_format",
    "plan_type",
    "expense_feature",
    "invoice_feature",
    "estimate_feature",
    "approval_feature",
    "team_feature",
    "clock",
    "currency",
    "currency_code_display",
    "currency_symbol_display",
    "decimal_symbol",
    "thousands_separator",
    "color_scheme",
    "weekly_capacity",
    "saml_sign_in_required",
    "day_entry_notes_required",
)
"""What is shown; rounding, periods and the time zone are not (api.md §8)."""

WRITABLE = [fields.Field("wants_timestamp_timers", coerce.flag), fields.whole("weekly_capacity")]


@endpoint("GET", "/company", "company.read")
def show(call: Call) -> Answer:
    return ok(shapes.picked(call.company, KEYS))


@endpoint("PATCH", "/company", "company.write")
def change(call: Call) -> Answer:
    said = {key: value for key, value in call.read(WRITABLE, partly=True).items() if value is not None}
    changed: Row = call.books.update(ACCOUNTS, call.company, said)
    return ok(shapes.picked(changed, KEYS))
