"""The pages over HTTP, as browsers of several people see them, with the sandbox behind them."""

from __future__ import annotations

import html
import re
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime
from urllib.parse import urlencode, urlsplit

import httpx2
from starlette.routing import BaseRoute
from tests.fakes import FakeClock
from tests.journeys.world import ANA, World
from tests.unit.faces.web.served import served

from gleaner.adapters.harvest.limits import Unlimited
from gleaner.adapters.store.sessions import StoredSessions
from gleaner.app.account import Account, open_account
from gleaner.app.health import UNANSWERED
from gleaner.app.meters import Meters
from gleaner.core.catalog import AccountId
from gleaner.core.errors import ConfigError
from gleaner.faces.web.guard import hostname
from gleaner.faces.web.operations import operations
from gleaner.faces.web.serving import site_routes
from gleaner.faces.web.sign_in.cookies import COOKIE

NOW = datetime(2026, 3, 10, 17, tzinfo=UTC)


@dataclass
class Opened:
    """The one account that is served."""

    account: Account
    clock: FakeClock

    @property
    def ids(self) -> list[AccountId]:
        return [self.account.id]

    def open(self, account_id: AccountId) -> Account:
        if account_id != self.account.id:
            raise ConfigError(f"Harvest account {account_id} is not served here")
        return self.account


@dataclass
class Seen:
    """What a browser got."""

    status: int
    text: str
    headers: Mapping[str, str]
    path: str

    @property
    def words(self) -> str:
        """What can be read on the page."""
        body = re.sub(r"(?s)<(script|style|head).*?</\1>", " ", self.text)
        return " ".join(html.unescape(re.sub(r"<[^>]+>", " ", body)).split())

    def value(self, name: str) -> str:
        """Of the first field with that name."""
        found = re.search(rf'name="{re.escape(name)}"[^>]*value="([^"]*)"', self.text)
        assert found, f"no field {name} on {self.path}"
        return html.unescape(found[1])


@dataclass
class Browser:
    """Somebody's browser; signed in, unless *cookie* is empty."""

    base: str
    cookie: str = ""
    client: httpx2.Client = field(init=False, repr=False)

    def __post_init__(self) -> None:
        cookies = {COOKIE: self.cookie} if self.cookie else {}
        self.client = httpx2.Client(base_url=self.base, cookies=cookies, follow_redirects=True, timeout=60)

    def get(self, path: str, **headers: str) -> Seen:
        return self._seen(self.client.get(path, headers=headers))

    def post(self, path: str, form: Mapping[str, str | list[str]] | None = None, **headers: str) -> Seen:
        """Press a button, as a browser of this site does."""
        sent = {
            "sec-fetch-site": "same-origin",
            "content-type": "application/x-www-form-urlencoded",
            **headers,
        }
        return self._seen(self.client.post(path, content=urlencode(form or {}, doseq=True), headers=sent))

    def _seen(self, answer: httpx2.Response) -> Seen:
        return Seen(answer.status_code, answer.text, dict(answer.headers), str(answer.url.raw_path.decode()))


@dataclass
class Pages:
    """The site, and who looks."""

    base: str
    account: Account
    clock: FakeClock
    sessions: StoredSessions
    routes: Sequence[BaseRoute]
    browsers: list[Browser] = field(default_factory=list)

    def browser(self, who: str | None = ANA) -> Browser:
        """A new browser, in which that person is signed in; None: nobody is."""
        cookie = ""
        if who is not None:
            person = self.account.person(who)
            cookie = self.sessions.begin(
                self.account.id, person.id, "here", agent="test", now=self.clock.now()
            )
        self.browsers.append(Browser(self.base, cookie))
        return self.browsers[-1]


@contextmanager
def pages(world: World, now: datetime = NOW) -> Iterator[Pages]:
    """The pages of *world*, served on a free port of this machine as long as the block lasts."""
    clock = FakeClock(now)
    with open_account(world.config, clock=clock, limits=Unlimited()) as account:
        sessions, settings = StoredSessions(account.engine), account.settings.daemon
        routes = site_routes(Opened(account, clock), account.engine, settings)
        names = [hostname(urlsplit(settings.public_url).netloc)] if settings.public_url else []
        app = operations(lambda: UNANSWERED, Meters(), host=settings.host, names=names, site=routes)
        with served(app) as at:
            found = Pages(f"http://127.0.0.1:{at.port}", account, clock, sessions, app.routes)
            try:
                yield found
            finally:
                for one in found.browsers:
                    one.client.close()
