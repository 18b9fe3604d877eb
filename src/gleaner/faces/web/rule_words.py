"""Rules in the reader's language: one sentence each, where it comes from, and what became of what it was about."""

from __future__ import annotations

from typing import assert_never

from gleaner.app.explaining import About
from gleaner.app.ruling import Listed
from gleaner.core.actions import CreateTimeEntry
from gleaner.core.catalog import Catalog
from gleaner.core.language import Words
from gleaner.core.proposals import State
from gleaner.core.text import shown
from gleaner.faces.web.life_words import name_of, record, target
from gleaner.matching.made import MadeRule
from gleaner.matching.match import Match
from gleaner.matching.rules import Rule
from gleaner.review.inbox import Item
from gleaner.timesheets.text import plain


def sentence(rule: Rule | MadeRule, catalog: Catalog, words: Words) -> str:
    """What the rule is about and what becomes of that, as one sentence."""
    if isinstance(rule, MadeRule):
        what, who = _of_made(rule, words), name_of(rule.user_id, catalog)
        if rule.project_id is None:
            return words.text("Never propose {what} to {who}.", what=what, who=who)
        to = _where(rule, catalog, words)
        return words.text("For {who}, {what} goes to {where}.", who=who, what=what, where=to)
    what, to = _of_configured(rule, words), _where(rule, catalog, words)
    if rule.user_id is None:
        return words.text("If {what}, it goes to {where}.", what=what, where=to)
    who = name_of(rule.user_id, catalog)
    return words.text("For {who}: if {what}, it goes to {where}.", who=who, what=what, where=to)


def _of_made(rule: MadeRule, words: Words) -> str:
    title = plain(rule.title)
    match rule.what:
        case "series":
            return words.text("every meeting of the series “{title}”", title=title)
        case "title":
            return words.text("every meeting called “{title}”", title=title)
        case "repository":
            return words.text("all work in the repository {title}", title=title)
        case _:
            assert_never(rule.what)


def _of_configured(rule: Rule, words: Words) -> str:
    conditions = (
        (words.text("the title is like {value}", value=rule.title), rule.title),
        (words.text("the calendar is {value}", value=rule.calendar), rule.calendar),
        (words.text("somebody is {value}", value=rule.attendee), rule.attendee),
        (words.text("the repository is {value}", value=rule.repository), rule.repository),
        (words.text("the branch is like {value}", value=rule.branch), rule.branch),
    )
    return words.text(" and ").join(shown(said) for said, value in conditions if value)


def _where(rule: Rule | MadeRule, catalog: Catalog, words: Words) -> str:
    said = target(rule.project_id, rule.task_id, catalog)
    project = catalog.projects.get(rule.project_id) if rule.project_id is not None else None
    return said if project is not None and project.is_active else f"{said} ({words.text('archived')})"


def origin(one: Listed, words: Words) -> str:
    """Where the rule comes from, and when."""
    if one.made_at is None:
        return words.text("from {where}", where=one.origin)
    day = f"{words.day(one.made_at.date())} {one.made_at.year}"
    return words.text("made in a review by {who} on {day}", who=one.by, day=day)


def switched_off(one: Listed, words: Words) -> str:
    """Since when and by whom it is off; empty while it is on."""
    if one.off is None:
        return ""
    by, at = one.off
    return words.text("off since {day}, by {who}", day=f"{words.day(at.date())} {at.year}", who=by)


def hits(one: Listed, words: Words) -> str:
    """How often it counted."""
    if one.effect == "never":
        return words.text("about {n} of what was seen and is still kept", n=one.hits)
    return words.count("{n} proposal rested on it", "{n} proposals rested on it", one.hits)


def kept(one: Listed, words: Words) -> str:
    """How much of what rested on it was kept; empty for a rule that leaves out, of which nothing can be kept."""
    return "" if one.effect == "never" else record(one.kept, one.decided, words)


def proposed(found: Match | None, words: Words) -> str:
    """What would be proposed."""
    if found is None:
        return words.text("left out")
    if found.level == "unsure" or found.slot is None:
        return words.text("asked about, without a project")
    level = {"sure": words.text("sure"), "likely": words.text("likely")}[found.level]
    return f"{found.slot.project.name} / {found.slot.task.name}, {level}"


def fate(about: About, one: Listed, catalog: Catalog, words: Words) -> str:
    """What became of something the rule is about."""
    item = about.item
    if item is None or (one.effect == "never" and item.state is State.SUPERSEDED):
        return words.text("left out") if one.off is None else words.text("not proposed")
    match item.state:
        case State.PROPOSED:
            return words.text("waits for review")
        case State.DISMISSED:
            why = f" ({item.why})" if item.why else ""
            return words.text("dismissed by {who}", who=item.decided_by) + why
        case State.SUPERSEDED:
            return words.text("taken back: its event is gone, a rule leaves it out, or somebody logged it")
        case State.APPROVED | State.APPLYING:
            return words.text("{decided}, not in Harvest yet", decided=decided(item, catalog, words))
        case State.FAILED:
            said = decided(item, catalog, words)
            return words.text("{decided}, but not logged: {why}", decided=said, why=item.trouble)
        case State.UNDONE:
            return words.text("{decided}, taken back since", decided=decided(item, catalog, words))
        case State.APPLIED:
            said = decided(item, catalog, words)
            return (
                words.text("{decided}, put right in Harvest since", decided=said)
                if about.is_corrected
                else said
            )
        case _:
            assert_never(item.state)


def decided(item: Item, catalog: Catalog, words: Words) -> str:
    """Who decided it and how."""
    now, then = item.proposal.action, item.offered.action
    match item.decision:
        case "policy":
            return words.text("logged unasked")
        case "dismiss":
            return words.text("dismissed by {who}", who=item.decided_by)
        case "bulk":
            return words.text("accepted with others by {who}", who=item.decided_by)
        case "edit" if isinstance(now, CreateTimeEntry) and isinstance(then, CreateTimeEntry):
            if (now.project_id, now.task_id) != (then.project_id, then.task_id):
                to = target(now.project_id, now.task_id, catalog)
                return words.text("corrected to {where} by {who}", where=to, who=item.decided_by)
            return words.text("accepted with other hours or notes by {who}", who=item.decided_by)
        case _:
            return words.text("accepted by {who}", who=item.decided_by)
