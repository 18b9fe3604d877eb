"""Nothing is changed by one call of a program: it is told what would happen, and says it once more with a word.

The word is random, good for ten minutes and for one use, and only for that person, that deed, and what it touches as it
is now. It is so at both doors: of a token nobody knows whether a script or an assistant holds it.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Sequence
from datetime import timedelta

from gleaner.adapters.store.confirmations import StoredConfirmations
from gleaner.app.programs.seat import Seat
from gleaner.app.programs.values import Done
from gleaner.core.errors import Refused

LIFE = timedelta(minutes=10)
_MOST = 200
"""Letters; whatever is longer is not ours."""


def unconfirmed(
    seat: Seat,
    deed: str,
    touches: object,
    would: Sequence[str],
    *,
    confirm: str,
    dry_run: bool,
    refused: Sequence[str] = (),
) -> Done | None:
    """What would be done, with the word that does it; None when it was said, so that it is to be done now.

    *touches* is all that the deed is, and all that it is about as it stands. Raises Refused for a word that is not for
    just that, and, to the API, for what would be *refused* anyway.
    """
    if dry_run:
        return Done(would=list(would), refused=list(refused), note="Nothing was changed.")
    if refused and seat.door == "api":
        raise Refused("; ".join(refused))
    if refused:
        return Done(
            would=list(would), refused=list(refused), note="Nothing was changed, and it cannot be confirmed."
        )
    about, now = _digest(deed, touches), seat.account.clock.now()
    stored = StoredConfirmations(seat.account.engine, seat.account.id)
    if not confirm:
        word = stored.make(seat.person.id, about, now=now, life=LIFE)
        note = "Nothing was changed yet. Show this to the person; if they say yes, ask again with confirm."
        return Done(would=list(would), confirm=word, note=note)
    known = stored.about(confirm, seat.person.id, now=now) if len(confirm) <= _MOST else None
    if known is None:
        raise Refused(
            "this confirmation is none: it was used, is more than ten minutes old, or was never given. Nothing was"
            " changed; ask again without it"
        )
    if known != about:
        raise Refused(
            "this confirmation is for something else: what is asked for, or what it is about, changed since. Nothing"
            " was changed; ask again without it, and show the person what would happen now"
        )
    if not stored.use(confirm, seat.person.id, now=now):
        raise Refused("this confirmation was used a moment ago; look at the journal for what came of it")
    return None


def _digest(deed: str, touches: object) -> str:
    said = json.dumps([deed, touches], default=str, sort_keys=True, ensure_ascii=False)
    return hashlib.sha256(said.encode()).hexdigest()
