"""``gleaner review``: what waits for a person, and the person's word on it."""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from typing import TYPE_CHECKING, Annotated, Any

import typer

from gleaner.core.errors import ConfigError
from gleaner.faces.cli.options import (
    AccountId,
    Always,
    Amount,
    Category,
    ConfigFile,
    DryRun,
    From,
    Hours,
    Json,
    Never,
    Notes,
    On,
    OnDate,
    PersonAddress,
    Project,
    Task,
    To,
    Units,
)

if TYPE_CHECKING:
    from gleaner.app.account import Account
    from gleaner.core.proposals import Proposal
    from gleaner.review.inbox import Item

_Ids = Annotated[list[str] | None, typer.Argument(metavar="ID", help="Short names from `gleaner review`.")]

review = typer.Typer(
    help="What waits for you, with reasons; accept, edit or dismiss it.", invoke_without_command=True
)


def add(app: typer.Typer) -> None:
    app.add_typer(review, name="review")


@review.callback()
def listing(
    context: typer.Context,
    person: PersonAddress = None,
    on: On = None,
    first: From = None,
    last: To = None,
    why: Annotated[bool, typer.Option("--why", help="Show all evidence and second guesses.")] = False,
    everybody: Annotated[
        bool, typer.Option("--everybody", help="Not only yours; for administrators.")
    ] = False,
    every: Annotated[bool, typer.Option("--all", help="Decided ones too.")] = False,
    json: Json = False,
    config: ConfigFile = None,
    account: AccountId = None,
) -> None:
    """List what waits for you, unsure first. Without a command this is all it does."""
    if context.invoked_subcommand is not None:
        given = (person, on, first, last, config, account)
        if why or every or everybody or json or any(value is not None for value in given):
            raise ConfigError(f"put options after {context.invoked_subcommand}, not before it")
        return
    from gleaner.app.wording import worded
    from gleaner.core.proposals import State
    from gleaner.faces.cli.proposals import item_as_json, show_items
    from gleaner.faces.cli.session import days_between, opened, person_named, print_json, say, synced, tell

    if everybody and person is not None:
        raise ConfigError("give --person or --everybody, not both")
    with opened(config, account) as acc:
        synced(acc)
        if everybody:
            acc.check_may_see_everybody("--everybody")
        user_id = None if everybody else person_named(acc, person).id
        states = None if every else (State.PROPOSED, State.FAILED)
        begin, end = days_between(on, first, last)
        items = acc.inbox.items(states=states, user_id=user_id, first=begin, last=end)
        others = {item.proposal.key: worded(acc, item) for item in items}
        if json:
            print_json(
                [
                    item_as_json(item, acc.catalog) | {"worded_notes": others[item.proposal.key]}
                    for item in items
                ]
            )
        elif not items:
            say("Nothing to review.")
        else:
            show_items(items, acc.catalog, why=why, worded=others)
            tell("", "gleaner review accept ID … | accept --sure | edit ID --project … | dismiss ID --why …")


@review.command("accept")
def accept(
    ids: _Ids = None,
    sure: Annotated[
        bool, typer.Option("--sure", help="All of yours that are sure; never an unsure one.")
    ] = False,
    always: Always = None,
    person: PersonAddress = None,
    dry_run: DryRun = False,
    json: Json = False,
    config: ConfigFile = None,
    account: AccountId = None,
) -> None:
    """Log proposals as they stand, file those about expenses."""
    from gleaner.app.deciding import accept as accept_items
    from gleaner.app.deciding import item_named
    from gleaner.core.proposals import State
    from gleaner.faces.cli.asked import actor, tell_steps
    from gleaner.faces.cli.session import opened, person_named, progress, synced
    from gleaner.review.policy import may_accept_together

    if bool(ids) == sure:
        raise ConfigError("name proposals to accept, or give --sure")
    if sure and always:
        raise ConfigError("a rule is made of a proposal you name; leave out --sure")
    with opened(config, account) as acc:
        synced(acc)
        if sure:
            mine = acc.inbox.items(states=(State.PROPOSED,), user_id=person_named(acc, person).id)
            ladder = acc.ladder
            items = [item for item in mine if may_accept_together(item.proposal, ladder)]
        else:
            items = [item_named(acc, short) for short in ids or ()]
        rules = _rules(acc, [(item, item.proposal) for item in items], "always", always)
        if dry_run:
            _dry(acc, items, rules, json=json)
            return
        since = acc.clock.now()
        outcomes = accept_items(acc, items, progress(), by=actor(acc), bulk=sure)
        code = _finish(outcomes, {item.proposal.key: item.short for item in items}, json=json)
        _keep(acc, rules, {one.key for one in outcomes if one.result in _DECIDED}, json=json)
        tell_steps(acc, since, json=json)
    raise typer.Exit(code)


