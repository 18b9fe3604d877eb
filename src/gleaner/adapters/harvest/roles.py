"""Roles, ``/roles`` (``harvest/api`` §14.4): names for groups of people. They open nothing; access roles do."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from gleaner.adapters.harvest import wire
from gleaner.adapters.harvest.resource import Resource
from gleaner.adapters.harvest.transport import Transport


class Roles(Resource[wire.Role]):
    def __init__(self, transport: Transport) -> None:
        super().__init__(transport, "/roles", "roles", wire.Role)

    def list(self) -> Iterator[wire.Role]:
        return self._list()

    def get(self, role_id: int) -> wire.Role:
        return self._get(role_id)

    def create(self, name: str, user_ids: Sequence[int] = ()) -> wire.Role:
        return self._create(_body(name, user_ids))

    def update(self, role_id: int, name: str, user_ids: Sequence[int] | None = None) -> wire.Role:
        """*name* is always needed. *user_ids* are all who have the role from now on; None leaves them as they are."""
        return self._update(role_id, _body(name, user_ids))

    def delete(self, role_id: int) -> None:
        """Takes it from everyone who has it."""
        self._delete(role_id)


def _body(name: str, user_ids: Sequence[int] | None) -> dict[str, object]:
    return {"name": name} if user_ids is None else {"name": name, "user_ids": list(user_ids)}
