"""From what was written, in ``[[invoices]]`` or by command, to billing rules: names to clients, kinds to triggers."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from difflib import get_close_matches

from gleaner import config
from gleaner.adapters.store.billing_rules import KeptRule, StoredBillingRules
from gleaner.app.account import Account
from gleaner.app.building import build, factory_for
from gleaner.app.finding import find_client, find_project
from gleaner.core.catalog import ClientId, ProjectId
from gleaner.core.errors import ConfigError
from gleaner.core.phrases import phrase
from gleaner.invoicing.due import Trigger
from gleaner.invoicing.rules import BillingRule
from gleaner.invoicing.trigger import triggers


@dataclass(frozen=True)
class Written:
    """A rule as somebody wrote it, and where."""

    where: str
    settings: config.InvoiceSettings
    kept: KeptRule | None = None
    """None: it stands in the file."""


def written(account: Account) -> list[Written]:
    """All rules as they were written: those of the file, then those added by command."""
    found = [
        Written(f"{config.FILE}, invoices[{number}]", one)
        for number, one in enumerate(account.settings.invoices, 1)
    ]
    for kept in StoredBillingRules(account.engine, account.id).all():
        settings = config.InvoiceSettings.model_validate_json(kept.content)
        found.append(Written(f'the billing rule "{kept.name}"', settings, kept))
    return found


def rules_of(account: Account) -> list[BillingRule]:
    """All billing rules. Raises ConfigError for the first that is wrong, or against another."""
    return rules_from(account, written(account))


def rules_from(account: Account, entries: Sequence[Written]) -> list[BillingRule]:
    """The rules of *entries*: one each, or one for each project."""
    made: list[BillingRule] = []
    for one in entries:
        rule = _rule(account, one.where, one.settings)
        for other in made:
            _check_against(one.where, rule, other)
        made.append(rule)
    return [part for rule, one in zip(made, entries, strict=True) for part in _parts(rule, one.settings)]


def _parts(rule: BillingRule, entry: config.InvoiceSettings) -> list[BillingRule]:
    """The rule, or one for each project: each is due when it is due by itself."""
    if not entry.each_project:
        return [rule]
    return [replace(rule, name=f"{rule.name}/{one}", projects=(one,)) for one in rule.projects]


def rules_called(account: Account, name: str) -> list[BillingRule]:
    """The rules of that name: one, or one for each project. Raises ConfigError with the right names."""
    rules = rules_of(account)
    found = [one for one in rules if name in (one.name, one.name.partition("/")[0])]
    if found:
        return found
    if not rules:
        raise ConfigError(
            phrase(
                "{file} has no [[invoices]] and none was added, so there is no billing rule", file=config.FILE
            )
        )
    known = sorted({one.name.partition("/")[0] for one in rules})
    close = get_close_matches(name, known, n=1)
    hint = f' Did you mean "{close[0]}"?' if close else ""
    raise ConfigError(
        phrase(
            'there is no billing rule "{name}".{hint} Known: {listed}',
            name=name,
            hint=hint,
            listed=", ".join(known),
        )
    )


def _rule(account: Account, where: str, entry: config.InvoiceSettings) -> BillingRule:
    client_id, projects = _whose(account, where, entry)
    return BillingRule(
        name=entry.name,
        client_id=client_id,
        projects=projects,
        trigger=_trigger(account, where, entry),
        summary=entry.summary,
        expenses=entry.expenses or None,
        attach_receipts=entry.receipts,
        only_approved=entry.only_approved,
        allow_zero=entry.allow_zero,
        minimum=entry.minimum,
        cap=entry.cap,
        tax=entry.tax,
        tax2=entry.tax2,
        discount=entry.discount,
        payment_term=entry.payment_term,
        purchase_order=entry.purchase_order,
        subject=entry.subject,
        notes=entry.notes,
        recipients=entry.recipients,
        mail_subject=entry.mail_subject,
        mail_body=entry.mail_body,
        send=entry.send,
        author=entry.author,
        approvers=entry.approvers,
        remind_after=entry.remind_after,
    )


def _trigger(account: Account, where: str, entry: config.InvoiceSettings) -> Trigger:
    place = f"{where}.trigger"
    factory = factory_for(triggers, place, entry.trigger.get("kind"))
    return build(factory, place, entry.trigger, account.base, ours={})


def _whose(
    account: Account, where: str, entry: config.InvoiceSettings
) -> tuple[ClientId, tuple[ProjectId, ...]]:
    catalog = account.catalog
    try:
        client = find_client(entry.client, catalog) if entry.client else None
        named = [find_project(one, catalog) for one in entry.projects]
    except ConfigError as error:
        raise ConfigError(phrase("{where}: {error}", where=where, error=str(error))) from error
    owners = {one.client_id for one in named} | ({client.id} if client is not None else set())
    if len(owners) > 1:
        names = ", ".join(sorted(catalog.clients[one].name for one in owners if one in catalog.clients))
        raise ConfigError(
            phrase(
                "{where}: its projects belong to several clients ({names}); an invoice is for one",
                where=where,
                names=names,
            )
        )
    owner = owners.pop()
    if named:
        return owner, tuple(one.id for one in named)
    of_client = [one.id for one in catalog.projects.values() if one.client_id == owner and one.is_billable]
    return owner, tuple(sorted(of_client))


def _check_against(where: str, rule: BillingRule, other: BillingRule) -> None:
    """Two rules that would bill the same time race each other; fixed fees are beside time."""
    if rule.name == other.name:
        raise ConfigError(
            phrase(
                '{where}: two rules are called "{rule}"; give this one a name of its own',
                where=where,
                rule=rule.name,
            )
        )
    shared = set(rule.projects) & set(other.projects)
    if shared and rule.bills_time and other.bills_time:
        raise ConfigError(
            phrase(
                '{where}: "{rule}" and "{other}" would both bill the time of {n} project{what}; name '
                "different projects in each",
                where=where,
                rule=rule.name,
                other=other.name,
                n=len(shared),
                what="" if len(shared) == 1 else "s",
            )
        )
