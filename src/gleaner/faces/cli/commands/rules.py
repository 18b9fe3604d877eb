"""``gleaner rules``: what is always and never done, how it fared, and what would change without it."""

from __future__ import annotations

from datetime import timedelta
from typing import Annotated

import typer

from gleaner.faces.cli.grouped import ListsFirst
from gleaner.faces.cli.options import AccountId, ConfigFile, DryRun, Json, To

rules = typer.Typer(
    cls=ListsFirst,
    help="The rules you made in reviews and those of gleaner.toml: what each does and how it fared.\n\n"
    "Without a command it lists them.",
)
_Id = Annotated[str, typer.Argument(metavar="ID", help="Short name from `gleaner rules`.")]


def add(app: typer.Typer) -> None:
    app.add_typer(rules, name="rules")


@rules.command("list")
def listing(json: Json = False, config: ConfigFile = None, account: AccountId = None) -> None:
    """Each rule in a sentence: who made it, what rested on it, and how much of that was kept."""
    from gleaner.app.ruling import configured, listed
    from gleaner.core.activities import Problem
    from gleaner.faces.cli.ruled import rule_as_json, show_rules
    from gleaner.faces.cli.session import opened, print_json, say, synced, tell, today_of

    with opened(config, account) as acc:
        synced(acc)
        found = listed(acc, today_of(acc))
        problems = [rule for _number, _id, rule in configured(acc) if isinstance(rule, Problem)]
        if json:
            print_json([rule_as_json(one, acc.catalog) for one in found])
        elif found:
            show_rules(found, acc.catalog)
            tell("", "More: gleaner rules explain ID | simulate ID | off ID | on ID")
        else:
            say(
                "No rules. Make one in a review (gleaner review edit ID --project … --always series),"
                " or write [[rules]] into gleaner.toml."
            )
        tell(*(str(problem) for problem in problems))
    raise typer.Exit(1 if any(not problem.is_hint for problem in problems) else 0)


@rules.command("explain")
def explain(rule: _Id, json: Json = False, config: ConfigFile = None, account: AccountId = None) -> None:
    """Everything about one rule: what it does, who made it, its record, its rungs, and what rested on it lately."""
    from gleaner.app.explaining import explain as explained
    from gleaner.app.ruling import named
    from gleaner.faces.cli.explained import explained_as_json, show_explained
    from gleaner.faces.cli.session import opened, print_json, synced, tell, today_of

    with opened(config, account) as acc:
        synced(acc)
        today = today_of(acc)
        found = explained(acc, named(acc, rule, today), today)
        if json:
            print_json(explained_as_json(found, acc.ladder, acc.catalog))
            return
        show_explained(found, acc.ladder, acc.catalog)
        other = "off" if found.rule.off is None else "on"
        tell(
            "",
            f"What would change: gleaner rules simulate {found.rule.id}. "
            f"Switch it {other}: gleaner rules {other} {found.rule.id}",
        )


@rules.command("off")
def off(
    rule: _Id,
    dry_run: DryRun = False,
    json: Json = False,
    config: ConfigFile = None,
    account: AccountId = None,
) -> None:
    """Switch a rule off; it counts for nothing until it is on again. What was logged by it stays."""
    _switch(rule, on=False, dry_run=dry_run, json=json, config=config, account=account)


@rules.command("on")
def on(
    rule: _Id,
    dry_run: DryRun = False,
    json: Json = False,
    config: ConfigFile = None,
    account: AccountId = None,
) -> None:
    """Switch a rule on again."""
    _switch(rule, on=True, dry_run=dry_run, json=json, config=config, account=account)


def _switch(
    rule: str, *, on: bool, dry_run: bool, json: bool, config: ConfigFile, account: AccountId
) -> None:
    from gleaner.app.obeying import switch
    from gleaner.app.ruling import named
    from gleaner.faces.cli.asked import actor
    from gleaner.faces.cli.ruled import rule_as_json, show_rules
    from gleaner.faces.cli.session import opened, print_json, synced, tell, today_of

    with opened(config, account) as acc:
        synced(acc)
        today = today_of(acc)
        one = named(acc, rule, today)
        changed = (one.off is not None) == on
        if not dry_run:
            changed = switch(acc, one, on=on, by=actor(acc))
            one = named(acc, one.id, today)
        if json:
            print_json(rule_as_json(one, acc.catalog) | {"changed": changed and not dry_run})
            return
        show_rules([one], acc.catalog)
        word = "on" if on else "off"
        if dry_run:
            tell(f"Would switch it {word}. Nothing was changed." if changed else f"It is {word} already.")
        elif not changed:
            tell(f"It was {word} already.")
        else:
            back = "off" if on else "on"
            tell(f"It is {word} now. Take it back: gleaner rules {back} {one.id}")


