"""A seeded storm: processes are killed at random while Harvest fails in every way it can and people go on deciding."""

from __future__ import annotations

import random
import signal
import subprocess
import threading
import time
from collections import Counter
from collections.abc import Callable
from dataclasses import asdict, dataclass, field

from tests.faults.daemons import Daemons
from tests.faults.houses import NOW, House, Street

from gleaner.adapters.store.jobs import StoredJobs
from gleaner.core.proposals import Proposal, State, reference
from gleaner_sandbox.wire.control import Control

_POST, _READ = "match=POST /v2/time_entries", "match=GET /v2/*"
_FAULTS = (
    f"lost, {_POST}, rate=0.12",
    f"reset, {_POST}, rate=0.06",
    f"truncate, {_POST}, rate=0.06",
    f"status=502-html, {_POST}, rate=0.06",
    f"status=429, retry_after=0, {_POST}, rate=0.12",
    f"status=500, {_READ}, rate=0.04",
    f"reset, {_READ}, rate=0.04",
    "status=429, retry_after=0, rate=0.06",
    "latency=0.15, rate=0.2",
)
_MORE = ("--forgiving", "--dead-after", "4", "--beat-every", "0.5")


@dataclass
class Summary:
    """What a run of chaos went through."""

    database: str
    seed: int
    proposals: int
    kills: int = 0
    takeovers: int = 0
    """Pieces of work that a process took over from a dead one and said so."""
    lost_replies: int = 0
    throttled: int = 0
    other_faults: int = 0
    ticks: int = 0
    """Beyond those of the minute."""
    calls: int = 0
    """Jobs asked for before their time."""
    decisions: int = 0
    duplicates: int = 0
    seconds: float = 0.0

    def __str__(self) -> str:
        return ", ".join(f"{name.replace('_', ' ')} {value}" for name, value in asdict(self).items())


