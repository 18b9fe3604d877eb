"""What invoices and estimates have in common (``harvest/api`` §17, §18)."""

from __future__ import annotations

from datetime import date, datetime
from decimal import Decimal

from gleaner.adapters.harvest.wire.objects import ClientRef, MaybeRef, Stamped, Wire


class Line(Wire):
    """One line item; its amount is quantity × unit price, before discount and tax."""

    id: int | None = None
    kind: str = ""
    """The name of an item category."""
    description: str = ""
    quantity: Decimal = Decimal(1)
    unit_price: Decimal = Decimal(0)
    amount: Decimal = Decimal(0)
    taxed: bool = False
    taxed2: bool = False


class Bill(Stamped):
    """An invoice or an estimate. Taxes and discount are percentages, everything else is in *currency*."""

    client: ClientRef | None = None
    creator: MaybeRef = None
    client_key: str = ""
    """The last part of the address of the page the client sees."""
    number: str = ""
    purchase_order: str = ""
    subject: str = ""
    notes: str = ""
    currency: str = ""
    amount: Decimal = Decimal(0)
    """With discount and taxes."""
    tax: Decimal | None = None
    tax_amount: Decimal = Decimal(0)
    tax2: Decimal | None = None
    tax2_amount: Decimal = Decimal(0)
    discount: Decimal | None = None
    discount_amount: Decimal = Decimal(0)
    issue_date: date | None = None
    sent_at: datetime | None = None