@review.command("edit")
def edit(
    short: Annotated[str, typer.Argument(metavar="ID")],
    project: Project = None,
    task: Task = None,
    hours: Hours = None,
    notes: Notes = None,
    amount: Amount = None,
    units: Units = None,
    category: Category = None,
    on: OnDate = None,
    always: Always = None,
    dry_run: DryRun = False,
    json: Json = False,
    config: ConfigFile = None,
    account: AccountId = None,
) -> None:
    """Correct a proposal and log it, or file it. Gleaner learns from the correction.

    --task and --hours are of time entries; --amount, --units, --category and --on of expenses.
    """
    from dataclasses import replace

    from gleaner.app.deciding import edit as edit_item
    from gleaner.app.deciding import item_named
    from gleaner.faces.cli.asked import actor, tell_steps
    from gleaner.faces.cli.session import opened, progress, synced

    said = (project, task, hours, notes, amount, units, category, on)
    if all(value is None for value in said):
        raise ConfigError(
            "say what to change: --project, --task, --hours or --notes; of an expense --amount, --category …"
        )
    with opened(config, account) as acc:
        synced(acc)
        item = item_named(acc, short)
        changed = _corrected(acc, item, *said)
        rules = _rules(acc, [(item, changed)], "always", always)
        if dry_run:
            _dry(acc, [replace(item, proposal=changed)], rules, json=json)
            return
        since = acc.clock.now()
        outcomes = edit_item(acc, item, changed, progress(), by=actor(acc))
        code = _finish(outcomes, {item.proposal.key: item.short}, json=json)
        _keep(acc, rules, {one.key for one in outcomes if one.result in _DECIDED}, json=json)
        tell_steps(acc, since, json=json)
    raise typer.Exit(code)


@review.command("word")
def word(
    short: Annotated[str, typer.Argument(metavar="ID")],
    show_prompt: Annotated[
        bool, typer.Option("--show-prompt", help="Show what would be told, and ask nobody.")
    ] = False,
    json: Json = False,
    config: ConfigFile = None,
    account: AccountId = None,
) -> None:
    """Ask the language model for other words for a note. Nothing is logged or changed."""
    from gleaner.app.deciding import item_named
    from gleaner.app.wording import document
    from gleaner.app.wording import word as in_other_words
    from gleaner.faces.cli.session import opened, print_json, say, synced, tell

    with opened(config, account) as acc:
        synced(acc)
        item = item_named(acc, short)
        if show_prompt:
            say(document(acc, item))
            return
        text = in_other_words(acc, item)
        if json:
            print_json({"id": item.short, "notes": text, "by": "a language model"})
            return
        say(text)
        tell("", f'Log it so: gleaner review edit {item.short} --notes "{text}"')


