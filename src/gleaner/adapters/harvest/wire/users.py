"""People and their teammates (``harvest/api`` §14, §14.3)."""

from __future__ import annotations

from datetime import timedelta
from decimal import Decimal
from zoneinfo import ZoneInfo

from gleaner.adapters.harvest.wire.objects import Stamped, Wire
from gleaner.core import catalog as core


class User(Stamped):
    first_name: str = ""
    last_name: str = ""
    email: str = ""
    telephone: str = ""
    timezone: str = ""
    """A Harvest name; see :mod:`.zones`."""
    is_active: bool = True
    is_contractor: bool = False
    has_access_to_all_future_projects: bool = False
    weekly_capacity: int = 126000
    """Seconds."""
    default_hourly_rate: Decimal | None = None
    cost_rate: Decimal | None = None
    roles: tuple[str, ...] = ()
    access_roles: tuple[str, ...] = ("member",)
    avatar_url: str = ""
    permissions_claims: tuple[str, ...] = ()
    """``<area>:<read|write>:<own|managed|all>``; undocumented, seen since 2025."""
    can_create_projects: bool = False
    employee_id: str = ""
    calendar_integration_enabled: bool = False
    calendar_integration_source: str = ""

    @property
    def name(self) -> str:
        """As Harvest writes it in time entries."""
        return f"{self.first_name} {self.last_name}".strip()

    def to_core(
        self, zone: ZoneInfo, *, aliases: frozenset[str] = frozenset(), workdays: frozenset[int] | None = None
    ) -> core.Person:
        """The person; what Harvest does not know (*aliases*, *workdays*) comes from the configuration."""
        return core.Person(
            id=core.UserId(self.id),
            name=self.name,
            email=self.email,
            zone=zone,
            aliases=aliases,
            weekly_capacity=timedelta(seconds=self.weekly_capacity),
            workdays=frozenset(range(5)) if workdays is None else workdays,
            is_active=self.is_active,
            access_roles=frozenset(self.access_roles),
            roles=self.roles,
            created_at=self.created_at,
        )


class Teammate(Wire):
    """Somebody whose work a manager may see."""

    id: int
    first_name: str = ""
    last_name: str = ""
    email: str = ""
