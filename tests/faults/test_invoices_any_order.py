"""Whatever is done to invoices in whatever order, killed or not: time is billed once, each invoice is mailed once."""

from __future__ import annotations

import random
from collections import Counter
from collections.abc import Callable
from contextlib import suppress
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from typing import Any

import pytest
from tests.faults.billing_driver import Killed, killed, one_round
from tests.journeys.billing import HOURLY, billable, in_month, invoices, mails, ours, rule
from tests.journeys.world import World


class Story:
    """One sequence of events; each later one believes that an hour has passed."""

    def __init__(self, world: World, chance: random.Random) -> None:
        self.world = world
        self.chance = chance
        self.hours = 0

    def work(self) -> None:
        for _ in range(self.chance.randint(1, 3)):
            day = in_month(self.chance.randint(1, 27))
            self.world.by_hand(self.chance.randint(1, 400) / 100, "apollo", "programming", "More", day=day)

    def _later(self) -> None:
        """An hour passes, for Harvest too."""
        self.hours += 1
        self.world.running.control.set_now(datetime.now(UTC) + timedelta(hours=self.hours))

    def round(self) -> None:
        self._later()
        one_round(self.world.config, "", 3600 * self.hours, killed)

    def die(self) -> None:
        self._later()
        where = f"{self.chance.choice(['request', 'answered'])}:{self.chance.randint(8, 30)}"
        with suppress(Killed):
            one_round(self.world.config, where, 3600 * self.hours, killed)

    def lose(self) -> None:
        self.world.running.control.set_faults("lost, match=POST /v2/invoices*, times=1")
        self.round()
        self.world.running.control.set_faults("")

    def cancel(self) -> None:
        self._say("cancel", "draft", "approved", "differs", "planned")

    def again(self) -> None:
        self._say("again", "cancelled")

    def send(self) -> None:
        self._say("send", "draft", "approved")

    def delete_in_harvest(self) -> None:
        drafts = [one for one in invoices(self.world) if one["state"] == "draft"]
        if drafts:
            self.world.api().delete(f"/invoices/{self.chance.choice(drafts)['id']}")

    def _say(self, verb: str, *states: str) -> None:
        fitting = [one for one in ours(self.world) if one["state"] in states]
        if fitting:
            self.world.gleaner("invoices", verb, self.chance.choice(fitting)["id"])

    def assert_once(self) -> None:
        made = invoices(self.world)
        entries = self.world.entries()
        worth: dict[int, Decimal] = Counter()  # type: ignore[assignment]
        for entry in entries:
            if entry["invoice"] is not None:
                worth[entry["invoice"]["id"]] += Decimal(str(entry["rounded_hours"])) * 80
        assert {one["id"]: Decimal(str(one["amount"])) for one in made} == {
            number: amount.quantize(Decimal("0.01")) for number, amount in worth.items()
        }
        alive = [one for one in ours(self.world) if one["state"] not in ("cancelled", "planned")]
        assert sorted(one["harvest_id"] for one in alive) == sorted(one["id"] for one in made)
        assert max(Counter(one["key"] for one in alive).values(), default=0) <= 1
        assert max(Counter(_about(one) for one in mails(self.world)).values(), default=0) <= 1


def _about(mail: dict[str, Any]) -> str:
    return str(mail["subject"])


@pytest.mark.parametrize("seed", range(12))
def test_billed_once_and_mailed_once(world: World, seed: int) -> None:
    billable(world)
    rule(world, HOURLY[0].replace("10", "4"), 'mail_subject = "{number} {amount} {period}"')
    chance = random.Random(seed)
    story = Story(world, chance)
    events: list[Callable[[], None]] = [
        story.work, story.work, story.round, story.die, story.die, story.lose, story.cancel, story.again, story.send,
        story.delete_in_harvest,
    ]  # fmt: skip
    story.work()
    for _ in range(10):
        chance.choice(events)()
    # Whoever died last is followed by somebody.
    story.round()
    story.assert_once()
