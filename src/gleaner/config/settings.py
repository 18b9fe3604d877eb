"""What Gleaner can be told: a class for each table of ``gleaner.toml``, a field for each key, with what it means."""

from __future__ import annotations

from datetime import date, time
from typing import Annotated, Any, Literal, get_args
from urllib.parse import urlsplit

from pydantic import Field, SecretStr, field_validator, model_validator
from pydantic.fields import FieldInfo
from pydantic_settings import BaseSettings, PydanticBaseSettingsSource, SettingsConfigDict

from gleaner.config.doors import ApiSettings, McpSettings
from gleaner.config.invoices import InvoiceSettings
from gleaner.config.llm import LlmSettings
from gleaner.config.part import Part
from gleaner.config.people import PersonSettings, Weekday
from gleaner.config.reminders import ReminderSettings
from gleaner.config.rollout import RolloutSettings
from gleaner.config.web import OidcSettings, WebSettings
from gleaner.core.hosts import is_here

FILE = "gleaner.toml"


def not_in_clear(value: str) -> str:
    """*value*, unless it is an address at which others could read a secret on its way: then ValueError."""
    try:
        url = urlsplit(value)
        is_in_clear = url.scheme == "http" and not is_here(url.hostname or "")
    except ValueError:
        return value  # no address at all, which is said when it is asked
    if is_in_clear:
        raise ValueError("plain http would show your token to everybody on the way; write https://")
    return value


class HarvestSettings(Part):
    """The connection to one Harvest account."""

    account_id: Annotated[int, Field(gt=0)]
    token: SecretStr | None = None
    """Only from GLEANER_HARVEST__TOKEN."""
    client_id: str = ""
    """Of your OAuth2 application at id.getharvest.com/developers; needed by ``gleaner login`` without ``--token``."""
    client_secret: SecretStr | None = None
    """Only from GLEANER_HARVEST__CLIENT_SECRET."""
    base_url: str = "https://api.harvestapp.com/v2"
    identity_url: str = "https://id.getharvest.com"
    """Where people log in."""
    contact: str = ""
    """Your address or page, sent to Harvest with every request as it asks for."""

    @field_validator("base_url", "identity_url", mode="after")
    @classmethod
    def _not_in_clear(cls, value: str) -> str:
        return not_in_clear(value)


class GoogleSettings(Part):
    """How sources of kind ``google-calendar`` get in: one person by ``gleaner login --google``, a team by a key."""

    client_id: str = ""
    """Of your OAuth client (a desktop application) at console.cloud.google.com."""
    client_secret: SecretStr | None = None
    """Only from GLEANER_GOOGLE__CLIENT_SECRET."""
    key_file: str = ""
    """The JSON key of a service account that your administrator lets read everybody's calendars."""
    login_url: str = "https://accounts.google.com/o/oauth2/v2/auth"
    """Where people log in."""
    token_url: str = "https://oauth2.googleapis.com/token"  # noqa: S105  (an address)

    @field_validator("login_url", "token_url", mode="after")
    @classmethod
    def _not_in_clear(cls, value: str) -> str:
        return not_in_clear(value)


class SecretsSettings(Part):
    """The key to what ``gleaner login`` keeps in the database."""

    key: SecretStr | None = None
    """Only from GLEANER_SECRETS__KEY."""
    key_file: str = "gleaner.key"
    """Used when there is no key in the environment; made at the first login, for your eyes only."""


class TimesheetSettings(Part):
    """What is due, for everybody who is not told otherwise in ``[[people]]``."""

    country: str = ""
    """ISO 3166 code such as ``DE``, for public holidays and calendars of them; empty: none are known."""
    region: str = ""
    """The part of it, such as ``BY``."""
    time_off_tasks: tuple[str, ...] = ()
    """Harvest tasks on which time off is logged. Otherwise those whose names say so (Vacation, Sick leave …)."""
    cut_off_day: Weekday = "mon"
    """When a week's hours are due: the first such day from the week's Friday on."""
    cut_off_at: time = time(10, 0)
    """The time of that day, by each person's own clock."""
    target: Annotated[float, Field(gt=0, le=1)] = 0.9
    """The share of expected hours that should be there at the cut-off."""


class AbsenceSettings(Part):
    """Days on which somebody is due less, said in so many words."""

    person: str = ""
    """Empty: everybody."""
    first: date
    last: date | None = None
    """Included; empty: one day."""
    hours: Annotated[float, Field(gt=0, le=24)] | None = None
    """Less on each of the days; empty: all of them."""
    reason: Annotated[str, Field(min_length=1, max_length=60)]
    """Shown wherever the day is added up, to managers too."""

    @field_validator("person", mode="after")
    @classmethod
    def _lower(cls, value: str) -> str:
        return value.strip().lower()

    @model_validator(mode="after")
    def _in_order(self) -> AbsenceSettings:
        if self.last is not None and self.last < self.first:
            raise ValueError(f"it ends ({self.last}) before it begins ({self.first})")
        return self


