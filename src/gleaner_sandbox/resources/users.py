"""``/users`` and ``/users/me``.  Source: api.md §14, §7."""

import hashlib
from collections.abc import Iterable

from gleaner_sandbox import outbox, permissions, shapes
from gleaner_sandbox.loading import seeded
from gleaner_sandbox.permissions import Reach
from gleaner_sandbox.resources import rates, roles, teammates
from gleaner_sandbox.resources.contacts import is_mail
from gleaner_sandbox.rules import coerce, fields, zones
from gleaner_sandbox.schemas import FLAG, INT, MOMENT, NUMBER, STRING, declare, many, maybe, one_of, paged
from gleaner_sandbox.state import Books
from gleaner_sandbox.switches import switch
from gleaner_sandbox.tables import (
    BILLABLE_RATES,
    COST_RATES,
    EXPENSES,
    TEAMMATES,
    TIME_ENTRIES,
    USER_ASSIGNMENTS,
    USERS,
    Row,
)
from gleaner_sandbox.wire.answers import Answer, forbidden, invalid, missing
from gleaner_sandbox.wire.call import Call, ok
from gleaner_sandbox.wire.endpoints import endpoint
from gleaner_sandbox.wire.listing import conditions, listed

FIELDS = [
    fields.text("first_name", required=True),
    fields.text("last_name", required=True),
    fields.text("email", required=True),
    fields.text("telephone", ""),
    fields.text("timezone"),
    fields.flag("has_access_to_all_future_projects"),
    fields.flag("is_contractor"),
    fields.flag("is_active", default=True),
    fields.whole("weekly_capacity"),
    fields.Field("roles", coerce.texts),
    fields.Field("access_roles", coerce.texts),
]
RATES = [fields.number("default_hourly_rate"), fields.number("cost_rate")]
_STORED = ("id", "first_name", "last_name", "email", "telephone", "timezone", "weekly_capacity")
_FLAGS = ("has_access_to_all_future_projects", "is_contractor", "is_active")
_LEGACY_FLAGS = ("is_admin", "is_project_manager", "can_see_rates", "can_create_invoices")
USER = declare(
    "User",
    {
        "id": INT,
        **dict.fromkeys(_STORED[1:-1], STRING),
        "weekly_capacity": INT,
        **dict.fromkeys(_FLAGS, FLAG),
        "created_at": MOMENT,
        "updated_at": MOMENT,
        "can_create_projects": FLAG,
        "default_hourly_rate": maybe(NUMBER),
        "cost_rate": maybe(NUMBER),
        "roles": many(STRING),
        "access_roles": many(one_of(*permissions.BASE_ROLES, *permissions.EXTRAS, "people_manager")),
        "permissions_claims": many(STRING),
        "avatar_url": STRING,
        "employee_id": maybe(STRING),
        "calendar_integration_enabled": FLAG,
        "calendar_integration_source": maybe(STRING),
        **dict.fromkeys(_LEGACY_FLAGS, FLAG),
    },
    sometimes=("default_hourly_rate", "cost_rate", *_LEGACY_FLAGS),
)
_LEGACY = switch(
    "legacy_user_flags",
    ("absent", "present"),
    "Users have only access_roles, or also the flags these replaced in 2021: is_admin, can_see_rates … (§14).",
)
_UNPAID = switch(
    "new_user_rates",
    ("none", "zero"),
    "A user created without rates has none and shows null, as seen live, or has rates of 0 (docs' samples, §14).",
)
_IANA = switch(
    "iana_timezones",
    ("refused", "translated"),
    "A person's zone by its IANA name is a 422, or is taken for Harvest's name of it, as one client's help says (§6).",
)
_NOT_FOR_MANAGERS = {"email", "roles", "access_roles", "is_active"}
"""What a manager cannot change about a teammate (api.md §7)."""


