"""The journal: everything Gleaner did, newest first, and taking it back."""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping, Sequence
from datetime import date, datetime
from urllib.parse import urlencode

from starlette.responses import Response

from gleaner.app.adopting import take_back
from gleaner.app.chronicle import Retraction, Told, Wanted, can_undo_some, leaf, of_one, of_run
from gleaner.app.deciding import undo
from gleaner.app.laddering import steps_since
from gleaner.core.catalog import Catalog
from gleaner.core.errors import ConfigError, Refused
from gleaner.core.language import Words
from gleaner.faces.web.life_words import actor, events, name_of, reversal, step, taken, target, written
from gleaner.faces.web.registry import Pages
from gleaner.faces.web.visit import NotFound, Said, Visit
from gleaner.review.door import Outcome
from gleaner.review.inbox import Item
from gleaner.review.journal import Happening, Line

_LARGEST = 2**63 - 1


def add(pages: Pages) -> None:
    pages.get("/journal", journal, nav="Journal", rank=60)
    pages.get("/journal/undo/{short}", ask_one)
    pages.post("/journal/undo/{short}", undo_one)
    pages.get("/journal/run/{run}", ask_run)
    pages.post("/journal/run/{run}", undo_run)


def journal(visit: Visit) -> Response:
    """The lines that the address asks for and this person may read."""
    wanted, account = _wanted(visit), visit.account
    found = leaf(account, wanted)
    asked = {name: visit.query[name] for name in ("who", "run", "kind", "day") if visit.query.get(name)}
    return visit.show(
        "journal.html",
        title=visit.words.text("Journal"),
        lines=[_shown(one, account.catalog, visit.words) for one in found.lines],
        older=_address(asked | {"before": str(found.older)}) if found.older is not None else "",
        newest=_address(asked) if wanted.before is not None else "",
        asked=asked,
        kinds=events(visit.words),
        people=_people(visit),
        run_can_go=bool(wanted.run_id) and can_undo_some(account, wanted.run_id or ""),
        zone=visit.person.zone,
    )


def _wanted(visit: Visit) -> Wanted:
    """What the address asks for. Raises NotFound for what it cannot mean."""
    query = visit.query
    kind, day, before = (query.get(name, "") for name in ("kind", "day", "before"))
    known: Mapping[str, Happening] = {name: name for name in events(visit.words)}
    if kind and kind not in known:
        raise NotFound
    if before and not (before.isascii() and before.isdigit() and int(before[:20]) <= _LARGEST):
        raise NotFound
    on: date | None = visit.day(day) if day else None
    person = visit.whose(query["who"]) if query.get("who") else None
    return Wanted(person, query.get("run") or None, known.get(kind), on, int(before[:20]) if before else None)


def _people(visit: Visit) -> list[tuple[int, str]]:
    """Whom the filter offers: nobody to whom only their own is shown."""
    if not visit.account.is_administrator:
        return []
    people = sorted(visit.account.catalog.people.values(), key=lambda one: one.name.casefold())
    return [(one.id, one.name) for one in people]


def _address(asked: Mapping[str, str]) -> str:
    return f"/journal?{urlencode(asked)}" if asked else "/journal"


def _shown(one: Told, catalog: Catalog, words: Words) -> dict[str, object]:
    """A line as the page shows it."""
    line = one.line
    return {
        "number": one.number, "line": line, "kind": events(words)[line.event], "whose": name_of(line.user_id, catalog),
        "by": actor(line.actor, words), "details": _details(line), "text": line.text,
        "short": one.item.short if one.item is not None else "", "obstacle": written(one.obstacle, words),
    }  # fmt: skip


def _details(line: Line) -> Sequence[tuple[str, str]]:
    """What was sent and what came back, as the journal has it: without secrets and rates."""
    sides = (("request", line.request), ("answer", line.answer))
    return [(name, json.dumps(side, indent=1, ensure_ascii=False)) for name, side in sides if side]


# --- taking back ---------------------------------------------------------------------------------------------------


def ask_one(visit: Visit) -> Response:
    """What taking back one thing would come to, before anything happens."""
    return _ask(visit, _found(visit, "short", of_one), f"/journal/undo/{visit.part('short')}")


def ask_run(visit: Visit) -> Response:
    """The same for all that a run did."""
    return _ask(visit, _found(visit, "run", of_run), f"/journal/run/{visit.part('run')}")


def undo_one(visit: Visit) -> Response:
    return _undone(visit, _found(visit, "short", of_one))


def undo_run(visit: Visit) -> Response:
    return _undone(visit, _found(visit, "run", of_run))


def _found(visit: Visit, part: str, of: Callable[..., Retraction]) -> Retraction:
    """Raises NotFound for what is not there and for what is somebody else's: which of the two is not told."""
    try:
        return of(visit.account, visit.part(part))
    except (ConfigError, Refused):
        raise NotFound from None


def _ask(visit: Visit, found: Retraction, action: str) -> Response:
    words, catalog = visit.words, visit.account.catalog
    return visit.show(
        "journal_undo.html",
        title=words.text("Take back"),
        action=action,
        items=[_about(item, why, catalog, words) for item, why in found.items],
        adopted=[taken(one, catalog, words) for one in found.done.adopted],
        can_go=bool(found.possible or found.done.adopted),
    )


def _about(item: Item, why: str, catalog: Catalog, words: Words) -> dict[str, object]:
    action = item.proposal.action
    project, task = getattr(action, "project_id", None), getattr(action, "task_id", None)
    return {
        "item": item, "what": reversal(action, words), "obstacle": written(why, words),
        "where": target(project, task, catalog) if project else "", "hours": getattr(action, "hours", None),
        "whose": name_of(item.proposal.user_id, catalog),
    }  # fmt: skip


def _undone(visit: Visit, found: Retraction) -> Response:
    """Take it back; what can be seen to be impossible is asked of Harvest all the same, which knows better."""
    account, words = visit.account, visit.words
    since = account.clock.now()
    steps = take_back(account, found.done.run_id, by=visit.me) if found.done.adopted else []
    items = found.done.items
    outcomes = undo(account, items, by=visit.me, force=visit.said("force") == "yes") if items else []
    said = _said(visit, outcomes, [taken(one, account.catalog, words) for one in steps], since)
    return visit.back(said, otherwise="/journal")


def _said(visit: Visit, outcomes: Sequence[Outcome], steps: Sequence[str], since: datetime) -> Said:
    words = visit.words
    done = [one for one in outcomes if one.result == "applied"]
    left = [_without_command(one.text) for one in outcomes if one.result != "applied"]
    parts = [*(f"{one}." for one in steps)]
    if outcomes and not left:
        parts.append(words.count("It is taken back.", "{n} things are taken back.", len(done)))
    elif outcomes:
        parts.append(words.text("{n} of {all} taken back.", n=len(done), all=len(outcomes)))
        parts += [words.text("Left as it is: {why}.", why=why.rstrip(".")) for why in left]
    if not outcomes and not steps:
        parts.append(words.text("There is nothing to take back."))
    if not steps:
        moved = steps_since(visit.account, since)
        parts += [f"{step(one, visit.account.catalog, words)}." for one in moved]
    return Said(" ".join(parts), is_good=not left)


def _without_command(text: str) -> str:
    """*text* without what it advises on the command line: the page has a box to tick for that."""
    return text.partition("; undo it with --force")[0]
