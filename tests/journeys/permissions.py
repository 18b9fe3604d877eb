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
    done: str
    """Short name of one that was accepted."""
    run: str
    """The run that accepted it."""
    rule: str
    """Made of one that is never to come again."""
    entry: str
    session: str
    receipt: str
    expense: str
    """What was made of it."""
    other_expense: str
    """One more, of another receipt."""
    project: str
    """With a budget, which this person sees if they see any."""
    bill: str
    """An invoice, which is for administrators only."""
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
    managed: Came | None = None
    """Of somebody who manages the other person; None: the same as of anybody else."""
    administrator: Came | None = None
    garbage: Came | None = None
    own: Came | tuple[Came, ...] = "in"
    """Of one's own, sent like this; several where it depends on how far something is."""


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
        others="refused", administrator="in", garbage="refused",
    ),
    ("/day/{day}/merge", "POST"): Row(
        "member", lambda my: f"/day/{my.day}/merge",
        lambda my: {"who": my.person, "selected": [my.sure, my.sure]},
        others="missing", administrator="refused", garbage="missing", own="refused",
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
    # --- what Gleaner did, its rules, and what it keeps. A run is nobody's: everybody sees of it what is theirs
    ("/journal", "GET"): Row(
        "member", lambda my: f"/journal?who={my.person}", others="missing", administrator="in", garbage="missing"
    ),
    ("/journal/undo/{short}", "GET"): Row(
        "member", lambda my: f"/journal/undo/{my.done}", others="missing", administrator="in", garbage="missing"
    ),
    ("/journal/undo/{short}", "POST"): Row(
        "member", lambda my: f"/journal/undo/{my.done}", others="missing", administrator="in", garbage="missing"
    ),
    ("/journal/run/{run}", "GET"): Row(
        "member", lambda my: f"/journal/run/{my.run}", others="in", administrator="in", garbage="missing"
    ),
    ("/journal/run/{run}", "POST"): Row(
        "member", lambda my: f"/journal/run/{my.run}", others="in", administrator="in", garbage="missing"
    ),
    ("/rules", "GET"): Row("member"),
    ("/rules/{rule}", "GET"): Row(
        "member", lambda my: f"/rules/{my.rule}", others="missing", administrator="in", garbage="missing"
    ),
    ("/rules/{rule}/change", "GET"): Row(
        "member", lambda my: f"/rules/{my.rule}/change", others="missing", administrator="in", garbage="missing"
    ),
    ("/rules/{rule}", "POST"): Row(
        "member", lambda my: f"/rules/{my.rule}", lambda _: {"on": "no"},
        others="missing", administrator="in", garbage="missing",
    ),
    ("/rung", "POST"): Row(
        "member", form=lambda my: {"person": my.person, "rung": "preselect"},
        others="missing", administrator="in", garbage="missing",
    ),
    ("/privacy", "GET"): Row("member"),
    ("/privacy/export", "GET"): Row("member"),
    ("/privacy/forget", "GET"): Row("member"),
    ("/privacy/forget", "POST"): Row(
        "member", form=lambda _: {"address": "somebody@else.example"}, own="refused"
    ),
    # --- sources and health: what is read of oneself; jobs and the doctor are administrators'
    ("/sources", "GET"): Row("member"),
    ("/sources/jobs/{job}", "POST"): Row(
        "administrator", lambda _: "/sources/jobs/sync", lambda _: {"do": "resume"}
    ),
    ("/sources/check", "GET"): Row("administrator"),
    ("/sources/check", "POST"): Row("administrator"),
    # --- the first run is an administrator's; of a back-test that never was nothing is made
    ("/start", "GET"): Row("administrator"),
    ("/start/rule", "POST"): Row(
        "administrator", form=lambda my: {"key": my.short, "effect": "never"}, own="refused", garbage="refused"
    ),
    ("/start/adopt", "POST"): Row("administrator", own="missing"),
    ("/start/first-look", "POST"): Row("administrator"),
    ("/start/writes", "POST"): Row("administrator", own="missing"),
    ("/start/reminders", "GET"): Row("administrator"),
    ("/start/backtest", "GET"): Row("administrator"),
    ("/start/backtest", "POST"): Row("administrator"),
    # --- expenses: one's own only
    ("/expenses", "GET"): Row("member"),
    ("/expenses/receipts", "POST"): Row("member", own="wrong"),
    ("/expenses/receipts/{digest}", "GET"): Row(
        "member", lambda my: f"/expenses/receipts/{my.receipt}", others="missing", administrator="missing",
        garbage="missing",
    ),
    ("/expenses/receipts/{digest}/small", "GET"): Row(
        "member", lambda my: f"/expenses/receipts/{my.receipt}/small", others="missing", administrator="missing",
        garbage="missing",
    ),
    ("/expenses/{item}/file", "POST"): Row(
        "member", lambda my: f"/expenses/{my.expense}/file", lambda _: {"project": "Apollo", "category": "Meals"},
        others="missing", administrator="missing", garbage="missing",
    ),
    ("/expenses/{item}/undo", "POST"): Row(
        "member", lambda my: f"/expenses/{my.expense}/undo", others="missing", administrator="missing",
        garbage="missing",
    ),
    ("/expenses/{item}/dismiss", "POST"): Row(
        "member", lambda my: f"/expenses/{my.other_expense}/dismiss", others="missing", administrator="missing",
        garbage="missing",
    ),
    # --- hours and budgets, for those who lead; without what anything was called
    ("/team", "GET"): Row("lead"),
    ("/team/remind", "GET"): Row("lead"),
    ("/team/remind", "POST"): Row("lead"),
    **{(f"/team/report.{form}", "GET"): Row("lead") for form in ("csv", "xlsx", "pdf", "html")},
    ("/team/{user}/{day}", "GET"): Row(
        "lead", lambda my: f"/team/{my.person}/{my.day}", others="missing", managed="in", administrator="in",
        garbage="missing",
    ),
    ("/budgets", "GET"): Row("lead"),
    ("/budgets/{project}", "GET"): Row(
        "lead", lambda my: f"/budgets/{my.project}", others="missing", administrator="in", garbage="missing"
    ),
    ("/budgets/{project}/mute", "POST"): Row(
        "lead", lambda my: f"/budgets/{my.project}/mute", lambda _: {"percent": "95"},
        others="missing", administrator="in", garbage="missing",
    ),
    # --- money and invoices: administrators only
    ("/money", "GET"): Row("administrator"),
    ("/money/leaks", "GET"): Row("administrator"),
    ("/invoices", "GET"): Row("administrator"),
    ("/invoices/look", "POST"): Row("administrator"),
    ("/invoices/due", "GET"): Row("administrator", lambda _: "/invoices/due?rule=acme"),
    ("/invoices/draft", "POST"): Row("administrator", form=lambda _: {"rule": "acme"}, own="refused"),
    ("/invoices/simulate", "GET"): Row("administrator"),
    ("/invoices/phases", "GET"): Row("administrator"),
    ("/invoices/phases", "POST"): Row("administrator", form=lambda _: {"project": "Apollo", "phase": "Design"}),
    ("/invoices/{bill}", "GET"): Row("administrator", lambda my: f"/invoices/{my.bill}", garbage="missing"),
    ("/invoices/{bill}/send", "GET"): Row(
        "administrator", lambda my: f"/invoices/{my.bill}/send", garbage="missing"
    ),
    ("/invoices/{bill}/cancel", "GET"): Row(
        "administrator", lambda my: f"/invoices/{my.bill}/cancel", garbage="missing"
    ),
    **{
        (f"/invoices/{{bill}}/{verb}", "POST"): Row(
            "administrator", lambda my, verb=verb: f"/invoices/{my.bill}/{verb}",  # type: ignore[misc]
            lambda _: {"seen": "not what is there"}, garbage="missing", own="refused",
        )
        for verb in ("approve", "ask", "send", "mark-sent", "cancel", "again")
    },
    ("/invoices/{bill}/receipts/{expense}", "GET"): Row(
        "administrator", lambda my: f"/invoices/{my.bill}/receipts/1", garbage="missing", own="missing"
    ),
    ("/invoices/{bill}/receipts/{expense}/small", "GET"): Row(
        "administrator", lambda my: f"/invoices/{my.bill}/receipts/1/small", garbage="missing", own="missing"
    ),
    ("/sign-out/everywhere", "POST"): Row("member"),
}  # fmt: skip
