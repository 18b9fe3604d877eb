"""What the simulated people spend in the demo's weeks: some file it with a receipt, some without, one twice."""

from __future__ import annotations

import hashlib
import struct
import zlib
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal
from pathlib import Path

from gleaner.app.filing import Said, file, file_receipt
from gleaner.core.catalog import Person, UserId
from gleaner.core.errors import GleanerError
from gleaner.faces.demo.state import Walk

RECEIPTS = "receipts"
"""The folder in the demo's."""
_KINDS = (("Travel", "Train to the client", 18, 160), ("Meals", "Lunch with the client", 14, 85),
          ("Software", "Icon set", 19, 120))  # fmt: skip
_SPENDERS = 4


@dataclass(frozen=True)
class Cost:
    """One true cost."""

    person: Person
    project: str
    category: str
    amount: Decimal
    on: date
    notes: str
    receipt: bytes | None


def file_costs(state: Walk, seed: int) -> tuple[list[Cost], int]:
    """Let people file what they spent; what is true, and how many second copies of a receipt were not filed."""
    folder = state.folder / RECEIPTS
    folder.mkdir(exist_ok=True)
    true, doubles = list(costs(state, seed)), 0
    for number, cost in enumerate(true, 1):
        said = Said(cost.project, cost.category, cost.amount, on=cost.on, notes=cost.notes)
        if cost.receipt is None:
            file(state.account, cost.person, said, today=cost.on, by=cost.person.email)
            continue
        path = folder / f"receipt-{number}.png"
        path.write_bytes(cost.receipt)
        _file(state, cost, path, said)
        if number == 1:
            # Somebody files the same paper once more.
            try:
                _file(state, cost, path, said)
            except GleanerError:
                doubles += 1
    return true, doubles


def _file(state: Walk, cost: Cost, path: Path, said: Said) -> None:
    file_receipt(state.account, cost.person, path, said, today=cost.on, by=cost.person.email)


def costs(state: Walk, seed: int) -> Iterator[Cost]:
    """One a week of each of a few people, on a project of a client; drawn by the seed."""
    catalog, truth = state.account.catalog, state.truth
    numbers = sorted(UserId(one["user_id"]) for one in truth.people if one["user_id"] is not None)
    for user_id in numbers[:_SPENDERS]:
        slots = [one for one in catalog.slots(user_id) if one.is_billable and not one.project.is_fixed_fee]
        projects = sorted({one.project.id for one in slots})
        for week in range((truth.last - truth.first).days // 7 + 1):
            draw = _draw(seed, user_id, week)
            if not projects:
                continue
            category, notes, least, most = _KINDS[draw[0] % len(_KINDS)]
            cents = least * 100 + int.from_bytes(draw[1:4], "big") % ((most - least) * 100)
            yield Cost(
                catalog.people[user_id], str(projects[draw[4] % len(projects)]), category, Decimal(cents) / 100,
                truth.first + timedelta(weeks=week, days=draw[5] % 5), notes,
                None if week % 3 == 2 else slip(draw),
            )  # fmt: skip


def slip(draw: bytes) -> bytes:
    """A small white picture with lines on it, each draw's its own, as PNG.

    >>> slip(b"abc")[1:4], slip(b"abc") == slip(b"abd")
    (b'PNG', False)
    """
    rows = b"".join(b"\0" + bytes(96 if bit < byte % 24 else 255 for bit in range(24)) for byte in draw)
    head = struct.pack(">IIBBBBB", 24, len(draw), 8, 0, 0, 0, 0)
    parts = ((b"IHDR", head), (b"IDAT", zlib.compress(rows)), (b"IEND", b""))
    return b"\x89PNG\r\n\x1a\n" + b"".join(
        struct.pack(">I", len(body)) + kind + body + struct.pack(">I", zlib.crc32(kind + body))
        for kind, body in parts
    )


def _draw(seed: int, user_id: int, week: int) -> bytes:
    return hashlib.sha256(f"{seed}/spends/{user_id}/{week}".encode()).digest()
