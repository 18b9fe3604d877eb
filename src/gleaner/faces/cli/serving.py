"""A process that runs until it is told to stop."""

from __future__ import annotations

import signal
import time
from contextlib import ExitStack, suppress
from pathlib import Path
from queue import Empty, SimpleQueue
from types import FrameType
from typing import TYPE_CHECKING
from urllib.parse import urlsplit

if TYPE_CHECKING:
    from gleaner.durable.heart import Role


def serve(files: list[Path] | None, role: Role) -> None:
    """Run the daemon in this process until SIGTERM or Ctrl-C; a second one ends it at once.

    ``up`` answers probes over HTTP as well. Settings of the process itself are those of the first file.
    """
    from gleaner import config
    from gleaner.adapters.store.deliveries import StoredDeliveries
    from gleaner.app.clicking import Clicks
    from gleaner.app.daemon.accounts import chosen_files
    from gleaner.app.daemon.daemon import running
    from gleaner.app.logs import configure_logs, logger
    from gleaner.app.slack_apps import apps_of
    from gleaner.app.wishing import wish
    from gleaner.core.secrets import Secret
    from gleaner.faces.web.doors import doors
    from gleaner.faces.web.guard import hostname
    from gleaner.faces.web.links import link_route
    from gleaner.faces.web.listening import listening
    from gleaner.faces.web.operations import operations
    from gleaner.faces.web.serving import site_routes
    from gleaner.faces.web.slack import slack_route
    from gleaner.faces.web.webhooks import github_route

    # Unlike an event's, its ``put`` may interrupt its own ``get``.
    told: SimpleQueue[int] = SimpleQueue()

    def stop(number: int, _frame: FrameType | None) -> None:
        told.put(number)
        signal.signal(number, signal.SIG_DFL)

    for number in (signal.SIGTERM, signal.SIGINT):
        signal.signal(number, stop)
    first = config.load(chosen_files(files)[0])
    settings = first.daemon
    configure_logs(as_json=settings.logs == "json", level=settings.level)
    log = logger("daemon")
    with ExitStack() as stack:
        daemon = stack.enter_context(running(files, role))
        if role == "up":
            also, names = [], []
            apps, clock = apps_of(daemon.accounts, wish), daemon.accounts.clock
            if settings.webhook_secret is not None:
                secret = Secret(settings.webhook_secret.get_secret_value())
                also.append(github_route(secret, daemon.hearing("github").heard))
            if settings.public_url:
                also.append(link_route(Clicks(daemon.accounts.open, wish)))
                if apps.secrets():
                    deliveries = StoredDeliveries(daemon.database)
                    also.append(
                        slack_route(apps, lambda heard: deliveries.is_new(heard, clock.now()), time.time)
                    )
                names.append(hostname(urlsplit(settings.public_url).netloc))
            pages = site_routes(daemon.accounts, daemon.database, settings) if first.web.enabled else []
            more, beside = doors(daemon.accounts, daemon.database, first)
            app = operations(
                daemon.examiner(), daemon.meters, host=settings.host, names=names, also=[*also, *more],
                site=pages, beside=beside,
            )  # fmt: skip
            port = stack.enter_context(listening(app, settings.host, settings.port))
            log.info("listening", host=settings.host, port=port)
            stack.enter_context(apps.sockets())
        log.info("at work", worker=daemon.me.executor_id, accounts=len(daemon.accounts.ids))
        wait_for(told)


def wait_for(told: SimpleQueue[int]) -> None:
    """Wait until something is in *told*.

    The system may hand a signal to any thread, and only the main one runs handlers: it looks up once a second.
    """
    while True:
        with suppress(Empty):
            told.get(timeout=1.0)
            return
