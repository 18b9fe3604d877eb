"""One person's data: all that is held about them as one document, and forgetting it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from difflib import get_close_matches
from typing import Any

from gleaner import config
from gleaner.adapters.store.engine import flush
from gleaner.adapters.store.people import Gone
from gleaner.app.account import Account
from gleaner.core.catalog import Person
from gleaner.core.errors import ConfigError, Refused
from gleaner.review.journal import redacted

_SAYS = {
    "settings": "What gleaner.toml says about you. Secret addresses of calendars are left out.",
    "user": "Your user in Harvest, as last copied. Rates are left out here and below: Harvest keeps them.",
    "time_entries": "Your time entries in Harvest, as last copied.",
    "expenses": "Your expenses in Harvest, as last copied.",
    "assignments": "The projects you may log to, as last copied from Harvest.",
    "activities": "What was seen of your work in calendars and repositories.",
    "quiet": "When your calendar says that you are not to be disturbed, of today on; not what for.",
    "time_off": "Days on which your calendar says that you are away; not what for.",
    "absences": "Days on which you are due less because somebody said so here: why, who, when, and whether it was taken"
    " back.",
    "proposals": "What Gleaner proposed for your timesheet, why, and who decided it. The content is as it would be"
    " logged, offered is as it was first proposed.",
    "receipts": "Receipts you brought: where from, what became of each. The files are kept until keep_days after the"
    " decision, and are not in this document.",
    "journal": "What Gleaner did about you, who decided it, what was sent to Harvest and what it answered.",
    "rules": "Rules about your work that were made in a review.",
    "ladder": "How far Gleaner may go alone for you, and the decisions that earned it: 1 kept, 0 not kept.",
    "chosen_rungs": "How far Gleaner may go for you at most, as you or an administrator chose: who, when, and before.",
    "ladder_steps": "When that changed, and why.",
    "corrections": "Entries Gleaner logged for you that turned out wrong, so that each counts once.",
    "jobs": "What runs by itself for you.",
    "used_links": "Links in messages to you that were clicked lately, so that each counts once.",
    "sessions": "Browsers in which you are signed in; what their cookies say is not kept.",
    "sign_ins": "Links to sign in that were made for you, and confirmations for your programs, not used yet.",
    "api_tokens": "Tokens with which your programs get in, by name; what they say is not kept.",
    "reminders": "Reminders you were sent lately, so that none comes twice, and whether you answered.",
    "reminder_wishes": "What you said about reminders: not now, or none.",
    "budget_alerts": "Messages about budgets that were sent to you, so that each is sent once.",
    "approvals": "Invoices that you let go.",
    "billing_rules": "Billing rules that you added.",
    "decisions_for_others": "When you decided about somebody else's proposals. What they were about is theirs.",
    "lines_about_others": "When the journal names you in a line about somebody else. The line itself is theirs.",
    "forgotten": "That you were forgotten before, if you were, and how many decisions you had made.",
}
"""The sections of the document, each with a sentence for its reader."""
_EMPLOYERS = (
    "Time entries, expenses and invoices in Harvest stay: they are the employer's records. Archive the person there, or"
    " delete them, if they are to go too."
)
_NAME = (
    "The number and the name of the person in Harvest stay in the copy, archived: others' projects and invoices mention"
    " them. Nothing else comes back with a sync; capture, drafting and jobs skip them."
)
STAYS = (
    _EMPLOYERS,
    _NAME,
    "Others' calendars may name them as a participant; that goes with keep_days.",
    "Backups made before hold what was there then; delete those too.",
)
"""What forgetting leaves, and why."""


@dataclass(frozen=True)
class Forgot:
    """What came of forgetting somebody."""

    gone: Gone
    stays: Sequence[str]
    named_in: Sequence[str]
    """Tables of gleaner.toml that still name them: nothing is read there any more, but the file is yours."""


def find(account: Account, text: str) -> Person:
    """The person with that address, alias or ``user 123``, archived people too, whom the token's owner may see.

    Raises ConfigError when there is none, Refused when it is somebody else and the owner is no administrator.
    """
    wanted = text.strip().lower()
    people = account.catalog.people.values()
    number = wanted.removeprefix("user").strip()
    found = [one for one in people if wanted and wanted in one.addresses]
    found = found or [one for one in people if number.isdecimal() and one.id == int(number)]
    if len(found) > 1:
        names = ", ".join(f"user {one.id}" for one in found)
        raise ConfigError(f"{text} belongs to several people; name one of: {names}")
    if not found:
        known = sorted(one.email.lower() for one in people if one.email and account.may_see(one.id))
        close = get_close_matches(wanted, known, n=1)
        hint = f" Did you mean {close[0]}?" if close else ""
        raise ConfigError(f"nobody in Harvest has the address {text}.{hint}")
    account.check_may_see(found[0].id)
    return found[0]


def export(account: Account, person: Person) -> dict[str, Any]:
    """Everything held about *person*, with a sentence for each section; no secrets, nothing that is somebody else's."""
    held = account.people.held(person.id, person.addresses)
    copied = account.mirror.of_person(person.id)
    rows: dict[str, Sequence[Any]] = {
        "settings": _settings(account, person),
        "user": copied["users"],
        "time_entries": copied["time_entries"],
        "expenses": copied["expenses"],
        "assignments": copied["user_assignments"],
        **held,
    }
    assert rows.keys() == _SAYS.keys(), "every section is explained"
    return {
        "about": f"Everything Gleaner holds about {person.name}. Times are UTC.",
        "person": {"id": person.id, "name": person.name, "addresses": sorted(filter(None, person.addresses))},
        "account": account.id,
        "made_at": account.clock.now(),
        "sections": {
            name: {"says": says, "rows": [redacted(row) for row in rows[name]]}
            for name, says in _SAYS.items()
        },
    }


