"""Who may do what at each address of the site: a row for each, written by hand. A page without a row fails the test.

``who`` says who gets in at all; ``path`` and ``form`` say what of whom an address is about, given somebody's things.
``others`` says what becomes of somebody who asks for another person's, ``administrator`` what becomes of an
administrator who does, ``garbage`` what becomes of what is nobody's. Where others' are missing, both pages have to be
the same: nobody may find out which of the two it is.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Literal

from tests.journeys.world import TUESDAY

from gleaner.faces.web.registry import Who

Came = Literal["in", "refused", "missing", "wrong", "sign-in"]
"""``in``: a page, or something was done. ``refused``: told so. ``missing``: 404. ``wrong``: it does not fit."""
Form = Mapping[str, str | list[str]]


@dataclass(frozen=True)
class Things:
    """What an address can be about, of one person; or garbage."""

    person: str
    short: str
    """Of an open proposal."""
    seen: str
    """A digest of it as it is now: the strongest that somebody could send."""
    sure: str
    """Short name and digest of another one, which is sure."""
    entry: str
    session: str
    day: str = TUESDAY


@dataclass(frozen=True)
class Row:
    """One address."""

    who: Who
    path: Callable[[Things], str] | None = None
    """None: the address itself; it is about nobody in particular, or about whoever asks."""
    form: Callable[[Things], Form] = field(default=lambda _things: {})
    others: Came | None = None
    """None: it cannot be about somebody else."""
    administrator: Came | None = None
    garbage: Came | None = None
    is_own_fine: bool = True
    """Whether one's own things, sent like this, do something; otherwise it does not fit, and says so."""


OPEN = {
    ("/sign-in", "GET"), ("/sign-in/link", "POST"), ("/sign-in/link/{said}", "GET"), ("/sign-in/link/{said}", "POST"),
    ("/sign-in/here/{said}", "GET"), ("/sign-in/here/{said}", "POST"), ("/sign-in/harvest", "GET"),
    ("/sign-in/harvest/back", "GET"), ("/sign-in/oidc", "GET"), ("/sign-in/oidc/back", "GET"),
    ("/static/{name}", "GET"), ("/healthz", "GET"), ("/readyz", "GET"), ("/metrics", "GET"),
}  # fmt: skip
"""For whoever comes, signed in or not. None of them says anything of anybody."""

SLOT = "Acme Industries › Apollo › Meetings"

ROWS: Mapping[tuple[str, str], Row] = {
    ("/", "GET"): Row("member"),
    ("/keys", "GET"): Row("member"),
    ("/language", "POST"): Row("member", form=lambda _: {"language": "en"}),
    # --- days and weeks: one's own, and everybody's for administrators; a manager reads hours elsewhere
    ("/day/{day}", "GET"): Row(
        "member", lambda my: f"/day/{my.day}?who={my.person}", others="missing", administrator="in",
        garbage="missing",
    ),
    ("/week/{day}", "GET"): Row(
        "member", lambda my: f"/week/{my.day}?who={my.person}", others="missing", administrator="in",
        garbage="missing",
    ),
    ("/day/{day}/read", "POST"): Row("member", lambda my: f"/day/{my.day}/read"),
    ("/week/{day}/read", "POST"): Row("member", lambda my: f"/week/{my.day}/read"),
    # --- deciding
    ("/proposals/{short}/{verb:str}", "POST"): Row(
        "member", lambda my: f"/proposals/{my.short}/dismiss", lambda my: {"seen": my.seen},
        others="refused", administrator="in", garbage="refused",
    ),
    ("/day/{day}/accept-sure", "POST"): Row(
        "member", lambda my: f"/day/{my.day}/accept-sure", lambda my: {"shown": [my.sure]},
        others="refused", administrator="in", garbage="wrong",
    ),
    ("/day/{day}/merge", "POST"): Row(
        "member", lambda my: f"/day/{my.day}/merge",
        lambda my: {"who": my.person, "selected": [my.sure, my.sure]},
        others="missing", administrator="refused", garbage="missing", is_own_fine=False,
    ),
    # --- entries
    ("/entries/{number}/change", "POST"): Row(
        "member", lambda my: f"/entries/{my.entry}/change", lambda _: {"hours": "1.25", "notes": "changed"},
        others="missing", administrator="in", garbage="missing",
    ),
    ("/entries/{number}/delete", "POST"): Row(
        "member", lambda my: f"/entries/{my.entry}/delete", others="missing", administrator="in",
        garbage="missing",
    ),
    ("/log", "POST"): Row(
        "member", lambda _: "/log", lambda my: {"who": my.person, "slot": SLOT, "hours": "0.5", "on": my.day},
        others="missing", administrator="in", garbage="missing",
    ),
    ("/timer/{what}", "POST"): Row("member", lambda _: "/timer/start", lambda _: {"slot": SLOT}),
    # --- signing out: nobody but the person, not even an administrator
    ("/sessions", "GET"): Row("member"),
    ("/sessions/{digest}/end", "POST"): Row(
        "member", lambda my: f"/sessions/{my.session}/end", others="missing", administrator="missing",
        garbage="missing",
    ),
    ("/sign-out", "POST"): Row("member"),
    ("/sign-out/everywhere", "POST"): Row("member"),
}  # fmt: skip