class RuleSettings(Part):
    """One explicit rule; see ``gleaner.matching.rules``."""

    project: str
    """Its code, its name, or ``Client / Project``."""
    task: str = ""
    name: str = ""
    title: str = ""
    calendar: str = ""
    attendee: str = ""
    repository: str = ""
    branch: str = ""
    person: str = ""


class BudgetSettings(Part):
    """When people are told about budgets, of one project or of all; the first that fits counts."""

    project: str = ""
    """Its code, its name, or ``Client / Project``; empty: all."""
    thresholds: tuple[Annotated[int, Field(ge=1, le=1000)], ...] = (75, 90, 100)
    """Percent of the budget; each is told once, and only the highest reached. Empty: none."""
    pace: bool = True
    """Tell, too, when at the present pace it will not last."""
    managers: bool = True
    """Tell the project's managers, or the administrators where it has none."""
    channel: str = ""
    """Name of one of ``[[channels]]`` that is told besides."""


class NotesSettings(Part):
    """What entries' notes say, of one project, one client, or all; the first that fits counts."""

    template: str
    """Text with ``{title}``, ``{issue}``, ``{project}``, ``{code}``, ``{client}``, ``{task}`` or ``{repository}``."""
    project: str = ""
    client: str = ""
    kind: Literal["", "meeting", "coding"] = ""


class PolicySettings(Part):
    """How far Gleaner may go alone."""

    meetings: Literal["suggest", "preselect", "post"] = "post"
    """``post``: meetings it is sure of are logged at once. ``preselect``, ``suggest``: everything waits for you; with
    ``ladder`` this is its highest rung, and on ``suggest`` nothing may be accepted together either."""
    ladder: bool = False
    """Posting has to be earned, for each person and ground, by decisions; see ``gleaner rules ladder``."""
    read_only_first: bool = False
    """Nothing is written to Harvest, whoever accepts it, until an administrator lets it, on *Set up* or with
    ``gleaner writes allow``. Once somebody said so there, that counts."""


class CaptureSettings(Part):
    """What to look at and how far back."""

    history_days: Annotated[int, Field(ge=0, le=366)] = 56
    """Days of calendar and Git read once, to learn from what was logged by hand."""
    keep_days: Annotated[int, Field(gt=0, le=366)] = 42
    """Days after which what was seen goes: activities, titles, reasons and evidence. Entries and decisions stay.
    Where ``history_days`` is more, only so many days are read, and older decisions teach by series and repository."""
    entries_days: Annotated[int, Field(ge=1, le=1000)] = 120
    """Days of time entries kept in the local copy."""
    filters: dict[str, Any] = Field(default_factory=dict)
    """Arguments of ``gleaner.capture.filters.Filters``, checked when the file is read."""


class ScheduleSettings(Part):
    """When ``gleaner up`` does what. Times of day are each person's own, or the company's for what is for all."""

    sync_minutes: Annotated[int, Field(ge=1, le=1440)] = 5
    """Between two looks at what changed in Harvest."""
    capture_minutes: Annotated[int, Field(ge=1, le=1440)] = 15
    """Between two looks at calendars and repositories."""
    budget_minutes: Annotated[int, Field(ge=0, le=1440)] = 0
    """Between two looks at what is used of budgets, 5 is right; 0: nobody is told unasked. See ``[[budgets]]``."""
    invoice_minutes: Annotated[int, Field(ge=0, le=1440)] = 0
    """Between two looks at which invoices are due, 60 is right; 0: none is made unasked. See ``[[invoices]]``."""
    remind_minutes: Annotated[int, Field(ge=0, le=60)] = 0
    """Between two looks at who is due a reminder, 5 is right; 0: nobody is reminded unasked. See ``[reminders]``."""
    receipt_minutes: Annotated[int, Field(ge=1, le=1440)] = 15
    """Between two looks for receipts, where there are ``[[receipts]]``."""
    end_of_day: time = time(17, 30)
    """When a person's day is looked through once more."""
    catch_up: time = time(9, 0)
    """When the days before are, for what came late."""
    nightly: time = time(2, 30)
    """When older weeks are compared with Harvest, and what is kept no longer is removed."""


