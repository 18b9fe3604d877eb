"""What the agency spent and billed before the demo: expenses, the invoices for January, two estimates.

January lies before the weeks that the demo writes to, so that the spans which its invoices lock are never in the way.
"""

import base64
import struct
import zlib
from collections.abc import Iterator
from datetime import date, timedelta
from random import Random

from gleaner_sandbox.rules.pdf import pdf
from gleaner_sandbox.seed import (
    EstimateSeed,
    ExpenseCategorySeed,
    ExpenseSeed,
    InvoiceSeed,
    LineItemSeed,
    MessageSeed,
    ReceiptSeed,
)

from .catalog import Project
from .clients import Client
from .people import Person
from .period import FIRST_DAY, week_of
from .streams import chance, stream
from .world import World

JANUARY = (date(2026, 1, 1), date(2026, 1, 31))
INVOICED_ON = date(2026, 2, 2)
_WEEKS_OF_JANUARY = 4
"""A shorter history has no invoices yet."""
_CREATED = "2025-09-01T08:00:00Z"
CATEGORIES: list[ExpenseCategorySeed] = [
    {"id": 901, "name": "Travel", "created_at": _CREATED},
    {"id": 902, "name": "Meals", "created_at": _CREATED},
    {"id": 903, "name": "Software", "created_at": _CREATED},
    {"id": 904, "name": "Mileage", "unit_name": "km", "unit_price": 0.3, "created_at": _CREATED},
]
_SPENT: tuple[tuple[int, tuple[str, ...], float, float], ...] = (
    (901, ("Train to the client", "Taxi from the station", "Hotel, one night"), 18.0, 160.0),
    (902, ("Lunch with the client", "Sandwiches for the workshop"), 14.0, 85.0),
    (903, ("Icon set", "Font licence", "Device cloud, one month"), 19.0, 120.0),
)
"""Category, what for, at least, at most."""
_TRAVELLERS = (0, 1, 2, 3, 10)
"""Slots of the people who spend."""


def expenses(world: World, weeks: int) -> list[ExpenseSeed]:
    """What a few people spent in the first *weeks* weeks, oldest first; the first two weeks are approved."""
    found = []
    for slot in _TRAVELLERS:
        rng = stream(world.seed, "expenses", slot)
        mine = [one for one in world.catalog.of(slot) if one.is_active and one.is_billable]
        for week in range(8):
            # Always drawn, so that a shorter history is the beginning of a longer one.
            made = _expense(rng, world.staff[slot], rng.choice(mine), week)
            if week < weeks and (chance(rng, 0.55) or week == slot):
                found.append(made)
    return sorted(found, key=lambda one: (one["spent_date"], one["user_id"]))


def _expense(rng: Random, person: Person, project: Project, week: int) -> ExpenseSeed:
    day = FIRST_DAY + timedelta(weeks=week, days=rng.randrange(5))
    assert person.user_id is not None
    made: ExpenseSeed = {
        "user_id": person.user_id,
        "project_id": project.id,
        "spent_date": day.isoformat(),
        "is_closed": week_of(day) < 2,
        "billable": rng.random() < 0.8,
        "created_at": f"{day}T16:30:00Z",
    }
    driven, (category, purposes, least, most) = rng.random() < 0.3, rng.choice(_SPENT)
    what, cost, filed = rng.choice(purposes), round(rng.uniform(least, most), 2), rng.random()
    if driven:
        return {**made, "expense_category_id": 904, "units": float(rng.randrange(12, 240)), "notes": "By car"}
    made |= {"expense_category_id": category, "total_cost": cost, "notes": what}
    return {**made, "receipt": _receipt(what, day, cost, as_pdf=filed < 0.3)} if filed < 0.6 else made


def _receipt(what: str, day: date, cost: float, *, as_pdf: bool) -> ReceiptSeed:
    """A small real file: a page that says what was paid, or the picture of a slip."""
    data = pdf("Receipt", f"Receipt\n\n{what}\n{day}\n{cost:.2f}\n") if as_pdf else _slip(day.toordinal())
    name = f"receipt_{day:%Y%m%d}.{'pdf' if as_pdf else 'png'}"
    return {"file_name": name, "data": base64.b64encode(data).decode()}


def _slip(number: int) -> bytes:
    """A white slip of 24 by 32 pixels with grey lines of print, as PNG.

    >>> _slip(7)[:8]
    b'\\x89PNG\\r\\n\\x1a\\n'
    """
    width, height = 24, 32
    rows = [
        bytes(96 if y % 4 == 2 and 3 <= x < 12 + (number * y) % 9 else 255 for x in range(width))
        for y in range(height)
    ]
    head = struct.pack(">IIBBBBB", width, height, 8, 0, 0, 0, 0)
    body = zlib.compress(b"".join(b"\0" + row for row in rows))
    return b"\x89PNG\r\n\x1a\n" + b"".join(
        _chunk(*one) for one in ((b"IHDR", head), (b"IDAT", body), (b"IEND", b""))
    )


