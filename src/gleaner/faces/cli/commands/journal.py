"""``gleaner journal``: what Gleaner did, why, and what Harvest answered."""

from __future__ import annotations

from typing import Annotated

import typer

from gleaner.faces.cli.options import AccountId, ConfigFile, Json


def add(app: typer.Typer) -> None:
    app.command("journal")(journal)


def journal(
    limit: Annotated[int, typer.Option("--limit", "-n", min=1, max=10_000, help="How many lines.")] = 30,
    run: Annotated[str | None, typer.Option("--run", help="One run only.")] = None,
    person: Annotated[str | None, typer.Option("--person", "-p", help="One person only.")] = None,
    json: Json = False,
    config: ConfigFile = None,
    account: AccountId = None,
) -> None:
    """The newest lines first: who decided, what was done, and the entry it made.

    An administrator's token sees everybody's, any other those about its owner.
    """
    from dataclasses import asdict

    from gleaner.app.chronicle import whose
    from gleaner.faces.cli.session import opened, print_json, say, synced, table

    with opened(config, account) as acc:
        synced(acc)
        user_id, with_invoices = whose(acc, acc.person(person) if person else None)
        lines = acc.journal.lines(limit=limit, run_id=run, user_id=user_id, with_invoices=with_invoices)
        people = acc.catalog.people
    if json:
        print_json([asdict(line) for line in lines])
    elif not lines:
        say("The journal is empty: Gleaner has done nothing yet.")
    else:
        rows = (
            (
                f"{line.at:%Y-%m-%d %H:%M}",
                people[line.user_id].name if line.user_id is not None and line.user_id in people else "",
                line.actor,
                line.event,
                line.text,
            )
            for line in lines
        )
        table(("When (UTC)", "Whose", "Who decided", "What", "In words"), rows)
