"""Categories of expenses, and of the lines of invoices and estimates."""

from __future__ import annotations

from datetime import UTC, datetime
from decimal import Decimal

import httpx2
import pytest
from tests.unit.adapters.harvest.clerk import Clerk

from gleaner.core.errors import Refused

SINCE = datetime(2026, 3, 1, tzinfo=UTC)


def test_expense_categories_are_listed_written_and_deleted() -> None:
    clerk, path = Clerk(), "/expense_categories"
    mileage: dict[str, object] = {"id": 401, "name": "Mileage", "unit_name": "mile", "unit_price": 0.575}
    clerk.tell_list(path, "expense_categories", [mileage], [{"id": 402, "name": "Meals", "unit_price": None}])
    clerk.tell("GET", f"{path}/401", mileage)
    clerk.tell("POST", path, mileage)
    clerk.tell("PATCH", f"{path}/401", mileage)
    clerk.tell("DELETE", f"{path}/401", httpx2.Response(422, json={"message": "It is used."}))
    categories = clerk.client.expense_categories
    found = categories.list(is_active=True, updated_since=SINCE)
    assert next(found).unit_price == Decimal("0.575")
    assert clerk.query == {"is_active": "true", "updated_since": "2026-03-01T00:00:00Z"}
    assert [one.unit_price for one in found] == [None]
    assert categories.get(401).unit_name == "mile"
    categories.create(name="Mileage", unit_name="mile", unit_price=Decimal("0.575"))
    assert clerk.body == {"name": "Mileage", "unit_name": "mile", "unit_price": 0.575}
    categories.update(401, is_active=False)
    assert clerk.body == {"is_active": False}
    with pytest.raises(Refused, match="It is used"):
        categories.delete(401)


@pytest.mark.parametrize("kind", ["invoice_item_categories", "estimate_item_categories"])
def test_item_categories_are_listed_written_and_deleted(kind: str) -> None:
    clerk, path = Clerk(), f"/{kind}"
    service: dict[str, object] = {"id": 1, "name": "Service", "use_as_service": True, "use_as_expense": False}
    clerk.tell_list(path, kind, [service], [{"id": 2, "name": "Product"}])
    clerk.tell("GET", f"{path}/1", service)
    clerk.tell("POST", path, service)
    clerk.tell("PATCH", f"{path}/1", service)
    clerk.tell("DELETE", f"{path}/1", httpx2.Response(200))
    categories = getattr(clerk.client, kind)
    assert [one.use_as_service for one in categories.list(updated_since=SINCE)] == [True, False]
    assert categories.get(1).name == "Service"
    categories.create("Travel")
    assert clerk.body == {"name": "Travel"}
    categories.update(1, "Journeys")
    assert clerk.body == {"name": "Journeys"}
    categories.delete(1)
    assert clerk.sent[-1] == ("DELETE", f"{path}/1")
