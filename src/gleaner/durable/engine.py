"""One process's engine: workflows that survive a crash, queues that all processes share, one tick a minute.

The engine's rows are progress and nothing else. Whatever it is told to do is written in our tables first, and may be
told again: the same id runs once, and every workflow here may be carried out twice without harm. So its rows can be
thrown away at any time.
"""

from __future__ import annotations

import logging
import threading
import time
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING, Any, Literal, TypeAlias

import sqlalchemy as sa

from gleaner.core.catalog import AccountId
from gleaner.durable.queues import QUEUES, Queue

if TYPE_CHECKING:
    from dbos import DBOSClient

VERSION = "wf-1"
"""Raised only when a workflow's steps change so that one half done could not go on; see ``docs/decisions``."""
NAME = "gleaner"
_TICK = "tick"
_SCHEDULE = "minute"
_MOST_RECOVERIES = 50

Handler: TypeAlias = Callable[..., object]
"""What a workflow does. Called with the plain values it was submitted with; what it returns is kept as JSON."""
Status: TypeAlias = Literal["waiting", "running", "done", "failed", "cancelled"]

_STATUS: Mapping[str, Status] = {
    "ENQUEUED": "waiting", "DELAYED": "waiting", "PENDING": "running", "SUCCESS": "done", "ERROR": "failed",
    "MAX_RECOVERY_ATTEMPTS_EXCEEDED": "failed", "CANCELLED": "cancelled",
}  # fmt: skip


class Submitter:
    """Hands work to the engine, from any process that has the database. Nothing is carried out here."""

    def __init__(self, engine: sa.Engine) -> None:
        self._engine = engine
        self._client: DBOSClient | None = None
        self._lock = threading.Lock()

    def submit(
        self,
        queue: Queue,
        account_id: AccountId,
        workflow_id: str,
        name: str,
        *args: str | int,
        connection: sa.Connection | None = None,
    ) -> None:
        """Have workflow *name* carried out once for that id, however often it is submitted.

        With *connection*, when that transaction commits. Raises SQLAlchemyError when the database says no.
        """
        options: Any = {
            "queue_name": queue.name,
            "queue_partition_key": str(account_id),
            "workflow_name": name,
            "workflow_id": workflow_id,
            "app_version": VERSION,
        }
        if connection is not None:
            self.client.enqueue_in_transaction(connection, options, *args)
            return
        with self._engine.begin() as own:
            self.client.enqueue_in_transaction(own, options, *args)

    def tick(self) -> None:
        """Have the minute's tick run now, without waiting for the minute to pass."""
        self.client.trigger_schedule(_SCHEDULE)

    def cancel(self, workflow_ids: Iterable[str]) -> None:
        """Let none of them begin, or go on after its present step."""
        self.client.cancel_workflows(list(workflow_ids))

    def status(self, workflow_ids: Iterable[str]) -> dict[str, Status]:
        """How each of them stands; what the engine does not know is left out."""
        ids = list(workflow_ids)
        if not ids:
            return {}
        found = self.client.list_workflows(workflow_ids=ids, load_input=False, load_output=False)
        return {one.workflow_id: _STATUS[one.status] for one in found}

    def purge(self, *, older_than: timedelta, at_most: int = 50_000) -> int:
        """Forget workflows that ended that long ago; how many."""
        before = (datetime.now(UTC) - older_than).isoformat()
        gone = 0
        while gone < at_most:
            found = self.client.list_workflows(
                status=["SUCCESS", "ERROR", "CANCELLED", "MAX_RECOVERY_ATTEMPTS_EXCEEDED"],
                completed_before=before,
                limit=500,
                load_input=False,
                load_output=False,
            )
            if not found:
                break
            self.client.delete_workflows([one.workflow_id for one in found])
            gone += len(found)
        return gone

    @property
    def client(self) -> DBOSClient:
        from dbos import DBOSClient, DBOSPortableJSONSerializer

        with self._lock:
            if self._client is None:
                _quiet()
                self._client = DBOSClient(
                    system_database_engine=self._engine,
                    application_name=NAME,
                    serializer=DBOSPortableJSONSerializer(),
                    retry_connection_errors=False,  # an unreachable database is said, not waited for
                )
            return self._client

    def close(self) -> None:
        """Let go of the connections; the engine given stays open."""
        if self._client is not None:
            self._client.destroy()
            self._client = None


