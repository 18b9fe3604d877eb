"""``gleaner retention``: let go of what is older than it may be kept."""

from __future__ import annotations

import typer

from gleaner.faces.cli.options import AccountId, ConfigFile, DryRun, Json


def add(app: typer.Typer) -> None:
    app.command("retention")(retention)


def retention(
    dry_run: DryRun = False, json: Json = False, config: ConfigFile = None, account: AccountId = None
) -> None:
    """Delete what was seen more than keep_days ago, and the words of what was decided. Time entries stay."""
    from dataclasses import asdict

    from gleaner.app.retention import retain
    from gleaner.faces.cli.session import opened, print_json, say, tell

    with opened(config, account) as acc:
        days = acc.settings.capture.keep_days
        done = retain(acc, acc.clock.now(), dry_run=dry_run)
    if json:
        print_json(asdict(done) | {"keep_days": days, "is_dry_run": dry_run})
        return
    verb = "would be" if dry_run else "were"
    if done.is_empty:
        say(f"Nothing is older than {days} days.")
        return
    say(f"Older than {days} days (before {done.before:%a %d %b %Y}):")
    for number, what in (
        (done.withdrawn, f"proposals nobody decided {verb} withdrawn"),
        (done.proposals, f"proposals {verb} left without title, reason, evidence and notes"),
        (done.activities, f"seen pieces of work {verb} deleted"),
        (done.journal, f"lines of the journal {verb} left without words"),
        (done.runs, f"runs {verb} left without words"),
        (done.cached, f"copies of feeds {verb} deleted"),
        (done.receipts, f"files of receipts {verb} deleted"),
    ):
        if number:
            say(f"  {number:>7} {what}")
    tell("Time entries in Harvest, and who decided what and when, stay.")
    if dry_run:
        tell("Nothing was changed.")