def _corrected(
    acc: Account,
    item: Item,
    project: str | None,
    task: str | None,
    hours: Decimal | None,
    notes: str | None,
    amount: Decimal | None,
    units: Decimal | None,
    category: str | None,
    on: date | None,
) -> Proposal:
    """The proposal with those changes; what is of the other kind is refused."""
    from gleaner.app.deciding import corrected
    from gleaner.app.filing import Said, corrected_expense
    from gleaner.faces.cli.session import today_of
    from gleaner.review.inbox import EXPENSE

    if item.proposal.rule == EXPENSE:
        if task is not None or hours is not None:
            raise ConfigError(f"{item.short} is an expense; it has no --task and no --hours")
        said = Said(project, category, amount, units, on, notes)
        return corrected_expense(acc, item, said, today=today_of(acc))
    if any(value is not None for value in (amount, units, category, on)):
        raise ConfigError(f"{item.short} is a time entry; it has no --amount, --units, --category and --on")
    return corrected(acc, item, project=project, task=task, hours=hours, notes=notes)


@review.command("dismiss")
def dismiss(
    ids: Annotated[list[str], typer.Argument(metavar="ID")],
    why: Annotated[str, typer.Option("--why", help="In a word, for the journal.")] = "",
    never: Never = None,
    dry_run: DryRun = False,
    json: Json = False,
    config: ConfigFile = None,
    account: AccountId = None,
) -> None:
    """Say no to proposals. The same activity is never proposed again."""
    from gleaner.app.deciding import dismiss as dismiss_items
    from gleaner.app.deciding import item_named
    from gleaner.faces.cli.asked import actor, tell_steps
    from gleaner.faces.cli.session import opened, print_json, say, synced

    with opened(config, account) as acc:
        synced(acc)
        items = [item_named(acc, short) for short in ids]
        rules = _rules(acc, [(item, item.proposal) for item in items], "never", never)
        if dry_run:
            _dry(acc, items, rules, json=json)
            return
        since = acc.clock.now()
        count = dismiss_items(acc, items, by=actor(acc), why=why)
        if json:
            print_json({"dismissed": count})
        else:
            say(f"Dismissed {count}.")
        _keep(acc, rules, {item.proposal.key for item in items}, json=json)
        tell_steps(acc, since, json=json)


_DECIDED = ("applied", "found", "waiting")
"""What came of a proposal that its person did decide: the rule it asks for is theirs too."""


def _rules(acc: Any, decided: list[Any], effect: Any, what: Any) -> list[tuple[str, Any]]:
    """The rules that these decisions ask for, with the key of each proposal; none unless *what* was given."""
    from gleaner.app.ruling import rule_from
    from gleaner.faces.cli.asked import actor

    if what is None:
        return []
    return [
        (item.proposal.key, rule_from(acc, item, effect, what, actor(acc), proposal))
        for item, proposal in decided
    ]


def _keep(acc: Any, rules: list[tuple[str, Any]], decided: set[str], *, json: bool) -> None:
    from gleaner.app.obeying import make
    from gleaner.faces.cli.ruled import sentence
    from gleaner.faces.cli.session import say

    for rule in {rule.id: rule for key, rule in rules if key in decided}.values():
        make(acc, rule)
        if not json:
            say(f"From now on: {sentence(rule, acc.catalog)}. Off again: gleaner rules off {rule.id}")


def _dry(acc: Any, items: list[Any], rules: list[tuple[str, Any]], *, json: bool) -> None:
    from gleaner.faces.cli.proposals import item_as_json, show_items
    from gleaner.faces.cli.ruled import sentence
    from gleaner.faces.cli.session import print_json, tell

    if json:
        print_json([item_as_json(item, acc.catalog) for item in items])
    else:
        show_items(items, acc.catalog, why=False)
        tell(*(f"Would make the rule: {sentence(rule, acc.catalog)}." for _, rule in rules))
        tell("", "Nothing was changed.")


def _finish(outcomes: list[Any], shorts: dict[str, str], *, json: bool) -> int:
    from dataclasses import asdict

    from gleaner.faces.cli.proposals import show_outcomes
    from gleaner.faces.cli.session import print_json, tell

    if json:
        print_json([asdict(outcome) | {"id": shorts.get(outcome.key)} for outcome in outcomes])
    else:
        show_outcomes(outcomes, shorts)
        if not outcomes:
            tell("Nothing to accept.")
    results = {outcome.result for outcome in outcomes}
    return 3 if "waiting" in results else 1 if results & {"failed", "taken"} else 0
