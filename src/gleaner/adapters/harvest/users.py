"""People, ``/users`` (``harvest/api`` §14)."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import datetime
from decimal import Decimal
from typing import TypedDict, Unpack

from gleaner.adapters.harvest import wire
from gleaner.adapters.harvest.resource import Resource
from gleaner.adapters.harvest.transport import Transport


class UserFields(TypedDict, total=False):
    """What may be sent. Capacity is in seconds; names and address of archived people stay as they are."""

    first_name: str
    last_name: str
    email: str
    timezone: str
    has_access_to_all_future_projects: bool
    is_contractor: bool
    is_active: bool
    weekly_capacity: int
    roles: Sequence[str]
    access_roles: Sequence[str]


class NewUser(UserFields, total=False):
    """What may be sent at first; the two names and the e-mail address are needed.

    From then on the rates have their own places: ``billable_rates`` and ``cost_rates``.
    """

    telephone: str
    default_hourly_rate: Decimal
    cost_rate: Decimal


class Users(Resource[wire.User]):
    def __init__(self, transport: Transport) -> None:
        super().__init__(transport, "/users", "users", wire.User)

    def list(
        self, *, is_active: bool | None = None, updated_since: datetime | None = None
    ) -> Iterator[wire.User]:
        return self._list({"is_active": is_active, "updated_since": updated_since})

    def me(self) -> wire.User:
        """Whose token this is. Open to everyone."""
        return self._get("me")

    def get(self, user_id: int) -> wire.User:
        return self._get(user_id)

    def create(self, **fields: Unpack[NewUser]) -> wire.User:
        """Harvest sends the person an invitation by e-mail."""
        return self._create(dict(fields))

    def update(self, user_id: int, **fields: Unpack[UserFields]) -> wire.User:
        return self._update(user_id, dict(fields))

    def delete(self, user_id: int) -> None:
        """Only people without time and expenses; archive others with ``is_active=False``."""
        self._delete(user_id)