@rules.command("simulate")
def simulate(
    rule: _Id,
    days: Annotated[int, typer.Option("--days", min=1, max=366, help="How many days to look at.")] = 30,
    last: To = None,
    json: Json = False,
    config: ConfigFile = None,
    account: AccountId = None,
) -> None:
    """What would be proposed otherwise on past days if this rule were off (or on, when it is off).

    From what was seen then and is still kept; nothing is read anew and nothing is written.
    """
    from gleaner.app.ruling import named
    from gleaner.app.simulating import simulate as switched
    from gleaner.faces.cli.ruled import show_simulated, simulated_as_json
    from gleaner.faces.cli.session import opened, print_json, synced, tell, today_of

    with opened(config, account) as acc:
        synced(acc)
        end = last if last is not None else today_of(acc)
        found = switched(acc, named(acc, rule, end), end - timedelta(days=days - 1), end)
        if json:
            print_json(simulated_as_json(found, acc.catalog))
        else:
            show_simulated(found, acc.catalog)
            way = "off" if found.rule.off is None else "on"
            tell("", f"Nothing was changed. To switch it {way}: gleaner rules {way} {found.rule.id}")


@rules.command("ladder")
def ladder(json: Json = False, config: ConfigFile = None, account: AccountId = None) -> None:
    """How far Gleaner may go alone, for whom and on what ground: where each step stands, why, and since when."""
    from gleaner.app.choosing import choices
    from gleaner.app.laddering import stored
    from gleaner.faces.cli.laddered import choice_as_json, ladder_as_json, show_choices, show_ladder
    from gleaner.faces.cli.session import opened, print_json, synced

    with opened(config, account) as acc:
        synced(acc)
        kept = stored(acc)
        standings = {on: one for on, one in kept.standings().items() if acc.may_see(on.user_id)}
        steps = [step for step in kept.steps() if acc.may_see(step.footing.user_id)]
        if json:
            chosen = [choice_as_json(one, acc.catalog) for one in choices(acc)]
            print_json(ladder_as_json(acc.ladder, standings, steps, acc.catalog) | {"choices": chosen})
        else:
            show_ladder(acc.ladder, standings, steps, acc.catalog)
            show_choices(choices(acc), acc.catalog)


@rules.command("choose")
def choose(
    rung: Annotated[str, typer.Argument(metavar="RUNG", help="suggest, preselect or post.")],
    person: Annotated[
        str, typer.Option("--person", metavar="ADDRESS", help="For somebody else; an administrator only.")
    ] = "",
    dry_run: DryRun = False,
    json: Json = False,
    config: ConfigFile = None,
    account: AccountId = None,
) -> None:
    """Choose how far Gleaner may go for you: it lowers what gleaner.toml and the ladder allow, and never lifts it."""
    from gleaner.app.choosing import choice_of, rung_named, sentence, too_high, would_be
    from gleaner.app.choosing import choose as chosen
    from gleaner.core.errors import ConfigError
    from gleaner.faces.cli.asked import actor
    from gleaner.faces.cli.laddered import choice_as_json
    from gleaner.faces.cli.session import opened, print_json, say, synced, tell

    with opened(config, account) as acc:
        synced(acc)
        wanted = rung_named(rung)
        whose = acc.person(person) if person else acc.me
        if whose is None:
            raise ConfigError("nobody knows whose token this is; name somebody with --person")
        before = choice_of(acc, whose.id)
        changed = before.rung != wanted
        if not dry_run:
            changed = chosen(acc, whose.id, wanted, by=actor(acc))
        now = would_be(before, wanted) if dry_run else choice_of(acc, whose.id)
        if json:
            print_json(choice_as_json(now, acc.catalog) | {"changed": changed and not dry_run})
            return
        say(sentence(acc, whose.id, wanted))
        tell(*([too_high(now)] if now.is_too_high else []))
        if dry_run:
            tell("Nothing was changed.")
        elif changed:
            other = f" --person {whose.email}" if person else ""
            tell(f"Take it back: gleaner rules choose {now.before or before.rung}{other}")
        else:
            tell("It was so already.")
