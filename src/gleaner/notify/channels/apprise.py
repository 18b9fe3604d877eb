"""Everything else, by Apprise: Teams, Mattermost, ntfy, Matrix and a hundred more."""

from __future__ import annotations

import logging
import re
import warnings
from typing import Any
from urllib.parse import quote

from gleaner.core.catalog import UserId
from gleaner.core.errors import ConfigError, Refused, Unavailable
from gleaner.core.messages import Message, Recipient
from gleaner.core.text import shown
from gleaner.notify.channel import Links, channels
from gleaner.notify.plain import plain
from gleaner.notify.secrets import secret

_PLACES = ("address", "local", "name")
_STATUS = re.compile(r"\berror=([1-5][0-9]{2})\b")
_PASSING = {408, 425, 429}
_SUBJECT = 200
_NOBODY = UserId(0)


class Apprise:
    """Whatever Apprise reaches. Its address holds secrets, so it is in the environment variable *url_variable*.

    A message is for one person: in the address ``{address}``, ``{local}`` (before the ``@``) and ``{name}`` stand for
    who gets it, as in ``ntfys://ntfy.example/gleaner-{local}``. Without any of them everybody's messages go to one
    place; give each person a channel of their own then.
    """

    def __init__(
        self,
        name: str = "apprise",
        url_variable: str = "GLEANER_APPRISE__URL",
        links: Links | None = None,
    ) -> None:
        self.name = name
        self._variable = url_variable
        self._links = links

    def send(self, message: Message, to: Recipient) -> str:
        """Send it. Nothing can be changed afterwards, and a second time it is sent twice."""
        made = self._made(to)
        subject = shown(message.subject)[:_SUBJECT]
        result = made.notify(body=plain(message, self._links), title=subject, body_format="text")
        if result.status not in (0, 4):  # all of them, or one at least
            raise self._failed(result)
        return ""

    def stamp(self, handle: str, message: Message, to: Recipient, stamp: str) -> None:
        """Nothing: what is sent is sent."""

    def is_quiet(self, to: Recipient) -> bool:  # noqa: ARG002 (the port's)
        """Never: nothing of the kind can be asked everywhere."""
        return False

    def check(self) -> str:
        made = self._made(Recipient(_NOBODY, "Nobody", "nobody@example.org"))
        kinds = sorted({str(one.service_name) for one in made})
        return f"{', '.join(kinds)}; whether it answers shows at the first message"

    def _made(self, to: Recipient) -> Any:
        """Apprise with the addresses for *to*. It writes nothing to disk, and its log goes nowhere: it holds them."""
        apprise = _library()
        log = logging.getLogger("apprise")
        log.propagate = False
        log.setLevel(logging.WARNING)  # below, it says what is in messages
        url = secret(self._variable, "address for Apprise")
        local = to.address.partition("@")[0]
        for place, text in zip(_PLACES, (to.address, local, to.name), strict=True):
            url = type(url)(url.replace(f"{{{place}}}", quote(text, safe="")))
        asset = apprise.AppriseAsset(storage_mode=apprise.PersistentStoreMode.MEMORY)
        made = apprise.Apprise(asset=asset)
        with warnings.catch_warnings():
            # At the first address it loads all services, some with what Python 3.13 has no more.
            warnings.simplefilter("ignore")
            is_known = bool(made.add(url.split())) and len(made) > 0
        if not is_known:
            raise ConfigError(
                f"what is in {self._variable} is no address that Apprise knows; see github.com/caronc/apprise/wiki"
            )
        return made

    def _failed(self, result: Any) -> Refused | Unavailable:
        """Why it failed, in our words: those of the service may hold its address."""
        names = ", ".join(sorted({shown(str(one.name)) for one in result.results})) or "nobody"
        said = " ".join(str(entry.message) for one in result.results for entry in one.logs())
        codes = [int(code) for code in _STATUS.findall(said)]
        if not codes:
            return Unavailable(f"{names} did not take the message, or did not say so", answer_lost=True)
        if all(code < 500 and code not in _PASSING for code in codes):
            return Refused(f"{names} refuses the message ({codes[0]}); look at what is in {self._variable}")
        return Unavailable(f"{names} does not take the message now ({codes[0]})")


def _library() -> Any:
    """Apprise. Raises ConfigError that says how to get it."""
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            import apprise
    except ImportError:
        raise ConfigError('this channel needs a library: pip install "gleaner[apprise]"') from None
    return apprise


channels.add("apprise", Apprise)
