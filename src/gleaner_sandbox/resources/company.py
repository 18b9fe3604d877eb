"""``/company``.  Source: api.md §8."""

from gleaner_sandbox import shapes
from gleaner_sandbox.rules import coerce, fields
from gleaner_sandbox.schemas import FLAG, INT, STRING, declare, one_of
from gleaner_sandbox.tables import ACCOUNTS, Row
from gleaner_sandbox.wire.answers import Answer
from gleaner_sandbox.wire.call import Call, ok
from gleaner_sandbox.wire.endpoints import endpoint

SHAPE = {
    "base_uri": STRING,
    "full_domain": STRING,
    "name": STRING,
    "is_active": FLAG,
    "week_start_day": one_of("Saturday", "Sunday", "Monday"),
    "wants_timestamp_timers": FLAG,
    "time_format": one_of("decimal", "hours_minutes"),
    "date_format": STRING,
    "plan_type": STRING,
    "expense_feature": FLAG,
    "invoice_feature": FLAG,
    "estimate_feature": FLAG,
    "approval_feature": FLAG,
    "team_feature": FLAG,
    "clock": one_of("12h", "24h"),
    "currency": STRING,
    "currency_code_display": STRING,
    "currency_symbol_display": STRING,
    "decimal_symbol": STRING,
    "thousands_separator": STRING,
    "color_scheme": STRING,
    "weekly_capacity": INT,
    "saml_sign_in_required": FLAG,
    "day_entry_notes_required": FLAG,
}
"""What is shown; rounding, periods and the time zone are not (api.md §8)."""

COMPANY = declare("Company", SHAPE)
WRITABLE = [fields.Field("wants_timestamp_timers", coerce.flag), fields.whole("weekly_capacity")]


@endpoint("GET", "/company", "company.read", answers=COMPANY)
def show(call: Call) -> Answer:
    return ok(shapes.picked(call.company, SHAPE))


@endpoint("PATCH", "/company", "company.write", accepts=WRITABLE, answers=COMPANY)
def change(call: Call) -> Answer:
    said = {key: value for key, value in call.read(WRITABLE, partly=True).items() if value is not None}
    changed: Row = call.books.update(ACCOUNTS, call.company, said)
    return ok(shapes.picked(changed, SHAPE))
