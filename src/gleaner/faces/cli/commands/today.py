"""``gleaner today``: one day, added up."""

from __future__ import annotations

import typer

from gleaner.faces.cli.options import AccountId, ConfigFile, Json, On, PersonAddress


def add(app: typer.Typer) -> None:
    app.command("today")(today)


def today(
    person: PersonAddress = None,
    on: On = None,
    json: Json = False,
    config: ConfigFile = None,
    account: AccountId = None,
) -> None:
    """What Harvest holds for the day, what is ready to accept, what is unsure, and what is still open."""
    from dataclasses import asdict

    from gleaner.app.days import day_sum
    from gleaner.core.time import spoken_day
    from gleaner.faces.cli.proposals import item_as_json, show_items
    from gleaner.faces.cli.session import opened, person_named, print_json, say, synced, table, today_of

    with opened(config, account) as acc:
        synced(acc, on)
        who = person_named(acc, person)
        day = on or today_of(acc, who)
        total, entries, items = day_sum(acc, who, day)
        if json:
            print_json(
                asdict(total)
                | {
                    "open": total.open,
                    "person": who.email,
                    "entries": [asdict(entry) for entry in entries],
                    "proposals": [item_as_json(item, acc.catalog) for item in items],
                }
            )
            return
        say(f"{spoken_day(day)} · {who.name} · {total.sentence}")
        if entries:
            catalog = acc.catalog
            rows = (
                (
                    f"{entry.hours}",
                    catalog.projects[entry.project_id].name if entry.project_id in catalog.projects else "?",
                    catalog.tasks[entry.task_id].name if entry.task_id in catalog.tasks else "?",
                    entry.notes,
                    "Gleaner" if entry.is_ours else "",
                )
                for entry in entries
            )
            table(("Hours", "Project", "Task", "Notes", "By"), rows, right=("Hours",))
        if items:
            show_items(items, acc.catalog, why=False)
        else:
            say("Nothing to review.")