def forget(account: Account, person: Person, *, dry_run: bool = False) -> Forgot:
    """Delete what is held about *person*, and keep it from coming back; a *dry_run* counts and takes it back.

    Raises Refused for the administrator whose token Gleaner works with: nobody could see anything afterwards.
    """
    is_me = account.me is not None and account.me.id == person.id
    is_owner = account.owner is not None and account.owner.id == person.id
    if is_owner and "administrator" in person.access_roles:
        raise Refused(
            "Gleaner works with the token of that person; log in as another administrator first: gleaner login"
        )
    gone = account.people.forget(
        person.id,
        person.addresses,
        now=account.clock.now(),
        by="the person" if is_me else "an administrator",
        copied=lambda connection: account.mirror.forget_person(connection, person.id),
        dry_run=dry_run,
    )
    if not dry_run:
        flush(account.engine)
        account.worked_out.errands.drop()  # a back-test names what they did
        account.worked_out.reports.clear()
    login = "The stored login is theirs; end it with: gleaner logout"
    stays = (*STAYS, login) if is_owner and account.access.way != "environment" else STAYS
    return Forgot(gone, stays, [str(one["where"]) for one in _settings(account, person)])


def _settings(account: Account, person: Person) -> list[dict[str, Any]]:
    """What the configuration says about *person*, table by table."""
    found: list[dict[str, Any]] = []
    settings = account.settings
    for number, one in enumerate(settings.people, 1):
        if {one.email, *one.aliases} & person.addresses:
            found.append({"where": f"{config.FILE}, people[{number}]", **one.model_dump(mode="json")})
    for number, source in enumerate(settings.sources, 1):
        if str(source.get("person", "")).strip().lower() in person.addresses - {""}:
            found.append({"where": f"{config.FILE}, sources[{number}]", **_without_addresses(source)})
    for number, rule in enumerate(settings.rules, 1):
        if rule.person.strip().lower() in person.addresses - {""}:
            found.append({"where": f"{config.FILE}, rules[{number}]", **rule.model_dump(mode="json")})
    return found


def _without_addresses(source: Mapping[str, Any]) -> dict[str, Any]:
    """A source without what lets others in: a calendar's address is its password."""
    return {key: value if key in ("kind", "person", "name", "path") else "…" for key, value in source.items()}
