"""Who gets in with the token that a request shows."""

from __future__ import annotations

from starlette.requests import Request

from gleaner.app.programs.seat import Doorman, Seat
from gleaner.faces.web.network import client_of, seconds_until
from gleaner.review.journal import Door

_NOBODY = "this token lets nobody in: make one with gleaner tokens add"
_OFTEN = "too many wrong tokens came from your network: wait as long as Retry-After says, or show one that is right"


class TurnedAway(Exception):
    """Why nobody is let in, in a sentence."""

    def __init__(self, text: str, wait: int = 0) -> None:
        super().__init__(text)
        self.wait = wait
        """Seconds until another try is looked at as any; 0 where nothing was tried too often."""

    @property
    def status(self) -> int:
        return 429 if self.wait else 401


def let_in(request: Request, doorman: Doorman, door: Door) -> Seat:
    """The seat of whose token *request* shows. Raises TurnedAway for nobody's, GleanerError as the doorman does.

    A wrong token counts for the network it comes from, and only after it was looked up: strangers in one's network keep
    nobody out who shows a right one.
    """
    said = bearer(request)
    seat = doorman.seat(said, door)
    if seat is not None:
        return seat
    until = doorman.wrong(client_of(request)) if said else None
    if until is not None:
        raise TurnedAway(_OFTEN, seconds_until(until, doorman.now()))
    raise TurnedAway(_NOBODY)


def bearer(request: Request) -> str:
    """The token of the ``Authorization`` header; empty for none, for another kind, or for several."""
    said = request.headers.getlist("authorization")
    kind, _, token = said[0].partition(" ") if len(said) == 1 else ("", "", "")
    return token.strip() if kind.lower() == "bearer" else ""
