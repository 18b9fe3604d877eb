"""The first run: connect, try on past days, make rules of what was wrong, choose how far it may go, begin."""

from __future__ import annotations

from collections.abc import Sequence

from starlette.responses import Response

from gleaner.app.adopting import Earned, adopt
from gleaner.app.backtesting import BackTest
from gleaner.app.beginning import (
    DAYS,
    Verdicts,
    backtested,
    begin_backtest,
    connected,
    has_begun,
    rule_from_mistake,
    rules_about,
    tonight,
    verdicts,
)
from gleaner.app.daemon.operating import call
from gleaner.app.errands import Errand
from gleaner.app.overseeing import is_at_work
from gleaner.app.writing import sentence, switch
from gleaner.core.errors import ConfigError
from gleaner.core.language import Words
from gleaner.core.text import shown
from gleaner.faces.web import life_words, rule_words
from gleaner.faces.web.pages.rung import shown_choice
from gleaner.faces.web.pages.sources import AGAIN, AT_ONCE
from gleaner.faces.web.registry import Pages
from gleaner.faces.web.visit import NotFound, Said, Visit
from gleaner.matching.backtest import Replayed
from gleaner.matching.made import Effect, MadeRule
from gleaner.notify.plain import plain as text_of

LONGEST = 30
"""So many mistakes are shown; the rest is for the command line."""


def add(pages: Pages) -> None:
    pages.get("/start", start, who="administrator")
    pages.get("/start/backtest", results, who="administrator")
    pages.post("/start/backtest", begin, who="administrator")
    pages.post("/start/rule", make_rule, who="administrator")
    pages.post("/start/adopt", adopt_earned, who="administrator")
    pages.get("/start/reminders", reminders, who="administrator")
    pages.post("/start/first-look", first_look, who="administrator")
    pages.post("/start/writes", let_write, who="administrator")


def start(visit: Visit) -> Response:
    """The five steps, each with where it stands."""
    account, words = visit.account, visit.words
    errand = backtested(account)
    found = _found(visit, errand)
    policy = account.settings.policy
    return visit.show(
        "start.html",
        title=words.text("Set up"),
        connected=connected(account),
        days=DAYS,
        errand=errand,
        found=found,
        headline=_headline(found, words) if found is not None else "",
        earned=[_earned(one, visit) for one in found.earned if one.standing.rung != "suggest"]
        if found is not None
        else [],
        can_adopt=found is not None and any(one.is_new for one in found.earned),
        has_ladder=policy.ladder,
        meetings=policy.meetings,
        ceiling=life_words.rung(policy.meetings, words),
        only_suggest=[one.email for one in account.settings.people if one.only_suggest],
        choice=shown_choice(visit),
        may_write=account.write_access.is_given(),
        has_begun=has_begun(account),
        is_at_work=is_at_work(account),
    )


def _found(visit: Visit, errand: Errand[BackTest] | None) -> Verdicts | None:
    result = errand.result if errand is not None and not errand.is_running else None
    return verdicts(visit.account, result) if result is not None else None


def _headline(found: Verdicts, words: Words) -> str:
    """``We would have got 81 of 96 right; look at these 6.``"""
    whole, wrong = found.whole, len(found.mistakes)
    if not whole.judged:
        return words.text("Nothing that was logged by hand tells whether it would have been right.")
    if not wrong:
        return words.text(
            "Gleaner would have got {right} of {all} right.", right=whole.right, all=whole.judged
        )
    return words.count(
        "Gleaner would have got {right} of {all} right; look at this one.",
        "Gleaner would have got {right} of {all} right; look at these {n}.",
        wrong,
        right=whole.right,
        all=whole.judged,
    )


def _earned(one: Earned, visit: Visit) -> dict[str, object]:
    words = visit.words
    return {
        "whose": life_words.name_of(one.footing.user_id, visit.account.catalog),
        "what": life_words.footing(one.footing, words), "rung": life_words.rung(one.standing.rung, words),
        "record": words.text("{kept} of {judged} kept", kept=one.kept, judged=one.judged), "is_new": one.is_new,
    }  # fmt: skip


# --- the back-test -----------------------------------------------------------------------------------------------


def begin(visit: Visit) -> Response:
    """Replay the last days meanwhile; the page after it shows how far that is."""
    begin_backtest(visit.account).wait(AT_ONCE)
    return visit.go("/start/backtest")


