"""Several Harvest accounts on one sandbox and one database, with approved proposals put straight into their inboxes."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from contextlib import closing
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from pathlib import Path

import pytest
import sqlalchemy as sa
from tests.faults.daemons import EVENING
from tests.journeys import world as worlds
from tests.journeys.world import ANA, BO, World, meeting

from gleaner import config
from gleaner.adapters.store.engine import make_engine
from gleaner.adapters.store.inbox import StoredInbox
from gleaner.adapters.store.jobs import JobKey, JobRow, StoredJobs
from gleaner.adapters.store.tables import journal, proposal, secrets
from gleaner.app.access import Kept, keep, secrets_of
from gleaner.core.actions import CreateTimeEntry
from gleaner.core.catalog import AccountId, ProjectId, TaskId, UserId
from gleaner.core.proposals import Proposal, State, reference
from gleaner.durable.engine import Submitter
from gleaner_sandbox.server import Running

MONDAY = date(2026, 3, 2)
NOW = datetime.fromisoformat(EVENING)
_DAYS = 5
"""The working days of the week before: nothing else touches them."""


@dataclass
class House:
    """One account, and what is to become of its proposals."""

    world: World
    engine: sa.Engine
    wanted: set[str] = field(default_factory=set)
    """References that are to be in Harvest once."""
    unwanted: set[str] = field(default_factory=set)
    """References that are never to be there."""
    seen: int = 0
    """Meetings, whose references nobody knows beforehand."""

    @property
    def id(self) -> AccountId:
        return AccountId(self.world.account_id)

    @property
    def config(self) -> Path:
        return self.world.config

    @property
    def inbox(self) -> StoredInbox:
        return StoredInbox(self.engine, self.id)

    # --- the login -----------------------------------------------------------------------------------------

    def log_in(self, token: str = "") -> None:
        """Keep a token for this account, as ``gleaner login --token`` does."""
        settings = config.load(self.config)
        store = secrets_of(settings, self.config.parent, self.engine, lambda: datetime.now(UTC))
        keep(store, Kept(kind="token", who="Ana Person", token=token or self.world.token()))

    def log_out(self) -> None:
        with self.engine.begin() as connection:
            connection.execute(sa.delete(secrets).where(secrets.c.account_id == self.id))

    # --- proposals -----------------------------------------------------------------------------------------

    def offer(self, count: int, what: str, *, who: Sequence[str] = ("ana", "bo", "cy")) -> list[Proposal]:
        """So many new proposals of *who* by turns, not decided yet."""
        made = [self._proposal(f"{what} {number}", who[number % len(who)], number) for number in range(count)]
        for name in who:
            user_id = UserId(self.world.ids[name])
            theirs = [one for one in made if one.user_id == user_id]
            offered = self.inbox.offer(theirs, user_id=user_id, days=(), now=NOW, withdraw=False)
            assert len(offered.new) == len(theirs)
        return made

    def approve(self, count: int, what: str = "Work", *, who: Sequence[str] = ("ana", "bo", "cy")) -> None:
        """So many proposals that only have to be applied."""
        made = self.offer(count, what, who=who)
        for one in made:
            assert self.inbox.decide(one.key, "accept", by="ana@studio.example", now=NOW)
        self.wanted |= {reference(self.id, one.key) for one in made}

    def meetings(self, count: int) -> None:
        """So many sure meetings of Ana's and Bo's on Tuesday: nobody is asked about them."""
        for who, number in ((ANA, count - count // 2), (BO, count // 2)):
            starts = [480 + 5 * n for n in range(number)]
            titles = [
                (f"{one // 60:02}:{one % 60:02}-{(one + 5) // 60:02}:{(one + 5) % 60:02}", one)
                for one in starts
            ]
            self.world.calendar(who, *(meeting(when, f"APL topic {one}") for when, one in titles))
        self.seen += count

    def _proposal(self, title: str, who: str, number: int) -> Proposal:
        ids, key = self.world.ids, f"asked:{title}"
        day = MONDAY + timedelta(days=number % _DAYS)
        user_id = UserId(ids[who])
        action = CreateTimeEntry(
            user_id, day, Decimal("0.02"), ProjectId(ids["apollo"]), TaskId(ids["programming"]), title,
            reference(self.id, key),
        )  # fmt: skip
        return Proposal(key, action, user_id, day, "Asked for by a test.", "asked", title=title)

    # --- how it stands -------------------------------------------------------------------------------------

    def logged(self) -> Counter[str]:
        """How many entries there are in Harvest per key."""
        found: Counter[str] = Counter()
        for page in range(1, 100):
            entries = self.world.api().get("/time_entries", per_page=2000, page=page)["time_entries"]
            found.update(entry["external_reference"]["id"] for entry in entries)
            if len(entries) < 2000:
                break
        return found

    def states(self) -> Counter[str]:
        with self.engine.connect() as connection:
            rows = connection.execute(sa.select(proposal.c.state).where(proposal.c.account_id == self.id))
            return Counter(row.state for row in rows)

    @property
    def is_done(self) -> bool:
        """Whether nothing is left to be applied."""
        return not self.states().keys() & {"approved", "applying"}

    @property
    def is_complete(self) -> bool:
        """Whether everything that is to be applied is."""
        return self.is_done and self.states()["applied"] >= len(self.wanted) + self.seen

    def jobs(self) -> dict[str, JobRow]:
        """The account's own jobs by name."""
        return {row.key.name: row for row in StoredJobs(self.engine).all([self.id]) if not row.key.user_id}

    def call(self, name: str) -> None:
        """Let one of the account's jobs be due at once."""
        assert StoredJobs(self.engine).call(JobKey(self.id, name, UserId(0)), NOW)

    def assert_each_once(self) -> None:
        """Everything that was wanted is in Harvest once, with one line in the journal; nothing else is."""
        logged = self.logged()
        twice = {key: count for key, count in logged.items() if count > 1}
        assert not twice, f"logged more than once: {twice}"
        assert not self.wanted - set(logged), f"not logged: {self.wanted - set(logged)}"
        assert not self.unwanted & set(logged), "what was dismissed is logged"
        assert len(logged) == len(self.wanted) + self.seen, (len(logged), len(self.wanted), self.seen)
        assert self.states().keys() <= {"applied", "dismissed"}, self.states()
        with self.engine.connect() as connection:
            asked = sa.select(journal.c.proposal_key, journal.c.entry_id).where(
                journal.c.account_id == self.id, journal.c.event.in_(("applied", "found"))
            )
            lines = Counter(row.proposal_key for row in connection.execute(asked))
            applied = sa.select(proposal.c.key, proposal.c.entry_id).where(
                proposal.c.account_id == self.id, proposal.c.state == State.APPLIED.value
            )
            entries = {row.key: row.entry_id for row in connection.execute(applied)}
        assert set(lines.values()) <= {1}, [key for key, count in lines.items() if count > 1]
        assert {reference(self.id, key) for key in lines} == set(logged)
        assert set(entries) == set(lines)
        assert len(set(entries.values())) == len(entries)


