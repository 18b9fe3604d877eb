"""The privacy ledger: what was read, kept, sent and seen of whoever looks; taking it away, and having it deleted."""

from __future__ import annotations

import json
from dataclasses import asdict

from starlette.responses import HTMLResponse, Response

from gleaner.app.disclosing import ledger
from gleaner.app.people import Forgot, export, forget
from gleaner.core.errors import Refused, Unavailable
from gleaner.faces.web.life_words import written
from gleaner.faces.web.registry import Pages
from gleaner.faces.web.templating import render
from gleaner.faces.web.visit import Said, Visit


def add(pages: Pages) -> None:
    pages.get("/privacy", privacy)
    pages.get("/privacy/export", download)
    pages.get("/privacy/forget", ask_to_forget)
    pages.post("/privacy/forget", forget_me)


def privacy(visit: Visit) -> Response:
    """Everything there is to tell this person about their own data; nobody else's is shown here."""
    found = ledger(visit.account, visit.person, visit.today)
    return visit.show(
        "privacy.html",
        title=visit.words.text("What is kept, and who sees it"),
        found=found,
        sections=[(written(one.says, visit.words), one.count) for one in found.sections],
        zone=visit.person.zone,
    )


def download(visit: Visit) -> Response:
    """All of it as one document."""
    content = json.dumps(export(visit.account, visit.person), indent=2, default=str, ensure_ascii=False)
    name = f"gleaner-{visit.person.id}-{visit.today}.json"
    headers = {"Content-Disposition": f'attachment; filename="{name}"', "Cache-Control": "no-store"}
    return Response(content, media_type="application/json", headers=headers)


def ask_to_forget(visit: Visit) -> Response:
    """What would be deleted, counted; nothing is."""
    words = visit.words
    found: Forgot | None = None
    refused = ""
    try:
        found = forget(visit.account, visit.person, dry_run=True)
    except (Refused, Unavailable) as error:
        refused = visit.words.again(error.text)
    return visit.show(
        "privacy_forget.html",
        title=words.text("Delete what is held about me"),
        counts=_counts(found, visit) if found is not None else [],
        stays=[written(one, words) for one in found.stays] if found is not None else [],
        named_in=found.named_in if found is not None else [],
        refused=written(_begun(refused), words) if refused else "",
        email=visit.person.email,
    )


def _begun(text: str) -> str:
    return f"{text[:1].upper()}{text[1:].rstrip('.')}."


def _counts(found: Forgot, visit: Visit) -> list[tuple[str, int]]:
    """What goes, and how much of each."""
    words = visit.words
    named = {
        "activities": words.text("pieces of work that were seen"),
        "proposals": words.text("proposals"),
        "decisions": words.text("of them with your decision"),
        "journal": words.text("lines of the journal about you"),
        "jobs": words.text("jobs that run for you"),
        "copied": words.text("rows of the copy of Harvest"),
        "decided_for_others": words.text("decisions about others that named you, and name nobody then"),
    }
    return [(named[name], count) for name, count in asdict(found.gone).items()]


def forget_me(visit: Visit) -> Response:
    """Delete it, if the address that was typed is this person's; afterwards they are signed out everywhere."""
    words = visit.words
    typed = visit.said("address", most=320).lower()
    if typed not in {one.lower() for one in visit.person.addresses if one}:
        text = words.text("That is not your address, so nothing was deleted.")
        return visit.go("/privacy/forget", Said(text, is_good=False))
    found = forget(visit.account, visit.person)
    return HTMLResponse(
        render(
            "privacy_gone.html",
            words,
            title=words.text("Deleted"),
            counts=_counts(found, visit),
            stays=[written(one, words) for one in found.stays],
            named_in=found.named_in,
        )
    )
