"""``gleaner jobs``: what runs by itself, when, and how it went."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated

import typer

from gleaner.faces.cli.options import AccountId, ConfigFile, DryRun, Json, PersonAddress

if TYPE_CHECKING:
    from datetime import datetime

    from gleaner.app.account import Account
    from gleaner.app.daemon.operating import Listed
    from gleaner.core.catalog import Person

Name = Annotated[str, typer.Argument(metavar="JOB", help="Name of a job, from `gleaner jobs`.")]
ForWhom = Annotated[
    str | None,
    typer.Option("--person", "-p", help="Only for this person; otherwise for everybody it is for."),
]


def add(app: typer.Typer) -> None:
    group = typer.Typer(help="What runs by itself, when, and how it went.", invoke_without_command=True)
    group.callback()(jobs)
    group.command("run")(run)
    group.command("pause")(pause)
    group.command("resume")(resume)
    app.add_typer(group, name="jobs")


def jobs(
    context: typer.Context,
    everybody: Annotated[
        bool, typer.Option("--all", help="A line for each person, not for each job.")
    ] = False,
    json: Json = False,
    config: ConfigFile = None,
    account: AccountId = None,
) -> None:
    """What runs by itself, when, and how it went."""
    if context.invoked_subcommand is not None:
        return
    from gleaner.app.daemon.operating import alive, listed
    from gleaner.faces.cli.session import opened, print_json, say, tell

    with opened(config, account) as acc:
        found, workers = listed(acc), alive(acc)
        if json:
            print_json(
                {"workers": [one.executor_id for one in workers], "jobs": [_as_json(one) for one in found]}
            )
        else:
            _show(found, acc.clock.now(), everybody=everybody)
            names = ", ".join(one.executor_id for one in workers)
            if workers:
                say(f"At work: {names}.")
            else:
                tell("Nobody is at work: nothing runs by itself until you start gleaner up.")
    troubles = any(one.row.failures or one.row.result in ("trouble", "failed", "waiting") for one in found)
    raise typer.Exit(1 if troubles else 0)


def run(
    job: Name,
    person: ForWhom = None,
    dry_run: DryRun = False,
    json: Json = False,
    config: ConfigFile = None,
    account: AccountId = None,
) -> None:
    """Let a job run now instead of at its time. What it does is the same, and done once."""
    from gleaner.app.daemon.operating import alive, call, named
    from gleaner.faces.cli.session import opened, print_json, say

    with opened(config, account) as acc:
        who = _who(acc, person)
        chosen = named(acc, job, who) if dry_run else call(acc, job, who)
        is_served = bool(alive(acc))
        if json:
            print_json([_as_json(one) for one in chosen])
        elif dry_run:
            say(f"{_what(chosen)} would run {'now' if is_served else 'as soon as gleaner up does'}.")
        elif is_served:
            say(f"{_what(chosen)} runs now; see how it went: gleaner jobs")
        else:
            say(f"{_what(chosen)} is due. Nobody is at work: it runs as soon as gleaner up does.")


def pause(
    job: Name,
    person: ForWhom = None,
    dry_run: DryRun = False,
    json: Json = False,
    config: ConfigFile = None,
    account: AccountId = None,
) -> None:
    """Leave a job alone until you resume it; `apply` keeps everything from being logged."""
    _set(job, person, config, account, is_paused=True, dry_run=dry_run, json=json)


def resume(
    job: Annotated[
        str | None, typer.Argument(metavar="JOB", help="Name of a job, from `gleaner jobs`.")
    ] = None,
    person: ForWhom = None,
    clock: Annotated[
        bool, typer.Option("--clock", help="The present time is right: go on although the clock went back.")
    ] = False,
    dry_run: DryRun = False,
    json: Json = False,
    config: ConfigFile = None,
    account: AccountId = None,
) -> None:
    """Let a paused job go on; or everything, after the clock went back."""
    from gleaner.app.daemon.operating import go_by_the_clock
    from gleaner.core.errors import ConfigError
    from gleaner.faces.cli.session import opened, print_json, say

    if clock == (job is not None):
        raise ConfigError("name a job, or give --clock")
    if job is not None:
        _set(job, person, config, account, is_paused=False, dry_run=dry_run, json=json)
        return
    with opened(config, account) as acc:
        now = acc.clock.now() if dry_run else go_by_the_clock(acc)
        if json:
            print_json({"clock": now, "dry_run": dry_run})
        else:
            say(f"Gleaner {'would go' if dry_run else 'goes'} by {_at(now)} from now on.")


def _set(
    job: str,
    person: str | None,
    config: ConfigFile,
    account: AccountId,
    *,
    is_paused: bool,
    dry_run: bool,
    json: bool,
) -> None:
    from gleaner.app.daemon.operating import named
    from gleaner.app.daemon.operating import pause as set_paused
    from gleaner.faces.cli.session import opened, print_json, say

    with opened(config, account) as acc:
        who = _who(acc, person)
        chosen = named(acc, job, who) if dry_run else set_paused(acc, job, who, is_paused=is_paused)
        if json:
            print_json([_as_json(one) for one in chosen])
            return
        would = "would be " if dry_run else "is "
        if is_paused:
            say(f"{_what(chosen)} {would}paused until: gleaner jobs resume {job}")
        else:
            say(f"{_what(chosen)} {'would go' if dry_run else 'goes'} on.")


def _who(account: Account, address: PersonAddress) -> Person | None:
    return account.person(address) if address is not None else None


def _what(chosen: list[Listed]) -> str:
    people = [one.person.name for one in chosen if one.person is not None]
    if not people:
        return chosen[0].name
    return (
        f"{chosen[0].name} of {people[0]}"
        if len(people) == 1
        else f"{chosen[0].name} of {len(people)} people"
    )


def _show(found: list[Listed], now: datetime, *, everybody: bool) -> None:
    from gleaner.faces.cli.session import table

    groups: dict[tuple[str, object], list[Listed]] = {}
    for one in found:
        groups.setdefault((one.name, one.person.id if everybody and one.person else 0), []).append(one)
    rows = [_line(group, now) for group in groups.values()]
    table(("job", "for", "next", "last", "how it went"), rows)


def _line(group: list[Listed], now: datetime) -> tuple[str, str, str, str, str]:
    """One line for one job, or for the same job of several people: the soonest, and the worst."""
    first = group[0]
    whom = (
        "the account"
        if first.person is None
        else first.person.name
        if len(group) == 1
        else f"{len(group)} people"
    )
    paused = sum(one.row.is_paused for one in group)
    soonest = min((one.row.next_at for one in group if one.row.next_at is not None), default=None)
    running = sum(one.row.state != "idle" for one in group)
    if paused == len(group):
        coming = "paused"
    elif running:
        coming = "now" if len(group) == 1 else f"now, {running} of {len(group)}"
    elif soonest is None:
        coming = "every minute" if first.name == "apply" else "never"
    else:
        coming = "now" if soonest <= now else _at(soonest)
    if paused and paused != len(group):
        coming += f"; {paused} paused"
    ended = [one.row for one in group if one.row.ended_at is not None]
    bad = [row for row in ended if row.result != "fine"]
    newest = max((row.ended_at for row in ended if row.ended_at is not None), default=None)
    told = max(bad or ended, key=lambda row: str(row.ended_at), default=None)
    how = "" if told is None else told.text if told.result == "fine" else f"{told.result}: {told.text}"
    if bad and len(group) > 1:
        how = f"{len(bad)} of {len(group)} not: {how}"
    return first.name, whom, coming, _at(newest) if newest else "", how


def _at(moment: datetime) -> str:
    return f"{moment.astimezone():%a %d %b %H:%M}"


def _as_json(one: Listed) -> dict[str, object]:
    row = one.row
    return {
        "job": one.name,
        "says": one.says,
        "person": one.person.email if one.person else None,
        "zone": row.zone,
        "next_at": row.next_at,
        "is_paused": row.is_paused,
        "state": row.state,
        "done_through": row.done_through,
        "last": {
            "started_at": row.started_at,
            "ended_at": row.ended_at,
            "result": row.result,
            "text": row.text,
            "failures": row.failures,
        },
    }
