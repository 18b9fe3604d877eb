"""Sources and health: what is read and how that went, the copy of Harvest, what runs by itself, and the doctor."""

from __future__ import annotations

from collections.abc import Mapping

from starlette.responses import Response

from gleaner.app.daemon.operating import call, pause
from gleaner.app.errands import Errand
from gleaner.app.health import Check
from gleaner.app.overseeing import (
    JobState,
    begin_examining,
    copy_state,
    examination,
    is_at_work,
    jobs,
    sources,
)
from gleaner.core.errors import ConfigError
from gleaner.core.language import Words
from gleaner.faces.web.life_words import written
from gleaner.faces.web.registry import Pages
from gleaner.faces.web.visit import NotFound, Said, Visit

AT_ONCE = 3.0
"""Seconds a button waits for the doctor; what takes longer is shown as it comes."""
AGAIN = "3"
"""Seconds after which a page that shows work under way is asked for again, with or without scripts."""


def add(pages: Pages) -> None:
    pages.get("/sources", overview, nav="Sources", rank=80)
    pages.post("/sources/jobs/{job}", change_job, who="administrator")
    pages.get("/sources/check", checks, who="administrator")
    pages.post("/sources/check", check, who="administrator")


def overview(visit: Visit) -> Response:
    """How everything stands, as far as this person may see."""
    account, words = visit.account, visit.words
    return visit.show(
        "sources.html",
        title=words.text("Sources and health"),
        sources=sources(account),
        parts=[(_parts(words)[name], at) for name, at in copy_state(account).items()],
        jobs=[_job(one, words) for one in jobs(account)],
        is_at_work=is_at_work(account),
        may_act=account.is_administrator,
        has_examined=account.is_administrator and examination(account) is not None,
        zone=visit.person.zone,
    )


def _parts(words: Words) -> Mapping[str, str]:
    return {
        "catalogue": words.text("people, clients, projects and tasks"),
        "time_entries": words.text("time entries"),
        "expenses": words.text("expenses"),
        "invoices": words.text("invoices"),
    }


def _job(one: JobState, words: Words) -> dict[str, object]:
    return {
        "job": one, "says": written(one.says, words),
        "for": words.count("{n} person", "{n} people", one.people) if one.people else words.text("the account"),
    }  # fmt: skip


def change_job(visit: Visit) -> Response:
    """Let a job run now, leave it alone, or let it go on: for everybody it is for."""
    account, words, name = visit.account, visit.words, visit.part("job")
    if name not in {one.name for one in jobs(account)}:
        raise NotFound
    try:
        match visit.said("do"):
            case "run":
                call(account, name, None)
                text = (
                    words.text("{name} runs now.", name=name)
                    if is_at_work(account)
                    else words.text(
                        "{name} is due. Nobody is at work: it runs as soon as gleaner up does.", name=name
                    )
                )
            case "pause":
                pause(account, name, None, is_paused=True)
                text = words.text("{name} is left alone until somebody lets it go on.", name=name)
            case "resume":
                pause(account, name, None, is_paused=False)
                text = words.text("{name} goes on.", name=name)
            case _:
                raise NotFound
    except ConfigError as error:
        return visit.go("/sources", Said(visit.words.again(error.text), is_good=False))
    return visit.go("/sources", Said(text))


def check(visit: Visit) -> Response:
    """Have everything tried once; the page after it shows what came of it so far."""
    begin_examining(visit.account).wait(AT_ONCE)
    return visit.go("/sources/check")


def checks(visit: Visit) -> Response:
    """The examination that is under way, or the last."""
    found: Errand[list[Check]] | None = examination(visit.account)
    answer = visit.show(
        "checks.html",
        title=visit.words.text("The doctor"),
        errand=found,
        # A copy: it grows meanwhile.
        checks=list(found.result or ()) if found is not None else [],
        zone=visit.person.zone,
    )
    if found is not None and found.is_running:
        answer.headers["Refresh"] = AGAIN
    return answer
