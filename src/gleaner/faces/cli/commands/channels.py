"""``gleaner channels``: how people are reached, and whether that works."""

from __future__ import annotations

from typing import Annotated

import typer

from gleaner.faces.cli.options import AccountId, ConfigFile, DryRun, Json, PersonAddress

Name = Annotated[str, typer.Argument(metavar="NAME", help="Name of a channel, from `gleaner channels`.")]


def add(app: typer.Typer) -> None:
    group = typer.Typer(help="How people are reached, and whether that works.", invoke_without_command=True)
    group.callback()(channels)
    group.command("test")(try_out)
    app.add_typer(group, name="channels")


def channels(
    context: typer.Context, json: Json = False, config: ConfigFile = None, account: AccountId = None
) -> None:
    """How people are reached, and whether that works: every channel is asked, and nothing is sent."""
    if context.invoked_subcommand is not None:
        return
    from dataclasses import asdict

    from gleaner.app.trying_channels import tried
    from gleaner.faces.cli.session import opened, print_json, say, tell

    with opened(config, account) as acc:
        found = tried(acc)
    if json:
        print_json([asdict(one) for one in found])
    else:
        for one in found:
            say(f"{'ok ' if one.is_fine else 'FIX'}  {one.name}: {one.text}")
        if not found:
            tell(
                "There are no channels, so nobody is told anything; add one in [[channels]] of gleaner.toml."
            )
    raise typer.Exit(0 if all(one.is_fine for one in found) else 1)


def try_out(
    name: Name,
    person: PersonAddress = None,
    dry_run: DryRun = False,
    json: Json = False,
    config: ConfigFile = None,
    account: AccountId = None,
) -> None:
    """Send a message to try a channel: to you, or to another person."""
    from gleaner.app.channels import recipient
    from gleaner.app.trying_channels import named, send_trial, trial
    from gleaner.faces.cli.session import opened, person_named, print_json, say, synced
    from gleaner.notify.plain import plain

    with opened(config, account) as acc:
        one = named(acc, name)
        channel = one.works
        who = person_named(synced(acc), person)
        if not dry_run:
            send_trial(acc, one, who)
        to = recipient(who)
        if json:
            print_json({"channel": channel.name, "to": to.address, "is_sent": not dry_run})
        elif dry_run:
            message = trial(acc, who)
            say(f"Would send by {channel.name} to {to.name} <{to.address}>: {message.subject}")
            say("", *plain(message).rstrip().split("\n"))
        else:
            say(f"Sent by {channel.name} to {to.name} <{to.address}>.")
