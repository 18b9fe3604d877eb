"""``gleaner backtest``: how often Gleaner would have been right, before anything is switched on."""

from __future__ import annotations

from datetime import timedelta
from typing import Annotated

import typer

from gleaner.faces.cli.options import AccountId, ConfigFile, Json, To


def add(app: typer.Typer) -> None:
    app.command("backtest")(backtest)


def backtest(
    days: Annotated[int, typer.Option("--days", min=1, max=366, help="How many days to replay.")] = 90,
    last: To = None,
    person: Annotated[list[str] | None, typer.Option("--person", "-p", help="Only these people.")] = None,
    json: Json = False,
    config: ConfigFile = None,
    account: AccountId = None,
) -> None:
    """Replay past days and compare what would have been proposed with what people logged by hand.

    Each day is matched with what was known before it. The last day is yesterday unless --to names another. Nothing is
    written: not to Harvest, and no proposal is made.
    """
    from gleaner.app.backtesting import backtest as replay_days
    from gleaner.app.looking import sync
    from gleaner.faces.cli.replayed import as_json, show
    from gleaner.faces.cli.session import opened, print_json, progress, tell, today_of

    with opened(config, account) as acc:
        end = last if last is not None else today_of(acc) - timedelta(days=1)
        begin = end - timedelta(days=days - 1)
        users = None
        if person:
            sync(acc, progress(), first=begin, last=end)
            users = [acc.person(address).id for address in person]
            for user_id in users:
                acc.check_may_see(user_id)
        found = replay_days(acc, begin, end, progress(), users=users)
        if json:
            print_json(as_json(found, acc.catalog))
        else:
            show(found, acc.catalog)
            tell(*(str(problem) for problem in found.problems))
    raise typer.Exit(1 if any(not problem.is_hint for problem in found.problems) else 0)
