"""Which pages there are, and who may see each: what the navigation, the routes and the tests of permissions go by."""

from __future__ import annotations

import importlib
import pkgutil
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Literal

from starlette.responses import Response

from gleaner.core.catalog import Catalog, Person

if TYPE_CHECKING:
    from gleaner.faces.web.visit import Visit

Who = Literal["member", "lead", "administrator"]
"""``member``: whoever is signed in. ``lead``: administrators, managers of people, and managers of a project."""
Handler = Callable[["Visit"], Response]
Method = Literal["GET", "POST"]


@dataclass(frozen=True)
class Page:
    """One address of the site, and what answers there. It may block: it runs in a thread."""

    path: str
    method: Method
    handler: Handler
    who: Who
    nav: str = ""
    """What the navigation calls it, in English; empty: it is not in there."""
    rank: int = 0
    """Its place in the navigation."""
    named_for: Callable[[Person, Catalog], bool] = lambda _person, _catalog: True
    """Who finds it there, of those who may enter: a page that only refuses somebody is no place to lead them to."""


@dataclass
class Pages:
    """Filled by the modules of :mod:`gleaner.faces.web.pages`."""

    all: list[Page] = field(default_factory=list)

    def get(
        self,
        path: str,
        handler: Handler,
        *,
        who: Who = "member",
        nav: str = "",
        rank: int = 0,
        named_for: Callable[[Person, Catalog], bool] = lambda _person, _catalog: True,
    ) -> None:
        """A page to look at: it changes nothing."""
        self.all.append(Page(path, "GET", handler, who, nav, rank, named_for))

    def post(self, path: str, handler: Handler, *, who: Who = "member") -> None:
        """What a button of a page does."""
        self.all.append(Page(path, "POST", handler, who))

    def navigation(self, person: Person, catalog: Catalog) -> list[Page]:
        """What *person* finds in the navigation, in its order."""
        open_to = (page for page in self.all if page.nav and may_enter(page.who, person, catalog))
        named = (page for page in open_to if page.named_for(person, catalog))
        return sorted(named, key=lambda page: (page.rank, page.nav))


def all_pages() -> Pages:
    """Every page of ours."""
    from gleaner.faces.web import pages as ours

    found = Pages()
    for module in sorted(pkgutil.iter_modules(ours.__path__), key=lambda one: one.name):
        importlib.import_module(f"{ours.__name__}.{module.name}").add(found)
    return found


def may_enter(who: Who, person: Person, catalog: Catalog) -> bool:
    """Whether *person* is one of those. What they see inside is for each page to say."""
    if who == "member" or "administrator" in person.access_roles:
        return True
    if who == "administrator":
        return False
    return "manager" in person.access_roles or bool(catalog.managed(person.id))
