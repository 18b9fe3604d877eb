"""Which access token goes with a request: a fixed one, or one that is renewed before it expires.

A token is shown by no repr and named in no error. A renewed pair is kept before it is used: Harvest may have taken
the old one back by then, so a pair that is lost means logging in again.
"""

from __future__ import annotations

import re
import time
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta
from threading import Lock
from typing import Protocol

from gleaner.adapters.harvest import faults
from gleaner.core.errors import ConfigError, Refused, Unavailable
from gleaner.core.phrases import phrase
from gleaner.core.secrets import Secret

LOGIN_AGAIN = "log in again: gleaner login"

# Seconds between looks at the kept pair after a refusal: another process that renewed it first may be about to keep it.
_PATIENCE = (0.0, 0.2, 0.8)


class Tokens(Protocol):
    """What the transport asks for each request. Threads may share one."""

    def current(self) -> Secret:
        """The token to send. Raises ConfigError when there is none any more, Unavailable when renewing failed."""
        ...

    def instead_of(self, refused: Secret) -> Secret | None:
        """Another token, now that Harvest refused that one; None when there is no other to be had."""
        ...


class FixedToken:
    """A personal access token, or any other that nothing renews."""

    def __init__(self, token: str) -> None:
        self._token = checked_token(token)

    def __repr__(self) -> str:
        return "<a fixed token>"

    def current(self) -> Secret:
        return self._token

    def instead_of(self, refused: Secret) -> None:  # noqa: ARG002  (there is no other)
        return None


@dataclass(frozen=True)
class Pair:
    """What a login or a renewal gives."""

    access_token: Secret
    refresh_token: Secret
    obtained_at: datetime
    expires_at: datetime

    def is_due(self, now: datetime) -> bool:
        """Whether to renew it: in its last five minutes, or the last tenth of a shorter life."""
        return now >= self.expires_at - min(timedelta(minutes=5), (self.expires_at - self.obtained_at) / 10)


class KeptPair(Protocol):
    """Where the pair lies between runs."""

    def load(self) -> Pair | None: ...

    def save(self, pair: Pair) -> None: ...


class RenewedTokens:
    """The access token of a pair, renewed when it is due or refused; by one thread, while the others wait.

    *refresh* makes a new pair of a refresh token: it raises Refused when that is not taken, Unavailable when nobody can
    be asked. Another process may renew the pair too, so the kept one is looked at before and after.
    """

    def __init__(
        self,
        kept: KeptPair,
        refresh: Callable[[Secret], Pair],
        now: Callable[[], datetime],
        *,
        sleep: Callable[[float], None] = time.sleep,
        where: str = "Harvest",
        again: str = LOGIN_AGAIN,
    ) -> None:
        """*where* is logged in to, and *again* says how to do that anew."""
        self._where = where
        self._again = again
        self._kept = kept
        self._refresh = refresh
        self._now = now
        self._sleep = sleep
        self._pair: Pair | None = None
        self._unsaved: Pair | None = None
        self._lock = Lock()

    def __repr__(self) -> str:
        return "<renewed tokens>"

    def current(self) -> Secret:
        with self._lock:
            pair = self._known()
            if not pair.is_due(self._now()):
                return pair.access_token
            try:
                return self._renewed(pair).access_token
            except Unavailable:
                if self._now() >= pair.expires_at:
                    raise
                return pair.access_token  # still good for a while

    def instead_of(self, refused: Secret) -> Secret:
        with self._lock:
            pair = self._known()
            # Another thread may have renewed it while this one was being refused.
            return pair.access_token if pair.access_token != refused else self._renewed(pair).access_token

    def _known(self) -> Pair:
        if self._unsaved is not None:
            self._keep(self._unsaved)
        if self._pair is None:
            self._pair = self._loaded()
        return self._pair

    def _renewed(self, pair: Pair) -> Pair:
        if (theirs := self._somebody_elses(pair)) is not None:
            return theirs
        try:
            new = self._refresh(pair.refresh_token)
        except Refused:
            for pause in _PATIENCE:
                self._sleep(pause)
                if (theirs := self._somebody_elses(pair)) is not None:
                    return theirs
            # ``from None``: the refusal is Harvest's text about our request, and what to do is said here.
            raise ConfigError(
                phrase(
                    "the {where} login is no longer accepted; {again}", where=self._where, again=self._again
                )
            ) from None
        return self._keep(new)

    def _somebody_elses(self, pair: Pair) -> Pair | None:
        stored = self._loaded()
        if stored.access_token == pair.access_token or stored.is_due(self._now()):
            return None
        self._pair = stored
        return stored

    def _keep(self, pair: Pair) -> Pair:
        self._unsaved = pair  # if saving fails now, it is tried again before the next request
        self._kept.save(pair)
        self._pair, self._unsaved = pair, None
        return pair

    def _loaded(self) -> Pair:
        stored = self._kept.load()
        if stored is None:
            raise ConfigError(
                phrase("there is no {where} login any more; {again}", where=self._where, again=self._again)
            )
        return stored


def checked_token(token: str) -> Secret:
    """*token* without the line break a file may end in. Raises ConfigError, which does not show it."""
    token = Secret(token.strip())
    if re.fullmatch(r"[!-~]+", token) is None:
        raise ConfigError(
            phrase(
                "the Harvest access token is empty or holds spaces or special characters; copy it again "
                "from {developers}",
                developers=faults.DEVELOPERS,
            )
        )
    return token
