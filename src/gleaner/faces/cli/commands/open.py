"""``gleaner open``: get into the pages on this machine."""

from __future__ import annotations

from typing import Annotated

import typer

from gleaner.faces.cli.options import AccountId, ConfigFile, Json


def add(app: typer.Typer) -> None:
    app.command("open")(open_pages)


def open_pages(
    person: Annotated[
        str | None,
        typer.Option(
            "--person", metavar="ADDRESS", help="Sign in somebody else; an administrator's token may."
        ),
    ] = None,
    json: Json = False,
    config: ConfigFile = None,
    account: AccountId = None,
) -> None:
    """Print an address that signs you in to the pages of `gleaner up` on this machine: once, within five minutes.

    Whoever has the address gets in, so keep it to yourself. Where you are signed in is on the page Sessions.
    """
    from gleaner.adapters.store.sessions import StoredSessions
    from gleaner.app.daemon.operating import alive
    from gleaner.app.signing_in import HERE_LIFE, address_here, invitation
    from gleaner.faces.cli.session import opened, person_named, print_json, say, synced, tell

    with opened(config, account) as acc:
        synced(acc)
        who = person_named(acc, person)
        address = address_here(acc.settings.daemon, invitation(acc, StoredSessions(acc.engine), who))
        until = acc.clock.now() + HERE_LIFE
        is_up = bool(alive(acc))
    if json:
        print_json({"url": address, "person": who.email, "expires_at": until, "is_running": is_up})
        return
    say(address)
    tell(f"It signs in {who.name}, once, until {until.astimezone():%H:%M}.")
    if not is_up:
        tell("Nothing answers there yet; start it with: gleaner up")
