"""Adding and removing billing rules by command: they say what ``[[invoices]]`` says, and are kept in the database."""

from __future__ import annotations

import tomllib
from pathlib import Path

from pydantic import ValidationError

from gleaner import config
from gleaner.adapters.store.billing_rules import KeptRule, StoredBillingRules
from gleaner.app.account import Account
from gleaner.app.billing.ruling import Written, rules_from, written
from gleaner.config.mistakes import sentences
from gleaner.core.catalog import UserId
from gleaner.core.errors import ConfigError, Refused
from gleaner.core.phrases import phrase
from gleaner.invoicing.rules import BillingRule
from gleaner.review.journal import Line


def add_rules(account: Account, path: Path, *, dry_run: bool) -> list[BillingRule]:
    """Add each ``[[invoices]]`` of the file at *path*; whoever the token belongs to answers for them.

    All or none. Raises ConfigError for what is wrong in it, is called like a rule there is, or is against one.
    """
    me = account.me
    if me is None:
        raise Refused("nobody knows whose token this is, and somebody has to answer for a billing rule")
    entries = _read(path, me.email)
    before = written(account)
    rules = rules_from(account, [*before, *entries])
    names = {one.settings.name for one in entries}
    added = [one for one in rules if one.name.partition("/")[0] in names]
    if dry_run:
        return added
    store, now = StoredBillingRules(account.engine, account.id), account.clock.now()
    for one in entries:
        settings = one.settings
        if not store.add(KeptRule(settings.name, settings.model_dump_json(), UserId(me.id), now)):
            raise Refused(f'somebody added a rule called "{settings.name}" just now')
        added_rule = phrase("Added the billing rule {name}", name=settings.name)
        account.journal.write(Line(now, me.email, "ruled", added_rule))
    return added


def remove_rule(account: Account, name: str) -> None:
    """Remove a rule that was added by command. Its invoices stay. Raises ConfigError when there is none such."""
    if StoredBillingRules(account.engine, account.id).remove(name):
        who = account.me.email if account.me is not None else "somebody"
        removed = phrase("Removed the billing rule {name}", name=name)
        account.journal.write(Line(account.clock.now(), who, "ruled", removed))
        return
    if any(one.name == name for one in account.settings.invoices):
        raise ConfigError(f'the rule "{name}" stands in {config.FILE}; take it out there')
    known = ", ".join(one.name for one in StoredBillingRules(account.engine, account.id).all()) or "none"
    raise ConfigError(f'no rule called "{name}" was added by command. Added: {known}')


def _read(path: Path, author: str) -> list[Written]:
    try:
        found = tomllib.loads(path.read_text(encoding="utf-8")).get("invoices")
    except OSError as error:
        raise ConfigError(f"{path} cannot be read: {error.strerror or error}") from error
    except (tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
        raise ConfigError(f"{path}: {error}") from error
    if not isinstance(found, list) or not found:
        raise ConfigError(f"{path} has no [[invoices]]; docs/how-to/raise-invoices.md shows some")
    made = []
    for number, entry in enumerate(found, 1):
        where = f"{path}, invoices[{number}]"
        said = {**entry, "author": author} if isinstance(entry, dict) else entry
        if isinstance(entry, dict) and entry.get("author", author) != author:
            raise ConfigError(
                f"{where}.author: it says {entry['author']}, and whoever adds a rule answers for it: {author}"
            )
        try:
            made.append(Written(where, config.InvoiceSettings.model_validate(said)))
        except ValidationError as error:
            raise ConfigError("\n".join(sentences(where, error))) from error
    return made
