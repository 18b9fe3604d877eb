"""``gleaner login`` and ``gleaner logout``: get into Harvest, and forget it again."""

from __future__ import annotations

import sys
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from gleaner.faces.cli.options import AccountId, ConfigFile, Json

if TYPE_CHECKING:
    from gleaner.app.login import Standing
    from gleaner.core.secrets import Secret


def add(app: typer.Typer) -> None:
    app.command("login")(login)
    app.command("logout")(logout)


def login(
    context: typer.Context,
    token: Annotated[
        bool, typer.Option("--token", help="Keep a personal access token, asked for or read from stdin.")
    ] = False,
    google: Annotated[
        str,
        typer.Option(
            "--google",
            metavar="ADDRESS",
            help="Log in at Google instead: that person's calendars may be read.",
        ),
    ] = "",
    mailbox: Annotated[
        str,
        typer.Option(
            "--mailbox",
            metavar="USER",
            help="Keep the password of a mailbox with receipts instead, asked for or read from stdin.",
        ),
    ] = "",
    no_browser: Annotated[
        bool, typer.Option("--no-browser", help="Only print the address; open it yourself.")
    ] = False,
    port: Annotated[
        int,
        typer.Option("--port", min=0, max=65535, help="Where the browser comes back to, on this machine."),
    ] = 8735,
    seconds: Annotated[int, typer.Option("--seconds", min=1, help="How long to wait for you.")] = 300,
    new_key: Annotated[
        bool, typer.Option("--new-key", help="Only encrypt what is kept with a new key.")
    ] = False,
    json: Json = False,
    config: ConfigFile = None,
    account: AccountId = None,
) -> None:
    """Log in to Harvest (or Google) in the browser, or keep a token or password; encrypted, in the database.

    A token in GLEANER_HARVEST__TOKEN comes before what is kept.
    """
    _check_words(context, token=token, new_key=new_key, mailbox=bool(mailbox))
    if mailbox and (google or token or new_key):
        raise typer.BadParameter("--mailbox goes alone; leave the others out.")
    if google and token:
        raise typer.BadParameter("--google does not go with --token; leave one of them out.")
    where = _Where(config, account, port, seconds, opens_browser=not no_browser)
    if new_key:
        _encrypt_anew(where, json=json)
    elif mailbox:
        _of_mailbox(where, mailbox, json=json)
    elif google:
        _at_google(where, google, json=json)
    else:
        _at_harvest(where, token=token, json=json)


@dataclass(frozen=True)
class _Where:
    """Which account, and how the browser comes back."""

    config: Path | None
    account: int | None
    port: int
    seconds: int
    opens_browser: bool


def _encrypt_anew(where: _Where, *, json: bool) -> None:
    from gleaner.app.login import renew_key
    from gleaner.faces.cli.session import print_json, say

    number = renew_key(where.config, account=where.account)
    if json:
        print_json({"encrypted_anew": number})
    else:
        say("What is kept is encrypted with the new key." if number else "Nothing is kept yet.")


def _of_mailbox(where: _Where, user: str, *, json: bool) -> None:
    from gleaner.app.login import keep_mailbox_password
    from gleaner.faces.cli.session import print_json, say

    def ask() -> Secret:
        return _asked(f"Password of {user}")

    kept = keep_mailbox_password(where.config, user, ask, account=where.account)
    if json:
        print_json({"user": user, "kept": kept})
    else:
        say(kept, "Next: gleaner doctor")


def _at_google(where: _Where, person: str, *, json: bool) -> None:
    from gleaner.app.login import login_at_google
    from gleaner.faces.cli.session import print_json, say

    kept = login_at_google(
        where.config,
        person,
        lambda url: _show(url, browser=where.opens_browser, whom="Google"),
        lambda: _asked("Secret of your OAuth client"),
        port=where.port,
        seconds=where.seconds,
        account=where.account,
    )
    if json:
        print_json({"who": person, "kept": kept})
    else:
        say(f"Gleaner may read the calendars of {person}.", kept, "Next: gleaner doctor")


def _at_harvest(where: _Where, *, token: bool, json: bool) -> None:
    from dataclasses import asdict

    from gleaner.app.login import login_with_browser, login_with_token
    from gleaner.faces.cli.session import print_json, say, tell

    if token:
        standing = login_with_token(where.config, _asked("Personal access token"), account=where.account)
    else:
        standing = login_with_browser(
            where.config,
            lambda url: _show(url, browser=where.opens_browser),
            lambda: _asked("Secret of your OAuth2 application"),
            port=where.port,
            seconds=where.seconds,
            account=where.account,
        )
    if json:
        print_json(asdict(standing))
    else:
        say(*_said(standing))
    if standing.is_overruled:
        tell("GLEANER_HARVEST__TOKEN is set and comes first; unset it to use this login.")


def _check_words(context: typer.Context, *, token: bool, new_key: bool, mailbox: bool) -> None:
    """Refuse what would do nothing."""
    chosen = "--new-key" if new_key else "--token" if token else "--mailbox" if mailbox else ""
    if not chosen:
        return
    idle = {"no_browser": "--no-browser", "port": "--port", "seconds": "--seconds"}
    if new_key:
        idle["token"] = "--token"  # noqa: S105  (an option's name)
    for name, word in idle.items():
        source = context.get_parameter_source(name)
        if source is not None and source.name == "COMMANDLINE":
            raise typer.BadParameter(f"{chosen} does not go with {word}; leave one of them out.")


def logout(json: Json = False, config: ConfigFile = None, account: AccountId = None) -> None:
    """Forget what gleaner login kept. At Harvest the token stays valid until you revoke it there."""
    from gleaner.app.login import logout as forget
    from gleaner.faces.cli.session import print_json, say

    was_there = forget(config, account=account)
    if json:
        print_json({"was_there": was_there})
    elif was_there:
        say("Forgotten. To make it useless everywhere, revoke it at id.getharvest.com/developers.")
    else:
        say("Nothing was kept.")


def _asked(what: str) -> Secret:
    """Typed unseen, or the first line of what is piped in; never an argument, which other programs can see."""
    from gleaner.core.secrets import Secret

    if sys.stdin.isatty():
        return Secret(typer.prompt(what, hide_input=True, err=True))
    return Secret(sys.stdin.readline())


def _show(url: str, *, browser: bool, whom: str = "Harvest") -> None:
    from gleaner.faces.cli.session import tell

    tell(f"Log in to {whom} here, and allow Gleaner in:", "", f"  {url}", "", "Waiting for the browser …")
    if browser:
        import webbrowser

        webbrowser.open(url)


def _said(standing: Standing) -> list[str]:
    lines = [
        f"Logged in as {standing.who or 'somebody without a name'}, {standing.account} ({standing.account_id})."
    ]
    others = [
        f"{name} ({number})" for number, name in standing.accounts.items() if number != standing.account_id
    ]
    if others:
        lines.append(f"It also opens {', '.join(others)}; each needs a gleaner.toml of its own.")
    if standing.expires_at is not None:
        lines.append(
            f"The access token lasts until {standing.expires_at:%a %d %b %Y %H:%M} UTC and renews itself."
        )
    lines.append(f"Kept encrypted in {standing.kept_in}; the key is in {standing.key_in}.")
    return [*lines, "Next: gleaner doctor"]