def _chunk(kind: bytes, body: bytes) -> bytes:
    return struct.pack(">I", len(body)) + kind + body + struct.pack(">I", zlib.crc32(kind + body))


def invoices(world: World, weeks: int) -> list[InvoiceSeed]:
    """January's invoice of each client: most are paid, one is open, the last a draft."""
    if weeks < _WEEKS_OF_JANUARY:
        return []
    clients = [client for client in world.catalog.clients if client.contacts]
    return [_invoice(world, client, n, len(clients)) for n, client in enumerate(clients)]


def _invoice(world: World, client: Client, number: int, of: int) -> InvoiceSeed:
    mine = [
        one for one in world.catalog.projects if one.client == client and one.is_active and one.is_billable
    ]
    span = {"from": JANUARY[0].isoformat(), "to": JANUARY[1].isoformat()}
    hourly = [one.id for one in mine if not one.is_fixed_fee]
    made: InvoiceSeed = {
        "id": 13150001 + number,
        "client_id": client.id,
        "number": f"2026-{1 + number:03}",
        "issue_date": INVOICED_ON.isoformat(),
        "payment_term": "net 15",
        "subject": "January 2026",
        "line_items": [_part_of_fee(one) for one in mine if one.is_fixed_fee],
        "created_at": f"{INVOICED_ON}T09:00:00Z",
    }
    if hourly:
        halves = {"time": {"summary_type": "task", **span}, "expenses": {"summary_type": "category", **span}}
        made["line_items_import"] = {"project_ids": hourly, **halves}
    if number == of - 1:
        return made
    made |= {"state": "open", "sent_at": f"{INVOICED_ON}T10:00:00Z"}
    about = f"invoice {made['number']} for January 2026"
    made["messages"] = [{**_mailed(client, about), "attach_pdf": True}]
    if number < of - 2:
        paid_on = INVOICED_ON + timedelta(days=9 + stream(world.seed, "payments", number).randrange(10))
        made["payments"] = [{"paid_date": paid_on.isoformat(), "notes": "Bank transfer"}]
    return made


def _mailed(client: Client, about: str) -> MessageSeed:
    """The mail to the client's first contact that a document went with, when it was sent."""
    contact = client.contacts[0]
    return {
        "recipients": [{"name": contact.name, "email": contact.email}],
        "subject": f"{about[0].upper()}{about[1:]}",
        "body": f"Hello {contact.first_name},\n\nhere is our {about}.\n",
    }


def _part_of_fee(project: Project) -> LineItemSeed:
    return {
        "kind": "Service",
        "project_id": project.id,
        "description": f"[{project.code}] {project.name}: first third",
        "unit_price": round((project.fee or 0.0) / 3, 2),
    }


def estimates(world: World, weeks: int) -> Iterator[EstimateSeed]:
    """One that was accepted in the first week, one that still waits for its answer."""
    first, second = world.catalog.clients[0], world.catalog.clients[2]
    plans: tuple[tuple[Client, int, str, list[LineItemSeed]], ...] = (
        (
            first,
            0,
            "Timetable widget",
            [_estimated("Design", 16, 100.0), _estimated("Programming", 48, 110.0)],
        ),
        (
            second,
            4,
            "Search for the shop",
            [_estimated("Concept", 8, 115.0), _estimated("Programming", 60, 105.0)],
        ),
    )
    for number, (client, week, subject, lines) in enumerate(plans):
        if week >= weeks:
            continue
        day = FIRST_DAY + timedelta(weeks=week, days=1)
        made: EstimateSeed = {
            "id": 1439001 + number,
            "client_id": client.id,
            "number": f"E-{1 + number}",
            "issue_date": day.isoformat(),
            "subject": subject,
            "line_items": lines,
            "state": "sent",
            "sent_at": f"{day}T10:00:00Z",
            "created_at": f"{day}T09:00:00Z",
            "messages": [_mailed(client, f"estimate E-{1 + number}: {subject}")],
        }
        accepted: EstimateSeed = {
            **made,
            "state": "accepted",
            "accepted_at": f"{day + timedelta(days=2)}T14:00:00Z",
        }
        yield accepted if number == 0 else made


def _estimated(what: str, hours: float, rate: float) -> LineItemSeed:
    return {"kind": "Service", "description": what, "quantity": hours, "unit_price": rate}