@dataclass
class Chaos:
    """One run on *street*; :meth:`run` ends when nothing is left to be applied."""

    street: Street
    daemons: Daemons
    control: Control
    dice: random.Random
    roles: tuple[str, ...]
    """Of the processes that live at a time."""
    summary: Summary
    undecided: list[tuple[House, Proposal]] = field(default_factory=list)
    says: Callable[[str], None] = lambda _line: None
    alive: list[tuple[str, subprocess.Popen[bytes]]] = field(default_factory=list)
    _counted: int = 0

    def run(self, *, seconds: float) -> None:
        """The storm, for *seconds* at most or until all is applied; then calm, and everything is finished."""
        began = time.monotonic()
        for role in self.roles:
            process = self.daemons.start(role, *self.street.configs, more=_MORE)
            self.alive.append((role, process))
        told = began
        over = threading.Event()
        killer = threading.Thread(target=self._kill_until, args=(over, random.Random(self.summary.seed)))
        killer.start()
        while time.monotonic() - began < seconds and not self.street.is_done:
            self._something()
            time.sleep(self.dice.uniform(0.0, 1.0))
            if time.monotonic() - told > 10:
                told = time.monotonic()
                self.says(f"{told - began:.0f} s: {self.left()} left; {self.summary}")
        over.set()
        killer.join()
        self._count()
        self.control.set_faults("")
        self.says(f"the storm is over, {self.left()} left")
        self._calm()
        self.summary.seconds = round(time.monotonic() - began, 1)
        for _, process in self.alive:
            process.send_signal(signal.SIGTERM)
        for _, process in self.alive:
            # One that was started a moment ago may not have heard how it is told yet.
            assert process.wait(timeout=60) in (0, -signal.SIGTERM), self.daemons.log(process).read_text()[
                -3000:
            ]
        self.summary.takeovers = sum(
            self.daemons.log(one).read_text().count("took over") for one in self.daemons.running
        )

    def left(self) -> int:
        states = sum((house.states() for house in self.street.houses), Counter[str]())
        return states["approved"] + states["applying"] + states["proposed"]

    # --- what happens --------------------------------------------------------------------------------------

    def _something(self) -> None:
        (happening,) = self.dice.choices((self._fail, self._tick, self._call, self._decide), (3, 5, 2, 3))
        happening()

    def _kill_until(self, over: threading.Event, dice: random.Random) -> None:
        """Any process, at any moment; another in its place comes now or a little later."""
        while not over.wait(dice.uniform(2.0, 7.0)):
            role, process = self.alive.pop(dice.randrange(len(self.alive)))
            process.kill()
            process.wait()
            self.summary.kills += 1
            time.sleep(dice.choice((0.0, 0.0, 1.0)))
            self._start(role)

    def _start(self, role: str) -> None:
        self.alive.append((role, self.daemons.launch(role, *self.street.configs, more=_MORE)))

    def _fail(self) -> None:
        """Other faults than until now, or none for a while."""
        self._count()
        chosen = self.dice.sample(_FAULTS, self.dice.randrange(len(_FAULTS)))
        self.control.set_faults("; ".join(f"{one}, seed={self.dice.randrange(10**6)}" for one in chosen))

    def _count(self) -> None:
        """What was injected since we last looked; the sandbox keeps the last requests only."""
        for rule in self.control.faults:
            if rule.breaks == "lost":
                self.summary.lost_replies += rule.fired
            elif rule.status == "429":
                self.summary.throttled += rule.fired
            elif not rule.latency:
                self.summary.other_faults += rule.fired

    def _tick(self) -> None:
        self.street.nobody_waits()
        self.street.tick()
        self.summary.ticks += 1

    def _call(self) -> None:
        rows = StoredJobs(self.street.engine).all()
        if rows:
            StoredJobs(self.street.engine).call(self.dice.choice(rows).key, NOW)
            self.summary.calls += 1

    def _decide(self) -> None:
        """A person at a terminal, on what waits for one."""
        for _ in range(min(len(self.undecided), self.dice.randrange(1, 4))):
            house, one = self.undecided.pop()
            self.decide(house, one, is_wanted=self.dice.random() < 0.6)

    def decide(self, house: House, one: Proposal, *, is_wanted: bool) -> None:
        """Accepting logs it right away when Harvest answers; otherwise the daemon does. Dismissing is for ever."""
        item = house.inbox.get(one.key)
        assert item is not None, one
        said = house.world.gleaner("review", "accept" if is_wanted else "dismiss", item.short)
        self.summary.decisions += 1
        after = house.inbox.get(one.key)
        assert after is not None, one
        if is_wanted and after.state is State.PROPOSED:
            assert said.code == 3, said  # Harvest did not answer before anything was decided
            self.undecided.insert(0, (house, one))
            return
        assert is_wanted == (after.state is not State.DISMISSED), said
        (house.wanted if is_wanted else house.unwanted).add(reference(house.id, one.key))

    # --- the end -------------------------------------------------------------------------------------------

    def _calm(self) -> None:
        while self.undecided:
            house, one = self.undecided.pop()
            self.decide(house, one, is_wanted=True)
        self.daemons.wait(self._is_quiet, "everything approved is applied and every job is idle", seconds=90)

    def _is_quiet(self) -> bool:
        self.street.nobody_waits()
        self.street.tick()
        time.sleep(0.5)
        jobs = StoredJobs(self.street.engine)
        rows = jobs.all([house.id for house in self.street.houses])
        for row in rows:
            if row.failures and row.state == "idle":
                jobs.call(row.key, NOW)
        is_idle = all(row.state == "idle" and not row.failures for row in rows)
        return is_idle and all(house.is_complete for house in self.street.houses)


def prepared(street: Street, proposals: int, dice: random.Random) -> list[tuple[House, Proposal]]:
    """*proposals* approved ones spread over the houses, some meetings among them, and a few for a person to decide."""
    each, more = divmod(proposals, len(street.houses))
    undecided: list[tuple[House, Proposal]] = []
    for number, house in enumerate(street.houses):
        house.approve(each + (number < more))
        house.meetings(12)
        undecided += [(house, one) for one in house.offer(10, "Perhaps")]
    dice.shuffle(undecided)
    return undecided