def render(call: Call, row: Row) -> Row:
    """One person, as the caller may see them: rates only with the permission for them (api.md §7)."""
    books = call.books
    base = next(role for role in permissions.BASE_ROLES if role in row["access_roles"])
    looks_after = base == "manager" and books.exists(TEAMMATES, "user_id = ?", row["id"])
    shown = {
        **shapes.picked(row, (*_STORED, *_FLAGS, "created_at", "updated_at")),
        "can_create_projects": permissions.reach(row["access_roles"], "projects.create") > Reach.NONE,
        "default_hourly_rate": rates.current(books, BILLABLE_RATES, row["id"]),
        "cost_rate": rates.current(books, COST_RATES, row["id"]),
        "roles": roles.names_of(books, row["id"]),
        "access_roles": [*row["access_roles"], *(["people_manager"] if looks_after else [])],
        "permissions_claims": permissions.CLAIMS[base],
        "avatar_url": row["avatar_url"],
        "employee_id": row["employee_id"],
        "calendar_integration_enabled": False,
        "calendar_integration_source": None,
    }
    hidden = {"default_hourly_rate": not call.sees_rates, "cost_rate": not call.sees_costs}
    legacy = _legacy(row["access_roles"]) if call.switch(_LEGACY) == "present" else {}
    return {**call.veiled(shown, [key for key, holds in hidden.items() if holds]), **legacy}


def _legacy(access_roles: list[str]) -> Row:
    """The flags of before 2021, as the access roles would set them (uncertain)."""
    can = {"administrator", "managed_projects_invoice_drafter", "managed_projects_invoice_manager"}
    return {
        "is_admin": "administrator" in access_roles,
        "is_project_manager": "manager" in access_roles,
        "can_see_rates": permissions.sees_billable_rates(access_roles),
        "can_create_invoices": bool(can & set(access_roles)),
    }


@seeded("users", order=20)
def load(books: Books, rows: Iterable[Row]) -> None:
    for row in rows:
        user = _store(books, {**fields.defaults(FIELDS), **row})
        roles.set_names(books, user["id"], {*roles.names_of(books, user["id"]), *(row.get("roles") or [])})


@endpoint("GET", "/users", "users.read", asks=("is_active", "updated_since"), answers=paged("users", USER))
def index(call: Call) -> Answer:
    asked_for = conditions(call, "is_active")
    if call.reach is not Reach.ALL:
        asked_for.add("id IN (SELECT teammate_id FROM teammates WHERE user_id = ?)", call.person.id)
    return listed(call, "users", USERS, lambda row: render(call, row), asked_for)


@endpoint("GET", "/users/me", "me.read", answers=USER)
def me(call: Call) -> Answer:
    return ok(render(call, call.person.row))


@endpoint("GET", "/users/{id}", "users.read", answers=USER)
def show(call: Call) -> Answer:
    return ok(render(call, _visible(call)))


@endpoint("POST", "/users", "users.create", accepts=[*FIELDS, *RATES], answers=USER)
def create(call: Call) -> Answer:
    said = _checked(call, call.read(FIELDS), None)
    paid = call.read(RATES)
    user = _store(call.books, said)
    roles.set_names(call.books, user["id"], said["roles"] or [])
    usual = 0.0 if call.switch(_UNPAID) == "zero" else None
    for table, key in ((BILLABLE_RATES, "default_hourly_rate"), (COST_RATES, "cost_rate")):
        rate = usual if paid[key] is None else paid[key]
        if rate is not None:
            rates.add(call.books, table, user["id"], rate, None)
    _invite(call, user)
    return call.created("/users", render(call, user))