class DaemonSettings(Part):
    """The process that works by itself: where it listens, and what it writes to stderr."""

    host: str = "127.0.0.1"
    """The address it listens on. On another than this machine's own, whoever reaches it sees how Gleaner is doing."""
    port: Annotated[int, Field(ge=0, le=65535)] = 8321
    """0 takes any that is free."""
    logs: Literal["text", "json"] = "text"
    """One event per line: ``text`` for people, ``json`` for programs."""
    level: Literal["debug", "info", "warning", "error"] = "info"
    """The least that is written."""
    public_url: str = ""
    """Where people reach it from outside, such as ``https://gleaner.example``: links in messages lead there. Empty:
    there are no links, and no ``/links`` and ``/slack``."""
    webhook_secret: SecretStr | None = None
    """Only from GLEANER_DAEMON__WEBHOOK_SECRET; without it there is no ``/webhooks/github``."""

    @field_validator("public_url", mode="after")
    @classmethod
    def _whole(cls, value: str) -> str:
        if value and not value.startswith(("http://", "https://")):
            raise ValueError("write the whole address, such as https://gleaner.example")
        try:
            url = urlsplit(value)
            is_right = not value or (bool(url.hostname) and not url.query and not url.fragment)
        except ValueError:
            is_right = False
        if not is_right:
            raise ValueError("that is no address; write one such as https://gleaner.example")
        if url.scheme == "http" and not is_here(url.hostname or ""):
            raise ValueError("over plain http others could read the links, which act for you; write https://")
        return value.rstrip("/")

    @field_validator("webhook_secret", mode="after")
    @classmethod
    def _not_to_be_guessed(cls, value: SecretStr | None) -> SecretStr | None:
        if value is not None and len(value.get_secret_value()) < 16:
            raise ValueError("it has to have 16 characters at least; a long random text is right")
        return value


class Settings(BaseSettings):
    """Everything Gleaner can be told."""

    model_config = SettingsConfigDict(
        env_prefix="GLEANER_",
        env_nested_delimiter="__",
        extra="forbid",
        frozen=True,
        nested_model_default_partial_update=True,
        # The input may hold the token, and an error is shown with its causes.
        hide_input_in_errors=True,
    )

    harvest: HarvestSettings
    database: str = f"sqlite:///{FILE.removesuffix('.toml')}.db"
    """``sqlite:///path`` (relative to the file) or ``postgresql://…``."""
    people: tuple[PersonSettings, ...] = ()
    sources: tuple[dict[str, Any], ...] = ()
    channels: tuple[dict[str, Any], ...] = ()
    receipts: tuple[dict[str, Any], ...] = ()
    rules: tuple[RuleSettings, ...] = ()
    timesheets: TimesheetSettings = TimesheetSettings()
    absences: tuple[AbsenceSettings, ...] = ()
    reminders: ReminderSettings = ReminderSettings()
    rollout: tuple[RolloutSettings, ...] = ()
    notes: tuple[NotesSettings, ...] = ()
    budgets: tuple[BudgetSettings, ...] = ()
    invoices: tuple[InvoiceSettings, ...] = ()
    policy: PolicySettings = PolicySettings()
    google: GoogleSettings = GoogleSettings()
    secrets: SecretsSettings = SecretsSettings()
    capture: CaptureSettings = CaptureSettings()
    schedule: ScheduleSettings = ScheduleSettings()
    daemon: DaemonSettings = DaemonSettings()
    web: WebSettings = WebSettings()
    oidc: OidcSettings = OidcSettings()
    mcp: McpSettings = McpSettings()
    api: ApiSettings = ApiSettings()
    llm: LlmSettings = LlmSettings()

    @classmethod
    def settings_customise_sources(
        cls,
        settings_cls: type[BaseSettings],  # noqa: ARG003 (the signature is pydantic-settings’)
        init_settings: PydanticBaseSettingsSource,
        env_settings: PydanticBaseSettingsSource,
        dotenv_settings: PydanticBaseSettingsSource,  # noqa: ARG003
        file_secret_settings: PydanticBaseSettingsSource,  # noqa: ARG003
    ) -> tuple[PydanticBaseSettingsSource, ...]:
        # The file arrives as init values; the environment has the last word.
        return env_settings, init_settings


def is_secret(field: FieldInfo) -> bool:
    """Whether it may not be in the file."""
    return SecretStr in (field.annotation, *get_args(field.annotation))


SECRET = [
    (section, key)
    for section, part in (
        ("harvest", HarvestSettings),
        ("google", GoogleSettings),
        ("secrets", SecretsSettings),
        ("daemon", DaemonSettings),
        ("oidc", OidcSettings),
        ("llm", LlmSettings),
    )
    for key, field in part.model_fields.items()
    if is_secret(field)
]
"""What is read from the environment only, by section and key."""


def variable(section: str, key: str) -> str:
    """The environment variable for that key."""
    return f"GLEANER_{section}__{key}".upper()
