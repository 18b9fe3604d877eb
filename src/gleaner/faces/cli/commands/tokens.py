"""``gleaner tokens``: with what programs and assistants get in for you."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated, Any

import typer

from gleaner.faces.cli.grouped import ListsFirst
from gleaner.faces.cli.options import AccountId, ConfigFile, DryRun, Json

if TYPE_CHECKING:
    from gleaner.adapters.store.api_tokens import ApiToken
    from gleaner.app.account import Account

tokens = typer.Typer(
    cls=ListsFirst,
    help="Tokens with which programs and assistants get in for you, and what each may do.\n\n"
    "Without a command it lists.",
)
_Name = Annotated[str, typer.Argument(metavar="NAME", help="Which program will have it.")]
_Which = Annotated[
    str, typer.Argument(metavar="TOKEN", help="Its name or short name, from `gleaner tokens`.")
]
_Scopes = Annotated[
    list[str] | None,
    typer.Option(
        "--scope", "-s", metavar="SCOPE",
        help="read: look. propose: leave time and expenses in your review. decide: change Harvest. money: budgets and "
        "invoices. Again for each; read alone unless told.",
    ),
]  # fmt: skip
_Days = Annotated[int, typer.Option("--days", min=1, max=366, help="How long it is good for.")]


def add(app: typer.Typer) -> None:
    app.add_typer(tokens, name="tokens")


@tokens.command("list")
def listing(
    everybody: Annotated[
        bool, typer.Option("--everybody", help="Not only yours; for administrators.")
    ] = False,
    json: Json = False,
    config: ConfigFile = None,
    account: AccountId = None,
) -> None:
    """Your tokens: name, what each may do, when it was last used, until when it is good."""
    from gleaner.app.tokens import listed
    from gleaner.faces.cli.proposals import name_of
    from gleaner.faces.cli.session import opened, print_json, say, synced, table

    with opened(config, account) as acc:
        synced(acc)
        found = listed(acc, everybody=everybody)
        if json:
            print_json([_plain(acc, one) for one in found])
        elif not found:
            say("There are no tokens.")
        else:
            now = acc.clock.now()
            rows = (
                (one.short, one.name, name_of(one.user_id, acc.catalog), " ".join(sorted(one.scopes)),
                 f"{one.used_at:%Y-%m-%d %H:%M}" if one.used_at else "never",
                 "over" if one.is_expired(now) else f"{one.expires_at:%Y-%m-%d}" if one.expires_at else "for ever")
                for one in found
            )  # fmt: skip
            table(("", "Name", "Whose", "May", "Last used (UTC)", "Good until"), rows)


@tokens.command("add")
def adding(
    name: _Name,
    scope: _Scopes = None,
    days: _Days = 90,
    dry_run: DryRun = False,
    json: Json = False,
    config: ConfigFile = None,
    account: AccountId = None,
) -> None:
    """Make a token. It is shown this once: keep it where the program finds it, and nowhere else."""
    from gleaner.app.tokens import make
    from gleaner.faces.cli.session import opened, print_json, say, synced, tell

    with opened(config, account) as acc:
        synced(acc)
        made = make(acc, name, scope or ["read"], days=days, dry_run=dry_run)
        plain = _plain(acc, made.token)
    if json:
        print_json({**plain, "token": made.said or None})
        return
    until = f", good until {made.token.expires_at:%a %d %b %Y}" if made.token.expires_at else ""
    may = " ".join(sorted(made.token.scopes))
    if dry_run:
        say(f'Would make the token "{made.token.name}": {may}{until}.')
        tell("Nothing was changed.")
        return
    say(made.said)
    tell(
        f'This is the token "{made.token.name}": {may}{until}. It is not shown again.',
        f"Revoke it: gleaner tokens revoke {made.token.short}",
    )


@tokens.command("revoke")
def revoking(
    which: _Which,
    dry_run: DryRun = False,
    json: Json = False,
    config: ConfigFile = None,
    account: AccountId = None,
) -> None:
    """Let nobody in with TOKEN any more; an administrator revokes others', too."""
    from gleaner.app.tokens import revoke
    from gleaner.faces.cli.session import opened, print_json, say, synced, tell

    with opened(config, account) as acc:
        synced(acc)
        token = revoke(acc, which, dry_run=dry_run)
        plain = _plain(acc, token)
    if json:
        print_json(plain | {"is_dry_run": dry_run})
        return
    say(f'{"Would revoke" if dry_run else "Revoked"} the token "{token.name}" ({token.short}).')
    if dry_run:
        tell("Nothing was changed.")


def _plain(acc: Account, one: ApiToken) -> dict[str, Any]:
    from gleaner.faces.cli.proposals import email_of

    return {
        "id": one.short,
        "name": one.name,
        "person": email_of(one.user_id, acc.catalog),
        "scopes": sorted(one.scopes),
        "made_at": one.made_at,
        "used_at": one.used_at,
        "expires_at": one.expires_at,
    }
