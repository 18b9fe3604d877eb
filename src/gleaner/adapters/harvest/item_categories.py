"""What lines of invoices and estimates may be called (``harvest/api`` §17.6, §18)."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime
from typing import Literal

from gleaner.adapters.harvest import wire
from gleaner.adapters.harvest.resource import Resource
from gleaner.adapters.harvest.transport import Transport


class ItemCategories(Resource[wire.ItemCategory]):
    """Those of invoices or those of estimates."""

    def __init__(
        self, transport: Transport, kind: Literal["invoice_item_categories", "estimate_item_categories"]
    ) -> None:
        super().__init__(transport, f"/{kind}", kind, wire.ItemCategory)

    def list(self, *, updated_since: datetime | None = None) -> Iterator[wire.ItemCategory]:
        return self._list({"updated_since": updated_since})

    def get(self, category_id: int) -> wire.ItemCategory:
        return self._get(category_id)

    def create(self, name: str) -> wire.ItemCategory:
        return self._create({"name": name})

    def update(self, category_id: int, name: str) -> wire.ItemCategory:
        return self._update(category_id, {"name": name})

    def delete(self, category_id: int) -> None:
        """Refused for the categories that tracked time and expenses become."""
        self._delete(category_id)
