"""Making rules and switching them on and off; open proposals they are about are drafted anew at once."""

from __future__ import annotations

from gleaner.app.account import Account
from gleaner.app.drafting import OPEN, redraft
from gleaner.app.ruling import Listed, stored
from gleaner.core.activities import Activity
from gleaner.core.errors import Refused
from gleaner.core.phrases import phrase
from gleaner.matching.made import MadeRule
from gleaner.matching.rules import Rule
from gleaner.review.journal import Line


def make(account: Account, rule: MadeRule) -> None:
    """Keep *rule*: from now on it counts. Raises Refused when its person was forgotten."""
    if not stored(account).make(rule):
        raise Refused("its person was forgotten")
    said = "Rule {rule} made: {effect} {condition}"
    text = phrase(said, rule=rule.id, effect=rule.effect, condition=str(rule.condition))
    account.journal.write(Line(account.clock.now(), rule.by, "ruled", text, "", "", rule.user_id))
    _redraft(account, rule)


def switch(account: Account, one: Listed, *, on: bool, by: str) -> bool:
    """Switch a rule on or off; whether that changed anything. A rule for everybody is an administrator's to switch."""
    me = account.me
    if one.user_id is None and (me is None or "administrator" not in me.access_roles):
        raise Refused(f"rule {one.id} is for everybody; only an administrator switches it")
    now = account.clock.now()
    store = stored(account)
    done = store.switch_on(one.id) if on else store.switch_off(one.id, by=by, now=now)
    if done:
        text = phrase("Rule {rule} switched on" if on else "Rule {rule} switched off", rule=one.id)
        account.journal.write(Line(now, by, "ruled", text, "", "", one.user_id))
        _redraft(account, one.rule)
    return done


def _redraft(account: Account, rule: Rule | MadeRule) -> None:
    """Draft the days anew on which something waits that *rule* is about, or was left out by it."""
    waiting = account.inbox.items(states=OPEN, user_id=rule.user_id)
    if not waiting:
        return
    first, last = (pick(item.proposal.on for item in waiting) for pick in (min, max))
    known: dict[str, Activity] = {one.key: one for one in account.activities.all_between(first, last)}
    about = {
        (item.proposal.user_id, item.proposal.on)
        for item in waiting
        if (seen := known.get(item.proposal.activity_key)) is not None and rule.fits(seen)
    }
    redraft(account, about)
