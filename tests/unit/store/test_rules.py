"""Rules made in a review, in the database; on both databases."""

from __future__ import annotations

from dataclasses import replace

import sqlalchemy as sa
from tests.fakes import FakeClock
from tests.studio import ACCOUNT, ANA, APOLLO, BO, MEETINGS
from tests.unit.store.kept import everything
from tests.unit.store.test_people import forget

from gleaner.adapters.store.rules import StoredRules
from gleaner.core.catalog import AccountId
from gleaner.matching.made import MadeRule, rule_id

NOW = FakeClock().now()


def never(title: str = "Zebra talk", *, who: int = ANA) -> MadeRule:
    identity = rule_id(ANA, "series", title) if who == ANA else rule_id(BO, "series", title)
    user = ANA if who == ANA else BO
    return MadeRule(identity, user, "never", "series", f"uid-{title}", title, "ana@studio.example", NOW)


def test_what_is_made_is_there_and_the_newest_word_counts(store: sa.Engine) -> None:
    rules = StoredRules(store, ACCOUNT)
    assert rules.make(never())
    always = replace(never(), effect="always", project_id=APOLLO, task_id=MEETINGS)
    assert rules.make(always)
    assert rules.made() == [always]
    assert StoredRules(store, AccountId(2)).made() == []


def test_making_it_again_switches_it_on(store: sa.Engine) -> None:
    rules, one = StoredRules(store, ACCOUNT), never()
    rules.make(one)
    assert rules.switch_off(one.id, by="ana@studio.example", now=NOW)
    assert not rules.switch_off(one.id, by="bo@studio.example", now=NOW)
    assert rules.off() == {one.id: ("ana@studio.example", NOW)}
    rules.make(one)
    assert rules.off() == {}
    assert not rules.switch_on(one.id)


def test_a_series_that_turned_private_keeps_its_rule_without_its_words(store: sa.Engine) -> None:
    rules = StoredRules(store, ACCOUNT)
    rules.make(never())
    rules.make(never(who=BO))
    rules.hide([(ANA, "uid-Zebra talk")], "Private event")
    assert {rule.user_id: rule.title for rule in rules.made()} == {ANA: "Private event", BO: "Zebra talk"}


def test_with_a_person_go_their_rules_and_their_name(store: sa.Engine) -> None:
    rules = StoredRules(store, ACCOUNT)
    rules.make(never())
    rules.switch_off(never().id, by="ana@studio.example", now=NOW)
    rules.make(never("Bo's own", who=BO))
    rules.switch_off("abc123", by="ana@studio.example", now=NOW)
    forget(store)
    assert [rule.title for rule in rules.made()] == ["Bo's own"]
    assert set(rules.off()) == {"abc123"}
    assert "ana@studio.example" not in everything(store)
    assert "Zebra" not in everything(store)
    assert not rules.make(never())
