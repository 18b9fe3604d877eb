"""Rules and the ladder: what always and never happens, how it fared, and how far Gleaner may go alone."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import timedelta

from starlette.responses import Response

from gleaner.app.explaining import OnLadder, correction, explain
from gleaner.app.laddering import stored
from gleaner.app.obeying import switch
from gleaner.app.ruling import Listed, configured, listed
from gleaner.app.simulating import Change, Simulated, simulate
from gleaner.core.activities import Problem
from gleaner.core.catalog import Catalog
from gleaner.core.errors import Refused
from gleaner.core.language import Words
from gleaner.core.time import decimal_hours
from gleaner.faces.web import life_words, rule_words
from gleaner.faces.web.pages.rung import shown_choice
from gleaner.faces.web.registry import Pages
from gleaner.faces.web.visit import NotFound, Said, Visit
from gleaner.review.ladder import LEAST, PRESELECT_LEAST, RUNGS, Footing, Rung, Standing
from gleaner.review.policy import is_held_by_choice, rung_of

DAYS = 30
"""So far back is looked for what would change."""
_STEPS = 30


def add(pages: Pages) -> None:
    pages.get("/rules", rules, nav="Rules", rank=70)
    pages.get("/rules/{rule}", one_rule)
    pages.get("/rules/{rule}/change", what_would_change)
    pages.post("/rules/{rule}", switch_rule)


def rules(visit: Visit) -> Response:
    """Every rule this person may see, and the ladder."""
    account, words = visit.account, visit.words
    shown = [_rule(one, visit) for one in listed(account, visit.today)]
    troubles = [found for _, _, found in configured(account) if isinstance(found, Problem)]
    kept = stored(account)
    standings = [(on, one) for on, one in kept.standings().items() if account.may_see(on.user_id)]
    steps = [one for one in kept.steps() if account.may_see(one.footing.user_id)]
    return visit.show(
        "rules.html",
        title=words.text("Rules and ladder"),
        rules=shown,
        problems=[str(one) for one in troubles] if account.is_administrator else [],
        ladder=_standings(standings, visit),
        steps=[(one.at, life_words.step(one, account.catalog, words)) for one in reversed(steps[-_STEPS:])],
        is_on=account.settings.policy.ladder,
        ceiling=life_words.rung(account.ladder.meetings, words),
        least=LEAST,
        preselect_least=PRESELECT_LEAST,
        zone=visit.person.zone,
        choice=shown_choice(visit),
        has_others=account.is_administrator,
    )


def _rule(one: Listed, visit: Visit) -> dict[str, object]:
    """A rule as pages show it."""
    words = visit.words
    share = one.kept / one.decided if one.decided else 0.0
    return {
        "id": one.id, "sentence": rule_words.sentence(one.rule, visit.account.catalog, words),
        "origin": rule_words.origin(one, words), "off": rule_words.switched_off(one, words),
        "hits": rule_words.hits(one, words), "kept": rule_words.kept(one, words),
        "is_for_everybody": one.user_id is None, "may_switch": _may_switch(one, visit),
        "width": round(120 * share) if one.effect == "always" and one.decided >= LEAST else None,
    }  # fmt: skip


def _may_switch(one: Listed, visit: Visit) -> bool:
    """Rules for everybody are an administrator's; those that are listed otherwise are this person's to switch."""
    return one.user_id is not None or visit.account.is_administrator


def _standings(found: Sequence[tuple[Footing, Standing]], visit: Visit) -> list[dict[str, object]]:
    """By person, the highest rung first."""
    words, catalog, ladder = visit.words, visit.account.catalog, visit.account.ladder
    ranked = sorted(
        found,
        key=lambda pair: (life_words.name_of(pair[0].user_id, catalog), -RUNGS.index(pair[1].rung), pair[0]),
    )
    return [
        {
            "whose": life_words.name_of(on.user_id, catalog), "what": life_words.footing(on, words),
            "rung": life_words.rung(one.rung, words), "at": RUNGS.index(one.rung),
            "allowed": _held(rung_of(on, ladder), is_held_by_choice(on, ladder), words)
            if rung_of(on, ladder) != one.rung else "",
            "record": life_words.record(one.kept, len(one.record), words),
        }
        for on, one in ranked
    ]  # fmt: skip


def _held(allowed: Rung, is_chosen: bool, words: Words) -> str:
    """What holds a rung back, and where."""
    called = life_words.rung(allowed, words)
    if is_chosen:
        return words.text("counts as {rung}, as was chosen", rung=called)
    return words.text("counts as {rung}, as gleaner.toml says", rung=called)


# --- one rule ------------------------------------------------------------------------------------------------------


def _named(visit: Visit) -> Listed:
    """The rule of the address, of those this person may see. Raises NotFound for any other."""
    wanted = visit.part("rule")
    found = next((one for one in listed(visit.account, visit.today) if one.id == wanted), None)
    if found is None:
        raise NotFound
    return found


def one_rule(visit: Visit) -> Response:
    """Everything about it: where it comes from, its record, its rungs, and what became of the newest it was about."""
    one, account, words = _named(visit), visit.account, visit.words
    found = explain(account, one, visit.today)
    made_of = correction(account, one)
    return visit.show(
        "rule.html",
        title=words.text("Rule {id}", id=one.id),
        rule=_rule(one, visit),
        effect=one.effect,
        has_task=one.rule.task_id is not None,
        made_of=made_of,
        made_of_how=rule_words.decided(made_of, account.catalog, words) if made_of is not None else "",
        rungs=[_rung(on, account.catalog, words) for on in found.rungs],
        newest=[
            (about, life_words.name_of(about.user_id, account.catalog),
             rule_words.fate(about, one, account.catalog, words))
            for about in found.newest
        ],
        namesakes=[other.id for other in found.namesakes],
        days=DAYS,
        zone=visit.person.zone,
    )  # fmt: skip


def _rung(on: OnLadder, catalog: Catalog, words: Words) -> dict[str, object]:
    return {
        "whose": life_words.name_of(on.footing.user_id, catalog), "what": life_words.footing(on.footing, words),
        "rung": life_words.rung(on.standing.rung, words),
        "allowed": _held(on.allowed, on.is_chosen, words) if on.allowed != on.standing.rung else "",
        "record": life_words.record(on.standing.kept, len(on.standing.record), words),
        "last": (on.last.at, life_words.step(on.last, catalog, words)) if on.last is not None else None,
    }  # fmt: skip


def what_would_change(visit: Visit) -> Response:
    """What the last days would have come to with the rule switched the other way; nothing is written."""
    one = _named(visit)
    found = simulate(visit.account, one, visit.today - timedelta(days=DAYS - 1), visit.today)
    return visit.show(
        "rule_change.html",
        title=visit.words.text("What would change"),
        rule=_rule(one, visit),
        found=found,
        headline=_headline(found, visit.words),
        changes=[_change(change, visit) for change in found.changes],
        days=DAYS,
    )


def _headline(found: Simulated, words: Words) -> str:
    if not found.looked_at:
        return words.text("Nothing it is about was seen in the last {n} days.", n=DAYS)
    return (
        words.text("{n} of {all} pieces of work it is about would be proposed otherwise if it were off.",
                   n=len(found.changes), all=found.looked_at)
        if found.rule.off is None
        else words.text("{n} of {all} pieces of work it is about would be proposed otherwise if it were on.",
                        n=len(found.changes), all=found.looked_at)
    )  # fmt: skip


def _change(change: Change, visit: Visit) -> dict[str, object]:
    words = visit.words
    return {
        "on": change.on, "whose": life_words.name_of(change.activity.user_id, visit.account.catalog),
        "title": change.activity.title, "hours": decimal_hours(change.activity.observed),
        "before": rule_words.proposed(change.before, words), "after": rule_words.proposed(change.after, words),
    }  # fmt: skip


def switch_rule(visit: Visit) -> Response:
    """Off, or on again, as the button says; open proposals it is about are drafted anew."""
    one, words = _named(visit), visit.words
    wanted = visit.said("on")
    if wanted not in ("yes", "no"):
        raise NotFound
    if not _may_switch(one, visit):
        raise Refused(words.text("This rule is for everybody; only an administrator switches it."))
    done = switch(visit.account, one, on=wanted == "yes", by=visit.me)
    if wanted == "yes":
        text = words.text("It is on.") if done else words.text("It was on already.")
    else:
        text = words.text("It is off and counts for nothing.") if done else words.text("It was off already.")
    return visit.back(Said(text), otherwise=f"/rules/{one.id}")
