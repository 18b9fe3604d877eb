"""People's dated rates, live: the port ``core.ports.Rates`` on the real Harvest."""

from __future__ import annotations

from collections.abc import Iterable

from gleaner.adapters.harvest import wire
from gleaner.adapters.harvest.client import Client
from gleaner.core.catalog import UserId
from gleaner.core.rates import DatedRate


class LiveRates:
    """Rates are not copied: who may see them is decided by Harvest at each look."""

    def __init__(self, client: Client) -> None:
        self._client = client

    def billable(self, user_id: UserId) -> list[DatedRate]:
        return _read(self._client.billable_rates.of(user_id))

    def cost(self, user_id: UserId) -> list[DatedRate]:
        return _read(self._client.cost_rates.of(user_id))


def _read(found: Iterable[wire.Rate]) -> list[DatedRate]:
    return [DatedRate(rate.amount, rate.start_date, rate.end_date) for rate in found]
