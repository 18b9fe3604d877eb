"""``gleaner backtest``: how often Gleaner would have been right, before anything is switched on."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING, Annotated

import typer

from gleaner.faces.cli.options import AccountId, ConfigFile, DryRun, Json, To

if TYPE_CHECKING:
    from gleaner.app.account import Account
    from gleaner.app.adopting import Adopted


def add(app: typer.Typer) -> None:
    app.command("backtest")(backtest)


def backtest(
    days: Annotated[int, typer.Option("--days", min=1, max=366, help="How many days to replay.")] = 90,
    last: To = None,
    person: Annotated[list[str] | None, typer.Option("--person", "-p", help="Only these people.")] = None,
    adopt: Annotated[
        bool,
        typer.Option("--adopt", help="Put what was earned on the ladder, where nobody decided anything yet."),
    ] = False,
    dry_run: DryRun = False,
    json: Json = False,
    config: ConfigFile = None,
    account: AccountId = None,
) -> None:
    """Replay past days and compare what would have been proposed with what people logged by hand.

    Each day is matched with what was known before it. The last day is yesterday unless --to names another. Nothing is
    written: not to Harvest, and no proposal is made. With --adopt the ladder begins where these days put it.
    """
    from gleaner.app.adopting import Adopted, earned
    from gleaner.app.adopting import adopt as put_on_ladder
    from gleaner.app.backtesting import backtest as replay_days
    from gleaner.app.looking import sync
    from gleaner.faces.cli.asked import actor
    from gleaner.faces.cli.laddered import earned_as_json, show_earned, step_as_json
    from gleaner.faces.cli.proposals import step_sentence
    from gleaner.faces.cli.replayed import as_json, show
    from gleaner.faces.cli.session import opened, print_json, progress, say, tell, today_of

    with opened(config, account) as acc:
        end = last if last is not None else today_of(acc) - timedelta(days=1)
        begin = end - timedelta(days=days - 1)
        users = None
        if person:
            sync(acc, progress(), first=begin, last=end)
            users = [acc.person(address).id for address in person]
            for user_id in users:
                acc.check_may_see(user_id)
        people = "".join(f" --person {address}" for address in person or ())
        again = f"gleaner backtest --days {days} --to {end}{people} --adopt"
        found = replay_days(acc, begin, end, progress(), users=users)
        steps = earned(acc, found.replayed)
        is_adopting = adopt and not dry_run
        made = put_on_ladder(acc, steps, begin, end, by=actor(acc)) if is_adopting else Adopted()
        if json:
            ladder = {
                "ladder": earned_as_json(steps, acc.catalog),
                "adopted": [step_as_json(step, acc.catalog) for step in made.steps],
                "run": made.run_id or None,
            }
            print_json(as_json(found, acc.catalog) | ladder)
        else:
            show(found, acc.catalog)
            show_earned(steps, acc.catalog)
            say(*(step_sentence(step, acc.catalog) for step in made.steps))
            tell(*_said(acc, made, again, adopt=adopt, dry_run=dry_run))
            tell(*(str(problem) for problem in found.problems))
    raise typer.Exit(1 if any(not problem.is_hint for problem in found.problems) else 0)


def _said(acc: Account, made: Adopted, again: str, *, adopt: bool, dry_run: bool) -> list[str]:
    """What to know about adopting, and what to do next. *again*: the command that adopts just these days."""
    off = [] if acc.settings.policy.ladder else ["The ladder decides only with ladder = true under [policy]."]
    if not adopt:
        return [f"To begin the ladder there: {again}", *off]
    if dry_run:
        return [f"Nothing was adopted. To do it: {again}", *off]
    if not made.count:
        return ["Nothing was adopted: every step that these days tell of has a record already.", *off]
    begun = "1 step begins" if made.count == 1 else f"{made.count} steps begin"
    return [f"{begun} with these days. Take it back: gleaner undo --run {made.run_id}", *off]