class Engine(Submitter):
    """Carries out work in this process. One per process: the library keeps its state for the whole of it.

    *handlers* are the workflows by name. *on_tick* hears the time once a minute, in one process of all.
    """

    def __init__(
        self,
        engine: sa.Engine,
        *,
        executor_id: str,
        handlers: Mapping[str, Handler],
        on_tick: Callable[[datetime], object],
        queues: Sequence[Queue] = QUEUES,
    ) -> None:
        super().__init__(engine)
        self.executor_id = executor_id
        self._handlers = dict(handlers)
        self._on_tick = on_tick
        self._queues = queues
        self._under_way: set[str] = set()
        self._missed: dict[str, float] = {}
        self.is_running = False

    def start(self) -> None:
        """Make the engine's tables if they are missing, and begin to take work."""
        from dbos import DBOS, DBOSPortableJSONSerializer

        _quiet()
        DBOS(
            config={
                "name": NAME,
                "system_database_url": self._engine.url.render_as_string(hide_password=False),
                "system_database_engine": self._engine,
                "application_version": VERSION,
                "executor_id": self.executor_id,
                "serializer": DBOSPortableJSONSerializer(),  # the default unpickles what it finds in the database
                "log_level": "WARNING",
                "enable_otlp": False,
                "scheduler_polling_interval_sec": 30.0,
                # Nothing here waits for messages. Stopping waits for the first; the second only wakes the process up.
                "notification_listener_polling_interval_sec": 2.0,
                "notification_coalesce_sec": 1.0,
            }
        )
        for name, handler in self._handlers.items():
            DBOS.workflow(name=name, max_recovery_attempts=_MOST_RECOVERIES)(self._function(handler))

        @DBOS.workflow(name=_TICK)
        def tick(scheduled: object, _context: object) -> None:
            # The schedule's time arrives as text: what is kept of a workflow is JSON.
            at = scheduled if isinstance(scheduled, datetime) else datetime.fromisoformat(str(scheduled))
            with self._carrying_out():
                self._on_tick(at)

        DBOS.launch()
        for queue in self._queues:
            rate = queue.starts
            DBOS.register_queue(
                queue.name,
                worker_concurrency=queue.at_once,
                partition_concurrency=queue.per_account,
                partition_limiter={"limit": rate[0], "period": rate[1]} if rate is not None else None,
                polling_interval_sec=queue.look_every,
            )
        DBOS.apply_schedules(
            [
                {
                    "schedule_name": _SCHEDULE,
                    "workflow_fn": tick,
                    "schedule": "* * * * *",
                    "context": None,
                    # A tick looks at what is due, however late it comes: missed ones need not be made up for.
                    "automatic_backfill": False,
                }
            ]
        )
        self.is_running = True

    def stop(self, patience: float = 0.0) -> None:
        """Take no more work; what is under way has *patience* seconds to finish, the rest is taken up later."""
        from dbos import DBOS

        self.is_running = False
        self.close()
        DBOS.destroy(workflow_completion_timeout_sec=int(patience), destroy_registry=True)

    def recover(self, executor_ids: Sequence[str]) -> list[str]:
        """Put what dead processes had under way back into the queues; the ids. Harmless to repeat and to race.

        The library offers this to its own hosted service only, hence the private name; ``dbos`` is pinned and
        ``tests/unit/durable`` holds it to what we need.
        """
        from dbos import DBOS

        if not executor_ids:
            return []
        return [handle.workflow_id for handle in DBOS._recover_pending_workflows(list(executor_ids))]

    def give_up_lost(self, ours: Collection[str], after: float) -> list[str]:
        """Cancel those of *ours* (by the database) that nothing here has carried out for *after* seconds; the ids.

        The database may break off right after it gave us work, or before it heard that we are done. Such rows would
        take their account's places for ever. Who submitted them sees that they ended, and submits anew.
        """
        from dbos import DBOS

        now = time.monotonic()
        self._missed = {one: self._missed.get(one, now) for one in set(ours) - self._under_way}
        lost = sorted(one for one, since in self._missed.items() if now - since > after)
        if lost:
            DBOS.cancel_workflows(lost)
        return lost

    def _function(self, handler: Handler) -> Handler:
        """*handler* as a function: the library sets attributes on what it registers, and a method takes none."""

        def call(*args: object) -> object:
            with self._carrying_out():
                return handler(*args)

        return call

    @contextmanager
    def _carrying_out(self) -> Iterator[None]:
        """For the length of it the present workflow is known to be under way here."""
        from dbos import DBOS

        own = DBOS.workflow_id or ""
        self._under_way.add(own)
        try:
            yield
        finally:
            self._under_way.discard(own)

    def under_way(self) -> dict[str, set[str]]:
        """What each process has under way, dead ones too: workflows by executor."""
        from dbos import DBOS

        found: dict[str, set[str]] = {}
        for one in DBOS.list_workflows(status="PENDING", load_input=False, load_output=False):
            if one.executor_id:
                found.setdefault(one.executor_id, set()).add(one.workflow_id)
        return found

    def depths(self) -> dict[str, int]:
        """How much waits in each queue."""
        return {queue.name: 0 for queue in self._queues} | _depths(self._engine)


def _depths(engine: sa.Engine) -> dict[str, int]:
    schema = None if engine.dialect.name == "sqlite" else "dbos"
    rows = sa.table("workflow_status", sa.column("queue_name"), sa.column("status"), schema=schema)
    asked = (
        sa.select(rows.c.queue_name, sa.func.count().label("waiting"))
        .where(rows.c.status == "ENQUEUED", rows.c.queue_name.is_not(None))
        .group_by(rows.c.queue_name)
    )
    with engine.connect() as connection:
        return {row.queue_name: row.waiting for row in connection.execute(asked)}


def _quiet() -> None:
    """Keep the library from writing to stderr by itself; what it has to say goes the way of all other logs."""
    log = logging.getLogger("dbos")
    if not log.handlers:
        log.addHandler(logging.NullHandler())