@endpoint("PATCH", "/users/{id}", "users.write", accepts=FIELDS, answers=USER)
def change(call: Call) -> Answer:
    user = _visible(call)
    said = call.read(FIELDS, partly=True)
    if call.reach is not Reach.ALL:
        shown = render(call, user)
        if any(said[key] != shown[key] for key in _NOT_FOR_MANAGERS & set(said)):
            raise forbidden()
    archived = not said.get("is_active", user["is_active"])
    if archived and any(
        said.get(key, user[key]) != user[key] for key in ("first_name", "last_name", "email")
    ):
        raise invalid("Archived users cannot be renamed")  # refusal documented, words ours
    said = _checked(call, said, user["id"])
    if said.get("access_roles") and "manager" not in said["access_roles"]:
        teammates.replace(call.books, user["id"], [])
    if "roles" in said:
        roles.set_names(call.books, user["id"], said.pop("roles") or [])
    nulls = [key for key in ("timezone", "weekly_capacity", "access_roles") if said.get(key, 0) in (None, [])]
    return ok(render(call, call.books.update(USERS, user, {k: v for k, v in said.items() if k not in nulls})))


@endpoint("DELETE", "/users/{id}", "users.create", answers=USER)
def delete(call: Call) -> Answer:
    user = call.find(USERS, call.ids[0])
    used = any(call.books.exists(table, "user_id = ?", user["id"]) for table in (TIME_ENTRIES, EXPENSES))
    if used or user["id"] == call.person.id:
        # That time or expenses keep a person is documented; the words are ours.
        raise invalid("This user is not removable. They still have time entries and/or expenses.", hint=True)
    shown = render(call, user)
    for table in (USER_ASSIGNMENTS, BILLABLE_RATES, COST_RATES, TEAMMATES):
        call.books.delete_where(table, "user_id = ?", user["id"])
    call.books.delete_where(TEAMMATES, "teammate_id = ?", user["id"])
    roles.set_names(call.books, user["id"], [])
    call.books.delete(USERS, user["id"])
    return ok(shown)


def _invite(call: Call, user: Row) -> None:
    """Mail the invitation; its words are ours."""
    me, company = call.person.row, call.company["name"]
    outbox.post(
        call.books,
        "invitation",
        {"name": shapes.full_name(me), "email": me["email"]},
        [{"name": shapes.full_name(user), "email": user["email"]}],
        f"Join {company} on Harvest",
        f"{shapes.full_name(me)} invites you to track time with {company}.\n",
    )


def _visible(call: Call) -> Row:
    """The person of the path; managers see only their teammates."""
    user = call.find(USERS, call.ids[0])
    if call.reach is not Reach.ALL and user["id"] not in call.person.team:
        raise missing()
    return user


def _store(books: Books, said: Row) -> Row:
    """A new person, with what was left unsaid filled in."""
    face = hashlib.sha256(said["email"].encode()).hexdigest()[:32]
    usual = {
        "timezone": said.get("timezone") or books.company["timezone"],
        "weekly_capacity": said.get("weekly_capacity") or books.company["weekly_capacity"],
        "access_roles": list(said.get("access_roles") or ["member"]),
        "avatar_url": said.get("avatar_url")
        or f"https://cache.harvestapp.com/assets/profile_images/{face}.png",
        "employee_id": said.get("employee_id"),
    }
    return books.insert(USERS, {key: value for key, value in {**said, **usual}.items() if key != "roles"})


def _checked(call: Call, said: Row, own_id: int | None) -> Row:
    problems = []
    mail = said.get("email")
    if mail and not is_mail(mail):
        problems.append("Email is not valid")
    elif mail and call.books.exists(USERS, "lower(email) = lower(?) AND id IS NOT ?", mail, own_id):
        problems.append(f"Email {mail} has already been taken")  # live text contains the address
    if said.get("timezone") and said["timezone"] not in zones.names():
        known = zones.harvests_name(said["timezone"]) if call.switch(_IANA) == "translated" else None
        problems += [] if known else ["Timezone is not included in the list"]  # uncertain
        said = {**said, "timezone": known}
    if said.get("access_roles"):
        said["access_roles"] = [role for role in said["access_roles"] if role != "people_manager"]
        problems += [wrong] if (wrong := permissions.problem_with(said["access_roles"])) else []
    if problems:
        raise invalid(*problems)
    return said
