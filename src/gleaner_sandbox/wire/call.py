"""One request after the doors: who calls, how far they may reach, with what parameters, on whose books."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, tzinfo
from functools import cached_property
from typing import Any

from gleaner_sandbox import permissions
from gleaner_sandbox.clock import today
from gleaner_sandbox.permissions import Reach
from gleaner_sandbox.rules import fields, zones
from gleaner_sandbox.rules.fields import Field
from gleaner_sandbox.state import Books
from gleaner_sandbox.switches import Switch, Switches, switch
from gleaner_sandbox.tables import TEAMMATES, USER_ASSIGNMENTS, Row, Table
from gleaner_sandbox.wire.answers import Answer, forbidden, invalid, missing

_HIDDEN = switch(
    "hidden_rates",
    ("missing", "null"),
    "Rates in the answers to those who may not see them: their keys are missing, as seen live, or they are null (§7).",
)


class Person:
    """The caller: a user of the account."""

    def __init__(self, books: Books, row: Row) -> None:
        self._books = books
        self.row = row
        self.id: int = row["id"]
        self.roles: list[str] = row["access_roles"]
        self.is_admin = "administrator" in self.roles

    @cached_property
    def managed_projects(self) -> list[int]:
        """Ids of the projects this person manages.  Source: api.md §7."""
        where = "user_id = ? AND is_project_manager AND is_active"
        return self._books.values(USER_ASSIGNMENTS, "project_id", where, self.id)

    @cached_property
    def team(self) -> list[int]:
        """Ids of the teammates this person looks after."""
        return self._books.values(TEAMMATES, "teammate_id", "user_id = ?", self.id)

    @property
    def zone(self) -> tzinfo:
        return zones.zone(self.row["timezone"])


@dataclass
class Call:
    """What an endpoint gets."""

    books: Books
    person: Person
    reach: Reach
    """How far the person gets with the endpoint's permission; never NONE."""
    params: Mapping[str, Any]
    """Query parameters; in a write also the body, which wins."""
    ids: Sequence[int]
    """The ids in the path, from left to right."""
    root: str
    """Scheme and host, as the client wrote them: ``http://127.0.0.1:8080``."""
    path: str
    """The path behind ``/v2``, without a trailing slash."""
    now: datetime
    switches: Switches

    def switch(self, which: Switch) -> str:
        """How *which* stands."""
        return self.switches.get(which)

    @property
    def url(self) -> str:
        """The address of this path, without a query."""
        return f"{self.root}/v2{self.path}"

    @property
    def company(self) -> Row:
        return self.books.company

    def today(self) -> str:
        """The date on the wall of the caller's zone."""
        return today(self.now, self.person.zone).isoformat()

    def find(self, table: Table, row_id: int, **expected: Any) -> Row:
        """The row with that id whose columns are as *expected*, or a 404."""
        row = self.books.get(table, row_id)
        if row is None or any(row[key] != value for key, value in expected.items()):
            raise missing()
        return row

    def read(self, declared: Sequence[Field], *, partly: bool = False) -> Row:
        """The parameters as values of the *declared* fields, or a 422 with every message."""
        values, problems = fields.read(declared, self.params, partly=partly)
        if problems:
            raise invalid(*problems)
        return values

    def refuse_rates(self, said: Row, row: Row | None = None) -> None:
        """403 when somebody who may not see rates sets one, or lets another one count, in a new thing or in *row*
        (uncertain; the permission is to see *and edit* them).

        A null rate is what they may have been shown: sent back, it changes nothing, and goes from *said*.
        """
        if self.sees_rates:
            return
        usual = row.get("use_default_rates") if row else True
        if said.get("hourly_rate") is not None or said.get("use_default_rates", usual) != usual:
            raise forbidden()
        if row is not None:
            said.pop("hourly_rate", None)

    def created(self, place: str, body: Row) -> Answer:
        """201, with the address in Harvest's longer form (api.md §1)."""
        return Answer(201, body, {"Location": f"{self.root}/api/v2{place}/{body['id']}"})

    @cached_property
    def sees_rates(self) -> bool:
        return permissions.sees_billable_rates(self.person.roles)

    def priced(self, shape: Row) -> Row:
        """*shape* without its rate for those who may not see rates (uncertain for nested objects)."""
        return shape if self.sees_rates else self.veiled(shape, ["hourly_rate"])

    def veiled(self, shape: Row, keys: Collection[str]) -> Row:
        """*shape* as somebody sees it who may not see what the *keys* hold."""
        if self.switch(_HIDDEN) == "null":
            return {**shape, **dict.fromkeys(keys)}
        return {key: value for key, value in shape.items() if key not in keys}

    @cached_property
    def sees_costs(self) -> bool:
        return permissions.sees_cost_rates(self.person.roles)


def ok(body: Any) -> Answer:
    """200."""
    return Answer(200, body)