@dataclass
class Street:
    """Several houses on one database, and the tick of whoever works for them."""

    houses: list[House]
    engine: sa.Engine

    @property
    def configs(self) -> list[Path]:
        return [house.config for house in self.houses]

    @property
    def is_done(self) -> bool:
        return all(house.is_done for house in self.houses)

    def tick(self) -> None:
        """What the minute does, now; nothing where no daemon ever ran."""
        with closing(Submitter(self.engine)) as submitter:
            submitter.tick()

    def nobody_waits(self) -> None:
        """What was put off for a while may be tried at once."""
        with self.engine.begin() as connection:
            connection.execute(
                sa.update(proposal).where(proposal.c.state == State.APPROVED.value).values(retry_at=None)
            )

    def assert_each_once(self) -> None:
        for house in self.houses:
            house.assert_each_once()


class Builder:
    """Builds streets for one test."""

    def __init__(self, running: Running, folder: Path, patch: pytest.MonkeyPatch) -> None:
        self._running, self._folder, self._patch = running, folder, patch
        self._built: list[Street] = []

    def __call__(self, count: int, database: str, *, running: Running | None = None) -> Street:
        engine = make_engine(database)
        houses = [self._house(engine, database, running or self._running) for _ in range(count)]
        self._built.append(Street(houses, engine))
        return self._built[-1]

    def _house(self, engine: sa.Engine, database: str, running: Running) -> House:
        folder = self._folder / f"house-{len(list(self._folder.glob('house-*')))}"
        folder.mkdir()
        world = worlds.build(running, folder, self._patch)
        world.use(database)
        # One token in the environment would count for all of them.
        self._patch.delenv("GLEANER_HARVEST__TOKEN", raising=False)
        house = House(world, engine)
        house.log_in()
        world.fine("sync")
        return house

    def close(self) -> None:
        for street in self._built:
            for house in street.houses:
                house.world.close()
            street.engine.dispose()