def results(visit: Visit) -> Response:
    """How far the back-test is, or what came of it, with rules to make of what was wrong."""
    errand = backtested(visit.account)
    if errand is None:
        return visit.go("/start")
    found = _found(visit, errand)
    wrong: Sequence[Replayed] = found.mistakes if found is not None else ()
    rules = rules_about(visit.account, wrong[:LONGEST])
    answer = visit.show(
        "backtest.html",
        title=visit.words.text("The back-test"),
        errand=errand,
        step=_step(errand, visit.words),
        found=found,
        headline=_headline(found, visit.words) if found is not None else "",
        mistakes=[_mistake(one, rules.get(one.key), visit) for one in wrong[:LONGEST]],
        more=max(0, len(wrong) - LONGEST),
        days=DAYS,
        zone=visit.person.zone,
    )
    if errand.is_running:
        answer.headers["Refresh"] = AGAIN
    return answer


def _step(errand: Errand[BackTest], words: Words) -> str:
    at = errand.progress
    if not at.text:
        return ""
    text = life_words.written(at.text, words)
    return f"{text}: {at.done} / {at.all}" if at.all else f"{text} …"


def _mistake(one: Replayed, rule: MadeRule | None, visit: Visit) -> dict[str, object]:
    catalog, logged = visit.account.catalog, one.logged
    return {
        "one": one, "whose": life_words.name_of(one.user_id, catalog),
        "guess": life_words.target(one.project_id, one.task_id, catalog),
        "logged": life_words.target(logged.project_id, logged.task_id, catalog) if logged is not None else "",
        "is_elsewhere": logged is not None
        and (logged.project_id, logged.task_id) != (one.project_id, one.task_id),
        "why": one.why, "rule": rule.id if rule is not None else "",
    }  # fmt: skip


def make_rule(visit: Visit) -> Response:
    """Of one mistake: always where it was logged, or never propose it."""
    effects: dict[str, Effect] = {"always": "always", "never": "never"}
    effect, key = effects.get(visit.said("effect")), visit.said("key")
    if effect is None:
        raise NotFound
    words = visit.words
    try:
        rule = rule_from_mistake(visit.account, key, effect, visit.me)
    except ConfigError as error:
        return visit.go("/start/backtest", Said(visit.words.again(error.text), is_good=False))
    said = rule_words.sentence(rule, visit.account.catalog, words)
    text = words.text("From now on: {rule} You find it under Rules as {id}.", rule=shown(said), id=rule.id)
    return visit.go("/start/backtest", Said(text))


# --- how far, and beginning --------------------------------------------------------------------------------------


def adopt_earned(visit: Visit) -> Response:
    """Put the steps that have no record yet where the back-test says."""
    account, words = visit.account, visit.words
    errand = backtested(account)
    result = errand.result if errand is not None and not errand.is_running else None
    if result is None:
        raise NotFound
    found = verdicts(account, result)
    made = adopt(account, found.earned, found.first, found.last, by=visit.me)
    if not made.count:
        text = words.text("Every step that these days tell of has a record already; nothing was changed.")
        return visit.go("/start", Said(text))
    text = words.count("{n} step begins with these days.", "{n} steps begin with these days.", made.count)
    return visit.go("/start", Said(text, undo=f"/journal/run/{made.run_id}"))


def reminders(visit: Visit) -> Response:
    """Who would get which message in the rest of this day; nothing is sent."""
    found = tonight(visit.account)
    return visit.show(
        "start_reminders.html",
        title=visit.words.text("Reminders, tried out"),
        told=[(one, text_of(one.message)) for one in found.told],
        count=len({one.person.id for one in found.told}),
        quiet=[(visit.words.again(why), n) for why, n in sorted(found.quiet.items())],
        problems=[str(one) for one in found.problems],
        is_on=bool(visit.account.settings.schedule.remind_minutes),
    )


def let_write(visit: Visit) -> Response:
    """Let it write to Harvest, or stop it."""
    wanted = visit.said("writes")
    if wanted not in ("allow", "stop"):
        raise NotFound
    is_given = wanted == "allow"
    done = switch(visit.account, is_given=is_given, by=visit.me)
    said = sentence(is_given=is_given)
    return visit.go(
        "/start#write", Said(visit.words.again(said) if done else visit.words.text("Nothing changed."))
    )


def first_look(visit: Visit) -> Response:
    """Let the job look that makes the first proposals."""
    try:
        call(visit.account, "capture", None)
    except ConfigError as error:
        return visit.go("/start", Said(visit.words.again(error.text), is_good=False))
    words = visit.words
    if is_at_work(visit.account):
        text = words.text("It looks now; in a minute the first proposals are on the page of each day.")
    else:
        text = words.text("It looks as soon as gleaner up runs; nobody is at work now.")
    return visit.go("/start", Said(text))
