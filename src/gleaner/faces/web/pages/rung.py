"""How far Gleaner may go for a person: chosen by them, or for them by an administrator."""

from __future__ import annotations

from starlette.responses import Response

from gleaner.app.choosing import Choice, choice_of, choices, choose, rung_named, sentence, too_high
from gleaner.core.catalog import UserId
from gleaner.core.errors import ConfigError
from gleaner.faces.web import life_words
from gleaner.faces.web.registry import Pages
from gleaner.faces.web.visit import NotFound, Said, Visit
from gleaner.review.ladder import RUNGS


def add(pages: Pages) -> None:
    pages.post("/rung", choose_rung)


def shown_choice(visit: Visit) -> dict[str, object]:
    """What a page needs to show the choice: this person's, and others' where an administrator looks."""
    account, words = visit.account, visit.words
    mine = choice_of(account, visit.person.id)
    means = (
        words.text("Each proposal is read and decided by itself."),
        words.text("What is sure may be accepted together; nothing is logged unasked."),
        words.text("Sure meetings are logged at once, as far as gleaner.toml and the ladder allow."),
    )
    now = life_words.rung(mine.allowed, words)
    people = sorted(account.catalog.people.values(), key=lambda one: (one.name, one.id))
    return {
        "me": visit.person.id, "rung": mine.rung, "zone": visit.person.zone,
        "sentence": words.text("Now Gleaner goes as far as “{rung}” for you.", rung=now),
        "too_high": words.again(too_high(mine)) if mine.is_too_high else "",
        "rungs": [
            (name, life_words.rung(name, words), meant) for name, meant in zip(RUNGS, means, strict=True)
        ],
        "people": [(one.id, one.name) for one in people if one.is_active] if account.is_administrator else [],
        "chosen": [_line(one, visit) for one in choices(account)],
    }  # fmt: skip


def _line(one: Choice, visit: Visit) -> dict[str, object]:
    words, before = visit.words, one.before or one.rung
    return {
        "id": one.user_id, "name": life_words.name_of(one.user_id, visit.account.catalog),
        "text": words.again(sentence(visit.account, one.user_id, one.rung)),
        "too_high": words.again(too_high(one)) if one.is_too_high and one.user_id != visit.person.id else "",
        "before": before, "back": life_words.rung(before, words), "at": one.at, "by": one.by,
    }  # fmt: skip


def choose_rung(visit: Visit) -> Response:
    """From now on as far as the button says."""
    whose, account, words = visit.whose(visit.said("person")), visit.account, visit.words
    try:
        rung = rung_named(visit.said("rung", most=40))
    except ConfigError:
        raise NotFound from None
    done = choose(account, whose.id, rung, by=visit.me)
    text = words.again(sentence(account, UserId(whose.id), rung)) if done else words.text("Nothing changed.")
    found = choice_of(account, whose.id)
    if found.is_too_high:
        text = f"{text} {words.again(too_high(found))}"
    return visit.back(Said(text), otherwise="/rules#choice")
