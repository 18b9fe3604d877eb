"""Phases of projects that somebody says are done: billing rules wait for them. For administrators."""

from __future__ import annotations

from datetime import date

from starlette.responses import Response

from gleaner.app.billing.listing import check_may_bill
from gleaner.app.billing.phasing import mark_phase
from gleaner.app.billing.ruling import rules_of
from gleaner.app.billing.seeing import bills_of
from gleaner.core.apart import full_names, project_names
from gleaner.core.errors import ConfigError
from gleaner.faces.web.registry import Pages
from gleaner.faces.web.visit import Said, Visit


def add(pages: Pages) -> None:
    pages.get("/invoices/phases", phases, who="administrator")
    pages.post("/invoices/phases", mark, who="administrator")


def phases(visit: Visit) -> Response:
    """Which phases are done, and which rules wait for."""
    account = visit.account
    check_may_bill(account)
    catalog = account.catalog
    waits = {
        (project_id, name.casefold()): rule.name
        for rule in rules_of(account) for name in rule.trigger.phases for project_id in rule.projects
    }  # fmt: skip
    done = {
        (project_id, name): on
        for project_id, of in bills_of(account).phases().items()
        for name, on in of.items()
    }
    rows = [
        (catalog.projects[project_id], name, done.get((project_id, name)), waits.get((project_id, name), ""))
        for project_id, name in sorted({*waits, *done}) if project_id in catalog.projects
    ]  # fmt: skip
    projects = full_names((one for one in catalog.projects.values() if one.is_active), catalog)
    return visit.show(
        "invoices_phases.html", title=visit.words.text("Phases of projects"), rows=rows,
        projects=sorted(projects.items(), key=lambda one: (one[1].casefold(), one[0])),
        called=project_names({project.id: project for project, *_ in rows}.values(), catalog),
        names=sorted({name for _, name in waits}),
    )  # fmt: skip


def mark(visit: Visit) -> Response:
    """Say that a phase is done, or open again."""
    check_may_bill(visit.account)
    said, words = visit.said, visit.words
    on: date | None = None
    if not said("open"):
        try:
            on = date.fromisoformat(said("on") or str(visit.today))
        except ValueError:
            raise ConfigError(words.text("That is no day; write it as 2026-03-10.")) from None
    project, rules = mark_phase(visit.account, said("project", 200), said("phase", 200), on)
    values = {"phase": said("phase"), "project": project.name}
    if on is None:
        text = words.text("The phase “{phase}” of {project} is open again.", **values)
    else:
        text = words.text("The phase “{phase}” of {project} is done, {day}.", day=words.day(on), **values)
    goes = words.text("Rules that go by it: {rules}.", rules=", ".join(rules))
    none = words.text("No billing rule goes by it yet.")
    return visit.go("/invoices/phases", Said(f"{text} {goes if rules else none}"))
