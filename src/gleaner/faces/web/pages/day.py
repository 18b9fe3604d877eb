"""One day: what was seen beside what is proposed for Harvest."""

from __future__ import annotations

from starlette.responses import Response

from gleaner.app.days import day_sum
from gleaner.faces.web.registry import Pages
from gleaner.faces.web.visit import Visit


def add(pages: Pages) -> None:
    pages.get("/day/{day}", day, nav="Day", rank=10)


def day(visit: Visit) -> Response:
    """The day of the person, or of somebody they may see."""
    on = visit.day(visit.part("day"))
    person = visit.whose(visit.query.get("who"))
    total, entries, items = day_sum(visit.account, person, on)
    return visit.show(
        "day.html", title=visit.words.day(on), day=on, total=total, entries=entries, items=items
    )
